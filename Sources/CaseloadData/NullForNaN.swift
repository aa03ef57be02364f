/// Numbers of which some may be missing: NaN in memory, null in JSON, which has no NaN.
@propertyWrapper
public struct NullForNaN: Codable, Sendable, Equatable {
  public var wrappedValue: [Double]

  public init(wrappedValue: [Double]) { self.wrappedValue = wrappedValue }

  public init(from decoder: any Decoder) throws {
    wrappedValue = try [Double?](from: decoder).map { $0 ?? .nan }
  }

  public func encode(to encoder: any Encoder) throws {
    try wrappedValue.map { $0.isNaN ? nil : $0 }.encode(to: encoder)
  }

  /// Bit for bit, so that a missing value equals itself.
  public static func == (a: NullForNaN, b: NullForNaN) -> Bool {
    a.wrappedValue.map(\.bitPattern) == b.wrappedValue.map(\.bitPattern)
  }
}
