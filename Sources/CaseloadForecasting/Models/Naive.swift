import CaseloadData
import CaseloadMath

/// The random walk: every future value is the last one.
///
/// ```
/// yₜ₊ₕ = yₜ + Σ εₜ₊ᵢ,   Var = h σ²,   σ² = mean of (yₜ − yₜ₋₁)²
/// ```
///
/// - Source: Hyndman & Athanasopoulos, *Forecasting: Principles and Practice*, 3rd ed., §5.2, §5.5.
public struct Naive: ForecastModel {
  public init() {}

  public static let card = MethodCard(
    id: "naive", name: Text(en: "Naive", zh: "朴素法"),
    summary: Text(en: "The last value, carried forward.", zh: "以最后一个数值作为预测。"),
    equation: #"\hat y_{t+h} = y_t"#,
    assumptions: [
      Text(en: "Changes are independent, with mean zero.", zh: "各期变动独立、均值为零。"),
      Text(en: "Normal changes.", zh: "变动服从正态分布。"),
    ],
    sources: [Bibliography.hyndmanAthanasopoulos], minimumObservations: 2)

  public func fitted(to series: TimeSeries, regressors: Regressors) throws(Diagnostic) -> LaggedWalk
  {
    try check(regressors, for: series)
    try requireObservations(series)
    return LaggedWalk(series, form: Self.card.id, lag: 1, hasDrift: false)
  }
}
