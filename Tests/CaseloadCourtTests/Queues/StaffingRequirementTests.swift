import CaseloadCourt
import CaseloadData
import CaseloadMath
import CaseloadTestSupport
import Testing

@Suite struct StaffingRequirementTests {
  private func need(_ target: StaffingRequirement.Target, _ load: Double) throws
    -> StaffingRequirement
  {
    try StaffingRequirement(target, offeredLoad: load) { (servers) throws(Diagnostic) in
      try ErlangC(arrivalRate: load, serviceRate: 1, servers: servers)
    }
  }

  @Test func theSquareRootFigureIsCorrected() throws {
    let answer = try need(.waitProbability(0.05), 400)
    #expect(answer.servers == 436 && answer.squareRoot?.servers == 435)
    #expect(answer.squareRoot?.correction == 1)
    #expect(answer.achieved <= 0.05 && (answer.withOneFewer ?? 0) > 0.05)
  }

  @Test(arguments: [0.3, 5.0, 5.5, 34, 170])
  func noSmallerNumberKeepsTheTarget(load: Double) throws {
    for target: StaffingRequirement.Target in [
      .waitProbability(0.2), .meanWait(0.1), .meanSojourn(1.05), .utilization(0.9),
      .waitTail(time: 0.5, probability: 0.01),
    ] {
      let answer = try need(target, load)
      var servers = 1
      func isKept(_ servers: Int) -> Bool {
        guard Double(servers) > load,
          let queue = try? ErlangC(arrivalRate: load, serviceRate: 1, servers: servers)
        else { return false }
        switch target {
        case .waitProbability(let p): return queue.waitProbability <= p
        case .meanWait(let t): return (queue.measures.meanWait ?? 1) <= t
        case .meanSojourn(let t): return (queue.measures.meanSojourn ?? 9) <= t
        case .waitTail(let t, let p): return (queue.waitTail(beyond: t) ?? 1) <= p
        case .utilization(let u): return (queue.measures.utilization ?? 1) <= u
        case .abandonment: return false
        }
      }
      while !isKept(servers) { servers += 1 }
      #expect(answer.servers == servers)
    }
  }

  @Test func impatientCasesNeedFewer() throws {
    let patient = try need(.waitProbability(0.2), 34)
    let leaving = try StaffingRequirement(
      .waitProbability(0.2), offeredLoad: 34, abandonmentRatio: 1
    ) { (servers) throws(Diagnostic) in
      try ErlangA(arrivalRate: 34, serviceRate: 1, abandonmentRate: 1, servers: servers)
    }
    #expect(leaving.servers < patient.servers)
    let few = try StaffingRequirement(
      .abandonment(0.3), offeredLoad: 34, abandonmentRatio: 1
    ) { (servers) throws(Diagnostic) in
      try ErlangA(arrivalRate: 34, serviceRate: 1, abandonmentRate: 1, servers: servers)
    }
    // Below the load: leaving keeps the queue finite.
    #expect(few.servers < 34 && few.achieved <= 0.3)
  }

  @Test func impossibleTargetsAreRefused() {
    func code(_ target: StaffingRequirement.Target) -> DiagnosticCode? {
      do {
        _ = try need(target, 5)
        return nil
      } catch let error as Diagnostic { return error.code } catch { return nil }
    }
    #expect(code(.waitProbability(1.5)) == .illegalProbability)
    #expect(code(.waitProbability(.nan)) == .illegalProbability)
    #expect(code(.meanWait(-1)) == .illegalRate)
    #expect(code(.meanSojourn(0.5)) == .infeasiblePlan)
    #expect(code(.utilization(1.1)) == .illegalProbability)
  }
}
