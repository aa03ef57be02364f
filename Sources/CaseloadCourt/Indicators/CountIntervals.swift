import CaseloadData
import CaseloadMath

/// Intervals for rates and proportions of counted cases.
public enum CountIntervals {
  /// Wilson's interval for a proportion: it inverts the score test and holds close to its level on
  /// average.
  ///
  /// ```
  /// [p̂ + z²/2n ± z √(p̂(1 − p̂)/n + z²/4n²)] / (1 + z²/n)
  /// ```
  ///
  /// - Parameters:
  ///   - successes: 0 to `trials`.
  ///   - trials: above zero.
  ///   - level: coverage, between 0 and 1.
  /// - Returns: two ends in [0, 1]; `nil` for numbers outside their range.
  /// - Source: Wilson (1927), *JASA* 22, 209–212.
  public static func wilson(successes: Double, trials: Double, level: Double = 0.95)
    -> (lower: Double, upper: Double)?
  {
    guard isLegal(successes, trials, level) else { return nil }
    let z = Normal.standard.upperQuantile((1 - level) / 2)
    let p = successes / trials
    let half = z * z / (2 * trials)
    let root = z * (p * (1 - p) / trials + z * z / (4 * trials * trials)).squareRoot()
    let scale = 1 + z * z / trials
    return (
      successes == 0 ? 0 : max(0, (p + half - root) / scale),
      successes == trials ? 1 : min(1, (p + half + root) / scale)
    )
  }

  /// Clopper and Pearson's interval for a proportion: it holds at least its level, always.
  ///
  /// ```
  /// lower: B(α/2; x, n − x + 1)      upper: B(1 − α/2; x + 1, n − x)
  /// ```
  ///
  /// - Parameters:
  ///   - successes: 0 to `trials`.
  ///   - trials: above zero.
  ///   - level: coverage, between 0 and 1.
  /// - Returns: two ends in [0, 1]; `nil` for numbers outside their range.
  /// - Source: Clopper & Pearson (1934), *Biometrika* 26, 404–413.
  public static func clopperPearson(successes: Double, trials: Double, level: Double = 0.95)
    -> (lower: Double, upper: Double)?
  {
    guard isLegal(successes, trials, level) else { return nil }
    let tail = (1 - level) / 2
    let failures = trials - successes
    return (
      successes == 0 ? 0 : Beta(alpha: successes, beta: failures + 1).quantile(tail),
      failures == 0 ? 1 : Beta(alpha: successes + 1, beta: failures).upperQuantile(tail)
    )
  }

  /// Garwood's exact interval for the mean of a Poisson count.
  ///
  /// ```
  /// lower: χ²(α/2; 2x) / 2           upper: χ²(1 − α/2; 2x + 2) / 2
  /// ```
  ///
  /// - Parameters:
  ///   - count: zero or above.
  ///   - level: coverage, between 0 and 1.
  /// - Returns: two ends; `nil` for numbers outside their range.
  /// - Source: Garwood (1936), *Biometrika* 28, 437–442.
  public static func poisson(count: Double, level: Double = 0.95)
    -> (lower: Double, upper: Double)?
  {
    guard count >= 0, count.isFinite, level > 0, level < 1 else { return nil }
    let tail = (1 - level) / 2
    return (
      count == 0 ? 0 : ChiSquared(degreesOfFreedom: 2 * count).quantile(tail) / 2,
      ChiSquared(degreesOfFreedom: 2 * count + 2).upperQuantile(tail) / 2
    )
  }

  private static func isLegal(_ successes: Double, _ trials: Double, _ level: Double) -> Bool {
    trials > 0 && trials.isFinite && successes >= 0 && successes <= trials && level > 0
      && level < 1
  }
}
