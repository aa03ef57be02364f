import CaseloadData
import CaseloadMath

/// How a series is taken apart before its adjusted part is forecast.
struct DecompositionPlan: Sendable, Codable, Equatable {
  var periods: [Int]
  var windows: [STL.SeasonWindow]?
  var isRobust: Bool
  var iterations: Int
  var boxCox: BoxCox?
  /// The registered model of the adjusted series.
  var model: String
  /// Whether ets averages its forms.
  var averaging: Bool

  /// - Throws: ``DiagnosticCode/seriesTooShort`` for fewer than two known values.
  func parts(of series: TimeSeries) throws(Diagnostic) -> MSTL {
    var settings = MSTL.Settings()
    settings.windows = windows
    settings.isRobust = isRobust
    settings.iterations = iterations
    settings.boxCox = boxCox
    return try MSTL(series.values, periods: periods, settings)
  }
}
