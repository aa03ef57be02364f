import CaseloadData

/// The method of Teunter, Syntetos and Babai: the probability of a demand is smoothed in every period.
///
/// ```
/// ẑᵢ = α zᵢ + (1 − α) ẑᵢ₋₁                 size of the i-th demand
/// p̂ₜ = β 1{yₜ > 0} + (1 − β) p̂ₜ₋₁          probability of a demand
/// ŷₙ₊ₕ = p̂ₙ ẑ
/// ```
///
/// Unlike Croston's, the forecast falls while no demand occurs, as it should where a kind of case is
/// dying out. See ``DemandFit`` for the distribution.
///
/// - Source: Teunter, Syntetos & Babai (2011).
public struct TSB: ForecastModel {
  /// α of the sizes.
  public var smoothing = 0.1
  /// β of the occurrence.
  public var occurrenceSmoothing = 0.1
  /// Whether α and β are found by least squares, each by itself, in [0.1, 0.3].
  public var optimized = false

  public init() {}

  public static let card = MethodCard(
    id: "tsb", name: Text(en: "Teunter–Syntetos–Babai", zh: "Teunter–Syntetos–Babai 法"),
    summary: Text(
      en:
        "The smoothed size of a demand times its smoothed probability, which falls while none occurs.",
      zh: "平滑后的需求量乘以平滑后的发生概率；无需求时概率逐期下降。"),
    equation: #"\hat y_{n+h} = \hat p_n \hat z_n"#,
    options: DemandOptions.smoothing + [
      (
        "occurrenceSmoothing",
        Text(en: "β of the occurrence, above 0 and at most 1", zh: "发生概率的 β，大于 0 且不超过 1")
      )
    ] + DemandOptions.optimized,
    assumptions: DemandOptions.assumptions,
    sources: [Bibliography.teunter], minimumObservations: 2)

  public func fitted(to series: TimeSeries, regressors: Regressors) throws(Diagnostic) -> DemandFit
  {
    try check(regressors, for: series)
    try requireObservations(series)
    try DemandFit.check(series, for: Self.card.id)
    try DemandOptions.check(smoothing, "smoothing", of: Self.card.id)
    try DemandOptions.check(occurrenceSmoothing, "occurrenceSmoothing", of: Self.card.id)
    let y = series.observed.map(\.value)
    let alphas =
      optimized
      ? [
        DemandSmoothing.best(y.filter { $0 > 0 }), DemandSmoothing.best(DemandState.occurrences(y)),
      ]
      : [smoothing, occurrenceSmoothing]
    return DemandFit(.tsb, series, smoothing: alphas)
  }
}
