import CaseloadData
import CaseloadMath

/// How sure a projection was of one number: a standard deviation, or the ends of its intervals.
public struct ProjectedRange: Codable, Sendable, Equatable {
  /// Of the error below and above what was planned.
  public let deviationBelow: Double
  public let deviationAbove: Double
  /// Planned.
  public let center: Double

  /// The ends of the central intervals.
  public let lower80: Double
  public let upper80: Double
  public let lower95: Double
  public let upper95: Double

  /// A normal error.
  ///
  /// - Parameters:
  ///   - center: what was planned.
  ///   - standardDeviation: of its error; above zero.
  /// - Throws: ``DiagnosticCode/illegalRate``.
  public init(center: Double, standardDeviation: Double) throws(Diagnostic) {
    guard standardDeviation > 0, standardDeviation.isFinite, center.isFinite else {
      throw Self.illegal(NumberText.plain(standardDeviation))
    }
    self.init(center, below: standardDeviation, above: standardDeviation)
  }

  /// From the ends of one interval: half a normal on each side, as wide as its end says.
  ///
  /// - Parameters:
  ///   - center: what was planned; inside the interval.
  ///   - lower: the lower end.
  ///   - upper: the upper end.
  ///   - level: coverage, such as 0.95.
  /// - Throws: ``DiagnosticCode/illegalRate`` for ends that do not hold the plan between them,
  ///   ``DiagnosticCode/illegalProbability`` for a level outside 0 to 1.
  public init(center: Double, lower: Double, upper: Double, level: Double) throws(Diagnostic) {
    guard level > 0, level < 1 else {
      throw Diagnostic(
        .illegalProbability, .error,
        Text(
          en: "An interval cannot cover \(NumberText.plain(level)).",
          zh: "区间覆盖率不能为 \(NumberText.plain(level))。"),
        hint: Text(en: "Give a share between 0 and 1.", zh: "请给出 0 与 1 之间的数。"))
    }
    guard lower < center, center < upper, lower.isFinite, upper.isFinite else {
      throw Self.illegal("\(NumberText.plain(lower))–\(NumberText.plain(upper))")
    }
    let z = Normal.standard.quantile((1 + level) / 2)
    self.init(center, below: (center - lower) / z, above: (upper - center) / z)
  }

  private init(_ center: Double, below: Double, above: Double) {
    let (z80, z95) = (Normal.standard.quantile(0.9), Normal.standard.quantile(0.975))
    self.center = center
    (deviationBelow, deviationAbove) = (below, above)
    (lower80, upper80) = (center - z80 * below, center + z80 * above)
    (lower95, upper95) = (center - z95 * below, center + z95 * above)
  }

  /// The probability that the projection gave to outcomes up to `outcome`: 0.5 for what was planned;
  /// near 0 or 1 for what it held all but impossible. Over many projections that are right it is
  /// uniform.
  ///
  /// - Source: Dawid (1984), *Journal of the Royal Statistical Society A* 147, 278–292.
  public func probability(upTo outcome: Double) -> Double {
    let deviation = outcome < center ? deviationBelow : deviationAbove
    return Normal.standard.cumulative((outcome - center) / deviation)
  }

  /// What happened, against the range.
  public func check(_ outcome: Double) -> RangeCheck {
    RangeCheck(
      probability: probability(upTo: outcome), lower80: lower80, upper80: upper80,
      lower95: lower95, upper95: upper95,
      isInside80: (lower80...upper80).contains(outcome),
      isInside95: (lower95...upper95).contains(outcome))
  }

  private static func illegal(_ shown: String) -> Diagnostic {
    Diagnostic(
      .illegalRate, .error,
      Text(
        en: "\(shown) is no range about what was planned.", zh: "\(shown) 不构成计划值的误差范围。"),
      hint: Text(
        en: "Give a standard deviation above zero, or ends on both sides of the plan.",
        zh: "请给出大于零的标准差，或位于计划值两侧的区间端点。"))
  }
}

/// Whether an outcome lay where the projection said.
public struct RangeCheck: Codable, Sendable, Equatable {
  /// The probability integral transform of the outcome.
  public let probability: Double
  public let lower80: Double
  public let upper80: Double
  public let lower95: Double
  public let upper95: Double
  public let isInside80: Bool
  public let isInside95: Bool
}
