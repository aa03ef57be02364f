import CaseloadMath

/// A simulated quantity: its mean, its median and its central 80 %, 90 % and 95 % intervals.
public struct DrawSummary: Codable, Sendable, Equatable {
  public let mean: Double
  public let median: Double
  public let lower80: Double
  public let upper80: Double
  public let lower90: Double
  public let upper90: Double
  public let lower95: Double
  public let upper95: Double

  /// The summary of draws of any order; quantiles interpolate linearly.
  ///
  /// - Precondition: at least one draw.
  public init(_ draws: [Double]) {
    precondition(!draws.isEmpty, "a summary needs draws")
    let sorted = draws.sorted()
    func quantile(_ p: Double) -> Double { Descriptive.sortedQuantile(sorted, p) ?? .nan }
    mean = Descriptive.mean(sorted) ?? .nan
    median = quantile(0.5)
    (lower80, upper80) = (quantile(0.1), quantile(0.9))
    (lower90, upper90) = (quantile(0.05), quantile(0.95))
    (lower95, upper95) = (quantile(0.025), quantile(0.975))
  }

  /// The same in other units.
  public func scaled(by factor: Double) -> DrawSummary {
    DrawSummary(
      mean: mean * factor, median: median * factor,
      ends: [lower80, upper80, lower90, upper90, lower95, upper95].map { $0 * factor })
  }

  init(mean: Double, median: Double, ends: [Double]) {
    (self.mean, self.median) = (mean, median)
    (lower80, upper80, lower90, upper90) = (ends[0], ends[1], ends[2], ends[3])
    (lower95, upper95) = (ends[4], ends[5])
  }
}
