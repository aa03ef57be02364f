import CaseloadMath

/// Where an ARIMA process stands after its last value, and what follows from it.
///
/// ```
/// wₜ = aₜ[0] + vₜ,   Var vₜ = σ² Fₜ,   aₜ₊₁ = T aₜ + kₜ vₜ,   yₜ = wₜ + Σ δᵢ yₜ₋ᵢ
/// Var yₙ₊ₕ = σ² [Σ_{s≤h} Fₙ₊ₛ ψ²ₛ,ₕ + Σⱼ ρ²ⱼ,ₕ]
/// ```
///
/// ψₛ,ₕ is what a unit innovation at n + s does to yₙ₊ₕ, ρⱼ,ₕ what a direction does that missing
/// values leave open. Gains and variances go on as in the data (see ``InnovationsFilter``), so the
/// variances are those of the exact Kalman filter at n, not of an infinite past.
struct ARIMATerminal: Codable, Sendable {
  struct Term: Codable, Sendable {
    let lag: Int
    let value: Double
  }

  /// A direction in which the standing is not known: σ times what a standard normal multiplies.
  struct Factor: Codable, Sendable {
    let state: [Double]
    let last: [Double]
  }

  let autoregressive: [Term]
  let movingAverage: [Term]
  /// δ.
  let differencing: [Double]
  /// a after the last value.
  let state: [Double]
  /// The last values of the undifferenced series without its regression, oldest first.
  let last: [Double]
  /// k, Z and F for the next value.
  let gain: [Double]
  let change: [Double]
  let variance: Double
  let factors: [Factor]

  /// Steps after which the gains are taken for constant, converged or not.
  private static let longestTransient = 400

  func scaled(by unit: Double) -> ARIMATerminal {
    ARIMATerminal(
      autoregressive: autoregressive, movingAverage: movingAverage, differencing: differencing,
      state: state.map { $0 * unit }, last: last.map { $0 * unit }, gain: gain, change: change,
      variance: variance, factors: factors)
  }

  /// Fₙ₊ₛ and kₙ₊ₛ until they no longer change, at most `limit` of them.
  func gains(limit: Int) -> (variances: [Double], gains: [[Double]]) {
    var (f, k) = (variance, gain)
    var z = change
    var (variances, gains) = ([f], [k])
    while gains.count < min(limit, Self.longestTransient), z.contains(where: { abs($0) > 1e-8 }) {
      let first = z[0]
      var moved = Array(z.dropFirst()) + [0]
      for term in autoregressive { moved[term.lag - 1] += term.value * first }
      let remaining = (1 - first) * (1 + first)
      guard remaining > 0 else { break }
      for i in k.indices {
        k[i] = (k[i] - first * moved[i]) / remaining
        moved[i] -= first * k[i]
      }
      z = moved
      f *= remaining
      variances.append(f)
      gains.append(k)
    }
    return (variances, gains)
  }

  /// The next `horizon` values from a state and last values, without innovations.
  private func course(_ state: [Double], _ last: [Double], _ horizon: Int) -> [Double] {
    var a = state + [Double](repeating: 0, count: horizon + 1)
    var y = last + [Double](repeating: 0, count: horizon)
    let lost = last.count
    for h in 0..<horizon {
      for term in autoregressive { a[h + term.lag] += term.value * a[h] }
      var value = a[h]
      for i in 0..<lost where differencing[i] != 0 {
        value += differencing[i] * y[lost + h - 1 - i]
      }
      y[lost + h] = value
    }
    return Array(y.dropFirst(lost))
  }

  /// What a unit innovation does to the value of its own step and to the `horizon` − 1 after it.
  private func response(_ gain: [Double], _ horizon: Int) -> [Double] {
    // The innovation itself, then what it leaves in the state.
    var first = course([1] + gain, [Double](repeating: 0, count: differencing.count), 1)
    guard horizon > 1 else { return first }
    var last = [Double](repeating: 0, count: differencing.count)
    if !last.isEmpty { last[last.count - 1] = 1 }
    first += course(gain, last, horizon - 1)
    return first
  }

  /// The expected values, without the regression.
  func means(_ horizon: Int) -> [Double] { course(state, last, horizon) }

  /// The variances of the next values in units of σ².
  func variances(_ horizon: Int) -> [Double] {
    var result = [Double](repeating: 0, count: horizon)
    for factor in factors {
      let part = course(factor.state, factor.last, horizon)
      for h in 0..<horizon { result[h] += part[h] * part[h] }
    }
    let (variances, gains) = gains(limit: horizon)
    let constant = gains.count - 1
    for s in 0..<constant {
      let psi = response(gains[s], horizon - s)
      for h in s..<horizon { result[h] += variances[s] * psi[h - s] * psi[h - s] }
    }
    let psi = response(gains[constant], horizon - constant)
    var sum = 0.0
    for h in constant..<horizon {
      sum += psi[h - constant] * psi[h - constant]
      result[h] += variances[constant] * sum
    }
    return result
  }

  /// Draws paths of the next values, without the regression.
  struct Simulator {
    private let terminal: ARIMATerminal
    private let horizon: Int
    private let roots: [Double]
    private let gains: [[Double]]
    private var a: [Double]
    private var y: [Double]

    init(_ terminal: ARIMATerminal, horizon: Int) {
      self.terminal = terminal
      self.horizon = horizon
      let (variances, gains) = terminal.gains(limit: horizon)
      roots = variances.map { $0.squareRoot() }
      self.gains = gains
      a = terminal.state + [Double](repeating: 0, count: horizon + 1)
      y = terminal.last + [Double](repeating: 0, count: horizon)
    }

    /// One path in the last `horizon` elements of the result.
    ///
    /// - Parameters:
    ///   - deviation: σ.
    ///   - draws: where the normals come from: one for each open direction, then one a step.
    /// - Returns: the path.
    mutating func path(_ deviation: Double, _ draws: inout RandomStream) -> ArraySlice<Double> {
      let lost = terminal.last.count
      let size = terminal.state.count
      for i in a.indices { a[i] = i < size ? terminal.state[i] : 0 }
      for i in 0..<lost { y[i] = terminal.last[i] }
      for factor in terminal.factors {
        let step = deviation * draws.normal()
        for i in 0..<size { a[i] += step * factor.state[i] }
        for i in 0..<lost { y[i] += step * factor.last[i] }
      }
      for h in 0..<horizon {
        let stage = min(h, gains.count - 1)
        let v = deviation * roots[stage] * draws.normal()
        let first = a[h]
        for term in terminal.autoregressive { a[h + term.lag] += term.value * first }
        for i in 0..<size { a[h + 1 + i] += gains[stage][i] * v }
        var value = first + v
        for i in 0..<lost where terminal.differencing[i] != 0 {
          value += terminal.differencing[i] * y[lost + h - 1 - i]
        }
        y[lost + h] = value
      }
      return y[lost...]
    }
  }
}
