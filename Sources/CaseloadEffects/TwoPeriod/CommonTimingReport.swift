import CaseloadData
import CaseloadMath

/// What designs of one start for all report alike.
enum CommonTimingReport {
  /// The headline of a design; without an error of its own where a side is a single cluster.
  static func answer(
    _ estimator: some DifferenceEstimator, _ grid: StudyGrid, _ average: AverageEffect,
    _ clusters: (treated: Int, comparison: Int), level: Double, from stream: RandomStream
  ) throws(Diagnostic) -> DifferenceInference.Answer {
    guard estimator.inference == .multiplierBootstrap else {
      // Nothing to judge it by; other ways of inference may still do.
      let isJudged =
        estimator.inference != .influence || clusters.treated > 1 && clusters.comparison > 1
      return try DifferenceInference.answer(
        estimator, grid,
        effect: isJudged ? average : AverageEffect(value: average.value), level: level,
        from: stream)
    }
    return multiplierBootstrap(average, clusters, draws: 999, .mammen, level: level, from: stream)
  }

  /// The headline by the multiplier bootstrap of its influences.
  ///
  /// ```
  /// θ̂ ± q,   q the `level` quantile of |Σ v_g ψ_g|;   p = (1 + #{|Σ v_g ψ_g| ≥ |θ̂|}) / (B + 1)
  /// ```
  static func multiplierBootstrap(
    _ average: AverageEffect, _ clusters: (treated: Int, comparison: Int), draws count: Int,
    _ multipliers: CallawaySantAnna.Multipliers, level: Double, from stream: RandomStream
  ) -> DifferenceInference.Answer {
    let inference = Inference(
      kind: .multiplierBootstrap,
      reason: Text(
        en: "Influence functions of the clusters with random multipliers, as asked.",
        zh: "按要求：群组影响函数乘以随机乘子。"),
      treatedClusters: clusters.treated, comparisonClusters: clusters.comparison, draws: count,
      isEnumerated: false, smallestPValue: 1 / Double(count + 1))
    guard clusters.treated > 1, clusters.comparison > 1, !average.influence.isEmpty else {
      return DifferenceInference.Answer(
        average: Estimate(
          value: average.value, standardError: nil, lower: nil, upper: nil, level: level,
          pValue: nil), inference: inference, degreesOfFreedom: nil,
        minimumDetectableEffect: nil)
    }
    let bootstrap = MultiplierBootstrap(
      Matrix(columns: [average.influence]), draws: count, multipliers, from: stream)
    let draws = bootstrap.draws.column(0).map { abs($0) }
    let margin = MultiplierBootstrap.quantile(draws, level)
    let beyond = draws.count { $0 >= abs(average.value) }
    let error = bootstrap.standardError(0)
    let normal = Normal.standard
    return DifferenceInference.Answer(
      average: Estimate(
        value: average.value, standardError: error, lower: average.value - margin,
        upper: average.value + margin, level: level,
        pValue: Double(beyond + 1) / Double(count + 1)), inference: inference,
      degreesOfFreedom: nil,
      minimumDetectableEffect: (normal.upperQuantile(0.025) + normal.upperQuantile(0.2)) * error)
  }

  static func rate(_ estimate: Estimate, _ scale: EffectEstimate.Scale) -> Estimate {
    scale == .log
      ? estimate.transformed(derivative: exp(estimate.value), expm1) : estimate
  }

  static func estimand(
    _ study: Study, _ timing: CommonTiming, _ scale: EffectEstimate.Scale, covariates: [String],
    count: Int
  ) -> Text {
    let name = study.panel.entries.first?.series.name ?? Text(en: "the outcome", zh: "结果变量")
    let grid = timing.grid
    let first = grid.period(timing.start)
    let last = grid.period(timing.after[timing.after.count - 1])
    let earlier = grid.period(timing.before[0])
    let base = grid.period(timing.before[timing.before.count - 1])
    let others = timing.units.count - timing.units.count { timing.isTreated($0) }
    let kind =
      timing.isCrossSections ? Text(en: "observations", zh: "观测") : Text(en: "units", zh: "单位")
    let given =
      covariates.isEmpty
      ? Text(en: "", zh: "")
      : Text(
        en: ", given \(covariates.joined(separator: ", "))",
        zh: "，给定 \(covariates.joined(separator: "、"))")
    return Text(
      en:
        "Average effect on \(name.en) in the \(count) treated \(kind.en) over \(first) to \(last), "
        + "all periods alike, relative to \(earlier) to \(base), against \(others) untreated "
        + "\(kind.en)\(given.en)" + (scale == .log ? ", as a rate" : ", a unit and period"),
      zh: "\(first) 至 \(last)（各期等权）对 \(count) 个受干预\(kind.zh)的\(name.zh)的平均效应，"
        + "相对于 \(earlier) 至 \(base)，以 \(others) 个未受干预\(kind.zh)为参照\(given.zh)"
        + (scale == .log ? "（比率）" : "（每单位每期）"))
  }
}
