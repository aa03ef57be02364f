import CaseloadMath

extension PredictiveDistribution {
  /// The continuous ranked probability score of the outcome `y`, in the unit of the data: less is
  /// better, and |y − f| for a distribution at a single value f.
  ///
  /// ```
  /// CRPS(F, y) = ∫ (F(x) − 1{x ≥ y})² dx = E|X − y| − ½ E|X − X′|
  ///
  /// normal     σ (z (2Φ(z) − 1) + 2φ(z) − 1/√π),   z = (y − μ)/σ
  /// mixture    Σᵢ wᵢ A(y − μᵢ, σᵢ²) − ½ Σᵢ Σⱼ wᵢ wⱼ A(μᵢ − μⱼ, σᵢ² + σⱼ²),
  ///            A(d, s²) = E|N(d, s²)| = 2 s φ(d/s) + d (2Φ(d/s) − 1)
  /// n values   (1/n) Σᵢ |xᵢ − y| − (1/n²) Σᵢ (2i − n − 1) x₍ᵢ₎
  /// ```
  ///
  /// All three are exact. The last one is the score of the values' own distribution function, not
  /// the "fair" one of a sample from another.
  ///
  /// - Sources: Gneiting & Raftery (2007), *JASA* 102, 359–378, eqs 20 and 21; Grimit, Gneiting,
  ///   Berrocal & Johnson (2006), *Quarterly Journal of the Royal Meteorological Society* 132,
  ///   2925–2942, eq. 5 (mixtures).
  public func rankedProbabilityScore(_ y: Double) -> Double {
    switch self {
    case .normal(let mean, let deviation):
      guard deviation > 0 else { return abs(y - mean) }
      let z = (y - mean) / deviation
      let normal = Normal.standard
      // 2Φ(z) − 1 = 1 − 2Φ(−z): the smaller tail keeps its digits.
      let balance = z < 0 ? 2 * normal.cumulative(z) - 1 : 1 - 2 * normal.upper(z)
      let density = 2 * normal.density(z)
      return deviation * (z * balance + density - 1 / Double.pi.squareRoot())
    case .mixture(let components):
      var sum = Accumulator()
      for (i, a) in components.enumerated() where a.weight > 0 {
        sum.add(product: a.weight, Self.meanDistance(y - a.mean, a.standardDeviation))
        for (j, b) in components.enumerated() where j <= i && b.weight > 0 {
          let spread = hypotenuse(a.standardDeviation, b.standardDeviation)
          let distance = Self.meanDistance(a.mean - b.mean, spread)
          sum.add(product: -(i == j ? 0.5 : 1) * a.weight * b.weight, distance)
        }
      }
      return max(0, sum.value)
    case .empirical(let values):
      let n = Double(values.count)
      var distance = Accumulator()
      var spread = Accumulator()
      for (i, x) in values.enumerated() {
        distance.add(abs(x - y))
        // Distances from y leave the sum as it is, for the factors add up to 0.
        spread.add(product: 2 * Double(i + 1) - n - 1, x - y)
      }
      return max(0, distance.value / n - spread.value / n / n)
    }
  }

  /// E|N(d, s²)|.
  private static func meanDistance(_ d: Double, _ s: Double) -> Double {
    guard s > 0 else { return abs(d) }
    let z = abs(d) / s
    return 2 * s * Normal.standard.density(z) + abs(d) * (1 - 2 * Normal.standard.upper(z))
  }
}

private func hypotenuse(_ a: Double, _ b: Double) -> Double {
  let (small, large) = (min(abs(a), abs(b)), max(abs(a), abs(b)))
  guard large > 0 else { return 0 }
  let ratio = small / large
  return large * (1 + ratio * ratio).squareRoot()
}

/// Scores of quantiles and of central intervals.
public enum IntervalScores {
  /// The pinball (quantile) loss (y − q)(p − 1{y < q}).
  ///
  /// - Source: Koenker & Bassett (1978), *Econometrica* 46, 33–50.
  public static func pinball(_ y: Double, quantile q: Double, probability p: Double) -> Double {
    y < q ? (q - y) * (1 - p) : (y - q) * p
  }

  /// The interval's width, and 2/α times the distance of an outcome outside it, α = 1 − level.
  ///
  /// ```
  /// IS(l, u; y) = (u − l) + (2/α)(l − y) 1{y < l} + (2/α)(y − u) 1{y > u}
  /// ```
  ///
  /// - Source: Gneiting & Raftery (2007), *JASA* 102, 359–378, eq. 43.
  public static func interval(_ y: Double, _ interval: ClosedRange<Double>, level: Double) -> Double
  {
    let alpha = 1 - level
    let (l, u) = (interval.lowerBound, interval.upperBound)
    let outside = y < l ? l - y : (y > u ? y - u : 0)
    return (u - l) + 2 / alpha * outside
  }

  /// The weighted interval score of K central intervals and the median m.
  ///
  /// ```
  /// WIS = (½ |y − m| + Σₖ (αₖ/2) IS(lₖ, uₖ; y)) / (K + ½)
  /// ```
  ///
  /// It tends to the ranked probability score as the levels fill the unit interval.
  ///
  /// - Source: Bracher, Ray, Gneiting & Reich (2021), *PLoS Computational Biology* 17, e1008618.
  public static func weighted(
    _ y: Double, median: Double, intervals: [(level: Double, bounds: ClosedRange<Double>)]
  ) -> Double {
    let sum = intervals.reduce(0.5 * abs(y - median)) { sum, next in
      sum + (1 - next.level) / 2 * interval(y, next.bounds, level: next.level)
    }
    return sum / (Double(intervals.count) + 0.5)
  }

  /// The share of outcomes inside their intervals; `nil` where none is known.
  public static func coverage(_ actual: [Double], _ intervals: [ClosedRange<Double>]) -> Double? {
    precondition(actual.count == intervals.count)
    let known = zip(actual, intervals).filter { !$0.0.isNaN }
    guard !known.isEmpty else { return nil }
    return Double(known.count { $0.1.contains($0.0) }) / Double(known.count)
  }

  /// MSIS: the mean interval score over the history's ``PointScores/absoluteScale(_:seasonLength:)``.
  ///
  /// - Source: the M4 competition, *International Journal of Forecasting* 36, 54–74, eq. 5.
  public static func meanScaled(
    _ actual: [Double], _ intervals: [ClosedRange<Double>], level: Double, history: [Double],
    seasonLength m: Int
  ) -> Double? {
    precondition(actual.count == intervals.count)
    var sum = Accumulator()
    var count = 0
    for (y, bounds) in zip(actual, intervals) where !y.isNaN {
      sum.add(interval(y, bounds, level: level))
      count += 1
    }
    guard count > 0 else { return nil }
    return PointScores.ratio(
      sum.value / Double(count), PointScores.absoluteScale(history, seasonLength: m))
  }
}
