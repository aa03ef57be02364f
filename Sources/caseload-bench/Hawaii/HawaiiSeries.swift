import Caseload
import CaseloadIO

/// Monthly filings of the Hawaiʻi circuit, district and family courts, by court and case type.
struct HawaiiSeries {
  let name: String
  let monthly: TimeSeries

  /// Sums of calendar years.
  func yearly() throws -> TimeSeries { try monthly.aggregated(to: .yearly) }

  /// The series of a file with month, court_code, case_type and filings.
  ///
  /// A month without a row is zero where a court has a dozen such cases or fewer a month: the
  /// publisher leaves zeros out. April 2020 and the absent cell of a larger series are missing.
  static func all(_ path: String) throws -> [HawaiiSeries] {
    var selection = SeriesSelection()
    selection.period = "month"
    selection.value = "filings"
    selection.keys = ["court_code", "case_type"]
    selection.gaps = .missing
    let (panel, _) = try Dataset(path).table(nil).panel(selection)
    let last = panel.entries.map(\.series.lastPeriod).max() ?? Period.month(2024, 12)
    let first = panel.entries.map(\.series.start).min() ?? Period.month(1998, 1)
    return panel.entries.map { entry in
      let values = (first...last).map { entry.series[$0] ?? .nan }
      let known = values.filter { !$0.isNaN }
      let isSmall = (Descriptive.mean(known) ?? 0) <= 12
      let filled = zip(first...last, values).map { period, value in
        value.isNaN && isSmall && period != Period.month(2020, 4) ? 0 : value
      }
      return HawaiiSeries(
        name: entry.key.joined(separator: " "),
        monthly: TimeSeries(measure: .flow, start: first, values: filled))
    }
  }
}

/// A way to forecast that is compared.
struct HawaiiEntrant: Sendable {
  let label: String
  /// Whether it forecasts years from months.
  let isSummed: Bool
  let forecast: @Sendable (TimeSeries, Int) throws -> [PredictiveDistribution]

  /// A registered model, with options after colons; with `/months` behind it a model of months whose
  /// paths are added up to years.
  init(_ label: String) throws {
    self.label = label
    guard label.hasSuffix("/months") else {
      let entrant = try CompetitionEntrant(label)
      isSummed = false
      forecast = { series, horizon in try entrant.forecast(series, horizon: horizon).marginals }
      return
    }
    let model = try ForecastModels.model(String(label.dropLast("/months".count)))
    isSummed = true
    forecast = { series, years in
      let fit: any FittedForecastModel = try model.fitted(to: series)
      let paths = fit.paths(12 * years, count: 1000, from: RandomStream(seed: 1))
      return (0..<years).map { year in
        let sums = (0..<1000).map { path in
          (0..<12).reduce(0.0) { $0 + paths[12 * year + $1, path] }
        }
        return .empirical(sorted: sums.sorted())
      }
    }
  }

  private init(
    label: String,
    _ forecast: @escaping @Sendable (TimeSeries, Int) throws -> [PredictiveDistribution]
  ) {
    self.label = label
    isSummed = false
    self.forecast = forecast
  }

  /// The same means with the variance of a Poisson count: what the intervals would be if filings
  /// arrived independently.
  var withPoissonSpread: HawaiiEntrant {
    HawaiiEntrant(label: "\(label), Poisson spread") { series, horizon in
      try forecast(series, horizon).map { marginal in
        .normal(mean: marginal.mean, standardDeviation: max(marginal.mean, 0).squareRoot())
      }
    }
  }

  /// The judiciary's average of years for each month of the year by itself: what its method means
  /// where a year has a season.
  static let averageByMonth = HawaiiEntrant(label: "weighted-moving-average by month") {
    series, horizon in
    let m = series.seasonLength
    let seasons = try (0..<m).map { month -> [PredictiveDistribution] in
      let years = (horizon + m - 1) / m
      // The month's values, the last of them in the last year.
      let offset = (series.count + month) % m
      let values = stride(from: offset, to: series.count, by: m).map { series.values[$0] }
      let own = TimeSeries(start: .year(1), values: values)
      return try WeightedMovingAverage().fitted(to: own).marginals(years)
    }
    return (0..<horizon).map { seasons[$0 % m][$0 / m] }
  }
}
