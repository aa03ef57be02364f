import ArgumentParser
import Caseload
import CaseloadIO

struct ForecastCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "forecast",
    abstract: "Forecast series, with intervals.",
    discussion: """
      EXAMPLES
        caseload forecast Datasets/riverside --by court --horizon 12
        caseload forecast filings.csv --value filings --horizon 6 --model damped-holt --format json
        caseload forecast - --horizon 4 --model drift < filings.csv
      """)

  @OptionGroup var dataOptions: DataOptions
  @OptionGroup var settings: MethodSettings
  @OptionGroup var global: GlobalOptions

  @Option(parsing: .unconditional, help: "How many periods ahead, from 1 to 10,000.")
  var horizon: Int

  @Option(help: "The model; `caseload models` lists them.")
  var model = ForecastModels.automatic

  @Option(help: "Coverages of the intervals in percent.")
  var level = "80,95"

  @Flag(help: "Cut means and intervals off at zero, for counts.")
  var nonNegative = false

  @Option(help: "How many threads; the result is the same.")
  var threads: Int?

  @Option(help: "The seed, for models that simulate.")
  var seed: UInt64 = 1

  struct SeriesForecast: Encodable, Sendable {
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

  struct Payload: Encodable, Sendable {
    let horizon: Int
    let series: [SeriesForecast]
  }

  func run() async throws {
    let levels = try levels()
    // Checked before any data are read: a mistyped model needs no file to be refused.
    let options = try settings.values()
    var fixed: (any ForecastModel)?
    if model != ForecastModels.automatic {
      fixed = try ForecastModels.model(model, options: options)
    } else if !options.isEmpty {
      throw Diagnostic(
        .illegalOption, .error,
        Text(en: "--set needs a --model to set options of.", zh: "--set 需同时用 --model 指定模型。"),
        hint: Text(en: "Name the model: --model damped-holt.", zh: "请指定模型：--model damped-holt。"))
    }
    guard horizon >= 1, horizon <= 10_000 else {
      throw Diagnostic(
        .illegalOption, .error,
        Text(en: "A horizon of \(horizon) is not possible.", zh: "预测期数不能为 \(horizon)。"),
        hint: Text(
          en: "Give a number from 1 to 10,000: --horizon 12.",
          zh: "请给出 1 到 10000 之间的数：--horizon 12。"))
    }
    if let threads, threads < 1 {
      throw Diagnostic(
        .illegalOption, .error,
        Text(en: "\(threads) threads are not possible.", zh: "线程数不能为 \(threads)。"),
        hint: Text(en: "Give a number from 1 on.", zh: "请给出不小于 1 的数。"))
    }
    let dataset = try dataOptions.dataset()
    let (panel, readNotes) = try dataOptions.panel(dataset)
    if global.dryRun {
      printOut(
        global.plan(
          [
            ("model", model), ("horizon", "\(horizon)"), ("series", "\(panel.entries.count)"),
            ("seed", "\(seed)"),
          ], dataset))
      return
    }
    let horizon = horizon
    let model = fixed
    let forecasts = try await concurrentMap(panel.entries.count, threads: threads) { index in
      let entry = panel.entries[index]
      let chosen = model ?? ForecastModels.suggested(for: entry.series).model
      do throws(Diagnostic) {
        return try Forecast(entry.series, model: chosen, horizon: horizon)
      } catch {
        throw error.located(
          Diagnostic.Location(file: dataset.path, series: panel.label(entry.key)))
      }
    }
    var notes = dataset.notes + readNotes
    var rows: [[Cell]] = []
    var series: [SeriesForecast] = []
    for (entry, forecast) in zip(panel.entries, forecasts) {
      let place = Diagnostic.Location(series: panel.label(entry.key))
      notes += forecast.diagnostics.map { $0.located(place) }
      var quantiles: [PeriodForecast] = []
      for (h, marginal) in forecast.marginals.enumerated() {
        let period = forecast.start.advanced(by: h)
        let intervals = levels.map { level -> Interval in
          let interval = marginal.interval(level / 100)
          return Interval(
            level: level, lower: floored(interval.lowerBound), upper: floored(interval.upperBound))
        }
        let mean = floored(marginal.mean)
        quantiles.append(PeriodForecast(period: period, mean: mean, intervals: intervals))
        rows.append(
          entry.key.map { .text($0) }
            + [
              .text(period.description), .text(forecast.model), .number(mean, decimals: 1),
            ]
            + intervals.flatMap {
              [Cell.number($0.lower, decimals: 1), .number($0.upper, decimals: 1)]
            })
      }
      series.append(
        SeriesForecast(
          key: Dictionary(zip(panel.keyNames, entry.key)) { $1 }, forecast: forecast,
          quantiles: quantiles))
    }
    let names = levels.map { NumberText.plain($0) }
    // A key column may bear the name of a column of the answer.
    let own = ["period", "model", "mean"]
    let columns =
      panel.keyNames.map { own.contains($0) ? "key.\($0)" : $0 } + own
      + names.flatMap { ["lower\($0)", "upper\($0)"] }
    let table = ResultTable(columns, rows)
    // A picture helps for a few series; a batch stays a table.
    var text: String?
    if forecasts.count <= 4, Terminal.drawsBraille {
      text =
        zip(panel.entries, forecasts).map { entry, forecast in
          let name = panel.label(entry.key) ?? entry.series.name[global.language]
          let width = min(100, Terminal.width - 14)
          return name + "\n" + BrailleChart(forecast, width: width).text + "\n"
        }.joined() + table.text(global.language)
    }
    let result = CommandResult(
      schema: "caseload.forecast/1", payload: Payload(horizon: horizon, series: series),
      table: table, text: text, seed: seed, diagnostics: notes)
    try result.emit(global, dataset)
  }

  private func floored(_ x: Double) -> Double { nonNegative ? max(0, x) : x }

  private func levels() throws(Diagnostic) -> [Double] {
    var levels: [Double] = []
    for part in level.split(separator: ",") {
      guard let value = Double(part), value > 0, value < 100 else {
        throw Diagnostic(
          .illegalOption, .error,
          Text(
            en: "'\(part)' is not a coverage between 0 and 100 percent.",
            zh: "'\(part)' 不是 0 到 100 之间的覆盖率。"),
          hint: Text(en: "Write --level 80,95.", zh: "请写作 --level 80,95。"))
      }
      levels.append(value)
    }
    return levels
  }
}
