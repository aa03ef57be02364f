import CaseloadMath
import CaseloadTestSupport
import Testing

@Suite("Negative binomial")
struct NegativeBinomialTests {
  @Test("the mass agrees with its definition")
  func massAgreesWithItsDefinition() {
    // r = 3: Γ(x + 3) / (Γ(3) x!) = (x + 1)(x + 2) / 2, p = 3 / (3 + 6) = 1/3.
    let naive = (0...30).map { k -> Double in
      let x = Double(k)
      let ways = (x + 1) * (x + 2) / 2
      return ways / 27 * pow(2.0 / 3, x)
    }
    let masses = (0...30).map { NegativeBinomial(mean: 6, size: 3).density(Double($0)) }
    #expect(masses.isClose(to: naive, relative: 1e-14))  // a few roundings
  }

  @Test("the variance is μ + μ²/r")
  func varianceIsQuadratic() {
    #expect(NegativeBinomial(mean: 6, size: 3).variance == 18)
  }

  @Test("a large size is close to Poisson")
  func largeSizeIsPoisson() {
    let difference =
      NegativeBinomial(mean: 5, size: 1e8).cumulative(4) - Poisson(mean: 5).cumulative(4)
    #expect(abs(difference) < 1e-7)  // μ²/2r = 1.25e-7 times a density below 0.2, and ε·r/μ
  }
}
