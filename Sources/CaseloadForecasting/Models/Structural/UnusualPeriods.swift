import CaseloadData
import CaseloadMath

/// A period that the model finds hard to believe, and what would explain it.
public struct UnusualPeriod: Sendable, Codable, Equatable {
  public enum Kind: String, Sendable, Codable, CaseIterable {
    /// One value that stands alone.
    case outlier
    /// A level that is another from this period on.
    case levelShift
    /// A slope that is another from this period on.
    case slopeChange
  }

  public let kind: Kind
  public let period: Period
  /// The standardized auxiliary residual: N(0, 1) where nothing is unusual.
  public let statistic: Double
}

extension StructuralFit {
  /// The periods whose smoothed disturbances are larger than chance explains.
  ///
  /// ```
  /// outlier at t:        uₜ / √Dₜ
  /// level shift at t:    rₜ₋₁,₁ / √Nₜ₋₁,₁₁       slope change at t:   rₜ₋₁,₂ / √Nₜ₋₁,₂₂
  /// ```
  ///
  /// Neighbors and kinds share their evidence, so that only peaks are named: of those a period apart,
  /// or at one period, the largest in size. A disturbance of variance zero has its residual, too: it tells whether there should
  /// be one. Results are in order of time; a model that repeats the data without error has none.
  ///
  /// - Source: Harvey & Koopman (1992), *Journal of Business & Economic Statistics* 10, 377–389;
  ///   de Jong & Penzer (1998), *JASA* 93, 796–806.
  public func unusualPeriods(beyond limit: Double = 3.5) -> [UnusualPeriod] {
    guard units.scale > 0 else { return [] }
    let components = stateComponents(.smoothed)
    var found: [UnusualPeriod] = []
    func add(_ statistics: [Double], _ kind: UnusualPeriod.Kind, delay: Int) {
      for t in statistics.indices where abs(statistics[t]) > limit {
        found.append(
          UnusualPeriod(
            kind: kind, period: series.start.advanced(by: t + delay), statistic: statistics[t]))
      }
    }
    let level = components.auxiliaryResiduals(state: 0)
    add(level.irregular, .outlier, delay: 0)
    // The disturbance of period t is in the level of the next.
    add(level.disturbance, .levelShift, delay: 1)
    if structure.hasSlope {
      add(components.auxiliaryResiduals(state: 1).disturbance, .slopeChange, delay: 1)
    }
    // From the largest on, each silences what lies beside it.
    found.sort { abs($0.statistic) > abs($1.statistic) }
    var peaks: [UnusualPeriod] = []
    for candidate in found
    where !peaks.contains(where: { abs($0.period.distance(to: candidate.period)) <= 1 }) {
      peaks.append(candidate)
    }
    return peaks.sorted { ($0.period, $0.kind.rawValue) < ($1.period, $1.kind.rawValue) }
  }
}
