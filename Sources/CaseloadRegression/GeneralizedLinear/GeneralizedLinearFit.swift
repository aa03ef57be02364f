import CaseloadData
import CaseloadMath

/// A fitted generalized linear model.
public struct GeneralizedLinearFit: RegressionFit {
  /// What was asked for.
  public let model: GeneralizedLinearModel
  /// The family, with the α = 1/θ of a negative binomial as given or estimated.
  public let family: ExponentialFamily
  public let link: Link
  public let coefficientNames: [String]
  public let coefficients: [Double]
  public let diagnostics: [Diagnostic]
  /// The observations used, 0-based: all but the separated ones. Everything that has one value an
  /// observation has one for each of these.
  public let usedRows: [Int]
  /// The columns used, 0-based: all but those that vanish with separated observations.
  public let usedColumns: [Int]
  /// The columns that have no finite coefficient.
  public let omittedNames: [String]
  /// y; a proportion for a binomial.
  public let response: [Double]
  /// μ̂, in the units of the response.
  public let fittedMeans: [Double]
  /// xᵀβ̂ + o.
  public let linearPredictors: [Double]
  /// Σ w d(y, μ̂).
  public let deviance: Double
  /// The deviance of the model with an intercept only, or with nothing where there is none; it has
  /// the offset too. `nil` where that model does not exist.
  public let nullDeviance: Double?
  /// Σ w (y − μ̂)²/V(μ̂).
  public let pearsonChiSquared: Double
  /// φ: 1 where the family knows it, else Pearson's χ²/(n − p); `nil` for as many coefficients as
  /// observations.
  public let dispersion: Double?
  /// The maximum, with every constant; `nil` for a quasi-likelihood.
  public let logLikelihood: Double?
  /// The standard error of ``theta`` from the observed information at the means, as MASS has it;
  /// `nil` where θ is given or infinite.
  public let thetaStandardError: Double?
  public let isConverged: Bool
  /// Steps of the last iteration.
  public let iterationCount: Int
  public let hasIntercept: Bool
  public let estimatingEquations: EstimatingEquations
  let x: Matrix
  let means: [Link.Mean]
  let weights: [Double]?
  let offset: [Double]?
  /// Observations and columns of the data that were given.
  let givenRowCount: Int
  let givenColumnCount: Int

  init(
    _ model: GeneralizedLinearModel, x: Matrix, y: [Double], names: [String], offset: [Double]?,
    weights: [Double]?, hasIntercept: Bool, notes: [Diagnostic]
  ) throws(Diagnostic) {
    let link = try model.checkedLink()
    let data = try GeneralizedLinearData(
      x: x, y: y, names: names, offset: offset, weights: weights, family: model.family, link: link,
      hasIntercept: hasIntercept)
    var diagnostics = notes + data.diagnostics
    let isEstimated = model.family == .negativeBinomial && model.theta == nil
    var family = ExponentialFamily(model.family, alpha: model.theta.map { 1 / $0 } ?? 0)
    func problem(_ x: Matrix) -> ReweightedLeastSquares {
      ReweightedLeastSquares(
        x: x, y: data.y, weights: data.weights, offset: data.offset, family: family, link: link)
    }
    let solution: ReweightedLeastSquares.Solution
    var isConverged = true
    var thetaStandardError: Double?
    if isEstimated {
      let estimate = try NegativeBinomialSolution(problem(data.x))
      solution = estimate.solution
      isConverged = estimate.isConverged
      family = ExponentialFamily(model.family, alpha: estimate.alpha)
      thetaStandardError = estimate.standardError.map { $0 / (estimate.alpha * estimate.alpha) }
      if estimate.alpha == 0 { diagnostics.append(Self.poissonLimit) }
    } else {
      solution = try problem(data.x).solved()
    }
    isConverged = isConverged && solution.termination == .converged
    if !isConverged { diagnostics.append(Self.notConverged(solution.iterations)) }

    let state = solution.state
    self.model = model
    self.family = family
    self.link = link
    self.hasIntercept = hasIntercept && data.columns.first == 0
    self.diagnostics = diagnostics
    self.isConverged = isConverged
    self.thetaStandardError = thetaStandardError
    iterationCount = solution.iterations
    usedRows = data.rows
    usedColumns = data.columns
    let used = Set(data.columns)
    omittedNames = names.indices.filter { !used.contains($0) }.map { names[$0] }
    coefficientNames = data.columns.map { names[$0] }
    coefficients = solution.coefficients
    response = data.y
    means = state.means
    fittedMeans = state.means.map(\.value)
    linearPredictors = state.linearPredictors
    deviance = state.deviance
    self.x = data.x
    self.weights = data.weights
    self.offset = data.offset
    givenRowCount = x.rowCount
    givenColumnCount = x.columnCount

    var squares = Accumulator()
    for value in solution.residuals { squares.add(product: value, value) }
    pearsonChiSquared = squares.value
    let degreesOfFreedom = data.y.count - data.x.columnCount
    let dispersion: Double? =
      if model.family.isDispersionKnown {
        1
      } else {
        degreesOfFreedom > 0 ? squares.value / Double(degreesOfFreedom) : nil
      }
    self.dispersion = dispersion
    logLikelihood = family.logLikelihood(data.y, state.means, weights: data.weights)
    let (columns, leastSquares) = (solution.columns, solution.leastSquares)
    estimatingEquations = EstimatingEquations(
      x: columns, residuals: solution.residuals, bread: leastSquares.crossProductInverse,
      // Not asked for without degrees of freedom.
      dispersion: dispersion ?? .nan, hasIntercept: self.hasIntercept,
      isDispersionKnown: model.family.isDispersionKnown,
      basis: { leastSquares.basis(of: columns) })
    nullDeviance = Self.nullDeviance(problem(data.x), hasIntercept: self.hasIntercept)
  }

  public var equations: EstimatingEquations? { estimatingEquations }
  public var observations: [Int]? { usedRows.count == givenRowCount ? nil : usedRows }
  public var observationCount: Int { response.count }
  public var residualDegreesOfFreedom: Double { Double(response.count - coefficients.count) }
  /// y − μ̂.
  public var residuals: [Double] { residuals(.response) }

  /// The dispersion where it is estimated, or an estimated θ.
  public var auxiliaryParameterCount: Int {
    switch model.family {
    case .negativeBinomial: model.theta == nil ? 1 : 0
    default: model.family.isDispersionKnown ? 0 : 1
    }
  }

  /// The size θ of a negative binomial, variance μ + μ²/θ; infinite where the data are not
  /// overdispersed; `nil` for other families.
  public var theta: Double? { model.family == .negativeBinomial ? 1 / family.alpha : nil }

  /// α = 1/θ; `nil` for families other than the negative binomial.
  public var alpha: Double? { model.family == .negativeBinomial ? family.alpha : nil }

  /// The standard error of ``alpha``; `nil` where it is given or 0.
  public var alphaStandardError: Double? {
    thetaStandardError.map { $0 * family.alpha * family.alpha }
  }

  /// As any fit, but that a family with a known dispersion has its model's covariance for as many
  /// coefficients as observations too, and that groups may be of all the observations given.
  public func covariance(_ kind: CovarianceKind) throws(Diagnostic) -> Matrix {
    if kind == .classical, model.family.isDispersionKnown { return estimatingEquations.bread }
    return try estimatingEquations.covariance(adapted(kind))
  }

  public func degreesOfFreedom(_ kind: CovarianceKind, of contrast: [Double]) throws(Diagnostic)
    -> Double
  {
    try estimatingEquations.degreesOfFreedom(adapted(kind), of: contrast)
  }

  /// `kind` with the groups of the observations used.
  private func adapted(_ kind: CovarianceKind) -> CovarianceKind {
    func selected(_ grouping: Grouping) -> Grouping {
      guard usedRows.count < givenRowCount, grouping.codes.count == givenRowCount else {
        return grouping
      }
      return grouping.selecting(usedRows)
    }
    switch kind {
    case .clustered(let ways, let correction, let combination):
      return .clustered(by: ways.map(selected), correction, combination)
    case .driscollKraay(let times, let lags):
      return .driscollKraay(times: selected(times), lags: lags)
    case .jackknife(let grouping?): return .jackknife(by: selected(grouping))
    default: return kind
    }
  }

  /// The deviance of the intercept alone, whose mean is the weighted mean without an offset.
  private static func nullDeviance(_ problem: ReweightedLeastSquares, hasIntercept: Bool)
    -> Double?
  {
    let n = problem.y.count
    if hasIntercept, problem.offset != nil {
      let null = ReweightedLeastSquares(
        x: Matrix(rowCount: n, columnCount: 1, repeating: 1), y: problem.y,
        weights: problem.weights, offset: problem.offset, family: problem.family,
        link: problem.link)
      guard let solution = try? null.solved(), solution.termination == .converged else {
        return nil
      }
      return solution.state.deviance
    }
    var (sum, total) = (Accumulator(), Accumulator())
    for i in 0..<n {
      sum.add(product: problem.weights?[i] ?? 1, problem.y[i])
      total.add(problem.weights?[i] ?? 1)
    }
    let mean = sum.value / total.value
    let common = Link.Mean(value: mean, derivative: 1, complement: 1 - mean)
    var deviance = Accumulator()
    for i in 0..<n {
      let mean = hasIntercept ? common : problem.link.mean(problem.offset?[i] ?? 0)
      guard problem.family.contains(mean) else { return nil }
      deviance.add(
        product: problem.weights?[i] ?? 1, problem.family.unitDeviance(problem.y[i], mean))
    }
    return deviance.value.isFinite ? max(0, deviance.value) : nil
  }

  private static let poissonLimit = Diagnostic(
    .notIdentified, .note,
    Text(
      en: "The counts are not overdispersed: the likelihood of the negative binomial is largest in "
        + "its Poisson limit, θ infinite and α = 0, and the estimates are Poisson's.",
      zh: "计数不存在过度离散：负二项似然在其泊松极限（θ 无穷、α = 0）处最大，估计值即泊松估计。"),
    hint: Text(
      en: "Use the family poisson, or quasi-poisson for errors smaller than Poisson's.",
      zh: "请用 poisson；若误差小于泊松误差，请用 quasi-poisson。"))

  private static func notConverged(_ iterations: Int) -> Diagnostic {
    Diagnostic(
      .notConverged, .warning,
      Text(
        en: "The iteration stopped after \(iterations) steps without converging; the estimates may "
          + "lie at the edge of the means that the family has.",
        zh: "迭代在 \(iterations) 步后仍未收敛；估计值可能位于该分布族均值范围的边缘。"),
      hint: Text(
        en: "Use the family's default link, or fewer terms.",
        zh: "请用该分布族的默认联系函数，或减少项数。"))
  }
}
