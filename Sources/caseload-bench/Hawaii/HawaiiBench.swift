import ArgumentParser
import Caseload
import CaseloadIO

/// Forecasts of a judiciary's filings against its own official method.
struct HawaiiBench: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "hawaii",
    abstract: "Caseload against the Hawaiʻi judiciary's weighted moving average, on its filings.",
    discussion: """
      FILE is monthly filings with the columns month, court_code, case_type and filings. Each model \
      sees the values up to December of an origin year: twelve months ahead at monthly frequency, one \
      to six years at yearly. The model of Caseload is the one with the least CRPS of months on the \
      early origins; the tables are over the later ones, which it has not seen. Its years are its months \
      added up along paths; beside it stands the model that the early years would have chosen, from few \
      values and another time, and not always for the better. CRPS is over the scale of the \
      MASE; DM is the Diebold–Mariano statistic against the first model, below zero where that one is \
      better, with its p-value.
      """)

  @Argument(help: "The file of filings.")
  var file: String

  @Option(parsing: .upToNextOption, help: "Candidates for Caseload's model of months.")
  var candidates = ["auto", "ets", "dynamic-optimized-theta", "structural"]

  @Option(
    parsing: .upToNextOption,
    help: "Candidates for its model of years; with /months behind, months added up.")
  var yearlyCandidates = [
    "auto", "structural", "local-level", "damped-holt", "auto/months", "ets/months",
    "structural/months",
  ]

  @Option(help: "The first and last early origin.")
  var early = "2006-2010"

  @Option(help: "The first and last origin of the comparison.")
  var late = "2012-2023"

  @Flag(help: "A Markdown table.")
  var markdown = false

  @Option(help: "Threads; the result does not depend on them.")
  var threads: Int?

  func run() async throws {
    let series = try HawaiiSeries.all(file)
    let (first, last) = (try years(early), try years(late))
    let rivals = ["weighted-moving-average", "seasonal-naive"]
    let months = try await choice(series, candidates, first, isMonthly: true, until: last)
    let own = try HawaiiEntrant(months)
    let monthly =
      [own] + (try rivals.map { try HawaiiEntrant($0) }) + [
        .averageByMonth, own.withPoissonSpread,
      ]
    try await show(series, monthly, last, isMonthly: true)
    let years = try await choice(series, yearlyCandidates, first, isMonthly: false, until: last)
    // One model for both horizons first, then the one that the early years would have chosen.
    let labels = ["\(months)/months", years, "weighted-moving-average", "naive"]
    let yearly = try labels.enumerated().filter { labels.firstIndex(of: $1) == $0 }
      .map { try HawaiiEntrant($1) }
    try await show(series, yearly, last, isMonthly: false)
  }

  /// The candidate with the least CRPS on the early origins.
  private func choice(
    _ series: [HawaiiSeries], _ labels: [String], _ origins: ClosedRange<Int>, isMonthly: Bool,
    until last: ClosedRange<Int>
  ) async throws -> String {
    let what = isMonthly ? "12 months ahead" : "1–6 years ahead"
    let table = try await table(
      "Choice of a model, \(what), origins December \(early)", series,
      try labels.map { try HawaiiEntrant($0) }, origins: origins, isMonthly: isMonthly,
      until: last.lowerBound)
    print(table.text(isMarkdown: markdown))
    return table.best(\.crps) ?? labels[0]
  }

  private func show(
    _ series: [HawaiiSeries], _ entrants: [HawaiiEntrant], _ origins: ClosedRange<Int>,
    isMonthly: Bool
  ) async throws {
    let what = isMonthly ? "12 months ahead" : "1–6 years ahead"
    let table = try await table(
      "\(series.count) series, \(what), origins December \(late)", series, entrants,
      origins: origins, isMonthly: isMonthly, until: nil)
    print(table.text(isMarkdown: markdown))
  }

  private func years(_ text: String) throws -> ClosedRange<Int> {
    let parts = text.split(separator: "-").compactMap { Int($0) }
    guard parts.count == 2, parts[0] <= parts[1] else {
      throw ValidationFailure("\(text) is not a range of years such as 2012-2023.")
    }
    return parts[0]...parts[1]
  }

  /// The scores of all entrants.
  ///
  /// - Parameters:
  ///   - title: of the table.
  ///   - data: the series.
  ///   - entrants: compared.
  ///   - origins: years whose December is the last month known.
  ///   - isMonthly: 12 months ahead; otherwise up to 6 years.
  ///   - until: no outcome of this year or later is looked at; `nil` for all.
  /// - Returns: the scores.
  /// - Throws: `CancellationError`.
  private func table(
    _ title: String, _ data: [HawaiiSeries], _ entrants: [HawaiiEntrant],
    origins: ClosedRange<Int>, isMonthly: Bool, until: Int?
  ) async throws -> HawaiiTable {
    let (years, horizon) = (Array(origins), isMonthly ? 12 : 6)
    let yearly = try data.map { try $0.yearly() }
    var scores: [HawaiiScores] = []
    for entrant in entrants {
      let windows = try await concurrentMap(data.count * years.count, threads: threads) {
        job -> HawaiiWindow? in
        let (index, position) = job.quotientAndRemainder(dividingBy: years.count)
        let months = data[index].monthly
        let series = isMonthly ? months : yearly[index]
        let end = isMonthly ? Period.month(years[position] + 1, 1) : .year(years[position] + 1)
        var stop = series.periods.upperBound
        if let until { stop = min(stop, isMonthly ? .month(until, 1) : .year(until)) }
        let ahead = min(horizon, end.distance(to: stop))
        guard ahead > 0 else { return nil }
        let history = series.window(series.start..<end)
        let start = Period.month(years[position] + 1, 1)
        let seen = entrant.isSummed ? months.window(months.start..<start) : history
        guard let marginals = try? entrant.forecast(seen, ahead) else { return nil }
        let actual = Array(
          series.window(end..<end.advanced(by: ahead)).values)
        return HawaiiWindow(marginals, actual: actual, history: history)
      }
      scores.append(HawaiiScores(label: entrant.label, windows: windows, origins: years.count))
    }
    return HawaiiTable(title: title, entrants: scores, overlap: isMonthly ? 1 : horizon)
  }
}
