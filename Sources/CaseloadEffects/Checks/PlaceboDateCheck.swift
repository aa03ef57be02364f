import CaseloadData
import CaseloadMath

/// Does the design find an effect where there was none: before the start?
///
/// Every treated unit is given a start in the time before the first real one, the data end there, and
/// the same design is run.
enum PlaceboDateCheck: AutomaticCheck {
  static let id = "placebo-date"
  static let name = Text(en: "Placebo start dates", zh: "安慰剂起点")
  static let condition = Text(
    en: "Four periods before the first start; twelve for a single series.",
    zh: "首个起点前至少四期；单一序列至少十二期。")

  static func outcome(_ context: CheckContext) -> EffectCheck? {
    guard !context.study.isRepeatedCrossSection else { return nil }
    guard let first = context.firstStart,
      let begin = context.study.panel.entries.map(\.series.start).min()
    else { return nil }
    let count = begin.distance(to: first)
    guard count >= (context.hasComparison ? 4 : 12) else {
      return untestable(
        Text(
          en:
            "The \(max(count, 0)) periods before the first start are too few for a placebo start.",
          zh: "首个起点前仅 \(max(count, 0)) 期，不足以设定安慰剂起点。"))
    }
    let before = context.study.window(begin..<first)
    var tried = Set<Int>()
    var results: [(date: Period, estimate: Estimate)] = []
    for quarter in 1...3 {
      let position = max(2, min(count - 1, count * quarter / 4))
      guard tried.insert(position).inserted else { continue }
      let date = begin.advanced(by: position)
      let placebo = before.treated(from: context.study.treatmentStart.mapValues { _ in date })
      guard let estimate = context.answer(placebo) else { continue }
      results.append((date, estimate))
    }
    guard !results.isEmpty else {
      return untestable(
        Text(
          en: "The design gives no estimate for a start in the time before.",
          zh: "以干预前的时点为起点时，该设计无法估计。"))
    }
    var figures: [EffectCheck.Figure] = []
    for (k, result) in results.enumerated() {
      figures.append(EffectCheck.Figure("estimate\(k + 1)", result.estimate.value))
      figures.append(EffectCheck.Figure("pValue\(k + 1)", result.estimate.pValue))
    }
    let least = results.compactMap(\.estimate.pValue).min()
    let corrected = least.map { min(1, $0 * Double(results.count)) }
    figures.append(EffectCheck.Figure("pValue", corrected))
    func listed(_ language: Language) -> String {
      results.map { result in
        let value = context.shown(result.estimate.value)[language]
        let p = result.estimate.pValue.map { ", p = " + NumberText.pValue($0)[language] } ?? ""
        return "\(result.date): \(value)\(p)"
      }.joined(separator: language == .en ? "; " : "；")
    }
    let finding = Text(
      en: "Effects of starts that never were: \(listed(.en)).",
      zh: "虚构起点处的“效应”：\(listed(.zh))。")
    if let corrected, corrected <= CheckContext.significance {
      return check(
        .doubtful,
        finding
          + Text(
            en: " The design finds effects that cannot be there (p = "
              + "\(NumberText.pValue(corrected).en) over all dates).",
            zh: "该设计在不应有效应处发现了效应（合并 \(NumberText.pStatement(corrected).zh)）。"), figures)
    }
    let largest = results.map { abs($0.estimate.value) }.max() ?? 0
    figures.append(EffectCheck.Figure("largest", largest))
    guard largest > 0.75 * abs(context.estimate.average.value) else {
      return check(.supported, finding, figures)
    }
    return check(
      .doubtful,
      finding
        + Text(
          en: " One is about as large as the effect of the real start, "
            + "\(context.shown(context.estimate.average.value).en).",
          zh: "其中之一与真实起点的效应 \(context.shown(context.estimate.average.value).zh) 相当。"),
      figures)
  }
}
