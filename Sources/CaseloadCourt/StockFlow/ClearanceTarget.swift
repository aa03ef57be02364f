import CaseloadData
import CaseloadMath

/// The extra resolutions, period by period, that bring a backlog down to a target by a date.
public struct ClearanceSchedule: Codable, Sendable, Equatable {
  /// How the extra work is spread.
  public enum Kind: String, Codable, Sendable, CaseIterable {
    /// The same number every period.
    case even
    /// Falling evenly to the last: weights n, n − 1, …, 1.
    case frontLoaded = "front-loaded"
    /// The same share of what is pending every period.
    case proportional
  }

  /// One period.
  public struct Step: Codable, Sendable, Equatable {
    public let period: Period
    /// Pending without the extra work.
    public let pendingWithout: Double
    /// Resolved beyond the plan in this period.
    public let extra: Double
    /// Pending with it: that without, less all extra resolutions so far.
    public let pending: Double
  }

  public let kind: Kind
  /// Pending cases to reach at the end.
  public let target: Double
  /// All extra resolutions together; 0 where the target is reached without any.
  public let totalExtra: Double
  public let steps: [Step]

  /// The schedule that takes `baseline` to `target`.
  ///
  /// ```
  /// extra needed E = max(0, Bₙ − target)
  /// even           eₜ = E/n
  /// front-loaded   eₜ = E · 2 (n − t + 1) / (n (n + 1))
  /// proportional   eₜ = q Pₜ⁻, Pₜ⁻ what is pending before the extra work; q such that Pₙ = target
  /// ```
  ///
  /// Where an early period cannot spare as many cases as the front-loaded schedule asks, it closes
  /// all that is pending and the rest moves on.
  ///
  /// - Parameters:
  ///   - kind: how the work is spread.
  ///   - target: ≥ 0.
  ///   - baseline: the pending cases of every period without extra work.
  /// - Throws: ``DiagnosticCode/negativeCount``, ``DiagnosticCode/seriesTooShort`` for no period.
  public init(_ kind: Kind, toReach target: Double, baseline: [StockFlowStep]) throws(Diagnostic) {
    try StockFlowChecks.cases(target, Text(en: "target", zh: "目标"))
    guard let last = baseline.last else {
      throw Diagnostic(
        .seriesTooShort, .error,
        Text(en: "There is no period to work in.", zh: "没有可安排的时期。"),
        hint: Text(en: "Choose a later date.", zh: "请选择更晚的日期。"))
    }
    self.kind = kind
    self.target = target
    let needed = max(0, last.closing - target)
    totalExtra = needed
    let n = baseline.count
    var wanted: [Double]
    switch kind {
    case .even: wanted = [Double](repeating: needed / Double(n), count: n)
    case .frontLoaded:
      let sum = Double(n) * Double(n + 1)
      wanted = (0..<n).map { needed * 2 * Double(n - $0) / sum }
    case .proportional: wanted = Self.proportional(baseline, needed)
    }
    var steps: [Step] = []
    var (done, owed) = (0.0, 0.0)
    for (t, step) in baseline.enumerated() {
      let left = max(0, step.closing - done)
      let extra = min(left, wanted[t] + owed)
      owed += wanted[t] - extra
      done += extra
      steps.append(
        Step(
          period: step.period, pendingWithout: step.closing, extra: extra,
          pending: step.closing - done))
    }
    self.steps = steps
  }

  /// The pending cases that a disposition time of `days` allows a court in balance, one that
  /// resolves what is filed:
  ///
  /// ```
  /// days · λ / (days of a period)
  /// ```
  ///
  /// - Parameters:
  ///   - days: the disposition time, > 0.
  ///   - filings: λ a period.
  ///   - daysPerPeriod: 365/12 for a month.
  /// - Returns: cases.
  /// - Throws: ``DiagnosticCode/illegalRate``, ``DiagnosticCode/negativeCount``.
  public static func pending(atDispositionTime days: Double, filings: Double, daysPerPeriod: Double)
    throws(Diagnostic) -> Double
  {
    try StockFlowChecks.rate(days, Text(en: "the disposition time", zh: "平均处理时间"))
    try StockFlowChecks.rate(daysPerPeriod, Text(en: "the length of a period", zh: "时期长度"))
    try StockFlowChecks.cases(filings, Text(en: "filings", zh: "收案"))
    return days * filings / daysPerPeriod
  }

  /// Bisection on q; what is pending at the end falls in q.
  private static func proportional(_ baseline: [StockFlowStep], _ needed: Double) -> [Double] {
    guard needed > 0 else { return baseline.map { _ in 0 } }
    func extras(_ q: Double) -> [Double] {
      var done = 0.0
      return baseline.map { step in
        let extra = q * max(0, step.closing - done)
        done += extra
        return extra
      }
    }
    var (low, high) = (0.0, 1.0)
    for _ in 0..<200 where high - low > 1e-16 {
      let middle = (low + high) / 2
      if extras(middle).reduce(0, +) < needed { low = middle } else { high = middle }
    }
    let result = extras(high)
    let sum = result.reduce(0, +)
    return sum > 0 ? result.map { $0 * needed / sum } : result
  }
}
