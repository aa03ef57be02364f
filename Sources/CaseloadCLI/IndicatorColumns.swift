import Caseload
import CaseloadIO

/// The rows of a table with the clearance rate and the disposition time added.
struct IndicatorColumns {
  let dataset: Dataset
  let resource: String?
  let incoming: String
  let resolved: String
  let pending: String
  let days: Double?

  func emit(_ global: GlobalOptions) throws {
    let table = try dataset.table(resource ?? dataset.profile.workload?.resource)
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
