import CaseloadData
import CaseloadMath
import CaseloadTestSupport
import Testing

@testable import CaseloadRegression

/// Against R to 1e-10: the design has a condition number of about 30.
@Suite("Diagnostic measures") struct DiagnosticMeasuresTests {
  let values: JSON
  let design: Matrix
  let response: [Double]

  init() throws {
    values = try Oracle.load("regression-diagnostics", as: JSON.self)
    design = values.matrix("design")
    response = values.numbers("response")
  }

  @Test("influence measures as R")
  func influence() throws {
    let own = try InfluenceMeasures(design: design, response: response).observations
    let reference = values["influence"] ?? .null
    func check(_ key: String, _ value: (InfluenceMeasures.Observation) -> Double?) {
      #expect(own.map { value($0) ?? .nan }.isClose(to: reference.numbers(key), relative: 1e-10))
    }
    check("leverage") { $0.leverage }
    check("standardized") { $0.standardizedResidual }
    check("student") { $0.studentizedResidual }
    check("cook") { $0.cooksDistance }
    check("dffits") { $0.dffits }
    check("covarianceRatio") { $0.covarianceRatio }
    let dfbetas = reference.matrix("dfbetas")
    #expect(dfbetas.rowCount == own.count)
    for (i, observation) in own.enumerated() {
      let row = try #require(observation.dfbetas)
      #expect(row.isClose(to: dfbetas.row(i), relative: 1e-9, absolute: 1e-12))
    }
  }

  @Test("DFBETAS and the deleted variance agree with fits without the row")
  func deletion() throws {
    let own = try InfluenceMeasures(design: design, response: response)
    let full = try LeastSquares(design, response)
    let inverse = full.crossProductInverse
    for i in [0, 7, 31] {
      let rows = response.indices.filter { $0 != i }
      let part = try LeastSquares(
        Matrix(rows: rows.map(design.row)), rows.map { response[$0] })
      let s = (part.residualSumOfSquares / Double(rows.count - design.columnCount)).squareRoot()
      let expected = (0..<design.columnCount).map { j in
        (full.coefficients[j] - part.coefficients[j]) / (s * inverse[j, j].squareRoot())
      }
      let dfbetas = try #require(own.observations[i].dfbetas)
      #expect(dfbetas.isClose(to: expected, relative: 1e-9, absolute: 1e-12))
    }
  }

  @Test("an observation of its own column is flagged and has no deletion measures")
  func ownColumn() throws {
    let x = Matrix(columns: [[1, 1, 1, 1, 1, 1], [0, 0, 0, 0, 0, 1]])
    let own = try InfluenceMeasures(design: x, response: [1, 3, 2, 5, 4, 90])
    #expect(own.observations[5].studentizedResidual == nil && own.influential.contains(5))
    #expect(own.observations[5].leverage.isClose(to: 1, absolute: 1e-14))
    #expect(own.observations[0].studentizedResidual != nil)
  }

  @Test("inflation factors as car's vif")
  func inflation() throws {
    let terms = values["termOf"]?.array?.compactMap(\.string) ?? []
    let own = try Collinearity.inflationFactors(
      covariance: values.matrix("covariance"), terms: terms)
    let reference = values.matrix("inflation")
    #expect(own.map(\.term) == ["judges", "staff", "kind"])
    #expect(own.map(\.value).isClose(to: reference.column(0), relative: 1e-11))
    #expect(own.map { Double($0.columnCount) } == reference.column(1))
    #expect(own.map(\.perStandardError).isClose(to: reference.column(2), relative: 1e-11))
    let one = #expect(throws: Diagnostic.self) {
      try Collinearity.inflationFactors(covariance: Matrix.identity(1), terms: ["a"])
    }
    #expect(one?.code == .notIdentified)
  }

  @Test("two columns have the factor 1/(1 − r²)")
  func twoColumns() throws {
    let r = 0.8
    let covariance = try Cholesky(Matrix(rows: [[4, 2 * 3 * r], [2 * 3 * r, 9]])).inverse()
    let own = try Collinearity.inflationFactors(covariance: covariance, terms: ["a", "b"])
    #expect(own.map(\.value).isClose(to: [1 / 0.36, 1 / 0.36], relative: 1e-13))
  }

  @Test("condition indices and variance proportions as from R's svd")
  func conditionIndices() throws {
    let own = try Collinearity.conditionIndices(design)
    #expect(own.indices.isClose(to: values.numbers("conditionIndices"), relative: 1e-11))
    let proportions = values.matrix("proportions")
    for (k, row) in own.varianceProportions.enumerated() {
      #expect(row.isClose(to: proportions.row(k), relative: 1e-9, absolute: 1e-13))
    }
    // Units do not matter.
    var scaled = design
    for i in 0..<scaled.rowCount { scaled[i, 1] *= 1e6 }
    #expect(
      try Collinearity.conditionIndices(scaled).indices.isClose(to: own.indices, relative: 1e-12))
    let twice = #expect(throws: Diagnostic.self) {
      try Collinearity.conditionIndices(design.selectingColumns([0, 1, 1]))
    }
    #expect(twice?.code == .rankDeficient)
  }

  @Test("Jarque–Bera as its definition in R, and refusals")
  func jarqueBera() throws {
    let residuals = try AuxiliaryRegression(design, response).residuals
    try expect(JarqueBera.test(residuals), matches: values["jarqueBera"] ?? .null)
    // Two values of equal weight: S = 0, K = 1.
    let two = try JarqueBera.test([1, -1, 1, -1, 1, -1])
    #expect(two.statistic.isClose(to: 1, relative: 1e-14))
    let constant = #expect(throws: Diagnostic.self) { try JarqueBera.test([2, 2, 2, 2]) }
    #expect(constant?.code == .notIdentified)
  }

  @Test("dispersion as AER's dispersiontest")
  func dispersion() throws {
    let counts = values["counts"] ?? .null
    let cases: [(String, DispersionTest.Form, Alternative)] = [
      ("proportional", .proportional, .greater), ("linear", .linear, .greater),
      ("quadratic", .quadratic, .greater), ("twoSided", .quadratic, .twoSided),
    ]
    for (key, form, alternative) in cases {
      let own = try DispersionTest(
        counts: response, means: counts.numbers("means"),
        parameterCount: Int(counts.value("parameters")), form: form, alternative: alternative)
      let reference = counts[key] ?? .null
      try expect(own.test, matches: reference)
      let estimate = form == .proportional ? own.alpha + 1 : own.alpha
      #expect(estimate.isClose(to: reference.value("estimate"), relative: 1e-11))
      #expect(own.pearsonDispersion.isClose(to: counts.value("pearson"), relative: 1e-11))
    }
    let zero = #expect(throws: Diagnostic.self) {
      try DispersionTest(counts: [1, 2, 3], means: [1, 0, 2], parameterCount: 1)
    }
    #expect(zero?.code == .valueOutOfRange)
  }

  @Test("Hausman: the quadratic form, with the rank as degrees of freedom")
  func hausman() throws {
    let v1 = Matrix(rows: [[0.5, 0.1], [0.1, 0.4]])
    let v0 = Matrix(rows: [[0.3, 0.05], [0.05, 0.1]])
    let d = [0.6, -0.9]
    let own = try HausmanTest.test(
      consistent: [2.6, 1.1], consistentCovariance: v1, efficient: [2, 2], efficientCovariance: v0)
    // dᵀ(V₁ − V₀)⁻¹d by hand.
    let (a, b, c) = (0.2, 0.05, 0.3)
    let expected = (c * d[0] * d[0] - 2 * b * d[0] * d[1] + a * d[1] * d[1]) / (a * c - b * b)
    #expect(own.statistic.isClose(to: expected, relative: 1e-13))
    #expect(own.degreesOfFreedom?.numerator == 2 && own.detail == nil)
    // One coefficient that both estimate alike: rank 1.
    let same = try HausmanTest.test(
      consistent: [1, 2], consistentCovariance: Matrix(rows: [[0.5, 0], [0, 0.4]]),
      efficient: [0, 2], efficientCovariance: Matrix(rows: [[0.25, 0], [0, 0.4]]))
    #expect(same.statistic.isClose(to: 4, relative: 1e-14))
    #expect(same.degreesOfFreedom?.numerator == 1)
    // An indefinite difference is used where it is positive, and noted.
    let indefinite = try HausmanTest.test(
      consistent: [1, 2], consistentCovariance: Matrix(rows: [[0.5, 0], [0, 0.4]]),
      efficient: [0, 1], efficientCovariance: Matrix(rows: [[0.25, 0], [0, 0.5]]))
    #expect(indefinite.degreesOfFreedom?.numerator == 1 && indefinite.detail != nil)
    let none = #expect(throws: Diagnostic.self) {
      try HausmanTest.test(
        consistent: [1], consistentCovariance: Matrix.identity(1), efficient: [0],
        efficientCovariance: Matrix.identity(1))
    }
    #expect(none?.code == .notIdentified)
  }
}
