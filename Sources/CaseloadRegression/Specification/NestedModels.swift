import CaseloadData
import CaseloadMath

/// Likelihood-ratio tests of regressions as they were specified.
///
/// The likelihood is the model's own, with every constant, at its maximum; k counts the coefficients,
/// the absorbed effects and an estimated variance, dispersion or θ. For least squares
///
/// ```
/// LR = n ln(RSS₀ / RSS₁)
/// ```
///
/// - Source: Wilks (1938), *Annals of Mathematical Statistics* 9, 60–62. As R's `lmtest::lrtest`.
extension RegressionOutcome {
  /// The test of the smaller of two models within the larger, whichever this one is.
  ///
  /// - Parameter other: of the same family, response, weights and observations; the columns of one
  ///   model are combinations of the columns and effects of the other.
  /// - Returns: χ² with as many degrees of freedom as the larger model has more parameters.
  /// - Throws: ``DiagnosticCode/modelNotApplicable`` where the models have no likelihood or cannot be
  ///   compared, with the reason.
  public func likelihoodRatioTest(against other: RegressionOutcome) throws(Diagnostic)
    -> HypothesisTest
  {
    let (own, its) = (NestedModel(self), NestedModel(other))
    let isLarger = fit.parameterCount >= other.fit.parameterCount
    return try isLarger ? own.test(smaller: its, kind) : its.test(smaller: own, other.kind)
  }

  /// The test that all terms but the intercept, or but the absorbed effects, are not needed.
  ///
  /// Weights and offset stay in the smaller model.
  ///
  /// - Returns: χ² with as many degrees of freedom as there are other coefficients.
  /// - Throws: ``DiagnosticCode/modelNotApplicable`` without a likelihood, without an intercept or
  ///   without another term.
  public func likelihoodRatioTest() throws(Diagnostic) -> HypothesisTest {
    let own = NestedModel(self)
    try own.requireLikelihood()
    let design = fit.observations.map { self.design.selectingRows($0) } ?? self.design
    let kept = design.names.indices.filter {
      design.names[$0] == "(Intercept)" || design.isExpandedEffect(design.names[$0])
    }
    guard kept.count < design.names.count else {
      throw Diagnostic(
        .modelNotApplicable, .error,
        Text(
          en: "The model \(own.formula) has no term to test.", zh: "模型 \(own.formula) 没有可检验的项。"),
        hint: Text(
          en: "Add terms, or give a smaller and a larger formula.", zh: "请添加项，或给出一小一大两个公式。"))
    }
    guard !kept.isEmpty || !design.fixedEffects.isEmpty else {
      throw Diagnostic(
        .modelNotApplicable, .error,
        Text(
          en: "The model \(own.formula) has no intercept, so it does not hold the model of the "
            + "intercept alone.",
          zh: "模型 \(own.formula) 没有截距，因而不包含仅含截距的模型。"),
        hint: Text(
          en: "Give the smaller model as a formula of its own.", zh: "请把小模型另写为一个公式。"))
    }
    let smaller = design.selectingColumns(kept)
    let label = design.responseName + " ~ 1" + Self.bar(design)
    let null: any RegressionFit
    do {
      null = try specification.fit(smaller)
    } catch let error as Diagnostic {
      throw error
    } catch {
      throw Diagnostic(
        .notIdentified, .error,
        Text(en: "The model \(label) cannot be fitted.", zh: "无法拟合模型 \(label)。"))
    }
    return try own.test(
      smaller: NestedModel(
        specification: specification, design: smaller, fit: null, formula: label), kind)
  }

  private static func bar(_ design: DesignMatrix) -> String {
    let names = (design.fixedEffects + design.expandedEffects).map(\.name)
    return names.isEmpty ? "" : " | " + names.joined(separator: " + ")
  }
}

/// A fitted model as its likelihood is compared with that of another.
private struct NestedModel {
  let specification: RegressionSpecification
  let design: DesignMatrix
  let fit: any RegressionFit
  let formula: String

  init(
    specification: RegressionSpecification, design: DesignMatrix, fit: any RegressionFit,
    formula: String
  ) {
    self.specification = specification
    self.design = design
    self.fit = fit
    self.formula = formula
  }

  init(_ outcome: RegressionOutcome) {
    self.init(
      specification: outcome.specification, design: outcome.design, fit: outcome.fit,
      formula: outcome.specification.formula.text)
  }

  /// The observations of the design that were used.
  private var used: [Int] { fit.observations ?? Array(0..<design.response.count) }

  private var likelihood: LikelihoodRatioTest.Fit? {
    fit.logLikelihood.map {
      LikelihoodRatioTest.Fit(
        logLikelihood: $0, parameterCount: fit.parameterCount,
        observationCount: fit.observationCount)
    }
  }

  /// The test of `smaller` within this model, whose table has the covariance `kind`.
  func test(smaller: NestedModel, _ kind: CovarianceKind) throws(Diagnostic) -> HypothesisTest {
    try requireSameKind(smaller)
    try requireLikelihood()
    try smaller.requireLikelihood()
    try requireSameData(smaller)
    guard fit.parameterCount > smaller.fit.parameterCount, contains(smaller) else {
      throw Diagnostic(
        .modelNotApplicable, .error,
        Text(
          en: "The models \(smaller.formula) and \(formula) are not nested: neither has all the "
            + "terms of the other and more.",
          zh: "模型 \(smaller.formula) 与 \(formula) 不嵌套：没有一个包含另一个的全部项且更多。"),
        hint: Text(
          en: "Compare them by AIC or BIC, or test both within a model that has the terms of both.",
          zh: "请用 AIC 或 BIC 比较，或在包含两者全部项的模型中检验。"))
    }
    guard let own = likelihood, let its = smaller.likelihood else {
      preconditionFailure("a likelihood that was there is gone")
    }
    let test = try LikelihoodRatioTest.test(restricted: its, full: own)
    let (a, b) = (
      NumberText.decimal(its.logLikelihood, 3), NumberText.decimal(own.logLikelihood, 3)
    )
    var detail = Text(
      en: "Log-likelihood \(a.en) of \(smaller.formula), \(b.en) of \(formula).",
      zh: "对数似然：\(smaller.formula) 为 \(a.zh)，\(formula) 为 \(b.zh)。")
    if kind != .classical {
      detail =
        detail
        + Text(
          en:
            " The likelihood takes the errors to be as the family has them; the covariance of the "
            + "table does not enter. A Wald test by it: --hypothesis.",
          zh: "似然按分布族设定误差，不使用表中的协方差；按该协方差的 Wald 检验请用 --hypothesis。")
    }
    return HypothesisTest(
      id: test.id, name: test.name, hypothesis: test.hypothesis, statistic: test.statistic,
      distribution: test.distribution, degreesOfFreedom: test.degreesOfFreedom,
      pValue: test.pValue, detail: detail)
  }

  /// - Throws: ``DiagnosticCode/modelNotApplicable`` for a quasi-likelihood, or none.
  func requireLikelihood() throws(Diagnostic) {
    guard fit.logLikelihood == nil else { return }
    let (family, estimator) = (specification.family, specification.estimator)
    if [.quasiPoisson, .quasiBinomial].contains(family) {
      throw Diagnostic(
        .modelNotApplicable, .error,
        Text(
          en: "The family \(family.rawValue) has no likelihood, only a quasi-likelihood.",
          zh: "\(family.rawValue) 没有似然，只有拟似然。"),
        hint: Text(
          en: "Test the terms by --hypothesis \"x1; x2\", or use negative-binomial, poisson or "
            + "binomial.",
          zh: "请用 --hypothesis \"x1; x2\" 检验，或使用 negative-binomial、poisson 或 binomial。"))
    }
    let hint =
      estimator == .generalized
      ? Text(en: "Add --set criterion=ml.", zh: "请加上 --set criterion=ml。")
      : Text(
        en: "Test the terms by --hypothesis \"x1; x2\".", zh: "请用 --hypothesis \"x1; x2\" 检验。")
    throw Diagnostic(
      .modelNotApplicable, .error,
      Text(
        en: "The model \(formula) was not fitted by maximum likelihood, so it has no "
          + "likelihood-ratio test.",
        zh: "模型 \(formula) 不是用极大似然拟合的，没有似然比检验。"),
      hint: hint)
  }

  private func requireSameKind(_ other: NestedModel) throws(Diagnostic) {
    let (a, b) = (specification, other.specification)
    guard
      a.family != b.family || a.link != b.link || a.estimator != b.estimator
        || a.settings != b.settings
    else { return }
    throw Diagnostic(
      .modelNotApplicable, .error,
      Text(
        en: "The models \(other.formula) and \(formula) differ in family, link, estimator or its "
          + "options: their likelihoods are of different models.",
        zh: "模型 \(other.formula) 与 \(formula) 的分布族、联系函数、估计方法或其选项不同，似然不可比。"),
      hint: Text(en: "Fit both in the same way.", zh: "请以相同方式拟合两者。"))
  }

  private func requireSameData(_ other: NestedModel) throws(Diagnostic) {
    let (own, its) = (used, other.used)
    let (ownRows, itsRows) = (own.map { design.rows[$0] }, its.map { other.design.rows[$0] })
    guard Set(ownRows) == Set(itsRows) else {
      let (only, others) = (
        Set(ownRows).subtracting(itsRows).count, Set(itsRows).subtracting(ownRows).count
      )
      throw Diagnostic(
        .modelNotApplicable, .error,
        Text(
          en: "The models were fitted to different observations: \(own.count) of \(formula), "
            + "\(only) of them not in the other; \(its.count) of \(other.formula), \(others) of "
            + "them not in the other. Likelihoods compare only on the same data.",
          zh: "两个模型的观测不同：\(formula) 有 \(own.count) 个，其中 \(only) 个不在另一模型中；"
            + "\(other.formula) 有 \(its.count) 个，其中 \(others) 个不在另一模型中。似然只能在相同数据上比较。"),
        hint: Text(
          en: "Leave out of the data the rows with a missing cell in any variable of the two.",
          zh: "请从数据中去掉任一模型的变量有缺失的行。"))
    }
    // Rows may be in another order.
    let place = Dictionary(zip(itsRows, its)) { a, _ in a }
    let pairs = zip(own, ownRows).map { ($0, place[$1] ?? $0) }
    func agree(_ a: [Double]?, _ b: [Double]?, standard: Double) -> Bool {
      pairs.allSatisfy { (a?[$0] ?? standard) == (b?[$1] ?? standard) }
    }
    func refuse(_ en: String, _ zh: String) throws(Diagnostic) {
      throw Diagnostic(
        .modelNotApplicable, .error,
        Text(
          en: "The models \(other.formula) and \(formula) differ in their \(en).",
          zh: "模型 \(other.formula) 与 \(formula) 的\(zh)不同。"),
        hint: Text(
          en: "Likelihoods compare only for one response, with the same weights and offset.",
          zh: "只有响应变量、权重和偏移量相同时才能比较似然。"))
    }
    if !agree(design.response, other.design.response, standard: 0) {
      try refuse("response", "响应变量")
    }
    if !agree(design.weights, other.design.weights, standard: 1) { try refuse("weights", "权重") }
    if !agree(design.offset, other.design.offset, standard: 0) { try refuse("offset", "偏移量") }
  }

  /// Whether the columns and effects of `smaller` are combinations of those of this model.
  private func contains(_ smaller: NestedModel) -> Bool {
    let rows = used
    let place = Dictionary(
      zip(smaller.used.map { smaller.design.rows[$0] }, smaller.used)
    ) { a, _ in a }
    let itsRows = rows.map { place[design.rows[$0]] ?? 0 }
    let effects = design.fixedEffects.map { $0.selecting(rows) }
    let projector = effects.isEmpty ? nil : EffectProjector(effects, weights: nil)
    func projected(_ column: [Double]) -> [Double] {
      projector?.projection(of: column).residual ?? column
    }
    let own = design.matrix.selectingRows(rows)
    var columns: [[Double]] = []
    for j in 0..<own.columnCount {
      let column = own.column(j)
      let rest = projected(column)
      if Self.squares(rest) > Self.tolerance * Self.squares(column) { columns.append(rest) }
    }
    var candidates = smaller.design.matrix.selectingRows(itsRows)
    for effect in smaller.design.fixedEffects.map({ $0.selecting(itsRows) })
    where !effects.contains(where: { $0.isNested(in: effect) }) {
      guard effect.count <= Self.mostLevels else { return false }
      let dummies = (0..<effect.count).map { level in
        effect.codes.map { Int($0) == level ? 1.0 : 0 }
      }
      candidates = candidates.beside(Matrix(columns: dummies))
    }
    var basis = Matrix(
      rowCount: rows.count, columnCount: columns.count, storage: columns.flatMap { $0 })
    let dependent = DependentColumns.find(basis)
    basis = basis.selectingColumns((0..<basis.columnCount).filter { !dependent.contains($0) })
    return (0..<candidates.columnCount).allSatisfy { j in
      let column = candidates.column(j)
      let rest = projected(column)
      let size = Self.tolerance * Self.squares(column)
      if Self.squares(rest) <= size { return true }
      guard basis.columnCount > 0, let solution = try? LeastSquares(basis, rest) else {
        return false
      }
      return solution.residualSumOfSquares <= size
    }
  }

  /// Of the square of a column, what is left of it by rounding and by the projection's tolerance.
  private static let tolerance = 1e-14
  private static let mostLevels = 500

  private static func squares(_ x: [Double]) -> Double { x.reduce(0) { $0 + $1 * $1 } }
}
