import CaseloadData
import CaseloadMath

/// The accuracy of point forecasts as R's `accuracy()` states it, in its columns.
///
/// ```
/// ME = mean e    RMSE = √(mean e²)    MAE = mean |e|    MPE = 100 mean(e/y)    MAPE = 100 mean|e/y|
/// MASE = MAE / mean |yₜ − yₜ₋ₘ|       ACF1 = r₁ of the errors
/// U = √(Σ ((fₜ₊₁ − yₜ₊₁)/yₜ)² / Σ ((yₜ₊₁ − yₜ)/yₜ)²)
/// ```
///
/// over the periods where both are known; `nil` where one is not defined.
///
/// - Sources: Hyndman & Koehler (2006), *International Journal of Forecasting* 22, 679–688; Theil
///   (1966), *Applied Economic Forecasting* (U). As R's forecast 8.20, which gives an infinite MPE
///   or MAPE where an outcome is zero.
public struct ErrorSummary: Codable, Sendable, Equatable {
  public let meanError: Double?
  public let rootMeanSquaredError: Double?
  public let meanAbsoluteError: Double?
  /// Percent.
  public let meanPercentageError: Double?
  /// Percent.
  public let meanAbsolutePercentageError: Double?
  public let meanAbsoluteScaledError: Double?
  /// r₁ of the errors, missing ones passed over.
  public let firstAutocorrelation: Double?
  /// Theil's U: below 1, better than the forecast of no change. Of forecasts outside the sample only,
  /// as in R.
  public let theilU: Double?

  /// Forecasts of a test set.
  ///
  /// - Parameters:
  ///   - actual: outcomes on consecutive periods; NaN where missing.
  ///   - forecast: one a period.
  ///   - history: the values that the model saw, for the scale.
  ///   - seasonLength: m.
  public init(actual: [Double], forecast: [Double], history: [Double], seasonLength: Int) {
    self.init(actual, forecast, history, seasonLength, isTest: true)
  }

  /// The fitted values of the training set.
  ///
  /// - Parameters:
  ///   - residuals: one a period of the history; NaN where there is none.
  ///   - history: the values.
  ///   - seasonLength: m.
  public init(residuals: [Double], history: [Double], seasonLength: Int) {
    self.init(
      history, zip(history, residuals).map { $0 - $1 }, history, seasonLength, isTest: false)
  }

  private init(
    _ actual: [Double], _ forecast: [Double], _ history: [Double], _ m: Int, isTest: Bool
  ) {
    meanError = PointScores.meanError(actual, forecast)
    rootMeanSquaredError = PointScores.rootMeanSquaredError(actual, forecast)
    meanAbsoluteError = PointScores.meanAbsoluteError(actual, forecast)
    meanPercentageError = PointScores.mean(actual, forecast) { 100 * ($0 - $1) / $0 }
    meanAbsolutePercentageError = PointScores.meanAbsolutePercentageError(actual, forecast)
    meanAbsoluteScaledError = PointScores.meanAbsoluteScaledError(
      actual, forecast, history: history, seasonLength: m)
    let errors = zip(actual, forecast).map { $0 - $1 }
    firstAutocorrelation = Descriptive.autocorrelations(errors, maxLag: 1).first
      .flatMap { $0.isFinite ? $0 : nil }
    theilU = isTest ? Self.theilU(actual, forecast) : nil
  }

  private static func theilU(_ actual: [Double], _ forecast: [Double]) -> Double? {
    var (errors, changes) = (Accumulator(), Accumulator())
    for t in actual.indices.dropFirst() {
      let error = (forecast[t] - actual[t]) / actual[t - 1]
      let change = (actual[t] - actual[t - 1]) / actual[t - 1]
      if !error.isNaN { errors.add(product: error, error) }
      if !change.isNaN { changes.add(product: change, change) }
    }
    let ratio = (errors.value / changes.value).squareRoot()
    return ratio.isFinite ? ratio : nil
  }
}
