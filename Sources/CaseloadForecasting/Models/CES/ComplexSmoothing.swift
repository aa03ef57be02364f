import CaseloadMath

/// What the recursions of complex exponential smoothing need of a number: a plain one for the data's
/// pass, and one that carries its derivatives for the search.
protocol SmoothingNumber {
  init(_ value: Double)
  static func + (a: Self, b: Self) -> Self
  static func - (a: Self, b: Self) -> Self
  static func * (a: Self, b: Self) -> Self
}

extension Double: SmoothingNumber {}

/// A number and its derivatives by up to four parameters: differentiation in forward mode.
struct Tangent: SmoothingNumber {
  var value: Double
  var slope: SIMD4<Double>

  init(_ value: Double) {
    self.value = value
    slope = .zero
  }

  /// The parameter in place `index` itself.
  init(_ value: Double, parameter index: Int) {
    self.init(value)
    slope[index] = 1
  }

  private init(value: Double, slope: SIMD4<Double>) {
    self.value = value
    self.slope = slope
  }

  @inline(__always) static func + (a: Tangent, b: Tangent) -> Tangent {
    Tangent(value: a.value + b.value, slope: a.slope + b.slope)
  }
  @inline(__always) static func - (a: Tangent, b: Tangent) -> Tangent {
    Tangent(value: a.value - b.value, slope: a.slope - b.slope)
  }
  @inline(__always) static func * (a: Tangent, b: Tangent) -> Tangent {
    Tangent(value: a.value * b.value, slope: a.value * b.slope + b.value * a.slope)
  }
}

/// Which parts smooth.
public enum ComplexSmoothingForm: String, Codable, Sendable, CaseIterable {
  /// A level.
  case none
  /// A level for each season.
  case simple
  /// A level and seasons that smooth plainly.
  case partial
  /// A level and seasons that smooth as complex numbers do.
  case full

  var hasLevel: Bool { self != .simple }
  var hasSeason: Bool { self != .none }
  /// α₀, α₁, β₀, β₁.
  var parameterCount: Int {
    switch self {
    case .none, .simple: 2
    case .partial: 3
    case .full: 4
    }
  }
  /// The letter in `CES(F)`.
  var letter: String { rawValue.prefix(1).uppercased() }
}

/// The smoothing parameters of a pass: α₀, α₁ of the level, β₀, β₁ of the seasons.
struct ComplexParameters<Number: SmoothingNumber> {
  var alpha0: Number
  var alpha1: Number
  var beta0: Number
  var beta1: Number
}

extension ComplexParameters: Equatable where Number == Double {}
extension ComplexParameters: Sendable where Number == Double {}
extension ComplexParameters: Encodable, Decodable where Number == Double {}

/// The states of complex exponential smoothing and their recursions.
///
/// A complex smoothing pair (ℓ, c) moves by the error ε as
///
/// ```
/// ℓ′ = ℓ − (1 − α₁) c + (α₀ − α₁) ε
/// c′ = ℓ + (1 − α₀) c + (α₀ + α₁) ε
/// ```
///
/// In the form `none` there is one pair and yₜ = ℓₜ₋₁ + εₜ; in `simple` a pair for each season and
/// yₜ = ℓₜ₋ₘ + εₜ; `partial` adds seasons to the pair, yₜ = ℓₜ₋₁ + sₜ₋ₘ + εₜ with sₜ = sₜ₋ₘ + β ε;
/// `full` adds seasonal pairs, which move with β₀, β₁ in the place of α₀, α₁.
struct ComplexStates<Number: SmoothingNumber> {
  let form: ComplexSmoothingForm
  var level: Number
  /// c, the information potential beside the level.
  var shadow: Number
  /// One a season, the first that of the series' first period; empty without seasons.
  var season: [Number]
  var seasonShadow: [Number]

  /// Moves a pair by the error; `first` and `second` are α₀ and α₁.
  @inline(__always)
  private static func move(
    _ level: inout Number, _ shadow: inout Number, _ first: Number, _ second: Number,
    _ error: Number
  ) {
    let one = Number(1)
    let next = level - (one - second) * shadow + (first - second) * error
    shadow = level + (one - first) * shadow + (first + second) * error
    level = next
  }

  /// The mean of the period whose season stands in `slot`.
  @inline(__always)
  func mean(_ slot: Int) -> Number {
    switch form {
    case .none: level
    case .simple: season[slot]
    case .partial, .full: level + season[slot]
    }
  }

  /// Goes on over one period with the error `error`, 0 where its value is not known.
  @inline(__always)
  mutating func step(_ slot: Int, _ p: ComplexParameters<Number>, error: Number) {
    switch form {
    case .none: Self.move(&level, &shadow, p.alpha0, p.alpha1, error)
    case .simple: Self.move(&season[slot], &seasonShadow[slot], p.alpha0, p.alpha1, error)
    case .partial:
      Self.move(&level, &shadow, p.alpha0, p.alpha1, error)
      season[slot] = season[slot] + p.beta0 * error
    case .full:
      Self.move(&level, &shadow, p.alpha0, p.alpha1, error)
      Self.move(&season[slot], &seasonShadow[slot], p.beta0, p.beta1, error)
    }
  }

  /// Every state carried on over one lag without an error, which is where a pass in the other
  /// direction starts.
  mutating func turn(_ p: ComplexParameters<Number>) {
    let zero = Number(0)
    if form.hasLevel { Self.move(&level, &shadow, p.alpha0, p.alpha1, zero) }
    for slot in season.indices {
      switch form {
      case .none, .partial: break
      case .simple: Self.move(&season[slot], &seasonShadow[slot], p.alpha0, p.alpha1, zero)
      case .full: Self.move(&season[slot], &seasonShadow[slot], p.beta0, p.beta1, zero)
      }
    }
  }

  /// Σ ε² of one pass over `y`, forward or back; a NaN has no error.
  mutating func pass(
    _ y: UnsafeBufferPointer<Double>, _ p: ComplexParameters<Number>, isForward: Bool
  ) -> Number {
    let n = y.count
    let period = max(1, season.count)
    var slot = isForward ? 0 : (n - 1) % period
    var sum = Number(0)
    for i in 0..<n {
      let value = y[isForward ? i : n - 1 - i]
      if value.isNaN {
        step(slot, p, error: Number(0))
      } else {
        let error = Number(value) - mean(slot)
        sum = sum + error * error
        step(slot, p, error: error)
      }
      if isForward {
        slot = slot + 1 == period ? 0 : slot + 1
      } else {
        slot = slot == 0 ? period - 1 : slot - 1
      }
    }
    return sum
  }

  /// The states before the first period, by a pass forward and one back from rough ones.
  mutating func backcast(_ y: UnsafeBufferPointer<Double>, _ p: ComplexParameters<Number>) {
    _ = pass(y, p, isForward: true)
    turn(p)
    _ = pass(y, p, isForward: false)
    turn(p)
  }
}

extension ComplexStates where Number == Double {
  /// Rough initial states: the mean of the first values, and the seasons of an additive
  /// decomposition; c is ℓ/1.1.
  ///
  /// `y` is without gaps; `length` is m, 1 without seasons.
  init(_ form: ComplexSmoothingForm, roughlyFrom y: [Double], length m: Int) {
    self.form = form
    let count = min(y.count, form == .none ? 10 : m)
    let mean = y.prefix(count).reduce(0, +) / Double(count)
    level = form.hasLevel ? mean : 0
    shadow = level / 1.1
    switch form {
    case .none: season = []
    case .simple: season = Array(y.prefix(m))
    case .partial, .full:
      season = ClassicalSeason(y, length: m, isMultiplicative: false).factors
    }
    seasonShadow = form == .partial ? season.map { _ in 0 } : season.map { $0 / 1.1 }
  }
}

extension ComplexStates where Number == Tangent {
  init(_ states: ComplexStates<Double>) {
    form = states.form
    level = Tangent(states.level)
    shadow = Tangent(states.shadow)
    season = states.season.map { Tangent($0) }
    seasonShadow = states.seasonShadow.map { Tangent($0) }
  }
}
