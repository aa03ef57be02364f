import CaseloadData
import CaseloadRegression

/// A design's average effect with what its variance is made of.
///
/// ```
/// θ̂ − θ ≈ Σ_g ψ_g,   Var θ̂ ≈ Σ_g ψ_g²   (independent clusters g)
/// ```
public struct AverageEffect: Sendable {
  public let value: Double
  /// ψ, one a cluster of the grid, in the units of `value`; empty where it is not defined.
  public let influence: [Double]

  /// An average from its parts.
  public init(value: Double, influence: [Double] = []) {
    self.value = value
    self.influence = influence
  }

  /// (Σ ψ²)^½; `nil` without influences.
  public var standardError: Double? {
    influence.isEmpty ? nil : influence.reduce(0) { $0 + $1 * $1 }.squareRoot()
  }
}

/// A design of many units whose average can be computed anew for another assignment of the
/// programme or another outcome: what randomization inference and placebo checks call, often.
public protocol DifferenceEstimator: EffectEstimator {
  var scale: EffectEstimate.Scale { get }
  /// The scale of the outcomes in the grid that ``average(_:)`` takes: ``scale``, but for a model of
  /// counts, which takes counts and answers in logarithms.
  var outcomeScale: EffectEstimate.Scale { get }
  /// How the interval is found; `auto` lets ``InferenceChoice`` decide by the numbers of clusters.
  var inference: InferenceChoice { get }

  /// The average effect on the treated, on the grid's scale (logarithms, not rates).
  ///
  /// - Parameter grid: outcomes on the estimator's scale.
  /// - Returns: the average with one influence a cluster.
  /// - Throws: a ``Diagnostic`` where no effect can be estimated.
  func average(_ grid: StudyGrid) throws(Diagnostic) -> AverageEffect

  /// The same average as a combination of coefficients of one linear regression; `nil` for a design
  /// that is none.
  func regression(_ grid: StudyGrid) throws(Diagnostic) -> AverageRegression?
}

extension DifferenceEstimator {
  public var outcomeScale: EffectEstimate.Scale { scale }
  public func regression(_ grid: StudyGrid) throws(Diagnostic) -> AverageRegression? { nil }
}

/// An average effect as lᵀβ of a linear regression: what CR2, CR3 and the wild bootstrap need.
public struct AverageRegression: Sendable {
  public let fit: any RegressionFit
  /// l, one value a coefficient.
  public let contrast: [Double]
  /// Of the observations of the fit.
  public let clusters: Grouping

  /// An average from its parts.
  public init(fit: any RegressionFit, contrast: [Double], clusters: Grouping) {
    self.fit = fit
    self.contrast = contrast
    self.clusters = clusters
  }
}
