import CaseloadData
import CaseloadMath
import CaseloadTestSupport
import Testing

@testable import CaseloadRegression

@Suite("Regression with AR(1) errors") struct AutoregressiveRegressionTests {
  @Test(
    "the restricted likelihood agrees with dense matrices, with and without gaps",
    arguments: [-0.7, -0.2, 0, 0.4, 0.9])
  func likelihoodAgreesWithItsDefinition(_ rho: Double) throws {
    for times in [Array(0..<16), [0, 1, 2, 5, 6, 7, 8, 11, 12, 14, 15, 19, 20, 21, 22, 23]] {
      let (x, y) = Self.example(times)
      let gaps = zip(times, times.dropFirst()).map { $1 - $0 }
      let kernel = AutoregressiveRegression.Whitened(x, y, gaps: gaps, rho: rho)
      let dense = try DenseAR1(x, y, times: times, rho: rho)
      #expect(kernel.restrictedLogLikelihood.isClose(to: dense.logLikelihood, relative: 1e-12))
    }
  }

  @Test(
    "estimates, Kenward–Roger covariance and degrees of freedom agree with dense matrices",
    arguments: [
      Array(0..<16), [0, 1, 2, 5, 6, 7, 8, 11, 12, 14, 15, 19, 20, 21, 22, 23],
    ])
  func kenwardRogerAgreesWithItsDefinition(_ times: [Int]) throws {
    let (x, y) = Self.example(times)
    let fit = try AutoregressiveRegression().fitted(x, y, names: Self.names, times: times)
    let dense = try DenseAR1(x, y, times: times, rho: fit.autocorrelation)
    for (a, b) in zip(fit.coefficients, dense.coefficients) {
      #expect(a.isClose(to: b, relative: 1e-11))
    }
    #expect(fit.variance.isClose(to: dense.variance, relative: 1e-12))
    for j in 0..<x.columnCount {
      let (a, b) = (fit.plugInCovariance[j, j], dense.plugIn[j, j])
      #expect(a.isClose(to: b, relative: 1e-10))
      #expect(fit.adjustedCovariance[j, j].isClose(to: dense.adjusted[j, j], relative: 1e-9))
      let df = min(dense.degreesOfFreedom(j), Double(y.count - x.columnCount))
      #expect(try fit.degreesOfFreedom(.classical, coefficient: j).isClose(to: df, relative: 1e-9))
    }
  }

  @Test("ρ̂ maximizes the restricted likelihood", arguments: [-0.5, 0, 0.3, 0.6, 0.9])
  func maximum(_ rho: Double) throws {
    let (x, y) = Self.simulated(60, rho: rho, stream: RandomStream(seed: 11))
    let fit = try AutoregressiveRegression().fitted(x, y, names: Self.names)
    let gaps = [Int](repeating: 1, count: 59)
    // A grid 30 times finer than the one that the search starts from.
    for step in -599...599 {
      let other = AutoregressiveRegression.Whitened(x, y, gaps: gaps, rho: Double(step) / 600)
      #expect(other.restrictedLogLikelihood <= fit.restrictedLogLikelihood + 1e-10)
    }
  }

  static let oracleNames = [
    "n24rhoMinus03", "n24rho03", "n48rho03", "n48rho06", "n120rho06", "n120rho08", "nile",
    "nileSegmented",
  ]

  /// ρ̂ is where a likelihood of about 600 that is computed to 1e-13 is largest: its curvature of
  /// 20 to 250 locates it to √(2·1e-13/20) ≈ 1e-7. What depends on ρ̂ inherits that.
  @Test("estimates agree with an exact computation and with R's nlme", arguments: oracleNames)
  func oracle(_ name: String) throws {
    let (values, fit) = try Self.fitted(name)
    let exact = values["independent"]?["REML"] ?? .null  // mpmath, 40 digits
    #expect(fit.autocorrelation.isClose(to: exact.value("phi"), absolute: 1e-6))
    #expect(fit.variance.squareRoot().isClose(to: exact.value("sigma"), relative: 1e-6))
    let logLikelihood = exact.value("logLikelihood")
    #expect(fit.restrictedLogLikelihood.isClose(to: logLikelihood, relative: 1e-12))
    let errors = exact.numbers("standardErrors")
    try #require(errors.count == fit.coefficients.count)
    for (j, b) in exact.numbers("coefficients").enumerated() {
      #expect(fit.coefficients[j].isClose(to: b, absolute: 1e-6 * errors[j]))
      let plugIn = fit.plugInCovariance[j, j].squareRoot()
      #expect(plugIn.isClose(to: errors[j], relative: 1e-6))
    }
    let nlme = values["REML"] ?? .null  // R 4.2.2, nlme 3.1-162; φ there is off by up to 1.3e-6
    #expect(fit.autocorrelation.isClose(to: nlme.value("phi"), absolute: 2e-6))
    #expect(fit.restrictedLogLikelihood.isClose(to: nlme.value("logLikelihood"), relative: 1e-11))
    for (j, se) in nlme.numbers("standardErrors").enumerated() {
      #expect(fit.plugInCovariance[j, j].squareRoot().isClose(to: se, relative: 2e-6))
    }
  }

  @Test("Kenward and Roger's errors and degrees of freedom are exact", arguments: oracleNames)
  func kenwardRogerOracle(_ name: String) throws {
    let (values, fit) = try Self.fitted(name)
    let exact = values["independent"]?["REML"]?["expected"] ?? .null  // mpmath, 40 digits
    let adjusted = exact.matrix("adjustedCovariance")
    try #require(adjusted.rowCount == fit.coefficients.count)
    for i in 0..<adjusted.rowCount {
      for j in 0..<adjusted.columnCount {
        let scale = (adjusted[i, i] * adjusted[j, j]).squareRoot()
        let element = fit.adjustedCovariance[i, j]
        #expect(element.isClose(to: adjusted[i, j], absolute: 2e-6 * scale))
      }
    }
    let table = try fit.coefficientTable(.classical)
    let errors = exact.numbers("adjustedStandardErrors")
    #expect(table.map(\.standardError).isClose(to: errors, relative: 2e-6))
    for term in ["level", "slope"] {
      guard let row = table.first(where: { $0.term == term }) else { continue }
      let df = exact["kenwardRogerDegreesOfFreedom"]?.value(term) ?? .nan
      #expect(row.degreesOfFreedom.isClose(to: df, relative: 5e-6))
    }
  }

  private static func fitted(_ name: String) throws -> (values: JSON, fit: AutoregressiveFit) {
    let values = try Oracle.load("gls-ar1", as: JSON.self)["series"]?[name] ?? .null
    let names = values["columns"]?.array?.compactMap(\.string) ?? []
    let design = values["design"] ?? .null
    let fit = try AutoregressiveRegression().fitted(
      Matrix(columns: names.map { design.numbers($0) }), values.numbers("y"), names: names)
    return (values, fit)
  }

  @Test("missing rows give what the dense computation with gaps gives, at the maximum")
  func missingRows() throws {
    let (x, y) = Self.simulated(48, rho: 0.5, stream: RandomStream(seed: 3))
    let times = (0..<48).filter { ![7, 8, 9, 20, 31, 32, 40].contains($0) }
    let kept = Matrix(rows: times.map { x.row($0) })
    let response = times.map { y[$0] }
    let fit = try AutoregressiveRegression().fitted(kept, response, names: Self.names, times: times)
    let best = try DenseAR1(kept, response, times: times, rho: fit.autocorrelation)
    #expect(fit.restrictedLogLikelihood.isClose(to: best.logLikelihood, relative: 1e-12))
    for step in [-1e-4, 1e-4] {
      let beside = try DenseAR1(kept, response, times: times, rho: fit.autocorrelation + step)
      #expect(beside.logLikelihood < best.logLikelihood)
    }
  }

  @Test("without autocorrelation the fit is ordinary least squares")
  func reducesToLeastSquares() throws {
    let (x, y) = Self.simulated(40, rho: 0, stream: RandomStream(seed: 5))
    let gaps = [Int](repeating: 1, count: 39)
    let fit = try AutoregressiveFit(x: x, y: y, names: Self.names, gaps: gaps, rho: 0)
    let ols = try LinearModel().fitted(x, y, names: Self.names)
    for (a, b) in zip(fit.coefficients, ols.coefficients) {
      #expect(a.isClose(to: b, relative: 1e-14))
    }
    let classical = try ols.covariance(.classical)
    for (a, b) in zip(fit.plugInCovariance.storage, classical.storage) {
      #expect(a.isClose(to: b, relative: 1e-13))
    }
    #expect(zip(fit.residuals, fit.innovations).allSatisfy { abs($0 - $1) < 1e-12 })
  }

  @Test("white noise has an autocorrelation near zero and least squares' estimates")
  func whiteNoise() throws {
    let (x, y) = Self.simulated(1000, rho: 0, stream: RandomStream(seed: 6))
    let fit = try AutoregressiveRegression().fitted(x, y, names: Self.names)
    let ols = try LinearModel().fitted(x, y, names: Self.names)
    #expect(abs(fit.autocorrelation) < 3 / 1000.0.squareRoot())  // 3 standard errors of ρ̂
    let errors = try ols.covariance(.classical).diagonal.map { $0.squareRoot() }
    for j in errors.indices {
      #expect(abs(fit.coefficients[j] - ols.coefficients[j]) < 0.2 * errors[j])
    }
  }

  @Test("a change of the origin of time changes nothing")
  func timeShift() throws {
    let (x, y) = Self.simulated(30, rho: 0.4, stream: RandomStream(seed: 7))
    let a = try AutoregressiveRegression().fitted(x, y, names: Self.names)
    let b = try AutoregressiveRegression().fitted(
      x, y, names: Self.names, times: (0..<30).map { $0 - 700 })
    #expect(a.autocorrelation == b.autocorrelation)
    #expect(a.coefficients == b.coefficients)
    #expect(a.adjustedCovariance == b.adjustedCovariance)
  }

  @Test("a change of units scales estimates and errors and leaves ρ̂ and the tests alone")
  func scale() throws {
    let (x, y) = Self.simulated(30, rho: 0.4, stream: RandomStream(seed: 8))
    let a = try AutoregressiveRegression().fitted(x, y, names: Self.names)
    let b = try AutoregressiveRegression().fitted(x, y.map { 1000 * $0 }, names: Self.names)
    #expect(a.autocorrelation.isClose(to: b.autocorrelation, absolute: 1e-6))
    for (p, q) in try zip(a.coefficientTable(.classical), b.coefficientTable(.classical)) {
      #expect(q.estimate.isClose(to: 1000 * p.estimate, absolute: 1e-6 * 1000 * p.standardError))
      #expect(q.standardError.isClose(to: 1000 * p.standardError, relative: 2e-6))
      #expect(q.degreesOfFreedom.isClose(to: p.degreesOfFreedom, relative: 5e-6))
    }
  }

  @Test("adding a combination of the columns to the response adds it to the estimates")
  func regressionEquivariance() throws {
    let (x, y) = Self.simulated(30, rho: 0.4, stream: RandomStream(seed: 9))
    let shift = [5, -0.3, 2.0]
    let a = try AutoregressiveRegression().fitted(x, y, names: Self.names)
    let b = try AutoregressiveRegression().fitted(
      x, zip(y, x * shift).map { $0 + $1 }, names: Self.names)
    #expect(a.autocorrelation.isClose(to: b.autocorrelation, absolute: 1e-6))
    for j in shift.indices {
      let se = a.plugInCovariance[j, j].squareRoot()
      #expect(b.coefficients[j].isClose(to: a.coefficients[j] + shift[j], absolute: 2e-6 * se))
    }
  }

  @Test("the estimate of a contrast is its coefficient's row of the table")
  func contrast() throws {
    let (x, y) = Self.simulated(30, rho: 0.4, stream: RandomStream(seed: 10))
    let fit = try AutoregressiveRegression().fitted(x, y, names: Self.names)
    let row = try fit.coefficientTable(.classical)[2]
    let estimate = fit.estimate(of: [0, 0, 1], level: 0.95)
    #expect(estimate.value == row.estimate)
    #expect(try #require(estimate.standardError).isClose(to: row.standardError, relative: 1e-14))
    #expect(try #require(estimate.lower).isClose(to: row.lower, relative: 1e-12))
    #expect(try #require(estimate.pValue).isClose(to: row.pValue, relative: 1e-10))
  }

  @Test("a series without noise is recovered exactly")
  func noiseFree() throws {
    let (x, _) = Self.simulated(24, rho: 0, stream: RandomStream(seed: 1))
    let fit = try AutoregressiveRegression().fitted(x, x * [10, 0.5, -3], names: Self.names)
    for (a, b) in zip(fit.coefficients, [10, 0.5, -3]) {
      #expect(a.isClose(to: b, relative: 1e-11))
    }
  }

  @Test("a series of zeros gives zeros, without a number for the error", arguments: [0.0, 7])
  func constant(_ value: Double) throws {
    let (x, _) = Self.simulated(24, rho: 0, stream: RandomStream(seed: 1))
    let y = [Double](repeating: value, count: 24)
    let fit = try AutoregressiveRegression().fitted(x, y, names: Self.names)
    #expect(abs(fit.coefficients[2]) < 1e-12)
    let estimate = fit.estimate(of: [0, 0, 1], level: 0.95)
    #expect(abs(estimate.value) < 1e-12)
    #expect(estimate.standardError.map { $0 < 1e-12 } == true)
  }

  @Test("a random walk is reported with a warning or an autocorrelation near one")
  func randomWalk() throws {
    var stream = RandomStream(seed: 21)
    var level = 0.0
    let y = (0..<60).map { _ in
      level += stream.normal()
      return level
    }
    let x = Matrix(columns: [y.map { _ in 1 }])
    let fit = try AutoregressiveRegression().fitted(x, y, names: ["(Intercept)"])
    #expect(fit.autocorrelation > 0.8)
    #expect(fit.adjustedCovariance[0, 0] > 0)
    let df = fit.degreesOfFreedom(of: [1])
    #expect(df >= 1 && df <= 59)
  }

  /// gᵀWg ≥ g₁²/I₁₁ for W = I⁻¹, and I₁₁ = (n − p)/(2σ⁴): estimating ρ can only cost degrees.
  @Test(
    "degrees of freedom are never more than least squares would have",
    arguments: [-0.6, 0, 0.5, 0.9])
  func largestDegreesOfFreedom(_ rho: Double) throws {
    let (x, y) = Self.simulated(30, rho: rho, stream: RandomStream(seed: 22))
    let fit = try AutoregressiveRegression().fitted(x, y, names: Self.names)
    for contrast in [[1, 0, 0], [0, 1, 0], [0, 0, 1], [1, 15, 1], [0, -3, 20.0]] {
      let df = fit.degreesOfFreedom(of: contrast)
      #expect(df >= 1 && df <= 27)
    }
  }

  @Test("dependent columns are named")
  func rankDeficiency() {
    let x = Matrix(columns: [[1, 1, 1, 1, 1, 1], [1, 2, 3, 4, 5, 6], [3, 5, 7, 9, 11, 13]])
    let error = #expect(throws: Diagnostic.self) {
      try AutoregressiveRegression().fitted(
        x, [1, 2, 4, 3, 5, 6], names: ["one", "time", "twice"])
    }
    #expect(error?.code == .rankDeficient)
  }

  @Test("a series that leaves no degree of freedom for ρ is refused")
  func tooShort() {
    let x = Matrix(columns: [[1, 1, 1, 1], [1, 2, 3, 4], [0, 0, 1, 1]])
    let error = #expect(throws: Diagnostic.self) {
      try AutoregressiveRegression().fitted(x, [1, 2, 4, 3], names: Self.names)
    }
    #expect(error?.code == .seriesTooShort)
  }

  @Test("another covariance than its own is not offered")
  func otherCovariance() throws {
    let (x, y) = Self.simulated(30, rho: 0.4, stream: RandomStream(seed: 10))
    let fit = try AutoregressiveRegression().fitted(x, y, names: Self.names)
    let error = #expect(throws: Diagnostic.self) { try fit.covariance(.heteroskedastic(.hc3)) }
    #expect(error?.code == .modelNotApplicable)
    #expect(fit.logLikelihood == nil && fit.aic == nil)
  }

  static let names = ["(Intercept)", "time", "level"]

  /// Intercept, time and a step halfway, at these times, with an irregular response.
  static func example(_ times: [Int]) -> (x: Matrix, y: [Double]) {
    let half = (times.last ?? 0) / 2
    let x = Matrix(columns: [
      times.map { _ in 1 }, times.map(Double.init), times.map { $0 >= half ? 1 : 0 },
    ])
    let y = [
      3.2, 4.1, 2.8, 5.5, 6.1, 4.4, 5.9, 7.2, 9.8, 8.1, 9.4, 10.2, 8.8, 11.5, 12.1, 10.9,
    ]
    return (x, y)
  }

  static func simulated(_ n: Int, rho: Double, stream: RandomStream) -> (x: Matrix, y: [Double]) {
    var stream = stream
    var error = stream.normal() / (1 - rho * rho).squareRoot()
    let x = Matrix(columns: [
      [Double](repeating: 1, count: n), (0..<n).map(Double.init),
      (0..<n).map { $0 >= n / 2 ? 1 : 0 },
    ])
    let y = (x * [20, 0.1, 2]).map { mean in
      defer { error = rho * error + stream.normal() }
      return mean + error
    }
    return (x, y)
  }
}

/// The same model straight from its formulas, on dense n × n matrices.
private struct DenseAR1 {
  let coefficients: [Double]
  let variance: Double
  let logLikelihood: Double
  let plugIn: Matrix
  let adjusted: Matrix
  private let w: Matrix
  private let p: [Matrix]

  init(_ x: Matrix, _ y: [Double], times: [Int], rho: Double) throws {
    let n = y.count
    var r = Matrix(rowCount: n, columnCount: n)
    var (first, second) = (r, r)
    for i in 0..<n {
      for j in 0..<n {
        let d = Double(abs(times[i] - times[j]))
        r[i, j] = d == 0 ? 1 : pow(rho, d)
        first[i, j] = d == 0 ? 0 : d * pow(rho, d - 1)
        second[i, j] = d < 2 ? 0 : d * (d - 1) * pow(rho, d - 2)
      }
    }
    let factor = try Cholesky(r)
    let xtRx = x.transposed() * factor.solve(x)
    coefficients = try Cholesky(xtRx).solve(x.transposed() * factor.solve(y))
    let fitted = x * coefficients
    let e = y.indices.map { y[$0] - fitted[$0] }
    let m = Double(n - x.columnCount)
    let rss = zip(e, factor.solve(e)).reduce(0) { $0 + $1.0 * $1.1 }
    let s = rss / m
    variance = s
    // −½[(n−p) ln 2π + (n−p) ln σ² + ln|R| + ln|XᵀR⁻¹X| + eᵀR⁻¹e/σ²]
    logLikelihood =
      -0.5
      * (m * log(2 * .pi) + m * log(s) + factor.logDeterminant
        + (try Cholesky(xtRx).logDeterminant) + rss / s)

    // Kenward & Roger (1997): V = σ²R, θ = (σ², ρ).
    let inverse = (1 / s) * factor.inverse()
    let phi = try Cholesky(x.transposed() * inverse * x).inverse()
    plugIn = phi
    let v1 = [r, s * first]
    let zero = Matrix(rowCount: n, columnCount: n)
    let v2 = [[zero, first], [first, s * second]]
    let projection = inverse - inverse * x * phi * x.transposed() * inverse
    var information = Matrix(rowCount: 2, columnCount: 2)
    for i in 0..<2 {
      for j in 0..<2 {
        let product = projection * v1[i] * projection * v1[j]
        information[i, j] = 0.5 * product.diagonal.reduce(0, +)
      }
    }
    let w = try Cholesky(information).inverse()
    self.w = w
    let p = v1.map { -1 * (x.transposed() * inverse * $0 * inverse * x) }
    self.p = p
    var sum = Matrix(rowCount: x.columnCount, columnCount: x.columnCount)
    for i in 0..<2 {
      for j in 0..<2 {
        let q = x.transposed() * inverse * v1[i] * inverse * v1[j] * inverse * x
        let rij = x.transposed() * inverse * v2[i][j] * inverse * x
        sum = sum + w[i, j] * (q - p[i] * phi * p[j] - 0.25 * rij)
      }
    }
    adjusted = phi + 2 * (phi * sum * phi)
  }

  /// Satterthwaite's, for one coefficient.
  func degreesOfFreedom(_ k: Int) -> Double {
    let g = p.map { -(plugIn * $0 * plugIn)[k, k] }
    var spread = 0.0
    for i in 0..<2 { for j in 0..<2 { spread += w[i, j] * g[i] * g[j] } }
    return 2 * plugIn[k, k] * plugIn[k, k] / spread
  }
}
