import CBoostMath

/// The normal distribution N(μ, σ²).
///
/// ```
/// f(x) = exp(−(x − μ)² / 2σ²) / (σ √2π)
/// ```
public struct Normal: Distribution {
  public let mean: Double
  public let standardDeviation: Double

  /// - Precondition: `standardDeviation > 0`.
  public init(mean: Double = 0, standardDeviation: Double = 1) {
    precondition(standardDeviation > 0, "a standard deviation of \(standardDeviation)")
    self.mean = mean
    self.standardDeviation = standardDeviation
  }

  public static let standard = Normal()

  public var variance: Double { standardDeviation * standardDeviation }
  public func density(_ x: Double) -> Double { boost_normal_density(x, mean, standardDeviation) }
  public func logDensity(_ x: Double) -> Double {
    let z = (x - mean) / standardDeviation
    return -0.5 * z * z - log(standardDeviation) - 0.5 * log(2 * .pi)
  }
  public func cumulative(_ x: Double) -> Double { boost_normal_lower(x, mean, standardDeviation) }
  public func upper(_ x: Double) -> Double { boost_normal_upper(x, mean, standardDeviation) }
  public func quantile(_ p: Double) -> Double {
    boost_normal_quantile(p, mean, standardDeviation)
  }
  public func upperQuantile(_ q: Double) -> Double {
    boost_normal_upper_quantile(q, mean, standardDeviation)
  }
}
