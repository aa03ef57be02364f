import CaseloadMath

/// What is known of some functionals of the counterfactual: mixtures of normal distributions, one
/// component a draw or a node of a quadrature.
///
/// ```
/// P(Y_f ≤ y) = Σᵢ wᵢ Φ((y − mᵢ)/sᵢ)
/// ```
///
/// Quantiles of the mixture are found by a safeguarded Newton iteration, not from draws of Y, which
/// takes the Monte-Carlo error of Φ's part out of them.
struct PredictiveMixture: Sendable {
  /// w, adding up to 1.
  private(set) var weights: [Double]
  /// One array a functional.
  private(set) var means: [[Double]]
  private(set) var deviations: [[Double]]

  init(weights: [Double], means: [[Double]], deviations: [[Double]]) {
    let total = weights.accurateSum
    // Components that weigh less than 1e-15 in all are left out.
    let least = 1e-15 * total / Double(max(1, weights.count))
    let kept = weights.indices.filter { weights[$0] >= least }
    let isWhole = kept.count == weights.count
    self.weights = kept.map { weights[$0] / total }
    self.means = isWhole ? means : means.map { values in kept.map { values[$0] } }
    self.deviations = isWhole ? deviations : deviations.map { values in kept.map { values[$0] } }
  }

  func mean(_ f: Int) -> Double {
    var sum = Accumulator()
    for (w, m) in zip(weights, means[f]) { sum.add(product: w, m) }
    return sum.value
  }

  func standardDeviation(_ f: Int) -> Double {
    let center = mean(f)
    var sum = Accumulator()
    for i in weights.indices {
      let (d, s) = (means[f][i] - center, deviations[f][i])
      sum.add(product: weights[i], d * d + s * s)
    }
    return max(0, sum.value).squareRoot()
  }

  /// P(Y ≤ y) and P(Y > y), each computed as such, and the density.
  func tails(_ f: Int, _ y: Double) -> (lower: Double, upper: Double, density: Double) {
    var (lower, upper, density) = (0.0, 0.0, 0.0)
    let normal = Normal.standard
    for i in weights.indices {
      let s = deviations[f][i]
      let d = y - means[f][i]
      guard s > 0 else {
        if d >= 0 { lower += weights[i] } else { upper += weights[i] }
        continue
      }
      let z = d / s
      let below = z < 0 ? normal.cumulative(z) : 1 - normal.upper(z)
      lower += weights[i] * below
      upper += weights[i] * (z < 0 ? 1 - below : normal.upper(z))
      density += weights[i] * exp(-0.5 * z * z) / (s * (2 * .pi).squareRoot())
    }
    return (lower, upper, density)
  }

  /// The y with P(Y ≤ y) = `p`.
  func quantile(_ f: Int, _ p: Double) -> Double {
    let (center, spread) = (mean(f), standardDeviation(f))
    guard spread > 0 else { return center }
    // No quantile lies farther from the mean than this (Cantelli).
    var low = center - spread * ((1 - p) / p).squareRoot() - spread
    var high = center + spread * (p / (1 - p)).squareRoot() + spread
    var y = center + spread * Normal.standard.quantile(p)
    for _ in 0..<100 {
      let (lower, upper, density) = tails(f, y)
      let excess = p < 0.5 ? lower - p : (1 - p) - upper
      if excess > 0 { high = y } else { low = y }
      var next = density > 0 ? y - excess / density : 0.5 * (low + high)
      if !(next > low && next < high) { next = 0.5 * (low + high) }
      let step = abs(next - y)
      y = next
      if step <= 1e-12 * (abs(y) + spread) || high - low <= 1e-13 * spread { break }
    }
    return y
  }
}
