import CaseloadMath

/// The likelihood of the negative binomial's α = 1/θ at given means.
///
/// ```
/// ∂ℓ/∂α = Σ w [ Σ_{k<y} k/(1 + kα) + (ln(1 + αμ) − αμ/(1 + αμ))/α² − yμ/(1 + αμ) ]
/// ```
///
/// Everything is in α, where the Poisson is the point 0 and not a limit: the score there is
/// ½ Σ w [(y − μ)² − y], whose sign says whether the data are overdispersed at all.
///
/// - Sources: Lawless (1987), *Canadian Journal of Statistics* 15, 209–225, eqs. 2.4–2.6; Cameron &
///   Trivedi, *Regression Analysis of Count Data*, 2nd ed. (2013), §3.3.1.
struct NegativeBinomialDispersion {
  let y: [Double]
  let weights: [Double]?
  /// Σ of the weights of the responses above k, for k = 0, 1, …; `nil` where a response is no whole
  /// number or is too large to count to.
  private let tails: [Double]?

  private static let largestCounted = 4_000_000.0

  init(_ y: [Double], weights: [Double]?) {
    self.y = y
    self.weights = weights
    let largest = y.max() ?? 0
    guard largest <= Self.largestCounted, y.allSatisfy({ $0 == $0.rounded() }) else {
      tails = nil
      return
    }
    var tails = [Double](repeating: 0, count: Int(largest))
    for i in y.indices where y[i] > 0 { tails[Int(y[i]) - 1] += weights?[i] ?? 1 }
    for k in stride(from: tails.count - 2, through: 0, by: -1) { tails[k] += tails[k + 1] }
    self.tails = tails
  }

  /// ∂ℓ/∂α and ∂²ℓ/∂α² at `alpha`.
  func derivatives(_ alpha: Double, _ means: [Link.Mean]) -> (first: Double, second: Double) {
    var first = Accumulator()
    var second = Accumulator()
    if let tails {
      for k in tails.indices {
        let ratio = Double(k) / (1 + Double(k) * alpha)
        first.add(product: tails[k], ratio)
        second.add(product: -tails[k], ratio * ratio)
      }
    }
    for i in y.indices {
      let w = weights?[i] ?? 1
      let mu = means[i].value
      let t = alpha * mu
      let ratio = mu / (1 + t)
      let (g, slope) = Self.logarithmicTerm(t)
      first.add(product: w, mu * mu * g - y[i] * ratio)
      second.add(product: w, mu * mu * mu * slope + y[i] * ratio * ratio)
      if tails == nil {
        let (d1, d2) = Self.risingFactorial(y[i], alpha)
        first.add(product: w, d1)
        second.add(product: w, d2)
      }
    }
    return (first.value, second.value)
  }

  /// g(t) = (ln(1 + t) − t/(1 + t))/t² and g′(t); ½ and −2/3 at 0.
  private static func logarithmicTerm(_ t: Double) -> (value: Double, slope: Double) {
    if t < 0.05 {
      // g = Σ_{j≥0} (−t)ʲ (j + 1)/(j + 2).
      var (value, slope, power) = (0.0, 0.0, 1.0)
      for j in 0..<16 {
        let coefficient = Double(j + 1) / Double(j + 2)
        value += coefficient * power
        // The next term is −(j + 2)/(j + 3)·(−t)ʲ·t; its derivative takes (j + 1).
        slope -= Double(j + 1) * Double(j + 2) / Double(j + 3) * power
        power *= -t
      }
      return (value, slope)
    }
    let u = 1 + t
    let value = (log1p(t) - t / u) / (t * t)
    return (value, 1 / (t * u * u) - 2 * value / t)
  }

  /// The first two derivatives in α of ln Γ(θ + y) − ln Γ(θ) − y ln θ, for a y that is no whole
  /// number; at least 1e−6 from the Poisson, where they lose their digits.
  private static func risingFactorial(_ y: Double, _ alpha: Double) -> (Double, Double) {
    let theta = 1 / max(alpha, 1e-6)
    let psi = SpecialFunctions.digamma(theta + y) - SpecialFunctions.digamma(theta) - y / theta
    let slope =
      SpecialFunctions.trigamma(theta + y) - SpecialFunctions.trigamma(theta)
      + y / (theta * theta)
    let square = theta * theta
    return (-square * psi, square * square * slope + 2 * square * theta * psi)
  }

  /// The α ≥ 0 that maximizes the likelihood at given means, by Newton steps within a bracket.
  ///
  /// - Parameters:
  ///   - means: one a response.
  ///   - start: a first guess; 0 for none.
  /// - Returns: α, which is 0 where the likelihood falls from the Poisson on, and whether it was found
  ///   to rounding.
  func maximum(_ means: [Link.Mean], from start: Double) -> (alpha: Double, isConverged: Bool) {
    guard derivatives(0, means).first > 0 else { return (0, true) }
    var (lower, upper) = (0.0, Double.infinity)
    var alpha = start > 0 ? start : momentEstimate(means)
    for _ in 0..<200 {
      let (first, second) = derivatives(alpha, means)
      if first == 0 { return (alpha, true) }
      if first > 0 { lower = alpha } else { upper = alpha }
      var next = second < 0 ? alpha - first / second : .nan
      if !(next > lower && next < upper) {
        next = upper.isFinite ? 0.5 * (lower + upper) : 4 * alpha
      }
      if abs(next - alpha) <= 4 * alpha.ulp { return (next, true) }
      alpha = next
      if !alpha.isFinite || alpha == 0 { break }
    }
    return (alpha, alpha.isFinite && upper - lower <= 1e-10 * alpha)
  }

  /// Σ w ((y − μ)² − μ) / Σ w μ², or a small number where that is not positive.
  private func momentEstimate(_ means: [Link.Mean]) -> Double {
    var (excess, squares) = (0.0, 0.0)
    for i in y.indices {
      let w = weights?[i] ?? 1
      let mu = means[i].value
      excess += w * ((y[i] - mu) * (y[i] - mu) - mu)
      squares += w * mu * mu
    }
    let estimate = excess / squares
    return estimate > 1e-8 && estimate.isFinite ? estimate : 1e-3
  }
}
