import CaseloadData
import CaseloadMath

/// Did cases move to or from neighbouring courts?
///
/// The untreated units in the regions of treated ones are left out of the comparison, and, in place of
/// the treated, are taken for treated themselves.
enum SpilloverCheck: AutomaticCheck {
  static let id = "spill-over"
  static let name = Text(en: "Neighbouring units", zh: "相邻单位")
  static let condition = Text(
    en: "Regions, with treated and untreated units in one region.",
    zh: "地区信息，且同一地区内既有受干预也有未受干预单位。")

  static func outcome(_ context: CheckContext) -> EffectCheck? {
    let study = context.study
    guard !study.isRepeatedCrossSection, study.panel.entries.count > 1 else { return nil }
    guard study.regions.count == study.panel.entries.count else {
      return untestable(
        Text(
          en: "Where the units lie is not known: give their regions with --region.",
          zh: "未知各单位所在地区：请用 --region 提供。"))
    }
    var starts: [String: Period] = [:]
    for (unit, start) in study.treatmentStart {
      starts[study.regions[unit]] = min(starts[study.regions[unit]] ?? start, start)
    }
    let neighbors = study.comparison.filter { starts[study.regions[$0]] != nil }
    guard !neighbors.isEmpty else {
      return untestable(
        Text(
          en: "No untreated unit lies in the region of a treated one.",
          zh: "受干预单位所在地区内没有未受干预单位。"))
    }
    let near = Set(neighbors)
    let far = study.panel.entries.indices.filter { !near.contains($0) }
    let without = context.value(study.selecting(far))
    let untreated = study.comparison
    var placebo: [Int: Period] = [:]
    for (index, unit) in untreated.enumerated() where near.contains(unit) {
      placebo[index] = starts[study.regions[unit]]
    }
    let onNeighbors =
      near.count < untreated.count
      ? context.answer(study.selecting(untreated).treated(from: placebo)) : nil
    guard without != nil || onNeighbors != nil else {
      return untestable(
        Text(
          en:
            "All \(untreated.count) untreated units are neighbours of treated ones; nothing is left "
            + "to compare with.",
          zh: "全部 \(untreated.count) 个未受干预单位均与受干预单位相邻，没有其他可比对象。"))
    }
    let figures = [
      EffectCheck.Figure("neighbours", Double(near.count)),
      EffectCheck.Figure("withoutNeighbours", without),
      EffectCheck.Figure("onNeighbours", onNeighbors?.value),
      EffectCheck.Figure("pValue", onNeighbors?.pValue),
    ]
    var finding = Text(
      en: "\(near.count) untreated units are neighbours.", zh: "\(near.count) 个未受干预单位为相邻单位。")
    if let without {
      finding =
        finding
        + Text(
          en: " Without them the effect is \(context.shown(without).en) instead of "
            + "\(context.shown(context.estimate.average.value).en).",
          zh: "剔除后效应为 \(context.shown(without).zh)，原为 "
            + "\(context.shown(context.estimate.average.value).zh)。")
    }
    if let onNeighbors {
      finding =
        finding
        + Text(
          en: " On them the programme has an effect of \(context.shown(onNeighbors.value).en)"
            + (onNeighbors.pValue.map { " (\(NumberText.pStatement($0).en))." } ?? "."),
          zh: "项目对相邻单位的“效应”为 \(context.shown(onNeighbors.value).zh)"
            + (onNeighbors.pValue.map { "（\(NumberText.pStatement($0).zh)）。" } ?? "。"))
    }
    let isMoved = (onNeighbors?.pValue ?? 1) <= CheckContext.significance
    let base = context.estimate.average.value
    let flips = without.map { $0 * base < 0 || abs($0 - base) > 0.5 * abs(base) } ?? false
    return check(isMoved || flips ? .doubtful : .supported, finding, figures)
  }
}
