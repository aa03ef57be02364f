import CaseloadData
import CaseloadMath

/// Turns numbers on the scale of a grid into what a design reports: rates from logarithms, with t
/// intervals on as many degrees of freedom as there are clusters less one.
struct DesignScale {
  let scale: EffectEstimate.Scale
  let level: Double
  let degreesOfFreedom: Double

  /// - Parameters:
  ///   - scale: of the report.
  ///   - level: of the intervals.
  ///   - clusters: how many the variance rests on.
  init(_ scale: EffectEstimate.Scale, level: Double, clusters: Int) {
    self.scale = scale
    self.level = level
    degreesOfFreedom = Double(max(1, clusters - 1))
  }

  /// How many standard errors an interval reaches.
  var margin: Double { StudentT(degreesOfFreedom: degreesOfFreedom).upperQuantile((1 - level) / 2) }

  /// On the grid's scale.
  func plain(_ value: Double, _ variance: Double?) -> Estimate {
    let error = variance.flatMap { $0 > 0 ? $0.squareRoot() : nil }
    let margin = margin
    return Estimate(
      value: value, standardError: error, lower: error.map { value - margin * $0 },
      upper: error.map { value + margin * $0 }, level: level,
      pValue: error.map {
        StudentT(degreesOfFreedom: degreesOfFreedom).twoSidedPValue(value / $0)
      })
  }

  /// As it is reported.
  func estimate(_ value: Double, _ variance: Double?) -> Estimate {
    reported(plain(value, variance))
  }

  /// A rate where the grid holds logarithms.
  func reported(_ estimate: Estimate) -> Estimate {
    scale == .log
      ? estimate.transformed(derivative: exp(estimate.value)) { expm1($0) } : estimate
  }

  /// One event time of a path.
  ///
  /// - Parameters:
  ///   - eventTime: periods since the start.
  ///   - value: on the grid's scale.
  ///   - variance: `nil` where it is not defined.
  ///   - critical: how many standard errors the simultaneous band reaches.
  /// - Returns: the point, without a calendar period.
  func point(_ eventTime: Int, _ value: Double, _ variance: Double?, critical: Double?)
    -> EffectEstimate.Point
  {
    let own = plain(value, variance)
    let shown = reported(own)
    func end(_ direction: Double) -> Double? {
      guard let critical, let error = own.standardError else { return nil }
      let end = value + direction * critical * error
      return scale == .log ? expm1(end) : end
    }
    return EffectEstimate.Point(
      eventTime: eventTime, effect: shown.value, standardError: shown.standardError,
      lower: shown.lower, upper: shown.upper, simultaneousLower: end(-1),
      simultaneousUpper: end(1))
  }

  /// A smallest detectable effect as a report shows it: a fall, on the scale of rates.
  func detectable(_ effect: Double?) -> Double? {
    scale == .log ? effect.map { -expm1(-$0) } : effect
  }
}
