import CaseloadData
import CaseloadMath
import CaseloadTestSupport
import Testing

@testable import CaseloadCourt

@Suite("Allocation of judges") struct JudgeAllocationTests {
  private func units(_ loads: [Double], minimum: Int = 1) -> [AllocationUnit] {
    loads.enumerated().map { AllocationUnit(name: "u\($0)", load: $1, minimum: minimum) }
  }

  private func numbers(
    _ judges: Int, _ units: [AllocationUnit], _ method: AllocationMethod
  ) throws -> [Int] {
    try JudgeAllocation(judges, to: units, by: method).shares.map(\.judges)
  }

  @Test(
    "the reference's allocations and largest loads",
    .enabled(if: SharedData.isPresent, "needs the shared reference data"))
  func oracle() throws {
    let all: JSON = try SharedData.json("court/oracles/staffing_optimisation_oracles.json")
    let oracle = try #require(all["allocation"])
    let names = ["civil", "criminal", "admin", "enforcement", "appeal"]
    let units = names.map {
      AllocationUnit(name: $0, load: oracle["loads"]?[$0]?.number ?? .nan)
    }
    for (key, method) in [
      ("minimax", AllocationMethod.minimax), ("largest_remainder", .largestRemainder),
      ("huntington_hill", .huntingtonHill),
    ] {
      let allocation = try JudgeAllocation(34, to: units, by: method)
      #expect(
        allocation.shares.map { Double($0.judges) } == names.map { oracle[key]?[$0]?.number },
        "\(key)")
      #expect(allocation.maximumLoad == oracle["max_load_per_judge"]?[key]?.number)
      #expect(allocation.judges == 34)
    }
  }

  @Test("the methods differ where they should")  // Balinski & Young (2001), table of five methods
  func methods() throws {
    let loads = units([9061, 7179, 5259, 3319, 1182], minimum: 0)
    // 26 seats: quotas 9.061, 7.179, 5.259, 3.319, 1.182.
    #expect(try numbers(26, loads, .largestRemainder) == [9, 7, 5, 4, 1])
    #expect(try numbers(26, loads, .jefferson) == [10, 7, 5, 3, 1])
    #expect(try numbers(26, loads, .adams) == [9, 7, 5, 3, 2])
    #expect(try numbers(26, loads, .webster) == [9, 8, 5, 3, 1])
    #expect(try numbers(26, loads, .huntingtonHill) == [9, 7, 6, 3, 1])
    #expect(try numbers(26, loads, .minimax) == numbers(26, loads, .adams))
  }

  @Test("minimax is the best of all allocations", arguments: 0..<20)
  func minimax(seed: Int) throws {
    var stream = RandomStream(seed: 3).substream(UInt64(seed))
    let units = units((0..<3).map { _ in 10 + 90 * stream.uniform() })
    let judges = 6 + stream.integer(below: 10)
    var best = Double.infinity
    for a in 1...(judges - 2) {
      for b in 1..<(judges - a) {
        let parts = [a, b, judges - a - b]
        best = min(best, zip(units, parts).map { $0.load / Double($1) }.max() ?? 0)
      }
    }
    #expect(try JudgeAllocation(judges, to: units, by: .minimax).maximumLoad == best)
  }

  @Test(
    "every method gives all judges, within least and most", arguments: AllocationMethod.allCases)
  func bounds(method: AllocationMethod) throws {
    var stream = RandomStream(seed: 12)
    for _ in 0..<50 {
      let units = (0..<6).map { k in
        let least = stream.integer(below: 4)
        return AllocationUnit(
          name: "u\(k)", load: stream.uniform() < 0.2 ? 0 : 100 * stream.uniform() + 1,
          minimum: least, maximum: stream.uniform() < 0.5 ? least + stream.integer(below: 9) : nil)
      }
      guard units.contains(where: { $0.load > 0 }) else { continue }
      let least = units.reduce(0) { $0 + $1.minimum }
      let open = units.contains { $0.maximum == nil }
      let most = open ? least + 40 : units.reduce(0) { $0 + ($1.maximum ?? 0) }
      for judges in Set([least, (least + most) / 2, most]) {
        let allocation = try JudgeAllocation(judges, to: units, by: method)
        #expect(allocation.judges == judges)
        for (unit, share) in zip(units, allocation.shares) {
          #expect(share.judges >= unit.minimum && share.judges <= unit.maximum ?? .max)
        }
        let quotas = allocation.shares.map(\.quota).reduce(0, +)
        #expect(quotas.isClose(to: Double(judges), relative: 1e-9, absolute: 1e-9))
      }
    }
  }

  @Test("only growth is shared out when present posts are kept")
  func growth() throws {
    let units = [
      AllocationUnit(name: "a", load: 300, minimum: 8),
      AllocationUnit(name: "b", load: 700, minimum: 2),
    ]
    let shares = try JudgeAllocation(13, to: units, by: .largestRemainder).shares
    #expect(shares.map(\.judges) == [8, 5])
    #expect(shares.map(\.quota) == [8, 5])
  }

  @Test("largest remainders can take a judge away when there is one more; divisors never")
  func alabama() throws {
    // The textbook case: populations 6, 6 and 2; ten seats give 4, 4, 2, eleven give 5, 5, 1.
    let units = units([6, 6, 2], minimum: 0)
    #expect(try numbers(10, units, .largestRemainder) == [4, 4, 2])
    #expect(try numbers(11, units, .largestRemainder) == [5, 5, 1])
    let found = try AllocationParadox.search(2...20, units: units, by: .largestRemainder)
    #expect(
      found.contains(AllocationParadox(unit: "u2", judges: 11, before: 2, after: 1)))
    for method in AllocationMethod.allCases where method != .largestRemainder {
      #expect(try AllocationParadox.search(0...60, units: units, by: method).isEmpty)
    }
  }

  @Test("a divisor method may leave the quota, largest remainders never")
  func quota() throws {
    let units = units([9000, 400, 300, 200, 100], minimum: 0)
    #expect(try JudgeAllocation(30, to: units, by: .jefferson).quotaViolations == ["u0"])
    for judges in 1...60 {
      let allocation = try JudgeAllocation(judges, to: units, by: .largestRemainder)
      #expect(allocation.quotaViolations.isEmpty)
    }
  }

  @Test("wrong loads, bounds and totals are refused")
  func refused() throws {
    let fine = units([5, 6])
    let cases: [([AllocationUnit], Int, DiagnosticCode)] = [
      (fine, 1, .infeasiblePlan),
      ([AllocationUnit(name: "a", load: 3, maximum: 2)], 3, .infeasiblePlan),
      (units([-1, 2]), 4, .negativeCount), (units([.nan, 2]), 4, .negativeCount),
      (units([0, 0]), 4, .notComputable), ([], 4, .notComputable),
      ([AllocationUnit(name: "a", load: 1, minimum: 3, maximum: 2)], 3, .illegalStaff),
      ([AllocationUnit(name: "a", load: 1, minimum: -1)], 3, .illegalStaff),
      (fine + fine, 9, .malformedDefinition),
    ]
    for (units, judges, code) in cases {
      for method in AllocationMethod.allCases {
        let error = #expect(throws: Diagnostic.self) {
          try JudgeAllocation(judges, to: units, by: method)
        }
        #expect(error?.code == code)
      }
    }
  }

  @Test("weighted loads")  // Wittrup: 20 × 10 + 150 × 1 = 350
  func weighted() throws {
    let weights = try CaseWeights(
      [CaseWeight(caseType: "A", minutes: 10), CaseWeight(caseType: "B", minutes: 1)],
      judgeYear: JudgeYear(minutes: 1000))
    let unit = try AllocationUnit(name: "x", cases: ["A": 20, "B": 150], weights: weights)
    #expect(unit.load == 350)
    #expect(throws: Diagnostic.self) {
      try AllocationUnit(name: "x", cases: ["C": 1], weights: weights)
    }
  }

  @Test("uncertain loads: the mean of the largest load, and a better allocation for it")
  func risk() throws {
    let units = units([100, 100])
    let draws = [[80.0, 160], [120, 40], [90, 160]]
    let risk = try AllocationRisk(judges: [2, 2], draws: draws)
    #expect(risk.maximumLoad.mean.isClose(to: (80 + 60 + 80) / 3, relative: 1e-12))
    #expect(risk.heaviest.isClose(to: [1.0 / 3, 2.0 / 3], relative: 1e-12))
    let uneven = try JudgeAllocation.smallestExpectedMaximum(8, to: units, draws: draws)
    #expect(uneven.shares.map(\.judges) == [3, 5])
    let even = try AllocationRisk(judges: [4, 4], draws: draws)
    let better = try AllocationRisk(judges: [3, 5], draws: draws)
    #expect(better.maximumLoad.mean < even.maximumLoad.mean)
    #expect(throws: Diagnostic.self) { try AllocationRisk(judges: [2, 0], draws: draws) }
    #expect(throws: Diagnostic.self) { try AllocationRisk(judges: [2], draws: draws) }
    #expect(throws: Diagnostic.self) { try AllocationRisk(judges: [2, 2], draws: []) }
  }
}
