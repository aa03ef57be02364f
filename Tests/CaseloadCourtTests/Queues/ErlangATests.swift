@testable import CaseloadCourt
import CaseloadData
import CaseloadMath
import CaseloadTestSupport
import Testing

@Suite struct ErlangATests {
  @Test(arguments: [
    (20.0, 1.0, 2.0, 18), (3.0, 1.0, 0.4, 5), (12.0, 1.0, 0.7, 6), (0.5, 1.0, 9.0, 1),
  ])
  func agreesWithABirthDeathChain(case numbers: (Double, Double, Double, Int)) throws {
    let (arrivals, service, leaving, servers) = numbers
    let measures = try ErlangA(
      arrivalRate: arrivals, serviceRate: service, abandonmentRate: leaving, servers: servers
    ).measures
    let law = stationaryLaw(
      birth: { _ in arrivals },
      death: { Double(min($0, servers)) * service + Double(max(0, $0 - servers)) * leaving },
      states: 160)
    let waits = law[servers...].reduce(0, +)
    let length = law.indices.reduce(0.0) { $0 + Double(max(0, $1 - servers)) * law[$1] }
    #expect(measures.waitProbability?.isClose(to: waits, relative: 1e-11) == true)
    #expect(measures.meanQueueLength?.isClose(to: length, relative: 1e-11) == true)
    // What arrives is served or leaves.
    let busy = law.indices.reduce(0.0) { $0 + Double(min($1, servers)) * law[$1] }
    #expect(measures.utilization?.isClose(to: busy / Double(servers), relative: 1e-11) == true)
  }

  @Test func tailsIntegrateToMeans() throws {
    for (arrivals, servers) in [(20.0, 18), (30.0, 18), (10.0, 18)] {
      let queue = try ErlangA(
        arrivalRate: arrivals, serviceRate: 1, abandonmentRate: 0.6, servers: servers)
      let measures = queue.measures
      let wait = integral(to: 40) { queue.waitTail(beyond: $0) ?? 0 }
      #expect(wait.isClose(to: measures.meanWait ?? 0, relative: 1e-9))
      // P(leave) = 1 − E[e^{−θV}] = θ ∫ e^{−θt} P(V > t) dt.
      #expect((0.6 * wait).isClose(to: measures.abandonmentProbability ?? 0, relative: 1e-9))
      // E[V e^{−θV}] = ∫ (1 − θt) e^{−θt} P(V > t) dt.
      let served = integral(to: 40) { t in
        (1 - 0.6 * t) * exp(-0.6 * t) * queue.virtualWaitTail(beyond: t)
      }
      let mean = served / (1 - queue.abandonmentProbability)
      #expect(mean.isClose(to: measures.meanWaitOfServed ?? 0, relative: 1e-8))
    }
  }

  @Test func patienceWithoutEndIsErlangC() throws {
    let patient = try ErlangC(arrivalRate: 19, serviceRate: 1, servers: 20).measures
    var distance = Double.infinity
    for exponent in [3, 6, 9, 12] {
      let rate = (0..<exponent).reduce(1.0) { value, _ in value / 10 }
      let measures = try ErlangA(
        arrivalRate: 19, serviceRate: 1, abandonmentRate: rate, servers: 20
      ).measures
      let error = abs((measures.waitProbability ?? 0) / (patient.waitProbability ?? 1) - 1)
      #expect(error < 30 * rate && error <= distance)
      distance = error
    }
    #expect(distance < 1e-11)
  }

  @Test func leavingAsFastAsServiceIsAnUnlimitedQueue() throws {
    let queue = try ErlangA(arrivalRate: 120, serviceRate: 1, abandonmentRate: 1, servers: 100)
    #expect(queue.measures.meanInSystem?.isClose(to: 120, relative: 1e-12) == true)
    let waits = Poisson(mean: 120).upper(99)
    #expect(queue.waitProbability.isClose(to: waits, relative: 1e-11))
  }

  @Test func extremesStayFinite() throws {
    // Twice the capacity of a hundred thousand servers: the fluid limit.
    let large = try ErlangA(
      arrivalRate: 200_000, serviceRate: 1, abandonmentRate: 0.5, servers: 100_000
    ).measures
    #expect(large.waitProbability == 1)
    #expect(large.abandonmentProbability?.isClose(to: 0.5, relative: 1e-9) == true)
    #expect(large.meanQueueLength?.isClose(to: 200_000, relative: 1e-9) == true)
    #expect(large.meanWaitOfServed?.isClose(to: 2 * log(2), relative: 1e-4) == true)
    // Too many states to sum: the incomplete gamma function answers, and agrees with the sum.
    let rare = try ErlangA(
      arrivalRate: 100, serviceRate: 1, abandonmentRate: 1e-13, servers: 100)
    #expect(rare.measures.meanWaitOfServed == nil)
    let scale = (100 / 1e-13).squareRoot() * (Double.pi / 2).squareRoot()
    #expect(rare.meanQueueLength.isClose(to: 100 / 1e-13 / scale, relative: 1e-4))
    let rareTail = rare.virtualWaitTail(beyond: 1e5) / rare.waitProbability
    #expect(rareTail > 0.5 && rareTail < 1)
    let idle = try ErlangA(
      arrivalRate: 1e-9, serviceRate: 1, abandonmentRate: 1, servers: 1000
    ).measures
    #expect(idle.waitProbability == 0 && idle.meanWait == 0 && idle.abandonmentProbability == 0)
    let tail = try ErlangA(arrivalRate: 1, serviceRate: 1, abandonmentRate: 1e-3, servers: 50)
    let ratio = tail.virtualWaitTail(beyond: 1) / tail.waitProbability
    // 49 a unit of time to spare.
    #expect(ratio.isClose(to: exp(-49), relative: 0.01))
  }

  @Test func palmsFunctionAgreesWithItsDefinition() throws {
    // The expansion against the sum of 10⁵ to 10⁶ terms, below, at and above the load.
    for (x, y) in [(0.9995e8, 1e8), (1e8, 1e8), (1.0003e8, 1e8), (1e7, 1e7)] {
      let sums = try #require(WaitingStates(arrivalRate: x, capacity: y, abandonmentRate: 1))
      let expansion = PalmFunction.expansion(y, (x - y) / y).logarithm
      #expect(expansion.isClose(to: log(sums.total) + sums.logScale, absolute: 1e-11))
    }
    // The tail of the virtual wait has no step where the expansion takes over.
    let below = PalmFunction.ratio(0.9999e7, PalmFunction.largeOrder * (1 - 1e-12), decay: 1e-4)
    let above = PalmFunction.ratio(0.9999e7, PalmFunction.largeOrder, decay: 1e-4)
    #expect(below.isClose(to: above, relative: 1e-8))
  }

  @Test func wrongNumbersAreRefused() {
    #expect(throws: Diagnostic.self) {
      try ErlangA(arrivalRate: 1, serviceRate: 1, abandonmentRate: 0, servers: 1)
    }
    #expect(throws: Diagnostic.self) {
      try ErlangA(arrivalRate: 1, serviceRate: 1, abandonmentRate: .nan, servers: 1)
    }
  }
}
