import CaseloadMath

/// The test of Osborn, Chui, Smith and Birchenhall for a seasonal unit root.
///
/// ```
/// ΔΔₘyₜ = Σ λᵢ ΔΔₘyₜ₋ᵢ + β₁ λ(B) Δₘ yₜ₋₁ + β₂ λ(B) Δ yₜ₋ₘ + eₜ
/// ```
///
/// λ(B) is estimated first, from ΔΔₘy alone. The statistic is the t of β₂; a seasonal difference is
/// taken where it exceeds the critical value. The critical value is the smooth function of m that R's
/// forecast package fitted to simulations of its distribution at 5 %. Numbers agree with
/// `forecast::ocsb.test(lag.method = "AIC", maxlag = 3)`.
///
/// - Source: Osborn, Chui, Smith & Birchenhall (1988), *Oxford Bulletin of Economics and Statistics*
///   50, 361–377.
public enum SeasonalUnitRoot {
  public struct OCSB: Sendable, Equatable {
    public let statistic: Double
    public let critical: Double
    public let lags: Int
  }

  /// The test, with the number of lags chosen by Akaike's criterion.
  ///
  /// - Parameters:
  ///   - values: none missing.
  ///   - season: m.
  ///   - maximumLag: the most lags to try.
  /// - Returns: `nil` where the regression is not determined.
  public static func ocsb(_ values: [Double], season: Int, maximumLag: Int = 3) -> OCSB? {
    var best: (lag: Int, aic: Double)?
    for lag in 1...max(1, maximumLag) {
      guard let fit = regression(values, season, lag: lag, dropped: maximumLag) else { continue }
      if fit.aic < best?.aic ?? .infinity { best = (lag, fit.aic) }
    }
    guard let best else { return nil }
    // One less than the best: what the reference does.
    let lags = best.lag - 1
    guard let fit = regression(values, season, lag: lags, dropped: lags) else { return nil }
    let distance = log(Double(season)) - 0.7656451
    let exponent = -0.2850853 * distance - 0.05983644 * distance * distance
    let critical = -0.2937411 * exp(exponent) - 1.652202
    return OCSB(statistic: fit.statistic, critical: critical, lags: lags)
  }

  /// The regression on one number of lags, without the first `dropped` values of the left side.
  private static func regression(_ x: [Double], _ m: Int, lag: Int, dropped: Int) -> (
    statistic: Double, aic: Double
  )? {
    let n = x.count
    guard n > 2 * (m + 1) + dropped + lag else { return nil }
    // By the number of the period; NaN before the start.
    func difference(_ y: [Double], _ k: Int) -> [Double] {
      y.indices.map { $0 >= k ? y[$0] - y[$0 - k] : .nan }
    }
    let seasonal = difference(x, m)
    let plain = difference(x, 1)
    let both = difference(seasonal, 1)
    let first = m + 1 + max(dropped, lag)
    let rows = Array(first..<n)
    var lambda: [Double] = []
    if lag > 0 {
      let columns = (1...lag).map { k in rows.map { both[$0 - k] } }
      guard let fit = try? LeastSquares(Matrix(columns: columns), rows.map { both[$0] }) else {
        return nil
      }
      lambda = fit.coefficients
    }
    func filtered(_ y: [Double], _ t: Int) -> Double {
      guard t >= lag else { return .nan }
      return lambda.indices.reduce(y[t]) { $0 - lambda[$1] * y[t - 1 - $1] }
    }
    let kept = rows.filter { t in
      t - m >= 0 && !filtered(seasonal, t - 1).isNaN && !filtered(plain, t - m).isNaN
    }
    // Without lags the reference keeps a column of zeros, which its regression leaves out again.
    var columns = lag > 0 ? (1...lag).map { k in kept.map { both[$0 - k] } } : []
    columns.append(kept.map { filtered(seasonal, $0 - 1) })
    columns.append(kept.map { filtered(plain, $0 - m) })
    let y = kept.map { both[$0] }
    guard kept.count > columns.count, let t = UnitRootTest.tStatistics(columns, y),
      let fit = try? LeastSquares(Matrix(columns: columns), y)
    else { return nil }
    let size = Double(kept.count)
    let aic = size * log(fit.residualSumOfSquares / size) + 2 * Double(columns.count + 1)
    return (t[t.count - 1], aic)
  }
}
