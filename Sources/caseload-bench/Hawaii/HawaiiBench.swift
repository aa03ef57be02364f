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
      to six years at yearly. The model of Caseload is the one with the least CRPS on the early \
      origins; the table is over the later ones, which it has not seen. CRPS is over the scale of the \
      MASE; DM is the Diebold–Mariano statistic against the first model, below zero where that one is \
      better, with its p-value.
      """)

  @Argument(help: "The file of filings.")
  var file: String

  @Option(parsing: .upToNextOption, help: "Candidates for Caseload's model.")
  var candidates = ["auto", "ets", "dynamic-optimized-theta", "structural"]

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
    for isMonthly in [true, false] {
      let data = try series.map { try isMonthly ? $0.monthly : $0.yearly() }
      let own = try candidates.map { try HawaiiEntrant($0) }
      let selection = try await table(
        "early", data, own, origins: first, isMonthly: isMonthly, until: last.lowerBound)
      let chosen = selection.best(\.crps) ?? candidates[0]
      var entrants = [try HawaiiEntrant(chosen)]
      entrants += try rivals.map {
        try HawaiiEntrant(!isMonthly && $0 == "seasonal-naive" ? "naive" : $0)
      }
      if isMonthly { entrants.append(.averageByMonth) }
      let what = isMonthly ? "12 months ahead" : "1–6 years ahead"
      print(
        selection.renamed("Choice of a model, \(what), origins \(early)").text(isMarkdown: markdown)
      )
      print(
        try await table(
          "\(series.count) series, \(what), origins December \(late)", data, entrants,
          origins: last, isMonthly: isMonthly, until: nil
        ).text(isMarkdown: markdown))
    }
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
    _ title: String, _ data: [TimeSeries], _ entrants: [HawaiiEntrant],
    origins: ClosedRange<Int>, isMonthly: Bool, until: Int?
  ) async throws -> HawaiiTable {
    let (years, horizon) = (Array(origins), isMonthly ? 12 : 6)
    var scores: [HawaiiScores] = []
    for entrant in entrants {
      let windows = try await concurrentMap(data.count * years.count, threads: threads) {
        job -> HawaiiWindow? in
        let (index, position) = job.quotientAndRemainder(dividingBy: years.count)
        let series = data[index]
        let end = isMonthly ? Period.month(years[position] + 1, 1) : .year(years[position] + 1)
        var stop = series.periods.upperBound
        if let until { stop = min(stop, isMonthly ? .month(until, 1) : .year(until)) }
        let ahead = min(horizon, end.distance(to: stop))
        guard ahead > 0 else { return nil }
        let history = series.window(series.start..<end)
        guard let marginals = try? entrant.forecast(history, ahead) else { return nil }
        let actual = Array(
          series.window(end..<end.advanced(by: ahead)).values)
        return HawaiiWindow(marginals, actual: actual, history: history)
      }
      scores.append(HawaiiScores(label: entrant.label, windows: windows, origins: years.count))
    }
    return HawaiiTable(title: title, entrants: scores, overlap: isMonthly ? 1 : horizon)
  }
}

extension HawaiiTable {
  func renamed(_ title: String) -> HawaiiTable {
    HawaiiTable(title: title, entrants: entrants, overlap: overlap)
  }
}
