import CaseloadCourt
import CaseloadData
import CaseloadMath
import CaseloadTestSupport
import Testing

@Suite struct HalfinWhittTests {
  @Test func theExactAnswerApproachesTheLimit() throws {
    var previous = Double.infinity
    for load in [100.0, 10_000, 1_000_000] {
      let servers = Int(load + load.squareRoot())
      let exact = try ErlangC(arrivalRate: load, serviceRate: 1, servers: servers).waitProbability
      let error = abs(exact - (try HalfinWhitt.waitProbability(beta: 1)))
      #expect(error < 0.1 * previous * 1.2 && error < 0.3 / load.squareRoot())
      previous = error
    }
  }

  @Test func garnettsLimitContainsHalfinAndWhitts() throws {
    let patient = try HalfinWhitt.waitProbability(beta: 0.7)
    let almost = try HalfinWhitt.waitProbability(beta: 0.7, abandonmentRatio: 1e-8)
    #expect(almost.isClose(to: patient, relative: 1e-6))
    // θ = μ: the number in system is normal, P(W > 0) → Φ(−β).
    let unlimited = try HalfinWhitt.waitProbability(beta: 0.7, abandonmentRatio: 1)
    #expect(unlimited.isClose(to: Normal.standard.upper(0.7), relative: 1e-12))
    let exact = try ErlangA(
      arrivalRate: 1e6, serviceRate: 1, abandonmentRate: 0.5, servers: 1_000_700
    ).measures
    let limit = try HalfinWhitt.measures(
      arrivalRate: 1e6, serviceRate: 1, servers: 1_000_700, abandonmentRate: 0.5)
    #expect(exact.waitProbability?.isClose(to: limit.waitProbability ?? 0, relative: 2e-3) == true)
    #expect(
      exact.abandonmentProbability?.isClose(to: limit.abandonmentProbability ?? 0, relative: 2e-3)
        == true)
    #expect(!limit.isExact)
  }

  @Test func betaInvertsTheLimit() throws {
    for (p, ratio) in [(0.05, 0.0), (0.9, 0), (0.05, 0.5), (0.95, 3)] {
      let beta = try HalfinWhitt.beta(waitProbability: p, abandonmentRatio: ratio)
      let back = try HalfinWhitt.waitProbability(beta: beta, abandonmentRatio: ratio)
      #expect(back.isClose(to: p, relative: 1e-12))
    }
    #expect(throws: Diagnostic.self) { try HalfinWhitt.beta(waitProbability: 1.2) }
    #expect(throws: Diagnostic.self) { try HalfinWhitt.waitProbability(beta: -1) }
  }
}

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

@Suite struct FluidQueueTests {
  /// x(t) by many small steps of the equation as it is written.
  private func stepped(_ f: FluidQueue, _ x: Double, _ t: Double) -> Double {
    var x = x
    let steps = 400_000
    let h = t / Double(steps)
    func slope(_ x: Double) -> Double {
      f.arrivalRate - f.serviceRate * min(x, f.servers)
        - f.abandonmentRate * max(0, x - f.servers)
    }
    for _ in 0..<steps {
      let k = slope(x)
      x += h * slope(x + h / 2 * k)
    }
    return x
  }

  @Test func agreesWithItsDefinition() throws {
    for (rate, leaving, start) in [
      (12.0, 0.5, 0.0), (12, 0.5, 60), (6, 0.5, 60), (6, 0, 60), (12, 0, 3), (10, 0.2, 40),
    ] {
      let flow = try FluidQueue(
        arrivalRate: rate, serviceRate: 1, servers: 10, abandonmentRate: leaving)
      for t in [0.5, 3, 9] {
        let x = try flow.pending(at: t, from: start)
        #expect(x.isClose(to: stepped(flow, start, t), absolute: 2e-5))
      }
    }
  }

  @Test func timesInvertThePath() throws {
    let flow = try FluidQueue(arrivalRate: 6, serviceRate: 1, servers: 10)
    // 60 pending, 4 a unit of time to spare: 12.5 until 10 are left, then exponential decay to 6.
    #expect(try flow.timeToReach(10, from: 60)?.isClose(to: 12.5, relative: 1e-12) == true)
    let t = try #require(try flow.timeToReach(7, from: 60))
    #expect(t.isClose(to: 12.5 + log(4), relative: 1e-12))
    #expect(try flow.pending(at: t, from: 60).isClose(to: 7, relative: 1e-12))
    #expect(try flow.timeToReach(5, from: 60) == nil && flow.timeToReach(70, from: 60) == nil)
    let growing = try FluidQueue(arrivalRate: 12, serviceRate: 1, servers: 10)
    #expect(growing.steadyState == nil && growing.growth == 2)
    #expect(try growing.timeToReach(50, from: 20)?.isClose(to: 15, relative: 1e-12) == true)
    #expect(throws: Diagnostic.self) { try growing.measures() }
    #expect(throws: Diagnostic.self) { try growing.pending(at: 1, from: -1) }
    #expect(throws: Diagnostic.self) {
      try FluidQueue(arrivalRate: 1, serviceRate: 1, servers: 0)
    }
  }

  @Test func overloadedErlangAApproachesTheFlow() throws {
    let exact = try ErlangA(
      arrivalRate: 12_000, serviceRate: 1, abandonmentRate: 0.5, servers: 10_000
    ).measures
    let flow = try FluidQueue(
      arrivalRate: 12_000, serviceRate: 1, servers: 10_000, abandonmentRate: 0.5
    ).measures()
    #expect(flow.meanQueueLength?.isClose(to: exact.meanQueueLength ?? 0, relative: 1e-3) == true)
    #expect(
      flow.meanWaitOfServed?.isClose(to: exact.meanWaitOfServed ?? 0, relative: 1e-3) == true)
    #expect(
      flow.abandonmentProbability?.isClose(to: exact.abandonmentProbability ?? 0, relative: 1e-3)
        == true)
  }
}

@Suite struct TimeVaryingLoadTests {
  @Test func constantArrivalsAreStationary() throws {
    let load = try TimeVaryingLoad(
      arrivalRates: [120, 120, 120], periodLength: 1.0 / 12, serviceRate: 4)
    for interval in load.intervals {
      #expect(interval.loadAtEnd.isClose(to: 30, relative: 1e-13))
      #expect(interval.meanLoad.isClose(to: 30, relative: 1e-13))
      #expect(interval.completed.isClose(to: 10, relative: 1e-13))
    }
  }

  @Test func loadsBalanceAndRepeat() throws {
    let rates = (0..<12).map { 100.0 + 40 * Double($0 % 5) }
    let load = try TimeVaryingLoad(
      arrivalRates: rates, periodLength: 1.0 / 12, serviceRate: 3)
    #expect(
      load.intervals[0].loadAtStart.isClose(to: load.intervals[11].loadAtEnd, relative: 1e-13))
    for interval in load.intervals {
      // What comes in less what is completed is the change of the load.
      let change = interval.arrivalRate / 12 - interval.completed
      #expect(
        change.isClose(to: interval.loadAtEnd - interval.loadAtStart, relative: 0, absolute: 1e-11))
    }
    let fixed = try TimeVaryingLoad(
      arrivalRates: [60], periodLength: 2, serviceRate: 1, initialLoad: 0)
    #expect(fixed.intervals[0].loadAtEnd.isClose(to: 60 * -expm1(-2), relative: 1e-14))
  }

  @Test func theLoadLagsBehindTheArrivals() throws {
    let load = try TimeVaryingLoad(
      arrivalRates: [120, 480, 120, 120], periodLength: 1.0 / 12, serviceRate: 12)
    let servers = try load.servers(waitProbability: 0.2)
    // The wave passes below its stationary load and is still there a month later.
    #expect(servers[1].modified < servers[1].stationary)
    #expect(servers[2].modified > servers[2].stationary)
    #expect(throws: Diagnostic.self) { try load.servers(waitProbability: 0) }
    #expect(throws: Diagnostic.self) {
      try TimeVaryingLoad(arrivalRates: [], periodLength: 1, serviceRate: 1)
    }
    #expect(throws: Diagnostic.self) {
      try TimeVaryingLoad(arrivalRates: [-1], periodLength: 1, serviceRate: 1)
    }
  }
}
