import CaseloadData
import CaseloadMath

/// Parameters of closing, estimated from a history of stocks and flows.
///
/// Every estimator solves an equation Σ uₜ(θ) = 0 and has the standard error
///
/// ```
/// se(θ̂)² = n/(n − 1) · S / (Σ ∂uₜ/∂θ)²
/// S = Σ uₜ² + 2 Σ_{j ≤ m} (1 − j/(m + 1)) Σₜ uₜ uₜ₋ⱼ,    m = ⌊4 (n/100)^{2/9}⌋
/// ```
///
/// which allows for overdispersion, seasons and autocorrelation of up to m periods.
///
/// - Source: Newey & West (1987), *Econometrica* 55(3), 703–708.
public enum ClosingEstimates {
  /// What one period tells.
  public struct Observation: Sendable, Equatable {
    /// Pending before it.
    public var opening: Double
    public var filed: Double
    public var resolved: Double
    /// In post; used by the capacity only.
    public var judges: Double?

    /// One period of history.
    public init(opening: Double, filed: Double, resolved: Double, judges: Double? = nil) {
      self.opening = opening
      self.filed = filed
      self.resolved = resolved
      self.judges = judges
    }
  }

  /// The rate k of proportional clearance, continuous in time:
  ///
  /// ```
  /// uₜ = Rₜ − [Bₜ (1 − e^{−k}) + λₜ (1 − (1 − e^{−k})/k)]
  /// ```
  ///
  /// - Parameters:
  ///   - history: at least three periods in order.
  ///   - level: of the interval, which is that of ln k, transformed.
  /// - Returns: k a period.
  /// - Throws: ``DiagnosticCode/seriesTooShort``, ``DiagnosticCode/negativeCount``,
  ///   ``DiagnosticCode/notIdentified`` where nothing or everything was closed.
  public static func clearanceRate(_ history: [Observation], level: Double = 0.95)
    throws(Diagnostic) -> Estimate
  {
    try check(history)
    func expected(_ k: Double, _ row: Observation) -> Double {
      let share = -expm1(-k)
      return row.opening * share + row.filed * (1 - share / k)
    }
    func excess(_ k: Double) -> Double {
      history.map { $0.resolved - expected(k, $0) }.accurateSum
    }
    var (low, high) = (1e-9, 1.0)
    while excess(high) > 0, high < 1e4 { high *= 2 }
    guard excess(low) > 0, excess(high) < 0 else { throw unidentified }
    for _ in 0..<200 where high - low > 1e-16 * high {
      let middle = (low + high) / 2
      if excess(middle) > 0 { low = middle } else { high = middle }
    }
    let k = (low + high) / 2
    let slope = history.map { row -> Double in
      let decay = exp(-k)
      return row.opening * decay + row.filed * ((1 - decay) / (k * k) - decay / k)
    }
    return positive(
      k, scores: history.map { $0.resolved - expected(k, $0) }, slope: slope.accurateSum, level)
  }

  /// The share q of what is open or filed in a period that it closes: Σ R / Σ (B + λ).
  ///
  /// - Parameters:
  ///   - history: at least three periods in order.
  ///   - level: of the interval.
  /// - Returns: q in 0 … 1.
  /// - Throws: as ``clearanceRate(_:level:)`` does.
  public static func closedShare(_ history: [Observation], level: Double = 0.95)
    throws(Diagnostic) -> Estimate
  {
    try check(history)
    let base = history.map { $0.opening + $0.filed }
    let total = base.accurateSum
    guard total > 0 else { throw unidentified }
    let q = history.map(\.resolved).accurateSum / total
    guard q > 0, q < 1 else { throw unidentified }
    return positive(
      q, scores: zip(history, base).map { $0.resolved - q * $1 }, slope: total, level)
  }

  /// Cases that a judge resolves in a period: Σ R / Σ J.
  ///
  /// It is a capacity only where there was always enough to do; in a court without a backlog it is
  /// the intake a judge.
  ///
  /// - Parameters:
  ///   - history: at least three periods in order, all with judges.
  ///   - level: of the interval.
  /// - Returns: cases a judge and period.
  /// - Throws: ``DiagnosticCode/illegalStaff`` for judges that are missing or not above zero, and as
  ///   ``clearanceRate(_:level:)`` does.
  public static func casesPerJudge(_ history: [Observation], level: Double = 0.95)
    throws(Diagnostic) -> Estimate
  {
    try check(history)
    var judges: [Double] = []
    for row in history {
      guard let count = row.judges, count > 0, count.isFinite else {
        throw Diagnostic(
          .illegalStaff, .error,
          Text(
            en: "A period of the history has no judges in post.", zh: "历史数据中有时期没有在岗法官数。"),
          hint: Text(en: "Give the judges of every period.", zh: "请给出各期在岗法官数。"))
      }
      judges.append(count)
    }
    let total = judges.accurateSum
    let pace = history.map(\.resolved).accurateSum / total
    guard pace > 0 else { throw unidentified }
    return positive(
      pace, scores: zip(history, judges).map { $0.resolved - pace * $1 }, slope: total, level)
  }

  /// The estimate with the interval of its logarithm.
  private static func positive(
    _ value: Double, scores: [Double], slope: Double, _ level: Double
  ) -> Estimate {
    let n = Double(scores.count)
    let lags = min(scores.count - 1, Int(4 * pow(n / 100, 2.0 / 9)))
    var sum = scores.reduce(0) { $0 + $1 * $1 }
    for lag in 1..<(max(1, lags) + 1) where lag <= lags {
      let weight = 1 - Double(lag) / Double(lags + 1)
      for t in lag..<scores.count { sum += 2 * weight * scores[t] * scores[t - lag] }
    }
    let error = (n / (n - 1) * max(0, sum)).squareRoot() / slope
    let margin = Normal.standard.upperQuantile((1 - level) / 2) * error / value
    return Estimate(
      value: value, standardError: error, lower: value * exp(-margin), upper: value * exp(margin),
      level: level, pValue: nil)
  }

  private static func check(_ history: [Observation]) throws(Diagnostic) {
    guard history.count >= 3 else {
      throw Diagnostic(
        .seriesTooShort, .error,
        Text(
          en: "\(history.count) periods of history; at least three are needed.",
          zh: "历史数据只有 \(history.count) 期，至少需要三期。"),
        hint: Text(en: "Give more periods, or the parameter itself.", zh: "请补充数据，或直接给出参数。"))
    }
    for row in history {
      for value in [row.opening, row.filed, row.resolved] {
        try StockFlowChecks.cases(value, Text(en: "a number of the history", zh: "历史数据"))
      }
    }
  }

  private static let unidentified = Diagnostic(
    .notIdentified, .error,
    Text(
      en: "The history does not tell the pace of closing: nothing, or all, was closed.",
      zh: "历史数据无法确定结案速度：结案为零或全部结清。"),
    hint: Text(en: "Give the parameter itself.", zh: "请直接给出参数。"))
}
