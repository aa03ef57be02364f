import CaseloadCourt
import CaseloadData
import CaseloadTestSupport
import Testing

@Suite struct ProcessorSharingTests {
  @Test func oneJudgeStretchesWorkByTheIdleShare() throws {
    let court = try ProcessorSharing(arrivalRate: 0.8, serviceRate: 1)
    #expect(court.slowdown.isClose(to: 5, relative: 1e-12))
    #expect(court.meanSojourn(work: 0.25).isClose(to: 1.25, relative: 1e-12))
    // N is geometric: E[N] = ρ/(1 − ρ).
    #expect(court.measures.meanInSystem?.isClose(to: 4, relative: 1e-12) == true)
    #expect(court.waitTail(beyond: 1) == nil)
  }

  @Test func pooledJudgesAgreeWithTheirBirthDeathChain() throws {
    let court = try ProcessorSharing(arrivalRate: 3.2, serviceRate: 1, servers: 4)
    let law = stationaryLaw(birth: { _ in 3.2 }, death: { Double(min($0, 4)) }, states: 150)
    let cases = law.indices.reduce(0.0) { $0 + Double($1) * law[$1] }
    #expect(court.measures.meanInSystem?.isClose(to: cases, relative: 1e-10) == true)
    #expect(court.meanSojourn(work: 1).isClose(to: cases / 3.2, relative: 1e-10))
  }

  @Test func limitedSharingLiesBetweenOneCaseAndAll() throws {
    let one = try LimitedSharing(
      arrivalRate: 3.2, serviceRate: 1, servers: 4, casesPerServer: 1)
    let queue = try ErlangC(arrivalRate: 3.2, serviceRate: 1, servers: 4)
    #expect(one.measures == queue.measures)
    let three = try LimitedSharing(
      arrivalRate: 3.2, serviceRate: 1, servers: 4, casesPerServer: 3)
    let law = stationaryLaw(birth: { _ in 3.2 }, death: { Double(min($0, 4)) }, states: 150)
    #expect(three.waitProbability.isClose(to: law[12...].reduce(0, +), relative: 1e-10))
    let waiting = law.indices.reduce(0.0) { $0 + Double(max(0, $1 - 12)) * law[$1] }
    #expect(three.measures.meanQueueLength?.isClose(to: waiting, relative: 1e-9) == true)
    #expect(
      integral(to: 60) { three.waitTail(beyond: $0) ?? 0 }
        .isClose(to: three.measures.meanWait ?? 0, relative: 1e-9))
    #expect(three.measures.meanSojourn == queue.measures.meanSojourn)
    #expect(throws: Diagnostic.self) {
      try LimitedSharing(arrivalRate: 1, serviceRate: 1, servers: 4, casesPerServer: 0)
    }
  }
}
