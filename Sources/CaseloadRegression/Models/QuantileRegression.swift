import CaseloadData
import CaseloadMath

/// Linear regression for a quantile of the response, in place of its mean.
///
/// ```
/// β̂(τ) = argmin Σ wᵢ ρ_τ(yᵢ − xᵢᵀβ),   ρ_τ(r) = r·(τ − 1(r < 0))
/// ```
///
/// The solution is exact: a vertex of the objective, which interpolates as many observations as
/// there are coefficients. An interior point finds the neighborhood, so that 10⁵ observations of ten
/// columns take less than a second, and simplex steps end at the vertex. Where several vertices are equally good one
/// of them is reported, with a note.
///
/// - Sources: Koenker & Bassett (1978), *Econometrica* 46, 33–50; Portnoy & Koenker (1997),
///   *Statistical Science* 12, 279–300; Koenker (2005), *Quantile Regression*, Cambridge.
public struct QuantileRegression: Method {
  /// τ, in (0, 1); ½ is the median.
  public let quantile: Double

  public init() { self.init(quantile: 0.5) }

  /// - Parameter quantile: τ; fitting throws unless it lies in (0, 1).
  public init(quantile: Double) { self.quantile = quantile }

  public static let card = MethodCard(
    id: "quantile", name: Text(en: "Quantile regression", zh: "分位数回归"),
    summary: Text(
      en: "How a quantile of the response, such as its median or its ninetieth percentile, "
        + "depends on the regressors.",
      zh: "响应变量的分位数（如中位数或第九十百分位）如何随自变量变化。"),
    equation: #"Q_\tau(y \mid x) = x^\top\beta(\tau)"#,
    options: [
      (
        "quantile",
        Text(en: "The quantile, between 0 and 1; 0.5 is the median.", zh: "分位点，介于 0 与 1；0.5 为中位数。")
      )
    ],
    assumptions: [
      Text(
        en: "The quantile is linear in the coefficients.", zh: "该分位数对系数是线性的。"),
      Text(
        en: "The observations are independent, with a positive density at the quantile.",
        zh: "观测相互独立，且在该分位点密度为正。"),
    ],
    sources: [
      Bibliography.koenkerBassett, Bibliography.portnoyKoenker, Bibliography.hendricksKoenker,
      Bibliography.powell,
    ],
    minimumObservations: 3)

  /// The model on a matrix with one named column a coefficient.
  ///
  /// - Parameters:
  ///   - x: n × p of full column rank.
  ///   - y: n finite values.
  ///   - names: one a column of `x`.
  ///   - weights: n positive multipliers of the loss, or `nil`.
  ///   - hasIntercept: whether a constant lies in the span of the columns.
  /// - Returns: the fit, with a note where its solution is not the only one.
  /// - Throws: ``DiagnosticCode/illegalOption`` for a quantile outside (0, 1),
  ///   ``DiagnosticCode/seriesTooShort`` for fewer observations than columns,
  ///   ``DiagnosticCode/rankDeficient`` naming the columns, ``DiagnosticCode/valueOutOfRange`` for a
  ///   value that is not finite or a weight that is not positive.
  public func fitted(
    _ x: Matrix, _ y: [Double], names: [String], weights: [Double]? = nil,
    hasIntercept: Bool = true
  ) throws(Diagnostic) -> QuantileFit {
    guard quantile > 0, quantile < 1 else {
      throw Diagnostic(
        .illegalOption, .error,
        Text(
          en: "A quantile lies between 0 and 1; \(quantile) does not.",
          zh: "分位点须介于 0 与 1 之间，\(quantile) 不在其中。"),
        hint: Text(
          en: "Write 0.5 for the median, 0.9 for the ninetieth percentile.",
          zh: "中位数请写 0.5，第九十百分位请写 0.9。"))
    }
    let input = try RegressionInput(x, y, names: names, weights: weights)
    try input.requireFullRank()
    return try QuantileFit(input, quantile: quantile, hasIntercept: hasIntercept)
  }

  /// ρ_τ(r).
  static func loss(_ r: Double, _ tau: Double) -> Double { r < 0 ? (tau - 1) * r : tau * r }

  /// The vertex that minimizes the objective.
  static func vertex(_ z: OrthonormalRows, _ y: [Double], quantile: Double) -> QuantileSimplex {
    let start = QuantileInteriorPoint(z, y, quantile: quantile)
    return QuantileSimplex(z, y, quantile: quantile, from: start)
  }
}

/// A fitted regression quantile.
public struct QuantileFit: RegressionFit {
  public let coefficientNames: [String]
  public let coefficients: [Double]
  /// y − X·β̂, unweighted; exactly zero in the rows that the vertex interpolates.
  public let residuals: [Double]
  public let fittedValues: [Double]
  /// τ.
  public let quantile: Double
  /// Σ wᵢ ρ_τ(rᵢ), in the units of the response.
  public let objective: Double
  /// R¹ = 1 − V̂/Ṽ, where Ṽ is the objective of a constant alone; `nil` without an intercept or
  /// when a constant fits exactly.
  ///
  /// - Source: Koenker & Machado (1999), *JASA* 94, 1296–1310.
  public let pseudoRSquared: Double?
  /// The observations (0-based, ascending) that the fit interpolates, one a coefficient.
  public let basis: [Int]
  /// Whether no other coefficients have the same objective, as far as simplex multipliers tell.
  public let isUnique: Bool
  public let diagnostics: [Diagnostic]
  let scaledDesign: Matrix  // x·w
  let scaledResponse: [Double]
  let scaledResiduals: [Double]

  init(_ input: RegressionInput, quantile: Double, hasIntercept: Bool) throws(Diagnostic) {
    let (x, y) = input.scaled { $0 }
    let vertex = QuantileRegression.vertex(OrthonormalRows(x), y, quantile: quantile)
    let basis = vertex.basis.sorted()
    guard basis.count == input.names.count else { throw Self.noVertex() }
    do {
      // From the original units, refined: as exact as the data determine it.
      let rows = Matrix(rows: basis.map { input.x.row($0) })
      coefficients = try LeastSquares(rows, basis.map { input.y[$0] }).coefficients
    } catch {
      throw Diagnostic(error, names: input.names)
    }
    var residuals = input.residuals(coefficients)
    for i in basis { residuals[i] = 0 }
    self.residuals = residuals
    self.basis = basis
    self.quantile = quantile
    coefficientNames = input.names
    fittedValues = zip(input.y, residuals).map { $0 - $1 }
    let weights = input.weights ?? [Double](repeating: 1, count: residuals.count)
    scaledDesign = x
    scaledResponse = y
    scaledResiduals = zip(residuals, weights).map { $0 * $1 }
    objective = scaledResiduals.map { QuantileRegression.loss($0, quantile) }.accurateSum
    isUnique = vertex.uniqueness == .unique && vertex.termination == .converged
    pseudoRSquared =
      hasIntercept
      ? Self.pseudoRSquared(objective, input.y, weights: weights, quantile: quantile) : nil

    var diagnostics: [Diagnostic] = []
    if vertex.termination != .converged {
      diagnostics.append(
        Diagnostic(
          .notConverged, .warning,
          Text(
            en: "The search for the best vertex stopped early; the objective may be improvable.",
            zh: "顶点搜索提前停止，目标函数可能仍可改进。"),
          hint: Text(
            en: "Look for columns that nearly depend on each other.",
            zh: "请检查是否有近似线性相关的列。")))
    } else if vertex.uniqueness != .unique {
      diagnostics.append(Self.ambiguity(isCertain: vertex.uniqueness == .notUnique))
    }
    self.diagnostics = diagnostics
  }

  private static func noVertex() -> Diagnostic {
    Diagnostic(
      .notIdentified, .error,
      Text(
        en: "No set of observations determines the coefficients to working precision.",
        zh: "没有一组观测能以工作精度确定系数。"),
      hint: Text(
        en: "Look for columns that nearly depend on each other, or for values of extreme size.",
        zh: "请检查是否有近似线性相关的列或极端大小的数值。"))
  }

  private static func ambiguity(isCertain: Bool) -> Diagnostic {
    Diagnostic(
      .notIdentified, .note,
      isCertain
        ? Text(
          en: "Other coefficients fit exactly as well; one of the equally good solutions is given.",
          zh: "另有其他系数拟合得同样好，此处给出其中一个解。")
        : Text(
          en: "Other coefficients may fit exactly as well; one solution is given.",
          zh: "可能另有其他系数拟合得同样好，此处给出一个解。"),
      hint: Text(
        en: "This comes of ties in the data; a slightly different quantile settles it.",
        zh: "这是由数据中的结（相同值）造成的，略微改变分位点即可确定。"))
  }

  private static func pseudoRSquared(
    _ objective: Double, _ y: [Double], weights: [Double], quantile: Double
  ) -> Double? {
    var order = Array(y.indices)
    let total = quantile * weights.accurateSum
    let place = WeightedSelection.place(in: &order, by: y, weights: weights, reaching: total)
    let constant = y[order[place]]
    let loss = y.indices.map { weights[$0] * QuantileRegression.loss(y[$0] - constant, quantile) }
    let reference = loss.accurateSum
    return reference > 0 ? 1 - objective / reference : nil
  }

  public var observationCount: Int { residuals.count }
  public var residualDegreesOfFreedom: Double { Double(residuals.count - coefficients.count) }
  /// No distribution of the errors is assumed.
  public var logLikelihood: Double? { nil }

  /// ``QuantileStandardError/iid`` for ``CovarianceKind/classical``, ``QuantileStandardError/nid``
  /// for ``CovarianceKind/heteroskedastic(_:)`` whatever its correction; no other is offered.
  public func covariance(_ kind: CovarianceKind) throws(Diagnostic) -> Matrix {
    switch kind {
    case .classical: return try covariance(using: .iid)
    case .heteroskedastic: return try covariance(using: .nid)
    default:
      throw Diagnostic(
        .modelNotApplicable, .error,
        Text(
          en: "Quantile regression has no covariance for correlated errors here.",
          zh: "此处的分位数回归不提供误差相关时的协方差。"),
        hint: Text(
          en: "Use classical, or hc3 for errors of different spread.",
          zh: "请用 classical；若误差离散程度不同，请用 hc3。"))
    }
  }

  public func degreesOfFreedom(_ kind: CovarianceKind, of contrast: [Double]) throws(Diagnostic)
    -> Double
  {
    residualDegreesOfFreedom
  }
}
