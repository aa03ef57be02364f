import CaseloadData

/// Judges in post over time: what there are now, and dated changes.
public struct StaffingPlan: Codable, Sendable, Equatable {
  /// Judges who come or go.
  public struct Change: Codable, Sendable, Equatable {
    /// The first period in which it counts.
    public let from: Period
    /// Full-time judges; below zero for those who leave.
    public let judges: Double
    /// Periods from `from` on until a newcomer handles a full load, rising evenly; 0 for at once.
    public let trainingPeriods: Int

    /// A dated change.
    public init(from: Period, judges: Double, trainingPeriods: Int = 0) {
      self.from = from
      self.judges = judges
      self.trainingPeriods = trainingPeriods
    }
  }

  /// Full-time judges before any change.
  public var judges: Double
  public var changes: [Change]

  /// A plan.
  public init(judges: Double, changes: [Change] = []) {
    self.judges = judges
    self.changes = changes
  }

  /// The full-time judges of each period, newcomers counted by what they handle.
  ///
  /// ```
  /// J(t) = J₀ + Σ change · min(1, (t − from + 1) / (training + 1))   for those with t ≥ from
  /// ```
  ///
  /// - Parameter periods: of the frequency of the changes.
  /// - Returns: one number a period.
  /// - Throws: ``DiagnosticCode/illegalStaff`` where fewer than none are left, or the plan starts with
  ///   a number below zero.
  public func judges(over periods: [Period]) throws(Diagnostic) -> [Double] {
    guard judges >= 0, judges.isFinite, changes.allSatisfy({ $0.judges.isFinite }) else {
      throw Self.illegal(judges, nil)
    }
    var result: [Double] = []
    for period in periods {
      var total = judges
      for change in changes where change.from.frequency == period.frequency {
        let elapsed = change.from.distance(to: period)
        guard elapsed >= 0 else { continue }
        let share =
          change.judges > 0
          ? min(1, Double(elapsed + 1) / Double(max(0, change.trainingPeriods) + 1)) : 1
        total += change.judges * share
      }
      guard total >= -1e-9 else { throw Self.illegal(total, period) }
      result.append(max(0, total))
    }
    return result
  }

  private static func illegal(_ judges: Double, _ period: Period?) -> Diagnostic {
    Diagnostic(
      .illegalStaff, .error,
      Text(
        en: "The plan has \(NumberText.plain(judges)) judges" + (period.map { " in \($0)" } ?? "")
          + "; there cannot be fewer than none.",
        zh: "方案" + (period.map { "在 \($0)" } ?? "") + "有 \(NumberText.plain(judges)) 名法官，不能少于零。"),
      at: period.map { Diagnostic.Location(period: $0.description) },
      hint: Text(
        en: "Let fewer judges leave, or correct the number in post.", zh: "请减少离任人数，或更正在岗人数。"))
  }
}
