import ArgumentParser
import Caseload
import CaseloadIO

struct IndicatorsCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "indicators",
    abstract: "Court indicators by their definitions: clearance, disposition time, 结案率, …",
    discussion: """
      EXAMPLES
        caseload indicators courts.csv --incoming incoming --resolved resolved --pending pending
        caseload indicators courts.csv --indicator clearance-rate,disposition-time
        caseload indicators 统计.csv --indicator closing-rate --map accepted=受理,resolved=结案 --lang zh
        caseload indicators Datasets/riverside --by court --period-rule calendar-year
        caseload indicators cases.csv --indicator closed-per-judge --code 代字 --by court
        caseload indicators --list
        caseload indicators --show litigation-rate
        caseload indicators courts.csv --definitions ours.yaml --indicator our-rate

      With --incoming, --resolved and --pending alone, the rows are given back with clearanceRate
      (percent) and dispositionTime (days). Otherwise every indicator is computed that the columns
      allow, or those of --indicator; columns are found by their usual names, or by --map.
      """)

  @OptionGroup var global: GlobalOptions

  @Argument(
    help: "A folder with datapackage.json, a CSV or TSV file, or - for standard input.")
  var data: String?

  @Option(help: "The resource of a dataset folder.")
  var resource: String?

  @Option(help: "auto, utf-8 or gb18030.")
  var encoding = "auto"

  @Option(help: "The column of incoming cases.")
  var incoming: String?

  @Option(help: "The column of resolved cases.")
  var resolved: String?

  @Option(help: "The column of cases pending at the end.")
  var pending: String?

  @Option(help: "The length of a row's period in days (default: 365, or that of the period).")
  var days: Double?

  @Option(help: "The indicators to compute, with commas, by id or name.")
  var indicator: String?

  @Option(help: "A YAML file of definitions, which adds to the built-in ones or replaces them.")
  var definitions: String?

  @Option(help: "Columns of the table, as filings=新收,resolved=结案; repeatable.")
  var map: [String] = []

  @Option(help: "The column of periods (default: period, year, …).")
  var period: String?

  @Option(help: "The columns that tell courts apart, with commas; others are added up.")
  var by: String?

  @Option(help: "The column of case codes, by which definitions include and exclude cases.")
  var code: String?

  @Option(
    help: ArgumentHelp(
      "In place of the definitions' own rule of periods.",
      discussion: IndicatorDefinition.PeriodRule.allCases.map(\.rawValue).joined(separator: ", ")))
  var periodRule: IndicatorDefinition.PeriodRule?

  @OptionGroup var levelOption: LevelOption

  @Flag(help: "List all definitions.")
  var list = false

  @Option(help: "Show one definition in full.")
  var show: String?

  func run() throws {
    if let days, !(days > 0 && days.isFinite) {
      throw Diagnostic(
        .illegalOption, .error,
        Text(
          en: "A period of \(NumberText.plain(days)) days is not possible.",
          zh: "时期长度不能为 \(NumberText.plain(days)) 天。"),
        hint: Text(en: "Write --days 365.", zh: "请写作 --days 365。"))
    }
    let (catalogue, notes) = try IndicatorDefinitions.catalogue(with: definitions)
    if list || show != nil {
      try IndicatorListing(catalogue: catalogue, show: show, notes: notes).emit(global)
      return
    }
    guard let data else {
      throw Diagnostic(
        .missingOption, .error,
        Text(en: "Which data?", zh: "未指明数据。"),
        hint: Text(
          en: "Name a CSV file or folder; --list shows the indicators without data.",
          zh: "请给出 CSV 文件或文件夹；--list 可不带数据列出全部指标。"))
    }
    let dataset = try Dataset(data, encoding: encoding)
    let isPlain =
      indicator == nil && definitions == nil && map.isEmpty && periodRule == nil && code == nil
    if isPlain, let incoming, let resolved, let pending {
      try IndicatorColumns(
        dataset: dataset, resource: resource, incoming: incoming, resolved: resolved,
        pending: pending, days: days
      ).emit(global)
      return
    }
    let inputs = IndicatorInputs(
      dataset: dataset, catalogue: catalogue, resource: resource,
      map: try columnMap(), period: period,
      by: by.map { $0.split(separator: ",").map(String.init).filter { !$0.isEmpty } }, code: code,
      indicators: indicator.map { $0.split(separator: ",").map(String.init) }, rule: periodRule,
      days: days, level: try levelOption.fraction())
    try inputs.emit(global, notes: notes)
  }

  /// Columns by id, from --map and the three options of old.
  private func columnMap() throws(Diagnostic) -> [String: String] {
    var columns: [String: String] = [:]
    for (id, name) in [("filings", incoming), ("resolved", resolved), ("pending", pending)] {
      if let name { columns[id] = name }
    }
    for pair in map.flatMap({ $0.split(separator: ",") }) {
      let parts = pair.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
      guard parts.count == 2, !parts[0].isEmpty, !parts[1].isEmpty else {
        throw Diagnostic(
          .illegalOption, .error,
          Text(en: "--map '\(pair)' is not id=COLUMN.", zh: "--map '\(pair)' 不是 标识=列名 的形式。"),
          hint: Text(
            en: "Write --map filings=新收,resolved=结案.", zh: "请写作 --map filings=新收,resolved=结案。"))
      }
      columns[String(parts[0])] = String(parts[1])
    }
    return columns
  }
}

extension IndicatorDefinition.PeriodRule: ExpressibleByArgument {}
