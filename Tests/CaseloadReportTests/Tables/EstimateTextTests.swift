import CaseloadData
import CaseloadRegression
import CaseloadTestSupport
import Testing

@testable import CaseloadReport

@Suite struct EstimateTextTests {
  private let text = EstimateText(decimals: .significant(3))

  @Test(
    "an estimate has the decimals that give its standard error three digits",
    arguments: [
      (12.34567, 1.98765, "12.35", "1.99"), (-1234.5678, 412.345, "−1,235", "412"),
      (0.0234567, 0.00456789, "0.02346", "0.00457"), (0, 0.125, "0.000", "0.125"),
      (7, 1000, "7", "1,000"), (1.5e-9, 2.5e-10, "1.50e−9", "2.50e−10"),
      (9.996, 0.09996, "9.9960", "0.1000"), (3e14, 1e13, "3.00e14", "1.00e13"),
    ])
  func decimals(estimate: Double, error: Double, shown: String, shownError: String) {
    #expect(text.text(estimate, standardError: error).en == shown)
    #expect(text.text(error, standardError: error).en == shownError)
  }

  @Test("an estimate that is not 0 never reads as 0", arguments: -20...3)
  func neverZero(power: Int) throws {
    let x = (0..<abs(power)).reduce(4.2) { value, _ in power < 0 ? value / 10 : value * 10 }
    for error in [1e-6, 0.03, 1, 250, 1e9] {
      for sign in [1.0, -1.0] {
        let shown = text.text(sign * x, standardError: error)
        let value = try #require(RenderedTable.numbers(shown.en).first)
        #expect(value * sign > 0, "\(sign * x) with \(error) reads as \(shown.en)")
        // To half of the last of three digits of the error, or of its own only digit.
        #expect(value.isClose(to: sign * x, relative: 0.13, absolute: 0.00501 * error))
      }
    }
  }

  @Test("fixed decimals are the same everywhere")
  func fixed() {
    let text = EstimateText(decimals: .fixed(2))
    #expect(text.text(0.0001, standardError: 1e-6).en == "0.00")
    #expect(text.text(1234.5, standardError: 100).en == "1,234.50")
    #expect(text.text(1234.5, standardError: 100).zh == "1234.50")
  }

  @Test("what is not a number is a dash, and an estimate without an error keeps its own digits")
  func unidentified() {
    #expect(text.text(.nan, standardError: 1).en == "–")
    #expect(text.text(0.012345, standardError: .nan).en == "0.0123")
    #expect(text.text(0, standardError: .nan).en == "0.000")
    #expect(text.pValue(.nan).en == "–")
    #expect(text.figure("rSquared", nil).en == "–")
    #expect(text.figure("fPValue", 1e-9).en == "< 0.001")
    #expect(text.figure("aic", -4321.98765).en == "−4,321.99")
    #expect(text.figure("observations", 1200).en == "1,200")
  }

  @Test("an end of an interval that was not found stays so when it is exponentiated")
  func endsAtInfinity() {
    // No standard error bounds the interval.
    let coefficient = Coefficient(
      term: "a", estimate: -1, standardError: .infinity, degreesOfFreedom: .infinity, level: 0.95)
    for isExponentiated in [false, true] {
      let shown = ShownCoefficient(coefficient, isExponentiated: isExponentiated)
      #expect(shown.lower.isNaN && shown.upper.isNaN)
    }
  }

  @Test("the extremes of floating point are written in powers of ten")
  func extremes() {
    let least = Double.leastNonzeroMagnitude
    #expect(text.text(least, standardError: least).en == "4.94e−324")
    #expect(text.text(1.7e308, standardError: 1e300).en == "1.70e308")
    #expect(text.text(9.9999e-12, standardError: 1e-12).en == "1.00e−11")
  }
}
