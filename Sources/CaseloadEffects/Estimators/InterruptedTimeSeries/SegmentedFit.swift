import CaseloadData
import CaseloadMath
import CaseloadRegression

/// A fitted segmented regression: whatever the errors, an estimate of any contrast.
struct SegmentedFit: Sendable {
  /// How lᵀβ is distributed.
  indirect enum Law: Sendable {
    /// Student's t, or the normal distribution for infinite degrees of freedom.
    case student(Matrix, @Sendable ([Double]) -> Double)
    case integrated(IntegratedAutoregression)
    /// The data are fitted exactly, so that no error can be estimated.
    case exact
    /// That of a contrast of fewer coefficients, where some columns had to be left out.
    case reduced(Law, @Sendable ([Double]) -> [Double])
  }

  let names: [String]
  let coefficients: [Double]
  let law: Law
  /// ρ̂ of a first-order autoregression; `nil` for other errors.
  let autocorrelation: Double?
  /// The residuals, free of the autocorrelation that the errors' model has.
  let innovations: [Double]
  /// Coefficients of the errors' model: what a portmanteau test takes off.
  let errorParameters: Int
  /// How the interval is found.
  let reason: Text
  let diagnostics: [Diagnostic]

  /// The estimate of lᵀβ; without an error where none can be estimated.
  func estimate(of contrast: [Double], level: Double) -> Estimate {
    estimate(of: contrast, level: level, value: product(contrast, coefficients), law)
  }

  private func estimate(of contrast: [Double], level: Double, value: Double, _ law: Law)
    -> Estimate
  {
    switch law {
    case .reduced(let inner, let part):
      return estimate(of: part(contrast), level: level, value: value, inner)
    case .integrated(let mixture): return mixture.estimate(of: contrast, level: level)
    case .exact:
      return Estimate(
        value: value, standardError: nil, lower: nil, upper: nil, level: level, pValue: nil)
    case .student(let covariance, let degreesOfFreedom):
      let variance = product(contrast, covariance * contrast)
      let freedom = degreesOfFreedom(contrast)
      guard variance > 0, variance.isFinite, freedom > 0 else {
        return Estimate(
          value: value, standardError: nil, lower: nil, upper: nil, level: level, pValue: nil)
      }
      let error = variance.squareRoot()
      let (quantile, p): (Double, Double)
      if freedom.isInfinite {
        quantile = Normal.standard.upperQuantile((1 - level) / 2)
        p = min(1, 2 * Normal.standard.upper(abs(value / error)))
      } else {
        let t = StudentT(degreesOfFreedom: freedom)
        quantile = t.upperQuantile((1 - level) / 2)
        p = t.twoSidedPValue(value / error)
      }
      return Estimate(
        value: value, standardError: error, lower: value - quantile * error,
        upper: value + quantile * error, level: level, pValue: p)
    }
  }

  /// `nil` for a normal distribution or a mixture.
  func degreesOfFreedom(of contrast: [Double]) -> Double? {
    degreesOfFreedom(of: contrast, law)
  }

  private func degreesOfFreedom(of contrast: [Double], _ law: Law) -> Double? {
    if case .reduced(let inner, let part) = law {
      return degreesOfFreedom(of: part(contrast), inner)
    }
    guard case .student(_, let degrees) = law else { return nil }
    let value = degrees(contrast)
    return value.isFinite ? value : nil
  }

  private func product(_ a: [Double], _ b: [Double]) -> Double {
    zip(a, b).reduce(0) { $0 + $1.0 * $1.1 }
  }
}
