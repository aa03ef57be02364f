import CaseloadData
import CaseloadMath

/// The autocorrelations and partial autocorrelations of a series, with their bands.
///
/// ```
/// rₖ = Σ (yₜ − ȳ)(yₜ₋ₖ − ȳ) / Σ (yₜ − ȳ)²
/// φₖₖ = (rₖ − Σⱼ φₖ₋₁,ⱼ rₖ₋ⱼ) / (1 − Σⱼ φₖ₋₁,ⱼ rⱼ),   φₖⱼ = φₖ₋₁,ⱼ − φₖₖ φₖ₋₁,ₖ₋ⱼ,   j < k
/// white noise   ± z / √n
/// moving average of order k − 1 (Bartlett)   ± z √((1 + 2 Σⱼ₌₁ᵏ⁻¹ rⱼ²) / n)
/// ```
///
/// Divisor n at every lag. Missing values are passed over, and n counts the others.
///
/// - Sources: Box, Jenkins, Reinsel & Ljung (2015), *Time Series Analysis*, 5th ed., §2.1, §3.2.5
///   (Durbin's recursion); Bartlett (1946), *Supplement to the Journal of the Royal Statistical
///   Society* 8, 27–41. As R's `acf` and `pacf`.
public struct Correlogram: Codable, Sendable, Equatable {
  /// r₁, r₂, …
  public let autocorrelations: [Double]
  /// φ₁₁, φ₂₂, …
  public let partialAutocorrelations: [Double]
  /// n.
  public let observationCount: Int
  /// The coverage of the bands, as a fraction.
  public let level: Double
  /// z / √n, on both sides of zero: the band of a series without autocorrelation, for both.
  public let band: Double
  /// Bartlett's half width at each lag, for the autocorrelations.
  public let movingAverageBands: [Double]

  /// - Parameters:
  ///   - series: values in the order of time; NaN where missing.
  ///   - lags: the highest lag, at most one less than the number of values.
  ///   - level: the coverage of the bands.
  /// - Throws: ``DiagnosticCode/illegalOption`` for a lag below 1 or a level outside (0, 1);
  ///   ``DiagnosticCode/notIdentified`` for a constant series or one with too many gaps.
  public init(_ series: [Double], lags: Int, level: Double = 0.95) throws(Diagnostic) {
    guard lags >= 1, level > 0, level < 1 else {
      throw Diagnostic(
        .illegalOption, .error,
        Text(
          en: "Autocorrelations need a lag of 1 or more and a coverage between 0 and 1.",
          zh: "自相关需要不小于 1 的滞后阶数以及 0 到 1 之间的覆盖率。"),
        hint: Text(en: "Use two seasons, and 0.95.", zh: "例如取两个季节长度与 0.95。"))
    }
    let r = Descriptive.autocorrelations(series, maxLag: lags)
    guard !r.isEmpty, r.allSatisfy(\.isFinite) else {
      throw Diagnostic(
        .notIdentified, .error,
        Text(
          en: "The series has no variation, or too many gaps, for autocorrelations.",
          zh: "序列没有变动或缺失过多，无法计算自相关。"),
        hint: Text(
          en: "Use fewer lags, or a part of the series without gaps.",
          zh: "请减少滞后阶数，或使用没有缺失的部分。"))
    }
    autocorrelations = r
    partialAutocorrelations = Self.partial(r)
    observationCount = series.count { !$0.isNaN }
    self.level = level
    let z = Normal.standard.quantile((1 + level) / 2)
    let n = Double(observationCount)
    band = z / n.squareRoot()
    var sum = 0.0
    movingAverageBands = r.map { r in
      defer { sum += r * r }
      return z * ((1 + 2 * sum) / n).squareRoot()
    }
  }

  /// Durbin's recursion.
  static func partial(_ r: [Double]) -> [Double] {
    var coefficients: [Double] = []
    return r.indices.map { k in
      var numerator = r[k]
      var denominator = 1.0
      for (j, coefficient) in coefficients.enumerated() {
        numerator -= coefficient * r[k - 1 - j]
        denominator -= coefficient * r[j]
      }
      let partial = denominator > 0 ? numerator / denominator : 0
      let previous = coefficients
      for j in coefficients.indices {
        coefficients[j] = previous[j] - partial * previous[k - 1 - j]
      }
      coefficients.append(partial)
      return partial
    }
  }
}
