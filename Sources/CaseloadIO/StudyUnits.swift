import Caseload

/// The units of a study and the rows of the table that belong to each.
struct StudyUnits {
  let table: Table
  let panel: Panel
  /// How `--treated` and messages name the units.
  let labels: [String]
  /// The unit of each row; −1 for a row of none.
  private let unitOfRow: [Int]
  /// The cells of the period column, for messages.
  private let periods: [String]

  init(_ table: Table, _ panel: Panel, period: String) throws(Diagnostic) {
    self.table = table
    self.panel = panel
    labels = panel.entries.map { $0.key.joined(separator: "/") }
    periods = try table.text(period)
    let index = Dictionary(panel.entries.enumerated().map { ($1.key, $0) }) { first, _ in first }
    var keys: [[String]] = []
    for name in panel.keyNames { keys.append(try table.text(name)) }
    unitOfRow = (0..<table.rowCount).map { row in index[keys.map { $0[row] }] ?? -1 }
  }

  var frequency: Frequency? { panel.entries.first?.series.frequency }

  func place(_ row: Int, _ column: String) -> Diagnostic.Location {
    let unit = unitOfRow[row]
    let label = labels.indices.contains(unit) ? labels[unit] : ""
    return Diagnostic.Location(
      file: table.source, row: table.lines[row], column: column,
      series: label.isEmpty ? nil : label, period: periods[row])
  }

  /// One cell a unit, from the first of its rows that has one.
  ///
  /// - Throws: ``DiagnosticCode/duplicatePeriod`` where `same` finds two cells of a unit different.
  func constant(
    _ name: String, what: Text, same: (String, String) -> Bool = { $0 == $1 }
  ) throws(Diagnostic) -> [(cell: String, row: Int)?] {
    let cells = try table.text(name)
    var found: [(cell: String, row: Int)?] = Array(repeating: nil, count: labels.count)
    for row in cells.indices {
      let unit = unitOfRow[row]
      guard unit >= 0 else { continue }
      guard let known = found[unit] else {
        found[unit] = (cells[row], row)
        continue
      }
      guard same(known.cell, cells[row]) else {
        throw Diagnostic(
          .duplicatePeriod, .error,
          Text(
            en: "\(what.en) of \(labels[unit]) is '\(known.cell)' in row \(table.lines[known.row]) "
              + "and '\(cells[row])' here.",
            zh: "\(labels[unit]) 的\(what.zh)在第 \(table.lines[known.row]) 行为 '\(known.cell)'，此处为 "
              + "'\(cells[row])'。"),
          at: place(row, name),
          hint: Text(
            en: "A unit has one; write the same into all its rows.", zh: "每个单位只有一个，请在其所有行写同一值。"))
      }
    }
    return found
  }

  /// A label a unit.
  func labels(_ name: String) throws(Diagnostic) -> [String] {
    let cells = try constant(name, what: Text(en: "'\(name)'", zh: " '\(name)' "))
    var labels: [String] = []
    for cell in cells {
      guard let cell, !Table.missingMarks.contains(cell.cell) else {
        throw Diagnostic(
          .valueOutOfRange, .error,
          Text(
            en: "The cell is empty, and every unit needs its '\(name)'.",
            zh: "单元格为空，而每个单位都需要 '\(name)'。"),
          at: cell.map { place($0.row, name) },
          hint: Text(en: "Fill the cell.", zh: "请填写该单元格。"))
      }
      labels.append(cell.cell)
    }
    return labels
  }

  /// A number a unit; NaN where it has none.
  func numbers(_ name: String) throws(Diagnostic) -> [Double] {
    _ = try table.numbers(name)
    let what = Text(en: "'\(name)'", zh: " '\(name)' ")
    let cells = try constant(name, what: what) { Table.number($0) == Table.number($1) || $0 == $1 }
    return cells.map { $0.flatMap { Table.number($0.cell) } ?? .nan }
  }

  /// A weight a unit.
  ///
  /// - Throws: ``DiagnosticCode/valueOutOfRange`` for one that is missing or below zero.
  func weights(_ name: String) throws(Diagnostic) -> [Double] {
    let weights = try numbers(name)
    guard let unit = weights.firstIndex(where: { !($0 >= 0) }) else { return weights }
    let row = unitOfRow.firstIndex(of: unit)
    throw Diagnostic(
      .valueOutOfRange, .error,
      Text(
        en: "\(labels[unit]) has no weight of zero or more in '\(name)'.",
        zh: "\(labels[unit]) 在 '\(name)' 中没有非负的权重。"),
      at: row.map { place($0, name) },
      hint: Text(en: "Fill in a number; 0 leaves the unit out.", zh: "请填写数值；0 表示略去该单位。"))
  }

  /// Yes or no for each unit.
  func flags(_ name: String) throws(Diagnostic) -> [Bool] {
    let cells = try constant(name, what: Text(en: "'\(name)'", zh: " '\(name)' "))
    var flags: [Bool] = []
    for cell in cells {
      switch cell?.cell.lowercased() {
      case "1", "true", "yes", "1.0", "是": flags.append(true)
      case "0", "false", "no", "0.0", "否": flags.append(false)
      default:
        throw Diagnostic(
          .valueOutOfRange, .error,
          Text(
            en: "'\(cell?.cell ?? "")' does not say whether the programme could act on the unit.",
            zh: "'\(cell?.cell ?? "")' 未能说明该措施是否可能作用于该单位。"),
          at: cell.map { place($0.row, name) },
          hint: Text(en: "Write 1 or 0, or yes or no.", zh: "请写 1 或 0，是或否。"))
      }
    }
    return flags
  }

  /// A variable that changes over time, in the panel's order.
  func variable(_ name: String, _ base: SeriesSelection, notes: inout [Diagnostic])
    throws(Diagnostic) -> Study.Variable
  {
    var selection = base
    selection.value = name
    selection.keys = panel.keyNames
    selection.measure = .ratio
    selection.gaps = .missing
    selection.name = Text(name)
    selection.unit = nil
    let (read, _) = try table.panel(selection)
    let byKey = Dictionary(read.entries.map { ($0.key, $0.series) }) { first, _ in first }
    let series = panel.entries.map { entry in
      byKey[entry.key] ?? entry.series.replacing(entry.series.values.map { _ in .nan })
    }
    let missing = series.reduce(0) { $0 + $1.missingCount }
    if missing > 0 {
      notes.append(
        Diagnostic(
          .missingValues, .note,
          Text(
            en: "\(missing) \(missing == 1 ? "value" : "values") of '\(name)' are missing.",
            zh: "'\(name)' 有 \(missing) 个缺失值。"),
          at: Diagnostic.Location(file: table.source, column: name)))
    }
    return Study.Variable(name: Text(name), series: series)
  }
}
