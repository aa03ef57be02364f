import ArgumentParser
import Caseload
import CaseloadIO

/// A file of many series, for the time and the memory that a batch takes.
struct SimulatedSeries: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "simulated-series",
    abstract: "Write a CSV file of series simulated from models of a competition's series.",
    discussion: """
      Each series is a path of the ETS model that suits a series of FILE, as long as that one. \
      Forecast the file with --measure ratio: a path may fall below zero.
      """)

  @Argument(help: "A file of a competition, such as m3_monthly.csv.gz.")
  var file: String

  @Option(help: "How many series.")
  var count = 100_000

  @Option(help: "The seed of the paths.")
  var seed: UInt64 = 1

  @Option(name: .shortAndLong, help: "The CSV file to write: series, period, value.")
  var output: String

  func run() async throws {
    let models = try CompetitionFile(file, seasonLength: nil)
    let stream = RandomStream(seed: seed)
    let target = try OutputFile.Stream(output)
    try target.write("series,period,value\n")
    let (each, more) = count.quotientAndRemainder(dividingBy: models.series.count)
    let monthly = models.seasonLength == 12
    let texts = try await concurrentMap(models.series.count) { index -> String in
      let series = models.series[index]
      let wanted = each + (index < more ? 1 : 0)
      guard wanted > 0 else { return "" }
      let length = series.train.count
      let fit: any FittedForecastModel = try ForecastModels.model("ets").fitted(to: series.train)
      let paths = fit.paths(length, count: wanted, from: stream.substream(UInt64(index)))
      var text = ""
      for path in 0..<wanted {
        for t in 0..<length {
          let period =
            monthly ? Period.month(1990, 1).advanced(by: t).description : "\(t + 1)"
          text += "\(series.id)-\(path + 1),\(period),\(paths[t, path])\n"
        }
      }
      return text
    }
    for text in texts { try target.write(text) }
    try target.finish()
  }
}
