import CaseloadData

/// Aggregate, forecast, share out again (ADIDA).
///
/// ```
/// sⱼ = sum over a periods,   a = average interval between demands, rounded
/// ŝⱼ = α sⱼ + (1 − α) ŝⱼ₋₁
/// ŷₙ₊ₕ = ŝ/a
/// ```
///
/// The last sum ends with the series; what is left at the start is left out. See ``DemandFit`` for the
/// distribution.
///
/// - Source: Nikolopoulos, Syntetos, Boylan, Petropoulos & Assimakopoulos (2011).
public struct ADIDA: ForecastModel {
  /// α of the sums; `nil` finds it by least squares in [0.1, 0.3].
  public var smoothing: Double?

  public init() {}

  public static let card = MethodCard(
    id: "adida", name: Text(en: "Aggregate–disaggregate (ADIDA)", zh: "聚合—分解法（ADIDA）"),
    summary: Text(
      en: "Sums over the average interval between demands are smoothed and shared out evenly.",
      zh: "按平均需求间隔汇总后平滑，再平均分摊到各期。"),
    equation: #"\hat y_{n+h} = \hat s_n / a"#,
    options: [
      (
        "smoothing",
        Text(en: "α, above 0 and at most 1; estimated when left out", zh: "α，大于 0 且不超过 1；省略则由数据估计")
      )
    ],
    assumptions: DemandOptions.assumptions,
    sources: [Bibliography.nikolopoulos], minimumObservations: 2)

  public func fitted(to series: TimeSeries, regressors: Regressors) throws(Diagnostic) -> DemandFit
  {
    try check(regressors, for: series)
    try requireObservations(series)
    try DemandFit.check(series, for: Self.card.id)
    if let smoothing { try DemandOptions.check(smoothing, "smoothing", of: Self.card.id) }
    let y = series.observed.map(\.value)
    let alpha =
      smoothing ?? DemandSmoothing.best(DemandState.sums(y, over: DemandState.level(y)))
    return DemandFit(.adida, series, smoothing: [alpha])
  }
}
