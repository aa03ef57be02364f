import CaseloadMath

/// The limit distribution of an estimated break date, in units of the data's own information.
///
/// ```
/// argmax over s of V(s):   V(s) = W₁(−s) − |s|/2                     s ≤ 0
///                          V(s) = √ξ (φ₂/φ₁) W₂(s) − ξ |s|/2         s > 0
/// ```
///
/// W₁, W₂ are independent Brownian motions, ξ the ratio of the information on the change after and
/// before the break and φᵢ the standard deviations of its errors.
///
/// - Source: Bai (1997), *Review of Economics and Statistics* 79, 551–563, appendix B.
struct BreakDateDistribution {
  /// ξ.
  let informationRatio: Double
  /// φ₂/φ₁.
  let deviationRatio: Double

  /// P(argmax V ≤ x).
  func cumulative(_ x: Double) -> Double {
    let xi = informationRatio
    let phi = xi * deviationRatio * deviationRatio
    let size = abs(x)
    let root = size.squareRoot()
    if x < 0 {
      let ratio = xi / phi
      let a = -exp(-size / 8) * root / Self.rootTwoPi
      let b =
        phi / xi * (phi + 2 * xi) / (phi + xi)
        * exp(0.5 * ratio * (1 + ratio) * size + Self.logUpper((0.5 + ratio) * root))
      let c =
        (size / 2 - 2 + (phi + 2 * xi) * (phi + 2 * xi) / ((phi + xi) * xi))
        * Normal.standard.upper(root / 2)
      return a - b + c
    }
    let ratio = xi * xi / phi
    let a = ratio.squareRoot() * exp(-ratio * size / 8) * root / Self.rootTwoPi
    let b =
      xi / phi * (2 * phi + xi) / (phi + xi)
      * exp(0.5 * (phi + xi) * size + Self.logUpper((phi + xi / 2) / phi.squareRoot() * root))
    let c =
      ((2 * phi + xi) * (2 * phi + xi) / ((phi + xi) * phi) - 2 + ratio * size / 2)
      * Normal.standard.upper(ratio.squareRoot() * root / 2)
    return 1 + a + b - c
  }

  /// The x with P(argmax V ≤ x) = `p` on the side of zero where it lies; `nil` where zero alone
  /// is not between the two tails, as can happen with very unequal variances.
  func quantile(_ p: Double) -> Double? {
    let atZero = cumulative(0)
    let isLower = p < 0.5
    guard atZero.isFinite, isLower ? atZero > p : atZero < p else { return nil }
    let sign: Double = isLower ? -1 : 1
    func reached(_ size: Double) -> Bool {
      isLower ? cumulative(-size) <= p : cumulative(size) >= p
    }
    var high = 1.0
    while !reached(high), high < 1e12 { high *= 2 }
    guard high < 1e12 else { return nil }
    var low = 0.0
    for _ in 0..<100 {
      let middle = 0.5 * (low + high)
      if reached(middle) { high = middle } else { low = middle }
    }
    return sign * 0.5 * (low + high)
  }

  private static let rootTwoPi = (2 * Double.pi).squareRoot()

  /// ln P(Z > z), beyond the smallest double by Mills' ratio.
  private static func logUpper(_ z: Double) -> Double {
    if z < 30 { return log(Normal.standard.upper(z)) }
    let w = 1 / (z * z)
    // Abramowitz & Stegun 26.2.12; the next term is below 1e-9.
    return -0.5 * z * z - log(z * rootTwoPi) + log1p(-w + 3 * w * w - 15 * w * w * w)
  }
}
