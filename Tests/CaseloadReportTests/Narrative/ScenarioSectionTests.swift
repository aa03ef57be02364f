import CaseloadCourt
import CaseloadData
import Testing

@testable import CaseloadReport

@Suite("Scenarios in a report")
struct ScenarioSectionTests {
  private static func run() async throws -> ScenarioRun {
    let state = try CourtState(CitySimulation(seed: 3), months: 60)
    var plan = ScenarioPlan.oneMoreJudge(
      state, names: ["east": Text(en: "East District Court", zh: "东区法院")])
    (plan.draws, plan.horizon, plan.model) = (200, 24, "seasonal-naive")
    return try await ScenarioRun.projected(state, plan, seed: 1)
  }

  private static func report(_ run: ScenarioRun) throws -> Report {
    var inputs = try SampleReports.dataInputs()
    inputs.scenarios = run
    inputs.account = inputs.account?.projected { _ in WorkloadProjection(run, court: "east") }
    return Report(inputs)
  }

  @Test("the next year of a report is the first year of the base")
  func nextYear() async throws {
    let run = try await Self.run()
    let base = try #require(run.results.first)
    let next = try #require(WorkloadProjection(run, court: "east"))
    let filed = base.years.first {
      $0.year == 1 && $0.court == "east" && $0.caseType == nil && $0.measure == .filed
    }
    #expect(
      next.incoming == filed?.value
        && next.pending == base.path(.pending, court: "east")?.values[11])
    #expect(next.shortageProbability == base.staff(of: "east")?.shortageProbability[11])
    #expect(next.period == "2018-01/2018-12" && next.model == "seasonal-naive")
    #expect(WorkloadProjection(run, court: "nowhere") == nil)
  }

  @Test("scenarios, drivers and the value of judges are told, each figure once")
  func section() async throws {
    let report = try Self.report(try await Self.run())
    for language in Language.allCases {
      var renderer = MarkdownRenderer(report, language: language, target: .plain)
      let text = renderer.render()
      #expect(!text.contains("{scenario") && !text.contains("{judge"))
      #expect(
        text.contains(
          language == .en
            ? "What if: January 2018 to December 2019" : "情景推演"))
      #expect(text.contains(language == .en ? "one more judge in the East" : "东区法院增加一名法官"))
    }
    #expect(Set(report.figures.map(\.id)).count == report.figures.count)
    let charts = MarkdownRenderer.charts(report)
    let drivers = try #require(charts.first { $0.id == "drivers" })
    #expect(drivers.title.en.hasPrefix("What pending cases hang on most: "))
    let pending = try #require(report.figures.first { $0.id == "scenario.base.pending" })
    let better = try #require(report.figures.first { $0.id == "scenario.one-more-east.pending" })
    #expect(better.value < pending.value)
  }
}
