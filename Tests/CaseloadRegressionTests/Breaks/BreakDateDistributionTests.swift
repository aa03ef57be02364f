import CaseloadMath
import CaseloadTestSupport
import Testing

@testable import CaseloadRegression

@Suite("Distribution of a break date") struct BreakDateDistributionTests {
  @Test("Bai's quantiles of the symmetric case: 7.7 at 90 % and 11.0 at 95 %")
  func symmetric() throws {
    let distribution = BreakDateDistribution(informationRatio: 1, deviationRatio: 1)
    // Bai (1997), table in section 3: 7, 11 and 22 as rounded there for 90, 95 and 99 %.
    #expect(try #require(distribution.quantile(0.95)).isClose(to: 7.687, absolute: 1e-3))
    #expect(try #require(distribution.quantile(0.975)).isClose(to: 11.033, absolute: 1e-3))
    #expect(distribution.cumulative(0).isClose(to: 0.5, absolute: 1e-15))
    for x in [0.3, 2, 9, 50.0] {
      #expect(
        (distribution.cumulative(x) + distribution.cumulative(-x)).isClose(to: 1, absolute: 1e-13))
    }
  }

  @Test("time reversed exchanges both sides")
  func reversed() {
    let (xi, phi) = (1.7, 0.6)
    let own = BreakDateDistribution(informationRatio: xi, deviationRatio: phi)
    // V in the units of the other side: s → −s·ξ²/φ², for which ξ → 1/ξ, φ → 1/φ.
    let other = BreakDateDistribution(informationRatio: 1 / xi, deviationRatio: 1 / phi)
    let unit = xi / (phi * phi)
    for x in [-8, -1, 0.5, 4.0] {
      #expect(own.cumulative(x).isClose(to: 1 - other.cumulative(-x * unit), absolute: 1e-12))
    }
  }

  @Test("the distribution stays in range far out and increases")
  func farOut() {
    let distribution = BreakDateDistribution(informationRatio: 0.4, deviationRatio: 3)
    var previous = 0.0
    for x in stride(from: -2e4, through: 2e4, by: 50) {
      let value = distribution.cumulative(x)
      #expect(value >= previous - 1e-9 && value <= 1 + 1e-9)
      previous = value
    }
    #expect(distribution.quantile(0.5) == nil || distribution.quantile(0.999) != nil)
  }
}
