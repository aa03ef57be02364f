import CaseloadData

/// A weighted average of the last values, the latest of which counts most unless told otherwise.
///
/// ```
/// ŷₙ₊ₕ = Σᵢ wᵢ yₙ₊₁₋ᵢ / Σᵢ wᵢ
/// v_h = σ² (1 + Σ wᵢ²) + q (h + Σ Wⱼ²),   Wⱼ = Σ_{i>j} wᵢ,   the weights adding up to 1
/// ```
///
/// See ``MovingAverage`` for σ² and q.
///
/// - Source: Hyndman & Athanasopoulos, *Forecasting: Principles and Practice*, 3rd ed., §3.3.
public struct WeightedMovingAverage: ForecastModel {
  /// The weights as a person writes them, the oldest value's first: `1,2,3`.
  public var weights = "1,2,3"

  public init() {}

  public static let card = MethodCard(
    id: "weighted-moving-average", name: Text(en: "Weighted moving average", zh: "加权移动平均"),
    summary: Text(
      en: "A weighted average of the last few values.", zh: "最近若干期数值的加权平均。"),
    equation: #"\hat y_{n+h} = \frac{\sum_{i=1}^{k} w_i\, y_{n+1-i}}{\sum_i w_i}"#,
    options: [
      (
        "weights",
        Text(
          en: "the weights, the oldest value's first: 1,2,3", zh: "权重，从最早的数值开始，例如 1,2,3")
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
    let parts = weights.split(separator: ",", omittingEmptySubsequences: false)
    let numbers = parts.compactMap { Double($0.filter { $0 != " " }) }
    guard numbers.count == parts.count, numbers.allSatisfy({ $0 >= 0 && $0.isFinite }),
      numbers.reduce(0, +) > 0, numbers.reduce(0, +).isFinite
    else {
      throw Diagnostic(
        .illegalOption, .error,
        Text(
          en: "The weights '\(weights)' are not a list of numbers from 0 on, one of them above 0.",
          zh: "权重“\(weights)”不是由非负数（至少一个大于零）组成的列表。"),
        hint: Text(
          en: "Give them with commas, the oldest value's first: --set weights=1,2,3.",
          zh: "请用逗号分隔，从最早的数值开始：--set weights=1,2,3。"))
    }
    try requireObservations(series, atLeast: numbers.count + 1)
    return MovingAverage(
      series, form: "\(Self.card.id)(\(numbers.count))", weights: numbers.reversed())
  }
}
