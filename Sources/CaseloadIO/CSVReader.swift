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
  /// - Returns: a table of text cells.
  /// - Throws: ``DiagnosticCode/malformedTable`` at the line, ``DiagnosticCode/emptyInput``.
  static func table(_ text: String, delimiter: Character? = nil, source: String)
    throws(Diagnostic) -> Table
  {
    var text = text
    text.makeContiguousUTF8()
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
    let names = header.cells.map { $0.split(separator: " ").joined(separator: " ") }
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
    var columns = [[String]](repeating: [], count: names.count)
    var lines: [Int] = []
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
      for (j, cell) in record.cells.enumerated() { columns[j].append(cell) }
      lines.append(record.line)
    }
    return Table(
      source: source,
      columns: zip(names, columns).map { Table.Column(name: $0, cells: .text($1)) }, lines: lines)
  }

  private static func detectedDelimiter(_ bytes: [UInt8]) -> UInt8 {
    let header = bytes.prefix { $0 != UInt8(ascii: "\n") && $0 != UInt8(ascii: "\r") }
    let candidates: [UInt8] = [",", "\t", ";", "|"].map { Character($0).asciiValue ?? 44 }
    return candidates.max { a, b in
      header.count { $0 == a } < header.count { $0 == b }
    }.flatMap { best in header.contains(best) ? best : nil } ?? UInt8(ascii: ",")
  }

  /// Splits bytes into records; a quoted cell may hold delimiters and line ends.
  private struct Records {
    private let bytes: [UInt8]
    private let separator: UInt8
    private var position = 0
    private var line = 1

    init(_ bytes: [UInt8], separator: UInt8) {
      self.bytes = bytes
      self.separator = separator
    }

    mutating func next(_ source: String) throws(Diagnostic) -> (cells: [String], line: Int)? {
      let quote = UInt8(ascii: "\"")
      skipBlankLines()
      guard position < bytes.count else { return nil }
      let start = line
      var cells: [String] = []
      while true {
        var cell: [UInt8] = []
        if position < bytes.count, bytes[position] == quote {
          position += 1
          var isClosed = false
          while position < bytes.count {
            let byte = bytes[position]
            position += 1
            if byte == quote {
              if position < bytes.count, bytes[position] == quote {
                cell.append(quote)
                position += 1
              } else {
                isClosed = true
                break
              }
            } else {
              if byte == UInt8(ascii: "\n") { line += 1 }
              cell.append(byte)
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
          // Anything between the closing mark and the delimiter belongs to the cell.
          while position < bytes.count, bytes[position] != separator, !isLineEnd(bytes[position]) {
            cell.append(bytes[position])
            position += 1
          }
        } else {
          let begin = position
          while position < bytes.count, bytes[position] != separator, !isLineEnd(bytes[position]) {
            position += 1
          }
          cell = Array(bytes[begin..<position])
        }
        cells.append(String(decoding: cell, as: UTF8.self))
        guard position < bytes.count, bytes[position] == separator else { break }
        position += 1
      }
      skipLineEnd()
      return (cells, start)
    }

    private func isLineEnd(_ byte: UInt8) -> Bool {
      byte == UInt8(ascii: "\n") || byte == UInt8(ascii: "\r")
    }

    private mutating func skipLineEnd() {
      guard position < bytes.count else { return }
      if bytes[position] == UInt8(ascii: "\r") {
        position += 1
        if position < bytes.count, bytes[position] == UInt8(ascii: "\n") { position += 1 }
      } else {
        position += 1
      }
      line += 1
    }

    private mutating func skipBlankLines() {
      while position < bytes.count, isLineEnd(bytes[position]) { skipLineEnd() }
    }
  }
}
