import CaseloadMath

/// Where a complex smoothing pair forgets a wrong start: the discount matrix D = F − g wᵀ of (ℓ, c) has
/// its eigenvalues inside the unit circle.
///
/// ```
/// D = [1 − α₀ + α₁, −(1 − α₁); 1 − α₀ − α₁, 1 − α₀]
/// |det D| < 1,   |tr D| < 1 + det D
/// ```
///
/// - Source: Svetunkov, Kourentzes & Ord (2022), on stability.
enum ComplexStability {
  static func isStable(_ first: Double, _ second: Double) -> Bool {
    let trace = 2 - 2 * first + second
    let rest = 1 - first
    let determinant = rest * rest + rest - second + second * second
    return abs(determinant) < 1 && abs(trace) < 1 + determinant
  }
}
