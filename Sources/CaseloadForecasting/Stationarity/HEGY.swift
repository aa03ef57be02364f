import CaseloadMath

/// The test of Hylleberg, Engle, Granger and Yoo, whose null hypothesis is a unit root at every
/// frequency of the season.
///
/// ```
/// Δₘyₜ = c + b t + π₁ Σ_{k=1…m} yₜ₋ₖ + Σⱼ πⱼ xⱼ,ₜ₋₁ + Σᵢ λᵢ Δₘyₜ₋ᵢ + eₜ,   j = 2 … m
/// F = [(RSS₀ − RSS)/(m − 1)]/[RSS/ν],   RSS₀ with π₂ = … = πₘ = 0
/// ```
///
/// The xⱼ are the series filtered to leave one frequency of the season each. Together with the sum of
/// the last m values they span those m values, and F depends on nothing but what they span: here
/// they are the changes yₜ₋ₖ − yₜ₋ₖ₋₁, k = 1 … m − 1. The lags are chosen by Akaike's criterion.
/// F agrees with that of `uroot::hegy.test(deterministic = c(1, 1, 0), maxlag = 3, lag.method = "AIC")`.
///
/// The season has unit roots, and a seasonal difference is taken, where F is below its critical value:
///
/// ```
/// F₀.₀₅ = 1 + 2.779 k^−½ + (0.125 + 0.280 [m even])/k + r (0.053 − 1.725 k^−½) + r² (12.895 k^−³ᐟ² + 4.471 k^−½ − 0.644)
/// k = m − 1,   r = k/ν
/// ```
///
/// This is a function fitted to quantiles of 1000 to 56,000 simulated seasonal random walks each, for ten
/// m from 2 to 52 and 4 to 40 seasons; it is within 2 % of them (3.5 % for ν < 12). For m = 4 and long
/// series it gives 2.72.
///
/// - Sources: Hylleberg, Engle, Granger & Yoo (1990), *Journal of Econometrics* 44, 215–238, eq. 3.6;
///   Ghysels, Lee & Noh (1994), *Journal of Econometrics* 62, 415–442 (the joint F).
public struct HEGY: Sendable, Equatable {
  /// F.
  public let statistic: Double
  /// At the level 0.05; the season has unit roots where F is below.
  public let critical: Double
  public let lags: Int

  /// Tests `values`, of which none is missing, for a season of `m` periods, with up to `maximumLag` lags.
  ///
  /// `nil` where the regression is not determined.
  public init?(_ values: [Double], season m: Int, maximumLag: Int = 3) {
    guard m > 1, values.count > 2 * m else { return nil }
    // About the middle and in units of the largest value: F does not depend on either.
    let mean = values.reduce(0) { $0 + $1 / Double(values.count) }
    let unit = values.reduce(0) { max($0, abs($1 - mean)) }
    guard unit > 0 else { return nil }
    let y = values.map { ($0 - mean) / unit }
    var best: (lag: Int, criterion: Double)?
    for lag in 0...max(0, maximumLag) {
      guard let fit = Self.regression(y, m, lag: lag, dropped: maximumLag, isSeasonal: true) else {
        continue
      }
      let size = Double(fit.count)
      let criterion = size * log(fit.squares / size) + 2 * Double(fit.columns)
      if criterion < best?.criterion ?? .infinity { best = (lag, criterion) }
    }
    guard let lags = best?.lag,
      let full = Self.regression(y, m, lag: lags, dropped: lags, isSeasonal: true),
      let restricted = Self.regression(y, m, lag: lags, dropped: lags, isSeasonal: false)
    else { return nil }
    let freedom = Double(full.count - full.columns)
    statistic = (restricted.squares - full.squares) / Double(m - 1) / (full.squares / freedom)
    critical = Self.critical(season: m, freedom: freedom)
    self.lags = lags
  }

  private static func critical(season m: Int, freedom: Double) -> Double {
    let k = Double(m - 1)
    let (root, ratio) = (1 / k.squareRoot(), k / freedom)
    let limit = 1 + 2.779 * root + (m % 2 == 0 ? 0.405 : 0.125) / k
    return limit + ratio * (0.053 - 1.725 * root)
      + ratio * ratio * (12.895 * root / k + 4.471 * root - 0.644)
  }

  /// The regression on `lag` lags, without the first `dropped` values of the left side.
  private static func regression(
    _ y: [Double], _ m: Int, lag: Int, dropped: Int, isSeasonal: Bool
  ) -> (squares: Double, count: Int, columns: Int)? {
    let rows = Array((m + dropped)..<max(m + dropped, y.count))
    func seasonalChange(_ t: Int) -> Double { y[t] - y[t - m] }
    var columns: [[Double]] = [rows.map { _ in 1 }, rows.map { Double($0) / Double(y.count) }]
    columns.append(rows.map { t in (1...m).reduce(0) { $0 + y[t - $1] } / Double(m) })
    if isSeasonal {
      for k in 1..<m { columns.append(rows.map { y[$0 - k] - y[$0 - k - 1] }) }
    }
    for k in 0..<lag { columns.append(rows.map { seasonalChange($0 - 1 - k) }) }
    guard rows.count > columns.count,
      let fit = try? LeastSquares(Matrix(columns: columns), rows.map(seasonalChange)),
      fit.residualSumOfSquares > 0
    else { return nil }
    return (fit.residualSumOfSquares, rows.count, columns.count)
  }
}
