import CaseloadMath

/// How the mean of a response depends on its linear predictor: η = g(μ).
///
/// ```
/// identity                μ = η
/// log                     μ = exp η
/// logit                   μ = 1 / (1 + exp(−η))
/// probit                  μ = Φ(η)
/// complementary log-log   μ = 1 − exp(−exp η)
/// inverse                 μ = 1/η,   η > 0
/// square root             μ = η²,    η > 0
/// ```
///
/// - Source: McCullagh & Nelder, *Generalized Linear Models*, 2nd ed. (1989), §2.2.3, §4.3.1.
public enum Link: String, Codable, Sendable, CaseIterable {
  case identity
  case log
  case logit
  case probit
  case complementaryLogLog = "cloglog"
  case inverse
  case squareRoot = "sqrt"

  /// A mean with what every formula needs beside it, each computed without cancellation.
  public struct Mean: Sendable, Equatable {
    /// μ.
    public let value: Double
    /// dμ/dη.
    public let derivative: Double
    /// 1 − μ, exact where μ is near 1; used by families on [0, 1] only.
    public let complement: Double
  }

  /// Means and complements stay above this, so that no quotient of two overflows.
  static let smallestMean = 1e-290

  /// μ, dμ/dη and 1 − μ at `eta`.
  ///
  /// A mean that underflows is held at 1e−290. An `eta` outside the domain gives a mean outside the
  /// range of every family that has the link.
  public func mean(_ eta: Double) -> Mean {
    switch self {
    case .identity: return Mean(value: eta, derivative: 1, complement: 1 - eta)
    case .log:
      let mean = max(exp(eta), Self.smallestMean)
      return Mean(value: mean, derivative: mean, complement: -expm1(eta))
    case .logit:
      let small = exp(-abs(eta))
      let large = 1 / (1 + small)
      let tail = max(small * large, Self.smallestMean)
      return Mean(
        value: eta >= 0 ? large : tail, derivative: tail * large,
        complement: eta >= 0 ? tail : large)
    case .probit:
      let tail = max(Normal.standard.upper(abs(eta)), Self.smallestMean)
      return Mean(
        value: eta >= 0 ? 1 - tail : tail, derivative: Normal.standard.density(eta),
        complement: eta >= 0 ? tail : 1 - tail)
    case .complementaryLogLog:
      let hazard = exp(eta)
      return Mean(
        value: max(-expm1(-hazard), Self.smallestMean), derivative: exp(eta - hazard),
        complement: max(exp(-hazard), Self.smallestMean))
    case .inverse:
      let mean = 1 / eta
      return Mean(value: mean, derivative: -mean * mean, complement: 1 - mean)
    case .squareRoot:
      // A negative root would be a second linear predictor of the same mean.
      let mean = eta > 0 ? eta * eta : -1
      return Mean(value: mean, derivative: 2 * eta, complement: 1 - mean)
    }
  }

  /// d²μ/dη² at `eta`.
  public func secondDerivative(_ eta: Double) -> Double {
    switch self {
    case .identity: return 0
    case .log: return exp(eta)
    case .logit:
      let mean = mean(eta)
      return mean.derivative * (mean.complement - mean.value)
    case .probit: return -eta * Normal.standard.density(eta)
    case .complementaryLogLog:
      let hazard = exp(eta)
      return exp(eta - hazard) * (1 - hazard)
    case .inverse: return 2 / (eta * eta * eta)
    case .squareRoot: return 2
    }
  }

  /// η = g(μ), for a mean inside the range of the link.
  public func linearPredictor(_ mean: Double) -> Double {
    switch self {
    case .identity: mean
    case .log: CaseloadMath.log(mean)
    case .logit: CaseloadMath.log(mean) - log1p(-mean)
    case .probit: Normal.standard.quantile(mean)
    case .complementaryLogLog: CaseloadMath.log(-log1p(-mean))
    case .inverse: 1 / mean
    case .squareRoot: mean.squareRoot()
    }
  }

  /// The interval of the means of an interval of linear predictors, of which at least one inside the
  /// domain; an end is `nil` where the means have no bound.
  func means(from low: Double, to high: Double, family: Family) -> (lower: Double?, upper: Double?)
  {
    switch self {
    case .inverse:
      if low > 0 || (family == .gaussian && high < 0) { return (1 / high, 1 / low) }
      return (family == .gaussian ? nil : 1 / high, nil)
    case .squareRoot: return (low > 0 ? low * low : 0, high * high)
    case .log: return (exp(low), exp(high))
    default: return (mean(low).value, mean(high).value)
    }
  }
}
