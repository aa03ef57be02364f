import CaseloadMath

/// Which parts a TBATS model has.
struct TBATSShape: Sendable, Equatable, Codable {
  /// The lengths of the seasons, which need not be whole.
  var periods: [Double] = []
  /// kᵢ: how many harmonics each season has.
  var harmonics: [Int] = []
  var hasBoxCox = false
  var hasTrend = false
  var isDamped = false
  /// p and q of the errors.
  var autoregressive = 0
  var movingAverage = 0

  var harmonicCount: Int { harmonics.reduce(0, +) }
  /// The states: level, slope, two for each harmonic.
  var stateCount: Int { 1 + (hasTrend ? 1 : 0) + 2 * harmonicCount }
  /// The initial states that are estimated: the conjugate of a wave of period 2 is none.
  var seedCount: Int {
    stateCount - zip(periods, harmonics).count { $0 == 2 * Double($1) }
  }
  /// The parameters that are searched for.
  var parameterCount: Int {
    (hasBoxCox ? 1 : 0) + 1 + (hasTrend ? 1 : 0) + (isDamped ? 1 : 0) + 2 * periods.count
      + autoregressive + movingAverage
  }

  /// The same without seasons.
  var nonSeasonal: TBATSShape {
    var shape = self
    (shape.periods, shape.harmonics) = ([], [])
    return shape
  }

  /// `TBATS(0.03, {5,0}, 0.999, {<4,1>})`: λ, {p,q}, φ and each season with its harmonics.
  func form(_ parameters: TBATSParameters) -> String {
    let lambda = parameters.lambda.map { Self.rounded($0) } ?? "1"
    let damping = isDamped ? Self.rounded(parameters.phi) : (hasTrend ? "1" : "-")
    let errors = "{\(autoregressive),\(movingAverage)}"
    guard !periods.isEmpty else { return "BATS(\(lambda), \(errors), \(damping), -)" }
    let seasons = zip(periods, harmonics).map { period, count in
      let length = period == period.rounded() ? String(Int(period)) : Self.rounded(period)
      return "<\(length),\(count)>"
    }
    return "TBATS(\(lambda), \(errors), \(damping), {\(seasons.joined(separator: ", "))})"
  }

  private static func rounded(_ x: Double) -> String {
    let thousandths = Int((1000 * x).rounded())
    let (whole, rest) = (thousandths / 1000, abs(thousandths % 1000))
    if rest == 0 { return String(whole) }
    var digits = String(rest)
    while digits.count < 3 { digits = "0" + digits }
    while digits.hasSuffix("0") { digits.removeLast() }
    return "\(x < 0 && whole == 0 ? "-" : "")\(whole).\(digits)"
  }
}

/// The smoothing parameters of a TBATS model.
struct TBATSParameters: Sendable, Equatable, Codable {
  /// λ; `nil` without a transformation.
  var lambda: Double?
  var alpha = 0.09
  /// 0 without a slope.
  var beta = 0.0
  /// φ: 1 without damping.
  var phi = 1.0
  /// γ₁ and γ₂ of each season.
  var gamma1: [Double] = []
  var gamma2: [Double] = []
  /// φ₁ … φₚ and θ₁ … θ_q of the errors.
  var autoregressive: [Double] = []
  var movingAverage: [Double] = []
}

/// Where a TBATS model stands after a period.
struct TBATSState: Sendable, Equatable, Codable {
  var level = 0.0
  var slope = 0.0
  /// s and s* of each harmonic.
  var season: [Double]
  var conjugate: [Double]
  /// d and ε of the last max(p, q) periods, the latest first.
  var errors: [Double]
  var innovations: [Double]

  init(_ shape: TBATSShape) {
    season = [Double](repeating: 0, count: shape.harmonicCount)
    conjugate = season
    errors = [Double](repeating: 0, count: shape.autoregressive)
    innovations = [Double](repeating: 0, count: shape.movingAverage)
  }

  /// The seeds in the order of ``TBATSKernel``: level, slope, seasons, conjugates.
  init(_ shape: TBATSShape, seeds: [Double]) {
    self.init(shape)
    level = seeds[0]
    var next = 1
    if shape.hasTrend {
      slope = seeds[1]
      next = 2
    }
    let count = shape.harmonicCount
    season = Array(seeds[next..<(next + count)])
    conjugate = Array(seeds[(next + count)..<(next + 2 * count)])
  }
}

/// The equations of a TBATS model, step by step.
struct TBATSSystem: Sendable {
  let shape: TBATSShape
  let parameters: TBATSParameters
  /// cos and sin of every harmonic's angle, and its γ₁ and γ₂.
  let cosines: [Double]
  let sines: [Double]
  let gamma1: [Double]
  let gamma2: [Double]

  init(_ shape: TBATSShape, _ parameters: TBATSParameters) {
    self.shape = shape
    self.parameters = parameters
    let angles = Self.angles(shape)
    cosines = angles.map { cos($0) }
    sines = angles.map { sin($0) }
    gamma1 = zip(parameters.gamma1, shape.harmonics).flatMap {
      [Double](repeating: $0, count: $1)
    }
    gamma2 = zip(parameters.gamma2, shape.harmonics).flatMap {
      [Double](repeating: $0, count: $1)
    }
  }

  static func angles(_ shape: TBATSShape) -> [Double] {
    zip(shape.periods, shape.harmonics).flatMap { period, count in
      (1...max(1, count)).prefix(count).map { 2 * .pi * Double($0) / period }
    }
  }

  /// The mean of the next value, and the part of it that the errors' ARMA makes.
  func mean(_ state: TBATSState) -> (mean: Double, arma: Double) {
    var base = state.level + parameters.phi * state.slope
    for s in state.season { base += s }
    var arma = 0.0
    for (a, d) in zip(parameters.autoregressive, state.errors) { arma += a * d }
    for (m, e) in zip(parameters.movingAverage, state.innovations) { arma += m * e }
    return (base + arma, arma)
  }

  /// Takes `state` one period on, with the innovation `innovation`.
  func advance(_ state: inout TBATSState, arma: Double, innovation: Double) {
    let d = arma + innovation
    state.level += parameters.phi * state.slope + parameters.alpha * d
    state.slope = parameters.phi * state.slope + parameters.beta * d
    for h in cosines.indices {
      let (s, c) = (state.season[h], state.conjugate[h])
      state.season[h] = cosines[h] * s + sines[h] * c + gamma1[h] * d
      state.conjugate[h] = cosines[h] * c - sines[h] * s + gamma2[h] * d
    }
    if !state.errors.isEmpty {
      state.errors.removeLast()
      state.errors.insert(d, at: 0)
    }
    if !state.innovations.isEmpty {
      state.innovations.removeLast()
      state.innovations.insert(innovation, at: 0)
    }
  }
}
