import CaseloadData

/// A group of judges who share the cases of one kind of procedure.
public struct CourtTrack: Codable, Sendable, Equatable {
  public var id: String
  /// Posts over time. The last post of a track counts by its fraction.
  public var judges: StaffingPlan
  /// Cases that a judge works on at once: the judge's time is shared equally among them, and the
  /// rest wait. 1 is one case at a time; `nil` is all of them.
  public var activeLimit: Int?
  /// A case that looks like no more than so many minutes comes here, where its type names no routes.
  public var upToMinutes: Double?

  /// A track.
  public init(
    id: String, judges: StaffingPlan, activeLimit: Int? = nil, upToMinutes: Double? = nil
  ) {
    self.id = id
    self.judges = judges
    self.activeLimit = activeLimit
    self.upToMinutes = upToMinutes
  }

  private enum CodingKeys: String, CodingKey, CaseIterable {
    case id, judges, activeLimit, upToMinutes
  }

  public init(from decoder: any Decoder) throws {
    let values = try decoder.description(CodingKeys.self)
    id = try values.decode(String.self, forKey: .id)
    judges = try values.decode(StaffingDescription.self, forKey: .judges).plan
    activeLimit = try values.decodeIfPresent(Int.self, forKey: .activeLimit)
    upToMinutes = try values.decodeIfPresent(Double.self, forKey: .upToMinutes)
  }

  func check() throws(Diagnostic) {
    if let activeLimit { try SimulationCheck.count("activeLimit", activeLimit) }
    if let upToMinutes { try SimulationCheck.rate("upToMinutes", upToMinutes) }
  }
}

/// A staffing plan as a file says it: a bare number, or a number with dated changes.
struct StaffingDescription: Decodable {
  struct Change: Decodable {
    let change: StaffingPlan.Change

    private enum CodingKeys: String, CodingKey, CaseIterable {
      case from, judges, trainingPeriods
    }

    init(from decoder: any Decoder) throws {
      let values = try decoder.description(CodingKeys.self)
      change = StaffingPlan.Change(
        from: try values.decode(Period.self, forKey: .from),
        judges: try values.decode(Double.self, forKey: .judges),
        trainingPeriods: try values.decodeIfPresent(Int.self, forKey: .trainingPeriods) ?? 0)
    }
  }

  let plan: StaffingPlan

  private enum CodingKeys: String, CodingKey, CaseIterable { case judges, changes }

  init(from decoder: any Decoder) throws {
    if let judges = try? decoder.singleValueContainer().decode(Double.self) {
      plan = StaffingPlan(judges: judges)
      return
    }
    let values = try decoder.description(CodingKeys.self)
    plan = StaffingPlan(
      judges: try values.decode(Double.self, forKey: .judges),
      changes: try values.decodeIfPresent([Change].self, forKey: .changes)?.map(\.change) ?? [])
  }
}
