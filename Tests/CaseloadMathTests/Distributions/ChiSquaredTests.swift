import CaseloadMath
import CaseloadTestSupport
import Testing

@Suite("Chi-squared")
struct ChiSquaredTests {
  @Test("two degrees of freedom are exponential", arguments: [1e-10, 3, 900])
  func twoDegreesAreExponential(x: Double) {
    let upper = ChiSquared(degreesOfFreedom: 2).upper(x)
    #expect(upper.isClose(to: exp(-x / 2), relative: 1e-13))  // closed form; ε·x/2
  }

  @Test("one degree of freedom is the square of the normal")
  func oneDegreeIsSquaredNormal() {
    let upper = ChiSquared(degreesOfFreedom: 1).upper(1.75 * 1.75)
    #expect(upper.isClose(to: 2 * Normal.standard.upper(1.75), relative: 1e-14))  // identity
  }

  @Test("it is the gamma distribution with scale 2", arguments: [0.3, 5, 40])
  func isGamma(x: Double) {
    let density = ChiSquared(degreesOfFreedom: 7).density(x)
    let expected = Gamma(shape: 3.5, scale: 2).density(x)
    #expect(density.isClose(to: expected, relative: 1e-14))  // identity
  }
}
