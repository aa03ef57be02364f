import CaseloadData
import CaseloadMath

/// Ordinary or weighted least squares by pivoted QR, refined to nearly full precision.
///
/// ```
/// y = X·β + ε,   β̂ = argmin Σ wᵢ (yᵢ − xᵢᵀβ)²
/// ```
///
/// - Sources: Golub & Van Loan, *Matrix Computations*, 4th ed. (2013), §5.3; ``LeastSquares``.
public struct LinearModel: Method {
  public init() {}

  public static let card = MethodCard(
    id: "ols", name: Text(en: "Linear regression", zh: "线性回归"),
    summary: Text(
      en: "Least squares, with standard errors for the errors that the data have.",
      zh: "最小二乘法，标准误可按误差结构选择。"),
    equation: #"y = X\beta + \varepsilon"#,
    assumptions: [
      Text(en: "The mean is linear in the coefficients.", zh: "均值对系数是线性的。"),
      Text(
        en: "No column is a combination of others.", zh: "设计矩阵各列线性无关。"),
    ],
    sources: [Bibliography.golubVanLoan, Bibliography.bjorck, Bibliography.mackinnonWhite],
    minimumObservations: 2)

  /// The model on a design, with its offset and weights.
  ///
  /// - Parameters:
  ///   - design: n rows; one without absorbed effects and instruments.
  ///   - weights: in place of those of the design.
  /// - Returns: the fit.
  /// - Throws: ``DiagnosticCode/rankDeficient`` naming the columns, ``DiagnosticCode/seriesTooShort``
  ///   for fewer observations than columns, ``DiagnosticCode/valueOutOfRange`` for a weight that is
  ///   not positive.
  public func fitted(_ design: DesignMatrix, weights: [Double]? = nil) throws(Diagnostic)
    -> LinearFit
  {
    let y = design.offset.map { zip(design.response, $0).map { $0 - $1 } } ?? design.response
    return try LinearFit(
      x: design.matrix, y: y, names: design.names, weights: weights ?? design.weights,
      hasIntercept: design.hasIntercept, diagnostics: design.notes)
  }

  /// The model on a matrix with one named column a coefficient.
  public func fitted(_ x: Matrix, _ y: [Double], names: [String], hasIntercept: Bool = true)
    throws(Diagnostic) -> LinearFit
  {
    try LinearFit(
      x: x, y: y, names: names, weights: nil, hasIntercept: hasIntercept, diagnostics: [])
  }
}

/// A fitted linear model.
public struct LinearFit: RegressionFit {
  public let coefficientNames: [String]
  public let coefficients: [Double]
  public let diagnostics: [Diagnostic]
  /// y − X·β̂, unweighted.
  public let residuals: [Double]
  public let fittedValues: [Double]
  public let rSquared: Double
  /// Σ w e².
  public let residualSumOfSquares: Double
  public let hasIntercept: Bool
  public let estimatingEquations: EstimatingEquations
  private let logWeights: Double

  init(
    x: Matrix, y: [Double], names: [String], weights: [Double]?, hasIntercept: Bool,
    diagnostics: [Diagnostic]
  ) throws(Diagnostic) {
    let n = y.count
    var scaled = x
    var scaledResponse = y
    var logWeights = 0.0
    var roots: [Double]?
    if let weights {
      precondition(weights.count == n, "\(weights.count) weights for \(n) observations")
      try Diagnostic.requirePositive(weights)
      let square = weights.map { $0.squareRoot() }
      scaled = x.scalingRows(square)
      for i in 0..<n {
        scaledResponse[i] *= square[i]
        logWeights += 0.5 * log(weights[i])
      }
      roots = square
    }
    let solution: LeastSquares
    do {
      solution = try LeastSquares(scaled, scaledResponse)
    } catch {
      throw Diagnostic(error, names: names)
    }
    coefficientNames = names
    coefficients = solution.coefficients
    residualSumOfSquares = solution.residualSumOfSquares
    let degreesOfFreedom = Double(n - x.columnCount)
    let columns = scaled
    estimatingEquations = EstimatingEquations(
      x: columns, residuals: solution.residuals, bread: solution.crossProductInverse,
      dispersion: residualSumOfSquares / degreesOfFreedom, hasIntercept: hasIntercept,
      isLinear: true, basis: { solution.basis(of: columns) })
    self.logWeights = logWeights
    self.hasIntercept = hasIntercept
    self.diagnostics = diagnostics
    let residuals = solution.residuals.indices.map { i in
      solution.residuals[i] / (roots?[i] ?? 1)
    }
    self.residuals = residuals
    fittedValues = (0..<n).map { y[$0] - residuals[$0] }

    var total = Accumulator()
    if hasIntercept {
      var (sum, weight) = (Accumulator(), Accumulator())
      for i in 0..<n {
        sum.add(product: weights?[i] ?? 1, y[i])
        weight.add(weights?[i] ?? 1)
      }
      let mean = sum.value / weight.value
      for i in 0..<n { total.add(product: (weights?[i] ?? 1) * (y[i] - mean), y[i] - mean) }
    } else {
      for value in scaledResponse { total.add(product: value, value) }
    }
    rSquared = total.value > 0 ? 1 - residualSumOfSquares / total.value : .nan
  }

  public var equations: EstimatingEquations? { estimatingEquations }
  public var observationCount: Int { residuals.count }
  public var residualDegreesOfFreedom: Double {
    Double(residuals.count - coefficients.count)
  }

  /// √(Σ w e² / (n − p)); NaN for a saturated model.
  public var residualStandardError: Double {
    residualDegreesOfFreedom > 0
      ? (residualSumOfSquares / residualDegreesOfFreedom).squareRoot() : .nan
  }

  /// 1 − (1 − R²)(n − 1)/(n − p), with n in place of n − 1 without an intercept.
  public var adjustedRSquared: Double {
    let n = Double(observationCount) - (hasIntercept ? 1 : 0)
    return 1 - (1 - rSquared) * n / residualDegreesOfFreedom
  }

  /// The F test that all coefficients but the intercept are zero; `nil` when there are none.
  public var fTest: (statistic: Double, numerator: Double, denominator: Double, pValue: Double)? {
    let numerator = Double(coefficients.count - (hasIntercept ? 1 : 0))
    guard numerator > 0, residualDegreesOfFreedom > 0 else { return nil }
    let statistic =
      rSquared / (1 - rSquared) * residualDegreesOfFreedom / numerator
    let distribution = FisherF(
      numeratorDegreesOfFreedom: numerator, denominatorDegreesOfFreedom: residualDegreesOfFreedom)
    guard !statistic.isNaN else { return nil }
    return (
      statistic, numerator, residualDegreesOfFreedom,
      statistic.isFinite ? distribution.upper(statistic) : 0
    )
  }

  /// Gaussian, at the maximum-likelihood variance Σ w e² / n, with −n/2 ln 2π.
  public var logLikelihood: Double? {
    let n = Double(observationCount)
    return logWeights - 0.5 * n * (log(2 * .pi) + log(residualSumOfSquares / n) + 1)
  }

  /// The number of lags that Newey and West's rule chooses here.
  public var automaticLags: Int { estimatingEquations.automaticLags(prewhitened: false) }
}
