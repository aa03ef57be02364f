import CaseloadData

/// Whether a fast track pays: one pooled queue, priority for simple cases, and every split of the
/// judges into two teams, by the waits that each gives.
///
/// ```
/// pooled      all classes, m judges
/// priority    qualifying classes first, m judges, no preemption
/// split k     qualifying classes with k judges, the others with m − k
/// ```
///
/// A team in order is M/G/k (exact for one judge or one exponential class, Whitt's approximation
/// otherwise); a team that shares is M/G/k-PS, exact. Pooling saves idle time, splitting keeps
/// simple cases from waiting behind long ones: which one wins depends on the spread of the
/// services. Under sharing short cases do not wait behind long ones anyway, and a split can only
/// lose.
///
/// - Source: Whitt (1999), "Partitioning customers into service groups", *Management Science*
///   45(11), 1579–1592; Cobham (1954) for priority.
public struct FastTrackSplit: Codable, Sendable {
  /// How the best split changes with one number.
  public struct Sensitivity: Codable, Sendable {
    /// Such as `fastArrivals`.
    public let parameter: String
    /// What it was multiplied by.
    public let factor: Double
    /// The best number of fast judges then; `nil` where no split is stable.
    public let fastJudges: Int?
    /// Its objective.
    public let objective: Double?
    /// The objective of the original split then; `nil` where it is not stable.
    public let objectiveUnchanged: Double?
  }

  public let judges: Int
  public let discipline: TeamDiscipline
  public let objective: TrackObjective
  public let pooled: TrackPlan
  /// `nil` under sharing.
  public let priority: TrackPlan?
  /// Every split that is stable, by the judges of the fast track: the curve over k.
  public let splits: [TrackPlan]
  /// The best split that keeps all targets, or the best of all where none does; `nil` where none is
  /// stable.
  public let bestSplit: TrackPlan?
  /// The best of everything, judged in the same way.
  public let best: TrackPlan
  public let sensitivity: [Sensitivity]
  public let diagnostics: [Diagnostic]

  /// The comparison of a court of `judges`.
  ///
  /// - Parameters:
  ///   - classes: at least one that qualifies and one that does not.
  ///   - judges: m, from 2 on.
  ///   - discipline: how a team handles its cases.
  ///   - objective: what a plan is judged by.
  /// - Throws: ``DiagnosticCode/illegalStaff``, ``DiagnosticCode/unboundedBacklog`` where even all judges
  ///   together are too few, ``DiagnosticCode/notComputable`` where there is nothing to split.
  public init(
    classes: [TrackClass], judges: Int, discipline: TeamDiscipline = .inOrder,
    objective: TrackObjective = .weightedMean
  ) throws(Diagnostic) {
    try self.init(
      TrackCourt(classes: classes, judges: judges, discipline: discipline, objective: objective),
      withSensitivity: true)
  }

  init(_ court: TrackCourt, withSensitivity: Bool) throws(Diagnostic) {
    judges = court.judges
    discipline = court.discipline
    objective = court.objective
    let pooled = try court.pooled()
    let priority = court.discipline == .inOrder ? try court.priority() : nil
    var splits: [TrackPlan] = []
    for k in court.stableSplits { splits.append(try court.split(fastJudges: k)) }
    self.pooled = pooled
    self.priority = priority
    self.splits = splits
    bestSplit = Self.best(splits)
    let best = Self.best([pooled] + (priority.map { [$0] } ?? []) + splits) ?? pooled
    self.best = best
    var diagnostics: [Diagnostic] = []
    if splits.isEmpty { diagnostics.append(court.noSplit) }
    if let missed = best.classes.indices.first(where: { i in
      court.classes[i].longestMeanWait.map { best.classes[i].meanWait > $0 } ?? false
    }) {
      diagnostics.append(Self.targetMissed(court.classes[missed].service.name))
    }
    self.diagnostics = diagnostics
    guard withSensitivity, let bestSplit, let fast = bestSplit.fastJudges else {
      sensitivity = []
      return
    }
    var sensitivity: [Sensitivity] = []
    for (parameter, isFast, keyPath) in TrackCourt.parameters {
      for factor in [0.9, 1.1] {
        let changed = try court.scaled(keyPath, isFast: isFast, by: factor)
        var one: TrackPlan?
        var curve: [TrackPlan] = []
        for k in changed.stableSplits {
          let plan = try changed.split(fastJudges: k)
          if k == fast { one = plan }
          curve.append(plan)
        }
        let new = Self.best(curve)
        sensitivity.append(
          Sensitivity(
            parameter: parameter, factor: factor, fastJudges: new?.fastJudges,
            objective: new?.objective, objectiveUnchanged: one?.objective))
      }
    }
    self.sensitivity = sensitivity
  }

  /// Those that keep their targets before those that do not, then the least objective.
  static func best(_ plans: [TrackPlan]) -> TrackPlan? {
    plans.min {
      $0.keepsTargets == $1.keepsTargets
        ? $0.objective < $1.objective : $0.keepsTargets && !$1.keepsTargets
    }
  }

  private static func targetMissed(_ name: String) -> Diagnostic {
    Diagnostic(
      .infeasiblePlan, .warning,
      Text(
        en: "No plan keeps every target: the best still lets '\(name)' wait longer than allowed.",
        zh: "没有方案能满足全部目标：最优方案下“\(name)”的平均等待仍超过上限。"),
      at: Diagnostic.Location(series: name),
      hint: Text(en: "Relax the target, or add judges.", zh: "请放宽目标，或增加法官。"))
  }
}
