import CaseloadMath

/// Linear functionals of the values after the start: each period's, and averages of them.
///
/// ```
/// Σ_h w_h yₙ₊ₕ = gᵀ αₙ₊₁ + Σ_k Σ_j c_kj ηₖ,ₙ₊ⱼ + Σ_h w_h εₙ₊ₕ + (Σ_h w_h xₙ₊ₕ)ᵀ β
/// g = Σ_h w_h (Tᵀ)^(h−1) Zᵀ,   c_kj = Σ_{h>j} w_h Z T^(h−j−1) e_k
/// ```
///
/// g and the sums of squares of c depend on the form alone, so that a draw of the variances costs one
/// quadratic form a functional.
struct CounterfactualHorizon: Sendable {
  /// How many functionals.
  let count: Int
  let stateCount: Int
  private let sourceCount: Int
  private let regressorCount: Int
  /// g, Σ w², Σⱼ c² of each source, and Σ w x, one row a functional.
  let loadings: [Double]
  private let noise: [Double]
  private let disturbances: [Double]
  let regressors: [Double]

  /// - Parameters:
  ///   - form: the states.
  ///   - weights: w of each functional, one value a period after the start.
  ///   - columns: the regressors after the start, one array each.
  init(_ form: StateForm, weights: [[Double]], columns: [[Double]]) {
    let (m, horizon) = (form.stateCount, weights.first?.count ?? 0)
    let sources = form.sources.map { form.disturbed(by: $0) }
    // (Tᵀ)^(h−1) Zᵀ of each h.
    var powers: [[Double]] = []
    var row = form.observation
    for _ in 0..<horizon {
      powers.append(row)
      row.withUnsafeMutableBufferPointer { row in
        if let base = row.baseAddress { form.advanceTransposed(base) }
      }
    }
    count = weights.count
    stateCount = m
    sourceCount = sources.count
    regressorCount = columns.count
    var (loadings, noise): ([Double], [Double]) = ([], [])
    var (disturbances, regressors): ([Double], [Double]) = ([], [])
    for weight in weights {
      var g = [Double](repeating: 0, count: m)
      for h in 0..<horizon where weight[h] != 0 {
        for i in 0..<m { g[i] += weight[h] * powers[h][i] }
      }
      loadings += g
      noise.append(weight.reduce(0) { $0 + $1 * $1 })
      // Backward: the response to a disturbance of one period earlier, by Horner's scheme.
      var response = [Double](repeating: 0, count: m)
      var squares = [Double](repeating: 0, count: sources.count)
      for h in stride(from: horizon - 1, to: 0, by: -1) {
        response.withUnsafeMutableBufferPointer { x in
          if let base = x.baseAddress { form.advanceTransposed(base) }
        }
        for i in 0..<m { response[i] += weight[h] * powers[0][i] }
        for (s, states) in sources.enumerated() {
          for i in states { squares[s] += response[i] * response[i] }
        }
      }
      disturbances += squares
      regressors += columns.map { column in zip(weight, column).reduce(0) { $0 + $1.0 * $1.1 } }
    }
    self.loadings = loadings
    self.noise = noise
    self.disturbances = disturbances
    self.regressors = regressors
  }

  /// The variance of functional `f` given the variances and β, with `variance` Pₙ₊₁.
  func variance(
    _ f: Int, _ variances: StateVariances, _ variance: UnsafePointer<Double>
  ) -> Double {
    let m = stateCount
    var sum = noise[f] * variances.observation
    for s in 0..<sourceCount { sum += disturbances[f * sourceCount + s] * variances.states[s] }
    for i in 0..<m {
      var row = 0.0
      for j in 0..<m { row += variance[i * m + j] * loadings[f * m + j] }
      sum += loadings[f * m + i] * row
    }
    return max(0, sum)
  }

  /// gᵀ a of column `j` of `finals`, which is `width` columns wide.
  func mean(_ f: Int, _ finals: UnsafePointer<Double>, column j: Int, width: Int) -> Double {
    var sum = 0.0
    for i in 0..<stateCount { sum += loadings[f * stateCount + i] * finals[i * width + j] }
    return sum
  }
}
