import CaseloadMath

/// What is known about one future value.
public enum PredictiveDistribution: Sendable, Equatable, Codable {
  case normal(mean: Double, standardDeviation: Double)
  /// A normal of unknown origin: each component with its weight; the weights add up to 1.
  case mixture([NormalComponent])
  /// Equally likely values, ascending.
  case empirical(sorted: [Double])

  /// One normal of a mixture.
  public struct NormalComponent: Sendable, Equatable, Codable {
    public let weight: Double
    public let mean: Double
    public let standardDeviation: Double

    public init(weight: Double, mean: Double, standardDeviation: Double) {
      self.weight = weight
      self.mean = mean
      self.standardDeviation = standardDeviation
    }
  }

  public var mean: Double {
    switch self {
    case .normal(let mean, _): mean
    case .mixture(let components): components.reduce(0) { $0 + $1.weight * $1.mean }
    case .empirical(let values): values.accurateSum / Double(values.count)
    }
  }

  public var standardDeviation: Double {
    switch self {
    case .normal(_, let standardDeviation): return standardDeviation
    case .mixture(let components):
      let mean = mean
      return components.reduce(0) { sum, component in
        let deviation = component.mean - mean
        let spread = component.standardDeviation
        return sum + component.weight * (spread * spread + deviation * deviation)
      }.squareRoot()
    case .empirical(let values): return Descriptive.standardDeviation(values) ?? 0
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
    case .mixture(let components): return Self.quantile(of: components, p)
    case .empirical(let values): return Descriptive.sortedQuantile(values, p) ?? .nan
    }
  }

  /// The share of the distribution at or below `x`.
  public func cumulative(_ x: Double) -> Double {
    switch self {
    case .normal(let mean, let standardDeviation):
      return Self.cumulative(x, mean: mean, standardDeviation: standardDeviation)
    case .mixture(let components):
      return components.reduce(0) {
        $0 + $1.weight
          * Self.cumulative(x, mean: $1.mean, standardDeviation: $1.standardDeviation)
      }
    case .empirical(let values):
      var (low, high) = (0, values.count)
      while low < high {
        let middle = (low + high) / 2
        if values[middle] <= x { low = middle + 1 } else { high = middle }
      }
      return Double(low) / Double(values.count)
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
    case .mixture(let components):
      .mixture(
        components.map {
          NormalComponent(
            weight: $0.weight, mean: scale * $0.mean + shift,
            standardDeviation: abs(scale) * $0.standardDeviation)
        })
    case .empirical(let values): .empirical(sorted: values.map { scale * $0 + shift }.sorted())
    }
  }

  private static func cumulative(_ x: Double, mean: Double, standardDeviation: Double) -> Double {
    guard standardDeviation > 0 else { return x >= mean ? 1 : 0 }
    return Normal.standard.cumulative((x - mean) / standardDeviation)
  }

  /// By Newton's steps inside a bracket that starts with the components' own quantiles; by halving
  /// where a step would leave it, and where a component has no width and so no density.
  private static func quantile(of components: [NormalComponent], _ p: Double) -> Double {
    let z = Normal.standard.quantile(p)
    let own = components.lazy.filter { $0.weight > 0 }.map { $0.mean + z * $0.standardDeviation }
    guard var low = own.min(), var high = own.max() else { return .nan }
    let mixture = PredictiveDistribution.mixture(components)
    let widest = components.reduce(0) { max($0, $1.standardDeviation) }
    let isSmooth = components.allSatisfy { $0.standardDeviation > 0 }
    var middle = 0.5 * (low + high)
    // 60 halvings take any bracket to the last digits of its width; Newton takes six steps or so.
    for iteration in 0..<80 {
      guard middle > low, middle < high else { break }
      let excess = mixture.cumulative(middle) - p
      if excess < 0 { low = middle } else { high = middle }
      var next = 0.5 * (low + high)
      if isSmooth, iteration < 20 {
        let step = excess / density(of: components, at: middle)
        if abs(step) <= 0x1p-50 * max(abs(middle), widest) { return middle - step }
        if middle - step > low, middle - step < high { next = middle - step }
      }
      middle = next
    }
    return 0.5 * (low + high)
  }

  private static func density(of components: [NormalComponent], at x: Double) -> Double {
    components.reduce(0) { sum, component in
      let z = (x - component.mean) / component.standardDeviation
      return sum
        + component.weight * exp(-0.5 * z * z)
        / (component.standardDeviation * (2 * .pi).squareRoot())
    }
  }
}
