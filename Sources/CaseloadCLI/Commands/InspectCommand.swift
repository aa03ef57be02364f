import ArgumentParser
import Caseload
import CaseloadIO

struct InspectCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "inspect",
    abstract: "What a dataset holds: resources, series, gaps, events, figures.",
    discussion: """
      EXAMPLES
        caseload inspect Datasets/riverside
        caseload inspect filings.csv --value filings
      """)

  @OptionGroup var dataOptions: DataOptions
  @OptionGroup var global: GlobalOptions

  struct ResourceSummary: Encodable, Sendable {
    let name: String
    let rows: Int
    let columns: [String]
    let numericColumns: [String]
  }

  struct SeriesSummary: Encodable, Sendable {
    let key: [String: String]
    let frequency: Frequency
    let start: Period
    let end: Period
    let count: Int
    let missing: Int
    let minimum: Double?
    let median: Double?
    let maximum: Double?
    let total: Double?
  }

  struct Payload: Encodable, Sendable {
    let title: Text
    let isSimulated: Bool
    let resources: [ResourceSummary]
    let series: [SeriesSummary]
    let events: [KnownEvent]
    let figures: String?
  }

  func run() throws {
    let dataset = try dataOptions.dataset()
    var resources: [ResourceSummary] = []
    let names = dataset.package?.resources.map(\.name) ?? ["data"]
    for name in names {
      guard let table = dataset.tables[name] else { continue }
      resources.append(
        ResourceSummary(
          name: name, rows: table.rowCount, columns: table.columnNames,
          numericColumns: table.columns.filter { table.isNumeric($0) }.map(\.name)))
    }
    // A look at a plain table must not fail for a missing choice of columns.
    var series: [SeriesSummary] = []
    var notes = dataset.notes
    var options = dataOptions
    if options.gaps == nil { options.gaps = "missing" }
    let isChosen = dataOptions.value != nil || dataOptions.period != nil
    do {
      let (panel, readNotes) = try options.panel(dataset)
      notes += readNotes
      series = panel.entries.map { Self.summary($0, panel.keyNames) }
    } catch {
      guard !isChosen, error.code == .unknownColumn || error.code == .missingOption else {
        throw error
      }
      notes.append(
        Diagnostic(
          .assumption, .note,
          Text(
            en: "No series: name its columns with --period and --value.",
            zh: "未识别序列：请用 --period 和 --value 指明列。")))
    }
    let payload = Payload(
      title: dataset.title, isSimulated: dataset.profile.isSimulated, resources: resources,
      series: series, events: dataset.profile.events, figures: dataset.profile.figures)
    let keyNames = Array(Set(series.flatMap { $0.key.keys })).sorted()
    let rows = series.map { entry in
      keyNames.map { Cell.text(entry.key[$0] ?? "") } + [
        .text(entry.frequency.rawValue), .text(entry.start.description),
        .text(entry.end.description), .number(Double(entry.count), decimals: 0),
        .number(Double(entry.missing), decimals: 0), .number(entry.minimum, decimals: 1),
        .number(entry.median, decimals: 1), .number(entry.maximum, decimals: 1),
      ]
    }
    let table = ResultTable(
      keyNames + [
        "frequency", "start", "end", "count", "missing", "minimum", "median", "maximum",
      ], rows)
    try CommandResult(
      schema: "caseload.inspect/1", payload: payload, table: table,
      text: text(payload, dataset, table), isTabular: false, diagnostics: notes
    ).emit(global, dataset)
  }

  private static func summary(_ entry: Panel.Entry, _ keyNames: [String]) -> SeriesSummary {
    let series = entry.series
    let values = series.observed.map(\.value)
    return SeriesSummary(
      key: Dictionary(zip(keyNames, entry.key)) { $1 }, frequency: series.frequency,
      start: series.start, end: series.lastPeriod, count: series.count,
      missing: series.missingCount, minimum: values.min(), median: Descriptive.median(values),
      maximum: values.max(), total: series.measure == .flow ? values.accurateSum : nil)
  }

  private func text(_ payload: Payload, _ dataset: Dataset, _ table: ResultTable) -> String {
    let language = global.language
    let zh = language == .zh
    var text = payload.title[language] + "\n"
    if payload.isSimulated { text += zh ? "模拟数据，非真实法院\n" : "simulated data, no real court\n" }
    if let package = dataset.package {
      if !package.description.isEmpty { text += package.description + "\n" }
      for source in package.sources {
        text += (zh ? "来源：" : "source: ") + source.title
        text += source.path.isEmpty ? "\n" : "  \(source.path)\n"
      }
    }
    text += "\n"
    for resource in payload.resources {
      let columns = resource.columns.joined(separator: ", ")
      text +=
        zh
        ? "\(resource.name)：\(resource.rows) 行；列 \(columns)\n"
        : "\(resource.name): \(resource.rows) rows; columns \(columns)\n"
    }
    if !payload.series.isEmpty { text += "\n" + table.text(language) }
    for event in payload.events {
      let span = event.to.map { "\(event.from) … \($0)" } ?? "\(event.from)"
      let name = event.name[language]
      text += zh ? "\n已知事件：\(name)，\(span)" : "\nknown event: \(name), \(span)"
    }
    if !payload.events.isEmpty { text += "\n" }
    if let figures = payload.figures {
      text +=
        zh
        ? "\n已发布数字登记表：\(figures)（caseload audit 可核对）\n"
        : "\nregister of published figures: \(figures) (checked by `caseload audit`)\n"
    }
    return text
  }
}
