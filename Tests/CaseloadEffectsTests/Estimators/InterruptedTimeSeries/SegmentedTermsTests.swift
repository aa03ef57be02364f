import CaseloadData
import CaseloadMath
import CaseloadTestSupport
import Testing

@testable import CaseloadEffects

@Suite("What an interruption may change") struct SegmentedTermsTests {
  private let event = 30

  /// A line, what `effect` adds k periods after the start, and a little noise.
  private func series(
    _ n: Int = 60, noise: Double = 0, measure: Measure = .flow, _ effect: (Int) -> Double
  ) -> TimeSeries {
    var draws = RandomStream(seed: 81)
    return TimeSeries(
      name: Text(en: "filings", zh: "收案"), measure: measure, start: .month(2013, 1),
      values: (0..<n).map { 200 + 0.5 * Double($0) + effect($0 - event) + noise * draws.normal() })
  }

  private func design() -> InterruptedTimeSeries { InterruptedTimeSeries(season: false) }

  @Test("a lag moves the start of the effect and not the event times")
  func lag() throws {
    var its = design()
    its.lag = 4
    let series = series { $0 >= 4 ? 10 - 0.5 * Double($0 - 4) : 0 }
    let result = try its.estimate(TestStudies.study(series, at: event), level: 0.95)
    #expect(try #require(result.levelChange).value.isClose(to: 10, relative: 1e-10))
    #expect(try #require(result.slopeChange).value.isClose(to: -0.5, relative: 1e-10))
    #expect(result.path.filter { $0.effect != nil }.map(\.eventTime) == Array(4..<30))
    #expect(result.average.value.isClose(to: 10 - 0.5 * 12.5, relative: 1e-10))
    #expect(result.estimand.en.contains("26 periods from 2015-11 to 2017-12"))
    #expect(result.estimand.en.contains("from 4 periods after the start"))
  }

  @Test("a phase-in rises linearly and is averaged as it rises")
  func phaseIn() throws {
    var its = design()
    its.effect = .level
    its.phaseIn = 5
    let series = series { $0 >= 0 ? 10 * min(1, Double($0 + 1) / 5) : 0 }
    let result = try its.estimate(TestStudies.study(series, at: event), level: 0.95)
    #expect(try #require(result.levelChange).value.isClose(to: 10, relative: 1e-10))
    #expect(try #require(result.path[event + 1].effect).isClose(to: 4, relative: 1e-9))
    // (2 + 4 + 6 + 8 + 26 · 10) / 30.
    #expect(result.average.value.isClose(to: 280.0 / 30, relative: 1e-10))
  }

  @Test("a pulse acts for its periods only")
  func pulse() throws {
    var its = design()
    its.effect = .level
    its.pulse = 6
    let series = series { (0..<6).contains($0) ? -20 : 0 }
    let result = try its.estimate(TestStudies.study(series, at: event), level: 0.95)
    #expect(result.average.value.isClose(to: -20, relative: 1e-10))
    #expect(result.path.count { $0.effect != nil } == 6)
    #expect(try #require(result.cumulative).value.isClose(to: -120, relative: 1e-10))
  }

  @Test("a donut leaves out both sides of the start, and says which periods")
  func donut() throws {
    var its = design()
    its.donut = 3
    // Rush before, and a hole after.
    let series = series { k in
      (-3..<0).contains(k) ? 80 : (0..<3).contains(k) ? -70 : k >= 3 ? 10 : 0
    }
    let result = try its.estimate(TestStudies.study(series, at: event), level: 0.95)
    #expect(try #require(result.levelChange).value.isClose(to: 10, relative: 1e-9))
    #expect(result.path.count == 54)
    let note = try #require(result.diagnostics.first { $0.code == .rowsLeftOut })
    #expect(note.message.en.contains("2015-04") && note.message.en.contains("2015-09"))
    #expect(result.estimand.en.contains("without 3 periods on either side"))
  }

  @Test("on, off and on again: each interruption's step and bend, and the average of ‘on’ alone")
  func onOffOn() throws {
    var its = design()
    its.interruptions = try #require(Interruptions("2016-07:off,2017-01:on"))
    let series = series { k in
      (k >= 0 ? 10 + 0.2 * Double(k) : 0) + (k >= 12 ? -8 - 0.3 * Double(k - 12) : 0)
        + (k >= 18 ? 5 + 0.1 * Double(k - 18) : 0)
    }
    let result = try its.estimate(TestStudies.study(series, at: event), level: 0.95)
    func value(_ id: String) throws -> Double {
      try #require(result.quantities.first { $0.id == id }).estimate.value
    }
    #expect(try value("level-change-2015-07").isClose(to: 10, relative: 1e-9))
    #expect(try value("slope-change-2015-07").isClose(to: 0.2, relative: 1e-9))
    #expect(try value("level-change-2016-07").isClose(to: -8, relative: 1e-9))
    #expect(try value("slope-change-2016-07").isClose(to: -0.3, relative: 1e-9))
    #expect(try value("level-change-2017-01").isClose(to: 5, relative: 1e-9))
    #expect(try value("slope-change-2017-01").isClose(to: 0.1, relative: 1e-9))
    #expect(try #require(result.levelChange).value.isClose(to: 10, relative: 1e-9))
    let on = Array(0..<12) + Array(18..<30)
    #expect(result.path.filter { $0.effect != nil }.map(\.eventTime) == on)
    let effects = on.map { k in
      10 + 0.2 * Double(k) + (k >= 18 ? -3 - 0.3 * Double(k - 12) + 0.1 * Double(k - 18) : 0)
    }
    #expect(result.average.value.isClose(to: effects.reduce(0, +) / 24, relative: 1e-9))
  }

  @Test("an intensity that switches is read as interruptions")
  func switching() throws {
    let series = series(noise: 2) { $0 >= 0 && $0 < 12 ? 10 : $0 >= 18 ? 10 : 0 }
    var study = try TestStudies.study(series, at: event)
    study.treatment = Study.Variable(
      name: Text("mandatory"),
      series: [
        series.replacing(
          (0..<60).map { t in t >= 30 && t < 42 || t >= 48 ? 1 : 0 })
      ])
    let switched = try design().estimate(study, level: 0.95)
    var its = design()
    its.interruptions = try #require(Interruptions("2016-07:off,2017-01:on"))
    let named = try its.estimate(TestStudies.study(series, at: event), level: 0.95)
    #expect(switched.average == named.average)
    #expect(switched.quantities.map(\.id) == named.quantities.map(\.id))
  }

  @Test("interruptions outside the data, before the start or beside a pulse are refused")
  func refusedInterruptions() throws {
    let study = try TestStudies.study(series(noise: 1) { _ in 0 }, at: event)
    for (text, code) in [
      ("2019-01:off", DiagnosticCode.interventionOutsideData),
      ("2014-01:off", .interventionOutsideData), ("2016:off", .mixedFrequencies),
    ] {
      var its = design()
      its.interruptions = try #require(Interruptions(text))
      let error = #expect(throws: Diagnostic.self) { try its.estimate(study, level: 0.95) }
      #expect(error?.code == code, "\(text)")
    }
    var its = design()
    its.pulse = 3
    its.interruptions = try #require(Interruptions("2016-07:off"))
    #expect(throws: Diagnostic.self) { try its.estimate(study, level: 0.95) }
    #expect(Interruptions("2016-07:maybe") == nil && Interruptions("soon") == nil)
  }

  @Test("interruptions and their options survive typing and JSON")
  func typed() throws {
    let made = try EffectEstimators.estimator(
      "its",
      options: [
        "interruptions": "2012-12:off,2013-09:on", "errors": "newey-west", "lags": "3",
        "family": "quasi-poisson", "donut": "2", "degrees": "integrated", "control": "joint",
      ])
    let its = try #require(made as? InterruptedTimeSeries)
    #expect(its.interruptions.items.map(\.isOn) == [false, true])
    #expect(its.errors == .neweyWest && its.lags == 3 && its.family == .quasiPoisson)
    #expect(try roundTrip(its) == its)
    let year = try EffectEstimators.estimator("its", options: ["interruptions": "2013"])
    #expect((year as? InterruptedTimeSeries)?.interruptions.items.first?.period == .year(2013))
  }

  @Test("negative numbers of periods are illegal options", arguments: ["lag", "pulse", "donut"])
  func negative(_ name: String) throws {
    let its = try EffectEstimators.estimator("its", options: [name: "-1"])
    let study = try TestStudies.study(series(noise: 1) { _ in 0 }, at: event)
    let error = #expect(throws: Diagnostic.self) { try its.estimate(study, level: 0.95) }
    #expect(error?.code == .illegalOption)
  }

  @Test("harmonics carry a smooth season, and no more of them than it has")
  func harmonics() throws {
    var its = InterruptedTimeSeries()
    its.fourier = 2
    let plain = series { $0 >= 0 ? 10 - 0.8 * Double($0) : 0 }
    let seasonal = plain.replacing(
      plain.values.enumerated().map { t, v in
        v + 7 * sin(2 * .pi * Double(t) / 12) - 3 * cos(4 * .pi * Double(t) / 12)
      })
    let result = try its.estimate(TestStudies.study(seasonal, at: event), level: 0.95)
    #expect(try #require(result.levelChange).value.isClose(to: 10, relative: 1e-9))
    its.fourier = 7
    let error = #expect(throws: Diagnostic.self) {
      try its.estimate(TestStudies.study(seasonal, at: event), level: 0.95)
    }
    #expect(error?.code == .illegalOption)
  }

  @Test("working days are not taken for an effect")
  func workingDays() throws {
    let calendar = WorkCalendar(.china)
    let plain = series { $0 >= 0 ? 10 : 0 }
    let worked = plain.replacing(
      plain.values.enumerated().map { t, v in
        v + 6 * Double(calendar.workingDays(in: plain.start.advanced(by: t)) ?? 0)
      })
    var its = design()
    its.workingDays = true
    let study = try Study(
      worked, from: worked.start.advanced(by: event), calendar: .china)
    let result = try its.estimate(study, level: 0.95)
    #expect(try #require(result.levelChange).value.isClose(to: 10, relative: 1e-9))
  }

  @Test("every model of the errors finds an effect in long data, and lists the others")
  func errors() throws {
    let series = series(noise: 1, measure: .ratio) { $0 >= 0 ? 5 : 0 }
    for errors in InterruptedTimeSeries.Errors.allCases {
      var its = design()
      its.effect = .level
      its.errors = errors
      let result = try its.estimate(TestStudies.study(series, at: event), level: 0.95)
      let error = try #require(result.average.standardError)
      #expect(result.average.value.isClose(to: 5, absolute: 4 * error), "\(errors)")
      #expect((0.2...1.2).contains(error), "\(errors): \(error)")
      let others = try #require(result.inference).alternatives.compactMap(\.variant)
      #expect(!others.contains(errors.rawValue) && others.count >= 3)
      #expect(result.assumptions.count == 4)
    }
  }

  @Test(
    "shifting time, adding a constant and scaling change what they should",
    arguments: [
      InterruptedTimeSeries.Errors.ols, .neweyWest, .praisWinsten, .reml, .arima,
    ])
  func invariance(_ errors: InterruptedTimeSeries.Errors) throws {
    let series = series(noise: 3, measure: .ratio) { $0 >= 0 ? 5 : 0 }
    var its = design()
    its.errors = errors
    let base = try its.estimate(TestStudies.study(series, at: event), level: 0.95)
    let moved = TimeSeries(
      measure: .ratio, start: .month(1995, 4), values: series.values.map { 1000 - 7 * $0 })
    let other = try its.estimate(TestStudies.study(moved, at: event), level: 0.95)
    let error = try #require(base.average.standardError)
    #expect(other.average.value.isClose(to: -7 * base.average.value, absolute: 1e-4 * error))
    #expect(
      try #require(other.average.standardError).isClose(to: 7 * error, relative: 1e-4))
  }

  @Test("white noise beside the autoregression is integrated too, and only there")
  func whiteNoise() throws {
    let study = try TestStudies.study(series(noise: 3) { $0 >= 0 ? 5 : 0 }, at: event)
    var its = design()
    let plain = try its.estimate(study, level: 0.95)
    its.whiteNoise = true
    let noisy = try its.estimate(study, level: 0.95)
    let error = try #require(plain.average.standardError)
    #expect(noisy.average.value.isClose(to: plain.average.value, absolute: error))
    #expect(noisy.average != plain.average)
    #expect(noisy.inference?.reason.en.contains("white noise") == true)
    its.degrees = .kenwardRoger
    let refused = #expect(throws: Diagnostic.self) { try its.estimate(study, level: 0.95) }
    #expect(refused?.code == .illegalOption)
  }

  @Test("a pandemic start without a comparison has no headline; a donut over the shock has one")
  func pandemic() throws {
    let start = Period.month(2015, 1)
    let event = start.distance(to: .month(2020, 4))
    let series = TestStudies.series(108, from: start, at: event, sigma: 2)
    let result = try design().estimate(TestStudies.study(series, at: event), level: 0.95)
    #expect(result.average.lower == nil && result.average.pValue == nil)
    #expect(result.cumulative?.lower == nil)
    let warning = try #require(result.diagnostics.first)
    #expect(warning.severity == .warning && warning.message.en.hasPrefix("NOT ATTRIBUTABLE"))
    #expect(warning.hint?.en.contains("donut") == true)
    #expect(result.assumptions[1].verdict == .violated)
    var its = design()
    its.donut = 3
    let ring = try its.estimate(TestStudies.study(series, at: event), level: 0.95)
    #expect(ring.average.lower != nil)
    #expect(ring.assumptions[1].verdict == .doubtful)
    let panel = Panel(
      keyNames: ["court"],
      entries: ["a", "b"].enumerated().map { i, name in
        Panel.Entry(
          key: [name],
          series: TestStudies.series(
            108, from: start, at: i == 0 ? event : 1000, sigma: 2,
            stream: RandomStream(seed: UInt64(i))))
      })
    let controlled = try design().estimate(
      Study(panel, treatmentStart: ["a": .month(2020, 4)]), level: 0.95)
    #expect(controlled.average.lower != nil)
  }
}
