/// A loss ρ that grows more slowly than the square, by its derivative ψ.
///
/// Arguments are residuals over their scale. `weight` is ψ(u)/u, continued to ψ′(0) = 1.
///
/// - Sources: Huber (1964), *Annals of Mathematical Statistics* 35, 73–101; Beaton & Tukey (1974),
///   *Technometrics* 16, 147–185 (bisquare); Andrews et al. (1972), *Robust Estimates of Location*,
///   Princeton (Hampel's three parts).
enum RobustLoss: Sendable, Equatable {
  /// ψ = u up to k, then ±k.
  case huber(k: Double)
  /// ψ = u(1 − (u/c)²)² up to c, then 0.
  case bisquare(c: Double)
  /// ψ = u up to a, ±a up to b, down to 0 at c, then 0.
  case hampel(a: Double, b: Double, c: Double)

  /// ψ(u)/u.
  func weight(_ u: Double) -> Double {
    let size = abs(u)
    switch self {
    case .huber(let k): return size <= k ? 1 : k / size
    case .bisquare(let c):
      guard size < c else { return 0 }
      let rest = 1 - (u / c) * (u / c)
      return rest * rest
    case .hampel(let a, let b, let c):
      if size <= a { return 1 }
      if size <= b { return a / size }
      return size < c ? a * (c - size) / ((c - b) * size) : 0
    }
  }

  /// ψ(u).
  func psi(_ u: Double) -> Double { u * weight(u) }

  /// ψ′(u), from the left of a corner.
  func slope(_ u: Double) -> Double {
    let size = abs(u)
    switch self {
    case .huber(let k): return size <= k ? 1 : 0
    case .bisquare(let c):
      guard size < c else { return 0 }
      let square = (u / c) * (u / c)
      return (1 - square) * (1 - 5 * square)
    case .hampel(let a, let b, let c):
      if size <= a { return 1 }
      if size <= b { return 0 }
      return size <= c ? -a / (c - b) : 0
    }
  }
}
