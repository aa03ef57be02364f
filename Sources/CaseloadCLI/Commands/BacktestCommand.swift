import ArgumentParser
import Caseload
import CaseloadIO

struct BacktestCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "backtest",
    abstract: "Test forecast models on the past.",
    discussion: """
      EXAMPLES
        caseload backtest Datasets/riverside --by court --horizon 12 --windows 3
        caseload backtest filings.csv --horizon 6 --windows 8 --model naive,damped-holt
        caseload backtest - --horizon 1 --windows 20 --fixed-parameters < filings.csv

      Each model forecasts from several origins, seeing only what came before, and is scored on what
      happened. Windows end at the last value and go back by the step.
      """)

  @OptionGroup var dataOptions: DataOptions
  @OptionGroup var global: GlobalOptions

  @Option(parsing: .unconditional, help: "How many periods ahead, from 1 to 10,000.")
  var horizon: Int

  @Option(parsing: .unconditional, help: "How many origins.")
  var windows: Int

  @Option(help: "The models, with commas; `caseload models` lists them (default: naive,auto).")
  var model = "naive,\(Automatic.card.id)"

  @Option(parsing: .unconditional, help: "Periods from one origin to the next.")
  var step = 1

  @Flag(help: "Estimate at the first origin only, and take in the values up to the others.")
  var fixedParameters = false

  @Option(
    parsing: .unconditional, help: "The last values that a model sees (default: all of them).")
  var window: Int?

  @Option(
    help: ArgumentHelp(
      "The scores, with commas.",
      discussion: "Of: " + ForecastScores.Metric.allCases.map(\.rawValue).joined(separator: ", ")))
  var metrics = BacktestCommand.usualMetrics.map(\.rawValue).joined(separator: ",")

  @Option(help: "How many threads; the result is the same.")
  var threads: Int?

  @Option(help: "The seed of the model confidence set.")
  var seed: UInt64 = 1

  static let usualMetrics: [ForecastScores.Metric] = [
    .mase, .smape, .rmsse, .crps, .msis, .coverage80, .coverage95,
  ]

  func run() async throws {
    // Checked before any data are read: a mistyped model needs no file to be refused.
    let models = try chosenModels()
    let metrics = try chosenMetrics()
    let scheme = try RollingOrigin(
      windows: windows, horizon: horizon, step: step, trainingLength: window,
      isRefitted: !fixedParameters)
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
            ("models", models.map(\.id).joined(separator: ",")), ("horizon", "\(horizon)"),
            ("windows", "\(windows)"), ("step", "\(step)"),
            ("series", "\(panel.entries.count)"), ("seed", "\(seed)"),
          ], dataset))
      return
    }
    let backtest = try await scheme.backtest(
      panel.entries.map(\.series), models: models, threads: threads)
    // Where nothing at all can be forecast, the reason is the answer.
    if let failure = backtest.windows.first?.failure,
      backtest.windows.allSatisfy({ $0.scores == nil })
    {
      throw failure.located(
        Diagnostic.Location(
          file: dataset.path, series: panel.label(panel.entries.first?.key ?? [])))
    }
    let result = BacktestResult(backtest, panel: panel, metrics: metrics, seed: seed)
    try CommandResult(
      schema: "caseload.backtest/1", payload: result.payload, table: result.table,
      text: result.text(global.language), documents: [.md: result.markdown(global.language)],
      seed: seed, diagnostics: dataset.notes + readNotes + result.notes
    ).emit(global, dataset)
  }

  private func chosenModels() throws(Diagnostic) -> [BacktestModel] {
    let ids = model.split(separator: ",").map(String.init)
    var models: [BacktestModel] = []
    for id in ids {
      guard !models.contains(where: { $0.id == id }) else {
        throw Diagnostic(
          .illegalOption, .error,
          Text(en: "The model \(id) is named twice.", zh: "模型 \(id) 重复出现。"),
          hint: Text(en: "Name each model once.", zh: "每个模型只需写一次。"))
      }
      models.append(BacktestModel(try ForecastModels.model(id)))
    }
    guard !models.isEmpty else {
      throw Diagnostic(
        .missingOption, .error,
        Text(en: "--model names no model.", zh: "--model 没有指定模型。"),
        hint: Text(
          en: "Write --model naive,damped-holt.", zh: "请写作 --model naive,damped-holt。"))
    }
    return models
  }

  private func chosenMetrics() throws(Diagnostic) -> [ForecastScores.Metric] {
    var chosen: [ForecastScores.Metric] = []
    for name in metrics.split(separator: ",").map(String.init) {
      guard let metric = ForecastScores.Metric(rawValue: name) else {
        throw Diagnostic.unknownName(
          name, among: ForecastScores.Metric.allCases.map(\.rawValue),
          kind: Text(en: "score", zh: "评分"))
      }
      if !chosen.contains(metric) { chosen.append(metric) }
    }
    guard !chosen.isEmpty else {
      throw Diagnostic(
        .missingOption, .error, Text(en: "--metrics names no score.", zh: "--metrics 没有指定评分。"),
        hint: Text(en: "Write --metrics mase,crps.", zh: "请写作 --metrics mase,crps。"))
    }
    return chosen
  }
}
