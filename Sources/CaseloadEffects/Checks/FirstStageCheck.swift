import CaseloadData
import CaseloadMath

/// Did the programme move what it is supposed to move: the number of diverted cases?
enum FirstStageCheck: AutomaticCheck {
  static let id = "first-stage"
  static let name = Text(en: "Did the programme divert cases?", zh: "项目是否带来分流")
  static let condition = Text(
    en: "The numbers of diverted cases.", zh: "诉前分流（调解）案件数。")

  static func outcome(_ context: CheckContext) -> EffectCheck? {
    guard let diverted = context.study.diverted else {
      return untestable(
        Text(
          en:
            "Without the numbers of diverted cases nothing shows that the programme did anything.",
          zh: "没有诉前分流案件数，无法显示项目是否发挥作用。"))
    }
    guard diverted.series.count == context.study.panel.entries.count,
      let grid = try? StudyGrid(context.study.replacingOutcome(diverted.series))
    else { return nil }
    // Cases in number, whatever the scale of the effect: before the start there may be none.
    let contrast =
      context.hasComparison
      ? UnitContrast(grid, count: 1) { cohort in
        let after = Double(grid.periodCount - cohort)
        return [
          (0..<grid.periodCount).map { ($0, $0 < cohort ? -1 / Double(cohort) : 1 / after) }
        ]
      } : nil
    let (change, p) = (contrast?.values[0] ?? ownChange(grid), contrast?.pValue())
    guard let change else {
      return untestable(
        Text(
          en: "Diverted cases are not observed before and after the start.", zh: "起点前后没有分流案件数据。"))
    }
    let figures = [EffectCheck.Figure("change", change), EffectCheck.Figure("pValue", p)]
    let finding = Text(
      en: "Diverted cases changed by \(NumberText.significant(change, 1).en) a period"
        + (contrast == nil ? " in the treated units" : " beyond the other units")
        + (p.map { " (\(NumberText.pStatement($0).en))." } ?? "."),
      zh: "分流案件每期\(contrast == nil ? "变动" : "相对其他单位变动") "
        + "\(NumberText.significant(change, 1).zh)"
        + (p.map { "（\(NumberText.pStatement($0).zh)）。" } ?? "。"))
    guard let p else { return check(change > 0 ? .supported : .doubtful, finding, figures) }
    if p < 0.05, change > 0 { return check(.supported, finding, figures) }
    return check(
      .doubtful,
      finding
        + Text(
          en: " An effect on filings can hardly come from diversion that did not grow.",
          zh: "若分流并未增加，立案的变化很难归因于分流。"), figures)
  }

  /// After less before, averaged over the treated units.
  private static func ownChange(_ grid: StudyGrid) -> Double? {
    let changes = (0..<grid.unitCount).compactMap { unit -> Double? in
      let cohort = grid.cohort[unit]
      guard cohort > 0, cohort < grid.periodCount else { return nil }
      let row = (0..<grid.periodCount).map { grid[unit, $0] }
      guard let before = Descriptive.mean(row[..<cohort].filter { !$0.isNaN }),
        let after = Descriptive.mean(row[cohort...].filter { !$0.isNaN })
      else { return nil }
      return after - before
    }
    return Descriptive.mean(changes)
  }
}
