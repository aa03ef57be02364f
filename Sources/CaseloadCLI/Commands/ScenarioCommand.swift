import ArgumentParser
import Caseload
import CaseloadIO
import Foundation

struct ScenarioCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "scenario",
    abstract: "What if: filings, mediation, judges and pace, side by side with intervals.",
    discussion: """
      EXAMPLES
        caseload scenario Datasets/riverside
        caseload scenario Datasets/riverside --scenarios Datasets/riverside/scenarios.yaml
        caseload scenario Datasets/riverside --scenarios Datasets/riverside/scenarios.yaml \\
          --scenario centre,together --horizon 24 --format json
        caseload scenario courts.csv --incoming filed --resolved closed --pending open \\
          --judges posts --by court,caseType

      SCENARIOS is a YAML file; without one, each court gets one more judge.
        title: {en: Outlook, zh: 展望}     horizon: 36       draws: 10000
        model: auto                       targetDays: 180   judgeCost: 900000
        weightsFile: weights.yaml         pace: observed, or judgeYear of the weights
        sharing: observed, or proportional to what lies open
        staffingError: 3                  percent that judges at work stray from the plan
        opening: [{court: east, pending: 2010}]   held against the data
        scenarios:
        - id: loans
          title: {en: Loans +10 %, zh: 借贷案件增长10%}
          combines: [other-id]
          filings: [{caseType: contract, court: east, from: 2026-01, percent: 10,
                     standardError: 3, ramp: 6}]
          diversion: [{caseType: family, from: 2026-07, share: 0.15, standardError: 0.03,
                       ramp: 6, returns: 0.2, lag: 4, minutes: 90}]
          judges: [{court: east, from: 2026-06, change: -2, training: 0}]
          productivity: [{court: east, from: 2026-01, percent: 5, standardError: 2}]
          routing: [{caseType: contract, court: east, to: west, from: 2026-01, share: 0.1}]
      A change without court or caseType holds for all. A diversion may give lower and upper,
      the ends of a 95 % interval, in place of standardError.
      """)

  @OptionGroup var dataOptions: DataOptions
  @OptionGroup var global: GlobalOptions

  @Option(help: "A YAML file of scenarios.")
  var scenarios: String?

  @Option(help: "Only these scenarios, with commas; the base is always there.")
  var scenario: String?

  @Option(help: "Periods ahead.")
  var horizon: Int?

  @Option(help: "Joint sample paths.")
  var draws: Int?

  @Option(help: "The model of filings.")
  var model: String?

  @Option(help: "A YAML file of case weights.")
  var weights: String?

  @Option(help: "The disposition time to reach, in days.")
  var targetDays: Double?

  @Option(help: "The column of incoming cases.")
  var incoming: String?

  @Option(help: "The column of resolved cases.")
  var resolved: String?

  @Option(help: "The column of cases pending at the end of a period.")
  var pending: String?

  @Option(help: "The column of judges in post, or their number.")
  var judges: String?

  @Option(help: "The seed of the draws.")
  var seed: UInt64 = 1

  @Option(help: "At most this many threads; the result is the same for any number.")
  var threads: Int?

  func run() async throws {
    if let threads, threads < 1 { throw illegal("--threads", threads) }
    var written = try scenarios.map { path throws(Diagnostic) in
      try YAMLFile.decode(ScenarioPlan.self, at: path)
    }
    let dataset = try dataOptions.dataset()
    let (state, notes) = try state(dataset)
    if written == nil { written = .oneMoreJudge(state, names: dataset.profile.names) }
    let plan = try completed(written ?? ScenarioPlan(), state)
    if global.dryRun {
      printOut(
        global.plan(
          [
            ("scenarios", (["base"] + plan.scenarios.map(\.id)).joined(separator: ", ")),
            ("dockets", "\(state.dockets.count)"), ("horizon", "\(plan.horizon)"),
            ("draws", "\(plan.draws)"), ("model", plan.model), ("seed", "\(seed)"),
          ], dataset))
      return
    }
    let run: ScenarioRun
    do {
      run = try await ScenarioRun.projected(state, plan, seed: seed, threads: threads)
    } catch let diagnostic as Diagnostic {
      throw scenarios.map { YAMLFile.placed(diagnostic, at: $0) }
        ?? diagnostic.located(Diagnostic.Location(file: dataset.path))
    }
    let view = ScenarioView(run: run, title: plan.title, names: dataset.profile.names)
    try CommandResult(
      schema: "caseload.scenario/1", payload: run, table: view.table,
      text: view.text(global.language),
      documents: [.md: view.sideBySide(global.language).markdown(global.language)],
      isTabular: false, seed: seed, diagnostics: dataset.notes + notes + run.diagnostics
    ).emit(global, dataset)
  }

  /// The plan of the file with the options laid over it.
  private func completed(_ written: ScenarioPlan, _ state: CourtState) throws(Diagnostic)
    -> ScenarioPlan
  {
    var plan = written
    if let horizon { plan.horizon = horizon }
    if let draws { plan.draws = draws }
    if let model { plan.model = model }
    if let targetDays { plan.targetDays = targetDays }
    _ = try ForecastModels.model(plan.model)
    if let weights {
      plan.weights = try YAMLFile.decode(CaseWeights.self, at: weights)
    } else if let name = plan.weightsFile, plan.weights == nil {
      let folder = scenarios.map { URL(fileURLWithPath: $0).deletingLastPathComponent() }
      let path = name.hasPrefix("/") ? name : folder?.appendingPathComponent(name).path ?? name
      plan.weights = try YAMLFile.decode(CaseWeights.self, at: path)
    }
    guard let scenario else { return plan }
    let wanted = scenario.split(separator: ",").map(String.init)
    let known = ["base"] + plan.scenarios.map(\.id)
    for id in wanted where !known.contains(id) {
      throw Diagnostic.unknownName(id, among: known, kind: Text(en: "scenario", zh: "情景"))
    }
    // What a wanted scenario combines is laid into it, so that the others can go.
    plan.scenarios = try plan.scenarios.filter { wanted.contains($0.id) }.map {
      scenario throws(Diagnostic) in try plan.combined(scenario)
    }
    return plan
  }

  private func state(_ dataset: Dataset) throws(Diagnostic) -> (CourtState, [Diagnostic]) {
    try WorkloadInputs(
      incoming: incoming, resolved: resolved, pending: pending, judges: judges, options: dataOptions
    ).courtState(dataset)
  }

  private func illegal(_ option: String, _ value: Int) -> Diagnostic {
    Diagnostic(
      .illegalOption, .error,
      Text(en: "\(option) cannot be \(value).", zh: "\(option) 不能为 \(value)。"),
      hint: Text(en: "Write \(option) 2.", zh: "请写作 \(option) 2。"))
  }
}
