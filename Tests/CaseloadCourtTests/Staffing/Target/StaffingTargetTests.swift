import CaseloadData
import CaseloadMath
import CaseloadTestSupport
import Testing

@testable import CaseloadCourt

@Suite("Staffing for a promised disposition time") struct StaffingTargetTests {
  typealias Scenario = StaffingTarget.Scenario

  @Test(
    "the fewest judges and their probabilities are the reference's",
    .enabled(if: SharedData.isPresent, "needs the shared reference data"))
  func oracle() throws {
    let all: JSON = try SharedData.json("court/oracles/staffing_optimisation_oracles.json")
    let rows = try #require(all["chance_constrained_staffing"]?.array)
    #expect(rows.count == 5)
    for row in rows {
      func number(_ name: String) -> Double { row[name]?.number ?? .nan }
      let target = try StaffingTarget(
        maximumDays: number("max_DT_days"), probability: number("prob"))
      let scenario = Scenario(
        intake: try CaseIntake(mean: number("lam"), dispersion: row["overdispersion"]?.number),
        casesPerJudge: number("per_judge"), pending: number("pending0"))
      let need = try target.need(in: scenario)
      #expect(need.judges == Int(number("min_judges")))
      #expect(need.probability.isClose(to: number("prob_at_c"), relative: 1e-12))
      let fewer = try #require(need.probabilityWithOneFewer)
      #expect(fewer.isClose(to: number("prob_at_c_minus_1"), relative: 1e-11))
      #expect(need.diagnostics.isEmpty && need.interval == nil)
      // The curve never falls, and holds both numbers.
      #expect(
        zip(need.curve, need.curve.dropFirst()).allSatisfy { $0.probability <= $1.probability })
      #expect(
        need.curve.contains { $0.judges == need.judges && $0.probability == need.probability })
    }
  }

  @Test(
    "the probability agrees with its definition", arguments: [nil, 1.5, 4] as [Double?], [0, 40.0])
  func definition(dispersion: Double?, least: Double) throws {
    let target = try StaffingTarget(maximumDays: 60, minimumDays: least)
    let intake = try CaseIntake(mean: 90, dispersion: dispersion)
    let scenario = Scenario(intake: intake, casesPerJudge: 11, pending: 20)
    for judges in [0.0, 5, 7.5, 8, 9, 12] {
      var expected = 0.0
      for n in 0..<700 {
        let filings = Double(n)
        let ready = 20 + filings * (1 - least / 365)
        let resolved = min(judges * 11, ready)
        let left = 20 + filings - resolved
        guard resolved > 0, 365 * left / resolved <= 60 * (1 + 1e-12) else { continue }
        expected += intake.probability(atMost: filings) - intake.probability(atMost: filings - 1)
      }
      let actual = target.probability(judges: judges, in: scenario)
      #expect(actual.isClose(to: expected, relative: 1e-9, absolute: 1e-12), "\(judges)")
    }
  }

  @Test("a promise that is kept to the very case is kept")
  func exactly() throws {
    // 365 · left / resolved = 73 days: left = resolved / 5; 10 judges resolve 1000, 1200 may come.
    let target = try StaffingTarget(maximumDays: 73)
    let scenario = Scenario(intake: .exactly(1170), casesPerJudge: 100, pending: 30)
    #expect(try target.need(in: scenario).judges == 10)
    let more = Scenario(intake: .exactly(1171), casesPerJudge: 100, pending: 30)
    #expect(try target.need(in: more).judges == 11)
    let none = Scenario(intake: .exactly(0), casesPerJudge: 100, pending: 0)
    #expect(try target.need(in: none).judges == 0)
  }

  @Test("cases that cannot be ready in time are told from too few judges")
  func unreachable() throws {
    let scenario = Scenario(
      intake: .poisson(mean: 1000), casesPerJudge: 100, pending: 10)
    let hasty = try StaffingTarget(maximumDays: 30, minimumDays: 60)
    let need = try hasty.need(in: scenario)
    #expect(need.judges == nil && need.highestProbability < 1e-12)
    #expect(need.diagnostics.first?.code == .infeasiblePlan)
    #expect(need.diagnostics.first?.message.en.contains("60 days") == true)
    let patient = try StaffingTarget(maximumDays: 75, minimumDays: 60)
    #expect(try patient.need(in: scenario).judges != nil)
    let capped = try StaffingTarget(maximumDays: 60).need(in: scenario, mostJudges: 7)
    #expect(capped.judges == nil && capped.highestProbability == 1)
    #expect(capped.diagnostics.first?.message.en.contains("at most 7 judges") == true)
  }

  @Test("draws: the need is a quantile of the judges that each draw needs")
  func draws() throws {
    let target = try StaffingTarget(maximumDays: 60, probability: 0.9)
    var stream = RandomStream(seed: 4)
    let scenarios = (0..<500).map { _ in
      Scenario(
        intake: .exactly(6834 + 400 * stream.normal()), casesPerJudge: 201 + 8 * stream.normal(),
        pending: 800)
    }
    let need = try target.need(over: scenarios)
    let each = scenarios.map {
      (($0.intake.mean + 800) / ($0.casesPerJudge * (1 + 60.0 / 365))).rounded(.up)
    }.sorted()
    #expect(need.judges == Int(each[449]))  // the least c with 450 of 500 draws at or below it
    #expect(need.probability == Double(each.count { $0 <= each[449] }) / 500)
    let interval = try #require(need.interval)
    #expect(interval == DrawSummary(each))
    let p = need.probability
    let error = try #require(need.standardError)
    #expect(error.isClose(to: (p * (1 - p) / 499).squareRoot(), relative: 1e-9))
  }

  @Test("uncertain filings ask for more judges, certain ones for the same")
  func uncertain() throws {
    let target = try StaffingTarget(maximumDays: 60)
    let known = try Scenario.drawn(
      filings: UncertainAmount(6834), casesPerJudge: UncertainAmount(201),
      pending: UncertainAmount(800), draws: 20, from: RandomStream(seed: 1))
    let need = try target.need(over: known)
    #expect(need.judges == 34)
    #expect(need.interval?.lower95 == 34 && need.interval?.upper95 == 34)
    let vague = try Scenario.drawn(
      filings: UncertainAmount(6834, standardError: 400), dispersion: 25,
      casesPerJudge: UncertainAmount(201, standardError: 6), pending: UncertainAmount(800),
      draws: 1000, from: RandomStream(seed: 1))
    let wider = try target.need(over: vague)
    #expect((wider.judges ?? 0) > 36)
    // Log-normal draws keep mean and standard deviation.
    let filings = vague.map(\.intake.mean)
    #expect((Descriptive.mean(filings) ?? 0).isClose(to: 6834, absolute: 4 * 400 / 31.6))
    #expect((Descriptive.standardDeviation(filings) ?? 0).isClose(to: 400, relative: 0.1))
  }

  @Test("weighted cases: one type is the unweighted need, weights in minutes")
  func weighted() throws {
    let weights = try CaseWeights(
      [CaseWeight(caseType: "civil", minutes: 497)], judgeYear: JudgeYear(minutes: 497 * 201))
    let scenarios = try Scenario.weighted(
      [Scenario.TypedCases(caseType: "civil", intake: .poisson(mean: 6834), pending: 800)],
      weights: weights, draws: 4000, from: RandomStream(seed: 8))
    let need = try StaffingTarget(maximumDays: 60).need(over: scenarios)
    #expect(need.judges == 34)
    let fewer = try #require(need.probabilityWithOneFewer)
    #expect(abs(fewer - 0.8604415194169204) < 4 * (0.86 * 0.14 / 4000).squareRoot())
    #expect(throws: Diagnostic.self) {
      try Scenario.weighted(
        [Scenario.TypedCases(caseType: "family", intake: .poisson(mean: 10))], weights: weights,
        draws: 1, from: RandomStream(seed: 1))
    }
  }

  @Test("numbers that cannot be are refused")
  func refused() throws {
    for probability in [0, 1, -0.1, .nan] {
      let error = #expect(throws: Diagnostic.self) {
        try StaffingTarget(maximumDays: 60, probability: probability)
      }
      #expect(error?.code == .illegalProbability)
    }
    #expect(throws: Diagnostic.self) { try StaffingTarget(maximumDays: -1) }
    #expect(throws: Diagnostic.self) { try StaffingTarget(maximumDays: 60, minimumDays: 365) }
    #expect(throws: Diagnostic.self) { try StaffingTarget(maximumDays: .infinity) }
    let target = try StaffingTarget(maximumDays: 60)
    let wrong: [(Scenario, DiagnosticCode)] = [
      (Scenario(intake: .poisson(mean: -1), casesPerJudge: 1, pending: 0), .illegalRate),
      (Scenario(intake: .poisson(mean: 1), casesPerJudge: 0, pending: 0), .illegalRate),
      (Scenario(intake: .poisson(mean: 1), casesPerJudge: 1, pending: -2), .negativeCount),
      (
        Scenario(
          intake: .negativeBinomial(mean: 5, dispersion: 0.5), casesPerJudge: 1, pending: 0),
        .illegalRate
      ),
    ]
    for (scenario, code) in wrong {
      let error = #expect(throws: Diagnostic.self) { try target.need(in: scenario) }
      #expect(error?.code == code)
    }
    #expect(throws: Diagnostic.self) { try target.need(over: []) }
  }
}
