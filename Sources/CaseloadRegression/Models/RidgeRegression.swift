import CaseloadData
import CaseloadMath

/// Least squares with a penalty on the size of the coefficients, for collinear or many columns.
///
/// ```
/// min Σ wᵢ (yᵢ − β₀ − xᵢᵀβ)² + λ Σ σⱼ² βⱼ²
/// ```
///
/// σⱼ is the standard deviation of column j with divisor n (Σw with weights), so that λ does not
/// depend on units; R's `MASS::lm.ridge` has the same λ. The intercept is not penalized; without one
/// σⱼ is the root mean square. Left to itself, λ minimizes generalized cross-validation with the
/// intercept counted in tr H, as Golub and others define it; `lm.ridge` leaves it out. There may be
/// more columns than rows.
///
/// - Sources: Hoerl & Kennard (1970), *Technometrics* 12, 55–67; Golub, Heath & Wahba (1979),
///   *Technometrics* 21, 215–223.
public struct RidgeRegression: Method {
  /// λ ≥ 0; `nil` chooses it by generalized cross-validation.
  public let penalty: Double?

  public init() { self.init(penalty: nil) }

  /// - Parameter penalty: λ; fitting throws if it is negative.
  public init(penalty: Double?) { self.penalty = penalty }

  public static let card = MethodCard(
    id: "ridge", name: Text(en: "Ridge regression", zh: "岭回归"),
    summary: Text(
      en: "Shrinks the coefficients of collinear columns towards zero, by as much as predicts "
        + "best.",
      zh: "将共线各列的系数向零收缩，收缩程度以预测最优为准。"),
    equation: #"\min_\beta \sum_i (y_i - x_i^\top\beta)^2 + \lambda \sum_j \sigma_j^2 \beta_j^2"#,
    options: [
      (
        "penalty",
        Text(
          en: "The penalty, zero or more, on standardized columns; left out, it is chosen by "
            + "generalized cross-validation.",
          zh: "标准化各列上的惩罚，非负；不给出则由广义交叉验证选定。")
      )
    ],
    assumptions: [
      Text(en: "The mean is linear in the coefficients.", zh: "均值对系数是线性的。"),
      Text(
        en: "The errors are independent, of one variance.", zh: "误差相互独立、方差相同。"),
      Text(
        en: "No coefficient is far larger than the others, in units of its column's spread.",
        zh: "以各列离散程度为单位，没有系数远大于其他。"),
    ],
    sources: [Bibliography.hoerlKennard, Bibliography.golubHeathWahba],
    minimumObservations: 3)

  /// The model on a matrix with one named column a coefficient.
  ///
  /// - Parameters:
  ///   - x: n × p, any rank where λ > 0.
  ///   - y: n finite values.
  ///   - names: one a column of `x`.
  ///   - weights: n positive reciprocals of error variances, up to a factor, or `nil`.
  ///   - hasIntercept: whether a column of `x` is constant; the first that is goes unpenalized.
  /// - Returns: the fit, with a note on what its intervals leave out.
  /// - Throws: ``DiagnosticCode/illegalOption`` for a negative λ; with λ = 0 what least squares
  ///   throws; ``DiagnosticCode/rankDeficient`` for a constant column beside the intercept;
  ///   ``DiagnosticCode/modelNotApplicable`` when no column is constant though one should be;
  ///   ``DiagnosticCode/notIdentified`` when no coefficient is left to penalize or cross-validation
  ///   has nothing to choose by; ``DiagnosticCode/valueOutOfRange`` for a value that is not finite
  ///   or a weight that is not positive.
  public func fitted(
    _ x: Matrix, _ y: [Double], names: [String], weights: [Double]? = nil,
    hasIntercept: Bool = true
  ) throws(Diagnostic) -> RidgeFit {
    if let penalty, !(penalty >= 0 && penalty.isFinite) {
      throw Diagnostic(
        .illegalOption, .error,
        Text(
          en: "A penalty is zero or more; \(penalty) is not.", zh: "惩罚须为非负数，\(penalty) 不是。"),
        hint: Text(
          en: "Leave it out to have it chosen by cross-validation.",
          zh: "不给出则由交叉验证选定。"))
    }
    let input = try RegressionInput(x, y, names: names, weights: weights)
    if penalty == 0 { try input.requireFullRank() }
    let decomposition = try RidgeDecomposition(input, hasIntercept: hasIntercept)
    guard !decomposition.singularValues.isEmpty else {
      throw Diagnostic(
        .notIdentified, .error,
        Text(
          en: "The design holds nothing but the intercept, so there is nothing to penalize.",
          zh: "设计矩阵中只有截距，没有可惩罚的系数。"),
        hint: Text(en: "Add a regressor, or use ols.", zh: "请加入自变量，或改用 ols。"))
    }
    var notes: [Diagnostic] = []
    let chosen: Double
    if let penalty {
      chosen = penalty
    } else {
      (chosen, notes) = try RidgeSelection.penalty(decomposition)
    }
    return RidgeFit(input, decomposition, penalty: chosen, notes: notes)
  }
}

/// A fitted ridge regression.
public struct RidgeFit: RegressionFit {
  public let coefficientNames: [String]
  /// In the units of the design, the intercept among them in its column.
  public let coefficients: [Double]
  /// y − X·β̂, unweighted.
  public let residuals: [Double]
  public let fittedValues: [Double]
  /// λ, on standardized columns.
  public let penalty: Double
  /// tr H: how many coefficients the fit is worth, the intercept counting one.
  public let effectiveDegreesOfFreedom: Double
  /// Σ w r².
  public let residualSumOfSquares: Double
  /// (Σ w r²/n)/(1 − tr H/n)²; `nil` where tr H = n.
  public let generalizedCrossValidation: Double?
  /// The mean squared error of predicting each observation from the others, at this λ;
  /// `nil` where an observation is fitted exactly whatever its value.
  public let leaveOneOutError: Double?
  public let diagnostics: [Diagnostic]
  private let decomposition: RidgeDecomposition

  init(
    _ input: RegressionInput, _ decomposition: RidgeDecomposition, penalty: Double,
    notes: [Diagnostic]
  ) {
    let point = RidgePathPoint(decomposition, penalty: penalty)
    coefficientNames = input.names
    coefficients = point.coefficients
    residuals = input.residuals(point.coefficients)
    fittedValues = zip(input.y, residuals).map { $0 - $1 }
    self.penalty = penalty
    effectiveDegreesOfFreedom = point.effectiveDegreesOfFreedom
    residualSumOfSquares = decomposition.residualSumOfSquares(penalty)
    generalizedCrossValidation = point.generalizedCrossValidation
    leaveOneOutError = point.leaveOneOutError
    self.decomposition = decomposition
    diagnostics =
      penalty == 0
      ? notes
      : notes + [
        Diagnostic(
          .assumption, .note,
          Text(
            en: "Ridge estimates are drawn towards zero; their standard errors and intervals do "
              + "not allow for that bias, and take the penalty as given.",
            zh: "岭估计向零收缩；其标准误与区间未计入这一偏差，并将惩罚视为已知。"),
          hint: Text(
            en: "Use the estimates to predict; use ols to judge a single coefficient.",
            zh: "岭估计宜用于预测；判断单个系数请用 ols。"))
      ]
  }

  public var observationCount: Int { residuals.count }
  /// n − tr H.
  public var residualDegreesOfFreedom: Double {
    Double(observationCount) - effectiveDegreesOfFreedom
  }
  /// A penalized fit does not maximize a likelihood.
  public var logLikelihood: Double? { nil }

  /// Σ w r²/(n − tr H), which estimates the variance of an error of weight 1; `nil` without
  /// degrees of freedom.
  public var variance: Double? {
    residualDegreesOfFreedom > 1e-8 ? residualSumOfSquares / residualDegreesOfFreedom : nil
  }

  /// What other penalties would give, one point a penalty.
  ///
  /// - Parameter penalties: each λ ≥ 0; a negative one is taken as zero, and zero on a design of
  ///   deficient rank gives the least-squares coefficients of least norm.
  /// - Returns: one point a penalty, in their order.
  /// - Complexity: O(np) a penalty.
  public func path(_ penalties: [Double]) -> [RidgePathPoint] {
    penalties.map { RidgePathPoint(decomposition, penalty: max(0, $0)) }
  }

  /// σ̂² (XᵀX + λ)⁻¹ XᵀX (XᵀX + λ)⁻¹, on standardized columns and put back, for
  /// ``CovarianceKind/classical``; no other is offered.
  ///
  /// It is the variance around the mean of the estimator, which is not the true coefficient.
  public func covariance(_ kind: CovarianceKind) throws(Diagnostic) -> Matrix {
    guard kind == .classical else {
      throw Diagnostic(
        .modelNotApplicable, .error,
        Text(
          en: "Ridge regression has a covariance for errors of one variance only.",
          zh: "岭回归只提供误差同方差的协方差。"),
        hint: Text(en: "Use classical.", zh: "请用 classical。"))
    }
    guard let variance else {
      throw Diagnostic(
        .notIdentified, .error,
        Text(
          en: "The fit uses up all \(observationCount) observations: the errors cannot be "
            + "estimated.",
          zh: "拟合用尽了全部 \(observationCount) 个观测，误差无法估计。"),
        hint: Text(en: "Use a larger penalty or more data.", zh: "请加大惩罚或增加数据。"))
    }
    return variance * decomposition.unscaledCovariance(penalty)
  }

  public func degreesOfFreedom(_ kind: CovarianceKind, of contrast: [Double]) throws(Diagnostic)
    -> Double
  {
    residualDegreesOfFreedom
  }
}

/// A ridge fit at one penalty, in brief.
public struct RidgePathPoint: Codable, Sendable, Equatable {
  /// λ.
  public let penalty: Double
  /// In the units of the design, one a column.
  public let coefficients: [Double]
  /// tr H, the intercept counting one.
  public let effectiveDegreesOfFreedom: Double
  /// (Σ w r²/n)/(1 − tr H/n)²; `nil` where tr H = n.
  public let generalizedCrossValidation: Double?
  /// Σ w (r/(1 − h))²/Σ w; `nil` where an observation is fitted exactly whatever its value.
  public let leaveOneOutError: Double?

  init(_ decomposition: RidgeDecomposition, penalty: Double) {
    self.penalty = penalty
    coefficients = decomposition.coefficients(penalty)
    effectiveDegreesOfFreedom = decomposition.effectiveDegreesOfFreedom(penalty)
    let criterion = decomposition.generalizedCrossValidation(penalty)
    generalizedCrossValidation = criterion.isFinite ? criterion : nil
    leaveOneOutError = decomposition.leaveOneOutError(penalty)
  }
}
