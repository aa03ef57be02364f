import CaseloadData
import CaseloadEffects

/// The design of a study in words, before any estimate.
public enum StudyText {
  /// For a terminal.
  public static func report(_ design: StudyDesign, _ language: Language) -> String {
    let parts = [
      [size(design)], [power(design)].compactMap { $0 }, design.notes,
    ]
    let lead = parts.flatMap { $0 }.map { $0[language] + "\n" }.joined()
    let zh = language == .zh
    return [
      lead,
      lines(zh ? "各批次" : "waves", cohorts(design, language)),
      lines(
        zh ? "每个效应所依据的单位（期数 受干预 参照）" : "units behind each period (treated, comparison)",
        support(design, language)),
      lines(zh ? "可用的设计" : "designs", designs(design, language)),
    ].filter { !$0.isEmpty }.joined(separator: "\n")
  }

  private static func lines(_ heading: String, _ items: [String]) -> String {
    items.isEmpty ? "" : heading + "\n" + items.map { "  \($0)\n" }.joined()
  }

  private static func size(_ design: StudyDesign) -> Text {
    let total = design.unitCount * design.periodCount
    let never = design.neverTreated.count
    let treated = design.cohorts.reduce(0) { $0 + $1.units.count }
    let name = SeriesNoun(design.outcome, unit: Text(""))
    let kind: Text
    if design.isBalanced {
      kind = Text(en: "balanced", zh: "平衡面板")
    } else {
      kind = Text(
        en: "\(design.observationCount) of \(total) values",
        zh: "\(total) 个数值中有 \(design.observationCount) 个")
    }
    return Text(
      en:
        "\(name.atStart.en) of \(many(design.unitCount, "unit")) over \(many(design.periodCount, "period")), "
        + "\(design.start) to \(design.end) (\(kind.en)): \(treated) treated in "
        + "\(many(design.cohorts.count, "wave")), \(never) never"
        + (design.notYetTreated.isEmpty ? "" : ", \(design.notYetTreated.count) not yet")
        + (design.alwaysTreated.isEmpty ? "" : ", \(design.alwaysTreated.count) from the first on")
        + ".",
      zh: "\(name.atStart.zh)：\(design.unitCount) 个单位，\(design.periodCount) 期，"
        + "\(design.start) 至 \(design.end)（\(kind.zh)）；\(treated) 个受干预（分 \(design.cohorts.count) 批），"
        + "\(never) 个从未受干预"
        + (design.notYetTreated.isEmpty ? "" : "，\(design.notYetTreated.count) 个尚未受干预")
        + (design.alwaysTreated.isEmpty ? "" : "，\(design.alwaysTreated.count) 个自首期起受干预")
        + "。")
  }

  private static func many(_ n: Int, _ noun: String) -> String {
    "\(n) \(noun)\(n == 1 ? "" : "s")"
  }

  private static func power(_ design: StudyDesign) -> Text? {
    design.minimumDetectableEffect.map { detectable in
      let shown = NumberText.percent(abs(detectable))
      return Text(
        en: "Before any estimate: a study like this finds an effect of \(shown.en) in four of five "
          + "cases; smaller ones may stay hidden.",
        zh: "估计之前：此类研究五次中有四次能检出 \(shown.zh) 的效应；更小的效应可能无法察觉。")
    }
  }

  private static func cohorts(_ design: StudyDesign, _ language: Language) -> [String] {
    let zh = language == .zh
    return design.cohorts.map { cohort in
      let names = cohort.units.prefix(6).joined(separator: zh ? "、" : ", ")
      let more = cohort.units.count > 6 ? " …" : ""
      return zh
        ? "\(cohort.start)  \(cohort.units.count) 个单位，之前 \(cohort.periodsBefore) 期，之后 "
          + "\(cohort.periodsAfter) 期：\(names)\(more)"
        : "\(cohort.start)  \(many(cohort.units.count, "unit")), \(many(cohort.periodsBefore, "period")) before, "
          + "\(cohort.periodsAfter) after: \(names)\(more)"
    }
  }

  /// Runs of event times with the same support, in one line each.
  private static func support(_ design: StudyDesign, _ language: Language) -> [String] {
    var runs: [(from: Int, to: Int, treated: Int, comparison: Int)] = []
    for item in design.support {
      if let last = runs.last, last.treated == item.treatedUnits,
        last.comparison == item.comparisonUnits, last.to + 1 == item.eventTime,
        (last.to < 0) == (item.eventTime < 0)
      {
        runs[runs.count - 1].to = item.eventTime
      } else {
        runs.append((item.eventTime, item.eventTime, item.treatedUnits, item.comparisonUnits))
      }
    }
    func signed(_ n: Int) -> String { n < 0 ? "−\(-n)" : "\(n)" }
    let spans = runs.map { run in
      run.from == run.to
        ? signed(run.from) : "\(signed(run.from)) … \(signed(run.to))"
    }
    let width = spans.map(\.displayWidth).max() ?? 0
    return zip(spans, runs).map { span, run in
      "\(span.leading(width))  \(run.treated)  \(run.comparison)"
    }
  }

  private static func designs(_ design: StudyDesign, _ language: Language) -> [String] {
    let width = design.designs.map(\.design.displayWidth).max() ?? 0
    return design.designs.map { item in
      let word =
        item.isFeasible
        ? Text(en: "yes", zh: "可以")
        : Text(en: "no: ", zh: "不可：") + (item.reason?.message ?? Text(""))
      return item.design.leading(width) + "  " + word[language]
    }
  }
}
