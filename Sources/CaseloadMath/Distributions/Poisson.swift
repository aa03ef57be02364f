import CBoostMath

/// The Poisson distribution with mean λ.
public struct Poisson: Distribution {
  public let mean: Double

  /// - Precondition: `mean > 0`.
  public init(mean: Double) {
    precondition(mean > 0, "a Poisson mean of \(mean)")
    self.mean = mean
  }

  public var variance: Double { mean }
  public func density(_ x: Double) -> Double { isCount(x) ? boost_poisson_density(x, mean) : 0 }
  public func logDensity(_ x: Double) -> Double {
    guard isCount(x) else { return -.infinity }
    return x * log(mean) - mean - SpecialFunctions.logGamma(x + 1)
  }
  public func cumulative(_ x: Double) -> Double {
    onPositives(x, below: 0, beyond: 1, boost_poisson_lower(x.rounded(.down), mean))
  }
  public func upper(_ x: Double) -> Double {
    onPositives(x, below: 1, beyond: 0, boost_poisson_upper(x.rounded(.down), mean))
  }
  public func quantile(_ p: Double) -> Double {
    settledCount(near: boost_poisson_quantile(p, mean)) { cumulative($0) >= p }
  }
  public func upperQuantile(_ q: Double) -> Double {
    settledCount(near: boost_poisson_upper_quantile(q, mean)) { upper($0) <= q }
  }
}
