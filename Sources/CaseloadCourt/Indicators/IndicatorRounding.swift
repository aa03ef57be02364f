import CaseloadData
import CaseloadMath

/// How a published figure was rounded.
public struct IndicatorRounding: Codable, Sendable, Equatable {
  public enum Mode: String, Codable, Sendable, CaseIterable {
    /// A half goes away from zero: 四舍五入.
    case halfUp = "half-up"
    /// A half goes to the even neighbor.
    case halfEven = "half-even"
    /// The rest is cut off.
    case truncate
    /// Any rest goes away from zero.
    case up
  }

  public let mode: Mode
  /// Digits after the point; below zero, tens or hundreds.
  public let decimals: Int

  /// A rule of rounding.
  ///
  /// - Precondition: −9 ≤ `decimals` ≤ 12.
  public init(_ mode: Mode = .halfUp, decimals: Int) {
    precondition((-9...12).contains(decimals), "\(decimals) decimals")
    self.mode = mode
    self.decimals = decimals
  }

  private enum CodingKeys: String, CodingKey { case mode, decimals }

  public init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    mode = try container.decodeIfPresent(Mode.self, forKey: .mode) ?? .halfUp
    decimals = try container.decode(Int.self, forKey: .decimals)
    guard (-9...12).contains(decimals) else {
      throw DecodingError.dataCorruptedError(
        forKey: .decimals, in: container, debugDescription: "decimals lie between -9 and 12")
    }
  }

  /// A quotient of counts is taken for the decimal that it lies next to: 0.29 · 100 is 29 and not
  /// 28.999…, a difference of 1e-12 relative being no digit of the data.
  private static let slack = 1e-12

  /// `x` by the rule.
  public func rounded(_ x: Double) -> Double {
    guard x.isFinite else { return x }
    let scale = pow(10, Double(abs(decimals)))
    let scaled = decimals >= 0 ? abs(x) * scale : abs(x) / scale
    guard scaled < 0x1p52 else { return x }
    let slack = max(Self.slack, Self.slack * scaled)
    let whole = scaled.rounded(.down)
    let rest = scaled - whole
    let result: Double
    if rest <= slack {
      result = whole
    } else if rest >= 1 - slack {
      result = whole + 1
    } else {
      switch mode {
      case .truncate: result = whole
      case .up: result = whole + 1
      case .halfUp: result = rest >= 0.5 - slack ? whole + 1 : whole
      case .halfEven:
        if abs(rest - 0.5) <= slack {
          result = 2 * (whole / 2).rounded(.down) == whole ? whole : whole + 1
        } else {
          result = rest > 0.5 ? whole + 1 : whole
        }
      }
    }
    let value = decimals >= 0 ? result / scale : result * scale
    return x < 0 ? -value : value
  }

  /// Whether `published` is what `x` becomes by the rule.
  public func gives(_ published: Double, from x: Double) -> Bool {
    abs(rounded(x) - published) <= 1e-9 * max(1, abs(published))
  }

  /// The rules under which `x` becomes `published`, at the digits of the published figure.
  public static func modes(giving published: Double, decimals: Int, from x: Double) -> [Mode] {
    Mode.allCases.filter { IndicatorRounding($0, decimals: decimals).gives(published, from: x) }
  }
}
