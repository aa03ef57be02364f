import Caseload
import CaseloadIO

/// Whose numbers a column holds.
enum DocketSide: String { case planned, actual }

/// The columns of a post-mortem's tables.
struct PostMortemColumns {
  /// Base names by role; `a,b` names the projection's column and that of what happened.
  var names: [String: String]
  var period: String
  var frequency: Frequency?
  var keys: [String]
  var caseType: String?
  var origin: String?

  /// The numbers that a row may have.
  static let roles = [
    "filings", "resolved", "pending", "opening", "judges", "productivity", "minutes",
    "standardDeviation", "lower80", "upper80", "lower95", "upper95",
  ]

  /// One row of a table, as far as it says anything about one side.
  struct Row {
    let origin: Period?
    let key: [String]
    let caseType: String
    let period: Period
    let line: Int
    let values: [String: Double]

    func has(_ role: String) -> Bool { !(values[role] ?? .nan).isNaN }
  }

  /// The column of `role` on `side`: `planned_filings` before `filings`; `nil` where there is none.
  private func column(_ role: String, _ side: DocketSide, _ table: Table) throws(Diagnostic)
    -> String?
  {
    let given = names[role]
    let parts = (given ?? role).split(separator: ",").map(String.init)
    let base = (side == .actual ? parts.last : parts.first) ?? role
    let marked = "\(side.rawValue)_\(base)"
    if table.columnNames.contains(marked) { return marked }
    if table.columnNames.contains(base) { return base }
    if given != nil { _ = try table.column(base) }
    return nil
  }

  /// The rows of `table` that say anything about `side`.
  func rows(_ table: Table, _ side: DocketSide) throws(Diagnostic) -> [Row] {
    var columns: [(role: String, values: [Double])] = []
    for role in Self.roles {
      guard let name = try column(role, side, table) else { continue }
      let values = try table.numbers(name)
      if let i = values.firstIndex(where: { $0 < 0 }), !role.hasPrefix("lower") {
        throw Diagnostic(
          .negativeCount, .error,
          Text(
            en: "\(NumberText.plain(values[i])) is below zero.",
            zh: "\(NumberText.plain(values[i])) 小于零。"),
          at: Diagnostic.Location(file: table.source, row: table.lines[i], column: name),
          hint: Text(en: "Correct the cell.", zh: "请更正该单元格。"))
      }
      columns.append((role, values))
    }
    let roles = Set(columns.map(\.role))
    guard roles.contains("filings"),
      roles.contains("resolved") || roles.isSuperset(of: ["productivity", "judges"])
    else { throw missing(table, side, roles.contains("filings") ? "resolved" : "filings") }
    let labels = try table.text(period)
    var keyColumns: [[String]] = []
    for key in keys { keyColumns.append(try table.text(key)) }
    let types = try caseType.map { name throws(Diagnostic) in try table.text(name) }
    let origins = try origin.map { name throws(Diagnostic) in try table.text(name) }
    var rows: [Row] = []
    for i in 0..<table.rowCount {
      let values = Dictionary(uniqueKeysWithValues: columns.map { ($0.role, $0.values[i]) })
      // A period that has not happened yet, or that the projection leaves out.
      if (values["filings"] ?? .nan).isNaN, (values["resolved"] ?? .nan).isNaN { continue }
      rows.append(
        Row(
          origin: try origins.map { cells throws(Diagnostic) in
            try time(cells[i], table, i, origin ?? "")
          },
          key: keyColumns.map { $0[i] }, caseType: types?[i] ?? "",
          period: try time(labels[i], table, i, period), line: table.lines[i], values: values))
    }
    return rows
  }

  private func time(_ label: String, _ table: Table, _ row: Int, _ column: String)
    throws(Diagnostic) -> Period
  {
    guard let period = Period(label) else {
      throw Diagnostic(
        .notAPeriod, .error,
        Text(en: "'\(label)' is not a period.", zh: "'\(label)' 不是时期。"),
        at: Diagnostic.Location(file: table.source, row: table.lines[row], column: column),
        hint: Text(
          en: "Write 2024, 2024-Q1, 2024-03 or a date, with --frequency for dates that stand for "
            + "longer periods.",
          zh: "请写作 2024、2024-Q1、2024-03 或日期；日期代表较长时期时请加 --frequency。"))
    }
    return frequency.flatMap { period.containing($0) } ?? period
  }

  private func missing(_ table: Table, _ side: DocketSide, _ role: String) -> Diagnostic {
    let what =
      side == .planned ? Text(en: "planned", zh: "计划") : Text(en: "actual", zh: "实际")
    return Diagnostic(
      .unknownColumn, .error,
      Text(
        en: "The table has no column of \(what.en) \(role).",
        zh: "表中没有\(what.zh)的 \(role) 列。"),
      at: Diagnostic.Location(file: table.source, row: 1),
      hint: Text(
        en: "Name it with --\(role) COLUMN, or call it \(side.rawValue)_\(role); the columns are "
          + "\(table.columnNames.joined(separator: ", ")).",
        zh: "请用 --\(role) 指明列名，或将其命名为 \(side.rawValue)_\(role)；现有列："
          + "\(table.columnNames.joined(separator: "、"))。"))
  }
}
