import Caseload
import CaseloadIO
import Foundation

/// A model as it is asked for: `ets`, or with options `damped-holt:seasonal=automatic`.
struct CompetitionEntrant: Sendable {
  let label: String
  private let model: any ForecastModel

  init(_ label: String) throws {
    self.label = label
    let parts = label.split(separator: ":").map(String.init)
    let id = parts.first ?? ""
    var options: [String: String] = [:]
    for part in parts.dropFirst() {
      let pair = part.split(separator: "=", maxSplits: 1).map(String.init)
      guard pair.count == 2 else { throw ValidationFailure("\(part) is not option=value.") }
      options[pair[0]] = pair[1]
    }
    model = try ForecastModels.model(id, options: options)
  }

  func forecast(_ series: TimeSeries, horizon: Int) throws(Diagnostic) -> Forecast {
    try Forecast(series, model: model, horizon: horizon)
  }
}

/// The forecast of one series by one model, its scores and the processor's seconds.
struct CompetitionForecast: Sendable {
  let id: String
  let model: String
  let seconds: Double
  let means: [Double]
  let intervals80: [ClosedRange<Double>]
  let intervals95: [ClosedRange<Double>]
  let failure: String?
  let smape: Double?
  let mase: Double?
  let msis: Double?
  let coverage80: Double?
  let coverage95: Double?

  /// Fits, forecasts and takes the intervals of both levels; that is what the seconds are for.
  init(_ series: CompetitionFile.Series, _ entrant: CompetitionEntrant, seasonLength m: Int) {
    id = series.id
    model = entrant.label
    let start = Self.threadSeconds()
    let horizon = series.test.count
    var (means, narrow, wide): ([Double], [ClosedRange<Double>], [ClosedRange<Double>]) = (
      [], [], []
    )
    var failure: String?
    do {
      let forecast = try entrant.forecast(series.train, horizon: horizon)
      means = forecast.marginals.map(\.mean)
      narrow = forecast.marginals.map { $0.interval(0.8) }
      wide = forecast.marginals.map { $0.interval(0.95) }
      if !means.allSatisfy(\.isFinite) { failure = "a forecast is not finite" }
    } catch {
      failure = error.message.en
    }
    seconds = Self.threadSeconds() - start
    self.failure = failure
    (self.means, intervals80, intervals95) = (means, narrow, wide)
    let history = series.train.values
    guard failure == nil else {
      (smape, mase, msis, coverage80, coverage95) = (nil, nil, nil, nil, nil)
      return
    }
    smape = PointScores.symmetricMeanAbsolutePercentageError(series.test, means)
    mase = PointScores.meanAbsoluteScaledError(
      series.test, means, history: history, seasonLength: m)
    msis = IntervalScores.meanScaled(
      series.test, wide, level: 0.95, history: history, seasonLength: m)
    coverage80 = IntervalScores.coverage(series.test, narrow)
    coverage95 = IntervalScores.coverage(series.test, wide)
  }

  /// A body runs on one thread from start to end.
  private static func threadSeconds() -> Double {
    var time = timespec()
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time)
    return Double(time.tv_sec) + Double(time.tv_nsec) * 1e-9
  }

  /// The rows that Tools/peers writes of the other programs, one a period ahead.
  var rows: [String] {
    if let failure {
      let text = failure.replacing("\"", with: "'")
      return ["\(id),\(model),0,,,,,,\(seconds),\"\(text)\""]
    }
    return means.indices.map { h in
      let (narrow, wide) = (intervals80[h], intervals95[h])
      return "\(id),\(model),\(h + 1),\(means[h]),\(narrow.lowerBound),\(narrow.upperBound),"
        + "\(wide.lowerBound),\(wide.upperBound),\(seconds),"
    }
  }

  static let header = "unique_id,model,h,mean,lo80,hi80,lo95,hi95,cpu_seconds,error"
}
