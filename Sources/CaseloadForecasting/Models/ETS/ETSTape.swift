import CaseloadData
import CaseloadMath

/// The working memory of one fit: the data, and what a pass over them leaves for the way back.
///
/// Everything is in units of the mean of |y|. One allocation serves all evaluations of all forms;
/// unsafe pointers because the passes are the hot loops of the fit (2 µs each for 100 months), and
/// nothing keeps them beyond ``with(_:regressors:seasonLength:_:)``.
struct ETSTape {
  /// n, missing values included.
  let count: Int
  let observedCount: Int
  /// m.
  let seasonLength: Int
  /// k.
  let regressorCount: Int
  /// NaN where missing.
  let y: UnsafeMutablePointer<Double>
  /// Regressor j in period t at [j n + t].
  let x: UnsafeMutablePointer<Double>
  let coefficients: UnsafeMutablePointer<Double>
  let coefficientAdjoints: UnsafeMutablePointer<Double>
  /// Σ βⱼ xⱼₜ.
  let effect: UnsafeMutablePointer<Double>
  /// The states before period t; [0] is the initial one.
  let level: UnsafeMutablePointer<Double>
  let slope: UnsafeMutablePointer<Double>
  /// The seasonal state that period t uses, so that [0 ..< m] are the initial ones.
  let season: UnsafeMutablePointer<Double>
  let seasonAdjoint: UnsafeMutablePointer<Double>
  /// μₜ and εₜ = yₜ − μₜ (0 where missing).
  let mean: UnsafeMutablePointer<Double>
  let error: UnsafeMutablePointer<Double>
  /// Room for sensitivities: (m + 3) d numbers for d ≤ m + 6 + k coordinates.
  let sensitivity: UnsafeMutablePointer<Double>

  /// Lends a tape on `y` to `body`.
  static func with<R>(
    _ y: [Double], regressors: [[Double]], seasonLength m: Int,
    _ body: (ETSTape) throws(Diagnostic) -> R
  ) throws(Diagnostic) -> R {
    let (n, k) = (y.count, regressors.count)
    let coordinates = m + 6 + k
    let total = n * (6 + k) + 2 * (n + m) + 2 * k + 2 * (n + 1) + (m + 3) * coordinates
    let memory = UnsafeMutablePointer<Double>.allocate(capacity: total)
    memory.initialize(repeating: 0, count: total)
    defer { memory.deallocate() }
    var next = memory
    func take(_ count: Int) -> UnsafeMutablePointer<Double> {
      defer { next += count }
      return next
    }
    let tape = ETSTape(
      count: n, observedCount: y.count { !$0.isNaN }, seasonLength: m, regressorCount: k,
      y: take(n), x: take(n * k), coefficients: take(k), coefficientAdjoints: take(k),
      effect: take(n), level: take(n + 1), slope: take(n + 1), season: take(n + m),
      seasonAdjoint: take(n + m), mean: take(n), error: take(n),
      sensitivity: take((m + 3) * coordinates))
    for t in 0..<n { tape.y[t] = y[t] }
    for j in 0..<k { for t in 0..<n { tape.x[j * n + t] = regressors[j][t] } }
    return try body(tape)
  }

  /// effect = X β.
  func setEffect() {
    guard regressorCount > 0 else { return }
    for t in 0..<count { effect[t] = 0 }
    for j in 0..<regressorCount {
      let (beta, column) = (coefficients[j], x + j * count)
      for t in 0..<count { effect[t] += beta * column[t] }
    }
  }
}
