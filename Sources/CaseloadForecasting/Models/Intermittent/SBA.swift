import CaseloadData

/// Croston's method with the correction of Syntetos and Boylan.
///
/// ```
/// ŷₙ₊ₕ = (1 − α/2) ẑ/p̂
/// ```
///
/// α is the one of the intervals, ẑ and p̂ are as in ``Croston``; see ``DemandFit`` for the
/// distribution.
///
/// - Source: Syntetos & Boylan (2005).
public struct SBA: ForecastModel {
  /// α of sizes and intervals alike; the usual 0.1.
  public var smoothing = 0.1
  /// Whether α is found by least squares, for sizes and intervals each by itself, in [0.1, 0.3].
  public var optimized = false

  public init() {}

  public static let card = MethodCard(
    id: "sba", name: Text(en: "Syntetos–Boylan approximation", zh: "Syntetos–Boylan 近似"),
    summary: Text(
      en: "Croston's method without its bias.",
      zh: "消除偏差的 Croston 法。"),
    equation: #"\hat y_{n+h} = \left(1 - \tfrac\alpha2\right) \hat z_n / \hat p_n"#,
    options: DemandOptions.smoothing + DemandOptions.optimized,
    assumptions: DemandOptions.assumptions,
    sources: [Bibliography.syntetosBoylan], minimumObservations: 2)

  public func fitted(to series: TimeSeries, regressors: Regressors) throws(Diagnostic) -> DemandFit
  {
    try check(regressors, for: series)
    try requireObservations(series)
    try DemandFit.check(series, for: Self.card.id)
    try DemandOptions.check(smoothing, "smoothing", of: Self.card.id)
    let y = series.observed.map(\.value)
    let alphas =
      optimized
      ? [DemandSmoothing.best(y.filter { $0 > 0 }), DemandSmoothing.best(DemandState.intervals(y))]
      : [smoothing, smoothing]
    return DemandFit(.sba, series, smoothing: alphas)
  }
}
