import CaseloadCourt
import CaseloadMath
import CaseloadTestSupport
import Testing

@Suite("Intervals of counts") struct CountIntervalsTests {
  private func expect(
    _ interval: (lower: Double, upper: Double)?, _ lower: Double, _ upper: Double
  ) throws {
    let interval = try #require(interval)
    #expect(abs(interval.lower - lower) <= 1e-11 && abs(interval.upper - upper) <= 1e-11)
  }

  @Test("proportions and rates are R's")
  func references() throws {
    // binom.test(7, 40), poisson.test(12), prop.test(7, 40, correct = FALSE) of R 4.2.
    try expect(
      CountIntervals.clopperPearson(successes: 7, trials: 40), 0.0733827293520852,
      0.3277901333615859)
    try expect(
      CountIntervals.clopperPearson(successes: 7, trials: 40, level: 0.9), 0.08513250458598161,
      0.30370566700341461)
    try expect(CountIntervals.poisson(count: 12), 6.200575108722217, 20.961585048176953)
    try expect(CountIntervals.poisson(count: 0), 0, 3.688879454113935)
    try expect(
      CountIntervals.wilson(successes: 7, trials: 40), 0.0874541374603592, 0.3194999033178770)
    try expect(CountIntervals.wilson(successes: 0, trials: 40), 0, 0.08762160119728661)
  }

  @Test("nothing of n has the closed form 1 − α^(1/n)")
  func zero() throws {
    for n in [17.0, 60, 77] {
      let upper = try #require(CountIntervals.clopperPearson(successes: 0, trials: n, level: 0.9))
      #expect(abs(log1p(-upper.upper) * n - log(0.05 as Double)) < 1e-12)
    }
    let all = try #require(CountIntervals.clopperPearson(successes: 5, trials: 5))
    #expect(all.upper == 1 && abs(log(all.lower) * 5 - log(0.025 as Double)) < 1e-12)
  }

  @Test("numbers outside their range have no interval")
  func illegal() {
    #expect(CountIntervals.wilson(successes: 3, trials: 2) == nil)
    #expect(CountIntervals.wilson(successes: 0, trials: 0) == nil)
    #expect(CountIntervals.clopperPearson(successes: -1, trials: 2) == nil)
    #expect(CountIntervals.poisson(count: .nan) == nil)
    #expect(CountIntervals.poisson(count: 3, level: 1) == nil)
  }
}
