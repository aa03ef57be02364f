import CaseloadData

/// What a projection is told in.
public enum ScenarioMeasure: String, Codable, Sendable, CaseIterable {
  /// Cases filed, after diversion and routing; resolved; pending at the end. Of a period, or a year.
  case filed, resolved, pending
  /// 365 · pending / resolved in the twelve months (the year) before, in days.
  case dispositionTime
  /// Judges who would resolve what was filed in the twelve months before, at their own pace.
  case judgesToKeepPace
  /// Judges, from the first period on, who would reach the target disposition time by this period.
  case judgesToReachTarget
  /// Disputes settled or tried before suit, and minutes of staff for them.
  case diverted, mediationMinutes

  /// How a report calls it.
  public var name: Text {
    switch self {
    case .filed: Text(en: "filed", zh: "新收")
    case .resolved: Text(en: "resolved", zh: "结案")
    case .pending: Text(en: "pending at the end", zh: "期末未结")
    case .dispositionTime: Text(en: "disposition time, days", zh: "平均处理时间（天）")
    case .judgesToKeepPace: Text(en: "judges to keep pace", zh: "收结平衡所需法官")
    case .judgesToReachTarget: Text(en: "judges to reach the target", zh: "达到目标所需法官")
    case .diverted: Text(en: "diverted", zh: "诉前分流")
    case .mediationMinutes: Text(en: "mediation, minutes", zh: "调解用时（分钟）")
    }
  }
}

/// One scenario, projected.
public struct ScenarioResult: Codable, Sendable {
  /// One measure of one court, case type or both over the periods ahead.
  public struct Path: Codable, Sendable {
    /// `nil` for all courts together; `nil` for all case types.
    public let court: String?
    public let caseType: String?
    public let measure: ScenarioMeasure
    /// One a period; `nil` where it is not defined: a disposition time with nothing resolved.
    public let values: [DrawSummary?]
  }

  /// One measure in one year ahead: flows added up, others at its end.
  public struct Year: Codable, Sendable {
    /// The years ahead, from 1.
    public let year: Int
    /// Such as 2026-01/2026-12.
    public let period: String
    public let court: String?
    public let caseType: String?
    public let measure: ScenarioMeasure
    public let value: DrawSummary?
  }

  /// Judges of a court, or of all.
  public struct Staff: Codable, Sendable {
    public let court: String?
    /// As planned, one a period.
    public let judges: [Double]
    /// P(judges to keep pace > judges at work in the year before), one a period.
    public let shortageProbability: [Double]
    /// P(judges to reach the target > judges at work since the start), one a period.
    public let targetShortageProbability: [Double]
  }

  public let id: String
  public let title: Text
  public let paths: [Path]
  public let years: [Year]
  public let staff: [Staff]
  /// What drives the answer in this scenario, the strongest first.
  public let sensitivity: [ScenarioSensitivity]

  /// The path of one measure; `nil` for a court or type that there is not.
  public func path(_ measure: ScenarioMeasure, court: String? = nil, caseType: String? = nil)
    -> Path?
  {
    paths.first { $0.measure == measure && $0.court == court && $0.caseType == caseType }
  }

  /// What is known of one measure at the end of the horizon.
  public func atEnd(_ measure: ScenarioMeasure, court: String? = nil, caseType: String? = nil)
    -> DrawSummary?
  {
    path(measure, court: court, caseType: caseType)?.values.last.flatMap { $0 }
  }

  /// The judges of one court, or of all.
  public func staff(of court: String? = nil) -> Staff? { staff.first { $0.court == court } }
}

/// A scenario against the base, by pairs of draws that share all their random numbers.
public struct ScenarioComparison: Codable, Sendable {
  public let scenario: String
  public let court: String?
  public let measure: ScenarioMeasure
  public let base: DrawSummary
  public let value: DrawSummary
  /// value − base, draw by draw.
  public let difference: DrawSummary
  /// P(better than the base): lower pending, disposition time or need; a tie counts half. `nil` for
  /// filings and resolutions, of which more is neither better nor worse.
  public let probabilityBetter: Double?
}

/// What one driver does to the answer.
public struct ScenarioSensitivity: Codable, Sendable {
  /// Pending at the end, or judges to keep pace.
  public let measure: ScenarioMeasure
  public let court: String?
  public let driver: ScenarioDriver
  /// The answer with all drivers at their medians.
  public let median: Double
  /// The answer with this driver at its 10 % and 90 % quantiles, the others at their medians.
  public let atLower: Double
  public let atUpper: Double
  /// The share of the variance that this driver explains alone, and with others.
  public let firstOrder: Double?
  public let total: Double?

  /// |at upper − at lower|: the length of the bar.
  public var swing: Double { abs(atUpper - atLower) }
}

/// What more judges in one court, from the first period on, come to at the end of the horizon.
public struct JudgeValue: Codable, Sendable {
  public let court: String
  /// 1 for one more than planned.
  public let added: Int
  /// Against the plan as it is, in the court.
  public let pending: DrawSummary
  public let dispositionTime: DrawSummary?
  /// Of this judge alone, given those before: the change of the mean of pending cases.
  public let marginalPending: Double
  public let marginalDispositionTime: Double?
  /// P(shortage) with them.
  public let shortageProbability: Double
  /// Cost of all added judges over the horizon for each case resolved more; `nil` without a cost.
  public let costPerCase: Double?
}
