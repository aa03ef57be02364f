/// What is measured of a simulated court in a period: one value of each.
///
/// Durations are those of the cases resolved in the period, ages those of the cases pending at its
/// end, both in days from filing; the disposition time is CEPEJ's, days of the period × pending /
/// resolved. Six months are 182.625 days, twelve 365.25.
public struct CourtMeasures<Value: Codable & Sendable & Equatable>: Codable, Sendable, Equatable {
  public let filed: Value?
  /// To mediation, instead of being filed.
  public let diverted: Value?
  public let resolved: Value?
  public let judgments: Value?
  public let mediations: Value?
  public let withdrawals: Value?
  /// At the end.
  public let pending: Value?
  /// Percent.
  public let clearanceRate: Value?
  public let dispositionTime: Value?
  public let meanDays: Value?
  public let medianDays: Value?
  public let ninetiethPercentileDays: Value?
  public let meanAge: Value?
  /// Shares of the pending cases.
  public let overSixMonths: Value?
  public let overTwelveMonths: Value?
  /// Full-time judges in post, newcomers by what they handle.
  public let judges: Value?
  public let pendingPerJudge: Value?
  /// Open cases of the judge who has most.
  public let largestDocket: Value?
  /// Of the judges' time for cases, the share that they worked on one.
  public let utilization: Value?

  /// Of each measure, what `value` gives for its index in ``names``.
  init(_ value: (Int) -> Value?) {
    filed = value(0)
    diverted = value(1)
    resolved = value(2)
    judgments = value(3)
    mediations = value(4)
    withdrawals = value(5)
    pending = value(6)
    clearanceRate = value(7)
    dispositionTime = value(8)
    meanDays = value(9)
    medianDays = value(10)
    ninetiethPercentileDays = value(11)
    meanAge = value(12)
    overSixMonths = value(13)
    overTwelveMonths = value(14)
    judges = value(15)
    pendingPerJudge = value(16)
    largestDocket = value(17)
    utilization = value(18)
  }

  /// The names of the measures, in their order.
  public static var names: [String] { CourtMeasureNames.all }

  /// The measures with their names, in their order.
  public var named: [(name: String, value: Value?)] {
    let values = [
      filed, diverted, resolved, judgments, mediations, withdrawals, pending, clearanceRate,
      dispositionTime, meanDays, medianDays, ninetiethPercentileDays, meanAge, overSixMonths,
      overTwelveMonths, judges, pendingPerJudge, largestDocket, utilization,
    ]
    return zip(CourtMeasureNames.all, values).map { ($0, $1) }
  }
}

/// The names of the measures of a simulated court.
enum CourtMeasureNames {
  static let all = [
    "filed", "diverted", "resolved", "judgments", "mediations", "withdrawals", "pending",
    "clearanceRate", "dispositionTime", "meanDays", "medianDays", "ninetiethPercentileDays",
    "meanAge", "overSixMonths", "overTwelveMonths", "judges", "pendingPerJudge", "largestDocket",
    "utilization",
  ]
}
