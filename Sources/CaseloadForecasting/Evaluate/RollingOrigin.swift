import CaseloadData
import CaseloadMath

/// How forecasts are tested on the past: from several origins, each seeing only what came before it.
///
/// Of n values, K windows of H periods end at n, n − s, n − 2s, …, for a step s; the model of each
/// sees all values before its window, or the last `trainingLength` of them.
///
/// - Source: Tashman (2000), *International Journal of Forecasting* 16, 437–450.
public struct RollingOrigin: Codable, Sendable, Equatable {
  /// K.
  public let windows: Int
  /// H, the periods forecast from each origin.
  public let horizon: Int
  /// s, the periods from one origin to the next.
  public let step: Int
  /// The last values that each model sees; `nil` for all of them.
  public let trainingLength: Int?
  /// Whether the model is estimated anew at each origin; otherwise it is estimated at the first one,
  /// and its parameters are kept while it takes in the values up to the others.
  public let isRefitted: Bool

  /// - Throws: ``DiagnosticCode/illegalOption`` for a number below 1, and for fixed parameters with a
  ///   training length, for such a model takes in the whole past.
  public init(
    windows: Int, horizon: Int, step: Int = 1, trainingLength: Int? = nil, isRefitted: Bool = true
  ) throws(Diagnostic) {
    try Forecast.check(horizon)
    for (value, name) in [
      (windows, Text(en: "windows", zh: "窗口数")), (step, Text(en: "step", zh: "步长")),
      (trainingLength ?? 1, Text(en: "training length", zh: "训练长度")),
    ] where !(1...1_000_000).contains(value) {
      throw Diagnostic(
        .illegalOption, .error,
        Text(
          en: "A number of \(value) is not possible for: \(name.en).",
          zh: "\(name.zh)不能为 \(value)。"),
        hint: Text(en: "Give a number from 1 on.", zh: "请给出不小于 1 的数。"))
    }
    guard isRefitted || trainingLength == nil else {
      throw Diagnostic(
        .illegalOption, .error,
        Text(
          en:
            "A model with fixed parameters takes in the whole past, so its training length cannot "
            + "be limited.",
          zh: "参数固定的模型会用到全部历史，因此不能限定训练长度。"),
        hint: Text(
          en: "Leave out the training length, or estimate at each origin.",
          zh: "请去掉训练长度，或在每个起点重新估计。"))
    }
    self.windows = windows
    self.horizon = horizon
    self.step = step
    self.trainingLength = trainingLength
    self.isRefitted = isRefitted
  }

  /// How many of `count` values lie before each window, the earliest first; below 1 for windows that
  /// begin at or before the first value.
  public func trainingCounts(of count: Int) -> [Int] {
    (0..<windows).reversed().map { count - horizon - $0 * step }
  }

  /// How many neighboring origins forecast a common period: the order to which losses of successive
  /// windows depend on each other even where the forecasts are the best possible.
  var overlap: Int { (horizon + step - 1) / step }
}

/// A model to be tested.
public struct BacktestModel: Sendable {
  /// How results name it.
  public let id: String
  let model: any ForecastModel

  public init(_ model: any ForecastModel, id: String? = nil) {
    self.model = model
    self.id = id ?? type(of: model).card.id
  }
}

/// One model's forecast of one series from one origin, against what happened.
public struct BacktestWindow: Codable, Sendable {
  /// The position of the series.
  public let series: Int
  public let model: String
  /// The last period that the model saw.
  public let origin: Period
  /// How many periods it saw.
  public let trainingCount: Int
  /// Outcome less forecast mean, one a period ahead; NaN where the outcome is missing.
  @NullForNaN public private(set) var errors: [Double]
  /// `nil` where the model could not be fitted.
  public let scores: ForecastScores?
  /// Why not.
  public let failure: Diagnostic?
}

extension RollingOrigin {
  /// Tests every model on every series from every origin.
  ///
  /// What cannot be fitted is a result with its reason. The results are the same whatever the number
  /// of threads.
  ///
  /// - Parameters:
  ///   - series: the series; a window of the past is cut from the end of each.
  ///   - models: at least one; each name once.
  ///   - threads: at most this many at once; `nil` leaves it to the runtime.
  ///   - progress: called with (done, count) as parts finish.
  /// - Returns: series by series, in each model by model, in each origin by origin.
  /// - Throws: `CancellationError`.
  public func backtest(
    _ series: [TimeSeries], models: [BacktestModel], threads: Int? = nil,
    progress: (@Sendable (Int, Int) -> Void)? = nil
  ) async throws -> Backtest {
    // With fixed parameters the windows of a model share the fit of the first.
    let parts = isRefitted ? windows : 1
    let jobs = series.count * models.count * parts
    let results = try await concurrentMap(jobs, threads: threads, progress: progress) { job in
      let (pair, part) = job.quotientAndRemainder(dividingBy: parts)
      let (index, position) = pair.quotientAndRemainder(dividingBy: models.count)
      let counts = trainingCounts(of: series[index].count)
      return isRefitted
        ? [refitted(series[index], index, models[position], counts[part])]
        : updated(series[index], index, models[position], counts)
    }
    return Backtest(
      scheme: self, seriesCount: series.count, models: models.map(\.id),
      windows: results.flatMap { $0 })
  }

  private func refitted(
    _ series: TimeSeries, _ index: Int, _ model: BacktestModel, _ count: Int
  ) -> BacktestWindow {
    do throws(Diagnostic) {
      let history = try history(series, count)
      let fit: any FittedForecastModel = try model.model.fitted(to: history)
      return window(series, index, model, history, count, fit)
    } catch {
      return failed(series, index, model, count, error)
    }
  }

  private func updated(
    _ series: TimeSeries, _ index: Int, _ model: BacktestModel, _ counts: [Int]
  ) -> [BacktestWindow] {
    var first: (any FittedForecastModel)?
    return counts.map { count in
      do throws(Diagnostic) {
        let history = try history(series, count)
        if let first {
          let fit: any FittedForecastModel = try first.updated(with: history)
          return window(series, index, model, history, count, fit)
        }
        // Where the earliest windows are too short for the model, the next origin estimates it.
        let fit: any FittedForecastModel = try model.model.fitted(to: history)
        first = fit
        return window(series, index, model, history, count, fit)
      } catch {
        return failed(series, index, model, count, error)
      }
    }
  }

  /// What a model sees that has `count` values before its window.
  private func history(_ series: TimeSeries, _ count: Int) throws(Diagnostic) -> TimeSeries {
    guard count >= 1 else {
      let needed = horizon + (windows - 1) * step + 1
      throw Diagnostic(
        .seriesTooShort, .error,
        Text(
          en: "The series has \(series.count) values; windows this early need \(needed).",
          zh: "序列只有 \(series.count) 个数值，如此早的窗口需要 \(needed) 个。"),
        hint: Text(
          en: "Use fewer windows, a shorter horizon or a smaller step.",
          zh: "请减少窗口数、缩短预测期或减小步长。"))
    }
    let start = series.start.advanced(by: max(0, count - (trainingLength ?? count)))
    return series.window(start..<series.start.advanced(by: count))
  }

  private func window(
    _ series: TimeSeries, _ index: Int, _ model: BacktestModel, _ history: TimeSeries,
    _ count: Int, _ fit: any FittedForecastModel
  ) -> BacktestWindow {
    let marginals = fit.marginals(horizon)
    let actual = Array(series.values[count..<(count + horizon)])
    return BacktestWindow(
      series: index, model: model.id, origin: history.lastPeriod, trainingCount: history.count,
      errors: zip(actual, marginals).map { $0 - $1.mean },
      scores: ForecastScores(
        marginals, actual: actual, history: history.values, seasonLength: series.seasonLength),
      failure: nil)
  }

  private func failed(
    _ series: TimeSeries, _ index: Int, _ model: BacktestModel, _ count: Int,
    _ failure: Diagnostic
  ) -> BacktestWindow {
    let origin = series.start.advanced(by: count - 1)
    return BacktestWindow(
      series: index, model: model.id, origin: origin,
      trainingCount: max(0, min(count, trainingLength ?? count)), errors: [], scores: nil,
      failure: failure.located(Diagnostic.Location(period: origin.description)))
  }

  /// The errors of rolling forecasts as R's `tsCV` gives them: one row a value of the series, being
  /// the last that the model saw, one column a period ahead.
  ///
  /// NaN where the model could not be fitted or the outcome is missing or beyond the series.
  ///
  /// - Parameters:
  ///   - series: the series.
  ///   - model: estimated anew at each origin.
  ///   - horizon: the number of columns.
  ///   - trainingLength: of a sliding window; `nil` for all values.
  ///   - initial: the first value that is an origin is the one after so many (after the first
  ///     full window, if it slides).
  ///   - threads: at most this many at once.
  /// - Returns: n × horizon errors.
  /// - Throws: ``DiagnosticCode/illegalOption`` for a horizon, a training length or an `initial` that
  ///   is not possible.
  public static func errors(
    _ series: TimeSeries, model: any ForecastModel, horizon: Int, trainingLength: Int? = nil,
    initial: Int = 0, threads: Int? = nil
  ) async throws -> Matrix {
    // The checks are those of a scheme with one window.
    let scheme = try RollingOrigin(
      windows: 1, horizon: horizon, trainingLength: trainingLength, isRefitted: true)
    guard initial >= 0, initial < series.count else {
      throw Diagnostic(
        .illegalOption, .error,
        Text(
          en: "An initial part of \(initial) values is not possible for \(series.count).",
          zh: "序列有 \(series.count) 个数值，起始部分不能为 \(initial) 个。"),
        hint: Text(en: "Leave values to forecast.", zh: "请留出要预测的数值。"))
    }
    let n = series.count
    let earliest = max(1, trainingLength ?? 1) + initial
    let tested = BacktestModel(model)
    let rows = try await concurrentMap(n, threads: threads) { t -> [Double] in
      let count = t + 1
      let none = [Double](repeating: .nan, count: horizon)
      guard count >= earliest, count < n else { return none }
      let longer = series.appending(none)
      return scheme.refitted(longer, 0, tested, count).errors + none
    }
    var errors = Matrix(rowCount: n, columnCount: horizon)
    for (t, row) in rows.enumerated() {
      for h in 0..<horizon { errors[t, h] = row[h] }
    }
    return errors
  }
}
