import CaseloadData
import CaseloadMath

/// The judge year as a time study builds it: days and minutes a day, less what is not spent on cases.
///
/// ```
/// minutes = (days − Σ days of the parts) · (minutes a day − Σ minutes a day of the parts)
/// ```
///
/// A part is leave, training or conferences in days a year, or travel, administration or breaks in
/// minutes a day. Standard errors are those of independent estimates, carried to the product by the
/// delta method:
///
/// ```
/// Var(minutes) = m² Σ s²(days) + d² Σ s²(minutes)      d, m: the two factors
/// ```
///
/// - Source: National Center for State Courts, weighted caseload studies (the "judge year value").
public struct JudgeYearParts: Codable, Sendable, Equatable {
  /// Time that a judge does not spend on cases.
  public struct Part: Codable, Sendable, Equatable {
    public let name: String
    /// Days a year; 0 for a part in minutes.
    public let days: Double
    /// Minutes of every working day; 0 for a part in days.
    public let minutesPerDay: Double
    /// Of whichever of the two is given.
    public let standardError: Double?

    /// A part in days a year, in minutes a day, or in both.
    public init(
      name: String, days: Double = 0, minutesPerDay: Double = 0, standardError: Double? = nil
    ) {
      self.name = name
      self.days = days
      self.minutesPerDay = minutesPerDay
      self.standardError = standardError
    }
  }

  /// Days of the year before any part is taken off: working days, or 365 with weekends as a part.
  public let days: Double
  /// Minutes of a working day before any part is taken off.
  public let minutesPerDay: Double
  public let parts: [Part]

  /// The parts of a judge year.
  ///
  /// - Parameters:
  ///   - days: above zero, at most 366.
  ///   - minutesPerDay: above zero, at most 1,440.
  ///   - parts: what is taken off.
  /// - Throws: ``DiagnosticCode/illegalRate`` for a number outside its range, or parts that leave no
  ///   time.
  public init(days: Double, minutesPerDay: Double, parts: [Part] = []) throws(Diagnostic) {
    try WeightChecks.positive(days, Text(en: "days", zh: "天数"))
    try WeightChecks.positive(minutesPerDay, Text(en: "minutesPerDay", zh: "每日分钟数"))
    for part in parts {
      let name = Text(part.name)
      try WeightChecks.nonnegative(part.days, name)
      try WeightChecks.nonnegative(part.minutesPerDay, name)
      try WeightChecks.nonnegative(part.standardError, name)
    }
    self.days = days
    self.minutesPerDay = minutesPerDay
    self.parts = parts
    guard days <= 366, minutesPerDay <= 1440, caseDays > 0, caseMinutesPerDay > 0 else {
      throw Diagnostic(
        .illegalRate, .error,
        Text(
          en: "The judge year leaves \(NumberText.plain(caseDays)) days of "
            + "\(NumberText.plain(caseMinutesPerDay)) minutes for cases.",
          zh: "法官年工作时间只剩 \(NumberText.plain(caseDays)) 天、每天 "
            + "\(NumberText.plain(caseMinutesPerDay)) 分钟用于办案。"),
        at: Diagnostic.Location(series: "judgeYear"),
        hint: Text(
          en:
            "A year has at most 366 days of 1,440 minutes, and the parts take off less than that.",
          zh: "一年至多 366 天、每天 1440 分钟，扣减项须小于总数。"))
    }
  }

  /// Days a year that are left for cases.
  public var caseDays: Double { parts.reduce(days) { $0 - $1.days } }

  /// Minutes a day that are left for cases.
  public var caseMinutesPerDay: Double { parts.reduce(minutesPerDay) { $0 - $1.minutesPerDay } }

  /// The minutes a year, with a standard error where a part has one.
  public var judgeYear: JudgeYear {
    var variance = 0.0
    for part in parts {
      guard let error = part.standardError else { continue }
      if part.days > 0 || part.minutesPerDay == 0 {
        variance += (caseMinutesPerDay * error) * (caseMinutesPerDay * error)
      } else {
        variance += (caseDays * error) * (caseDays * error)
      }
    }
    return JudgeYear(
      minutes: caseDays * caseMinutesPerDay,
      standardError: parts.contains { $0.standardError != nil } ? variance.squareRoot() : nil)
  }
}
