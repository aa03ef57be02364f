import CaseloadData

/// A report as Markdown: the one document renderer; other formats are made from it.
public struct MarkdownRenderer {
  /// Who reads the Markdown.
  public enum Target: Sendable {
    /// For people and for any Markdown reader: charts are named, not drawn.
    case plain
    /// For pandoc's HTML: charts are inline drawings, figures link to the register.
    case page(drawings: [String])
  }

  private let report: Report
  private let language: Language
  private let target: Target
  private let figures: [String: ReportFigure]
  private var chartNumber = 0
  private var tableNumber = 0

  /// A renderer of one report in one language.
  public init(_ report: Report, language: Language, target: Target) {
    self.report = report
    self.language = language
    self.target = target
    figures = Dictionary(report.figures.map { ($0.id, $0) }) { $1 }
  }

  /// The charts of a report, in order.
  public static func charts(_ report: Report) -> [Chart] { charts(report.blocks) }

  private static func charts(_ blocks: [Report.Block]) -> [Chart] {
    blocks.flatMap { block -> [Chart] in
      switch block {
      case .chart(let chart): [chart]
      case .callout(_, let inner): charts(inner)
      default: []
      }
    }
  }

  /// The whole report.
  public mutating func render() -> String {
    var text = ""
    if case .plain = target {
      text += "# \(escaped(report.title))\n\n"
      if !report.subtitle[language].isEmpty { text += "\(escaped(report.subtitle))\n\n" }
    }
    text += render(report.blocks)
    return text
  }

  private mutating func render(_ blocks: [Report.Block]) -> String {
    var text = ""
    for block in blocks { text += render(block) + "\n\n" }
    return text
  }

  private mutating func render(_ block: Report.Block) -> String {
    switch block {
    case .heading(let level, let title, let id):
      let mark = String(repeating: "#", count: level)
      let isAppendix = id.hasPrefix("appendix") || id == "register"
      let attributes = isPage ? " {#\(id)\(isAppendix && level == 2 ? " .appendix" : "")}" : ""
      return "\(mark) \(prose(title))\(attributes)"
    case .lead(let text):
      return isPage ? "::: lead\n\(prose(text))\n:::" : "**\(prose(text))**"
    case .paragraph(let text): return prose(text)
    case .list(let items): return items.map { "- \(prose($0))" }.joined(separator: "\n")
    case .callout(let kind, let inner):
      let content = render(inner).trimmingBlankEnds
      guard isPage else {
        return content.split(separator: "\n", omittingEmptySubsequences: false)
          .map { "> \($0)" }.joined(separator: "\n")
      }
      return "::: \(kind.rawValue)\n\(content)\n:::"
    case .tiles(let tiles):
      guard isPage else {
        return tiles.map { "- **\(prose($0.number))** \(prose($0.caption))" }
          .joined(separator: "\n")
      }
      let inner = tiles.map { "::: tile\n\(prose($0.number))\n\n\(prose($0.caption))\n:::" }
      return ":::: tiles\n\(inner.joined(separator: "\n\n"))\n::::"
    case .table(let table): return render(table)
    case .chart(let chart): return render(chart)
    case .register: return register()
    }
  }

  private var isPage: Bool {
    if case .page = target { return true }
    return false
  }

  // Text.

  /// Escaped prose with its figure marks written out.
  private func prose(_ text: Text) -> String {
    var result = ""
    var rest = Substring(text[language])
    while let open = rest.firstIndex(of: "{") {
      result += Self.escaped(rest[..<open])
      guard let close = rest[open...].firstIndex(of: "}") else { break }
      let id = String(rest[rest.index(after: open)..<close])
      if let figure = figures[id] {
        let shown = Self.escaped(figure.shown[language][...])
        result +=
          isPage ? "[\(shown)](#\(Self.anchor(id))){.figure}" : shown
      } else {
        preconditionFailure("the report has no figure '\(id)'")
      }
      rest = rest[rest.index(after: close)...]
    }
    return result + Self.escaped(rest)
  }

  private func escaped(_ text: Text) -> String { Self.escaped(text[language][...]) }

  private static func escaped(_ text: Substring) -> String {
    var result = ""
    for character in text {
      if "\\`*_[]<>&|$#{}~^".contains(character) { result.append("\\") }
      result.append(character)
    }
    // A number and its sign stay on one line.
    return result.replacing(" %", with: "\u{A0}%")
  }

  private static func anchor(_ id: String) -> String {
    "figure-" + id.map { $0.isLetter || $0.isNumber ? $0 : "-" }
  }

  // Tables and charts.

  private mutating func render(_ table: ReportTable) -> String {
    var text = rows(table)
    if !table.caption[language].isEmpty {
      tableNumber += 1
      let label = language == .zh ? "表 \(tableNumber)　" : "Table \(tableNumber). "
      text += "\n\nTable: \(label)\(prose(table.caption))"
    }
    return text
  }

  private func rows(_ table: ReportTable) -> String {
    func line(_ cells: [String]) -> String { "| " + cells.joined(separator: " | ") + " |" }
    let rule = table.isNumeric.map { $0 ? "---:" : ":---" }
    return ([line(table.header.map(prose)), line(rule)] + table.rows.map { line($0.map(prose)) })
      .joined(separator: "\n")
  }

  private mutating func render(_ chart: Chart) -> String {
    chartNumber += 1
    let label = language == .zh ? "图 \(chartNumber)　" : "Figure \(chartNumber). "
    let caption = label + chart.caption[language]
    guard case .page(let drawings) = target, drawings.indices.contains(chartNumber - 1) else {
      return "*\(Self.escaped(caption[...]))* \(escaped(chart.summary))\n\n\(rows(chart.data))"
    }
    let data = language == .zh ? "图 \(chartNumber) 的数据" : "Data for figure \(chartNumber)"
    return """
      ```{=html}
      <figure class="chart" id="chart-\(chart.id)">\(drawings[chartNumber - 1])<figcaption>\(Self.html(caption))</figcaption></figure>
      ```

      <details class="data">
      <summary>\(data)</summary>

      \(rows(chart.data))

      </details>
      """
  }

  private static func html(_ text: String) -> String {
    var result = ""
    for character in text {
      switch character {
      case "&": result += "&amp;"
      case "<": result += "&lt;"
      case ">": result += "&gt;"
      default: result.append(character)
      }
    }
    return result
  }

  private func register() -> String {
    let zh = language == .zh
    func line(_ cells: [String]) -> String { "| " + cells.joined(separator: " | ") + " |" }
    var lines = [
      line(
        zh ? ["编号", "数字", "含义", "来源或计算"] : ["No.", "Figure", "Meaning", "Source or computation"]),
      line([":---", "---:", ":---", ":---"]),
    ]
    for (index, figure) in report.figures.enumerated() {
      // An interval's ends have the source of their middle.
      let isRepeated = index > 0 && report.figures[index - 1].source == figure.source
      let source = isRepeated ? (zh ? "同上" : "as above") : escaped(figure.source)
      let number = isPage ? "[F\(index + 1)]{#\(Self.anchor(figure.id))}" : "F\(index + 1)"
      var shown = figure.shown[language]
      if !figure.unit[language].isEmpty { shown += " " + figure.unit[language] }
      lines.append(
        line([
          number, Self.escaped(shown[...]), escaped(figure.label), source,
        ]))
    }
    return lines.joined(separator: "\n")
  }
}

extension String {
  fileprivate var trimmingBlankEnds: String {
    var text = Substring(self)
    while let last = text.last, last.isNewline { text.removeLast() }
    return String(text)
  }
}
