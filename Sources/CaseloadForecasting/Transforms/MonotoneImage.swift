import CaseloadMath

extension PredictiveDistribution {
  /// The distribution of f(X) for an increasing f, as ``imageCount`` equally likely values.
  ///
  /// The values are the images of the quantiles at 0, 0.005, 0.01, …, 1, so that quantiles at
  /// multiples of 0.005 are exact and the mean is that of f(X), not f of the mean. At the two ends,
  /// where a normal's quantiles are infinite, values stand that give it its variance.
  func image(under f: (Double) -> Double) -> PredictiveDistribution {
    switch self {
    case .normal(let mean, let deviation):
      return .empirical(sorted: Self.normalNodes.map { f(mean + deviation * $0) })
    case .mixture:
      let inner = (1..<(Self.imageCount - 1)).map {
        quantile(Double($0) / Double(Self.imageCount - 1))
      }
      let tail = 1 / (4 * Double(Self.imageCount - 1))
      return .empirical(sorted: ([quantile(tail)] + inner + [quantile(1 - tail)]).map(f))
    case .empirical(let values): return .empirical(sorted: values.map(f))
    }
  }

  static let imageCount = 201

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
