import CaseloadData
import CaseloadMath

/// Which effect could this study have found at all?
///
/// Printed before the estimate: an effect below it is found now and then only, and then overstated.
enum PowerCheck: AutomaticCheck {
  static let id = "power"
  static let name = Text(en: "Smallest effect that would be found", zh: "最小可检测效应")
  static let condition = Text(en: "Every study.", zh: "所有研究。")

  static func outcome(_ context: CheckContext) -> EffectCheck? {
    let own = context.estimate.minimumDetectableEffect
    let before = context.grid.flatMap { MinimumDetectableEffect($0) }
    // A rate is given for a fall, as the designs do.
    let planned = before?.value.map {
      context.isGridLogarithmic ? -expm1(-$0) : $0
    }
    let limit = context.estimate.inference?.smallestPValue
    let figures = [
      EffectCheck.Figure("minimumDetectableEffect", own),
      EffectCheck.Figure("beforeTheEstimate", planned),
      EffectCheck.Figure("standardDeviation", before?.standardDeviation),
      EffectCheck.Figure("autocorrelation", before?.autocorrelation),
      EffectCheck.Figure("smallestPValue", limit),
    ]
    let plan = planned.map {
      Text(
        en:
          "By the noise of the untreated periods and \(before?.treatedUnits ?? 0) treated against "
          + "\(before?.comparisonUnits ?? 0) other units, effects of \(context.shown($0).en) are "
          + "found in four of five cases.",
        zh: "按未受干预时期的波动及 \(before?.treatedUnits ?? 0) 个受干预、\(before?.comparisonUnits ?? 0) 个对照单位计算，"
          + "\(context.shown($0).zh) 的效应在五次中约有四次可被发现。")
    }
    if let limit, limit > 0.05 + 1e-12 {
      let least = NumberText.pValue(limit)
      return check(
        .doubtful,
        (plan.map { $0 + Text(en: " ", zh: "") } ?? Text(""))
          + Text(
            en:
              "With so few assignments of the programme no p-value below \(least.en) is possible: "
              + "no effect could be shown at 5 %.",
            zh: "可能的分配方案过少，p 值不可能低于 \(least.zh)：任何效应都无法在 5% 水平得到证实。"), figures)
    }
    guard let least = own ?? planned else {
      return untestable(
        Text(
          en: "Neither the design nor the periods before the start give a measure of the noise.",
          zh: "设计与干预前数据均不能给出波动的度量。"))
    }
    let size = abs(context.estimate.average.value)
    let ofDesign = Text(
      en: "The design finds \(context.shown(least).en) in four of five cases; it estimates "
        + "\(context.shown(context.estimate.average.value).en).",
      zh: "该设计对 \(context.shown(least).zh) 的效应五次中约可发现四次；其估计为 "
        + "\(context.shown(context.estimate.average.value).zh)。")
    let finding = (plan.map { $0 + Text(en: " ", zh: "") } ?? Text("")) + ofDesign
    if size < least {
      return check(
        .doubtful,
        finding
          + Text(
            en:
              " An effect of this size would mostly be missed; where it is found, it is overstated.",
            zh: "此等大小的效应多半不会被发现；若被发现，则往往被高估。"), figures)
    }
    return check(.supported, finding, figures)
  }
}
