import CaseloadData
import CaseloadMath
import CaseloadRegression

/// The regression with unit and period effects and one coefficient of treatment.
///
/// ```
/// y_it = α_i + λ_t + β D_it + γᵀx_it + ε_it,   D_it = 1[t ≥ g_i]
/// ```
///
/// With one start β̂ is the difference in differences. With several it averages comparisons, some of
/// them with units that are already treated, and is off where effects grow or differ between cohorts:
/// the decomposition and the weights that come with the answer say by how much it may be.
///
/// In repeated cross-sections the cohort's effect takes the place of the unit's.
///
/// - Sources: Goodman-Bacon (2021); de Chaisemartin & D'Haultfœuille (2020).
public struct TwoWayFixedEffects: DifferenceEstimator {
  /// Whether the effect is measured in the outcome's units or as a rate.
  public var scale = EffectEstimate.Scale.level
  public var inference = InferenceChoice.auto

  public init() {}

  public static let card = MethodCard(
    id: "twfe", name: Text(en: "Two-way fixed effects", zh: "双向固定效应"),
    summary: Text(
      en: "One average effect, net of what is constant in each unit and of what moves all units.",
      zh: "扣除各单位固定差异与共同时间变动后的单一平均效应。"),
    equation:
      #"y_{it} = \alpha_i + \lambda_t + \beta D_{it} + \gamma^\top x_{it} + \varepsilon_{it}"#,
    options: [
      ("scale", Text(en: "level, or log for a rate", zh: "level（原单位）或 log（比率）")),
      ("inference", Text(en: "auto, or how intervals are found", zh: "auto，或指定推断方法")),
    ],
    assumptions: [
      Text(
        en: "Without the programme treated and comparison units would have moved in parallel.",
        zh: "若无该措施，处理单位与对照单位会平行变动。"),
      Text(
        en: "The effect is the same in all units and in all periods since the start.",
        zh: "效应在所有单位及干预后各期相同。"),
      Text(en: "Nobody acted on the programme before it began.", zh: "干预前无人提前反应。"),
    ],
    sources: [Bibliography.goodmanBacon, Bibliography.chaisemartinHaultfoeuilleTwoWay],
    minimumObservations: 4)

  func terms(_ grid: StudyGrid) -> TwoWayTerms {
    TwoWayTerms(grid) { cohort, t in t >= cohort ? TwoWayTerms.Key() : nil }
  }

  private func fit(_ grid: StudyGrid, _ terms: TwoWayTerms) throws(Diagnostic) -> TwoWayFit {
    guard !terms.keys.isEmpty else { throw Diagnostic.nothingIdentified }
    let fit = try TwoWayFit(grid, terms, isLarge: false)
    guard fit.isIdentified[0] else { throw Diagnostic.nothingIdentified }
    return fit
  }

  public func average(_ grid: StudyGrid) throws(Diagnostic) -> AverageEffect {
    try fit(grid, terms(grid)).average([1], gridClusters: grid.clusterCount)
  }

  public func regression(_ grid: StudyGrid) throws(Diagnostic) -> AverageRegression? {
    try AverageRegression.twoWay(grid, terms(grid), [1], inference)
  }

  /// ε of every treated unit and period, and its weight.
  static func treatmentResiduals(_ grid: StudyGrid, _ terms: TwoWayTerms) throws(Diagnostic)
    -> (residuals: [Double], weights: [Double])
  {
    let periods = grid.periodCount
    var residuals: [Double] = []
    var weights: [Double] = []
    if grid.covariates.isEmpty,
      let table = CellTable(grid, group: terms.group, cohortCount: terms.cohorts.count)
    {
      let within = CellFit.within(terms.index.map { $0 == 0 ? 1.0 : 0 }, table)
      for i in 0..<grid.unitCount {
        for t in max(0, min(grid.cohort[i], periods))..<periods {
          residuals.append(within[terms.group[i] * periods + t])
          weights.append(grid.weights[i])
        }
      }
      return (residuals, weights)
    }
    // The treatment regressed on the covariates and effects is its column within them.
    var other = grid
    for i in grid.outcome.indices where !grid.outcome[i].isNaN {
      other.outcome[i] = grid.isTreated(i / periods, i % periods) ? 1 : 0
    }
    let rows = try PanelRows(other, TwoWayTerms(other) { _, _ in nil })
    let fit = try FixedEffectsModel().fitted(rows.absorbing)
    let used = fit.observations ?? Array(rows.cells.indices)
    for (position, row) in used.enumerated() where other.outcome[rows.cells[row]] == 1 {
      residuals.append(fit.residuals[position])
      weights.append(grid.weights[rows.cells[row] / periods])
    }
    return (residuals, weights)
  }

  public func estimate(_ study: Study, level: Double, from stream: RandomStream) throws(Diagnostic)
    -> EffectEstimate
  {
    let prepared = try PreparedStudy(study, scale: scale, keepsAlwaysTreated: true)
    let grid = prepared.grid
    let terms = terms(grid)
    let fit = try fit(grid, terms)
    let effect = fit.average([1], gridClusters: grid.clusterCount)
    let answer = try DifferenceInference.answer(
      self, grid, effect: effect, level: level, from: stream)
    let report = DesignScale(scale, level: level, clusters: fit.clusterCount)
    func shown(_ x: Double) -> Double { scale == .log ? expm1(x) : x }
    let bacon = BaconDecomposition(grid)
    let (residuals, weights) = try Self.treatmentResiduals(grid, terms)
    let negative = RegressionWeights(
      residuals: residuals, weights: weights, estimate: effect.value)
    let words = DesignWords(study, grid)
    let starts = Set(grid.cohorts).count
    let averaging =
      starts > 1
      ? Text(
        en: "weighted as the regression weights its \(bacon?.comparisons.count ?? starts) "
          + "comparisons, not evenly",
        zh: "按回归对各比较的内在权重加权，并非等权")
      : words.weighting
    let units = DesignWords.scale(scale)
    return EffectEstimate(
      design: Self.card.id,
      estimand: Text(
        en:
          "The average effect on \(words.subject.en), \(averaging.en), against all units that are "
          + "not treated at the time or whose treatment does not change, \(units.en).",
        zh: "对\(words.subject.zh)的平均效应，\(averaging.zh)；与当期未受干预或干预状态未变的全部单位比较，"
          + "\(units.zh)。"),
      scale: scale, average: report.reported(answer.average),
      comparisons: (bacon?.comparisons ?? []).map {
        EffectEstimate.Comparison(
          kind: $0.kind, treated: $0.treated, comparison: $0.comparison, value: shown($0.value),
          weight: $0.weight)
      },
      inference: answer.inference, degreesOfFreedom: answer.degreesOfFreedom,
      minimumDetectableEffect: report.detectable(answer.minimumDetectableEffect),
      assumptions: [
        AssumptionStatus.untestable(Self.card.assumptions[0]),
        Self.homogeneity(starts, bacon, negative),
        AssumptionStatus.untestable(Self.card.assumptions[2]),
      ],
      checks: [bacon?.check(shown), negative?.check].compactMap { $0 },
      diagnostics: Diagnostic.unused(study, usesCovariates: true) + prepared.notes + fit.diagnostics
    )
  }

  private static func homogeneity(
    _ starts: Int, _ bacon: BaconDecomposition?, _ weights: RegressionWeights?
  ) -> AssumptionStatus {
    let assumption = card.assumptions[1]
    let share = bacon?.forbiddenWeight ?? 0
    guard starts > 1 || share > 0 else {
      return AssumptionStatus(
        assumption, .supported,
        evidence: Text(
          en: "With one start the average needs no equal effects.",
          zh: "只有一个起点，平均效应不要求各单位效应相同。"))
    }
    let checks = [bacon?.check { $0 }, weights?.check].compactMap { $0 }
    let worst: AssumptionStatus.Verdict =
      checks.contains { $0.verdict == .violated } || checks.contains { $0.verdict == .doubtful }
      ? .doubtful : .untestable
    return AssumptionStatus(
      assumption, worst,
      evidence: Text(
        en: checks.map(\.finding.en).joined(separator: " "),
        zh: checks.map(\.finding.zh).joined()),
      summary: Text(
        en: "The average mixes starts; designs that do not are sun-abraham, etwfe and stacked.",
        zh: "该平均值混合了不同起点；sun-abraham、etwfe、stacked 不存在此问题。"))
  }
}
