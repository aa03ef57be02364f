import CaseloadData
import CaseloadMath
import CaseloadRegression

/// Two groups, before and after one start: difference in differences by regression.
///
/// ```
/// groups:  yᵢₜ = α + β Tᵢ + γ Pₜ + τ TᵢPₜ + δᵀxᵢₜ + εᵢₜ
/// units:   yᵢₜ = αᵢ + λₜ + τ TᵢPₜ + δᵀxᵢₜ + εᵢₜ
/// without x, in a panel without gaps:  τ̂ = (ȳ₁after − ȳ₁before) − (ȳ₀after − ȳ₀before)
/// ```
///
/// T marks treated units, P periods from the start on. Cross-sections have groups only. Covariates
/// enter with their values in each period: one that the programme moves would hide part of its
/// effect.
///
/// - Sources: Card & Krueger (1994) (groups and units); Bertrand, Duflo & Mullainathan (2004) (why
///   errors are clustered by unit).
public struct DifferenceInDifferences: DifferenceEstimator {
  /// What the regression holds fixed.
  public enum Effects: String, Codable, Sendable, CaseIterable {
    /// An effect of each unit and of each period; for cross-sections the same as `groups`.
    case units
    /// One of the treated group and one of the time from the start on.
    case groups
  }

  public var scale = EffectEstimate.Scale.level
  public var effects = Effects.units
  /// Periods before the start that are left out, since units may react in them already.
  public var anticipation = 0
  public var inference = InferenceChoice.auto

  public init() {}

  public static let card = MethodCard(
    id: "did", name: Text(en: "Difference in differences", zh: "双重差分"),
    summary: Text(
      en: "Did treated units change more than untreated ones from before to after one start?",
      zh: "同一起点前后，受干预单位的变化是否大于未受干预单位？"),
    equation:
      #"y_{it} = \alpha_i + \lambda_t + \tau\,T_i P_t + \delta^\top x_{it} + \varepsilon_{it}"#,
    options: [
      ("scale", Text(en: "level, or log for a rate", zh: "level（原单位）或 log（比率）")),
      (
        "effects",
        Text(
          en: "units (an effect of each unit and period) or groups (of the group and the time)",
          zh: "units（单位与时期效应）或 groups（组别与前后）")
      ),
      (
        "anticipation",
        Text(
          en: "periods before the start that are left out", zh: "起点前略去的期数")
      ),
      (
        "inference",
        Text(
          en: "auto, influence, cr1, cr2, cr3, wild-bootstrap, randomization or another way",
          zh: "auto、influence、cr1、cr2、cr3、wild-bootstrap、randomization 等推断方式")
      ),
    ],
    assumptions: [
      Text(
        en: "Without the programme, both groups would have moved alike.",
        zh: "若无该措施，两组的变动一致。"),
      Text(
        en: "Nobody acted on the programme before it began.", zh: "干预前无人提前反应。"),
      Text(
        en: "The programme of one unit does not move the outcome of another.",
        zh: "一个单位的措施不影响其他单位的结果。"),
    ],
    sources: [Bibliography.cardKrueger, Bibliography.bertrandDufloMullainathan],
    minimumObservations: 2)

  public func average(_ grid: StudyGrid) throws(Diagnostic) -> AverageEffect {
    try average(timing(grid))
  }

  /// The study's grid; units that are observed on one side only count for means of groups.
  func prepared(_ study: Study) throws(Diagnostic) -> PreparedStudy {
    var whole = study
    if effects == .groups { whole.isRepeatedCrossSection = true }
    return try PreparedStudy(whole, scale: scale)
  }

  private func timing(_ grid: StudyGrid) throws(Diagnostic) -> CommonTiming {
    try CommonTiming(
      grid, design: Self.card.id, anticipation: anticipation, keepsOneSided: effects == .groups)
  }

  func average(_ timing: CommonTiming) throws(Diagnostic) -> AverageEffect {
    if isMeans(timing),
      let difference = TwoGroupMeans(timing).difference(timing.after, timing.before)
    {
      return difference
    }
    return try regression(timing).averageEffect(clusterCount: timing.grid.clusterCount)
  }

  /// Whether means give the coefficient of the regression.
  private func isMeans(_ timing: CommonTiming) -> Bool {
    let grid = timing.grid
    guard grid.covariates.isEmpty else { return false }
    if effects == .groups || timing.isCrossSections { return true }
    let columns = timing.before + timing.after
    return timing.units.allSatisfy { unit in columns.allSatisfy { !grid[unit, $0].isNaN } }
  }

  public func regression(_ grid: StudyGrid) throws(Diagnostic) -> AverageRegression? {
    guard AverageRegression.isWorthwhile(grid, inference, columns: grid.periodCount) else {
      return nil
    }
    return try regression(timing(grid))
  }

  private func regression(_ timing: CommonTiming) throws(Diagnostic) -> AverageRegression {
    let grid = timing.grid
    let columns = timing.before + timing.after
    var rows: [(unit: Int, column: Int)] = []
    for unit in timing.units {
      for t in columns where !grid[unit, t].isNaN { rows.append((unit, t)) }
    }
    func numbers(_ name: String, _ value: (Int, Int) -> Double) -> Table.Column {
      Table.Column(name: name, cells: .number(rows.map { value($0.unit, $0.column) }))
    }
    func text(_ name: String, _ value: (Int, Int) -> Int) -> Table.Column {
      Table.Column(name: name, cells: .text(rows.map { "c\(value($0.unit, $0.column))" }))
    }
    let covariates = grid.covariates.indices.map { "x\($0 + 1)" }
    let count = grid.periodCount
    let start = timing.start
    var table = [
      numbers("y") { grid[$0, $1] },
      numbers("treated") { unit, _ in timing.isTreated(unit) ? 1 : 0 },
      numbers("after") { $1 >= start ? 1 : 0 },
      numbers("effect") { timing.isTreated($0) && $1 >= start ? 1 : 0 },
      numbers("weight") { unit, _ in grid.weights[unit] },
      text("unit") { unit, _ in unit }, text("period") { $1 },
      text("cluster") { unit, _ in grid.cluster[unit] },
    ]
    for (j, name) in covariates.enumerated() {
      table.append(numbers(name) { grid.covariates[j][$0 * count + $1] })
    }
    var options = DesignOptions()
    options.clusters = ["cluster"]
    if grid.weights.contains(where: { $0 != 1 }) { options.weights = "weight" }
    let terms: [String]
    if effects == .groups || timing.isCrossSections {
      terms = ["treated", "after", "effect"] + covariates
    } else {
      // Periods cross the clusters: as columns their part in the leverage is known.
      terms = ["effect", "period"] + covariates
      options.fixedEffects = ["unit"]
    }
    let design = try DesignMatrix(
      Formula("y ~ " + terms.joined(separator: " + ")),
      Table(source: "study", columns: table), options)
    let fit: any RegressionFit =
      design.fixedEffects.isEmpty
      ? try LinearModel().fitted(design) : try FixedEffectsModel().fitted(design)
    guard let index = fit.coefficientNames.firstIndex(of: "effect") else {
      throw Diagnostic(
        .notIdentified, .error,
        Text(
          en: "The effect cannot be told from the covariates and fixed effects.",
          zh: "效应无法与协变量和固定效应区分。"),
        at: Diagnostic.Location(period: grid.period(start).description),
        hint: Text(en: "Use fewer covariates.", zh: "请减少协变量。"))
    }
    var contrast = [Double](repeating: 0, count: fit.coefficients.count)
    contrast[index] = 1
    let clusters = fit.observations.map { design.clusters[0].selecting($0) } ?? design.clusters[0]
    return AverageRegression(fit: fit, contrast: contrast, clusters: clusters)
  }

  public func estimate(_ study: Study, level: Double, from stream: RandomStream) throws(Diagnostic)
    -> EffectEstimate
  {
    let prepared = try prepared(study)
    let timing = try timing(prepared.grid)
    let effect = try average(timing)
    let answer = try CommonTimingReport.answer(
      self, timing.grid, effect, timing.clusters, level: level, from: stream)
    var notes = prepared.notes + timing.notes
    if !isMeans(timing) {
      notes += try regression(timing).fit.diagnostics
    }
    let path = CommonTimingPath(timing, scale, level: level)
    let count = timing.units.count { timing.isTreated($0) }
    let cells = timing.units.reduce(0) { sum, unit in
      timing.isTreated(unit)
        ? sum + timing.after.count { !timing.grid[unit, $0].isNaN } : sum
    }
    let isFlow = study.panel.entries.first?.series.measure == .flow
    let isCumulative =
      isFlow && scale == .level && !timing.isCrossSections
      && timing.grid.weights.allSatisfy { $0 == 1 }
    return EffectEstimate(
      design: Self.card.id,
      estimand: CommonTimingReport.estimand(
        study, timing, scale, covariates: timing.grid.covariateNames, count: count),
      scale: scale, average: CommonTimingReport.rate(answer.average, scale),
      cumulative: isCumulative ? answer.average.times(Double(cells)) : nil, path: path.points,
      inference: answer.inference, degreesOfFreedom: answer.degreesOfFreedom,
      minimumDetectableEffect: answer.minimumDetectableEffect.map {
        scale == .log ? -expm1(-$0) : $0
      }, assumptions: assumptions(path), diagnostics: notes)
  }

  private func assumptions(_ path: CommonTimingPath) -> [AssumptionStatus] {
    let sentences = Self.card.assumptions
    return [
      path.trends(sentences[0]),
      AssumptionStatus(
        sentences[1], .untestable,
        evidence: Text(
          en: "\(anticipation) periods before the start are left out for it.",
          zh: "为此略去起点前 \(anticipation) 期。")),
      AssumptionStatus(
        sentences[2], .untestable,
        evidence: Text(
          en: "Cases that move to courts without the programme would count twice.",
          zh: "若案件流向未实施措施的法院，效应会被重复计算。")),
    ]
  }
}

extension AverageRegression {
  /// lᵀβ̂ with ψ_g = Σ_{i of g} lᵀ(XᵀX)⁻¹xᵢeᵢ.
  ///
  /// - Parameter clusterCount: of the grid, whose clusters the labels number as `c0`, `c1`, ….
  /// - Returns: the average.
  func averageEffect(clusterCount: Int) -> AverageEffect {
    let value = zip(contrast, fit.coefficients).reduce(0) { $0 + $1.0 * $1.1 }
    guard let equations = fit.equations else { return AverageEffect(value: value) }
    let direction = equations.x * (equations.bread * contrast)
    let index = clusters.labels.map { Int($0.dropFirst()) ?? 0 }
    var influence = [Double](repeating: 0, count: clusterCount)
    for i in direction.indices {
      influence[index[Int(clusters.codes[i])]] += direction[i] * equations.residuals[i]
    }
    return AverageEffect(value: value, influence: influence)
  }
}
