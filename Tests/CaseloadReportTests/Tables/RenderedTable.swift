import Foundation

#if canImport(FoundationXML)
  import FoundationXML
#endif

/// The rows of a rendered table, read back: a label and the cells, as plain text.
struct RenderedTable: Equatable {
  struct Row: Equatable {
    let label: String
    let cells: [String]
  }

  var rows: [Row]

  /// The rows of which a cell holds a digit, which leaves headings out.
  var numeric: [Row] { rows.filter { $0.cells.contains { $0.contains(where: \.isNumber) } } }

  /// The numbers of a cell, with a plain minus sign and without separators of thousands.
  static func numbers(_ cell: String) -> [Double] {
    var text = cell.replacing("−", with: "-")
    if !text.hasPrefix("[") { text = text.replacing(",", with: "") }
    return text.matches(of: /-?\d+(\.\d+)?(e-?\d+)?/).compactMap { Double($0.output.0) }
  }

  // Text: the columns are where the headings' last line has its words; wide enough not to fold.

  init(text: String) {
    let body = text.split(separator: "\n").map(String.init)
    let rules = body.indices.filter { body[$0].hasPrefix("───") }
    rows = []
    guard let first = rules.first, let last = rules.last else { return }
    for line in body[first...last] where !line.hasPrefix("───") {
      // Two spaces or more divide, and the label stands at the left edge.
      let isIndented = line.hasPrefix("    ")
      let parts = line.split(separator: /\s{2,}/).map {
        $0.trimmingCharacters(in: .whitespaces)
      }
      rows.append(
        isIndented
          ? Row(label: "", cells: parts) : Row(label: parts[0], cells: Array(parts.dropFirst())))
    }
  }

  init(markdown: String) {
    rows = markdown.split(separator: "\n").filter { $0.hasPrefix("|") }.map { line in
      let cells = String(line.dropFirst(2).dropLast(2)).components(separatedBy: " | ").map { cell in
        var plain = ""
        var isEscaped = false
        for character in cell.trimmingCharacters(in: .whitespaces) {
          if character == "\\", !isEscaped {
            isEscaped = true
          } else {
            plain.append(character)
            isEscaped = false
          }
        }
        return plain
      }
      return Row(label: cells[0], cells: Array(cells.dropFirst()))
    }
  }

  init(latex: String) {
    rows = []
    let body = latex.split(separator: "\\toprule\n").last?.split(separator: "\\bottomrule").first
    for line in (body ?? "").split(separator: "\n") where line.hasSuffix("\\\\") {
      let cells = line.dropLast(2).replacing("\\&", with: "＆")
        .split(separator: "&", omittingEmptySubsequences: false).map { Self.plain(String($0)) }
      rows.append(Row(label: cells[0], cells: Array(cells.dropFirst())))
    }
  }

  private static func plain(_ latex: String) -> String {
    var text = latex.trimmingCharacters(in: .whitespaces)
    if let match = text.wholeMatch(of: /\\multicolumn\{\d+\}\{[^{}]*(?:\{\}[^{}]*)?\}\{(.*)\}/) {
      text = String(match.output.1)
    }
    for (sign, meaning) in [
      ("\\textsuperscript{2}", "²"), ("\\quad ", ""), ("{,}", ","), ("{-}", "-"), ("$-$", "-"),
      ("\\mathrm{e}", "e"), (",\\ ", ", "), ("\\textless{}", "<"), ("--", "–"), ("$", ""),
      ("^{", ""), ("}", ""), ("\\_", "_"),
    ] {
      text = text.replacing(sign, with: meaning)
    }
    return text
  }

  init(html: String) throws {
    let reader = Reader()
    let parser = XMLParser(data: Data(html.utf8))
    parser.delegate = reader
    guard parser.parse() else {
      throw parser.parserError ?? CocoaError(.fileReadCorruptFile)
    }
    rows = reader.rows
  }

  /// Rows of a page; a label that stands before several rows is that of the first.
  private final class Reader: NSObject, XMLParserDelegate {
    var rows: [Row] = []
    private var label = ""
    private var cells: [String] = []
    private var text: String?

    func parser(
      _ parser: XMLParser, didStartElement name: String, namespaceURI: String?,
      qualifiedName: String?, attributes: [String: String]
    ) {
      switch name {
      case "tr": (label, cells) = ("", [])
      case "td", "th": text = ""
      default: break
      }
    }

    func parser(_ parser: XMLParser, foundCharacters string: String) { text?.append(string) }

    func parser(
      _ parser: XMLParser, didEndElement name: String, namespaceURI: String?, qualifiedName: String?
    ) {
      switch name {
      case "th":
        label = text ?? ""
        text = nil
      case "td":
        cells.append(text ?? "")
        text = nil
      case "tr": rows.append(Row(label: label, cells: cells))
      default: break
      }
    }
  }
}
