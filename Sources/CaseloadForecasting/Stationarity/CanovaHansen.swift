import CaseloadMath

/// The test of Canova and Hansen, whose null hypothesis is a season that does not change.
///
/// ```
/// yₜ = μ + Σⱼ (aⱼ cos ωⱼt + bⱼ sin ωⱼt) + eₜ,   ωⱼ = 2πj/m,   m − 1 waves
/// L = tr(Ω⁻¹ Σₜ FₜFₜ′)/n²,   Fₜ = Σ_{i≤t} fᵢeᵢ,   fᵢ the waves at i
/// Ω = Σₖ (1 − |k|/(l + 1)) Σₜ fₜeₜ eₜ₊ₖfₜ₊ₖ′/n,   l = m (n/100)^¼, rounded
/// ```
///
/// L is compared with its limit, the integral of the square of m − 1 independent Brownian bridges. The
/// statistic agrees with `uroot::ch.test(type = "trig")`, whose p-values are simulated for finite n.
///
/// - Source: Canova & Hansen (1995), *Journal of Business & Economic Statistics* 13, 237–252, eqs. 8–11,
///   table 1.
public struct CanovaHansen: Sendable, Equatable {
  public let statistic: Double
  /// l.
  public let lags: Int
  /// m − 1.
  public let waveCount: Int

  /// The probability of a larger statistic if the season does not change.
  public var pValue: Double { BrownianBridges.upperTail(statistic, count: waveCount) }

  /// Tests `values`, of which none is missing, for a season of `m` periods.
  ///
  /// `nil` where the regression or Ω is not determined: for fewer than 2m values, or values that the
  /// waves fit exactly.
  public init?(_ values: [Double], season m: Int) {
    let n = values.count
    guard m > 1, n >= 2 * m else { return nil }
    let waves = Self.waves(n, m)
    // In units of the largest value, so that no square overflows.
    let unit = values.reduce(0) { max($0, abs($1)) }
    guard unit > 0 else { return nil }
    let design = Matrix(columns: [[Double](repeating: 1, count: n)] + waves)
    guard let fit = try? LeastSquares(design, values.map { $0 / unit }),
      fit.residualSumOfSquares > 1e-24 * Double(n)
    else { return nil }
    let e = fit.residuals
    let products = waves.map { wave in zip(wave, e).map { $0 * $1 } }
    let lags = min(n - 1, Int((Double(m) * pow(Double(n) / 100, 0.25)).rounded(.toNearestOrEven)))
    let k = m - 1
    var omega = [Double](repeating: 0, count: k * k)
    var sums = omega
    for i in 0..<k {
      for j in 0...i {
        let value = Self.longRunCovariance(products[i], products[j], lags)
        omega[i * k + j] = value
        omega[j * k + i] = value
      }
    }
    var running = [Double](repeating: 0, count: k)
    for t in 0..<n {
      for i in 0..<k { running[i] += products[i][t] }
      for i in 0..<k { for j in 0..<k { sums[i * k + j] += running[i] * running[j] } }
    }
    guard let trace = Self.traceOfQuotient(omega, sums, k) else { return nil }
    statistic = trace / (Double(n) * Double(n))
    self.lags = lags
    waveCount = k
  }

  /// cos and sin of every frequency; for an even m the last is (−1)ᵗ alone.
  private static func waves(_ n: Int, _ m: Int) -> [[Double]] {
    var columns: [[Double]] = []
    for j in 1...max(1, (m - 1) / 2) where 2 * j < m {
      let angles = (1...n).map { 2 * .pi * Double(j * $0 % m) / Double(m) }
      columns.append(angles.map { cos($0) })
      columns.append(angles.map { sin($0) })
    }
    if m % 2 == 0 { columns.append((1...n).map { $0 % 2 == 0 ? 1 : -1 }) }
    return columns
  }

  /// Bartlett's weights, both directions of the lag, over n.
  private static func longRunCovariance(_ a: [Double], _ b: [Double], _ lags: Int) -> Double {
    let n = a.count
    var sum = zip(a, b).reduce(0) { $0 + $1.0 * $1.1 }
    for lag in 1..<(lags + 1) {
      var products = 0.0
      for t in lag..<n { products += a[t] * b[t - lag] + a[t - lag] * b[t] }
      sum += (1 - Double(lag) / Double(lags + 1)) * products
    }
    return sum / Double(n)
  }

  /// tr(A⁻¹B) of symmetric k × k matrices; `nil` where A is not positive definite.
  private static func traceOfQuotient(_ a: [Double], _ b: [Double], _ k: Int) -> Double? {
    var factor = a
    guard SmallCholesky.factor(&factor, k) else { return nil }
    var trace = 0.0
    var column = [Double](repeating: 0, count: k)
    for j in 0..<k {
      for i in 0..<k { column[i] = b[i * k + j] }
      SmallCholesky.solve(factor, k, &column)
      trace += column[j]
    }
    return trace.isFinite ? trace : nil
  }
}

/// The integral of the square of p independent Brownian bridges over the unit interval.
///
/// ```
/// Q = Σₖ χ²ₖ(p)/(πk)²,   E exp(iuQ) = (z/sinh z)^{p/2},   z = √(−2iu) = (1 − i)√u
/// P(Q > x) = ½ + (1/π) ∫₀^∞ Im[exp(−iux) E exp(iuQ)]/u du
/// ```
///
/// The integral is taken over √u, where the integrand is smooth and falls like exp(−p √u/2).
///
/// - Sources: Anderson & Darling (1952), *Annals of Mathematical Statistics* 23, 193–212 (p = 1);
///   Gil-Pelaez (1951), *Biometrika* 38, 481–482 (the inversion).
enum BrownianBridges {
  /// P(Q > x).
  static func upperTail(_ x: Double, count p: Int) -> Double {
    guard x > 0, p > 0 else { return 1 }
    let half = 0.5 * Double(p)
    // Below exp(−40) nothing is left.
    let end = 40 / half + 4
    let panels = 2 * min(50_000, max(2000, Int(2 * min(x, 1e6) * end * end)))
    let step = end / Double(panels)
    // At 0 the integrand is 2 (E Q − x) a/a · a, which vanishes.
    var sum = 0.0
    for i in 1..<panels {
      sum += (i % 2 == 0 ? 2 : 4) * integrand(Double(i) * step, x, half)
    }
    let integral = sum * step / 3
    return min(1, max(0, 0.5 + integral / .pi))
  }

  /// 2 Im[exp(−ia²x) (z/sinh z)^{p/2}]/a at a = √u.
  private static func integrand(_ a: Double, _ x: Double, _ half: Double) -> Double {
    // ln(z/sinh z) = ln 2z − z − ln(1 − e^{−2z}),  z = a − ia.
    let decay = exp(-2 * a)
    let (real, imaginary) = (1 - decay * cos(2 * a), -decay * sin(2 * a))
    let modulus = (real * real + imaginary * imaginary).squareRoot()
    let logModulus = log(2 * 2.0.squareRoot() * a / modulus) - a
    // The real part is positive.
    let angle = -0.25 * .pi + a - asin(imaginary / modulus)
    return 2 * exp(half * logModulus) * sin(half * angle - a * a * x) / a
  }
}
