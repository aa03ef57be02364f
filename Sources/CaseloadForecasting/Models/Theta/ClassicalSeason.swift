import CaseloadData
import CaseloadMath

/// Seasonal factors by classical decomposition, with gaps filled from the factors themselves.
///
/// ```
/// trendₜ = average of yₜ₋ₘ⸝₂ … yₜ₊ₘ⸝₂, its two ends halved for an even m
/// fⱼ     = average of yₜ/trendₜ (or of yₜ − trendₜ) over the periods t of season j
/// ```
///
/// The factors are divided by (or lessened by) their own average. A missing value stands at the
/// line between its neighbors first, then at trend × factor, and the factors are found again.
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
        y, Self.centeredAverage(y, m), length: m, isMultiplicative: isMultiplicative)
      return
    }
    var filled = Self.interpolated(y)
    var factors: [Double] = []
    // Each round leaves a share of the error of the one before: the missing values' share of a season.
    for _ in 0..<40 {
      let previous = factors
      var trend = Self.centeredAverage(filled, m)
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
    let neutral = isMultiplicative ? 1.0 : 0.0
    var sums = [Double](repeating: 0, count: m)
    var counts = [Double](repeating: 0, count: m)
    for t in y.indices where !trend[t].isNaN {
      let ratio = isMultiplicative ? y[t] / trend[t] : y[t] - trend[t]
      guard ratio.isFinite else { continue }
      sums[t % m] += ratio
      counts[t % m] += 1
    }
    let factors = (0..<m).map { counts[$0] > 0 ? sums[$0] / counts[$0] : neutral }
    let mean = factors.reduce(0, +) / Double(m)
    return factors.map { isMultiplicative ? $0 / mean : $0 - mean }
  }

  /// 2 × m for an even m, a plain average of m for an odd one; NaN at the ends.
  private static func centeredAverage(_ y: [Double], _ m: Int) -> [Double] {
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

extension SeasonalTreatment {
  /// The season of `y` to take out; `nil` for none.
  ///
  /// Automatic takes it out where the data show one: as a ratio where all values have one sign and
  /// no factor is close to 0, as a difference otherwise.
  ///
  /// - Throws: ``DiagnosticCode/seriesTooShort`` or ``DiagnosticCode/modelNotApplicable`` where what
  ///   was asked for cannot be done.
  func season(of series: TimeSeries) throws(Diagnostic) -> ClassicalSeason? {
    let (y, m) = (series.values, series.seasonLength)
    let hasOneSign =
      y.allSatisfy { $0.isNaN || $0 > 0 } || y.allSatisfy { $0.isNaN || $0 < 0 }
    switch self {
    case .none: return nil
    case .automatic:
      guard ClassicalSeason.isSeasonal(y, m) else { return nil }
      if hasOneSign {
        let season = ClassicalSeason(y, length: m, isMultiplicative: true)
        if season.factors.allSatisfy({ $0 > Self.smallestFactor }) { return season }
      }
      return ClassicalSeason(y, length: m, isMultiplicative: false)
    case .additive, .multiplicative:
      guard m > 1, series.count > 2 * m else {
        throw Diagnostic(
          .seriesTooShort, .error,
          Text(
            en: "A seasonal adjustment needs two seasons and a value more.",
            zh: "季节调整至少需要两个完整季节再加一个数值。"),
          hint: Text(en: "Use --set seasonal=none.", zh: "请用 --set seasonal=none。"))
      }
      guard self == .additive || hasOneSign else {
        throw Diagnostic(
          .modelNotApplicable, .error,
          Text(
            en: "A multiplicative season needs values above zero.",
            zh: "乘法季节性要求数值大于零。"),
          hint: Text(en: "Use --set seasonal=additive.", zh: "请用 --set seasonal=additive。"))
      }
      return ClassicalSeason(y, length: m, isMultiplicative: self == .multiplicative)
    }
  }

  /// Dividing by less would blow a value up: R's `thetaf` leaves the season in below 1e-4.
  private static var smallestFactor: Double { 1e-4 }
}
