import CBoostMath

/// Fisher's F distribution with d₁ and d₂ degrees of freedom.
public struct FisherF: Distribution {
  public let numeratorDegreesOfFreedom: Double
  public let denominatorDegreesOfFreedom: Double

  /// - Precondition: both are positive.
  public init(numeratorDegreesOfFreedom: Double, denominatorDegreesOfFreedom: Double) {
    precondition(numeratorDegreesOfFreedom > 0 && denominatorDegreesOfFreedom > 0)
    self.numeratorDegreesOfFreedom = numeratorDegreesOfFreedom
    self.denominatorDegreesOfFreedom = denominatorDegreesOfFreedom
  }

  private var d1: Double { numeratorDegreesOfFreedom }
  private var d2: Double { denominatorDegreesOfFreedom }

  /// d₂ / (d₂ − 2), or NaN for d₂ ≤ 2.
  public var mean: Double { d2 > 2 ? d2 / (d2 - 2) : .nan }
  /// 2d₂²(d₁ + d₂ − 2) / (d₁(d₂ − 2)²(d₂ − 4)), or NaN for d₂ ≤ 4.
  public var variance: Double {
    guard d2 > 4 else { return .nan }
    return 2 * d2 * d2 * (d1 + d2 - 2) / (d1 * (d2 - 2) * (d2 - 2) * (d2 - 4))
  }
  public func density(_ x: Double) -> Double {
    onPositives(x, below: 0, beyond: 0, boost_fisher_f_density(x, d1, d2))
  }
  public func logDensity(_ x: Double) -> Double {
    guard x > 0 else { return x < 0 ? -.infinity : log(density(x)) }
    let (a, b) = (0.5 * d1, 0.5 * d2)
    let ratio = d1 / d2
    return a * log(ratio) + (a - 1) * log(x) - (a + b) * log1p(ratio * x)
      - SpecialFunctions.logBeta(a, b)
  }
  public func cumulative(_ x: Double) -> Double {
    onPositives(x, below: 0, beyond: 1, boost_fisher_f_lower(x, d1, d2))
  }
  public func upper(_ x: Double) -> Double {
    onPositives(x, below: 1, beyond: 0, boost_fisher_f_upper(x, d1, d2))
  }
  public func quantile(_ p: Double) -> Double { boost_fisher_f_quantile(p, d1, d2) }
  public func upperQuantile(_ q: Double) -> Double { boost_fisher_f_upper_quantile(q, d1, d2) }
}
