import CaseloadData

/// The average of the last k values.
///
/// ```
/// ŷₙ₊ₕ = (yₙ + … + yₙ₊₁₋ₖ)/k
/// v_h = σ² (1 + 1/k) + q (h + (k − 1)(2k − 1)/(6k))
/// ```
///
/// Without `window` k is one season, or 3 where there is none. See ``MovingAverage`` for σ² and q.
///
/// - Source: Hyndman & Athanasopoulos, *Forecasting: Principles and Practice*, 3rd ed., §3.3.
public struct WindowAverage: ForecastModel {
  /// k; `nil` for one season, or 3.
  public var window: Int?

  public init() {}

  public static let card = MethodCard(
    id: "window-average", name: Text(en: "Window average", zh: "窗口平均"),
    summary: Text(
      en: "The average of the last few values.", zh: "最近若干期数值的平均。"),
    equation: #"\hat y_{n+h} = \tfrac1k (y_n + \dots + y_{n+1-k})"#,
    options: [
      (
        "window",
        Text(
          en: "how many values to average; one season, or 3, when left out",
          zh: "参与平均的期数；省略则为一个季节周期，无季节时为 3")
      )
    ],
    assumptions: [
      Text(en: "A level that changes slowly, and independent noise.", zh: "水平缓慢变化，噪声独立。"),
      Text(en: "Normal errors.", zh: "误差服从正态分布。"),
    ],
    sources: [Bibliography.hyndmanAthanasopoulos], minimumObservations: 4)

  public func fitted(to series: TimeSeries, regressors: Regressors) throws(Diagnostic)
    -> MovingAverage
  {
    try check(regressors, for: series)
    let k = window ?? (series.seasonLength > 1 ? series.seasonLength : 3)
    guard k >= 1 else {
      throw Diagnostic(
        .illegalOption, .error,
        Text(
          en: "A window of \(k) values is not possible.", zh: "窗口不能为 \(k) 期。"),
        hint: Text(en: "Give a whole number from 1 on.", zh: "请给出不小于 1 的整数。"))
    }
    try requireObservations(series, atLeast: k + 1)
    return MovingAverage(
      series, form: "\(Self.card.id)(\(k))", weights: [Double](repeating: 1, count: k))
  }
}
