import ArgumentParser
import Caseload
import CaseloadIO

struct FitCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "fit",
    abstract: "Estimate a forecast model on every series, and keep the estimates.",
    discussion: """
      EXAMPLES
        caseload fit filings.csv --model ets
        caseload fit filings.csv --model arima --set order=0,1,1 --set seasonalOrder=0,1,1
        caseload fit Datasets/riverside --by court --save models.jsonl
        caseload forecast Datasets/riverside --by court --fitted models.jsonl --horizon 12
      """)

  @OptionGroup var dataOptions: DataOptions
  @OptionGroup var modelOptions: ModelOptions
  @OptionGroup var regressorOptions: RegressorOptions
  @OptionGroup var threadOption: ThreadOption
  @OptionGroup var global: GlobalOptions

  @Option(help: "Keep the fitted models in FILE (JSON lines), for `caseload forecast --fitted`.")
  var save: String?

  static let columns = ["model", "form", "logLikelihood", "aic", "aicc", "bic", "sigma2"]

  func run() async throws {
    let model = try modelOptions.choice()
    let threads = try threadOption.count()
    let format = global.resolvedFormat()
    var batches = try SeriesBatches(
      dataOptions, regressors: regressorOptions.names,
      streams: (format == .csv || format == .jsonl) && !global.dryRun)
    if global.dryRun {
      printOut(
        global.plan(
          [("model", modelOptions.model), ("series", "\(batches.seriesCount)")], batches.dataset))
      return
    }
    let isBatch = batches.seriesCount > 1
    let file = batches.dataset?.path
    let body: @Sendable (SeriesInput) throws(Diagnostic) -> SeriesFit? = {
      input throws(Diagnostic) in
      do throws(Diagnostic) {
        return try SeriesFit(model, input, isBatch: isBatch)
      } catch {
        if isBatch, input.series.count - input.series.missingCount < 2 { return nil }
        throw error.located(Diagnostic.Location(file: file, series: input.label))
      }
    }
    let columns =
      batches.keyNames.map { Self.columns.contains($0) ? "key.\($0)" : $0 } + Self.columns
    var run = SeriesRun(threads: threads, global)
    let models = try save.map { path throws(Diagnostic) in try OutputFile.Stream(path) }
    let stream = batches.dataset == nil ? try RowStream(columns, global) : nil
    var rows: [[Cell]] = []
    var payload: [FitPayload.Series] = []
    var notes: [Diagnostic] = []
    let keyNames = batches.keyNames
    try await run.run(&batches, body) { results in
      for (input, fit) in results {
        try models?.write(Self.line(input, fit))
        notes += Self.diagnostics(input, fit)
        let row = input.key.map { Cell.text($0) } + Self.cells(fit)
        if let stream {
          try stream.write([row])
        } else {
          rows.append(row)
          payload.append(FitPayload.Series(keyNames: keyNames, input, fit))
        }
      }
      if global.strict, let first = notes.first { throw first.asError }
    }
    try models?.finish()
    if let stream {
      run.add(notes)
      try run.notes.show(global)
      try stream.finish()
      return
    }
    try CommandResult(
      schema: "caseload.fit/1", payload: FitPayload(series: payload),
      table: ResultTable(columns, rows), diagnostics: batches.notes + notes
    ).emit(global, batches.dataset)
  }

  private static func diagnostics(_ input: SeriesInput, _ fit: SeriesFit?) -> [Diagnostic] {
    let place = Diagnostic.Location(series: input.label)
    guard let fit else {
      return [
        Diagnostic(
          .missingValues, .warning,
          Text(en: "Fewer than two values are known; no model.", zh: "已知数值不足两个，无法拟合。"), at: place)
      ]
    }
    return (fit.notes + fit.fit.diagnostics).map { $0.located(place) }
  }

  private static func cells(_ fit: SeriesFit?) -> [Cell] {
    guard let fit else {
      return [.text(""), .text("")] + [Cell](repeating: .number(nil), count: 5)
    }
    return [
      .text(fit.id), .text(fit.fit.form), .number(fit.fit.logLikelihood), .number(fit.fit.aic),
      .number(fit.fit.aicc), .number(fit.fit.bic), .number(fit.fit.innovationVariance),
    ]
  }

  /// The line of a saved model; none for a series without a value.
  private static func line(_ input: SeriesInput, _ fit: SeriesFit?) throws -> String {
    guard let fit else { return "" }
    let saved = SavedForecastModel(
      model: fit.model, fit: fit.fit, history: input.series,
      regressors: fit.takesRegressors ? input.regressors : .none)
    return try ExactJSON.text(SavedModels.Line(key: input.key, saved: saved)) + "\n"
  }
}

/// What `caseload fit` answers as JSON.
struct FitPayload: Encodable, Sendable {
  let series: [Series]

  struct Series: Encodable, Sendable {
    let key: [String: String]
    let model: String?
    let form: String?
    let logLikelihood: Double?
    let aic: Double?
    let aicc: Double?
    let bic: Double?
    let sigma2: Double?
    let observations: Int?
    let estimated: Int?
    let parameters: [String: Double]
    let states: [String: Double]
    let estimates: [Parameter]
    let residuals: [Double?]
    /// `nil` for fewer than three residuals.
    let residualDiagnostics: ResidualDiagnostics?
    let diagnostics: [Diagnostic]

    init(keyNames: [String], _ input: SeriesInput, _ fit: SeriesFit?) {
      key = Dictionary(zip(keyNames, input.key)) { $1 }
      let fitted = fit?.fit
      model = fit?.id
      form = fitted?.form
      logLikelihood = fitted?.logLikelihood
      aic = fitted?.aic
      aicc = fitted?.aicc.flatMap { $0.isFinite ? $0 : nil }
      bic = fitted?.bic
      sigma2 = fitted?.innovationVariance
      observations = fitted?.observationCount
      estimated = fitted?.parameterCount
      estimates = (fitted?.parameters ?? []) + (fitted?.states ?? [])
      parameters = Self.named(fitted?.parameters ?? [])
      states = Self.named(fitted?.states ?? [])
      residuals = (fitted?.residuals ?? []).map { $0.isNaN ? nil : $0 }
      residualDiagnostics = fitted.flatMap { fitted in
        try? ResidualDiagnostics(fitted, seasonLength: input.series.seasonLength)
      }
      diagnostics = (fit?.notes ?? []) + (fitted?.diagnostics ?? [])
    }

    /// By names that every program can write: `alpha` for α.
    private static func named(_ parameters: [Parameter]) -> [String: Double] {
      Dictionary(parameters.map { (Self.ascii($0.symbol), $0.estimate) }) { $1 }
    }

    static func ascii(_ symbol: String) -> String {
      symbol.map { letters[$0] ?? String($0) }.joined()
    }

    private static let letters: [Character: String] = [
      "α": "alpha", "β": "beta", "γ": "gamma", "δ": "delta", "φ": "phi", "ϕ": "phi",
      "θ": "theta", "σ": "sigma", "λ": "lambda", "ω": "omega", "ρ": "rho", "μ": "mu", "ℓ": "level",
      "Φ": "Phi", "Θ": "Theta", "κ": "kappa", "τ": "tau", "η": "eta", "ε": "epsilon", "ζ": "zeta",
      "²": "2", "₀": "0", "₁": "1", "₂": "2", "₃": "3", "₄": "4", "₅": "5", "₆": "6", "₇": "7",
      "₈": "8", "₉": "9",
    ]
  }
}
