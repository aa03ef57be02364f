import CaseloadData
import CaseloadMath

/// Linear regression with a random effect of each unit, by Swamy and Arora's variance components.
///
/// ```
/// yᵢₜ = xᵢₜᵀβ + μᵢ + εᵢₜ,   Var μ = σ²_μ,   Var ε = σ²_ε
/// y*ᵢₜ = yᵢₜ − θᵢ ȳᵢ,   θᵢ = 1 − √(σ²_ε / (σ²_ε + Tᵢσ²_μ));   β̂ by least squares of y* on x*
/// ```
///
/// σ²_ε comes from the residuals within units, σ²_μ from those between them, without bias in
/// balanced and unbalanced panels:
///
/// ```
/// σ̂²_ε = RSS_W / (n − N − K_W)
/// σ̂²_μ = (RSS_B − (N − K)σ̂²_ε) / (n − tr[(XᵀPX)⁻¹ XᵀP·diag(Tᵢ)·X])
/// ```
///
/// P takes means of units, RSS_B is that of Py on PX over all n rows, N the number of units, K and
/// K_W the columns between and within. A negative σ̂²_μ counts as zero, which is least squares on
/// the pooled data. The effects must not be correlated with the regressors;
/// ``RandomEffectsFit/mundlakTest(_:)`` looks.
///
/// - Sources: Swamy & Arora (1972), *Econometrica* 40, 261–275; Baltagi & Chang (1994), *Journal of
///   Econometrics* 62, 67–89 (unbalanced). As R's `plm(model = "random")`.
public struct RandomEffectsModel: Method {
  public init() {}

  public static let card = MethodCard(
    id: "random-effects",
    name: Text(en: "Regression with random effects", zh: "随机效应回归"),
    summary: Text(
      en: "Least squares that weighs differences between units against differences within them.",
      zh: "按方差分量权衡单位间与单位内差异的最小二乘法。"),
    equation: #"y_{it} = x_{it}^\top\beta + \mu_i + \varepsilon_{it}"#,
    assumptions: [
      Text(en: "The mean is linear in the coefficients.", zh: "均值对系数是线性的。"),
      Text(
        en: "The effects of units are not correlated with the regressors.",
        zh: "单位效应与回归变量不相关。"),
      Text(
        en: "Effects and errors are independent and of one variance each.",
        zh: "单位效应与误差相互独立且各自同方差。"),
    ],
    sources: [
      Bibliography.swamyArora, Bibliography.baltagiChang, Bibliography.mundlakPooling,
    ],
    minimumObservations: 5)

  /// The model on a design with one fixed effect, `y ~ x | court`, which is taken as random; the
  /// intercept is put back.
  ///
  /// - Throws: ``DiagnosticCode/modelNotApplicable`` for weights, instruments, or other than one
  ///   effect, and what ``fitted(_:_:names:unit:)`` throws.
  public func fitted(_ design: DesignMatrix) throws(Diagnostic) -> RandomEffectsFit {
    guard design.fixedEffects.count == 1, design.weights == nil, design.endogenous == nil else {
      throw Diagnostic(
        .modelNotApplicable, .error,
        Text(
          en: "Random effects need one way of grouping, and take no weights or instruments.",
          zh: "随机效应模型需要恰好一种分组，且不支持权重与工具变量。"),
        hint: Text(
          en: "Write y ~ x | court; other effects as C(year).",
          zh: "请写作 y ~ x | court；其他效应写作 C(year)。"))
    }
    let ones = Matrix(rowCount: design.response.count, columnCount: 1, repeating: 1)
    let response = design.offset.map { zip(design.response, $0).map { $0 - $1 } } ?? design.response
    var fit = try fitted(
      design.hasIntercept ? design.matrix : ones.beside(design.matrix), response,
      names: design.hasIntercept ? design.names : ["(Intercept)"] + design.names,
      unit: design.fixedEffects[0])
    fit.diagnostics = design.notes + fit.diagnostics
    return fit
  }

  /// The model on a matrix whose first column is the intercept's.
  ///
  /// - Parameters:
  ///   - x: n × K of full column rank.
  ///   - y: n finite values.
  ///   - names: one a column of `x`.
  ///   - unit: the unit of each row.
  /// - Returns: the fit.
  /// - Throws: ``DiagnosticCode/rankDeficient`` naming columns, ``DiagnosticCode/notIdentified``
  ///   where units or rows are too few for the variance components.
  public func fitted(_ x: Matrix, _ y: [Double], names: [String], unit: Grouping)
    throws(Diagnostic) -> RandomEffectsFit
  {
    precondition(unit.codes.count == y.count, "\(unit.codes.count) units for \(y.count) rows")
    return try RandomEffectsFit(try PanelRegression(x, y, names: names, unit: unit))
  }
}

/// A fitted regression with random effects.
///
/// `equations` is that of the quasi-demeaned data, so that every covariance is at hand; those
/// clustered by unit allow for effects and errors that are not as the model has them.
public struct RandomEffectsFit: RegressionFit {
  public let coefficientNames: [String]
  public let coefficients: [Double]
  public internal(set) var diagnostics: [Diagnostic]
  /// y − X·β̂, with the effect of the unit in it.
  public let residuals: [Double]
  public let estimatingEquations: EstimatingEquations
  /// σ̂²_ε.
  public let errorVariance: Double
  /// σ̂²_μ, zero where its estimate is negative.
  public let effectVariance: Double
  /// θᵢ, one a unit, in the order of ``unit``'s labels: 0 is pooled least squares, 1 fixed effects.
  public let weightsOfMeans: [Double]
  let panel: PanelRegression

  init(_ panel: PanelRegression) throws(Diagnostic) {
    self.panel = panel
    let (n, k) = (panel.y.count, panel.names.count)
    errorVariance = panel.withinVariance
    let raw =
      (panel.betweenSumOfSquares - Double(panel.unit.count - k) * errorVariance)
      / panel.betweenDivisor
    effectVariance = max(0, raw)
    let (epsilon, mu) = (errorVariance, effectVariance)
    weightsOfMeans = panel.sizes.map { 1 - (epsilon / (epsilon + Double($0) * mu)).squareRoot() }
    let theta = panel.unit.codes.map { [weightsOfMeans] in weightsOfMeans[Int($0)] }
    let x = panel.x - panel.means.scalingRows(theta)
    let y = (0..<n).map { panel.y[$0] - theta[$0] * panel.responseMeans[$0] }
    let fit = try LinearModel().fitted(x, y, names: panel.names)
    coefficientNames = panel.names
    coefficients = fit.coefficients
    estimatingEquations = fit.estimatingEquations
    residuals = try RegressionInput(panel.x, panel.y, names: panel.names, weights: nil)
      .residuals(fit.coefficients)
    diagnostics =
      raw > 0
      ? []
      : [
        Diagnostic(
          .notIdentified, .note,
          Text(
            en: "The variance of the effects of \(panel.unit.name) is estimated as zero: this is "
              + "least squares on the pooled data.",
            zh: "\(panel.unit.name) 效应的方差估计为零：结果即合并数据的最小二乘。"))
      ]
  }

  public var equations: EstimatingEquations? { estimatingEquations }
  public var observationCount: Int { residuals.count }
  public var residualDegreesOfFreedom: Double { Double(residuals.count - coefficients.count) }
  /// The variance components are moments, not a maximum of the likelihood.
  public var logLikelihood: Double? { nil }
  /// The units whose effects are random.
  public var unit: Grouping { panel.unit }
  /// σ²_μ / (σ²_μ + σ²_ε): the share of the variance that lies between units.
  public var intraclassCorrelation: Double { effectVariance / (effectVariance + errorVariance) }
}
