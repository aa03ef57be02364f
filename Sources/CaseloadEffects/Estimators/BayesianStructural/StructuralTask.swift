import CaseloadMath

/// A standardized series before the start with its regressors, and what is asked of the time after.
struct StructuralTask: Sendable {
  var form: StateForm
  var prior: StructuralPrior
  /// The outcome, NaN where missing, then the regressors: those that are always in the model first.
  let columns: [[Double]]
  /// How many regressors are always in the model.
  let forcedCount: Int
  /// The prior probability that one of the others is.
  let inclusion: Double
  var horizon: CounterfactualHorizon

  var regressorCount: Int { columns.count - 1 }
  var candidateCount: Int { regressorCount - forcedCount }

  /// The slab's precision in units of 1/σ², p × p: 0.01/n · (½ XᵀX + ½ diag XᵀX).
  func slab() -> [Double] {
    let p = regressorCount
    let rows = columns[0].indices.filter { !columns[0][$0].isNaN }
    let unit = 0.01 / Double(max(1, rows.count))
    var slab = [Double](repeating: 0, count: p * p)
    for i in 0..<p {
      for j in 0...i {
        var sum = 0.0
        for t in rows { sum += columns[i + 1][t] * columns[j + 1][t] }
        let value = unit * (i == j ? sum : 0.5 * sum)
        slab[i * p + j] = value
        slab[j * p + i] = value
      }
    }
    return slab
  }

  /// Runs `body` with a kernel that holds the columns and the prior of the first state.
  func withKernel<R, E: Error>(_ body: (StateKernel) throws(E) -> R) throws(E) -> R {
    try StateKernel.lend(form, columns) { kernel throws(E) in
      for i in 0..<kernel.m { kernel.firstVariance[i * kernel.m + i] = 1 }
      kernel.starts[0] = columns[0].first { !$0.isNaN } ?? 0
      return try body(kernel)
    }
  }

  /// Variances from the logarithms of standard deviations.
  static func variances(_ logs: [Double]) -> StateVariances {
    StateVariances(
      observation: exp(2 * logs[0]), states: logs.dropFirst().map { exp(2 * $0) })
  }
}

/// The density of the outcome given the variances, states and coefficients integrated out.
///
/// ```
/// A = X̃ᵀX̃ + Ω⁻¹/σ²,  r = X̃ᵀỹ,  β | y ~ N(A⁻¹r, A⁻¹)
/// ln p(y) = −½ (n ln 2π + Σ ln F + ỹᵀỹ − rᵀA⁻¹r + ln|A| − ln|Ω⁻¹/σ²|)
/// ```
struct IntegratedRegression {
  /// The regressors in the model, by their place.
  let members: [Int]
  private let slab: [Double]
  private let regressorCount: Int
  /// L of A = L Lᵀ, row by row, and L⁻¹ r.
  private var factor: [Double]
  private var reduced: [Double]
  /// E(β | y).
  private(set) var coefficients: [Double]

  init(_ task: StructuralTask, members: [Int]) {
    self.members = members
    regressorCount = task.regressorCount
    slab = members.isEmpty ? [] : task.slab()
    factor = [Double](repeating: 0, count: members.count * members.count)
    reduced = [Double](repeating: 0, count: members.count)
    coefficients = reduced
  }

  /// ln p(y | variances), after which ``moments(_:_:_:_:)`` may be asked.
  mutating func logDensity(_ kernel: StateKernel, _ variances: StateVariances) -> Double {
    let logs = kernel.filter(variances)
    kernel.whiten()
    let (w, k) = (kernel.w, members.count)
    var squares = 0.0
    for t in 0..<kernel.n { squares += kernel.white[t * w] * kernel.white[t * w] }
    var value = -0.5 * (Double(kernel.observedCount) * log(2 * .pi) + logs + squares)
    guard k > 0 else { return value }
    var slabFactor = factor
    for a in 0..<k {
      for b in 0...a {
        var sum = 0.0
        for t in 0..<kernel.n {
          sum += kernel.white[t * w + members[a] + 1] * kernel.white[t * w + members[b] + 1]
        }
        let prior = slab[members[a] * regressorCount + members[b]] / variances.observation
        factor[a * k + b] = sum + prior
        slabFactor[a * k + b] = prior
      }
      var sum = 0.0
      for t in 0..<kernel.n {
        sum += kernel.white[t * w + members[a] + 1] * kernel.white[t * w]
      }
      reduced[a] = sum
    }
    guard LowerFactor.factor(&factor, k), LowerFactor.factor(&slabFactor, k) else {
      return -.infinity
    }
    LowerFactor.solve(factor, k, &reduced)
    for a in 0..<k {
      value += 0.5 * reduced[a] * reduced[a] - log(factor[a * k + a]) + log(slabFactor[a * k + a])
    }
    coefficients = reduced
    LowerFactor.solveTransposed(factor, k, &coefficients)
    return value
  }

  /// Mean and variance of functional `f` of the counterfactual at the variances of the last
  /// ``logDensity(_:_:)``.
  func moments(
    _ kernel: StateKernel, _ horizon: CounterfactualHorizon, _ f: Int,
    _ variances: StateVariances
  ) -> (mean: Double, variance: Double) {
    var mean = horizon.mean(f, kernel.finals, column: 0, width: kernel.w)
    var variance = horizon.variance(f, variances, kernel.finalVariance)
    guard !members.isEmpty else { return (mean, variance) }
    var d = members.map { j in
      horizon.regressors[f * regressorCount + j]
        - horizon.mean(f, kernel.finals, column: j + 1, width: kernel.w)
    }
    for a in members.indices { mean += d[a] * coefficients[a] }
    LowerFactor.solve(factor, members.count, &d)
    for x in d { variance += x * x }
    return (mean, variance)
  }
}

/// Cholesky factors of a few rows, row by row, in place.
enum LowerFactor {
  /// Replaces the lower triangle by L; false where the matrix is not positive definite.
  static func factor(_ a: inout [Double], _ n: Int) -> Bool {
    for i in 0..<n {
      for j in 0...i {
        var sum = a[i * n + j]
        for k in 0..<j { sum -= a[i * n + k] * a[j * n + k] }
        if i == j {
          guard sum > 0, sum.isFinite else { return false }
          a[i * n + i] = sum.squareRoot()
        } else {
          a[i * n + j] = sum / a[j * n + j]
        }
      }
    }
    return true
  }

  /// The same for a semidefinite matrix: a pivot that rounding may have made gives a row of zeros.
  static func factorSemidefinite(_ a: inout [Double], _ n: Int) {
    for i in 0..<n {
      let size = a[i * n + i]
      for j in 0...i {
        var sum = a[i * n + j]
        for k in 0..<j { sum -= a[i * n + k] * a[j * n + k] }
        if i == j {
          a[i * n + i] = sum > 1e-13 * size ? sum.squareRoot() : 0
        } else {
          a[i * n + j] = a[j * n + j] > 0 ? sum / a[j * n + j] : 0
        }
      }
    }
  }

  /// b ← L⁻¹ b.
  static func solve(_ factor: [Double], _ n: Int, _ b: inout [Double]) {
    for i in 0..<n {
      var sum = b[i]
      for k in 0..<i { sum -= factor[i * n + k] * b[k] }
      b[i] = sum / factor[i * n + i]
    }
  }

  /// b ← L⁻ᵀ b.
  static func solveTransposed(_ factor: [Double], _ n: Int, _ b: inout [Double]) {
    for i in stride(from: n - 1, through: 0, by: -1) {
      var sum = b[i]
      for k in (i + 1)..<max(i + 1, n) { sum -= factor[k * n + i] * b[k] }
      b[i] = sum / factor[i * n + i]
    }
  }
}
