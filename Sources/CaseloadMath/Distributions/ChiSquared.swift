import CBoostMath

/// The chi-squared distribution with ν degrees of freedom.
public struct ChiSquared: Distribution {
  public let degreesOfFreedom: Double

  /// - Precondition: `degreesOfFreedom > 0`.
  public init(degreesOfFreedom: Double) {
    precondition(degreesOfFreedom > 0, "\(degreesOfFreedom) degrees of freedom")
    self.degreesOfFreedom = degreesOfFreedom
  }

  public var mean: Double { degreesOfFreedom }
  public var variance: Double { 2 * degreesOfFreedom }
  public func density(_ x: Double) -> Double {
    onPositives(x, below: 0, beyond: 0, boost_chi_squared_density(x, degreesOfFreedom))
  }
  public func logDensity(_ x: Double) -> Double {
    Gamma(shape: degreesOfFreedom / 2, scale: 2).logDensity(x)
  }
  public func cumulative(_ x: Double) -> Double {
    onPositives(x, below: 0, beyond: 1, boost_chi_squared_lower(x, degreesOfFreedom))
  }
  public func upper(_ x: Double) -> Double {
    onPositives(x, below: 1, beyond: 0, boost_chi_squared_upper(x, degreesOfFreedom))
  }
  public func quantile(_ p: Double) -> Double { boost_chi_squared_quantile(p, degreesOfFreedom) }
  public func upperQuantile(_ q: Double) -> Double {
    boost_chi_squared_upper_quantile(q, degreesOfFreedom)
  }
}
