import CaseloadData
import CaseloadMath

/// A quality adjustment: what a panel of judges thinks that a case should take, over what it takes.
///
/// Every panellist states a factor in each round (1.2 is a fifth more than the time study found)
/// after having seen the answers of the round before. The adjusted weight is that of the last round:
///
/// ```
/// w′ = f·w          f = median of the last round
/// Var w′ = f² s²(w) + w² s²(f)      s(f) = √(π/2) · (IQR / 1.349) / √n
/// ```
///
/// s(f) is the standard error of a median of n independent, nearly normal answers. Panellists who
/// talk to each other are not independent, so the spread that the panel adds is a lower bound.
///
/// - Source: Dalkey & Helmer (1963), "An experimental application of the Delphi method to the use of
///   experts", *Management Science* 9, 458–467.
public struct DelphiPanel: Codable, Sendable, Equatable {
  /// One round of answers.
  public struct Round: Codable, Sendable, Equatable {
    public let panellists: Int
    public let median: Double
    public let lowerQuartile: Double
    public let upperQuartile: Double
    /// The interquartile range over the median.
    public let relativeSpread: Double
    /// Of the median since the round before, relative; `nil` in the first round.
    public let change: Double?
  }

  /// The factors, one list a round.
  public let rounds: [[Double]]
  /// The panel agrees once the interquartile range is at most this share of the median.
  public let agreement: Double
  /// And its median moved by at most this share since the round before.
  public let stability: Double

  /// A panel.
  ///
  /// - Parameters:
  ///   - rounds: factors above zero; at least one round of two panellists. Quartiles interpolate as
  ///     R's type 7.
  ///   - agreement: above zero; 0.25 is a convention.
  ///   - stability: above zero.
  /// - Throws: ``DiagnosticCode/illegalRate``; ``DiagnosticCode/malformedDefinition`` for no round, or
  ///   one of fewer than two answers.
  public init(rounds: [[Double]], agreement: Double = 0.25, stability: Double = 0.1)
    throws(Diagnostic)
  {
    try WeightChecks.positive(agreement, Text(en: "agreement", zh: "一致性界限"))
    try WeightChecks.positive(stability, Text(en: "stability", zh: "稳定性界限"))
    guard !rounds.isEmpty, rounds.allSatisfy({ $0.count >= 2 }) else {
      throw Diagnostic(
        .malformedDefinition, .error,
        Text(
          en: "A panel needs at least one round with at least two answers.",
          zh: "专家组至少需要一轮、每轮至少两个答复。"),
        hint: Text(en: "Write rounds: [[1.1, 1.2, 1.0]].", zh: "请写作 rounds: [[1.1, 1.2, 1.0]]。"))
    }
    for factor in rounds.joined() {
      try WeightChecks.positive(factor, Text(en: "A panellist's factor", zh: "专家给出的系数"))
    }
    self.rounds = rounds
    self.agreement = agreement
    self.stability = stability
  }

  private enum CodingKeys: String, CodingKey { case rounds, agreement, stability }

  public init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    let rounds = try container.decode([[Double]].self, forKey: .rounds)
    let agreement = try container.decodeIfPresent(Double.self, forKey: .agreement) ?? 0.25
    let stability = try container.decodeIfPresent(Double.self, forKey: .stability) ?? 0.1
    self = try decoder.checked { () throws(Diagnostic) in
      try DelphiPanel(rounds: rounds, agreement: agreement, stability: stability)
    }
  }

  /// The rounds in numbers.
  public var summaries: [Round] {
    var previous: Double?
    return rounds.map { answers in
      let sorted = answers.sorted()
      func quantile(_ p: Double) -> Double { Descriptive.sortedQuantile(sorted, p) ?? .nan }
      let (low, median, high) = (quantile(0.25), quantile(0.5), quantile(0.75))
      defer { previous = median }
      return Round(
        panellists: answers.count, median: median, lowerQuartile: low, upperQuartile: high,
        relativeSpread: (high - low) / median,
        change: previous.map { (median - $0) / $0 })
    }
  }

  /// The factor that the panel settled on: the median of the last round.
  public var factor: Double { summaries.last?.median ?? 1 }

  /// The standard error of ``factor``.
  public var factorStandardError: Double {
    guard let last = summaries.last else { return 0 }
    let deviation = (last.upperQuartile - last.lowerQuartile) / Self.quartileWidth
    return (Double.pi / 2).squareRoot() * deviation / Double(last.panellists).squareRoot()
  }

  /// Whether the last round agrees, and agrees with the one before where there is one.
  public var hasConverged: Bool {
    guard let last = summaries.last else { return false }
    return last.relativeSpread <= agreement && (last.change.map { abs($0) <= stability } ?? true)
  }

  /// The weight after the adjustment.
  ///
  /// - Parameter weight: what the time study found.
  /// - Returns: f·w, its standard error holding that of the panel too.
  public func adjusted(_ weight: CaseWeight) -> CaseWeight {
    let own = factor * (weight.standardError ?? 0)
    let added = weight.minutes * factorStandardError
    return CaseWeight(
      caseType: weight.caseType, minutes: factor * weight.minutes,
      standardError: (own * own + added * added).squareRoot())
  }

  /// The share of the variance of the adjusted weight that the panel brought in; `nil` where there is
  /// none.
  public func shareOfVariance(_ weight: CaseWeight) -> Double? {
    let total = adjusted(weight).standardError ?? 0
    let added = weight.minutes * factorStandardError
    return total > 0 ? (added / total) * (added / total) : nil
  }

  /// The interquartile range of the standard normal law.
  private static let quartileWidth = 1.348979500392164
}
