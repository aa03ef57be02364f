import CaseloadData
import CaseloadMath

/// Did anyone act before the start, by filing early or by waiting?
///
/// ```
/// bunching(k) = Σ over the last k periods of (gap − mean gap before),   gap = treated − others
/// ```
///
/// and the estimate with starts one to three periods earlier: where people anticipated, the estimate
/// moves as these periods change sides.
enum AnticipationCheck: AutomaticCheck {
  static let id = "anticipation"
  static let name = Text(en: "Action before the start", zh: "提前反应")
  static let condition = Text(
    en: "Five periods before the start.", zh: "干预前至少五期。")

  private static let window = 3

  static func outcome(_ context: CheckContext) -> EffectCheck? {
    guard !context.study.isRepeatedCrossSection else { return nil }
    var figures: [EffectCheck.Figure] = []
    var shifted: [Double] = []
    for k in 1...window {
      let value = context.value(context.study.startingEarlier(by: k))
      figures.append(EffectCheck.Figure("estimate\(k)", value))
      if let value { shifted.append(value) }
    }
    let bunching = context.grid.flatMap { grid in
      UnitContrast(grid, count: 1) { cohort in
        let earlier = cohort - window
        guard earlier >= 2 else { return nil }
        return [
          (0..<cohort).map {
            ($0, $0 >= earlier ? 1 : -Double(window) / Double(earlier))
          }
        ]
      }
    }
    guard bunching != nil || !shifted.isEmpty else {
      return untestable(
        Text(
          en: "Too few periods before the start, or the design has no estimate for earlier starts.",
          zh: "干预前时期过少，或该设计无法对更早的起点进行估计。"))
    }
    let base = context.estimate.average.value
    let moves = shifted.map { abs($0 - base) }
    figures.append(EffectCheck.Figure("largestChange", moves.max()))
    let sweep = Text(
      en: "With starts one to \(window) periods earlier the effect of "
        + "\(context.shown(base).en) becomes "
        + shifted.map { context.shown($0).en }.joined(separator: ", ") + ".",
      zh: "起点提前一至 \(window) 期，效应由 \(context.shown(base).zh) 变为 "
        + shifted.map { context.shown($0).zh }.joined(separator: "、") + "。")
    guard let bunching, let p = bunching.pValue() else {
      // The sign of the effect must not hang on a few periods.
      let flips = shifted.contains { $0 * base < 0 }
      return check(flips ? .doubtful : .untestable, sweep, figures)
    }
    figures.append(EffectCheck.Figure("bunching", bunching.values[0]))
    figures.append(EffectCheck.Figure("pValue", p))
    let excess = context.shownOnGrid(bunching.values[0])
    let finding =
      Text(
        en:
          "In the last \(window) periods before the start treated units stood \(excess.en) in sum "
          + "off their earlier distance from the others (\(NumberText.pStatement(p).en)).",
        zh: "起点前最后 \(window) 期，受干预单位与其他单位的差距累计偏离此前水平 \(excess.zh)"
          + "（\(NumberText.pStatement(p).zh)）。")
      + (shifted.isEmpty ? Text("") : Text(en: " ", zh: "") + sweep)
    return check(p < 0.05 ? .doubtful : .supported, finding, figures)
  }
}
