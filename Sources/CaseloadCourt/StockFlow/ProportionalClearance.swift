import CaseloadData
import CaseloadMath

/// Closing a fixed share of what lies open: every pending case has the same chance.
///
/// ```
/// dB/dt = λ − k B,    B(t) = λ/k + (B₀ − λ/k) e^{−kt}
/// ```
///
/// k is the rate of closing a period and λ the filings a period. A case lasts 1/k periods on
/// average, the distance from the steady state halves every (ln 2)/k periods, and
///
/// ```
/// steady state = λ/k,    disposition time there = (days of a period)/k
/// ```
///
/// because in the steady state a period resolves λ = k · pending. The discrete form closes the share
/// q of what is open or filed in a period:
///
/// ```
/// B′ = (1 − q)(B + λ),    steady state = λ (1 − q)/q
/// ```
///
/// Both forms are exact where filings are even within a period, and each holds the identity of
/// stock and flow.
public struct ProportionalClearance: Codable, Sendable, Equatable {
  /// k, a period.
  public let rate: Double

  /// Clearance at `rate`.
  ///
  /// - Parameter rate: k > 0, a period.
  /// - Throws: ``DiagnosticCode/illegalRate``.
  public init(rate: Double) throws(Diagnostic) {
    try StockFlowChecks.rate(rate, Text(en: "the clearance rate", zh: "清结速率"))
    self.rate = rate
  }

  public init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    try self.init(rate: container.decode(Double.self, forKey: .rate))
  }

  /// (ln 2)/k, in periods.
  public var halfLife: Double { log(2) / rate }

  /// 1 − e^{−k}: the share of the cases open at the start of a period that it closes.
  public var sharePerPeriod: Double { -expm1(-rate) }

  /// λ/k.
  public func steadyState(filings: Double) -> Double { filings / rate }

  /// days/k, with `daysPerPeriod` of 365/12 for a month.
  public func dispositionTime(daysPerPeriod: Double) -> Double { daysPerPeriod / rate }

  /// B(t).
  ///
  /// - Parameters:
  ///   - time: in periods, ≥ 0.
  ///   - opening: B₀.
  ///   - filings: λ, a period.
  /// - Returns: pending cases.
  public func pending(after time: Double, opening: Double, filings: Double) -> Double {
    opening * exp(-rate * time) - filings * expm1(-rate * time) / rate
  }

  /// Pending cases under the rule, filings being even within each period.
  ///
  /// - Parameters:
  ///   - dockets: all with filings for the same periods.
  ///   - start: the first period.
  /// - Returns: one step a type and period, the continuous solution at the periods' ends.
  /// - Throws: ``DiagnosticCode/negativeCount`` for a number below zero.
  public func projection(of dockets: [DocketInput], from start: Period) throws(Diagnostic)
    -> StockFlowProjection
  {
    try StockFlowProjection(dockets, from: start) { _, opening, filed in
      zip(opening, filed).map { open, new in
        open * sharePerPeriod + new * (1 - sharePerPeriod / rate)
      }
    }
  }

  /// Pending cases where each period closes `share` of what is open or filed in it.
  ///
  /// - Parameters:
  ///   - share: q in 0 … 1.
  ///   - dockets: all with filings for the same periods.
  ///   - start: the first period.
  /// - Returns: one step a type and period.
  /// - Throws: ``DiagnosticCode/illegalProbability``, ``DiagnosticCode/negativeCount``.
  public static func discreteProjection(
    share: Double, of dockets: [DocketInput], from start: Period
  ) throws(Diagnostic) -> StockFlowProjection {
    try StockFlowChecks.probability(share, Text(en: "the share closed", zh: "结案占比"))
    return try StockFlowProjection(dockets, from: start) { _, opening, filed in
      zip(opening, filed).map { share * ($0 + $1) }
    }
  }
}
