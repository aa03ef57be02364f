import CaseloadData
import CaseloadMath

/// What the time before the start says about a counterfactual.
enum CounterfactualChecks {
  static let assumptions = [
    Text(
      en:
        "Without the intervention, level, trend and season would have moved on as before, and with the "
        + "comparison units as before.",
      zh: "若无干预，水平、趋势与季节将照旧变动，与参照单位的关系不变。"),
    Text(en: "Nothing else changed at the same time.", zh: "同一时间没有其他变化。"),
    Text(
      en: "The regressors are not moved by the intervention.", zh: "回归变量不受干预影响。"),
    Text(
      en: "The disturbances are independent and normal, with constant variances.",
      zh: "各扰动独立、正态、方差不变。"),
    Text(en: "Nobody acted on the intervention before it began.", zh: "干预前无人提前反应。"),
  ]

  /// A forecast of the end of the time before, made from what came earlier.
  struct Skill: Sendable {
    /// Observed less expected, averaged over the held-back periods, as an effect is.
    let miss: Estimate
    let periods: Int
    /// Root mean squared error of the means, and that of the earlier mean carried on.
    let error: Double
    let naiveError: Double
    /// The share of held-back values inside their intervals.
    let coverage: Double

    var misses: Bool { (miss.lower ?? 0) > 0 || (miss.upper ?? 0) < 0 }
  }

  /// How many periods are held back: as many as are forecast, at most a third of those before.
  static func heldBack(_ data: CounterfactualData, fewest: Int) -> Int? {
    let count = min(data.after, data.before / 3)
    let split = data.before - count
    let known = data.response[..<max(0, split)].count { !$0.isNaN }
    let held = data.response[max(0, split)..<data.before].count { !$0.isNaN }
    guard count >= 2, held >= 2, known >= max(fewest, CounterfactualData.fewestBefore) else {
      return nil
    }
    let values = data.response[..<split].filter { !$0.isNaN }
    return Set(values).count > 1 ? count : nil
  }

  /// The skill of an answer for held-back periods.
  static func skill(_ answer: CounterfactualAnswer) -> Skill {
    let window = answer.window
    var (squares, naive, inside, count) = (0.0, 0.0, 0.0, 0.0)
    for point in answer.path where point.eventTime >= 0 {
      guard let lower = point.lower, let upper = point.upper else { continue }
      let observed = window.outcome[point.eventTime]
      let miss = observed - window.center - window.unit * answer.mixture.mean(point.eventTime)
      squares += miss * miss
      naive += (observed - window.center) * (observed - window.center)
      inside += lower <= 0 && upper >= 0 ? 1 : 0
      count += 1
    }
    return Skill(
      miss: answer.average, periods: Int(count), error: (squares / count).squareRoot(),
      naiveError: (naive / count).squareRoot(), coverage: inside / count)
  }

  static func continuity(_ skill: Skill?, _ shown: (Double) -> Text) -> AssumptionStatus {
    guard let skill else {
      return AssumptionStatus(
        assumptions[0], .untestable,
        evidence: Text(
          en: "The time before is too short to hold a part of it back and forecast it.",
          zh: "干预前数据太短，无法留出一部分进行预测检验。"))
    }
    let interval = "\(shown(skill.miss.lower ?? .nan).en) to \(shown(skill.miss.upper ?? .nan).en)"
    let between = "\(shown(skill.miss.lower ?? .nan).zh) 至 \(shown(skill.miss.upper ?? .nan).zh)"
    let inside = NumberText.percent(skill.coverage, 0)
    return AssumptionStatus(
      assumptions[0], skill.misses ? .doubtful : .supported,
      evidence: Text(
        en:
          "Forecast from what came earlier, the last \(skill.periods) periods before the start differ by "
          + "\(shown(skill.miss.value).en) (\(interval)) on average, \(inside.en) of them inside their intervals"
          + (skill.misses ? ": the model finds an effect where there was none." : "."),
        zh: "用更早的数据预测干预前最后 \(skill.periods) 期，平均相差 \(shown(skill.miss.value).zh)（\(between)），"
          + "\(inside.zh) 落在区间内" + (skill.misses ? "：模型在没有干预时也得出了“效应”。" : "。")),
      summary: skill.misses
        ? Text(
          en:
            "Forecast from what came earlier, the end of the time before is missed: the model finds an "
            + "effect where there was none.",
          zh: "用更早的数据预测干预前末段时落空：模型在没有干预时也得出了“效应”。")
        : Text(
          en: "Forecast from what came earlier, the end of the time before is met.",
          zh: "用更早的数据可以较好地预测干预前末段。"),
      pValue: skill.miss.pValue)
  }

  static func check(_ skill: Skill?, _ status: AssumptionStatus) -> EffectCheck {
    EffectCheck(
      id: "forecast-skill",
      name: Text(en: "Forecast of a held-back part of the time before", zh: "干预前留出段的预测"),
      verdict: status.verdict, finding: status.evidence,
      figures: skill.map { skill in
        [
          .init("periods", Double(skill.periods)), .init("miss", skill.miss.value),
          .init("lower", skill.miss.lower), .init("upper", skill.miss.upper),
          .init("rootMeanSquaredError", skill.error),
          .init("naiveRootMeanSquaredError", skill.naiveError),
          .init("coverage", skill.coverage),
        ]
      } ?? [])
  }

  /// Serial correlation, normality and constant variance of the one-step errors.
  static func errors(_ standardized: [Double], seasonLength: Int) -> (AssumptionStatus, EffectCheck)
  {
    let name = Text(en: "Errors one period ahead", zh: "一步预测误差")
    let known = standardized.filter { !$0.isNaN }
    let lags = max(2, min(known.count / 5, seasonLength > 1 ? 2 * seasonLength : 10))
    guard known.count >= 8, let serial = try? LjungBox.test(standardized, lags: lags),
      let p = serial.pValue
    else {
      let status = AssumptionStatus(
        assumptions[3], .untestable,
        evidence: Text(
          en: "Too few errors before the start to test them.", zh: "干预前误差太少，无法检验。"))
      return (
        status,
        EffectCheck(
          id: "one-step-errors", name: name, verdict: .untestable, finding: status.evidence)
      )
    }
    let normality = (try? JarqueBera.test(known))?.pValue
    // Durbin & Koopman (2012), §2.12.2: squares of the last third over those of the first.
    let third = known.count / 3
    let late = known.suffix(third).reduce(0) { $0 + $1 * $1 }
    let early = known.prefix(third).reduce(0) { $0 + $1 * $1 }
    let ratio = early > 0 ? late / early : nil
    let variance = ratio.map { ratio -> Double in
      let f = FisherF(
        numeratorDegreesOfFreedom: Double(third), denominatorDegreesOfFreedom: Double(third))
      return min(1, 2 * min(f.cumulative(ratio), f.upper(ratio)))
    }
    // Three tests at 5 % together.
    let least = [p, normality, variance].compactMap { $0 }.min() ?? 1
    let isDoubtful = least < 0.05 / 3
    func shown(_ p: Double?) -> Text { p.map { NumberText.pValue($0) } ?? Text("–") }
    let status = AssumptionStatus(
      assumptions[3], isDoubtful ? .doubtful : .supported,
      evidence: Text(
        en:
          "One-step errors before the start: Ljung–Box at \(lags) lags p \(shown(p).en), Jarque–Bera p "
          + "\(shown(normality).en), equal variances p \(shown(variance).en).",
        zh: "干预前一步预测误差：\(lags) 阶 Ljung–Box p \(shown(p).zh)，Jarque–Bera p \(shown(normality).zh)，"
          + "等方差 p \(shown(variance).zh)。"),
      summary: isDoubtful
        ? Text(
          en: "The one-step errors before the start are not those of the model.",
          zh: "干预前一步预测误差与模型不符。")
        : Text(
          en: "The one-step errors before the start are those of the model.",
          zh: "干预前一步预测误差与模型相符。"), pValue: p)
    return (
      status,
      EffectCheck(
        id: "one-step-errors", name: name, verdict: status.verdict, finding: status.evidence,
        figures: [
          .init("ljungBox", p), .init("jarqueBera", normality), .init("equalVariances", variance),
          .init("varianceRatio", ratio), .init("lags", Double(lags)),
        ])
    )
  }

  static func regressors(_ data: CounterfactualData) -> AssumptionStatus {
    let count = data.regressors.count { $0.kind != .calendar }
    return AssumptionStatus(
      assumptions[2], .untestable,
      evidence: count == 0
        ? Text(en: "There are none.", zh: "没有回归变量。")
        : Text(
          en:
            "\(count) series serve as regressors; cases that moved to them or away from them would bias "
            + "the effect, and their own past cannot show it.",
          zh: "共用 \(count) 个序列作回归变量；若案件流入或流出这些单位，效应会有偏差，而其自身历史无法显示。"),
      summary: count == 0
        ? Text(en: "There are none.", zh: "没有回归变量。")
        : Text(
          en: "Cases that moved to the comparison units or away from them would bias the effect.",
          zh: "案件若流入或流出参照单位，效应会有偏差。"))
  }

  static var anticipation: AssumptionStatus {
    AssumptionStatus(
      assumptions[4], .untestable,
      evidence: Text(
        en: "Whether parties filed early or waited cannot be read off this series alone.",
        zh: "当事人是否提前或推迟起诉，不能仅由该序列判断。"))
  }
}
