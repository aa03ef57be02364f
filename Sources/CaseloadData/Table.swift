import CaseloadMath

/// A rectangular table with named columns: what a CSV file becomes.
///
/// Cells stay text until a question makes them numbers, periods or categories, so that an error can
/// name the row and show the cell as it was written.
public struct Table: Sendable {
  public enum Cells: Sendable {
    case text([String])
    case number([Double])
    /// Cells of a file, read where they lie.
    case slices(CellText)

    var count: Int {
      switch self {
      case .text(let cells): cells.count
      case .number(let cells): cells.count
      case .slices(let cells): cells.count
      }
    }
  }

  public struct Column: Sendable {
    public let name: String
    public let cells: Cells

    public init(name: String, cells: Cells) {
      self.name = name
      self.cells = cells
    }
  }

  /// Where the table came from, for messages.
  public let source: String
  public let columns: [Column]
  public let rowCount: Int
  /// The line of each row in its file; consecutive from 2 when the table was made in memory.
  public let lines: [Int]

  /// Cells that stand for a missing value.
  public static let missingMarks: Set<String> = ["", "NA", "NaN", "nan", "null", "NULL", "N/A"]

  /// - Precondition: all columns have one length.
  public init(source: String, columns: [Column], lines: [Int]? = nil) {
    let counts = columns.map(\.cells.count)
    let count = counts.first ?? 0
    precondition(counts.allSatisfy { $0 == count }, "columns of different lengths")
    self.source = source
    self.columns = columns
    rowCount = count
    self.lines = lines ?? Array(2..<(count + 2))
    precondition(self.lines.count == count)
  }

  public var columnNames: [String] { columns.map(\.name) }

  /// - Throws: ``DiagnosticCode/unknownColumn``, with the nearest name.
  public func column(_ name: String) throws(Diagnostic) -> Column {
    guard let column = columns.first(where: { $0.name == name }) else {
      throw Diagnostic.unknownName(
        name, among: columnNames, kind: Text(en: "column", zh: "列"), code: .unknownColumn,
        at: Diagnostic.Location(file: source, row: 1, column: name))
    }
    return column
  }

  /// The cells of a column as text.
  public func text(_ name: String) throws(Diagnostic) -> [String] {
    switch try column(name).cells {
    case .text(let cells): return cells
    case .number(let cells): return cells.map { $0.isNaN ? "" : numberText($0) }
    case .slices(let cells): return (0..<cells.count).map { cells[$0] }
    }
  }

  /// The cells of a column as numbers; missing ones are NaN.
  ///
  /// - Throws: ``DiagnosticCode/notANumber`` at the first cell that is neither a number nor missing.
  public func numbers(_ name: String) throws(Diagnostic) -> [Double] {
    switch try column(name).cells {
    case .number(let cells): return cells
    case .text(let cells):
      var numbers: [Double] = []
      numbers.reserveCapacity(cells.count)
      for (i, cell) in cells.enumerated() {
        guard let number = Self.number(cell) else {
          throw Self.notANumber(
            cell, at: Diagnostic.Location(file: source, row: lines[i], column: name))
        }
        numbers.append(number)
      }
      return numbers
    case .slices(let cells):
      let (numbers, refused) = cells.numbers()
      if let i = refused {
        throw Self.notANumber(
          cells[i], at: Diagnostic.Location(file: source, row: lines[i], column: name))
      }
      return numbers
    }
  }

  /// The rows by the text of a column, numbered as they first occur; a missing cell has −1.
  ///
  /// - Throws: ``DiagnosticCode/unknownColumn``.
  func grouped(_ name: String) throws(Diagnostic) -> (codes: [Int32], labels: [String]) {
    if case .slices(let cells) = try column(name).cells { return cells.grouped() }
    var index: [String: Int32] = [:]
    var labels: [String] = []
    let codes = try text(name).map { cell -> Int32 in
      if let code = index[cell] { return code }
      let isMissing = Self.missingMarks.contains(cell)
      let code = isMissing ? -1 : Int32(labels.count)
      if !isMissing { labels.append(cell) }
      index[cell] = code
      return code
    }
    return (codes, labels)
  }

  /// Throws at the first cell that is no number where most cells are: a slip, and no category.
  func refuseNearlyNumeric(_ name: String) throws(Diagnostic) {
    let (codes, labels) = try grouped(name)
    let isNumber = labels.map { Self.number($0) != nil }
    var (known, numbers) = (0, 0)
    for code in codes where code >= 0 {
      known += 1
      if isNumber[Int(code)] { numbers += 1 }
    }
    guard numbers > 10, 10 * numbers > 9 * known,
      let row = codes.firstIndex(where: { $0 >= 0 && !isNumber[Int($0)] })
    else { return }
    let cell = labels[Int(codes[row])]
    throw Self.notANumber(
      cell, at: Diagnostic.Location(file: source, row: lines[row], column: name))
  }

  /// Whether every cell of the column is a number or missing, and one is a number.
  public func isNumeric(_ column: Column) -> Bool {
    switch column.cells {
    case .number: return true
    case .text(let cells):
      var found = false
      for cell in cells {
        guard let number = Self.number(cell) else { return false }
        found = found || !number.isNaN
      }
      return found
    case .slices(let cells):
      var found = false
      for i in 0..<cells.count {
        guard let number = cells.number(i) else { return false }
        found = found || !number.isNaN
      }
      return found
    }
  }

  /// The number written in a cell: NaN for a missing mark, `nil` for anything that is no number.
  public static func number(_ cell: String) -> Double? {
    if let number = decimal(cell) {
      return number.isFinite ? number : (missingMarks.contains(cell) ? .nan : nil)
    }
    var trimmed = Substring(cell)
    while let first = trimmed.first, first.isWhitespace { trimmed.removeFirst() }
    while let last = trimmed.last, last.isWhitespace { trimmed.removeLast() }
    if missingMarks.contains(String(trimmed)) { return .nan }
    guard trimmed.count < cell.count, let number = decimal(trimmed), number.isFinite else {
      return nil
    }
    return number
  }

  /// `Double` reads hexadecimal digits too.
  private static func decimal(_ text: some StringProtocol) -> Double? {
    text.utf8.contains { $0 | 0x20 == UInt8(ascii: "x") } ? nil : Double(text)
  }

  private static func notANumber(_ cell: String, at location: Diagnostic.Location) -> Diagnostic {
    var hint = Text(
      en: "Write a plain number such as 1234.5; leave the cell empty where the value is missing.",
      zh: "请写成 1234.5 这样的数字；缺失值请留空。")
    let digits = cell.filter { $0.isASCII && $0.isNumber }
    let joined = cell.filter { !",，'’ ".contains($0) }
    let zeroed = String(joined.map { "OoＯ".contains($0) ? "0" : $0 })
    if !digits.isEmpty, zeroed != joined, number(zeroed) != nil {
      hint = Text(en: "Is the letter O meant to be 0?", zh: "字母 O 是否应为 0？")
    } else if !digits.isEmpty, number(joined) != nil {
      hint = Text(en: "Remove the thousands separator.", zh: "请去掉千位分隔符。")
    } else if cell.unicodeScalars.contains(where: { (0xFF10...0xFF19).contains($0.value) }) {
      hint = Text(en: "Write the digits half-width.", zh: "请使用半角数字。")
    } else if !digits.isEmpty {
      hint = Text(
        en: "Put the unit into the header and only the number into the cell.",
        zh: "请把单位写入表头，单元格只写数字。")
    }
    return Diagnostic(
      .notANumber, .error,
      Text(en: "'\(cell)' is not a number.", zh: "'\(cell)' 不是数字。"), at: location, hint: hint)
  }
}

/// The shortest text that reads back as `x`; whole numbers without a decimal point.
package func numberText(_ x: Double) -> String {
  if x == x.rounded(.towardZero), abs(x) < 1e15 { return String(Int64(x)) }
  return "\(x)"
}
