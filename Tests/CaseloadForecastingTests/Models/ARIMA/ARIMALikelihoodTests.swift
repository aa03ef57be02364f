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

  /// ln L of what was observed of an integrated process, by covariance matrices: the first values have a
  /// flat prior, those among them that were observed are given.
  private static func marginal(_ y: [Double], _ process: ARMACase) throws -> Double {
    // All values are linear in the first `lost` and in the differenced ones.
    let (n, lost) = (y.count, process.order.lost)
    let count = n - lost
    let psi = impulses(process.coefficients, season: process.order.season, count: 4000)
    let gamma = (0..<count).map { k in
      (0..<(psi.count - count)).reduce(0) { $0 + psi[$1] * psi[$1 + k] }
    }
    let delta = process.order.differencing
    var fromFirst = (0..<n).map { _ in [Double](repeating: 0, count: lost) }
    var fromRest = (0..<n).map { _ in [Double](repeating: 0, count: count) }
    for t in 0..<n {
      guard t >= lost else {
        fromFirst[t][t] = 1
        continue
      }
      for (i, d) in delta.enumerated() where d != 0 {
        for j in 0..<lost { fromFirst[t][j] += d * fromFirst[t - 1 - i][j] }
        for j in 0..<count { fromRest[t][j] += d * fromRest[t - 1 - i][j] }
      }
      fromRest[t][t - lost] += 1
    }
    let places = (lost..<n).filter { !y[$0].isNaN }
    let unknown = (0..<lost).filter { y[$0].isNaN }
    var covariance = Matrix(rowCount: places.count, columnCount: places.count)
    let weighted = places.map { place in
      (0..<count).map { j in
        (0..<count).reduce(0) { $0 + fromRest[place][$1] * gamma[abs($1 - j)] }
      }
    }
    for i in places.indices {
      for j in places.indices {
        covariance[i, j] = zip(weighted[i], fromRest[places[j]]).reduce(0) { $0 + $1.0 * $1.1 }
      }
    }
    let factor = try Cholesky(covariance)
    var centered = places.map { place in
      (0..<lost).reduce(y[place]) { $0 - (y[$1].isNaN ? 0 : fromFirst[place][$1] * y[$1]) }
    }
    var logDeterminant = factor.logDeterminant
    if !unknown.isEmpty {
      let x = Matrix(columns: unknown.map { j in places.map { fromFirst[$0][j] } })
      let information = try Cholesky(x.transposed(times: factor.solve(x)))
      let right = x.transposed(times: Matrix(columns: [factor.solve(centered)])).storage
      centered = zip(centered, x * information.solve(right)).map { $0 - $1 }
      logDeterminant += information.logDeterminant
    }
    let squares = zip(centered, factor.solve(centered)).reduce(0) { $0 + $1.0 * $1.1 }
    let size = Double(places.count - unknown.count)
    return -0.5 * (size * (log(2 * .pi * squares / size) + 1) + logDeterminant)
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
    let expected = try Self.marginal(y, process)
    #expect(likelihood.logLikelihood.isClose(to: expected, relative: 1e-8))
  }

  @Test(
    "values missing at the very beginning have a flat prior, up to a constant",
    arguments: [[1], [2, 3], [0, 4], [1, 5, 6, 9]])
  func firstGaps(_ gaps: [Int]) throws {
    var y = Self.values(40)
    for t in gaps { y[t + 1] = .nan }
    var differences: [Double] = []
    for theta in [-0.6, 0.1, 0.5] {
      let process = ARMACase(
        [0.4], [theta], [], [-0.5], season: 4, differences: 1, seasonalDifferences: 1)
      let data = try #require(ARIMAData(y, regressors: [], order: process.order))
      var likelihood = ARIMALikelihood(data, process.order)
      let isValid = likelihood.evaluate(process.coefficients.values)
      #expect(isValid)
      differences.append(likelihood.logLikelihood - (try Self.marginal(y, process)))
    }
    #expect(differences.allSatisfy { $0.isClose(to: differences[0], absolute: 1e-9) })
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

  private static func fit(_ name: String) throws -> (fit: ARIMA.Fitted, json: JSON) {
    let fixture = try SharedData.json("forecast/oracles/r_arima_fixed.json")
    let json = try #require(fixture["models"]?[name])
    var model = ARIMA()
    switch name {
    case "fit_airline_ML":
      (model.order, model.seasonalOrder) = (.fixed(0, 1, 1), .fixed(0, 1, 1))
      let y = (fixture["AirPassengers_log"]?.array ?? []).map { $0.number ?? .nan }
      return (try model.fitted(to: TimeSeries(start: .month(1949, 1), values: y)), json)
    case "fit_presidents_NA_ML":
      model.order = .fixed(1, 0, 0)
      model.seasonalOrder = .fixed(0, 0, 0)
      let y = (fixture["presidents"]?.array ?? []).map { $0.number ?? .nan }
      let start = Period(frequency: .quarterly, ordinal: 4 * 1945)
      return (try model.fitted(to: TimeSeries(start: start, values: y)), json)
    default:
      model.order = .fixed(2, 0, 0)
      let y = try series("LakeHuron")
      let time = y.indices.map { Double($0 + 1875 - 1920) }
      return (
        try model.fitted(
          to: TimeSeries(start: .year(1875), values: y),
          regressors: Regressors(names: ["time"], columns: [time])), json
      )
    }
  }

  @Test(
    "the maximum is R's: likelihood, coefficients, standard errors",
    arguments: ["fit_airline_ML", "fit_lake_xreg_ML", "fit_presidents_NA_ML"])
  func fits(_ name: String) throws {
    let (fit, json) = try Self.fit(name)
    let expected = try #require(json["loglik"]?.number)
    #expect(try #require(fit.logLikelihood).isClose(to: expected, relative: 2e-5))
    let names = ["ar1", "ar2", "ma1", "sma1", "intercept", "time(LakeHuron) - 1920"]
    let estimates = names.compactMap { json["coef"]?[$0]?.number }
    let errors = (json["var"]?.array ?? []).enumerated().compactMap { i, row in
      row.array?[i].number?.squareRoot()
    }
    for (i, coefficient) in fit.coefficients.enumerated() {
      let error = try #require(coefficient.standardError)
      // R's search ends where its criterion changes by 1e-8 of itself.
      #expect(coefficient.estimate.isClose(to: estimates[i], absolute: 2e-3 * error))
      // R's second derivatives are differences of a step of 10⁻³.
      if i < errors.count { #expect(error.isClose(to: errors[i], relative: 0.01)) }
    }
  }
}
