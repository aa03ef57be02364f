import CaseloadData
import CaseloadMath

/// Whether, and how, a season is taken out before a model without one is fitted.
public enum SeasonalTreatment: String, Codable, Sendable, CaseIterable {
  case none, additive, multiplicative
  /// Multiplicative where the data show a season and are positive, additive where they are not
  /// all positive, none where they show no season.
  case automatic
}

/// Seasonal factors by classical decomposition (``SeasonalFigure``), by the season of the calendar.
///
/// The data show a season where its strength 1 − Var(remainder) / Var(season + remainder) is at
/// least 0.64, or where the changes from period to period correlate over one season.
///
/// - Source: Kendall & Stuart, *The Advanced Theory of Statistics*, vol. 3 (1983), §46; the strength
///   and its limit are those of R's `nsdiffs` (Wang, Smith & Hyndman, 2006, *Data Mining and Knowledge
///   Discovery* 13, 335–364).
struct SeasonalAdjustment: Sendable, Codable {
  let isMultiplicative: Bool
  /// One a season, from season 0.
  let factors: [Double]
  let adjusted: TimeSeries

  /// - Returns: `nil` when `treatment` is none, or automatic and the data show no season.
  /// - Throws: ``DiagnosticCode/seriesTooShort`` or ``DiagnosticCode/modelNotApplicable`` where an
  ///   adjustment that was asked for cannot be made.
  init?(_ series: TimeSeries, _ treatment: SeasonalTreatment) throws(Diagnostic) {
    let m = series.seasonLength
    let positive = series.values.allSatisfy { $0.isNaN || $0 > 0 }
    switch treatment {
    case .none: return nil
    case .automatic:
      guard m > 1, series.count >= 3 * m, series.missingCount == 0,
        Self.hasSeason(series.values, m)
      else { return nil }
      isMultiplicative = positive
    case .additive, .multiplicative:
      guard m > 1, series.count >= 2 * m + 1 else {
        throw Diagnostic(
          .seriesTooShort, .error,
          Text(
            en: "A seasonal adjustment needs two seasons and a value more.",
            zh: "季节调整至少需要两个完整季节再加一个数值。"),
          hint: Text(en: "Use --set seasonal=none.", zh: "请用 --set seasonal=none。"))
      }
      guard treatment == .additive || positive else {
        throw Diagnostic(
          .modelNotApplicable, .error,
          Text(
            en: "A multiplicative season needs values above zero.",
            zh: "乘法季节性要求数值大于零。"),
          hint: Text(en: "Use --set seasonal=additive.", zh: "请用 --set seasonal=additive。"))
      }
      isMultiplicative = treatment == .multiplicative
    }
    let multiplicative = isMultiplicative
    let y = series.values
    let averages = SeasonalFigure.averages(
      y, SeasonalFigure.centeredAverage(y, m), length: m,
      season: { series.start.advanced(by: $0).season(length: m) },
      isMultiplicative: multiplicative)
    let factors = SeasonalFigure.leveled(averages, isMultiplicative: multiplicative)
    self.factors = factors
    adjusted = Self.adjusting(series, factors, multiplicative)
  }

  /// `series` without the season.
  func adjusting(_ series: TimeSeries) -> TimeSeries {
    Self.adjusting(series, factors, isMultiplicative)
  }

  private static func adjusting(
    _ series: TimeSeries, _ factors: [Double], _ isMultiplicative: Bool
  ) -> TimeSeries {
    series.replacing(
      series.values.enumerated().map { t, y in
        let factor = factors[series.start.advanced(by: t).season(length: factors.count)]
        return isMultiplicative ? y / factor : y - factor
      })
  }

  func factor(of period: Period) -> Double { factors[period.season(length: factors.count)] }

  private static func hasSeason(_ y: [Double], _ m: Int) -> Bool {
    seasonalStrength(y, m) >= 0.64 || changesCorrelate(y, m)
  }

  /// 1 − Var(remainder) / Var(season + remainder), of the additive decomposition.
  private static func seasonalStrength(_ y: [Double], _ m: Int) -> Double {
    let trend = SeasonalFigure.centeredAverage(y, m)
    let averages = SeasonalFigure.averages(y, trend, length: m, isMultiplicative: false)
    let detrended = y.indices.filter { !trend[$0].isNaN }.map {
      (season: $0 % m, value: y[$0] - trend[$0])
    }
    let remainder = detrended.map { $0.value - averages[$0.season] }
    guard let all = Descriptive.variance(detrended.map(\.value)), all > 0,
      let rest = Descriptive.variance(remainder)
    else { return 0 }
    // The season's means use up m − 1 of the degrees of freedom.
    let n = Double(detrended.count)
    return 1 - rest * (n - 1) / max(1, n - Double(m)) / all
  }

  /// r_m > 1.645 √((1 + 2 Σ rᵢ²) / n), i < m, on the differenced series: the test of the M4
  /// competition's benchmarks, on changes, so that a trend does not count as a season.
  private static func changesCorrelate(_ y: [Double], _ m: Int) -> Bool {
    let changes = zip(y.dropFirst(), y).map { $0 - $1 }
    let r = Descriptive.autocorrelations(changes, maxLag: m)
    guard r.count == m else { return false }
    let sum = r.dropLast().reduce(0) { $0 + $1 * $1 }
    return r[m - 1] > 1.645 * ((1 + 2 * sum) / Double(changes.count)).squareRoot()
  }
}
