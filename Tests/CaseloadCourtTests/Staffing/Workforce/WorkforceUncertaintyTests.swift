import CaseloadData
import CaseloadMath
import CaseloadTestSupport
import Testing

@testable import CaseloadCourt

@Suite("Workforce plans for many demands") struct WorkforceUncertaintyTests {
  /// Hiring costs 60, a day not sat 1, a judge sits 100 days: hire when the day is needed with
  /// probability above 0.6 (a newsvendor).
  private var newsvendor: WorkforceProblem {
    var judge = WorkforceProblem.JudgeType(name: "judge", initial: 0, sittingDays: 100)
    judge.recruitmentCost = 60
    return WorkforceProblem(
      years: ["1"], judgeTypes: [judge],
      jurisdictions: [WorkforceProblem.Jurisdiction(name: "all", demand: 500, penalty: 1)])
  }

  @Test("one kind, one year: the newsvendor's quantile")
  func quantile() throws {
    var stream = RandomStream(seed: 2)
    let demands = (0..<99).map { _ in [[300 + 400 * stream.uniform()]] }
    let plan = try newsvendor.stochasticPlan(under: demands)
    // Serve the demand that is exceeded with probability 0.6: the 40 % quantile.
    let sorted = demands.map { $0[0][0] }.sorted()
    #expect(plan.recruits[0].recruited.isClose(to: sorted[39] / 100, relative: 1e-9))
    let mean = sorted.accurateSum / 99
    #expect(plan.recruits[0].recruitedForMean.isClose(to: mean / 100, relative: 1e-9))
    func cost(_ judges: Double) -> Double {
      sorted.map { 60 * judges + max(0, $0 - 100 * judges) }.accurateSum / 99
    }
    #expect(plan.expectedCost.isClose(to: cost(sorted[39] / 100), relative: 1e-9))
    #expect(try #require(plan.expectedCostOfMeanPlan).isClose(to: cost(mean / 100), relative: 1e-9))
    #expect(plan.expectedCostWithForesight.isClose(to: 0.6 * mean, relative: 1e-9))
    let value = try #require(plan.valueOfStochasticSolution)
    #expect(value.isClose(to: cost(mean / 100) - cost(sorted[39] / 100), relative: 1e-6))
  }

  @Test("the two values are never below zero, and vanish for one demand")
  func values() throws {
    var problem = WorkforcePlanTests.twoYears
    problem.judgeTypes[0].recruitmentCap = 10
    for j in 0..<2 { problem.jurisdictions[j].demandError = 400 }
    let demands = problem.demandDraws(40, from: RandomStream(seed: 11))
    let plan = try problem.stochasticPlan(under: demands)
    #expect(try #require(plan.valueOfStochasticSolution) >= -1e-6)
    #expect(plan.valueOfPerfectInformation >= -1e-6)
    #expect(plan.cost.mean.isClose(to: plan.expectedCost, relative: 1e-12))
    let single = try problem.stochasticPlan(under: [problem.expectedDemand])
    #expect(abs(try #require(single.valueOfStochasticSolution)) < 1e-6)
    #expect(abs(single.valueOfPerfectInformation) < 1e-6)
    #expect(single.expectedCost.isClose(to: try problem.plan().objective, relative: 1e-9))
  }

  @Test("draws keep the mean and the error, and are the same again")
  func draws() throws {
    var problem = WorkforcePlanTests.twoYears
    problem.jurisdictions[0].demandError = 500
    let demands = problem.demandDraws(4000, from: RandomStream(seed: 5))
    let civil = demands.map { $0[1][0] }
    #expect((Descriptive.mean(civil) ?? 0).isClose(to: 5600, absolute: 4 * 500 / 63.2))
    #expect((Descriptive.standardDeviation(civil) ?? 0).isClose(to: 500, relative: 0.05))
    #expect(demands.allSatisfy { $0[0][1] == 2600 })
    #expect(problem.demandDraws(3, from: RandomStream(seed: 5)) == Array(demands.prefix(3)))
  }

  @Test("tables of another shape are refused")
  func shapes() {
    let problem = newsvendor
    #expect(throws: Diagnostic.self) { try problem.stochasticPlan(under: []) }
    #expect(throws: Diagnostic.self) { try problem.stochasticPlan(under: [[[1, 2]]]) }
    #expect(throws: Diagnostic.self) { try problem.stochasticPlan(under: [[[-1]]]) }
    #expect(throws: Diagnostic.self) {
      try problem.stochasticPlan(under: [[[Double]]](repeating: [[1]], count: 201))
    }
    #expect(throws: Diagnostic.self) {
      try problem.cost(ofRecruits: [[-1]], under: [[[100]]])
    }
  }
}
