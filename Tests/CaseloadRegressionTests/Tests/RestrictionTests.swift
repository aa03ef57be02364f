import CaseloadData
import CaseloadMath
import CaseloadTestSupport
import Testing

@testable import CaseloadRegression

@Suite("Wald and likelihood-ratio tests") struct RestrictionTests {
  @Test("Wald as R's linearHypothesis with HC3", arguments: SpecificationOracle.names)
  func wald(_ name: String) throws {
    let reference = try SpecificationOracle(name)["wald"]
    func test(_ denominator: Double?) throws -> HypothesisTest {
      try WaldTest.test(
        restrictions: reference.matrix("restrictions"), values: reference.numbers("values"),
        coefficients: reference.numbers("coefficients"),
        covariance: reference.matrix("covariance"), denominatorDegreesOfFreedom: denominator)
    }
    try expect(
      test(reference.value("denominator")), matches: reference["fisherF"] ?? .null, relative: 1e-9)
    // p-values of the χ² form lie far in the tail, where d ln p / d ln W is W/2.
    let chiSquared = try test(nil)
    let expected = reference["chiSquared"] ?? .null
    #expect(chiSquared.statistic.isClose(to: expected.value("statistic"), relative: 1e-9))
    #expect(chiSquared.degreesOfFreedom?.numerator == 2)
  }

  @Test("one restriction is the square of t, in any scale")
  func singleRestriction() throws {
    let covariance = Matrix(rows: [[4, 1], [1, 9]])
    let f = try WaldTest.test(
      restrictions: Matrix(rows: [[0, 1]]), values: [1], coefficients: [2, 7],
      covariance: covariance, denominatorDegreesOfFreedom: 10)
    #expect(f.statistic.isClose(to: 4, relative: 1e-15))  // ((7 − 1)/3)²
    #expect(
      try #require(f.pValue).isClose(
        to: StudentT(degreesOfFreedom: 10).twoSidedPValue(2), relative: 1e-13))
    let scaled = try WaldTest.test(
      restrictions: Matrix(rows: [[0, 1e9]]), values: [1e9], coefficients: [2, 7],
      covariance: covariance, denominatorDegreesOfFreedom: 10)
    #expect(scaled.statistic.isClose(to: 4, relative: 1e-15))
  }

  @Test("a restriction that follows from the others is named")
  func dependentRestrictions() throws {
    let error = #expect(throws: Diagnostic.self) {
      try WaldTest.test(
        restrictions: Matrix(rows: [[1, 0], [0, 1], [1, 1]]), coefficients: [1, 2],
        covariance: Matrix.identity(2))
    }
    #expect(error?.code == .rankDeficient)
    let singular = #expect(throws: Diagnostic.self) {
      try WaldTest.test(
        restrictions: Matrix.identity(2), coefficients: [1, 2],
        covariance: Matrix(rows: [[1, 1], [1, 1]]))
    }
    #expect(singular?.code == .notIdentified)
  }

  @Test("likelihood ratio as R's lrtest")
  func likelihoodRatio() throws {
    let reference =
      try Oracle.load("specification-tests", as: JSON.self)["likelihoodRatio"] ?? .null
    let (values, counts) = (
      reference.numbers("logLikelihoods"), reference.numbers("parameters").map { Int($0) }
    )
    let fits = zip(values, counts).map {
      LikelihoodRatioTest.Fit(logLikelihood: $0, parameterCount: $1, observationCount: 60)
    }
    let test = try LikelihoodRatioTest.test(restricted: fits[0], full: fits[1])
    try expect(test, matches: reference, relative: 1e-13)
    #expect(test.degreesOfFreedom?.numerator == 2)
    for (a, b) in [(fits[1], fits[0]), (fits[0], fits[0])] {
      let error = #expect(throws: Diagnostic.self) {
        try LikelihoodRatioTest.test(restricted: a, full: b)
      }
      #expect(error?.code == .modelNotApplicable)
    }
    let other = LikelihoodRatioTest.Fit(
      logLikelihood: -10, parameterCount: 9, observationCount: 59)
    let error = #expect(throws: Diagnostic.self) {
      try LikelihoodRatioTest.test(restricted: fits[0], full: other)
    }
    #expect(error?.code == .modelNotApplicable)
    let worse = LikelihoodRatioTest.Fit(
      logLikelihood: values[0] - 1, parameterCount: 9, observationCount: 60)
    #expect(throws: Diagnostic.self) {
      try LikelihoodRatioTest.test(restricted: fits[0], full: worse)
    }
  }
}
