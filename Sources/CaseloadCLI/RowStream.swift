import Caseload
import CaseloadIO
import Foundation

/// Rows of a result written as they come, so that a long run needs no memory for them.
///
/// A file is written under another name and renamed at the end: the old one stays until the new one
/// is complete.
final class RowStream {
  private let columns: [String]
  private let isLines: Bool
  private let target: OutputFile.Stream

  /// Opens the output and writes the header.
  ///
  /// - Throws: ``DiagnosticCode/cannotWrite``.
  init(_ columns: [String], _ options: GlobalOptions) throws(Diagnostic) {
    self.columns = columns
    let format = options.resolvedFormat()
    isLines = format == .jsonl
    target = try OutputFile.Stream(options.output)
    // Excel reads UTF-8 as such only after a byte order mark.
    if options.output != nil, format == .csv, options.language == .zh {
      try target.write("\u{FEFF}")
    }
    if !isLines { try target.write(ResultTable.csvHeader(columns)) }
  }

  /// Opens a CSV file of its own.
  init(_ columns: [String], path: String) throws(Diagnostic) {
    self.columns = columns
    isLines = false
    target = try OutputFile.Stream(path)
    try target.write(ResultTable.csvHeader(columns))
  }

  func write(_ rows: [[Cell]]) throws(Diagnostic) {
    var text = ""
    for row in rows {
      text += isLines ? ResultTable.jsonLine(columns, row) : ResultTable.csvLine(row)
    }
    try target.write(text)
  }

  /// Puts a file in its place.
  func finish() throws(Diagnostic) { try target.finish() }
}
