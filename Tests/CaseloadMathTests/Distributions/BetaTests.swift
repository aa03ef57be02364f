import CaseloadMath
import CaseloadTestSupport
import Testing

@Suite("Beta")
struct BetaTests {
  @Test("the density agrees with its definition", arguments: [0.01, 0.5, 0.875])
  func densityAgreesWithItsDefinition(x: Double) {
    let naive = 12 * x * (1 - x) * (1 - x)  // 1 / B(2, 3) = 12
    let density = Beta(alpha: 2, beta: 3).density(x)
    #expect(density.isClose(to: naive, relative: 1e-14))  // a few roundings
  }

  @Test("α = β = 1 is uniform", arguments: [0, 0.3, 1])
  func onesAreUniform(x: Double) {
    #expect(Beta(alpha: 1, beta: 1).cumulative(x).isClose(to: x, relative: 1e-15))  // F(x) = x
  }

  @Test("exchanging α and β mirrors the distribution")
  func exchangeMirrors() {
    let upper = Beta(alpha: 2.5, beta: 7).upper(0.25)
    let mirrored = Beta(alpha: 7, beta: 2.5).cumulative(0.75)
    #expect(upper.isClose(to: mirrored, relative: 1e-14))  // identity
  }

  @Test("a quantile far below the smallest that Boost's root finder reaches follows the power law")
  func tinyQuantileFollowsPowerLaw() {
    let quantile = Beta(alpha: 2.5, beta: 7.25).quantile(1e-100)
    #expect(quantile.isClose(to: 2.027830978271381e-41, relative: 2e-14))  // mpmath 1.4.1
  }
}
