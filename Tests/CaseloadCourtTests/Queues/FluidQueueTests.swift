import CaseloadCourt
import CaseloadData
import CaseloadMath
import CaseloadTestSupport
import Testing

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
