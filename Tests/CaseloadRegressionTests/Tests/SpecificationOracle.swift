import CaseloadData
import CaseloadMath
import CaseloadTestSupport
import Testing

@testable import CaseloadRegression

/// One data set of Tests/Oracles/specification-tests, fitted.
struct SpecificationOracle {
  static let names = ["monthly", "long"]
  let values: JSON
  let design: Matrix
  let response: [Double]
  let residuals: [Double]

  init(_ name: String) throws {
    values = try Oracle.load("specification-tests", as: JSON.self)[name] ?? .null
    design = values.matrix("design")
    response = values.numbers("response")
    residuals = try AuxiliaryRegression(design, response).residuals
  }

  subscript(_ name: String) -> JSON { values[name] ?? .null }
}

/// Expects statistic, degrees of freedom and p-value of a reference.
func expect(
  _ test: HypothesisTest, matches reference: JSON, relative: Double = 1e-10,
  sourceLocation: SourceLocation = #_sourceLocation
) throws {
  #expect(
    test.statistic.isClose(to: reference.value("statistic"), relative: relative),
    sourceLocation: sourceLocation)
  let pValue = try #require(test.pValue, sourceLocation: sourceLocation)
  // d ln p / d ln statistic stays below 100 here.
  #expect(
    pValue.isClose(to: reference.value("pValue"), relative: 100 * relative),
    sourceLocation: sourceLocation)
  let expected =
    reference["degreesOfFreedom"]?.number.map { [$0] } ?? reference.numbers("degreesOfFreedom")
  let own = [test.degreesOfFreedom?.numerator, test.degreesOfFreedom?.denominator].compactMap(
    \.self)
  #expect(expected.isEmpty || own == expected, sourceLocation: sourceLocation)
}
