import CaseloadData
import CaseloadMath

/// Tests of random against fixed effects.
extension RandomEffectsFit {
  /// Hausman's test on the coefficients that both models have.
  ///
  /// With covariances of their own, as R's `plm::phtest` has it, the difference may not be positive
  /// definite where the random-effects model is wrong, which is when the test matters. With the one
  /// error variance σ̂²_ε of the fixed effects in both it always is.
  ///
  /// - Parameter sharesVariance: whether both covariances have σ̂²_ε.
  /// - Returns: χ² with as many degrees of freedom as directions of positive variance.
  /// - Throws: ``DiagnosticCode/notIdentified`` where fixed effects are nowhere less precise.
  /// - Sources: Hausman (1978), *Econometrica* 46, 1251–1271; Wooldridge, *Econometric Analysis of
  ///   Cross Section and Panel Data*, 2nd ed. (2010), §10.7.3 (one variance).
  public func hausmanTest(sharesVariance: Bool = false) throws(Diagnostic) -> HypothesisTest {
    let columns = panel.withinColumns
    let random =
      sharesVariance
      ? errorVariance * estimatingEquations.bread : try covariance(.classical)
    return try HausmanTest.test(
      consistent: panel.within.coefficients,
      consistentCovariance: panel.withinVariance * panel.within.crossProductInverse,
      efficient: columns.map { coefficients[$0] },
      efficientCovariance: random.selectingRows(columns).selectingColumns(columns))
  }

  /// The test by regression: the deviations from the means of units add nothing to the random-effects
  /// regression. The same as that the means themselves add nothing, Mundlak's form.
  ///
  /// Clustered by unit it holds for errors of any kind within units, where
  /// ``hausmanTest(sharesVariance:)`` does not.
  ///
  /// - Parameter kind: what is assumed about the errors; `nil` for cr1 by unit.
  /// - Returns: χ² with as many degrees of freedom as columns vary within and between units.
  /// - Throws: ``DiagnosticCode/notIdentified`` for columns without means of their own, or fewer
  ///   units than columns.
  /// - Sources: Mundlak (1978), *Econometrica* 46, 69–85; Arellano (1993), *Journal of Econometrics*
  ///   59, 87–97; Wooldridge, *Econometric Analysis of Cross Section and Panel Data*, 2nd ed. (2010),
  ///   §10.7.3. In balanced panels as R's `plm::phtest(method = "aux")`.
  public func mundlakTest(_ kind: CovarianceKind? = nil) throws(Diagnostic) -> HypothesisTest {
    let own = estimatingEquations.x
    let response = (0..<observationCount).map { i in
      estimatingEquations.residuals[i]
        + coefficients.indices.reduce(0) { $0 + own[i, $1] * coefficients[$1] }
    }
    let dependent = DependentColumns.find(own.beside(panel.withinDesign))
    let tested = panel.withinColumns.indices.filter { !dependent.contains(own.columnCount + $0) }
    let rest = observationCount - own.columnCount - tested.count
    guard !tested.isEmpty, rest > 0 else {
      throw Diagnostic(
        .notIdentified, .error,
        Text(
          en: "No regressor varies both within and between the units of \(unit.name).",
          zh: "没有回归变量同时在 \(unit.name) 的单位内和单位间变化。"))
    }
    let x = own.beside(panel.withinDesign.selectingColumns(tested))
    let names = coefficientNames + tested.map { "within(\(panel.names[panel.withinColumns[$0]]))" }
    let fit = try LinearModel().fitted(x, response, names: names)
    let (k, q) = (own.columnCount, tested.count)
    var restrictions = Matrix(rowCount: q, columnCount: k + q)
    for j in 0..<q { restrictions[j, k + j] = 1 }
    let test = try WaldTest.test(
      restrictions: restrictions, coefficients: fit.coefficients,
      covariance: try fit.covariance(kind ?? .clustered(by: [unit], .cr1)))
    return HypothesisTest(
      id: "mundlak", name: Text(en: "Mundlak test", zh: "Mundlak 检验"),
      hypothesis: Text(
        en: "The effects of \(unit.name) are not correlated with the regressors.",
        zh: "\(unit.name) 的效应与回归变量不相关。"),
      chiSquared: test.statistic, degreesOfFreedom: Double(q))
  }
}
