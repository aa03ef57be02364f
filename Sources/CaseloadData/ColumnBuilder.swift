import CaseloadMath

/// Columns of the rows that are used, checked as they come.
struct ColumnBuilder {
  private let rows: [Int]
  private let table: Table
  private let isWhole: Bool
  private var storage: [Double] = []
  private var count = 0

  init(rows: [Int], of table: Table) {
    self.rows = rows
    self.table = table
    isWhole = rows.count == table.rowCount
  }

  mutating func appendConstant() {
    storage += [Double](repeating: 1, count: rows.count)
    count += 1
  }

  /// - Throws: ``DiagnosticCode/valueOutOfRange`` at the first row without a finite value.
  mutating func append(_ column: [Double], _ name: String) throws(Diagnostic) {
    for row in rows where !column[row].isFinite {
      throw Diagnostic(
        .valueOutOfRange, .error,
        Text(
          en: "\(name) is not finite: the logarithm of zero, a root of a negative number or a "
            + "division by zero.",
          zh: "\(name) 不是有限数：对零取对数、负数开方或除以零。"),
        at: Diagnostic.Location(file: table.source, row: table.lines[row], column: name),
        hint: Text(
          en: "Use log1p(x), or leave those rows out.", zh: "可用 log1p(x)，或去掉这些行。"))
    }
    if isWhole { storage += column } else { for row in rows { storage.append(column[row]) } }
    count += 1
  }

  var matrix: Matrix { Matrix(rowCount: rows.count, columnCount: count, storage: storage) }

  /// The rows that are used of one column.
  static func column(_ values: [Double], _ name: String, rows: [Int], of table: Table)
    throws(Diagnostic) -> [Double]
  {
    var single = ColumnBuilder(rows: rows, of: table)
    try single.append(values, name)
    return single.storage
  }
}
