import CaseloadData

/// The average of forecasts at several levels of aggregation (IMAPA).
///
/// ```
/// ŷₙ₊ₕ = (1/A) Σ_{a=1…A} ŝ⁽ᵃ⁾/a,   A = average interval between demands, rounded
/// ```
///
/// ŝ⁽ᵃ⁾ smooths the sums over a periods as ``ADIDA`` does. See ``DemandFit`` for the distribution.
///
/// - Source: Petropoulos & Kourentzes (2015).
public struct IMAPA: ForecastModel {
  /// α of the sums at every level; `nil` finds each by least squares in [0.1, 0.3].
  public var smoothing: Double?

  public init() {}

  public static let card = MethodCard(
    id: "imapa", name: Text(en: "Multiple aggregation (IMAPA)", zh: "多重聚合法（IMAPA）"),
    summary: Text(
      en: "The average of forecasts from sums over one period, two, and so on.",
      zh: "对一期、两期直至平均间隔的汇总分别预测，再取平均。"),
    equation: #"\hat y_{n+h} = \tfrac1A \sum_{a=1}^{A} \hat s^{(a)}_n / a"#,
    options: [
      (
        "smoothing",
        Text(en: "α, above 0 and at most 1; estimated when left out", zh: "α，大于 0 且不超过 1；省略则由数据估计")
      )
    ],
    assumptions: DemandOptions.assumptions,
    sources: [Bibliography.petropoulosKourentzes], minimumObservations: 2)

  public func fitted(to series: TimeSeries, regressors: Regressors) throws(Diagnostic) -> DemandFit
  {
    try check(regressors, for: series)
    try requireObservations(series)
    try DemandFit.check(series, for: Self.card.id)
    if let smoothing { try DemandOptions.check(smoothing, "smoothing", of: Self.card.id) }
    let y = series.observed.map(\.value)
    let alphas = (1...DemandState.level(y)).map { level in
      smoothing ?? DemandSmoothing.best(DemandState.sums(y, over: level))
    }
    return DemandFit(.imapa, series, smoothing: alphas)
  }
}
