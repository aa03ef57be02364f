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
        caseload forecast filings.csv --value filings --horizon 6 --model ets --format json
        caseload forecast filings.csv --horizon 12 --regressors workdays --model arima
        caseload forecast filings.csv --horizon 12 --fitted models.jsonl
        caseload forecast - --horizon 4 --model drift < filings.csv
      """)

  @OptionGroup var dataOptions: DataOptions
  @OptionGroup var modelOptions: ModelOptions
  @OptionGroup var regressorOptions: RegressorOptions
  @OptionGroup var threadOption: ThreadOption
  @OptionGroup var global: GlobalOptions

  @Option(parsing: .unconditional, help: "How many periods ahead, from 1 to 10,000.")
  var horizon: Int

  @Option(help: "Coverages of the intervals in percent.")
  var level = "80,95"

  @Flag(help: "Cut means and intervals off at zero, for counts.")
  var nonNegative = false

  @Option(help: "The seed, for models and paths that are drawn.")
  var seed: UInt64 = 1

  @Option(help: "Use the estimates in FILE, which `caseload fit --save` wrote, on these data.")
  var fitted: String?

  @Option(help: "Write joint sample paths to FILE (CSV): sums and backlogs need them.")
  var paths: String?

  @Option(help: "How many paths a series.")
  var draws = 1000

  func run() async throws {
    let levels = try IntervalLevels(level)
    let model = try modelOptions.choice()
    try checkOptions()
    let format = global.resolvedFormat()
    var batches = try SeriesBatches(
      dataOptions, regressors: regressorOptions.names,
      streams: (format == .csv || format == .jsonl) && fitted == nil && !global.dryRun)
    if global.dryRun {
      printOut(
        global.plan(
          [
            ("model", modelOptions.model), ("horizon", "\(horizon)"),
            ("series", "\(batches.seriesCount)"), ("seed", "\(seed)"),
          ], batches.dataset))
      return
    }
    let worker = ForecastWorker(
      model: model, saved: try fitted.map { path throws(Diagnostic) in try SavedModels(path) },
      horizon: horizon, isBatch: batches.seriesCount > 1, isNonNegative: nonNegative,
      levels: levels,
      draws: paths == nil ? 0 : draws, stream: RandomStream(seed: seed),
      file: batches.dataset?.path)
    let columns = worker.columns(batches.keyNames)
    let pathStream = try paths.map { path throws(Diagnostic) in
      try RowStream(worker.pathColumns(batches.keyNames), path: path)
    }
    var run = SeriesRun(threads: try threadOption.count(), global)

    if batches.dataset == nil {
      let rows = try RowStream(columns, global)
      var notes: [Diagnostic] = []
      try await run.run(&batches, worker.forecast) { results in
        try rows.write(results.flatMap { worker.rows($0.0, $0.1) })
        for (input, outcome) in results {
          notes += outcome.diagnostics(input)
          try pathStream?.write(worker.pathRows(input, outcome))
        }
        if global.strict, let first = notes.first { throw first.asError }
      }
      run.add(notes)
      try run.notes.show(global)
      try rows.finish()
      try pathStream?.finish()
      return
    }
    var outcomes: [(SeriesInput, ForecastWorker.Outcome)] = []
    try await run.run(&batches, worker.forecast) { outcomes += $0 }
    for (input, outcome) in outcomes { try pathStream?.write(worker.pathRows(input, outcome)) }
    try pathStream?.finish()
    try emit(outcomes, worker, columns, batches)
  }

  private func emit(
    _ outcomes: [(SeriesInput, ForecastWorker.Outcome)], _ worker: ForecastWorker,
    _ columns: [String], _ batches: SeriesBatches
  ) throws {
    let table = ResultTable(columns, outcomes.flatMap { worker.rows($0.0, $0.1) })
    let payload = ForecastPayload(
      horizon: horizon,
      series: outcomes.compactMap { input, outcome in
        outcome.forecast.map {
          ForecastPayload.Series(
            key: Dictionary(zip(batches.keyNames, input.key)) { $1 }, forecast: $0,
            quantiles: worker.quantiles($0))
        }
      })
    // A picture helps for a few series; a batch stays a table.
    var text: String?
    if outcomes.count <= 4, Terminal.drawsBraille {
      let width = min(100, Terminal.width - 14)
      text =
        outcomes.map { input, outcome in
          guard let forecast = outcome.forecast else { return "" }
          let name = input.label ?? input.series.name[global.language]
          return name + "\n" + BrailleChart(forecast, width: width).text + "\n"
        }.joined() + table.text(global.language)
    }
    try CommandResult(
      schema: "caseload.forecast/1", payload: payload, table: table, text: text, seed: seed,
      diagnostics: batches.notes + outcomes.flatMap { $0.1.diagnostics($0.0) }
    ).emit(global, batches.dataset)
  }

  private func checkOptions() throws(Diagnostic) {
    guard horizon >= 1, horizon <= 10_000 else {
      throw Diagnostic(
        .illegalOption, .error,
        Text(en: "A horizon of \(horizon) is not possible.", zh: "预测期数不能为 \(horizon)。"),
        hint: Text(
          en: "Give a number from 1 to 10,000: --horizon 12.",
          zh: "请给出 1 到 10000 之间的数：--horizon 12。"))
    }
    guard (1...1_000_000).contains(draws) else {
      throw Diagnostic(
        .illegalOption, .error,
        Text(en: "\(draws) paths are not possible.", zh: "路径数不能为 \(draws)。"),
        hint: Text(
          en: "Give a number from 1 to 1,000,000: --draws 1000.",
          zh: "请给出 1 到 1000000 之间的数：--draws 1000。"))
    }
    _ = try threadOption.count()
  }
}

/// The coverages of `--level`.
struct IntervalLevels: Sendable {
  /// In percent, as they were given.
  let percent: [Double]

  init(_ text: String) throws(Diagnostic) {
    var levels: [Double] = []
    for part in text.split(separator: ",") {
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
    percent = levels
  }

  /// `lower80`, `upper80`, `lower95`, `upper95`.
  var columns: [String] {
    percent.map(NumberText.plain).flatMap { ["lower\($0)", "upper\($0)"] }
  }
}
