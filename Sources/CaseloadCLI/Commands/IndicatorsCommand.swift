import ArgumentParser
import Caseload
import CaseloadIO

struct IndicatorsCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "indicators",
    abstract: "Clearance rate and disposition time beside each row.",
    discussion: """
      EXAMPLES
        caseload indicators courts.csv --incoming incoming --resolved resolved --pending pending
      """)

  @OptionGroup var global: GlobalOptions

  @OptionGroup var tableOptions: TableOptions

  @Option(help: "The column of incoming cases.")
  var incoming: String

  @Option(help: "The column of resolved cases.")
  var resolved: String

  @Option(help: "The column of cases pending at the end.")
  var pending: String

  @Option(help: "The length of a row's period in days (default: 365).")
  var days: Double?

  func run() throws {
    guard (days ?? 365) > 0 else {
      throw Diagnostic(
        .illegalOption, .error,
        Text(en: "A period of \(days ?? 0) days is not possible.", zh: "时期长度不能为 \(days ?? 0) 天。"),
        hint: Text(en: "Write --days 365.", zh: "请写作 --days 365。"))
    }
    let dataset = try tableOptions.dataset()
    let table = try dataset.table(tableOptions.resource ?? dataset.profile.workload?.resource)
    let values = try [incoming, resolved, pending].map { name in
      let column = try table.numbers(name)
      if let row = column.firstIndex(where: { $0 < 0 }) {
        throw Diagnostic(
          .negativeCount, .error,
          Text(
            en: "\(NumberText.plain(column[row])) cases are below zero.",
            zh: "案件数 \(NumberText.plain(column[row])) 小于零。"),
          at: Diagnostic.Location(file: table.source, row: table.lines[row], column: name),
          hint: Text(en: "Correct the cell.", zh: "请更正该单元格。"))
      }
      return column
    }
    var notes = dataset.notes
    if days == nil, let first = (try? table.text("period"))?.first.flatMap({ Period($0) }),
      first.frequency != .yearly, first.frequency != .index
    {
      notes.append(
        Diagnostic(
          .assumption, .note,
          Text(
            en: "The disposition time takes a row for a year of 365 days, and the periods are "
              + "\(first.frequency.rawValue).",
            zh: "平均处理时间按每行 365 天计算，而时期为 \(first.frequency.rawValue)。"),
          at: Diagnostic.Location(file: table.source, column: "period"),
          hint: Text(en: "Give the length of a row with --days.", zh: "请用 --days 指明每行的天数。")))
    }
    let days = days ?? 365
    let texts = try table.columnNames.map { try table.text($0) }
    var rows: [[Cell]] = []
    for i in 0..<table.rowCount {
      let (filed, closed, open) = (values[0][i], values[1][i], values[2][i])
      let rate =
        filed.isNaN || closed.isNaN
        ? nil : CourtIndicators.clearanceRate(incoming: filed, resolved: closed)
      let time =
        closed.isNaN || open.isNaN
        ? nil : CourtIndicators.dispositionTime(resolved: closed, pending: open, days: days)
      if rate == nil || time == nil {
        notes.append(
          Diagnostic(
            .notComputable, .note,
            Text(
              en: "An indicator does not exist here: a part is missing or its denominator is zero.",
              zh: "此处指标不存在：缺少数据或分母为零。"),
            at: Diagnostic.Location(file: table.source, row: table.lines[i])))
      }
      rows.append(
        texts.map { .text($0[i]) } + [.number(rate, decimals: 2), .number(time, decimals: 0)])
    }
    let result = ResultTable(table.columnNames + ["clearanceRate", "dispositionTime"], rows)
    let payload = rows.map { row in
      Dictionary(
        zip(result.columns, row).map { name, cell -> (String, JSON) in
          switch cell {
          case .text(let text): (name, Double(text).map { .number($0) } ?? .string(text))
          case .number(let x, _): (name, x.map { .number($0) } ?? .null)
          }
        }
      ) { $1 }
    }
    try CommandResult(
      schema: "caseload.indicators/1", payload: payload, table: result, diagnostics: notes
    ).emit(global, dataset)
  }
}
