import CaseloadMath

/// A weighted average that goes on from its own forecasts.
///
/// ```
/// yₜ = Σᵢ wᵢ yₜ₋ᵢ + εₜ,   i = 1 … k,   ε ~ N(0, σ²)
/// v_h = σ² Σ_{j<h} ψⱼ²,   ψ₀ = 1,   ψⱼ = Σᵢ wᵢ ψⱼ₋ᵢ
/// ```
///
/// The weights add up to 1, so a forecast far ahead is the constant Σᵢ Vᵢ yₙ₊₁₋ᵢ / Σᵢ Vᵢ with
/// Vᵢ = Σ_{j≥i} wⱼ, and the variance grows by σ² / (Σᵢ i wᵢ)² a period.
struct AverageRecursion {
  /// w₁ … w_k, the latest value's first.
  let weights: [Double]
  /// yₙ … yₙ₊₁₋ₖ.
  let latest: [Double]

  /// ŷₙ₊₁ … ŷₙ₊ₕ.
  func means(_ horizon: Int) -> [Double] {
    let k = weights.count
    // Oldest first, so that forecasts are appended.
    var values = Array(latest.reversed())
    for _ in 0..<horizon {
      var next = 0.0
      for i in 0..<k { next += weights[i] * values[values.count - 1 - i] }
      values.append(next)
    }
    return Array(values.suffix(horizon))
  }

  /// ψ₀ … ψₕ₋₁.
  func responses(_ horizon: Int) -> [Double] {
    var psi = [1.0]
    while psi.count < horizon {
      var next = 0.0
      for i in 0..<min(weights.count, psi.count) { next += weights[i] * psi[psi.count - 1 - i] }
      psi.append(next)
    }
    return psi
  }

  /// The law of each period ahead.
  ///
  /// - Parameters:
  ///   - horizon: periods to forecast.
  ///   - gap: periods without a value between yₙ and the first of them.
  ///   - deviation: σ.
  /// - Returns: one distribution a period.
  func marginals(_ horizon: Int, after gap: Int, deviation: Double) -> [PredictiveDistribution] {
    let (means, psi) = (means(gap + horizon), responses(gap + horizon))
    var sum = 0.0
    var result: [PredictiveDistribution] = []
    for h in 0..<(gap + horizon) {
      sum += psi[h] * psi[h]
      guard h >= gap else { continue }
      result.append(.normal(mean: means[h], standardDeviation: deviation * sum.squareRoot()))
    }
    return result
  }

  /// Paths of the recursion with errors, one a column; those of the gap are drawn and not shown.
  func paths(
    _ horizon: Int, after gap: Int, count: Int, deviation: Double, from stream: RandomStream
  ) -> Matrix {
    let (k, means) = (weights.count, means(gap + horizon))
    var result = Matrix(rowCount: horizon, columnCount: count)
    // Errors add up by the recursion that the values follow; the means are common to all paths.
    var errors = [Double](repeating: 0, count: k + gap + horizon)
    for path in 0..<count {
      var draws = stream.substream(UInt64(path))
      for h in 0..<(gap + horizon) {
        var error = deviation * draws.normal()
        for i in 0..<k { error += weights[i] * errors[k + h - 1 - i] }
        errors[k + h] = error
        if h >= gap { result[h - gap, path] = means[h] + error }
      }
    }
    return result
  }
}
