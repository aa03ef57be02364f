import CaseloadData
import CaseloadMath
import CaseloadTestSupport
import Foundation
import Testing

@testable import CaseloadForecasting

/// Series that the tests share, all from fixed seeds.
enum TestSeries {
  /// 60 months: level 200, a slow trend, a season and noise.
  static let monthly: TimeSeries = {
    var draws = RandomStream(seed: 31)
    let values = (0..<60).map { i -> Double in
      let season = [30, 10, -15, 20, -5, 5, -40, -20, 25, 0, 10, -20][i % 12]
      return 200 + 0.5 * Double(i) + Double(season) + 8 * draws.normal()
    }
    return TimeSeries(start: .month(2019, 3), values: values)
  }()

  /// The same with a run and single values missing, one of them the last but one.
  static let gappy: TimeSeries = {
    var values = monthly.values
    for i in [4, 17, 18, 19, 33, 58] { values[i] = .nan }
    return monthly.replacing(values)
  }()

  static func scaled(_ series: TimeSeries, by scale: Double, plus shift: Double = 0) -> TimeSeries {
    series.replacing(series.values.map { scale * $0 + shift })
  }
}

/// One series of the shared oracles and R's forecasts of it.
///
/// R 4.2.2, forecast 8.20: `naive`, `snaive`, `rwf(drift = TRUE)`, `holt(damped = TRUE)`.
struct RBaseline: Sendable {
  let name: String
  let series: TimeSeries
  let forecasts: JSON

  /// Empty where the shared data are absent; the tests over it are switched off then.
  static let all: [RBaseline] = (try? load()) ?? []

  private static func load() throws -> [RBaseline] {
    let series = try SharedData.json("forecast/oracles/series.json", as: [String: JSON].self)
    let forecasts = try SharedData.json(
      "forecast/oracles/r_baselines.json", as: [String: JSON].self)
    return series.sorted { $0.key < $1.key }.map { name, entry in
      let values = (entry["values"]?.array ?? []).map { $0.number ?? .nan }
      let frequency = Int(entry["frequency"]?.number ?? 1)
      let start = entry["start"]?.array?.compactMap(\.number).map { Int($0) } ?? [1, 1]
      let first =
        switch frequency {
        case 12: Period.month(start[0], start[1])
        case 4: Period(frequency: .quarterly, ordinal: 4 * start[0] + start[1] - 1)
        default: Period(frequency: .index, ordinal: start[0])
        }
      return RBaseline(
        name: name, series: TimeSeries(start: first, values: values),
        forecasts: forecasts[name] ?? .null)
    }
  }

  func numbers(_ method: String, _ part: String) -> [Double] {
    (forecasts[method]?[part]?.array ?? []).map { $0.number ?? .nan }
  }

  /// The largest difference from R's means and interval bounds, relative to the width of R's 95 %
  /// interval or the mean, whichever is larger.
  func distance(_ method: String, _ model: any ForecastModel) throws -> Double {
    let mean = numbers(method, "mean")
    let forecast = try Forecast(series, model: model, horizon: mean.count)
    var worst = 0.0
    for (h, marginal) in forecast.marginals.enumerated() {
      let (narrow, wide) = (marginal.interval(0.8), marginal.interval(0.95))
      let pairs = [
        (marginal.mean, mean[h]), (narrow.lowerBound, numbers(method, "lower80")[h]),
        (narrow.upperBound, numbers(method, "upper80")[h]),
        (wide.lowerBound, numbers(method, "lower95")[h]),
        (wide.upperBound, numbers(method, "upper95")[h]),
      ]
      let width = numbers(method, "upper95")[h] - numbers(method, "lower95")[h]
      let scale = max(abs(mean[h]), width)
      for (ours, theirs) in pairs {
        let difference = abs(ours - theirs) / scale
        worst = difference.isNaN ? .infinity : max(worst, difference)
      }
    }
    return worst
  }
}

extension RBaseline: CustomTestStringConvertible {
  var testDescription: String { name }
}

/// `value` after a journey through JSON.
func roundTrip<T: Codable>(_ value: T) throws -> T {
  try JSONDecoder().decode(T.self, from: JSONEncoder().encode(value))
}
