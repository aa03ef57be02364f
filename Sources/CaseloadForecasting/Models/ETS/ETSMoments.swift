import CaseloadMath

/// Means and variances of the values ahead, in units of the member.
///
/// ```
/// class 1 (error A; trend N, A, Ad; season N, A):
///   v_h = σ² [1 + Σ_{j<h} cⱼ²],   cⱼ = α + β φⱼ + γ [j ≡ 0 mod m],   φⱼ = φ + … + φʲ
/// class 2 (error M, the same components):
///   v_h = (1 + σ²) θ_h − μ_h²,   θ_h = μ_h² + σ² Σ_{j<h} cⱼ² θ_{h−j}
/// class 3 (error M; trend N, A, Ad; season M):
///   moments of the products of (ℓ, b) and each season, carried from step to step
/// ```
///
/// In class 3 a season that is used is multiplied by 1 + γe while (ℓ, b) goes to (F + Ge)(ℓ, b); the
/// moments of (ℓ, b)·s follow with E e² = σ², E e³ = 0, E e⁴ = 3σ⁴. Each season has its own pair of
/// moments, so that a step costs O(m).
///
/// - Source: Hyndman, Koehler, Ord & Snyder (2008), §6.2–6.4, tables 6.1 and 6.2.
extension ETSMember {
  /// Whether means and variances have a closed form.
  var hasMoments: Bool {
    guard form.trend != .multiplicative else { return false }
    switch form.season {
    case .none, .additive: return true
    // A regressor's effect is not multiplied by the season, so the products do not close.
    case .multiplicative: return form.error == .multiplicative && coefficients.isEmpty
    }
  }

  /// - Precondition: ``hasMoments``.
  func moments(_ horizon: Int, regressors: [[Double]]) -> [(mean: Double, variance: Double)] {
    form.season == .multiplicative
      ? productMoments(horizon) : linearMoments(horizon, regressors)
  }

  /// Classes 1 and 2.
  private func linearMoments(_ horizon: Int, _ regressors: [[Double]]) -> [(
    mean: Double, variance: Double
  )] {
    let (alpha, beta, gamma) = (smoothing.alpha, smoothing.beta, smoothing.gamma)
    let phi = smoothing.phi
    let seasons = final.upcomingSeasons
    var result: [(mean: Double, variance: Double)] = []
    result.reserveCapacity(horizon)
    // Of class 2: θ₁ … θ_h.
    var thetas: [Double] = []
    // c₁², c₂², …
    var weights: [Double] = []
    var (damping, power, sum) = (0.0, 1.0, 1.0)
    for h in 0..<horizon {
      power *= phi
      damping += power
      var mean = final.level + effect(regressors, h)
      if form.trend != .none { mean += damping * final.slope }
      if !seasons.isEmpty { mean += seasons[h % seasons.count] }
      if form.error == .additive {
        result.append((mean, variance * sum))
      } else {
        var spread = 0.0
        for j in 0..<h { spread += weights[j] * thetas[h - 1 - j] }
        let theta = mean * mean + variance * spread
        thetas.append(theta)
        result.append((mean, variance * (mean * mean + (1 + variance) * spread)))
      }
      var c = alpha + beta * damping
      if !seasons.isEmpty, (h + 1) % seasons.count == 0 { c += gamma }
      weights.append(c * c)
      sum += c * c
    }
    return result
  }

  /// The mean and variance of the vector (ℓ s, b s) for one season s.
  private struct ProductMoments {
    var level: Double
    var slope: Double
    var levelVariance = 0.0
    var covariance = 0.0
    var slopeVariance = 0.0
  }

  /// Class 3.
  private func productMoments(_ horizon: Int) -> [(mean: Double, variance: Double)] {
    let (alpha, beta, gamma) = (smoothing.alpha, smoothing.beta, smoothing.gamma)
    let hasTrend = form.trend != .none
    let phi = hasTrend ? smoothing.phi : 0
    let sigma2 = variance
    let seasons = final.upcomingSeasons
    var products = seasons.map {
      ProductMoments(level: final.level * $0, slope: hasTrend ? final.slope * $0 : 0)
    }
    var result: [(mean: Double, variance: Double)] = []
    result.reserveCapacity(horizon)
    for h in 0..<horizon {
      let used = h % seasons.count
      for j in products.indices {
        let m = products[j]
        // F z = (l + φ b, φ b), and G z = (α, β)(l + φ b): all through u = l + φ b and v = φ b.
        let u = m.level + phi * m.slope
        let v = phi * m.slope
        let vvUU =
          m.levelVariance + 2 * phi * m.covariance + phi * phi * m.slopeVariance
        let vvUV = phi * m.covariance + phi * phi * m.slopeVariance
        let vvVV = phi * phi * m.slopeVariance
        if j == used { result.append((u, (1 + sigma2) * vvUU + sigma2 * u * u)) }
        let second = vvUU + u * u
        var next = ProductMoments(level: u, slope: v)
        // F V F′ + σ² G W G′
        next.levelVariance = vvUU + sigma2 * alpha * alpha * second
        next.covariance = vvUV + sigma2 * alpha * beta * second
        next.slopeVariance = vvVV + sigma2 * beta * beta * second
        if j == used {
          // The season takes part: times 1 + γ e.
          let g = gamma * sigma2
          next.level += g * alpha * u
          next.slope += g * beta * u
          // E zz′ of F, of F with G, and the squares of the means that are not in V.
          let (crossUV, crossVV) = (vvUV + u * v, vvVV + v * v)
          next.levelVariance +=
            gamma * g * second + 2 * g * 2 * alpha * second - 2 * g * alpha * u * u
            + 3 * g * g * alpha * alpha * second - g * g * alpha * alpha * u * u
          next.covariance +=
            gamma * g * crossUV + 2 * g * (beta * second + alpha * crossUV)
            - g * (beta * u * u + alpha * u * v)
            + 3 * g * g * alpha * beta * second - g * g * alpha * beta * u * u
          next.slopeVariance +=
            gamma * g * crossVV + 2 * g * 2 * beta * crossUV - 2 * g * beta * u * v
            + 3 * g * g * beta * beta * second - g * g * beta * beta * u * u
        }
        products[j] = next
      }
    }
    return result
  }
}
