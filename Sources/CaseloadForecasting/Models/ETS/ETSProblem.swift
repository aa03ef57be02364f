import CaseloadMath

/// The maximum likelihood problem of one form on one tape, in the coordinates of the search.
///
/// The coordinates are, in order: those of α, β, γ, φ (see ``ETSBox``), the initial level, the
/// initial slope, the initial seasons but the first, and the coefficients. The first season is what
/// makes the seasons add up to 0 (or, multiplicative, to m).
struct ETSProblem {
  let tape: ETSTape
  let form: ETSForm
  let box: ETSBox

  var dimension: Int {
    form.coordinateCount(seasonLength: tape.seasonLength, regressorCount: tape.regressorCount)
  }

  /// Puts the states and coefficients of `x` on the tape.
  private func load(_ x: UnsafePointer<Double>) {
    var next = form.smoothingCount
    tape.level[0] = x[next]
    next += 1
    if form.trend == .none {
      tape.slope[0] = 0
    } else {
      tape.slope[0] = x[next]
      next += 1
    }
    if form.season != .none {
      let m = tape.seasonLength
      var sum = 0.0
      for j in 1..<m {
        tape.season[j] = x[next]
        sum += x[next]
        next += 1
      }
      tape.season[0] = (form.season == .multiplicative ? Double(m) : 0) - sum
    }
    for j in 0..<tape.regressorCount { tape.coefficients[j] = x[next + j] }
  }

  /// The coordinates of `smoothing` and of the states and coefficients on the tape.
  func coordinates(_ smoothing: ETSSmoothing) -> [Double] {
    var x = [Double](repeating: 0, count: dimension)
    x.withUnsafeMutableBufferPointer { x in
      if let base = x.baseAddress { box.setCoordinates(of: smoothing, base) }
    }
    var next = form.smoothingCount
    x[next] = tape.level[0]
    next += 1
    if form.trend != .none {
      x[next] = tape.slope[0]
      next += 1
    }
    if form.season != .none {
      for j in 1..<tape.seasonLength {
        x[next] = tape.season[j]
        next += 1
      }
    }
    for j in 0..<tape.regressorCount { x[next + j] = tape.coefficients[j] }
    return x
  }

  /// −2 ln L at `x`, and its gradient.
  func evaluate(_ x: UnsafeBufferPointer<Double>, _ g: UnsafeMutableBufferPointer<Double>)
    -> Double
  {
    guard let point = x.baseAddress else { return .infinity }
    load(point)
    guard startIsPositive else { return .infinity }
    let (smoothing, slopes) = box.parameters(point)
    var natural: ETSGradient? = ETSGradient()
    let value = tape.evaluate(form, smoothing, &natural)
    guard value < .infinity, let natural else { return .infinity }
    g[0] =
      natural.alpha * slopes.alpha.alpha + natural.beta * slopes.alpha.beta
      + natural.gamma * slopes.alpha.gamma
    var next = 1
    if form.trend != .none {
      g[next] = natural.beta * slopes.beta
      next += 1
    }
    if form.season != .none {
      g[next] = natural.gamma * slopes.gamma
      next += 1
    }
    if form.isDamped {
      g[next] = natural.phi * slopes.phi
      next += 1
    }
    g[next] = natural.level
    next += 1
    if form.trend != .none {
      g[next] = natural.slope
      next += 1
    }
    if form.season != .none {
      let first = tape.seasonAdjoint[0]
      for j in 1..<tape.seasonLength {
        g[next] = tape.seasonAdjoint[j] - first
        next += 1
      }
    }
    for j in 0..<tape.regressorCount { g[next + j] = tape.coefficientAdjoints[j] }
    return value
  }

  /// −2 ln L at `x`.
  func value(_ x: [Double]) -> Double {
    let smoothing = x.withUnsafeBufferPointer { x -> ETSSmoothing in
      guard let point = x.baseAddress else { return ETSSmoothing(alpha: 0) }
      load(point)
      return box.parameters(point).0
    }
    guard startIsPositive else { return .infinity }
    var none: ETSGradient?
    return tape.evaluate(form, smoothing, &none)
  }

  /// The smoothing parameters at `x`.
  func smoothing(_ x: [Double]) -> ETSSmoothing {
    x.withUnsafeBufferPointer { x in
      x.baseAddress.map { box.parameters($0).0 } ?? ETSSmoothing(alpha: 0)
    }
  }

  /// Multiplicative seasons start positive, as R demands.
  private var startIsPositive: Bool {
    guard form.season == .multiplicative else { return true }
    for j in 0..<tape.seasonLength where !(tape.season[j] > 0) { return false }
    return true
  }
}
