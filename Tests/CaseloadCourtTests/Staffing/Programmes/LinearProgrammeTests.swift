import CaseloadData
import CaseloadMath
import CaseloadTestSupport
import Testing

@testable import CaseloadCourt

@Suite("Linear programmes") struct LinearProgrammeTests {
  typealias Term = LinearProgramme.Term

  /// Dantzig's factory: maximize 3x + 5y with x ≤ 4, 2y ≤ 12, 3x + 2y ≤ 18.
  private var factory: LinearProgramme {
    var programme = LinearProgramme(.maximize)
    let x = programme.addVariable(Text("x"), objective: 3)
    let y = programme.addVariable(Text("y"), objective: 5)
    programme.addConstraint(Text("plant 1"), [Term(x)], .atMost, 4)
    programme.addConstraint(Text("plant 2"), [Term(y, 2)], .atMost, 12)
    programme.addConstraint(Text("plant 3"), [Term(x, 3), Term(y, 2)], .atMost, 18)
    return programme
  }

  @Test("a maximum, its prices and its slacks")  // Hillier & Lieberman, Wyndor Glass Co.
  func maximum() throws {
    let solution = try factory.solution()
    #expect(solution.objective.isClose(to: 36, relative: 1e-12))
    #expect(solution.values.isClose(to: [2, 6], relative: 1e-12))
    #expect(solution.duals.isClose(to: [0, 1.5, 1], relative: 1e-12, absolute: 1e-12))
    #expect(solution.slacks.isClose(to: [2, 0, 0], relative: 1e-12, absolute: 1e-12))
    #expect(solution.reducedCosts.isClose(to: [0, 0], absolute: 1e-12))
  }

  @Test("equalities, lower bounds and free variables")
  func minimum() throws {
    var programme = LinearProgramme()
    let x = programme.addVariable(Text("x"), from: nil, objective: 1)
    let y = programme.addVariable(Text("y"), from: 1, to: 3, objective: 2)
    programme.addConstraint(Text("sum"), [Term(x, 0.5), Term(x, 0.5), Term(y)], .equal, 0)
    programme.addConstraint(Text("floor"), [Term(x)], .atLeast, -2)
    let solution = try programme.solution()
    #expect(solution.values.isClose(to: [-1, 1], relative: 1e-12))
    #expect(solution.objective.isClose(to: 1, relative: 1e-12))
    // y = −x; the cost falls with x, and y stands at its lower bound.
    #expect(solution.duals[0].isClose(to: 1, relative: 1e-12))
    #expect(solution.reducedCosts[y].isClose(to: 1, relative: 1e-12))
  }

  @Test("random programmes satisfy strong duality and complementary slackness", arguments: 0..<40)
  func duality(seed: Int) throws {
    var stream = RandomStream(seed: 77).substream(UInt64(seed))
    var programme = LinearProgramme(seed % 2 == 0 ? .minimize : .maximize)
    let (n, m) = (2 + stream.integer(below: 6), 2 + stream.integer(below: 6))
    let sign = programme.direction == .minimize ? 1.0 : -1.0
    for j in 0..<n {
      programme.addVariable(Text("x\(j)"), to: 10, objective: sign * (1 + 5 * stream.uniform()))
    }
    for i in 0..<m {
      let terms = (0..<n).map { Term($0, 0.5 + 3 * stream.uniform()) }
      programme.addConstraint(Text("row \(i)"), terms, .atLeast, 2 + 4 * stream.uniform())
    }
    let solution = try programme.solution()
    // bᵀy + Σ uⱼ · dⱼ over variables at their upper bound (zero at the lower one).
    var dual = zip(programme.constraints, solution.duals).map { $0.bound * $1 }.accurateSum
    for j in 0..<n { dual += solution.reducedCosts[j] * solution.values[j] }
    #expect(dual.isClose(to: solution.objective, relative: 1e-9))
    for i in 0..<m {
      #expect(solution.slacks[i] > -1e-9)
      #expect(abs(solution.slacks[i] * solution.duals[i]) < 1e-8)
    }
    // The price of a row is the change of the optimum with its bound.
    for i in 0..<m where solution.slacks[i] < 1e-9 {
      var moved = programme
      moved.constraints[i].bound += 1e-5
      let change = (try moved.solution().objective - solution.objective) / 1e-5
      #expect(change.isClose(to: solution.duals[i], relative: 1e-4, absolute: 1e-4))
    }
  }

  @Test("what cannot hold together is named, and nothing else")
  func conflict() throws {
    var programme = factory
    let both = [Term(0), Term(1)]
    programme.addConstraint(Text("demand"), both, .atLeast, 11)
    programme.addConstraint(Text("idle"), both, .atLeast, 1)
    guard case .infeasible(let conflict) = try programme.outcome() else {
      Issue.record("it is infeasible")
      return
    }
    let names = programme.names(conflict).map(\.en)
    // x + y ≥ 11 with y ≤ 6 needs x ≥ 5: against x ≤ 4, or against 3x + 2y ≤ 18.
    #expect(names.contains("demand") && !names.contains("idle"))
    #expect(try isIrreducible(programme, conflict))
    let error = #expect(throws: Diagnostic.self) { try programme.solution() }
    #expect(error?.code == .infeasiblePlan)
    #expect(error?.message.en.contains("demand") == true)
    #expect(error?.message.zh.contains("demand") == true)
  }

  @Test("conflicts of random programmes are irreducible", arguments: 0..<25)
  func irreducible(seed: Int) throws {
    var stream = RandomStream(seed: 5).substream(UInt64(seed))
    var programme = LinearProgramme()
    let n = 3 + stream.integer(below: 4)
    for j in 0..<n { programme.addVariable(Text("x\(j)"), to: 4) }
    for i in 0..<12 {
      let terms = (0..<n).map { Term($0, 2 * stream.uniform() - 1) }
      programme.addConstraint(
        Text("row \(i)"), terms, i % 2 == 0 ? .atMost : .atLeast, 8 * stream.uniform() - 4)
    }
    guard case .infeasible(let conflict) = try programme.outcome() else { return }
    #expect(try isIrreducible(programme, conflict))
  }

  /// Whether the members cannot hold together, and can without any one constraint.
  private func isIrreducible(_ programme: LinearProgramme, _ conflict: LinearProgramme.Conflict)
    throws -> Bool
  {
    func isFeasible(without dropped: Int?) throws -> Bool {
      var part = programme
      part.constraints = conflict.constraints.filter { $0 != dropped }.map {
        programme.constraints[$0]
      }
      for j in part.variables.indices {
        if !conflict.bounds.contains(where: { $0.variable == j && $0.isLower }) {
          part.variables[j].lower = nil
        }
        if !conflict.bounds.contains(where: { $0.variable == j && !$0.isLower }) {
          part.variables[j].upper = nil
        }
        part.variables[j].objective = 0
      }
      if case .optimal = try part.outcome() { return true }
      return false
    }
    if try isFeasible(without: nil) { return false }
    return try conflict.constraints.allSatisfy { try isFeasible(without: $0) }
  }

  @Test("a variable that nothing limits is named")
  func unbounded() throws {
    var programme = LinearProgramme(.maximize)
    let x = programme.addVariable(Text(en: "x", zh: "甲"), objective: 1)
    let y = programme.addVariable(Text("y"), objective: 1)
    programme.addConstraint(Text("y only"), [Term(y)], .atMost, 4)
    #expect(try programme.outcome() == .unbounded(variables: [x]))
    let error = #expect(throws: Diagnostic.self) { try programme.solution() }
    #expect(error?.code == .notComputable && error?.message.zh.contains("甲") == true)
  }

  @Test("a programme without constraints ends at its bounds")
  func noConstraints() throws {
    var programme = LinearProgramme()
    programme.addVariable(Text("x"), from: 2, objective: 3)
    programme.addVariable(Text("y"), from: 0, to: 5, objective: -1)
    let solution = try programme.solution()
    #expect(solution.values == [2, 5] && solution.objective == 1)
    programme.addVariable(Text("z"), objective: -1)
    #expect(try programme.outcome() == .unbounded(variables: [2]))
    #expect(try LinearProgramme().solution().objective == 0)
  }

  @Test("wrong numbers are refused", arguments: [Double.nan, .infinity, 1e30])
  func wrongNumbers(x: Double) {
    var costly = factory
    costly.variables[0].objective = x
    #expect(throws: Diagnostic.self) { try costly.solution() }
    var bound = factory
    bound.constraints[1].bound = x
    #expect(throws: Diagnostic.self) { try bound.solution() }
    var term = factory
    term.constraints[1].terms[0].coefficient = x
    #expect(throws: Diagnostic.self) { try term.solution() }
    var stray = factory
    stray.constraints[1].terms[0].variable = 9
    #expect(throws: Diagnostic.self) { try stray.solution() }
    var crossed = factory
    crossed.variables[0].lower = 5
    crossed.variables[0].upper = 4
    let error = #expect(throws: Diagnostic.self) { try crossed.solution() }
    #expect(error?.code == .infeasiblePlan)
  }

  @Test("the same answers on any number of threads")
  func threads() async throws {
    let programmes = (0..<64).map { k in
      var programme = factory
      programme.constraints[2].bound = 12 + Double(k) / 8
      return programme
    }
    let alone = try await concurrentMap(64, threads: 1) { try programmes[$0].solution() }
    let together = try await concurrentMap(64, threads: 8) { try programmes[$0].solution() }
    #expect(alone == together)
  }

  @Test("whole numbers: the best of all that can be listed", arguments: 0..<25)
  func wholeNumbers(seed: Int) throws {
    var stream = RandomStream(seed: 19).substream(UInt64(seed))
    var programme = LinearProgramme(.maximize)
    let value = (0..<3).map { _ in 1 + 9 * stream.uniform() }
    let weights = (0..<2).map { _ in (0..<3).map { _ in 1 + 4 * stream.uniform() } }
    let limits = (0..<2).map { _ in 8 + 8 * stream.uniform() }
    for j in 0..<3 {
      programme.addVariable(Text("x\(j)"), to: 6, objective: value[j], isWhole: true)
    }
    for i in 0..<2 {
      programme.addConstraint(
        Text("row \(i)"), (0..<3).map { Term($0, weights[i][$0]) }, .atMost, limits[i])
    }
    let solution = try programme.solution()
    var best = -Double.infinity
    for a in 0...6 {
      for b in 0...6 {
        for c in 0...6 {
          let x = [Double(a), Double(b), Double(c)]
          let fits = (0..<2).allSatisfy { i in
            zip(weights[i], x).reduce(0) { $0 + $1.0 * $1.1 } <= limits[i]
          }
          if fits { best = max(best, zip(value, x).reduce(0) { $0 + $1.0 * $1.1 }) }
        }
      }
    }
    #expect(solution.objective.isClose(to: best, relative: 1e-9))
    #expect(solution.values.allSatisfy { $0 == $0.rounded() })
  }

  @Test("whole numbers that cannot be are told from constraints that cannot")
  func noWholeNumber() throws {
    var programme = LinearProgramme()
    let x = programme.addVariable(Text("x"), to: 10, objective: 1, isWhole: true)
    programme.addConstraint(Text("half"), [Term(x, 2)], .equal, 5)
    let error = #expect(throws: Diagnostic.self) { try programme.solution() }
    #expect(error?.code == .infeasiblePlan)
    #expect(error?.message.en.contains("whole") == true)
    programme.variables[x].isWhole = false
    #expect(try programme.solution().values == [2.5])
  }
}
