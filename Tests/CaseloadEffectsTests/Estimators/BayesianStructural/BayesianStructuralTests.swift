import CaseloadData
import CaseloadMath
import CaseloadTestSupport
import Testing

@testable import CaseloadEffects

@Suite(
  "Prior sweep on the data of Sicily",
  .enabled(if: SharedData.isPresent, "the shared data are absent"))
struct PriorSweepTests {
  @Test("the sweep holds +47.9 and +1.9, and no headline is left")
  func sicily() throws {
    let study = try CounterfactualStudies.shared("sicily", outcome: "aces", before: 36)
    let result = try BayesianStructural(sweep: true).estimate(study)
    // The number asked for is still there.
    #expect(result.average.value.isClose(to: 47.885640385183706, relative: 1e-5))
    let check = try #require(result.checks.first { $0.id == "prior-sweep" })
    #expect(check["headline"] == 0)
    #expect(check["verdictChanges"] == 1)
    #expect(check.verdict == .violated || check.verdict == .doubtful)
    #expect(try #require(check["level-0.01.average"]).isClose(to: 47.885640385, relative: 1e-4))
    #expect(try #require(check["level-0.1.average"]).isClose(to: 1.9062424588, absolute: 0.003))
    let warning = try #require(result.diagnostics.first { $0.code == .priorDecides })
    #expect(warning.severity == .warning)
    let status = try #require(
      result.assumptions.first { $0.assumption.en == PriorSweep.assumption.en })
    #expect(status.verdict == check.verdict)
  }
}

@Suite(
  "Bayesian structural counterfactual, against CausalImpact",
  .enabled(if: SharedData.isPresent, "the shared data are absent"))
struct CausalImpactTests {
  struct Case: Sendable, CustomTestStringConvertible {
    let name: String
    let regressors: [String]
    let before: Int
    /// As R prints them: mean, deviation, interval.
    let printed: (Double, Double, Double, Double)
    let digit: Double
    var testDescription: String { name }
  }

  /// R's own 1,000 draws, as printed: the mean's Monte-Carlo error is a thirtieth of the deviation, an
  /// interval's end's about a twelfth.
  @Test(
    "with regressors the average, its deviation and its interval are R's as printed",
    arguments: [
      Case(
        name: "ci_google", regressors: ["x1", "x2"], before: 61, printed: (27, 4.5, 18, 36),
        digit: 1),
      Case(
        name: "ci_arma", regressors: ["X"], before: 70, printed: (0.89, 0.3, 0.27, 1.5), digit: 0.01
      ),
    ])
  func printed(_ item: Case) throws {
    let study = try CounterfactualStudies.shared(
      item.name, outcome: "y", regressors: item.regressors, before: item.before)
    let result = try BayesianStructural(trend: .level).estimate(study)
    let (mean, deviation, lower, upper) = item.printed
    let average = result.average
    #expect(average.value.isClose(to: mean, absolute: item.digit / 2 + 4 * deviation / 32))
    #expect(try #require(average.standardError).isClose(to: deviation, relative: 0.1))
    #expect(
      try #require(average.lower).isClose(to: lower, absolute: item.digit / 2 + deviation / 3))
    #expect(
      try #require(average.upper).isClose(to: upper, absolute: item.digit / 2 + deviation / 3))
    for name in item.regressors {
      let inclusion = try #require(result.quantities.first { $0.id == "inclusion-\(name)" })
      #expect((0...1).contains(inclusion.estimate.value))
    }
  }
}

@Suite("Bayesian structural counterfactual") struct BayesianStructuralTests {
  private func tail(_ result: EffectEstimate) throws -> Double {
    try #require(result.quantities.first { $0.id == "posterior-tail-area" }).estimate.value
  }

  @Test("a change of units scales the effect, a shift leaves it alone, relabelled time too")
  func equivariance() throws {
    let study = try CounterfactualStudies.simulated(50, before: 36, from: RandomStream(seed: 91))
    let series = study.panel.entries[0].series
    let start = try #require(study.treatmentStart[0])
    let a = try BayesianStructural(trend: .level).estimate(study)
    let moved = try Study(
      series.replacing(series.values.map { 7 - 1000 * $0 }), from: start)
    let b = try BayesianStructural(trend: .level).estimate(moved)
    #expect(b.average.value.isClose(to: -1000 * a.average.value, relative: 1e-7))
    #expect(
      try #require(b.average.lower).isClose(
        to: -1000 * (try #require(a.average.upper)), relative: 1e-6))
    let later = try Study(
      TimeSeries(start: series.start.advanced(by: 77), values: series.values, seasonLength: 1),
      from: start.advanced(by: 77))
    let c = try BayesianStructural(trend: .level).estimate(later)
    #expect(c.average == a.average)
  }

  @Test("average and sum agree, and the sum is offered for a flow only")
  func cumulative() throws {
    let study = try CounterfactualStudies.simulated(50, before: 40, from: RandomStream(seed: 92))
    let result = try BayesianStructural(trend: .level).estimate(study)
    let sum = try #require(result.cumulative)
    #expect(sum.value.isClose(to: 10 * result.average.value, relative: 1e-12))
    let effects = result.path.compactMap(\.effect)
    #expect(effects.count == 10)
    #expect(sum.value.isClose(to: effects.reduce(0, +), relative: 1e-9))
    var series = study.panel.entries[0].series
    series.measure = .stock
    let stock = try Study(series, from: try #require(study.treatmentStart[0]))
    #expect(try BayesianStructural(trend: .level).estimate(stock).cumulative == nil)
  }

  @Test("an added effect is found in full")
  func effect() throws {
    let plain = try CounterfactualStudies.simulated(60, before: 45, from: RandomStream(seed: 93))
    let moved = try CounterfactualStudies.simulated(
      60, before: 45, effect: -8, from: RandomStream(seed: 93))
    let a = try BayesianStructural(trend: .level).estimate(plain)
    let b = try BayesianStructural(trend: .level).estimate(moved)
    #expect((b.average.value - a.average.value).isClose(to: -8, relative: 1e-9))
    #expect(try #require(b.average.upper) < 0)
    #expect(try tail(b) < 1e-6)
  }

  @Test("missing periods are bridged, and the effect is that of the observed ones")
  func missing() throws {
    let study = try CounterfactualStudies.simulated(50, before: 36, from: RandomStream(seed: 94))
    let series = study.panel.entries[0].series
    var values = series.values
    for i in [0, 7, 8, 20, 40] { values[i] = .nan }
    let gappy = try Study(series.replacing(values), from: try #require(study.treatmentStart[0]))
    let exact = try BayesianStructural(trend: .level).estimate(gappy)
    let note = try #require(exact.diagnostics.first { $0.code == .missingValues })
    #expect(note.severity == .note && note.message.en.hasPrefix("5 periods"))
    #expect(exact.path.count == 50)
    #expect(exact.path[40].effect == nil && exact.path[40].counterfactual != nil)
    let effects = exact.path.compactMap(\.effect)
    #expect(effects.count == 13)
    #expect(exact.average.value.isClose(to: effects.reduce(0, +) / 13, relative: 1e-9))
    let sampled = try BayesianStructural(method: .sampler).estimate(gappy)
    let check = try #require(sampled.checks.first { $0.id == "sampler" })
    let error = try #require(check["monteCarloStandardError"])
    #expect(sampled.average.value.isClose(to: exact.average.value, absolute: 4 * error))
  }

  @Test("with a slope the sampler lies within four Monte-Carlo standard errors of the quadrature")
  func slope() throws {
    let study = try CounterfactualStudies.simulated(50, before: 36, from: RandomStream(seed: 95))
    let exact = try BayesianStructural(trend: .linear).estimate(study)
    let sampled = try BayesianStructural(trend: .linear, method: .sampler).estimate(study)
    let check = try #require(sampled.checks.first { $0.id == "sampler" })
    let error = try #require(check["monteCarloStandardError"])
    #expect(sampled.average.value.isClose(to: exact.average.value, absolute: 4 * error))
    let deviation = try #require(exact.average.standardError)
    #expect(try #require(sampled.average.standardError).isClose(to: deviation, relative: 0.03))
  }

  @Test("a known event is in the model, in the quadrature as in the sampler")
  func event() throws {
    let study = try CounterfactualStudies.simulated(50, before: 36, from: RandomStream(seed: 96))
    let closure = KnownEvent(
      id: "closure", kind: .pulse, from: .month(2016, 3), to: .month(2016, 5), name: Text("closure")
    )
    let series = study.panel.entries[0].series
    let values = series.values.enumerated().map { i, v in
      v - 30 * closure.indicator(in: series.start.advanced(by: i))
    }
    let start = try #require(study.treatmentStart[0])
    let closed = try Study(series.replacing(values), from: start, events: [closure])
    let exact = try BayesianStructural(trend: .level).estimate(closed)
    let sampled = try BayesianStructural(method: .sampler).estimate(closed)
    let error = try #require(
      sampled.checks.first { $0.id == "sampler" }?["monteCarloStandardError"])
    #expect(sampled.average.value.isClose(to: exact.average.value, absolute: 4 * error))
    // The closure is told from the level: the effect is what it is without both.
    let plain = try BayesianStructural(trend: .level).estimate(study)
    let deviation = try #require(plain.average.standardError)
    #expect(exact.average.value.isClose(to: plain.average.value, absolute: deviation))
    // One that falls behind the start cannot be.
    let late = KnownEvent(
      id: "late", kind: .pulse, from: .month(2018, 6), to: .month(2018, 7), name: Text("late"))
    let confounded = try BayesianStructural(trend: .level).estimate(
      Study(series, from: start, events: [late]))
    #expect(
      confounded.diagnostics.contains { $0.code == .notIdentified && $0.severity == .warning })
  }

  @Test("regressors that matter are included, others are not")
  func inclusion() throws {
    let study = try CounterfactualStudies.simulated(
      110, before: 90, level: 0.05, regressors: 8, coefficients: [1, 0, -1],
      from: RandomStream(seed: 97))
    let result = try BayesianStructural(draws: 4000).estimate(study)
    func inclusion(_ j: Int) throws -> Double {
      try #require(result.quantities.first { $0.id == "inclusion-x\(j)" }).estimate.value
    }
    #expect(try inclusion(1) > 0.99 && inclusion(3) > 0.99)
    for j in [2, 4, 5, 6, 7, 8] { #expect(try inclusion(j) < 0.5, "x\(j)") }
    let coefficient = try #require(result.quantities.first { $0.id == "coefficient-x1" }).estimate
    let error = try #require(coefficient.standardError)
    #expect(coefficient.value.isClose(to: 1, absolute: 4 * error))
  }

  @Test("comparison units as units or as covariates give the same answer")
  func units() throws {
    let panel = try CounterfactualStudies.panel(
      units: 4, count: 60, before: 45, seed: 98, effect: 5)
    let own = panel.panel.entries[0].series
    var single = try Study(own, from: try #require(panel.treatmentStart[0]))
    single.covariates = panel.panel.entries.dropFirst().map {
      Study.Variable(name: Text($0.key[0]), series: [$0.series])
    }
    let a = try BayesianStructural(draws: 2000).estimate(panel)
    let b = try BayesianStructural(draws: 2000).estimate(single)
    #expect(a.average == b.average)
    #expect(a.estimand.en.contains("3 comparison units"))
    #expect(try #require(a.average.lower) > 0)
  }

  @Test("against many comparison units the outcome is set as a difference from their mean")
  func manyUnits() throws {
    // Fifteen noisy units share a growth that none shows clearly.
    var stream = RandomStream(seed: 120)
    let (count, before, start) = (60, 40, Period.month(2015, 1))
    let entries = (0..<16).map { i -> Panel.Entry in
      let values = (0..<count).map { t in
        100 + 0.3 * Double(t) + 6 * stream.normal() + (i == 0 && t >= before ? -10 : 0)
      }
      return Panel.Entry(
        key: ["u\(i)"], series: TimeSeries(start: start, values: values, seasonLength: 1))
    }
    let study = try Study(
      Panel(keyNames: ["unit"], entries: entries),
      treatmentStart: ["u0": start.advanced(by: before)])
    var design = BayesianStructural(draws: 1000)
    design.sweep = false
    let result = try design.estimate(study)
    #expect(result.diagnostics.contains { $0.code == .assumption })
    #expect(result.estimand.en.contains("difference from the mean of 15 comparison units"))
    #expect(!result.quantities.contains { $0.id.hasPrefix("inclusion-") })
    #expect(result.inference?.comparisonClusters == 15)
    let error = try #require(result.average.standardError)
    #expect(abs(result.average.value + 10) < 3 * error)
    // Selected among, they explain part of the growth only.
    design.relative = .never
    let selected = try design.estimate(study)
    #expect(selected.average.value > result.average.value)
    #expect(selected.quantities.contains { $0.id.hasPrefix("inclusion-") })
  }

  @Test("a season is in the model where two full ones are there, and carries the counterfactual")
  func season() throws {
    let study = try CounterfactualStudies.simulated(50, before: 38, from: RandomStream(seed: 99))
    let plain = study.panel.entries[0].series
    let values = plain.values.enumerated().map { t, v in v + [6, 0, -6, 0][t % 4] }
    let series = TimeSeries(
      start: Period(frequency: .quarterly, ordinal: 8000), values: values)
    let seasonal = try Study(series, from: series.start.advanced(by: 38))
    for season in [BayesianStructural.Season.auto, .trigonometric] {
      let result = try BayesianStructural(season: season, draws: 4000).estimate(seasonal)
      #expect(result.estimand.en.contains("season of 4"))
      // Without the season's swing the effects stay near zero.
      let deviation = try #require(result.average.standardError)
      #expect(abs(result.average.value) < 4 * deviation)
      let swing = result.path.suffix(4).compactMap(\.counterfactual)
      #expect(try #require(swing.max()) - (try #require(swing.min())) > 8)
    }
    let short = try Study(series, from: series.start.advanced(by: 7))
    let result = try BayesianStructural(season: .auto).estimate(short)
    #expect(!result.estimand.en.contains("season"))
  }

  @Test("on the log scale effects are rates, and the sum is in cases")
  func logScale() throws {
    let study = try CounterfactualStudies.simulated(60, before: 45, from: RandomStream(seed: 100))
    let series = study.panel.entries[0].series
    let values = series.values.enumerated().map { t, v in
      50 * exp((v - 100) / 20) * (t >= 45 ? 0.7 : 1)
    }
    let start = try #require(study.treatmentStart[0])
    let result = try BayesianStructural(scale: .log).estimate(
      Study(series.replacing(values), from: start))
    let logs = try BayesianStructural(trend: .level).estimate(
      Study(series.replacing(values.map { log($0) }), from: start))
    #expect(result.average.value.isClose(to: expm1(logs.average.value), relative: 1e-9))
    #expect(
      try #require(result.average.lower).isClose(
        to: expm1(try #require(logs.average.lower)), relative: 1e-9))
    let sum = try #require(result.cumulative)
    let direct = result.path.filter { $0.eventTime >= 0 }.reduce(0.0) { total, point in
      total + (point.observed ?? 0) - (point.counterfactual ?? 0)
    }
    let deviation = try #require(sum.standardError)
    #expect(sum.value.isClose(to: direct, absolute: 0.3 * deviation))
    let ml = try StructuralCounterfactual(scale: .log).estimate(
      Study(series.replacing(values), from: start))
    let other = try #require(ml.cumulative)
    #expect(other.value.isClose(to: sum.value, absolute: deviation))
    var zero = values
    zero[3] = 0
    let error = #expect(throws: Diagnostic.self) {
      try BayesianStructural(scale: .log).estimate(Study(series.replacing(zero), from: start))
    }
    #expect(error?.code == .modelNotApplicable && error?.location?.period == "2015-04")
  }

  @Test("the same stream gives the same bytes, another one others")
  func deterministic() throws {
    let study = try CounterfactualStudies.simulated(
      50, before: 40, regressors: 2, coefficients: [1, 0], from: RandomStream(seed: 101))
    let design = BayesianStructural(draws: 400, sweep: true)
    let a = try design.estimate(study, level: 0.9, from: RandomStream(seed: 1))
    let b = try design.estimate(study, level: 0.9, from: RandomStream(seed: 1))
    let c = try design.estimate(study, level: 0.9, from: RandomStream(seed: 2))
    #expect(a.average == b.average)
    #expect(a.checks.map { $0.figures.map(\.value) } == b.checks.map { $0.figures.map(\.value) })
    #expect(a.average != c.average)
    let copy = try roundTrip(a)
    #expect(copy.average == a.average && copy.checks.count == a.checks.count)
  }

  @Test("a constant regressor and one with gaps are left out with warnings that name them")
  func unusableRegressors() throws {
    var study = try CounterfactualStudies.simulated(
      50, before: 40, regressors: 1, coefficients: [1], from: RandomStream(seed: 102))
    let start = study.panel.entries[0].series.start
    var gappy = (0..<50).map { Double($0 * $0 % 7) }
    gappy[45] = .nan
    for (name, values) in [("flat", [Double](repeating: 3, count: 50)), ("gappy", gappy)] {
      study.covariates.append(
        Study.Variable(
          name: Text(name), series: [TimeSeries(start: start, values: values, seasonLength: 1)]))
    }
    let result = try BayesianStructural(draws: 400).estimate(study)
    let named = result.diagnostics.filter { $0.code == .rankDeficient }.map { $0.location?.series }
    #expect(named == ["flat", "gappy"])
    #expect(result.quantities.filter { $0.id.hasPrefix("inclusion") }.count == 1)
  }

  @Test("a constant series, an outside start and a short time before are refused")
  func refusals() throws {
    let start = Period.month(2015, 1)
    func study(_ values: [Double], _ at: Int) throws -> Study {
      try Study(TimeSeries(start: start, values: values), from: start.advanced(by: at))
    }
    let wave = (0..<30).map { Double($0 * 7 % 11) }
    let cases: [(Study, DiagnosticCode)] = [
      (try study([Double](repeating: 4, count: 30), 20), .notIdentified),
      (try study(wave, -3), .interventionOutsideData),
      (try study(wave, 0), .interventionOutsideData),
      (try study(wave, 30), .interventionOutsideData),
      (try study(wave, 3), .tooFewPeriods),
      (try study([Double](repeating: .nan, count: 18) + wave.prefix(12), 20), .tooFewPeriods),
      (try study(Array(wave.prefix(20)) + [.nan, .nan], 20), .tooFewPeriods),
    ]
    for (study, code) in cases {
      for design in [BayesianStructural(), StructuralCounterfactual()] as [any EffectEstimator] {
        let error = #expect(throws: Diagnostic.self) { try design.estimate(study) }
        #expect(error?.code == code)
        #expect(error?.severity == .error)
      }
    }
    // A short one is answered with a warning.
    let short = try BayesianStructural(trend: .level).estimate(study(wave, 6))
    #expect(short.diagnostics.contains { $0.code == .tooFewPeriods && $0.severity == .warning })
    let skill = try #require(short.checks.first { $0.id == "forecast-skill" })
    #expect(skill.verdict == .untestable)
  }

  @Test("options that cannot be are refused")
  func options() throws {
    let study = try CounterfactualStudies.simulated(50, before: 40, from: RandomStream(seed: 103))
    for options in [
      ["levelPrior": "0"], ["draws": "3"], ["expectedR2": "1.2"], ["modelSize": "-1"],
    ] {
      let design = try EffectEstimators.estimator("bsts", options: options)
      let error = #expect(throws: Diagnostic.self) { try design.estimate(study) }
      #expect(error?.code == .illegalOption)
    }
    let design = try EffectEstimators.estimator(
      "bsts", options: ["trend": "linear", "levelPrior": "0.05", "season": "none"])
    let bayesian = try #require(design as? BayesianStructural)
    #expect(bayesian.trend == .linear && bayesian.levelPrior == 0.05 && bayesian.season == .none)
    let ml = try EffectEstimators.estimator("structural", options: ["uncertainty": "parameters"])
    #expect((ml as? StructuralCounterfactual)?.uncertainty == .parameters)
  }

  @Test("a series that does what it did before the start is told apart from one that does not")
  func skill() throws {
    let steady = try CounterfactualStudies.simulated(70, before: 50, from: RandomStream(seed: 104))
    let good = try BayesianStructural(levelPrior: 0.1).estimate(steady)
    let check = try #require(good.checks.first { $0.id == "forecast-skill" })
    #expect(check.verdict == .supported)
    #expect(check["periods"] == 16)
    // A level that breaks before the start.
    let series = steady.panel.entries[0].series
    let broken = try Study(
      series.replacing(series.values.enumerated().map { $1 + ($0 >= 36 ? 12 : 0) }),
      from: try #require(steady.treatmentStart[0]))
    let bad = try BayesianStructural(levelPrior: 0.1).estimate(broken)
    #expect(bad.checks.first { $0.id == "forecast-skill" }?.verdict == .doubtful)
    #expect(bad.assumptions[0].verdict == .doubtful)
  }

  @Test("several treated units are averaged in event time, and an unusable one is named")
  func severalUnits() throws {
    let panel = try CounterfactualStudies.panel(units: 5, count: 60, before: 45, seed: 105)
    let start = panel.panel.entries[0].series.start
    let study = try Study(
      panel.panel,
      treatmentStart: [
        "u0": start.advanced(by: 40), "u1": start.advanced(by: 45), "u2": start.advanced(by: 2),
      ])
    let result = try BayesianStructural(draws: 400).estimate(study)
    // u0 is observed for 20 periods from its start on, u1 for 15; both for 40 before.
    #expect(result.path.map(\.eventTime) == Array(-40..<15))
    #expect(result.path.allSatisfy { $0.period == nil })
    #expect(result.cumulative == nil)
    let warning = try #require(result.diagnostics.first { $0.location?.series == "u2" })
    #expect(warning.severity == .warning && warning.code == .tooFewPeriods)
  }
}
