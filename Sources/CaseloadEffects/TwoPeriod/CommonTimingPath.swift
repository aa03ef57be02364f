import CaseloadData
import CaseloadMath

/// The two groups period by period: what the treated did, and what the comparison says that they
/// would have done.
///
/// ```
/// counterfactual_t = ȳ₁before + (ȳ₀t − ȳ₀before),   effect_t = ȳ₁t − counterfactual_t
/// ```
///
/// Without covariates. Before the start the effects are placebos; their sizes add up to 0.
struct CommonTimingPath {
  let points: [EffectEstimate.Point]
  private let placebos: [AverageEffect]
  /// Of each cluster: 1 with a treated unit, 0 without.
  private let groups: [Int]

  init(_ timing: CommonTiming, _ scale: EffectEstimate.Scale, level: Double) {
    let grid = timing.grid
    var groups = [Int](repeating: 0, count: grid.clusterCount)
    for unit in timing.units where timing.isTreated(unit) { groups[grid.cluster[unit]] = 1 }
    self.groups = groups
    guard grid.covariates.isEmpty else {
      points = []
      placebos = []
      return
    }
    let means = TwoGroupMeans(timing)
    let clusters = timing.clusters
    let hasError = clusters.treated > 1 && clusters.comparison > 1
    var points: [EffectEstimate.Point] = []
    var placebos: [AverageEffect] = []
    for t in timing.before + timing.after {
      guard let difference = means.difference([t], timing.before) else { continue }
      if t < timing.start { placebos.append(difference) }
      let observed = means.mean(treated: true, [t]).mean
      let welch = hasError ? WelchInterval(difference.influence, groups: groups) : nil
      let reach = welch?.reach(level)
      let own = CommonTimingReport.rate(
        Estimate(
          value: difference.value, standardError: welch.flatMap { _ in difference.standardError },
          lower: reach.map { difference.value - $0 }, upper: reach.map { difference.value + $0 },
          level: level, pValue: welch?.pValue(difference.value)), scale)
      func shown(_ x: Double) -> Double { scale == .log ? exp(x) : x }
      // One period before has nothing to be set against.
      let isReference = t < timing.start && timing.before.count == 1
      points.append(
        EffectEstimate.Point(
          period: grid.period(t), eventTime: t - timing.start, observed: shown(observed),
          counterfactual: shown(observed - difference.value),
          effect: isReference ? nil : own.value,
          standardError: isReference ? nil : own.standardError,
          lower: isReference ? nil : own.lower, upper: isReference ? nil : own.upper))
    }
    self.points = points
    self.placebos = hasError ? Array(placebos.dropLast()) : []
  }

  /// The Wald test of the placebos; the last is minus the sum of the others.
  func trends(_ assumption: Text) -> AssumptionStatus {
    guard !placebos.isEmpty,
      let test = InfluenceWaldTest(
        placebos.map(\.value), Matrix(columns: placebos.map(\.influence)), groups: groups)
    else {
      return AssumptionStatus(
        assumption, .untestable,
        evidence: Text(
          en: "Too few periods before the start, or too few clusters, for placebo effects.",
          zh: "起点前的时期或群组过少，无法计算安慰剂效应。"))
    }
    let p = test.pValue
    let shown = GroupTimeAssumptions.rounded(p)
    return AssumptionStatus(
      assumption, p < 0.05 ? .doubtful : .supported,
      evidence: Text(
        en: "The Wald test of \(test.count) placebo effects before the start has p = \(shown)"
          + (p < 0.05
            ? ": the groups moved apart before the programme."
            : ". That none is found does not rule out a trend that the test is too weak to see."),
        zh: "起点前 \(test.count) 个安慰剂效应的 Wald 检验 p = \(shown)"
          + (p < 0.05 ? "：干预前两组已有分化。" : "。未发现并不排除检验力不足以识别的趋势。")),
      summary: p < 0.05
        ? Text(
          en: "The Wald test of the placebo effects finds that the groups moved apart before.",
          zh: "安慰剂效应的 Wald 检验显示干预前两组已有分化。")
        : Text(
          en: "The Wald test of the placebo effects finds nothing; a weak trend may remain unseen.",
          zh: "安慰剂效应的 Wald 检验未发现异常；微弱趋势可能未被识别。"), pValue: p)
  }
}
