import CaseloadData
import CaseloadMath

/// A scenario laid over a state: what changes in which docket and court, period by period.
struct ScenarioEffects: Sendable {
  /// A percentage with an error of its own.
  struct Change: Sendable {
    /// Dockets for filings, courts for productivity.
    let places: [Int]
    let percent: Double
    let standardError: Double
    /// 0 to 1, one a period.
    let ramp: [Double]
    /// Into the normal draws of the block.
    let draw: Int
  }

  /// A diversion of some dockets.
  struct Diversion: Sendable {
    let dockets: [Int]
    let ramp: [Double]
    let returns: Double
    let lag: Int
    let minutes: Double
    /// Into the shares of the block.
    let draw: Int
  }

  /// Filings that go from one docket to another.
  struct Routing: Sendable {
    let from: Int
    let to: Int
    let share: Double
    let ramp: [Double]
  }

  /// Deterministic factors, [docket][period] and [court][period].
  var filings: [Double]
  var productivity: [Double]
  /// Judges at work, [court][period].
  var judges: [Double]
  var filingsChanges: [Change] = []
  var productivityChanges: [Change] = []
  var diversions: [Diversion] = []
  var routings: [Routing] = []

  var returnsCases: Bool { diversions.contains { $0.returns > 0 } }
}

/// What is drawn beside filings and pace: the same draw serves every scenario that assumes the same.
struct AssumptionDraws: Sendable {
  /// Percentages that have an error, each once.
  private(set) var changes: [Scenario.FilingsChange] = []
  /// Shares, each once.
  private(set) var shares: [Scenario.Diversion] = []

  mutating func index(ofChange change: Scenario.FilingsChange) -> Int {
    if let known = changes.firstIndex(of: change) { return known }
    changes.append(change)
    return changes.count - 1
  }

  mutating func index(ofShare share: Scenario.Diversion) -> Int {
    if let known = shares.firstIndex(of: share) { return known }
    shares.append(share)
    return shares.count - 1
  }

  /// The share that a uniform draw stands for: beta with the mean and error that were given.
  static func share(_ diversion: Scenario.Diversion, _ u: Double) -> Double {
    let (mean, error) = (diversion.share, diversion.standardError)
    guard error > 0, mean > 0, mean < 1 else { return mean }
    let size = mean * (1 - mean) / (error * error) - 1
    return Beta(alpha: mean * size, beta: (1 - mean) * size).quantile(u)
  }
}

extension ScenarioEffects {
  /// Checks `scenario` against the state and lays it over it.
  ///
  /// - Parameters:
  ///   - scenario: with everything that it combines.
  ///   - state: courts, types and judges.
  ///   - periods: those ahead.
  ///   - path: where the scenario stands in its file, for messages.
  ///   - draws: takes in what has to be drawn.
  /// - Throws: ``DiagnosticCode/unknownName``, ``DiagnosticCode/illegalProbability``,
  ///   ``DiagnosticCode/illegalRate``, ``DiagnosticCode/illegalStaff``,
  ///   ``DiagnosticCode/malformedDefinition``; the location's column names the entry.
  init(
    _ scenario: Scenario, _ state: CourtState, _ periods: [Period], path: String,
    _ draws: inout AssumptionDraws
  ) throws(Diagnostic) {
    let horizon = periods.count
    filings = [Double](repeating: 1, count: state.dockets.count * horizon)
    productivity = [Double](repeating: 1, count: state.courts.count * horizon)
    judges = []
    let check = ScenarioChecks(state: state, periods: periods, path: path)
    for (index, change) in scenario.filings.enumerated() {
      let at = "filings[\(index)]"
      let places = try check.dockets(change.court, change.caseType, at)
      try check.percent(change.percent, change.standardError, at)
      let ramp = try check.ramp(change.from, change.ramp, at)
      if change.standardError > 0 {
        filingsChanges.append(
          Change(
            places: places, percent: change.percent, standardError: change.standardError,
            ramp: ramp, draw: draws.index(ofChange: change)))
        continue
      }
      for s in places {
        for t in 0..<horizon { filings[s * horizon + t] *= 1 + change.percent / 100 * ramp[t] }
      }
    }
    for (index, change) in scenario.productivity.enumerated() {
      let at = "productivity[\(index)]"
      let places = try check.courts(change.court, at)
      try check.percent(change.percent, change.standardError, at)
      let ramp = try check.ramp(change.from, change.ramp, at)
      if change.standardError > 0 {
        // Shares the list of percentages, told apart by a case type that no docket has.
        let key = Scenario.FilingsChange(
          court: change.court, caseType: "\u{0}productivity", from: change.from,
          percent: change.percent, standardError: change.standardError, ramp: change.ramp)
        productivityChanges.append(
          Change(
            places: places, percent: change.percent, standardError: change.standardError,
            ramp: ramp, draw: draws.index(ofChange: key)))
        continue
      }
      for c in places {
        for t in 0..<horizon { productivity[c * horizon + t] *= 1 + change.percent / 100 * ramp[t] }
      }
    }
    for (index, diversion) in scenario.diversion.enumerated() {
      let at = "diversion[\(index)]"
      try check.diversion(diversion, at)
      diversions.append(
        Diversion(
          dockets: try check.dockets(diversion.court, diversion.caseType, at),
          ramp: try check.ramp(diversion.from, diversion.ramp, at), returns: diversion.returns,
          lag: diversion.lag, minutes: diversion.minutes, draw: draws.index(ofShare: diversion)))
    }
    for (index, routing) in scenario.routing.enumerated() {
      let at = "routing[\(index)]"
      try check.probability(routing.share, "share", at)
      let ramp = try check.ramp(routing.from, 0, at)
      for s in try check.dockets(routing.court, routing.caseType, at) {
        routings.append(
          Routing(
            from: s, to: try check.counterpart(of: s, in: routing.to, at), share: routing.share,
            ramp: ramp))
      }
    }
    var plans = state.courts.indices.map { StaffingPlan(judges: state.judgesInPost($0)) }
    for (index, change) in scenario.judges.enumerated() {
      let at = "judges[\(index)]"
      let from = try check.period(change.from, at)
      guard change.change.isFinite, change.training >= 0 else { throw check.notANumber(at) }
      plans[try check.court(change.court, at)].changes.append(
        StaffingPlan.Change(from: from, judges: change.change, trainingPeriods: change.training))
    }
    for (court, plan) in plans.enumerated() {
      do throws(Diagnostic) {
        judges += try plan.judges(over: periods)
      } catch {
        throw error.located(
          Diagnostic.Location(column: path + ".judges", series: "court=\(state.courts[court])"))
      }
    }
  }
}
