import CaseloadData
import CaseloadMath

/// Does the design find an effect on what the programme cannot move?
enum NegativeControlCheck: AutomaticCheck {
  static let id = "negative-control"
  static let name = Text(en: "Outcomes that cannot react", zh: "负对照结果")
  static let condition = Text(
    en: "Outcomes that the programme cannot move, such as criminal cases.",
    zh: "项目不可能影响的结果变量，如刑事案件。")

  static func outcome(_ context: CheckContext) -> EffectCheck? {
    let controls = context.study.negativeControls
    guard !controls.isEmpty else {
      return untestable(
        Text(
          en: "No outcome is named that the programme cannot move, such as criminal cases.",
          zh: "未指定项目不可能影响的结果变量（如刑事案件）。"))
    }
    var figures: [EffectCheck.Figure] = []
    var parts: [(name: Text, estimate: Estimate)] = []
    for (k, control) in controls.enumerated() {
      guard control.series.count == context.study.panel.entries.count,
        let estimate = context.answer(context.study.replacingOutcome(control.series))
      else { continue }
      parts.append((control.name, estimate))
      figures.append(EffectCheck.Figure("estimate\(k + 1)", estimate.value))
      figures.append(EffectCheck.Figure("pValue\(k + 1)", estimate.pValue))
    }
    guard !parts.isEmpty else {
      return untestable(
        Text(
          en:
            "The design gives no estimate for the \(controls.count) control outcomes, such as for "
            + "zeros on a logarithmic scale.",
          zh: "该设计无法对 \(controls.count) 个负对照结果进行估计（如对数尺度下存在零值）。"))
    }
    let least = parts.compactMap(\.estimate.pValue).min()
    let corrected = least.map { min(1, $0 * Double(parts.count)) }
    figures.append(EffectCheck.Figure("pValue", corrected))
    func listed(_ language: Language) -> String {
      parts.map { part in
        let p = part.estimate.pValue.map { " (\(NumberText.pStatement($0)[language]))" } ?? ""
        return "\(part.name[language]) \(context.shown(part.estimate.value)[language])\(p)"
      }.joined(separator: language == .en ? "; " : "；")
    }
    let finding = Text(
      en: "Effects on what cannot react: \(listed(.en)).", zh: "对不可能反应的结果的“效应”：\(listed(.zh))。")
    guard let corrected else { return check(.untestable, finding, figures) }
    return check(
      corrected <= CheckContext.significance ? .violated : .supported,
      corrected <= CheckContext.significance
        ? finding
          + Text(
            en: " Something else changed in the treated units.", zh: "受干预单位另有其他变化。")
        : finding, figures)
  }
}
