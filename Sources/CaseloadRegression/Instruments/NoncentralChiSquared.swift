import CaseloadMath

/// The noncentral χ² distribution as a mixture of central ones.
///
/// ```
/// P(X > q) = Σⱼ e^(−δ/2) (δ/2)ʲ/j! · P(χ²(k + 2j) > q)
/// ```
///
/// - Source: Johnson, Kotz & Balakrishnan, *Continuous Univariate Distributions* 2 (1995), eq. 29.2.
struct NoncentralChiSquared {
  let degreesOfFreedom: Double
  let noncentrality: Double

  func upper(_ q: Double) -> Double {
    guard q > 0 else { return 1 }
    let half = noncentrality / 2
    // Ten standard deviations and more on either side: what is left is below 1e-20.
    let spread = 10 * half.squareRoot() + 40
    let first = Int(max(0, half - spread))
    var logWeight = -half
    var sum = 0.0
    for j in 0...Int(half + spread) {
      if j > 0 { logWeight += log(half / Double(j)) }
      guard j >= first else { continue }
      sum +=
        exp(logWeight) * ChiSquared(degreesOfFreedom: degreesOfFreedom + 2 * Double(j)).upper(q)
    }
    return min(1, sum)
  }

  /// q with P(X > q) = `p`, by bisection to the last digits.
  func upperQuantile(_ p: Double) -> Double {
    let mean = degreesOfFreedom + noncentrality
    var (low, high) = (0.0, mean)
    while upper(high) > p { (low, high) = (high, 2 * high) }
    for _ in 0..<80 where high - low > 1e-14 * high {
      let middle = 0.5 * (low + high)
      if upper(middle) > p { low = middle } else { high = middle }
    }
    return 0.5 * (low + high)
  }
}
