import CaseloadData
import CaseloadMath
import Testing

@testable import CaseloadCourt

@Suite("A court simulated over and over")
struct CourtSimulationResultTests {
  /// One judge on weekdays whose cases need 70 % of the time.
  static func single(limit: Int?, _ minutes: ServiceLaw) -> SimulatedCourt {
    // 261 weekdays of 2025 over 12 months, 100 minutes a day.
    let mean = 0.7 * 261 / 12 * 100 / minutes.mean
    var court = SimulatedCourt(
      start: .month(2025, 1), months: 24, minutesPerDay: 100,
      tracks: [CourtTrack(id: "all", judges: StaffingPlan(judges: 1), activeLimit: limit)],
      caseTypes: [CourtCaseType(id: "a", filings: .init(mean: mean), minutes: minutes)])
    court.calendar = .weekdays
    court.warmUpMonths = 12
    return court
  }

  /// The mean of the pending cases over the ends of months, and its standard error.
  static func pending(_ court: SimulatedCourt) throws -> (mean: Double, error: Double) {
    let plan = try CourtPlan(court)
    let means = (0..<40).map { k -> Double in
      var run = CourtRun(plan, RandomStream(seed: 8).substream(UInt64(k)))
      let record = run.run()
      let ends = (0..<court.months).compactMap { record.value(row: $0, group: 0, measure: 6) }
      return ends.reduce(0, +) / Double(ends.count)
    }
    let estimate = ReplicationEstimate.estimate(means)
    return (estimate.value, estimate.standardError ?? 0)
  }

  @Test("one judge who works on all cases at once has ρ/(1 − ρ) of them, whatever their law")
  func sharing() throws {
    for law in [
      try ServiceLaw(.deterministic, mean: 50), try ServiceLaw(.exponential, mean: 50),
      try ServiceLaw(.hyperexponential, mean: 50, coefficientOfVariation: 1.5),
    ] {
      let result = try Self.pending(Self.single(limit: nil, law))
      #expect(abs(result.mean - 0.7 / 0.3) < 3 * result.error, "\(law.family)")
    }
  }

  @Test("one judge who works on one case at a time agrees with Pollaczek and Khinchine")
  func oneAtATime() throws {
    for law in [
      try ServiceLaw(.deterministic, mean: 50),
      try ServiceLaw(.hyperexponential, mean: 50, coefficientOfVariation: 1.5),
    ] {
      let result = try Self.pending(Self.single(limit: 1, law))
      let square = law.secondMoment / (law.mean * law.mean)
      let truth = 0.7 + 0.49 * square / 2 / 0.3
      #expect(abs(result.mean - truth) < 3 * result.error, "\(law.family)")
    }
  }

  static func scenarios() throws -> SimulatedCourt {
    var court = try CourtRunTests.busy()
    var mediation = CourtScenario(id: "mediation", name: "More mediation")
    mediation.diversion = ["loan": 0.4]
    var growth = CourtScenario(id: "growth")
    growth.arrivalFactor = 1.1
    growth.arrivalFactors = ["crime": 1.05]
    var staff = CourtScenario(id: "staff")
    staff.staffing = ["ordinary": [.init(from: .month(2025, 4), judges: 2)]]
    staff.activeLimits = ["fast": 60]
    court.scenarios = [mediation, growth, staff]
    return court
  }

  @Test("common random numbers narrow every difference")
  func varianceReduction() async throws {
    let result = try await CourtSimulationResult(
      Self.scenarios(), replications: 24, stream: RandomStream(seed: 9))
    #expect(result.conservationGap == 0)
    #expect(result.outcomes.map(\.id) == ["base", "mediation", "growth", "staff"])
    for scenario in ["mediation", "growth", "staff"] {
      for measure in ["pending", "meanDays", "resolved", "utilization"] {
        let difference = try #require(
          result.differences.first { $0.scenario == scenario && $0.measure == measure })
        let factor = try #require(difference.varianceReduction)
        #expect(factor > 1, "\(scenario) \(measure)")
        let value = difference.difference.value
        #expect(abs(value - (difference.value - difference.base)) < 1e-9)
      }
    }
    // The directions are known.
    func change(_ scenario: String, _ measure: String) throws -> Double {
      try #require(
        result.differences.first { $0.scenario == scenario && $0.measure == measure }
      ).difference.value
    }
    #expect(try change("mediation", "pending") < 0 && change("staff", "pending") < 0)
    #expect(try change("growth", "filed") > 0 && change("growth", "pending") > 0)
  }

  @Test("the same seed gives the same result on one thread and on four")
  func threads() async throws {
    let court = try Self.scenarios()
    let one = try await CourtSimulationResult(
      court, scenarios: ["staff"], replications: 6, stream: RandomStream(seed: 10), threads: 1)
    let four = try await CourtSimulationResult(
      court, scenarios: ["staff"], replications: 6, stream: RandomStream(seed: 10), threads: 4)
    #expect(one == four)
  }

  @Test("an overloaded court is simulated, and grows at the rate that is said")
  func growth() async throws {
    let type = CourtCaseType(
      id: "a", filings: .init(mean: 100), minutes: try ServiceLaw(.exponential, mean: 100))
    var court = SimulatedCourt(
      start: .month(2025, 1), months: 36, minutesPerDay: 100,
      tracks: [CourtTrack(id: "all", judges: StaffingPlan(judges: 4), activeLimit: 20)],
      caseTypes: [type])
    court.calendar = .weekdays
    let result = try await CourtSimulationResult(
      court, replications: 30, stream: RandomStream(seed: 11))
    #expect(result.diagnostics.map(\.code) == [.unboundedBacklog])
    let load = result.outcomes[0].offeredLoad[0]
    #expect(load.load > 1.1)
    let pending = try #require(result.outcomes[0].court.overall.pending)
    // Poisson filings of 36 months: a standard error of √(2 · 3600 / 30) = 15, and fewer cases at
    // the start than judges.
    #expect(abs(pending.mean - 36 * load.growth) < 50)
  }

  @Test("diversion keeps away those whose mediation does not fail")
  func diversion() async throws {
    let type = CourtCaseType(
      id: "a", filings: .init(mean: 200), minutes: try ServiceLaw(.exponential, mean: 10),
      diversion: .init(share: 0.3, returnShare: 0.5, returnDays: 5))
    var court = SimulatedCourt(
      start: .month(2025, 1), months: 12, minutesPerDay: 300,
      tracks: [CourtTrack(id: "all", judges: StaffingPlan(judges: 3))], caseTypes: [type])
    court.warmUpMonths = 3
    let result = try await CourtSimulationResult(
      court, replications: 30, stream: RandomStream(seed: 12))
    let filed = try #require(result.outcomes[0].court.overall.filed)
    let diverted = try #require(result.outcomes[0].court.overall.diverted)
    #expect(abs(filed.mean - 2400 * 0.85) < 3 * (2400 * 0.85 / 30).squareRoot())
    #expect(abs(diverted.mean - 720) < 3 * (720.0 / 30).squareRoot())
  }

  @Test("posts fall vacant at the hazard, and are filled after the lag")
  func retirement() async throws {
    let type = CourtCaseType(
      id: "a", filings: .init(mean: 10), minutes: try ServiceLaw(.exponential, mean: 10))
    var court = SimulatedCourt(
      start: .month(2025, 1), months: 12, minutesPerDay: 300,
      tracks: [CourtTrack(id: "all", judges: StaffingPlan(judges: 50))], caseTypes: [type])
    court.warmUpMonths = 48
    court.retirement = .init(hazard: 0.25, recruitmentMonths: 12, trainingMonths: 0)
    let result = try await CourtSimulationResult(
      court, replications: 30, stream: RandomStream(seed: 13))
    let judges = try #require(result.outcomes[0].court.overall.judges)
    // Four years in post and one vacant, in turn; months begun count as vacant.
    #expect(abs(judges.mean - 50 * 48.0 / 60) < 1)
  }

  @Test("what is not there is named")
  func refusals() async throws {
    let court = try Self.scenarios()
    await #expect(throws: Diagnostic.self) {
      try await CourtSimulationResult(
        court, scenarios: ["nothing"], replications: 4, stream: RandomStream(seed: 1))
    }
    await #expect(throws: Diagnostic.self) {
      try await CourtSimulationResult(court, replications: 1, stream: RandomStream(seed: 1))
    }
  }
}
