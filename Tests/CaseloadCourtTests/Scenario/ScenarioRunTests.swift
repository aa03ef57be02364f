import CaseloadData
import CaseloadTestSupport
import Testing

@testable import CaseloadCourt

@Suite("Scenario run") struct ScenarioRunTests {
  private func run(_ plan: ScenarioPlan, threads: Int? = nil, hasSensitivity: Bool = false)
    async throws -> ScenarioRun
  {
    try await ScenarioRun.projected(
      ScenarioSamples.state(), plan, seed: 3, threads: threads, hasSensitivity: hasSensitivity)
  }

  @Test("a scenario without changes is the base to the last bit")
  func nothing() async throws {
    let result = try await run(ScenarioSamples.plan([Scenario(id: "none", title: Text("none"))]))
    for comparison in result.comparisons {
      #expect(comparison.difference.mean == 0 && comparison.difference.upper95 == 0)
      #expect(comparison.probabilityBetter.map { $0 == 0.5 } ?? true)
    }
    #expect(result.comparisons.count == 3 * 6)
  }

  @Test("ten percent more filings are ten percent more, and two judges fewer resolve less")
  func changes() async throws {
    let result = try await run(
      ScenarioSamples.plan([
        ScenarioSamples.scenario("more") {
          $0.filings = [Scenario.FilingsChange(from: .month(2025, 1), percent: 10)]
        },
        ScenarioSamples.scenario("fewer") {
          $0.judges = [Scenario.JudgesChange(court: "east", from: .month(2025, 7), change: -2)]
        },
      ]))
    let filed = try #require(result.comparison("more", .filed))
    #expect(filed.value.mean.isClose(to: 1.1 * filed.base.mean, relative: 1e-12))
    #expect(filed.difference.median.isClose(to: 0.1 * filed.base.median, relative: 1e-9))
    let east = try #require(result.comparison("fewer", .pending, court: "east"))
    let west = try #require(result.comparison("fewer", .pending, court: "west"))
    #expect(east.difference.lower95 > 0 && east.probabilityBetter == 0)
    #expect(west.difference.mean == 0)
    #expect(result.result("fewer")?.staff(of: "east")?.judges.suffix(2) == [8, 8])
  }

  @Test("paths by court and case type add up to all, means to rounding")
  func sums() async throws {
    let result = try #require(try await run(ScenarioSamples.plan()).result("base"))
    for measure in [ScenarioMeasure.filed, .resolved, .pending] {
      let all = try #require(result.atEnd(measure)).mean
      for groups in [
        [("east", nil), ("west", nil)], [(nil, "family"), (nil, "loans")],
        [("east", "family"), ("east", "loans"), ("west", "family"), ("west", "loans")],
      ] as [[(String?, String?)]] {
        let sum = groups.reduce(0.0) {
          $0 + (result.atEnd(measure, court: $1.0, caseType: $1.1)?.mean ?? .nan)
        }
        #expect(sum.isClose(to: all, relative: 1e-11))
      }
    }
    // The years add the periods up.
    let path = try #require(result.path(.filed, court: "west"))
    let year = try #require(
      result.years.first {
        $0.year == 2 && $0.measure == .filed && $0.court == "west" && $0.caseType == nil
      })
    let mean = path.values.suffix(12).reduce(0.0) { $0 + ($1?.mean ?? .nan) }
    #expect(try #require(year.value).mean.isClose(to: mean, relative: 1e-10))
    #expect(year.period == "2026-01/2026-12")
  }

  @Test("judges to keep pace, given to the court, keep pending cases where they are")
  func need() async throws {
    // The need of the last year, in every draw on average, as staff of that year.
    let base = try #require(try await run(ScenarioSamples.plan()).result("base"))
    let need = try #require(base.atEnd(.judgesToKeepPace, court: "east")).mean
    let plan = ScenarioSamples.plan([
      ScenarioSamples.scenario("need") {
        $0.judges = [
          Scenario.JudgesChange(court: "east", from: .month(2026, 1), change: need - 10)
        ]
      }
    ])
    let result = try #require(try await run(plan).result("need"))
    let path = try #require(result.path(.pending, court: "east"))
    let (before, after) = (try #require(path.values[11]), try #require(path.values[23]))
    // Means of a ratio and a product, whose terms vary by some 3 %: to half a percent of a year's cases.
    #expect(abs(after.mean - before.mean) < 0.005 * 160 * 12)
  }

  @Test("judges to reach the target reach it")
  func target() async throws {
    var plan = ScenarioSamples.plan()
    plan.targetDays = 60
    let base = try #require(try await run(plan).result("base"))
    let need = try #require(base.atEnd(.judgesToReachTarget, court: "west")).mean
    plan.scenarios = [
      ScenarioSamples.scenario("target") {
        $0.judges = [Scenario.JudgesChange(court: "west", from: .month(2025, 1), change: need - 6)]
      }
    ]
    let result = try #require(try await run(plan).result("target"))
    let pending = try #require(result.atEnd(.pending, court: "west"))
    let filed = try #require(
      result.years.last {
        $0.measure == .filed && $0.court == "west" && $0.caseType == nil
      }?.value)
    #expect(abs(pending.mean - 60 / 365 * filed.mean) < 0.01 * filed.mean)
  }

  @Test("diverted disputes leave the filings, and some of them come back")
  func diversion() async throws {
    let plan = ScenarioSamples.plan([
      ScenarioSamples.scenario("centre") {
        $0.diversion = [
          Scenario.Diversion(
            court: "east", caseType: "loans", from: .month(2025, 1), share: 0.2,
            standardError: 0.03, returns: 1, lag: 0, minutes: 30)
        ]
      }
    ])
    let result = try await run(plan)
    // All of them return at once: nothing but the minutes changes.
    let filed = try #require(result.comparison("centre", .filed))
    #expect(abs(filed.difference.upper95) < 1e-9)
    let centre = try #require(result.result("centre"))
    let diverted = try #require(centre.path(.diverted, court: "east")?.values[3])
    let base = try #require(
      result.result("base")?.path(.filed, court: "east", caseType: "loans")?.values[3])
    // Four standard errors of the mean of 600 shares.
    #expect(diverted.mean.isClose(to: 0.2 * base.mean, relative: 4 * 0.15 / 600.0.squareRoot()))
    let minutes = try #require(centre.path(.mediationMinutes, court: "east")?.values[3])
    #expect(minutes.mean.isClose(to: 30 * diverted.mean, relative: 1e-12))
  }

  @Test("the same seed gives the same answer for any number of threads")
  func threads() async throws {
    let plan = ScenarioSamples.plan([
      ScenarioSamples.scenario("more") {
        $0.filings = [
          Scenario.FilingsChange(from: .month(2025, 1), percent: 10, standardError: 4)
        ]
      }
    ])
    let (one, two) = (try await run(plan, threads: 1), try await run(plan, threads: 2))
    for (a, b) in zip(one.results, two.results) {
      #expect(a.paths.map(\.values) == b.paths.map(\.values))
      #expect(a.staff.map(\.shortageProbability) == b.staff.map(\.shortageProbability))
    }
    #expect(one.comparisons.map(\.difference) == two.comparisons.map(\.difference))
  }

  @Test("a combination has the changes of its parts")
  func combined() async throws {
    let a = ScenarioSamples.scenario("a") {
      $0.filings = [Scenario.FilingsChange(from: .month(2025, 1), percent: 10)]
    }
    let b = ScenarioSamples.scenario("b") {
      $0.judges = [Scenario.JudgesChange(court: "east", from: .month(2025, 1), change: -1)]
    }
    let both = ScenarioSamples.scenario("both") { $0.combines = ["a", "b"] }
    let written = ScenarioSamples.scenario("written") {
      $0.filings = a.filings
      $0.judges = b.judges
    }
    let result = try await run(ScenarioSamples.plan([a, b, both, written]))
    #expect(result.result("both")?.atEnd(.pending) == result.result("written")?.atEnd(.pending))
  }

  @Test("more judges are worth less and less, and never cost cases")
  func judgeValue() async throws {
    var plan = ScenarioSamples.plan()
    plan.judgeCost = 500_000
    let result = try await run(plan, hasSensitivity: true)
    let east = result.judgeValues.filter { $0.court == "east" }
    #expect(east.map(\.added) == [1, 2, 3, 4, 5])
    for (a, b) in zip(east, east.dropFirst()) {
      #expect(a.marginalPending <= b.marginalPending + 1e-9 && b.marginalPending <= 0)
      #expect(a.shortageProbability >= b.shortageProbability)
      #expect(b.pending.median <= a.pending.median)
    }
    #expect(east.allSatisfy { ($0.costPerCase ?? 0) > 0 })
  }

  @Test("the shares of the variance add up to about one where the drivers hardly meet")
  func sensitivity() async throws {
    var plan = ScenarioSamples.plan()
    (plan.draws, plan.staffingError) = (4000, 3)
    let result = try await run(plan, hasSensitivity: true)
    let bars = try #require(result.result("base")).sensitivity.filter {
      $0.court == nil && $0.measure == .pending
    }
    let drivers = Set(bars.map(\.driver))
    #expect(drivers == [.filings, .productivity, .staffing])
    let swings = bars.map(\.swing)
    #expect(swings == swings.sorted { $0 > $1 })
    let sum = bars.reduce(0.0) { $0 + ($1.firstOrder ?? .nan) }
    #expect(sum.isClose(to: 1, absolute: 0.1))  // three shares, each to 1/√4000 = 0.016
    for bar in bars where bar.driver != .filings { #expect(bar.atLower > bar.atUpper) }
    for bar in bars where bar.driver == .filings { #expect(bar.atLower < bar.atUpper) }
  }

  @Test("weights: a scale common to all case types changes nothing but the unit")
  func weights() async throws {
    var plan = ScenarioSamples.plan()
    let plain = try #require(try await run(plan).result("base")?.atEnd(.pending))
    plan.weights = try CaseWeights(
      [
        CaseWeight(caseType: "family", minutes: 100), CaseWeight(caseType: "loans", minutes: 100),
      ], judgeYear: JudgeYear(minutes: 90_000))
    let scaled = try #require(try await run(plan).result("base")?.atEnd(.pending))
    #expect(scaled.median.isClose(to: plain.median, relative: 1e-9))
    plan.pace = .judgeYear
    let need = try #require(try await run(plan).result("base"))
    let filed = try #require(
      need.years.last { $0.measure == .filed && $0.court == "east" && $0.caseType == nil }?.value)
    let judges = try #require(need.atEnd(.judgesToKeepPace, court: "east"))
    #expect(judges.mean.isClose(to: filed.mean * 100 / 90_000, relative: 1e-10))
  }

  @Test("a plan that does not fit is refused with its place")
  func refused() async throws {
    func error(_ change: (inout ScenarioPlan) -> Void) async -> Diagnostic? {
      var plan = ScenarioSamples.plan()
      change(&plan)
      do { _ = try await run(plan) } catch { return error as? Diagnostic }
      return nil
    }
    func scenario(_ change: (inout Scenario) -> Void) async -> Diagnostic? {
      let one = ScenarioSamples.scenario("a", change)
      return await error { $0.scenarios = [one] }
    }
    let start = Period.month(2025, 1)
    let court = await scenario {
      $0.filings = [Scenario.FilingsChange(court: "eest", from: start, percent: 1)]
    }
    #expect(court?.code == .unknownName && court?.hint?.en.contains("'east'") == true)
    #expect(court?.location?.column == "scenarios[0].filings[0].court")
    let type = await scenario {
      $0.filings = [Scenario.FilingsChange(caseType: "loan", from: start, percent: 1)]
    }
    #expect(type?.hint?.en.contains("'loans'") == true)
    let share = await scenario { $0.diversion = [Scenario.Diversion(from: start, share: 1.2)] }
    #expect(share?.code == .illegalProbability)
    let wide = await scenario {
      $0.diversion = [Scenario.Diversion(from: start, share: 0.5, standardError: 0.6)]
    }
    #expect(wide?.code == .illegalProbability)
    let staff = await scenario {
      $0.judges = [Scenario.JudgesChange(court: "west", from: start, change: -7)]
    }
    #expect(staff?.code == .illegalStaff && staff?.location?.series == "court=west")
    let unnamed = await scenario { $0.judges = [Scenario.JudgesChange(from: start, change: 1)] }
    #expect(unnamed?.code == .malformedDefinition)
    let percent = await scenario {
      $0.filings = [Scenario.FilingsChange(from: start, percent: -100)]
    }
    #expect(percent?.code == .illegalRate)
    let circle = await scenario { $0.combines = ["a"] }
    #expect(circle?.code == .malformedDefinition)
    let opening = await error {
      $0.opening = [ScenarioPlan.Opening(court: "east", pending: 1)]
    }
    #expect(opening?.code == .openingMismatch)
    let horizon = await error { $0.horizon = 0 }
    #expect(horizon?.code == .illegalOption)
    let weights = await error {
      $0.weights = try? CaseWeights(
        [CaseWeight(caseType: "family", minutes: 10)], judgeYear: JudgeYear(minutes: 90_000))
    }
    #expect(weights?.code == .missingWeight)
    let year = await error { $0.pace = .judgeYear }
    #expect(year?.code == .missingWeight)
  }

  @Test("more intake than capacity is a warning with the growth a period")
  func backlog() async throws {
    let plan = ScenarioSamples.plan([
      ScenarioSamples.scenario("few") {
        $0.judges = [Scenario.JudgesChange(court: "east", from: .month(2025, 1), change: -4)]
      }
    ])
    let warnings = try await run(plan).diagnostics.filter { $0.code == .unboundedBacklog }
    #expect(
      warnings.contains { $0.location?.series == "court=east" && $0.message.en.contains("few") })
  }
}
