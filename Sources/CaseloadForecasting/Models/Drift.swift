import CaseloadData
import CaseloadMath

/// The random walk with drift: the line through the first and the last value, carried on.
///
/// ```
/// yₜ₊ₕ = yₜ + h b + Σ εₜ₊ᵢ,   b = (yₙ − y₁)/(n − 1),   Var = h σ² + h² Var b
/// σ² = Σ (yₜ − yₜ₋₁ − b)² / (n − 2),   Var b = σ²/(n − 1)
/// ```
///
/// - Source: Hyndman & Athanasopoulos, *Forecasting: Principles and Practice*, 3rd ed., §5.2, §5.5.
public struct Drift: ForecastModel {
  public init() {}

  public static let card = MethodCard(
    id: "drift", name: Text(en: "Drift", zh: "漂移法"),
    summary: Text(
      en: "The last value plus the average change so far.", zh: "末值加上历史平均变动。"),
    equation: #"\hat y_{t+h} = y_t + h\,\frac{y_t - y_1}{t-1}"#,
    assumptions: [
      Text(en: "Changes are independent, with one mean.", zh: "各期变动独立、均值不变。"),
      Text(en: "Normal changes.", zh: "变动服从正态分布。"),
    ],
    sources: [Bibliography.hyndmanAthanasopoulos], minimumObservations: 3)

  public func fitted(to series: TimeSeries, regressors: Regressors) throws(Diagnostic) -> LaggedWalk
  {
    try check(regressors, for: series)
    try requireObservations(series)
    let walk = LaggedWalk(series, form: Self.card.id, lag: 1, hasDrift: true)
    guard walk.changeCount >= 2 else {
      throw Diagnostic(
        .seriesTooShort, .error,
        Text(
          en: "drift needs two pairs of neighboring values.", zh: "drift 至少需要两对相邻数值。"),
        hint: Text(en: "Use naive.", zh: "请用 naive。"))
    }
    return walk
  }
}
