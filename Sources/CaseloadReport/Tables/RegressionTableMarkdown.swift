import CaseloadData

extension RegressionTable {
  /// The table in the pipe syntax of GitHub and pandoc, which has one row of headings and no joined
  /// cells: a heading over several columns is said in each.
  public var markdown: String {
    var text = layout.title.map { "**\(Markdown.escaped($0[language]))**\n\n" } ?? ""
    for fact in layout.facts {
      let colon = language == .zh ? "：" : ": "
      text +=
        "- \(Markdown.escaped(fact.label[language]))\(colon)\(Markdown.cell(fact.value, language))\n"
    }
    if !layout.facts.isEmpty { text += "\n" }
    text += markdownRows
    for note in layout.notes { text += "\n" + Markdown.escaped(note[language]) + "\n" }
    return text
  }

  private var markdownRows: String {
    var rows = [[""] + markdownHeader]
    for block in layout.blocks {
      if let heading = block.heading {
        rows.append(
          ["*\(Markdown.escaped(heading[language]))*"]
            + Array(repeating: "", count: layout.columnCount))
      }
      for row in block.rows {
        for (index, line) in row.lines.enumerated() {
          rows.append(
            [index == 0 ? Markdown.escaped(row.label[language]) : ""]
              + line.map { Markdown.cell($0, language) })
        }
      }
    }
    let widths = (0...layout.columnCount).map { j in
      max(4, rows.map { $0[j].displayWidth }.max() ?? 0)
    }
    func line(_ cells: [String]) -> String { "| " + cells.joined(separator: " | ") + " |\n" }
    let lines = rows.map { row in
      line(
        row.indices.map { j in
          let pad = String.spaces(widths[j] - row[j].displayWidth)
          return j == 0 ? row[j] + pad : pad + row[j]
        })
    }
    let rule = line(
      widths.indices.map { j in
        let dashes = String(repeating: "-", count: widths[j] - 1)
        return j == 0 ? ":" + dashes : dashes + ":"
      })
    return lines[0] + rule + lines.dropFirst().joined()
  }

  /// The headings of each column, from the top: "Civil courts: filings (1)".
  private var markdownHeader: [String] {
    (0..<layout.columnCount).map { j in
      let texts = layout.header.compactMap { row in
        row.cells(over: j..<j + 1).first?.text[language]
      }.filter { !$0.isEmpty }
      var heading = ""
      for text in texts {
        let isNumber = text.hasPrefix("(") && text.hasSuffix(")")
        let colon = language == .zh ? "：" : ": "
        heading += (heading.isEmpty ? "" : isNumber ? " " : colon) + text
      }
      return Markdown.escaped(heading)
    }
  }
}

enum Markdown {
  static func cell(_ cell: RegressionTable.Cell, _ language: Language) -> String {
    let text = cell.text(language)
    if case .words = cell { return escaped(text) }
    return text.replacing("*", with: "\\*")
  }

  static func escaped(_ text: String) -> String {
    var result = ""
    for character in text {
      if character.isNewline {
        result.append(" ")
        continue
      }
      if "\\`*_[]<>&|$#{}~^".contains(character) { result.append("\\") }
      result.append(character)
    }
    return result
  }
}
