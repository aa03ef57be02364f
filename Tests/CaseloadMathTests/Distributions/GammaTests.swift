import CaseloadMath
import CaseloadTestSupport
import Testing

@Suite("Gamma")
struct GammaTests {
  @Test("the density agrees with its definition", arguments: [0.2, 1, 9])
  func densityAgreesWithItsDefinition(x: Double) {
    // Γ(4) = 6.
    let naive = x * x * x * exp(-x / 1.5) / (6 * 1.5 * 1.5 * 1.5 * 1.5)
    let density = Gamma(shape: 4, scale: 1.5).density(x)
    #expect(density.isClose(to: naive, relative: 1e-14))  // a few roundings
  }

  @Test(
    "the density at 0 is infinite, 1/θ or 0", arguments: zip([0.5, 1, 2], [.infinity, 0.25, 0.0]))
  func densityAtZero(shape: Double, expected: Double) {
    #expect(Gamma(shape: shape, scale: 4).density(0) == expected)
  }

  @Test("below 0 there is nothing")
  func belowZeroIsNothing() {
    let gamma = Gamma(shape: 2, scale: 1)
    #expect(gamma.density(-1) == 0 && gamma.logDensity(-1) == -.infinity)
  }

  @Test("the upper tail of a whole shape is a sum of Poisson masses")
  func upperTailIsPoisson() {
    let upper = Gamma(shape: 5, scale: 2).upper(30)
    #expect(upper.isClose(to: Poisson(mean: 15).cumulative(4), relative: 1e-14))  // identity
  }
}
