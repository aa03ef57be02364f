/// Descriptive statistics of a sample of finite values.
///
/// Each is `nil` where it is undefined (no values; one value for a standard deviation), so that an
/// undefined figure cannot pass for a number.
public enum Descriptive {
  /// The arithmetic mean.
  public static func mean(_ x: [Double]) -> Double? {
    x.isEmpty ? nil : x.accurateSum / Double(x.count)
  }

  /// The sample variance, divisor n − 1.
  public static func variance(_ x: [Double]) -> Double? {
    guard x.count > 1, let mean = mean(x) else { return nil }
    var sum = Accumulator()
    for value in x { sum.add(product: value - mean, value - mean) }
    return sum.value / Double(x.count - 1)
  }

  /// The square root of the sample variance.
  public static func standardDeviation(_ x: [Double]) -> Double? {
    variance(x)?.squareRoot()
  }

  /// The quantile at `p`, interpolated as in R's type 7 (the default of R, NumPy and Excel).
  ///
  /// - Parameters:
  ///   - x: the sample, in any order.
  ///   - p: in [0, 1].
  /// - Returns: `nil` for an empty sample.
  /// - Source: Hyndman & Fan (1996), *The American Statistician* 50(4), 361–365.
  public static func quantile(_ x: [Double], _ p: Double) -> Double? {
    sortedQuantile(x.sorted(), p)
  }

  /// The quantile of values that are already sorted.
  public static func sortedQuantile(_ x: [Double], _ p: Double) -> Double? {
    precondition((0...1).contains(p), "a quantile's probability lies in [0, 1], not \(p)")
    guard let last = x.last else { return nil }
    let position = p * Double(x.count - 1)
    let below = Int(position)
    guard below + 1 < x.count else { return last }
    let fraction = position - Double(below)
    return fraction == 0 ? x[below] : x[below] + fraction * (x[below + 1] - x[below])
  }

  /// The middle value, or the mean of the two; `nil` for no values.
  public static func median(_ x: [Double]) -> Double? { quantile(x, 0.5) }

  /// The median absolute deviation from the median, times 1.4826, which estimates the standard
  /// deviation of a normal sample.
  public static func medianAbsoluteDeviation(_ x: [Double]) -> Double? {
    guard let center = median(x) else { return nil }
    return median(x.map { abs($0 - center) }).map { 1.4826 * $0 }
  }

  /// Pearson's correlation; `nil` when either sample is constant.
  public static func correlation(_ x: [Double], _ y: [Double]) -> Double? {
    precondition(x.count == y.count, "\(x.count) values against \(y.count)")
    guard x.count > 1, let mx = mean(x), let my = mean(y) else { return nil }
    var xx = Accumulator()
    var yy = Accumulator()
    var xy = Accumulator()
    for (a, b) in zip(x, y) {
      xx.add(product: a - mx, a - mx)
      yy.add(product: b - my, b - my)
      xy.add(product: a - mx, b - my)
    }
    let scale = (xx.value * yy.value).squareRoot()
    return scale > 0 ? xy.value / scale : nil
  }

  /// The autocorrelations r₁ … r_maxLag with the divisor n at every lag, as in R's `acf`.
  ///
  /// Missing values (NaN) are passed over as in R's `na.pass`: of the ν pairs at lag k that are both
  /// observed, the autocovariance is their sum over ν + k. A lag without a pair is NaN.
  ///
  /// - Returns: an empty array when the series is constant or shorter than two values.
  public static func autocorrelations(_ x: [Double], maxLag: Int) -> [Double] {
    let known = x.filter { !$0.isNaN }
    guard known.count > 1, let mean = mean(known) else { return [] }
    // By a power of two, which rounds nothing: no square overflows or vanishes.
    let largest = known.reduce(0) { Swift.max($0, abs($1 - mean)) }
    guard largest > 0, largest.isFinite, maxLag >= 1 else { return [] }
    let unit = Double(sign: .plus, exponent: largest.exponent, significand: 1)
    let centered = x.map { ($0 - mean) / unit }
    let isComplete = known.count == x.count
    let c0 = centered.reduce(0) { $1.isNaN ? $0 : $0 + $1 * $1 }
    guard c0 > 0 else { return [] }
    return (1...min(maxLag, x.count - 1)).map { lag in
      var sum = 0.0
      if isComplete {
        for t in lag..<x.count { sum += centered[t] * centered[t - lag] }
        return sum / c0
      }
      var pairs = 0
      for t in lag..<x.count where !centered[t].isNaN && !centered[t - lag].isNaN {
        sum += centered[t] * centered[t - lag]
        pairs += 1
      }
      guard pairs > 0 else { return .nan }
      let r = sum / Double(pairs + lag) / (c0 / Double(known.count))
      return Swift.max(-1, Swift.min(1, r))
    }
  }
}
