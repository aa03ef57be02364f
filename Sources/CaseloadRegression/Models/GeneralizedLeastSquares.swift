import CaseloadData
import CaseloadMath

/// Linear regression with autoregressive errors of any order up to four, by maximum likelihood or
/// restricted maximum likelihood.
///
/// ```
/// yₜ = xₜᵀβ + eₜ,   eₜ = φ₁eₜ₋₁ + … + φ_p eₜ₋ₚ + uₜ,   Var eₜ = σ²,   R = Corr e
/// ML:    ℓ   = −½ [ n (ln 2πσ² + 1) + ln|R| ],                          σ² = RSS*/n
/// REML:  ℓ_R = −½ [ (n − k)(ln 2πσ² + 1) + ln|R| + ln|X*ᵀX*| ],          σ² = RSS*/(n − k)
/// ```
///
/// * marks what R^(−½) has whitened. The likelihood is exact: the first p observations are whitened
/// by the predictors of lower order, which the recursion of Durbin and Levinson yields. The search
/// runs over the inverse hyperbolic tangents of the partial autocorrelations, any values of which
/// are stationary.
///
/// Standard errors take φ as known, with RSS*/(n − k) for σ² in either case, as R's nlme has them.
/// Degrees of freedom are Satterthwaite's for `reml`, from the observed information, and n − k for
/// `ml`. For short series with first-order errors ``AutoregressiveRegression`` also corrects the
/// standard errors.
///
/// - Sources: Barndorff-Nielsen & Schou (1973), *Journal of Multivariate Analysis* 3, 408–419
///   (partial autocorrelations); Brockwell & Davis, *Time Series: Theory and Methods*, 2nd ed. (1991),
///   §5.2 (Durbin–Levinson); Pinheiro & Bates, *Mixed-Effects Models in S and S-PLUS* (2000), §5.3.
public struct GeneralizedLeastSquares: Method {
  /// Which likelihood is maximized.
  public enum Criterion: String, Codable, Sendable, CaseIterable {
    /// Restricted: allows for the coefficients being estimated; compares no designs.
    case reml
    /// Full: for likelihood-ratio tests and AIC between designs.
    case ml
  }

  /// p, from 1 to 4.
  public var order: Int
  public var criterion: Criterion

  public init() { self.init(order: 1) }

  public init(order: Int, criterion: Criterion = .reml) {
    self.order = order
    self.criterion = criterion
  }

  public static let card = MethodCard(
    id: "gls-ar",
    name: Text(en: "Regression with AR(p) errors", zh: "AR(p) 误差回归"),
    summary: Text(
      en: "Generalized least squares for one series whose errors depend on those of up to four "
        + "periods before.",
      zh: "误差依赖前至多四期误差的单一序列的广义最小二乘法。"),
    equation: #"y_t = x_t^\top\beta + e_t,\quad e_t = \sum_{j=1}^p \varphi_j e_{t-j} + u_t"#,
    options: [
      ("order", Text(en: "The order p of the errors, 1 to 4.", zh: "误差的阶数 p，1 至 4。")),
      (
        "criterion",
        Text(
          en: "reml, or ml to compare designs.", zh: "reml；若要比较不同设计则用 ml。")
      ),
    ],
    assumptions: [
      Text(en: "The mean is linear in the coefficients.", zh: "均值对系数是线性的。"),
      Text(
        en: "The errors are a stationary normal autoregression of the order given.",
        zh: "误差为给定阶数的平稳正态自回归。"),
    ],
    sources: [
      Bibliography.barndorffNielsenSchou, Bibliography.pinheiroBates,
      Bibliography.pattersonThompson,
    ],
    minimumObservations: 6)

  /// The largest p: beyond it the search would need better starts than it has.
  static let largestOrder = 4

  /// The model on a design of one series, in the order of its periods if it has them.
  ///
  /// - Throws: ``DiagnosticCode/modelNotApplicable`` for a gap between periods, several observations
  ///   of a period, weights, fixed effects or instruments, and what
  ///   ``fitted(_:_:names:hasIntercept:)`` throws.
  public func fitted(_ design: DesignMatrix) throws(Diagnostic) -> GeneralizedFit {
    let series = try SeriesDesign(design)
    if let gap = series.times.indices.dropFirst().first(where: {
      series.times[$0] != series.times[$0 - 1] + 1
    }) {
      throw Diagnostic(
        .modelNotApplicable, .error,
        Text(
          en: "A period is missing before observation \(gap + 1), and AR(p) errors need them all.",
          zh: "第 \(gap + 1) 个观测之前缺少时期，AR(p) 误差要求时期连续。"),
        hint: Text(en: "Use ar1, which allows for gaps.", zh: "请用允许缺口的 ar1。"))
    }
    var fit = try fitted(
      series.x, series.y, names: design.names, hasIntercept: design.hasIntercept)
    fit.observations = series.rows
    fit.diagnostics = design.notes + fit.diagnostics
    return fit
  }

  /// The model on consecutive rows.
  ///
  /// - Parameters:
  ///   - x: n × k of full column rank, in the order of time.
  ///   - y: n finite values.
  ///   - names: one a column of `x`.
  ///   - hasIntercept: whether the first column of `x` is the intercept's.
  /// - Returns: the fit at the largest likelihood found from several starts.
  /// - Throws: ``DiagnosticCode/illegalOption`` for the order, ``DiagnosticCode/seriesTooShort``
  ///   below k + p + 2 rows, ``DiagnosticCode/rankDeficient`` naming the columns,
  ///   ``DiagnosticCode/notIdentified`` for residuals of zero.
  public func fitted(
    _ x: Matrix, _ y: [Double], names: [String], hasIntercept: Bool = true
  ) throws(Diagnostic) -> GeneralizedFit {
    guard (1...Self.largestOrder).contains(order) else {
      throw Diagnostic(
        .illegalOption, .error,
        Text(
          en: "The order of the errors is 1 to \(Self.largestOrder); \(order) was given.",
          zh: "误差阶数应为 1 至 \(Self.largestOrder)，现为 \(order)。"))
    }
    let (n, k) = (x.rowCount, x.columnCount)
    guard n >= k + order + 2 else {
      throw Diagnostic(
        QR.Failure.tooFewRows(rows: n, columns: k + order + 2), names: names)
    }
    // A rank failure shows with the columns' own names.
    let ordinary = try LinearModel().fitted(x, y, names: names)
    _ = try checkedSumOfSquares(ordinary.residuals, of: y)
    let objective = AutoregressiveObjective(x: x, y: y, criterion: criterion)
    let optimum = objective.optimum(order: order, residuals: ordinary.residuals)
    return try GeneralizedFit(
      objective, names: names, hasIntercept: hasIntercept, optimum: optimum)
  }
}

/// A fitted regression with autoregressive errors.
public struct GeneralizedFit: RegressionFit {
  public let coefficientNames: [String]
  public let coefficients: [Double]
  /// y − X·β̂, autocorrelated as they are.
  public let residuals: [Double]
  /// Of the whitened data.
  public let estimatingEquations: EstimatingEquations
  public internal(set) var observations: [Int]?
  public internal(set) var diagnostics: [Diagnostic]
  /// φ̂₁ … φ̂_p.
  public let autoregression: [Double]
  /// The autocorrelation left at each lag once the shorter ones are taken out, 1 to p.
  public let partialAutocorrelations: [Double]
  /// σ̂², the marginal variance of the errors: by n − k for `reml`, by n for `ml`.
  public let variance: Double
  /// At the maximum, with all constants: full for `ml`, restricted for `reml`.
  public let maximum: Double
  public let criterion: GeneralizedLeastSquares.Criterion
  /// W, the inverse of the observed information of (ln σ², θ); `nil` for `ml` and at the edge.
  private let parameterCovariance: Matrix?
  /// ∂(X*ᵀX*)⁻¹/∂θᵢ.
  private let slopes: [Matrix]

  init(
    _ objective: AutoregressiveObjective, names: [String], hasIntercept: Bool,
    optimum: AutoregressiveObjective.Optimum
  ) throws(Diagnostic) {
    let whitened = objective.whitened(optimum.point)
    let fit = try LinearModel().fitted(
      whitened.x, whitened.y, names: names, hasIntercept: hasIntercept)
    coefficientNames = names
    coefficients = fit.coefficients
    let input = try RegressionInput(objective.x, objective.y, names: names, weights: nil)
    residuals = input.residuals(fit.coefficients)
    estimatingEquations = fit.estimatingEquations
    partialAutocorrelations = whitened.partial
    autoregression = whitened.autoregression
    criterion = objective.criterion
    let n = Double(objective.y.count)
    let divisor = criterion == .ml ? n : n - Double(names.count)
    variance = fit.residualSumOfSquares / divisor
    maximum = -optimum.value
    observations = nil
    var notes: [Diagnostic] = []
    if !optimum.isConverged {
      notes.append(
        Diagnostic(
          .notConverged, .warning,
          Text(
            en: "The search for the autocorrelations stopped before it converged.",
            zh: "自相关系数的搜索未收敛。"),
          hint: Text(en: "Use a lower order.", zh: "请降低阶数。")))
    }
    let isAtEdge = whitened.partial.contains { abs($0) > Self.edge }
    if isAtEdge {
      notes.append(
        Diagnostic(
          .notConverged, .warning,
          Text(
            en: "The errors are at the edge of stationarity: intervals are not to be relied on.",
            zh: "误差位于平稳性的边界，区间不可信赖。"),
          hint: Text(en: "Add a trend, or take first differences.", zh: "请加入趋势项或取一阶差分。")))
    }
    diagnostics = notes
    if criterion == .reml, !isAtEdge,
      let information = objective.information(optimum.point, variance: variance)
    {
      parameterCovariance = information
      slopes = objective.slopes(optimum.point)
    } else {
      (parameterCovariance, slopes) = (nil, [])
    }
  }

  private static let edge = 0.9995

  public var equations: EstimatingEquations? { estimatingEquations }
  public var observationCount: Int { residuals.count }
  public var residualDegreesOfFreedom: Double { Double(residuals.count - coefficients.count) }
  /// `nil` for `reml`, whose likelihood compares no designs; ``maximum`` has it.
  public var logLikelihood: Double? { criterion == .ml ? maximum : nil }
  /// σ² and φ.
  public var auxiliaryParameterCount: Int { 1 + autoregression.count }
  /// The residuals after the autocorrelation is taken out, of variance σ²; white if the model holds.
  public var innovations: [Double] { estimatingEquations.residuals }

  /// For the classical covariance of `reml` Satterthwaite's degrees of freedom of lᵀβ,
  ///
  /// ```
  /// ν = 2 / (γᵀWγ),   γ = ∂ ln(lᵀΦl) / ∂(ln σ², θ),   at most n − k
  /// ```
  ///
  /// - Source: Giesbrecht & Burns (1985), *Biometrics* 41, 477–486.
  public func degreesOfFreedom(_ kind: CovarianceKind, of contrast: [Double]) throws(Diagnostic)
    -> Double
  {
    guard kind == .classical, let w = parameterCovariance else {
      return try estimatingEquations.degreesOfFreedom(kind, of: contrast)
    }
    func form(_ a: Matrix) -> Double { zip(contrast, a * contrast).reduce(0) { $0 + $1.0 * $1.1 } }
    let scale = form(estimatingEquations.bread)
    let gamma = [1] + slopes.map { form($0) / scale }
    let spread = zip(gamma, w * gamma).reduce(0) { $0 + $1.0 * $1.1 }
    guard spread > 0 else { return residualDegreesOfFreedom }
    return min(residualDegreesOfFreedom, max(1, 2 / spread))
  }
}
