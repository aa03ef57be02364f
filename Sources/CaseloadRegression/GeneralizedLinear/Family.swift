import CaseloadData
import CaseloadMath

/// The law of a response about its mean.
///
/// ```
/// gaussian            Var y = φ/w                      quasi-Poisson    Var y = φ μ/w
/// Poisson             Var y = μ/w                      quasi-binomial   Var y = φ μ(1 − μ)/w
/// negative binomial   Var y = (μ + α μ²)/w, α = 1/θ    gamma            Var y = φ μ²/w
/// binomial            Var y = μ(1 − μ)/w, w trials
/// ```
///
/// - Sources: McCullagh & Nelder, *Generalized Linear Models*, 2nd ed. (1989), table 2.1, §9.2;
///   Cameron & Trivedi, *Regression Analysis of Count Data*, 2nd ed. (2013), §3.3 (NB2).
public enum Family: String, Codable, Sendable, CaseIterable {
  case gaussian
  case poisson
  /// Poisson with a dispersion that is estimated.
  case quasiPoisson = "quasi-poisson"
  /// NB2.
  case negativeBinomial = "negative-binomial"
  case binomial
  /// Binomial with a dispersion that is estimated.
  case quasiBinomial = "quasi-binomial"
  case gamma

  /// The link that a model has when none is named: the canonical one, for the negative binomial the
  /// logarithm.
  public var defaultLink: Link {
    switch self {
    case .gaussian: .identity
    case .poisson, .quasiPoisson, .negativeBinomial: .log
    case .binomial, .quasiBinomial: .logit
    case .gamma: .inverse
    }
  }

  /// The links that map onto means of the family.
  public var links: [Link] {
    switch self {
    case .gaussian: [.identity, .log, .inverse]
    case .poisson, .quasiPoisson, .negativeBinomial: [.log, .identity, .squareRoot]
    case .binomial, .quasiBinomial: [.logit, .probit, .complementaryLogLog, .log, .identity]
    case .gamma: [.inverse, .log, .identity]
    }
  }

  /// Whether the variance is known once the mean is.
  public var isDispersionKnown: Bool {
    switch self {
    case .poisson, .negativeBinomial, .binomial: true
    case .gaussian, .quasiPoisson, .quasiBinomial, .gamma: false
    }
  }

  /// Whether there is no likelihood, but only a variance.
  public var isQuasi: Bool { self == .quasiPoisson || self == .quasiBinomial }

  var isCount: Bool { self == .poisson || self == .quasiPoisson || self == .negativeBinomial }
  var isBinomial: Bool { self == .binomial || self == .quasiBinomial }

  public var name: Text {
    switch self {
    case .gaussian: Text(en: "gaussian", zh: "高斯")
    case .poisson: Text(en: "Poisson", zh: "泊松")
    case .quasiPoisson: Text(en: "quasi-Poisson", zh: "拟泊松")
    case .negativeBinomial: Text(en: "negative binomial", zh: "负二项")
    case .binomial: Text(en: "binomial", zh: "二项")
    case .quasiBinomial: Text(en: "quasi-binomial", zh: "拟二项")
    case .gamma: Text(en: "gamma", zh: "伽马")
    }
  }
}

/// A family with every parameter of its variance but the dispersion: an exponential family.
public struct ExponentialFamily: Sendable, Equatable {
  public let family: Family
  /// α = 1/θ of the negative binomial, ≥ 0; 0 makes it the Poisson.
  public let alpha: Double

  /// - Precondition: `alpha ≥ 0`.
  public init(_ family: Family, alpha: Double = 0) {
    precondition(alpha >= 0, "α = \(alpha)")
    self.family = family
    self.alpha = family == .negativeBinomial ? alpha : 0
  }

  /// V(μ), the variance over the dispersion at weight 1.
  public func variance(_ mean: Link.Mean) -> Double {
    switch family {
    case .gaussian: 1
    case .poisson, .quasiPoisson: mean.value
    case .negativeBinomial: mean.value * (1 + alpha * mean.value)
    case .binomial, .quasiBinomial: mean.value * mean.complement
    case .gamma: mean.value * mean.value
    }
  }

  /// Whether the family has a member of this mean.
  public func contains(_ mean: Link.Mean) -> Bool {
    guard mean.value.isFinite else { return false }
    switch family {
    case .gaussian: return true
    case .binomial, .quasiBinomial: return mean.value > 0 && mean.complement > 0
    default: return mean.value > 0
    }
  }

  /// y − μ, by way of 1 − μ where y is near 1.
  func residual(_ y: Double, _ mean: Link.Mean) -> Double {
    family.isBinomial && y > 0.5 ? (y - 1) + mean.complement : y - mean.value
  }

  /// The unit deviance d(y, μ) = 2 (ℓ(y; y) − ℓ(μ; y)) at dispersion 1.
  ///
  /// ```
  /// gaussian            (y − μ)²
  /// Poisson             2 [y ln(y/μ) − (y − μ)]
  /// negative binomial   2 [y ln(y/μ) − (y + θ) ln((y + θ)/(μ + θ))]
  /// binomial            2 [y ln(y/μ) + (1 − y) ln((1 − y)/(1 − μ))]
  /// gamma               2 [(y − μ)/μ − ln(y/μ)]
  /// ```
  ///
  /// Each is computed from h(s) = (1 + s) ln(1 + s) − s, which keeps its digits at μ ≈ y.
  public func unitDeviance(_ y: Double, _ mean: Link.Mean) -> Double {
    let mu = mean.value
    let e = residual(y, mean)
    switch family {
    case .gaussian: return e * e
    case .poisson, .quasiPoisson: return 2 * mu * relativeEntropy(e / mu)
    case .negativeBinomial:
      let poisson = mu * relativeEntropy(e / mu)
      guard alpha > 0 else { return 2 * poisson }
      guard y > 0 else { return 2 * log1p(alpha * mu) / alpha }
      // (θ + μ) h(e / (θ + μ)).
      return 2 * (poisson - (1 / alpha + mu) * relativeEntropy(alpha * e / (1 + alpha * mu)))
    case .binomial, .quasiBinomial:
      return 2
        * (mu * relativeEntropy(e / mu) + mean.complement * relativeEntropy(-e / mean.complement))
    case .gamma: return 2 * (y / mu) * relativeEntropy(-e / y)
    }
  }

  /// Σ ln f(yᵢ), every constant included.
  ///
  /// A dispersion that the family does not know is taken as deviance / n for the gaussian and as
  /// deviance / Σw for the gamma family, as R's `logLik` has it: the former is the maximum.
  ///
  /// - Parameters:
  ///   - y: n responses; proportions for the binomial.
  ///   - means: n fitted means.
  ///   - weights: n prior weights, the trials of the binomial; `nil` for ones.
  /// - Returns: `nil` for a family that is only a variance, and where the data are fitted exactly and
  ///   the likelihood of a dispersion has no bound.
  public func logLikelihood(_ y: [Double], _ means: [Link.Mean], weights: [Double]?) -> Double? {
    guard !family.isQuasi else { return nil }
    var deviance = Accumulator()
    var saturated = Accumulator()
    var total = Accumulator()
    for i in y.indices {
      let w = weights?[i] ?? 1
      total.add(w)
      deviance.add(product: w, unitDeviance(y[i], means[i]))
      saturated.add(saturatedLogLikelihood(y[i], weight: w))
    }
    let n = Double(y.count)
    switch family {
    case .gaussian:
      guard deviance.value > 0 else { return nil }
      return saturated.value - 0.5 * n * (log(2 * .pi) + log(deviance.value / n) + 1)
    case .gamma:
      guard deviance.value > 0 else { return nil }
      let shape = total.value / deviance.value
      // ln f = −k d/2 + [k ln k − k − ln Γ(k)] − ln y.
      let constant = 0.5 * log(shape / (2 * .pi)) - stirlingError(shape)
      return -0.5 * shape * deviance.value + total.value * constant + saturated.value
    default: return saturated.value - 0.5 * deviance.value
    }
  }

  /// What is left of w·ln f(y) at μ = y and dispersion 1 when −½ of the deviance is taken out.
  private func saturatedLogLikelihood(_ y: Double, weight w: Double) -> Double {
    switch family {
    case .gaussian: return 0.5 * log(w)
    case .gamma: return -w * log(y)
    case .poisson, .quasiPoisson:
      return y > 0 ? -w * (stirlingError(y) + 0.5 * log(2 * .pi * y)) : 0
    case .binomial, .quasiBinomial:
      let successes = w * y
      let failures = w - successes
      guard successes > 0, failures > 0 else { return 0 }
      return stirlingError(w) - stirlingError(successes) - stirlingError(failures)
        + 0.5 * (log(w / (2 * .pi)) - log(successes) - log(failures))
    case .negativeBinomial:
      guard y > 0 else { return 0 }
      guard alpha > 0 else { return -w * (stirlingError(y) + 0.5 * log(2 * .pi * y)) }
      // ln Γ(θ + y) − ln Γ(θ) − ln y! + y ln y + θ ln θ − (y + θ) ln(y + θ), by Stirling's series
      // with ln Γ(x) = (x − ½) ln x − x + ½ ln 2π + s(x).
      let theta = 1 / alpha
      return w
        * (stirlingError(theta + y) - stirlingError(theta) - stirlingError(y)
          - 0.5 * (log1p(alpha * y) + log(2 * .pi * y)))
    }
  }
}

/// h(s) = (1 + s) ln(1 + s) − s for s ≥ −1, to full relative precision also near 0.
///
/// - Source: Loader (2000), "Fast and accurate computation of binomial probabilities", §2: with
///   v = s/(2 + s), h = s v + 2(1 + s) Σ_{j≥1} v^(2j+1)/(2j + 1).
func relativeEntropy(_ s: Double) -> Double {
  guard s > -1 else { return 1 }
  guard abs(s) < 0.2 else { return (1 + s) * log1p(s) - s }
  let v = s / (2 + s)
  var power = 2 * (1 + s) * v
  var sum = s * v
  var j = 1.0
  while true {
    power *= v * v
    let next = sum + power / (2 * j + 1)
    if next == sum { return sum }
    sum = next
    j += 1
  }
}

/// s(x) = ln Γ(x) − (x − ½) ln x + x − ½ ln 2π, the error of Stirling's formula, for x > 0.
///
/// - Source: NIST *Digital Library of Mathematical Functions*, eq. 5.11.1: Σ B₂ₖ/(2k(2k−1)x^(2k−1)).
func stirlingError(_ x: Double) -> Double {
  guard x >= 15 else {
    return SpecialFunctions.logGamma(x) - (x - 0.5) * log(x) + x - 0.5 * log(2 * .pi)
  }
  let inverse = 1 / (x * x)
  var sum = 0.0
  for coefficient in stirlingCoefficients.reversed() { sum = coefficient + inverse * sum }
  return sum / x
}

private let stirlingCoefficients = [
  1.0 / 12, -1.0 / 360, 1.0 / 1260, -1.0 / 1680, 1.0 / 1188, -691.0 / 360_360, 1.0 / 156,
]
