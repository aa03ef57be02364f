import ArgumentParser
import Caseload
import CaseloadIO

struct SimulateCourtCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "simulate-court",
    abstract: "A court case by case: judges, tracks, scenarios; or a queue beside its closed form.",
    discussion: """
      EXAMPLES
        caseload simulate-court Datasets/riverside/court.yaml
        caseload simulate-court Datasets/riverside/court.yaml --scenario mediation --seed 7
        caseload simulate-court court.yaml --replications 500 --format json -o court.json
        caseload simulate-court --model mmc --arrival-rate 19 --service-rate 1 --servers 20
        caseload simulate-court --model priority --arrival-rate 1.6,0.2 --service-rate 4,0.5
        caseload simulate-court --model erlang-a --arrival-rate 20 --service-rate 1 \
      --abandonment-rate 2 --servers 18

      A COURT IN YAML
        start: 2025-01            # the first month reported
        months: 24
        minutesPerDay: 300        # of a judge, for cases
        leaveWeeks: 3
        tracks:
          - {id: fast, judges: 2, activeLimit: 40, upToMinutes: 150}
          - {id: ordinary, judges: 10, activeLimit: 30}
        caseTypes:
          - id: loan
            filings: {mean: 120, dispersion: 25}
            minutes: {distribution: gamma, mean: 240, coefficientOfVariation: 0.9}
            withdrawalHazard: 0.04          # a month
            diversion: {share: 0.1, returnShare: 0.4, returnDays: 30}
            opening: {pending: 200, ageDays: 90}
        scenarios:
          - {id: mediation, diversion: {loan: 0.3}}
          - id: leaving
            staffing: {ordinary: [{from: 2025-07, judges: -2}]}

      All scenarios see the same cases, so that their differences are those of the scenarios. \
      Datasets/riverside/court.yaml explains every entry.
      """)

  @Argument(help: "A court in YAML; left out for a queue.")
  var court: String?

  @OptionGroup var queueOptions: SimulatedQueueOptions
  @OptionGroup var global: GlobalOptions
  @OptionGroup var threadOption: ThreadOption

  @Option(help: "Independent runs; by default 100 of a court, 20 of a queue.")
  var replications: Int?

  @Option(help: "The scenarios to run, with commas; by default all of the file.")
  var scenario: String?

  @Option(help: "The seed of the random draws.")
  var seed: UInt64 = 1

  /// A court or a queue.
  struct Payload: Encodable, Sendable {
    var court: CourtSimulationResult?
    var queue: QueueComparison?
  }

  func run() async throws {
    switch (court, queueOptions.model) {
    case (let path?, nil): try await simulate(path)
    case (nil, let model?): try await simulate(model)
    default:
      throw Diagnostic(
        .missingOption, .error,
        Text(
          en: "simulate-court needs a court in a file, or a queue by --model, and not both.",
          zh: "simulate-court 需要一个法院说明文件，或用 --model 指定排队模型，二者择一。"),
        hint: Text(
          en: "Write: caseload simulate-court Datasets/riverside/court.yaml.",
          zh: "请写作：caseload simulate-court Datasets/riverside/court.yaml。"))
    }
  }

  private func simulate(_ path: String) async throws {
    let described = try YAMLFile.decode(SimulatedCourt.self, at: path)
    let digest = try YAMLFile.digest(at: path)
    let count = replications ?? 100
    if global.dryRun {
      try described.check()
      printOut(
        global.plan(
          [
            ("result", "caseload.simulate-court/1"), ("replications", "\(count)"),
            ("seed", "\(seed)"), ("input", "\(digest.name) sha256 \(digest.sha256)"),
          ], nil))
      return
    }
    let result = try await CourtSimulationResult(
      described, scenarios: scenario.map { $0.split(separator: ",").map(String.init) },
      replications: count, stream: RandomStream(seed: seed), threads: threadOption.count())
    try CommandResult(
      schema: "caseload.simulate-court/1", payload: Payload(court: result),
      table: CourtSimulationText.table(result),
      text: CourtSimulationText.report(result, global.language), isTabular: false, seed: seed,
      inputs: [digest.name: digest.sha256], diagnostics: result.diagnostics
    ).emit(global, nil)
  }

  private func simulate(_ model: SimulatedQueueOptions.Model) async throws {
    let queue = try queueOptions.queue(model)
    let method = try queueOptions.simulationMethod()
    if global.dryRun {
      printOut(
        global.plan([("result", "caseload.simulate-court/1"), ("seed", "\(seed)")], nil))
      return
    }
    let simulation = try await QueueSimulation(
      queue, cases: queueOptions.cases, method: method, parts: replications ?? 20,
      stream: RandomStream(seed: seed), threads: threadOption.count())
    let comparison = QueueComparison(simulation)
    try CommandResult(
      schema: "caseload.simulate-court/1", payload: Payload(queue: comparison),
      table: CourtSimulationText.table(comparison),
      text: CourtSimulationText.report(comparison, global.language), isTabular: false, seed: seed,
      diagnostics: simulation.diagnostics
    ).emit(global, nil)
  }
}
