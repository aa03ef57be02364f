import CaseloadMath
import CaseloadTestSupport
import Testing

@testable import CaseloadRegression

@Suite("Distribution of the largest Wald statistic") struct SupremumDistributionTests {
  /// Critical values of sup-F at 10 %, 5 % and 1 % with 15 % trimming: Andrews (2003), as F in Stock
  /// & Watson, *Introduction to Econometrics*, table 14.6. Printed to two decimals and simulated.
  static let table: [(Int, [Double])] = [
    (1, [7.12, 8.68, 12.16]), (2, [5.00, 5.86, 7.78]), (3, [4.09, 4.71, 6.02]),
    (4, [3.59, 4.09, 5.12]), (5, [3.26, 3.66, 4.53]), (10, [2.48, 2.71, 3.23]),
  ]

  @Test("Andrews' critical values", arguments: table)
  func critical(_ dimension: Int, _ values: [Double]) {
    let distribution = SupremumDistribution(dimension: dimension, trimming: 0.15)
    for (level, value) in zip([0.1, 0.05, 0.01], values) {
      // The tables simulate 3,600 steps, between which the process rises unseen: by 0.58·√step, as
      // for any maximum of a walk, which moves their levels by 5 to 13 %.
      let own = distribution.upper(Double(dimension) * value)
      #expect(own > level && own < 1.13 * level)
    }
  }

  @Test("levels agree with a finite-volume solution of the same equation")
  func finiteVolumes() {
    // Richardson's extrapolation of 1,000 and 2,000 cells, right to 1e-9.
    let reference: [(Int, Double, Double)] = [
      (1, 8.68, 0.0542366448), (1, 12.16, 0.0111702229), (2, 11.72, 0.0532001322),
      (5, 18.3, 0.0540305425), (10, 27.1, 0.0559378838),
    ]
    for (dimension, c, level) in reference {
      let own = SupremumDistribution(dimension: dimension, trimming: 0.15).upper(c)
      #expect(own.isClose(to: level, absolute: 2e-9))
    }
  }

  @Test("without a range of dates it is the χ² distribution")
  func single() {
    for dimension in [1, 3] {
      let distribution = SupremumDistribution(dimension: dimension, trimming: 0.5 - 1e-12)
      let chiSquared = ChiSquared(degreesOfFreedom: Double(dimension))
      for c in [0.5, 3, 9] {
        #expect(distribution.upper(c).isClose(to: chiSquared.upper(c), absolute: 1e-7))
      }
    }
  }

  @Test("an exit of the Ornstein–Uhlenbeck process at its eigenvalue 2: b = 1 for one dimension")
  func hermite() {
    // x² − 1 solves the equation with μ = 2 and vanishes at 1, positive inside: the slowest decay.
    let short = SupremumDistribution(dimension: 1, trimming: 1e-4)
    let long = SupremumDistribution(dimension: 1, trimming: 1e-5)
    let ratio = (1 - long.upper(1)) / (1 - short.upper(1))
    let time = log((1 - 1e-5) / 1e-5) - log((1 - 1e-4) / 1e-4)
    #expect(ratio.isClose(to: exp(-2 * time), relative: 1e-5))  // 1 − p is 1e-8 to about 1e-14
  }

  @Test("the tail decreases, and grows with the range of dates")
  func monotone() {
    let (wide, narrow) = (
      SupremumDistribution(dimension: 2, trimming: 0.05),
      SupremumDistribution(dimension: 2, trimming: 0.2)
    )
    var previous = 1.0
    for c in stride(from: 0.5, through: 40, by: 0.5) {
      #expect(wide.upper(c) <= previous && wide.upper(c) >= narrow.upper(c))
      previous = wide.upper(c)
    }
    #expect(wide.upper(200) == 0 && wide.upper(0) == 1)
  }

  @Test("Gauss–Legendre quadrature is exact for polynomials")
  func quadrature() {
    let rule = GaussLegendre(count: 6)
    for degree in 0...11 {
      let integral = rule.points.reduce(0) { $0 + $1.weight * pow($1.node, Double(degree)) }
      let expected = degree % 2 == 0 ? 2 / Double(degree + 1) : 0
      #expect(integral.isClose(to: expected, absolute: 1e-14))
    }
  }
}
