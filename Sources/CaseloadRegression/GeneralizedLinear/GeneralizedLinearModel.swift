import CaseloadData
import CaseloadMath

/// A generalized linear model: a response of an exponential family whose mean depends on a linear
/// predictor.
///
/// ```
/// g(E yᵢ) = xᵢᵀβ + oᵢ,   Var yᵢ = φ V(μᵢ)/wᵢ
/// ```
///
/// Estimates are those of maximum (quasi-)likelihood. Where observations are separated and some
/// coefficient has no finite estimate, that is found beforehand and exactly: in a model of counts,
/// and in a binomial model of which only a part is separated, the separated observations are left
/// out, with the columns that vanish with them, and a warning names both; the other estimates are
/// the limits of maximum likelihood. A binomial model that is separated as a whole is an error.
///
/// - Sources: Nelder & Wedderburn (1972), *JRSS A* 135, 370–384; McCullagh & Nelder, *Generalized
///   Linear Models*, 2nd ed. (1989); Correia, Guimarães & Zylkin (2019), arXiv 1903.01633.
public struct GeneralizedLinearModel: Method {
  public var family: Family
  /// `nil` for the family's ``Family/defaultLink``.
  public var link: Link?
  /// The size θ of a negative binomial with variance μ + μ²/θ, > 0; `nil` estimates it by maximum
  /// likelihood.
  public var theta: Double?

  public init() { self.init(family: .poisson) }

  public init(family: Family, link: Link? = nil, theta: Double? = nil) {
    self.family = family
    self.link = link
    self.theta = theta
  }

  public static let card = MethodCard(
    id: "glm", name: Text(en: "Generalized linear model", zh: "广义线性模型"),
    summary: Text(
      en: "Regression for counts, proportions, yes-or-no outcomes and durations.",
      zh: "用于计数、比例、是否结果和时长的回归。"),
    equation: #"g(E y) = X\beta + o,\quad \mathrm{Var}\, y = \varphi V(\mu)/w"#,
    options: [
      (
        "family",
        Text(
          en: "gaussian, poisson, quasi-poisson, negative-binomial, binomial, quasi-binomial or "
            + "gamma",
          zh: "gaussian、poisson、quasi-poisson、negative-binomial、binomial、quasi-binomial 或 gamma")
      ),
      (
        "link",
        Text(
          en: "identity, log, logit, probit, cloglog, inverse or sqrt; by default the family's",
          zh: "identity、log、logit、probit、cloglog、inverse 或 sqrt；默认取该分布族的联系函数")
      ),
      (
        "theta",
        Text(
          en: "the size of the negative binomial; by default estimated",
          zh: "负二项的 θ；默认由数据估计")
      ),
    ],
    assumptions: [
      Text(
        en: "The mean is the inverse link of something linear in the coefficients.",
        zh: "均值是系数线性组合的反联系函数。"),
      Text(
        en: "The variance follows the family, or the standard errors are robust ones.",
        zh: "方差符合所选分布族，否则应采用稳健标准误。"),
      Text(en: "No column is a combination of others.", zh: "设计矩阵各列线性无关。"),
    ],
    sources: [
      Bibliography.nelderWedderburn, Bibliography.mccullaghNelder, Bibliography.correiaSeparation,
      Bibliography.konis, Bibliography.lawsonHanson, Bibliography.lawless, Bibliography.marschner,
      Bibliography.cameronTrivediTest,
    ],
    minimumObservations: 2)

  /// The model on a design.
  ///
  /// - Parameters:
  ///   - design: n rows.
  ///   - offset: in place of the design's, n values that are added to the linear predictor, such as
  ///     a log exposure.
  ///   - weights: in place of the design's, n positive values: how many observations each stands
  ///     for, the trials of a
  ///     proportion; the precision of a gaussian or gamma response.
  /// - Returns: the fit, with the notes of the design.
  /// - Throws: as the model on a matrix does.
  public func fitted(
    _ design: DesignMatrix, offset: [Double]? = nil, weights: [Double]? = nil
  ) throws(Diagnostic) -> GeneralizedLinearFit {
    try GeneralizedLinearFit(
      self, x: design.matrix, y: design.response, names: design.names,
      offset: offset ?? design.offset, weights: weights ?? design.weights,
      hasIntercept: design.hasIntercept, notes: design.notes)
  }

  /// The model on a matrix with one named column a coefficient.
  ///
  /// - Parameters:
  ///   - x: n × p of full column rank.
  ///   - y: n values: counts, proportions in [0, 1], positive values, or any.
  ///   - names: one a column.
  ///   - offset: n values that are added to the linear predictor.
  ///   - weights: n positive values, as above.
  ///   - hasIntercept: whether the first column is the intercept's.
  /// - Returns: the fit; a warning in its diagnostics where observations were left out or the
  ///   iteration did not converge.
  /// - Throws: ``DiagnosticCode/illegalOption`` for a link or θ that the family does not have,
  ///   ``DiagnosticCode/negativeCount`` and ``DiagnosticCode/valueOutOfRange`` for a response,
  ///   weight or offset outside its range, ``DiagnosticCode/rankDeficient`` naming the columns,
  ///   ``DiagnosticCode/seriesTooShort`` for fewer observations than columns,
  ///   ``DiagnosticCode/separation`` naming the terms, ``DiagnosticCode/notConverged`` where no
  ///   coefficients fit.
  public func fitted(
    _ x: Matrix, _ y: [Double], names: [String], offset: [Double]? = nil,
    weights: [Double]? = nil, hasIntercept: Bool = true
  ) throws(Diagnostic) -> GeneralizedLinearFit {
    try GeneralizedLinearFit(
      self, x: x, y: y, names: names, offset: offset, weights: weights,
      hasIntercept: hasIntercept, notes: [])
  }

  /// A binomial model of numbers of successes among trials.
  ///
  /// - Parameters:
  ///   - x: n × p of full column rank.
  ///   - successes: n values from 0 to the number of trials.
  ///   - trials: n positive values.
  ///   - names: one a column.
  ///   - offset: n values that are added to the linear predictor.
  ///   - hasIntercept: whether the first column is the intercept's.
  /// - Returns: the fit of the proportions, with the trials as weights.
  /// - Throws: ``DiagnosticCode/modelNotApplicable`` for a family that is not binomial, and as the
  ///   model of proportions does.
  public func fitted(
    _ x: Matrix, successes: [Double], trials: [Double], names: [String], offset: [Double]? = nil,
    hasIntercept: Bool = true
  ) throws(Diagnostic) -> GeneralizedLinearFit {
    precondition(successes.count == trials.count)
    guard family.isBinomial else {
      throw Diagnostic(
        .modelNotApplicable, .error,
        Text(
          en: "Successes among trials are binomial, and the family is \(family.name.en).",
          zh: "成功次数与试验次数属二项分布，而所选分布族为\(family.name.zh)。"),
        hint: Text(
          en: "Choose binomial or quasi-binomial.", zh: "请选 binomial 或 quasi-binomial。"))
    }
    try GeneralizedLinearData.checkWeights(trials)
    return try fitted(
      x, zip(successes, trials).map { $0 / $1 }, names: names, offset: offset, weights: trials,
      hasIntercept: hasIntercept)
  }

  /// The link in force.
  ///
  /// - Throws: ``DiagnosticCode/illegalOption`` where the family does not have it, or θ is not one
  ///   of a negative binomial or not positive.
  func checkedLink() throws(Diagnostic) -> Link {
    let link = link ?? family.defaultLink
    guard family.links.contains(link) else {
      let list = family.links.map(\.rawValue).joined(separator: ", ")
      throw Diagnostic(
        .illegalOption, .error,
        Text(
          en: "The family \(family.name.en) does not have the link \(link.rawValue).",
          zh: "\(family.name.zh)分布族没有联系函数 \(link.rawValue)。"),
        hint: Text(
          en: "Choose one of \(list).",
          zh: "可选：\(family.links.map(\.rawValue).joined(separator: "、"))。"))
    }
    if let theta {
      guard family == .negativeBinomial, theta > 0, theta.isFinite else {
        throw Diagnostic(
          .illegalOption, .error,
          Text(
            en: family == .negativeBinomial
              ? "θ has to be a positive number, not \(theta)."
              : "The family \(family.name.en) has no θ.",
            zh: family == .negativeBinomial
              ? "θ 须为正数，不能是 \(theta)。" : "\(family.name.zh)分布族没有参数 θ。"),
          hint: Text(en: "Leave theta out.", zh: "请去掉 theta。"))
      }
    }
    return link
  }
}
