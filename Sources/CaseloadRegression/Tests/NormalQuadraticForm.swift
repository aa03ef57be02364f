import CaseloadData
import CaseloadMath

/// The distribution of Σ λⱼ zⱼ², z independent standard normal, at zero.
///
/// ```
/// P(Σ λⱼzⱼ² ≤ 0) = ½ − (1/π) ∫₀^∞ Im φ(u) du/u,    φ(u) = Π (1 − i λⱼ u)^(−½)
/// ```
///
/// With u = eˢ the integrand is analytic in the strip |Im s| < π/2 and falls exponentially on both
/// sides, so that the trapezoidal rule converges exponentially; each square root is the principal
/// one, so no angle has to be unwrapped.
///
/// - Sources: Imhof (1961), *Biometrika* 48, 419–426, eq. 3.2; Trefethen & Weideman (2014), *SIAM
///   Review* 56, 385–458 (why the trapezoidal rule).
enum NormalQuadraticForm {
  /// P(Σ λⱼzⱼ² ≤ 0), to an absolute error of about 1e-12.
  ///
  /// - Throws: ``DiagnosticCode/notConverged`` when halving the step still moves the result.
  static func probabilityNotPositive(_ weights: [Double]) throws(Diagnostic) -> Double {
    let largest = weights.reduce(0) { max($0, abs($1)) }
    guard largest > 0 else { return 1 }
    if weights.allSatisfy({ $0 >= 0 }) { return 0 }
    if weights.allSatisfy({ $0 <= 0 }) { return 1 }
    let scaled = weights.map { $0 / largest }
    var step = 0.1
    var previous = integral(scaled, step: step, offset: 0)
    for _ in 0..<6 {
      let finer = 0.5 * (previous + integral(scaled, step: step, offset: step / 2))
      step /= 2
      if abs(finer - previous) < 1e-12 { return min(1, max(0, 0.5 - finer / .pi)) }
      previous = finer
    }
    throw Diagnostic(
      .notConverged, .error,
      Text(
        en: "The exact p-value could not be computed to its tolerance.",
        zh: "精确 p 值未能算到所需精度。"),
      hint: Text(en: "Use the normal approximation.", zh: "请改用正态近似。"))
  }

  /// ∫ Im φ(eˢ) ds by the trapezoidal rule on the points `offset` + k·`step`.
  private static func integral(_ weights: [Double], step: Double, offset: Double) -> Double {
    var sum = Accumulator()
    // Im φ(u) ≈ ½ u Σλ for small u: below e^−48 nothing is left of it.
    let smallest = -48 - log(Double(weights.count))
    var s = (smallest / step).rounded() * step + offset
    while s < 400 {
      let u = exp(s)
      // The product of (1 − iλu)^½, real and imaginary part.
      var (re, im) = (1.0, 0.0)
      for weight in weights {
        let t = -weight * u
        let root = ((1 + t * t).squareRoot() + 1) / 2
        let a = root.squareRoot()
        let b = t / (2 * a)
        (re, im) = (re * a - im * b, re * b + im * a)
        if abs(re) + abs(im) > 1e150 { break }
      }
      let size = re * re + im * im
      sum.add(-im / size)
      if size > 1e36 { break }
      s += step
    }
    return sum.value * step
  }
}
