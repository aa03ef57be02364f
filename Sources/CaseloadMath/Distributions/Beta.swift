import CBoostMath

/// The beta distribution on [0, 1].
///
/// ```
/// f(x) = x^(α−1) (1 − x)^(β−1) / B(α, β)
/// ```
public struct Beta: Distribution {
  public let alpha: Double
  public let beta: Double

  /// - Precondition: both are positive.
  public init(alpha: Double, beta: Double) {
    precondition(alpha > 0 && beta > 0, "α = \(alpha), β = \(beta)")
    self.alpha = alpha
    self.beta = beta
  }

  public var mean: Double { alpha / (alpha + beta) }
  public var variance: Double {
    let sum = alpha + beta
    return alpha * beta / (sum * sum * (sum + 1))
  }
  public func density(_ x: Double) -> Double {
    x < 0 || x > 1 ? 0 : boost_beta_density(x, alpha, beta)
  }
  public func logDensity(_ x: Double) -> Double {
    guard x > 0, x < 1 else { return log(density(x)) }
    return (alpha - 1) * log(x) + (beta - 1) * log1p(-x) - SpecialFunctions.logBeta(alpha, beta)
  }
  public func cumulative(_ x: Double) -> Double {
    boost_beta_lower(min(max(x, 0), 1), alpha, beta)
  }
  public func upper(_ x: Double) -> Double { boost_beta_upper(min(max(x, 0), 1), alpha, beta) }
  public func quantile(_ p: Double) -> Double {
    // P(X ≤ x) → x^α / (α B(α, β)) as x → 0, where Boost's root finder stops short.
    let limit = exp((log(p) + log(alpha) + SpecialFunctions.logBeta(alpha, beta)) / alpha)
    return limit < 1e-30 ? limit : boost_beta_quantile(p, alpha, beta)
  }
  public func upperQuantile(_ q: Double) -> Double { boost_beta_upper_quantile(q, alpha, beta) }
}
