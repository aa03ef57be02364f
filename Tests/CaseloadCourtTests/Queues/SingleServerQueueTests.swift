import CaseloadCourt
import CaseloadData
import CaseloadMath
import CaseloadTestSupport
import Testing

@Suite struct SingleServerQueueTests {
  private func constant(_ load: Double) throws -> SingleServerQueue {
    try SingleServerQueue(arrivalRate: load, meanService: 1, squaredVariation: 0)
  }

  /// P(W ≤ t) of M/D/1 as Erlang printed it: an alternating series, sound only near the origin.
  private func printed(_ load: Double, _ t: Double) -> Double {
    var sum = 0.0
    for k in 0...Int(t) {
      let x = load * (Double(k) - t)
      var power = 1.0
      for i in stride(from: 1, through: k, by: 1) { power *= x / Double(i) }
      sum += exp(-x) * power
    }
    return (1 - load) * sum
  }

  @Test func exponentialServicesAreErlangC() throws {
    let one = try SingleServerQueue(arrivalRate: 0.8, meanService: 1, squaredVariation: 1)
    let other = try ErlangC(arrivalRate: 0.8, serviceRate: 1, servers: 1)
    for (a, b) in [
      (one.measures.meanWait, other.measures.meanWait),
      (one.measures.waitProbability, other.measures.waitProbability),
      (one.waitTail(beyond: 3), other.waitTail(beyond: 3)),
      (try one.waitQuantile(0.95), try other.waitQuantile(0.95)),
    ] {
      #expect(a?.isClose(to: b ?? 0, relative: 1e-12) == true)
    }
  }

  @Test func constantServicesAgreeWithErlangsSeries() throws {
    for load in [0.1, 0.5, 0.8, 0.95] {
      let queue = try constant(load)
      for t in [0.0, 0.3, 0.999, 1, 1.5, 2, 3.25, 6] {
        let tail = try #require(queue.waitTail(beyond: t))
        // The series loses about e^{2ρt} units in the last place.
        #expect(tail.isClose(to: 1 - printed(load, t), absolute: 1e-16 * exp(2 * load * t) + 1e-13))
      }
    }
  }

  @Test(arguments: [
    (0.8, 20, 1.5684363070137134e-4), (0.9, 35.5, 5.9751704168992311e-4),
    (0.5, 12.25, 1.3672615187405997e-7), (0.95, 60, 2.1606069677835839e-3),
  ])
  func constantServicesAgreeWithErlangsSeriesFarOut(load: Double, t: Double, tail: Double) throws {
    // The series in 120 digits.
    #expect(try constant(load).waitTail(beyond: t)?.isClose(to: tail, relative: 1e-12) == true)
  }

  @Test func theTailOfConstantServicesIntegratesToTheMean() throws {
    for load in [0.2, 0.6, 0.9] {
      let queue = try constant(load)
      // Period by period: the tail has kinks at whole numbers.
      var mean = 0.0
      for k in 0..<120 {
        mean += integral(to: 1, panels: 20) {
          queue.waitTail(beyond: Double(k) + min($0, 1 - 1e-12)) ?? 0
        }
      }
      #expect(mean.isClose(to: queue.measures.meanWait ?? 0, relative: 1e-7))
    }
  }

  @Test func farTailsKeepTheirDigits() throws {
    let queue = try constant(0.9)
    // Exponential decay: the ratio over one unit is e^{−η}, with ρ(e^η − 1) = η.
    let tails = try [200.0, 201, 202].map { try #require(queue.waitTail(beyond: $0)) }
    #expect((tails[1] / tails[0]).isClose(to: tails[2] / tails[1], relative: 1e-10))
    let eta = -log(tails[1] / tails[0])
    #expect((0.9 * expm1(eta)).isClose(to: eta, relative: 1e-8))
    let heavy = try constant(0.9999)
    let t = try #require(try heavy.waitQuantile(0.99))
    #expect(heavy.waitTail(beyond: t)?.isClose(to: 0.01, relative: 1e-9) == true)
  }

  @Test func quantilesInvertTheTail() throws {
    let queue = try constant(0.8)
    for p in [0.3, 0.9, 0.999] {
      let t = try #require(try queue.waitQuantile(p))
      #expect(queue.waitTail(beyond: t)?.isClose(to: 1 - p, relative: 1e-9) == true)
    }
    #expect(try queue.waitQuantile(0.1) == 0)
  }

  @Test func theLawIsUnknownFromTwoMoments() throws {
    let queue = try SingleServerQueue(arrivalRate: 0.8, meanService: 1, squaredVariation: 5.5)
    #expect(queue.waitTail(beyond: 1) == nil)
    #expect(try queue.waitQuantile(0.95) == nil)
  }

  @Test func kingmanBoundsTheMeanWait() throws {
    for v in [0, 0.5, 1, 4.0] {
      let queue = try KingmanQueue(
        arrivalRate: 0.8, meanService: 1, arrivalVariation: 1, serviceVariation: v)
      let exact = try SingleServerQueue(arrivalRate: 0.8, meanService: 1, squaredVariation: v)
      let wait = try #require(exact.measures.meanWait)
      #expect(queue.measures.meanWait?.isClose(to: wait, relative: 1e-12) == true)
      #expect(queue.meanWaitBound >= wait)
    }
    // D/D/1 never waits.
    let even = try KingmanQueue(
      arrivalRate: 0.8, meanService: 1, arrivalVariation: 0, serviceVariation: 0)
    #expect(even.measures.meanWait == 0 && even.meanWaitBound == 0)
  }

  @Test func severalServersHaveTheirSpecialCases() throws {
    for kind in GeneralServiceQueue.Approximation.allCases {
      let exponential = try GeneralServiceQueue(
        arrivalRate: 19, meanService: 1, servers: 20, serviceVariation: 1, approximation: kind)
      let exact = try ErlangC(arrivalRate: 19, serviceRate: 1, servers: 20)
      #expect(
        exponential.meanWait.isClose(to: exact.measures.meanWait ?? 0, relative: 1e-12))
      #expect(exponential.measures.isExact)
      let one = try GeneralServiceQueue(
        arrivalRate: 0.8, meanService: 1, servers: 1, serviceVariation: 0.3, approximation: kind)
      let mg1 = try SingleServerQueue(arrivalRate: 0.8, meanService: 1, squaredVariation: 0.3)
      #expect(one.meanWait.isClose(to: mg1.measures.meanWait ?? 0, relative: 1e-12))
      let several = try GeneralServiceQueue(
        arrivalRate: 4, meanService: 1, servers: 5, serviceVariation: 0.5, approximation: kind)
      #expect(!several.measures.isExact)
    }
    // Against the law of M/D/5 by iteration: Whitt and Kimura come within 2 %, Allen and Cunneen not.
    let exact = constantServiceQueueLength(load: 4, servers: 5)
    func length(_ kind: GeneralServiceQueue.Approximation) throws -> Double {
      try 4
        * GeneralServiceQueue(
          arrivalRate: 4, meanService: 1, servers: 5, serviceVariation: 0, approximation: kind
        ).meanWait
    }
    #expect(try length(.whitt).isClose(to: exact, relative: 0.02))
    #expect(try length(.kimura).isClose(to: exact, relative: 0.02))
    #expect(try !length(.allenCunneen).isClose(to: exact, relative: 0.02))
  }

  /// The mean number waiting in M/D/c, by iterating its law over one service time.
  private func constantServiceQueueLength(load: Double, servers: Int) -> Double {
    let states = 200
    let arrivals = (0...states).map { Poisson(mean: load).density(Double($0)) }
    var law = [Double](repeating: 0, count: states + 1)
    law[0] = 1
    for _ in 0..<4000 {
      var next = [Double](repeating: 0, count: states + 1)
      for n in 0...states where law[n] > 1e-18 {
        let left = max(0, n - servers)
        for k in 0...(states - left) { next[left + k] += law[n] * arrivals[k] }
      }
      law = next
    }
    return law.indices.reduce(0.0) { $0 + Double(max(0, $1 - servers)) * law[$1] }
  }

  @Test func wrongNumbersAreRefused() {
    #expect(throws: Diagnostic.self) {
      try SingleServerQueue(arrivalRate: 1, meanService: 1, squaredVariation: 1)
    }
    #expect(throws: Diagnostic.self) {
      try SingleServerQueue(arrivalRate: 0.5, meanService: 1, squaredVariation: -0.1)
    }
    #expect(throws: Diagnostic.self) {
      try SingleServerQueue(arrivalRate: 0.5, meanService: 1, secondMoment: 0.5)
    }
  }
}
