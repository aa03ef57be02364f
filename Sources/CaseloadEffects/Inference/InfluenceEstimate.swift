import CaseloadData
import CaseloadMath

/// What a design reports of one of its averages: by influence functions and the normal distribution,
/// on the scale of the answer.
enum InfluenceEstimate {
  /// The estimate; without standard error and interval where the influences do not define one.
  ///
  /// - Parameters:
  ///   - average: on the grid's scale.
  ///   - level: of the interval.
  ///   - scale: `log` for an average of logarithms that is reported as a rate.
  /// - Returns: the estimate on `scale`.
  static func estimate(_ average: AverageEffect, level: Double, scale: EffectEstimate.Scale)
    -> Estimate
  {
    estimate(average.value, average.standardError, level: level, scale: scale)
  }

  /// The estimate from its standard error.
  ///
  /// - Parameters:
  ///   - value: on the grid's scale.
  ///   - error: of `value`; 0 counts as not defined.
  ///   - level: of the interval.
  ///   - scale: `log` for logarithms that are reported as rates.
  /// - Returns: the estimate on `scale`.
  static func estimate(
    _ value: Double, _ error: Double?, level: Double, scale: EffectEstimate.Scale
  ) -> Estimate {
    let error = error.flatMap { $0 > 0 && $0.isFinite ? $0 : nil }
    let z = Normal.standard.upperQuantile((1 - level) / 2)
    let result = Estimate(
      value: value, standardError: error, lower: error.map { value - z * $0 },
      upper: error.map { value + z * $0 }, level: level,
      pValue: error.map { min(1, 2 * Normal.standard.upper(abs(value / $0))) })
    return rate(result, scale)
  }

  /// The estimate as a rate where it is one of logarithms.
  static func rate(_ estimate: Estimate, _ scale: EffectEstimate.Scale) -> Estimate {
    scale == .log ? estimate.transformed(derivative: exp(estimate.value), expm1) : estimate
  }

  /// A point of a path from an estimate.
  ///
  /// - Parameters:
  ///   - eventTime: periods since the start.
  ///   - estimate: on the scale of the answer; `nil` for a period without an effect.
  ///   - observed: in the outcome's units.
  ///   - counterfactual: in the outcome's units.
  /// - Returns: the point.
  static func point(
    _ eventTime: Int, _ estimate: Estimate?, observed: Double? = nil, counterfactual: Double? = nil
  ) -> EffectEstimate.Point {
    EffectEstimate.Point(
      eventTime: eventTime, observed: observed, counterfactual: counterfactual,
      effect: estimate?.value, standardError: estimate?.standardError, lower: estimate?.lower,
      upper: estimate?.upper)
  }
}
