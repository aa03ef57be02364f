import CaseloadData
import CaseloadMath

/// The rows of a table as indicators see them: keys, period, case code and named numbers.
public struct IndicatorFrame: Sendable {
  /// One row.
  public struct Row: Sendable, Equatable {
    public var key: [String]
    /// `nil` where the table has no periods.
    public var period: Period?
    /// The case code, which scopes go by; `nil` where the table has none.
    public var code: String?
    /// By column id; what is missing has no entry.
    public var values: [String: Double]
    /// In the file.
    public var line: Int

    /// A row.
    public init(
      key: [String], period: Period? = nil, code: String? = nil, values: [String: Double],
      line: Int = 0
    ) {
      self.key = key
      self.period = period
      self.code = code
      self.values = values
      self.line = line
    }
  }

  public let keyNames: [String]
  public let rows: [Row]
  /// Where the rows came from.
  public let source: String
  /// The table's column of each column id.
  public let mapping: [String: String]

  /// Rows that are given.
  public init(
    keyNames: [String], rows: [Row], source: String = "", mapping: [String: String] = [:]
  ) {
    self.keyNames = keyNames
    self.rows = rows
    self.source = source
    self.mapping = mapping
  }

  /// Which columns of a table are what.
  public struct Selection: Sendable {
    /// Columns by id, before any alias: filings → 新收.
    public var map: [String: String] = [:]
    /// The column of periods; `nil` looks for a usual name.
    public var period: String?
    /// The columns that tell courts apart; `nil` takes text columns until they identify a row.
    public var keys: [String]?
    /// The column of case codes.
    public var code: String?

    /// Everything by its usual name.
    public init() {}
  }

  /// Names that a column of periods usually has.
  static let periodNames = [
    "period", "year", "month", "quarter", "date", "时期", "年份", "年度", "月份", "年月", "统计期",
  ]

  /// The rows of `table`.
  ///
  /// - Parameters:
  ///   - table: any.
  ///   - catalogue: names the columns.
  ///   - selection: which columns are what.
  /// - Throws: ``DiagnosticCode/unknownColumn``, ``DiagnosticCode/notANumber``,
  ///   ``DiagnosticCode/negativeCount``, ``DiagnosticCode/notAPeriod``, each with its place.
  public init(_ table: Table, _ catalogue: IndicatorCatalogue, _ selection: Selection)
    throws(Diagnostic)
  {
    source = table.source
    var mapping: [String: String] = [:]
    let lowercased = Dictionary(
      table.columnNames.map { ($0.lowercased(), $0) }, uniquingKeysWith: { first, _ in first })
    var ids = catalogue.columns.map(\.id)
    for definition in catalogue.indicators {
      for id in definition.columns where !ids.contains(id) { ids.append(id) }
    }
    for (id, name) in selection.map.sorted(by: { $0.key < $1.key }) {
      guard ids.contains(id) else {
        throw Diagnostic.unknownName(
          id, among: ids, kind: Text(en: "column of an indicator", zh: "指标用列"))
      }
      mapping[id] = try table.column(name).name
    }
    for id in ids where mapping[id] == nil {
      let column = catalogue.column(id)
      let names =
        [id] + (column?.aliases ?? []) + (column.map { [$0.name.zh, $0.name.en] } ?? [])
      mapping[id] = names.lazy.compactMap { lowercased[$0.lowercased()] }.first {
        !selection.map.values.contains($0)
      }
    }
    self.mapping = mapping

    var periodColumn: String?
    if let name = selection.period {
      periodColumn = try table.column(name).name
    } else {
      periodColumn = Self.periodNames.lazy.compactMap { lowercased[$0] }.first
    }
    if let code = selection.code { _ = try table.column(code) }
    let periods = try Self.periods(table, periodColumn, isNamed: selection.period != nil)
    if periods == nil { periodColumn = nil }
    let codes = try selection.code.map { name throws(Diagnostic) in try table.text(name) }

    let used = Set(mapping.values).union([periodColumn, selection.code].compactMap { $0 })
    var names: [String] = []
    var keys = [[String]](repeating: [], count: table.rowCount)
    let candidates: [String]
    if let wanted = selection.keys {
      candidates = wanted
    } else {
      candidates = table.columns.filter { !used.contains($0.name) && !table.isNumeric($0) }
        .map(\.name)
    }
    for name in candidates {
      if selection.keys == nil, Self.areDistinct(keys, periods, codes) { break }
      let cells = try table.text(name)
      names.append(name)
      for i in keys.indices { keys[i].append(cells[i]) }
    }
    keyNames = names

    var values = [[String: Double]](repeating: [:], count: table.rowCount)
    for (id, name) in mapping.sorted(by: { $0.key < $1.key }) {
      let numbers = try table.numbers(name)
      for (i, x) in numbers.enumerated() where !x.isNaN {
        guard x >= 0 else {
          throw Diagnostic(
            .negativeCount, .error,
            Text(
              en: "\(NumberText.plain(x)) is below zero.", zh: "\(NumberText.plain(x)) 小于零。"),
            at: Diagnostic.Location(file: table.source, row: table.lines[i], column: name),
            hint: Text(en: "Correct the cell.", zh: "请更正该单元格。"))
        }
        values[i][id] = x
      }
    }
    rows = (0..<table.rowCount).map { i in
      Row(
        key: keys[i], period: periods?[i], code: codes?[i], values: values[i],
        line: table.lines[i])
    }
  }

  /// The periods of a column; `nil` where it has none and nobody said that it had.
  private static func periods(_ table: Table, _ name: String?, isNamed: Bool) throws(Diagnostic)
    -> [Period?]?
  {
    guard let name else { return nil }
    var result: [Period?] = []
    for (i, cell) in try table.text(name).enumerated() {
      if Table.missingMarks.contains(cell) {
        result.append(nil)
        continue
      }
      guard let period = Period(cell) else {
        guard isNamed else { return nil }
        throw Diagnostic(
          .notAPeriod, .error, Text(en: "'\(cell)' is not a period.", zh: "'\(cell)' 不是时期。"),
          at: Diagnostic.Location(file: table.source, row: table.lines[i], column: name),
          hint: Text(en: "Write 2019, 2019-Q1 or 2019-03.", zh: "请写作 2019、2019-Q1 或 2019-03。"))
      }
      result.append(period)
    }
    return result
  }

  private static func areDistinct(_ keys: [[String]], _ periods: [Period?]?, _ codes: [String]?)
    -> Bool
  {
    var seen: Set<[String]> = []
    for i in keys.indices {
      let place = [periods?[i]?.description ?? "", codes?[i] ?? ""]
      if !seen.insert(keys[i] + place).inserted { return false }
    }
    return true
  }

  /// The same rows with `values` of another frame added where key columns and period agree: judges
  /// that stand in a table of their own.
  ///
  /// - Parameter other: its keys are some of the keys here.
  /// - Returns: rows with the numbers that they did not have yet.
  public func joined(with other: IndicatorFrame) -> IndicatorFrame {
    let positions = other.keyNames.map { keyNames.firstIndex(of: $0) }
    guard !positions.contains(nil) else { return self }
    var values: [[String]: [String: Double]] = [:]
    for row in other.rows {
      values[row.key + [row.period?.description ?? ""]] = row.values
    }
    let merged = rows.map { row -> Row in
      var row = row
      let key = positions.compactMap { $0.map { row.key[$0] } }
      let found = values[key + [row.period?.description ?? ""]] ?? [:]
      row.values.merge(found) { own, _ in own }
      return row
    }
    return IndicatorFrame(
      keyNames: keyNames, rows: merged, source: source,
      mapping: mapping.merging(other.mapping) { own, _ in own })
  }
}
