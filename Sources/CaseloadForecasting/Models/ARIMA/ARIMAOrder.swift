/// The orders of a seasonal ARIMA model.
struct ARIMAOrder: Hashable, Sendable, Codable {
  /// p, d and q: autoregressive terms, differences, moving-average terms.
  var autoregressive = 0
  var differences = 0
  var movingAverage = 0
  /// P, D and Q: the same over seasons.
  var seasonalAutoregressive = 0
  var seasonalDifferences = 0
  var seasonalMovingAverage = 0
  /// m; 1 without a season.
  var season = 1
  /// A mean (no differences), or a drift (one).
  var hasConstant = false

  /// p + q + P + Q.
  var coefficientCount: Int {
    autoregressive + movingAverage + seasonalAutoregressive + seasonalMovingAverage
  }
  /// d + m D: how many values the differences use up.
  var lost: Int { differences + season * seasonalDifferences }
  /// The degrees of the products φ(B)Φ(Bᵐ) and θ(B)Θ(Bᵐ).
  var autoregressiveDegree: Int { autoregressive + season * seasonalAutoregressive }
  var movingAverageDegree: Int { movingAverage + season * seasonalMovingAverage }

  /// (1 − B)ᵈ(1 − Bᵐ)ᴰ = 1 − Σ δᵢ Bⁱ: δ₁ … δ_lost.
  var differencing: [Double] {
    var product = [1.0]
    for (count, lag) in [(differences, 1), (seasonalDifferences, season)] {
      for _ in 0..<count {
        var next = product + [Double](repeating: 0, count: lag)
        for i in product.indices { next[i + lag] -= product[i] }
        product = next
      }
    }
    return product.dropFirst().map { -$0 }
  }

  /// `values` after the differences: shorter by ``lost``.
  func differenced(_ values: [Double]) -> [Double] {
    var result = values
    for (count, lag) in [(seasonalDifferences, season), (differences, 1)] {
      for _ in 0..<count {
        guard result.count > lag else { return [] }
        result = (lag..<result.count).map { result[$0] - result[$0 - lag] }
      }
    }
    return result
  }

  /// `ARIMA(2,1,1)(0,1,1)[12] with drift`, as R writes it.
  func form(regressors: Int = 0) -> String {
    var text = "ARIMA(\(autoregressive),\(differences),\(movingAverage))"
    if season > 1, seasonalAutoregressive + seasonalDifferences + seasonalMovingAverage > 0 {
      text +=
        "(\(seasonalAutoregressive),\(seasonalDifferences),\(seasonalMovingAverage))[\(season)]"
    }
    if regressors > 0 { return "Regression with \(text) errors" }
    guard hasConstant else { return text }
    return text + (differences + seasonalDifferences == 0 ? " with non-zero mean" : " with drift")
  }
}
