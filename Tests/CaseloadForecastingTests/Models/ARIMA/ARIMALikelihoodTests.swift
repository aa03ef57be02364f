import CaseloadData
import CaseloadMath
import CaseloadTestSupport
import Testing

@testable import CaseloadForecasting

/// ψ weights by dividing the polynomials, far enough out for any covariance: the definition.
func impulses(_ coefficients: ARIMACoefficients, season: Int, count: Int) -> [Double] {
  func product(_ a: [Double], _ b: [Double], sign: Double) -> [Double] {
    // (1 + sign a₁B + …)(1 + sign b₁Bᵐ + …)
    var result = [Double](repeating: 0, count: a.count + season * b.count + 1)
    for (i, x) in ([1] + a.map { sign * $0 }).enumerated() {
      for (j, y) in ([1] + b.map { sign * $0 }).enumerated() { result[i + season * j] += x * y }
    }
    return result
  }
  let phi = product(coefficients.autoregressive, coefficients.seasonalAutoregressive, sign: -1)
  let theta = product(coefficients.movingAverage, coefficients.seasonalMovingAverage, sign: 1)
  var psi: [Double] = []
  for k in 0..<count {
    var value = k < theta.count ? theta[k] : 0
    for i in 1..<max(1, min(k + 1, phi.count)) { value -= phi[i] * psi[k - i] }
    psi.append(value)
  }
  return psi
}

/// A process of the orders that the tests share.
struct ARMACase: Sendable {
  let order: ARIMAOrder
  let coefficients: ARIMACoefficients

  init(
    _ ar: [Double], _ ma: [Double], _ sar: [Double] = [], _ sma: [Double] = [], season: Int = 1,
    differences: Int = 0, seasonalDifferences: Int = 0, hasConstant: Bool = false
  ) {
    var coefficients = ARIMACoefficients()
    (coefficients.autoregressive, coefficients.movingAverage) = (ar, ma)
    (coefficients.seasonalAutoregressive, coefficients.seasonalMovingAverage) = (sar, sma)
    self.coefficients = coefficients
    order = ARIMAOrder(
      autoregressive: ar.count, differences: differences, movingAverage: ma.count,
      seasonalAutoregressive: sar.count, seasonalDifferences: seasonalDifferences,
      seasonalMovingAverage: sma.count, season: season, hasConstant: hasConstant)
  }

  static let all = [
    ARMACase([], []), ARMACase([0.6], []), ARMACase([], [-0.8]), ARMACase([1.2, -0.5], [0.4]),
    ARMACase([0.3], [0.2, -0.5, 0.1]), ARMACase([], [-0.4], [], [-0.6], season: 4),
    ARMACase([0.5], [0.3], [0.4], [-0.3], season: 4),
    ARMACase([0.2, 0.1, 0.3, -0.2, 0.1], [], [0.5], [], season: 4),
    ARMACase([0.97], [-0.9], [0.3, 0.2], [0.2], season: 6),
  ]
}

@Suite("Likelihood of ARIMA models") struct ARIMALikelihoodTests {
  private static func values(_ count: Int, seed: UInt64 = 5) -> [Double] {
    var draws = RandomStream(seed: seed)
    return (0..<count).map { 0.02 * Double($0) + draws.normal() }
  }

  /// ln of the normal density of `w` by its covariance matrix, σ² concentrated out.
  private static func density(_ w: [Double], _ process: ARMACase, design: [[Double]] = [])
    throws -> Double
  {
    let psi = impulses(process.coefficients, season: process.order.season, count: 4000)
    let n = w.count
    let gamma = (0..<n).map { k in
      (0..<(psi.count - n)).reduce(0) { $0 + psi[$1] * psi[$1 + k] }
    }
    var covariance = Matrix(rowCount: n, columnCount: n)
    for i in 0..<n { for j in 0..<n { covariance[i, j] = gamma[abs(i - j)] } }
    let factor = try Cholesky(covariance)
    var residual = w
    if !design.isEmpty {
      let x = Matrix(columns: design)
      let normal = x.transposed(times: factor.solve(x))
      let right = x.transposed(times: Matrix(columns: [factor.solve(w)])).storage
      let beta = try Cholesky(normal).solve(right)
      residual = zip(w, x * beta).map { $0 - $1 }
    }
    let squares = zip(residual, factor.solve(residual)).reduce(0) { $0 + $1.0 * $1.1 }
    let size = Double(n)
    return -0.5 * (size * (log(2 * .pi * squares / size) + 1) + factor.logDeterminant)
  }

  @Test("the filter is the density by the covariance matrix", arguments: ARMACase.all.indices)
  func definition(_ index: Int) throws {
    let process = ARMACase.all[index]
    let w = Self.values(60)
    let data = try #require(ARIMAData(w, regressors: [], order: process.order))
    var likelihood = ARIMALikelihood(data, process.order)
    let isValid = likelihood.evaluate(process.coefficients.values + [0])
    #expect(isValid)
    let expected = try Self.density(w, process)
    #expect(likelihood.logLikelihood.isClose(to: expected, relative: 1e-9))
  }

  @Test("a mean and regressors are the least-squares solution", arguments: [3, 6, 8])
  func regression(_ index: Int) throws {
    var order = ARMACase.all[index].order
    order.hasConstant = true
    let process = ARMACase.all[index]
    let w = Self.values(50).map { $0 + 100 }
    let x = Self.values(50, seed: 9)
    let data = try #require(ARIMAData(w, regressors: [x], order: order))
    var likelihood = ARIMALikelihood(data, order)
    let isValid = likelihood.evaluate(process.coefficients.values)
    #expect(isValid)
    let expected = try Self.density(w, process, design: [w.map { _ in 1 }, x])
    #expect(likelihood.logLikelihood.isClose(to: expected, relative: 1e-9))
  }

  /// The innovations by conditioning on all that was observed before, and nothing on the first
  /// values, which the differences use up: the definition for missing values.
  private static func conditional(_ y: [Double], _ process: ARMACase) throws -> (
    logLikelihood: Double, residuals: [Double]
  ) {
    // The values after the first `lost` are linear in these and in the differenced ones.
    let (n, lost) = (y.count, process.order.lost)
    let psi = impulses(process.coefficients, season: process.order.season, count: 4000)
    let count = n - lost
    let gamma = (0..<count).map { k in
      (0..<(psi.count - count)).reduce(0) { $0 + psi[$1] * psi[$1 + k] }
    }
    let delta = process.order.differencing
    var rows: [[Double]] = (0..<n).map { _ in [Double](repeating: 0, count: count) }
    var known = Array(y[..<lost])
    for t in lost..<n {
      var value = 0.0
      for (i, d) in delta.enumerated() where d != 0 {
        value += d * known[t - 1 - i]
        for j in 0..<count { rows[t][j] += d * rows[t - 1 - i][j] }
      }
      rows[t][t - lost] += 1
      known.append(value)
    }
    let places = (lost..<n).filter { !y[$0].isNaN }
    var covariance = Matrix(rowCount: places.count, columnCount: places.count)
    let weighted = places.map { place in
      (0..<count).map { j in
        (0..<count).reduce(0) { $0 + rows[place][$1] * gamma[abs($1 - j)] }
      }
    }
    for i in places.indices {
      for j in places.indices {
        covariance[i, j] = zip(weighted[i], rows[places[j]]).reduce(0) { $0 + $1.0 * $1.1 }
      }
    }
    let factor = try Cholesky(covariance)
    let centered = places.map { y[$0] - known[$0] }
    let squares = zip(centered, factor.solve(centered)).reduce(0) { $0 + $1.0 * $1.1 }
    let size = Double(places.count)
    return (
      -0.5 * (size * (log(2 * .pi * squares / size) + 1) + factor.logDeterminant), centered
    )
  }

  @Test(
    "missing values are integrated out",
    arguments: [
      ARMACase([0.6], [0.3], differences: 1), ARMACase([], [-0.5], differences: 2),
      ARMACase([], [-0.4], [], [-0.6], season: 4, differences: 1, seasonalDifferences: 1),
      ARMACase([0.5], [], [0.3], [], season: 4, seasonalDifferences: 1),
    ])
  func gaps(_ process: ARMACase) throws {
    var y = Self.values(40)
    for t in [12, 13, 20, 31, 38] { y[t] = .nan }
    let data = try #require(ARIMAData(y, regressors: [], order: process.order))
    var likelihood = ARIMALikelihood(data, process.order)
    let isValid = likelihood.evaluate(process.coefficients.values)
    #expect(isValid)
    let expected = try Self.conditional(y, process).logLikelihood
    #expect(likelihood.logLikelihood.isClose(to: expected, relative: 1e-8))
  }
}

/// R's `arima` at given coefficients; `r_arima_fixed.json`.
@Suite(
  "Likelihood of ARIMA models, as R's arima",
  .enabled(if: SharedData.isPresent, "needs the shared reference data"))
struct ARIMALikelihoodOracleTests {
  private struct Entry {
    let y: [Double]
    let process: ARMACase
    let mean: Double?
  }

  private static func series(_ name: String) throws -> [Double] {
    let all = try SharedData.json("forecast/oracles/series.json")
    return (all[name]?["values"]?.array ?? []).map { $0.number ?? .nan }
  }

  private static func entry(_ name: String, _ json: JSON) throws -> Entry {
    let order = (json["order"]?.array ?? []).map { Int($0.number ?? 0) }
    let seasonal = (json["seasonal"]?.array ?? []).map { Int($0.number ?? 0) }
    var values = (json["fixed"]?.array ?? []).map { $0.number ?? .nan }
    let fixture = try SharedData.json("forecast/oracles/r_arima_fixed.json")
    var y: [Double]
    switch name.prefix(4) {
    case "lake": y = try series("LakeHuron")
    case "wwww": y = try series("WWWusage")
    case "nott": y = try series("nottem")
    default: y = (fixture["AirPassengers_log"]?.array ?? []).map { $0.number ?? .nan }
    }
    if name.contains("missing") {
      // R counts from 1.
      for t in fixture["missing_at"]?.array ?? [] { y[Int(t.number ?? 1) - 1] = .nan }
    }
    let shape = ARIMAOrder(
      autoregressive: order[0], movingAverage: order[2], seasonalAutoregressive: seasonal[0],
      seasonalMovingAverage: seasonal[2])
    let mean = json["include_mean"] == .bool(true) ? values.removeLast() : nil
    let c = ARIMACoefficients(values, shape)
    return Entry(
      y: y,
      process: ARMACase(
        c.autoregressive, c.movingAverage, c.seasonalAutoregressive, c.seasonalMovingAverage,
        season: name.hasPrefix("lake") || name.hasPrefix("wwww") ? 1 : 12, differences: order[1],
        seasonalDifferences: seasonal[1]), mean: mean)
  }

  @Test(
    "the likelihood and the residuals at fixed coefficients",
    arguments: [
      "airline_ML", "sarima212_ML", "lake_ar2_ML", "wwww_ML", "nottem_ML", "airline_missing_ML",
    ])
  func fixed(_ name: String) throws {
    let models = try SharedData.json("forecast/oracles/r_arima_fixed.json")["models"]
    let json = try #require(models?[name])
    let entry = try Self.entry(name, json)
    let y = entry.y.map { $0 - (entry.mean ?? 0) }
    let order = entry.process.order
    let series = TimeSeries(start: .month(1949, 1), values: y)
    let standing = ARIMAStanding(
      order, entry.process.coefficients.values, beta: [], series, .none, 0..<y.count)
    let expected = try #require(json["loglik"]?.number)
    // R's diffuse prior has the variance 10⁶ σ², which is not quite diffuse beside the levels of these
    // series: with kappa = 10¹⁰ R has 244.6915504 for airline_ML, as we do, with 10⁶ 244.6945805.
    let tolerance = order.seasonalDifferences > 0 ? 2e-5 : 1e-6
    #expect(standing.logLikelihood.isClose(to: expected, relative: tolerance))
    let sigma2 = try #require(json["sigma2"]?.number)
    #expect(standing.variance(1).isClose(to: sigma2, relative: 5 * tolerance))
    let head = (json["residuals_head"]?.array ?? []).map { $0.number ?? .nan }
    let scale = sigma2.squareRoot()
    for t in order.lost..<head.count where !head[t].isNaN {
      #expect(standing.residuals[t].isClose(to: head[t], absolute: 100 * tolerance * scale))
    }
    let tail = (json["residuals_tail"]?.array ?? []).map { $0.number ?? .nan }
    for (ours, theirs) in zip(standing.residuals.suffix(tail.count), tail) {
      #expect(ours.isClose(to: theirs, absolute: 100 * tolerance * scale))
    }
  }
}
