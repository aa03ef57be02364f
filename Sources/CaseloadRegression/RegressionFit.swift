import CaseloadData
import CaseloadMath

/// A fitted regression: estimates, and whatever covariance of them is asked for.
public protocol RegressionFit: Sendable {
  var coefficientNames: [String] { get }
  /// One a name, in the units of the response over those of the column.
  var coefficients: [Double] { get }
  var observationCount: Int { get }
  /// Response less fitted mean, one an observation.
  var residuals: [Double] { get }
  var residualDegreesOfFreedom: Double { get }
  /// With the constant −n/2 ln 2π; `nil` where the model has no likelihood.
  var logLikelihood: Double? { get }
  /// Parameters of the likelihood beside the coefficients, such as the error variance.
  var auxiliaryParameterCount: Int { get }
  var diagnostics: [Diagnostic] { get }
  /// The observations of the design that were used, where some were left out; `nil` for all.
  var observations: [Int]? { get }
  /// What sandwiches are made of; `nil` for a model that has covariances of its own.
  var equations: EstimatingEquations? { get }

  /// The p × p covariance of the coefficients under the assumptions that `kind` names.
  func covariance(_ kind: CovarianceKind) throws(Diagnostic) -> Matrix

  /// The degrees of freedom of the t distribution that tests of lᵀβ refer to; infinite for the
  /// normal distribution.
  func degreesOfFreedom(_ kind: CovarianceKind, of contrast: [Double]) throws(Diagnostic) -> Double
}

extension RegressionFit {
  public var equations: EstimatingEquations? { nil }
  public var observations: [Int]? { nil }
  public var auxiliaryParameterCount: Int { 1 }

  public func covariance(_ kind: CovarianceKind) throws(Diagnostic) -> Matrix {
    try requiredEquations().covariance(kind)
  }

  public func degreesOfFreedom(_ kind: CovarianceKind, of contrast: [Double]) throws(Diagnostic)
    -> Double
  {
    try requiredEquations().degreesOfFreedom(kind, of: contrast)
  }

  /// The degrees of freedom of coefficient `j`.
  public func degreesOfFreedom(_ kind: CovarianceKind, coefficient j: Int) throws(Diagnostic)
    -> Double
  {
    var contrast = [Double](repeating: 0, count: coefficients.count)
    contrast[j] = 1
    return try degreesOfFreedom(kind, of: contrast)
  }

  private func requiredEquations() throws(Diagnostic) -> EstimatingEquations {
    guard let equations else {
      throw Diagnostic(
        .modelNotApplicable, .error,
        Text(
          en: "This model has a covariance of its own; no other is defined for it.",
          zh: "该模型自带协方差估计，不能另行指定。"),
        hint: Text(en: "Leave --covariance out.", zh: "请去掉 --covariance。"))
    }
    return equations
  }
}

/// One row of a coefficient table.
public struct Coefficient: Codable, Sendable {
  /// The column of the design.
  public let term: String
  public let estimate: Double
  public let standardError: Double
  /// estimate / standardError.
  public let statistic: Double
  /// Two-sided, by the t distribution with `degreesOfFreedom`.
  public let pValue: Double
  /// The interval at the coverage that was asked for.
  public let lower: Double
  /// The other end.
  public let upper: Double
  /// Infinite where the statistic is referred to the normal distribution.
  public let degreesOfFreedom: Double

  /// A row from an estimate and its standard error.
  public init(
    term: String, estimate: Double, standardError: Double, degreesOfFreedom: Double, level: Double
  ) {
    self.term = term
    self.estimate = estimate
    self.standardError = standardError
    self.degreesOfFreedom = degreesOfFreedom
    statistic = estimate / standardError
    let margin: Double
    if degreesOfFreedom.isInfinite {
      margin = Normal.standard.upperQuantile((1 - level) / 2) * standardError
      pValue = min(1, 2 * Normal.standard.upper(abs(statistic)))
    } else {
      let distribution = StudentT(degreesOfFreedom: degreesOfFreedom)
      margin = distribution.upperQuantile((1 - level) / 2) * standardError
      pValue = distribution.twoSidedPValue(statistic)
    }
    lower = estimate - margin
    upper = estimate + margin
  }
}

extension RegressionFit {
  /// The coefficient table with intervals of coverage `level`.
  public func coefficientTable(_ kind: CovarianceKind, level: Double = 0.95) throws(Diagnostic)
    -> [Coefficient]
  {
    let variances = try covariance(kind).diagonal
    var rows: [Coefficient] = []
    for j in coefficients.indices {
      rows.append(
        Coefficient(
          term: coefficientNames[j], estimate: coefficients[j],
          standardError: variances[j].squareRoot(),
          degreesOfFreedom: try degreesOfFreedom(kind, coefficient: j), level: level))
    }
    return rows
  }

  /// The test of R·β = r: Wald's, or Hotelling's where one way of clustering has CR2 or CR3, whose
  /// degrees of freedom differ by restriction.
  func jointTest(
    _ kind: CovarianceKind, restrictions: Matrix, values: [Double]
  ) throws(Diagnostic) -> HypothesisTest {
    if restrictions.rowCount > 1, let equations,
      case .clustered(let ways, let correction, _) = kind,
      ways.count == 1, correction == .cr2 || correction == .cr3
    {
      return try HotellingTest.test(
        restrictions: restrictions, values: values, coefficients: coefficients,
        equations: equations, clusters: ways[0], correction: correction)
    }
    // Of the covariances that are left no degrees of freedom differ by restriction but those of
    // models with a covariance of their own; the least is the careful choice there.
    var degreesOfFreedom = Double.infinity
    for i in 0..<restrictions.rowCount {
      degreesOfFreedom = min(
        degreesOfFreedom, try self.degreesOfFreedom(kind, of: restrictions.row(i)))
    }
    return try WaldTest.test(
      restrictions: restrictions, values: values, coefficients: coefficients,
      covariance: try covariance(kind),
      denominatorDegreesOfFreedom: degreesOfFreedom.isFinite ? degreesOfFreedom : nil)
  }

  /// Parameters of the likelihood: coefficients, fixed effects and ``auxiliaryParameterCount``.
  public var parameterCount: Int {
    (equations?.parameterCount ?? coefficients.count) + auxiliaryParameterCount
  }

  /// −2 ln L + 2k, k counting every parameter of the likelihood.
  public var aic: Double? { logLikelihood.map { -2 * $0 + 2 * Double(parameterCount) } }

  /// −2 ln L + k ln n.
  public var bic: Double? {
    logLikelihood.map { -2 * $0 + log(Double(observationCount)) * Double(parameterCount) }
  }
}
