import CaseloadMath

/// The bisquare loss scaled to end at 1, whose mean defines a scale with a breakdown point.
///
/// ```
/// χ(u) = 1 − (1 − (u/c)²)³ for |u| ≤ c, else 1;   Σ χ(rᵢ/s) = (n − p)/2
/// ```
///
/// - Source: Rousseeuw & Yohai (1984), "Robust regression by means of S-estimators", in *Robust and
///   Nonlinear Time Series Analysis*, 256–272.
struct BisquareScale: Sendable {
  /// The constant at which E χ(u) = ½ for a normal u, to the six digits by custom: a breakdown point
  /// of 50 %, and consistency.
  static let halfBreakdown = 1.54764
  /// E χ(u), so that the scale is consistent for normal errors.
  static let target = 0.5

  let c = BisquareScale.halfBreakdown

  /// χ(u).
  func chi(_ u: Double) -> Double {
    let square = (u / c) * (u / c)
    guard square < 1 else { return 1 }
    return square * (3 + square * (square - 3))
  }

  /// χ′(u).
  func slope(_ u: Double) -> Double {
    let square = (u / c) * (u / c)
    guard square < 1 else { return 0 }
    return 6 * u / (c * c) * (1 - square) * (1 - square)
  }

  /// Σ χ(rᵢ/s).
  func total(_ residuals: [Double], scale: Double) -> Double {
    let r = residuals.span
    let inverse = 1 / scale
    var sum = 0.0
    for i in r.indices { sum += chi(r[i] * inverse) }
    return sum
  }

  /// The s at which Σ χ(rᵢ/s) = `target`·`degreesOfFreedom`.
  ///
  /// Newton's method on ln s, guarded by bisection: the sum falls as s grows.
  ///
  /// - Parameters:
  ///   - residuals: any number.
  ///   - degreesOfFreedom: n − p, positive.
  ///   - start: a positive first guess.
  /// - Returns: 0 where so many residuals vanish that there is no such s.
  func scale(_ residuals: [Double], degreesOfFreedom: Double, from start: Double) -> Double {
    let goal = Self.target * degreesOfFreedom
    let largest = residuals.reduce(0) { max($0, abs($1)) }
    let nonzero = residuals.count { abs($0) > 1e-14 * largest }
    guard Double(nonzero) > goal, start > 0 else { return 0 }
    // At the lower end every nonzero residual counts 1, at the upper end the sum is below the goal.
    var (low, high) = (log(1e-15 * largest), log(10 * largest * Double(residuals.count)))
    var t = min(max(log(start), low), high)
    for _ in 0..<200 {
      let s = exp(t)
      let excess = total(residuals, scale: s) - goal
      if excess > 0 { low = t } else { high = t }
      var slope = 0.0
      for r in residuals { slope -= self.slope(r / s) * r / s }
      var next = slope < 0 ? t - excess / slope : .infinity
      if !(next > low && next < high) { next = 0.5 * (low + high) }
      let step = abs(next - t)
      t = next
      if step < 1e-15 { break }
    }
    return exp(t)
  }
}
