import CaseloadData

/// The member of the theta family that fits best: STM, OTM, DSTM or DOTM.
///
/// ```
/// Σ_{t≥4} εₜ² → min
/// ```
///
/// All four count the same values, without the same season, so that their squares (see
/// ``ThetaEstimation``) compare. Each optimized model contains its standard one, and is no worse; at
/// equal squares the one with fewer parameters is taken.
///
/// - Source: Fiorucci, Pellegrini, Louzada, Petropoulos & Koehler (2016).
public struct AutoTheta: ForecastModel {
  /// The season to take out first.
  public var seasonal = SeasonalTreatment.automatic
  /// α; `nil` estimates it.
  public var smoothing: Double?
  /// How the parameters are found.
  public var estimation = ThetaEstimation.cautious

  public init() {}

  public static let card = MethodCard(
    id: "auto-theta", name: Text(en: "Automatic theta", zh: "自动 Theta 法"),
    summary: Text(
      en: "The model of the theta family that fits the data best.", zh: "Theta 族中拟合最佳的模型。"),
    equation: #"y_t = \ell_{t-1} + \left(1-\tfrac1\theta\right) g_t + \varepsilon_t"#,
    options: ThetaOptions.help + ThetaOptions.estimationHelp,
    assumptions: ThetaOptions.assumptions,
    sources: [Bibliography.fiorucci], minimumObservations: 7)

  public func fitted(to series: TimeSeries, regressors: Regressors) throws(Diagnostic) -> ThetaFit {
    try check(regressors, for: series)
    try requireObservations(series)
    try ThetaOptions.check(smoothing, of: Self.card.id)
    let season = try seasonal.season(of: series)
    var best = ThetaFit(
      .standard, series, season: season, smoothing: smoothing, estimation: estimation)
    for kind in [ThetaForm.dynamic, .optimized, .dynamicOptimized] {
      let fit = ThetaFit(kind, series, season: season, smoothing: smoothing, estimation: estimation)
      if fit.criterion < best.criterion { best = fit }
    }
    return best
  }
}
