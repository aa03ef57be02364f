import CaseloadData
import CaseloadMath
import CaseloadTestSupport
import Testing

@testable import CaseloadForecasting

@Suite("Models stl and mstl") struct DecompositionModelsTests {
  private func plain(_ model: String = "ets") -> STLForecaster {
    var stl = STLForecaster()
    stl.model = model
    stl.transformation = .none
    stl.averaging = false
    return stl
  }

  @Test("the forecast is the adjusted series' with the last season put back")
  func agreesWithItsDefinition() throws {
    let series = TestSeries.monthly
    let parts = try STL(series.values, period: 12, .init(season: .years(11)))
    let adjusted = TimeSeries(start: series.start, values: parts.adjusted, seasonLength: 1)
    let drift = try Drift().fitted(to: adjusted)
    let ours = try plain("drift").fitted(to: series)
    for (h, (a, b)) in zip(ours.marginals(30), drift.marginals(30)).enumerated() {
      let season = parts.seasonal[series.count - 12 + h % 12]
      #expect(a.mean.isClose(to: b.mean + season, relative: 1e-12))
      #expect(a.standardDeviation.isClose(to: b.standardDeviation, relative: 1e-12))
    }
    #expect(ours.form == "STL + drift")
    #expect(ours.residuals.dropFirst().isClose(to: drift.residuals.dropFirst(), absolute: 1e-10))
  }

  @Test("with a transformation the forecast is the image, and its mean the mean of the image")
  func transformed() throws {
    var model = plain("drift")
    model.transformation = .log
    let series = TestSeries.monthly
    let logs = try plain("drift").fitted(to: series.replacing(series.values.map { log($0) }))
    for (a, b) in zip(try model.fitted(to: series).marginals(6), logs.marginals(6)) {
      for p in [0.025, 0.5, 0.9] {
        #expect(a.quantile(p).isClose(to: exp(b.quantile(p)), relative: 1e-12))
      }
      let variance = b.standardDeviation * b.standardDeviation
      #expect(a.mean.isClose(to: exp(b.mean + 0.5 * variance), relative: 1e-4))
    }
  }

  /// R fits ets(x, "ZZN") with β < α where ours stays below 0.2/m, so forms and parameters differ in
  /// some series; in the others forecasts and intervals are R's to a few hundredths of a width.
  @Test("forecasts are R's stlf in most series", .enabled(if: SharedData.isPresent))
  func oracle() throws {
    var close = 0
    for decomposition in RDecomposition.all {
      let baseline = try #require(RBaseline.all.first { $0.name == decomposition.name })
      let mean = decomposition.numbers("stlf", "mean")
      let (low, high) = (
        decomposition.numbers("stlf", "lower95"), decomposition.numbers("stlf", "upper95")
      )
      let ours = try plain().fitted(to: baseline.series).marginals(mean.count)
      var worst = 0.0
      for h in mean.indices {
        let width = high[h] - low[h]
        let interval = ours[h].interval(0.95)
        worst = max(
          worst, abs(ours[h].mean - mean[h]) / width, abs(interval.lowerBound - low[h]) / width,
          abs(interval.upperBound - high[h]) / width)
      }
      if worst < 0.05 { close += 1 }
    }
    #expect(close >= RDecomposition.all.count / 2, "\(close) of \(RDecomposition.all.count)")
  }

  @Test("mstl puts several seasons back")
  func seasons() throws {
    let values = (0..<200).map { t in
      100 + [3.0, -1, -2][t % 3] + 10 * sin(2 * .pi * Double(t) / 20)
    }
    var model = MSTLForecaster()
    (model.periods, model.transformation, model.model) = ("20, 3", .none, "naive")
    let fit = try model.fitted(to: TimeSeries(start: .year(1800), values: values))
    for (h, marginal) in fit.marginals(40).enumerated() {
      let t = 200 + h
      let expected = 100 + [3.0, -1, -2][t % 3] + 10 * sin(2 * .pi * Double(t) / 20)
      #expect(marginal.mean.isClose(to: expected, absolute: 0.5))
    }
    #expect(fit.states.contains { $0.symbol == "F_S3" && $0.estimate > 0.9 })
  }

  @Test("without a season, or with a short one, the model of the adjusted series is left alone")
  func noSeason() throws {
    let values = Array(TestSeries.monthly.values.prefix(20))
    let short = try plain("drift").fitted(to: TimeSeries(start: .month(2019, 3), values: values))
    let drift = try Drift().fitted(to: TimeSeries(start: .month(2019, 3), values: values))
    #expect(short.marginals(5) == drift.marginals(5))
    #expect(short.form == "drift")
    #expect(short.diagnostics.contains { $0.code == .seriesTooShort && $0.severity == .note })
    let yearly = try plain("drift").fitted(to: TimeSeries(start: .year(1990), values: values))
    #expect(yearly.diagnostics.isEmpty && yearly.form == "drift")
  }

  @Test("gaps are filled for the decomposition and told")
  func gaps() throws {
    let fit = try STLForecaster().fitted(to: TestSeries.gappy)
    #expect(fit.diagnostics.contains { $0.code == .missingValues && $0.severity == .note })
    #expect(fit.observationCount == 54)
  }

  @Test("options that cannot be are refused with a reason")
  func refusals() {
    func code(_ id: String, _ options: [String: String]) -> DiagnosticCode? {
      let error = #expect(throws: Diagnostic.self) {
        let model = try ForecastModels.model(id, options: options)
        _ = try Forecast(TestSeries.monthly, model: model, horizon: 2)
      }
      return error?.code
    }
    #expect(code("stl", ["seasonWindow": "2"]) == .illegalOption)
    #expect(code("stl", ["model": "nothing"]) == .unknownName)
    #expect(code("mstl", ["periods": "twelve"]) == .illegalOption)
    #expect(code("mstl", ["iterations": "0"]) == .illegalOption)
    #expect(code("tbats", ["periods": "1"]) == .illegalOption)
    #expect(code("bagged-ets", ["replicates": "0"]) == .illegalOption)
    let negative = TestSeries.scaled(TestSeries.monthly, by: -1)
    let error = #expect(throws: Diagnostic.self) {
      let model = try ForecastModels.model("stl", options: ["transformation": "log"])
      _ = try Forecast(negative, model: model, horizon: 2)
    }
    #expect(error?.code == .modelNotApplicable)
  }

  /// A season, a slow trend, and a regressor with a season of its own.
  private func withRegressor(effect: Double) -> (series: TimeSeries, regressors: Regressors) {
    var draws = RandomStream(seed: 71)
    let season: [Double] = [20, -30, 5, 0, 10, -5, 0, 15, -10, 0, 5, -10]
    var (column, values) = ([Double](), [Double]())
    for t in 0..<96 {
      let x = (t % 12 == 1 ? 1.0 : 0) + (draws.uniform() < 0.2 ? 1.0 : 0)
      column.append(x)
      values.append(300 + 0.4 * Double(t) + season[t % 12] + effect * x + 2 * draws.normal())
    }
    return (
      TimeSeries(start: .month(2010, 1), values: values),
      Regressors(names: ["days"], columns: [column])
    )
  }

  @Test("a regressor is taken out before the season and put back", arguments: ["stl", "mstl"])
  func regressors(_ id: String) throws {
    for transformation in ["none", "log"] {
      let (series, past) = withRegressor(effect: 40)
      let model = try ForecastModels.model(id, options: ["transformation": transformation])
      let fit: any FittedForecastModel = try model.fitted(to: series, regressors: past)
      let beta = try #require(fit.parameters.first { $0.symbol == "days" }?.estimate)
      // Standard error: 2/√(96 · 0.16); on a log of values near 320 the effect is about 1/8.
      #expect(beta.isClose(to: transformation == "none" ? 40 : 0.122, relative: 0.08))
      let none = Regressors(names: ["days"], columns: [[Double](repeating: 0, count: 6)])
      let two = Regressors(names: ["days"], columns: [[Double](repeating: 2, count: 6)])
      let means = (
        fit.marginals(6, regressors: none).map(\.mean),
        fit.marginals(6, regressors: two).map(\.mean)
      )
      for (a, b) in zip(means.0, means.1) {
        let expected = transformation == "none" ? 2 * beta : a * expm1(2 * beta)
        #expect((b - a).isClose(to: expected, relative: 1e-6))
      }
      let paths = fit.paths(6, count: 3, regressors: two, from: RandomStream(seed: 1))
      #expect((0..<3).allSatisfy { abs(paths[0, $0] - means.1[0]) < 40 })
      let known = fit.residuals.filter { !$0.isNaN }
      #expect(try #require(Descriptive.standardDeviation(known)) < 6)
      let saved = try roundTrip(
        SavedForecastModel(model: model, fit: fit, history: series, regressors: past))
      #expect(saved.fit.marginals(6, regressors: two) == fit.marginals(6, regressors: two))
      let same = try fit.updated(with: series, regressors: past)
      #expect(same.marginals(6, regressors: two) == fit.marginals(6, regressors: two))
    }
  }

  @Test("a regressor of zeros in effect leaves the forecast where it was")
  func irrelevant() throws {
    let (series, past) = withRegressor(effect: 0)
    let future = Regressors(names: ["days"], columns: [[0, 1, 0, 0, 1, 0]])
    let model = try ForecastModels.model("stl")
    let fit: any FittedForecastModel = try model.fitted(to: series, regressors: past)
    let plain: any FittedForecastModel = try model.fitted(to: series)
    for (a, b) in zip(fit.marginals(6, regressors: future), plain.marginals(6)) {
      #expect(a.mean.isClose(to: b.mean, absolute: 4))
    }
  }

  @Test("a regressor that is trend or season, or another one twice, is refused")
  func dependent() throws {
    let (series, past) = withRegressor(effect: 40)
    let column = past.columns[0]
    for columns in [
      [[Double](repeating: 3, count: 96)], [(0..<96).map { Double($0 % 12) }],
      [column, column.map { 2 * $0 }],
    ] {
      let error = #expect(throws: Diagnostic.self) {
        var model = STLForecaster()
        model.seasonWindow = 0
        _ = try model.fitted(
          to: series,
          regressors: Regressors(names: columns.map { "x\($0.count)" }, columns: columns))
      }
      #expect(error?.code == .rankDeficient)
    }
  }
}
