import CaseloadMath

/// The neighborhood of a regression quantile, by a primal–dual interior point.
///
/// ```
/// min Σ τuᵢ + (1−τ)vᵢ   with  Z·γ + u − v = y,  u, v ≥ 0
/// max yᵀa               with  Zᵀa = (1−τ)·Zᵀ1,  0 ≤ a ≤ 1
/// ```
///
/// Newton steps towards vᵢaᵢ = uᵢ(1−aᵢ) = μ with Mehrotra's predictor and corrector; each costs one
/// p × p system. What comes out is not yet a vertex: ``QuantileSimplex`` goes the rest of the way.
///
/// - Sources: Portnoy & Koenker (1997), *Statistical Science* 12, 279–300, §4; Mehrotra (1992),
///   *SIAM Journal on Optimization* 2, 575–601.
struct QuantileInteriorPoint {
  /// How far each row is from both its bounds: large for the rows that a solution interpolates.
  private(set) var weights: [Double]
  /// y − Z·γ.
  private(set) var residuals: [Double]
  private(set) var iterations = 0

  /// The duality gap, relative to the objective, at which the path ends.
  private static let tolerance = 1e-9
  private static let iterationLimit = 60
  /// How much of the way to the boundary a step goes.
  private static let stepFraction = 0.9995

  /// - Parameters:
  ///   - z: the design.
  ///   - y: one value a row.
  ///   - tau: the quantile, in (0, 1).
  init(_ z: OrthonormalRows, _ y: [Double], quantile tau: Double) {
    let (n, p) = (z.rowCount, z.columnCount)
    let size = Double(n)
    // Least squares: ZᵀZ = n·I.
    var gamma = [Double](repeating: 0, count: p)
    z.multiplyTransposed(y, into: &gamma)
    for j in 0..<p { gamma[j] /= size }
    var fitted = [Double](repeating: 0, count: n)
    z.multiply(gamma, into: &fitted)
    var r = zip(y, fitted).map { $0 - $1 }
    var q = [Double](repeating: 1, count: n)
    let spread = r.reduce(0) { $0 + abs($1) } / size
    let magnitude = y.reduce(0) { $0 + abs($1) } / size
    guard spread > 1e-14 * magnitude else {
      (weights, residuals) = (q, r)
      return
    }
    var a = [Double](repeating: 1 - tau, count: n)
    var u = r.map { max($0, 0) + 0.1 * spread }
    var v = r.map { max(-$0, 0) + 0.1 * spread }
    var (da, du, dv) = (q, q, q)
    var xi = q
    var cross = Matrix(rowCount: p, columnCount: p)
    var right = gamma

    for _ in 0..<Self.iterationLimit {
      var gap = 0.0
      var objective = 0.0
      for i in 0..<n {
        gap += a[i] * v[i] + (1 - a[i]) * u[i]
        objective += tau * max(r[i], 0) - (1 - tau) * min(r[i], 0)
        q[i] = 1 / (u[i] / (1 - a[i]) + v[i] / a[i])
        xi[i] = r[i]
      }
      guard gap.isFinite, gap > Self.tolerance * objective else { break }
      // dγ solves ZᵀQZ·dγ = ZᵀQξ, first for μ = 0.
      z.normalEquations(weights: q, xi, into: &cross, &right)
      guard let system = try? Cholesky(cross) else { break }
      var step = system.solve(right)
      z.multiply(step, into: &fitted)
      for i in 0..<n {
        da[i] = q[i] * (xi[i] - fitted[i])
        du[i] = -u[i] + u[i] / (1 - a[i]) * da[i]
        dv[i] = -v[i] - v[i] / a[i] * da[i]
      }
      let affine = Self.steps(a, u, v, da, du, dv)
      var affineGap = 0.0
      for i in 0..<n {
        let next = a[i] + affine.dual * da[i]
        affineGap += next * (v[i] + affine.primal * dv[i])
        affineGap += (1 - next) * (u[i] + affine.primal * du[i])
      }
      let ratio = affineGap / gap
      let mu = ratio * ratio * ratio * gap / (2 * size)
      for i in 0..<n {
        // The second-order terms of the two products, from the predictor.
        xi[i] = r[i] + (mu - da[i] * dv[i]) / a[i] - (mu + da[i] * du[i]) / (1 - a[i])
      }
      z.normalEquations(weights: q, xi, into: &cross, &right)
      step = system.solve(right)
      z.multiply(step, into: &fitted)
      for i in 0..<n {
        let (first, s) = (da[i], 1 - a[i])
        da[i] = q[i] * (xi[i] - fitted[i])
        du[i] = (mu + first * du[i]) / s - u[i] + u[i] / s * da[i]
        dv[i] = (mu - first * dv[i]) / a[i] - v[i] - v[i] / a[i] * da[i]
      }
      let length = Self.steps(a, u, v, da, du, dv)
      guard length.primal > 1e-10 || length.dual > 1e-10 else { break }
      for i in 0..<n {
        a[i] += length.dual * da[i]
        u[i] += length.primal * du[i]
        v[i] += length.primal * dv[i]
      }
      for j in 0..<p { gamma[j] += length.primal * step[j] }
      z.multiply(gamma, into: &fitted)
      for i in 0..<n { r[i] = y[i] - fitted[i] }
      iterations += 1
    }
    weights = q
    residuals = r
  }

  /// The longest steps, up to 1, that keep all variables inside their bounds.
  private static func steps(
    _ a: [Double], _ u: [Double], _ v: [Double], _ da: [Double], _ du: [Double], _ dv: [Double]
  ) -> (dual: Double, primal: Double) {
    // The reciprocals of the steps to the nearest bounds.
    var (dual, primal) = (stepFraction, stepFraction)
    for i in a.indices {
      dual = max(dual, -da[i] / a[i], da[i] / (1 - a[i]))
      primal = max(primal, -du[i] / u[i], -dv[i] / v[i])
    }
    return (min(1, stepFraction / dual), min(1, stepFraction / primal))
  }
}
