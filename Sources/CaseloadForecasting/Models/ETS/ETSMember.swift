import CaseloadData
import CaseloadMath

/// One form with its estimates, in units of `unit`.
struct ETSMember: Codable, Sendable, Equatable {
  let form: ETSForm
  let smoothing: ETSSmoothing
  let initial: ETSState
  /// One a regressor, per unit of the regressor.
  let coefficients: [Double]
  /// What level, additive slope and season, and means are multiplied by.
  let unit: Double
  /// Its share in an average; 1 by itself.
  let weight: Double
  /// How many numbers were estimated, σ² with them.
  let parameterCount: Int
  /// After the last period.
  var final: ETSState
  /// σ² = Σ e²/(n − k + 1), k the number of parameters, as R's `ets` divides; of the relative errors
  /// where they multiply.
  var variance: Double
  /// R's: without the constant; `nil` for an exact fit.
  var logLikelihood: Double?
  var observationCount: Int

  /// The pass over `y` with these parameters.
  ///
  /// - Returns: the member at the end of the series, and μₜ in the series' own units.
  func filtered(_ y: [Double], _ regressors: [[Double]]) -> (member: ETSMember, means: [Double]) {
    var state = initial
    var (squares, logs, count) = (Accumulator(), Accumulator(), 0)
    var means: [Double] = []
    means.reserveCapacity(y.count)
    for t in y.indices {
      let effect = effect(regressors, t)
      let mean = state.mean(form, smoothing) + effect
      means.append(mean * unit)
      let value = y[t] / unit
      let error = value.isNaN ? 0 : value - mean
      if !value.isNaN {
        count += 1
        if form.error == .multiplicative {
          squares.add(product: error / mean, error / mean)
          logs.add(log(abs(mean)))
        } else {
          squares.add(product: error, error)
        }
      }
      state.step(form, smoothing, error: error)
      // New values may take a multiplicative trend out of its domain, which fitting does not.
      if form.trend == .multiplicative, !(state.slope > 0 && state.level > 0) {
        state.keepInside(form)
      }
    }
    var member = self
    member.final = state
    let n = Double(count)
    member.observationCount = count
    member.variance = squares.value / max(1, n - Double(parameterCount - 1))
    // An exact fit has no likelihood: 1e-14 of the mean is rounding.
    member.logLikelihood =
      squares.value > 1e-28 * n
      ? -0.5 * n * log(squares.value) - logs.value - n * log(unit) : nil
    return (member, means)
  }

  /// β′xₜ, in units of `unit`.
  func effect(_ regressors: [[Double]], _ t: Int) -> Double {
    var sum = 0.0
    for j in coefficients.indices { sum += coefficients[j] * regressors[j][t] }
    return sum
  }

  init(
    form: ETSForm, smoothing: ETSSmoothing, initial: ETSState, coefficients: [Double],
    unit: Double, weight: Double, parameterCount: Int
  ) {
    self.form = form
    self.smoothing = smoothing
    self.initial = initial
    self.coefficients = coefficients
    self.unit = unit
    self.weight = weight
    self.parameterCount = parameterCount
    final = initial
    variance = 0
    logLikelihood = nil
    observationCount = 0
  }
}

/// Where a model stands between two periods.
struct ETSState: Codable, Sendable, Equatable {
  var level: Double
  /// b: added to the level, or multiplying it.
  var slope: Double
  /// The season of the next period, of the one after, and so on, from `next` on around; empty
  /// without a season.
  var seasons: [Double]
  private(set) var next = 0

  init(level: Double, slope: Double, seasons: [Double]) {
    self.level = level
    self.slope = slope
    self.seasons = seasons
  }

  /// The seasons from that of the next period on.
  var upcomingSeasons: [Double] { Array(seasons[next...] + seasons[..<next]) }

  /// q: what level and slope say of the next period.
  func base(_ form: ETSForm, _ parameters: ETSSmoothing) -> Double {
    switch form.trend {
    case .none: level
    case .additive: level + parameters.phi * slope
    case .multiplicative: level * Self.power(slope, parameters.phi)
    }
  }

  /// The mean of the next period, without regressors.
  func mean(_ form: ETSForm, _ parameters: ETSSmoothing) -> Double {
    let q = base(form, parameters)
    return switch form.season {
    case .none: q
    case .additive: q + seasons[next]
    case .multiplicative: q * seasons[next]
    }
  }

  /// Takes in the period's error ε = y − μ; 0 where its value is not known.
  mutating func step(_ form: ETSForm, _ parameters: ETSSmoothing, error: Double) {
    let q = base(form, parameters)
    var p = error
    if form.season == .multiplicative { p = error / seasons[next] }
    switch form.trend {
    case .none: break
    case .additive: slope = parameters.phi * slope + parameters.beta * p
    case .multiplicative:
      slope = Self.power(slope, parameters.phi) + parameters.beta * p / level
    }
    level = q + parameters.alpha * p
    guard form.season != .none else { return }
    seasons[next] += parameters.gamma * (form.season == .multiplicative ? error / q : error)
    next = next + 1 == seasons.count ? 0 : next + 1
  }

  private static func power(_ base: Double, _ exponent: Double) -> Double {
    exponent == 1 ? base : exp(exponent * log(base))
  }
}

extension ETSSearch {
  /// The estimates of `form`, ready to be filtered.
  func member(_ form: ETSForm, weight: Double, _ scale: ETSScale) -> ETSMember {
    guard let candidate = candidates[form] else {
      preconditionFailure("\(form) was ranked without being fitted")
    }
    _ = candidate.problem.value(candidate.x)
    let seasons = form.season == .none ? [] : (0..<tape.seasonLength).map { tape.season[$0] }
    return ETSMember(
      form: form, smoothing: candidate.problem.smoothing(candidate.x),
      initial: ETSState(
        level: tape.level[0],
        slope: form.trend == .none ? 0 : tape.slope[0], seasons: seasons),
      coefficients: (0..<tape.regressorCount).map {
        tape.coefficients[$0] / scale.regressorUnits[$0]
      },
      unit: scale.unit, weight: weight, parameterCount: candidate.problem.dimension + 1)
  }
}
