import CaseloadMath

/// What a test of pre-trends can see, and what passing it hides.
///
/// ```
/// passing: |β̂ₖ| ≤ z₁₋α/₂ σₖ for every period k before the start
/// power(γ) = 1 − P(passing | β = γ·(tₖ − t_ref))
/// E[τ̂ − τ | passing] = γ·t̄ + Σ₂₁ Σ₁₁⁻¹ (E[β̂ | passing] − γ·(t − t_ref))
/// ```
///
/// - Sources: Roth (2022), *American Economic Review: Insights* 4, 305–322.
public struct PreTrendPower: Sendable {
  private let times: [Double]
  private let covariance: Matrix
  private let box: NormalBox

  /// `nil` for a covariance that is not positive definite.
  ///
  /// - Parameters:
  ///   - covariance: of the coefficients of periods before the start.
  ///   - times: tₖ − t_ref, one a coefficient: the periods from the reference period.
  ///   - significance: of each coefficient's own test.
  ///   - points: of the lattice over which the normal distribution is integrated.
  public init?(
    covariance: Matrix, times: [Double], significance: Double = 0.05, points: Int = 512
  ) {
    precondition(times.count == covariance.rowCount)
    let z = Normal.standard.upperQuantile(significance / 2)
    guard covariance.diagonal.allSatisfy({ $0 > 0 }),
      var box = NormalBox(covariance, bounds: covariance.diagonal.map { z * $0.squareRoot() })
    else { return nil }
    box.points = points
    self.box = box
    self.times = times
    self.covariance = covariance
  }

  /// The probability that a straight violation of parallel trends is noticed.
  public func power(slope: Double) -> Double {
    1 - box.inside(times.map { slope * $0 }).probability
  }

  /// The straight violation that is noticed with the probability `power`; `nil` for a power that
  /// is reached without any.
  public func slope(power target: Double) -> Double? {
    guard power(slope: 0) < target, target < 1 else { return nil }
    let unit = zip(times, covariance.diagonal).map { $1.squareRoot() / max(abs($0), 1e-12) }
    guard var high = unit.min(), high > 0, high.isFinite else { return nil }
    var low = 0.0
    while power(slope: high) < target {
      low = high
      high *= 2
    }
    var middle = high
    for _ in 0..<60 {
      middle = 0.5 * (low + high)
      if power(slope: middle) < target { low = middle } else { high = middle }
      if high - low < 1e-6 * high { break }
    }
    return middle
  }

  /// The bias of an estimate after a test that was passed, under a straight violation.
  ///
  /// - Parameters:
  ///   - slope: γ.
  ///   - time: t̄, of the estimate from the reference period.
  ///   - covariances: of the estimate with the coefficients before the start.
  /// - Returns: with γ·t̄ the part that is there without any test.
  public func bias(slope: Double, time: Double, covariances: [Double]) -> Double {
    let mean = times.map { slope * $0 }
    let inside = box.inside(mean).means
    guard let cholesky = try? Cholesky(covariance) else { return slope * time }
    let weights = cholesky.solve(covariances)
    var bias = slope * time
    for k in mean.indices { bias += weights[k] * (inside[k] - mean[k]) }
    return bias
  }
}
