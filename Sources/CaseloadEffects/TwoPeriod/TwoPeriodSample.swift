/// Two groups before and after: what a difference in differences of two periods is made of.
struct TwoPeriodSample: Sendable {
  /// 1 for rows of the treated group, 0 for the comparison.
  var treated: [Double]
  /// Positive.
  var weights: [Double]
  /// For a panel the change of the outcome, one row a unit; otherwise the outcome.
  var outcome: [Double]
  /// For cross-sections 1 for rows of the later period, 0 for the earlier; empty for a panel.
  var later: [Double] = []
  /// One array a covariate.
  var covariates: [[Double]] = []
}

/// How covariates enter a difference in differences of two periods.
enum TwoPeriodMethod: Sendable {
  /// Outcomes of the comparison are regressed on covariates and predicted for the treated.
  case regression
  /// The comparison is reweighted by the odds of being treated, weights that add up to 1.
  case weighting
  /// Reweighted by weights that need not add up to 1.
  case horvitzThompson
  /// Regression and reweighting, by least squares and maximum likelihood.
  case doublyRobust
  /// Both, by weighted least squares and calibrated odds: robust inference in either case.
  case improved

  var usesPropensity: Bool { self != .regression }
  var usesRegression: Bool { self == .regression || self == .doublyRobust || self == .improved }
}

/// Why there is no estimate for two periods.
enum TwoPeriodFailure: Error, Equatable, Sendable {
  /// A group has no row in one of the periods.
  case emptyGroup
  /// Some treated rows have no counterpart; the largest propensity.
  case noOverlap(largest: Double)
  /// The covariates are linearly dependent within one group.
  case singularCovariates
}

/// An average effect on the treated of two periods.
struct TwoPeriodEffect: Sendable {
  let value: Double
  /// ψ with Σ ψ² the variance; one a row.
  let influence: [Double]
  /// Of all rows; `nil` without a propensity score.
  let largestPropensity: Double?
  /// The covariates that others explain in these rows.
  let dependentCovariates: [Int]
}
