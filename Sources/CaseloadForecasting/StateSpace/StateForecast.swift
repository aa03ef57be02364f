import CaseloadMath

/// What a state space model says about the periods after the last.
///
/// ```
/// E(yₙ₊ₕ) = Z a,  Var(yₙ₊ₕ) = σ² (Z P Zᵀ + H),   a ← T a,  P ← T P Tᵀ + R Q Rᵀ
/// ```
///
/// - Source: Durbin & Koopman (2012), §4.11.
public struct StateForecast: Sendable {
  private let model: StateSpaceModel
  /// aₙ₊₁ and Pₙ₊₁.
  private let mean: [Double]
  private let variance: [Double]
  private let scale: Double

  /// - Parameters:
  ///   - model: with regressors, if any, for the periods ahead: row 0 is that of period n + 1.
  ///   - mean: aₙ₊₁.
  ///   - variance: Pₙ₊₁, row by row, in units of σ².
  ///   - scale: σ².
  public init(_ model: StateSpaceModel, mean: [Double], variance: [Double], scale: Double = 1) {
    self.model = model
    self.mean = mean
    self.variance = variance
    self.scale = scale
  }

  /// Mean and variance of each of the next `horizon` values.
  public func moments(_ horizon: Int) -> [(mean: Double, variance: Double)] {
    let m = model.stateCount
    var memory = mean + variance
    memory += [Double](repeating: 0, count: 2 * m + 2 * m * m)
    var result: [(mean: Double, variance: Double)] = []
    result.reserveCapacity(horizon)
    model.withSystem { system in
      memory.withUnsafeMutableBufferPointer { memory in
        guard let a = memory.baseAddress else { return }
        var p = a + m
        let next = a + m + m * m
        let gain = next + m
        var pNext = gain + m
        let w = pNext + m * m
        for h in 0..<horizon {
          system.observe(p, h, into: gain)
          let f = system.observed(gain, h) + system.observationVariance
          result.append((system.observed(a, h), scale * max(0, f)))
          system.transition.multiply(a, into: next)
          for i in 0..<m { a[i] = next[i] }
          system.transition.congruence(p, into: pNext, scratch: w)
          for e in 0..<system.disturbancePlaces.count {
            pNext[system.disturbancePlaces[e]] += system.disturbanceValues[e]
          }
          swap(&p, &pNext)
        }
      }
    }
    return result
  }

  /// Joint draws of the next `horizon` values, one path a column; path k is drawn from the
  /// substream k, first the state, then period by period.
  public func paths(_ horizon: Int, count: Int, from stream: RandomStream) -> Matrix {
    let m = model.stateCount
    let factor = SemidefiniteFactor(variance, order: m)
    let deviation = scale.squareRoot()
    let noise = deviation * model.observationVariance.squareRoot()
    let disturbances = model.disturbanceVariances.map { deviation * $0.squareRoot() }
    let zeros = [Double](repeating: 0, count: m)
    var result = Matrix(rowCount: horizon, columnCount: count)
    var next = zeros
    for path in 0..<count {
      var draws = stream.substream(UInt64(path))
      let start = factor.times((0..<m).map { _ in deviation * draws.normal() })
      var state = zip(mean, start).map { $0 + $1 }
      for h in 0..<horizon {
        result[h, path] = model.observed(state, h) + noise * draws.normal()
        model.advance(state, into: &next)
        for (j, column) in model.loadings.enumerated() {
          let draw = disturbances[j] * draws.normal()
          for (i, coefficient) in column { next[i] += coefficient * draw }
        }
        swap(&state, &next)
      }
    }
    return result
  }
}

extension StateSpaceModel {
  /// Zₜ x.
  func observed(_ x: [Double], _ t: Int) -> Double {
    var sum = 0.0
    for (state, weight) in zip(observedStates, observedWeights) { sum += weight * x[state] }
    let count = regressorStates.count
    for k in 0..<count { sum += regressors[t * count + k] * x[regressorStates.lowerBound + k] }
    return sum
  }

  /// T x.
  func advance(_ x: [Double], into y: inout [Double]) {
    for i in 0..<stateCount {
      var sum = 0.0
      for e in transition.starts[i]..<transition.starts[i + 1] {
        sum += transition.values[e] * x[transition.columns[e]]
      }
      y[i] = sum
    }
  }
}
