import CaseloadMath

/// The likelihood of a regression with AR(p) errors over θ = artanh of the partial autocorrelations.
struct AutoregressiveObjective: Sendable {
  let x: Matrix
  let y: [Double]
  let criterion: GeneralizedLeastSquares.Criterion

  /// The data after R^(−½).
  struct Whitened {
    let x: Matrix
    let y: [Double]
    /// ln |R|.
    let logDeterminant: Double
    let partial: [Double]
    /// φ.
    let autoregression: [Double]
  }

  /// R^(−½) by the predictors of Durbin and Levinson:
  ///
  /// ```
  /// φ^(k)_k = r_k,   φ^(k)_j = φ^(k−1)_j − r_k φ^(k−1)_(k−j),   v_k = v_(k−1)(1 − r_k²),   v₀ = 1
  /// ```
  func whitened(_ theta: [Double]) -> Whitened {
    let partial = theta.map(Self.tanh)
    let n = y.count
    var predictors: [[Double]] = [[]]
    var variances = [1.0]
    for (k, r) in partial.enumerated() {
      let last = predictors[k]
      predictors.append(last.indices.map { last[$0] - r * last[k - 1 - $0] } + [r])
      variances.append(variances[k] * (1 - r) * (1 + r))
    }
    let p = partial.count
    let scales = variances.map { $0.squareRoot() }
    func column(_ v: borrowing Span<Double>) -> [Double] {
      var result = [Double](repeating: 0, count: n)
      for t in 0..<n {
        let k = min(t, p)
        var value = v[t]
        for j in 0..<k { value -= predictors[k][j] * v[t - 1 - j] }
        result[t] = value / scales[k]
      }
      return result
    }
    var logDeterminant = Double(n - p) * log(variances[p])
    for k in 0..<p { logDeterminant += log(variances[k]) }
    let columns = (0..<x.columnCount).flatMap { x.withColumn($0) { column($0) } }
    return Whitened(
      x: Matrix(rowCount: n, columnCount: x.columnCount, storage: columns), y: column(y.span),
      logDeterminant: logDeterminant, partial: partial, autoregression: predictors[p])
  }

  /// RSS*, ln|R| and ln|X*ᵀX*|; `nil` where the whitened design is singular.
  private func parts(_ theta: [Double]) -> (squares: Double, logR: Double, logX: Double)? {
    let data = whitened(theta)
    guard let fit = try? LeastSquares(data.x, data.y),
      let cholesky = try? Cholesky(fit.crossProductInverse), fit.residualSumOfSquares > 0
    else { return nil }
    return (fit.residualSumOfSquares, data.logDeterminant, -cholesky.logDeterminant)
  }

  /// −ℓ or −ℓ_R at the best σ².
  func value(_ theta: [Double]) -> Double {
    guard theta.allSatisfy({ abs($0) < Self.limit }), let parts = parts(theta) else {
      return .infinity
    }
    let restricted = criterion == .reml
    let m = Double(restricted ? y.count - x.columnCount : y.count)
    return 0.5
      * (m * (log(2 * .pi * parts.squares / m) + 1) + parts.logR + (restricted ? parts.logX : 0))
  }

  /// |θ| stays below this, |r| below 0.9999.
  private static let limit = 4.95

  private static func tanh(_ x: Double) -> Double {
    let e = expm1(2 * x)
    return e / (e + 2)
  }

  /// Where the likelihood is largest.
  struct Optimum {
    let point: [Double]
    /// −ℓ or −ℓ_R.
    let value: Double
    let isConverged: Bool
  }

  /// The largest likelihood: a simplex from the residuals' own partial autocorrelations and from
  /// zero, then Newton's steps on fourth-order differences.
  func optimum(order: Int, residuals: [Double]) -> Optimum {
    let start = Self.partialAutocorrelations(residuals, order).map { r in
      let bounded = max(-0.95, min(0.95, r))
      return 0.5 * (log1p(bounded) - log1p(-bounded))
    }
    let zeros = [Double](repeating: 0, count: order)
    let steps = [Double](repeating: 0.3, count: order)
    let found = [start, zeros].map { NelderMead.minimum(from: $0, steps: steps, of: value) }
    let best = found[1].value < found[0].value ? found[1] : found[0]
    return polished(best)
  }

  private func polished(_ start: Minimum) -> Optimum {
    var best = Optimum(
      point: start.point, value: start.value, isConverged: start.termination == .converged)
    for _ in 0..<4 {
      let differences = Differences(of: value, at: best.point, step: 0.01)
      guard let factor = try? Cholesky(differences.hessian) else { break }
      let step = factor.solve(differences.gradient)
      let point = zip(best.point, step).map { $0 - $1 }
      let reached = value(point)
      // The function is flat to rounding here, the gradient is not.
      guard reached <= best.value + 1e-10 * (1 + abs(best.value)) else { break }
      best = Optimum(point: point, value: reached, isConverged: true)
      if step.allSatisfy({ abs($0) < 1e-11 }) { break }
    }
    return best
  }

  /// The inverse of −∂²ℓ_R/∂(ln σ², θ)² at the maximum; `nil` where it is not positive definite.
  func information(_ theta: [Double], variance: Double) -> Matrix? {
    let m = Double(y.count - x.columnCount)
    let joint: ([Double]) -> Double = { point in
      guard let parts = parts(Array(point.dropFirst())) else { return .infinity }
      return 0.5
        * (m * (log(2 * .pi) + point[0]) + parts.squares * exp(-point[0]) + parts.logR
          + parts.logX)
    }
    let differences = Differences(of: joint, at: [log(variance)] + theta, step: 0.01)
    guard differences.hessian.firstNonFinite == nil,
      let factor = try? Cholesky(differences.hessian)
    else { return nil }
    return factor.inverse()
  }

  /// ∂(X*ᵀX*)⁻¹/∂θᵢ by fourth-order differences.
  func slopes(_ theta: [Double]) -> [Matrix] {
    theta.indices.map { i in
      func inverse(_ offset: Double) -> Matrix {
        var point = theta
        point[i] += offset
        let data = whitened(point)
        return (try? QR(data.x).crossProductInverse())
          ?? Matrix(rowCount: x.columnCount, columnCount: x.columnCount)
      }
      let h = 0.01
      let near = inverse(h) - inverse(-h)
      let far = inverse(2 * h) - inverse(-2 * h)
      return (1 / (12 * h)) * (8 * near - far)
    }
  }

  /// The sample's partial autocorrelations to lag `order`, by Durbin and Levinson.
  private static func partialAutocorrelations(_ e: [Double], _ order: Int) -> [Double] {
    func product(_ lag: Int) -> Double {
      (lag..<e.count).reduce(0) { $0 + e[$1] * e[$1 - lag] }
    }
    let scale = product(0)
    let rho = (0...order).map { product($0) / scale }
    var (phi, partial) = ([Double](), [Double]())
    var variance = 1.0
    for k in 1...order {
      let r = (rho[k] - phi.indices.reduce(0) { $0 + phi[$1] * rho[k - 1 - $1] }) / variance
      phi = phi.indices.map { phi[$0] - r * phi[k - 2 - $0] } + [r]
      partial.append(r)
      variance *= 1 - r * r
    }
    return partial
  }
}

/// Gradient and Hessian of a smooth function by central differences of the fourth order.
///
/// - Source: Abramowitz & Stegun, *Handbook of Mathematical Functions* (1964), eqs. 25.3.6, 25.3.24
///   and 25.3.27.
struct Differences {
  let gradient: [Double]
  let hessian: Matrix

  /// - Parameters:
  ///   - function: four times differentiable around `point`.
  ///   - point: where.
  ///   - step: the error is of order h⁴.
  init(of function: ([Double]) -> Double, at point: [Double], step: Double) {
    let (p, h) = (point.count, step)
    func at(_ i: Int, _ a: Double, _ j: Int? = nil, _ b: Double = 0) -> Double {
      var moved = point
      moved[i] += a * h
      if let j { moved[j] += b * h }
      return function(moved)
    }
    let center = function(point)
    var gradient = [Double](repeating: 0, count: p)
    var hessian = Matrix(rowCount: p, columnCount: p)
    for i in 0..<p {
      let (up, down, up2, down2) = (at(i, 1), at(i, -1), at(i, 2), at(i, -2))
      gradient[i] = (8 * (up - down) - (up2 - down2)) / (12 * h)
      hessian[i, i] = (16 * (up + down) - (up2 + down2) - 30 * center) / (12 * h * h)
      for j in 0..<i {
        // Richardson's step from h and 2h of the four corners.
        let near = at(i, 1, j, 1) - at(i, 1, j, -1) - at(i, -1, j, 1) + at(i, -1, j, -1)
        let far = at(i, 2, j, 2) - at(i, 2, j, -2) - at(i, -2, j, 2) + at(i, -2, j, -2)
        let value = (4 * near / (4 * h * h) - far / (16 * h * h)) / 3
        hessian[i, j] = value
        hessian[j, i] = value
      }
    }
    self.gradient = gradient
    self.hessian = hessian
  }
}
