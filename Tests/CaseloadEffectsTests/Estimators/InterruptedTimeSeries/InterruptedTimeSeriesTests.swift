import CaseloadData
import CaseloadMath
import CaseloadRegression
import CaseloadTestSupport
import Testing

@testable import CaseloadEffects

@Suite("Interrupted time series") struct InterruptedTimeSeriesTests {
  @Test("the average effect is level + slope × mean(t − T) of a direct fit")
  func averageAgreesWithItsDefinition() throws {
    let (n, event) = (48, 30)
    let series = TestStudies.series(
      n, at: event, sigma: 4, rho: 0.4, stream: RandomStream(seed: 41))
    var its = InterruptedTimeSeries(season: false)
    its.degrees = .kenwardRoger
    let result = try its.estimate(TestStudies.study(series, at: event), level: 0.9)
    let t = (0..<n).map { Double($0 - event) }
    let x = Matrix(columns: [
      t.map { _ in 1 }, t, t.map { $0 >= 0 ? 1 : 0 }, t.map { max(0, $0) },
    ])
    let fit = try AutoregressiveRegression().fitted(x, series.values, names: ["1", "t", "D", "tD"])
    let mean = (0..<18).reduce(0.0) { $0 + Double($1) } / 18
    let average = fit.coefficients[2] + fit.coefficients[3] * mean
    #expect(result.average.value.isClose(to: average, relative: 1e-12))
    let v = fit.adjustedCovariance
    let variance = v[2, 2] + 2 * mean * v[2, 3] + mean * mean * v[3, 3]
    #expect(
      try #require(result.average.standardError).isClose(to: variance.squareRoot(), relative: 1e-10)
    )
    let df = fit.degreesOfFreedom(of: [0, 0, 1, mean])
    let margin = StudentT(degreesOfFreedom: df).quantile(0.95) * variance.squareRoot()
    #expect(try #require(result.average.lower).isClose(to: average - margin, relative: 1e-10))
    #expect(try #require(result.average.upper).isClose(to: average + margin, relative: 1e-10))
    #expect(result.average.level == 0.9)
    #expect(try #require(result.degreesOfFreedom).isClose(to: df, relative: 1e-10))
    #expect(
      try #require(result.levelChange).value.isClose(to: fit.coefficients[2], relative: 1e-12))
    #expect(
      try #require(result.slopeChange).value.isClose(to: fit.coefficients[3], relative: 1e-12))
    #expect(result.autocorrelation == fit.autocorrelation)
    // t₀.₉₇₅ + z₀.₈ standard errors.
    let t975 = StudentT(degreesOfFreedom: df).quantile(0.975)
    let detectable = (t975 + 0.8416212335729143) * variance.squareRoot()
    #expect(try #require(result.minimumDetectableEffect).isClose(to: detectable, relative: 1e-10))
  }

  @Test("the path's effects are the observed values' distance from a straight line carried on")
  func path() throws {
    let series = TestStudies.series(36, at: 20, sigma: 3, rho: 0.3, stream: RandomStream(seed: 42))
    let result = try InterruptedTimeSeries(season: false).estimate(
      TestStudies.study(series, at: 20), level: 0.95)
    #expect(result.path.count == 36)
    let effects = result.path.compactMap(\.effect)
    #expect(effects.count == 16)
    for (i, point) in result.path.enumerated() {
      #expect(point.eventTime == i - 20)
      #expect(point.period == series.start.advanced(by: i))
      #expect(point.observed == series.values[i])
      #expect((point.effect == nil) == (i < 20))
      if let effect = point.effect {
        let expected =
          (result.levelChange?.value ?? 0) + (result.slopeChange?.value ?? 0) * Double(i - 20)
        #expect(effect.isClose(to: expected, relative: 1e-11))
        #expect(try #require(point.lower) < effect && effect < #require(point.upper))
      }
    }
    // The counterfactual is one line.
    let line = try result.path.map { try #require($0.counterfactual) }
    for i in 2..<36 { #expect(abs(line[i] - 2 * line[i - 1] + line[i - 2]) < 1e-10) }
    let sum = effects.reduce(0, +)
    #expect(result.average.value.isClose(to: sum / 16, relative: 1e-11))
    let cumulative = try #require(result.cumulative)
    #expect(cumulative.value.isClose(to: sum, relative: 1e-11))
    // A sum of 16 effects has 16 times the average's interval.
    let width = try #require(result.average.upper) - #require(result.average.lower)
    let total = try #require(cumulative.upper) - #require(cumulative.lower)
    #expect(total.isClose(to: 16 * width, relative: 1e-10))
  }

  @Test("without noise level, slope, average and sum are exact")
  func exactLevel() throws {
    let series = TestStudies.series(30, at: 18)
    let result = try InterruptedTimeSeries(season: false).estimate(
      TestStudies.study(series, at: 18), level: 0.95)
    #expect(try #require(result.levelChange).value.isClose(to: 10, relative: 1e-10))
    #expect(try #require(result.slopeChange).value.isClose(to: -0.8, relative: 1e-10))
    #expect(result.average.value.isClose(to: 10 - 0.8 * 5.5, relative: 1e-10))
    #expect(try #require(result.cumulative).value.isClose(to: 12 * 5.6, relative: 1e-10))
    #expect(try #require(result.path[29].counterfactual).isClose(to: 114.5, relative: 1e-12))
  }

  @Test("without noise a rate is exact on the log scale, and its sum counts cases")
  func exactLog() throws {
    let logs = TestStudies.series(30, at: 18, level: 5, slope: 0.01, step: -0.3, change: 0.02)
    let series = logs.replacing(logs.values.map { exp($0) })
    let result = try InterruptedTimeSeries(scale: .log, season: false).estimate(
      TestStudies.study(series, at: 18), level: 0.95)
    #expect(try #require(result.levelChange).value.isClose(to: expm1(-0.3), relative: 1e-10))
    #expect(try #require(result.slopeChange).value.isClose(to: expm1(0.02), relative: 1e-9))
    #expect(result.average.value.isClose(to: expm1(-0.3 + 0.02 * 5.5), relative: 1e-10))
    var cases = 0.0
    for t in 18..<30 {
      let without = exp(5 + 0.01 * Double(t))
      cases += series.values[t] - without
      #expect(try #require(result.path[t].counterfactual).isClose(to: without, relative: 1e-10))
      let effect = expm1(-0.3 + 0.02 * Double(t - 18))
      #expect(try #require(result.path[t].effect).isClose(to: effect, relative: 1e-9))
    }
    #expect(try #require(result.cumulative).value.isClose(to: cases, relative: 1e-10))
  }

  @Test("without a change of slope the step is the whole effect")
  func stepOnly() throws {
    let series = TestStudies.series(30, at: 18, change: 0)
    let result = try InterruptedTimeSeries(slope: false, season: false).estimate(
      TestStudies.study(series, at: 18), level: 0.95)
    #expect(result.slopeChange == nil)
    #expect(result.average == result.levelChange)
    #expect(result.average.value.isClose(to: 10, relative: 1e-10))
  }

  @Test("a season does not disturb an exact effect")
  func season() throws {
    let months = [5, -20, 8, 3, 0, 1, -4, 2, 6, -1, 4, -4.0]
    let series = TestStudies.series(60, at: 37, season: months)
    let result = try InterruptedTimeSeries().estimate(
      TestStudies.study(series, at: 37), level: 0.95)
    #expect(try #require(result.levelChange).value.isClose(to: 10, relative: 1e-9))
    #expect(try #require(result.slopeChange).value.isClose(to: -0.8, relative: 1e-9))
    // The counterfactual carries the season.
    let expected = 100 + 0.5 * 50 + months[2]
    #expect(try #require(result.path[50].counterfactual).isClose(to: expected, relative: 1e-10))
  }

  @Test("a known event is not taken for the effect")
  func knownEvent() throws {
    let closure = KnownEvent(
      id: "closure", kind: .pulse, from: .month(2016, 3), to: .month(2016, 5), name: Text("closure")
    )
    let plain = TestStudies.series(60, at: 37)
    let series = plain.replacing(
      plain.values.enumerated().map { i, v in
        v - 30 * closure.indicator(in: plain.start.advanced(by: i))
      })
    let result = try InterruptedTimeSeries(season: false).estimate(
      TestStudies.study(series, at: 37, events: [closure]), level: 0.95)
    #expect(try #require(result.levelChange).value.isClose(to: 10, relative: 1e-10))
  }

  @Test("missing months are left out with a note, and the effect stays exact")
  func missingMonths() throws {
    let plain = TestStudies.series(48, at: 30)
    var values = plain.values
    for i in [5, 6, 20, 33, 41] { values[i] = .nan }
    let result = try InterruptedTimeSeries(season: false).estimate(
      TestStudies.study(plain.replacing(values), at: 30), level: 0.95)
    #expect(try #require(result.levelChange).value.isClose(to: 10, relative: 1e-10))
    #expect(result.path.count == 43)
    #expect(result.path.map(\.eventTime).contains(3) == false)
    let note = try #require(result.diagnostics.first { $0.code == .missingValues })
    #expect(note.severity == .note)
    #expect(note.message.en.hasPrefix("5 periods"))
    // The average is over the periods that were observed: event times 0…17 without 3 and 11.
    let observed = (0..<18).filter { $0 != 3 && $0 != 11 }
    let mean = Double(observed.reduce(0, +)) / 16
    #expect(result.average.value.isClose(to: 10 - 0.8 * mean, relative: 1e-10))
  }

  @Test("missing months give what the regression with gaps gives")
  func missingMonthsWithNoise() throws {
    let plain = TestStudies.series(48, at: 30, sigma: 3, rho: 0.5, stream: RandomStream(seed: 44))
    let missing = [5, 6, 20, 33, 41]
    var values = plain.values
    for i in missing { values[i] = .nan }
    var its = InterruptedTimeSeries(season: false)
    its.degrees = .kenwardRoger
    let result = try its.estimate(
      TestStudies.study(plain.replacing(values), at: 30), level: 0.95)
    let times = (0..<48).filter { !missing.contains($0) }.map { $0 - 30 }
    let t = times.map(Double.init)
    let fit = try AutoregressiveRegression().fitted(
      Matrix(columns: [t.map { _ in 1 }, t, t.map { $0 >= 0 ? 1 : 0 }, t.map { max(0, $0) }]),
      times.map { plain.values[$0 + 30] }, names: ["1", "t", "D", "tD"], times: times)
    #expect(result.autocorrelation == fit.autocorrelation)
    #expect(
      try #require(result.levelChange).value.isClose(to: fit.coefficients[2], relative: 1e-12))
  }

  /// Three treated and four untreated units under a random walk that moves all alike.
  private func panel(noise: Double, scale: EffectEstimate.Scale) throws -> Study {
    var common = RandomStream(seed: 51)
    var walk = 0.0
    let n = 60
    let shocks = (0..<n).map { _ -> Double in
      walk += 5 * common.normal()
      return walk
    }
    let starts = ["a": 30, "b": 34, "c": 41]
    let labels = ["a", "b", "c", "u", "v", "w", "x"]
    let entries = labels.enumerated().map { i, label -> Panel.Entry in
      var draws = RandomStream(seed: 52).substream(UInt64(i))
      let values = (0..<n).map { t -> Double in
        let k = starts[label].map { t - $0 }
        let effect = (k ?? -1) >= 0 ? -12 - 0.4 * Double(k ?? 0) : 0
        let value =
          100 * Double(i + 1) + 0.3 * Double(t) + shocks[t] + effect + noise * draws.normal()
        return scale == .log ? exp(value / 100) : value
      }
      return Panel.Entry(
        key: [label], series: TimeSeries(start: .month(2015, 1), values: values))
    }
    return try Study(
      Panel(keyNames: ["court"], entries: entries),
      treatmentStart: starts.mapValues { .month(2015, 1 + $0) })
  }

  @Test("several treated units recover a common effect exactly under shocks that move all units")
  func comparisonExact() throws {
    let result = try InterruptedTimeSeries().estimate(panel(noise: 0, scale: .level), level: 0.95)
    // The window that all share: the last, c, is treated for 19 months.
    #expect(result.path.map(\.eventTime) == Array(-30..<19))
    #expect(try #require(result.levelChange).value.isClose(to: -12, relative: 1e-9))
    #expect(try #require(result.slopeChange).value.isClose(to: -0.4, relative: 1e-9))
    #expect(result.average.value.isClose(to: -12 - 0.4 * 9, relative: 1e-9))
    #expect(result.cumulative == nil)
    #expect(result.path.allSatisfy { $0.period == nil })
    #expect(result.estimand.en.contains("3 treated units"))
    #expect(result.estimand.en.contains("4 untreated units"))
  }

  @Test("on the log scale units of any size share a rate under common shocks")
  func comparisonLog() throws {
    let study = try panel(noise: 0, scale: .log)
    let result = try InterruptedTimeSeries(scale: .log).estimate(study, level: 0.95)
    // ln of the comparison's total moves with the shocks and the trend one for one.
    #expect(try #require(result.levelChange).value.isClose(to: expm1(-0.12), relative: 1e-9))
    #expect(try #require(result.slopeChange).value.isClose(to: expm1(-0.004), relative: 1e-8))
  }

  @Test("with noise of its own each unit's effect lies in the interval")
  func comparisonWithNoise() throws {
    let result = try InterruptedTimeSeries().estimate(panel(noise: 2, scale: .level), level: 0.95)
    let error = try #require(result.average.standardError)
    #expect(result.average.value.isClose(to: -15.6, absolute: 3 * error))
    #expect(error < 2)  // √(4/3 + 4/4)·… of noise 2; the shocks of 5 a month would give far more
    let verdict = try #require(
      result.assumptions.first { $0.assumption.en.contains("Nothing else") })
    #expect(verdict.verdict == .untestable)
  }

  @Test("a unit whose start leaves no data is left out with a warning")
  func unusableUnit() throws {
    let study = try panel(noise: 1, scale: .level)
    let late = try Study(
      study.panel, treatmentStart: ["a": .month(2017, 7), "b": .month(2025, 1)])
    let result = try InterruptedTimeSeries().estimate(late, level: 0.95)
    let warning = try #require(result.diagnostics.first { $0.code == .interventionOutsideData })
    #expect(warning.severity == .warning)
    #expect(warning.location?.series == "b")
    #expect(result.path.count == 60)
  }

  /// The design of Turner et al. (2021): n = 48, equal phases, ρ = 0.4, σ = 1.
  ///
  /// Measured on 1000 series: 93.1 % for the level, 96.6 % for the slope change, 96.9 % for the
  /// average effect. R's REML without a correction covers 93.6 % and 93.8 % of the level and slope
  /// changes (shared its_ar1_coverage.json).
  @Test("intervals cover a known effect as often as measured")
  func coverage() throws {
    let covered = try Self.covered(replicates: 300)
    // Three binomial deviations around the measured figures: √(300 · 0.93 · 0.07) = 4.4.
    for (name, count) in covered {
      #expect((268...299).contains(count), "\(name): \(count) of 300")
    }
  }

  static func covered(replicates: Int) throws -> [String: Int] {
    var counts = ["level": 0, "slope": 0, "average": 0]
    for replicate in 0..<replicates {
      let series = TestStudies.series(
        48, at: 24, level: 10, slope: 0.1, step: 2, change: 0.1, sigma: 1, rho: 0.4,
        stream: RandomStream(seed: 61).substream(UInt64(replicate)), measure: .ratio)
      let data = try SegmentedData(
        TestStudies.study(series, at: 24), InterruptedTimeSeries(season: false))
      let fit = try data.fitted()
      func count(_ name: String, _ contrast: [Double], _ truth: Double) {
        let estimate = fit.estimate(of: contrast, level: 0.95)
        if let lower = estimate.lower, let upper = estimate.upper, lower <= truth, truth <= upper {
          counts[name, default: 0] += 1
        }
      }
      count("level", [0, 0, 1, 0], 2)
      count("slope", [0, 0, 0, 1], 0.1)
      count("average", [0, 0, 1, 11.5], 2 + 0.1 * 11.5)
    }
    return counts
  }

  @Test("a start outside the data is refused", arguments: [-1, 0, 48, 90])
  func outside(_ event: Int) throws {
    let series = TestStudies.series(48, at: 24)
    let study = try TestStudies.study(series, at: event)
    let error = #expect(throws: Diagnostic.self) {
      try InterruptedTimeSeries().estimate(study, level: 0.95)
    }
    #expect(error?.code == .interventionOutsideData)
    #expect(error?.severity == .error)
    #expect(error?.hint?.en == "The data run from 2015-01 to 2018-12.")
  }

  @Test("fewer than three periods on a side are too few", arguments: [1, 2, 46, 47])
  func tooFew(_ event: Int) throws {
    let series = TestStudies.series(48, at: 24)
    let study = try TestStudies.study(series, at: event)
    let error = #expect(throws: Diagnostic.self) {
      try InterruptedTimeSeries().estimate(study, level: 0.95)
    }
    #expect(error?.code == .tooFewPeriods)
  }

  @Test("a series that leaves nothing to estimate the errors from is refused")
  func tooShort() throws {
    let series = TestStudies.series(6, from: .year(2010), at: 3, sigma: 1)
    let exact = try InterruptedTimeSeries().estimate(TestStudies.study(series, at: 3), level: 0.95)
    #expect(exact.average.standardError?.isFinite == true)
    // Eight coefficients for eight periods.
    var design = InterruptedTimeSeries()
    design.interruptions = Interruptions([
      Interruptions.Item(period: .year(2015), isOn: false),
      Interruptions.Item(period: .year(2016), isOn: true),
    ])
    let eight = TestStudies.series(8, from: .year(2010), at: 3, sigma: 1)
    let study = try TestStudies.study(eight, at: 3)
    let error = #expect(throws: Diagnostic.self) { try design.estimate(study, level: 0.95) }
    #expect(error?.code == .seriesTooShort)
    #expect(error?.hint?.en.contains("effect=level") == true)
    var values = series.values
    values[1] = .nan
    let gap = try TestStudies.study(series.replacing(values), at: 3)
    let few = #expect(throws: Diagnostic.self) {
      try InterruptedTimeSeries().estimate(gap, level: 0.95)
    }
    #expect(few?.code == .tooFewPeriods)
  }

  @Test("all values missing on one side of the start are a diagnostic")
  func missingSide() throws {
    for missing in [0..<24, 24..<48] {
      var values = TestStudies.series(48, at: 24, sigma: 1).values
      for i in missing { values[i] = .nan }
      let series = TimeSeries(start: .month(2015, 1), values: values)
      let study = try TestStudies.study(series, at: 24)
      let error = #expect(throws: Diagnostic.self) {
        try InterruptedTimeSeries().estimate(study, level: 0.95)
      }
      #expect(error?.severity == .error)
    }
  }

  @Test("zero on the log scale is refused where it lies")
  func zero() throws {
    var values = TestStudies.series(48, at: 24).values
    values[7] = 0
    let study = try TestStudies.study(TimeSeries(start: .month(2015, 1), values: values), at: 24)
    let error = #expect(throws: Diagnostic.self) {
      try InterruptedTimeSeries(scale: .log).estimate(study, level: 0.95)
    }
    #expect(error?.code == .modelNotApplicable)
    #expect(error?.location?.period == "2015-08")
    #expect(error?.hint?.en.contains("scale=level") == true)
  }

  @Test("a constant series is refused: nothing judges an effect", arguments: [0.0, 40])
  func constant(_ value: Double) throws {
    let series = TimeSeries(start: .month(2015, 1), values: [Double](repeating: value, count: 48))
    let study = try TestStudies.study(series, at: 24)
    let error = #expect(throws: Diagnostic.self) {
      try InterruptedTimeSeries().estimate(study, level: 0.95)
    }
    #expect(error?.code == .notIdentified)
    #expect(error?.message.en.contains("48 periods") == true)
  }

  @Test("data that are fitted exactly have an effect but no standard error")
  func exactFit() throws {
    let series = TestStudies.series(48, at: 24)
    let result = try InterruptedTimeSeries(season: false).estimate(
      TestStudies.study(series, at: 24), level: 0.95)
    #expect(result.average.standardError == nil && result.average.lower == nil)
    #expect(result.average.pValue == nil && result.minimumDetectableEffect == nil)
    let warning = try #require(result.diagnostics.first { $0.code == .notIdentified })
    #expect(warning.severity == .warning)
  }

  @Test("a sum over time is offered for a flow only")
  func cumulativeOfStock() throws {
    let stock = TestStudies.series(48, at: 24, sigma: 1, measure: .stock)
    let result = try InterruptedTimeSeries().estimate(TestStudies.study(stock, at: 24), level: 0.95)
    #expect(result.cumulative == nil)
    let ratio = TestStudies.series(48, at: 24, sigma: 1, measure: .ratio)
    let other = try InterruptedTimeSeries().estimate(TestStudies.study(ratio, at: 24), level: 0.95)
    #expect(other.cumulative == nil)
  }

  @Test("a change of units scales the effect and leaves its test alone")
  func scale() throws {
    let series = TestStudies.series(48, at: 24, sigma: 4, rho: 0.4, stream: RandomStream(seed: 46))
    let thousand = series.replacing(series.values.map { 1000 * $0 })
    let a = try InterruptedTimeSeries().estimate(TestStudies.study(series, at: 24), level: 0.95)
    let b = try InterruptedTimeSeries().estimate(TestStudies.study(thousand, at: 24), level: 0.95)
    let error = try #require(a.average.standardError)
    #expect(b.average.value.isClose(to: 1000 * a.average.value, absolute: 1e-5 * 1000 * error))
    let p = try #require(a.average.pValue)
    #expect(try #require(b.average.pValue).isClose(to: p, relative: 1e-4))
  }

  @Test("an estimate survives JSON")
  func codable() throws {
    let series = TestStudies.series(48, at: 24, sigma: 4, stream: RandomStream(seed: 46))
    let result = try InterruptedTimeSeries().estimate(
      TestStudies.study(series, at: 24), level: 0.95)
    let copy = try roundTrip(result)
    #expect(copy.average == result.average)
    #expect(copy.path.map(\.counterfactual) == result.path.map(\.counterfactual))
    #expect(copy.assumptions.map(\.verdict) == result.assumptions.map(\.verdict))
  }
}
