import CaseloadData

/// The dynamic optimized theta model (DOTM): optimized theta about the line through the values so far.
///
/// ```
/// yₜ = ℓₜ₋₁ + (1 − 1/θ) [(1 − α)ᵗ⁻¹ Aₜ₋₁ + Bₜ₋₁ (1 − (1 − α)ᵗ)/α] + εₜ
/// ℓₜ = α yₜ + (1 − α) ℓₜ₋₁
/// Bₜ = [(t − 2) Bₜ₋₁ + 6 (yₜ − ȳₜ₋₁)/t]/(t + 1),   Aₜ = ȳₜ − Bₜ (t + 1)/2
/// ```
///
/// A₁ = y₁ and B₁ = 0. In forecasts the line moves on with the forecasts themselves. The squares from
/// the fourth value on (see ``ThetaEstimation``) are minimized over 0.1 ≤ α ≤ 0.99 and θ ≥ 1; given α
/// they are a least squares problem in ℓ₀ and 1 − 1/θ. Variances are exact: future values are linear
/// in the errors to come.
///
/// - Source: Fiorucci, Pellegrini, Louzada, Petropoulos & Koehler (2016).
public struct DynamicOptimizedTheta: ForecastModel {
  /// The season to take out first.
  public var seasonal = SeasonalTreatment.automatic
  /// α; `nil` estimates it.
  public var smoothing: Double?
  /// How the parameters are found.
  public var estimation = ThetaEstimation.cautious

  public init() {}

  public static let card = MethodCard(
    id: "dynamic-optimized-theta", name: Text(en: "Dynamic optimized theta", zh: "动态优化 Theta 法"),
    summary: Text(
      en: "Optimized theta, its line drawn anew with every value.",
      zh: "直线随每个新数值更新的优化 Theta 法。"),
    equation:
      #"y_t = \ell_{t-1} + \left(1-\tfrac1\theta\right)\left[(1-\alpha)^{t-1}A_{t-1} + \tfrac{1-(1-\alpha)^t}{\alpha}B_{t-1}\right] + \varepsilon_t"#,
    options: ThetaOptions.help + ThetaOptions.estimationHelp,
    assumptions: ThetaOptions.assumptions,
    sources: [Bibliography.fiorucci], minimumObservations: 7)

  public func fitted(to series: TimeSeries, regressors: Regressors) throws(Diagnostic) -> ThetaFit {
    try check(regressors, for: series)
    try requireObservations(series)
    try ThetaOptions.check(smoothing, of: Self.card.id)
    let season = try seasonal.season(of: series)
    return ThetaFit(
      .dynamicOptimized, series, season: season, smoothing: smoothing, estimation: estimation)
  }
}
