import CaseloadMath

/// The exact Gaussian likelihood of an ARMA process with regressors, its variance and its regression
/// coefficients concentrated out.
///
/// ```
/// ln L = −½ [ν (ln 2π + 1 + ln(S/ν)) + Σ ln Fₜ],   S = Σ uₜ²,   uₜ = (vₜ − Vₜβ̂)/√Fₜ
/// ```
///
/// v are the innovations of the differenced series, V those of the regressors, F their variances in
/// units of σ², ν the number of values observed after the differences. β̂ is the least-squares
/// solution. A pulse for a missing value is known by the step at which it first acts, which is used
/// up by it: that step counts in nothing, and every later one carries what is not yet known of the
/// pulse in its variance.
///
/// ε = v − h b,   f = F + h C hᵀ,   b += C hᵀ ε/f,   C −= C hᵀ h C/f
///
/// This is the convention of R's `arima` (the values that the differences use up are conditioned
/// on).
///
/// - Source: Harvey, *Forecasting, Structural Time Series Models and the Kalman Filter* (1989),
///   §3.4; Gómez, Maravall & Peña (1999), *Journal of Econometrics* 88, 341–363.
struct ARIMALikelihood {
  let data: ARIMAData
  let filter: InnovationsFilter
  let order: ARIMAOrder
  /// Σ u² and Σ ln F.
  private(set) var squares = 0.0
  private(set) var logDeterminant = 0.0
  /// β̂ of the orthonormal columns.
  private(set) var beta: [Double]
  private var work: [Double]
  private var innovations: [Double]
  private var precisions: [Double]
  /// u; 0 where a step counts in nothing.
  private(set) var residuals: [Double]
  private var normal: [Double]
  private var gapFilter: GapFilter?

  /// - Parameters:
  ///   - data: the differenced series.
  ///   - order: with the differences and the constant of `data`.
  ///   - isLast: whether the state after the last value is wanted, too.
  init(_ data: ARIMAData, _ order: ARIMAOrder, isLast: Bool = false) {
    self.data = data
    self.order = order
    filter = InnovationsFilter(order, count: data.count, columnCount: data.columnCount)
    work = filter.workspace(of: Double.self)
    innovations = [Double](repeating: 0, count: max(1, data.columnCount * data.count))
    precisions = [Double](repeating: 0, count: max(1, data.count))
    residuals = [Double](repeating: 0, count: max(1, data.count))
    let k = data.regressorCount
    beta = [Double](repeating: 0, count: k)
    normal = [Double](repeating: 0, count: k * (k + 1))
    gapFilter = data.gaps.isEmpty ? nil : GapFilter(data)
    gapFilter?.followsAll = isLast
  }

  /// Whether the last evaluation determined every missing value.
  var isIdentified: Bool { gapFilter?.isComplete ?? true }

  /// −2 ln L less its constant ν (ln 2π + 1).
  var criterion: Double {
    let n = Double(data.observationCount)
    return n * log(squares / n) + logDeterminant
  }

  /// ln L without the criterion, in the units of the data.
  var constant: Double {
    -Double(data.observationCount) * (0.5 * (log(2 * .pi) + 1) + log(data.unit))
  }

  var logLikelihood: Double { constant - 0.5 * criterion }

  /// exp(Σ ln F/ν), which makes a sum of squares of the whole likelihood: minimizing u² times this
  /// is maximizing L.
  var inflation: Double { exp(logDeterminant / Double(data.observationCount)) }

  /// Evaluates the likelihood, and leaves u, β̂ and the state after the last value.
  ///
  /// - Parameter coefficients: φ, θ, Φ, Θ.
  /// - Returns: whether the process is stationary and the likelihood finite.
  mutating func evaluate(_ coefficients: UnsafePointer<Double>) -> Bool {
    let (n, k) = (data.count, data.regressorCount)
    // Pointers: bounds checks in these loops cost a quarter of a fit.
    return data.columns.withUnsafeBufferPointer { columns in
      innovations.withUnsafeMutableBufferPointer { v in
        precisions.withUnsafeMutableBufferPointer { precisions in
          residuals.withUnsafeMutableBufferPointer { u in
            work.withUnsafeMutableBufferPointer { work -> Bool in
              guard let columns = columns.baseAddress, let v = v.baseAddress,
                let precision = precisions.baseAddress, let u = u.baseAddress,
                let work = work.baseAddress,
                let determinant = filter.run(
                  coefficients, columns: columns, innovations: v, precisions: precision, in: work)
              else { return false }
              if gapFilter != nil {
                guard let determinant = gapFilter?.whiten(v, precision, data) else { return false }
                logDeterminant = determinant
                for t in 0..<n { u[t] = v[t] }
              } else {
                logDeterminant = determinant
                for t in 0..<n { precision[t] = precision[t].squareRoot() }
                for t in 0..<n { u[t] = v[t] * precision[t] }
                for c in 0..<k {
                  let x = v + (c + 1) * n
                  for t in 0..<n { x[t] *= precision[t] }
                }
              }
              if k > 0 {
                guard Self.regress(u, on: v + n, n, k, &normal, &beta) else { return false }
              }
              var sum = 0.0
              for t in 0..<n { sum += u[t] * u[t] }
              squares = sum
              return sum.isFinite && sum > 0
            }
          }
        }
      }
    }
  }

  /// Takes the regression on the columns of `x` out of `u`; false where they are dependent.
  private static func regress(
    _ u: UnsafeMutablePointer<Double>, on x: UnsafePointer<Double>, _ n: Int, _ k: Int,
    _ normal: inout [Double], _ beta: inout [Double]
  ) -> Bool {
    for i in 0..<k {
      let a = x + i * n
      for j in 0...i {
        let b = x + j * n
        var sum = 0.0
        for t in 0..<n { sum += a[t] * b[t] }
        normal[i * k + j] = sum
      }
      var sum = 0.0
      for t in 0..<n { sum += a[t] * u[t] }
      beta[i] = sum
    }
    guard SmallCholesky.factor(&normal, k) else { return false }
    SmallCholesky.solve(normal, k, &beta)
    for i in 0..<k {
      let (a, b) = (x + i * n, beta[i])
      for t in 0..<n { u[t] -= b * a[t] }
    }
    return true
  }

  /// The diagonal of the inverse of the regressors' information, in units of σ²; after
  /// ``evaluate(_:)``.
  func regressionCovariance() -> [Double] {
    let k = data.regressorCount
    return (0..<k).map { i in
      // β = R⁻¹ b with Var b = (L Lᵀ)⁻¹: the i-th row of R⁻¹ times L⁻ᵀ, squared.
      var row = data.inverseRow(i)
      SmallCholesky.solveLower(normal, k, &row)
      return row.reduce(0) { $0 + $1 * $1 }
    }
  }

  /// Whether step `t` of the last evaluation counts: a missing value does not, nor does a value that
  /// is used up by one that was missing before.
  func counts(_ t: Int) -> Bool { precisions[t] > 0 }

  /// Where the process stands after the last value; after ``evaluate(_:)``.
  ///
  /// - Precondition: no regressors.
  func terminal() -> ARIMATerminal {
    precondition(data.regressorCount == 0, "the regression is taken out before")
    let (states, gain, change, variance) = filter.terminal(work)
    let terms = filter.terms(work)
    let lost = data.order.lost
    var state = states[0]
    let tail = (data.values.count - lost)..<data.values.count
    var last = Array(data.values[tail])
    var factors: [ARIMATerminal.Factor] = []
    if let gapFilter {
      let (mean, directions) = gapFilter.summary(states: Array(states.dropFirst()))
      let gapsInTail = data.gaps.enumerated().filter { tail.contains($0.element) }
      for i in state.indices { state[i] -= mean.state[i] }
      for (j, gap) in gapsInTail { last[gap - tail.lowerBound] -= mean.pulses[j] }
      for direction in directions {
        var lastPart = [Double](repeating: 0, count: lost)
        for (j, gap) in gapsInTail { lastPart[gap - tail.lowerBound] -= direction.pulses[j] }
        factors.append(
          ARIMATerminal.Factor(state: direction.state.map { -$0 }, last: lastPart))
      }
    }
    return ARIMATerminal(
      autoregressive: terms.autoregressive.map { ARIMATerminal.Term(lag: $0.lag, value: $0.value) },
      movingAverage: terms.movingAverage.map { ARIMATerminal.Term(lag: $0.lag, value: $0.value) },
      differencing: data.order.differencing, state: state, last: last, gain: gain, change: change,
      variance: variance, factors: factors
    ).scaled(by: data.unit)
  }
}
