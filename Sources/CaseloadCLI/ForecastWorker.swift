import Caseload
import CaseloadIO

/// What `caseload forecast` answers as JSON.
struct ForecastPayload: Encodable, Sendable {
  let horizon: Int
  let series: [Series]

  struct Series: Encodable, Sendable {
    let key: [String: String]
    let forecast: Forecast
    let quantiles: [PeriodForecast]
  }

  struct PeriodForecast: Encodable, Sendable {
    let period: Period
    let mean: Double
    let intervals: [Interval]
  }

  struct Interval: Encodable, Sendable {
    let level: Double
    let lower: Double
    let upper: Double
  }
}

/// Forecasts one series and makes its rows; the same on every thread.
struct ForecastWorker: Sendable {
  let model: any ForecastModel
  /// Estimates to use instead of estimating.
  let saved: SavedModels?
  let horizon: Int
  let isBatch: Bool
  let isNonNegative: Bool
  let levels: IntervalLevels
  /// How many paths; 0 for none.
  let draws: Int
  let stream: RandomStream
  let file: String?

  struct Outcome: Sendable {
    /// `nil` where fewer than two values are known.
    let forecast: Forecast?
    let notes: [Diagnostic]
    let paths: Matrix?

    func diagnostics(_ input: SeriesInput) -> [Diagnostic] {
      let place = Diagnostic.Location(series: input.label)
      return (notes + (forecast?.diagnostics ?? [])).map { $0.located(place) }
    }
  }

  @Sendable func forecast(_ input: SeriesInput) throws(Diagnostic) -> Outcome {
    do throws(Diagnostic) {
      try checkFuture(input)
      let fit = try fit(input)
      let future = input.future.isEmpty ? input.future : input.future.window(0..<horizon)
      let forecast = Forecast(
        of: fit.fit, model: fit.id, history: input.series, horizon: horizon,
        future: fit.takesRegressors ? future : .none)
      let paths =
        draws > 0
        ? fit.fit.paths(
          horizon, count: draws, regressors: fit.takesRegressors ? future : .none,
          from: stream.substream(named: input.key.joined(separator: "\u{1F}"))) : nil
      return Outcome(forecast: forecast, notes: fit.notes, paths: paths)
    } catch {
      let located = error.located(Diagnostic.Location(file: file, series: input.label))
      // In a batch a series of one value or none gets an empty answer, and the others theirs.
      let count = input.series.count - input.series.missingCount
      guard isBatch, saved == nil, count < 2 else { throw located }
      return Outcome(
        forecast: nil,
        notes: [
          Diagnostic(
            .missingValues, .warning,
            Text(
              en: "The series has \(count == 0 ? "no value" : "one value"), and no forecast.",
              zh: "序列\(count == 0 ? "没有任何" : "只有一个")数值，无法预测。"))
        ], paths: nil)
    }
  }

  private func fit(_ input: SeriesInput) throws(Diagnostic) -> SeriesFit {
    guard let saved else { return try SeriesFit(model, input, isBatch: isBatch) }
    return try saved.fit(for: input)
  }

  private func checkFuture(_ input: SeriesInput) throws(Diagnostic) {
    guard let have = input.future.periodCount, have < horizon else { return }
    throw Diagnostic(
      .modelNotApplicable, .error,
      Text(
        en:
          "The regressors go \(have) periods beyond the last value, and the horizon is \(horizon).",
        zh: "回归变量只延伸到末值之后 \(have) 期，而预测期为 \(horizon) 期。"),
      hint: Text(
        en: "Add rows with an empty value and the regressors filled in.",
        zh: "请补上数值留空、回归变量已填的行。"))
  }

  func columns(_ keyNames: [String]) -> [String] {
    // A key column may bear the name of a column of the answer.
    let own = ["period", "model", "mean"]
    return keyNames.map { own.contains($0) ? "key.\($0)" : $0 } + own + levels.columns
  }

  func quantiles(_ forecast: Forecast) -> [ForecastPayload.PeriodForecast] {
    forecast.marginals.enumerated().map { h, marginal in
      ForecastPayload.PeriodForecast(
        period: forecast.start.advanced(by: h), mean: floored(marginal.mean),
        intervals: levels.percent.map { level in
          let interval = marginal.interval(level / 100)
          return ForecastPayload.Interval(
            level: level, lower: floored(interval.lowerBound), upper: floored(interval.upperBound))
        })
    }
  }

  func rows(_ input: SeriesInput, _ outcome: Outcome) -> [[Cell]] {
    let key = input.key.map { Cell.text($0) }
    guard let forecast = outcome.forecast else {
      let start = input.series.periods.upperBound
      let empty = [Cell](repeating: .number(nil, decimals: 1), count: 1 + levels.columns.count)
      return (0..<horizon).map {
        key + [.text(start.advanced(by: $0).description), .text("")] + empty
      }
    }
    return quantiles(forecast).map { period in
      key
        + [
          .text(period.period.description), .text(forecast.model),
          .number(period.mean, decimals: 1),
        ]
        + period.intervals.flatMap {
          [Cell.number($0.lower, decimals: 1), .number($0.upper, decimals: 1)]
        }
    }
  }

  func pathColumns(_ keyNames: [String]) -> [String] {
    keyNames.map { ["path", "period", "value"].contains($0) ? "key.\($0)" : $0 }
      + ["path", "period", "value"]
  }

  func pathRows(_ input: SeriesInput, _ outcome: Outcome) -> [[Cell]] {
    guard let paths = outcome.paths, let forecast = outcome.forecast else { return [] }
    let key = input.key.map { Cell.text($0) }
    let periods = forecast.periods.map { Cell.text($0.description) }
    return (0..<paths.columnCount).flatMap { path in
      periods.indices.map { h in
        key + [
          .number(Double(path + 1), decimals: 0), periods[h],
          .number(floored(paths[h, path]), decimals: 1),
        ]
      }
    }
  }

  private func floored(_ x: Double) -> Double { isNonNegative ? max(0, x) : x }
}
