import CaseloadData
import CaseloadMath
import CaseloadTestSupport
import Testing

@testable import CaseloadForecasting

@Suite("Structural model") struct StructuralTests {
  private func model(
    _ trend: Structural.Trend, _ season: Structural.Season, cycle: Structural.Cycle = .none
  ) -> Structural {
    var model = Structural()
    (model.trend, model.season, model.cycle) = (trend, season, cycle)
    model.slopeBound = .none
    return model
  }

  @Test("the matrices are the displayed equations")
  func equations() {
    for (trend, season) in [
      (StructuralForm.Trend.damped, StructuralForm.Season.dummy), (.localLinear, .trigonometric),
    ] {
      var system = StructuralSystem(
        StructuralForm(
          trend: trend, season: season, hasCycle: true, seasonLength: 4, regressorCount: 1),
        regressors: [2, 3, 5, 7])
      let parameters = StructuralParameters(
        variances: [0.5, 0.4, 0.3, 0.2, 0.1], damping: 0.9, cycleDamping: 0.8,
        cycleFrequency: 0.6)
      system.apply(parameters)
      let state = (0..<system.form.stateCount).map { 1 + 0.37 * Double($0 * $0 % 5) }
      var next = state
      system.model.advance(state, into: &next)
      let phi = trend == .damped ? 0.9 : 1
      #expect(next[0].isClose(to: state[0] + state[1], relative: 1e-15))
      #expect(next[1].isClose(to: phi * state[1], relative: 1e-15))
      var gamma = state[2]
      if season == .dummy {
        #expect(next[2].isClose(to: -state[2] - state[3] - state[4], relative: 1e-15))
        #expect(next[3] == state[2] && next[4] == state[3])
      } else {
        let (c, s) = (cos(0.5 * .pi), sin(0.5 * .pi))
        #expect(next[2].isClose(to: c * state[2] + s * state[3], relative: 1e-15))
        #expect(next[3].isClose(to: -s * state[2] + c * state[3], relative: 1e-15))
        #expect(next[4] == -state[4])
        gamma += state[4]
      }
      let (c, s) = (0.8 * cos(0.6), 0.8 * sin(0.6))
      #expect(next[5].isClose(to: c * state[5] + s * state[6], relative: 1e-15))
      #expect(next[6].isClose(to: -s * state[5] + c * state[6], relative: 1e-15))
      #expect(next[7] == state[7])
      #expect(
        system.model.observed(state, 2).isClose(
          to: state[0] + gamma + state[5] + 5 * state[7], relative: 1e-15))
      let m = system.form.stateCount
      #expect(
        system.model.initialVariance[5 * m + 5].isClose(to: 0.1 / (1 - 0.64), relative: 1e-15))
      #expect(system.model.isDiffuse == (0..<m).map { $0 != 5 && $0 != 6 })
    }
  }

  @Test("the maximum has a flat gradient, or a variance of zero that none would raise")
  func stationary() throws {
    for (trend, season, cycle) in [
      (Structural.Trend.level, Structural.Season.none, Structural.Cycle.none),
      (.localLinear, .dummy, .none), (.smooth, .trigonometric, .none), (.damped, .dummy, .none),
      (.level, .dummy, .damped),
    ] {
      let fit = try model(trend, season, cycle: cycle).fitted(to: TestSeries.gappy)
      let best = try #require(fit.logLikelihood)
      for (i, parameter) in fit.parameters.enumerated() {
        for factor in [0.97, 1.03] {
          let moved = fit.moved(i, by: factor)
          #expect(try #require(moved.logLikelihood) <= best + 1e-7, "\(fit.form), \(parameter)")
        }
      }
    }
  }

  @Test("a cautious slope stays below its bound, and costs likelihood if anything")
  func slopeBound() throws {
    var draws = RandomStream(seed: 3)
    var (level, slope) = (0.0, 0.0)
    let y = (0..<120).map { _ in
      level += slope + draws.normal()
      slope += 0.5 * draws.normal()
      return level + draws.normal()
    }
    let series = TimeSeries(start: .month(2000, 1), values: y)
    var bounded = model(.localLinear, .none)
    let free = try bounded.fitted(to: series).parameters.map(\.estimate)
    bounded.slopeBound = .cautious
    let cautious = try bounded.fitted(to: series).parameters.map(\.estimate)
    #expect(free[2] > 0.01 * (free[0] + free[1]))
    #expect(cautious[2] <= 0.04 / 144 * (cautious[0] + cautious[1]) * (1 + 1e-9))
    let calm = TestSeries.monthly
    var other = model(.localLinear, .dummy)
    let likelihood = try #require(try other.fitted(to: calm).logLikelihood)
    other.slopeBound = .cautious
    #expect(try #require(try other.fitted(to: calm).logLikelihood) <= likelihood + 1e-7)
  }

  @Test("an outlier and a level shift that were put in are named, and nothing else is")
  func unusual() throws {
    var draws = RandomStream(seed: 41)
    let y = (0..<100).map { t in
      50 + (t >= 60 ? 12 : 0) + (t == 30 ? 9 : 0) + draws.normal()
    }
    let series = TimeSeries(start: .month(2012, 1), values: y)
    let found = try model(.level, .none).fitted(to: series).unusualPeriods()
    let shift = try #require(found.first { $0.kind == .levelShift })
    #expect(shift.period == .month(2017, 1) && shift.statistic > 3.5)
    #expect(found.contains { $0.kind == .outlier && $0.period == .month(2014, 7) })
    #expect(found.count == 2)
    let calm = (0..<100).map { _ in 50 + draws.normal() }
    #expect(
      try model(.level, .none).fitted(to: series.replacing(calm)).unusualPeriods().isEmpty)
  }

  @Test("the auxiliary residuals have unit variance where the model is true")
  func auxiliary() throws {
    var draws = RandomStream(seed: 8)
    var level = 0.0
    let y = (0..<2000).map { _ in
      level += 0.5 * draws.normal()
      return level + draws.normal()
    }
    let fit = try model(.level, .none).fitted(to: TimeSeries(start: .year(1), values: y))
    let residuals = fit.stateComponents(.smoothed).auxiliaryResiduals(state: 0)
    let irregular = residuals.irregular.filter { !$0.isNaN }
    let moves = residuals.disturbance.filter { !$0.isNaN }
    // They are autocorrelated: some 5 % at this length.
    #expect(try #require(Descriptive.standardDeviation(irregular)).isClose(to: 1, absolute: 0.06))
    #expect(try #require(Descriptive.standardDeviation(moves)).isClose(to: 1, absolute: 0.06))
  }

  @Test("a fitted scale is the variance of the standardized errors")
  func scale() throws {
    let fit = try model(.localLinear, .dummy).fitted(to: TestSeries.gappy)
    #expect(fit.residuals.count { !$0.isNaN } == 60 - 6 - 13)
    #expect(fit.observationCount == 54)
    #expect(fit.parameterCount == 4 + 13)
  }

  @Test("components add up to the series, their errors shrink with later values")
  func components() throws {
    for (trend, season, cycle) in [
      (Structural.Trend.localLinear, Structural.Season.dummy, Structural.Cycle.none),
      (.damped, .trigonometric, .none), (.level, .dummy, .damped),
    ] {
      let fit = try model(trend, season, cycle: cycle).fitted(to: TestSeries.gappy)
      let smoothed = fit.components(.smoothed)
      let filtered = fit.components(.filtered)
      for (t, value) in smoothed.recomposed.enumerated() {
        let y = TestSeries.gappy.values[t]
        #expect(y.isNaN ? value.isNaN : value.isClose(to: y, relative: 1e-10))
      }
      for (a, b) in zip(smoothed.components, filtered.components) {
        #expect(a.kind == b.kind)
        for t in a.values.indices where !b.standardErrors[t].isNaN {
          #expect(a.standardErrors[t] <= b.standardErrors[t] * (1 + 1e-9) + 1e-9)
        }
        if !a.values[59].isNaN {
          #expect(a.values[59].isClose(to: b.values[59], relative: 1e-9, absolute: 1e-7))
        }
      }
      #expect(smoothed.periods == TestSeries.gappy.periods)
      #expect(try roundTrip(smoothed) == smoothed)
    }
  }

  @Test("a season, a slope and an effect that were put in are found")
  func truth() throws {
    var draws = RandomStream(seed: 5)
    let season = [30.0, -10, -15, 20, -5, 5, -40, -20, 25, 0, 10, 0]
    let policy = (0..<144).map { $0 >= 100 ? 1.0 : 0 }
    var level = 500.0
    let y = (0..<144).map { t in
      level += 1.5 + 0.8 * draws.normal()
      return level + season[t % 12] + 25 * policy[t] + 3 * draws.normal()
    }
    let series = TimeSeries(start: .month(2010, 1), values: y)
    let regressors = Regressors(names: ["policy"], columns: [policy])
    let fit = try Structural().fitted(to: series, regressors: regressors)
    let effect = try #require(fit.parameters.first { $0.name.en == "policy" })
    #expect(effect.estimate.isClose(to: 25, absolute: 6))
    let components = fit.components(.smoothed)
    let found = try #require(components[.season])
    for t in 60..<72 { #expect(found.values[t].isClose(to: season[t % 12], absolute: 5)) }
    let regression = try #require(components[.regression])
    #expect(regression.values[99] == 0)
    #expect(regression.values[120].isClose(to: effect.estimate, relative: 1e-9))
    // The effect's own uncertainty, and none before.
    #expect(regression.standardErrors[99] == 0 && regression.standardErrors[120] > 0.5)
    let future = Regressors(names: ["policy"], columns: [[1, 1, 0]])
    let marginals = fit.marginals(3, regressors: future)
    let without = fit.marginals(
      3, regressors: Regressors(names: ["policy"], columns: [[1, 1, 1]]))
    #expect((without[2].mean - marginals[2].mean).isClose(to: effect.estimate, relative: 1e-9))
    // Regressors survive the journey, and rows of other names are refused.
    let saved = try SavedForecastModel(Structural(), fittedTo: series, regressors: regressors)
    let copy = try roundTrip(saved)
    #expect(copy.fit.marginals(3, regressors: future) == marginals)
    #expect(throws: Diagnostic.self) { try fit.updated(with: series) }
  }

  @Test("units of a regressor change its coefficient and its likelihood's constant only")
  func regressorUnits() throws {
    let x = (0..<60).map { sin(0.7 * Double($0)) + ($0 > 40 ? 1 : 0) }
    let plain = try model(.localLinear, .dummy).fitted(
      to: TestSeries.monthly, regressors: Regressors(names: ["x"], columns: [x]))
    let scaled = try model(.localLinear, .dummy).fitted(
      to: TestSeries.monthly,
      regressors: Regressors(names: ["x"], columns: [x.map { 1000 * $0 }]))
    let (a, b) = (plain.parameters[4].estimate, scaled.parameters[4].estimate)
    #expect(a.isClose(to: 1000 * b, relative: 1e-7))
    let difference = try #require(plain.logLikelihood) - #require(scaled.logLikelihood)
    #expect(difference.isClose(to: log(1000), absolute: 1e-7))
  }

  @Test("a regressor that repeats the trend is named")
  func collinear() {
    let line = (0..<60).map { Double($0) }
    let wave = (0..<60).map { cos(Double($0)) }
    let regressors = Regressors(names: ["wave", "line"], columns: [wave, line])
    let error = #expect(throws: Diagnostic.self) {
      try model(.localLinear, .dummy).fitted(to: TestSeries.monthly, regressors: regressors)
    }
    #expect(error?.code == .rankDeficient)
    #expect(error?.message.en.contains("'line'") == true && error?.hint != nil)
    #expect(
      throws: Never.self, "a slope that is not there repeats nothing",
      performing: {
        try model(.level, .dummy).fitted(to: TestSeries.monthly, regressors: regressors)
      })
  }

  @Test("what cannot be fitted is refused with what to do")
  func refusals() {
    let short = TimeSeries(start: .month(2020, 1), values: [3, 1, 4, 1, 5, 9, 2, 6, 5, 3])
    let error = #expect(throws: Diagnostic.self) { try model(.level, .dummy).fitted(to: short) }
    #expect(error?.code == .seriesTooShort && error?.hint != nil)
    let yearly = TimeSeries(start: .year(1990), values: short.values + short.values)
    let none = #expect(throws: Diagnostic.self) { try model(.level, .dummy).fitted(to: yearly) }
    #expect(none?.code == .modelNotApplicable && none?.hint != nil)
    var gaps = TestSeries.monthly.values
    for t in stride(from: 3, to: 60, by: 12) { gaps[t] = .nan }
    let unseen = #expect(throws: Diagnostic.self) {
      try model(.level, .dummy).fitted(to: TestSeries.monthly.replacing(gaps))
    }
    #expect(unseen?.code == .seriesTooShort)
    var cycle = model(.level, .none, cycle: .damped)
    cycle.shortestCycle = 20
    cycle.longestCycle = 10
    let length = #expect(throws: Diagnostic.self) { try cycle.fitted(to: TestSeries.monthly) }
    #expect(length?.code == .illegalOption)
  }

  @Test("awkward input in every form gives a diagnostic or a valid answer, never a trap")
  func awkward() throws {
    let wave = (0..<60).map { sin(1.3 * Double($0)) }
    for (name, values) in ForecastModelLawsTests.awkward {
      for (trend, season, cycle) in [
        (Structural.Trend.level, Structural.Season.dummy, Structural.Cycle.none),
        (.localLinear, .none, .none), (.smooth, .trigonometric, .none), (.damped, .none, .damped),
        (.smooth, .none, .damped), (.automatic, .automatic, .none),
      ] {
        let n = values.count
        let series = TimeSeries(
          start: Period(frequency: .quarterly, ordinal: 8000), values: values)
        for hasRegressor in [false, true] {
          let names = hasRegressor ? ["wave"] : []
          func rows(_ range: Range<Int>) -> Regressors {
            Regressors(names: names, columns: hasRegressor ? [Array(wave[range])] : [])
          }
          do {
            let model = model(trend, season, cycle: cycle)
            let fit = try model.fitted(to: series, regressors: rows(0..<n))
            let future = rows(n..<n + 9)
            for marginal in fit.marginals(9, regressors: future) {
              #expect(marginal.mean.isFinite, "\(name), \(fit.form)")
              #expect(marginal.standardDeviation >= 0, "\(name), \(fit.form)")
            }
            let paths = fit.paths(9, count: 3, regressors: future, from: RandomStream(seed: 1))
            #expect(paths.storage.allSatisfy { $0.isFinite }, "\(name), \(fit.form)")
            #expect(fit.parameters.allSatisfy { $0.estimate.isFinite }, "\(name), \(fit.form)")
            let trendValues = try #require(fit.components(.smoothed)[.trend])
            #expect(trendValues.values.allSatisfy { $0.isFinite }, "\(name), \(fit.form)")
            _ = fit.components(.filtered)
            _ = fit.unusualPeriods()
            let copy = try roundTrip(fit)
            #expect(
              copy.marginals(9, regressors: future) == fit.marginals(9, regressors: future))
          } catch let error as Diagnostic {
            #expect(error.severity == .error && error.hint != nil, "\(name)")
          }
        }
      }
    }
  }

  @Test("a cycle that was put in is found between its bounds")
  func cycle() throws {
    var draws = RandomStream(seed: 21)
    var (psi, star) = (0.0, 0.0)
    let (c, s) = (0.95 * cos(2 * .pi / 9), 0.95 * sin(2 * .pi / 9))
    let y = (0..<200).map { _ in
      (psi, star) = (c * psi + s * star + draws.normal(), c * star - s * psi + draws.normal())
      return 50 + psi + 0.3 * draws.normal()
    }
    var model = model(.level, .none, cycle: .damped)
    model.shortestCycle = 4
    model.longestCycle = 20
    let fit = try model.fitted(to: TimeSeries(start: .year(1800), values: y))
    let length = try #require(fit.parameters.first { $0.symbol == "2π/λ" })
    let damping = try #require(fit.parameters.first { $0.symbol == "ρ" })
    #expect(length.estimate.isClose(to: 9, absolute: 0.8))
    #expect(damping.estimate.isClose(to: 0.95, absolute: 0.05))
  }

  @Test("the automatic choice takes a season that is there, and none that is not")
  func automatic() throws {
    #expect(try Structural().fitted(to: TestSeries.monthly).form.contains("dummy season[12]"))
    var draws = RandomStream(seed: 77)
    let noise = (0..<80).map { _ in 100 + draws.normal() }
    let fit = try Structural().fitted(to: TimeSeries(start: .month(2010, 1), values: noise))
    #expect(fit.form == "local level")
  }
}

extension StructuralFit {
  /// The fit with parameter `i` multiplied by `factor` (inside its box) and the scale left alone.
  func moved(_ i: Int, by factor: Double) -> StructuralFit {
    var parameters = estimates
    let count = structure.sources.count
    if i < count {
      parameters.variances[i] =
        parameters.variances[i] == 0 ? 1e-4 * abs(factor - 1) : parameters.variances[i] * factor
    } else if structure.isDamped, i == count {
      parameters.damping = min(0.98, max(0.8, parameters.damping * factor))
    } else if structure.hasCycle, i < count + 2 {
      if i == count {
        parameters.cycleDamping = min(0.995, max(0.3, parameters.cycleDamping * factor))
      } else {
        let length = 2 * .pi / parameters.cycleFrequency * factor
        parameters.cycleFrequency = 2 * .pi / min(30, max(18, length))
      }
    }
    return StructuralFit(
      series: series, regressors: regressors, form: structure, parameters: parameters,
      units: units, diagnostics: [])
  }
}
