import CaseloadMath

/// φ, θ, Φ and Θ of a seasonal ARMA process, in this order.
///
/// ```
/// (1 − φ₁B − …)(1 − Φ₁Bᵐ − …) wₜ = (1 + θ₁B + …)(1 + Θ₁Bᵐ + …) eₜ
/// ```
///
/// The signs are R's: a moving-average coefficient adds.
struct ARIMACoefficients: Sendable, Codable, Equatable {
  var autoregressive: [Double] = []
  var movingAverage: [Double] = []
  var seasonalAutoregressive: [Double] = []
  var seasonalMovingAverage: [Double] = []

  init() {}

  init(_ values: [Double], _ order: ARIMAOrder) {
    var rest = values[...]
    func take(_ count: Int) -> [Double] {
      defer { rest = rest.dropFirst(count) }
      return Array(rest.prefix(count))
    }
    autoregressive = take(order.autoregressive)
    movingAverage = take(order.movingAverage)
    seasonalAutoregressive = take(order.seasonalAutoregressive)
    seasonalMovingAverage = take(order.seasonalMovingAverage)
  }

  var values: [Double] {
    autoregressive + movingAverage + seasonalAutoregressive + seasonalMovingAverage
  }

  /// Whether the roots of both products lie outside the circle of `radius`.
  ///
  /// A root of Φ(Bᵐ) is an m-th root of one of Φ, so that radiusᵐ is what counts there.
  func hasRootsOutside(_ radius: Double, season: Int) -> Bool {
    func isOutside(_ a: [Double], sign: Double, lag: Int) -> Bool {
      let step = pow(radius, Double(lag))
      var factor = 1.0
      let scaled = a.map { value -> Double in
        factor *= step
        return sign * value * factor
      }
      return PartialAutocorrelations.stationary(scaled)
    }
    return isOutside(autoregressive, sign: 1, lag: 1)
      && isOutside(movingAverage, sign: -1, lag: 1)
      && isOutside(seasonalAutoregressive, sign: 1, lag: season)
      && isOutside(seasonalMovingAverage, sign: -1, lag: season)
  }
}

/// Coefficients of an autoregression and its partial autocorrelations, one to one.
///
/// ```
/// φ⁽ʲ⁾ⱼ = πⱼ,   φ⁽ʲ⁾ᵢ = φ⁽ʲ⁻¹⁾ᵢ − πⱼ φ⁽ʲ⁻¹⁾ⱼ₋ᵢ
/// ```
///
/// Every |πⱼ| < 1 is every stationary autoregression, and no other.
///
/// - Source: Barndorff-Nielsen & Schou (1973), *Journal of Multivariate Analysis* 3, 408–419;
///   Monahan (1984), *Biometrika* 71, 403–404.
enum PartialAutocorrelations {
  /// φ of the partial autocorrelations in `a`, in place.
  @inline(__always)
  static func expand(_ a: UnsafeMutablePointer<Double>, _ count: Int) {
    guard count > 1 else { return }
    for j in 1..<count {
      let reflection = a[j]
      var (i, k) = (0, j - 1)
      while i < k {
        let (x, y) = (a[i], a[k])
        a[i] = x - reflection * y
        a[k] = y - reflection * x
        i += 1
        k -= 1
      }
      if i == k { a[i] -= reflection * a[i] }
    }
  }

  /// The partial autocorrelations of φ; `nil` where it is not stationary.
  static func of(_ coefficients: [Double]) -> [Double]? {
    var a = coefficients
    for j in stride(from: a.count - 1, through: 0, by: -1) {
      let reflection = a[j]
      guard abs(reflection) < 1 else { return nil }
      let scale = 1 / (1 - reflection * reflection)
      let head = Array(a[..<j])
      for i in 0..<j { a[i] = (head[i] + reflection * head[j - 1 - i]) * scale }
    }
    return a
  }

  static func stationary(_ coefficients: [Double]) -> Bool { of(coefficients) != nil }
}
