import CaseloadMath

/// The smoothing parameters: α of the level, β of the trend, γ of the season, φ for damping.
///
/// What a form lacks is 0, and φ is 1.
struct ETSSmoothing: Codable, Sendable, Equatable {
  var alpha: Double
  var beta = 0.0
  var gamma = 0.0
  var phi = 1.0

  /// Whether forecast errors of a model with these parameters die out: all eigenvalues of D = F − g w′
  /// lie within the unit circle, as R's `admissible` decides, for additive components.
  ///
  /// ```
  /// no season:  1 − 1/φ ≤ α ≤ 1 + 1/φ,   α (φ − 1) ≤ β ≤ (1 + φ)(2 − α)
  /// season:     no root z of P exceeds 1,
  ///             P(z) = z^{m+1} + (α+β−φ) z^m + (α+β−αφ)(z^{m−1} + … + z²)
  ///                    + (α+β−αφ+γ−1) z + φ (1−α−γ)
  /// ```
  ///
  /// - Source: Hyndman, Akram & Archibald (2008), *Annals of the Institute of Statistical
  ///   Mathematics* 60, 407–426.
  func isAdmissible(_ form: ETSForm, seasonLength m: Int) -> Bool {
    if phi < 0 || phi > 1 + 1e-8 { return false }
    guard form.season != .none, m > 1 else {
      guard alpha >= 1 - 1 / phi, alpha <= 1 + 1 / phi else { return false }
      return form.trend == .none
        || (beta >= alpha * (phi - 1) && beta <= (1 + phi) * (2 - alpha))
    }
    let length = Double(m)
    guard gamma >= max(1 - 1 / phi - alpha, 0), gamma <= 1 + 1 / phi - alpha,
      alpha >= 1 - 1 / phi - gamma * (1 - length + phi + phi * length) / (2 * phi * length),
      beta >= -(1 - phi) * (gamma / length + alpha)
    else { return false }
    // Ascending coefficients.
    var coefficients = [Double](repeating: alpha + beta - alpha * phi, count: m + 2)
    coefficients[0] = phi * (1 - alpha - gamma)
    coefficients[1] = alpha + beta - alpha * phi + gamma - 1
    coefficients[m] = alpha + beta - phi
    coefficients[m + 1] = 1
    if m == 1 { coefficients[1] = alpha + beta - alpha * phi + gamma - 1 }
    if beta == 0, phi == 1 {
      // Without a trend P has the root 1, which is divided out.
      var quotient = [Double](repeating: 0, count: m + 1)
      quotient[m] = 1
      for k in stride(from: m - 1, through: 0, by: -1) {
        quotient[k] = coefficients[k + 1] + quotient[k + 1]
      }
      coefficients = quotient
    }
    return Self.hasRootsInside(coefficients)
  }

  /// Whether all roots lie within the circle of radius 1 + 1e-10, by the Schur–Cohn recursion.
  private static func hasRootsInside(_ coefficients: [Double]) -> Bool {
    var a = coefficients
    var power = 1.0
    for k in a.indices {
      a[k] *= power
      power *= 1 + 1e-10
    }
    while a.count > 1 {
      let degree = a.count - 1
      let reflection = a[0] / a[degree]
      guard abs(reflection) < 1 else { return false }
      a = (1...degree).map { a[$0] - reflection * a[degree - $0] }
    }
    return true
  }
}

/// How far the smoothing parameters may go, and which forms may be chosen.
public enum ETSParameterBox: String, Codable, Sendable, CaseIterable {
  /// β ≤ 0.2/m besides: a trend that reacts slowly forecasts better. And no form is chosen whose error
  /// variance, in the units of the series, is more than twice the least of any form: where
  /// values differ by orders of magnitude, or one stands out, the likelihood of relative errors may
  /// prefer a form that is far off in most periods.
  case cautious
  /// The box of R's `ets`: β ≤ α, γ ≤ 1 − α.
  case rCompatible = "r-compatible"
}

/// The box of the smoothing parameters, mapped onto the whole space.
///
/// ```
/// α = lo + (hi − lo) sin² x₁                     lo = 10⁻⁴, hi = 1 − 10⁻⁴
/// β = lo + (min(α, b) − lo) sin² x₂
/// γ = lo + (c (1 − α) − lo) sin² x₃
/// φ = 0.8 + 0.18 sin² x₄
/// ```
///
/// A bound is reached at a finite x, where the objective is smooth and flat; a logistic map puts it
/// at infinity, and many a series has its optimum on a bound.
struct ETSBox: Sendable {
  let form: ETSForm
  /// b: 0.2/m or 1 − 10⁻⁴.
  let largestBeta: Double
  /// c: 1, and less where an inadmissible optimum is moved inwards.
  let gammaShare: Double

  static let low = 1e-4
  static let high = 0.9999
  static let phiRange = (low: 0.8, high: 0.98)

  init(_ kind: ETSParameterBox, form: ETSForm, seasonLength: Int, tightening: Double = 1) {
    self.form = form
    largestBeta =
      tightening * (kind == .cautious ? 0.2 / Double(max(1, seasonLength)) : Self.high)
    gammaShare = tightening
  }

  /// ∂(α, β, γ, φ)/∂x at a point.
  struct Slopes {
    /// ∂α, ∂β and ∂γ by the coordinate of α, which bounds the others.
    var alpha = (alpha: 0.0, beta: 0.0, gamma: 0.0)
    var beta = 0.0
    var gamma = 0.0
    var phi = 0.0
  }

  /// The parameters at the first coordinates of `x`, and their slopes.
  func parameters(_ x: UnsafePointer<Double>) -> (ETSSmoothing, Slopes) {
    let (low, high) = (Self.low, Self.high)
    var slopes = Slopes()
    var next = 1
    let (sine, cosine) = (sin(x[0]), cos(x[0]))
    let alpha = low + (high - low) * sine * sine
    slopes.alpha.alpha = 2 * (high - low) * sine * cosine
    var result = ETSSmoothing(alpha: alpha)
    if form.trend != .none {
      let (sine, cosine) = (sin(x[next]), cos(x[next]))
      let upper = max(low, min(alpha, largestBeta))
      result.beta = low + (upper - low) * sine * sine
      slopes.beta = 2 * (upper - low) * sine * cosine
      if alpha < largestBeta { slopes.alpha.beta = sine * sine * slopes.alpha.alpha }
      next += 1
    }
    if form.season != .none {
      let (sine, cosine) = (sin(x[next]), cos(x[next]))
      let upper = max(low, gammaShare * (1 - alpha))
      result.gamma = low + (upper - low) * sine * sine
      slopes.gamma = 2 * (upper - low) * sine * cosine
      if upper > low { slopes.alpha.gamma = -gammaShare * sine * sine * slopes.alpha.alpha }
      next += 1
    }
    if form.isDamped {
      let (sine, cosine) = (sin(x[next]), cos(x[next]))
      let width = Self.phiRange.high - Self.phiRange.low
      result.phi = Self.phiRange.low + width * sine * sine
      slopes.phi = 2 * width * sine * cosine
    }
    return (result, slopes)
  }

  /// Coordinates of `smoothing`, or of a point a little inside where it lies on or beyond a bound:
  /// there the map is flat.
  func setCoordinates(of smoothing: ETSSmoothing, _ x: UnsafeMutablePointer<Double>) {
    func angle(_ value: Double, _ low: Double, _ high: Double) -> Double {
      let share = high > low ? (value - low) / (high - low) : 0.5
      return asin(min(0.99, max(0.01, share)).squareRoot())
    }
    let (low, high) = (Self.low, Self.high)
    x[0] = angle(smoothing.alpha, low, high)
    // The bounds of β and γ follow α as it comes out.
    let sine = sin(x[0])
    let alpha = low + (high - low) * sine * sine
    var next = 1
    if form.trend != .none {
      x[next] = angle(smoothing.beta, low, max(low, min(alpha, largestBeta)))
      next += 1
    }
    if form.season != .none {
      x[next] = angle(smoothing.gamma, low, max(low, gammaShare * (1 - alpha)))
      next += 1
    }
    if form.isDamped { x[next] = angle(smoothing.phi, Self.phiRange.low, Self.phiRange.high) }
  }
}
