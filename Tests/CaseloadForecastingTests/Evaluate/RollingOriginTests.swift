import CaseloadData
import CaseloadMath
import CaseloadTestSupport
import Foundation
import Testing

@testable import CaseloadForecasting

@Suite("Rolling origins") struct RollingOriginTests {
  private let naive = BacktestModel(Naive())
  private let drift = BacktestModel(Drift())

  @Test("windows end at the last value and go back by the step")
  func counts() throws {
    let scheme = try RollingOrigin(windows: 3, horizon: 4, step: 2)
    #expect(scheme.trainingCounts(of: 20) == [12, 14, 16])
    #expect(scheme.overlap == 2)
    #expect(try RollingOrigin(windows: 1, horizon: 4, step: 9).overlap == 1)
  }

  @Test("each window is the forecast from what came before it, scored")
  func agreesWithItsDefinition() async throws {
    let series = TestSeries.monthly
    let scheme = try RollingOrigin(windows: 4, horizon: 6, step: 3)
    let result = try await scheme.backtest([series], models: [naive, drift])
    #expect(result.windows.count == 8)
    for (index, window) in result.windows.enumerated() {
      let count = 60 - 6 - 3 * (3 - index % 4)
      let history = series.window(series.start..<series.start.advanced(by: count))
      let model: any ForecastModel = index < 4 ? Naive() : Drift()
      let forecast = try Forecast(history, model: model, horizon: 6)
      let actual = Array(series.values[count..<(count + 6)])
      #expect(window.origin == history.lastPeriod)
      #expect(window.trainingCount == count)
      #expect(window.errors == zip(actual, forecast.marginals).map { $0 - $1.mean })
      #expect(
        window.scores
          == ForecastScores(
            forecast.marginals, actual: actual, history: history.values, seasonLength: 12))
    }
  }

  @Test("a sliding window sees the last values only")
  func sliding() async throws {
    let scheme = try RollingOrigin(windows: 2, horizon: 3, trainingLength: 24)
    let result = try await scheme.backtest([TestSeries.monthly], models: [drift])
    #expect(result.windows.map(\.trainingCount) == [24, 24])
    let end = TestSeries.monthly.start.advanced(by: 57)
    let last = TestSeries.monthly.window(end.advanced(by: -24)..<end)
    let forecast = try Forecast(last, model: Drift(), horizon: 3)
    let errors = zip(TestSeries.monthly.values[57...], forecast.marginals).map { $0 - $1.mean }
    #expect(result.windows[1].errors == errors)
  }

  @Test("fixed parameters are those of the first origin, updated")
  func fixedParameters() async throws {
    let series = TestSeries.monthly
    let scheme = try RollingOrigin(windows: 3, horizon: 2, step: 2, isRefitted: false)
    let result = try await scheme.backtest([series], models: [BacktestModel(DampedHolt())])
    let counts = scheme.trainingCounts(of: 60)
    func part(_ count: Int) -> TimeSeries {
      series.window(series.start..<series.start.advanced(by: count))
    }
    let first = try DampedHolt().fitted(to: part(counts[0]))
    for (window, count) in zip(result.windows, counts) {
      let fit = try first.updated(with: part(count))
      let errors = zip(series.values[count...], fit.marginals(2)).map { $0 - $1.mean }
      #expect(window.errors.isClose(to: errors, absolute: 1e-9))
    }
  }

  @Test("the number of threads changes no byte", arguments: [true, false])
  func threads(isRefitted: Bool) async throws {
    let scheme = try RollingOrigin(windows: 3, horizon: 4, isRefitted: isRefitted)
    let series = (0..<5).map { TestSeries.scaled(TestSeries.gappy, by: 1 + Double($0)) }
    let encoder = JSONEncoder()
    encoder.outputFormatting = .sortedKeys
    var results: [Data] = []
    for threads in [1, 2, 7] {
      let result = try await scheme.backtest(
        series, models: [naive, BacktestModel(DampedHolt()), BacktestModel(Automatic())],
        threads: threads)
      results.append(try encoder.encode(result))
    }
    #expect(results[0] == results[1] && results[0] == results[2])
  }

  @Test("what cannot be fitted is a result with its reason, and the averages leave it out for all")
  func failures() async throws {
    let short = TimeSeries(start: .month(2020, 1), values: [5, 7, 6, 9, 8])
    let scheme = try RollingOrigin(windows: 6, horizon: 1)
    let result = try await scheme.backtest([short], models: [naive, drift])
    #expect(result.windows.count == 12)
    // Windows after −0, 1, 2, 3 and 4 values; naive needs 2 and drift 3.
    #expect(
      result.windows.map { $0.failure == nil }
        == [
          false, false, true, true, true, false, false, false, false, true, true, false,
        ].enumerated().map { index, _ in
          let count = scheme.trainingCounts(of: 5)[index % 6]
          return count >= (index < 6 ? 2 : 3)
        })
    for window in result.windows where window.failure != nil {
      #expect(window.failure?.code == .seriesTooShort)
      #expect(window.failure?.location?.period == window.origin.description)
      #expect(window.scores == nil && window.errors.isEmpty)
    }
    let summary = result.summary
    #expect(summary.map(\.answered) == [3, 2] && summary.map(\.failed) == [3, 4])
    #expect(summary.map(\.compared) == [2, 2])
    let mae = result.windows[4...5].compactMap { $0.scores?.mae }
    #expect(try #require(summary[0][.mae]).isClose(to: (mae[0] + mae[1]) / 2, relative: 1e-14))
  }

  @Test("a model that answers nothing does not empty the others' averages")
  func oneModelFails() async throws {
    let series = TimeSeries(start: .year(2000), values: TestSeries.monthly.values)
    let scheme = try RollingOrigin(windows: 2, horizon: 2)
    let result = try await scheme.backtest(
      [series], models: [naive, BacktestModel(SeasonalNaive())])
    #expect(result.summary.map(\.compared) == [2, 0])
    #expect(result.summary[0][.mase] != nil && result.summary[1][.mase] == nil)
    #expect(result.comparison(by: .mase) == nil)
  }

  @Test("a better model is told from a worse one")
  func comparison() async throws {
    let series = (0..<12).map { index -> TimeSeries in
      var draws = RandomStream(seed: 90).substream(UInt64(index))
      return TimeSeries(
        start: .month(2010, 1),
        values: (0..<60).map { 100 + 5 * Double($0) + 2 * draws.normal() })
    }
    let scheme = try RollingOrigin(windows: 12, horizon: 4)
    let result = try await scheme.backtest(series, models: [naive, drift])
    let comparison = try #require(result.comparison(by: .mase))
    #expect(comparison.blocks == .series)
    #expect(comparison.best == ["drift"])
    #expect(try #require(comparison.pairs.first?.test?.pValue) < 0.01)
    #expect(try #require(comparison.pairs.first).difference > 0)
    #expect(try #require(comparison.confidence?["naive"]) < 0.05)
    #expect(comparison.confidence?["drift"] == 1)
    #expect(result.comparison(by: .coverage95) == nil)
  }

  @Test("impossible numbers are refused")
  func refusals() {
    #expect(throws: Diagnostic.self) { try RollingOrigin(windows: 0, horizon: 1) }
    #expect(throws: Diagnostic.self) { try RollingOrigin(windows: 1, horizon: 0) }
    #expect(throws: Diagnostic.self) { try RollingOrigin(windows: 1, horizon: 1, step: 0) }
    #expect(throws: Diagnostic.self) {
      try RollingOrigin(windows: 1, horizon: 1, trainingLength: 12, isRefitted: false)
    }
  }

  @Test("R's tsCV, growing and sliding")
  func crossValidation() async throws {
    let series = TimeSeries(
      start: Period(frequency: .index, ordinal: 1),
      values: Array(EvaluationOracle.numbers("values")[..<40]))
    let cases = [
      (
        try await RollingOrigin.errors(series, model: Naive(), horizon: 3),
        EvaluationOracle.rows("crossValidation"), 1
      ),
      (
        try await RollingOrigin.errors(
          series, model: Drift(), horizon: 3, trainingLength: 12, initial: 5),
        EvaluationOracle.rows("crossValidationWindow"), 0
      ),
    ]
    for (errors, expected, skipped) in cases {
      // R's naive also forecasts from one value; this one does not.
      for t in skipped..<40 {
        for h in 0..<3 {
          let (ours, theirs) = (errors[t, h], expected[t][h])
          #expect(
            theirs.isNaN ? ours.isNaN : ours.isClose(to: theirs, absolute: 1e-10),
            "origin \(t + 1), step \(h + 1)")
        }
      }
    }
  }

  @Test(
    "the shared tsCV is the same",
    .enabled(if: SharedData.isPresent, "needs the shared reference data"))
  func sharedCrossValidation() async throws {
    let misc = try SharedData.json("forecast/oracles/r_misc.json")
    let expected = (misc["tscv_naive_AP"]?.array ?? []).map { $0.number ?? .nan }
    let series = TimeSeries(start: .month(1949, 1), values: EvaluationOracle.numbers("values"))
    let errors = try await RollingOrigin.errors(series, model: Naive(), horizon: 1)
    #expect(expected.count == 144)
    for t in 1..<143 { #expect(errors[t, 0] == expected[t]) }
    #expect(errors[143, 0].isNaN)
  }
}
