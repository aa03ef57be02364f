import CaseloadData
import CaseloadMath

/// The triple difference: how much more eligible units changed than other units of the same stratum,
/// in treated strata against untreated ones.
///
/// ```
/// y_it = α_i + γ_s(i),t + η_e(i),t + β · 1[t ≥ g_s] · eligible_i + ε_it
/// β̂ = (Δ eligible − Δ others)_treated strata − (Δ eligible − Δ others)_untreated strata
/// ```
///
/// A shock to a whole court and a shift of a whole case type both drop out. Parallel trends are needed
/// of the difference between eligible and other units only; the two differences in differences that it
/// is made of are shown, and the one of the other units is a placebo. With several starts each start
/// and period has an effect of its own, as in `etwfe`, unless `effects=common`.
///
/// - Sources: Olden & Møen (2022), §3; Gruber (1994), *American Economic Review* 84, 622–641.
public struct TripleDifference: DifferenceEstimator {
  /// Whether the effect may differ between starts and periods.
  public enum Effects: String, Codable, Sendable, CaseIterable {
    case cohorts, common
  }

  /// Whether the effect is measured in the outcome's units or as a rate.
  public var scale = EffectEstimate.Scale.level
  public var effects = Effects.cohorts
  public var inference = InferenceChoice.auto

  public init() {}

  public static let card = MethodCard(
    id: "triple-difference", name: Text(en: "Triple difference", zh: "三重差分"),
    summary: Text(
      en: "Did cases that the programme could act on change more than others of the same court?",
      zh: "可受措施影响的案件是否比同一法院的其他案件变化更大？"),
    equation:
      #"y_{it} = \alpha_i + \gamma_{st} + \eta_{et} + \beta\, 1[t \ge g_s]\, e_i + \varepsilon_{it}"#,
    options: [
      ("scale", Text(en: "level, or log for a rate", zh: "level（原单位）或 log（比率）")),
      (
        "effects",
        Text(
          en: "cohorts: may differ by start and period; common: one coefficient",
          zh: "cohorts（可因起点与时期而异）或 common（单一系数）")
      ),
      ("inference", Text(en: "auto, or how intervals are found", zh: "auto，或指定推断方法")),
    ],
    assumptions: [
      Text(
        en: "Without the programme the gap between eligible and other units would have moved alike "
          + "in treated and untreated strata.",
        zh: "若无该措施，受干预层与未受干预层中两类单位之差会同样变动。"),
      Text(
        en: "The programme does not move the ineligible units of its stratum.",
        zh: "该措施不影响同一层内不可受影响的单位。"),
      Text(en: "Nobody acted on the programme before it began.", zh: "干预前无人提前反应。"),
    ],
    sources: [Bibliography.oldenMoen, Bibliography.wooldridgeExtended], minimumObservations: 8)

  /// The design that the differences of strata are given to.
  private var inner: any DifferenceEstimator {
    switch effects {
    case .cohorts:
      var design = ExtendedTwoWay()
      design.inference = inference
      return design
    case .common:
      var design = TwoWayFixedEffects()
      design.inference = inference
      return design
    }
  }

  /// A grid without eligibility holds differences of strata already.
  public func average(_ grid: StudyGrid) throws(Diagnostic) -> AverageEffect {
    guard !grid.eligible.isEmpty else { return try inner.average(grid) }
    let data = try StratumDifferences(grid)
    let own = try inner.average(data.grid)
    guard !own.influence.isEmpty else { return own }
    // The influence of a cluster of strata stands at the first of the clusters that it joins.
    var influence = [Double](repeating: 0, count: grid.clusterCount)
    var done: Set<Int> = []
    for (s, members) in data.members.enumerated() {
      let cluster = data.grid.cluster[s]
      if done.insert(cluster).inserted {
        influence[grid.cluster[members[0]]] = own.influence[cluster]
      }
    }
    return AverageEffect(value: own.value, influence: influence)
  }

  public func regression(_ grid: StudyGrid) throws(Diagnostic) -> AverageRegression? {
    try inner.regression(grid.eligible.isEmpty ? grid : StratumDifferences(grid).grid)
  }

  public func estimate(_ study: Study, level: Double, from stream: RandomStream) throws(Diagnostic)
    -> EffectEstimate
  {
    let prepared = try PreparedStudy(study, scale: scale)
    let data = try StratumDifferences(prepared.grid)
    let effect = try inner.average(data.grid)
    let answer = try DifferenceInference.answer(
      self, data.grid, effect: effect, level: level, from: stream)
    let part = data.grid.beforeAllAreTreated
    let terms = ExtendedTwoWay.terms(part)
    let report = DesignScale(scale, level: level, clusters: part.clusterCount)
    let fit = try TwoWayFit(part, terms)
    let shown = CohortEffects(
      fit, terms, part, report, references: [], from: stream.substream(named: "band"))
    let test = ExtendedTwoWay().preTrend(data.grid)
    let parts = [
      component(
        data.eligible, "eligible-difference",
        Text(en: "Difference in differences of eligible units", zh: "可受影响单位的双重差分"), level),
      component(
        data.others, "other-difference",
        Text(en: "Difference in differences of the other units", zh: "其他单位的双重差分"), level),
    ].compactMap { $0 }
    let words = DesignWords(study, data.grid)
    let outcome = study.panel.entries.first?.series.name ?? Text(en: "the outcome", zh: "结果变量")
    let treated = data.grid.cohort.count { $0 > 0 && $0 < data.grid.periodCount }
    let units = DesignWords.scale(scale)
    return EffectEstimate(
      design: Self.card.id,
      estimand: Text(
        en:
          "The average effect on \(outcome.en) of eligible units of the \(treated) treated strata, "
          + "beyond the change of their other units, \(words.weighting.en), against the same "
          + "difference in strata that are not treated at the time, \(units.en).",
        zh: "对 \(treated) 个受干预层中可受影响单位\(outcome.zh)的平均效应（扣除同层其他单位的变化），"
          + "\(words.weighting.zh)；以当期未受干预层的同一差值为对照，\(units.zh)。"),
      scale: scale, average: report.reported(answer.average),
      quantities: parts + shown.quantities, path: shown.path, cells: shown.cells,
      inference: answer.inference.with(criticalValue: shown.criticalValue),
      degreesOfFreedom: answer.degreesOfFreedom,
      minimumDetectableEffect: report.detectable(answer.minimumDetectableEffect),
      assumptions: [
        test?.status(Self.card.assumptions[0])
          ?? AssumptionStatus.untestable(Self.card.assumptions[0]),
        spillover(parts.last), AssumptionStatus.untestable(Self.card.assumptions[2]),
      ],
      checks: test.map { [$0.check] } ?? [],
      diagnostics: Diagnostic.unused(study, usesCovariates: false) + prepared.notes + data.notes
        + fit.diagnostics + shown.notes)
  }

  /// One of the two differences in differences.
  private func component(_ grid: StudyGrid, _ id: String, _ name: Text, _ level: Double)
    -> EffectEstimate.Quantity?
  {
    guard let effect = try? inner.average(grid) else { return nil }
    let clusters = Set(
      grid.cluster.indices.filter { grid.cohort[$0] < grid.periodCount }.map {
        grid.cluster[$0]
      }
    ).count
    let report = DesignScale(scale, level: level, clusters: grid.clusterCount)
    return EffectEstimate.Quantity(
      id: id, name: name,
      estimate: report.estimate(
        effect.value, clusters < 2 ? nil : effect.standardError.map { $0 * $0 }))
  }

  /// Units that the programme cannot act on should not have moved.
  private func spillover(_ placebo: EffectEstimate.Quantity?) -> AssumptionStatus {
    let assumption = Self.card.assumptions[1]
    guard let placebo, placebo.id == "other-difference", let p = placebo.estimate.pValue else {
      return AssumptionStatus.untestable(assumption)
    }
    let shown = NumberText.pValue(p)
    return AssumptionStatus(
      assumption, p < 0.05 ? .doubtful : .supported,
      evidence: Text(
        en: "The difference in differences of the other units has p = \(shown.en)"
          + (p < 0.05 ? ": they moved too, with the programme or with their courts." : "."),
        zh: "其他单位的双重差分 p = \(shown.zh)" + (p < 0.05 ? "：它们也发生了变化，或因该措施，或因所在法院。" : "。")),
      summary: p < 0.05
        ? Text(
          en: "The other units moved too, with the programme or with their courts.",
          zh: "其他单位也发生了变化，或因该措施，或因所在法院。")
        : Text(en: "The other units did not move.", zh: "其他单位没有变化。"), pValue: p)
  }
}
