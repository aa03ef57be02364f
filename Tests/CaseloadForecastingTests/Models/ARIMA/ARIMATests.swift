import CaseloadData
import CaseloadMath
import CaseloadTestSupport
import Testing

@testable import CaseloadForecasting

@Suite("ARIMA") struct ARIMATests {
  private let stream = RandomStream(seed: 12)

  private static func model(
    _ order: ARIMA.Orders, _ seasonal: ARIMA.Orders = .automatic,
    constant: ARIMA.Constant = .automatic
  ) -> ARIMA {
    var model = ARIMA()
    (model.order, model.seasonalOrder, model.constant) = (order, seasonal, constant)
    return model
  }

  /// An autoregression of one lag about a mean.
  private static func autoregression(_ count: Int, phi: Double, seed: UInt64) -> TimeSeries {
    var draws = RandomStream(seed: seed)
    var (values, x) = ([Double](), 0.0)
    for t in 0..<(count + 50) {
      x = phi * x + draws.normal()
      if t >= 50 { values.append(40 + 2 * x) }
    }
    return TimeSeries(start: .year(1800), values: values)
  }

  @Test("a power that is given is the one that is used")
  func lambda() throws {
    var model = ARIMA()
    (model.order, model.seasonalOrder) = (.fixed(0, 1, 1), .fixed(0, 1, 1))
    model.lambda = 0
    let zero = try model.fitted(to: TestSeries.monthly)
    (model.lambda, model.transformation) = (nil, .log)
    let log = try model.fitted(to: TestSeries.monthly)
    #expect(zero.marginals(6) == log.marginals(6))
    model.lambda = 0.5
    #expect(try model.fitted(to: TestSeries.monthly).form.hasSuffix("λ = 0.5"))
    model.lambda = 1
    let one = try model.fitted(to: TestSeries.monthly)
    (model.lambda, model.transformation) = (nil, .none)
    #expect(try one.marginals(6) == model.fitted(to: TestSeries.monthly).marginals(6))
    for (power, series, code) in [
      (1.5, TestSeries.monthly, DiagnosticCode.illegalOption),
      (0.5, TestSeries.scaled(TestSeries.monthly, by: -1), .modelNotApplicable),
    ] {
      model.lambda = power
      let error = #expect(throws: Diagnostic.self) { try model.fitted(to: series) }
      #expect(error?.code == code)
    }
  }

  @Test("an autoregression with a mean finds its coefficients")
  func truth() throws {
    let series = Self.autoregression(400, phi: 0.7, seed: 3)
    let fit = try Self.model(.fixed(1, 0, 0)).fitted(to: series)
    let (phi, mean) = (fit.coefficients[0], fit.coefficients[1])
    #expect(fit.form == "ARIMA(1,0,0) with non-zero mean")
    // Three standard errors.
    #expect(phi.estimate.isClose(to: 0.7, absolute: 3 * 0.036))
    #expect(mean.estimate.isClose(to: 40, absolute: 3 * 0.33))
    #expect(try #require(fit.innovationVariance).isClose(to: 4, relative: 0.25))
    // √((1 − φ²)/n), and σ/((1 − φ) √n).
    let error = ((1 - phi.estimate * phi.estimate) / 400).squareRoot()
    #expect(try #require(phi.standardError).isClose(to: error, relative: 0.03))
    let deviation = try #require(fit.innovationVariance).squareRoot()
    let meanError = deviation / (1 - phi.estimate) / 20
    #expect(try #require(mean.standardError).isClose(to: meanError, relative: 0.03))
  }

  @Test("the equation, run forward by hand, is the forecast")
  func equation() throws {
    let series = TestSeries.monthly
    let fit = try Self.model(.fixed(1, 1, 1), .fixed(0, 1, 1)).fitted(to: series)
    let c = fit.coefficients.map(\.estimate)
    let (phi, theta, seasonalTheta) = (c[0], c[1], c[2])
    var (y, e) = (series.values, fit.residuals.map { $0.isNaN ? 0 : $0 })
    func w(_ t: Int) -> Double { y[t] - y[t - 1] - y[t - 12] + y[t - 13] }
    for _ in 0..<30 {
      let t = y.count
      e.append(0)
      y.append(0)
      let next =
        phi * w(t - 1) + theta * e[t - 1] + seasonalTheta * e[t - 12]
        + theta * seasonalTheta * e[t - 13]
      y[t] = next + y[t - 1] + y[t - 12] - y[t - 13]
    }
    // The innovations are standardized, which the first ones show for thirteen steps.
    for (h, marginal) in fit.marginals(30).enumerated() {
      #expect(marginal.mean.isClose(to: y[60 + h], absolute: 0.35 * marginal.standardDeviation))
    }
  }

  @Test("an autoregression's forecast is the equation to the last digits")
  func autoregressive() throws {
    let series = Self.autoregression(80, phi: 0.7, seed: 4)
    let fit = try Self.model(.fixed(2, 1, 0)).fitted(to: series)
    let c = fit.coefficients.map(\.estimate)
    var y = series.values
    for _ in 0..<12 {
      let t = y.count
      let change = c[0] * (y[t - 1] - y[t - 2]) + c[1] * (y[t - 2] - y[t - 3])
      y.append(y[t - 1] + change)
    }
    // ψ weights of the undifferenced series.
    var coefficients = ARIMACoefficients()
    coefficients.autoregressive = [c[0], c[1]]
    let psi = impulses(coefficients, season: 1, count: 12)
    var (sum, variance) = (0.0, 0.0)
    for (h, marginal) in fit.marginals(12).enumerated() {
      sum += psi[h]
      variance += sum * sum
      #expect(marginal.mean.isClose(to: y[80 + h], relative: 1e-10))
      let deviation = (variance * (fit.innovationVariance ?? .nan)).squareRoot()
      #expect(marginal.standardDeviation.isClose(to: deviation, relative: 1e-9))
    }
  }

  @Test("a regressor's effect is found, and carried into the horizon")
  func regressors() throws {
    let base = Self.autoregression(120, phi: 0.5, seed: 8)
    var draws = RandomStream(seed: 2)
    let x = (0..<132).map { _ in draws.normal() }
    let series = base.replacing((0..<120).map { base.values[$0] + 5 * x[$0] })
    let past = Regressors(names: ["hearings"], columns: [Array(x[..<120])])
    let future = Regressors(names: ["hearings"], columns: [Array(x[120...])])
    let fit = try ARIMA().fitted(to: series, regressors: past)
    let effect = try #require(fit.coefficients.last)
    #expect(effect.symbol == "hearings")
    #expect(effect.estimate.isClose(to: 5, absolute: 4 * (effect.standardError ?? 0)))
    #expect(fit.form.hasPrefix("Regression with ARIMA("))
    let flat = Regressors(names: ["hearings"], columns: [[Double](repeating: 0, count: 12)])
    for (h, pair) in zip(
      fit.marginals(12, regressors: future), fit.marginals(12, regressors: flat)
    ).enumerated() {
      let difference = pair.0.mean - pair.1.mean
      #expect(difference.isClose(to: effect.estimate * x[120 + h], absolute: 1e-9))
    }
    let paths = fit.paths(12, count: 2000, regressors: future, from: stream)
    let mean = try #require(Descriptive.mean(paths.row(5)))
    let marginal = fit.marginals(12, regressors: future)[5]
    #expect(mean.isClose(to: marginal.mean, absolute: 0.1 * marginal.standardDeviation))
    let twice = Regressors(names: ["a", "b"], columns: [past.columns[0], past.columns[0]])
    let error = #expect(throws: Diagnostic.self) {
      try ARIMA().fitted(to: series, regressors: twice)
    }
    #expect(error?.code == .rankDeficient)
  }

  @Test("a value missing at the end is predicted, and one within does not matter to a walk")
  func missing() throws {
    let walk = Self.model(.fixed(0, 1, 0), constant: .no)
    let series = TimeSeries(start: .year(2000), values: [3, 5, 4, .nan, 8, 7, 9, .nan, .nan])
    let fit = try walk.fitted(to: series)
    // Changes 2, −1, (8 − 4)/√2, −1, 2: σ² is the mean of their squares over what was observed.
    let sigma2 = (4.0 + 1 + 8 + 1 + 4) / 5
    #expect(try #require(fit.innovationVariance).isClose(to: sigma2, relative: 1e-12))
    for (h, marginal) in fit.marginals(4).enumerated() {
      #expect(marginal.mean.isClose(to: 9, relative: 1e-12))
      let deviation = (sigma2 * Double(h + 3)).squareRoot()
      #expect(marginal.standardDeviation.isClose(to: deviation, relative: 1e-12))
    }
    #expect(fit.residuals[4].isClose(to: 4 / 2.0.squareRoot(), relative: 1e-12))
    #expect(fit.residuals[3].isNaN && fit.residuals[8].isNaN)
  }

  @Test("a value missing among the last leaves the state open, and paths know it")
  func openState() throws {
    var values = TestSeries.monthly.values
    for t in [50, 57, 58] { values[t] = .nan }
    let series = TestSeries.monthly.replacing(values)
    let fit = try Self.model(.fixed(0, 1, 1), .fixed(0, 1, 1)).fitted(to: series)
    let count = 4000
    let paths = fit.paths(14, count: count, from: stream)
    for (h, marginal) in fit.marginals(14).enumerated() {
      let deviation = try #require(Descriptive.standardDeviation(paths.row(h)))
      let bound = 4.5 * marginal.standardDeviation / Double(2 * count).squareRoot()
      #expect(deviation.isClose(to: marginal.standardDeviation, absolute: bound))
    }
    // The season whose last value is missing is less sure than its neighbors.
    let deviations = fit.marginals(14).map(\.standardDeviation)
    #expect(deviations[2] > deviations[3])
  }

  @Test("tempered weights mix the models visited")
  func tempered() throws {
    var model = ARIMA()
    model.weights = .tempered
    let fit = try model.fitted(to: TestSeries.monthly)
    let best = try ARIMA().fitted(to: TestSeries.monthly)
    #expect(fit.aicc == best.aicc)
    guard case .mixture(let components) = fit.marginals(3)[2] else {
      Issue.record("not a mixture")
      return
    }
    #expect(components.reduce(0) { $0 + $1.weight }.isClose(to: 1, relative: 1e-12))
    #expect(components.allSatisfy { $0.weight >= 0.01 })
    #expect(components.map(\.weight) == components.map(\.weight).sorted(by: >))
    let count = 4000
    let paths = fit.paths(12, count: count, from: stream)
    for (h, marginal) in fit.marginals(12).enumerated() {
      let mean = try #require(Descriptive.mean(paths.row(h)))
      let bound = 4.5 * marginal.standardDeviation / Double(count).squareRoot()
      #expect(mean.isClose(to: marginal.mean, absolute: bound))
    }
    let copy = try roundTrip(fit)
    #expect(copy.marginals(12) == fit.marginals(12))
  }

  @Test("a logarithm's forecast is the exponential of that of the logarithms")
  func logarithm() throws {
    var model = Self.model(.fixed(0, 1, 1), .fixed(0, 1, 1))
    let plain = try model.fitted(
      to: TestSeries.monthly.replacing(TestSeries.monthly.values.map(log)))
    model.transformation = .log
    let fit = try model.fitted(to: TestSeries.monthly)
    for (a, b) in zip(fit.marginals(12), plain.marginals(12)) {
      for p in [0.025, 0.5, 0.9] {
        #expect(a.quantile(p).isClose(to: exp(b.quantile(p)), relative: 2e-3))
      }
      // The lognormal mean; the image holds a finite number of its values.
      let variance = b.standardDeviation * b.standardDeviation
      #expect(a.mean.isClose(to: exp(b.mean + 0.5 * variance), relative: 1e-3))
    }
    let (a, b) = (fit.paths(12, count: 3, from: stream), plain.paths(12, count: 3, from: stream))
    #expect(zip(a.storage, b.storage).allSatisfy { $0.isClose(to: exp($1), relative: 1e-12) })
    // ln L of y is that of ln y less Σ ln y, over the values after the differences.
    let jacobian = -TestSeries.monthly.values.dropFirst(13).reduce(0) { $0 + log($1) }
    let difference = try #require(fit.logLikelihood) - #require(plain.logLikelihood)
    #expect(difference.isClose(to: jacobian, relative: 1e-9))
    let same = try fit.updated(with: TestSeries.monthly)
    #expect(try #require(same.logLikelihood).isClose(to: fit.logLikelihood ?? .nan, relative: 1e-9))
    #expect(fit.form == "ARIMA(0,1,1)(0,1,1)[12], λ = 0.0")
    let negative = TestSeries.scaled(TestSeries.monthly, by: -1)
    #expect(throws: Diagnostic.self) { try fit.updated(with: negative) }
    #expect(throws: Diagnostic.self) { try model.fitted(to: negative) }
  }

  @Test("a series without noise is continued")
  func withoutNoise() throws {
    let line = TimeSeries(start: .year(2000), values: (0..<20).map { 3 + 2 * Double($0) })
    for (h, marginal) in try ARIMA().fitted(to: line).marginals(5).enumerated() {
      #expect(marginal.mean.isClose(to: 3 + 2 * Double(20 + h), relative: 1e-12))
      #expect(marginal.standardDeviation == 0)
    }
    let season = TimeSeries(
      start: .month(2020, 1),
      values: (0..<48).map { Double([3, 1, 4, 1, 5, 9, 2, 6, 5, 3, 5, 8][$0 % 12]) })
    let fit = try ARIMA().fitted(to: season)
    #expect(fit.form == "ARIMA(0,0,0)(0,1,0)[12] with drift")
    #expect(zip(fit.marginals(12), season.values).allSatisfy { $0.mean == $1 })
    #expect(fit.logLikelihood == nil && fit.diagnostics.count == 1)
  }

  @Test("options are read, and refused with a reason")
  func options() throws {
    let made = try ForecastModels.model(
      "arima", options: ["order": "2,1,1", "seasonalOrder": "0,1,1", "weights": "tempered"])
    let model = try #require(made as? ARIMA)
    #expect(model.order == .fixed(2, 1, 1) && model.seasonalOrder == .fixed(0, 1, 1))
    #expect(model.weights == .tempered)
    for wrong in ["2,1", "a,b,c", "2,9,1", "-1,0,0"] {
      let error = #expect(throws: Diagnostic.self) {
        try ForecastModels.model("arima", options: ["order": wrong])
      }
      #expect(error?.code == .illegalOption)
    }
    var limited = ARIMA()
    limited.maximumDifferences = 7
    let error = #expect(throws: Diagnostic.self) { try limited.fitted(to: TestSeries.monthly) }
    #expect(error?.code == .illegalOption)
    let short = TimeSeries(start: .month(2020, 1), values: [3, 5, 4, 6, 5, 7])
    let tooLong = #expect(throws: Diagnostic.self) {
      try Self.model(.fixed(1, 1, 1), .fixed(0, 1, 1)).fitted(to: short)
    }
    #expect(tooLong?.code == .seriesTooShort)
  }
}
