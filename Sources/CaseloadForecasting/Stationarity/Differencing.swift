import CaseloadMath

/// How many differences make a series stationary.
///
/// Numbers agree with R's `ndiffs` and `nsdiffs`, but for the ``Caution``, which R does not know.
///
/// - Source: Hyndman & Khandakar (2008), *Journal of Statistical Software* 27(3), §3.1; Wang, Smith &
///   Hyndman (2006), *Data Mining and Knowledge Discovery* 13, 335–364 (seasonal strength).
public enum Differencing {
  /// The test for a difference from period to period, at the level 0.05.
  public enum Test: String, Sendable, Codable, CaseIterable {
    case kpss, adf, pp
  }

  /// The rule for a difference over the season.
  public enum SeasonalTest: String, Sendable, Codable, CaseIterable {
    /// The season's strength exceeds 0.64.
    case strength
    /// The test of Osborn, Chui, Smith and Birchenhall, at the level 0.05.
    case ocsb
    /// The season changes by the test of Canova and Hansen, at the level 0.05.
    case canovaHansen = "canova-hansen"
    /// The test of Hylleberg, Engle, Granger and Yoo does not reject a season of unit roots, at the
    /// level 0.05.
    case hegy
  }

  /// What it takes to difference other than once in all, over the season or from period to period.
  ///
  /// Both errors cost much on short series: without a difference forecasts fall back to the mean of the
  /// whole history, with two they carry the latest slope on for good, and a test of a dozen values
  /// tells little. So one difference is the rule.
  public enum Caution: String, Sendable, Codable, CaseIterable {
    /// One difference unless there is proof at the level 0.01: none where Phillips and Perron's test
    /// rejects a unit root and the test asks for none, two where the test asks for them and KPSS with
    /// Andrews' lags rejects that the changes are stationary.
    ///
    /// A test of stationarity and one of a unit root that have to agree: Charemza & Syczewska (1998),
    /// *Economics Letters* 61, 17–21. The lags: ``UnitRootTest/automaticLags(_:trend:)``; with those of
    /// `ndiffs`, 0 or 1 on short series, any autocorrelation of the changes passes for a trend.
    case cautious
    /// What the test says at the level 0.05.
    case rCompatible = "r-compatible"
  }

  private static let significance = 0.05
  /// The level of what is done against the rule.
  private static let proof = 0.01
  private static let strengthLimit = 0.64

  /// How often to difference.
  ///
  /// - Parameters:
  ///   - values: missing ones are left out.
  ///   - test: the test.
  ///   - maximum: the most differences.
  ///   - caution: what it takes to difference other than once.
  ///   - seasonalDifferences: how many differences over the season the values have had.
  /// - Returns: from 0 to `maximum`.
  public static func count(
    _ values: [Double], test: Test = .kpss, maximum: Int = 2,
    caution: Caution = .rCompatible, seasonalDifferences: Int = 0
  ) -> Int {
    var x = values.filter { !$0.isNaN }
    var count = 0
    while count < maximum, !isConstant(x),
      needsDifference(x, after: seasonalDifferences + count, test, caution)
    {
      x = zip(x.dropFirst(), x).map { $0 - $1 }
      count += 1
    }
    return count
  }

  private static func needsDifference(
    _ x: [Double], after count: Int, _ test: Test, _ caution: Caution
  ) -> Bool {
    let isAskedFor = needsDifference(x, test)
    switch (caution, count) {
    case (.rCompatible, _): return isAskedFor
    case (.cautious, 0): return isAskedFor || !rejectsUnitRoot(x)
    case (.cautious, _): return isAskedFor && rejectsStationarity(x)
    }
  }

  private static func needsDifference(_ x: [Double], _ test: Test) -> Bool {
    switch test {
    case .kpss:
      let lags = Int(3 * Double(x.count).squareRoot() / 13)
      return UnitRootTest.kpss(x, lags: lags).map { $0.pValue < significance } ?? false
    case .adf:
      return UnitRootTest.augmentedDickeyFuller(x).map { $0.pValue > significance } ?? false
    case .pp:
      return UnitRootTest.phillipsPerron(x).map { $0.pValue > significance } ?? false
    }
  }

  private static func rejectsUnitRoot(_ x: [Double]) -> Bool {
    guard let test = UnitRootTest.phillipsPerron(x), let critical = test.criticalValue(proof)
    else { return false }
    return test.statistic < critical
  }

  private static func rejectsStationarity(_ x: [Double]) -> Bool {
    guard let test = UnitRootTest.kpss(x, lags: UnitRootTest.automaticLags(x)),
      let critical = test.criticalValue(proof)
    else { return false }
    return test.statistic > critical
  }

  /// How often to difference over the season.
  ///
  /// - Parameters:
  ///   - values: missing ones lie on the line between their neighbors.
  ///   - season: m.
  ///   - test: the rule.
  ///   - maximum: the most differences.
  /// - Returns: from 0 to `maximum`.
  public static func seasonalCount(
    _ values: [Double], season: Int, test: SeasonalTest = .strength, maximum: Int = 1
  ) -> Int {
    var x = ARIMAData.interpolated(values).filter { !$0.isNaN }
    guard season > 1, season < x.count else { return 0 }
    var count = 0
    while count < maximum, !isConstant(x), count == 0 || x.count >= 2 * season,
      needsSeasonalDifference(x, season, test)
    {
      x = (season..<x.count).map { x[$0] - x[$0 - season] }
      count += 1
    }
    return count
  }

  private static func needsSeasonalDifference(_ x: [Double], _ season: Int, _ test: SeasonalTest)
    -> Bool
  {
    switch test {
    case .strength:
      // In units of the largest value, so that no square overflows.
      let unit = x.reduce(0) { max($0, abs($1)) }
      let scaled = unit > 0 ? x.map { $0 / unit } : x
      return STL.seasonalStrength(of: scaled, period: season).map { $0 > strengthLimit } ?? false
    case .ocsb:
      return SeasonalUnitRoot.ocsb(x, season: season).map { $0.statistic > $0.critical } ?? false
    case .canovaHansen:
      return CanovaHansen(x, season: season).map { $0.pValue < significance } ?? false
    case .hegy:
      return HEGY(x, season: season).map { $0.statistic < $0.critical } ?? false
    }
  }

  /// Whether all values are the first one, to 1.5e-8 of the largest on average: R's `all.equal`, but in
  /// the series' own units, however small.
  static func isConstant(_ x: [Double]) -> Bool {
    guard let first = x.first else { return true }
    let unit = x.reduce(0) { max($0, abs($1)) }
    var difference = 0.0
    var unequal = 0.0
    for value in x where value != first {
      difference += abs(value / unit - first / unit)
      unequal += 1
    }
    return unequal == 0 || difference / unequal < 1.5e-8
  }
}
