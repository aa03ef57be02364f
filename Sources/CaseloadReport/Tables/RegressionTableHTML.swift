import CaseloadData

extension RegressionTable {
  /// The table as one `<table>`, which reads well without any style and better with ``style``.
  ///
  /// It is well-formed XML too.
  public var html: String {
    let tag = language == .zh ? "zh-CN" : "en"
    let kind = layout.facts.isEmpty ? "comparison" : "single"
    return """
      <table class="regression-table \(kind)" lang="\(tag)">
      \(htmlCaption)<colgroup><col/></colgroup>
      <colgroup span="\(layout.columnCount)"></colgroup>
      <thead>
      \(htmlHeader)</thead>
      \(htmlBodies)<tfoot>
      <tr><td colspan="\(layout.columnCount + 1)">
      \(layout.notes.map { "<p>\(HTML.escaped($0[language]))</p>\n" }.joined())</td></tr>
      </tfoot>
      </table>

      """
  }

  /// A page with the table alone; it asks for nothing from elsewhere.
  public var page: String {
    let tag = language == .zh ? "zh-CN" : "en"
    let fallback = Text(en: "Regression table", zh: "回归表")
    return """
      <!DOCTYPE html>
      <html lang="\(tag)">
      <head>
      <meta charset="utf-8"/>
      <meta name="viewport" content="width=device-width, initial-scale=1"/>
      <title>\(HTML.escaped((layout.title ?? fallback)[language]))</title>
      <style>
      \(Self.style)body { margin: 2rem; overflow-x: auto; font: 1rem/1.4 \(HTML.fonts(language)) }
      </style>
      </head>
      <body>
      \(html)</body>
      </html>

      """
  }

  /// How the table of ``html`` looks; any rule of a page goes before these, which have no weight.
  public static let style = """
    :where(.regression-table) { border-collapse: collapse; font-variant-numeric: tabular-nums }
    :where(.regression-table caption) { text-align: left; font-weight: 600; padding-bottom: .6em }
    :where(.regression-table th, .regression-table td) {
      padding: .1em .8em; font-weight: normal; text-align: center; vertical-align: baseline }
    :where(.regression-table :is(tbody th, td[rowspan])) { padding-left: 0 }
    :where(.regression-table thead) { border-top: .12em solid; border-bottom: .06em solid }
    :where(.regression-table thead th) { vertical-align: bottom }
    :where(.regression-table thead th > span) {
      display: block; border-bottom: .06em solid; padding-bottom: .1em }
    :where(.regression-table tbody th) { text-align: left }
    :where(.regression-table tbody tr:first-child > *) { padding-top: .3em }
    :where(.regression-table tbody tr:last-child > *) { padding-bottom: .3em }
    :where(.regression-table tbody + tbody) { border-top: .06em solid }
    :where(.regression-table tbody.set-in th[scope=row]) { padding-left: 1em }
    :where(.regression-table .w, .regression-table .f) { display: inline-block }
    :where(.regression-table .w) { min-width: var(--w); text-align: right }
    :where(.regression-table .f) { min-width: var(--f); text-align: left }
    :where(.regression-table tfoot) { border-top: .12em solid; font-size: .85em }
    :where(.regression-table tfoot td) { text-align: left; padding: .5em 0 0 }
    :where(.regression-table tfoot p) { margin: 0 0 .15em }
    :where(.regression-table dl) {
      display: grid; grid-template-columns: repeat(2, max-content max-content); margin: .6em 0 0;
      gap: .1em 1.2em; font-weight: normal }
    :where(.regression-table dl div) { display: contents }
    :where(.regression-table dd) { margin: 0 1.5em 0 0 }

    """

  /// How wide each column's numbers are before and from their decimal points, in digits, so that
  /// they align.
  private var htmlMeasures: [String] {
    (0..<layout.columnCount).map { j in
      var (whole, rest) = (0, 0)
      for line in layout.rows.flatMap(\.lines) {
        guard case .number(let numeral) = line[j] else { continue }
        whole = max(whole, numeral.whole(language).count)
        rest = max(rest, numeral.rest(language).count)
      }
      return "--w: \(whole)ch; --f: \(rest)ch"
    }
  }

  private var htmlCaption: String {
    guard layout.title != nil || !layout.facts.isEmpty else { return "" }
    var text = "<caption>" + HTML.escaped(layout.title?[language] ?? "")
    if !layout.facts.isEmpty {
      let pairs = layout.facts.map { fact in
        "<div><dt>\(HTML.escaped(fact.label[language]))</dt>"
          + "<dd>\(HTML.escaped(fact.value.text(language)))</dd></div>\n"
      }
      text += "\n<dl>\n\(pairs.joined())</dl>\n"
    }
    return text + "</caption>\n"
  }

  private var htmlHeader: String {
    var text = ""
    for (index, row) in layout.header.enumerated() {
      text += "<tr>"
      if index == 0 { text += "<td rowspan=\"\(layout.header.count)\"></td>" }
      for cell in row {
        let label = HTML.escaped(cell.text[language])
        if label.isEmpty {
          text += cell.columnCount > 1 ? "<td colspan=\"\(cell.columnCount)\"></td>" : "<td></td>"
        } else if cell.columnCount > 1 {
          text +=
            "<th scope=\"colgroup\" colspan=\"\(cell.columnCount)\"><span>\(label)</span></th>"
        } else {
          text += "<th scope=\"col\">\(row.hasSpans ? "<span>\(label)</span>" : label)</th>"
        }
      }
      text += "</tr>\n"
    }
    return text
  }

  private var htmlBodies: String {
    let measures = htmlMeasures
    return layout.blocks.map { htmlBody($0, measures) }.joined()
  }

  private func htmlBody(_ block: Block, _ measures: [String]) -> String {
    var text = block.heading == nil ? "<tbody>\n" : "<tbody class=\"set-in\">\n"
    if let heading = block.heading {
      text += "<tr><th scope=\"rowgroup\" colspan=\"\(layout.columnCount + 1)\">"
      text += "\(HTML.escaped(heading[language]))</th></tr>\n"
    }
    for row in block.rows {
      for (index, line) in row.lines.enumerated() {
        text += "<tr>"
        if index == 0 {
          let span = row.lines.count > 1 ? " rowspan=\"\(row.lines.count)\"" : ""
          text += "<th scope=\"row\"\(span)>\(HTML.escaped(row.label[language]))</th>"
        }
        for (cell, measure) in zip(line, measures) {
          let content = HTML.cell(cell, language)
          if case .number = cell {
            text += "<td style=\"\(measure)\">\(content)</td>"
          } else {
            text += "<td>\(content)</td>"
          }
        }
        text += "</tr>\n"
      }
    }
    return text + "</tbody>\n"
  }
}

enum HTML {
  /// A number in two parts, which align where they meet.
  static func cell(_ cell: RegressionTable.Cell, _ language: Language) -> String {
    guard case .number(let numeral) = cell else { return escaped(cell.text(language)) }
    let (whole, rest) = (escaped(numeral.whole(language)), escaped(numeral.rest(language)))
    return "<span class=\"w\">\(whole)</span><span class=\"f\">\(rest)</span>"
  }

  static func fonts(_ language: Language) -> String {
    switch language {
    case .en: "\"Noto Serif\", Cambria, Georgia, serif"
    case .zh: "\"Noto Serif CJK SC\", \"Source Han Serif SC\", \"Songti SC\", SimSun, serif"
    }
  }

  static func escaped(_ text: String) -> String {
    var result = ""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "&": result += "&amp;"
      case "<": result += "&lt;"
      case ">": result += "&gt;"
      case "\"": result += "&quot;"
      default:
        // Control characters are not allowed in a page.
        if scalar.value >= 0x20 || scalar == "\n" || scalar == "\t" {
          result.unicodeScalars.append(scalar)
        }
      }
    }
    return result
  }
}
