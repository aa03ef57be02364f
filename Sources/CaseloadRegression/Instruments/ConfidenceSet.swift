import CaseloadData

/// The values of a parameter that a test does not reject: an interval, or several, or none, or rays
/// without an end.
public struct ConfidenceSet: Codable, Sendable, Equatable {
  /// A stretch of the real line with its ends.
  public struct Piece: Codable, Sendable, Equatable {
    /// `nil` where it extends to −∞.
    public let lower: Double?
    /// `nil` where it extends to ∞.
    public let upper: Double?

    public init(lower: Double?, upper: Double?) {
      self.lower = lower
      self.upper = upper
    }
  }

  /// The coverage, such as 0.95.
  public let level: Double
  /// In ascending order, without overlaps.
  public let pieces: [Piece]

  public init(level: Double, pieces: [Piece]) {
    self.level = level
    self.pieces = pieces
  }

  /// Every value is rejected: the model itself does not fit the instruments.
  public var isEmpty: Bool { pieces.isEmpty }
  /// Whether it has both ends; an empty set has.
  public var isBounded: Bool { pieces.allSatisfy { $0.lower != nil && $0.upper != nil } }
  /// No value is rejected.
  public var isWholeLine: Bool { pieces == [Piece(lower: nil, upper: nil)] }

  public func contains(_ value: Double) -> Bool {
    pieces.contains { ($0.lower ?? -.infinity) <= value && value <= ($0.upper ?? .infinity) }
  }

  /// The set in words.
  public var summary: Text {
    if isEmpty { return Text(en: "empty: every value is rejected", zh: "空集：所有取值均被拒绝") }
    if isWholeLine { return Text(en: "all values: none is rejected", zh: "全部取值：均不能拒绝") }
    let list = pieces.map { piece in
      (piece.lower.map { "[" + Self.text($0) } ?? "(−∞") + ", "
        + (piece.upper.map { Self.text($0) + "]" } ?? "∞)")
    }
    return Text(list.joined(separator: " ∪ "))
  }

  private static func text(_ x: Double) -> String {
    let size = abs(x)
    let decimals = size >= 1000 ? 0 : size >= 10 ? 2 : size >= 0.01 ? 4 : 8
    return NumberText.decimal(x, decimals).zh
  }
}
