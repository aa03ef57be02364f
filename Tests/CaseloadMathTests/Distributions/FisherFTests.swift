import CaseloadMath
import CaseloadTestSupport
import Testing

@Suite("Fisher's F")
struct FisherFTests {
  @Test("one numerator degree of freedom is the square of Student's t", arguments: [0.1, 1, 4.96])
  func oneDegreeIsSquaredT(x: Double) {
    let upper = FisherF(numeratorDegreesOfFreedom: 1, denominatorDegreesOfFreedom: 10).upper(x)
    let twoSided = StudentT(degreesOfFreedom: 10).twoSidedPValue(x.squareRoot())
    #expect(upper.isClose(to: twoSided, relative: 1e-13))  // identity; √x rounds
  }

  @Test("exchanging the degrees of freedom inverts the quantile")
  func exchangeInverts() {
    let f = FisherF(numeratorDegreesOfFreedom: 4, denominatorDegreesOfFreedom: 17)
    let g = FisherF(numeratorDegreesOfFreedom: 17, denominatorDegreesOfFreedom: 4)
    #expect(f.quantile(0.03).isClose(to: 1 / g.upperQuantile(0.03), relative: 1e-14))  // identity
  }

  @Test("the mean is undefined for two denominator degrees of freedom")
  func meanIsUndefined() {
    #expect(FisherF(numeratorDegreesOfFreedom: 3, denominatorDegreesOfFreedom: 2).mean.isNaN)
  }

  @Test("the variance is undefined for four denominator degrees of freedom")
  func varianceIsUndefined() {
    #expect(FisherF(numeratorDegreesOfFreedom: 3, denominatorDegreesOfFreedom: 4).variance.isNaN)
  }

  @Test("the density at 0 is infinite, 1 or 0", arguments: zip([1, 2, 3], [.infinity, 1, 0.0]))
  func densityAtZero(degreesOfFreedom: Double, expected: Double) {
    let f = FisherF(
      numeratorDegreesOfFreedom: degreesOfFreedom, denominatorDegreesOfFreedom: 5)
    #expect(f.density(0) == expected)
  }
}
