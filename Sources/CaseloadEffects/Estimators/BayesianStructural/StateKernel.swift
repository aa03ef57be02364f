import CaseloadMath

/// A Kalman filter of many series at once under one structural model, in memory that is lent to it.
///
/// The gains depend on the variances alone, so one pass over P serves the outcome and all regressors:
///
/// ```
/// Mₜ = P Zᵀ,  Fₜ = Z M + σ²,  kₜ = M/F,  P ← T(P − k Mᵀ)Tᵀ + Q
/// vₜ = cₜ − Z aₜ,  aₜ₊₁ = T(aₜ + kₜ vₜ),  c̃ₜ = vₜ/√Fₜ        for each column c
/// ```
///
/// With Σ the covariance of the outcome given its regressors, c̃ᵀd̃ = cᵀΣ⁻¹d and Σ ln Fₜ = ln|Σ|. Column
/// 0 is the outcome. A period without an outcome updates nothing.
///
/// Letters: n periods, m states, w columns; a, P, F, k, v, Z, T, Q as above.
///
/// - Source: Durbin & Koopman (2012), §4.3; de Jong (1991), *Annals of Statistics* 19, 1073–1083.
struct StateKernel {
  let form: StateForm
  let n: Int
  let m: Int
  let w: Int
  /// The states that Z reads, each with weight 1.
  private let read: [Int]
  private let sources: [Range<Int>]
  /// 1 where the outcome is observed.
  let isObserved: UnsafeMutablePointer<Double>
  /// n × w, row by row: the columns as given and whitened.
  let columns: UnsafeMutablePointer<Double>
  let white: UnsafeMutablePointer<Double>
  /// m × w: a₁ of each column, and aₙ₊₁.
  let starts: UnsafeMutablePointer<Double>
  let finals: UnsafeMutablePointer<Double>
  /// m × m: P₁ and Pₙ₊₁.
  let firstVariance: UnsafeMutablePointer<Double>
  let finalVariance: UnsafeMutablePointer<Double>
  /// n × m gains, and 1/√F of each period, 0 where missing.
  let gains: UnsafeMutablePointer<Double>
  let precisions: UnsafeMutablePointer<Double>
  private let scratch: UnsafeMutablePointer<Double>

  /// Runs `body` with a kernel whose memory is zero but for the columns.
  ///
  /// - Parameters:
  ///   - form: the states.
  ///   - columns: the outcome, NaN where missing, then the regressors; all of one length.
  ///   - body: may keep nothing of the kernel.
  /// - Returns: what `body` returns.
  /// - Throws: what `body` throws.
  static func lend<R, E: Error>(
    _ form: StateForm, _ columns: [[Double]], _ body: (StateKernel) throws(E) -> R
  ) throws(E) -> R {
    let (n, m, w) = (columns[0].count, form.stateCount, columns.count)
    let size = n + 2 * n * w + 2 * m * w + 3 * m * m + n * m + n + m + w
    // One block for all parts; the pointers into it do not outlive it.
    let memory = UnsafeMutablePointer<Double>.allocate(capacity: size)
    memory.initialize(repeating: 0, count: size)
    defer { memory.deallocate() }
    let kernel = StateKernel(form, n: n, w: w, memory)
    for (j, column) in columns.enumerated() {
      for t in 0..<n { kernel.columns[t * w + j] = column[t].isNaN ? 0 : column[t] }
    }
    for t in 0..<n { kernel.isObserved[t] = columns[0][t].isNaN ? 0 : 1 }
    return try body(kernel)
  }

  private init(_ form: StateForm, n: Int, w: Int, _ memory: UnsafeMutablePointer<Double>) {
    let m = form.stateCount
    (self.form, self.n, self.m, self.w) = (form, n, m, w)
    read = form.observation.indices.filter { form.observation[$0] != 0 }
    sources = form.sources.map { form.disturbed(by: $0) }
    var next = memory
    func take(_ count: Int) -> UnsafeMutablePointer<Double> {
      defer { next += count }
      return next
    }
    isObserved = take(n)
    columns = take(n * w)
    white = take(n * w)
    starts = take(m * w)
    finals = take(m * w)
    firstVariance = take(m * m)
    finalVariance = take(m * m)
    gains = take(n * m)
    precisions = take(n)
    scratch = take(m * m + m + w)
  }

  /// How many periods have an outcome.
  var observedCount: Int { (0..<n).count { isObserved[$0] > 0 } }

  /// Fills gains and precisions, and Pₙ₊₁.
  ///
  /// - Returns: Σ ln F over the observed periods.
  func filter(_ variances: StateVariances) -> Double {
    let p = finalVariance
    for i in 0..<m * m { p[i] = firstVariance[i] }
    // Products of F before their logarithm is taken.
    var (logs, product) = (0.0, 1.0)
    if m == 1 {
      let (h, q) = (variances.observation, variances.states[0])
      var variance = p[0]
      for t in 0..<n {
        if isObserved[t] > 0 {
          let f = variance + h
          let k = variance / f
          gains[t] = k
          precisions[t] = 1 / f.squareRoot()
          product *= f
          if !(product > 1e-200 && product < 1e200) {
            logs += log(product)
            product = 1
          }
          variance = k * h
        }
        variance += q
      }
      p[0] = variance
      return logs + log(product)
    }
    if m == 2, form.hasSlope { return filterTrend(variances) }
    let (mvec, turned) = (scratch, scratch + m)
    for t in 0..<n {
      if isObserved[t] > 0 {
        var f = variances.observation
        for i in 0..<m {
          var sum = 0.0
          for z in read { sum += p[i * m + z] }
          mvec[i] = sum
        }
        for z in read { f += mvec[z] }
        let inverse = 1 / f
        for i in 0..<m {
          let k = mvec[i] * inverse
          gains[t * m + i] = k
          for j in 0..<m { p[i * m + j] -= k * mvec[j] }
        }
        precisions[t] = inverse.squareRoot()
        product *= f
        if !(product > 1e-200 && product < 1e200) {
          logs += log(product)
          product = 1
        }
      }
      // T P, turned, then T again: T (T P)ᵀ = T P Tᵀ.
      form.advance(p, width: m, scratch: mvec)
      for i in 0..<m { for j in 0..<m { turned[j * m + i] = p[i * m + j] } }
      form.advance(turned, width: m, scratch: mvec)
      for i in 0..<m * m { p[i] = turned[i] }
      for (source, q) in zip(sources, variances.states) { for i in source { p[i * m + i] += q } }
    }
    return logs + log(product)
  }

  /// ``filter(_:)`` of a level with a slope, its three moments in registers.
  private func filterTrend(_ variances: StateVariances) -> Double {
    let p = finalVariance
    let (h, q, r) = (variances.observation, variances.states[0], variances.states[1])
    var (a, b, c) = (p[0], p[1], p[3])
    var (logs, product) = (0.0, 1.0)
    for t in 0..<n {
      if isObserved[t] > 0 {
        let f = a + h
        let inverse = 1 / f
        let (k, l) = (a * inverse, b * inverse)
        gains[2 * t] = k
        gains[2 * t + 1] = l
        precisions[t] = inverse.squareRoot()
        product *= f
        if !(product > 1e-200 && product < 1e200) {
          logs += log(product)
          product = 1
        }
        c -= l * b
        b -= k * b
        a = k * h
      }
      a += 2 * b + c + q
      b += c
      c += r
    }
    (p[0], p[1], p[2], p[3]) = (a, b, b, c)
    return logs + log(product)
  }

  /// Σ v²/F of y − Xβ, by the gains of the last ``filter(_:)``.
  ///
  /// - Parameters:
  ///   - beta: one coefficient a regressor column.
  ///   - memory: of m numbers.
  /// - Returns: the sum of squares.
  func squares(_ beta: UnsafePointer<Double>, _ memory: UnsafeMutablePointer<Double>) -> Double {
    for i in 0..<m { memory[i] = starts[i * w] }
    var sum = 0.0
    for t in 0..<n {
      if isObserved[t] > 0 {
        let row = columns + t * w
        var v = row[0]
        for j in 1..<max(1, w) { v -= row[j] * beta[j - 1] }
        for z in read { v -= memory[z] }
        for i in 0..<m { memory[i] += gains[t * m + i] * v }
        v *= precisions[t]
        sum += v * v
      }
      form.advance(memory, width: 1, scratch: scratch)
    }
    return sum
  }

  /// Whitens all columns by the gains of the last ``filter(_:)``, and fills aₙ₊₁.
  func whiten() {
    let a = finals
    for i in 0..<m * w { a[i] = starts[i] }
    for t in 0..<n {
      let (row, out) = (columns + t * w, white + t * w)
      if isObserved[t] > 0 {
        let precision = precisions[t]
        if m == 1 {
          let k = gains[t]
          for j in 0..<w {
            let v = row[j] - a[j]
            a[j] += k * v
            out[j] = v * precision
          }
          continue
        }
        for j in 0..<w {
          var v = row[j]
          for z in read { v -= a[z * w + j] }
          out[j] = v
        }
        for i in 0..<m {
          let k = gains[t * m + i]
          for j in 0..<w { a[i * w + j] += k * out[j] }
        }
        for j in 0..<w { out[j] *= precision }
      }
      form.advance(a, width: w, scratch: scratch)
    }
  }

  /// What a draw of the disturbances given the outcome adds up to.
  struct Squares {
    /// Σ ε² over the observed periods.
    var observation = 0.0
    /// Σ of squares of each source's disturbances.
    var states: [Double]
  }

  /// Draws all disturbances given y − Xβ, by the gains of the last ``filter(_:)``.
  ///
  /// A draw ε⁺, η⁺, α₁⁺ from the model itself is moved to the data, with v the innovations of
  /// y − Xβ − y⁺:
  ///
  /// ```
  /// u = Tᵀ rₜ,  eₜ = vₜ/Fₜ − kₜᵀu,  rₜ₋₁ = u + Zᵀ eₜ
  /// ε̃ₜ = ε⁺ₜ + σ² eₜ,  η̃ₜ = η⁺ₜ + Q rₜ
  /// ```
  ///
  /// - Parameters:
  ///   - variances: those of the last pass.
  ///   - beta: one coefficient a regressor column.
  ///   - memory: of n (m + 3) + 3 m numbers.
  ///   - draws: what is drawn from.
  ///   - squares: is overwritten.
  /// - Source: Durbin & Koopman (2002), *Biometrika* 89, 603–616.
  func drawDisturbances(
    _ variances: StateVariances, _ beta: UnsafePointer<Double>,
    _ memory: UnsafeMutablePointer<Double>, _ draws: inout RandomStream, _ squares: inout Squares
  ) {
    let eta = memory
    let epsilon = eta + n * m
    let errors = epsilon + n
    let state = errors + n
    let mean = state + m
    let r = mean + m
    let noise = variances.observation.squareRoot()
    for i in 0..<m {
      // P₁ is diagonal in every structural form.
      state[i] = firstVariance[i * m + i].squareRoot() * draws.normal()
      mean[i] = starts[i * w]
      r[i] = 0
    }
    for t in 0..<n {
      if isObserved[t] > 0 {
        let row = columns + t * w
        var v = row[0]
        for j in 1..<max(1, w) { v -= row[j] * beta[j - 1] }
        let draw = noise * draws.normal()
        epsilon[t] = draw
        v -= draw
        for z in read { v -= state[z] + mean[z] }
        errors[t] = v
        for i in 0..<m { mean[i] += gains[t * m + i] * v }
      }
      form.advance(mean, width: 1, scratch: scratch)
      form.advance(state, width: 1, scratch: scratch)
      for (source, q) in zip(sources, variances.states) {
        let deviation = q.squareRoot()
        for i in source {
          let draw = deviation * draws.normal()
          eta[t * m + i] = draw
          state[i] += draw
        }
      }
    }
    squares.observation = 0
    for s in squares.states.indices { squares.states[s] = 0 }
    for t in stride(from: n - 1, through: 0, by: -1) {
      // The disturbance of the last period reaches no outcome.
      if t < n - 1 {
        for s in sources.indices {
          var sum = 0.0
          let q = variances.states[s]
          for i in sources[s] {
            let value = eta[t * m + i] + q * r[i]
            sum += value * value
          }
          squares.states[s] += sum
        }
      }
      form.advanceTransposed(r)
      guard isObserved[t] > 0 else { continue }
      var e = errors[t] * precisions[t] * precisions[t]
      for i in 0..<m { e -= gains[t * m + i] * r[i] }
      let value = epsilon[t] + variances.observation * e
      squares.observation += value * value
      for z in read { r[z] += e }
    }
  }
}
