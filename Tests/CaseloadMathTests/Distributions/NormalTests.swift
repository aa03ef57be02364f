import CaseloadMath
import CaseloadTestSupport
import Testing

@Suite("Normal")
struct NormalTests {
  @Test("the density agrees with its definition", arguments: [-3.0, 0, 1.5, 7])
  func densityAgreesWithItsDefinition(x: Double) {
    let z = (x - 1.5) / 2
    let naive = exp(-z * z / 2) / (2 * (2 * Double.pi).squareRoot())
    let density = Normal(mean: 1.5, standardDeviation: 2).density(x)
    #expect(density.isClose(to: naive, relative: 1e-15))  // one rounding an operation
  }

  @Test("the upper tail keeps its digits where one minus the lower tail has none")
  func upperTailIsNotOneMinusLower() {
    let upper = Normal.standard.upper(10)
    #expect(upper.isClose(to: 7.619853024160526e-24, relative: 1e-14))  // Abramowitz & Stegun 26.2
  }

  @Test("the quantile is antisymmetric", arguments: [1e-300, 1e-10, 0.2, 0.5])
  func quantileIsAntisymmetric(p: Double) {
    #expect(Normal.standard.quantile(p) == -Normal.standard.upperQuantile(p))
  }

  @Test("the quantiles at 0 and 1 are infinite")
  func endsAreInfinite() {
    #expect(
      Normal.standard.quantile(0) == -.infinity && Normal.standard.quantile(1) == .infinity)
  }

  @Test("shift and scale carry over to the quantile")
  func quantileIsEquivariant() {
    let quantile = Normal(mean: 10, standardDeviation: 4).quantile(0.975)
    #expect(quantile.isClose(to: 10 + 4 * 1.9599639845400545, relative: 1e-15))  // mpmath
  }
}
