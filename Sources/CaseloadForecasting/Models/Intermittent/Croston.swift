import CaseloadData

/// Croston's method for series with many zeros: sizes and intervals are smoothed apart.
///
/// ```
/// ẑᵢ = α zᵢ + (1 − α) ẑᵢ₋₁        size of the i-th demand
/// p̂ᵢ = α pᵢ + (1 − α) p̂ᵢ₋₁        periods since the demand before, the first from the start
/// ŷₙ₊ₕ = ẑ/p̂
/// ```
///
/// Both start at their first value, and move when a demand occurs. See ``DemandFit`` for the
/// distribution.
///
/// - Sources: Croston (1972); bias: Syntetos & Boylan (2005), whose correction is ``SBA``.
public struct Croston: ForecastModel {
  /// α of sizes and intervals alike; the usual 0.1.
  public var smoothing = 0.1
  /// Whether α is found by least squares, for sizes and intervals each by itself, in [0.1, 0.3].
  public var optimized = false

  public init() {}

  public static let card = MethodCard(
    id: "croston", name: Text(en: "Croston", zh: "Croston 法"),
    summary: Text(
      en: "The smoothed size of a demand over the smoothed interval between demands.",
      zh: "平滑后的需求量除以平滑后的需求间隔。"),
    equation: #"\hat y_{n+h} = \hat z_n / \hat p_n"#,
    options: DemandOptions.smoothing + DemandOptions.optimized,
    assumptions: DemandOptions.assumptions,
    sources: [Bibliography.croston, Bibliography.syntetosBoylan], minimumObservations: 2)

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
    return DemandFit(.croston, series, smoothing: alphas)
  }
}
