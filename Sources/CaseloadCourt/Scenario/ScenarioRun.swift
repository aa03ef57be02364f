import CaseloadData
import CaseloadForecasting
import CaseloadMath

/// Scenarios projected from one state with the same random numbers, side by side.
///
/// The chain, draw by draw: joint paths of filings by docket (``FilingsModel``) × changes, diversion
/// and routing × case weights × judges in post × what a judge resolves → cases resolved, shared over
/// the dockets by what lies open → cases pending. Draw k uses the same numbers in every scenario, so
/// that a difference between two is the scenario's doing; the same seed gives the same bytes for any
/// number of threads.
public struct ScenarioRun: Codable, Sendable {
  /// The periods ahead.
  public let periods: [Period]
  public let courts: [String]
  public let caseTypes: [String]
  public let draws: Int
  public let targetDays: Double
  public let judgeCost: Double?
  /// The models of the filings.
  public let models: [FilingsModel.Member]
  /// The mean correlation of the dockets' innovations, and how much it was shrunk.
  public let meanCorrelation: Double?
  public let shrinkage: Double
  /// The base first.
  public let results: [ScenarioResult]
  public let comparisons: [ScenarioComparison]
  /// Of one to five more judges in each court, under the base.
  public let judgeValues: [JudgeValue]
  public let diagnostics: [Diagnostic]

  /// The result of one scenario.
  public func result(_ id: String) -> ScenarioResult? { results.first { $0.id == id } }

  /// The comparison of one scenario, measure and court; all courts for `nil`.
  public func comparison(_ scenario: String, _ measure: ScenarioMeasure, court: String? = nil)
    -> ScenarioComparison?
  {
    comparisons.first {
      $0.scenario == scenario && $0.measure == measure && $0.court == court
    }
  }

  /// Draws a block holds.
  static let blockLength = 256
  /// Blocks that variance shares are taken from: 4,096 draws leave an error of about 0.015.
  static let sensitivityBlocks = 16

  /// Projects the base and every scenario of `plan`.
  ///
  /// - Parameters:
  ///   - state: where the courts stand.
  ///   - plan: how far, how, and what might change.
  ///   - seed: of all draws.
  ///   - threads: at most this many at once; `nil` leaves it to the runtime.
  ///   - hasSensitivity: whether to tell what drives the answer, and what more judges are worth.
  /// - Returns: results, comparisons, sensitivities and the value of more judges.
  /// - Throws: a `Diagnostic` for a plan that does not fit the state; what fitting throws.
  public static func projected(
    _ state: CourtState, _ plan: ScenarioPlan, seed: UInt64, threads: Int? = nil,
    hasSensitivity: Bool = true
  ) async throws -> ScenarioRun {
    let (scenarios, periods) = try plan.checked(against: state)
    var draws = AssumptionDraws()
    var effects: [ScenarioEffects] = []
    for (scenario, path) in scenarios {
      effects.append(try ScenarioEffects(scenario, state, periods, path: path, &draws))
    }
    let (basis, notes) = try await ScenarioBasis.made(
      state, plan, draws, periods, threads: threads, from: RandomStream(seed: seed))
    return try await projected(
      basis, scenarios.map(\.scenario), effects, notes: notes, threads: threads,
      hasSensitivity: hasSensitivity)
  }

  /// The same from what was estimated before.
  static func projected(
    _ basis: ScenarioBasis, _ scenarios: [Scenario], _ effects: [ScenarioEffects],
    notes: [Diagnostic], threads: Int?, hasSensitivity: Bool
  ) async throws -> ScenarioRun {
    let (plan, state) = (basis.plan, basis.state)
    let blockCount = (plan.draws + blockLength - 1) / blockLength
    let inputs = try await concurrentMap(blockCount, threads: threads) { block in
      let first = block * blockLength
      return basis.inputs(first: first, count: min(blockLength, plan.draws - first))
    }
    let groups = ScenarioTally.groups(state)
    var results: [ScenarioResult] = []
    var comparisons: [ScenarioComparison] = []
    var base: [ScenarioTally.Headline] = []
    var diagnostics = notes
    for (scenario, effect) in zip(scenarios, effects) {
      let kernel = ScenarioKernel(basis: basis, effects: effect)
      let blocks = try await concurrentMap(blockCount, threads: threads) { block in
        kernel.outputs(inputs[block])
      }
      let tally = ScenarioTally(
        basis: basis, effects: effect, blocks: blocks, staff: inputs.map(\.staff))
      let parts = try await concurrentMap(groups.count, threads: threads) { tally.part(groups[$0]) }
      let sensitivity =
        hasSensitivity
        ? try await ScenarioSensitivity.all(kernel, inputs, threads: threads) : []
      results.append(
        ScenarioResult(
          id: scenario.id, title: scenario.title, paths: parts.flatMap(\.paths),
          years: parts.flatMap(\.years), staff: parts.compactMap(\.staff),
          sensitivity: sensitivity))
      let headlines = zip(groups, parts).filter { $0.0.caseType == nil }.map(\.1.headline)
      if results.count == 1 {
        base = headlines
      } else {
        comparisons += compared(scenario.id, state, base, headlines)
      }
      diagnostics += growth(scenario, parts, groups, basis)
    }
    let values =
      hasSensitivity
      ? try await JudgeValue.all(
        ScenarioKernel(basis: basis, effects: effects[0]), inputs, base, threads: threads) : []
    let count = state.dockets.count
    var correlations: [Double] = []
    for i in 0..<count { for j in 0..<i { correlations.append(basis.filings.correlation[i, j]) } }
    return ScenarioRun(
      periods: basis.periods, courts: state.courts, caseTypes: state.caseTypes, draws: plan.draws,
      targetDays: plan.targetDays, judgeCost: plan.judgeCost, models: basis.filings.members,
      meanCorrelation: Descriptive.mean(correlations), shrinkage: basis.filings.shrinkage,
      results: results, comparisons: comparisons, judgeValues: values, diagnostics: diagnostics)
  }

  private static func compared(
    _ id: String, _ state: CourtState, _ base: [ScenarioTally.Headline],
    _ other: [ScenarioTally.Headline]
  ) -> [ScenarioComparison] {
    var list: [ScenarioComparison] = []
    for (index, (a, b)) in zip(base, other).enumerated() {
      for measure in ScenarioMeasure.allCases {
        guard var before = a.values[measure], var after = b.values[measure] else { continue }
        var difference = zip(after, before).map { $0 - $1 }
        let isJudged = measure != .filed && measure != .resolved
        let better =
          difference.reduce(0.0) { $0 + ($1 < -1e-9 ? 1 : $1 > 1e-9 ? 0 : 0.5) }
          / Double(difference.count)
        guard let change = DrawSummary(finite: &difference),
          let from = DrawSummary(finite: &before), let to = DrawSummary(finite: &after)
        else { continue }
        list.append(
          ScenarioComparison(
            scenario: id, court: index == 0 ? nil : state.courts[index - 1], measure: measure,
            base: from, value: to, difference: change,
            probabilityBetter: isJudged ? better : nil))
      }
    }
    return list
  }

  /// A warning for each court that takes in more than it can resolve by the end of the horizon.
  private static func growth(
    _ scenario: Scenario, _ parts: [ScenarioTally.Part], _ groups: [ScenarioTally.Group],
    _ basis: ScenarioBasis
  ) -> [Diagnostic] {
    zip(groups, parts).compactMap { group, part in
      guard let court = group.court, group.caseType == nil,
        let pending = part.paths.first(where: { $0.measure == .pending })?.values
      else { return nil }
      let span = min(basis.year, basis.horizon - 1)
      guard span > 0, let last = pending[basis.horizon - 1],
        let before = pending[basis.horizon - 1 - span],
        // Growth in most draws, and by more than a percent a year.
        let shortage = part.staff?.shortageProbability.last, shortage > 0.5,
        last.median > 1.01 * before.median
      else { return nil }
      let rate = (last.median - before.median) / Double(span)
      let text = NumberText.decimal(rate, rate < 10 ? 1 : 0)
      return Diagnostic(
        .unboundedBacklog, .warning,
        Text(
          en:
            "\(scenario.title.en): more cases come in than the judges resolve; pending cases grow by "
            + "\(text.en) a period at the end of the horizon.",
          zh: "\(scenario.title.zh)：收案多于办案能力，至期末未结案件每期增加 \(text.zh) 件。"),
        at: Diagnostic.Location(series: "court=\(basis.state.courts[court])"),
        hint: Text(
          en: "See the judges to keep pace.", zh: "请参看收结平衡所需法官数。"))
    }
  }
}
