import CaseloadData
import CaseloadMath

/// The structural counterfactual by maximum likelihood: ``BayesianStructural`` without priors.
///
/// ```
/// yₜ = μₜ + γₜ + xₜᵀβ + εₜ,   μₜ₊₁ = μₜ + νₜ + ξₜ,  νₜ₊₁ = νₜ + ζₜ
/// effect_t = yₜ − E(yₜ | y before the start, x; θ̂)
/// ```
///
/// Variances and coefficients maximize the exact diffuse likelihood of the time before
/// (``StructuralLikelihood``). **Intervals** allow for the uncertainty of variances and coefficients, by
/// draws from their asymptotic law (`parameters`); those of the Kalman filter at the estimates (`plug-in`,
/// as statsmodels has them) are too short where the time before is. Of 95 % intervals of the average over
/// 24 periods after 60, the level's disturbance being a tenth of the noise's, 94 % of the former and 83 %
/// of the latter held the truth in 500 series. The estimate itself is the same, and the other interval is
/// given as an alternative.
///
/// **Regressors** are the untreated units and the study's covariates, each with its own coefficient; where
/// that would take more than an eighth of the observed periods, the outcome is set against the untreated
/// units' mean.
///
/// - Sources: Harvey (1989), ch. 4; Durbin & Koopman (2012), ch. 5 and 7; Brodersen et al. (2015).
public struct StructuralCounterfactual: EffectEstimator {
  /// What the intervals allow for.
  public enum Uncertainty: String, Codable, Sendable, CaseIterable {
    /// Disturbances and states, at the estimates.
    case plugIn = "plug-in"
    /// Variances and coefficients, too.
    case parameters
  }

  /// Whether the effect is measured in the outcome's units or as a rate.
  public var scale = EffectEstimate.Scale.level
  /// `auto`: a level where there are regressors, else by Akaike's criterion.
  public var trend = BayesianStructural.Trend.auto
  public var season = BayesianStructural.Season.auto
  /// Whether untreated units serve as regressors.
  public var comparison = true
  public var uncertainty = Uncertainty.parameters
  /// Of the parameters.
  public var draws = 2000

  public init() {}

  public static let card = MethodCard(
    id: "structural",
    name: Text(en: "Structural counterfactual", zh: "结构时间序列反事实（极大似然）"),
    summary: Text(
      en:
        "The series carried on by its own level, slope and season and by untreated series, by maximum "
        + "likelihood.",
      zh: "以极大似然估计水平、斜率、季节与未受干预序列的关系，并延续为反事实。"),
    equation:
      #"y_t = \mu_t + \gamma_t + x_t^\top \beta + \varepsilon_t,\quad \mu_{t+1} = \mu_t + \nu_t + \xi_t,\quad \nu_{t+1} = \nu_t + \zeta_t"#,
    options: [
      ("scale", Text(en: "level, or log for a rate", zh: "level（原单位）或 log（比率）")),
      ("trend", Text(en: "level, linear or auto", zh: "level、linear 或 auto")),
      (
        "season",
        Text(en: "none, dummy, trigonometric or auto", zh: "none、dummy、trigonometric 或 auto")
      ),
      (
        "comparison",
        Text(en: "true to use untreated units as regressors", zh: "true 表示以未受干预单位为回归变量")
      ),
      (
        "uncertainty",
        Text(
          en: "parameters (allows for estimated variances and coefficients) or plug-in",
          zh: "parameters（计入方差与系数的估计误差）或 plug-in")
      ),
      ("draws", Text(en: "draws of the parameters", zh: "参数抽样次数")),
    ], assumptions: CounterfactualChecks.assumptions,
    sources: [
      Bibliography.harvey, Bibliography.durbinKoopman, Bibliography.brodersen,
    ], minimumObservations: 8)

  public func estimate(_ study: Study, level: Double, from stream: RandomStream) throws(Diagnostic)
    -> EffectEstimate
  {
    guard draws >= 100, draws <= 1_000_000 else {
      throw Diagnostic(
        .illegalOption, .error,
        Text(
          en: "The option draws of structural cannot be \(draws).",
          zh: "structural 的选项 draws 不能取 \(draws)。"),
        hint: Text(en: "Use 100 or more.", zh: "请取 100 以上。"))
    }
    let data = try CounterfactualData(study, scale: scale, usesComparison: comparison)
      .reducedForLikelihood()
    return try StructuralCounterfactualFit(self, data, level: level, from: stream).estimate()
  }
}
