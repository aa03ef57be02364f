import CaseloadData
import CaseloadMath

/// Seasonal factors by classical decomposition (``SeasonalFigure``), with gaps filled from the factors
/// themselves.
///
/// A missing value stands at the line between its neighbors first, then at trend × factor, and the
/// factors are found again.
///
/// The data show a season where their autocorrelation rₘ at one season is large:
///
/// ```
/// |rₘ| > 1.645 √((1 + 2 Σ_{i<m} rᵢ²) / n),   n > 2m
/// ```
///
/// - Sources: Kendall & Stuart, *The Advanced Theory of Statistics*, vol. 3 (1983), §46, as R's
///   `decompose`; the test is that of R's `thetaf`.
struct ClassicalSeason: Sendable, Codable, Equatable {
  let isMultiplicative: Bool
  /// One a season; the first is that of the series' first period.
  let factors: [Double]

  /// - Precondition: `y` holds at least one value and spans more than two seasons of `m` periods.
  init(_ y: [Double], length m: Int, isMultiplicative: Bool) {
    self.isMultiplicative = isMultiplicative
    guard y.contains(where: \.isNaN) else {
      factors = Self.factors(
        y, SeasonalFigure.centeredAverage(y, m), length: m, isMultiplicative: isMultiplicative)
      return
    }
    var filled = Self.interpolated(y)
    var factors: [Double] = []
    // Each round leaves a share of the error of the one before: the missing values' share of a season.
    for _ in 0..<40 {
      let previous = factors
      var trend = SeasonalFigure.centeredAverage(filled, m)
      factors = Self.factors(filled, trend, length: m, isMultiplicative: isMultiplicative)
      let largest = factors.reduce(0) { max($0, abs($1)) }
      if zip(factors, previous).allSatisfy({ abs($0 - $1) <= 1e-6 * largest }), !previous.isEmpty {
        break
      }
      trend = Self.interpolated(trend)
      for t in y.indices where y[t].isNaN {
        filled[t] = isMultiplicative ? trend[t] * factors[t % m] : trend[t] + factors[t % m]
      }
    }
    self.factors = factors
  }

  /// The factor of the period `t` periods after the series' first.
  func factor(_ t: Int) -> Double { factors[t % factors.count] }

  /// `y` without the season.
  func removed(from y: [Double]) -> [Double] {
    var result = y
    for t in y.indices {
      result[t] = isMultiplicative ? y[t] / factor(t) : y[t] - factor(t)
    }
    return result
  }

  /// The distribution of a value `t` periods after the series' first, with the season put back.
  func restored(_ distribution: PredictiveDistribution, _ t: Int) -> PredictiveDistribution {
    isMultiplicative
      ? distribution.transformed(scale: factor(t), shift: 0)
      : distribution.transformed(scale: 1, shift: factor(t))
  }

  /// Whether the data show a season of `m` periods.
  static func isSeasonal(_ y: [Double], _ m: Int) -> Bool {
    guard m > 1, y.count > 2 * m else { return false }
    let r = autocorrelations(y, m)
    guard r.count == m else { return false }
    let sum = r.dropLast().reduce(0) { $0 + $1 * $1 }
    // The normal quantile of 0.95.
    return abs(r[m - 1]) > 1.6448536269514722 * ((1 + 2 * sum) / Double(y.count)).squareRoot()
  }

  /// r₁ … rₘ; a pair with a missing value is left out of its sum and of its count.
  ///
  /// Empty where the values do not vary.
  private static func autocorrelations(_ y: [Double], _ m: Int) -> [Double] {
    let observed = y.filter { !$0.isNaN }
    let count = Double(observed.count)
    guard count > 1 else { return [] }
    let mean = observed.accurateSum / count
    let deviations = y.map { $0 - mean }
    let largest = deviations.reduce(0) { $1.isNaN ? $0 : max($0, abs($1)) }
    guard largest > 1e-13 * abs(mean), largest > 0 else { return [] }
    let hasGaps = observed.count < y.count
    var variance = 0.0
    for d in deviations where !d.isNaN { variance += (d / largest) * (d / largest) }
    return (1...m).map { lag in
      var (sum, pairs) = (0.0, lag)
      for t in lag..<deviations.count {
        let product = (deviations[t] / largest) * (deviations[t - lag] / largest)
        if hasGaps, product.isNaN { continue }
        sum += product
        pairs += 1
      }
      return (sum / Double(pairs)) / (variance / count)
    }
  }

  private static func factors(
    _ y: [Double], _ trend: [Double], length m: Int, isMultiplicative: Bool
  ) -> [Double] {
    SeasonalFigure.leveled(
      SeasonalFigure.averages(y, trend, length: m, isMultiplicative: isMultiplicative),
      isMultiplicative: isMultiplicative)
  }

  /// NaN replaced by the line between its neighbors, or by the nearest value at the ends.
  static func interpolated(_ y: [Double]) -> [Double] {
    var result = y
    var last: Int?
    for t in y.indices where !y[t].isNaN {
      if let last {
        for i in (last + 1)..<max(last + 1, t) {
          let share = Double(i - last) / Double(t - last)
          result[i] = (1 - share) * y[last] + share * y[t]
        }
      } else {
        for i in 0..<t { result[i] = y[t] }
      }
      last = t
    }
    if let last { for i in (last + 1)..<max(last + 1, y.count) { result[i] = y[last] } }
    return result
  }
}
