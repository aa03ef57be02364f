import CaseloadMath
import CaseloadTestSupport
import Testing

@Suite("Poisson")
struct PoissonTests {
  @Test("the mass agrees with its definition")
  func massAgreesWithItsDefinition() {
    var factorial = 1.0
    let naive = (0...20).map { k in
      if k > 0 { factorial *= Double(k) }
      return exp(-4.2) * pow(4.2, Double(k)) / factorial
    }
    let masses = (0...20).map { Poisson(mean: 4.2).density(Double($0)) }
    #expect(masses.isClose(to: naive, relative: 1e-14))  // a few roundings
  }

  @Test("the quantile at 0 is 0")
  func quantileAtZero() {
    #expect(Poisson(mean: 3).quantile(0) == 0)
  }

  @Test("the quantile at 1 is infinite")
  func quantileAtOne() {
    #expect(Poisson(mean: 3).quantile(1) == .infinity)
  }

  @Test("the logarithm of an impossible mass is minus infinity", arguments: [-1, 0.5, .infinity])
  func impossibleMass(x: Double) {
    #expect(Poisson(mean: 3).logDensity(x) == -.infinity)
  }
}
