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

  /// The same without transformation and without weights: a linear map of the values.
  var linear: DecompositionPlan {
    var plan = self
    (plan.boxCox, plan.isRobust) = (nil, false)
    return plan
  }

  /// The parts of `series`, on the scale of the transformation, less what regressors add to it.
  ///
  /// - Throws: ``DiagnosticCode/seriesTooShort`` for fewer than two known values.
  func parts(of series: TimeSeries, less effect: [Double]? = nil) throws(Diagnostic) -> MSTL {
    var settings = MSTL.Settings()
    settings.windows = windows
    settings.isRobust = isRobust
    settings.iterations = iterations
    guard let effect else {
      settings.boxCox = boxCox
      return try MSTL(series.values, periods: periods, settings)
    }
    let values = zip(series.values, effect).map { y, part in
      y.isNaN ? .nan : (boxCox.map { $0(y) } ?? y) - part
    }
    return try MSTL(values, periods: periods, settings)
  }
}
