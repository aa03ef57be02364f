import CaseloadData
import CaseloadMath
import CaseloadTestSupport
import Testing

@testable import CaseloadRegression

@Suite("Linear model") struct LinearModelTests {
  /// Seven rows, an intercept and two columns of no particular structure.
  static let x = Matrix(columns: [
    [1, 1, 1, 1, 1, 1, 1], [0.5, 1.2, 2.9, 3.1, 4.8, 5.5, 7.1], [2, -1, 0, 4, 3, -2, 1],
  ])
  static let y = [3.1, 2.2, 5.7, 9.4, 10.8, 6.9, 12.5]
  static let names = ["(Intercept)", "a", "b"]

  @Test("the residuals are orthogonal to every column")
  func normalEquations() throws {
    let fit = try LinearModel().fitted(Self.x, Self.y, names: Self.names)
    for product in BLAS.gemv(Self.x, fit.residuals, transposingA: true) {
      #expect(abs(product) < 1e-13)  // Xᵀe = 0; ‖X‖·‖e‖·ε ≈ 1e-14
    }
    for i in Self.y.indices {
      let mean = (0..<3).reduce(0) { $0 + Self.x[i, $1] * fit.coefficients[$1] }
      #expect((Self.y[i] - mean).isClose(to: fit.residuals[i], absolute: 1e-13))  // e = y − Xβ
      #expect((fit.fittedValues[i] + fit.residuals[i]).isClose(to: Self.y[i], absolute: 1e-13))
    }
  }

  @Test("R², its adjusted form, F and the residual standard error agree with their definitions")
  func fitStatistics() throws {
    let fit = try LinearModel().fitted(Self.x, Self.y, names: Self.names)
    let (n, p) = (7.0, 3.0)
    let mean = Self.y.reduce(0, +) / n
    let total = Self.y.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
    let rss = fit.residuals.reduce(0) { $0 + $1 * $1 }
    let f = try #require(fit.fTest)
    #expect(fit.rSquared.isClose(to: 1 - rss / total, relative: 1e-13))
    let adjusted = 1 - (rss / (n - p)) / (total / (n - 1))
    #expect(fit.adjustedRSquared.isClose(to: adjusted, relative: 1e-13))
    #expect(f.statistic.isClose(to: ((total - rss) / (p - 1)) / (rss / (n - p)), relative: 1e-12))
    #expect(f.numerator == 2 && f.denominator == 4)
    #expect(fit.residualStandardError.isClose(to: (rss / (n - p)).squareRoot(), relative: 1e-13))
    // F(2, d) has the closed tail (1 + 2F/d)^(−d/2).
    #expect(f.pValue.isClose(to: pow(1 + 2 * f.statistic / 4, -2), relative: 1e-12))
  }

  @Test("log-likelihood, AIC and BIC agree with the sum of log densities")
  func likelihood() throws {
    let fit = try LinearModel().fitted(Self.x, Self.y, names: Self.names)
    let n = 7.0
    let variance = fit.residuals.reduce(0) { $0 + $1 * $1 } / n
    let density = Normal(mean: 0, standardDeviation: variance.squareRoot())
    let sum = fit.residuals.reduce(0) { $0 + density.logDensity($1) }
    let logLikelihood = try #require(fit.logLikelihood)
    #expect(logLikelihood.isClose(to: sum, relative: 1e-13))
    #expect(try #require(fit.aic).isClose(to: -2 * sum + 2 * 4, relative: 1e-13))
    #expect(try #require(fit.bic).isClose(to: -2 * sum + 4 * log(n), relative: 1e-13))
  }

  @Test("the log-likelihood of a weighted fit is that of errors with variance σ²/w")
  func weightedLikelihood() throws {
    let weights = [1, 2, 0.5, 4, 1, 3, 2.0]
    let fit = try Self.weighted(Self.x, Self.y, weights)
    let variance = zip(fit.residuals, weights).reduce(0) { $0 + $1.0 * $1.0 * $1.1 } / 7
    let sum = zip(fit.residuals, weights).reduce(0) {
      $0 + Normal(mean: 0, standardDeviation: (variance / $1.1).squareRoot()).logDensity($1.0)
    }
    #expect(try #require(fit.logLikelihood).isClose(to: sum, relative: 1e-13))
  }

  @Test("whole weights estimate what repeated rows estimate")
  func weightsAreReplications() throws {
    let weights = [1, 3, 2, 1, 4, 2, 1]
    let rows = weights.enumerated().flatMap { Array(repeating: $0.offset, count: $0.element) }
    let repeated = try LinearModel().fitted(
      Matrix(rows: rows.map { Self.x.row($0) }), rows.map { Self.y[$0] }, names: Self.names)
    let fit = try Self.weighted(Self.x, Self.y, weights.map(Double.init))
    for (a, b) in zip(fit.coefficients, repeated.coefficients) {
      #expect(a.isClose(to: b, relative: 1e-13))
    }
    let (rss, repeatedRSS) = (fit.residualSumOfSquares, repeated.residualSumOfSquares)
    #expect(rss.isClose(to: repeatedRSS, relative: 1e-13))
    #expect(fit.rSquared.isClose(to: repeated.rSquared, relative: 1e-13))
  }

  @Test("a weight that is not positive and finite is refused", arguments: [0, -1, .nan, .infinity])
  func badWeight(_ weight: Double) throws {
    var weights = [Double](repeating: 1, count: 7)
    weights[3] = weight
    let error = #expect(throws: Diagnostic.self) { try Self.weighted(Self.x, Self.y, weights) }
    #expect(error?.code == .valueOutOfRange)
  }

  private static func weighted(_ x: Matrix, _ y: [Double], _ weights: [Double])
    throws(Diagnostic) -> LinearFit
  {
    let table = Table(
      source: "test",
      columns: [
        Table.Column(name: "y", cells: .number(y)),
        Table.Column(name: "a", cells: .number(x.column(1))),
        Table.Column(name: "b", cells: .number(x.column(2))),
      ])
    return try LinearModel().fitted(DesignMatrix(Formula("y ~ a + b"), table), weights: weights)
  }

  /// Nine digits are the target. Filip's powers of x, rounded to doubles, determine its
  /// coefficients to 7.9 digits only; ``roundedFilip()`` has the answer to what is left.
  @Test(
    "NIST's certified regressions are reproduced", .enabled(if: SharedData.isPresent),
    arguments: [
      "Norris", "Pontius", "NoInt1", "NoInt2", "Filip", "Longley", "Wampler1", "Wampler2",
      "Wampler3", "Wampler4", "Wampler5",
    ])
  func nist(_ name: String) throws {
    let certified = try SharedData.json("nist/certified.json", as: JSON.self)["data"]?[name]
    let table = try SharedData.columns("nist/\(name).csv")
    let beta = try certificates(certified?["beta"])
    let errors = try certificates(certified?["se"])
    let y = table["y", default: []]
    let hasIntercept = !name.hasPrefix("NoInt")
    var columns: [[Double]] = hasIntercept ? [[Double](repeating: 1, count: y.count)] : []
    if name == "Longley" {
      columns += (1...6).map { table["x\($0)", default: []] }
    } else if name == "NoInt1" || name == "NoInt2" {
      columns.append(table["x", default: []])
    } else {
      for _ in 1..<beta.count {
        columns.append(zip(columns.last ?? [], table["x", default: []]).map { $0 * $1 })
      }
    }
    let fit = try LinearModel().fitted(
      Matrix(columns: columns), y, names: beta.indices.map { "b\($0)" }, hasIntercept: hasIntercept)
    let digits = name == "Filip" ? 7.0 : 9
    #expect(logRelativeError(fit.coefficients, beta) >= digits)  // NIST StRD
    let standardErrors = try fit.coefficientTable(.classical).map(\.standardError)
    #expect(logRelativeError(standardErrors, errors) >= digits)  // NIST StRD
    let rSquared = try certificate(certified?["r_squared"])
    #expect(logRelativeError(fit.rSquared, rSquared) >= 9)  // NIST StRD
    let deviation = try certificate(certified?["residual_sd"])
    #expect(logRelativeError(fit.residualStandardError, deviation) >= digits)  // NIST StRD
    let f = try certificate(certified?["anova"]?["F"])
    // An exact fit has an infinite F, certified as such.
    if f.isFinite { #expect(logRelativeError(try #require(fit.fTest).statistic, f) >= digits) }
  }

  @Test("Filip's powers as doubles are solved exactly", .enabled(if: SharedData.isPresent))
  func roundedFilip() throws {
    let table = try SharedData.columns("nist/Filip.csv")
    let x = table["x", default: []]
    var columns = [x.map { _ in 1.0 }]
    for _ in 0..<10 { columns.append(zip(columns.last ?? [], x).map { $0 * $1 }) }
    let fit = try LinearModel().fitted(
      Matrix(columns: columns), table["y", default: []], names: (0...10).map { "b\($0)" })
    let exact = [
      -1467.4896313887714, -2772.1796242619316, -2316.371108609359, -1127.9739541497518,
      -354.4782378552308, -75.12420262435174, -10.875318164699452, -1.0622149986404843,
      -0.06701911627445624, -0.002467810813235648, -4.029625301456807e-05,
    ]
    #expect(logRelativeError(fit.coefficients, exact) >= 13)  // mpmath, 120 digits, same doubles
  }

  @Test(
    "R's lm and an exact computation agree with every statistic",
    arguments: ["cars", "series", "growth"])
  func statisticsOracle(_ name: String) throws {
    let oracle = try RegressionOracle(name)
    let fit = oracle.fit
    // Tests/Oracles/regression-covariance, `exact`: mpmath at 50 digits.
    let tolerance = oracle.tolerance
    let coefficients = oracle.exact.numbers("coefficients")
    #expect(fit.coefficients.isClose(to: coefficients, relative: tolerance))
    let rows = try fit.coefficientTable(.classical)
    let standardErrors = oracle.exact.numbers("standardErrors")
    #expect(rows.map(\.standardError).isClose(to: standardErrors, relative: tolerance))
    let (t, p) = (oracle.values.numbers("tValues"), oracle.values.numbers("pValues"))
    #expect(rows.map(\.statistic).isClose(to: t, relative: 1e-10))  // R 4.2.2 lm
    #expect(rows.map(\.pValue).isClose(to: p, relative: 1e-9))  // R 4.2.2 lm
    #expect(fit.rSquared.isClose(to: oracle.exact.value("rSquared"), relative: 1e-12))
    let adjusted = oracle.values.value("adjustedRSquared")
    #expect(fit.adjustedRSquared.isClose(to: adjusted, relative: 1e-11))  // R 4.2.2 lm
    #expect(fit.residualStandardError.isClose(to: oracle.exact.value("sigma"), relative: 1e-12))
    let logLikelihood = oracle.exact.value("logLikelihood")
    #expect(try #require(fit.logLikelihood).isClose(to: logLikelihood, relative: 1e-12))
    #expect(try #require(fit.aic).isClose(to: oracle.values.value("aic"), relative: 1e-12))
    #expect(try #require(fit.bic).isClose(to: oracle.values.value("bic"), relative: 1e-12))
    #expect(try #require(fit.fTest).statistic.isClose(to: oracle.exact.value("F"), relative: 1e-10))
  }

  @Test("columns that depend on others are named")
  func rankDeficiency() {
    let x = Matrix(columns: [
      Self.x.column(0), Self.x.column(1), Self.x.column(1).map { 2 * $0 - 1 },
    ])
    let error = #expect(throws: Diagnostic.self) {
      try LinearModel().fitted(x, Self.y, names: ["(Intercept)", "time", "twice"])
    }
    #expect(error?.code == .rankDeficient)
    #expect(error?.message.en.contains("3 columns but rank 2") == true)
    let named = ["(Intercept)", "time", "twice"].filter { error?.hint?.en.contains($0) == true }
    #expect(named.count == 1)
  }

  @Test("a saturated model fits exactly and says that its errors cannot be estimated")
  func saturated() throws {
    let x = Matrix(columns: [[1, 1, 1], [1, 2, 4], [0, 1, 5]])
    let fit = try LinearModel().fitted(x, [2, 7, 1], names: Self.names)
    #expect(fit.residuals.allSatisfy { abs($0) < 1e-13 })
    #expect(fit.residualStandardError.isNaN)
    #expect(fit.fTest == nil)
    let error = #expect(throws: Diagnostic.self) { try fit.coefficientTable(.classical) }
    #expect(error?.code == .notIdentified)
  }

  @Test("fewer observations than coefficients are refused")
  func tooFewRows() {
    let x = Matrix(columns: [[1, 1], [1, 2], [3, 1]])
    let error = #expect(throws: Diagnostic.self) {
      try LinearModel().fitted(x, [1, 2], names: Self.names)
    }
    #expect(error?.code == .seriesTooShort)
  }

  @Test("a value that is not finite is named with its observation")
  func nonFinite() {
    var x = Self.x
    x[4, 1] = .nan
    let error = #expect(throws: Diagnostic.self) {
      try LinearModel().fitted(x, Self.y, names: Self.names)
    }
    #expect(error?.message.en == "a is not finite in observation 5.")
    var y = Self.y
    y[0] = .infinity
    let response = #expect(throws: Diagnostic.self) {
      try LinearModel().fitted(Self.x, y, names: Self.names)
    }
    #expect(response?.message.en == "y is not finite in observation 1.")
  }

  @Test("an intercept alone is the mean, with no F test")
  func interceptOnly() throws {
    let x = Matrix(columns: [[Double](repeating: 1, count: 7)])
    let fit = try LinearModel().fitted(x, Self.y, names: ["(Intercept)"])
    let mean = try #require(Descriptive.mean(Self.y))
    let deviation = try #require(Descriptive.standardDeviation(Self.y))
    #expect(fit.coefficients[0].isClose(to: mean, relative: 1e-15))
    let row = try fit.coefficientTable(.classical)[0]
    #expect(row.standardError.isClose(to: deviation / 7.0.squareRoot(), relative: 1e-14))
    #expect(fit.fTest == nil)
    #expect(abs(fit.rSquared) < 1e-14)
  }

  @Test("a constant response has no R²")
  func constantResponse() throws {
    let fit = try LinearModel().fitted(Self.x, [Double](repeating: 4, count: 7), names: Self.names)
    #expect(fit.rSquared.isNaN)
    #expect(fit.coefficients[0].isClose(to: 4, relative: 1e-14))
  }

  private func certificates(_ json: JSON?) throws -> [Double] {
    try (json?.array ?? []).map { try certificate($0) }
  }
  private func certificate(_ json: JSON?) throws -> Double {
    let text = try #require(json?.string)
    return try #require(text == "Infinity" ? .infinity : Double(text))
  }
}
