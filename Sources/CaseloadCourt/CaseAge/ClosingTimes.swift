import CaseloadData
import CaseloadMath

/// The average time of closed cases beside the survival curve, which knows the open ones too.
///
/// The average over closed cases leaves out exactly those that take long: in a register drawn today
/// the cases of the last years that closed are the quick ones. The curve gives each open case the
/// time that it has lasted so far. Both are reported, never one for the other.
public struct ClosingTimes: Codable, Sendable, Equatable {
  public let closed: Int
  public let open: Int
  /// Of closed cases, in days; `nil` for none.
  public let closedMean: Double?
  public let closedMedian: Double?
  /// The area under the curve to ``limit``, with its interval; `nil` where the curve ends earlier.
  public let restrictedMean: KaplanMeier.RestrictedMean?
  /// By the curve.
  public let median: KaplanMeier.Quantile

  /// The times of a register.
  ///
  /// - Parameters:
  ///   - register: with at least one case.
  ///   - limit: of the restricted mean, in days; `nil` takes the longest time.
  ///   - interval: of the curve.
  ///   - level: of the intervals.
  /// - Throws: as ``SurvivalSample`` and ``KaplanMeier`` do.
  public init(
    _ register: CaseRegister, limit: Double? = nil,
    interval: KaplanMeier.IntervalKind = .log, level: Double = 0.95
  ) throws(Diagnostic) {
    let times = register.cases.filter { $0.closed != nil }.map { register.days($0) }
    let curve = try KaplanMeier(SurvivalSample(register), interval: interval, level: level)
    closed = times.count
    open = register.cases.count - times.count
    closedMean = Descriptive.mean(times)
    closedMedian = Descriptive.median(times)
    restrictedMean = curve.restrictedMean(to: limit)
    median = curve.median
  }
}
