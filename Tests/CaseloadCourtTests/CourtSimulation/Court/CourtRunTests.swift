import CaseloadData
import CaseloadMath
import Testing

@testable import CaseloadCourt

@Suite("One run of a simulated court")
struct CourtRunTests {
  /// A court with something of everything.
  static func busy() throws -> SimulatedCourt {
    var court = SimulatedCourt(
      start: .month(2025, 1), months: 14, minutesPerDay: 300,
      tracks: [
        CourtTrack(
          id: "fast", judges: StaffingPlan(judges: 2), activeLimit: 40, upToMinutes: 150),
        CourtTrack(
          id: "ordinary",
          judges: StaffingPlan(
            judges: 6,
            changes: [
              .init(from: .month(2025, 5), judges: -2),
              .init(from: .month(2025, 10), judges: 1.5, trainingPeriods: 3),
            ]), activeLimit: 25),
      ],
      caseTypes: [
        CourtCaseType(
          id: "loan", filings: .init(mean: 70, dispersion: 20),
          minutes: try ServiceLaw(.gamma, mean: 260, coefficientOfVariation: 0.9),
          withdrawalHazard: 0.05, mediationHazard: 0.06,
          diversion: .init(share: 0.2, returnShare: 0.4),
          opening: .init(
            pending: 120, ageDays: try ServiceLaw(.exponential, mean: 90), remainingShare: 0.6)),
        CourtCaseType(
          id: "family", filings: .init(mean: 30, monthFactors: Array(repeating: 1.1, count: 12)),
          minutes: try ServiceLaw(.lognormal, mean: 400, coefficientOfVariation: 0.7),
          stages: [
            .init(id: "papers", share: 0.3, gapDays: try ServiceLaw(.exponential, mean: 15)),
            .init(
              id: "hearing", share: 0.7, gapDays: try ServiceLaw(.deterministic, mean: 20),
              need: .init(assistant: 0.5, clerk: 1)),
          ], withdrawalHazard: 0.04, opening: .init(pending: 40)),
        CourtCaseType(
          id: "crime", filings: .init(path: [12, 9, 15, 11]),
          minutes: try ServiceLaw(.exponential, mean: 500),
          routes: [.init(track: "ordinary", probability: 1)]),
      ])
    court.warmUpMonths = 2
    court.leaveWeeks = 2.5
    court.absence = 0.03
    court.retirement = .init(hazard: 0.3, recruitmentMonths: 3, trainingMonths: 4)
    court.team = CourtTeam(assistants: 7, clerks: 8)
    court.rhythm = [1, 0.9, 1, 1, 1, 1, 1, 1, 1, 1, 1.1, 1.2]
    court.estimateError = 0.3
    return court
  }

  @Test(
    "opening and filed less resolved is pending, for the court, every type and every track",
    arguments: SimulatedCourt.Allocation.allCases)
  func conservation(allocation: SimulatedCourt.Allocation) throws {
    var court = try Self.busy()
    court.allocation = allocation
    let plan = try CourtPlan(court)
    for k in 0..<3 {
      var run = CourtRun(plan, RandomStream(seed: 3).substream(UInt64(k)))
      let record = run.run()
      #expect(record.conservationGap == 0)
      for group in 0..<record.groups {
        for row in 1..<court.months {
          func value(_ row: Int, _ measure: Int) throws -> Double {
            try #require(record.value(row: row, group: group, measure: measure))
          }
          let rolled = try value(row - 1, 6) + value(row, 0) - value(row, 2)
          #expect(try value(row, 6) == rolled)
          #expect(try value(row, 2) == value(row, 3) + value(row, 4) + value(row, 5))
        }
      }
      let parts = (0..<3).compactMap { record.value(row: 5, group: 1 + $0, measure: 6) }
      #expect(record.value(row: 5, group: 0, measure: 6) == parts.reduce(0, +))
    }
  }

  @Test("a path of filings is filed to the case, and its last year repeats")
  func path() throws {
    var court = try Self.busy()
    court.warmUpMonths = 0
    let plan = try CourtPlan(court)
    var run = CourtRun(plan, RandomStream(seed: 4))
    let record = run.run()
    let filed = (0..<6).map { record.value(row: $0, group: 3, measure: 0) }
    #expect(filed == [12, 9, 15, 11, 12, 9])
  }

  @Test("cases keep to their dates: none is done before its gaps are over")
  func gaps() throws {
    let gap = try ServiceLaw(.deterministic, mean: 20)
    let type = CourtCaseType(
      id: "a", filings: .init(mean: 20), minutes: try ServiceLaw(.deterministic, mean: 1),
      stages: [
        .init(id: "one", share: 0.5, gapDays: gap), .init(id: "two", share: 0.5, gapDays: gap),
      ])
    let court = SimulatedCourt(
      start: .month(2025, 1), months: 12, minutesPerDay: 400,
      tracks: [CourtTrack(id: "all", judges: StaffingPlan(judges: 3))], caseTypes: [type])
    var run = CourtRun(try CourtPlan(court), RandomStream(seed: 5))
    let record = run.run()
    let median = try #require(record.value(row: 12, group: 0, measure: 10))
    // Two gaps, and at most a holiday after each.
    #expect(median >= 40 && median < 46)
  }

  @Test("without work a stock melts at the hazards, and ends by their shares")
  func hazards() throws {
    let type = CourtCaseType(
      id: "a", filings: .init(mean: 0), minutes: try ServiceLaw(.deterministic, mean: 1e9),
      withdrawalHazard: 0.03, mediationHazard: 0.06, opening: .init(pending: 20_000))
    let court = SimulatedCourt(
      start: .month(2025, 1), months: 12, minutesPerDay: 1,
      tracks: [CourtTrack(id: "all", judges: StaffingPlan(judges: 4), activeLimit: 10)],
      caseTypes: [type])
    var run = CourtRun(try CourtPlan(court), RandomStream(seed: 6))
    let record = run.run()
    let left = try #require(record.value(row: 12, group: 0, measure: 6)) / 20_000
    let expected = exp(-0.09 * 365 / (365.25 / 12))
    #expect(abs(left - expected) < 3 * (expected * (1 - expected) / 20_000).squareRoot())
    let withdrawn = try #require(record.value(row: 12, group: 0, measure: 5))
    let resolved = try #require(record.value(row: 12, group: 0, measure: 2))
    #expect(abs(withdrawn / resolved - 1.0 / 3) < 3 * (2.0 / 9 / resolved).squareRoot())
  }

  @Test("judges are those of the plan, and a half post works half")
  func posts() throws {
    let type = CourtCaseType(
      id: "a", filings: .init(mean: 400), minutes: try ServiceLaw(.deterministic, mean: 200),
      opening: .init(pending: 500))
    let court = SimulatedCourt(
      start: .month(2025, 1), months: 4, minutesPerDay: 100,
      tracks: [
        CourtTrack(
          id: "all",
          judges: StaffingPlan(
            judges: 3, changes: [.init(from: .month(2025, 3), judges: -1.5)]), activeLimit: 1)
      ], caseTypes: [type])
    let plan = try CourtPlan(court)
    var run = CourtRun(plan, RandomStream(seed: 7))
    let record = run.run()
    #expect((0..<4).map { record.value(row: $0, group: 0, measure: 15) } == [3, 3, 1.5, 1.5])
    for row in 0..<4 {
      let utilization = try #require(record.value(row: row, group: 0, measure: 18))
      #expect(abs(utilization - 1) < 1e-9)
    }
    // 200 minutes a case at 100 a day: a full judge resolves one case every two working days, and
    // the cases of the judges who left are taken over. Those in progress make the difference.
    let days = (0..<4).map { Double(plan.workingDays[$0].count) }
    let work = 3 * (days[0] + days[1]) + 1.5 * (days[2] + days[3])
    let resolved = try #require(record.value(row: 4, group: 0, measure: 2))
    #expect(resolved <= work / 2 && resolved > work / 2 - 4)
  }
}
