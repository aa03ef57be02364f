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
