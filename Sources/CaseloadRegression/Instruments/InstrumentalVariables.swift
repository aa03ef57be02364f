import CaseloadData
import CaseloadMath

/// Linear regression in which some regressors are correlated with the errors, by instruments.
///
/// ```
/// y = X·β₁ + W·β₂ + ε,   E[ε | Z, W] = 0
/// β̂ = (Dᵀ(I − κM)D)⁻¹ Dᵀ(I − κM)y,   D = [X W],  M = I − P on [Z W]
/// ```
///
/// X are the endogenous regressors, W the exogenous ones, Z the instruments. κ = 1 is two-stage
/// least squares. Limited-information maximum likelihood has κ the least root of
/// |YᵀM_W Y − κ YᵀMY| = 0 with Y = [y X], less a/(n − K) for Fuller's constant a, K being the number
/// of columns of [Z W] and of absorbed effects. Two-step GMM weighs the moments by the inverse of
/// their covariance at the residuals of two-stage least squares, not centered:
///
/// ```
/// β̂ = (DᵀQ S⁻¹ QᵀD)⁻¹ DᵀQ S⁻¹ Qᵀy,   S = Σ ê²ᵢ qᵢqᵢᵀ,  or Σ_g (Σ êᵢqᵢ)(Σ êᵢqᵢ)ᵀ by clusters
/// ```
///
/// Coefficients come in the order of R's fixest: the intercept, the endogenous regressors, the
/// exogenous ones. Fixed effects are projected off every column first; for GMM their moments then
/// hold exactly, which leaves the coefficients what they are with indicators written out but not the
/// effects themselves.
///
/// - Sources: Anderson & Rubin (1949), *Annals of Mathematical Statistics* 20, 46–63 (LIML); Theil
///   (1958), *Economic Forecasts and Policy* (two stages, κ); Fuller (1977), *Econometrica* 45,
///   939–953; Hansen (1982), *Econometrica* 50, 1029–1054 (GMM).
public struct InstrumentalVariables: Method {
  /// How the moments of the instruments are weighed.
  public enum Estimator: String, Codable, Sendable, CaseIterable {
    /// Two-stage least squares.
    case twoStage = "2sls"
    /// Limited-information maximum likelihood, which many or weak instruments bias less.
    case liml
    /// The two-step generalized method of moments.
    case gmm
  }

  /// What the weights of GMM allow the errors to be.
  public enum Weighting: String, Codable, Sendable, CaseIterable {
    /// Independent, of any variances.
    case heteroskedastic
    /// Correlated within the clusters of the design.
    case clustered
  }

  public var estimator: Estimator
  /// Fuller's a, at least 0: 1 makes LIML nearly unbiased, 4 gives it the least squared error.
  public var fuller: Double
  /// The errors that the weights of `gmm` allow for.
  public var weighting: Weighting
  /// Whether rows that are alone in a level of a fixed effect stay.
  public var keepsSingletons: Bool

  public init() { self.init(estimator: .twoStage) }

  public init(
    estimator: Estimator, fuller: Double = 0, weighting: Weighting = .heteroskedastic,
    keepsSingletons: Bool = false
  ) {
    self.estimator = estimator
    self.fuller = fuller
    self.weighting = weighting
    self.keepsSingletons = keepsSingletons
  }

  public static let card = MethodCard(
    id: "instrumental-variables",
    name: Text(en: "Regression with instrumental variables", zh: "工具变量回归"),
    summary: Text(
      en: "The effect of a regressor that is itself moved by the errors, from instruments that "
        + "move it and nothing else.",
      zh: "借助只影响内生变量的工具变量，估计与误差相关的回归变量的效应。"),
    equation: #"y = X\beta_1 + W\beta_2 + \varepsilon,\quad E[\varepsilon \mid Z, W] = 0"#,
    options: [
      (
        "estimator",
        Text(
          en: "2sls, liml (for many or weak instruments) or gmm (two steps).",
          zh: "2sls、liml（工具变量多或弱时）或 gmm（两步）。")
      ),
      (
        "fuller",
        Text(
          en: "Fuller's constant, for liml: 0 for none, 1 for the least bias.",
          zh: "liml 的 Fuller 常数：0 为不修正，1 使偏差最小。")
      ),
      (
        "weighting",
        Text(
          en: "The errors that gmm allows for: heteroskedastic or clustered.",
          zh: "gmm 权重所允许的误差：heteroskedastic 或 clustered。")
      ),
      (
        "keepsSingletons",
        Text(
          en: "true keeps the rows that are alone in a level.", zh: "true 保留独占某一水平的行。")
      ),
    ],
    assumptions: [
      Text(
        en: "The instruments are not correlated with the errors: they act on the response through "
          + "the endogenous regressors alone.",
        zh: "工具变量与误差不相关：只通过内生变量影响响应变量。"),
      Text(
        en: "The instruments move the endogenous regressors, and not weakly.",
        zh: "工具变量与内生变量相关，且不弱。"),
      Text(
        en: "Where effects differ between units, the estimate is the effect on those whom the "
          + "instrument moves.",
        zh: "若效应因个体而异，估计值是受工具变量影响的个体的效应。"),
    ],
    sources: [
      Bibliography.andersonRubinLimitedInformation, Bibliography.theilTwoStage,
      Bibliography.fullerLimitedInformation, Bibliography.hansenMoments,
      Bibliography.sarganInstruments, Bibliography.wuExogeneity, Bibliography.craggDonaldRank,
      Bibliography.kleibergenPaapRank, Bibliography.montielOleaPflueger,
    ],
    minimumObservations: 4)

  /// The model on a design with endogenous variables and instruments, `y ~ w | x ~ z` or
  /// `y ~ w | effect | x ~ z`.
  ///
  /// Instruments, and with fixed effects regressors, that are combinations of other columns are
  /// left out; ``InstrumentalVariablesFit/diagnostics`` names them.
  ///
  /// - Throws: ``DiagnosticCode/modelNotApplicable`` for a design without instruments,
  ///   ``DiagnosticCode/notIdentified`` for fewer instruments than endogenous regressors or
  ///   instruments that do not move them apart, ``DiagnosticCode/rankDeficient`` naming regressors,
  ///   ``DiagnosticCode/seriesTooShort``, ``DiagnosticCode/illegalOption``.
  public func fitted(_ design: DesignMatrix) throws(Diagnostic) -> InstrumentalVariablesFit {
    guard fuller >= 0, fuller.isFinite, fuller == 0 || estimator == .liml else {
      throw Diagnostic(
        .illegalOption, .error,
        Text(
          en: "Fuller's constant \(NumberText.plain(fuller)) has to be 0 or more, and belongs to "
            + "liml alone.",
          zh: "Fuller 常数 \(NumberText.plain(fuller)) 应不小于 0，且只用于 liml。"),
        hint: Text(en: "Set estimator=liml, or fuller=0.", zh: "请设 estimator=liml 或 fuller=0。"))
    }
    let data = try InstrumentData(design, keepsSingletons: keepsSingletons)
    return try InstrumentalVariablesFit(data, self)
  }
}
