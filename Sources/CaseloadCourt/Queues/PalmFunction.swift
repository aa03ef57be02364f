import CaseloadMath

/// Sums over the states with every server busy, in units of e^logScale.
struct WaitingStates {
  /// Σ rⱼ.
  var total = 1.0
  /// Σ j rⱼ.
  var first = 0.0
  /// Σ rⱼ · P(served | j ahead) · E[V | served, j ahead].
  var servedWait: Double
  var logScale = 0.0

  /// The most states that are summed.
  private static let limit = 3e7

  /// `nil` where there are too many states.
  init?(arrivalRate: Double, capacity: Double, abandonmentRate: Double) {
    let decay = arrivalRate < capacity ? capacity / (capacity - arrivalRate) : .infinity
    let states =
      max(0, (arrivalRate - capacity) / abandonmentRate)
      + 40 * min(decay, (max(arrivalRate, capacity) / abandonmentRate).squareRoot() + 1)
    guard states < Self.limit else { return nil }
    var term = 1.0
    var rate = capacity + abandonmentRate
    var delay = 1 / rate
    servedWait = capacity / rate * delay
    var j = 0.0
    while true {
      // `rate` is cμ + (j + 1)θ, the rate out of the next state.
      let ratio = arrivalRate / rate
      if ratio < 1 {
        let rest = term * ratio * (j + 1) / ((1 - ratio) * (1 - ratio))
        if rest <= 1e-18 * max(first, total) && rest <= 1e-17 * first || term == 0 { break }
      }
      j += 1
      term *= ratio
      rate = capacity + (j + 1) * abandonmentRate
      delay += 1 / rate
      total += term
      first += j * term
      servedWait += term * (capacity / rate) * delay
      if term > 1e200 {
        (term, total, first, servedWait) = (
          term * 1e-200, total * 1e-200, first * 1e-200, servedWait * 1e-200
        )
        logScale += 200 * log(10)
      }
    }
  }
}

/// Palm's function A(x, y) = Σⱼ xʲ / Πᵢ₌₁ʲ (y + i) = P(y, x) Γ(y + 1) eˣ / xʸ, the weight of the
/// states with every server busy.
///
/// For large y by Temme's uniform expansion, where the incomplete gamma function of the library has
/// lost its digits (from y = 10¹¹ on altogether):
///
/// ```
/// ½η² = δ − ln(1 + δ),  δ = (x − y)/y,  z = η√y
/// A = (1 + 1/12y) (√y Φ(z)/φ(z) − C₀(η)) + O(1/y),   C₀ = 1/δ − 1/η
/// ```
///
/// - Source: Palm (1957), "Research on telephone traffic carried by full availability groups",
///   *Tele* 1; Temme (1979), "The asymptotic expansion of the incomplete gamma functions", *SIAM J.
///   Math. Anal.* 10(4), 757–766.
enum PalmFunction {
  /// From here on the expansion has twelve digits.
  static let largeOrder = 1e7

  /// ln A(x, y).
  static func logarithm(_ x: Double, _ y: Double) -> Double {
    guard x > 0 else { return 0 }
    if let sums = WaitingStates(arrivalRate: x, capacity: y, abandonmentRate: 1) {
      return log(sums.total) + sums.logScale
    }
    return expansion(y, (x - y) / y).logarithm
  }

  /// P(y, x e^{−s}) / P(y, x).
  static func ratio(_ x: Double, _ y: Double, decay s: Double) -> Double {
    if y >= largeOrder {
      let now = expansion(y, (x - y) / y)
      let later = expansion(y, (x - y + x * expm1(-s)) / y)
      return min(1, exp(later.logarithm - now.logarithm - later.halfSquare + now.halfSquare))
    }
    let later = x * exp(-s)
    let now = SpecialFunctions.regularizedGammaP(y, x)
    let then = later > 0 ? SpecialFunctions.regularizedGammaP(y, later) : 0
    if now > 1e-250, then > 1e-250 { return min(1, then / now) }
    // Where both underflow: P(y, z) = A(z, y) zʸ e^{−z} / Γ(y + 1).
    let exponent = -y * s - x * expm1(-s) + logarithm(later, y) - logarithm(x, y)
    return min(1, exp(exponent))
  }

  /// ln A and ½z².
  static func expansion(_ y: Double, _ delta: Double) -> (
    logarithm: Double, halfSquare: Double
  ) {
    // x = 0: A = 1, and P(y, 0) = 0.
    guard delta > -1 else { return (0, .infinity) }
    let half = halfSquare(delta)
    let eta = (2 * half).squareRoot() * (delta < 0 ? -1 : 1)
    let z = eta * y.squareRoot()
    let correction =
      abs(eta) < 1e-2
      ? -1.0 / 3 + eta / 12 - 2 * eta * eta / 135 + eta * eta * eta / 864
      : 1 / delta - 1 / eta
    let gamma = log1p(1 / (12 * y))
    if z < 5 {
      let main = y.squareRoot() / HalfinWhitt.hazard(-z)
      return (gamma + log(main - correction), y * half)
    }
    // √y Φ(z)/φ(z) is huge: C₀ is relatively nothing, unless z is small.
    let logMain =
      0.5 * log(2 * .pi * y) + y * half + log1p(-Normal.standard.upper(z))
    return (gamma + logMain + log1p(-correction * exp(-logMain)), y * half)
  }

  /// δ − ln(1 + δ), without cancellation near 0.
  static func halfSquare(_ delta: Double) -> Double {
    guard abs(delta) < 0.05 else { return delta - log1p(delta) }
    var sum = 0.0
    for k in stride(from: 14, through: 2, by: -1) {
      sum = delta * sum + (k % 2 == 0 ? 1 : -1) / Double(k)
    }
    return sum * delta * delta
  }
}
