import CaseloadData
import CaseloadMath

/// Did treated and other units move alike before the start, and would the test have noticed?
///
/// An event study of group means against the last period before the start, with Roth's power: a
/// straight violation that is missed half the time may be as large as the effect itself.
enum PreTrendCheck: AutomaticCheck {
  static let id = "pre-trend"
  static let name = Text(en: "Trends before the start", zh: "干预前趋势")
  static let condition = Text(
    en: "Two periods before the start and comparison units.", zh: "干预前至少两期，且有对照单位。")

  /// The most coefficients of the joint test.
  private static let mostPeriods = 12

  static func outcome(_ context: CheckContext) -> EffectCheck? {
    guard let grid = context.grid else {
      return untestable(
        Text(en: "One series has no other to run parallel to.", zh: "单一序列没有可供平行比较的对象。"))
    }
    let before = grid.cohort.filter { $0 > 0 && $0 < grid.periodCount }.sorted()
    // A covariance of more coefficients than half the units is hardly estimated.
    let periods = min(
      mostPeriods, max(1, grid.clusterCount / 2), before[before.count / 2] - 1)
    guard periods >= 1 else {
      return untestable(
        Text(en: "There is one period before the start; two are needed.", zh: "干预前仅一期，至少需要两期。"))
    }
    // The periods −2 … −(periods + 1) and the mean of those after, all against −1.
    guard
      let study = UnitContrast(
        grid, count: periods + 1,
        weights: { cohort in
          guard cohort > periods else { return nil }
          let base = (column: cohort - 1, weight: -1.0)
          let after = cohort..<grid.periodCount
          let leads = (0..<periods).map { [(column: cohort - 2 - $0, weight: 1.0), base] }
          return leads + [after.map { ($0, 1 / Double(after.count)) } + [base]]
        }),
      let slopes = UnitContrast(grid, count: 1, weights: slopeWeights),
      let covariance = study.covariance, let slopeError = slopes.standardError(),
      let slopeP = slopes.pValue()
    else {
      return untestable(
        Text(
          en: "Too few comparison units are observed in the periods before the start.",
          zh: "干预前各期均有观测的对照单位过少。"))
    }
    let leads = Array(0..<periods)
    let own = Matrix(rows: leads.map { i in leads.map { covariance[i, $0] } })
    let times = leads.map { -Double($0 + 1) }
    let after = context.estimate.path.filter { $0.eventTime >= 0 && $0.effect != nil }
    let meanAfter =
      after.isEmpty
      ? Double(grid.periodCount - before[before.count / 2] + 1) / 2
      : after.map { Double($0.eventTime + 1) }.reduce(0, +) / Double(after.count)
    let power = PreTrendPower(covariance: own, times: times)
    let slope50 = power?.slope(power: 0.5)
    let slope80 = power?.slope(power: 0.8)
    let bias = slope50.flatMap { slope in
      power?.bias(slope: slope, time: meanAfter, covariances: leads.map { covariance[$0, periods] })
    }
    let largest = leads.map { abs(study.values[$0]) / (study.standardError($0) ?? .infinity) }.max()
    let joint = largest.flatMap { jointPValue(own, $0, study.degreesOfFreedom) }
    let p = joint.map { min($0, slopeP) * 2 } ?? slopeP
    let extrapolated = slopes.values[0] * meanAfter
    let figures = [
      EffectCheck.Figure("pValue", min(1, p)), EffectCheck.Figure("jointPValue", joint),
      EffectCheck.Figure("slope", slopes.values[0]),
      EffectCheck.Figure("slopeStandardError", slopeError),
      EffectCheck.Figure("slopePValue", slopeP), EffectCheck.Figure("slope50", slope50),
      EffectCheck.Figure("slope80", slope80), EffectCheck.Figure("biasAfterPassing", bias),
      EffectCheck.Figure("extrapolated", extrapolated),
      EffectCheck.Figure("periods", Double(periods)),
    ]
    let measured =
      Text(
        en:
          "Treated units moved by \(context.shownOnGrid(slopes.values[0]).en) a period beyond the "
          + "others before the start (\(NumberText.pStatement(slopeP).en))",
        zh: "干预前受干预单位每期相对变动 \(context.shownOnGrid(slopes.values[0]).zh)"
          + "（\(NumberText.pStatement(slopeP).zh)）")
      + (joint.map {
        Text(
          en: "; the largest of \(periods) earlier periods has \(NumberText.pStatement($0).en).",
          zh: "；此前 \(periods) 期中最大偏离的 \(NumberText.pStatement($0).zh)。")
      } ?? Text(en: ".", zh: "。"))
    if p < 0.05 {
      return check(
        .violated,
        measured
          + Text(
            en: " Carried on, that alone would make \(context.shownOnGrid(extrapolated).en).",
            zh: "若延续该趋势，仅此即可产生 \(context.shownOnGrid(extrapolated).zh)。"), figures)
    }
    let hidden = bias.map { abs(context.onReport($0)) } ?? .infinity
    let isWeak = !(hidden < abs(context.estimate.average.value))
    let seen =
      slope50.flatMap { slope in
        bias.map {
          Text(
            en: " A steady drift of \(context.shownOnGrid(slope).en) a period would be missed half "
              + "the time and bias the effect by \(context.shownOnGrid($0).en).",
            zh: "每期 \(context.shownOnGrid(slope).zh) 的持续偏离有一半可能不被发现，并使效应偏误 "
              + "\(context.shownOnGrid($0).zh)。")
        }
      }
      ?? Text(en: " Its power cannot be computed.", zh: "其检验功效无法计算。")
    return check(isWeak ? .doubtful : .supported, measured + seen, figures)
  }

  /// The least-squares slope over the periods before the start.
  static func slopeWeights(_ cohort: Int) -> [UnitContrast.Weights]? {
    guard cohort > 1 else { return nil }
    let middle = Double(cohort - 1) / 2
    let squares = (0..<cohort).reduce(0) { $0 + (Double($1) - middle) * (Double($1) - middle) }
    return [(0..<cohort).map { ($0, (Double($0) - middle) / squares) }]
  }

  /// P(max |zₖ| ≥ z) for the correlated coefficients, z as improbable as t by Student's
  /// distribution.
  private static func jointPValue(
    _ covariance: Matrix, _ t: Double, _ degreesOfFreedom: Double
  ) -> Double? {
    let tail = StudentT(degreesOfFreedom: degreesOfFreedom).upper(t)
    let z = Normal.standard.upperQuantile(max(tail, 1e-300))
    guard z > 0, z.isFinite, covariance.diagonal.allSatisfy({ $0 > 0 }) else { return nil }
    let zero = [Double](repeating: 0, count: covariance.rowCount)
    return NormalBox(covariance, bounds: covariance.diagonal.map { z * $0.squareRoot() })
      .map { max(0, 1 - $0.inside(zero).probability) }
  }
}
