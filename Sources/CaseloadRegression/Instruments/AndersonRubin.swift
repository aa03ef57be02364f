import CaseloadData
import CaseloadMath

/// Anderson and Rubin's inference on the endogenous regressors, which holds however weak the
/// instruments are.
///
/// ```
/// AR(β₀) = π̂ᵀV̂⁻¹π̂ / L,   π̂, V̂ of the regression of y − X·β₀ on Z, given W
/// ```
///
/// - Source: Anderson & Rubin (1949), *Annals of Mathematical Statistics* 20, 46–63.
extension InstrumentalVariablesFit {
  /// The test that the coefficients of the endogenous regressors are `values` and the instruments
  /// are exogenous.
  ///
  /// - Parameters:
  ///   - values: β₀, one an endogenous regressor.
  ///   - kind: what is assumed about the errors.
  /// - Returns: F with L and n − K degrees of freedom, or as many as `kind` has.
  /// - Throws: ``DiagnosticCode/notIdentified`` where the covariance has no information.
  public func andersonRubinTest(_ values: [Double], _ kind: CovarianceKind = .classical)
    throws(Diagnostic) -> HypothesisTest
  {
    precondition(values.count == data.endogenousNames.count, "one value an endogenous regressor")
    var response = data.response
    for (j, value) in values.enumerated() {
      data.endogenous.withColumn(j) { column in
        for i in response.indices { response[i] -= value * column[i] }
      }
    }
    let list = zip(data.endogenousNames, values)
      .map { "\($0) = \(NumberText.plain($1))" }.joined(separator: ", ")
    return try wald(
      ReducedForm(of: response, data, basis), kind, id: "anderson-rubin",
      name: Text(en: "Anderson–Rubin test", zh: "Anderson–Rubin 检验"),
      hypothesis: Text(
        en: "\(list), and the instruments are exogenous.", zh: "\(list)，且工具变量为外生。"))
  }

  /// The values of the one endogenous coefficient that ``andersonRubinTest(_:_:)`` does not reject.
  ///
  /// Weak instruments leave it without an end or with two rays; instruments that contradict each
  /// other leave it empty. For `classical` its ends are the roots of a quadratic; for other kinds
  /// they are found on the projective line, with every local extremum of the statistic refined.
  ///
  /// - Parameters:
  ///   - level: the coverage, from 0 to 1.
  ///   - kind: what is assumed about the errors.
  /// - Returns: the set, with `nil` for an end at infinity.
  /// - Throws: ``DiagnosticCode/modelNotApplicable`` for several endogenous regressors, or for a
  ///   kind whose lags depend on the residuals; ``DiagnosticCode/illegalOption`` for the level.
  public func andersonRubinSet(level: Double = 0.95, _ kind: CovarianceKind = .classical)
    throws(Diagnostic) -> ConfidenceSet
  {
    try requireOneEndogenous()
    guard level > 0, level < 1 else {
      throw Diagnostic(
        .illegalOption, .error,
        Text(
          en: "A coverage lies between 0 and 1; it is \(NumberText.plain(level)).",
          zh: "覆盖率应在 0 与 1 之间，现为 \(NumberText.plain(level))。"))
    }
    switch kind {
    case .neweyWest(nil, _, _), .neweyWest(_, true, _), .andrews:
      throw Diagnostic(
        .modelNotApplicable, .error,
        Text(
          en: "This covariance chooses its lags anew for every value, which gives no set.",
          zh: "该协方差对每个取值重新选择滞后阶数，无法构成置信集。"),
        hint: Text(
          en: "Give the lags, without prewhitening: newey-west(4).",
          zh: "请给定滞后阶数且不作预白化，如 newey-west(4)。"))
    default: break
    }
    let curve = try andersonRubinCurve(level: level, kind)
    let pieces = kind == .classical ? try curve.quadraticPieces() : try curve.pieces()
    return ConfidenceSet(
      level: level,
      pieces: pieces.map { lower, upper in
        ConfidenceSet.Piece(
          lower: lower.isFinite ? curve.value(lower) : nil,
          upper: upper.isFinite ? curve.value(upper) : nil)
      })
  }

  /// The statistic over the values of the coefficient, from the estimate in units of about its
  /// standard error, in which its arithmetic is well scaled.
  func andersonRubinCurve(level: Double, _ kind: CovarianceKind) throws(Diagnostic)
    -> AndersonRubinCurve
  {
    let l = Double(data.instrumentNames.count)
    let x = data.endogenous.column(0)
    let center = coefficients[data.hasIntercept ? 1 : 0]
    let u = zip(data.response, x).map { $0 - center * $1 }
    let (form, slope) = (ReducedForm(of: u, data, basis), ReducedForm(of: x, data, basis))
    let critical = FisherF(
      numeratorDegreesOfFreedom: l, denominatorDegreesOfFreedom: form.denominator(kind)
    ).upperQuantile(1 - level)
    let first = try form.covariance(kind)
    let strength = slope.coefficients.reduce(0) { $0 + $1 * $1 }
    let unit = (first.diagonal.reduce(0, +) / strength).squareRoot()
    guard unit > 0, unit.isFinite else { throw Diagnostic.noResidualVariation }
    let scaled = ReducedForm(of: x.map { $0 * unit }, data, basis)
    let difference = ReducedForm(of: zip(u, x).map { $0 - unit * $1 }, data, basis)
    let second = try scaled.covariance(kind)
    // V is a quadratic in the value: three points determine it.
    return AndersonRubinCurve(
      intercept: form.coefficients, slope: scaled.coefficients, first: first, second: second,
      cross: first + second - (try difference.covariance(kind)), critical: l * critical,
      center: center, unit: unit)
  }
}
