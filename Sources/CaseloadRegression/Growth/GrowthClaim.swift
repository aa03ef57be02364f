import CaseloadData
import CaseloadMath

/// Whether a claimed yearly growth, such as "18 % a year on average", agrees with the figures.
///
/// Two questions are kept apart. *Arithmetic*: can the claim, as rounded, be computed from the
/// figures, as rounded — as a compound rate, or as one of the other averages that are in use?
/// *Statistics*: is the claim compatible with the trend through all values, allowing for their
/// scatter?
public struct GrowthClaim: Codable, Sendable {
  /// A figure and half the unit to which it is rounded.
  public struct Figure: Codable, Sendable, Equatable {
    public let value: Double
    /// ½ for a whole number; 0 for an exact figure.
    public let precision: Double

    public init(_ value: Double, precision: Double = 0.5) {
      self.value = value
      self.precision = precision
    }
  }

  /// What "average yearly growth" may mean.
  public enum Reading: String, Codable, Sendable, CaseIterable {
    /// (last/first)^(1/n) − 1.
    case compound
    /// The mean of the n yearly rates, which is never below the compound rate.
    case averageOfRates = "average-of-rates"
    /// (last/first − 1)/n.
    case totalByYears = "total-by-years"

    public var name: Text {
      switch self {
      case .compound: Text(en: "compound rate", zh: "复合增长率")
      case .averageOfRates: Text(en: "average of the yearly rates", zh: "逐年增长率的平均")
      case .totalByYears: Text(en: "total growth divided by the years", zh: "累计增长除以年数")
      }
    }
  }

  /// One reading of the figures beside the claim.
  public struct Comparison: Codable, Sendable {
    public let reading: Reading
    /// From the figures as printed.
    public let rate: Double
    /// What their rounding leaves open; for the average of rates a range that surely holds it.
    public let lower: Double
    public let upper: Double
    /// Whether the rounding of the claim meets that range.
    public let isConsistent: Bool
    /// The nearest claim with the same rounding that would be consistent; the claim itself if it is.
    public let nearestClaim: Double
  }

  /// The claim against the log-linear trend under one assumption about the errors.
  public struct TrendTest: Codable, Sendable {
    /// `hc3`, `newey-west:LAGS` or `ar1`.
    public let covariance: String
    /// The yearly rate of the trend; its p-value is that of no growth.
    public let growth: Estimate
    /// t of ln(1 + rate) against ln(1 + claim).
    public let statistic: Double
    public let degreesOfFreedom: Double
    /// Two-sided, against the claim as printed.
    public let pValue: Double
    /// Against the most favorable rate that rounds to the claim.
    public let pValueWithRounding: Double
    /// The result in a sentence.
    public let sentence: Text
  }

  /// The claimed rate, 0.18 for 18 %, with half the unit of its rounding.
  public let claim: Figure
  /// Between the first and the last value.
  public let years: Double
  /// The compound rate first; others where the figures allow them.
  public let comparisons: [Comparison]
  /// By HC3, Newey and West, and AR(1); those that the series is long enough for.
  public let trendTests: [TrendTest]
  /// The arithmetic in a sentence.
  public let sentence: Text
  /// What could not be computed, and why.
  public let diagnostics: [Diagnostic]

  /// The arithmetic of two end points.
  ///
  /// - Parameters:
  ///   - claim: the claimed yearly rate, 0.18 for 18 %, and half the unit of its rounding.
  ///   - first: the first value, above zero.
  ///   - last: the last value, above zero.
  ///   - years: between them, above zero.
  /// - Throws: ``DiagnosticCode/valueOutOfRange`` for values, a rate or years out of range.
  public init(_ claim: Figure, first: Figure, last: Figure, years: Double) throws(Diagnostic) {
    try self.init(
      claim, yearly: [first, last], years: years, isComplete: years == 1, trendTests: [],
      diagnostics: [])
  }

  /// The claim against a series, by years if it has shorter periods.
  ///
  /// - Parameters:
  ///   - claim: the claimed yearly rate, 0.18 for 18 %, and half the unit of its rounding.
  ///   - series: a year and two values or more.
  ///   - precision: half the unit to which each value is rounded.
  ///   - events: dated changes that are not growth, for the trend.
  ///   - calendar: China's adds the moving Spring Festival.
  ///   - level: coverage of the intervals.
  /// - Throws: ``DiagnosticCode/valueOutOfRange`` for values, a rate or a level out of range,
  ///   ``DiagnosticCode/notIdentified`` for less than a year.
  public init(
    _ claim: Figure, series: TimeSeries, precision: Double = 0.5, events: [KnownEvent] = [],
    calendar: WorkCalendar.Kind = .weekdays, level: Double = 0.95
  ) throws(Diagnostic) {
    guard level > 0, level < 1 else {
      throw Self.outOfRange(
        Text(en: "The coverage lies between 0 and 1.", zh: "置信水平应在 0 与 1 之间。"))
    }
    let yearly =
      series.frequency != .yearly && series.measure != .ratio
      ? (try? series.aggregated(to: .yearly)) ?? series : series
    let observed = yearly.observed
    guard let first = observed.first, let last = observed.last, last.index > first.index,
      Double(last.index - first.index) >= yearly.periodsPerYear
    else {
      throw Diagnostic(
        .notIdentified, .error,
        Text(
          en: "Yearly growth needs two values a year or more apart.",
          zh: "年增长率至少需要相隔一年的两个数值。"))
    }
    let years = Double(last.index - first.index) / yearly.periodsPerYear
    // One value a year, with none missing between the ends.
    let steps = observed.count - 1
    let isComplete = yearly.periodsPerYear == 1 && steps == last.index - first.index
    var (tests, diagnostics): ([TrendTest], [Diagnostic]) = ([], [])
    if claim.value > -1 {
      (tests, diagnostics) = Self.trendTests(
        claim, GrowthDesign(series, events: events, calendar: calendar), level: level)
    }
    try self.init(
      claim,
      yearly: isComplete
        ? observed.map { Figure($0.value, precision: precision) }
        : [first, last].map { Figure($0.value, precision: precision) },
      years: years, isComplete: isComplete, trendTests: tests, diagnostics: diagnostics)
  }

  private init(
    _ claim: Figure, yearly: [Figure], years: Double, isComplete: Bool, trendTests: [TrendTest],
    diagnostics: [Diagnostic]
  ) throws(Diagnostic) {
    guard years > 0, years.isFinite,
      yearly.allSatisfy({ $0.value > 0 && $0.value.isFinite && $0.precision >= 0 })
    else {
      throw Self.outOfRange(
        Text(
          en: "Growth needs values above zero and a time above zero.", zh: "计算增长要求数值和时间均大于零。"))
    }
    guard claim.value - claim.precision > -1, claim.value.isFinite, claim.precision >= 0 else {
      throw Self.outOfRange(
        Text(
          en: "A claimed rate lies above −100 %; 18 % is written 0.18.",
          zh: "所述增长率应大于 −100%；18% 写作 0.18。"))
    }
    var comparisons: [Comparison] = []
    for reading in Reading.allCases where reading != .averageOfRates || isComplete {
      comparisons.append(Self.comparison(reading, claim, yearly, years: years))
    }
    self.claim = claim
    self.years = years
    self.comparisons = comparisons
    self.trendTests = trendTests
    self.diagnostics = diagnostics
    sentence = Self.sentence(claim, comparisons)
  }

  private static func outOfRange(_ message: Text) -> Diagnostic {
    Diagnostic(
      .valueOutOfRange, .error, message,
      hint: Text(en: "Check the figures and their units.", zh: "请核对数字及其单位。"))
  }
}

extension GrowthClaim {
  private static func comparison(
    _ reading: Reading, _ claim: Figure, _ yearly: [Figure], years: Double
  ) -> Comparison {
    func rate(_ first: Double, _ last: Double) -> Double {
      reading == .totalByYears
        ? (last / first - 1) / years
        : Growth.compoundRate(first: first, last: last, years: years)
    }
    let lows = yearly.map { max($0.value - $0.precision, $0.value / 2) }
    let highs = yearly.map { $0.value + $0.precision }
    let values = yearly.map(\.value)
    let end = yearly.count - 1
    let (value, lower, upper): (Double, Double, Double)
    if reading == .averageOfRates {
      func mean(_ earlier: [Double], _ later: [Double]) -> Double {
        (1...end).reduce(0) { $0 + later[$1] / earlier[$1 - 1] - 1 } / Double(end)
      }
      (value, lower, upper) = (mean(values, values), mean(highs, lows), mean(lows, highs))
    } else {
      (value, lower, upper) = (
        rate(values[0], values[end]), rate(highs[0], lows[end]), rate(lows[0], highs[end])
      )
    }
    let nearest = nearestClaim(claim, lower: lower, upper: upper)
    return Comparison(
      reading: reading, rate: value, lower: lower, upper: upper,
      isConsistent: nearest == claim.value, nearestClaim: nearest)
  }

  /// The nearest value on the claim's own grid whose rounding meets [lower, upper].
  static func nearestClaim(_ claim: Figure, lower: Double, upper: Double) -> Double {
    // The last digits of a claim and of a rate are no reason to reject it.
    let half = claim.precision + 1e-12
    let excess = max(claim.value - upper, lower - claim.value) - half
    guard excess > 0 else { return claim.value }
    let isHigh = claim.value > upper
    guard claim.precision > 0 else { return isHigh ? upper : lower }
    let unit = 2 * claim.precision
    let steps = (excess / unit).rounded(.up)
    return isHigh ? claim.value - steps * unit : claim.value + steps * unit
  }

  private static func decimals(_ claim: Figure) -> Int {
    var (decimals, unit) = (0, 100 * 2 * claim.precision)
    while unit > 0, unit < 0.999, decimals < 6 {
      unit *= 10
      decimals += 1
    }
    return claim.precision > 0 ? decimals : 2
  }

  private static func sentence(_ claim: Figure, _ comparisons: [Comparison]) -> Text {
    let printed = decimals(claim)
    func percent(_ x: Double, _ more: Int = 0) -> Text { NumberText.percent(x, printed + more) }
    guard let compound = comparisons.first else { return Text("") }
    let range =
      percent(compound.lower, 2) + Text(en: " to ", zh: " 至 ") + percent(compound.upper, 2)
    if compound.isConsistent {
      return Text(en: "A growth of ", zh: "年均增长 ") + percent(claim.value)
        + Text(
          en: " a year agrees with the figures, whose compound rate is ", zh: " 与所给数字相符，其复合增长率为 ")
        + range + Text(en: ".", zh: "。")
    }
    var text =
      Text(en: "A growth of ", zh: "年均增长 ") + percent(claim.value)
      + Text(
        en: " a year does not follow from the figures, whose compound rate is ",
        zh: " 不能由所给数字得出，其复合增长率为 ")
      + range + Text(en: "; the nearest claim that would is ", zh: "；与之相符的最接近的说法是 ")
      + percent(compound.nearestClaim) + Text(en: ".", zh: "。")
    if let other = comparisons.dropFirst().first(where: \.isConsistent) {
      text =
        text + Text(en: " It agrees with the ", zh: "但它与") + other.reading.name
        + Text(en: " (", zh: "（") + percent(other.rate, 2) + Text(en: "), ", zh: "）相符，")
        + Text(en: "which is not the compound rate.", zh: "而这不是复合增长率。")
    }
    return text
  }
}

extension GrowthClaim {
  /// The claim against the slope of the logarithms, under each assumption about the errors.
  private static func trendTests(_ claim: Figure, _ design: GrowthDesign, level: Double) -> (
    tests: [TrendTest], diagnostics: [Diagnostic]
  ) {
    var (tests, diagnostics): ([TrendTest], [Diagnostic]) = ([], [])
    do {
      let fit = try design.fitted(shift: nil)
      func add(_ label: String, _ fit: some RegressionFit, _ kind: CovarianceKind) {
        do throws(Diagnostic) {
          let table = try fit.coefficientTable(kind, level: level)
          tests.append(
            try test(claim, table[design.slopeIndex], label, design.periodsPerYear, level: level))
        } catch {
          diagnostics.append(error.asNote)
        }
      }
      add("hc3", fit, .heteroskedastic(.hc3))
      add("newey-west:\(fit.automaticLags)", fit, .neweyWest(lags: nil))
      let times = design.periods.map { design.series.start.distance(to: $0) }
      let response = fit.residuals.indices.map { fit.fittedValues[$0] + fit.residuals[$0] }
      let autoregressive = try AutoregressiveRegression().fitted(
        design.matrix, response, names: design.columnNames, times: times)
      add("ar1", autoregressive, .classical)
    } catch {
      diagnostics.append(error.asNote)
    }
    return (tests, diagnostics)
  }

  private static func test(
    _ claim: Figure, _ row: Coefficient, _ label: String, _ periodsPerYear: Double, level: Double
  ) throws(Diagnostic) -> TrendTest {
    let (slope, error) = (row.estimate * periodsPerYear, row.standardError * periodsPerYear)
    guard error > 0, error.isFinite else { throw Diagnostic.noResidualVariation }
    let estimate = Estimate(
      value: slope, standardError: error, lower: row.lower * periodsPerYear,
      upper: row.upper * periodsPerYear, level: level, pValue: row.pValue)
    let growth = estimate.transformed(derivative: exp(slope), expm1)
    let distribution = StudentT(degreesOfFreedom: row.degreesOfFreedom)
    func statistic(_ rate: Double) -> Double { (slope - log1p(rate)) / error }
    let t = statistic(claim.value)
    let favorable = min(
      max(expm1(slope), claim.value - claim.precision), claim.value + claim.precision)
    let pValue = distribution.twoSidedPValue(t)
    let rounded = distribution.twoSidedPValue(statistic(favorable))
    let rejected = rounded < 1 - level
    let decimals = decimals(claim)
    let digits = decimals + 1
    let sentence =
      Text(en: "The trend grows by ", zh: "趋势年增长率为 ") + NumberText.percent(growth.value, digits)
      + Text(en: " a year (", zh: "（") + NumberText.percent(level, 0)
      + Text(en: " interval ", zh: " 区间 ") + NumberText.percent(growth.lower ?? .nan, digits)
      + Text(en: " to ", zh: " 至 ") + NumberText.percent(growth.upper ?? .nan, digits)
      + (rejected
        ? Text(en: "), which is not compatible with ", zh: "），与 ")
        : Text(en: "), which is compatible with ", zh: "），与 "))
      + NumberText.percent(claim.value, decimals)
      + Text(en: " (p ", zh: rejected ? " 不相容（p " : " 相容（p ")
      + (rounded < 0.001 ? Text("") : Text("= ")) + NumberText.pValue(rounded)
      + Text(en: ").", zh: "）。")
    return TrendTest(
      covariance: label, growth: growth, statistic: t, degreesOfFreedom: row.degreesOfFreedom,
      pValue: pValue, pValueWithRounding: rounded, sentence: sentence)
  }
}
