import CaseloadMath

/// The prior of a standard deviation σ, in units of the outcome's standard deviation before the start.
///
/// ```
/// 1/σ² ~ Gamma(ν/2, rate ν s²/2),   σ ≤ U
/// ```
///
/// ν counts how many observations the guess s is worth.
///
/// - Source: `SdPrior` of R's bsts (Scott & Varian, 2014, §2.3).
struct DeviationPrior: Sendable, Equatable {
  /// s.
  var guess: Double
  /// ν.
  var weight: Double
  /// U.
  var limit: Double

  /// ln of the density of ln σ at `logDeviation`.
  func logDensity(atLog logDeviation: Double) -> Double {
    let (shape, rate) = (weight / 2, weight * guess * guess / 2)
    guard logDeviation <= log(limit) else { return -.infinity }
    // λ = 1/σ² has |dλ/d ln σ| = 2 λ.
    return shape * (log(rate) - 2 * logDeviation) - rate * exp(-2 * logDeviation) + log(2)
      - SpecialFunctions.logGamma(shape) - log(mass)
  }

  /// The same up to a constant.
  func kernel(atLog logDeviation: Double) -> Double {
    -weight * logDeviation - 0.5 * weight * guess * guess * exp(-2 * logDeviation)
  }

  /// P(σ ≤ U) before the truncation.
  var mass: Double {
    let rate = weight * guess * guess / 2
    return Gamma(shape: weight / 2, scale: 1 / rate).upper(1 / (limit * limit))
  }

  /// A draw of σ² given `count` disturbances whose squares add up to `squares`.
  func drawVariance(count: Double, squares: Double, _ draws: inout RandomStream) -> Double {
    let shape = (weight + count) / 2
    let rate = (weight * guess * guess + squares) / 2
    let least = 1 / (limit * limit)
    for _ in 0..<8 {
      let precision = Self.gamma(shape, &draws) / rate
      if precision >= least { return 1 / precision }
    }
    // Far beyond the limit: by inversion of the upper tail.
    let distribution = Gamma(shape: shape, scale: 1 / rate)
    let tail = distribution.upper(least)
    guard tail > 0 else { return limit * limit }
    return 1 / max(least, distribution.upperQuantile(draws.uniform() * tail))
  }

  /// A draw of Gamma(shape, rate 1).
  ///
  /// - Source: Marsaglia & Tsang (2000), *ACM TOMS* 26, 363–372.
  private static func gamma(_ shape: Double, _ draws: inout RandomStream) -> Double {
    guard shape >= 1 else { return Gamma(shape: shape, scale: 1).sample(&draws) }
    let d = shape - 1.0 / 3
    let c = 1 / (9 * d).squareRoot()
    while true {
      let x = draws.normal()
      let root = 1 + c * x
      guard root > 0 else { continue }
      let v = root * root * root
      let u = draws.uniform()
      if log(u) < 0.5 * x * x + d * (1 - v + log(v)) { return d * v }
    }
  }
}

/// All priors of a Bayesian structural counterfactual, on the standardized scale.
///
/// ```
/// σ        weight 0.01, guess 1, ≤ 1.2           without regressors to choose from
///          weight 50, guess √(1 − R²), ≤ 1.2     with them; R² = 0.8
/// σ_level  weight 32, guess l, ≤ 1               l = 0.01
/// σ_slope  weight 32, guess 0.01, ≤ 1            σ_season likewise
/// μ₁ ~ N(z₁, 1);  slope and season start at N(0, 1)
/// β_γ | σ², γ ~ N(0, σ² Ω_γγ),  Ω⁻¹ = 0.01/n · (½ XᵀX + ½ diag XᵀX)
/// P(γⱼ = 1) = min(1, k/p),  k = 3
/// ```
///
/// These are CausalImpact's (its constants 32, 50, 0.8 and 3; the defaults of bsts and BoomSpikeSlab for
/// the rest), with two departures: the regression has no intercept, which the level repeats, and the
/// season's prior weighs as much as the level's: at bsts' own weight of 0.01 its chain sticks near zero.
///
/// - Sources: Brodersen et al. (2015), §2.2; Scott & Varian (2014); George & McCulloch (1997).
struct StructuralPrior: Sendable {
  var observation: DeviationPrior
  /// One a source of the form.
  var states: [DeviationPrior]

  static let levelWeight = 32.0

  init(
    _ form: StateForm, level: Double, slope: Double, season: Double, hasCandidates: Bool,
    expectedR2: Double
  ) {
    observation =
      hasCandidates
      ? DeviationPrior(guess: (1 - expectedR2).squareRoot(), weight: 50, limit: 1.2)
      : DeviationPrior(guess: 1, weight: 0.01, limit: 1.2)
    states = form.sources.map { source in
      let guess =
        switch source {
        case .level: level
        case .slope: slope
        case .season: season
        }
      return DeviationPrior(guess: guess, weight: Self.levelWeight, limit: 1)
    }
  }

  /// ln of the prior density of the logarithms of all standard deviations, the observation's first.
  func logDensity(_ logs: [Double]) -> Double {
    var sum = observation.logDensity(atLog: logs[0])
    for (prior, x) in zip(states, logs.dropFirst()) { sum += prior.logDensity(atLog: x) }
    return sum
  }
}
