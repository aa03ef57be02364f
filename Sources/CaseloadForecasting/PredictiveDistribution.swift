import CaseloadMath

/// What is known about one future value.
public enum PredictiveDistribution: Sendable, Equatable, Codable {
  case normal(mean: Double, standardDeviation: Double)
  /// Equally likely values, ascending.
  case empirical(sorted: [Double])

  public var mean: Double {
    switch self {
    case .normal(let mean, _): mean
    case .empirical(let values): values.accurateSum / Double(values.count)
    }
  }

  public var standardDeviation: Double {
    switch self {
    case .normal(_, let standardDeviation): standardDeviation
    case .empirical(let values): Descriptive.standardDeviation(values) ?? 0
    }
  }

  /// The value below which a share `p` of the distribution lies.
  ///
  /// - Precondition: 0 < `p` < 1.
  public func quantile(_ p: Double) -> Double {
    precondition(p > 0 && p < 1, "a quantile's probability lies in (0, 1), not \(p)")
    switch self {
    case .normal(let mean, let standardDeviation):
      return standardDeviation > 0
        ? Normal(mean: mean, standardDeviation: standardDeviation).quantile(p) : mean
    case .empirical(let values): return Descriptive.sortedQuantile(values, p) ?? .nan
    }
  }

  /// The central interval of coverage `level`.
  public func interval(_ level: Double) -> ClosedRange<Double> {
    let lower = quantile((1 - level) / 2)
    return lower...max(lower, quantile((1 + level) / 2))
  }

  /// The distribution of `scale`·X + `shift`.
  func transformed(scale: Double, shift: Double) -> PredictiveDistribution {
    switch self {
    case .normal(let mean, let standardDeviation):
      .normal(
        mean: scale * mean + shift, standardDeviation: abs(scale) * standardDeviation)
    case .empirical(let values): .empirical(sorted: values.map { scale * $0 + shift }.sorted())
    }
  }
}
