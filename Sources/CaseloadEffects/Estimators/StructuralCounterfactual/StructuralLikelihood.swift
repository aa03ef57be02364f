import CaseloadData
import CaseloadMath

/// Maximum likelihood of a structural counterfactual with exactly diffuse starts.
///
/// The first states δ enter as coefficients of the columns that they drive, the rest of the state starts
/// at zero with certainty; ỹ, X̃ and D̃ are the outcome, the regressors and those columns, whitened by the
/// Kalman filter in units of σ²:
///
/// ```
/// S = min over β, δ of |ỹ − X̃β − D̃δ|²,   σ̂² = S/(n − m)
/// ln L = −½ ((n − m)(ln 2πσ̂² + 1) + Σ ln F + ln|D̃ᵀD̃|)
/// ```
///
/// with n observed values and m states. δ is integrated over a flat prior, which makes this Durbin and
/// Koopman's diffuse likelihood; β is estimated by maximum likelihood. The search runs over ψ_k with
/// q_k = ψ_k² the variance of source k in units of the observation's.
///
/// - Sources: de Jong (1991), *Annals of Statistics* 19, 1073–1083; Durbin & Koopman (2012), §5.7.
struct StructuralLikelihood: Sendable {
  let form: StateForm
  let columns: [[Double]]
  /// ψ̂.
  var ratios: [Double] = []
  private(set) var logLikelihood = -Double.infinity
  /// σ̂² of the observation.
  var scale = Double.nan
  private(set) var termination = Termination.failed

  var regressorCount: Int { columns.count - 1 }
  /// n.
  var count: Int { columns[0].count { !$0.isNaN } }
  var m: Int { form.stateCount }
  /// Coefficients and variances.
  var parameterCount: Int { 1 + form.sources.count + regressorCount }

  /// A variance of the one-step errors below this, in units of the data's variance, is no variance.
  static let exactFit = 1e-22
  static let ratioLimit = 1e4

  /// - Parameters:
  ///   - form: the states.
  ///   - columns: the standardized outcome, NaN where missing, then the regressors.
  init(_ form: StateForm, _ columns: [[Double]]) {
    self.form = form
    self.columns = columns
    maximize()
  }

  // MARK: The likelihood at a point

  /// What one pass finds.
  struct Pass {
    var logLikelihood = -Double.infinity
    /// S.
    var squares = Double.nan
    /// β̂, then δ̂.
    var coefficients: [Double] = []
    /// The Cholesky factor of the regressors' and starts' cross products, and of the starts' alone.
    var factor: [Double] = []
    var startFactor: [Double] = []
    /// With the starts as parameters too: for criteria across forms.
    var profile = -Double.infinity
  }

  /// Runs `body` with a kernel of outcome, regressors and the columns of the first states.
  func withKernel<R, E: Error>(_ body: (StateKernel) throws(E) -> R) throws(E) -> R {
    let zeros = [Double](repeating: 0, count: columns[0].count)
    return try StateKernel.lend(form, columns + [[Double]](repeating: zeros, count: m)) {
      kernel throws(E) in
      for i in 0..<m { kernel.starts[i * kernel.w + columns.count + i] = -1 }
      return try body(kernel)
    }
  }

  /// Variances in units of the observation's.
  func variances(_ ratios: [Double]) -> StateVariances {
    StateVariances(observation: 1, states: ratios.map { $0 * $0 })
  }

  /// The likelihood at `ratios`, the kernel left whitened there.
  func pass(_ kernel: StateKernel, _ ratios: [Double]) -> Pass {
    var result = Pass()
    let logs = kernel.filter(variances(ratios))
    kernel.whiten()
    let (w, k) = (kernel.w, kernel.w - 1)
    var factor = [Double](repeating: 0, count: k * k)
    var r = [Double](repeating: 0, count: k)
    var squares = 0.0
    for t in 0..<kernel.n where kernel.isObserved[t] > 0 {
      let row = kernel.white + t * w
      squares += row[0] * row[0]
      for a in 0..<k {
        r[a] += row[a + 1] * row[0]
        for b in 0...a { factor[a * k + b] += row[a + 1] * row[b + 1] }
      }
    }
    // The starts' block stands last.
    let p = regressorCount
    var startFactor = [Double](repeating: 0, count: m * m)
    for a in 0..<m { for b in 0...a { startFactor[a * m + b] = factor[(p + a) * k + p + b] } }
    guard LowerFactor.factor(&factor, k), LowerFactor.factor(&startFactor, m) else { return result }
    LowerFactor.solve(factor, k, &r)
    for x in r { squares -= x * x }
    let free = Double(count - m)
    let s = max(squares, Self.exactFit)
    var value = free * (log(2 * .pi * s / free) + 1) + logs
    for a in 0..<m { value += 2 * log(startFactor[a * m + a]) }
    result.logLikelihood = -0.5 * value
    let n = Double(count)
    result.profile = -0.5 * (n * (log(2 * .pi * s / n) + 1) + logs)
    result.squares = s
    LowerFactor.solveTransposed(factor, k, &r)
    result.coefficients = r
    result.factor = factor
    result.startFactor = startFactor
    return result
  }

  // MARK: The maximum

  private mutating func maximize() {
    let d = form.sources.count
    var answer: (ratios: [Double], value: Double, termination: Termination) = ([], 0, .failed)
    var found = Pass()
    withKernel { kernel in
      func loss(_ x: [Double]) -> Double {
        guard x.allSatisfy({ abs($0) <= Self.ratioLimit }) else { return .infinity }
        let value = -pass(kernel, x).logLikelihood
        return value.isNaN ? .infinity : value
      }
      answer = d == 1 ? Self.lineMinimum(loss) : Self.minimum(d, loss)
      found = pass(kernel, answer.ratios)
    }
    ratios = answer.ratios
    termination = answer.termination
    logLikelihood = found.logLikelihood
    scale = found.squares / Double(count - m)
  }

  /// One ratio: a scan of its logarithm, Brent's method around the best, and Newton's steps.
  private static func lineMinimum(_ loss: ([Double]) -> Double) -> (
    ratios: [Double], value: Double, termination: Termination
  ) {
    let logs = (0...48).map { log(1e-6) + (log(1e3) - log(1e-6)) * Double($0) / 48 }
    let values = logs.map { loss([exp($0)]) }
    guard let best = values.indices.min(by: { values[$0] < values[$1] }), values[best].isFinite
    else { return ([0], .infinity, .failed) }
    let zero = loss([0])
    let range = logs[max(0, best - 1)]...logs[min(48, best + 1)]
    let minimum = Brent.minimum(in: range) { loss([exp($0)]) }
    var (x, value) = (minimum.point[0], minimum.value)
    // Derivatives of fourth order in the step sharpen what values alone leave at √ε.
    let h = 0.02
    for _ in 0..<3 {
      let (a, b, c, d) = (
        loss([exp(x - 2 * h)]), loss([exp(x - h)]), loss([exp(x + h)]), loss([exp(x + 2 * h)])
      )
      let slope = (a - 8 * b + 8 * c - d) / (12 * h)
      let curvature = (-a + 16 * b - 30 * loss([exp(x)]) + 16 * c - d) / (12 * h * h)
      guard curvature > 1e-6, abs(slope / curvature) < h else { break }
      let next = x - slope / curvature
      let there = loss([exp(next)])
      guard there <= value + 1e-9 * (1 + abs(value)) else { break }
      (x, value) = (next, there)
    }
    return zero <= value + 1e-9
      ? ([0], zero, .converged) : ([exp(x)], value, minimum.termination)
  }

  /// Several ratios: the best of some starts, polished.
  private static func minimum(_ d: Int, _ loss: ([Double]) -> Double) -> (
    ratios: [Double], value: Double, termination: Termination
  ) {
    let starts = [[0.3, 0.01, 0.03, 0.03], [1.5, 0.05, 0.2, 0.2], [0.03, 0.1, 0.02, 0.02]]
    var best: Minimum?
    for start in starts {
      let point = Array(start.prefix(d))
      guard loss(point).isFinite else { continue }
      let minimum = NelderMead.minimum(
        from: point, steps: point.map { 0.5 * $0 }, tolerance: 1e-13, iterationLimit: 800, of: loss)
      if minimum.value < best?.value ?? .infinity { best = minimum }
    }
    guard let best else { return ([Double](repeating: 0, count: d), .infinity, .failed) }
    // A ratio of zero is a point like any other, but the search only comes near it.
    var ratios = best.point.map { abs($0) }
    var value = best.value
    for i in ratios.indices {
      var trial = ratios
      trial[i] = 0
      let there = loss(trial)
      if there <= value + 1e-9 { (ratios, value) = (trial, there) }
    }
    return (ratios, value, best.termination)
  }

  /// Akaike's criterion for small samples, the starts counted as parameters.
  var criterion: Double {
    let profile = withKernel { kernel in pass(kernel, ratios).profile }
    let (n, k) = (Double(count), Double(parameterCount + m))
    return n > k + 1 ? -2 * profile + 2 * k * n / (n - k - 1) : .infinity
  }
}
