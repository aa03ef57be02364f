import CaseloadData
import CaseloadMath

/// Staffing for arrivals that change by month: the offered load that lags behind them.
///
/// ```
/// m′(t) = λ(t) − μ m(t)                                      Mt/M/∞, exact
/// m(s + u) = λₖ/μ + (m(s) − λₖ/μ) e^{−μu}                    within period k
/// ```
///
/// A stationary view of each period (SIPP) takes λₖ/μ for the load of period k: too early where
/// cases last as long as periods. The modified offered load takes m(t) and asks Erlang C for the
/// servers of that load.
///
/// - Source: Eick, Massey & Whitt (1993), "The physics of the Mt/G/∞ queue", *Operations Research*
///   41(4), 731–742; Green, Kolesar & Whitt (2007), "Coping with time-varying demand when setting
///   staffing requirements for a service system", *POM* 16(1), 13–39.
public struct TimeVaryingLoad: Codable, Sendable, Equatable {
  /// One period.
  public struct Interval: Codable, Sendable, Equatable {
    public let arrivalRate: Double
    /// λₖ/μ: the load if the period went on for ever.
    public let stationaryLoad: Double
    /// m at the start and end of the period, its mean and its highest value.
    public let loadAtStart: Double
    public let loadAtEnd: Double
    public let meanLoad: Double
    public let peakLoad: Double
    /// Cases completed in the period if nobody waits.
    public let completed: Double
  }

  public let serviceRate: Double
  /// The length of a period, in the unit of the rates.
  public let periodLength: Double
  public let intervals: [Interval]

  /// The load of a sequence of periods.
  ///
  /// - Parameters:
  ///   - arrivalRates: λₖ by period, in cases a unit of time; from 0 on.
  ///   - periodLength: above zero: 1/12 for months with rates a year.
  ///   - serviceRate: μ, above zero.
  ///   - initialLoad: m at the start; `nil` for a cycle that repeats for ever.
  /// - Throws: ``DiagnosticCode/illegalRate``, ``DiagnosticCode/notComputable`` without a period.
  public init(
    arrivalRates: [Double], periodLength: Double, serviceRate: Double, initialLoad: Double? = nil
  ) throws(Diagnostic) {
    try QueueChecks.positive(periodLength, Text(en: "The length of a period", zh: "时期长度"))
    try QueueChecks.positive(serviceRate, QueueChecks.serviceRate)
    guard !arrivalRates.isEmpty else {
      throw Diagnostic(
        .notComputable, .error,
        Text(en: "No period has an arrival rate.", zh: "没有任何时期的到达率。"),
        hint: Text(en: "Give one rate a period.", zh: "请为每个时期给出到达率。"))
    }
    for rate in arrivalRates { try QueueChecks.notNegative(rate, QueueChecks.arrivalRate) }
    if let initialLoad { try QueueChecks.notNegative(initialLoad, Text(en: "The load", zh: "负荷")) }
    self.serviceRate = serviceRate
    self.periodLength = periodLength
    let gone = -expm1(-serviceRate * periodLength)
    var load: Double
    if let initialLoad {
      load = initialLoad
    } else {
      // m(0) = Σ λₖ/μ (1 − q) q^{n−1−k} / (1 − qⁿ), q = e^{−μ·length}.
      var sum = 0.0
      for rate in arrivalRates { sum += (rate / serviceRate - sum) * gone }
      load = sum / -expm1(-serviceRate * periodLength * Double(arrivalRates.count))
    }
    var intervals: [Interval] = []
    for rate in arrivalRates {
      let level = rate / serviceRate
      let end = load + (level - load) * gone
      let mean = level + (load - level) * gone / (serviceRate * periodLength)
      intervals.append(
        Interval(
          arrivalRate: rate, stationaryLoad: level, loadAtStart: load, loadAtEnd: end,
          meanLoad: mean, peakLoad: max(load, end), completed: serviceRate * periodLength * mean))
      load = end
    }
    self.intervals = intervals
  }

  /// The servers that keep the share that waits at or below `p` in each period, by Erlang C at its
  /// peak load, and by the stationary view.
  ///
  /// - Parameter p: between 0 and 1.
  /// - Returns: one pair a period.
  /// - Throws: ``DiagnosticCode/illegalProbability``.
  public func servers(waitProbability p: Double) throws(Diagnostic) -> [(
    modified: Int, stationary: Int
  )] {
    try QueueChecks.strictProbability(p, Text(en: "the share that waits", zh: "等待比例"))
    func servers(_ load: Double) throws(Diagnostic) -> Int {
      guard load > 0 else { return 1 }
      return try StaffingRequirement(.waitProbability(p), offeredLoad: load) {
        (count) throws(Diagnostic) in
        try ErlangC(arrivalRate: load, serviceRate: 1, servers: count)
      }.servers
    }
    var result: [(modified: Int, stationary: Int)] = []
    for interval in intervals {
      result.append((try servers(interval.peakLoad), try servers(interval.stationaryLoad)))
    }
    return result
  }
}
