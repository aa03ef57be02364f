import CaseloadData
import CaseloadMath
import CaseloadTestSupport
import Testing

@testable import CaseloadRegression

@Suite("Tests of serial correlation") struct SerialCorrelationTests {
  @Test("Breusch–Godfrey and Ljung–Box as R", arguments: SpecificationOracle.names)
  func oracle(_ name: String) throws {
    let data = try SpecificationOracle(name)
    for reference in data["breuschGodfrey"].array ?? [] {
      let order = Int(reference.value("order"))
      try expect(
        BreuschGodfrey.test(residuals: data.residuals, design: data.design, order: order),
        matches: reference["chiSquared"] ?? .null)
      try expect(
        BreuschGodfrey.test(
          residuals: data.residuals, design: data.design, order: order, form: .fisherF),
        matches: reference["fisherF"] ?? .null)
    }
    try expect(LjungBox.test(data.residuals, lags: 8), matches: data["ljungBox"])
    try expect(
      LjungBox.test(data.residuals, lags: 8, fittedParameters: 2), matches: data["ljungBoxFitted"])
  }

  @Test("Durbin–Watson as R, exact and approximate", arguments: SpecificationOracle.names)
  func durbinWatson(_ name: String) throws {
    let data = try SpecificationOracle(name)
    let reference = data["durbinWatson"]
    let cases: [(String, Alternative, Bool)] = [
      ("greater", .greater, true), ("less", .less, true), ("twoSided", .twoSided, true),
      ("normalGreater", .greater, false), ("normalTwoSided", .twoSided, false),
    ]
    for (key, alternative, exact) in cases {
      // Pan's algorithm loses its digits beyond a hundred observations; the next test has those.
      if exact, data.response.count > 100 { continue }
      let test = try DurbinWatson.test(
        residuals: data.residuals, design: data.design, alternative: alternative, exact: exact)
      let expected = reference[key] ?? .null
      #expect(test.statistic.isClose(to: expected.value("statistic"), relative: 1e-11))
      let pValue = try #require(test.pValue)
      #expect(pValue.isClose(to: expected.value("pValue"), absolute: exact ? 1e-10 : 1e-13))
    }
  }

  @Test("the exact p-value is Imhof's", arguments: SpecificationOracle.names)
  func imhof(_ name: String) throws {
    let data = try SpecificationOracle(name)
    let reference = try Oracle.load("specification-tests", as: JSON.self)["imhof"] ?? .null
    let test = try DurbinWatson.test(
      residuals: data.residuals, design: data.design, exact: true)
    // The reference is an adaptive quadrature to 1e-13; eigenvalues of order 130 carry 1e-13.
    #expect(try #require(test.pValue).isClose(to: reference.value(name), absolute: 2e-12))
  }

  @Test("the exact and the approximate p-value meet in a long series")
  func exactMeetsApproximation() throws {
    let data = try SpecificationOracle("long")
    func pValue(_ exact: Bool) throws -> Double {
      try #require(
        DurbinWatson.test(residuals: data.residuals, design: data.design, exact: exact).pValue)
    }
    // The normal approximation is right to O(1/n) with n = 130.
    #expect(try pValue(true).isClose(to: pValue(false), absolute: 1 / 130))
  }

  @Test("the distribution of a quadratic form agrees with its closed forms")
  func quadraticForms() throws {
    // z₁² < c z₂²: an F(1, 1) variable below c, (2/π) atan √c; c = 3 gives 2/3.
    let cauchy = try NormalQuadraticForm.probabilityNotPositive([1, -3])
    #expect(cauchy.isClose(to: 2.0 / 3, absolute: 1e-12))
    // Σ of m squares below c times Σ of k others: F(m, k) below c·k/m.
    let weights = [Double](repeating: 1, count: 7) + [Double](repeating: -0.4, count: 12)
    let expected = FisherF(numeratorDegreesOfFreedom: 7, denominatorDegreesOfFreedom: 12)
      .cumulative(0.4 * 12 / 7)
    #expect(
      try NormalQuadraticForm.probabilityNotPositive(weights)
        .isClose(to: expected, absolute: 1e-12))
    #expect(try NormalQuadraticForm.probabilityNotPositive([1, 2]) == 0)
    #expect(try NormalQuadraticForm.probabilityNotPositive([-1, -2]) == 1)
  }

  @Test("opposite alternatives add up to one, and reversing time changes nothing")
  func symmetries() throws {
    let data = try SpecificationOracle("monthly")
    let greater = try DurbinWatson.test(residuals: data.residuals, design: data.design)
    let less = try DurbinWatson.test(
      residuals: data.residuals, design: data.design, alternative: .less)
    let sum = try #require(greater.pValue) + #require(less.pValue)
    #expect(sum.isClose(to: 1, absolute: 1e-11))  // two integrals, each to 1e-12
    let reversed = Matrix(
      rows: (0..<data.design.rowCount).reversed().map { data.design.row($0) })
    let backwards = try DurbinWatson.test(residuals: data.residuals.reversed(), design: reversed)
    #expect(try #require(backwards.pValue).isClose(to: #require(greater.pValue), absolute: 1e-11))
  }

  @Test("orders and lags that do not fit are refused")
  func refusals() throws {
    let design = Matrix(columns: [[1, 1, 1, 1, 1]])
    let order = #expect(throws: Diagnostic.self) {
      try BreuschGodfrey.test(residuals: [1, -1, 1, -2, 1], design: design, order: 0)
    }
    #expect(order?.code == .illegalOption)
    let long = #expect(throws: Diagnostic.self) {
      try BreuschGodfrey.test(residuals: [1, -1, 1, -2, 1], design: design, order: 5)
    }
    #expect(long?.code == .seriesTooShort)
    let lags = #expect(throws: Diagnostic.self) {
      try LjungBox.test([1, -1, 1, -2, 1], lags: 2, fittedParameters: 2)
    }
    #expect(lags?.code == .illegalOption)
    let constant = #expect(throws: Diagnostic.self) { try LjungBox.test([2, 2, 2, 2], lags: 1) }
    #expect(constant?.code == .notIdentified)
  }
}
