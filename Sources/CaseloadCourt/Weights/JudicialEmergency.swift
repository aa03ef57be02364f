import CaseloadData

/// When a vacancy on a federal court is a judicial emergency, with its thresholds as data.
///
/// A vacancy of a district court is one where weighted filings per judgeship are above
/// `districtFilings`; or the post has been vacant for more than `vacancyMonths` and they lie between
/// `districtLowerFilings` and `districtFilings`; or filings per active judge are above
/// `filingsPerActiveJudge`; or more than one judgeship is authorized and one judge is active. A
/// vacancy of a court of appeals is one where adjusted filings per panel are above `circuitFilings`,
/// or between `circuitLowerFilings` and it after more than `vacancyMonths`.
///
/// - Source: Judicial Conference of the United States, definition of a judicial emergency
///   (uscourts.gov, "Judicial Emergency Definition").
public struct JudicialEmergencyRule: Codable, Sendable, Equatable {
  public var districtFilings = 600.0
  public var districtLowerFilings = 430.0
  public var filingsPerActiveJudge = 800.0
  public var circuitFilings = 700.0
  public var circuitLowerFilings = 500.0
  public var vacancyMonths = 18

  /// The rule in force.
  public init() {}

  /// A vacant judgeship and its court.
  public struct Vacancy: Codable, Sendable, Equatable {
    public enum Court: String, Codable, Sendable, CaseIterable { case district, circuit }

    public let court: Court
    /// Weighted filings per authorized judgeship, or adjusted filings per panel.
    public let filings: Double
    /// Since the post fell vacant.
    public let daysVacant: Double?
    /// Judgeships and judges of the court; of a district.
    public let authorizedJudgeships: Double?
    public let activeJudges: Double?

    /// A vacancy; what is not known is `nil`.
    public init(
      _ court: Court, filings: Double, daysVacant: Double? = nil,
      authorizedJudgeships: Double? = nil, activeJudges: Double? = nil
    ) {
      self.court = court
      self.filings = filings
      self.daysVacant = daysVacant
      self.authorizedJudgeships = authorizedJudgeships
      self.activeJudges = activeJudges
    }
  }

  /// Which clause holds.
  public enum Reason: String, Codable, Sendable, CaseIterable {
    case filings
    case longVacancy
    case filingsPerActiveJudge
    case onlyOneActiveJudge
  }

  /// The clauses that make a vacancy an emergency; empty where it is none.
  ///
  /// A clause that needs what is not known does not hold.
  ///
  /// - Parameter vacancy: counts and days zero or above.
  /// - Returns: in the order of the rule.
  /// - Throws: ``DiagnosticCode/negativeCount``.
  public func reasons(_ vacancy: Vacancy) throws(Diagnostic) -> [Reason] {
    try WeightChecks.count(vacancy.filings, Text(en: "filings", zh: "加权收案"))
    for (value, name) in [
      (vacancy.daysVacant, Text(en: "days vacant", zh: "空缺天数")),
      (vacancy.authorizedJudgeships, Text(en: "judgeships", zh: "核定职位")),
      (vacancy.activeJudges, Text(en: "active judges", zh: "在任法官")),
    ] {
      if let value { try WeightChecks.count(value, name) }
    }
    let isDistrict = vacancy.court == .district
    let upper = isDistrict ? districtFilings : circuitFilings
    let lower = isDistrict ? districtLowerFilings : circuitLowerFilings
    var reasons: [Reason] = []
    if vacancy.filings > upper { reasons.append(.filings) }
    if let days = vacancy.daysVacant, days > Double(vacancyMonths) * Self.daysPerMonth,
      (lower...upper).contains(vacancy.filings)
    {
      reasons.append(.longVacancy)
    }
    guard isDistrict, let authorized = vacancy.authorizedJudgeships,
      let active = vacancy.activeJudges
    else { return reasons }
    if active > 0, vacancy.filings * authorized / active > filingsPerActiveJudge {
      reasons.append(.filingsPerActiveJudge)
    }
    if authorized > 1, active == 1 { reasons.append(.onlyOneActiveJudge) }
    return reasons
  }

  /// The days from one date to another.
  public static func days(from start: CivilDate, to end: CivilDate) -> Double {
    Double(end.dayNumber - start.dayNumber)
  }

  /// The mean month of the Gregorian calendar.
  private static let daysPerMonth = 365.2425 / 12

  /// What a reason says.
  public func text(_ reason: Reason, _ court: Vacancy.Court) -> Text {
    let isDistrict = court == .district
    func number(_ x: Double) -> String { NumberText.plain(x) }
    let upper = number(isDistrict ? districtFilings : circuitFilings)
    let lower = number(isDistrict ? districtLowerFilings : circuitLowerFilings)
    switch reason {
    case .filings:
      return Text(
        en: isDistrict
          ? "more than \(upper) weighted filings a judgeship"
          : "more than \(upper) adjusted filings a panel",
        zh: isDistrict ? "每一职位加权收案超过 \(upper) 件" : "每一合议庭调整收案超过 \(upper) 件")
    case .longVacancy:
      return Text(
        en: "vacant for more than \(vacancyMonths) months with \(lower) to \(upper) filings",
        zh: "空缺超过 \(vacancyMonths) 个月且收案为 \(lower) 至 \(upper) 件")
    case .filingsPerActiveJudge:
      return Text(
        en: "more than \(number(filingsPerActiveJudge)) weighted filings an active judge",
        zh: "每名在任法官加权收案超过 \(number(filingsPerActiveJudge)) 件")
    case .onlyOneActiveJudge:
      return Text(
        en: "only one active judge where more are authorized", zh: "核定多名法官而仅一名在任")
    }
  }
}
