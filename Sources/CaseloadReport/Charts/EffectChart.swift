import CaseloadData
import CaseloadEffects

extension Chart {
  /// The chart of an effect: the path with and without the intervention for a design that has one,
  /// effects by periods since the start for the others; `nil` without a path.
  ///
  /// - Parameters:
  ///   - estimate: what a design answered.
  ///   - study: what it was asked.
  ///   - id: unique on its page.
  /// - Returns: a chart whose title states the finding.
  public static func effect(_ estimate: EffectEstimate, _ study: Study, id: String = "effect")
    -> Chart?
  {
    let subject = EffectSubject(study, estimate)
    let isRelative = estimate.scale == .log && study.panel.entries.count > 1
    if estimate.path.contains(where: { $0.eventTime >= 0 && $0.counterfactual != nil }) {
      let isTrend = estimate.design == InterruptedTimeSeries.card.id
      let name =
        isTrend
        ? Text(en: "trend carried on", zh: "原趋势延续")
        : Text(en: "expected without", zh: "没有干预时的预期")
      let percent = NumberText.decimal(100 * estimate.average.level)
      let unit =
        isRelative
        ? Text(en: "ratio", zh: "比值") : subject.outcome.header
      return .counterfactual(
        CounterfactualChart(
          id: id, title: title(estimate, subject),
          subtitle: isRelative
            ? Text(en: "treated units relative to the comparison", zh: "受干预单位与参照之比")
            : Text(en: subject.outcome.name.en, zh: subject.outcome.atStart.zh),
          caption: Text(
            en: "Gray: observed. Orange: \(name.en), with its \(percent.en) % interval.",
            zh: "灰线为观测值，橙线为\(name.zh)（\(percent.zh)% 区间）。"),
          summary: Text(
            en: "The observed series and, from the start on, what was to be expected without the "
              + "intervention.",
            zh: "观测序列，以及干预起点之后没有干预时的预期。"),
          estimate: estimate, unit: unit, counterfactualName: name))
    }
    guard estimate.path.contains(where: { $0.effect != nil }) else { return nil }
    let hasBand = estimate.path.contains { $0.simultaneousLower != nil }
    let percent = NumberText.decimal(100 * estimate.average.level)
    return .eventStudy(
      EventStudyChart(
        id: id, title: title(estimate, subject),
        subtitle: estimate.scale == .log
          ? Text(
            en: "effect on \(subject.outcome.name.en), as a rate",
            zh: "对\(subject.outcome.name.zh)的效应（比率）")
          : Text(
            en: "effect on \(subject.outcome.name.en)", zh: "对\(subject.outcome.name.zh)的效应"),
        caption: Text(
          en: "Dots: estimates; lines: \(percent.en) % intervals"
            + (hasBand ? "; wide bars: the band that holds in all periods at once" : "")
            + ". Hollow dots, before the start, should lie on zero.",
          zh: "点为估计值，线为 \(percent.zh)% 区间" + (hasBand ? "，宽条为各期同时成立的联合区间" : "")
            + "。空心点在干预之前，应接近零。"),
        summary: Text(
          en: "Estimated effects by periods since the start, each with its interval.",
          zh: "按干预起点以来期数排列的效应估计及其区间。"),
        estimate: estimate,
        unit: estimate.scale == .log
          ? Text(en: "effect", zh: "效应") : subject.outcome.header))
  }

  /// The finding: the answer, or that none is stated.
  private static func title(_ estimate: EffectEstimate, _ subject: EffectSubject) -> Text {
    guard EffectReading.objections(to: estimate).isEmpty else {
      return Text(en: "No effect is stated", zh: "不给出效应结论")
    }
    let average = estimate.average
    let size = subject.amount(
      EffectText.number(abs(average.value), of: average, estimate.scale), estimate)
    let isLower = average.value < 0
    let isOpen = EffectReading(estimate) == .undecided
    return Text(
      en: "\(subject.outcome.atStart.en): \(size.en) \(isLower ? "lower" : "higher") than without"
        + (isOpen ? "; the interval holds zero" : ""),
      zh:
        "\(subject.outcome.atStart.zh)：比没有干预时\(subject.everyZh(estimate))\(isLower ? "低" : "高") \(size.zh)"
        + (isOpen ? "，区间含零" : ""))
  }
}
