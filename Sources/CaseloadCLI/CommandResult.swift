import ArgumentParser
import Caseload
import CaseloadIO
import Foundation

/// One cell of a result: a text, or a number that CSV writes in full and a table rounds.
enum Cell {
  case text(String)
  case number(Double?, decimals: Int)

  static func number(_ x: Double?) -> Cell { .number(x, decimals: 4) }

  /// Full precision, for CSV and JSON lines; empty for what is missing.
  var exact: String {
    switch self {
    case .text(let text): text
    case .number(let x, _): x.map { $0.isFinite ? NumberText.plain($0) : "" } ?? ""
    }
  }

  func rounded(_ language: Language) -> String {
    switch self {
    case .text(let text): text
    case .number(let x, let decimals):
      x.map { NumberText.significant($0, decimals)[language] } ?? "–"
    }
  }

  var isNumber: Bool {
    if case .number = self { return true }
    return false
  }
}

/// The rows of a result, the same in every format.
struct ResultTable {
  let columns: [String]
  let rows: [[Cell]]

  init(_ columns: [String], _ rows: [[Cell]]) {
    precondition(rows.allSatisfy { $0.count == columns.count })
    self.columns = columns
    self.rows = rows
  }

  var csv: String {
    Self.csvHeader(columns) + rows.map(Self.csvLine).joined()
  }

  static func csvHeader(_ columns: [String]) -> String {
    columns.map(quoted).joined(separator: ",") + "\n"
  }

  static func csvLine(_ row: [Cell]) -> String {
    row.map { quoted($0.exact) }.joined(separator: ",") + "\n"
  }

  private static func quoted(_ cell: String) -> String {
    cell.contains { ",\"\n\r".contains($0) }
      ? "\"" + cell.replacingOccurrences(of: "\"", with: "\"\"") + "\"" : cell
  }

  var jsonLines: String { rows.map { Self.jsonLine(columns, $0) }.joined() }

  static func jsonLine(_ columns: [String], _ row: [Cell]) -> String {
    let members = zip(columns, row).map { name, cell -> (String, JSON) in
      switch cell {
      case .text(let text): (name, .string(text))
      case .number(let x, _): (name, x.flatMap { $0.isFinite ? .number($0) : nil } ?? .null)
      }
    }
    return ResultEncoding.text(JSON.object(Dictionary(members) { $1 }), isPretty: false) + "\n"
  }

  func markdown(_ language: Language) -> String {
    func line(_ cells: [String]) -> String { "| " + cells.joined(separator: " | ") + " |\n" }
    let numeric = columns.indices.map { j in rows.contains { $0[j].isNumber } }
    return line(columns) + line(numeric.map { $0 ? "---:" : "---" })
      + rows.map { line($0.map { $0.rounded(language) }) }.joined()
  }

  /// Columns in line, numbers to the right; a wide character counts twice.
  func text(_ language: Language) -> String {
    let cells = [columns] + rows.map { $0.map { $0.rounded(language) } }
    let widths = columns.indices.map { j in cells.map { $0[j].displayWidth }.max() ?? 0 }
    let numeric = columns.indices.map { j in rows.contains { $0[j].isNumber } }
    return cells.map { row in
      var line = ""
      for (j, cell) in row.enumerated() {
        let pad = String(repeating: " ", count: widths[j] - cell.displayWidth)
        line += (j > 0 ? "  " : "") + (numeric[j] ? pad + cell : cell + pad)
      }
      while line.last == " " { line.removeLast() }
      return line + "\n"
    }.joined()
  }
}

/// What a command found, ready for every format.
struct CommandResult<Payload: Encodable & Sendable> {
  /// Such as `caseload.trend/1`.
  let schema: String
  let payload: Payload
  let table: ResultTable
  /// For people; `nil` where the table says it all.
  var text: String?
  /// Renderings of its own, in place of those of the table.
  var documents: [OutputFormat: String] = [:]
  /// Whether a pipe gets CSV unless told otherwise; an answer in words stays in words.
  var isTabular = true
  var seed: UInt64?
  /// SHA-256 of the files that were read beside the dataset.
  var inputs: [String: String] = [:]
  var diagnostics: [Diagnostic] = []
  /// Ends the command with status 2.
  var isFinding = false

  /// Shows the notes, writes the result and, for a finding, ends with status 2.
  func emit(_ options: GlobalOptions, _ dataset: Dataset?) throws {
    try show(options)
    if options.dryRun {
      printOut(
        options.plan(
          [("result", schema)] + (seed.map { [("seed", "\($0)")] } ?? [])
            + inputs.sorted { $0.key < $1.key }.map { ("input", "\($0.key) sha256 \($0.value)") },
          dataset))
      return
    }
    let format = options.resolvedFormat(isTabular: isTabular)
    let language = options.language
    var content: String
    switch format {
    case _ where documents[format] != nil: content = documents[format] ?? ""
    case .table: content = text ?? table.text(language)
    case .csv: content = table.csv
    case .jsonl: content = table.jsonLines
    case .md: content = table.markdown(language)
    case .html, .latex:
      throw Diagnostic(
        .illegalOption, .error,
        Text(
          en: "This result is not written as \(format.rawValue).",
          zh: "该结果不能写成 \(format.rawValue)。"),
        hint: Text(
          en: "Use table, csv, json, jsonl or md; pages are made by `caseload report`, tables for "
            + "papers by `caseload regress`.",
          zh: "请用 table、csv、json、jsonl 或 md；网页由 `caseload report` 生成，"
            + "论文表格由 `caseload regress` 生成。"))
    case .json:
      let envelope = Envelope(
        schema: schema, version: CaseloadRelease.version, command: Self.command(options),
        seed: seed, inputs: (dataset?.digests ?? [:]).merging(inputs) { $1 },
        payload: PayloadSchemas.completed(try ResultEncoding.json(payload), schema: schema),
        diagnostics: diagnostics)
      content = ResultEncoding.text(envelope) + "\n"
    }
    if let output = options.output {
      // Excel reads UTF-8 as such only after a byte order mark.
      if format == .csv, language == .zh { content = "\u{FEFF}" + content }
      try OutputFile.write(content, to: output)
    } else {
      FileHandle.standardOutput.write(Data(content.utf8))
    }
    if isFinding { throw ExitCode(2) }
  }

  private func show(_ options: GlobalOptions) throws(Diagnostic) {
    var notes = NoteCollector()
    notes.add(diagnostics)
    try notes.show(options)
  }

  /// The command line that makes this result again, without what does not change it.
  private static func command(_ options: GlobalOptions) -> [String] {
    var command = ["caseload"]
    var skips = false
    for argument in CommandLine.arguments.dropFirst() {
      if skips {
        skips = false
        continue
      }
      if ["--threads", "-o", "--output"].contains(argument) {
        skips = true
        continue
      }
      if argument.hasPrefix("--threads=") || argument.hasPrefix("--output=") { continue }
      command.append(argument)
    }
    // The format came from the output's name, which is left out.
    if options.format == nil { command += ["--format", "json"] }
    return command
  }
}

extension GlobalOptions {
  /// The format that was asked for, or that the output's name or the terminal implies.
  func resolvedFormat(isTabular: Bool = true) -> OutputFormat {
    format ?? output.flatMap(OutputFormat.init(fileName:))
      ?? (Terminal.outputIsTerminal && output == nil || !isTabular ? .table : .csv)
  }

  /// For `--dry-run`: what would be done, from what.
  func plan(_ steps: [(String, String)], _ dataset: Dataset?) -> String {
    var lines = steps.map { "\($0.0): \($0.1)" }
    for (name, digest) in (dataset?.digests ?? [:]).sorted(by: { $0.key < $1.key }) {
      lines.append("input: \(name) sha256 \(digest)")
    }
    lines.append("output: \(output ?? "standard output")")
    return lines.joined(separator: "\n") + "\n"
  }
}

func printOut(_ text: String) { FileHandle.standardOutput.write(Data(text.utf8)) }
