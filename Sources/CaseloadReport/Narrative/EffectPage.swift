import CaseloadData
import CaseloadEffects

extension Report {
  /// A page on one effect: the answer, the chart, the estimates, what they rest on.
  ///
  /// - Parameters:
  ///   - estimate: with its checks.
  ///   - study: what was asked.
  ///   - card: of the design.
  ///   - negligible: changes within ± this are too small to matter.
  ///   - version: of Caseload.
  public init(
    effect estimate: EffectEstimate, study: Study, card: MethodCard, negligible: Double = 0,
    version: String
  ) {
    let outcome = EffectSubject(study, estimate).outcome
    let objections = EffectReading.objections(to: estimate)
    var blocks: [Block] = [
      .callout(
        objections.isEmpty ? .finding : .warning,
        [
          .paragraph(
            Self.plain(EffectText.headline(estimate, study: study, negligible: negligible)))
        ])
    ]
    if let power = EffectText.power(estimate) { blocks.insert(.paragraph(power), at: 0) }
    blocks.append(.paragraph(Self.plain(estimate.estimand)))
    if let chart = Chart.effect(estimate, study) { blocks.append(.chart(chart)) }
    if let inference = estimate.inference {
      blocks.append(
        .paragraph(
          Self.plain(
            Text(en: "Inference: ", zh: "推断：") + inference.summary
              + Text(en: ". \(inference.reason.en)", zh: "。\(inference.reason.zh)"))))
    }
    func verdicts(_ caption: Text, _ rows: [[Text]]) {
      guard !rows.isEmpty else { return }
      blocks.append(
        .table(
          ReportTable(
            caption: caption,
            header: [Text(""), Text(en: "Verdict", zh: "判断"), Text(en: "Evidence", zh: "依据")],
            isNumeric: [false, false, false], rows: rows.map { $0.map(Self.plain) })))
    }
    verdicts(
      Text(en: "What the estimate rests on", zh: "估计所依据的假设"),
      estimate.assumptions.map { [$0.assumption, $0.verdict.text, $0.evidence] })
    verdicts(
      Text(en: "What was checked without being asked", zh: "自动检查"),
      estimate.checks.map { [$0.name, $0.verdict.text, $0.finding] })
    self.init(
      title: Text(
        en: "Effect on \(outcome.name.en): \(card.name.en.lowercased())",
        zh: "对\(outcome.name.zh)的效应：\(card.name.zh)"),
      subtitle: Text(""), organization: Text(""),
      footer: Text(en: "Made by Caseload \(version).", zh: "由 Caseload \(version) 生成。"),
      blocks: blocks, figures: [], diagnostics: estimate.diagnostics)
  }

  /// Prose without marks of figures: braces of a name are no marks.
  private static func plain(_ text: Text) -> Text {
    func cleaned(_ words: String) -> String {
      words.replacing("{", with: "(").replacing("}", with: ")")
    }
    return Text(en: cleaned(text.en), zh: cleaned(text.zh))
  }
}
