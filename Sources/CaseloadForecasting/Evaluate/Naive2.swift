import CaseloadData
import CaseloadMath

/// The benchmark of the M competitions: the last value, after taking out a season that the data show.
///
/// A season of length m > 1 is taken out where there are at least 3m values, all positive, and
///
/// ```
/// |rₘ| > 1.645 √((1 + 2 Σᵢ₌₁ᵐ⁻¹ rᵢ²) / n)
/// ```
///
/// by multiplicative classical decomposition: the ratios to the centered moving average, averaged by
/// season and divided by their mean.
///
/// - Source: the organisers' program of the M4 competition ("Benchmarks and Evaluation.R" of
///   github.com/Mcompetitions/M4-methods); Makridakis, Spiliotis & Assimakopoulos (2020),
///   *International Journal of Forecasting* 36, 54–74, appendix A. There all values are positive
///   and none is missing; where that is not so, no season is taken out here.
public enum Naive2 {
  /// The forecasts of the next `horizon` values; the last observed one where no season shows.
  ///
  /// - Precondition: at least one value is not missing.
  public static func forecast(_ history: [Double], seasonLength m: Int, horizon: Int) -> [Double] {
    let last = history.last { !$0.isNaN } ?? .nan
    guard let factors = seasonalFactors(history, seasonLength: m) else {
      return [Double](repeating: last, count: horizon)
    }
    let n = history.count
    let level = last / factors[(n - 1) % m]
    return (0..<horizon).map { level * factors[(n + $0) % m] }
  }

  /// One factor a season, from that of the first value; `nil` where no season shows.
  static func seasonalFactors(_ y: [Double], seasonLength m: Int) -> [Double]? {
    guard m > 1, y.count >= 3 * m, y.allSatisfy({ $0 > 0 && $0.isFinite }) else { return nil }
    let r = Descriptive.autocorrelations(y, maxLag: m)
    guard r.count == m else { return nil }
    let squares = r.dropLast().reduce(0) { $0 + $1 * $1 }
    let limit = 1.645 * ((1 + 2 * squares) / Double(y.count)).squareRoot()
    guard abs(r[m - 1]) > limit else { return nil }
    var sums = [Double](repeating: 0, count: m)
    var counts = [Double](repeating: 0, count: m)
    let half = m / 2
    for t in half..<(y.count - half) {
      let ends = m % 2 == 0 ? 0.5 : 1
      let inner = y[(t - half + 1)..<(t + half)].reduce(0, +)
      let trend = (inner + ends * (y[t - half] + y[t + half])) / Double(m)
      sums[t % m] += y[t] / trend
      counts[t % m] += 1
    }
    let means = zip(sums, counts).map { $0 / $1 }
    let mean = means.reduce(0, +) / Double(m)
    return means.map { $0 / mean }
  }

  /// OWA: the mean of a method's sMAPE and MASE, each relative to that of ``Naive2``.
  ///
  /// The four are averages over all series, as in the competition; `nil` where Naive2 has no error.
  public static func overallWeightedAverage(
    smape: Double, mase: Double, naiveSmape: Double, naiveMase: Double
  ) -> Double? {
    guard naiveSmape > 0, naiveMase > 0 else { return nil }
    return 0.5 * (smape / naiveSmape + mase / naiveMase)
  }
}
