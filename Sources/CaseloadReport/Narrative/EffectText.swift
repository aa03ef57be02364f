import CaseloadData
import CaseloadEffects
import Foundation

/// An effect in words: the answer with its interval first, then how sure, then what it rests on.
///
/// It never says "proves", "by chance" or a bare "significant": an interval is read by the table of
/// ``EffectReading``, and where the data speak against a single answer there is none.
public enum EffectText {
  /// For a terminal.
  ///
  /// - Parameters:
  ///   - estimate: with its checks.
  ///   - study: what was asked, so that sentences name the outcome, the units and the time.
  ///   - negligible: changes within ± this are too small to matter, on the estimate's scale.
  ///   - language: of the words.
  /// - Returns: paragraphs and lists.
  public static func report(
    _ estimate: EffectEstimate, study: Study? = nil, negligible: Double = 0, _ language: Language
  ) -> String {
    var text = estimate.estimand[language] + "\n"
    if let power = power(estimate) { text += power[language] + "\n" }
    text += "\n" + headline(estimate, study: study, negligible: negligible)[language] + "\n\n"
    text += EffectLists(estimate, language).text
    return text
  }

  /// The answer and how sure it is; or, where something decisive speaks against it, that there is
  /// none, and why.
  public static func headline(
    _ estimate: EffectEstimate, study: Study? = nil, negligible: Double = 0
  ) -> Text {
    let objections = EffectReading.objections(to: estimate)
    guard objections.isEmpty else {
      let reasons = objections.reduce(Text("")) { $0 + Text(en: " \($1.en)", zh: $1.zh) }
      return Text(
        en:
          "No effect is stated.\(reasons.en) The numbers below are what was computed, not an answer.",
        zh: "不给出效应结论。\(reasons.zh)以下数字仅为计算结果，不是结论。")
    }
    let parts = [
      answer(estimate, study: study), certainty(estimate, negligible: negligible),
      caveats(estimate),
    ].compactMap { $0 }
    return Text(
      en: parts.map(\.en).joined(separator: "\n"), zh: parts.map(\.zh).joined(separator: "\n"))
  }

  /// "Filings were on average 12.4 % lower than without the intervention (95 % interval …)."
  public static func answer(_ estimate: EffectEstimate, study: Study? = nil) -> Text {
    let average = estimate.average
    let subject = EffectSubject(study, estimate)
    let size = subject.amount(number(abs(average.value), estimate), estimate)
    let isLower = average.value < 0
    let way = Text(en: isLower ? "lower" : "higher", zh: isLower ? "低" : "高")
    let range = range(estimate)
    return Text(
      en: "\(subject.opening.en) on average \(size.en) \(way.en) than without the intervention "
        + "(\(range.en)).",
      zh:
        "\(subject.opening.zh)比没有干预时平均\(subject.everyZh(estimate))\(way.zh) \(size.zh)（\(range.zh)）。"
    )
  }

  /// "95 % interval 4.2 % to 19.8 % lower".
  private static func range(_ estimate: EffectEstimate) -> Text {
    let average = estimate.average
    guard let lower = average.lower, let upper = average.upper else {
      return Text(en: "no interval is defined", zh: "无法给出区间")
    }
    let level = NumberText.decimal(100 * average.level)
    let kind =
      estimate.inference?.kind == .posterior
      ? Text(en: "\(level.en) % posterior interval", zh: "\(level.zh)% 后验区间")
      : Text(en: "\(level.en) % interval", zh: "\(level.zh)% 区间")
    let (a, b) = (number(abs(lower), estimate), number(abs(upper), estimate))
    if upper <= 0 {
      return Text(
        en: "\(kind.en) \(b.en) to \(a.en) lower", zh: "\(kind.zh)：低 \(b.zh) 至 \(a.zh)")
    }
    if lower >= 0 {
      return Text(
        en: "\(kind.en) \(a.en) to \(b.en) higher", zh: "\(kind.zh)：高 \(a.zh) 至 \(b.zh)")
    }
    return Text(
      en: "\(kind.en) from \(a.en) lower to \(b.en) higher", zh: "\(kind.zh)：低 \(a.zh) 至高 \(b.zh)")
  }

  /// What the interval rules out, and what it does not.
  public static func certainty(_ estimate: EffectEstimate, negligible: Double = 0) -> Text {
    let small = number(negligible, estimate)
    let average = estimate.average
    switch EffectReading(estimate, negligible: negligible) {
    case .unknown:
      return Text(
        en: "The data do not determine how sure this is.", zh: "数据不足以判断其确定程度。")
    case .fall:
      return negligible > 0
        ? Text(
          en: "The interval rules out a rise, and a fall of less than \(small.en).",
          zh: "该区间可以排除上升，也可以排除小于 \(small.zh) 的下降。")
        : Text(
          en: "The interval rules out no change and a rise.", zh: "该区间不含零，可以排除没有变化或上升。")
    case .rise:
      return negligible > 0
        ? Text(
          en: "The interval rules out a fall, and a rise of less than \(small.en).",
          zh: "该区间可以排除下降，也可以排除小于 \(small.zh) 的上升。")
        : Text(
          en: "The interval rules out no change and a fall.", zh: "该区间不含零，可以排除没有变化或下降。")
    case .slightFall:
      return Text(
        en: "The interval rules out a rise; the fall may be too small to matter (less than "
          + "\(small.en)).",
        zh: "该区间可以排除上升；但下降可能小到无实际意义（小于 \(small.zh)）。")
    case .slightRise:
      return Text(
        en: "The interval rules out a fall; the rise may be too small to matter (less than "
          + "\(small.en)).",
        zh: "该区间可以排除下降；但上升可能小到无实际意义（小于 \(small.zh)）。")
    case .negligible:
      return Text(
        en: "The interval lies within ±\(small.en): the data rule out a change that matters.",
        zh: "该区间位于 ±\(small.zh) 之内，可以排除有实际意义的变化。")
    case .undecided:
      let fall = number(abs(average.lower ?? .nan), estimate)
      let rise = number(abs(average.upper ?? .nan), estimate)
      return Text(
        en: "The data cannot tell a fall of \(fall.en) from a rise of \(rise.en).",
        zh: "数据无法区分下降 \(fall.zh) 与上升 \(rise.zh)。")
    }
  }

  /// The effect that a study like this finds in four of five cases: said before the estimate.
  public static func power(_ estimate: EffectEstimate) -> Text? {
    estimate.minimumDetectableEffect.map { detectable in
      let shown = number(abs(detectable), estimate)
      return Text(
        en: "A study of this size finds an effect of \(shown.en) in four of five cases; smaller "
          + "ones may stay hidden.",
        zh: "以此规模的数据，五次中有四次能检出 \(shown.zh) 的效应；更小的效应可能无法察觉。")
    }
  }

  /// The two or three things that speak most against the answer.
  private static func caveats(_ estimate: EffectEstimate) -> Text? {
    let violated = estimate.checks.filter { $0.verdict == .violated }
    // What a study of this size can find is said before the answer.
    let doubtful = estimate.checks.filter { $0.verdict == .doubtful && $0.id != "power" }
    let assumptions = estimate.assumptions.filter { $0.verdict == .doubtful }
    let findings = (violated.map(\.finding) + assumptions.map(\.evidence) + doubtful.map(\.finding))
      .prefix(3)
    guard !findings.isEmpty else { return nil }
    return Text(
      en: "But: " + findings.map { firstSentence($0).en }.joined(separator: " "),
      zh: "但是：" + findings.map { firstSentence($0).zh }.joined())
  }

  /// What comes before the first full stop that ends a sentence, with it.
  private static func firstSentence(_ text: Text) -> Text {
    let end = text.en.range(of: ". ")?.lowerBound
    return Text(
      en: end.map { String(text.en[..<$0]) + "." } ?? text.en,
      zh: text.zh.firstIndex(of: "。").map { String(text.zh[...$0]) } ?? text.zh)
  }

  static func number(_ x: Double, _ estimate: EffectEstimate) -> Text {
    number(x, of: estimate.average, estimate.scale)
  }

  /// `x` with the decimals that the interval of `value` supports.
  static func number(_ x: Double, of value: Estimate, _ scale: EffectEstimate.Scale) -> Text {
    switch scale {
    case .level: NumberText.decimal(x, decimals(value, unit: 1))
    case .log: NumberText.percent(x, min(3, max(1, decimals(value, unit: 100))))
    }
  }

  static func interval(_ value: Estimate, _ scale: EffectEstimate.Scale) -> Text {
    guard let lower = value.lower, let upper = value.upper else { return Text("–") }
    let (a, b) = (number(lower, of: value, scale), number(upper, of: value, scale))
    return Text(en: "\(a.en) to \(b.en)", zh: "\(a.zh) 至 \(b.zh)")
  }

  /// As many as the width of the interval supports.
  static func decimals(_ estimate: EffectEstimate) -> Int { decimals(estimate.average, unit: 1) }

  private static func decimals(_ value: Estimate, unit: Double) -> Int {
    if let lower = value.lower, let upper = value.upper, upper > lower {
      return NumberText.decimals(forWidth: unit * (upper - lower))
    }
    return NumberText.decimals(forWidth: unit * abs(value.value))
  }
}
