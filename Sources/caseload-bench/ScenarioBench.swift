import ArgumentParser
import Caseload

/// How fast scenarios are projected, and how often their intervals hold what came to pass.
struct ScenarioBench: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "scenario",
    abstract: "Speed of scenarios, and coverage of their intervals on simulated cities.",
    discussion: """
      Without --calibration: the time of a whole projection of the simulated city, fitting apart.
      With it: cities of the seeds 1, 2, … are known until a year before their end, with the posts of
      the last year, and the pending cases at the end are compared with the intervals for them.
      """)

  @Option(help: "Simulated cities of the calibration; 0 for the speed alone.")
  var calibration = 0

  @Option(help: "The model of filings.")
  var model = Automatic.card.id

  @Option(help: "Draws of a projection.")
  var draws = 10_000

  @Option(help: "Periods ahead.")
  var horizon = 36

  @Option(help: "At most this many threads.")
  var threads: Int?

  func run() async throws {
    if calibration > 0 { try await calibrate() } else { try await time() }
  }

  private func time() async throws {
    let state = try CourtState(CitySimulation(seed: 3))
    var plan = ScenarioPlan()
    (plan.draws, plan.horizon, plan.model) = (draws, horizon, model)
    let threads = threads
    let (_, fit) = try await Timing.best(of: 3) { [plan] in
      try await FilingsModel(
        state, model: ForecastModels.model(plan.model), horizon: plan.horizon, threads: threads,
        from: RandomStream(seed: 1))
    }
    let (_, whole) = try await Timing.best(of: 3) { [plan] in
      try await ScenarioRun.projected(
        state, plan, seed: 1, threads: threads, hasSensitivity: false)
    }
    let (_, full) = try await Timing.best(of: 3) { [plan] in
      try await ScenarioRun.projected(state, plan, seed: 1, threads: threads)
    }
    print("part\twall s\tprocessor s")
    func row(_ name: String, _ wall: Double, _ processor: Double) {
      print(
        "\(name)\t\(NumberText.decimal(wall, 3).en)\t\(NumberText.decimal(processor, 3).en)")
    }
    row("fits of \(state.dockets.count) dockets", fit.wall, fit.processor)
    row("base, \(draws) draws", whole.wall - fit.wall, whole.processor - fit.processor)
    row(
      "drivers and more judges", full.wall - whole.wall, full.processor - whole.processor)
  }

  private func calibrate() async throws {
    let (model, draws) = (model, min(draws, 2000))
    let rows = try await Self.mapped(calibration) { seed in
      let city = CitySimulation(seed: UInt64(seed))
      let known = city.model.months - 12
      let state = try CourtState(city, months: known)
      var plan = ScenarioPlan()
      (plan.horizon, plan.draws, plan.model) = (12, draws, model)
      // The posts of the coming year are known when it begins.
      var posts = Scenario(id: "posts", title: Text("posts"))
      posts.judges = state.courts.indices.map { court in
        Scenario.JudgesChange(
          court: state.courts[court], from: state.start,
          change: Double(city.judges[court][known] - city.judges[court][known - 1]))
      }
      plan.scenarios = [posts]
      let run = try await ScenarioRun.projected(
        state, plan, seed: UInt64(seed), threads: 1, hasSensitivity: false)
      return Self.hits(run, city, state)
    }
    print("court\tmeasure\tcoverage of 80 %\tof 90 %\tof 95 %\tmean error\tmean width of 90 %")
    for index in rows.first?.indices ?? 0..<0 {
      let all = rows.map { $0[index] }
      func share(_ hit: (Hit) -> Bool) -> String {
        NumberText.percent(Double(all.count(where: hit)) / Double(all.count)).en
      }
      let error = all.map { $0.truth - $0.summary.median }.reduce(0, +) / Double(all.count)
      let width = all.map { $0.summary.upper90 - $0.summary.lower90 }.reduce(0, +)
      let columns = [
        all[0].court, all[0].measure,
        share { $0.summary.lower80 <= $0.truth && $0.truth <= $0.summary.upper80 },
        share { $0.summary.lower90 <= $0.truth && $0.truth <= $0.summary.upper90 },
        share { $0.summary.lower95 <= $0.truth && $0.truth <= $0.summary.upper95 },
        NumberText.decimal(error, 1).en, NumberText.decimal(width / Double(all.count), 1).en,
      ]
      print(columns.joined(separator: "\t"))
    }
  }

  private struct Hit: Sendable {
    let court: String
    let measure: String
    let truth: Double
    let summary: DrawSummary
  }

  private static func hits(_ run: ScenarioRun, _ city: CitySimulation, _ state: CourtState) -> [Hit]
  {
    guard let result = run.result("posts") else { return [] }
    var list: [Hit] = []
    for court in [nil] + state.courts.indices.map(Optional.init) {
      let dockets = city.dockets.filter { docket in court.map { docket.court == $0 } ?? true }
      let name = court.map { state.courts[$0] }
      func sum(_ values: (CitySimulation.Docket) -> Int) -> Double {
        Double(dockets.reduce(0) { $0 + values($1) })
      }
      func year(_ measure: ScenarioMeasure) -> DrawSummary? {
        result.years.first {
          $0.year == 1 && $0.measure == measure && $0.court == name && $0.caseType == nil
        }?.value
      }
      let truths: [(ScenarioMeasure, Double)] = [
        (.pending, sum { $0.pending.last ?? 0 }),
        (.filed, sum { $0.filings.suffix(12).reduce(0, +) }),
        (.resolved, sum { $0.resolved.suffix(12).reduce(0, +) }),
      ]
      for (measure, truth) in truths {
        guard let summary = year(measure) else { continue }
        list.append(
          Hit(court: name ?? "all", measure: measure.rawValue, truth: truth, summary: summary))
      }
    }
    return list
  }

  /// The cities in turn, two at a time: each projection is asynchronous itself.
  private static func mapped(
    _ count: Int, _ body: @escaping @Sendable (Int) async throws -> [Hit]
  ) async throws -> [[Hit]] {
    try await withThrowingTaskGroup(of: (Int, [Hit]).self) { group in
      var next = 1
      var rows = [[Hit]](repeating: [], count: count)
      while next <= min(2, count) {
        let seed = next
        group.addTask { (seed, try await body(seed)) }
        next += 1
      }
      while let (seed, hits) = try await group.next() {
        rows[seed - 1] = hits
        if next <= count {
          let seed = next
          group.addTask { (seed, try await body(seed)) }
          next += 1
        }
      }
      return rows
    }
  }
}
