import CaseloadData

/// Delimited text to a ``Table`` that remembers its lines (RFC 4180).
enum CSVReader {
  /// The table in `text`.
  ///
  /// - Parameters:
  ///   - text: the whole file.
  ///   - delimiter: `nil` takes the one of comma, tab, semicolon and bar that occurs most in the
  ///     header.
  ///   - source: the file's name, for messages.
  ///   - firstRow: the line of the first row, where the text is a part of a longer file.
  /// - Returns: a table of text cells.
  /// - Throws: ``DiagnosticCode/malformedTable`` at the line, ``DiagnosticCode/emptyInput``.
  static func table(
    _ text: String, delimiter: Character? = nil, source: String, firstRow: Int? = nil
  ) throws(Diagnostic) -> Table {
    let bytes = Array(text.utf8)
    let separator = delimiter?.asciiValue ?? detectedDelimiter(bytes)
    var records = Records(bytes, separator: separator)
    guard let header = try records.next(source) else {
      throw Diagnostic(
        .emptyInput, .error, Text(en: "The table is empty.", zh: "表格为空。"),
        at: Diagnostic.Location(file: source),
        hint: Text(
          en: "The first line names the columns.", zh: "首行应为列名。"))
    }
    let names = header.cells.map { range in
      String(decoding: records.bytes[range], as: UTF8.self)
        .split(separator: " ").joined(separator: " ")
    }
    for (i, name) in names.enumerated() {
      let place = Diagnostic.Location(file: source, row: header.line, column: name)
      if name.isEmpty {
        throw Diagnostic(
          .malformedTable, .error,
          Text(en: "Column \(i + 1) has no name.", zh: "第 \(i + 1) 列没有列名。"), at: place,
          hint: Text(en: "Name every column in the first line.", zh: "请在首行写明每列的列名。"))
      }
      if names[..<i].contains(name) {
        throw Diagnostic(
          .malformedTable, .error,
          Text(en: "The column '\(name)' occurs twice.", zh: "列名 '\(name)' 重复。"), at: place,
          hint: Text(en: "Rename one of them.", zh: "请更改其中一个列名。"))
      }
    }
    var places = [[CellText.Place]](repeating: [], count: names.count)
    var lines: [Int] = []
    if let firstRow { records.line = firstRow }
    while let record = try records.next(source) {
      guard record.cells.count == names.count else {
        throw Diagnostic(
          .malformedTable, .error,
          Text(
            en: "The row has \(record.cells.count) cells, and the header has \(names.count).",
            zh: "该行有 \(record.cells.count) 个单元格，表头有 \(names.count) 列。"),
          at: Diagnostic.Location(file: source, row: record.line),
          hint: Text(
            en: "Put cells that contain the delimiter into quotation marks.",
            zh: "含分隔符的单元格请加引号。"))
      }
      for (j, cell) in record.cells.enumerated() {
        guard cell.count < CellText.longest else {
          throw Diagnostic(
            .malformedTable, .error,
            Text(en: "A cell is longer than 16 MiB.", zh: "单元格超过 16 MiB。"),
            at: Diagnostic.Location(file: source, row: record.line, column: names[j]),
            hint: Text(
              en: "Is a quotation mark missing?", zh: "是否缺少引号？"))
        }
        places[j].append(CellText.Place(cell))
      }
      lines.append(record.line)
    }
    let columns = zip(names, places).map { name, places in
      Table.Column(name: name, cells: .slices(CellText(records.bytes, places)))
    }
    return Table(source: source, columns: columns, lines: lines)
  }

  private static func detectedDelimiter(_ bytes: [UInt8]) -> UInt8 {
    let header = bytes.prefix { $0 != UInt8(ascii: "\n") && $0 != UInt8(ascii: "\r") }
    let candidates: [UInt8] = [",", "\t", ";", "|"].map { Character($0).asciiValue ?? 44 }
    return candidates.max { a, b in
      header.count { $0 == a } < header.count { $0 == b }
    }.flatMap { best in header.contains(best) ? best : nil } ?? UInt8(ascii: ",")
  }

  /// Splits bytes into records of cells; a quoted cell may hold delimiters and line ends.
  private struct Records {
    /// The text, and after it the cells that are written otherwise than they read.
    private(set) var bytes: [UInt8]
    private let separator: UInt8
    private let end: Int
    private var position = 0
    var line = 1
    private var cells: [Range<Int>] = []

    init(_ bytes: [UInt8], separator: UInt8) {
      self.bytes = bytes
      self.separator = separator
      end = bytes.count
    }

    mutating func next(_ source: String) throws(Diagnostic) -> (cells: [Range<Int>], line: Int)? {
      skipBlankLines()
      guard position < end else { return nil }
      let start = line
      cells.removeAll(keepingCapacity: true)
      while true {
        if position < end, bytes[position] == UInt8(ascii: "\"") {
          cells.append(try quoted(source, line: start))
        } else {
          let begin = position
          while position < end, bytes[position] != separator, !isLineEnd(bytes[position]) {
            position += 1
          }
          cells.append(begin..<position)
        }
        guard position < end, bytes[position] == separator else { break }
        position += 1
      }
      skipLineEnd()
      return (cells, start)
    }

    /// A cell that begins with a quotation mark.
    private mutating func quoted(_ source: String, line start: Int) throws(Diagnostic) -> Range<Int>
    {
      let quote = UInt8(ascii: "\"")
      position += 1
      let begin = position
      var cell: [UInt8]?  // where it differs from what is written
      var isClosed = false
      while position < end {
        let byte = bytes[position]
        position += 1
        if byte == quote {
          guard position < end, bytes[position] == quote else {
            isClosed = true
            break
          }
          if cell == nil { cell = Array(bytes[begin..<position - 1]) }
          cell?.append(quote)
          position += 1
        } else {
          if byte == UInt8(ascii: "\n") { line += 1 }
          cell?.append(byte)
        }
      }
      guard isClosed else {
        throw Diagnostic(
          .malformedTable, .error,
          Text(
            en: "A quotation mark opens here and is never closed.", zh: "此处的引号未闭合。"),
          at: Diagnostic.Location(file: source, row: start),
          hint: Text(en: "Close it, or double it.", zh: "请闭合引号，或写成两个引号。"))
      }
      let plain = begin..<position - 1
      // Anything between the closing mark and the delimiter belongs to the cell.
      while position < end, bytes[position] != separator, !isLineEnd(bytes[position]) {
        if cell == nil { cell = Array(bytes[plain]) }
        cell?.append(bytes[position])
        position += 1
      }
      guard let cell else { return plain }
      bytes += cell
      return bytes.count - cell.count..<bytes.count
    }

    private func isLineEnd(_ byte: UInt8) -> Bool {
      byte == UInt8(ascii: "\n") || byte == UInt8(ascii: "\r")
    }

    private mutating func skipLineEnd() {
      guard position < end else { return }
      if bytes[position] == UInt8(ascii: "\r") {
        position += 1
        if position < end, bytes[position] == UInt8(ascii: "\n") { position += 1 }
      } else {
        position += 1
      }
      line += 1
    }

    private mutating func skipBlankLines() {
      while position < end, isLineEnd(bytes[position]) { skipLineEnd() }
    }
  }
}
