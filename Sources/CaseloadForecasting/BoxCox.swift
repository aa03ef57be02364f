import CaseloadMath

/// The power transformation, and the choice of its exponent.
///
/// ```
/// g(y) = (sign(y) |y|^λ − 1)/λ,   ln y for λ = 0
/// ```
///
/// - Source: Box & Cox (1964), *Journal of the Royal Statistical Society* B 26, 211–243; the sign for values
///   below zero is that of Bickel & Doksum (1981), *JASA* 76, 296–311.
public struct BoxCox: Sendable, Equatable, Codable {
  public let lambda: Double

  public init(lambda: Double) { self.lambda = lambda }

  /// g(y); NaN where it is not defined.
  public func transformed(_ y: Double) -> Double {
    if lambda == 0 { return y > 0 ? log(y) : .nan }
    if lambda < 0, y <= 0 { return .nan }
    let power = pow(abs(y), lambda)
    return ((y < 0 ? -power : power) - 1) / lambda
  }

  /// g⁻¹(x); infinite or NaN outside the range of g.
  public func inverted(_ x: Double) -> Double {
    if lambda == 0 { return exp(x) }
    let base = lambda * x + 1
    if lambda < 0, base <= 0 { return base == 0 ? .infinity : .nan }
    let power = pow(abs(base), 1 / lambda)
    return base < 0 ? -power : power
  }

  /// Guerrero's exponent: the one that makes the ratio of spread to level most alike over the seasons.
  ///
  /// ```
  /// minimize over λ the coefficient of variation of sᵢ/ȳᵢ^(1−λ),  i the seasons (pairs without one)
  /// ```
  ///
  /// Agrees with R's `BoxCox.lambda(method = "guerrero")` to its search's tolerance.
  ///
  /// - Parameters:
  ///   - values: NaN where missing.
  ///   - season: m.
  ///   - range: where to look; from 0 where a value is not positive.
  /// - Returns: 1 up to two seasons of values.
  /// - Source: Guerrero (1993), *Journal of Forecasting* 12, 37–48.
  public static func guerrero(
    _ values: [Double], season: Int, in range: ClosedRange<Double> = -1...2
  ) -> Double {
    guard values.count > 2 * season else { return 1 }
    let isPositive = values.allSatisfy { $0.isNaN || $0 > 0 }
    let lower = isPositive ? range.lowerBound : max(0, range.lowerBound)
    guard lower < range.upperBound else { return 1 }
    let length = max(2, season)
    let groups = values.count / length
    let first = values.count - groups * length
    var moments: [(mean: Double, deviation: Double)] = []
    for i in 0..<groups {
      let group = values[(first + i * length)..<(first + (i + 1) * length)].filter { !$0.isNaN }
      guard let mean = Descriptive.mean(group),
        let deviation = Descriptive.standardDeviation(group)
      else { continue }
      moments.append((mean, deviation))
    }
    // The optimizer of R begins at the golden section, to a tolerance of ε^¼.
    let best = Brent.minimum(in: lower...range.upperBound, tolerance: 1e-7) { lambda in
      let ratios = moments.map { $0.deviation / pow($0.mean, 1 - lambda) }.filter { !$0.isNaN }
      guard let mean = Descriptive.mean(ratios),
        let deviation = Descriptive.standardDeviation(ratios)
      else { return .infinity }
      let variation = deviation / mean
      return variation.isNaN ? .infinity : variation
    }
    return best.point.first ?? 1
  }

  /// The exponent of greatest likelihood for a line with seasons, on a grid of 0.05.
  ///
  /// ```
  /// maximize over λ  −n/2 ln Σ rₜ²,   r the residuals of g(y)/ẏ^(λ−1) from 1, t and the seasons
  /// ```
  ///
  /// ẏ is the geometric mean. Agrees with R's `BoxCox.lambda(method = "loglik")`.
  ///
  /// - Parameters:
  ///   - values: positive; NaN where missing.
  ///   - season: m.
  ///   - firstSeason: the season of the first value; it does not matter to the result.
  ///   - range: the grid's ends.
  /// - Returns: `nil` for a value that is not positive; 1 up to two seasons of values.
  public static func likeliest(
    _ values: [Double], season: Int, firstSeason: Int = 0, in range: ClosedRange<Double> = -1...2
  ) -> Double? {
    guard values.count > 2 * season else { return 1 }
    let rows = values.indices.filter { !values[$0].isNaN }
    guard rows.allSatisfy({ values[$0] > 0 }) else { return nil }
    let logarithms = rows.map { log(values[$0]) }
    guard let mean = Descriptive.mean(logarithms) else { return nil }
    var columns = [rows.map { _ in 1.0 }, rows.map { Double($0 + 1) }]
    for s in 1..<max(1, season) {
      columns.append(rows.map { ($0 + firstSeason) % season == s ? 1 : 0 })
    }
    let design = Matrix(columns: columns)
    var best: (lambda: Double, squares: Double)?
    let steps = Int(((range.upperBound - range.lowerBound) / 0.05).rounded(.down))
    for i in 0...steps {
      let lambda = range.lowerBound + 0.05 * Double(i)
      // (ẏ/… : y/ẏ keeps the powers near 1.)
      let transformed = logarithms.map { x -> Double in
        let centered = x - mean
        return abs(lambda) < 1e-9 ? centered : expm1(lambda * centered) / lambda
      }
      guard let fit = try? LeastSquares(design, transformed) else { return nil }
      if fit.residualSumOfSquares < best?.squares ?? .infinity {
        best = (lambda, fit.residualSumOfSquares)
      }
    }
    return best?.lambda
  }
}
