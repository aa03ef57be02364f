import CaseloadCourt
import CaseloadData

/// Section 1 of a report on published figures: the levels that are printed, and what was checked.
extension ReportDraft {
  /// The printed levels of the metric that the growth claim is about.
  mutating func writePublishedLevels(_ register: FigureRegister) {
    let metric =
      register.figures.first { $0.claim == .averageAnnualGrowth }?.metric
      ?? register.figures.first { $0.claim == .yearOnYearChange }?.metric ?? "casesAccepted"
    let levels = register.figures.filter {
      $0.metric == metric && $0.claim == nil && $0.value != nil && $0.from != nil
    }
    guard let first = levels.first else {
      paragraph(
        "The register holds no level that a claim is about.", "登记表中没有与表述对应的数值。")
      writeChecks()
      return
    }
    let noun = SeriesNoun(first.name, unit: first.unit)
    var en = "The source prints these levels of \(noun.name.en)."
    var zh = "来源文章给出下列\(noun.name.zh)。"
    if metric == "casesAccepted" {
      en +=
        " Cases accepted (受理) are cases carried in plus cases newly filed, so they must not be added over "
        + "years."
      zh += "受理数为旧存与新收之和，不可跨年相加。"
      if !register.figures.contains(where: { $0.metric == "casesFiled" }) {
        en += " Cases newly filed were not published."
        zh += "新收案件数未见公布。"
      }
    }
    paragraph(en, zh)
    let rows = levels.map { figure -> [Text] in
      let mark = published(figure)
      return [
        Self.span(figure.from, figure.to), inputs.scope(figure.scope), Text(mark),
        Text(figure.quote),
      ]
    }
    blocks.append(
      .table(
        ReportTable(
          caption: Text(
            en: "\(noun.atStart.en), as printed", zh: "\(noun.atStart.zh)（原文所载）"),
          header: [
            Text(en: "Period", zh: "时期"), Text(en: "Courts", zh: "法院"),
            Text(en: noun.header.en.capitalizedFirst, zh: noun.header.zh),
            Text(en: "In the words of the source", zh: "原文"),
          ], isNumeric: [false, false, true, false], rows: rows)))
    writeLevelsChart(levels, noun)
    if let series = inputs.panel.entries.first?.series { writeGaps(series) }
    writeChecks()
  }

  private mutating func writeLevelsChart(_ levels: [PublishedFigure], _ noun: SeriesNoun) {
    let rows = levels.compactMap { figure -> IntervalChart.Row? in
      guard let value = figure.value else { return nil }
      let span = Self.span(figure.from, figure.to)
      let scope = inputs.scope(figure.scope)
      return IntervalChart.Row(
        label: Text(
          en: [span.en, scope.en].filter { !$0.isEmpty }.joined(separator: ", "),
          zh: [span.zh, scope.zh].filter { !$0.isEmpty }.joined(separator: " ")),
        value: value, lower: nil, upper: nil, shown: NumberText.decimal(value))
    }
    guard rows.count > 1 else { return }
    let lengths = Set(levels.map { "\($0.from?.frequency.rawValue ?? "")\(Self.length($0))" })
    let isMixed = lengths.count > 1 || Set(levels.map(\.scope)).count > 1
    blocks.append(
      .chart(
        .intervals(
          IntervalChart(
            id: "levels",
            title: isMixed
              ? Text(
                en: "The printed levels cover different courts or periods",
                zh: "所载数值的法院或时期范围各异")
              : Text(en: "The levels that were printed", zh: "原文所载数值"),
            subtitle: Text(
              en: "\(noun.name.en), as printed",
              zh: noun.unit.zh.isEmpty
                ? "\(noun.atStart.zh)（原文所载）" : "\(noun.atStart.zh)，\(noun.unit.zh)（原文所载）"),
            caption: Text(
              en: "Every printed level of \(noun.name.en)."
                + (isMixed ? " Bars of different periods or courts do not compare." : ""),
              zh: "原文所载全部\(noun.atStart.zh)" + (isMixed ? "，时期或法院不同者不可直接比较。" : "。")),
            summary: Text(
              en: "Bars of the printed levels, each with its period and courts.",
              zh: "各项所载数值的条形，注明时期和法院。"),
            rows: rows, hasBars: true, reference: nil, referenceLabel: nil, format: ",.0f"))))
  }

  /// How many periods a figure spans.
  private static func length(_ figure: PublishedFigure) -> Int {
    guard let from = figure.from, let to = figure.to, from.frequency == to.frequency else {
      return 0
    }
    return from.distance(to: to) + 1
  }

  /// The verdict on every claim, also on those that no section treats further.
  private mutating func writeChecks() {
    guard !inputs.findings.isEmpty else { return }
    let rows = inputs.findings.map { finding in
      [
        Self.checkName(finding.check), Text(finding.figures.joined(separator: ", ")),
        finding.verdict.text,
      ]
    }
    blocks.append(
      .table(
        ReportTable(
          caption: Text(en: "What was checked, and the verdict", zh: "核对项目与结论"),
          header: [
            Text(en: "Check", zh: "核对项目"), Text(en: "Figures", zh: "数字编号"),
            Text(en: "Verdict", zh: "结论"),
          ], isNumeric: [false, false, false], rows: rows)))
  }
}
