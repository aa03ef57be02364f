import CBoostMath

/// Student's t distribution with ν degrees of freedom, not necessarily whole.
///
/// ```
/// f(x) = (1 + x²/ν)^(−(ν+1)/2) / (√ν B(½, ν/2))
/// ```
public struct StudentT: Distribution {
  public let degreesOfFreedom: Double

  /// - Precondition: `degreesOfFreedom > 0`.
  public init(degreesOfFreedom: Double) {
    precondition(degreesOfFreedom > 0, "\(degreesOfFreedom) degrees of freedom")
    self.degreesOfFreedom = degreesOfFreedom
  }

  /// 0, or NaN for ν ≤ 1, where no mean exists.
  public var mean: Double { degreesOfFreedom > 1 ? 0 : .nan }
  /// ν / (ν − 2); infinite for 1 < ν ≤ 2, NaN below.
  public var variance: Double {
    if degreesOfFreedom > 2 { return degreesOfFreedom / (degreesOfFreedom - 2) }
    return degreesOfFreedom > 1 ? .infinity : .nan
  }
  public func density(_ x: Double) -> Double { boost_student_t_density(x, degreesOfFreedom) }
  public func logDensity(_ x: Double) -> Double {
    let v = degreesOfFreedom
    let beta =
      SpecialFunctions.logGamma(0.5 * (v + 1)) - SpecialFunctions.logGamma(0.5 * v)
      - 0.5 * log(v * .pi)
    return beta - 0.5 * (v + 1) * log1p(x * x / v)
  }
  public func cumulative(_ x: Double) -> Double { boost_student_t_lower(x, degreesOfFreedom) }
  public func upper(_ x: Double) -> Double { boost_student_t_upper(x, degreesOfFreedom) }
  public func quantile(_ p: Double) -> Double { boost_student_t_quantile(p, degreesOfFreedom) }
  public func upperQuantile(_ q: Double) -> Double {
    boost_student_t_upper_quantile(q, degreesOfFreedom)
  }

  /// P(|T| > |t|): the p-value of a two-sided test.
  public func twoSidedPValue(_ t: Double) -> Double { min(1, 2 * upper(abs(t))) }
}
