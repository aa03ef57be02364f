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
}
