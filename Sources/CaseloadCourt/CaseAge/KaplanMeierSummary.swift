import CaseloadData
import CaseloadMath

extension KaplanMeier {
  /// The mean age at closing of cases followed to an age τ: the area under the curve.
  ///
  /// ```
  /// μ(τ)      = ∫₀^τ S(t) dt
  /// Var μ(τ)  = Σⱼ (∫_{tⱼ}^τ S)² dⱼ / (nⱼ (nⱼ − dⱼ))
  /// ```
  public struct RestrictedMean: Codable, Sendable, Equatable {
    /// τ, in the unit of the times.
    public let limit: Double
    public let value: Double
    public let standardError: Double
    public let lower: Double
    public let upper: Double
  }

  /// The restricted mean to `limit`.
  ///
  /// - Parameter limit: τ > 0; `nil` takes the last time.
  /// - Returns: `nil` where τ lies beyond the last time and some cases are still open there: the area
  ///   is not known.
  public func restrictedMean(to limit: Double? = nil) -> RestrictedMean? {
    guard let last = rows.last else { return nil }
    let limit = limit ?? last.time
    guard limit > 0, limit <= last.time || last.survival == 0 else { return nil }
    let inside = rows.filter { $0.time <= limit }
    let times = inside.map(\.time) + [limit]
    // Areas of the curve between each time and the next.
    var areas: [Double] = []
    for (index, row) in inside.enumerated() {
      areas.append((times[index + 1] - row.time) * row.survival)
    }
    let mean = (times.first ?? limit) + areas.accurateSum
    var right = 0.0
    var variance = Accumulator()
    for (index, row) in inside.enumerated().reversed() {
      right += areas[index]
      let (n, d) = (Double(row.atRisk), Double(row.events))
      if n > d { variance.add(right * right * (d / (n * (n - d)))) }
    }
    let error = variance.value.squareRoot()
    let margin = Normal.standard.upperQuantile((1 - level) / 2) * error
    return RestrictedMean(
      limit: limit, value: mean, standardError: error, lower: mean - margin, upper: mean + margin)
  }

  /// The age by which a share has closed.
  ///
  /// It is the first time at which 1 − S is at least p; where 1 − S equals p over a stretch, its
  /// middle. The ends of the interval are the quantiles of the interval of S.
  ///
  /// - Parameter probability: p in (0, 1).
  /// - Returns: the quantile, `nil` inside where the curve does not come down to it.
  public func quantile(_ probability: Double) -> Quantile {
    Quantile(
      probability: probability, value: crossing(probability) { $0.survival },
      lower: crossing(probability) { $0.survival > 0 ? $0.lower : nil },
      upper: crossing(probability) { $0.survival > 0 ? $0.upper : nil })
  }

  /// The age by which half have closed.
  public var median: Quantile { quantile(0.5) }

  private func crossing(_ p: Double, _ curve: (Row) -> Double?) -> Double? {
    let tolerance = 1.4901161193847656e-8  // √ε, as in R's quantile.survfit
    // 1 − curve by time, each value once, at its first time.
    var points: [(time: Double, closed: Double)] = [(0, 0)]
    for row in rows {
      guard let value = curve(row) else { continue }
      let closed = 1 - value
      if let last = points.last, closed == last.closed { continue }
      points.append((row.time, closed))
    }
    guard let reached = points.firstIndex(where: { $0.closed + tolerance >= p }) else {
      return nil
    }
    if points[reached].closed - tolerance >= p { return points[reached].time }
    // The curve rests at p until its next step, or to the end.
    let next = points[(reached + 1)...].first { $0.closed - tolerance >= p }
    let end = next?.time ?? (reached == points.count - 1 ? rows.last?.time : nil)
    return end.map { (points[reached].time + $0) / 2 }
  }
}
