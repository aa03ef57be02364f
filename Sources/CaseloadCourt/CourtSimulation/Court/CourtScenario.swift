import CaseloadData

/// A list of changes to a court: what if two judges left, or a fifth of the loans were mediated.
public struct CourtScenario: Codable, Sendable, Equatable {
  public var id: String
  /// For people; the id where there is none.
  public var name: String?
  /// Of the filings of all types.
  public var arrivalFactor: Double
  /// Of the filings of one type.
  public var arrivalFactors: [String: Double]
  /// Judges who come or go, by track.
  public var staffing: [String: [StaffingPlan.Change]]
  /// The share that goes to mediation first, by case type.
  public var diversion: [String: Double]
  /// Other routes, by case type.
  public var routes: [String: [CourtCaseType.Route]]
  /// Other limits of the active docket, by track.
  public var activeLimits: [String: Int]
  /// Of a judge's minutes a day.
  public var minutesFactor: Double
  public var assistants: Double?
  public var clerks: Double?
  public var allocation: SimulatedCourt.Allocation?

  /// A scenario that changes nothing yet.
  public init(id: String, name: String? = nil) {
    self.id = id
    self.name = name
    (arrivalFactor, minutesFactor) = (1, 1)
    (arrivalFactors, staffing, diversion, routes, activeLimits) = ([:], [:], [:], [:], [:])
  }

  private enum CodingKeys: String, CodingKey, CaseIterable {
    case id, name, arrivalFactor, arrivalFactors, staffing, diversion, routes, activeLimits
    case minutesFactor, assistants, clerks, allocation
  }

  public init(from decoder: any Decoder) throws {
    let values = try decoder.description(CodingKeys.self)
    self.init(
      id: try values.decode(String.self, forKey: .id),
      name: try values.decodeIfPresent(String.self, forKey: .name))
    arrivalFactor = try values.decodeIfPresent(Double.self, forKey: .arrivalFactor) ?? 1
    arrivalFactors =
      try values.decodeIfPresent([String: Double].self, forKey: .arrivalFactors) ?? [:]
    staffing =
      try values.decodeIfPresent([String: [StaffingDescription.Change]].self, forKey: .staffing)?
      .mapValues { $0.map(\.change) } ?? [:]
    diversion = try values.decodeIfPresent([String: Double].self, forKey: .diversion) ?? [:]
    routes =
      try values.decodeIfPresent([String: [CourtCaseType.Route]].self, forKey: .routes) ?? [:]
    activeLimits = try values.decodeIfPresent([String: Int].self, forKey: .activeLimits) ?? [:]
    minutesFactor = try values.decodeIfPresent(Double.self, forKey: .minutesFactor) ?? 1
    assistants = try values.decodeIfPresent(Double.self, forKey: .assistants)
    clerks = try values.decodeIfPresent(Double.self, forKey: .clerks)
    allocation = try values.decodeIfPresent(
      SimulatedCourt.Allocation.self, forKey: .allocation)
  }

  /// The court as the scenario changes it.
  ///
  /// - Parameter base: the court without the changes.
  /// - Returns: the court with them, checked.
  /// - Throws: ``DiagnosticCode/malformedDefinition`` for a track or case type that the court does
  ///   not have; what ``SimulatedCourt/check()`` throws; placed at the scenario.
  public func applied(to base: SimulatedCourt) throws(Diagnostic) -> SimulatedCourt {
    do {
      return try changed(base)
    } catch {
      throw error.located(Diagnostic.Location(series: id))
    }
  }

  private func changed(_ base: SimulatedCourt) throws(Diagnostic) -> SimulatedCourt {
    let tracks = base.tracks.map(\.id)
    let types = base.caseTypes.map(\.id)
    for name in (Array(staffing.keys) + Array(activeLimits.keys)).sorted()
    where !tracks.contains(name) {
      throw SimulationCheck.unknown(name, among: tracks, Text(en: "track", zh: "办案轨道"))
    }
    let named = Array(arrivalFactors.keys) + Array(diversion.keys) + Array(routes.keys)
    for name in named.sorted() where !types.contains(name) {
      throw SimulationCheck.unknown(name, among: types, Text(en: "case type", zh: "案件类型"))
    }
    try SimulationCheck.rate("arrivalFactor", arrivalFactor, allowsZero: true)
    try SimulationCheck.rate("minutesFactor", minutesFactor)
    var court = base
    court.scenarios = []
    court.minutesPerDay *= minutesFactor
    if let allocation { court.allocation = allocation }
    if assistants != nil || clerks != nil {
      guard var team = court.team else {
        throw SimulationCheck.unknown("team", among: [], Text(en: "team", zh: "审判团队"))
      }
      team.assistants = assistants ?? team.assistants
      team.clerks = clerks ?? team.clerks
      court.team = team
    }
    for i in court.tracks.indices {
      let id = court.tracks[i].id
      court.tracks[i].judges.changes += staffing[id] ?? []
      if let limit = activeLimits[id] { court.tracks[i].activeLimit = limit }
    }
    for i in court.caseTypes.indices {
      let id = court.caseTypes[i].id
      let own = arrivalFactors[id] ?? 1
      try SimulationCheck.rate("arrivalFactors", own, allowsZero: true)
      court.caseTypes[i].arrivalFactor *= arrivalFactor * own
      if let share = diversion[id] {
        var change = court.caseTypes[i].diversion ?? CourtCaseType.Diversion(share: share)
        change.share = share
        court.caseTypes[i].diversion = change
      }
      if let routes = routes[id] { court.caseTypes[i].routes = routes }
    }
    try court.check()
    return court
  }
}
