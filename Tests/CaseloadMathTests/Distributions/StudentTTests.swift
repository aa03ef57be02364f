import CaseloadMath
import CaseloadTestSupport
import Testing

@Suite("Student's t")
struct StudentTTests {
  @Test("the density agrees with its definition", arguments: [-40.0, 0, 0.3, 2.5])
  func densityAgreesWithItsDefinition(x: Double) {
    let v = 5.5
    let scale = v.squareRoot() * exp(SpecialFunctions.logBeta(0.5, v / 2))
    let naive = pow(1 + x * x / v, -(v + 1) / 2) / scale
    let density = StudentT(degreesOfFreedom: v).density(x)
    #expect(density.isClose(to: naive, relative: 1e-14))  // power of 3.25 of a rounded base
  }

  @Test("one degree of freedom is Cauchy's distribution", arguments: [-1e8, -2, 0.5, 3e6])
  func oneDegreeIsCauchy(x: Double) {
    let density = StudentT(degreesOfFreedom: 1).density(x)
    #expect(density.isClose(to: 1 / (.pi * (1 + x * x)), relative: 1e-14))  // closed form
  }

  @Test("two degrees of freedom have their closed form", arguments: [-2.0, 0.5, 3])
  func twoDegreesHaveTheirClosedForm(x: Double) {
    let cumulative = StudentT(degreesOfFreedom: 2).cumulative(x)
    let expected = 0.5 + x / (2 * (2 + x * x).squareRoot())
    #expect(cumulative.isClose(to: expected, relative: 1e-14))  // closed form, cancels for x < 0
  }

  @Test("the two-sided p-value counts both tails")
  func twoSidedPValueCountsBothTails() {
    let t = StudentT(degreesOfFreedom: 29)
    #expect(t.twoSidedPValue(-2.045) == 2 * t.upper(2.045))
  }

  @Test("the two-sided p-value at 0 is 1")
  func twoSidedPValueAtZero() {
    #expect(StudentT(degreesOfFreedom: 3).twoSidedPValue(0) == 1)
  }

  @Test("without a mean it is NaN")
  func meanIsUndefined() {
    #expect(StudentT(degreesOfFreedom: 1).mean.isNaN)
  }

  @Test("the variance is infinite from one to two degrees of freedom")
  func varianceIsInfinite() {
    #expect(StudentT(degreesOfFreedom: 1.5).variance == .infinity)
  }
}
