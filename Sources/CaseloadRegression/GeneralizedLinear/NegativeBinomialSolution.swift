import CaseloadData
import CaseloadMath

/// The negative binomial with an estimated θ: α at given means and means at given α in turn.
///
/// The two are orthogonal in the expected information, so that a few turns do.
///
/// - Source: Venables & Ripley, *Modern Applied Statistics with S*, 4th ed. (2002), §7.4.
struct NegativeBinomialSolution {
  let solution: ReweightedLeastSquares.Solution
  let alpha: Double
  /// (−∂²ℓ/∂α²)^(−½) at the means; `nil` at the Poisson, the end of the range.
  let standardError: Double?
  let isConverged: Bool

  private static let tolerance = 1e-11
  private static let turnLimit = 200

  /// - Parameter problem: the data with any negative binomial family.
  /// - Throws: as ``ReweightedLeastSquares/solved(from:)`` does.
  init(_ problem: ReweightedLeastSquares) throws(Diagnostic) {
    func solved(_ alpha: Double, from start: [Double]?) throws(Diagnostic)
      -> ReweightedLeastSquares.Solution
    {
      var given = problem
      given.family = ExponentialFamily(.negativeBinomial, alpha: alpha)
      return try given.solved(from: start)
    }
    let dispersion = NegativeBinomialDispersion(problem.y, weights: problem.weights)
    var solution = try solved(0, from: nil)
    var alpha = 0.0
    var isConverged = false
    for _ in 0..<Self.turnLimit {
      let next = dispersion.maximum(solution.state.means, from: alpha)
      let change = abs(next.alpha - alpha)
      isConverged = next.isConverged && change <= Self.tolerance * next.alpha
      alpha = next.alpha
      if isConverged { break }
      solution = try solved(alpha, from: solution.state.basisCoefficients)
      if solution.termination != .converged { break }
    }
    let second = dispersion.derivatives(alpha, solution.state.means).second
    self.solution = solution
    self.alpha = alpha
    self.isConverged = isConverged
    standardError = alpha > 0 && second < 0 ? 1 / (-second).squareRoot() : nil
  }
}
