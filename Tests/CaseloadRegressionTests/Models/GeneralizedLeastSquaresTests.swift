import CaseloadData
import CaseloadMath
import CaseloadTestSupport
import Testing

@testable import CaseloadRegression

@Suite("Regression with AR(p) errors") struct GeneralizedLeastSquaresTests {
  private static let terms = AutoregressiveErrorsOracle.terms

  private func fit(
    _ oracle: AutoregressiveErrorsOracle, _ criterion: GeneralizedLeastSquares.Criterion
  ) throws -> GeneralizedFit {
    let order = Int(oracle.values.value("order"))
    return try GeneralizedLeastSquares(order: order, criterion: criterion)
      .fitted(oracle.x, oracle.y, names: Self.terms)
  }

  @Test(
    "nlme's gls agrees", arguments: AutoregressiveErrorsOracle.names,
    GeneralizedLeastSquares.Criterion.allCases)
  func nlme(_ name: String, _ criterion: GeneralizedLeastSquares.Criterion) throws {
    let oracle = try AutoregressiveErrorsOracle(name)
    let fit = try fit(oracle, criterion)
    let expected = oracle.values[criterion == .reml ? "REML" : "ML"] ?? .null
    // nlme stops up to 1.6e-6 of φ from the maximum, and as far in what depends on φ.
    let phi = expected["phi"]?.number.map { [$0] } ?? expected.numbers("phi")
    #expect(fit.autoregression.isClose(to: phi, absolute: 2e-6))
    #expect(fit.coefficients.isClose(to: expected.numbers("coefficients"), relative: 1e-6))
    #expect(fit.variance.squareRoot().isClose(to: expected.value("sigma"), relative: 3e-6))
    #expect(fit.maximum.isClose(to: expected.value("logLikelihood"), relative: 1e-11))
    let errors = try fit.covariance(.classical).diagonal.map { $0.squareRoot() }
    #expect(errors.isClose(to: expected.numbers("standardErrors"), relative: 3e-6))
    #expect(fit.diagnostics.isEmpty)
  }

  @Test(
    "the maximum is that of the likelihood written out",
    arguments: AutoregressiveErrorsOracle.names,
    GeneralizedLeastSquares.Criterion.allCases)
  func agreesWithItsDefinition(
    _ name: String, _ criterion: GeneralizedLeastSquares.Criterion
  ) throws {
    let oracle = try AutoregressiveErrorsOracle(name)
    let fit = try fit(oracle, criterion)
    let expected =
      oracle.values["definition"]?[criterion == .reml ? "REML" : "ML"] ?? .null
    let phi = expected["phi"]?.number.map { [$0] } ?? expected.numbers("phi")
    // Both end in Newton steps on differences with a noise of about 1e-11.
    #expect(fit.autoregression.isClose(to: phi, absolute: 1e-9))
    #expect(fit.coefficients.isClose(to: expected.numbers("coefficients"), relative: 1e-8))
    #expect(fit.variance.isClose(to: expected.value("variance"), relative: 1e-8))
    #expect(fit.maximum.isClose(to: expected.value("logLikelihood"), relative: 1e-13))
    let covariance = expected.matrix("covariance")
    let own = try fit.covariance(.classical)
    #expect(own.storage.isClose(to: covariance.storage, relative: 1e-7))
    for j in fit.coefficients.indices {
      let degreesOfFreedom = try fit.degreesOfFreedom(.classical, coefficient: j)
      if criterion == .reml {
        // Hessians by differences with steps of 0.01: 1e-8 and what it is inverted to.
        #expect(
          degreesOfFreedom.isClose(to: expected.numbers("degreesOfFreedom")[j], relative: 1e-5))
      } else {
        #expect(degreesOfFreedom == fit.residualDegreesOfFreedom)
      }
    }
    #expect((fit.logLikelihood == nil) == (criterion == .reml))
  }

  @Test("at order 1 it is the AR(1) regression, and Satterthwaite's degrees of freedom are exact")
  func firstOrder() throws {
    let values = try Oracle.load("gls-ar1", as: JSON.self)["series"]
    for name in ["n24rho03", "n48rho06", "n120rho08"] {
      let series = values?[name] ?? .null
      let columns = series["columns"]?.array?.compactMap(\.string) ?? []
      let x = Matrix(columns: columns.map { series["design"]?.numbers($0) ?? [] })
      let fit = try GeneralizedLeastSquares(order: 1).fitted(
        x, series.numbers("y"), names: columns)
      let other = try AutoregressiveRegression().fitted(x, series.numbers("y"), names: columns)
      // The other search stops at 1e-8 of ρ, where its likelihood is flat.
      #expect(fit.autoregression[0].isClose(to: other.autocorrelation, absolute: 2e-7))
      #expect(fit.coefficients.isClose(to: other.coefficients, relative: 1e-6))
      #expect(fit.maximum.isClose(to: other.restrictedLogLikelihood, relative: 1e-12))
      let expected =
        series["independent"]?["REML"]?["observed"]?["satterthwaiteDegreesOfFreedom"] ?? .null
      for (j, column) in columns.enumerated() where column == "level" || column == "slope" {
        let own = try fit.degreesOfFreedom(.classical, coefficient: j)
        #expect(
          own.isClose(
            to: min(expected.value(column), fit.residualDegreesOfFreedom), relative: 1e-6))
      }
    }
  }

  @Test("the whitening is a root of the inverse correlation matrix")
  func whitening() throws {
    let n = 9
    let objective = AutoregressiveObjective(
      x: Matrix.identity(n), y: [Double](repeating: 0, count: n), criterion: .ml)
    let theta = [0.6, -0.4, 0.2, -0.9]
    let data = objective.whitened(theta)
    // L·R·Lᵀ = I with R from Yule and Walker's equations, by iteration to convergence.
    var long = [Double](repeating: 0, count: 4000)
    long[0] = 1
    let phi = data.autoregression
    for t in 1..<long.count {
      for j in phi.indices where t > j { long[t] += phi[j] * long[t - 1 - j] }
    }
    func covariance(_ lag: Int) -> Double {
      (lag..<long.count).reduce(0) { $0 + long[$1] * long[$1 - lag] }
    }
    var r = Matrix(rowCount: n, columnCount: n)
    for i in 0..<n { for j in 0..<n { r[i, j] = covariance(abs(i - j)) / covariance(0) } }
    let product = data.x * r * data.x.transposed()
    #expect(product.largestDifference(from: Matrix.identity(n)) < 1e-12)
    let determinant = try Cholesky(r).logDeterminant
    #expect(data.logDeterminant.isClose(to: determinant, absolute: 1e-12))
  }

  @Test("differences of the fourth order are exact on quartics")
  func differences() {
    let f: ([Double]) -> Double = { p in
      let (a, b) = (p[0], p[1])
      return a * a * a * a + 2 * a * a * b - b * b + 3 * a * b + a
    }
    let d = Differences(of: f, at: [0.5, -1], step: 0.01)
    #expect(d.gradient.isClose(to: [-3.5, 4], relative: 1e-11))
    #expect(d.hessian.storage.isClose(to: [-1, 5, 5, -2], relative: 1e-9))
  }

  @Test("a longer order cannot fit worse")
  func nested() throws {
    let oracle = try AutoregressiveErrorsOracle("two")
    var last = -Double.infinity
    for order in 1...4 {
      let fit = try GeneralizedLeastSquares(order: order, criterion: .ml)
        .fitted(oracle.x, oracle.y, names: Self.terms)
      #expect((fit.logLikelihood ?? .nan) >= last - 1e-9)
      last = fit.logLikelihood ?? .nan
      #expect(fit.parameterCount == 5 + order)
    }
  }

  @Test("orders, gaps and short series are refused in words")
  func refusals() throws {
    let oracle = try AutoregressiveErrorsOracle("one")
    for order in [0, 5] {
      #expect(throws: Diagnostic.self) {
        try GeneralizedLeastSquares(order: order).fitted(oracle.x, oracle.y, names: Self.terms)
      }
    }
    let few = Array(0..<7)
    #expect(throws: Diagnostic.self) {
      try GeneralizedLeastSquares(order: 2).fitted(
        oracle.x.selectingRows(few), few.map { oracle.y[$0] }, names: Self.terms)
    }
    let times = (1...20).filter { $0 != 8 }.map(Double.init)
    let table = Table(
      source: "t",
      columns: [
        .init(name: "y", cells: .number(times.map { sin($0 * $0) })),
        .init(name: "t", cells: .number(times)),
      ])
    var options = DesignOptions()
    options.time = "t"
    let design = try DesignMatrix(Formula("y ~ 1"), table, options)
    #expect(throws: Diagnostic.self) { try GeneralizedLeastSquares().fitted(design) }
  }
}
