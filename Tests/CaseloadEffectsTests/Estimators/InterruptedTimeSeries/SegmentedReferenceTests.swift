import CaseloadData
import CaseloadMath
import CaseloadTestSupport
import Testing

@testable import CaseloadEffects

/// Published and recomputed interrupted series: each row is a value of ours beside its reference.
@Suite(
  "Interrupted time series against references",
  .enabled(if: SharedData.isPresent, "the shared reference data are absent"))
struct SegmentedReferenceTests {
  /// One line of the table of values, references and distances.
  struct Row: CustomStringConvertible {
    let name: String
    let value: Double
    let reference: Double
    var distance: Double { abs(value - reference) / abs(reference) }
    var description: String { "\(name): \(value), reference \(reference), distance \(distance)" }
  }

  private func expect(_ rows: [Row], within tolerance: Double) {
    #expect(!rows.isEmpty)
    for row in rows { #expect(row.distance < tolerance, "\(row)") }
  }

  /// The coefficient behind a rate, and its standard error.
  private func logs(_ estimate: Estimate) throws -> (value: Double, error: Double) {
    (
      log(1 + estimate.value), try #require(estimate.standardError) / (1 + estimate.value)
    )
  }

  private func sicily(perHundredThousand: Bool = false) throws -> Study {
    let columns = try SharedData.columns("causal/sicily.csv")
    let start = Period.month(2002, 1)
    let scale = perHundredThousand ? 1e5 : 1
    var study = try Study(
      TimeSeries(start: start, values: try #require(columns["aces"])), from: .month(2005, 1))
    study.exposure = Study.Variable(
      name: Text(en: "standard population", zh: "标准人口"),
      series: [
        TimeSeries(
          measure: .stock, start: start,
          values: try #require(columns["stdpop"]).map { $0 / scale })
      ])
    return study
  }

  private func design(
    _ family: InterruptedTimeSeries.Family, effect: InterruptedTimeSeries.Effect = .level,
    fourier: Int = 0
  ) -> InterruptedTimeSeries {
    var design = InterruptedTimeSeries()
    design.family = family
    design.effect = effect
    design.errors = .ols
    design.season = fourier > 0
    design.fourier = fourier
    return design
  }

  private func checks(_ name: String, _ key: String) throws -> JSON {
    let file = try SharedData.json("causal/\(name).oracle.json", as: JSON.self)
    return try #require(file["checks"]?[key])
  }

  private func number(_ json: JSON, _ path: String...) throws -> Double {
    try #require(path.reduce(json) { $0?[$1] }?.number)
  }

  @Test("Sicily's smoking ban: Poisson and quasi-Poisson, level, harmonics")
  func sicilyCounts() throws {
    var rows: [Row] = []
    for (key, family, fourier) in [
      ("poisson_level", InterruptedTimeSeries.Family.poisson, 0),
      ("quasipoisson_level", .quasiPoisson, 0), ("quasipoisson_level_harmonic2", .quasiPoisson, 2),
    ] {
      let oracle = try checks("sicily", key)
      let result = try design(family, fourier: fourier).estimate(sicily(), level: 0.95)
      let step = try logs(#require(result.levelChange))
      rows.append(
        Row(
          name: "\(key) level", value: step.value,
          reference: try number(oracle, "coef", "smokban")))
      rows.append(
        Row(
          name: "\(key) level, error", value: step.error,
          reference: try number(oracle, "se", "smokban")))
      let slope = try logs(#require(result.quantities.first { $0.id == "slope-before" }).estimate)
      rows.append(
        Row(name: "\(key) time", value: slope.value, reference: try number(oracle, "coef", "time")))
      rows.append(
        Row(
          name: "\(key) time, error", value: slope.error,
          reference: try number(oracle, "se", "time")))
    }
    expect(rows, within: 1e-8)
  }

  @Test("Sicily's published rate ratios, 0.894 (0.864–0.925) and 0.885 (0.839–0.933)")
  func sicilyPublished() throws {
    let poisson = try design(.poisson).estimate(sicily(), level: 0.95).average
    #expect((1 + poisson.value).isClose(to: 0.894, absolute: 5e-4))
    #expect((1 + (poisson.lower ?? 0)).isClose(to: 0.864, absolute: 1e-3))
    #expect((1 + (poisson.upper ?? 0)).isClose(to: 0.925, absolute: 1e-3))
    let seasonal = try design(.quasiPoisson, fourier: 2).estimate(sicily(), level: 0.95).average
    #expect((1 + seasonal.value).isClose(to: 0.885, absolute: 5e-4))
    // The published interval is of the normal distribution: ours, of t with 52 degrees, is wider.
    let error = try logs(seasonal).error
    let z = 1.959963984540054
    #expect((exp(log(1 + seasonal.value) - z * error)).isClose(to: 0.839, absolute: 5e-4))
    #expect((exp(log(1 + seasonal.value) + z * error)).isClose(to: 0.933, absolute: 5e-4))
    #expect(try #require(seasonal.lower) + 1 < 0.8394 && #require(seasonal.upper) + 1 > 0.9332)
    #expect(seasonal.pValue ?? 1 < 1e-3)
  }

  @Test("Sicily with a change of slope: the reference counts it from one period earlier")
  func sicilySlope() throws {
    let oracle = try checks("sicily", "quasipoisson_level_slope_harmonic2")
    let result = try design(.quasiPoisson, effect: .both, fourier: 2).estimate(
      sicily(), level: 0.95)
    let slope = try logs(#require(result.slopeChange))
    let step = try logs(#require(result.levelChange))
    let reference = try number(oracle, "coef", "smokban") + number(oracle, "coef", "slope")
    expect(
      [
        Row(
          name: "slope change", value: slope.value, reference: try number(oracle, "coef", "slope")),
        Row(
          name: "its error", value: slope.error, reference: try number(oracle, "se", "slope")),
        Row(name: "level at the start", value: step.value, reference: reference),
      ], within: 1e-7)
  }

  @Test(
    "Sicily's rate by least squares with Newey and West's errors", arguments: [0, 1, 3, 6, 12])
  func sicilyRate(_ lags: Int) throws {
    let oracle = try checks("sicily", "ols_rate_newey_west")
    var its = design(.gaussian, fourier: 2)
    let study = try sicily(perHundredThousand: true)
    let plain = try its.estimate(study, level: 0.95)
    its.errors = .neweyWest
    its.lags = lags
    let result = try its.estimate(study, level: 0.95)
    #expect(result.cumulative == nil)
    expect(
      [
        Row(
          name: "level", value: result.average.value,
          reference: try number(oracle, "coef", "smokban")),
        Row(
          name: "classical error", value: plain.average.standardError ?? .nan,
          reference: try number(oracle, "ols_se", "smokban")),
        Row(
          name: "error with \(lags) lags", value: result.average.standardError ?? .nan,
          reference: try number(
            oracle, "hac", "\(lags)", "se_small_sample_n_over_nk", "smokban")),
      ], within: 1e-8)
  }

  /// The six months from the filing on are a pulse; the other dummies and logs are covariates.
  private func barium() throws -> Study {
    let columns = try SharedData.columns("causal/barium.csv")
    let start = Period(frequency: .index, ordinal: 1)
    func series(_ name: String) throws -> TimeSeries {
      TimeSeries(measure: .ratio, start: start, values: try #require(columns[name]))
    }
    var study = try Study(series("lchnimp"), from: start.advanced(by: 69))
    for name in ["lchempi", "lgas", "lrtwex", "befile6", "afdec6"] {
      study.covariates.append(Study.Variable(name: Text(name), series: [try series(name)]))
    }
    return study
  }

  @Test("barium chloride: the six months after the filing, by least squares and Prais–Winsten")
  func bariumPulse() throws {
    let oracle = try checks("barium", "ols_and_prais_winsten")
    var its = InterruptedTimeSeries()
    its.effect = .level
    its.pulse = 6
    its.trend = false
    its.errors = .ols
    let ordinary = try its.estimate(barium(), level: 0.95)
    its.errors = .praisWinsten
    let transformed = try its.estimate(barium(), level: 0.95)
    #expect(transformed.path.count { $0.effect != nil } == 6)
    expect(
      [
        Row(
          name: "least squares", value: ordinary.average.value,
          reference: try number(oracle, "ols_coef", "affile6")),
        Row(
          name: "its error", value: ordinary.average.standardError ?? .nan,
          reference: try number(oracle, "ols_se", "affile6")),
        Row(
          name: "Prais–Winsten", value: transformed.average.value,
          reference: try number(oracle, "pw_coef", "affile6")),
        Row(
          name: "its error", value: transformed.average.standardError ?? .nan,
          reference: try number(oracle, "pw_se", "affile6")),
        Row(
          name: "ρ", value: transformed.autocorrelation ?? .nan,
          reference: try number(oracle, "rho")),
      ], within: 1e-6)
  }

  @Test("Puerto Rico's minimum wage as an intensity: least squares, sandwich, Prais–Winsten")
  func minimumWage() throws {
    let oracle = try checks("prminwge", "ols_hac_pw")
    let columns = try SharedData.columns("causal/prminwge.csv")
    func series(_ name: String, plus shift: Double = 0) throws -> TimeSeries {
      TimeSeries(
        measure: .ratio, start: .year(1950), values: try #require(columns[name]).map { $0 + shift })
    }
    var study = try Study(series("lprepop"), from: .year(1950))
    // A constant more makes the intensity positive and changes the intercept alone.
    study.treatment = Study.Variable(
      name: Text("coverage"), series: [try series("lmincov", plus: 3)])
    for name in ["lusgnp", "lprgnp"] {
      study.covariates.append(Study.Variable(name: Text(name), series: [try series(name)]))
    }
    var rows: [Row] = []
    var its = InterruptedTimeSeries()
    its.errors = .ols
    let ordinary = try #require(try its.estimate(study, level: 0.95).levelChange)
    rows.append(
      Row(
        name: "least squares", value: ordinary.value,
        reference: try number(oracle, "ols_coef", "lmincov")))
    rows.append(
      Row(
        name: "its error", value: ordinary.standardError ?? .nan,
        reference: try number(oracle, "ols_se", "lmincov")))
    its.errors = .neweyWest
    for lags in [1, 2, 4] {
      its.lags = lags
      let sandwich = try #require(try its.estimate(study, level: 0.95).levelChange)
      rows.append(
        Row(
          name: "error with \(lags) lags", value: sandwich.standardError ?? .nan,
          reference: try number(oracle, "hac_se", "\(lags)", "lmincov")))
    }
    its.errors = .praisWinsten
    let transformed = try its.estimate(study, level: 0.95)
    let change = try #require(transformed.levelChange)
    rows.append(
      Row(
        name: "Prais–Winsten", value: change.value,
        reference: try number(oracle, "pw_coef", "lmincov")))
    rows.append(
      Row(
        name: "its error", value: change.standardError ?? .nan,
        reference: try number(oracle, "pw_se", "lmincov")))
    rows.append(
      Row(
        name: "ρ", value: transformed.autocorrelation ?? .nan,
        reference: try number(oracle, "rho")))
    expect(rows, within: 1e-6)
  }

  /// R 4.2, nlme 3.1: `gls(flow ~ t + D + tD, correlation = corAR1(form = ~1))`, t from 1899.
  @Test("the Nile at Aswan from 1899 on: REML as R's nlme")
  func nile() throws {
    let columns = try SharedData.columns("causal/nile.csv")
    let series = TimeSeries(
      measure: .ratio, start: .year(1871), values: try #require(columns["flow"]))
    var its = InterruptedTimeSeries()
    its.degrees = .satterthwaite
    let result = try its.estimate(Study(series, from: .year(1899)), level: 0.95)
    let before = try #require(result.quantities.first { $0.id == "slope-before" }).estimate
    expect(
      [
        Row(name: "level", value: result.levelChange?.value ?? .nan, reference: -289.688964138085),
        Row(
          name: "its error", value: result.levelChange?.standardError ?? .nan,
          reference: 69.35845284945),
        Row(
          name: "slope", value: result.slopeChange?.value ?? .nan, reference: -0.502605775433),
        Row(
          name: "its error", value: result.slopeChange?.standardError ?? .nan,
          reference: 3.72021913270),
        Row(name: "slope before", value: before.value, reference: 1.168031513838),
        Row(name: "ρ", value: result.autocorrelation ?? .nan, reference: 0.197474193689),
      ], within: 1e-5)  // nlme stops at a relative change of 1e-6 in its likelihood
  }
}
