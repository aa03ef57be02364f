import CaseloadData
import CaseloadMath
import CaseloadTestSupport
import Testing

@testable import CaseloadCourt

@Suite("Workforce plans") struct WorkforcePlanTests {
  /// The reference's two-year problem.
  static var twoYears: WorkforceProblem {
    var salaried = WorkforceProblem.JudgeType(name: "S", initial: 30, sittingDays: 200)
    salaried.minimumDays = 180
    salaried.salary = 300
    salaried.exits = [2, 2]
    salaried.recruitmentCap = 4
    salaried.minimumShare = 0.2
    salaried.recruitedFrom = [WorkforceProblem.Source(from: "T", share: 0.25)]
    var temporary = WorkforceProblem.JudgeType(name: "T", initial: 20, sittingDays: 40)
    temporary.minimumDays = 10
    temporary.feePerDay = 3
    temporary.exits = 3
    temporary.recruitmentCap = [8, 8]
    temporary.maximumShare = 0.25
    return WorkforceProblem(
      years: ["1", "2"], judgeTypes: [salaried, temporary],
      jurisdictions: [
        WorkforceProblem.Jurisdiction(name: "civil", demand: [5200, 5600], penalty: 10),
        WorkforceProblem.Jurisdiction(name: "enforcement", demand: [2600, 2700], penalty: 8),
      ])
  }

  @Test(
    "the reference's programme: objective and staff",
    .enabled(if: SharedData.isPresent, "needs the shared reference data"))
  func oracle() throws {
    let all: JSON = try SharedData.json("court/oracles/staffing_optimisation_oracles.json")
    let oracle = try #require(all["workforce_lp"])
    let plan = try Self.twoYears.plan()
    #expect(plan.objective.isClose(to: oracle["objective"]?.number ?? .nan, relative: 1e-12))
    for row in plan.staff {
      for (letter, value) in [("R", row.inPost), ("H", row.recruited), ("L", row.leaving)] {
        let expected = oracle["solution"]?["('\(letter)', \(row.year), '\(row.judgeType)')"]?.number
        #expect(value.isClose(to: expected ?? .nan, relative: 1e-9), "\(letter) \(row)")
      }
    }
    let unmet = plan.work.map(\.unmet)
    #expect(unmet.isClose(to: [0, 440, 0, 380], relative: 1e-9, absolute: 1e-9))
  }

  @Test("feasible, and complementary to its prices")
  func optimality() throws {
    let problem = Self.twoYears
    let model = WorkforceModel(problem, demands: [problem.expectedDemand])
    let solution = try model.programme.solution()
    for (i, slack) in solution.slacks.enumerated() {
      #expect(slack > -1e-8)
      #expect(abs(slack * solution.duals[i]) < 1e-6)
    }
    for (j, value) in solution.values.enumerated() {
      #expect(value >= 0 && abs(value * solution.reducedCosts[j]) < 1e-6)
      #expect(solution.reducedCosts[j] > -1e-8)
    }
    // Strong duality: no variable has an upper bound, so the cost is bᵀy.
    let dual = zip(model.programme.constraints, solution.duals).map { $0.bound * $1 }.accurateSum
    #expect(dual.isClose(to: 32_600, relative: 1e-12))
  }

  @Test("costs add up, and days sat cover the demand but for those not sat")
  func accounts() throws {
    let plan = try Self.twoYears.plan()
    #expect(plan.costs.map(\.salaries).isClose(to: [9600, 10_200], relative: 1e-9))
    #expect(plan.costs.map(\.total).accurateSum == plan.objective)
    for row in plan.work {
      #expect(row.daysByType.accurateSum + row.unmet >= row.demand - 1e-6)
    }
    for row in plan.staff { #expect((row.utilization ?? 2) <= 1 + 1e-9) }
    #expect(plan.recruits == [[4, 8], [4, 8]])
  }

  @Test("what binds, in words and by the cost of one more")
  func binding() throws {
    let plan = try Self.twoYears.plan()
    let cap = try #require(
      plan.binding.first { $0.constraint.en == "recruitment cap (1, S)" })
    // One more salaried recruit in the first year: a quarter leaves T in year 1 (and stays away).
    var more = Self.twoYears
    more.judgeTypes[0].recruitmentCap = [5, 4]
    let change = try more.plan().objective - plan.objective
    #expect(try #require(cap.changeWithOneMore).isClose(to: change, relative: 1e-9))
    #expect(change < 0 && cap.price < 0)
    #expect(cap.statement.en == "One more recruit of S in 1 saves 2,500.")
    #expect(cap.statement.zh.contains("多招录一名 S"))
    let demand = try #require(
      plan.binding.first { $0.constraint.en == "demand (1, enforcement)" })
    #expect(demand.price.isClose(to: 8, relative: 1e-6) || demand.price > 0)
    let sizes = plan.binding.map { abs($0.changeWithOneMore ?? $0.price) }
    #expect(zip(sizes, sizes.dropFirst()).allSatisfy { $0 >= $1 })
  }

  @Test("a plan that cannot be names what stands against it")
  func infeasible() throws {
    var problem = Self.twoYears
    problem.budget = 8000  // 28 judges stay, at 300 each
    let error = #expect(throws: Diagnostic.self) { try problem.plan() }
    #expect(error?.code == .infeasiblePlan)
    #expect(error?.message.en.contains("budget (1)") == true)
    #expect(error?.message.zh.contains("预算（1）") == true)
    var leaving = Self.twoYears
    leaving.judgeTypes[1].exits = [3, 60]
    let gone = #expect(throws: Diagnostic.self) { try leaving.plan() }
    #expect(gone?.message.en.contains("(2, T)") == true)
  }

  @Test("a budget holds, and its price is that of money")
  func budget() throws {
    var problem = Self.twoYears
    problem.budget = [12_000, 13_000]
    let plan = try problem.plan()
    #expect(plan.objective > 32_600)
    for (cost, limit) in zip(plan.costs, [12_000, 13_000.0]) {
      #expect(cost.salaries + cost.recruitment + cost.fees <= limit + 1e-6)
    }
    #expect(plan.binding.contains { $0.constraint.en == "budget (1)" && $0.price < 0 })
  }

  @Test("newcomers who learn, arrive late and leave by a share")
  func newcomers() throws {
    var judge = WorkforceProblem.JudgeType(name: "judge", initial: 10, sittingDays: 100)
    judge.attrition = 0.1
    judge.newcomerOutput = [0.5]
    judge.arrivalLag = 1
    judge.recruitmentCap = [2, 2, 2]
    let problem = WorkforceProblem(
      years: ["1", "2", "3"], judgeTypes: [judge],
      jurisdictions: [WorkforceProblem.Jurisdiction(name: "all", demand: 2000, penalty: 1)])
    let plan = try problem.plan()
    // 10 → 9 → 9 − 0.9 + 2 → 10.1 − 1.01 + 2; newcomers of the year handle half.
    #expect(plan.staff.map(\.inPost).isClose(to: [9, 10.1, 11.09], relative: 1e-9))
    #expect(plan.staff.map(\.leaving).isClose(to: [1, 0.9, 1.01], relative: 1e-9))
    #expect(plan.staff.map(\.daysSat).isClose(to: [900, 910, 1009], relative: 1e-9))
  }

  @Test("whole recruits are whole, and never cheaper")
  func whole() throws {
    var problem = Self.twoYears
    problem.judgeTypes[0].recruitmentCap = [3.5, 2.7]
    problem.judgeTypes[0].recruitmentCost = 1000
    let free = try problem.plan()
    problem.wholeRecruits = true
    let plan = try problem.plan()
    #expect(plan.recruits.joined().allSatisfy { $0 == $0.rounded() })
    #expect(plan.objective >= free.objective - 1e-6)
    var best = Double.infinity
    for a in 0...3 {
      for b in 0...2 {
        let cost = try problem.cost(
          ofRecruits: [[Double(a), 8], [Double(b), 8]], under: [problem.expectedDemand])
        best = min(best, cost.costs[0])
      }
    }
    #expect(plan.objective <= best + 1e-6)
  }

  @Test("definitions that cannot be are refused, by name")
  func refused() throws {
    func expect(_ change: (inout WorkforceProblem) -> Void, _ mention: String) {
      var problem = Self.twoYears
      change(&problem)
      let error = #expect(throws: Diagnostic.self) { try problem.plan() }
      #expect(error?.code == .malformedDefinition)
      #expect(error?.message.en.contains(mention) == true, "\(error?.message.en ?? "")")
    }
    expect({ $0.judgeTypes[0].exits = [1, 2, 3] }, "exits")
    expect({ $0.judgeTypes[1].sittingDays = 0 }, "sittingDays")
    expect({ $0.judgeTypes[1].salary = [1, .nan] }, "salary")
    expect({ $0.judgeTypes[1].maximumShare = 1.5 }, "maximumShare")
    expect({ $0.jurisdictions[0].demand = -1 }, "demand")
    expect({ $0.judgeTypes[1].name = "S" }, "kind of judge")
    expect({ $0.years = [] }, "year")
    expect(
      { $0.judgeTypes[0].recruitedFrom = [WorkforceProblem.Source(from: "X", share: 0.1)] }, "'X'")
    expect({ $0.judgeTypes[0].arrivalLag = -1 }, "arrivalLag")
  }
}
