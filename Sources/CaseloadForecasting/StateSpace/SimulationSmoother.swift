import CaseloadMath

/// Draws of all states given the series, from their joint distribution.
///
/// A draw α⁺, y⁺ from the model itself (diffuse states start at 0) is moved to the data:
///
/// ```
/// α̃ = α⁺ + E(α | y − y⁺)
/// ```
///
/// where the expectation reuses the gains of one filter pass, so that a draw costs O(n) products of
/// T with a vector.
///
/// - Source: Durbin & Koopman (2002), *Biometrika* 89, 603–616; Jarociński (2015), *Computational
///   Statistics & Data Analysis* 90, 1–3 (y − y⁺ starts from a₁, y⁺ from mean zero).
public struct SimulationSmoother: Sendable {
  private let model: StateSpaceModel
  private let filter: KalmanFilter
  private let scale: Double
  private let factor: SemidefiniteFactor
  private let backward: StateSpaceModel

  /// - Parameters:
  ///   - filter: has just run `model`.
  ///   - model: what is drawn from.
  ///   - scale: σ², where the model's variances are in units of it.
  public init(_ filter: KalmanFilter, _ model: StateSpaceModel, scale: Double = 1) {
    self.model = model
    self.filter = filter
    self.scale = scale
    factor = SemidefiniteFactor(model.initialVariance, order: model.stateCount)
    var backward = model
    backward.transition = model.transition.transposed
    self.backward = backward
  }

  /// One draw of the states, row by row: one row a period.
  public func states(_ draws: inout RandomStream) -> [Double] {
    let (m, n, layout) = (model.stateCount, filter.length, filter.layout)
    let memory = filter.arena
    let deviation = scale.squareRoot()
    let noise = deviation * model.observationVariance.squareRoot()
    let disturbances = model.disturbanceVariances.map { deviation * $0.squareRoot() }
    var drawn = [Double](repeating: 0, count: n * m)
    var state = factor.times((0..<m).map { _ in deviation * draws.normal() })
    var next = [Double](repeating: 0, count: m)
    // The model's own draw, and the innovations of y − y⁺.
    var mean = model.initialMean
    var errors = [Double](repeating: .nan, count: n)
    for t in 0..<n {
      for i in 0..<m { drawn[t * m + i] = state[i] }
      let value = memory[layout.y + t] - (model.observed(state, t) + noise * draws.normal())
      if !value.isNaN {
        errors[t] = value - model.observed(mean, t)
        for i in 0..<m { mean[i] += memory[layout.k + t * m + i] * errors[t] }
      }
      model.advance(mean, into: &next)
      swap(&mean, &next)
      model.advance(state, into: &next)
      for (j, column) in model.loadings.enumerated() {
        let draw = disturbances[j] * draws.normal()
        for (i, coefficient) in column { next[i] += coefficient * draw }
      }
      swap(&state, &next)
    }
    // r⁰ and r¹, backward.
    var (r0, r1) = ([Double](repeating: 0, count: m), [Double](repeating: 0, count: m))
    var r = [Double](repeating: 0, count: n * m)
    for t in stride(from: n - 1, through: 0, by: -1) {
      for i in 0..<m { r[t * m + i] = r0[i] }
      backward.advance(r0, into: &next)
      swap(&r0, &next)
      backward.advance(r1, into: &next)
      swap(&r1, &next)
      guard !errors[t].isNaN else { continue }
      var (kr0, kr1, kStar) = (0.0, 0.0, 0.0)
      let finf = memory[layout.finf + t]
      for i in 0..<m {
        let k = memory[layout.k + t * m + i]
        kr0 += k * r0[i]
        if finf > 0 {
          kr1 += k * r1[i]
          kStar += memory[layout.kStar + t * m + i] * r0[i]
        }
      }
      if finf > 0 {
        model.addRow(errors[t] / finf - kr1 - kStar, t, to: &r1)
        model.addRow(-kr0, t, to: &r0)
      } else {
        model.addRow(errors[t] / memory[layout.f + t] - kr0, t, to: &r0)
      }
    }
    // The smoothed states, forward.
    state = model.initialMean
    for i in 0..<m {
      for j in 0..<m { state[i] += model.initialVariance[i * m + j] * r0[j] }
      if model.isDiffuse[i] { state[i] += r1[i] }
    }
    for t in 0..<n {
      for i in 0..<m { drawn[t * m + i] += state[i] }
      model.advance(state, into: &next)
      for (j, column) in model.loadings.enumerated() {
        var sum = 0.0
        for (i, coefficient) in column { sum += coefficient * r[t * m + i] }
        for (i, coefficient) in column {
          next[i] += coefficient * model.disturbanceVariances[j] * sum
        }
      }
      swap(&state, &next)
    }
    return drawn
  }
}

extension StateSpaceModel {
  /// x ← x + c Zₜᵀ.
  fileprivate func addRow(_ c: Double, _ t: Int, to x: inout [Double]) {
    for (state, weight) in zip(observedStates, observedWeights) { x[state] += c * weight }
    let count = regressorStates.count
    for k in 0..<count { x[regressorStates.lowerBound + k] += c * regressors[t * count + k] }
  }
}
