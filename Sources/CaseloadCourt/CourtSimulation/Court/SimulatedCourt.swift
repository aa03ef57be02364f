import CaseloadData

/// A court to be simulated: its calendar, judges, case types and the scenarios to compare.
///
/// The clock runs in days. On a working day a judge has `minutesPerDay` for cases, spread evenly
/// over the day and shared equally among the cases on the active docket; a day off brings none.
public struct SimulatedCourt: Codable, Sendable, Equatable {
  /// Which judge of the track gets a new case.
  public enum Allocation: String, Codable, Sendable, CaseIterable {
    /// At random, by the share of a post.
    case random
    /// Who has the fewest open cases a post.
    case leastLoaded = "least-loaded"
    /// Who has the fewest open minutes a post, by the means of the case types.
    case weighted
  }

  /// Judges who leave unforeseen, and those who follow them.
  public struct Retirement: Codable, Sendable, Equatable {
    /// A year's hazard of each judge.
    public var hazard: Double
    /// Months until the post is filled again.
    public var recruitmentMonths: Int
    /// Months until the newcomer handles a full load, rising evenly.
    public var trainingMonths: Int

    /// A law of leaving.
    public init(hazard: Double, recruitmentMonths: Int = 12, trainingMonths: Int = 6) {
      self.hazard = hazard
      self.recruitmentMonths = recruitmentMonths
      self.trainingMonths = trainingMonths
    }

    private enum CodingKeys: String, CodingKey, CaseIterable {
      case hazard, recruitmentMonths, trainingMonths
    }

    public init(from decoder: any Decoder) throws {
      let values = try decoder.description(CodingKeys.self)
      self.init(
        hazard: try values.decode(Double.self, forKey: .hazard),
        recruitmentMonths: try values.decodeIfPresent(Int.self, forKey: .recruitmentMonths) ?? 12,
        trainingMonths: try values.decodeIfPresent(Int.self, forKey: .trainingMonths) ?? 6)
    }
  }

  /// The first month that is reported.
  public var start: Period
  public var months: Int
  /// Months that are simulated before, and not reported.
  public var warmUpMonths: Int
  public var calendar: WorkCalendar.Kind
  public var minutesPerDay: Double
  /// Twelve factors of the judges' time from January on, such as a rush at the end of the year;
  /// empty for none.
  public var rhythm: [Double]
  /// Weeks off a judge and year, drawn at random.
  public var leaveWeeks: Double
  /// The probability that a judge is away on a working day.
  public var absence: Double
  public var retirement: Retirement?
  public var team: CourtTeam?
  public var allocation: Allocation
  /// Error of the guess at a case's minutes by which it is routed: its coefficient of variation.
  public var estimateError: Double
  /// In the order in which they are tried; the last takes what is left.
  public var tracks: [CourtTrack]
  public var caseTypes: [CourtCaseType]
  public var scenarios: [CourtScenario]

  /// A court with the ordinary calendar and nobody ever away.
  public init(
    start: Period, months: Int, minutesPerDay: Double, tracks: [CourtTrack],
    caseTypes: [CourtCaseType]
  ) {
    self.start = start
    self.months = months
    warmUpMonths = 0
    calendar = .china
    self.minutesPerDay = minutesPerDay
    rhythm = []
    leaveWeeks = 0
    absence = 0
    retirement = nil
    team = nil
    allocation = .leastLoaded
    estimateError = 0
    self.tracks = tracks
    self.caseTypes = caseTypes
    scenarios = []
  }

  private enum CodingKeys: String, CodingKey, CaseIterable {
    case start, months, warmUpMonths, calendar, minutesPerDay, rhythm, leaveWeeks, absence
    case retirement, team, allocation, estimateError, tracks, caseTypes, scenarios
  }

  public init(from decoder: any Decoder) throws {
    let values = try decoder.description(CodingKeys.self)
    self.init(
      start: try values.decode(Period.self, forKey: .start),
      months: try values.decode(Int.self, forKey: .months),
      minutesPerDay: try values.decode(Double.self, forKey: .minutesPerDay),
      tracks: try values.decode([CourtTrack].self, forKey: .tracks),
      caseTypes: try values.decode([CourtCaseType].self, forKey: .caseTypes))
    warmUpMonths = try values.decodeIfPresent(Int.self, forKey: .warmUpMonths) ?? 0
    calendar = try values.decodeIfPresent(WorkCalendar.Kind.self, forKey: .calendar) ?? .china
    rhythm = try values.decodeIfPresent([Double].self, forKey: .rhythm) ?? []
    leaveWeeks = try values.decodeIfPresent(Double.self, forKey: .leaveWeeks) ?? 0
    absence = try values.decodeIfPresent(Double.self, forKey: .absence) ?? 0
    retirement = try values.decodeIfPresent(Retirement.self, forKey: .retirement)
    team = try values.decodeIfPresent(CourtTeam.self, forKey: .team)
    allocation = try values.decodeIfPresent(Allocation.self, forKey: .allocation) ?? .leastLoaded
    estimateError = try values.decodeIfPresent(Double.self, forKey: .estimateError) ?? 0
    scenarios = try values.decodeIfPresent([CourtScenario].self, forKey: .scenarios) ?? []
  }

  /// Checks every number and name of the court.
  ///
  /// - Throws: the first `Diagnostic` with what, where and what to do.
  public func check() throws(Diagnostic) {
    guard start.frequency == .monthly else {
      throw Diagnostic(
        .malformedDefinition, .error,
        Text(en: "The start \(start) is not a month.", zh: "起始时间 \(start) 不是月份。"),
        at: Diagnostic.Location(column: "start"),
        hint: Text(en: "Write it as 2025-01.", zh: "请写作 2025-01。"))
    }
    try SimulationCheck.count("months", months)
    // A century of days in an array of judges: more is a slip of the pen.
    try SimulationCheck.count(
      "1200 − months − warmUpMonths", 1200 - months - warmUpMonths, least: 0)
    try SimulationCheck.count("warmUpMonths", warmUpMonths, least: 0)
    try SimulationCheck.rate("minutesPerDay", minutesPerDay)
    try CourtCaseType.checkMonths("rhythm", rhythm)
    try SimulationCheck.rate("leaveWeeks", leaveWeeks, allowsZero: true)
    try SimulationCheck.probability("leaveWeeks / 52", leaveWeeks / 52)
    try SimulationCheck.probability("absence", absence)
    try SimulationCheck.rate("estimateError", estimateError, allowsZero: true)
    if let retirement {
      try SimulationCheck.rate("hazard", retirement.hazard, allowsZero: true)
      try SimulationCheck.count("recruitmentMonths", retirement.recruitmentMonths, least: 0)
      try SimulationCheck.count("trainingMonths", retirement.trainingMonths, least: 0)
    }
    try team?.check()
    try SimulationCheck.count("tracks", tracks.count)
    try SimulationCheck.count("caseTypes", caseTypes.count)
    try Self.checkNames(tracks.map(\.id), Text(en: "track", zh: "办案轨道"))
    try Self.checkNames(caseTypes.map(\.id), Text(en: "case type", zh: "案件类型"))
    try Self.checkNames(["base"] + scenarios.map(\.id), Text(en: "scenario", zh: "情景"))
    for track in tracks { try track.check() }
    for type in caseTypes { try type.check(tracks: tracks.map(\.id)) }
  }

  private static func checkNames(_ names: [String], _ kind: Text) throws(Diagnostic) {
    var seen: Set<String> = []
    for name in names where name.isEmpty || !seen.insert(name).inserted {
      throw Diagnostic(
        .malformedDefinition, .error,
        Text(
          en: name.isEmpty ? "A \(kind.en) has no id." : "There are two \(kind.en)s '\(name)'.",
          zh: name.isEmpty ? "有\(kind.zh)未命名。" : "\(kind.zh)“\(name)”重复。"),
        at: Diagnostic.Location(series: name),
        hint: Text(en: "Give each its own id.", zh: "请各取不同的 id。"))
    }
  }
}
