import CaseloadMath

/// The recursion of the ETS family and its adjoint.
///
/// ```
/// qₜ = ℓₜ₋₁,   ℓₜ₋₁ + φ bₜ₋₁,   ℓₜ₋₁ bₜ₋₁^φ                       trend N, A, M
/// μₜ = qₜ,   qₜ + sₜ₋ₘ,   qₜ sₜ₋ₘ;   plus β′xₜ                      season N, A, M
/// εₜ = yₜ − μₜ,   pₜ = εₜ or εₜ/sₜ₋ₘ (season M);   eₜ = εₜ/μₜ        0 where yₜ is missing
/// ℓₜ = qₜ + α pₜ
/// bₜ = φ bₜ₋₁ + β pₜ   or   bₜ₋₁^φ + β pₜ/ℓₜ₋₁                      trend A, M
/// sₜ = sₜ₋ₘ + γ εₜ   or   sₜ₋ₘ + γ εₜ/qₜ                            season A, M
///
/// −2 ln L = n ln Σ εₜ²   (error A),   n ln Σ eₜ² + 2 Σ ln μₜ   (error M)
/// ```
///
/// The kind of the error changes the likelihood, not the recursion. The backward pass is the
/// transpose of the forward one, step by step: all derivatives for twice the price of the value.
///
/// Names: l, b, s, q, p as above; `up` marks what follows the step; a… is ∂(−2 ln L)/∂….
///
/// - Source: Hyndman, Koehler, Ord & Snyder (2008), tables 2.2 and 2.3, eq. 5.3; Griewank & Walther,
///   *Evaluating Derivatives*, 2nd ed. (2008), §3.2.
struct ETSGradient {
  var alpha = 0.0
  var beta = 0.0
  var gamma = 0.0
  var phi = 0.0
  var level = 0.0
  var slope = 0.0
}

// One type a component: the compiler writes a kernel for each of the 18 combinations.
private protocol TrendRule { static var kind: ETSForm.Trend { get } }
private enum NoTrend: TrendRule { static var kind: ETSForm.Trend { .none } }
private enum AdditiveTrend: TrendRule { static var kind: ETSForm.Trend { .additive } }
private enum MultiplicativeTrend: TrendRule { static var kind: ETSForm.Trend { .multiplicative } }
private protocol SeasonRule { static var kind: ETSForm.Season { get } }
private enum NoSeason: SeasonRule { static var kind: ETSForm.Season { .none } }
private enum AdditiveSeason: SeasonRule { static var kind: ETSForm.Season { .additive } }
private enum MultiplicativeSeason: SeasonRule {
  static var kind: ETSForm.Season { .multiplicative }
}
private protocol ErrorRule { static var isMultiplicative: Bool { get } }
private enum AdditiveError: ErrorRule { static var isMultiplicative: Bool { false } }
private enum MultiplicativeError: ErrorRule { static var isMultiplicative: Bool { true } }

extension ETSTape {
  /// −2 ln L at the parameters and the initial states on the tape; infinite where a multiplicative
  /// part is not positive.
  ///
  /// The gradient is `nil` for the value alone; the derivatives by the seasonal states and the
  /// coefficients are left on the tape.
  func evaluate(_ form: ETSForm, _ parameters: ETSSmoothing, _ gradient: inout ETSGradient?)
    -> Double
  {
    setEffect()
    return switch form.trend {
    case .none: evaluate(form, NoTrend.self, parameters, &gradient)
    case .additive: evaluate(form, AdditiveTrend.self, parameters, &gradient)
    case .multiplicative: evaluate(form, MultiplicativeTrend.self, parameters, &gradient)
    }
  }

  private func evaluate<T: TrendRule>(
    _ form: ETSForm, _ trend: T.Type, _ parameters: ETSSmoothing, _ gradient: inout ETSGradient?
  ) -> Double {
    switch form.season {
    case .none: evaluate(form, trend, NoSeason.self, parameters, &gradient)
    case .additive: evaluate(form, trend, AdditiveSeason.self, parameters, &gradient)
    case .multiplicative: evaluate(form, trend, MultiplicativeSeason.self, parameters, &gradient)
    }
  }

  private func evaluate<T: TrendRule, S: SeasonRule>(
    _ form: ETSForm, _ trend: T.Type, _ season: S.Type, _ parameters: ETSSmoothing,
    _ gradient: inout ETSGradient?
  ) -> Double {
    switch form.error {
    case .additive: evaluate(trend, season, AdditiveError.self, parameters, &gradient)
    case .multiplicative: evaluate(trend, season, MultiplicativeError.self, parameters, &gradient)
    }
  }

  private func evaluate<T: TrendRule, S: SeasonRule, E: ErrorRule>(
    _: T.Type, _: S.Type, _ error: E.Type, _ parameters: ETSSmoothing,
    _ gradient: inout ETSGradient?
  ) -> Double {
    var logs = 0.0
    let sum = forward(T.self, S.self, E.self, parameters, logs: &logs)
    guard sum.isFinite, logs.isFinite else { return .infinity }
    let n = Double(observedCount)
    // A fit that is exact to rounding is not bettered: 1e-30 per value, in units of the mean.
    let squares = max(sum, 1e-30 * n)
    if gradient != nil {
      gradient = backward(T.self, S.self, E.self, parameters, weight: n / squares)
    }
    return n * log(squares) + 2 * logs
  }

  private func forward<T: TrendRule, S: SeasonRule, E: ErrorRule>(
    _: T.Type, _: S.Type, _: E.Type, _ parameters: ETSSmoothing, logs: inout Double
  ) -> Double {
    let (alpha, beta, gamma) = (parameters.alpha, parameters.beta, parameters.gamma)
    let phi = parameters.phi
    let m = seasonLength
    var (l, b) = (level[0], slope[0])
    var (squares, product, logSum) = (0.0, 1.0, 0.0)
    for t in 0..<count {
      level[t] = l
      slope[t] = b
      var (q, growth) = (l, b)
      if T.kind == .additive {
        growth = phi * b
        q = l + growth
      } else if T.kind == .multiplicative {
        guard b > 0, l > 0 else { return .infinity }
        growth = phi == 1 ? b : exp(phi * log(b))
        q = l * growth
      }
      let s = S.kind == .none ? 0 : season[t]
      var mu = q + effect[t]
      if S.kind == .additive { mu += s }
      if S.kind == .multiplicative { mu = q * s + effect[t] }
      mean[t] = mu
      let value = y[t]
      var epsilon = 0.0
      if value == value {
        epsilon = value - mu
        if E.isMultiplicative {
          guard mu > 0 else { return .infinity }
          let relative = epsilon / mu
          squares += relative * relative
          product *= mu
          // One logarithm for eight values; a product of more might leave the range.
          if t & 7 == 7 {
            logSum += log(product)
            product = 1
          }
        } else {
          squares += epsilon * epsilon
        }
      }
      error[t] = epsilon
      let p = S.kind == .multiplicative ? epsilon / s : epsilon
      if T.kind == .additive { b = growth + beta * p }
      if T.kind == .multiplicative { b = growth + beta * p / l }
      l = q + alpha * p
      if S.kind == .additive { season[t + m] = s + gamma * epsilon }
      if S.kind == .multiplicative { season[t + m] = s + gamma * epsilon / q }
    }
    level[count] = l
    slope[count] = b
    logs = E.isMultiplicative ? logSum + log(product) : 0
    return squares
  }

  /// The transpose of the pass; `weight` is n / Σ e².
  private func backward<T: TrendRule, S: SeasonRule, E: ErrorRule>(
    _: T.Type, _: S.Type, _: E.Type, _ parameters: ETSSmoothing, weight: Double
  ) -> ETSGradient {
    let (alpha, beta, gamma) = (parameters.alpha, parameters.beta, parameters.gamma)
    let phi = parameters.phi
    let m = seasonLength
    var result = ETSGradient()
    for j in 0..<regressorCount { coefficientAdjoints[j] = 0 }
    if S.kind != .none { for t in count..<(count + m) { seasonAdjoint[t] = 0 } }
    var (lUp, bUp) = (0.0, 0.0)
    for t in stride(from: count - 1, through: 0, by: -1) {
      let (l, b, epsilon) = (level[t], slope[t], error[t])
      let value = y[t]
      let s = S.kind == .none ? 1 : season[t]
      let sUp = S.kind == .none ? 0 : seasonAdjoint[t + m]
      var (q, growth) = (l, b)
      if T.kind == .additive { q = l + phi * b }
      if T.kind == .multiplicative {
        growth = phi == 1 ? b : exp(phi * log(b))
        q = l * growth
      }
      let p = S.kind == .multiplicative ? epsilon / s : epsilon
      // By pₜ, εₜ and the parameters.
      var aP = alpha * lUp
      result.alpha += lUp * p
      if T.kind == .additive {
        aP += beta * bUp
        result.beta += bUp * p
      }
      if T.kind == .multiplicative {
        aP += beta * bUp / l
        result.beta += bUp * p / l
      }
      var (aE, aQ, aS) = (aP, lUp, sUp)
      if S.kind == .additive {
        aE += gamma * sUp
        result.gamma += sUp * epsilon
      }
      if S.kind == .multiplicative {
        let ratio = epsilon / q
        aE = aP / s + gamma * sUp / q
        aS -= aP * p / s
        aQ -= gamma * sUp * ratio / q
        result.gamma += sUp * ratio
      }
      // By μₜ: through εₜ, and from the likelihood itself.
      var aMu = 0.0
      if value == value {
        if E.isMultiplicative {
          let inverse = 1 / mean[t]
          let relative = epsilon * inverse
          aMu = 2 * inverse * (1 - weight * relative * (1 + relative)) - aE
        } else {
          aMu = -2 * weight * epsilon - aE
        }
      }
      if S.kind == .multiplicative {
        aQ += aMu * s
        aS += aMu * q
      } else {
        aQ += aMu
        aS += aMu
      }
      for j in 0..<regressorCount { coefficientAdjoints[j] += aMu * x[j * count + t] }
      if S.kind != .none { seasonAdjoint[t] = aS }
      if T.kind == .none { lUp = aQ }
      if T.kind == .additive {
        let aGrowth = aQ + bUp
        result.phi += b * aGrowth
        bUp = phi * aGrowth
        lUp = aQ
      }
      if T.kind == .multiplicative {
        let aGrowth = aQ * l + bUp
        lUp = aQ * growth - bUp * beta * p / (l * l)
        result.phi += aGrowth * growth * log(b)
        bUp = aGrowth * phi * growth / b
      }
    }
    result.level = lUp
    result.slope = bUp
    return result
  }
}
