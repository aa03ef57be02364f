import CaseloadData
import CaseloadMath
import CaseloadTestSupport
import Testing

@testable import CaseloadCourt

@Suite("Projected ranges") struct ProjectedRangeTests {
  @Test("a normal range has normal ends and probabilities")
  func normal() throws {
    let range = try ProjectedRange(center: 100, standardDeviation: 10)
    #expect(range.upper95.isClose(to: 119.599639845400541, relative: 1e-12))
    #expect(range.lower80.isClose(to: 87.18448434455399, relative: 1e-12))
    #expect(range.probability(upTo: 100) == 0.5)
    #expect(range.probability(upTo: 110).isClose(to: 0.8413447460685429, relative: 1e-12))
    #expect(range.check(115).isInside95 && !range.check(115).isInside80)
  }

  @Test("an interval gives each side its own width")
  func interval() throws {
    let range = try ProjectedRange(center: 100, lower: 80, upper: 160, level: 0.95)
    #expect(range.lower95.isClose(to: 80, relative: 1e-12))
    #expect(range.upper95.isClose(to: 160, relative: 1e-12))
    #expect(range.probability(upTo: 160).isClose(to: 0.975, relative: 1e-12))
    #expect(range.probability(upTo: 80).isClose(to: 0.025, relative: 1e-10))
  }

  @Test("no range is made of no width")
  func refused() {
    #expect(throws: Diagnostic.self) { try ProjectedRange(center: 1, standardDeviation: 0) }
    #expect(throws: Diagnostic.self) {
      try ProjectedRange(center: 1, lower: 2, upper: 3, level: 0.9)
    }
    #expect(throws: Diagnostic.self) {
      try ProjectedRange(center: 1, lower: 0, upper: 3, level: 1)
    }
  }

  @Test("of a projection that is right, ranges cover as they say and probabilities are uniform")
  func calibration() throws {
    var draws = RandomStream(seed: 12)
    let periods = 4000
    let actual = (0..<periods).map { _ in 500 + 20 * draws.normal() }
    let rows = actual.map { PendingPath.Row(filings: 10, resolved: 10, pending: $0) }
    let plan = (0..<periods).map { _ in PendingPath.Row(filings: 10, resolved: 10, pending: 500) }
    let start = Period.month(1700, 1)
    var ranges: [Period: ProjectedRange] = [:]
    for t in 0..<periods {
      ranges[start.advanced(by: t)] = try ProjectedRange(center: 500, standardDeviation: 20)
    }
    let court = PostMortem.Court(
      planned: try PendingPath(start: start, rows: plan),
      actual: try PendingPath(start: start, rows: rows), ranges: ranges)
    let calibration = try #require(try PostMortem(of: [court]).total.calibration)
    // Three binomial standard errors.
    #expect(calibration.coverage80.isClose(to: 0.8, absolute: 0.019))
    #expect(calibration.coverage95.isClose(to: 0.95, absolute: 0.0104))
    #expect(calibration.meanProbability.isClose(to: 0.5, absolute: 0.0137))
    #expect(calibration.periods == periods)
  }
}
