import CBoostMath

/// The gamma distribution with shape k and scale θ.
///
/// ```
/// f(x) = x^(k−1) exp(−x/θ) / (Γ(k) θᵏ)
/// ```
public struct Gamma: Distribution {
  public let shape: Double
  public let scale: Double

  /// - Precondition: both are positive.
  public init(shape: Double, scale: Double) {
    precondition(shape > 0 && scale > 0, "shape \(shape), scale \(scale)")
    self.shape = shape
    self.scale = scale
  }

  public var mean: Double { shape * scale }
  public var variance: Double { shape * scale * scale }
  public func density(_ x: Double) -> Double {
    // Boost 1.74 answers 0 at the origin whatever the shape.
    guard x != 0 else { return shape > 1 ? 0 : shape == 1 ? 1 / scale : .infinity }
    return onPositives(x, below: 0, beyond: 0, boost_gamma_density(x, shape, scale))
  }
  public func logDensity(_ x: Double) -> Double {
    guard x > 0 else { return x < 0 ? -.infinity : log(density(x)) }
    return (shape - 1) * log(x) - x / scale - SpecialFunctions.logGamma(shape)
      - shape * log(scale)
  }
  public func cumulative(_ x: Double) -> Double {
    onPositives(x, below: 0, beyond: 1, boost_gamma_lower(x, shape, scale))
  }
  public func upper(_ x: Double) -> Double {
    onPositives(x, below: 1, beyond: 0, boost_gamma_upper(x, shape, scale))
  }
  public func quantile(_ p: Double) -> Double { boost_gamma_quantile(p, shape, scale) }
  public func upperQuantile(_ q: Double) -> Double { boost_gamma_upper_quantile(q, shape, scale) }
}
