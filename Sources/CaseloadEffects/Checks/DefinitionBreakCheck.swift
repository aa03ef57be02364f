import CaseloadData
import CaseloadMath

/// Did all units jump in one and the same period, as when a register or a definition changes?
///
/// ```
/// d_it = Δ y_it − Δ y_i,t−s          s a season; Δ y_it alone where the data hold fewer than four
/// z    = (d_t* − median of d_t) / 1.4826 MAD of d_t,   d_t = median over units of d_it
/// step = median over units of (mean of y over t* … t*+m−1 − mean over t*−m … t*−1)
/// ```
///
/// t* is the period of the largest z. A jump is reported where z exceeds 5, nine units of ten move the
/// same way and the step lasts: it is at least half of d_t*. Units count while they are untreated.
enum DefinitionBreakCheck: AutomaticCheck {
  static let id = "definition-break"
  static let name = Text(en: "Jumps of all units at once", zh: "全体单位同期跳变")
  static let condition = Text(
    en: "Three untreated units and four seasons, or twelve periods.",
    zh: "至少三个未受干预单位，且至少四个季节周期或十二期。")

  static func outcome(_ context: CheckContext) -> EffectCheck? {
    guard let grid = context.grid, !context.study.isRepeatedCrossSection else {
      return context.study.isRepeatedCrossSection
        ? nil : untestable(Text(en: "It takes several series.", zh: "需要多个序列。"))
    }
    let season = context.study.panel.entries.first?.series.seasonLength ?? 1
    let m = season > 1 && grid.periodCount >= 4 * season ? season : 3
    guard grid.periodCount >= 4 * m else {
      return untestable(
        Text(
          en: "\(grid.periodCount) periods are too few to tell a jump from the usual movement.",
          zh: "仅 \(grid.periodCount) 期，无法区分跳变与通常波动。"))
    }
    var jumps: [(column: Int, size: Double, agreeing: Double)] = []
    let lag = m == season ? season : 0
    for t in (lag + 1)..<grid.periodCount {
      let own = (0..<grid.unitCount).compactMap { unit -> Double? in
        guard grid.cohort[unit] > t else { return nil }
        var jump = grid[unit, t] - grid[unit, t - 1]
        if lag > 0 { jump -= grid[unit, t - lag] - grid[unit, t - lag - 1] }
        return jump.isFinite ? jump : nil
      }
      guard own.count >= 3, let middle = Descriptive.median(own) else { continue }
      jumps.append((t, middle, Double(own.count { $0 * middle > 0 }) / Double(own.count)))
    }
    guard jumps.count >= 8, let center = Descriptive.median(jumps.map(\.size)),
      let spread = Descriptive.medianAbsoluteDeviation(jumps.map(\.size)), spread > 0,
      let largest = jumps.max(by: { abs($0.size - center) < abs($1.size - center) })
    else {
      return untestable(
        Text(en: "Fewer than three units are untreated long enough.", zh: "未受干预时间足够长的单位不足三个。"))
    }
    let z = abs(largest.size - center) / spread
    let step = step(grid, largest.column, m) ?? 0
    let lasts = step * largest.size > 0 && abs(step) >= 0.5 * abs(largest.size)
    let period = grid.period(largest.column)
    let starts = grid.cohorts
    let nearest = starts.map { abs($0 - largest.column) }.min() ?? Int.max
    let figures = [
      EffectCheck.Figure("step", step), EffectCheck.Figure("z", z),
      EffectCheck.Figure("share", largest.agreeing),
      EffectCheck.Figure("periodsFromStart", nearest == Int.max ? nil : Double(nearest)),
    ]
    let size = context.shownOnGrid(step)
    let share = NumberText.percent(largest.agreeing, 0)
    guard z > 5, largest.agreeing >= 0.9, lasts else {
      return check(
        .supported,
        Text(
          en: "No period stands out: the largest common jump, in \(period), leaves a step of "
            + "\(size.en), shared in sign by \(share.en) of the untreated units.",
          zh: "没有突出的时期：最大共同跳变在 \(period)，留下 \(size.zh) 的水平变化，\(share.zh) 的未受干预单位方向一致。"), figures)
    }
    let isNear = nearest <= m
    return check(
      isNear ? .violated : .doubtful,
      Text(
        en:
          "\(share.en) of the untreated units step by about \(size.en) in \(period). Was a register "
          + "or a definition changed?",
        zh: "\(share.zh) 的未受干预单位在 \(period) 同向跳变约 \(size.zh)。是否更换了登记系统或统计口径？")
        + (isNear
          ? Text(
            en: " It lies beside a start, and only equal jumps cancel.",
            zh: "该时期紧邻干预起点，只有跳变幅度相同才能抵消。")
          : Text("")),
      figures)
  }

  /// The median over units of the mean of m periods from `t` on less that of m periods before, over as
  /// many periods as there are.
  private static func step(_ grid: StudyGrid, _ t: Int, _ m: Int) -> Double? {
    let before = max(0, t - m)..<t
    let after = t..<min(grid.periodCount, t + m)
    return Descriptive.median(
      (0..<grid.unitCount).compactMap { unit -> Double? in
        guard grid.cohort[unit] >= after.upperBound,
          let a = Descriptive.mean(before.map { grid[unit, $0] }.filter { !$0.isNaN }),
          let b = Descriptive.mean(after.map { grid[unit, $0] }.filter { !$0.isNaN })
        else { return nil }
        return b - a
      })
  }
}
