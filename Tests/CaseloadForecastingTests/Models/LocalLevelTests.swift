import CaseloadData
import CaseloadMath
import CaseloadTestSupport
import Testing

@testable import CaseloadForecasting

@Suite("Local level model") struct LocalLevelTests {
  @Test("the filter's likelihood agrees with its definition, missing values or none")
  func definition() throws {
    for (seed, gaps) in SmallModels.gaps.enumerated() {
      let y = SmallModels.series(20, seed: UInt64(seed), missing: gaps)
      for share in [0.0, 0.2, 0.9, 0.9999] {
        let filter = LocalLevel.Filter(y, share: share)
        // y = 1 μ₁ + u, Cov(u_s, u_t) = σ²η (min(s, t) − 1) + σ²ε [s = t].
        var model = StateSpaceModel(
          Z: [1], H: 1 - share, T: [[1]], R: [[1]], Q: [share], isDiffuse: [true])
        let reference = try DenseReference(model, y)
        #expect(
          filter.logLikelihood(scale: 1).isClose(to: reference.logLikelihood, relative: 1e-11))
        model.observationVariance *= filter.scale
        model.disturbanceVariances[0] *= filter.scale
        let scaled = try DenseReference(model, y)
        #expect(filter.logLikelihood.isClose(to: scaled.logLikelihood, relative: 1e-11))
      }
    }
  }

  @Test("equal shares, zero noise and a constant mean are what they are")
  func special() throws {
    let y = SmallModels.series(30, seed: 7)
    let series = TimeSeries(start: .year(1990), values: y)
    var model = LocalLevel()
    model.signalToNoise = 0
    let mean = try model.fitted(to: series)
    let average = try #require(Descriptive.mean(y))
    let variance = try #require(Descriptive.variance(y))
    #expect(mean.marginals(3)[2].mean.isClose(to: average, relative: 1e-12))
    // The variance of a new value around an estimated mean.
    #expect(
      mean.marginals(3)[2].standardDeviation.isClose(
        to: (variance * (1 + 1 / 30)).squareRoot(), relative: 1e-12))
    // A large ratio is a random walk.
    model.signalToNoise = 1e12
    let walk = try model.fitted(to: series)
    #expect(walk.marginals(1)[0].mean.isClose(to: y[29], relative: 1e-9))
  }

  @Test("a ratio below zero is refused")
  func illegal() {
    var model = LocalLevel()
    model.signalToNoise = -1
    let error = #expect(throws: Diagnostic.self) { try model.fitted(to: TestSeries.monthly) }
    #expect(error?.code == .illegalOption && error?.hint != nil)
  }

  @Test("the truth of a simulated series is found")
  func truth() throws {
    var draws = RandomStream(seed: 12)
    var level = 0.0
    let y = (0..<4000).map { _ in
      level += 0.5 * draws.normal()
      return level + draws.normal()
    }
    let fit = try LocalLevel().fitted(to: TimeSeries(start: .year(1), values: y))
    // Standard errors of about 0.03 and 0.02 at this length.
    #expect(fit.parameters[0].estimate.isClose(to: 1, absolute: 0.1))
    #expect(fit.parameters[1].estimate.isClose(to: 0.25, absolute: 0.06))
  }

  @Test("components: filtered and smoothed levels of the state space smoother")
  func components() throws {
    let fit = try LocalLevel().fitted(to: TestSeries.gappy)
    let smoothed = fit.components(.smoothed)
    let filtered = fit.components(.filtered)
    let trend = try #require(smoothed[.trend])
    let known = try #require(filtered[.trend])
    for t in 1..<60 { #expect(trend.standardErrors[t] <= known.standardErrors[t] * (1 + 1e-12)) }
    // At the end both know the same.
    #expect(trend.values[59].isClose(to: known.values[59], relative: 1e-12))
    #expect(trend.values[59].isClose(to: fit.marginals(1)[0].mean, relative: 1e-12))
    for (t, value) in smoothed.recomposed.enumerated() where !TestSeries.gappy.values[t].isNaN {
      #expect(value.isClose(to: TestSeries.gappy.values[t], relative: 1e-12))
    }
    #expect(smoothed[.irregular]?.values[4].isNaN == true)
  }
}

@Suite("Local level model, the Nile", .enabled(if: SharedData.isPresent, "shared data"))
struct LocalLevelNileTests {
  private var nile: TimeSeries {
    get throws { try #require(RBaseline.all.first { $0.name == "Nile" }).series }
  }

  @Test("the Nile of the book")
  func book() throws {
    let fit = try LocalLevel().fitted(to: nile)
    // Durbin & Koopman (2012), §2.10.3: 15 099 and 1 469.1.
    #expect(fit.parameters[0].estimate.isClose(to: 15_098.5, relative: 1e-4))
    #expect(fit.parameters[1].estimate.isClose(to: 1469.1, relative: 1e-4))
    // Exactly diffuse with the constant n: statsmodels and KFAS.
    #expect(try #require(fit.logLikelihood).isClose(to: -633.46456, absolute: 1e-5))
    // Fig. 2.6: the forecast stays at the last level, 798.37.
    #expect(fit.marginals(30)[29].mean.isClose(to: 798.37, absolute: 0.01))
  }

  @Test("the Nile with the book's forty years missing")
  func missing() throws {
    var values = try nile.values
    for i in Array(20..<40) + Array(60..<80) { values[i] = .nan }
    var filter = KalmanFilter(values, stateCount: 1)
    let model = StateSpaceModel(
      Z: [1], H: 15_098.5, T: [[1]], R: [[1]], Q: [1469.1], isDiffuse: [true])
    #expect(filter.run(model).logLikelihood.isClose(to: -381.506_096_223_345_5, relative: 1e-11))
    let y = values.map { $0 / 100 }
    let share = 1469.1 / (15_098.5 + 1469.1)
    let own = LocalLevel.Filter(y, share: share)
    let scale = (15_098.5 + 1469.1) / 1e4
    let logLikelihood = own.logLikelihood(scale: scale) - (own.count - 1) * log(100)
    #expect(logLikelihood.isClose(to: -381.506_096_223_345_5, relative: 1e-11))
  }
}
