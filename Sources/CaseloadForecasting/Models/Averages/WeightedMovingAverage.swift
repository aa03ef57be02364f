import CaseloadData

/// A weighted average of the last values, the latest of which counts most unless told otherwise;
/// forecasts further ahead average the forecasts before them.
///
/// ```
/// ŷₙ₊ₕ = Σᵢ wᵢ ỹₙ₊ₕ₋ᵢ,   i = 1 … k,   Σ wᵢ = 1,   ỹₜ = yₜ up to n, ŷₜ after it
/// v_h = σ² Σ_{j<h} ψⱼ²,   ψ₀ = 1,   ψⱼ = Σᵢ wᵢ ψⱼ₋ᵢ
/// ```
///
/// σ² is the mean square of the one-step errors. This is how the Hawaiʻi State Judiciary projects
/// filings: weights 0.5, 0.3 and 0.2, the latest year's first, over six years. Without the recursion
/// every period ahead has the same average of known values,
///
/// ```
/// ŷₙ₊ₕ = Σᵢ wᵢ yₙ₊₁₋ᵢ
/// v_h = σ² (1 + Σ wᵢ²) + q (h + Σ Wⱼ²),   Wⱼ = Σ_{i>j} wᵢ
/// ```
///
/// with the σ² and q of ``MovingAverage``.
///
/// - Sources: Hawaiʻi State Judiciary, *Caseload Projection 2025–2030* (2024), whose printed rows the
///   tests reproduce; Hyndman & Athanasopoulos, *Forecasting: Principles and Practice*, 3rd ed., §3.3.
public struct WeightedMovingAverage: ForecastModel {
  /// The weights as a person writes them, the oldest value's first: `0.2,0.3,0.5`.
  public var weights = "0.2,0.3,0.5"
  /// Whether a forecast averages the forecasts before it; otherwise all are the average of known
  /// values.
  public var isRecursive = true

  public init() {}

  public static let card = MethodCard(
    id: "weighted-moving-average", name: Text(en: "Weighted moving average", zh: "加权移动平均"),
    summary: Text(
      en: "A weighted average of the last few values, carried forward by recursion.",
      zh: "最近若干期数值的加权平均，逐期递推。"),
    equation: #"\hat y_{n+h} = \sum_{i=1}^{k} w_i\, \tilde y_{n+h-i}, \qquad \sum_i w_i = 1"#,
    options: [
      (
        "weights",
        Text(
          en: "the weights, the oldest value's first: 0.2,0.3,0.5",
          zh: "权重，从最早的数值开始，例如 0.2,0.3,0.5")
      ),
      (
        "isRecursive",
        Text(
          en:
            "true to average forecasts as if they were values, false for one average of known values",
          zh: "true 表示把预测值当作数值继续递推，false 表示各期同取已知数值的平均")
      ),
    ],
    assumptions: [
      Text(en: "A level that changes slowly, and independent noise.", zh: "水平缓慢变化，噪声独立。"),
      Text(en: "Normal errors.", zh: "误差服从正态分布。"),
    ],
    sources: [Bibliography.hawaiiJudiciary, Bibliography.hyndmanAthanasopoulos],
    minimumObservations: 4)

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
          en: "Give them with commas, the oldest value's first: --set weights=0.2,0.3,0.5.",
          zh: "请用逗号分隔，从最早的数值开始：--set weights=0.2,0.3,0.5。"))
    }
    try requireObservations(series, atLeast: numbers.count + 1)
    return MovingAverage(
      series, form: "\(Self.card.id)(\(numbers.count))", weights: numbers.reversed(),
      isRecursive: isRecursive)
  }
}
