import CaseloadData
import CaseloadMath
import CaseloadTestSupport
import Testing

@testable import CaseloadForecasting

@Suite("ETS forecasts") struct ETSForecastTests {
  /// Two slips of forecast 8.20 are undone here, both against its own model. Class 3 takes φ = 1 in the
  /// first step of a damped trend: its forecasts are ours with b/φ for b and β/φ for β. Classes 1 and 2
  /// without trend put γ one season early: c_{m−1} holds it in place of c_m.
  @Test(
    "forecasts and intervals at R's parameters and states are R's",
    .enabled(if: SharedData.isPresent))
  func forecasts() throws {
    for (name, entry) in try #require(ETSOracle.json("r_ets").members) {
      let data = try #require(ETSOracle.series[name])
      guard data.missingCount == 0 else { continue }
      let components = try #require(entry["components"]?.array).compactMap(\.string)
      let form = try #require(
        ETSOracle.form(components[0], components[1], components[3] == "TRUE", components[2]))
      func par(_ name: String) -> Double? { entry["par"]?[name]?.number }
      var smoothing = ETSSmoothing(
        alpha: try #require(par("alpha")), beta: par("beta") ?? 0, gamma: par("gamma") ?? 0,
        phi: par("phi") ?? 1)
      let count = try #require(entry["par"]?.members).count
      let initial = ETSOracle.state(ETSOracle.numbers(entry["initstate"]), form)
      var member = ETSMember(
        form: form, smoothing: smoothing, initial: initial, coefficients: [], unit: 1, weight: 1,
        parameterCount: count + 1)
      var (filtered, means) = member.filtered(data.values, [])
      let expected = try #require(entry["loglik"]?.number)
      #expect(try #require(filtered.logLikelihood).isClose(to: expected, relative: 1e-8), "\(name)")
      #expect(means.isClose(to: ETSOracle.numbers(entry["fitted"]), relative: 1e-8), "\(name)")
      let sigma2 = try #require(entry["sigma2"]?.number)
      #expect(filtered.variance.isClose(to: sigma2, relative: 1e-8), "\(name)")
      if form.season == .multiplicative, form.isDamped {
        smoothing.beta /= smoothing.phi
        var state = ETSOracle.state(ETSOracle.numbers(entry["finalstate"]), form)
        state.slope /= smoothing.phi
        member = ETSMember(
          form: form, smoothing: smoothing, initial: state, coefficients: [], unit: 1, weight: 1,
          parameterCount: count + 1)
        filtered = member.withVariance(sigma2)
      }
      let forecast = try #require(entry["forecast"])
      let mean = ETSOracle.numbers(forecast["mean"])
      let fit = ETS.Fitted(filtered)
      for (h, own) in fit.marginals(mean.count).enumerated() {
        #expect(own.mean.isClose(to: mean[h], relative: 1e-8), "\(name) \(h)")
        var marginal = own
        if form.trend == .none, form.season == .additive {
          let variance = Self.variancesWithEarlySeason(filtered, mean)[h]
          marginal = .normal(mean: own.mean, standardDeviation: variance.squareRoot())
        }
        for (level, suffix) in [(0.8, "80"), (0.95, "95")] {
          let interval = marginal.interval(level)
          let width = interval.upperBound - mean[h]
          let lower = ETSOracle.numbers(forecast["lower\(suffix)"])[h]
          let upper = ETSOracle.numbers(forecast["upper\(suffix)"])[h]
          #expect(interval.lowerBound.isClose(to: lower, absolute: 1e-8 * width), "\(name) \(h)")
          #expect(interval.upperBound.isClose(to: upper, absolute: 1e-8 * width), "\(name) \(h)")
        }
      }
    }
  }

  /// v_h of classes 1 and 2 with γ in c_{m−1}, 2m−1, …
  private static func variancesWithEarlySeason(_ member: ETSMember, _ mu: [Double]) -> [Double] {
    let m = member.initial.seasons.count
    let (alpha, gamma) = (member.smoothing.alpha, member.smoothing.gamma)
    func c(_ j: Int) -> Double { alpha + ((j + 1) % m == 0 ? gamma : 0) }
    var thetas: [Double] = []
    return mu.indices.map { h in
      if member.form.error == .additive {
        return member.variance * (0..<h).reduce(1.0) { $0 + c($1 + 1) * c($1 + 1) }
      }
      let sum = (0..<h).reduce(0.0) { $0 + c($1 + 1) * c($1 + 1) * thetas[h - 1 - $1] }
      thetas.append(mu[h] * mu[h] + member.variance * sum)
      return (1 + member.variance) * thetas[h] - mu[h] * mu[h]
    }
  }

  /// Of 30 forms 18 have closed forms: their means and variances against 40 000 paths.
  @Test(
    "paths have the analytic means and variances",
    arguments: ETSForm.all.filter { $0.trend != .multiplicative })
  func moments(_ form: ETSForm) throws {
    let member = ETSMember(
      form: form,
      smoothing: ETSSmoothing(
        alpha: 0.4, beta: form.trend == .none ? 0 : 0.1, gamma: form.season == .none ? 0 : 0.3,
        phi: form.isDamped ? 0.9 : 1),
      initial: ETSState(
        level: 1, slope: form.trend == .none ? 0 : 0.03,
        seasons: form.season == .none
          ? [] : (form.season == .additive ? [0.2, -0.1, 0.05, -0.15] : [1.2, 0.9, 1.05, 0.85])),
      coefficients: [], unit: 100, weight: 1, parameterCount: 2
    ).withVariance(0.01)
    let fit = ETS.Fitted(member)
    guard member.hasMoments else {
      if case .empirical = fit.marginals(3)[0] {} else { Issue.record("\(form) is not simulated") }
      return
    }
    let count = 40_000
    let paths = fit.paths(10, count: count, from: RandomStream(seed: 77))
    for (h, marginal) in fit.marginals(10).enumerated() {
      let draws = paths.row(h)
      let sigma = marginal.standardDeviation
      let mean = try #require(Descriptive.mean(draws))
      let deviation = try #require(Descriptive.standardDeviation(draws))
      // 4.5 standard errors, the second for a kurtosis up to 6.
      #expect(mean.isClose(to: marginal.mean, absolute: 4.5 * sigma / Double(count).squareRoot()))
      #expect(
        deviation.isClose(
          to: sigma, absolute: 4.5 * sigma * (5 / (4 * Double(count))).squareRoot()),
        "\(form) \(h)")
    }
  }

  /// E f(e) of a polynomial of degree up to 5 is exact over the points 0 and ±σ√3 with the weights ⅔ and
  /// ⅙, and y_h² is of degree 4 in each error: the moments are those of a tree of 3^h paths.
  @Test(
    "means and variances of all classes are exact over every path of errors",
    arguments: ETSForm.all.filter { $0.trend != .multiplicative })
  func exactMoments(_ form: ETSForm) throws {
    let sigma2 = 0.02
    let smoothing = ETSSmoothing(
      alpha: 0.4, beta: form.trend == .none ? 0 : 0.1, gamma: form.season == .none ? 0 : 0.3,
      phi: form.isDamped ? 0.9 : 1)
    let member = ETSMember(
      form: form, smoothing: smoothing,
      initial: ETSState(
        level: 1, slope: form.trend == .none ? 0 : 0.03,
        seasons: form.season == .none ? [] : (form.season == .additive ? [0.2, -0.2] : [1.2, 0.8])),
      coefficients: [], unit: 1, weight: 1, parameterCount: 2
    ).withVariance(sigma2)
    guard member.hasMoments else { return }
    let horizon = 6
    let points = [
      (2.0 / 3, 0.0), (1.0 / 6, (3 * sigma2).squareRoot()), (1.0 / 6, -(3 * sigma2).squareRoot()),
    ]
    var sums = [(mean: Double, square: Double)](repeating: (0, 0), count: horizon)
    func follow(_ state: ETSState, _ h: Int, _ weight: Double) {
      for (share, e) in points {
        let mean = state.mean(form, smoothing)
        let error = form.error == .multiplicative ? mean * e : e
        sums[h].mean += weight * share * (mean + error)
        sums[h].square += weight * share * (mean + error) * (mean + error)
        guard h + 1 < horizon else { continue }
        var next = state
        next.step(form, smoothing, error: error)
        follow(next, h + 1, weight * share)
      }
    }
    follow(member.initial, 0, 1)
    for (h, moment) in member.moments(horizon, regressors: []).enumerated() {
      #expect(moment.mean.isClose(to: sums[h].mean, relative: 1e-12), "\(form) \(h)")
      let variance = sums[h].square - sums[h].mean * sums[h].mean
      #expect(moment.variance.isClose(to: variance, relative: 1e-10), "\(form) \(h)")
    }
  }

  @Test("means and variances of classes 1 and 2 agree with their formulas")
  func momentsAgreeWithTheirDefinition() throws {
    for error in ETSForm.ErrorKind.allCases {
      let form = ETSForm(error: error, trend: .additive, isDamped: true, season: .additive)
      let (alpha, beta, gamma, phi, sigma2) = (0.4, 0.1, 0.3, 0.9, 0.01)
      let seasons = [0.2, -0.1, 0.05, -0.15]
      let member = ETSMember(
        form: form, smoothing: ETSSmoothing(alpha: alpha, beta: beta, gamma: gamma, phi: phi),
        initial: ETSState(level: 1, slope: 0.03, seasons: seasons), coefficients: [], unit: 1,
        weight: 1, parameterCount: 2
      ).withVariance(sigma2)
      func damping(_ j: Int) -> Double { (1...j).reduce(0.0) { $0 + pow(phi, Double($1)) } }
      func c(_ j: Int) -> Double { alpha + beta * damping(j) + (j % 4 == 0 ? gamma : 0) }
      func mu(_ h: Int) -> Double { 1 + 0.03 * damping(h) + seasons[(h - 1) % 4] }
      func theta(_ h: Int) -> Double {
        (1..<h).reduce(mu(h) * mu(h)) { $0 + sigma2 * c($1) * c($1) * theta(h - $1) }
      }
      for (i, moment) in member.moments(11, regressors: []).enumerated() {
        let h = i + 1
        let expected =
          error == .additive
          ? sigma2 * (1..<h).reduce(1.0) { $0 + c($1) * c($1) }
          : (1 + sigma2) * theta(h) - mu(h) * mu(h)
        #expect(moment.mean.isClose(to: mu(h), relative: 1e-13))
        #expect(moment.variance.isClose(to: expected, relative: 1e-12))
      }
    }
  }

  @Test("new values that a multiplicative trend cannot follow leave it at the edge of its domain")
  func outside() throws {
    for code in ["MMN", "MMdM", "AMN"] {
      let fit = try ETS(form: code).fitted(to: TestSeries.monthly)
      let crash = [Double](repeating: 0, count: 6) + [-5000, 1e6, -1e6, 0, 3, 0]
      let updated = try fit.updated(with: TestSeries.monthly.appending(crash))
      #expect(updated.states.allSatisfy { $0.estimate.isFinite }, "\(code)")
      #expect(
        updated.marginals(6).allSatisfy {
          $0.mean.isFinite && $0.standardDeviation.isFinite
        }, "\(code)")
    }
  }

  @Test("multiplicative trends and other simulated forms give finite forecasts")
  func simulated() throws {
    for code in ["MMN", "MMdM", "AMM", "ANM", "AAdM", "MMA"] {
      let fit = try ETS(form: code).fitted(to: TestSeries.monthly)
      for marginal in fit.marginals(24) {
        #expect(marginal.mean.isFinite && marginal.mean > 0 && marginal.mean < 1000, "\(code)")
        #expect(marginal.standardDeviation > 0)
      }
    }
  }
}

extension ETSMember {
  /// A member that stands at its initial state with a given σ².
  func withVariance(_ value: Double) -> ETSMember {
    var member = self
    member.variance = value
    return member
  }
}

extension ETS.Fitted {
  /// `member` as it stands.
  init(_ member: ETSMember) {
    self.init(members: [member], residuals: [], regressorNames: [])
  }
}

extension ETS {
  /// A form in R's box.
  init(form: String) {
    self.init()
    self.form = form
    parameterBox = .rCompatible
  }
}
