import CaseloadData
import CaseloadMath

/// The limit of the largest Wald statistic for one break at an unknown date.
///
/// ```
/// sup over λ in [ε, 1 − ε] of ‖B(λ) − λB(1)‖² / (λ(1 − λ)),   B a q-dimensional Brownian motion
/// ```
///
/// In the time ½ ln(λ/(1 − λ)) the process is the squared norm of a stationary Ornstein–Uhlenbeck
/// process, so that P(sup ≤ c) is the probability that its norm stays below b = √c for the time
/// T = ln((1 − ε)/ε): Σ aⱼ² exp(−μⱼT) over the eigenfunctions of
///
/// ```
/// −f″ − ((q − 1)/x − x) f′ = μ f on (0, b),   f(b) = 0
/// ```
///
/// which are computed here by a Galerkin method with even polynomials. No table and no simulation
/// is needed; the absolute error is below 1e-8. Published tables simulate the process on a grid, which
/// misses part of the supremum: at their critical values this gives levels up to a tenth larger
/// (8.68 for 5 % at q = 1, ε = 0.15 has 5.4 %).
///
/// - Sources: Andrews (1993), *Econometrica* 61, 821–856, and (2003), *Econometrica* 71, 395–397;
///   DeLong (1981), *Communications in Statistics A* 10, 2197–2213 (the eigenvalue problem).
struct SupremumDistribution {
  /// q.
  let dimension: Int
  /// ε, in (0, ½).
  let trimming: Double

  /// P(sup > c).
  func upper(_ c: Double) -> Double {
    guard c > 0 else { return 1 }
    let q = Double(dimension)
    // Below this nothing of the sum is left over its rounding errors.
    guard ChiSquared(degreesOfFreedom: q).upper(c) > 1e-12 else { return 0 }
    let duration = log((1 - trimming) / trimming)
    // LAPACK does not fail on finite matrices; if it did, 1 would reject nothing.
    guard let spectrum = spectrum(c.squareRoot()) else { return 1 }
    // Nothing decays in no time, and the constant 1 needs all eigenfunctions near b.
    guard duration > 0.01 else { return ChiSquared(degreesOfFreedom: q).upper(c) }
    var inside = 0.0
    for (mu, weight) in spectrum { inside += weight * exp(-mu * duration) }
    return min(1, max(0, 1 - inside))
  }

  private static let basisSize = 36
  private static let nodes = GaussLegendre(count: 120)

  /// (μⱼ, aⱼ²) for the barrier `b`.
  private func spectrum(_ b: Double) -> [(mu: Double, weight: Double)]? {
    let size = Self.basisSize
    let q = Double(dimension)
    var mass = Matrix(rowCount: size, columnCount: size)
    var energy = mass
    var start = [Double](repeating: 0, count: size)
    // With f = e^(x²/4) g the weight x^(q−1) e^(−x²/2) becomes x^(q−1), which is well scaled.
    let logTotal = (q / 2 - 1) * log(2.0) + SpecialFunctions.logGamma(q / 2)
    for (node, weight) in Self.nodes.points {
      let r = 0.5 * (node + 1)
      let x = b * r
      let density = 0.5 * b * weight * pow(x, q - 1)
      let (values, slopes) = Self.basis(size, r)
      let tilt = 0.5 * x
      let initial = density * exp(-0.25 * x * x)
      for i in 0..<size {
        start[i] += initial * values[i]
        let gradient = slopes[i] / b + tilt * values[i]
        for j in 0...i {
          mass[i, j] += density * values[i] * values[j]
          energy[i, j] += density * gradient * (slopes[j] / b + tilt * values[j])
        }
      }
    }
    // Scaled to a unit diagonal, then reduced to an ordinary problem by M^(−½).
    let scales = mass.diagonal.map { 1 / $0.squareRoot() }
    for i in 0..<size {
      start[i] *= scales[i]
      for j in 0...i {
        mass[i, j] *= scales[i] * scales[j]
        energy[i, j] *= scales[i] * scales[j]
        mass[j, i] = mass[i, j]
        energy[j, i] = energy[i, j]
      }
    }
    guard let m = try? SymmetricEigen(mass) else { return nil }
    let kept = m.values.indices.filter { m.values[$0] > 1e-12 * (m.values.last ?? 0) }
    var root = m.vectors.selectingColumns(kept)
    for (column, index) in kept.enumerated() {
      let scale = 1 / m.values[index].squareRoot()
      for i in 0..<size { root[i, column] *= scale }
    }
    guard let solution = try? SymmetricEigen(root.transposed() * energy * root) else { return nil }
    let projected = (root * solution.vectors).transposed() * start
    return solution.values.indices.map {
      (solution.values[$0], projected[$0] * projected[$0] / exp(logTotal))
    }
  }

  /// (1 − r²)·Pⱼ(2r² − 1) and the derivatives in r.
  private static func basis(_ size: Int, _ r: Double) -> (values: [Double], slopes: [Double]) {
    let u = 2 * r * r - 1
    var values = [Double](repeating: 0, count: size)
    var slopes = values
    var (p, previous) = (1.0, 0.0)
    var (dp, previousSlope) = (0.0, 0.0)
    for j in 0..<size {
      values[j] = (1 - r * r) * p
      slopes[j] = -2 * r * p + (1 - r * r) * 4 * r * dp
      let k = Double(j)
      let next = ((2 * k + 1) * u * p - k * previous) / (k + 1)
      let nextSlope = ((2 * k + 1) * (p + u * dp) - k * previousSlope) / (k + 1)
      (previous, p) = (p, next)
      (previousSlope, dp) = (dp, nextSlope)
    }
    return (values, slopes)
  }
}

/// Nodes and weights of Gauss–Legendre quadrature on [−1, 1], by Newton's method on Pₙ.
///
/// - Source: Davis & Rabinowitz, *Methods of Numerical Integration*, 2nd ed. (1984), §2.7.
struct GaussLegendre: Sendable {
  let points: [(node: Double, weight: Double)]

  init(count: Int) {
    var points: [(node: Double, weight: Double)] = []
    let n = Double(count)
    for i in 0..<count {
      var x = cos(Double.pi * (Double(i) + 0.75) / (n + 0.5))
      var slope = 1.0
      for _ in 0..<20 {
        var (p, previous) = (1.0, 0.0)
        for k in 0..<count {
          let k = Double(k)
          (previous, p) = (p, ((2 * k + 1) * x * p - k * previous) / (k + 1))
        }
        slope = n * (x * p - previous) / (x * x - 1)
        let step = p / slope
        x -= step
        if abs(step) < 1e-15 { break }
      }
      points.append((x, 2 / ((1 - x * x) * slope * slope)))
    }
    self.points = points
  }
}
