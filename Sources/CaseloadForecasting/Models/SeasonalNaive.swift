import CaseloadData
import CaseloadMath

/// The seasonal random walk: every future value is the last one of its season.
///
/// ```
/// yₜ₊ₕ = yₜ₊ₕ₋ₘₖ + Σ ε,   k = ⌈h/m⌉,   Var = k σ²,   σ² = mean of (yₜ − yₜ₋ₘ)²
/// ```
///
/// - Source: Hyndman & Athanasopoulos, *Forecasting: Principles and Practice*, 3rd ed., §5.2, §5.5.
public struct SeasonalNaive: ForecastModel {
  public init() {}

  public static let card = MethodCard(
    id: "seasonal-naive", name: Text(en: "Seasonal naive", zh: "季节性朴素法"),
    summary: Text(
      en: "The value of the same season one year before.", zh: "以上一年同期的数值作为预测。"),
    equation: #"\hat y_{t+h} = y_{t+h-m\lceil h/m\rceil}"#,
    assumptions: [
      Text(en: "Changes on the year are independent, with mean zero.", zh: "同比变动独立、均值为零。"),
      Text(en: "Normal changes.", zh: "变动服从正态分布。"),
    ],
    sources: [Bibliography.hyndmanAthanasopoulos], minimumObservations: 3)

  public func fitted(to series: TimeSeries, regressors: Regressors) throws(Diagnostic) -> LaggedWalk
  {
    try check(regressors, for: series)
    let lag = series.seasonLength
    guard lag > 1 else {
      throw Diagnostic(
        .modelNotApplicable, .error,
        Text(
          en: "seasonal-naive needs a season, and a \(series.frequency.rawValue) series has none.",
          zh: "seasonal-naive 要求序列有季节性，而 \(series.frequency.rawValue) 序列没有。"),
        hint: Text(
          en: "Use naive, or give the season's length with --frequency NUMBER.",
          zh: "请用 naive，或用 --frequency 数字 指明季节长度。"))
    }
    try requireObservations(series, atLeast: lag + 1)
    return LaggedWalk(series, form: Self.card.id, lag: lag, hasDrift: false)
  }
}
