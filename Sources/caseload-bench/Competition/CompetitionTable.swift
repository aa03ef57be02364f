import Caseload
import CaseloadIO

/// The averages of a model's scores over series, beside those of Naive2 on the same ones.
struct CompetitionTable {
  private let results: [CompetitionForecast]
  /// sMAPE and MASE of Naive2 on the series that the model forecast.
  private let naive: (smape: Double, mase: Double)

  init(
    _ results: [CompetitionForecast], beside series: [CompetitionFile.Series], seasonLength: Int
  ) {
    self.results = results.filter { $0.failure == nil }
    failureCount = results.count - self.results.count
    let answered = zip(series, results).filter { $0.1.failure == nil }.map(\.0)
    naive = Self.naive(answered, seasonLength: seasonLength)
    seconds = results.map(\.seconds)
  }

  private let failureCount: Int
  private let seconds: [Double]

  static let header = row(
    "model", ["sMAPE", "MASE", "OWA", "MSIS 95", "cov 80", "cov 95", "ms/series", "p95", "wall s"])

  static func row(naive series: [CompetitionFile.Series], seasonLength: Int) -> String {
    let (smape, mase) = naive(series, seasonLength: seasonLength)
    return row("Naive2", [number(smape, 3), number(mase, 4), number(1, 4)])
  }

  func row(_ label: String, wall: Double) -> String {
    func mean(_ score: (CompetitionForecast) -> Double?) -> Double {
      Descriptive.mean(results.compactMap(score)) ?? .nan
    }
    let (smape, mase) = (mean(\.smape), mean(\.mase))
    let weighted = Naive2.overallWeightedAverage(
      smape: smape, mase: mase, naiveSmape: naive.smape, naiveMase: naive.mase)
    let milliseconds = seconds.map { $0 * 1000 }
    return Self.row(
      label,
      [
        Self.number(smape, 3), Self.number(mase, 4), Self.number(weighted ?? .nan, 4),
        Self.number(mean(\.msis), 3), Self.number(mean(\.coverage80), 3),
        Self.number(mean(\.coverage95), 3),
        Self.number(Descriptive.mean(milliseconds) ?? .nan, 3),
        Self.number(Descriptive.quantile(milliseconds, 0.95) ?? .nan, 3), Self.number(wall, 2),
      ]) + (failureCount > 0 ? "  \(failureCount) failed" : "")
  }

  private static func naive(_ series: [CompetitionFile.Series], seasonLength m: Int) -> (
    smape: Double, mase: Double
  ) {
    let scores = series.map { series in
      let history = series.train.values
      let forecast = Naive2.forecast(history, seasonLength: m, horizon: series.test.count)
      return (
        PointScores.symmetricMeanAbsolutePercentageError(series.test, forecast),
        PointScores.meanAbsoluteScaledError(
          series.test, forecast, history: history, seasonLength: m)
      )
    }
    return (
      Descriptive.mean(scores.compactMap(\.0)) ?? .nan,
      Descriptive.mean(scores.compactMap(\.1)) ?? .nan
    )
  }

  private static func number(_ value: Double, _ places: Int) -> String {
    value.isFinite ? NumberText.decimal(value, places).en.replacing(",", with: "") : "-"
  }

  private static func row(_ label: String, _ cells: [String]) -> String {
    let width = 28
    let name = label + String(repeating: " ", count: max(1, width - label.count))
    return name
      + cells.map { String(repeating: " ", count: max(1, 10 - $0.count)) + $0 }.joined()
  }
}
