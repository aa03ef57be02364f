import CaseloadMath

/// The range of k independent standard normal values: the studentized range for infinitely many
/// degrees of freedom.
///
/// ```
/// P(Q ≤ q) = k ∫ φ(z) (Φ(z) − Φ(z − q))^(k−1) dz
/// ```
///
/// - Source: Tukey (1953); Harter (1960), *Annals of Mathematical Statistics* 31, 1122–1147. As R's
///   `ptukey(q, k, Inf)` and `qtukey(p, k, Inf)`.
enum StudentizedRange {
  /// - Precondition: at least two groups.
  static func cumulative(_ q: Double, groups k: Int) -> Double {
    precondition(k > 1)
    guard q > 0 else { return 0 }
    let normal = Normal.standard
    // The integrand and all its derivatives vanish at both ends, so that the trapezoidal rule is
    // exact to rounding from a step of about a quarter on.
    let step = 0.0625
    let (low, high) = (-9.0, 9.0 + q)
    var sum = Accumulator()
    var z = low
    while z <= high {
      // z is the largest of the k values.
      let below = normal.cumulative(z) - normal.cumulative(z - q)
      sum.add(normal.density(z) * pow(max(0, below), Double(k - 1)))
      z += step
    }
    return min(1, Double(k) * sum.value * step)
  }

  /// - Precondition: 0 < `p` < 1 and at least two groups.
  static func quantile(_ p: Double, groups k: Int) -> Double {
    precondition(p > 0 && p < 1 && k > 1)
    var (low, high) = (0.0, 1.0)
    while cumulative(high, groups: k) < p, high < 64 { high *= 2 }
    for _ in 0..<60 {
      let middle = 0.5 * (low + high)
      guard middle > low, middle < high else { break }
      if cumulative(middle, groups: k) < p { low = middle } else { high = middle }
    }
    return 0.5 * (low + high)
  }
}
