/// First guesses at the initial states: those of R's `ets`, where values are missing from what is
/// there.
///
/// The season is the classical decomposition's (with less than three seasons of data: the averages
/// around a line), level and slope the mean of, or the line through, the first max(10, 2m) values of
/// what remains.
///
/// - Source: Hyndman, Koehler, Ord & Snyder (2008), §2.6.1.
struct ETSStart {
  /// One a season, from that of the first period.
  let additiveSeasons: [Double]
  let multiplicativeSeasons: [Double]
  private let y: [Double]
  private let m: Int

  init(_ y: [Double], seasonLength m: Int, isSeasonal: Bool, isPositive: Bool) {
    self.y = y
    self.m = m
    guard isSeasonal, m > 1 else {
      (additiveSeasons, multiplicativeSeasons) = ([], [])
      return
    }
    let trend = Self.trend(y, m)
    additiveSeasons = Self.seasons(y, trend, m, isMultiplicative: false)
    multiplicativeSeasons =
      isPositive ? Self.seasons(y, trend, m, isMultiplicative: true) : []
  }

  /// Level and slope, and the seasons, where the season is taken out as `season` says.
  func states(_ trend: ETSForm.Trend, _ season: ETSForm.Season) -> (
    level: Double, slope: Double, seasons: [Double]
  ) {
    let seasons =
      switch season {
      case .none: [Double]()
      case .additive: additiveSeasons
      case .multiplicative: multiplicativeSeasons
      }
    func adjusted(_ t: Int) -> Double {
      switch season {
      case .none: y[t]
      case .additive: y[t] - seasons[t % m]
      case .multiplicative: y[t] / max(seasons[t % m], 0.01)
      }
    }
    // The first observed values, and their line a + b (t + 1).
    let wanted = max(10, season == .none ? 2 : 2 * m)
    var (count, sumT, sumY, sumTT, sumTY) = (0.0, 0.0, 0.0, 0.0, 0.0)
    for t in y.indices where !y[t].isNaN {
      let (time, value) = (Double(t + 1), adjusted(t))
      count += 1
      sumT += time
      sumY += value
      sumTT += time * time
      sumTY += time * value
      if count == Double(wanted) { break }
    }
    guard trend != .none else { return (sumY / count, 0, seasons) }
    let spread = sumTT - sumT * sumT / count
    let b = spread > 0 ? (sumTY - sumT * sumY / count) / spread : 0
    let a = (sumY - b * sumT) / count
    guard trend == .multiplicative else { return (a, b, seasons) }
    let first = a + b
    let ratio = first > 1e-8 ? (a + 2 * b) / first : 0
    guard ratio > 1e-3, ratio < 1e3 else { return (sumY / count, 1, seasons) }
    return (first / ratio, ratio, seasons)
  }

  /// The centered moving average over a season where it is defined; a line where it nowhere is.
  private static func trend(_ y: [Double], _ m: Int) -> [Double] {
    let n = y.count
    var trend = [Double](repeating: .nan, count: n)
    let half = m / 2
    var seen = [Bool](repeating: false, count: m)
    if n >= 3 * m {
      for t in half..<(n - half) {
        var sum = 0.0
        if m % 2 == 1 {
          for i in (t - half)...(t + half) { sum += y[i] }
        } else {
          sum = 0.5 * (y[t - half] + y[t + half])
          for i in (t - half + 1)..<(t + half) { sum += y[i] }
        }
        trend[t] = sum / Double(m)
        if !sum.isNaN, !y[t].isNaN { seen[t % m] = true }
      }
      if seen.allSatisfy({ $0 }) { return trend }
    }
    var (count, sumT, sumY, sumTT, sumTY) = (0.0, 0.0, 0.0, 0.0, 0.0)
    for t in 0..<n where !y[t].isNaN {
      count += 1
      sumT += Double(t)
      sumY += y[t]
      sumTT += Double(t) * Double(t)
      sumTY += Double(t) * y[t]
    }
    let spread = sumTT - sumT * sumT / count
    let b = spread > 0 ? (sumTY - sumT * sumY / count) / spread : 0
    return (0..<n).map { (sumY + b * (count * Double($0) - sumT)) / count }
  }

  private static func seasons(
    _ y: [Double], _ trend: [Double], _ m: Int, isMultiplicative: Bool
  ) -> [Double] {
    var sums = [Double](repeating: 0, count: m)
    var counts = [Double](repeating: 0, count: m)
    for t in y.indices {
      let value = isMultiplicative ? y[t] / trend[t] : y[t] - trend[t]
      guard value.isFinite else { continue }
      sums[t % m] += value
      counts[t % m] += 1
    }
    for j in 0..<m {
      sums[j] = counts[j] > 0 ? sums[j] / counts[j] : (isMultiplicative ? 1 : 0)
      if isMultiplicative { sums[j] = max(sums[j], 0.01) }
    }
    let mean = sums.reduce(0, +) / Double(m)
    return sums.map { isMultiplicative ? $0 / mean : $0 - mean }
  }
}
