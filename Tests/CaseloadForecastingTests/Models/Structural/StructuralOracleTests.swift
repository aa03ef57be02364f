import CaseloadData
import CaseloadMath
import CaseloadTestSupport
import Testing

@testable import CaseloadForecasting

extension JSON {
  fileprivate func numbers(_ name: String) -> [Double] {
    (self[name]?.array ?? []).map { $0.number ?? .nan }
  }
  fileprivate func value(_ name: String) -> Double { self[name]?.number ?? .nan }
}

private func fixedSystem(_ trend: StructuralForm.Trend, _ season: StructuralForm.Season, _ s: Int)
  -> StructuralSystem
{
  StructuralSystem(StructuralForm(trend: trend, season: season, seasonLength: s))
}

/// R 4.2.2: `StructTS` and `KalmanRun`, `tsSmooth` at fixed variances.
@Suite("Structural model, R", .enabled(if: SharedData.isPresent, "shared data"))
struct StructuralROracleTests {
  private func system(_ type: String, _ s: Int) -> StructuralSystem {
    switch type {
    case "level": fixedSystem(.level, .none, s)
    case "trend": fixedSystem(.localLinear, .none, s)
    default: fixedSystem(.localLinear, .dummy, s)
    }
  }

  @Test("likelihoods and states at fixed variances")
  func fixed() throws {
    let file = try SharedData.json(
      "forecast/oracles/r_structts_fixed.json", as: [String: JSON].self)
    #expect(file.count >= 15)
    for (name, entry) in file {
      let parts = name.split(separator: " ")
      guard parts.count == 2, let series = RBaseline.all.first(where: { $0.name == parts[0] })
      else { continue }
      let isLog = entry["log10"]?.isTrue == true
      let y = series.series.values.map { isLog ? log10($0) : $0 }
      var system = system(String(parts[1]), series.series.seasonLength)
      let variances = entry.numbers("variances")
      system.apply(
        StructuralParameters(variances: [variances[variances.count - 1]] + variances.dropLast()))
      let m = system.form.stateCount
      var p0 = [Double](repeating: 0, count: m * m)
      for i in 0..<m { p0[i * m + i] = entry.value("P0") }
      var a0 = [Double](repeating: 0, count: m)
      a0[0] = y[0]
      let model = system.model.started(beforeFirst: a0, variance: p0)
      for missing in [[], (entry["missing"]?.numbers("at") ?? []).map { Int($0) - 1 }] {
        let expected = missing.isEmpty ? entry : entry["missing"] ?? .null
        let values = expected.numbers(missing.isEmpty ? "KalmanRun_values" : "values")
        guard !values.isEmpty else { continue }
        var z = y
        for t in missing { z[t] = .nan }
        var filter = KalmanFilter(z, stateCount: m, keepsStates: true)
        let found = filter.run(model)
        let n = Double(found.observationCount)
        let likelihood = 0.5 * (log(found.squares / n) + found.logDeterminant / n)
        // R's own P₀ of 1e4 var(y) costs it the digits that the tolerance leaves out.
        #expect(likelihood.isClose(to: values[0], relative: 1e-9), "\(name)")
        #expect((found.squares / n).isClose(to: values[1], relative: 1e-9), "\(name)")
        let last =
          expected["filtered_last"]?.number.map { [$0] } ?? expected.numbers("filtered_last")
        let size = last.map { abs($0) }.max() ?? 1
        #expect(filter.lastMean.isClose(to: last, absolute: 1e-9 * size), "\(name)")
        guard missing.isEmpty else { continue }
        let objective = 0.5 * (found.squares / n + found.logDeterminant / n)
        #expect(objective.isClose(to: entry.value("objective"), relative: 1e-9), "\(name)")
        #expect(
          found.logLikelihood.isClose(to: entry.value("StructTS_loglik"), relative: 1e-9), "\(name)"
        )
        let smoother = StateSmoother(filter, model)
        let level = y.indices.map { smoother.states[$0 * m] }
        // R's smoother inverts nothing either, but with P₀ so large loses 7 digits of P in N.
        #expect(level.isClose(to: entry.numbers("smooth_level"), relative: 1e-7), "\(name)")
      }
    }
  }

  /// R's `StructTS` up to 4.2 writes one value into all of P₀ (`Z$P[] <- 1e6*vx`), so that its initial
  /// states are perfectly correlated: another prior than diffuse for all but the local level.
  private func start(_ m: Int, _ y: [Double]) throws -> (mean: [Double], variance: [Double]) {
    let variance = try #require(Descriptive.variance(y.filter { !$0.isNaN }))
    var mean = [Double](repeating: 0, count: m)
    mean[0] = y[0]
    return (mean, [Double](repeating: 1e4 * variance, count: m * m))
  }

  private static let forms: [(String, Structural.Trend, Structural.Season, [String])] = [
    ("level", .level, .none, ["epsilon", "level"]),
    ("trend", .localLinear, .none, ["epsilon", "level", "slope"]),
    ("BSM", .localLinear, .dummy, ["epsilon", "level", "slope", "seas"]),
  ]

  @Test("StructTS is reached or surpassed, in its likelihood and in ours")
  func fits() throws {
    let file = try SharedData.json("forecast/oracles/r_structts.json", as: [String: JSON].self)
    var (count, better) = (0, 0)
    for (name, entry) in file {
      guard let series = RBaseline.all.first(where: { $0.name == name })?.series else { continue }
      let y = series.values
      for (type, trend, season, terms) in Self.forms {
        guard let stated = entry[type]?["loglik"]?.number, let coefficients = entry[type]?["coef"]
        else { continue }
        // R multiplies the mean over the observed values by the length with the missing ones.
        let (all, seen) = (Double(y.count), Double(y.count { !$0.isNaN }))
        let constant = 0.5 * seen * log(2 * .pi)
        let theirs = (stated + constant) * seen / all - constant
        let variances = terms.map { coefficients.value($0) }
        var model = Structural()
        (model.trend, model.season, model.slopeBound) = (trend, season, .none)
        let fit = try model.fitted(to: series)
        var system = self.system(type, series.seasonLength)
        let m = system.form.stateCount
        var filter = KalmanFilter(y, stateCount: m)
        // Exactly diffuse, R's estimates are no likelier than ours.
        system.apply(StructuralParameters(variances: variances))
        let diffuse = filter.run(system.model).logLikelihood
        #expect(try #require(fit.logLikelihood) >= diffuse - 1e-6, "\(name) \(type)")
        // In R's convention, its estimates have the likelihood that it says, and ours are likelier.
        let (mean, variance) = try start(m, y)
        let own = filter.run(system.model.started(beforeFirst: mean, variance: variance))
        #expect(own.logLikelihood.isClose(to: theirs, absolute: 1e-5), "\(name) \(type)")
        count += 1
        // The search takes minutes in a debug build on the long ones.
        guard y.count <= 160 else { continue }
        let unit = try #require(Descriptive.standardDeviation(y.filter { !$0.isNaN }))
        let scaled = y.map { $0 / unit }
        let (mean1, variance1) = try start(m, scaled)
        filter.load(scaled)
        var search = QuasiNewton(dimension: variances.count)
        var score = LikelihoodScore(system.model)
        // The correlated start makes several maxima: from our estimates, then from a few others.
        var origins = [fit.parameters.map { max(1e-4, $0.estimate.squareRoot() / unit) }]
        for share in [0.3, 0.1, 0.03] {
          origins.append(variances.indices.map { $0 == 0 ? 0.01 : share / Double($0) })
        }
        func objective(
          _ x: UnsafeBufferPointer<Double>, _ g: UnsafeMutableBufferPointer<Double>
        ) -> Double {
          system.apply(StructuralParameters(variances: x.map { $0 * $0 }))
          let model = system.model.started(beforeFirst: mean1, variance: variance1)
          let found = filter.run(model)
          guard !found.isDegenerate else { return .infinity }
          score.run(&filter, model, scale: 1)
          g[0] = -2 * x[0] * score.observation
          for (i, group) in system.disturbances.enumerated() {
            // The first period's state is disturbed, too: P₁ = T P₀ Tᵀ + R Q Rᵀ.
            let state = group[0]
            let first =
              0.5 * (score.initial[state] * score.initial[state] - score.initialInformation[state])
            g[i + 1] = -2 * x[i + 1] * (score.disturbances[group[0]] + first)
          }
          return -found.logLikelihood
        }
        var ours = -Double.infinity
        for origin in origins where ours < theirs - 0.01 {
          let minimum = search.minimum(from: origin, of: objective)
          ours = max(ours, -minimum.value - Double(fit.observationCount) * log(unit))
        }
        #expect(ours >= theirs - 0.01, "\(name) \(type): \(ours - theirs)")
        if ours > theirs + 0.1 { better += 1 }
      }
    }
    #expect(count > 90 && better > 0)
  }
}

/// statsmodels 0.15: `UnobservedComponents`, exactly diffuse.
///
/// Its filter stops updating P when the change of P falls below an absolute 1e-19 (squared), which costs
/// it digits where variances are small: at the variances of `fixed` for AirPassengers' local level it
/// gives 32.066573, where 50 digits of arithmetic give 32.06654434610013. The tolerance is 1e-8 for all
/// others.
@Suite("Structural model, statsmodels", .enabled(if: SharedData.isPresent, "shared data"))
struct StructuralStatsmodelsOracleTests {
  private static let kinds: [(String, StructuralForm.Trend, StructuralForm.Season, [String])] = [
    ("llevel", .level, .none, ["irregular", "level"]),
    ("lltrend", .localLinear, .none, ["irregular", "level", "trend"]),
    ("bsm", .localLinear, .dummy, ["irregular", "level", "trend", "seasonal"]),
    ("bsm_trig", .localLinear, .trigonometric, ["irregular", "level", "trend", "freq_seasonal"]),
  ]

  @Test("likelihoods and forecasts at fixed variances")
  func fixed() throws {
    let file = try SharedData.json("forecast/oracles/statsmodels.json", as: [String: JSON].self)
    var count = 0
    for (name, entry) in file {
      guard let baseline = RBaseline.all.first(where: { $0.name == name }) else { continue }
      for (kind, trend, season, terms) in Self.kinds {
        guard let expected = entry[kind], let fitted = expected["parameters"] ?? expected["params"]
        else { continue }
        let isLog = expected["log"]?.isTrue == true
        let y = baseline.series.values.map { isLog ? log($0) : $0 }
        var system = fixedSystem(trend, season, baseline.series.seasonLength)
        let members = fitted.members ?? [:]
        let variances = terms.map { term in
          members.first { $0.key.hasPrefix("sigma2." + term) }?.value.number ?? .nan
        }
        var filter = KalmanFilter(y, stateCount: system.form.stateCount)
        for (values, target) in [
          (variances, expected.value("llf")),
          (expected["fixed"]?.numbers("params") ?? [], expected["fixed"]?.value("llf") ?? .nan),
        ] {
          system.apply(StructuralParameters(variances: values))
          let found = filter.run(system.model)
          let tolerance = values.contains { $0 > 1 } ? 1e-8 : 2e-6
          #expect(found.logLikelihood.isClose(to: target, relative: tolerance), "\(name) \(kind)")
        }
        if name == "AirPassengers", kind == "llevel" {
          system.apply(
            StructuralParameters(variances: expected["fixed"]?.numbers("params") ?? []))
          #expect(
            filter.run(system.model).logLikelihood.isClose(
              to: 32.066_544_346_100_13, relative: 1e-13))
        }
        let tolerance = variances.contains { $0 > 1 } ? 1e-8 : 1e-7
        system.apply(StructuralParameters(variances: variances))
        filter.run(system.model)
        let mean = expected.numbers("mean")
        let forecast = StateForecast(
          system.model, mean: filter.nextMean, variance: filter.nextVariance
        ).moments(mean.count)
        let z = Normal.standard.quantile(0.975)
        for (h, moments) in forecast.enumerated() {
          #expect(moments.mean.isClose(to: mean[h], relative: tolerance), "\(name) \(kind)")
          let low = moments.mean - z * moments.variance.squareRoot()
          let width = z * moments.variance.squareRoot()
          #expect(
            low.isClose(to: expected.numbers("lo95")[h], absolute: tolerance * (abs(low) + width)),
            "\(name) \(kind)")
        }
        count += 1
      }
    }
    #expect(count > 20)
  }

  @Test("its maximum is reached or surpassed")
  func maxima() throws {
    let file = try SharedData.json("forecast/oracles/statsmodels.json", as: [String: JSON].self)
    for (name, entry) in file {
      guard let baseline = RBaseline.all.first(where: { $0.name == name }) else { continue }
      for (kind, trend, season, _) in Self.kinds where kind != "bsm_trig" {
        guard let expected = entry[kind] else { continue }
        let isLog = expected["log"]?.isTrue == true
        let y = baseline.series.values.map { isLog ? log($0) : $0 }
        var model = Structural()
        model.trend = trend == .level ? .level : .localLinear
        model.season = season == .none ? .none : .dummy
        model.slopeBound = .none
        let fit = try model.fitted(to: baseline.series.replacing(y))
        let ours = try #require(fit.logLikelihood)
        #expect(ours >= expected.value("llf") - 1e-3, "\(name) \(kind)")
      }
    }
  }
}
