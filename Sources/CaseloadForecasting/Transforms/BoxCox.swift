import CaseloadData
import CaseloadMath

/// The power transformation of Box and Cox, for any sign of the data.
///
/// ```
/// z = (sign(y) |y|^λ − 1)/λ,   z = ln y for λ = 0
/// y = sign(λz + 1) |λz + 1|^(1/λ),   y = exp z
/// ```
///
/// With λ > 0 every number has an image, so that zeros do no harm; a logarithm needs y > 0.
///
/// - Sources: Box & Cox (1964), *Journal of the Royal Statistical Society* B 26, 211–252; the signed
///   form is that of Bickel & Doksum (1981), *JASA* 76, 296–311.
public struct BoxCox: Sendable, Equatable, Codable {
  /// λ, from 0 to 1 in the models; 1 shifts the data and no more.
  public let lambda: Double

  public init(lambda: Double) { self.lambda = lambda }

  public func callAsFunction(_ y: Double) -> Double {
    if lambda == 0 { return log(y) }
    if y <= 0 { return (-pow(-y, lambda) - 1) / lambda }
    // y^λ − 1 has no digits left for a small λ.
    return expm1(lambda * log(y)) / lambda
  }

  /// The value that is transformed into `z`.
  public func inverse(_ z: Double) -> Double {
    if lambda == 0 { return exp(z) }
    let x = lambda * z + 1
    return x > 0 ? exp(log1p(lambda * z) / lambda) : -pow(-x, 1 / lambda)
  }

  /// The same where the data are known to be positive: 0 for what no positive value is turned into.
  public func positiveInverse(_ z: Double) -> Double { max(0, inverse(z)) }

  /// The mean of the inverse, to the second order, where z has the mean `z` and `variance`.
  ///
  /// ```
  /// E y ≈ y(z) (1 + ½ σ² (1 − λ)/y(z)^(2λ))
  /// ```
  ///
  /// - Source: Guerrero (1993), *Journal of Forecasting* 12, 37–48, eq. 10.
  public func inverseMean(_ z: Double, variance: Double) -> Double {
    let y = inverse(z)
    let spread = pow(abs(y), 2 * lambda)
    return spread > 0 ? y * (1 + 0.5 * variance * (1 - lambda) / spread) : y
  }

  /// ln |dz/dy| = (λ − 1) ln |y|, summed over `values`; missing ones and zeros count nothing.
  public func logJacobian(_ values: [Double]) -> Double {
    var sum = Accumulator()
    for y in values where !y.isNaN && y != 0 { sum.add(log(abs(y))) }
    return (lambda - 1) * sum.value
  }

  /// Guerrero's choice: the λ at which the spread of a season relates least to its level.
  ///
  /// The series is cut from its end into seasons (pairs of values without one), and the coefficient
  /// of variation of sᵢ/ȳᵢ^(1 − λ) is made least.
  ///
  /// - Parameters:
  ///   - values: positive; NaN where missing.
  ///   - period: m.
  ///   - range: where to look; R's `BoxCox.lambda` looks in −1…2.
  /// - Returns: 1 where the series has at most two seasons, or its seasons no spread.
  /// - Source: Guerrero (1993), *Journal of Forecasting* 12, 37–48.
  public static func guerrero(
    _ values: [Double], period: Int, in range: ClosedRange<Double> = 0...1
  )
    -> BoxCox
  {
    guard values.count > 2 * period else { return BoxCox(lambda: 1) }
    let length = max(2, period)
    let seasons = values.count / length
    let first = values.count - seasons * length
    let parts: [(mean: Double, deviation: Double)] = (0..<seasons).compactMap { season in
      let from = first + season * length
      let part = values[from..<(from + length)].filter { !$0.isNaN }
      guard let mean = Descriptive.mean(part), let deviation = Descriptive.standardDeviation(part)
      else { return nil }
      return (mean, deviation)
    }
    guard parts.count > 1, parts.contains(where: { $0.deviation > 0 }) else {
      return BoxCox(lambda: 1)
    }
    let unit = parts.reduce(0) { $0 + $1.mean } / Double(parts.count)
    guard unit > 0 else { return BoxCox(lambda: 1) }
    let minimum = Brent.minimum(in: range, tolerance: 1e-7) { lambda in
      let ratios = parts.map { $0.deviation / unit / pow($0.mean / unit, 1 - lambda) }
      guard let mean = Descriptive.mean(ratios),
        let deviation = Descriptive.standardDeviation(ratios), mean > 0
      else { return .infinity }
      return deviation / mean
    }
    return BoxCox(lambda: minimum.termination == .failed ? 1 : minimum.point[0])
  }
}

/// Whether a model transforms the data first.
public enum Transformation: String, Codable, Sendable, CaseIterable {
  case none
  /// λ = 0.
  case log
  /// Guerrero's λ within 0…1 where all values are positive, none elsewhere.
  case automatic

  /// The transformation that suits `series`; `nil` for none.
  ///
  /// - Throws: ``DiagnosticCode/modelNotApplicable`` for a logarithm of values at or below zero.
  func boxCox(for series: TimeSeries) throws(Diagnostic) -> BoxCox? {
    let isPositive = series.values.allSatisfy { $0.isNaN || $0 > 0 }
    switch self {
    case .none: return nil
    case .log:
      guard isPositive else {
        throw Diagnostic(
          .modelNotApplicable, .error,
          Text(en: "A logarithm needs values above zero.", zh: "取对数要求数值大于零。"),
          hint: Text(
            en: "Use --set transformation=none.", zh: "请用 --set transformation=none。"))
      }
      return BoxCox(lambda: 0)
    case .automatic:
      guard isPositive else { return nil }
      let chosen = BoxCox.guerrero(series.values, period: series.seasonLength)
      return chosen.lambda < 1 ? chosen : nil
    }
  }
}
