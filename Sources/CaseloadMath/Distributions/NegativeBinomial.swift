import CBoostMath

/// The negative binomial distribution by its mean and size (NB2): a count with variance μ + μ²/r.
///
/// ```
/// P(X = x) = Γ(x + r) / (Γ(r) x!) · pʳ (1 − p)ˣ,   p = r / (r + μ)
/// ```
public struct NegativeBinomial: Distribution {
  public let mean: Double
  /// r; the larger, the closer to Poisson.
  public let size: Double

  /// - Precondition: both are positive.
  public init(mean: Double, size: Double) {
    precondition(mean > 0 && size > 0, "mean \(mean), size \(size)")
    self.mean = mean
    self.size = size
  }

  public var variance: Double { mean + mean * mean / size }
  public func density(_ x: Double) -> Double {
    isCount(x) ? boost_negative_binomial_density(x, mean, size) : 0
  }
  public func logDensity(_ x: Double) -> Double {
    guard isCount(x) else { return -.infinity }
    let binomial =
      SpecialFunctions.logGamma(x + size) - SpecialFunctions.logGamma(size)
      - SpecialFunctions.logGamma(x + 1)
    return binomial - size * log1p(mean / size) - x * log1p(size / mean)
  }
  public func cumulative(_ x: Double) -> Double {
    onPositives(
      x, below: 0, beyond: 1, boost_negative_binomial_lower(x.rounded(.down), mean, size))
  }
  public func upper(_ x: Double) -> Double {
    onPositives(
      x, below: 1, beyond: 0, boost_negative_binomial_upper(x.rounded(.down), mean, size))
  }
  public func quantile(_ p: Double) -> Double {
    settledCount(near: boost_negative_binomial_quantile(p, mean, size)) { cumulative($0) >= p }
  }
  public func upperQuantile(_ q: Double) -> Double {
    settledCount(near: boost_negative_binomial_upper_quantile(q, mean, size)) {
      upper($0) <= q
    }
  }
}
