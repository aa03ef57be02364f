import CaseloadData

/// The optimized theta model (OTM): θ, α and ℓ₀ are estimated, about one line through all the data.
///
/// ```
/// yₜ = ℓₜ₋₁ + (1 − 1/θ) [(1 − α)ᵗ⁻¹ Aₙ + Bₙ (1 − (1 − α)ᵗ)/α] + εₜ
/// ℓₜ = α yₜ + (1 − α) ℓₜ₋₁
/// v_h = σ² (1 + (h − 1) α²)
/// ```
///
/// The squares from the fourth value on (see ``ThetaEstimation``) are minimized over 0.1 ≤ α ≤ 0.99
/// and θ ≥ 1; given α they are a least squares problem in ℓ₀ and 1 − 1/θ, so that one dimension is
/// left to search.
///
/// - Source: Fiorucci, Pellegrini, Louzada, Petropoulos & Koehler (2016).
public struct OptimizedTheta: ForecastModel {
  /// The season to take out first.
  public var seasonal = SeasonalTreatment.automatic
  /// α; `nil` estimates it.
  public var smoothing: Double?
  /// How the parameters are found.
  public var estimation = ThetaEstimation.cautious

  public init() {}

  public static let card = MethodCard(
    id: "optimized-theta", name: Text(en: "Optimized theta", zh: "优化 Theta 法"),
    summary: Text(
      en: "Theta with the weight of the long-run line estimated.",
      zh: "长期直线的权重由数据估计的 Theta 法。"),
    equation:
      #"y_t = \ell_{t-1} + \left(1-\tfrac1\theta\right)\left[(1-\alpha)^{t-1}A_n + \tfrac{1-(1-\alpha)^t}{\alpha}B_n\right] + \varepsilon_t"#,
    options: ThetaOptions.help + ThetaOptions.estimationHelp,
    assumptions: ThetaOptions.assumptions,
    sources: [Bibliography.fiorucci], minimumObservations: 7)

  public func fitted(to series: TimeSeries, regressors: Regressors) throws(Diagnostic) -> ThetaFit {
    try check(regressors, for: series)
    try requireObservations(series)
    try ThetaOptions.check(smoothing, of: Self.card.id)
    let season = try seasonal.season(of: series)
    return ThetaFit(
      .optimized, series, season: season, smoothing: smoothing, estimation: estimation)
  }
}
