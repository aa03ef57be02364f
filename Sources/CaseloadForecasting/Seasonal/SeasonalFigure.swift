/// The steps of a classical decomposition, for whatever takes a season out by moving averages.
///
/// ```
/// Tₜ = (½ yₜ₋ₖ + yₜ₋ₖ₊₁ + … + yₜ₊ₖ₋₁ + ½ yₜ₊ₖ)/m,   m = 2k;   a plain average for an odd m
/// f_j = mean of yₜ − Tₜ, or of yₜ/Tₜ, over the periods t of season j,   less, or over, the mean of all f
/// ```
///
/// - Source: Kendall & Stuart, *The Advanced Theory of Statistics*, vol. 3 (1983), §46.
enum SeasonalFigure {
  /// T; NaN where the window does not fit or holds a missing value.
  static func centeredAverage(_ y: [Double], _ m: Int) -> [Double] {
    var trend = [Double](repeating: .nan, count: y.count)
    let half = m / 2
    guard y.count > 2 * half else { return trend }
    for t in half..<(y.count - half) {
      var sum = 0.0
      if m % 2 == 1 {
        for i in (t - half)...(t + half) { sum += y[i] }
      } else {
        for i in (t - half + 1)..<(t + half) { sum += y[i] }
        sum += 0.5 * (y[t - half] + y[t + half])
      }
      trend[t] = sum / Double(m)
    }
    return trend
  }

  /// f before it is leveled; NaN for a season without a value.
  ///
  /// - Parameters:
  ///   - y: NaN where missing.
  ///   - trend: of the same length.
  ///   - m: the number of seasons.
  ///   - season: that of a place in the series, below m; without, counted from the first value.
  ///   - isMultiplicative: whether ratios to the trend are averaged, or differences from it.
  /// - Returns: m averages.
  static func averages(
    _ y: [Double], _ trend: [Double], length m: Int, season: ((Int) -> Int)? = nil,
    isMultiplicative: Bool
  ) -> [Double] {
    var sums = [Double](repeating: 0, count: m)
    var counts = [Double](repeating: 0, count: m)
    for t in y.indices where !trend[t].isNaN {
      let value = isMultiplicative ? y[t] / trend[t] : y[t] - trend[t]
      guard value.isFinite else { continue }
      let j = season?(t) ?? t % m
      sums[j] += value
      counts[j] += 1
    }
    return zip(sums, counts).map { $1 > 0 ? $0 / $1 : .nan }
  }

  /// Factors whose mean is 1 (or 0); a season without a value has the factor of none before.
  static func leveled(_ averages: [Double], isMultiplicative: Bool) -> [Double] {
    let factors = averages.map { $0.isNaN ? (isMultiplicative ? 1 : 0) : $0 }
    let mean = factors.reduce(0, +) / Double(factors.count)
    return factors.map { isMultiplicative ? $0 / mean : $0 - mean }
  }
}
