import CaseloadData
import CaseloadMath

/// What to bear in mind of a study's design, most important first, and which designs to begin with.
struct StudyAdvice {
  let notes: [Text]

  /// Fewer periods than this before the start say nothing of a single series' trend.
  private static let fewestAlone = 8

  /// Below this many treated or comparison clusters no cluster-robust error is reliable.
  private static let fewClusters = 5

  init(_ design: StudyDesign, _ study: Study) {
    notes = [
      Self.comparison(design), Self.before(design), Self.pandemic(design, study),
      Self.clusters(design), Self.waves(design), Self.leftOut(design), Self.missing(design),
      Self.switching(design), Self.counting(design, study), Self.first(design),
    ].compactMap { $0 }
  }

  private static func hasComparison(_ design: StudyDesign) -> Bool {
    !design.neverTreated.isEmpty || !design.notYetTreated.isEmpty || design.cohorts.count > 1
  }

  private static func comparison(_ design: StudyDesign) -> Text? {
    guard !hasComparison(design) else { return nil }
    return Text(
      en: "Nothing is untreated: whatever else changed at the start counts as effect. Only designs "
        + "of a series against its own past apply.",
      zh: "没有未受干预的单位：起点前后的其他变化都会计入效应，只能用以自身过去为参照的设计。")
  }

  private static func before(_ design: StudyDesign) -> Text? {
    guard let shortest = design.cohorts.map(\.periodsBefore).min() else {
      return Text(
        en: "No unit has periods both before and after its start: nothing can be estimated.",
        zh: "没有单位同时具有起点前后的数据，无法估计。")
    }
    if !hasComparison(design), shortest < fewestAlone {
      return Text(
        en:
          "\(shortest) \(shortest == 1 ? "period" : "periods") before the start are too few to tell a "
          + "trend from what a series strays from it: alone, it identifies no effect.",
        zh: "起点前仅 \(shortest) 期，无法区分趋势与偏离：仅凭该序列不能识别效应。")
    }
    if shortest < 3 {
      return Text(
        en: "A wave has \(shortest) \(shortest == 1 ? "period" : "periods") before its start: "
          + "whether it moved like the others before cannot be seen.",
        zh: "有一批单位起点前仅 \(shortest) 期，无法看出此前是否与其他单位同步。")
    }
    guard !hasComparison(design), shortest < 24, design.frequency == .monthly else { return nil }
    return Text(
      en:
        "\(shortest) months before the start are fewer than the 24 that a season and a trend need.",
      zh: "起点前 \(shortest) 个月，少于估计季节与趋势所需的 24 个月。")
  }

  private static func pandemic(_ design: StudyDesign, _ study: Study) -> Text? {
    let onset = CivilDate(year: 2020, month: 2, day: 1).dayNumber
    let near = design.cohorts.filter { cohort in
      guard let day = cohort.start.firstDay else { return false }
      return abs(day.dayNumber - onset) <= 184
    }
    guard let first = near.first else { return nil }
    return Text(
      en: "The start \(first.start) lies within half a year of the pandemic of 2020: "
        + (hasComparison(design)
          ? "the comparison units must have shared its shock."
          : "one series cannot tell the two apart."),
      zh: "起点 \(first.start) 距 2020 年疫情不足半年："
        + (hasComparison(design) ? "参照单位须受到同样的冲击。" : "单一序列无法区分两者。"))
  }

  private static func clusters(_ design: StudyDesign) -> Text? {
    let (treated, others) = (design.treatedClusters, design.comparisonClusters)
    guard hasComparison(design), min(treated, others) < fewClusters,
      let smallest = design.smallestPValue
    else { return nil }
    let shown = NumberText.pValue(smallest)
    let floor =
      smallest > 0.05
      ? Text(
        en: " No p-value can fall below \(shown.en), so 5 % cannot be reached.",
        zh: "p 值不可能小于 \(shown.zh)，达不到 5%。")
      : Text(en: " The least possible p-value is \(shown.en).", zh: "p 值最小可为 \(shown.zh)。")
    return Text(
      en:
        "With \(treated) treated and \(others) comparison clusters, errors by cluster are far too "
        + "small; the programme is dealt out anew among the units instead (randomization).",
      zh: "受干预群组 \(treated) 个、参照群组 \(others) 个，按群组计算的误差会严重偏小，改用随机化推断。") + floor
  }

  private static func waves(_ design: StudyDesign) -> Text? {
    guard design.cohorts.count > 1 else { return nil }
    return Text(
      en: "The units start in \(design.cohorts.count) waves: a two-way regression (twfe) would set "
        + "later waves against earlier ones, whose own effect then enters with a minus.",
      zh: "各单位分 \(design.cohorts.count) 批开始：双向固定效应（twfe）会以较早批次作较晚批次的参照，使其效应以负号计入。")
  }

  private static func leftOut(_ design: StudyDesign) -> Text? {
    guard !design.alwaysTreated.isEmpty else { return nil }
    let names = listed(design.alwaysTreated)
    return Text(
      en: "Treated from the first period on, and left out: \(names.en).",
      zh: "自首期起即受干预，故略去：\(names.zh)。")
  }

  private static func missing(_ design: StudyDesign) -> Text? {
    guard !design.gaps.isEmpty || !design.partial.isEmpty else { return nil }
    let names = listed(
      design.gaps.map { "\($0.unit) (\($0.from)…\($0.to))" }
        + design.partial.map { "\($0.unit) (\($0.from)–\($0.to))" })
    return Text(
      en: "Not every unit has every period: gaps (…) and shorter spans (–) in \(names.en).",
      zh: "并非每个单位都有全部时期：缺口（…）与较短区间（–）见于 \(names.zh)。")
  }

  private static func switching(_ design: StudyDesign) -> Text? {
    guard !design.isAbsorbing else { return nil }
    return Text(
      en: "The treatment ends again in some units: designs that take it to stay from its start on "
        + "mix both times; chaisemartin and its follow it.",
      zh: "部分单位的干预后来终止：假定干预持续的设计会混淆两段时间；chaisemartin 与 its 可以处理。")
  }

  private static func counting(_ design: StudyDesign, _ study: Study) -> Text? {
    guard study.diverted == nil, design.measure == .flow else { return nil }
    return Text(
      en: "Cases diverted before filing are not given: a fall of filings cannot be told from cases "
        + "counted elsewhere (--diverted).",
      zh: "未给出诉前分流案件数：收案下降可能只是改计入他处（--diverted）。")
  }

  /// The designs to begin with, of those that answered.
  private static func first(_ design: StudyDesign) -> Text? {
    let wanted: [String]
    let shortest = design.cohorts.map(\.periodsBefore).min() ?? 0
    if !hasComparison(design) {
      guard shortest >= fewestAlone else { return nil }
      wanted = ["its", "bsts"]
    } else if design.treatedClusters < fewClusters {
      wanted = ["synthetic-did", "augmented-synthetic-control", "bsts", "did", "imputation", "its"]
    } else {
      wanted = ["callaway-santanna", "imputation", "etwfe", "sun-abraham", "did", "its"]
    }
    let able = Set(design.designs.filter(\.isFeasible).map(\.design))
    let ids = wanted.filter(able.contains).prefix(3)
    guard !ids.isEmpty else { return nil }
    return Text(
      en: "Begin with: \(ids.joined(separator: ", ")).", zh: "建议先用：\(ids.joined(separator: "、"))。")
  }

  private static func listed(_ names: [String]) -> Text {
    let shown = names.prefix(5)
    let more = names.count - shown.count
    return Text(
      en: shown.joined(separator: ", ") + (more > 0 ? " and \(more) more" : ""),
      zh: shown.joined(separator: "、") + (more > 0 ? " 等 \(names.count) 个" : ""))
  }
}
