import ArgumentParser
import Caseload
import CaseloadIO
import Foundation

/// Accuracy, intervals and speed of forecasts on the series of the forecasting competitions.
struct CompetitionBench: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "competition",
    abstract: "Forecast the series of a competition and score the forecasts.",
    discussion: """
      FILE holds unique_id,split,t,value, split being train or test, compressed by gzip or not; its \
      name says the frequency. Scores are averages over series; OWA is relative to Naive2. Times \
      are those of the processor for fitting, forecasting and the intervals, without reading.
      """)

  @Argument(help: "Files of competitions.")
  var files: [String]

  @Option(help: "Models, with options after colons: auto,damped-holt:seasonal=automatic.")
  var models: String

  @Option(help: "How many series are drawn; all without.")
  var sample: Int?

  @Option(help: "The seed of the draw.")
  var seed: UInt64 = 42

  @Option(help: "The season length; without, what the file's name says.")
  var seasonLength: Int?

  @Option(help: "Threads; the forecasts do not depend on them.")
  var threads: Int?

  @Option(help: "Write the forecasts to this CSV file.")
  var csv: String?

  @Flag(help: "Say which series failed, and why.")
  var failures = false

  func run() async throws {
    let entrants: [CompetitionEntrant]
    do {
      entrants = try models.split(separator: ",").map { try CompetitionEntrant(String($0)) }
    } catch let diagnostic as Diagnostic {
      throw ValidationFailure(
        [diagnostic.message.en, diagnostic.hint?.en].compactMap { $0 }.joined(separator: " "))
    }
    var rows = [CompetitionForecast.header]
    for path in files {
      let file = try CompetitionFile(path, seasonLength: seasonLength)
      let chosen = file.sampled(sample, seed: seed)
      let season = file.seasonLength
      print("\(file.name): \(chosen.count) series, season length \(season)\n")
      print(CompetitionTable.header)
      print(CompetitionTable.row(naive: chosen, seasonLength: season))
      for entrant in entrants {
        let (results, timing) = try await Timing.of {
          try await concurrentMap(chosen.count, threads: threads) { i in
            CompetitionForecast(chosen[i], entrant, seasonLength: season)
          }
        }
        let table = CompetitionTable(results, beside: chosen, seasonLength: season)
        print(table.row(entrant.label, wall: timing.wall))
        if failures {
          let reasons = Dictionary(grouping: results.filter { $0.failure != nil }) { $0.failure }
          for (reason, failed) in reasons.sorted(by: { $0.value.count > $1.value.count }) {
            print("  \(failed.count) (\(failed[0].id), …): \(reason ?? "")")
          }
        }
        if csv != nil { rows += results.flatMap(\.rows) }
      }
      print("")
    }
    if let csv {
      try (rows.joined(separator: "\n") + "\n").write(
        toFile: csv, atomically: true, encoding: .utf8)
    }
  }
}
