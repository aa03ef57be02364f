import CaseloadCourt
import CaseloadData
import CaseloadMath
import CaseloadTestSupport
import Testing

@Suite("Backlog elimination") struct BacklogEliminationTests {
  @Test("judges that clear a backlog: (λ + B/T)/p")
  func judges() throws {
    let need = try BacklogElimination.judges(
      toClear: 3000, filings: 6834, casesPerJudge: 201, years: 2)
    #expect(need.isClose(to: 41.46268656716418, relative: 1e-15) && need.rounded(.up) == 42)
    let other = try BacklogElimination.judges(
      toClear: 1500, filings: 6834, casesPerJudge: 201, years: 1)
    #expect(other.rounded(.up) == 42)
  }

  @Test("the time of the judges that were computed is the time asked for")
  func inverse() throws {
    let need = try BacklogElimination.judges(
      toClear: 3000, filings: 6834, casesPerJudge: 201, years: 2)
    let years = try BacklogElimination.years(
      toClear: 3000, filings: 6834, casesPerJudge: 201, judges: need)
    #expect(years.isClose(to: 2, relative: 1e-12))
  }

  @Test("too few judges: the backlog grows, at the rate that is said")
  func unbounded() throws {
    let error = #expect(throws: Diagnostic.self) {
      try BacklogElimination.years(toClear: 100, filings: 6834, casesPerJudge: 201, judges: 33)
    }
    #expect(error?.code == .unboundedBacklog && error?.message.en.contains("201") == true)
    #expect(
      try BacklogElimination.yearlyGrowth(filings: 6834, casesPerJudge: 201, judges: 33) == 201)
    #expect(
      try BacklogElimination.years(toClear: 0, filings: 10, casesPerJudge: 1, judges: 1) == 0)
    #expect(throws: Diagnostic.self) {
      try BacklogElimination.years(toClear: 1, filings: 10, casesPerJudge: 1, judges: -1)
    }
  }

  @Test("the disposition time of a year: 365 · pending / resolved")
  func littlesLaw() {
    let days = CourtIndicators.dispositionTime(resolved: 31306, pending: 24423)
    #expect(days?.isClose(to: 284.75036734172363, relative: 1e-15) == true)
  }

  @Test("a schedule of every kind ends at its target", arguments: ClearanceSchedule.Kind.allCases)
  func schedules(kind: ClearanceSchedule.Kind) throws {
    let baseline = try CapacityLimitedClosing().projection(
      of: [
        DocketInput(name: "all", opening: 2000, filings: (0..<12).map { 100 + Double($0 * 7 % 5) })
      ], capacity: [Double](repeating: 95, count: 12), from: .month(2026, 1)
    ).total
    let schedule = try ClearanceSchedule(kind, toReach: 800, baseline: baseline)
    #expect(schedule.steps.last?.pending.isClose(to: 800, relative: 1e-12) == true)
    #expect(
      schedule.steps.map(\.extra).accurateSum.isClose(to: schedule.totalExtra, relative: 1e-12))
    let extras = schedule.steps.map(\.extra)
    switch kind {
    case .even: #expect(extras.allSatisfy { $0.isClose(to: extras[0], relative: 1e-12) })
    case .frontLoaded:
      #expect((extras[0] / extras[11]).isClose(to: 12, relative: 1e-9))
    case .proportional:
      let shares = schedule.steps.map { $0.extra / ($0.pending + $0.extra) }
      #expect(shares.allSatisfy { $0.isClose(to: shares[0], relative: 1e-9) })
    }
    let easy = try ClearanceSchedule(kind, toReach: 5000, baseline: baseline)
    #expect(easy.totalExtra == 0 && easy.steps.allSatisfy { $0.extra == 0 })
  }

  @Test("the pending cases of a disposition time in balance")
  func targetPending() throws {
    let pending = try ClearanceSchedule.pending(
      atDispositionTime: 90, filings: 100, daysPerPeriod: 365.0 / 12)
    let days = CourtIndicators.dispositionTime(resolved: 1200, pending: pending)
    #expect(days?.isClose(to: 90, relative: 1e-14) == true)
  }

  @Test("the pace of closing is found again, and its interval covers it")
  func estimates() throws {
    var draws = RandomStream(seed: 5)
    let truth = 0.35
    var covered = 0
    for _ in 0..<200 {
      var open = 800.0
      var history: [ClosingEstimates.Observation] = []
      for t in 0..<60 {
        let filed = Poisson(mean: 300 + 40 * Double(t % 3)).sample(&draws)
        let share = -expm1(-truth)
        let mean = open * share + filed * (1 - share / truth)
        let resolved = NegativeBinomial(mean: mean, size: 200).sample(&draws)
        history.append(
          ClosingEstimates.Observation(opening: open, filed: filed, resolved: resolved, judges: 17))
        open = max(0, open + filed - resolved)
      }
      let rate = try ClosingEstimates.clearanceRate(history)
      #expect(rate.value.isClose(to: truth, relative: 0.1))
      if let lower = rate.lower, let upper = rate.upper, lower <= truth, truth <= upper {
        covered += 1
      }
      let pace = try ClosingEstimates.casesPerJudge(history)
      #expect(
        pace.value.isClose(
          to: history.map(\.resolved).accurateSum / (17 * 60), relative: 1e-12))
      let share = try ClosingEstimates.closedShare(history)
      #expect((share.standardError ?? 0) > 0 && share.value > 0.2 && share.value < 0.35)
    }
    // 95 % of 200 less three binomial standard errors, and less what 60 periods cost a
    // Newey–West standard error.
    #expect(covered >= 178)
  }

  @Test("a history that tells nothing is refused")
  func uninformative() {
    let idle = [ClosingEstimates.Observation](
      repeating: ClosingEstimates.Observation(opening: 10, filed: 1, resolved: 0), count: 5)
    #expect(throws: Diagnostic.self) { try ClosingEstimates.clearanceRate(idle) }
    #expect(throws: Diagnostic.self) { try ClosingEstimates.closedShare(idle) }
    #expect(throws: Diagnostic.self) { try ClosingEstimates.casesPerJudge(idle) }
    #expect(throws: Diagnostic.self) { try ClosingEstimates.clearanceRate([]) }
  }
}
