import CaseloadData
import CaseloadMath

/// Every forecast model, in the order in which help, docs and tests list them.
///
/// To add a model: write its file, then add its name here. Nothing else changes.
public enum ForecastModels {
  public static let all: [any ForecastModel.Type] = [
    Naive.self, SeasonalNaive.self, Drift.self, DampedHolt.self, ETS.self, STLForecaster.self,
    MSTLForecaster.self, TBATS.self, BaggedETS.self,
  ]

  /// Stands for the model that suits the series.
  public static let automatic = "auto"

  /// The model called `id`, with `options` laid over its automatic choices.
  ///
  /// - Throws: ``DiagnosticCode/unknownName`` with the nearest identifier or option.
  public static func model(_ id: String, options: [String: String] = [:]) throws(Diagnostic)
    -> any ForecastModel
  {
    guard let type = all.first(where: { $0.card.id == id }) else {
      throw Diagnostic.unknownName(
        id, among: [automatic] + all.map { $0.card.id }, kind: Text(en: "model", zh: "模型"))
    }
    return try MethodOptions.make(type, options)
  }

  /// The model that suits `series`, and why.
  ///
  /// Damped Holt where the series is long enough, after taking out a season that the data show;
  /// drift, then naive, below that.
  public static func suggested(for series: TimeSeries) -> (model: any ForecastModel, reason: Text) {
    let count = series.count - series.missingCount
    if count >= DampedHolt.card.minimumObservations {
      var model = DampedHolt()
      model.seasonal = .automatic
      return (
        model,
        Text(
          en: "damped-holt: a level with a fading trend, after any season the data show.",
          zh: "damped-holt：水平加衰减趋势，先剔除数据显示的季节性。")
      )
    }
    if count >= Drift.card.minimumObservations {
      return (
        Drift(),
        Text(
          en: "drift: too few values for an exponential smoothing model.",
          zh: "drift：数据太少，不足以拟合指数平滑模型。")
      )
    }
    return (
      Naive(), Text(en: "naive: too few values for anything else.", zh: "naive：数据太少，只能沿用末值。")
    )
  }
}
