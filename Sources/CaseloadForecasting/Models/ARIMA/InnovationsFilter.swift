import CaseloadMath

/// The exact innovations of a stationary ARMA process, in a number of operations that grows with
/// the number of values times the degree of the polynomials.
///
/// ```
/// wₜ = Σ φᵢ wₜ₋ᵢ + eₜ + Σ θⱼ eₜ₋ⱼ,   Var eₜ = 1
/// vₜ = wₜ − aₜ[0]                        innovation, of variance Fₜ
/// aₜ₊₁ = T aₜ + kₜ vₜ                    (T x)[i] = x[i+1] + φᵢ₊₁ x[0]
/// z = Zₜ[0],   c = 1/(1 − z²)
/// kₜ₊₁ = c (kₜ − z T Zₜ),   Zₜ₊₁ = T Zₜ − z kₜ₊₁,   Fₜ₊₁ = Fₜ/c
/// F₁ = γ₀,   k₁ = Z₁ = T P₁ (1 0 … 0)ᵀ/γ₀
/// ```
///
/// aₜ[i] is the prediction of wₜ₊ᵢ by the values before t, γ the autocovariances. These are the
/// Chandrasekhar recursions, in which the change of the state's covariance, which has rank one, is
/// carried along in place of the covariance: here with its vector divided by F₁, which leaves one
/// division a step and turns the recursions into those of Levinson.
///
/// Several columns go through one filter: the values, the regressors, pulses for missing values.
///
/// In the code, `p` and `q` are the degrees of the expanded polynomials, `s` the larger of them.
///
/// - Sources: Morf, Sidhu & Kailath (1974), *IEEE Transactions on Automatic Control* 19, 315–323;
///   Pearlman (1980), *Biometrika* 67, 232–233.
struct InnovationsFilter: Sendable {
  /// The lags of the terms of both expanded polynomials, in the order of ``terms``; a lag may occur
  /// twice, where p ≥ m.
  private let autoregressiveLags: [Int]
  private let movingAverageLags: [Int]
  let order: ARIMAOrder
  let count: Int
  let columnCount: Int
  let p: Int
  let q: Int
  let s: Int

  /// Where the parts of the workspace begin.
  private let atTerms: Int
  private let atGain: Int
  private let atChange: Int
  private let atStates: Int
  private let atCovariances: Int
  let workspaceCount: Int
  private var stateLength: Int { count + s + 1 }

  /// What ``run(_:columns:innovations:precisions:in:)`` left in `work` after the last value: a of
  /// each column, and k, Z and F.
  func terminal(_ work: [Double]) -> (
    states: [[Double]], gain: [Double], change: [Double], variance: Double
  ) {
    let states = (0..<columnCount).map { c in
      let start = atStates + c * stateLength + count
      return Array(work[start..<start + s])
    }
    let change = Array(work[atChange + count..<atChange + count + s])
    return (states, Array(work[atGain..<atGain + s]), change, work[atCovariances])
  }

  /// The coefficients of the expanded polynomials with their lags.
  func terms(_ work: [Double]) -> (
    autoregressive: [(lag: Int, value: Double)], movingAverage: [(lag: Int, value: Double)]
  ) {
    let values = work[atTerms...]
    let split = autoregressiveLags.count
    return (
      zip(autoregressiveLags, values).map { ($0, $1) },
      zip(movingAverageLags, values.dropFirst(split)).map { ($0, $1) }
    )
  }

  /// ‖Z‖ below which the gain has converged: the variance then changes by less than its square.
  private static let steady = 1e-8

  /// - Parameters:
  ///   - order: the orders of the process.
  ///   - count: how many values.
  ///   - columnCount: how many columns go through the filter.
  init(_ order: ARIMAOrder, count: Int, columnCount: Int) {
    self.order = order
    self.count = count
    self.columnCount = columnCount
    // In the order in which ``expand(_:_:)`` writes the terms.
    func lags(_ plain: Int, _ seasonal: Int) -> [Int] {
      (0...seasonal).flatMap { j in (0...plain).map { i in i + order.season * j } }.filter {
        $0 > 0
      }
    }
    autoregressiveLags = lags(order.autoregressive, order.seasonalAutoregressive)
    movingAverageLags = lags(order.movingAverage, order.seasonalMovingAverage)
    p = order.autoregressiveDegree
    q = order.movingAverageDegree
    s = max(p, q)
    atTerms = 0
    atGain = atTerms + autoregressiveLags.count + movingAverageLags.count
    atChange = atGain + s
    atStates = atChange + count + s + 1
    atCovariances = atStates + columnCount * (count + s + 1)
    // Two rows of autocovariances, the psi weights, and the triangle of Levinson's rows.
    workspaceCount = atCovariances + 2 * (p + q + 2) + (q + 1) + (p + 1) * (p + 2) / 2 + p
  }

  /// A workspace for ``run(_:columns:innovations:precisions:in:)``.
  func workspace<L: Lanes>(of lanes: L.Type) -> [L] {
    [L](repeating: .zero, count: max(1, workspaceCount))
  }

  /// The coefficients of the expanded polynomials, beside ``autoregressiveLags``.
  private func expand<L: Lanes>(
    _ coefficients: UnsafePointer<L>, _ terms: UnsafeMutablePointer<L>
  ) {
    let (ar, ma) = (order.autoregressive, order.movingAverage)
    let (sar, sma) = (order.seasonalAutoregressive, order.seasonalMovingAverage)
    let phi = coefficients
    let theta = phi + ar
    let seasonalPhi = theta + ma
    let seasonalTheta = seasonalPhi + sar
    var k = 0
    for i in 0..<ar {
      terms[k] = phi[i]
      k += 1
    }
    for j in 0..<sar {
      terms[k] = seasonalPhi[j]
      k += 1
      for i in 0..<ar {
        terms[k] = L.zero.minus(phi[i], times: seasonalPhi[j])
        k += 1
      }
    }
    for i in 0..<ma {
      terms[k] = theta[i]
      k += 1
    }
    for j in 0..<sma {
      terms[k] = seasonalTheta[j]
      k += 1
      for i in 0..<ma {
        terms[k] = theta[i].times(seasonalTheta[j])
        k += 1
      }
    }
  }

  /// Runs the columns through the filter.
  ///
  /// - Parameters:
  ///   - coefficients: φ, θ, Φ, Θ; the autoregressive part must be stationary.
  ///   - columns: `columnCount` columns of `count` values, one after the other.
  ///   - innovations: receives v of each column, likewise.
  ///   - precisions: receives 1/Fₜ.
  ///   - work: of ``workspaceCount`` elements; the last state is left in it.
  /// - Returns: Σ ln Fₜ; `nil` where the process is not stationary.
  func run<L: Lanes>(
    _ coefficients: UnsafePointer<L>, columns: UnsafePointer<Double>,
    innovations: UnsafeMutablePointer<L>, precisions: UnsafeMutablePointer<L>,
    in work: UnsafeMutablePointer<L>
  ) -> L? {
    let one = L(repeating: 1)
    let phi = work + atTerms
    let theta = phi + autoregressiveLags.count
    let gain = work + atGain
    let change = work + atChange
    let states = work + atStates
    expand(coefficients, phi)
    guard let variance = start(phi, theta, gain, work + atCovariances) else { return nil }
    let length = stateLength
    (change + s).update(repeating: .zero, count: count + 1)
    for i in 0..<s { change[i] = gain[i] }
    states.update(repeating: .zero, count: columnCount * length)

    var logDeterminant = L.zero
    // The product of the F's, of which a logarithm is taken every sixteen steps.
    var product = one
    var f = variance
    var precision = one.over(variance)
    var isSteady = s == 0
    return autoregressiveLags.withUnsafeBufferPointer { arLags in
      movingAverageLags.withUnsafeBufferPointer { maLags in
        let (arCount, maCount) = (arLags.count, maLags.count)
        for t in 0..<count {
          precisions[t] = precision
          product = product.times(f)
          if t & 15 == 15 {
            logDeterminant = logDeterminant.plus(product.logarithms)
            product = one
          }
          if isSteady {
            // k = φ + θ: φ a[0] + k v = φ w + θ v.
            for c in 0..<columnCount {
              let w = L(repeating: columns[c * count + t])
              let a = states + (c * length + t)
              let v = w.minus(a[0])
              innovations[c * count + t] = v
              for j in 0..<arCount { a[arLags[j]] = a[arLags[j]].plus(phi[j], times: w) }
              for j in 0..<maCount { a[maLags[j]] = a[maLags[j]].plus(theta[j], times: v) }
            }
            continue
          }
          for c in 0..<columnCount {
            let a = states + (c * length + t)
            let first = a[0]
            let v = L(repeating: columns[c * count + t]).minus(first)
            innovations[c * count + t] = v
            for j in 0..<arCount { a[arLags[j]] = a[arLags[j]].plus(phi[j], times: first) }
            // Those of the first column go with the gain, below.
            if c > 0, !v.isZero {
              let next = a + 1
              for i in 0..<s { next[i] = next[i].plus(gain[i], times: v) }
            }
          }
          let moved = change + (t + 1)
          let z = change[t]
          for j in 0..<arCount {
            change[t + arLags[j]] = change[t + arLags[j]].plus(phi[j], times: z)
          }
          let remaining = L.remaining(z)
          guard remaining.least > 0 else { return nil }
          let c = one.over(remaining)
          let next = states + (t + 1)
          let v = innovations[t]
          for i in 0..<s {
            next[i] = next[i].plus(gain[i], times: v)
            let tz = moved[i]
            let k = c.times(gain[i].minus(z, times: tz))
            gain[i] = k
            moved[i] = tz.minus(z, times: k)
          }
          f = f.times(remaining)
          precision = precision.times(c)
          if t & 7 == 7 {
            var square = L.zero
            for i in 0..<s { square = square.plus(moved[i], times: moved[i]) }
            if square.greatest < Self.steady * Self.steady {
              isSteady = true
              (f, precision) = (one, one)
            }
          }
        }
        logDeterminant = logDeterminant.plus(product.logarithms)
        work[atCovariances] = f
        return logDeterminant.least.isFinite && logDeterminant.greatest.isFinite
          ? logDeterminant : nil
      }
    }
  }
}

extension InnovationsFilter {
  /// γ₀, and the first gain in `gain`; `nil` where the process is not stationary.
  ///
  /// ```
  /// γₖ = Σᵢⱼ θᵢ θⱼ g(k + i − j),   g the autocovariances of the autoregression alone
  /// γ₀ k₁[i] = Σ_{j>i} φⱼ γⱼ₋ᵢ₋₁ + θⱼ ψⱼ₋ᵢ₋₁
  /// ```
  private func start<L: Lanes>(
    _ phi: UnsafePointer<L>, _ theta: UnsafePointer<L>,
    _ gain: UnsafeMutablePointer<L>, _ work: UnsafeMutablePointer<L>
  ) -> L? {
    let one = L(repeating: 1)
    let (arCount, maCount) = (autoregressiveLags.count, movingAverageLags.count)
    let g = work
    let gamma = g + (p + q + 2)
    let psi = gamma + (p + q + 2)
    let rows = psi + (q + 1)
    if p > 0 {
      guard autocovariances(phi, g, rows) else { return nil }
    } else {
      g.update(repeating: .zero, count: q + 2)
      g[0] = one
    }
    let gammaCount = max(1, p)
    for k in 0..<gammaCount {
      var sum = g[k]
      for i in 0..<maCount {
        let lag = movingAverageLags[i]
        sum = sum.plus(theta[i], times: g[k + lag].plus(g[abs(k - lag)]))
        var inner = L.zero
        for j in 0..<maCount {
          inner = inner.plus(theta[j], times: g[abs(k + lag - movingAverageLags[j])])
        }
        sum = sum.plus(theta[i], times: inner)
      }
      gamma[k] = sum
    }
    psi.update(repeating: .zero, count: q + 1)
    psi[0] = one
    for j in 0..<maCount where movingAverageLags[j] <= q {
      let lag = movingAverageLags[j]
      psi[lag] = psi[lag].plus(theta[j])
    }
    if arCount > 0 {
      for l in 1..<max(1, q) + 1 where l <= q {
        var sum = psi[l]
        for j in 0..<arCount where autoregressiveLags[j] <= l {
          sum = sum.plus(phi[j], times: psi[l - autoregressiveLags[j]])
        }
        psi[l] = sum
      }
    }
    gain.update(repeating: .zero, count: s)
    for j in 0..<arCount {
      let lag = autoregressiveLags[j]
      for i in 0..<lag { gain[i] = gain[i].plus(phi[j], times: gamma[lag - i - 1]) }
    }
    for j in 0..<maCount {
      let lag = movingAverageLags[j]
      for i in 0..<lag { gain[i] = gain[i].plus(theta[j], times: psi[lag - i - 1]) }
    }
    let variance = gamma[0]
    guard variance.least > 0, variance.greatest < 1e15 else { return nil }
    for i in 0..<s { gain[i] = gain[i].over(variance) }
    return variance
  }

  /// g₀ … g₍p+q₎ of the autoregression by Levinson's recursion, run down for the partial
  /// autocorrelations and up for the autocovariances.
  private func autocovariances<L: Lanes>(
    _ phi: UnsafePointer<L>, _ g: UnsafeMutablePointer<L>, _ rows: UnsafeMutablePointer<L>
  ) -> Bool {
    let one = L(repeating: 1)
    // Row j, of length j, begins at j (j − 1)/2.
    let last = rows + p * (p - 1) / 2
    last.update(repeating: .zero, count: p)
    for j in autoregressiveLags.indices {
      let i = autoregressiveLags[j] - 1
      last[i] = last[i].plus(phi[j])
    }
    var variance = one
    for j in stride(from: p, through: 1, by: -1) {
      let row = rows + j * (j - 1) / 2
      let reflection = row[j - 1]
      let remaining = L.remaining(reflection)
      guard remaining.least > 0 else { return false }
      variance = variance.times(remaining)
      if j > 1 {
        let below = rows + (j - 1) * (j - 2) / 2
        let scale = one.over(remaining)
        for i in 0..<(j - 1) {
          below[i] = row[i].plus(reflection, times: row[j - 2 - i]).times(scale)
        }
      }
    }
    guard variance.least > 1e-15 else { return false }
    g[0] = one.over(variance)
    for k in 1...p {
      let row = rows + k * (k - 1) / 2
      var sum = L.zero
      for i in 0..<k { sum = sum.plus(row[i], times: g[k - 1 - i]) }
      g[k] = sum
    }
    if q > 0 {
      for k in (p + 1)...(p + q + 1) {
        var sum = L.zero
        for j in autoregressiveLags.indices {
          sum = sum.plus(phi[j], times: g[k - autoregressiveLags[j]])
        }
        g[k] = sum
      }
    }
    return true
  }
}
