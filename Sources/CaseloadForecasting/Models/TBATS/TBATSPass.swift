import CaseloadMath

/// The filter of a TBATS model, forwards and backwards, over buffers that the kernel owns.
///
/// ```
/// dₜ = zₜ − ℓₜ₋₁ − φ bₜ₋₁ − Σ sⱼ,ₜ₋₁            (a missing zₜ: dₜ = uₜ, εₜ = 0)
/// uₜ = Σ φᵢ dₜ₋ᵢ + Σ θᵢ εₜ₋ᵢ,   εₜ = dₜ − uₜ
/// ε = ε⁰ − W x₀,   wₜ = w′Dᵗ⁻¹,   D = F − g w′,   W the rows w after the errors' ARMA filter
/// ```
///
/// Errors are linear in the seeds x₀, so these solve a least-squares problem for every choice of the
/// other parameters. The rows w follow from one another through the sparse F at the price of one
/// filter step. At the best seeds the gradient is that with the seeds held fixed; one pass backwards
/// (adjoint: ā is the derivative of Σ ε² by a) gives all of it.
///
/// Letters: z data, d errors, e = ε innovations, s and c a harmonic and its conjugate, n values,
/// k seeds, p and q the orders of the errors. Pointers, because a step costs a few nanoseconds and
/// bounds checks would double it.
struct TBATSPass {
  typealias Buffer = UnsafeMutableBufferPointer<Double>

  let layout: TBATSKernel.Layout
  let seeds: Buffer
  private let alpha: Double
  private let beta: Double
  private let phi: Double
  private let z: Buffer
  private let d: Buffer
  private let e: Buffer
  private let slopes: Buffer
  private let dBar: Buffer
  private let eBar: Buffer
  private let zBar: Buffer
  private let rows: Buffer
  private let white: Buffer
  private let gram: Buffer
  private let moments: Buffer
  private let s: Buffer
  private let c: Buffer
  private let cosines: Buffer
  private let sines: Buffer
  private let gamma1: Buffer
  private let gamma2: Buffer
  private let ar: Buffer
  private let ma: Buffer

  init(
    _ slab: Buffer, _ layout: TBATSKernel.Layout, alpha: Double, beta: Double, phi: Double
  ) {
    func part(_ start: Int, _ count: Int) -> Buffer {
      Buffer(rebasing: slab[start..<(start + count)])
    }
    self.layout = layout
    (self.alpha, self.beta, self.phi) = (alpha, beta, phi)
    let (n, k, h) = (layout.n, layout.k, layout.harmonics)
    (z, d, e) = (part(layout.z, n), part(layout.d, n), part(layout.e, n))
    slopes = part(layout.slopes, n)
    (dBar, eBar, zBar) = (part(layout.dBar, n), part(layout.eBar, n), part(layout.zBar, n))
    (rows, white) = (part(layout.rows, n * k), part(layout.white, n * k))
    (gram, moments) = (part(layout.gram, k * k), part(layout.moments, k))
    seeds = part(layout.seeds, k)
    (s, c) = (part(layout.s, h), part(layout.c, h))
    (cosines, sines) = (part(layout.cosines, h), part(layout.sines, h))
    (gamma1, gamma2) = (part(layout.gamma1, h), part(layout.gamma2, h))
    (ar, ma) = (part(layout.ar, layout.p), part(layout.ma, layout.q))
  }

  /// The filter from the seeds; returns Σ ε².
  func run() -> Double {
    let (n, count, p, q) = (layout.n, layout.harmonics, layout.p, layout.q)
    let offset = layout.hasTrend ? 2 : 1
    var level = seeds[0]
    var slope = layout.hasTrend ? seeds[1] : 0
    for h in 0..<count {
      s[h] = seeds[offset + h]
      c[h] = seeds[offset + count + h]
    }
    var squares = 0.0
    for t in 0..<n {
      var base = level + phi * slope
      for h in 0..<count { base += s[h] }
      var arma = 0.0
      for i in 0..<min(p, t) { arma += ar[i] * d[t - 1 - i] }
      for i in 0..<min(q, t) { arma += ma[i] * e[t - 1 - i] }
      let isMissing = z[t].isNaN
      let error = isMissing ? arma : z[t] - base
      let innovation = isMissing ? 0 : error - arma
      d[t] = error
      e[t] = innovation
      slopes[t] = slope
      squares += innovation * innovation
      level += phi * slope + alpha * error
      slope = phi * slope + beta * error
      for h in 0..<count {
        let (a, b) = (s[h], c[h])
        s[h] = cosines[h] * a + sines[h] * b + gamma1[h] * error
        c[h] = cosines[h] * b - sines[h] * a + gamma2[h] * error
      }
    }
    return squares
  }

  /// One step of the row w′ → w′D over (level, slope, s, c); returns nothing but what it changes.
  private func advanceRow(_ level: inout Double, _ slope: inout Double) {
    var gain = alpha * level + beta * slope
    for h in 0..<layout.harmonics { gain += gamma1[h] * s[h] + gamma2[h] * c[h] }
    if layout.hasTrend { slope = phi * (level + slope - gain) }
    level -= gain
    for h in 0..<layout.harmonics {
      let (a, b) = (s[h], c[h])
      s[h] = cosines[h] * a - sines[h] * b - gain
      c[h] = sines[h] * a + cosines[h] * b
    }
  }

  private var energyOfW: Double { 1 + phi * phi + Double(layout.harmonics) }

  private func startRow() {
    for h in 0..<layout.harmonics {
      s[h] = 1
      c[h] = 0
    }
  }

  /// The square of the row's length.
  private func energy(_ level: Double, _ slope: Double) -> Double {
    var sum = level * level + slope * slope
    for h in 0..<layout.harmonics { sum += s[h] * s[h] + c[h] * c[h] }
    return sum
  }

  /// How fast rows may grow from one step to the next: not at all, but for what rounding and the
  /// beats between waves make.
  static let largestGrowth = 1.0005
  private static let growthSteps = 200

  /// Whether the row does not grow any more.
  private func settles(_ level: Double, _ slope: Double) -> Bool {
    var (level, slope) = (level, slope)
    let before = energy(level, slope)
    for _ in 0..<Self.growthSteps { advanceRow(&level, &slope) }
    let limit = pow(Self.largestGrowth, 2 * Double(Self.growthSteps))
    return energy(level, slope) <= max(1e-12, limit * before) && before < 1e6 * energyOfW
  }

  /// Whether the filter forgets its seeds, as ``fillRows()`` asks, by itself.
  func forgets() -> Bool {
    var level = 1.0
    var slope = layout.hasTrend ? phi : 0
    startRow()
    for _ in 0..<layout.n { advanceRow(&level, &slope) }
    return settles(level, slope)
  }

  /// The rows of W and their products; `false` where they grow: the filter does not forget its
  /// seeds, and seeds could be had that explain the data by explosions.
  func fillRows() -> Bool {
    let (n, count, k) = (layout.n, layout.harmonics, layout.k)
    let offset = layout.hasTrend ? 2 : 1
    var level = 1.0
    var slope = layout.hasTrend ? phi : 0
    startRow()
    for t in 0..<n {
      let row = t * k
      rows[row] = level
      if offset == 2 { rows[row + 1] = slope }
      for h in 0..<count {
        rows[row + offset + h] = s[h]
        rows[row + offset + count + h] = c[h]
      }
      advanceRow(&level, &slope)
    }
    guard settles(level, slope) else { return false }
    guard layout.p + layout.q > 0 else {
      accumulate(rows)
      return true
    }
    for t in 0..<n {
      for j in 0..<k {
        var value = rows[t * k + j]
        for i in 0..<min(layout.p, t) { value -= ar[i] * rows[(t - 1 - i) * k + j] }
        for i in 0..<min(layout.q, t) { value -= ma[i] * white[(t - 1 - i) * k + j] }
        white[t * k + j] = value
      }
    }
    accumulate(white)
    return true
  }

  /// The growth of the rows over a thousand steps, after a thousand: about the largest root of D.
  func largestRoot() -> Double {
    var level = 1.0
    var slope = layout.hasTrend ? phi : 0
    startRow()
    let steps = 1000
    var logSize = 0.0
    for step in 0..<(2 * steps) {
      advanceRow(&level, &slope)
      // Scaled now and then, lest it over- or underflows.
      guard step % 100 == 99 else { continue }
      let size = energy(level, slope).squareRoot()
      guard size > 0, size.isFinite else { return size > 0 ? .infinity : 0 }
      if step >= steps { logSize += log(size) }
      level /= size
      slope /= size
      for h in 0..<layout.harmonics {
        s[h] /= size
        c[h] /= size
      }
    }
    return exp(logSize / Double(steps))
  }

  /// The columns of W by one run of the filter for every seed: with gaps D changes over time.
  func fillColumns() {
    let (n, k) = (layout.n, layout.k)
    // The data and ε⁰ wait in the adjoint buffers.
    for t in 0..<n {
      zBar[t] = z[t]
      eBar[t] = e[t]
      if !z[t].isNaN { z[t] = 0 }
    }
    for j in 0..<k {
      seeds[j] = 1
      _ = run()
      seeds[j] = 0
      for t in 0..<n { white[t * k + j] = -e[t] }
    }
    for t in 0..<n {
      z[t] = zBar[t]
      e[t] = eBar[t]
    }
    accumulate(white)
  }

  /// W′W and W′ε⁰.
  private func accumulate(_ matrix: Buffer) {
    let k = layout.k
    for i in 0..<(k * k) { gram[i] = 0 }
    for i in 0..<k { moments[i] = 0 }
    for t in 0..<layout.n {
      let row = t * k
      var largest = 0.0
      for i in 0..<k {
        let value = matrix[row + i]
        largest = max(largest, abs(value))
        moments[i] += value * e[t]
        for j in 0...i { gram[i * k + j] += value * matrix[row + j] }
      }
      // What is left of the seeds is lost in rounding, and stays so; gaps let it rest.
      if largest < 1e-12, t > 0, !z[t].isNaN { break }
    }
  }

  /// The seeds by Cholesky; one that the data do not determine is 0.
  func solveSeeds() {
    let k = layout.k
    for i in 0..<k {
      let diagonal = gram[i * k + i]
      for j in 0...i {
        var sum = gram[i * k + j]
        for l in 0..<j { sum -= gram[i * k + l] * gram[j * k + l] }
        if j < i {
          gram[i * k + j] = gram[j * k + j] > 0 ? sum / gram[j * k + j] : 0
        } else {
          gram[i * k + i] = sum > 1e-13 * diagonal ? sum.squareRoot() : 0
        }
      }
    }
    for i in 0..<k {
      var sum = moments[i]
      for l in 0..<i { sum -= gram[i * k + l] * seeds[l] }
      seeds[i] = gram[i * k + i] > 0 ? sum / gram[i * k + i] : 0
    }
    for i in (0..<k).reversed() {
      var sum = seeds[i]
      for l in (i + 1)..<max(k, i + 1) { sum -= gram[l * k + i] * seeds[l] }
      seeds[i] = gram[i * k + i] > 0 ? sum / gram[i * k + i] : 0
    }
  }

  /// The gradient of Σ ε² after ``run()``; `owner` is the season of each harmonic.
  func gradient(_ owner: [Int], into gradient: inout TBATSParameters) {
    let (n, count, p, q) = (layout.n, layout.harmonics, layout.p, layout.q)
    (gradient.alpha, gradient.beta, gradient.phi) = (0, 0, 0)
    for i in gradient.gamma1.indices { (gradient.gamma1[i], gradient.gamma2[i]) = (0, 0) }
    for i in 0..<p { gradient.autoregressive[i] = 0 }
    for i in 0..<q { gradient.movingAverage[i] = 0 }
    for t in 0..<n { (dBar[t], eBar[t]) = (0, 0) }
    for h in 0..<count { (s[h], c[h]) = (0, 0) }
    var (level, slope) = (0.0, 0.0)
    for t in (0..<n).reversed() {
      let isMissing = z[t].isNaN
      let innovation = isMissing ? 0 : 2 * e[t] + eBar[t]
      var error = dBar[t] + innovation + alpha * level + beta * slope
      gradient.alpha += level * d[t]
      gradient.beta += slope * d[t]
      for h in 0..<count {
        error += gamma1[h] * s[h] + gamma2[h] * c[h]
        gradient.gamma1[owner[h]] += s[h] * d[t]
        gradient.gamma2[owner[h]] += c[h] * d[t]
      }
      let arma = isMissing ? error : -innovation
      for i in 0..<min(p, t) {
        gradient.autoregressive[i] += arma * d[t - 1 - i]
        dBar[t - 1 - i] += arma * ar[i]
      }
      for i in 0..<min(q, t) {
        gradient.movingAverage[i] += arma * e[t - 1 - i]
        eBar[t - 1 - i] += arma * ma[i]
      }
      let base = isMissing ? 0 : error
      zBar[t] = base
      gradient.phi += slopes[t] * (level + slope - base)
      slope = phi * (level + slope - base)
      level -= base
      for h in 0..<count {
        let (a, b) = (s[h], c[h])
        s[h] = cosines[h] * a - sines[h] * b - base
        c[h] = sines[h] * a + cosines[h] * b
      }
    }
  }
}
