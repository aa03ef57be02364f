import CaseloadMath

/// What a method of intermittent demand makes of a series without gaps.
struct DemandState {
  /// The demands that occurred, in order.
  let sizes: [Double]
  /// What each weighs in the smoothed size.
  let weights: [Double]
  /// z, the smoothed size.
  let size: Double
  /// f, the mean of a period.
  let mean: Double

  init(_ y: [Double], method: DemandMethod, smoothing: [Double]) {
    sizes = y.filter { $0 > 0 }
    // The aggregating methods do not smooth sizes; the usual 0.1 does it for their distribution.
    let alpha = method == .adida || method == .imapa ? 0.1 : smoothing[0]
    weights = DemandSmoothing.weights(sizes.count, alpha)
    size = DemandSmoothing.last(sizes, alpha)
    guard !sizes.isEmpty else {
      mean = 0
      return
    }
    switch method {
    case .croston:
      mean = size / DemandSmoothing.last(Self.intervals(y), smoothing[1])
    case .sba:
      mean = (1 - 0.5 * smoothing[1]) * size / DemandSmoothing.last(Self.intervals(y), smoothing[1])
    case .tsb:
      mean = size * DemandSmoothing.last(Self.occurrences(y), smoothing[1])
    case .adida:
      mean = Self.aggregated(y, over: Self.level(y), smoothing[0])
    case .imapa:
      let levels = (1...smoothing.count).map { Self.aggregated(y, over: $0, smoothing[$0 - 1]) }
      mean = levels.accurateSum / Double(levels.count)
    }
  }

  /// From each demand to the one before it, in periods; the first from the start.
  static func intervals(_ y: [Double]) -> [Double] {
    var last = -1
    var intervals: [Double] = []
    for (t, value) in y.enumerated() where value > 0 {
      intervals.append(Double(t - last))
      last = t
    }
    return intervals
  }

  static func occurrences(_ y: [Double]) -> [Double] { y.map { $0 > 0 ? 1 : 0 } }

  /// The average interval, to the nearest whole number, half to even.
  static func level(_ y: [Double]) -> Int {
    let intervals = intervals(y)
    guard !intervals.isEmpty else { return 1 }
    let mean = intervals.reduce(0, +) / Double(intervals.count)
    return max(1, Int(mean.rounded(.toNearestOrEven)))
  }

  /// Sums over `level` periods each, the last of which ends with the series.
  static func sums(_ y: [Double], over level: Int) -> [Double] {
    stride(from: y.count % level, to: y.count, by: level).map { first in
      y[first..<(first + level)].reduce(0, +)
    }
  }

  private static func aggregated(_ y: [Double], over level: Int, _ alpha: Double) -> Double {
    DemandSmoothing.last(sums(y, over: level), alpha) / Double(level)
  }

  /// ``aggregated(_:over:_:)`` of the first t values for every t; NaN below `level`.
  ///
  /// The sums that end at t are those that end at t − a, and one more.
  private static func aggregatedSoFar(_ y: [Double], over level: Int, _ alpha: Double) -> [Double] {
    var smoothed = [Double](repeating: .nan, count: y.count + 1)
    for t in level..<max(level, y.count + 1) {
      let sum = y[(t - level)..<t].reduce(0, +)
      let before = t - level
      smoothed[t] = before < level ? sum : smoothed[before] + alpha * (sum - smoothed[before])
    }
    return smoothed.map { $0 / Double(level) }
  }

  /// The values that may occur and their probabilities, ascending; equal values are one.
  var distribution: (values: [Double], probabilities: [Double]) {
    guard size > 0, mean > 0 else { return ([0], [1]) }
    // A ratio of 1 but for rounding leaves no share to zero.
    let ratio = abs(mean / size - 1) <= 1e-12 ? 1 : mean / size
    let (occurrence, scale) = (min(1, ratio), max(1, ratio))
    var shares: [Double: Double] = [:]
    for (value, weight) in zip(sizes, weights) where weight > 0 {
      shares[value * scale, default: 0] += weight * occurrence
    }
    if occurrence < 1 { shares[0, default: 0] += 1 - occurrence }
    let values = shares.keys.sorted()
    return (values, values.map { shares[$0] ?? 0 })
  }

  /// The mean that each period had before its own value was known; NaN up to the first demand.
  ///
  /// Smoothing parameters, and the level of aggregation, are those of the whole series.
  static func forecasts(_ y: [Double], method: DemandMethod, smoothing: [Double]) -> [Double] {
    guard let first = y.firstIndex(where: { $0 > 0 }) else {
      return y.indices.map { $0 == 0 ? .nan : 0 }
    }
    var result = [Double](repeating: .nan, count: y.count)
    switch method {
    case .adida, .imapa:
      let levels = method == .adida ? [level(y)] : Array(1...smoothing.count)
      let forecasts = zip(levels, smoothing).map { aggregatedSoFar(y, over: $0, $1) }
      var total = y[...first].reduce(0, +)
      for t in (first + 1)..<max(first + 1, y.count) {
        let known = forecasts.map { $0[t] }.filter { !$0.isNaN }
        // Before as many periods as the one level has, their average stands in.
        result[t] =
          known.isEmpty ? total / Double(t) : known.reduce(0, +) / Double(known.count)
        total += y[t]
      }
    case .croston, .sba, .tsb:
      var (size, rate, last) = (y[first], Double(first + 1), first)
      if method == .tsb {
        rate = DemandSmoothing.last(occurrences(Array(y[...first])), smoothing[1])
      }
      let correction = method == .sba ? 1 - 0.5 * smoothing[1] : 1
      for t in (first + 1)..<max(first + 1, y.count) {
        result[t] = method == .tsb ? size * rate : correction * size / rate
        let isDemand = y[t] > 0
        if isDemand { size += smoothing[0] * (y[t] - size) }
        if method == .tsb {
          rate += smoothing[1] * ((isDemand ? 1 : 0) - rate)
        } else if isDemand {
          rate += smoothing[1] * (Double(t - last) - rate)
          last = t
        }
      }
    }
    return result
  }
}
