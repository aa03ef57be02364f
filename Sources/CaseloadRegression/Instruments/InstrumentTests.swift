import CaseloadData
import CaseloadMath

/// Tests of endogeneity and of the instruments' exclusion.
extension InstrumentalVariablesFit {
  /// Wu and Hausman's test that the regressors taken for endogenous are exogenous: the residuals of
  /// the first stage add nothing to the regression of y on D.
  ///
  /// - Parameter kind: what is assumed about the errors.
  /// - Returns: F with m and n − k − m degrees of freedom.
  /// - Throws: ``DiagnosticCode/notIdentified`` for a first stage without errors.
  /// - Sources: Wu (1973), *Econometrica* 41, 733–750; Hausman (1978), *Econometrica* 46,
  ///   1251–1271. As R's `AER::ivreg`.
  public func wuHausmanTest(_ kind: CovarianceKind = .classical) throws(Diagnostic)
    -> HypothesisTest
  {
    try requireErrors()
    let design = InstrumentalDesign(data, basis)
    let (m, k) = (data.endogenousNames.count, design.names.count)
    let x = design.columns.beside(basis.endogenousResiduals)
    let solution: LeastSquares
    do { solution = try LeastSquares(x, data.response) } catch {
      throw Diagnostic(
        error, names: design.names + data.endogenousNames.map { "residual(\($0))" })
    }
    let effects = data.absorbed?.parameterCount ?? 0
    let rest = data.response.count - k - m - effects
    guard rest > 0 else {
      throw Diagnostic.testNeeds(k + m + effects + 1, have: data.response.count)
    }
    let equations = EstimatingEquations(
      x: x, residuals: solution.residuals, bread: solution.crossProductInverse,
      dispersion: solution.residualSumOfSquares / Double(rest), hasIntercept: data.hasIntercept,
      absorbed: data.absorbed, basis: { solution.basis(of: x) })
    var restrictions = Matrix(rowCount: m, columnCount: k + m)
    for j in 0..<m { restrictions[j, k + j] = 1 }
    let test = try WaldTest.test(
      restrictions: restrictions, coefficients: solution.coefficients,
      covariance: try equations.covariance(kind))
    let list = data.endogenousNames.joined(separator: ", ")
    return HypothesisTest(
      id: "wu-hausman", name: Text(en: "Wu–Hausman test", zh: "Wu–Hausman 检验"),
      hypothesis: Text(
        en: "\(list) \(m == 1 ? "is" : "are") exogenous: least squares would do.",
        zh: "\(list) 为外生：可用最小二乘法。"),
      fisherF: test.statistic / Double(m), numerator: Double(m),
      denominator: equations.jointDegreesOfFreedom(kind))
  }

  /// Sargan's test that the instruments agree: n·R² of the residuals on the instruments.
  ///
  /// - Returns: χ² with L − m degrees of freedom.
  /// - Throws: ``DiagnosticCode/notIdentified`` for as many instruments as endogenous regressors,
  ///   ``DiagnosticCode/modelNotApplicable`` for GMM.
  /// - Source: Sargan (1958), *Econometrica* 26, 393–415. As R's `AER::ivreg`.
  public func sarganTest() throws(Diagnostic) -> HypothesisTest {
    try requireOveridentification()
    guard estimator != .gmm else {
      throw Diagnostic(
        .modelNotApplicable, .error,
        Text(
          en: "Sargan's test supposes errors of one variance, GMM does not.",
          zh: "Sargan 检验假定同方差误差，GMM 不作此假定。"),
        hint: Text(en: "Use Hansen's J.", zh: "请用 Hansen J 检验。"))
    }
    let e = estimatingEquations.residuals
    let along = BLAS.gemv(basis.q, e, transposingA: true).reduce(0) { $0 + $1 * $1 }
    guard residualSumOfSquares > 0 else { throw Diagnostic.noResidualVariation }
    return HypothesisTest(
      id: "sargan", name: Text(en: "Sargan test", zh: "Sargan 检验"),
      hypothesis: Self.exclusion,
      chiSquared: Double(e.count) * along / residualSumOfSquares,
      degreesOfFreedom: Double(overidentification))
  }

  /// Hansen's J: the criterion of two-step GMM at its minimum.
  ///
  /// For fits by two-stage least squares and LIML the two-step estimate is computed for it.
  ///
  /// - Parameter weighting: the errors that the weights allow for; `nil` for those of the fit.
  /// - Returns: χ² with L − m degrees of freedom.
  /// - Throws: ``DiagnosticCode/notIdentified`` for as many instruments as endogenous regressors.
  /// - Source: Hansen (1982), *Econometrica* 50, 1029–1054.
  public func hansenTest(_ weighting: InstrumentalVariables.Weighting? = nil)
    throws(Diagnostic) -> HypothesisTest
  {
    try requireOveridentification()
    let (moments, design) = try moments(weighting)
    let estimate = try moments.estimate(design)
    let criterion = moments.criterion(design.residuals(estimate.coefficients))
    return HypothesisTest(
      id: "hansen-j", name: Text(en: "Hansen's J", zh: "Hansen J 检验"),
      hypothesis: Self.exclusion, chiSquared: criterion,
      degreesOfFreedom: Double(overidentification))
  }

  private static var exclusion: Text {
    Text(
      en: "The instruments are exogenous: all of them point to the same coefficients.",
      zh: "工具变量均为外生：它们指向相同的系数。")
  }

  private func requireOveridentification() throws(Diagnostic) {
    guard overidentification > 0 else {
      throw Diagnostic(
        .notIdentified, .error,
        Text(
          en:
            "There are as many instruments as endogenous regressors, so their exclusion cannot be "
            + "tested.",
          zh: "工具变量与内生变量个数相同，其外生性无从检验。"),
        hint: Text(
          en: "Argue for the instruments, or add another.", zh: "请论证工具变量的合理性，或增加工具变量。"))
    }
  }
}
