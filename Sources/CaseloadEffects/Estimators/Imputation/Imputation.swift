import CaseloadData
import CaseloadMath

/// Effects as observed outcomes less counterfactuals imputed from untreated observations alone.
///
/// ```
/// y_it(0) = α_i + β_t + x_itᵀδ (+ λ_i t)        fitted where unit i is not yet treated in t
/// τ_it = y_it − ŷ_it(0),      average = Σ w_i τ_it / Σ w_i  over treated (i, t)
/// counts: y_it(0) = exp(α_i + β_t + x_itᵀδ),   average = ln(Σ w y / Σ w ŷ(0)), reported as a rate
/// ```
///
/// No treated observation shapes a counterfactual, so effects may differ between units and grow with
/// time without the contamination that two-way regressions suffer. A treated observation in a period
/// in which nobody is untreated, or of a unit that is never seen untreated, has no counterfactual; it
/// is named and left out. Covariates must vary within units.
///
/// `family=poisson` sets observed cases against expected ones, so that its average weights units by
/// their size; zeros are no obstacle. Its grid holds counts, and its average is a logarithm.
///
/// - Sources: Borusyak, Jaravel & Spiess (2024), *Review of Economic Studies* 91, 3253–3285;
///   Wooldridge (2023), *Econometrics Journal* 26, C31–C66 (for counts). As `didimputation` in R and
///   `did_imputation` in Stata.
public struct Imputation: DifferenceEstimator {
  /// How the counterfactual is modelled.
  public enum Family: String, Codable, Sendable, CaseIterable {
    /// Sums of effects: parallel trends of means, or of logarithms.
    case gaussian
    /// Products of effects, from counts: parallel trends of ratios.
    case poisson
  }

  /// Whether outcomes are taken as they are or as logarithms.
  public var scale = EffectEstimate.Scale.level
  /// Sums, or products for counts.
  public var family = Family.gaussian
  /// Whether each unit has a trend of its own.
  public var unitTrends = false
  /// The groups of treated cells whose spread about their average effect is noise.
  public var averaging = ImputationAveraging.auto
  /// Whether a cluster's own effect is left out of the average it is compared with, in all groups.
  public var leaveOneOut = false
  /// Periods before the start that the pre-trend test looks at; 0 for up to 6.
  public var preTrendPeriods = 0
  public var inference = InferenceChoice.auto

  public init() {}

  public static let card = MethodCard(
    id: "imputation", name: Text(en: "Imputation estimator", zh: "插补估计"),
    summary: Text(
      en:
        "Observed outcomes against counterfactuals imputed from untreated observations; efficient "
        + "under parallel trends, with effects that differ freely.",
      zh: "以未受干预观测插补反事实，再与实际结果比较；平行趋势下有效，效应可任意不同。"),
    equation: #"\hat\tau_{it} = y_{it} - \hat\alpha_i - \hat\beta_t - x_{it}^\top\hat\delta"#,
    options: [
      ("scale", Text(en: "level, or log for a rate", zh: "level（原单位）或 log（比率）")),
      (
        "family",
        Text(
          en: "gaussian, or poisson for multiplicative means of counts (reported as rates)",
          zh: "gaussian，或 poisson（计数的乘法均值，以比率报告）")
      ),
      ("unitTrends", Text(en: "true for a trend of each unit", zh: "true 表示各单位有自己的趋势")),
      (
        "averaging",
        Text(
          en:
            "auto, cohort-period, horizon, cohort or all: groups within which differences between "
            + "effects count as noise",
          zh: "auto、cohort-period、horizon、cohort 或 all：组内效应差异视为噪声")
      ),
      (
        "leaveOneOut",
        Text(
          en: "true compares a cluster with the average of the others",
          zh: "true 表示将群组与其余群组的平均相比")
      ),
      (
        "preTrendPeriods",
        Text(
          en: "periods before the start to test; 0 for up to 6", zh: "检验的干预前时期数；0 表示至多 6")
      ),
      (
        "inference",
        Text(
          en: "auto, influence, randomization, multiplier-bootstrap, jackknife",
          zh: "auto、influence、randomization、multiplier-bootstrap、jackknife")
      ),
    ],
    assumptions: [
      Text(
        en: "Without the programme all units would have moved in parallel, in every period.",
        zh: "若无干预，所有单位在各时期均平行变动。"),
      Text(en: "Nobody acted on the programme before its start.", zh: "干预开始前无人提前反应。"),
      Text(en: "Clusters are independent.", zh: "群组之间相互独立。"),
    ],
    sources: [Bibliography.borusyakJaravelSpiess, Bibliography.wooldridgeNonlinear],
    minimumObservations: 2)

  public func average(_ grid: StudyGrid) throws(Diagnostic) -> AverageEffect {
    let fit = try ImputationFit(Self.complete(grid), self)
    return try average(fit)
  }

  /// Whether one cluster alone is treated, so that no spread can be measured.
  private func average(_ fit: ImputationFit) throws(Diagnostic) -> AverageEffect {
    guard let average = fit.averages([Array(fit.treated.indices)])[0] else {
      throw Diagnostic(
        .notIdentified, .error,
        Text(
          en: "No case was counted in the treated periods, so the rate of change has no logarithm.",
          zh: "受干预时期内没有任何案件，变化率无法取对数。"),
        hint: Text(
          en: "Use longer periods, or --set family=gaussian.",
          zh: "请用更长的时期，或用 --set family=gaussian。"))
    }
    return AverageEffect(value: average.value, influence: average.influence)
  }

  /// The grid without cells that lack a covariate.
  private static func complete(_ grid: StudyGrid) -> StudyGrid {
    guard grid.covariates.contains(where: { $0.contains(where: \.isNaN) }) else { return grid }
    var outcome = grid.outcome
    for values in grid.covariates {
      for cell in values.indices where values[cell].isNaN { outcome[cell] = .nan }
    }
    return grid.with(outcome: outcome)
  }

  public func estimate(_ study: Study, level: Double, from stream: RandomStream) throws(Diagnostic)
    -> EffectEstimate
  {
    if family == .poisson, scale == .log || unitTrends {
      throw Diagnostic(
        .illegalOption, .error,
        Text(
          en: "family=poisson takes counts as they are, without trends of units; its effects are "
            + "rates already.",
          zh: "family=poisson 直接使用计数，不含单位趋势；其效应本身即为比率。"),
        hint: Text(
          en: "Leave out scale=log and unitTrends, or use family=gaussian.",
          zh: "请去掉 scale=log 与 unitTrends，或用 family=gaussian。"))
    }
    try TreatmentReversal.refuseCrossSections(study, design: Self.card.id)
    let prepared = try PreparedStudy(study, scale: scale)
    let grid = Self.complete(prepared.grid)
    let fit = try ImputationFit(grid, self)
    let average = try average(fit)
    let answer = try DifferenceInference.answer(
      self, prepared.grid, effect: average, level: level, from: stream)
    let report = ImputationReport(
      fit, preTrend: ImputationPreTrend(grid, self), self, level: level)
    let reported: EffectEstimate.Scale = family == .poisson ? .log : scale
    return EffectEstimate(
      design: Self.card.id, estimand: report.estimand(study), scale: reported,
      average: InfluenceEstimate.rate(answer.average, reported),
      cumulative: report.cumulative(study, answer.average), quantities: report.quantities,
      path: report.path, cells: report.cells, inference: answer.inference,
      degreesOfFreedom: answer.degreesOfFreedom,
      minimumDetectableEffect: answer.minimumDetectableEffect.map {
        reported == .log ? -expm1(-$0) : $0
      },
      assumptions: report.assumptions,
      diagnostics: prepared.notes
        + [TreatmentReversal.warning(grid, design: Self.card.id)].compactMap { $0 }
        + report.notes(lacking: grid, of: prepared.grid))
  }
}
