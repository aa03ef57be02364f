import CaseloadMath

/// The probability that all of several normal variables lie within bounds, and their means given that
/// they do.
///
/// ```
/// P(|xⱼ| ≤ bⱼ, all j),   x ~ N(μ, Σ)
/// ```
///
/// Sequential conditioning along the Cholesky factor of Σ over a Richtmyer lattice with the tent
/// transformation: deterministic, and smooth in μ, so that a slope can be solved for.
///
/// - Sources: Genz (1992), *Journal of Computational and Graphical Statistics* 1, 141–149.
struct NormalBox {
  private let factor: Matrix
  private let bounds: [Double]
  /// Points of the lattice.
  var points = 512

  /// Symmetric bounds around zero; `nil` for a covariance that is not positive definite.
  init?(_ covariance: Matrix, bounds: [Double]) {
    precondition(bounds.count == covariance.rowCount)
    guard let cholesky = try? Cholesky(covariance) else { return nil }
    factor = cholesky.lower
    self.bounds = bounds
  }

  /// - Parameter mean: μ.
  /// - Returns: the probability and the means inside.
  func inside(_ mean: [Double]) -> (probability: Double, means: [Double]) {
    let k = bounds.count
    var generators: [Double] = []
    var candidate = 2
    while generators.count < k {
      if (2..<candidate).allSatisfy({ $0 * $0 > candidate || candidate % $0 != 0 }) {
        let root = Double(candidate).squareRoot()
        generators.append(root - root.rounded(.down))
      }
      candidate += 1
    }
    var total = 0.0
    var sums = [Double](repeating: 0, count: k)
    var z = [Double](repeating: 0, count: k)
    var x = [Double](repeating: 0, count: k)
    for point in 1...points {
      var weight = 1.0
      for j in 0..<k {
        var shift = mean[j]
        for l in 0..<j { shift += factor[j, l] * z[l] }
        let low = Normal.standard.cumulative((-bounds[j] - shift) / factor[j, j])
        let high = Normal.standard.cumulative((bounds[j] - shift) / factor[j, j])
        weight *= high - low
        guard weight > 0 else { break }
        let position = Double(point) * generators[j]
        let u = abs(2 * (position - position.rounded(.down)) - 1)
        let p = min(max(low + u * (high - low), 1e-300), 1 - 1e-16)
        z[j] = Normal.standard.quantile(p)
        x[j] = shift + factor[j, j] * z[j]
      }
      guard weight > 0 else { continue }
      total += weight
      for j in 0..<k { sums[j] += weight * x[j] }
    }
    guard total > 0 else { return (0, mean) }
    return (total / Double(points), sums.map { $0 / total })
  }
}
