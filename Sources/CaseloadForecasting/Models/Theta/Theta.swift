import CaseloadData

/// The theta method: simple exponential smoothing with half of the least squares line's slope.
///
/// ```
/// ℓₜ = α yₜ + (1 − α) ℓₜ₋₁
/// ŷₙ₊ₕ = ℓₙ + ½ B (h − 1 + (1 − (1 − α)ⁿ)/α)
/// v_h = σ² (1 + (h − 1) α²),   σ² = Σ (yₜ − ℓₜ₋₁)²/(n − 2)
/// ```
///
/// The season is taken out first where the data show one (see ``SeasonalTreatment``), and put back
/// at the end. α and ℓ₀ minimize the squares of plain smoothing, as in R's `thetaf`, whose numbers
/// these are, with two differences: R's search stops a little short of the minimum, and R leaves the
/// interval's width without the season, by which it is scaled here.
///
/// - Sources: Assimakopoulos & Nikolopoulos (2000); Hyndman & Billah (2003); the
///   seasonal test is that of R's `thetaf`.
public struct Theta: ForecastModel {
  /// The season to take out first.
  public var seasonal = SeasonalTreatment.automatic
  /// α; `nil` estimates it.
  public var smoothing: Double?

  public init() {}

  public static let card = MethodCard(
    id: "theta", name: Text(en: "Theta", zh: "Theta 法"),
    summary: Text(
      en: "Exponential smoothing plus half of the long-run slope.",
      zh: "指数平滑加上长期斜率的一半。"),
    equation:
      #"\hat y_{n+h} = \ell_n + \tfrac12 B\left(h - 1 + \frac{1-(1-\alpha)^n}{\alpha}\right)"#,
    options: ThetaOptions.help,
    assumptions: ThetaOptions.assumptions,
    sources: [Bibliography.assimakopoulosNikolopoulos, Bibliography.hyndmanBillah],
    minimumObservations: 4)

  public func fitted(to series: TimeSeries, regressors: Regressors) throws(Diagnostic) -> ThetaFit {
    try check(regressors, for: series)
    try requireObservations(series)
    try ThetaOptions.check(smoothing, of: Self.card.id)
    let season = try seasonal.season(of: series)
    return ThetaFit(
      .classic, series, season: season, smoothing: smoothing, estimation: .leastSquares)
  }
}
