import ArgumentParser
import Caseload
import CaseloadIO

struct DecomposeCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "decompose",
    abstract: "Take series apart: trend, season, remainder.",
    discussion: """
      EXAMPLES
        caseload decompose Datasets/riverside --by court
        caseload decompose filings.csv --method stl --season-window 7 --robust
        caseload decompose filings.csv --method structural --format json
      """)

  @OptionGroup var dataOptions: DataOptions
  @OptionGroup var threadOption: ThreadOption
  @OptionGroup var global: GlobalOptions

  @Option(
    help:
      "stl, mstl, classical or structural (default: stl, or structural for a series without a season)."
  )
  var method: String?

  @Option(help: "Lengths of the seasons in periods, with commas (default: the series' own).")
  var periods: String?

  @Option(help: "Years that the season's regression spans, at least 3, or periodic.")
  var seasonWindow: String?

  @Flag(help: "Let large remainders lose weight (stl, mstl).")
  var robust = false

  @Flag(help: "Parts that multiply (classical).")
  var multiplicative = false

  func run() async throws {
    let settings = try settings()
    let threads = try threadOption.count()
    var batches = try SeriesBatches(dataOptions, streams: false)
    if global.dryRun {
      printOut(
        global.plan(
          [("method", method ?? "automatic"), ("series", "\(batches.seriesCount)")],
          batches.dataset))
      return
    }
    let file = batches.dataset?.path
    let keyNames = batches.keyNames
    var run = SeriesRun(threads: threads, global)
    var parts: [(SeriesInput, Decomposition)] = []
    var notes: [Diagnostic] = []
    try await run.run(&batches) { input in
      do throws(Diagnostic) {
        return try Decomposition.decomposing(input.series, settings)
      } catch {
        throw error.located(Diagnostic.Location(file: file, series: input.label))
      }
    } consume: { results in
      for (input, result) in results {
        parts.append((input, result.decomposition))
        let place = Diagnostic.Location(series: input.label)
        notes += result.diagnostics.map { $0.located(place) }
      }
    }
    // Series may have different parts; the table has a column for each that occurs.
    var names: [String] = []
    for (_, decomposition) in parts {
      for name in Self.names(decomposition) where !names.contains(name) { names.append(name) }
    }
    names.sort { Self.rank($0) < Self.rank($1) }
    let own = ["period", "value"] + names
    let rows = parts.flatMap { Self.rows($0.0, $0.1, names) }
    try CommandResult(
      schema: "caseload.decompose/1",
      payload: DecomposePayload(
        series: parts.map { input, decomposition in
          DecomposePayload.Series(
            key: Dictionary(zip(keyNames, input.key)) { $1 },
            values: input.series.values.map { $0.isNaN ? nil : $0 }, decomposition: decomposition)
        }),
      table: ResultTable(keyNames.map { own.contains($0) ? "key.\($0)" : $0 } + own, rows),
      diagnostics: batches.notes + notes
    ).emit(global, batches.dataset)
  }

  /// `trend`, `season`, `season12`, `remainder`: a name a column, standard errors beside.
  private static func names(_ decomposition: Decomposition) -> [String] {
    columns(decomposition).map(\.name)
  }

  private static func columns(_ decomposition: Decomposition) -> [(name: String, values: [Double])]
  {
    var columns: [(name: String, values: [Double])] = []
    for component in decomposition.components {
      let length = component.name.en.split(separator: " ").last.flatMap { Int($0) }
      let name =
        switch component.kind {
        case .irregular: "remainder"
        case .season: "season" + (length.map(String.init) ?? "")
        case .regression:
          component.name.en == "regression" ? "regression" : "regression.\(component.name.en)"
        default: component.kind.rawValue
        }
      columns.append((name, component.values))
      if !component.standardErrors.isEmpty, component.kind != .irregular {
        columns.append((name + "StandardError", component.standardErrors))
      }
    }
    return columns
  }

  private static func rank(_ name: String) -> Int {
    let order = ["trend", "slope", "season", "cycle", "regression", "remainder"]
    return order.firstIndex { name.hasPrefix($0) } ?? order.count
  }

  private static func rows(_ input: SeriesInput, _ decomposition: Decomposition, _ names: [String])
    -> [[Cell]]
  {
    let columns = Dictionary(columns(decomposition).map { ($0.name, $0.values) }) { $1 }
    return input.series.values.indices.map { t in
      let parts = names.map { name -> Cell in
        .number(columns[name].flatMap { $0[t].isNaN ? nil : $0[t] }, decimals: 2)
      }
      let value = input.series.values[t]
      return input.key.map { Cell.text($0) }
        + [
          .text(input.series.start.advanced(by: t).description),
          .number(value.isNaN ? nil : value, decimals: 2),
        ] + parts
    }
  }

  private func settings() throws(Diagnostic) -> DecompositionSettings {
    var settings = DecompositionSettings()
    settings.isRobust = robust
    settings.isMultiplicative = multiplicative
    if let method {
      guard let named = DecompositionSettings.Method(rawValue: method) else {
        throw Diagnostic.unknownName(
          method, among: DecompositionSettings.Method.allCases.map(\.rawValue),
          kind: Text(en: "method", zh: "方法"))
      }
      settings.method = named
    }
    if let periods {
      let lengths = periods.split(separator: ",").map { Int($0) ?? 0 }
      guard !lengths.isEmpty, lengths.allSatisfy({ (2...100_000).contains($0) }) else {
        throw Self.illegal("--periods", periods, "7 or 7,365")
      }
      settings.periods = lengths
      if lengths.count > 1, settings.method == nil { settings.method = .mstl }
    }
    switch seasonWindow {
    case nil: break
    case "periodic"?: settings.season = .periodic
    case let text?:
      guard let years = Int(text), years >= 3 else {
        throw Self.illegal("--season-window", text, "periodic, or a number from 3 on such as 11")
      }
      settings.season = .years(years)
    }
    return settings
  }

  private static func illegal(_ option: String, _ value: String, _ allowed: String) -> Diagnostic {
    Diagnostic(
      .illegalOption, .error,
      Text(en: "\(option) cannot be '\(value)'.", zh: "\(option) 不能取 '\(value)'。"),
      hint: Text(en: "It can be: \(allowed).", zh: "可取：\(allowed)。"))
  }
}

/// What `caseload decompose` answers as JSON.
struct DecomposePayload: Encodable, Sendable {
  let series: [Series]

  struct Series: Encodable, Sendable {
    let key: [String: String]
    let values: [Double?]
    let decomposition: Decomposition
  }
}
