import CaseloadData
import CaseloadMath

/// Were the treated units chosen after an exceptional year, so that a fall was to be expected?
///
/// ```
/// growth_t = mean of y over a year up to t − mean over the year before it
/// growth_{t+1 year} = a + b growth_t + e       over comparison units, disjoint years
/// expected = b (growth of the treated − mean growth of the others)
/// ```
///
/// On logarithms where the outcome allows it. Without any programme, units that grew fast grow less
/// the year after; the expectation is printed beside the estimate.
enum RegressionToTheMeanCheck: AutomaticCheck {
  static let id = "regression-to-the-mean"
  static let name = Text(en: "Regression to the mean", zh: "均值回归")
  static let condition = Text(
    en: "Five comparison units and three years, or three stretches, before the start.",
    zh: "至少五个对照单位，且起点前至少三年（或三个时段）。")

  static func outcome(_ context: CheckContext) -> EffectCheck? {
    guard let grid = context.grid, !context.study.isRepeatedCrossSection else {
      return context.study.isRepeatedCrossSection
        ? nil : untestable(Text(en: "It takes comparison units.", zh: "需要对照单位。"))
    }
    let starts = grid.cohort.filter { $0 > 0 && $0 < grid.periodCount }
    guard let first = starts.min() else { return nil }
    let year = Int((context.study.panel.entries.first?.series.periodsPerYear ?? 1).rounded())
    // A year, or a third of what there is before the start.
    let span = first >= 3 * year ? max(1, year) : first / 3
    let others = (0..<grid.unitCount).filter { grid.cohort[$0] >= grid.periodCount }
    guard span >= 1, others.count >= 5 else {
      return untestable(
        Text(
          en: "It takes five comparison units and three stretches of time before the start; there "
            + "are \(others.count) units and \(first) periods.",
          zh: "需要五个对照单位及起点前三个时段；现有 \(others.count) 个单位、\(first) 期。"))
    }
    func growth(_ unit: Int, _ end: Int) -> Double? {
      guard end - 2 * span >= 0, end <= grid.periodCount else { return nil }
      var (late, early) = (0.0, 0.0)
      for k in 1...span {
        late += grid[unit, end - k]
        early += grid[unit, end - span - k]
      }
      let value = (late - early) / Double(span)
      return value.isFinite ? value : nil
    }
    // Disjoint steps, counted back and forth from the first start.
    var pairs: [(x: Double, y: Double)] = []
    var end = first - ((first - 2 * span) / span) * span
    while end + span <= grid.periodCount {
      let own = others.compactMap { unit -> (x: Double, y: Double)? in
        guard let x = growth(unit, end), let y = growth(unit, end + span) else { return nil }
        return (x, y)
      }
      // About the mean of the date: what moved all units is not the question.
      let (mx, my) = (Descriptive.mean(own.map(\.x)) ?? 0, Descriptive.mean(own.map(\.y)) ?? 0)
      pairs += own.map { ($0.x - mx, $0.y - my) }
      end += span
    }
    let squares = pairs.reduce(0) { $0 + $1.x * $1.x }
    let treated = (0..<grid.unitCount).filter { starts.contains(grid.cohort[$0]) }
    let growths = treated.compactMap { growth($0, grid.cohort[$0]) }
    let reference = others.compactMap { growth($0, first) }
    guard pairs.count >= 5, squares > 0, let own = Descriptive.mean(growths),
      let usual = Descriptive.mean(reference)
    else {
      return untestable(
        Text(
          en: "Growth before the start cannot be computed for the treated and five other units.",
          zh: "无法计算受干预单位及五个其他单位在起点前的增长。"))
    }
    let slope = pairs.reduce(0) { $0 + $1.x * $1.y } / squares
    let below = Double(reference.count { $0 < own }) + 0.5 * Double(reference.count { $0 == own })
    let percentile = below / Double(reference.count)
    let expected = slope * (own - usual)
    let estimate = context.estimate.average.value
    let reported = context.onReport(expected)
    let figures = [
      EffectCheck.Figure("percentile", percentile),
      EffectCheck.Figure("growth", context.onReport(own)),
      EffectCheck.Figure("usualGrowth", context.onReport(usual)),
      EffectCheck.Figure("slope", slope), EffectCheck.Figure("expected", reported),
      EffectCheck.Figure("estimate", estimate),
    ]
    let finding = Text(
      en: "Before the start the treated units changed by \(context.shownOnGrid(own).en), more than "
        + "\(NumberText.percent(percentile, 0).en) of the comparison units. After such growth the "
        + "others moved by \(context.shownOnGrid(expected).en) without any programme; the estimate is "
        + "\(context.shown(estimate).en).",
      zh: "起点前受干预单位变动 \(context.shownOnGrid(own).zh)，高于 "
        + "\(NumberText.percent(percentile, 0).zh) 的对照单位。其他单位在类似增长之后，即使没有项目也会变动 "
        + "\(context.shownOnGrid(expected).zh)；估计效应为 \(context.shown(estimate).zh)。")
    let isExtreme = percentile >= 0.9 || percentile <= 0.1
    let isSameWay = reported * estimate > 0
    let isLarge = isSameWay && abs(reported) > 0.25 * abs(estimate)
    if isSameWay, isExtreme, abs(reported) > 0.75 * abs(estimate) {
      return check(.violated, finding, figures)
    }
    return check(isLarge || (isExtreme && isSameWay) ? .doubtful : .supported, finding, figures)
  }
}
