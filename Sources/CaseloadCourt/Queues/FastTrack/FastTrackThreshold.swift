import CaseloadData

/// Which cases should go to a fast track: the case types in ascending order of their expected
/// work, the first q of them fast, for every q and every split of the judges.
public struct FastTrackThreshold: Codable, Sendable {
  /// The best split for one threshold.
  public struct Step: Codable, Sendable {
    /// The case types that are fast.
    public let fastTypes: [String]
    /// The largest expected work among them.
    public let longestFastService: Double
    /// Of all cases, and of all work.
    public let shareOfCases: Double
    public let shareOfWork: Double
    /// The best split; `nil` where none is stable.
    public let plan: TrackPlan?
    /// One queue in which these types go first; `nil` under sharing.
    public let priority: TrackPlan?
  }

  /// One a threshold, in ascending order.
  public let steps: [Step]
  /// The step whose split is best, keeping targets first; `nil` where no split is stable.
  public let best: Step?
  /// One queue for all.
  public let pooled: TrackPlan

  /// The search over thresholds.
  ///
  /// - Parameters:
  ///   - caseTypes: at least two; ``TrackClass/qualifies`` is not looked at.
  ///   - judges: m, from 2 on.
  ///   - discipline: how a team handles its cases.
  ///   - objective: what a plan is judged by.
  /// - Throws: as ``FastTrackSplit``.
  public init(
    caseTypes: [TrackClass], judges: Int, discipline: TeamDiscipline = .inOrder,
    objective: TrackObjective = .weightedMean
  ) throws(Diagnostic) {
    let sorted = caseTypes.sorted { $0.service.meanService < $1.service.meanService }
    let rate = sorted.reduce(0) { $0 + $1.service.arrivalRate }
    let load = sorted.reduce(0) { $0 + $1.service.load }
    var steps: [Step] = []
    var pooled: TrackPlan?
    for q in 1..<max(2, sorted.count) {
      var classes: [TrackClass] = []
      for (i, one) in sorted.enumerated() {
        classes.append(
          try TrackClass(
            one.service, qualifies: i < q, weight: one.weight,
            longestMeanWait: one.longestMeanWait))
      }
      let court = try TrackCourt(
        classes: classes, judges: judges, discipline: discipline, objective: objective)
      let split = try FastTrackSplit(court, withSensitivity: false)
      if pooled == nil { pooled = split.pooled }
      let fast = sorted.prefix(q).map(\.service)
      steps.append(
        Step(
          fastTypes: fast.map(\.name), longestFastService: fast.last?.meanService ?? 0,
          shareOfCases: fast.reduce(0) { $0 + $1.arrivalRate } / rate,
          shareOfWork: fast.reduce(0) { $0 + $1.load } / load, plan: split.bestSplit,
          priority: split.priority))
    }
    guard let pooled else {
      throw Diagnostic(
        .notComputable, .error,
        Text(en: "There are no case types.", zh: "没有案件类型。"),
        hint: Text(en: "Give at least two.", zh: "请至少给出两类。"))
    }
    self.steps = steps
    self.pooled = pooled
    best = FastTrackSplit.best(steps.compactMap(\.plan)).flatMap { plan in
      steps.first { $0.plan == plan }
    }
  }
}
