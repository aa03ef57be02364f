import CaseloadMath

extension PredictiveDistribution {
  /// The distribution of f(X) for an increasing f, as ``imageCount`` equally likely values.
  ///
  /// For a normal the values are the images of the quantiles at 0, 0.005, 0.01, …, 1, so that quantiles
  /// at multiples of 0.005 are exact and the mean is that of f(X), not f of the mean. At the two ends,
  /// where a normal's quantiles are infinite, values stand that give it its variance.
  func image(under f: (Double) -> Double) -> PredictiveDistribution {
    switch self {
    case .normal(let mean, let deviation):
      return .empirical(sorted: Self.normalNodes.map { f(mean + deviation * $0) })
    case .mixture(let components):
      return .empirical(sorted: Self.condensed(components).map(f))
    case .empirical(let values): return .empirical(sorted: values.map(f))
    }
  }

  static let imageCount = 201

  /// ``imageCount`` equally likely values that stand for a mixture: the means of as many shares of the
  /// pooled nodes of its components, which keeps its mean.
  private static func condensed(_ components: [NormalComponent]) -> [Double] {
    let nodes = normalNodes
    var pool: [(value: Double, weight: Double)] = []
    pool.reserveCapacity(components.count * nodes.count)
    for component in components where component.weight > 0 {
      for node in nodes {
        pool.append((component.mean + component.standardDeviation * node, component.weight))
      }
    }
    pool.sort { $0.value < $1.value }
    // One share of each component's nodes makes a weight of 1.
    let share = pool.reduce(0) { $0 + $1.weight } / Double(imageCount)
    var result: [Double] = []
    var (sum, taken) = (0.0, 0.0)
    for (value, weight) in pool {
      var weight = weight
      while taken + weight >= share, result.count < imageCount - 1 {
        let part = share - taken
        result.append((sum + part * value) / share)
        weight -= part
        (sum, taken) = (0, 0)
      }
      sum += weight * value
      taken += weight
    }
    result.append(taken > 0 ? sum / taken : result[result.count - 1])
    return result
  }

  /// The quantiles of the standard normal at 0.005, 0.01, …, and two ends such that the sample
  /// variance is 1.
  static let normalNodes: [Double] = {
    let steps = imageCount - 1
    let half = (1..<(steps / 2)).map { Normal.standard.quantile(Double($0) / Double(steps)) }
    let inside = half.reduce(0) { $0 + 2 * $1 * $1 }
    let end = (0.5 * (Double(steps) - inside)).squareRoot()
    return [-end] + half + [0] + half.reversed().map { -$0 } + [end]
  }()
}
