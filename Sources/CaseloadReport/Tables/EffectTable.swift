import CaseloadData
import CaseloadEffects

/// Estimates of several designs one below the other, each with its estimand spelled out, and the
/// designs that do not apply with the reason why.
public struct EffectTable: Sendable {
  /// A design and what it answered.
  public struct Row: Sendable {
    /// The design's identifier.
    public let design: String
    public let name: Text
    /// The answer; `nil` for a design that does not apply.
    public let estimate: EffectEstimate?
    /// Why it does not apply.
    public let reason: Diagnostic?

    /// A design that answered.
    public init(design: String, name: Text, estimate: EffectEstimate) {
      self.design = design
      self.name = name
      self.estimate = estimate
      reason = nil
    }

    /// A design that does not apply.
    public init(design: String, name: Text, reason: Diagnostic) {
      self.design = design
      self.name = name
      estimate = nil
      self.reason = reason
    }
  }

  private let rows: [Row]
  private let title: Text
  private let language: Language

  /// A table of `rows` in their order.
  ///
  /// - Parameters:
  ///   - rows: one a design.
  ///   - title: what the effects are on.
  ///   - language: of its words.
  public init(_ rows: [Row], title: Text, language: Language) {
    self.rows = rows
    self.title = title
    self.language = language
  }

  private var zh: Bool { language == .zh }
  private var answered: [(row: Row, estimate: EffectEstimate)] {
    rows.compactMap { row in row.estimate.map { (row, $0) } }
  }

  private var header: [String] {
    zh
      ? ["", "设计", "平均效应", "区间", "p", "推断", "受干预/参照"]
      : ["", "design", "average effect", "interval", "p", "inference", "treated/comparison"]
  }

  /// Which columns hold numbers.
  private let isNumeric = [false, false, true, true, true, false, true]

  private var cells: [[String]] {
    answered.enumerated().map { index, item in
      let (row, estimate) = item
      let inference = estimate.inference
      let isWithheld = !EffectReading.objections(to: estimate).isEmpty
      return [
        "\(index + 1)", row.design + (isWithheld ? " †" : ""),
        EffectText.number(estimate.average.value, estimate)[language],
        EffectText.interval(estimate.average, estimate.scale)[language],
        // A p-value beside a number that is no answer would be read as one.
        isWithheld
          ? "–" : estimate.average.pValue.map { NumberText.pValue($0)[language] } ?? "–",
        inference?.kind.text[language] ?? "–",
        inference.map { "\($0.treatedClusters)/\($0.comparisonClusters)" } ?? "–",
      ]
    }
  }

  /// What each number estimates, then the designs that do not apply.
  private var notes: [String] {
    var notes = answered.enumerated().map { index, item in
      "\(index + 1) \(item.row.name[language])" + (zh ? "：" : ": ")
        + item.estimate.estimand[language]
    }
    let levels = Set(answered.map { $0.estimate.average.level })
    if levels.count == 1, let level = levels.first {
      let shown = NumberText.decimal(100 * level)
      notes.append(
        zh ? "区间的覆盖率为 \(shown.zh)%。" : "Intervals have a coverage of \(shown.en) %.")
    }
    if answered.contains(where: { $0.estimate.scale == .log }) {
      notes.append(
        zh ? "百分数为比率变化。" : "Percentages are rates: −10 % is a tenth less.")
    }
    if answered.contains(where: { !EffectReading.objections(to: $0.estimate).isEmpty }) {
      notes.append(
        zh
          ? "† 该设计的某项假设或检查不成立，其数字不是结论，也不给出 p 值。"
          : "† An assumption or a decisive check of this design fails: its number is no answer, "
            + "and no p-value is shown.")
    }
    return notes
  }

  private var refusals: [String] {
    rows.compactMap { row in
      row.reason.map { reason in
        row.design + (zh ? "：" : ": ") + reason.message[language]
      }
    }
  }

  private var refusalHeading: String { zh ? "不适用的设计" : "designs that do not apply" }

  /// For a terminal of `width` columns.
  public func text(width: Int = 100) -> String {
    let all = [header] + cells
    let widths = header.indices.map { j in all.map { $0[j].displayWidth }.max() ?? 0 }
    var text = title[language] + "\n\n"
    for row in all {
      var line = ""
      for (j, cell) in row.enumerated() {
        let pad = String.spaces(widths[j] - cell.displayWidth)
        line += (j > 0 ? "  " : "") + (isNumeric[j] ? pad + cell : cell + pad)
      }
      text += line.trimmedEnd + "\n"
    }
    func list(_ items: [String]) {
      for item in items {
        for (index, line) in item.wrapped(max(40, width - 4)).enumerated() {
          text += (index == 0 ? "  " : "    ") + line + "\n"
        }
      }
    }
    text += "\n"
    list(notes)
    if !refusals.isEmpty {
      text += "\n" + refusalHeading + "\n"
      list(refusals)
    }
    return text
  }

  /// A pipe table with its notes.
  public var markdown: String {
    func line(_ cells: [String]) -> String { "| " + cells.joined(separator: " | ") + " |\n" }
    var text = "**\(Markdown.escaped(title[language]))**\n\n"
    text += line(header.map(Markdown.escaped)) + line(isNumeric.map { $0 ? "---:" : ":---" })
    text += cells.map { line($0.map(Markdown.escaped)) }.joined()
    for note in notes { text += "\n" + Markdown.escaped(note) + "\n" }
    if !refusals.isEmpty {
      text += "\n" + refusalHeading + (zh ? "：" : ":") + "\n\n"
      for refusal in refusals { text += "- " + Markdown.escaped(refusal) + "\n" }
    }
    return text
  }

  /// A float with booktabs' rules and threeparttable's notes; Chinese needs ctex.
  public var latex: String {
    var text = "% \\usepackage{booktabs,threeparttable}"
    text += zh ? " \\usepackage{ctex} % xelatex\n" : "\n"
    text += "\\begin{table}[htbp]\n\\centering\n\\begin{threeparttable}\n"
    text += "\\caption{\(LaTeX.escaped(title[language]))}\n"
    text += "\\begin{tabular}{@{}\(isNumeric.map { $0 ? "r" : "l" }.joined())@{}}\n\\toprule\n"
    func line(_ cells: [String]) -> String {
      cells.map(LaTeX.escaped).joined(separator: " & ") + " \\\\\n"
    }
    text += line(header) + "\\midrule\n" + cells.map(line).joined()
    text += "\\bottomrule\n\\end{tabular}\n\\begin{tablenotes}[flushleft]\n\\footnotesize\n"
    for note in notes { text += "\\item \(LaTeX.escaped(note))\n" }
    if !refusals.isEmpty {
      let list = refusals.joined(separator: " ")
      text += "\\item \(LaTeX.escaped(refusalHeading + (zh ? "：" : ": ") + list))\n"
    }
    return text + "\\end{tablenotes}\n\\end{threeparttable}\n\\end{table}\n"
  }
}
