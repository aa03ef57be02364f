import CaseloadData
import CaseloadMath

/// How strongly the instruments move the endogenous regressors.
///
/// Stock and Yogo's critical values are not offered: they are simulated tables that hold for
/// independent errors of one variance. ``InstrumentalVariablesFit/effectiveF(_:bias:)`` has a
/// p-value for any errors with one endogenous regressor, and Anderson and Rubin's test and
/// confidence set hold however weak the instruments are.
extension InstrumentalVariablesFit {
  /// The F test that the instruments have no effect on endogenous regressor `j`, given the exogenous
  /// ones.
  ///
  /// - Parameters:
  ///   - j: its place in ``endogenousNames``.
  ///   - kind: what is assumed about the errors of the first stage.
  /// - Returns: F with L and n − K degrees of freedom, or as many as `kind` has.
  /// - Throws: ``DiagnosticCode/notIdentified`` for a first stage without errors.
  public func firstStageTest(_ j: Int = 0, _ kind: CovarianceKind = .classical)
    throws(Diagnostic) -> HypothesisTest
  {
    try requireErrors()
    let form = ReducedForm(of: data.endogenous.column(j), data, basis)
    let name = data.endogenousNames[j]
    return try wald(
      form, kind, id: "first-stage",
      name: Text(en: "First-stage F of \(name)", zh: "\(name) 的第一阶段 F 检验"),
      hypothesis: Text(
        en: "The instruments do not move \(name).", zh: "工具变量对 \(name) 无影响。"))
  }

  /// The share of what the exogenous regressors leave of each endogenous one that the instruments
  /// explain.
  public var partialRSquared: [Double] {
    (0..<data.endogenousNames.count).map { j in
      1 - OrthonormalBasis.squares(basis.endogenousResiduals, j)
        / OrthonormalBasis.squares(basis.partialled, j)
    }
  }

  /// Cragg and Donald's F: the least first-stage F over all combinations of the endogenous
  /// regressors, for independent errors of one variance. Without a p-value for weakness.
  ///
  /// - Source: Cragg & Donald (1993), *Econometric Theory* 9, 222–240; in F form Stock & Yogo (2005).
  public func craggDonald() throws(Diagnostic) -> HypothesisTest {
    try rankF(
      .classical, id: "cragg-donald", name: Text(en: "Cragg–Donald F", zh: "Cragg–Donald F 统计量"))
  }

  /// Kleibergen and Paap's rk Wald F: Cragg and Donald's for errors of other kinds; with one
  /// endogenous regressor the robust first-stage F.
  ///
  /// rk / L at the covariance `kind`: hc1 and cr1 carry the corrections of Stata's ivreg2.
  ///
  /// - Source: Kleibergen & Paap (2006), *Journal of Econometrics* 133, 97–126.
  public func kleibergenPaap(_ kind: CovarianceKind = .heteroskedastic(.hc1))
    throws(Diagnostic) -> HypothesisTest
  {
    try rankF(
      kind, id: "kleibergen-paap",
      name: Text(en: "Kleibergen–Paap rk Wald F", zh: "Kleibergen–Paap rk Wald F 统计量"))
  }

  /// The rk Wald test that some combination of the endogenous regressors is not moved at all.
  ///
  /// - Returns: χ² with L − m + 1 degrees of freedom.
  public func underidentificationTest(_ kind: CovarianceKind = .heteroskedastic(.hc1))
    throws(Diagnostic) -> HypothesisTest
  {
    HypothesisTest(
      id: "underidentification",
      name: Text(en: "Underidentification test (rk Wald)", zh: "识别不足检验（rk Wald）"),
      hypothesis: Text(
        en: "The instruments leave a combination of the endogenous regressors unmoved.",
        zh: "内生变量的某一线性组合与工具变量无关。"),
      chiSquared: try rankStatistic(kind), degreesOfFreedom: Double(overidentification + 1))
  }

  /// Montiel Olea and Pflueger's effective F, for one endogenous regressor and any errors.
  ///
  /// ```
  /// F_eff = π̂ᵀπ̂ / tr Ŵ,   K_eff = (tr Ŵ)²(1 + 2x) / (tr Ŵ² + 2x tr Ŵ · λ_max(Ŵ)),   x = 1/τ
  /// ```
  ///
  /// π̂ are the first-stage coefficients of orthonormal instruments and Ŵ their covariance. The
  /// p-value is that of the hypothesis that the bias may exceed the share τ of its worst case, from
  /// K_eff·F_eff ~ χ²(K_eff) with noncentrality x·K_eff: their simplified, conservative test. For
  /// one instrument and τ = 10 % the critical value at 5 % is 23.1.
  ///
  /// - Parameters:
  ///   - kind: what is assumed about the errors of the first stage.
  ///   - bias: τ, from 0 to 1.
  /// - Returns: F_eff, the p-value of weak instruments and in `detail` the critical value at 5 %.
  /// - Throws: ``DiagnosticCode/modelNotApplicable`` for several endogenous regressors,
  ///   ``DiagnosticCode/illegalOption`` for a τ outside (0, 1).
  /// - Source: Montiel Olea & Pflueger (2013), *JBES* 31, 358–369.
  public func effectiveF(_ kind: CovarianceKind = .heteroskedastic(.hc1), bias: Double = 0.1)
    throws(Diagnostic) -> HypothesisTest
  {
    guard bias > 0, bias < 1 else {
      throw Diagnostic(
        .illegalOption, .error,
        Text(
          en:
            "A share of the worst-case bias lies between 0 and 1; it is \(NumberText.plain(bias)).",
          zh: "最坏情形偏误的比例应在 0 与 1 之间，现为 \(NumberText.plain(bias))。"))
    }
    try requireOneEndogenous()
    try requireErrors()
    let form = ReducedForm(of: data.endogenous.column(0), data, basis)
    let w = try form.covariance(kind)
    let trace = w.diagonal.reduce(0, +)
    guard let eigen = try? SymmetricEigen(w), let largest = eigen.values.last, trace > 0 else {
      throw Diagnostic.noResidualVariation
    }
    let statistic = form.coefficients.reduce(0) { $0 + $1 * $1 } / trace
    let x = 1 / bias
    let squares = eigen.values.reduce(0) { $0 + $1 * $1 }
    let k = trace * trace * (1 + 2 * x) / (squares + 2 * x * trace * largest)
    let share = NumberText.percent(bias, 0)
    let critical = NoncentralChiSquared(degreesOfFreedom: k, noncentrality: x * k)
    let limit = NumberText.decimal(critical.upperQuantile(0.05) / k, 1)
    return HypothesisTest(
      id: "effective-f", name: Text(en: "Effective F", zh: "有效 F 统计量"),
      hypothesis: Text(
        en: "The instruments are weak: the bias may exceed \(share.en) of the worst case.",
        zh: "工具变量弱：偏误可能超过最坏情形的 \(share.zh)。"),
      statistic: statistic,
      distribution: Text(
        en: "noncentral chi-squared over its degrees of freedom, "
          + "\(NumberText.decimal(k, 2).en) of them",
        zh: "非中心 χ² 除以其自由度 \(NumberText.decimal(k, 2).zh)"),
      degreesOfFreedom: .init(numerator: k, denominator: nil),
      pValue: critical.upper(k * statistic),
      detail: Text(
        en: "At the 5 % level the statistic has to exceed \(limit.en).",
        zh: "在 5% 水平上，统计量须超过 \(limit.zh)。"))
  }

  private func rankF(_ kind: CovarianceKind, id: String, name: Text) throws(Diagnostic)
    -> HypothesisTest
  {
    let statistic = try rankStatistic(kind) / Double(data.instrumentNames.count)
    return HypothesisTest(
      id: id, name: name,
      hypothesis: Text(
        en: "The instruments are weak for a combination of the endogenous regressors.",
        zh: "工具变量对内生变量的某一组合较弱。"),
      statistic: statistic,
      distribution: Text(en: "no critical value is offered", zh: "不提供临界值"), pValue: nil,
      detail: Text(
        en: "Small values mean weak instruments. A p-value for weakness: the effective F, with one "
          + "endogenous regressor.",
        zh: "数值小表示工具变量弱。仅一个内生变量时，有效 F 统计量给出弱工具变量的 p 值。"))
  }

  /// rk of the hypothesis that Π has rank m − 1.
  ///
  /// With Θ = Q_ZᵀU for an orthonormal basis U of X off W, s its least singular value and u, v the
  /// vectors of s, rk = λᵀ(AᵀŴA)⁻¹λ: λ = Aᵀ(Q_ZᵀUv), A spans u and what is orthogonal to all of Θ,
  /// Ŵ is the covariance of the first stage of U·v. It is the statistic of Kleibergen and Paap's
  /// theorem 1, whose A⊥ and B⊥ differ from A and v by rotations that leave it unchanged.
  private func rankStatistic(_ kind: CovarianceKind) throws(Diagnostic) -> Double {
    try requireErrors()
    let (m, l) = (data.endogenousNames.count, data.instrumentNames.count)
    guard let unit = try? OrthonormalBasis.of(basis.partialled) else {
      throw Diagnostic.noResidualVariation
    }
    // Zero columns complete the left singular vectors.
    let theta = BLAS.gemm(basis.instruments, unit, transposingA: true)
      .beside(Matrix(rowCount: l, columnCount: l - m))
    guard let svd = try? SVD(theta) else { throw Diagnostic.noResidualVariation }
    let v = Array(svd.vTransposed.row(m - 1)[..<m])
    let a = svd.u.selectingColumns(Array(m - 1..<l))
    let form = ReducedForm(of: unit * v, data, basis)
    let lambda = BLAS.gemv(a, form.coefficients, transposingA: true)
    let covariance = BLAS.gemm(a, try form.covariance(kind) * a, transposingA: true)
    let test = try WaldTest.test(
      restrictions: Matrix.identity(l - m + 1), coefficients: lambda, covariance: covariance)
    return test.statistic
  }

  /// The joint test that the coefficients of a reduced form are zero.
  func wald(
    _ form: ReducedForm, _ kind: CovarianceKind, id: String, name: Text, hypothesis: Text,
    detail: Text? = nil
  ) throws(Diagnostic) -> HypothesisTest {
    let l = form.coefficients.count
    let test = try WaldTest.test(
      restrictions: Matrix.identity(l), coefficients: form.coefficients,
      covariance: try form.covariance(kind))
    return HypothesisTest(
      id: id, name: name, hypothesis: hypothesis, fisherF: test.statistic / Double(l),
      numerator: Double(l), denominator: form.denominator(kind), detail: detail)
  }

  /// Throws for an endogenous regressor that the first stage fits exactly.
  func requireErrors() throws(Diagnostic) {
    let exact = basis.exactlyFitted
    guard exact.isEmpty else { throw Self.exactFirstStage(data, exact, .error) }
  }

  func requireOneEndogenous() throws(Diagnostic) {
    guard data.endogenousNames.count == 1 else {
      let list = data.endogenousNames.joined(separator: ", ")
      throw Diagnostic(
        .modelNotApplicable, .error,
        Text(
          en: "This is defined for one endogenous regressor; there are \(list).",
          zh: "此项只对一个内生变量有定义，现有 \(list)。"),
        hint: Text(
          en: "Use the Kleibergen–Paap statistic, or the Anderson–Rubin test of all of them.",
          zh: "请用 Kleibergen–Paap 统计量，或对全部内生变量作 Anderson–Rubin 检验。"))
    }
  }
}
