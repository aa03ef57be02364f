import CaseloadMath

/// Which states a structural counterfactual has: level, slope, season.
///
/// ```
/// yₜ = μₜ + γₜ + xₜᵀβ + εₜ            εₜ ~ N(0, σ²)
/// μₜ₊₁ = μₜ + νₜ + ξₜ,  νₜ₊₁ = νₜ + ζₜ
/// dummy:          γₜ₊₁ = −γₜ − … − γₜ₋ₛ₊₂ + ωₜ
/// trigonometric:  γₜ = Σⱼ γⱼₜ,  [γⱼ, γⱼ*]ₜ₊₁ = C(2πj/s) [γⱼ, γⱼ*]ₜ + [ωⱼ, ωⱼ*]ₜ
/// ```
///
/// - Source: Durbin & Koopman (2012), eqs. 3.2–3.8.
struct StateForm: Sendable, Equatable {
  /// What a variance belongs to.
  enum Source: String, Sendable { case level, slope, season }

  enum Season: Sendable, Equatable {
    case none
    case dummy(length: Int)
    case trigonometric(length: Int, harmonics: Int)
  }

  let hasSlope: Bool
  let season: Season
  let stateCount: Int
  /// The first state of the season.
  let seasonStart: Int
  private let cosines: [Double]
  private let sines: [Double]

  init(hasSlope: Bool = false, season: Season = .none) {
    self.hasSlope = hasSlope
    self.season = season
    seasonStart = hasSlope ? 2 : 1
    switch season {
    case .none:
      stateCount = seasonStart
      (cosines, sines) = ([], [])
    case .dummy(let length):
      stateCount = seasonStart + length - 1
      (cosines, sines) = ([], [])
    case .trigonometric(let length, let harmonics):
      let frequencies = (1...harmonics).map { 2 * .pi * Double($0) / Double(length) }
      // The harmonic of two periods has no second state.
      stateCount = seasonStart + 2 * harmonics - (2 * harmonics == length ? 1 : 0)
      (cosines, sines) = (frequencies.map { cos($0) }, frequencies.map { sin($0) })
    }
  }

  /// The variances of the states, in the order in which they are kept.
  var sources: [Source] {
    var list = [Source.level]
    if hasSlope { list.append(.slope) }
    if season != .none { list.append(.season) }
    return list
  }

  /// The states that the disturbances of a source enter, each by its own.
  func disturbed(by source: Source) -> Range<Int> {
    switch source {
    case .level: 0..<1
    case .slope: 1..<2
    case .season:
      if case .dummy = season { seasonStart..<seasonStart + 1 } else { seasonStart..<stateCount }
    }
  }

  /// Z: the weight of each state in the observation.
  var observation: [Double] {
    var z = [Double](repeating: 0, count: stateCount)
    z[0] = 1
    switch season {
    case .none: break
    case .dummy: z[seasonStart] = 1
    case .trigonometric: for i in stride(from: seasonStart, to: stateCount, by: 2) { z[i] = 1 }
    }
    return z
  }

  /// X ← T X for `width` state vectors side by side, state i of vector j at i · width + j.
  ///
  /// - Parameters:
  ///   - x: the vectors.
  ///   - width: how many.
  ///   - scratch: of `width` numbers.
  @inline(__always)
  func advance(
    _ x: UnsafeMutablePointer<Double>, width: Int, scratch: UnsafeMutablePointer<Double>
  ) {
    if hasSlope { for j in 0..<width { x[j] += x[width + j] } }
    switch season {
    case .none: return
    case .dummy:
      let (c, last) = (seasonStart * width, (stateCount - 1) * width)
      for j in 0..<width { scratch[j] = -x[c + j] }
      for i in stride(from: c + width, through: last, by: width) {
        for j in 0..<width { scratch[j] -= x[i + j] }
      }
      (x + c + width).update(from: x + c, count: last - c)
      for j in 0..<width { x[c + j] = scratch[j] }
    case .trigonometric: rotate(x, width: width, sign: 1)
    }
  }

  /// x ← Tᵀ x.
  @inline(__always)
  func advanceTransposed(_ x: UnsafeMutablePointer<Double>) {
    if hasSlope { x[1] += x[0] }
    switch season {
    case .none: return
    case .dummy:
      let (c, last) = (seasonStart, stateCount - 1)
      let first = x[c]
      for i in c..<last { x[i] = x[i + 1] - first }
      x[last] = -first
    case .trigonometric: rotate(x, width: 1, sign: -1)
    }
  }

  private func rotate(_ x: UnsafeMutablePointer<Double>, width: Int, sign: Double) {
    for h in cosines.indices {
      let i = seasonStart + 2 * h
      let (c, s) = (cosines[h], sign * sines[h])
      if i + 1 == stateCount {
        for j in 0..<width { x[i * width + j] = -x[i * width + j] }
      } else {
        for j in 0..<width {
          let (a, b) = (x[i * width + j], x[(i + 1) * width + j])
          x[i * width + j] = c * a + s * b
          x[(i + 1) * width + j] = c * b - s * a
        }
      }
    }
  }
}

/// The variances of a structural counterfactual: of the observation and of each source of its form.
struct StateVariances: Sendable, Equatable {
  /// σ².
  var observation: Double
  /// One a source.
  var states: [Double]
}
