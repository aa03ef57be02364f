import CaseloadData
import CaseloadEffects

/// An effect in words: the answer with its interval first, then how sure, then what it rests on.
public enum EffectText {
  /// For a terminal.
  public static func report(_ estimate: EffectEstimate, _ language: Language) -> String {
    let zh = language == .zh
    var text = estimate.estimand[language] + "\n\n"
    text += answer(estimate)[language] + "\n" + certainty(estimate)[language] + "\n\n"
    func line(_ label: Text, _ value: Estimate) -> String {
      let name = label[language]
      let shown = number(value.value, estimate)[language]
      let interval = interval(value, estimate)[language]
      let p = value.pValue.map { NumberText.pValue($0)[language] } ?? "–"
      return "  \(name)  \(shown)  \(interval)  p \(p.hasPrefix("<") ? p : "= " + p)\n"
    }
    if let step = estimate.levelChange {
      text += line(Text(en: "level change", zh: "水平变化"), step)
    }
    if let slope = estimate.slopeChange {
      text += line(Text(en: "slope change", zh: "斜率变化"), slope)
    }
    if let total = estimate.cumulative {
      let decimals = NumberText.decimals(forWidth: (total.upper ?? 0) - (total.lower ?? 0))
      let values = [total.value, total.lower ?? .nan, total.upper ?? .nan].map {
        NumberText.decimal($0, decimals)[language]
      }
      text +=
        zh
        ? "  累计效应  \(values[0])（\(values[1]) 至 \(values[2])）\n"
        : "  cumulative    \(values[0]) (\(values[1]) to \(values[2]))\n"
    }
    var details: [Text] = []
    if let detectable = estimate.minimumDetectableEffect {
      let shown = number(detectable, estimate)
      details.append(
        Text(en: "minimum detectable effect \(shown.en)", zh: "可检出的最小效应 \(shown.zh)"))
    }
    if let rho = estimate.autocorrelation {
      let shown = NumberText.decimal(rho, 2)
      details.append(Text(en: "autocorrelation \(shown.en)", zh: "误差自相关 \(shown.zh)"))
    }
    if let freedom = estimate.degreesOfFreedom {
      let shown = NumberText.decimal(freedom, 1)
      details.append(Text(en: "degrees of freedom \(shown.en)", zh: "自由度 \(shown.zh)"))
    }
    if !details.isEmpty {
      text += "  " + details.map { $0[language] }.joined(separator: zh ? "；" : "; ") + "\n\n"
    }
    text += zh ? "假设\n" : "assumptions\n"
    for status in estimate.assumptions {
      text += "  [\(status.verdict.text[language])] \(status.assumption[language]) "
      text += status.evidence[language] + "\n"
    }
    return text
  }

  /// "The outcome was 12.0 % lower than without the intervention (95 % interval …)."
  public static func answer(_ estimate: EffectEstimate) -> Text {
    let average = estimate.average
    let size = number(abs(average.value), estimate)
    let interval = interval(average, estimate)
    let isLower = average.value < 0
    let level = NumberText.decimal(100 * average.level)
    return Text(
      en: "On average it was \(size.en) \(isLower ? "lower" : "higher") than without the "
        + "intervention (\(level.en) % interval \(interval.en)).",
      zh: "与没有干预相比平均\(isLower ? "低" : "高") \(size.zh)（\(level.zh)% 区间 \(interval.zh)）。")
  }

  /// What the interval rules out, and what it does not.
  public static func certainty(_ estimate: EffectEstimate) -> Text {
    let average = estimate.average
    guard let lower = average.lower, let upper = average.upper else {
      return Text(
        en: "The data do not determine how sure this is.", zh: "数据不足以判断其确定程度。")
    }
    if upper < 0 {
      return Text(
        en: "The interval rules out no change and a rise.", zh: "该区间不含零，可以排除没有变化或上升。")
    }
    if lower > 0 {
      return Text(
        en: "The interval rules out no change and a fall.", zh: "该区间不含零，可以排除没有变化或下降。")
    }
    let fall = number(abs(lower), estimate)
    let rise = number(abs(upper), estimate)
    return Text(
      en: "The data cannot tell a fall of \(fall.en) from a rise of \(rise.en).",
      zh: "数据无法区分下降 \(fall.zh) 与上升 \(rise.zh)。")
  }

  static func number(_ x: Double, _ estimate: EffectEstimate) -> Text {
    estimate.scale == .log ? NumberText.percent(x) : NumberText.decimal(x, decimals(estimate))
  }

  static func interval(_ value: Estimate, _ estimate: EffectEstimate) -> Text {
    let lower = number(value.lower ?? .nan, estimate)
    let upper = number(value.upper ?? .nan, estimate)
    return Text(en: "\(lower.en) to \(upper.en)", zh: "\(lower.zh) 至 \(upper.zh)")
  }

  /// As many as the width of the interval supports.
  static func decimals(_ estimate: EffectEstimate) -> Int {
    NumberText.decimals(
      forWidth: (estimate.average.upper ?? .nan) - (estimate.average.lower ?? .nan))
  }
}
