import CaseloadData
import CaseloadMath

/// How far point forecasts lie from what happened.
///
/// Each is a mean over the periods whose outcome is known (a missing one is NaN and is left out),
/// and `nil` where it is not defined, so that no infinity or NaN passes for a score.
///
/// ```
/// eₜ = yₜ − fₜ
/// MAE   = mean |eₜ|                    RMSE = √(mean eₜ²)
/// MAPE  = 100 mean |eₜ / yₜ|           sMAPE = 200 mean |eₜ| / (|yₜ| + |fₜ|)
/// MASE  = MAE / mean |yₛ − yₛ₋ₘ|       RMSSE = √(mean eₜ² / mean (yₛ − yₛ₋ₘ)²)
/// ```
///
/// with the scales taken over the history s that the model saw, of season length m.
///
/// - Sources: Hyndman & Koehler (2006), *International Journal of Forecasting* 22, 679–688 (MASE,
///   RMSSE); Makridakis & Hibon (2000), *ibid.* 16, 451–476, appendix A (sMAPE); the M4 and M5
///   competitions, *ibid.* 36, 54–74, and 38, 1346–1364 (the same with m > 1).
public enum PointScores {
  /// Mean eₜ, of which a positive one says that the forecasts were too low.
  public static func meanError(_ actual: [Double], _ forecast: [Double]) -> Double? {
    mean(actual, forecast) { $0 - $1 }
  }

  public static func meanAbsoluteError(_ actual: [Double], _ forecast: [Double]) -> Double? {
    mean(actual, forecast) { abs($0 - $1) }
  }

  public static func rootMeanSquaredError(_ actual: [Double], _ forecast: [Double]) -> Double? {
    // The largest error is taken out, so that no square overflows or vanishes.
    guard let largest = zip(actual, forecast).map({ abs($0 - $1) }).filter({ !$0.isNaN }).max()
    else { return nil }
    guard largest > 0, largest.isFinite else { return largest.isFinite ? 0 : nil }
    return mean(actual, forecast) { y, f in
      let share = (y - f) / largest
      return share * share
    }.map { largest * $0.squareRoot() }
  }

  /// Percent; `nil` where an outcome is zero.
  public static func meanAbsolutePercentageError(_ actual: [Double], _ forecast: [Double])
    -> Double?
  {
    guard !actual.contains(0) else { return nil }
    return mean(actual, forecast) { y, f in 100 * abs((y - f) / y) }
  }

  /// Percent, between 0 and 200; a zero that was forecast exactly counts 0.
  public static func symmetricMeanAbsolutePercentageError(
    _ actual: [Double], _ forecast: [Double]
  ) -> Double? {
    mean(actual, forecast) { y, f in
      let size = abs(y) + abs(f)
      return size > 0 ? 200 * abs(y - f) / size : (size == 0 ? 0 : .nan)
    }
  }

  /// MASE; `nil` where the history gives no scale.
  public static func meanAbsoluteScaledError(
    _ actual: [Double], _ forecast: [Double], history: [Double], seasonLength m: Int
  ) -> Double? {
    ratio(meanAbsoluteError(actual, forecast), absoluteScale(history, seasonLength: m))
  }

  /// RMSSE; `nil` where the history gives no scale.
  public static func rootMeanSquaredScaledError(
    _ actual: [Double], _ forecast: [Double], history: [Double], seasonLength m: Int
  ) -> Double? {
    ratio(rootMeanSquaredError(actual, forecast), squaredScale(history, seasonLength: m))
  }

  /// mean |yₛ − yₛ₋ₘ|, the error of the seasonal naive forecast one season ahead, over the pairs
  /// that are both observed; `nil` where there is none and where it is zero, as in a constant
  /// history.
  public static func absoluteScale(_ history: [Double], seasonLength m: Int) -> Double? {
    guard history.count > m else { return nil }
    return positive(meanAbsoluteError(Array(history.dropFirst(m)), Array(history.dropLast(m))))
  }

  /// √(mean (yₛ − yₛ₋ₘ)²), likewise.
  public static func squaredScale(_ history: [Double], seasonLength m: Int) -> Double? {
    guard history.count > m else { return nil }
    return positive(rootMeanSquaredError(Array(history.dropFirst(m)), Array(history.dropLast(m))))
  }

  static func ratio(_ value: Double?, _ scale: Double?) -> Double? {
    guard let value, let scale else { return nil }
    let ratio = value / scale
    return ratio.isFinite ? ratio : nil
  }

  private static func positive(_ value: Double?) -> Double? {
    value.flatMap { $0 > 0 ? $0 : nil }
  }

  /// The mean of `term` over the periods that have an outcome; `nil` where there is none, and where
  /// it is not finite.
  static func mean(
    _ actual: [Double], _ forecast: [Double], _ term: (Double, Double) -> Double
  ) -> Double? {
    precondition(
      actual.count == forecast.count, "\(actual.count) values against \(forecast.count)")
    var sum = Accumulator()
    var count = 0
    for (y, f) in zip(actual, forecast) where !y.isNaN && !f.isNaN {
      sum.add(term(y, f))
      count += 1
    }
    guard count > 0 else { return nil }
    let mean = sum.value / Double(count)
    return mean.isFinite ? mean : nil
  }
}
