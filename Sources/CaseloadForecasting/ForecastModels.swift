import CaseloadData
import CaseloadMath

/// Every forecast model, in the order in which help, docs and tests list them.
///
/// To add a model: write its file, then add its name here. Nothing else changes.
public enum ForecastModels {
  public static let all: [any ForecastModel.Type] = [
    Automatic.self,
    Naive.self, SeasonalNaive.self, Drift.self,
    Mean.self, WindowAverage.self, WeightedMovingAverage.self,
    DampedHolt.self, ETS.self, ARIMA.self,
    Theta.self, OptimizedTheta.self, DynamicOptimizedTheta.self, AutoTheta.self,
    CES.self, LocalLevel.self, Structural.self,
    STLForecaster.self, MSTLForecaster.self, TBATS.self, BaggedETS.self,
    Croston.self, SBA.self, TSB.self, ADIDA.self, IMAPA.self,
  ]

  /// The model called `id`, with `options` laid over its automatic choices.
  ///
  /// - Throws: ``DiagnosticCode/unknownName`` with the nearest identifier or option.
  public static func model(_ id: String, options: [String: String] = [:]) throws(Diagnostic)
    -> any ForecastModel
  {
    guard let type = all.first(where: { $0.card.id == id }) else {
      throw Diagnostic.unknownName(
        id, among: all.map { $0.card.id }, kind: Text(en: "model", zh: "模型"))
    }
    return try MethodOptions.make(type, options)
  }

  /// What forecasts a series that the models of the combination cannot be fitted to, and why.
  ///
  /// Seasonal naive where two seasons are at hand, drift from three values on, naive below that.
  public static func fallback(for series: TimeSeries) -> (model: any ForecastModel, reason: Text) {
    let count = series.count - series.missingCount
    let m = series.seasonLength
    if m > 1, count >= 2 * m, series.missingCount == 0 {
      return (
        SeasonalNaive(),
        Text(
          en: "seasonal-naive: no other model can be fitted to these values.",
          zh: "seasonal-naive：其他模型无法拟合这些数值。")
      )
    }
    if count >= Drift.card.minimumObservations, (try? Drift().fitted(to: series)) != nil {
      return (
        Drift(),
        Text(
          en: "drift: too few values for a model with more parameters.",
          zh: "drift：数据太少，不足以拟合参数更多的模型。")
      )
    }
    return (
      Naive(), Text(en: "naive: too few values for anything else.", zh: "naive：数据太少，只能沿用末值。")
    )
  }
}
