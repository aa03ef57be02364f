import CaseloadData
import CaseloadMath

/// A fitted regression: estimates, and whatever covariance of them is asked for.
public protocol RegressionFit: Sendable {
  var coefficientNames: [String] { get }
  /// One a name, in the units of the response over those of the column.
  var coefficients: [Double] { get }
  var observationCount: Int { get }
  var residuals: [Double] { get }
  var residualDegreesOfFreedom: Double { get }
  /// With the constant −n/2 ln 2π; `nil` where the model has no likelihood.
  var logLikelihood: Double? { get }
  var diagnostics: [Diagnostic] { get }

  /// The p × p covariance of the coefficients under the assumptions that `kind` names.
  func covariance(_ kind: CovarianceKind) throws(Diagnostic) -> Matrix

  /// The degrees of freedom of the t distribution that tests coefficient `j` refer to.
  func degreesOfFreedom(_ kind: CovarianceKind, coefficient j: Int) -> Double
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
  public let upper: Double
  public let degreesOfFreedom: Double
}

extension RegressionFit {
  /// The coefficient table with intervals of coverage `level`.
  public func coefficientTable(_ kind: CovarianceKind, level: Double = 0.95) throws(Diagnostic)
    -> [Coefficient]
  {
    let variances = try covariance(kind).diagonal
    return coefficients.indices.map { j in
      let standardError = variances[j].squareRoot()
      let degreesOfFreedom = degreesOfFreedom(kind, coefficient: j)
      let distribution = StudentT(degreesOfFreedom: degreesOfFreedom)
      let statistic = coefficients[j] / standardError
      let margin = distribution.upperQuantile((1 - level) / 2) * standardError
      return Coefficient(
        term: coefficientNames[j], estimate: coefficients[j], standardError: standardError,
        statistic: statistic, pValue: distribution.twoSidedPValue(statistic),
        lower: coefficients[j] - margin, upper: coefficients[j] + margin,
        degreesOfFreedom: degreesOfFreedom)
    }
  }

  /// −2 ln L + 2k, k counting the coefficients and the error variance.
  public var aic: Double? { logLikelihood.map { -2 * $0 + 2 * Double(coefficients.count + 1) } }

  /// −2 ln L + k ln n.
  public var bic: Double? {
    logLikelihood.map {
      -2 * $0 + log(Double(observationCount)) * Double(coefficients.count + 1)
    }
  }
}
