import CaseloadData
import CaseloadMath

/// Holt's linear trend with damping: ETS(A, Ad, N), after taking out a season.
///
/// ```
/// yₜ = ℓₜ₋₁ + φ bₜ₋₁ + εₜ          observation
/// ℓₜ = ℓₜ₋₁ + φ bₜ₋₁ + α εₜ        level
/// bₜ = φ bₜ₋₁ + β εₜ               trend
/// v_h = σ² [1 + Σ_{j<h} (α + β φⱼ)²],   φⱼ = φ + … + φʲ
/// ```
///
/// Parameters and initial states are those of maximum likelihood, by the kernel of ``ETS``. A missing
/// value has no error.
///
/// - Sources: Gardner & McKenzie (1985), eqs. 2–4; Hyndman, Koehler, Ord & Snyder (2008), §2.5.1,
///   table 6.2 (variances), §5.2 (likelihood).
public struct DampedHolt: ForecastModel {
  /// How far the trend may react.
  public enum TrendBound: String, Codable, Sendable, CaseIterable {
    /// β ≤ 0.2/m, which forecasts better than a larger box.
    case cautious
    /// β ≤ α, the box of R's `ets` and `holt`.
    case wide
  }

  /// The season to take out first.
  public var seasonal = SeasonalTreatment.none
  public var trendBound = TrendBound.cautious

  public init() {}

  public static let card = MethodCard(
    id: "damped-holt", name: Text(en: "Damped Holt", zh: "阻尼霍尔特法"),
    summary: Text(
      en: "A level and a trend that fades out, both updated by every error.",
      zh: "水平与逐渐衰减的趋势，均随每期误差更新。"),
    equation: #"y_t = \ell_{t-1} + \phi b_{t-1} + \varepsilon_t"#,
    options: [
      (
        "seasonal",
        Text(
          en: "the season to take out first: none, additive, multiplicative or automatic",
          zh: "先剔除的季节性：none、additive、multiplicative 或 automatic")
      ),
      (
        "trendBound",
        Text(
          en: "cautious (β ≤ 0.2/m) or wide (β ≤ α, as R)",
          zh: "cautious（β ≤ 0.2/m）或 wide（β ≤ α，同 R）")
      ),
    ],
    assumptions: [
      Text(en: "Independent normal errors of one variance.", zh: "误差独立、正态、方差不变。"),
      Text(
        en: "No shift of level in the forecast period.", zh: "预测期内没有水平移位。"),
    ],
    sources: [Bibliography.gardnerMcKenzie, Bibliography.hyndmanKoehler], minimumObservations: 7)

  static let form = ETSForm(error: .additive, trend: .additive, isDamped: true)

  public func fitted(to series: TimeSeries, regressors: Regressors) throws(Diagnostic) -> Fitted {
    try check(regressors, for: series)
    try requireObservations(series)
    let adjustment = try SeasonalAdjustment(series, seasonal)
    let scale = ETSScale(adjustment?.adjusted ?? series, .none)
    let start = ETSStart(scale.y, seasonLength: 1, isSeasonal: false, isPositive: false)
    let box = trendBound == .cautious ? ETSParameterBox.cautious : .rCompatible
    let (member, termination) = try ETSTape.with(scale.y, regressors: [], seasonLength: 1) {
      tape throws(Diagnostic) in
      var search = ETSSearch(
        tape, box: box, boxSeason: series.seasonLength, start: start, coefficients: [])
      search.fitLoosely(Self.form)
      search.polish(Self.form)
      return (
        search.member(Self.form, weight: 1, scale),
        search.candidates[Self.form]?.termination ?? .failed
      )
    }
    return Fitted(
      member: member, adjustment: adjustment, series: series,
      diagnostics: ETS.warnings(termination))
  }

  public struct Fitted: FittedForecastModel {
    @NullForNaN public private(set) var residuals: [Double]
    public let diagnostics: [Diagnostic]
    let member: ETSMember
    private let start: Period
    private let adjustment: SeasonalAdjustment?

    init(
      member: ETSMember, adjustment: SeasonalAdjustment?, series: TimeSeries,
      diagnostics: [Diagnostic]
    ) {
      let adjusted = adjustment.map { $0.adjusting(series) } ?? series
      let (filtered, means) = member.filtered(adjusted.values, [])
      self.member = filtered
      self.adjustment = adjustment
      self.diagnostics = diagnostics
      start = series.periods.upperBound
      residuals = means.indices.map { t in
        let error = adjusted.values[t] - means[t]
        guard let adjustment, adjustment.isMultiplicative else { return error }
        return error * adjustment.factor(of: series.start.advanced(by: t))
      }
    }

    /// Gaussian, with the constant −n/2 ln 2π, of the series without its season.
    public var logLikelihood: Double? {
      let n = Double(member.observationCount)
      return member.logLikelihood.map { $0 + 0.5 * n * (log(n) - log(2 * .pi) - 1) }
    }

    public var form: String { member.form.description }
    public var parameterCount: Int { member.parameterCount }
    public var observationCount: Int { member.observationCount }
    /// σ² = Σε²/(n − 5), as R's `ets` divides.
    public var innovationVariance: Double? { member.variance * member.unit * member.unit }

    /// The same parameters, initial states and season, run over `series`.
    public func updated(with series: TimeSeries, regressors: Regressors) throws(Diagnostic)
      -> Self
    {
      Fitted(
        member: member, adjustment: adjustment, series: series, diagnostics: diagnostics)
    }

    public var parameters: [Parameter] {
      let smoothing = member.smoothing
      func parameter(_ en: String, _ zh: String, _ symbol: String, _ estimate: Double) -> Parameter
      {
        Parameter(name: Text(en: en, zh: zh), symbol: symbol, estimate: estimate)
      }
      return [
        parameter("level smoothing", "水平平滑系数", "α", smoothing.alpha),
        parameter("trend smoothing", "趋势平滑系数", "β", smoothing.beta),
        parameter("damping", "阻尼系数", "φ", smoothing.phi),
        parameter("initial level", "初始水平", "ℓ₀", member.initial.level * member.unit),
        parameter("initial trend", "初始趋势", "b₀", member.initial.slope * member.unit),
        parameter("error variance", "误差方差", "σ²", innovationVariance ?? .nan),
      ]
    }

    public var states: [Parameter] {
      [
        Parameter(
          name: Text(en: "level", zh: "水平"), symbol: "ℓ",
          estimate: member.final.level * member.unit),
        Parameter(
          name: Text(en: "trend", zh: "趋势"), symbol: "b",
          estimate: member.final.slope * member.unit),
      ]
    }

    public func marginals(_ horizon: Int, regressors: Regressors) -> [PredictiveDistribution] {
      member.moments(horizon, regressors: []).enumerated().map { h, moment in
        reseasoned(
          .normal(
            mean: moment.mean * member.unit,
            standardDeviation: moment.variance.squareRoot() * member.unit), step: h)
      }
    }

    private func reseasoned(_ distribution: PredictiveDistribution, step: Int)
      -> PredictiveDistribution
    {
      guard let adjustment else { return distribution }
      let factor = adjustment.factor(of: start.advanced(by: step))
      return adjustment.isMultiplicative
        ? distribution.transformed(scale: factor, shift: 0)
        : distribution.transformed(scale: 1, shift: factor)
    }

    public func paths(_ horizon: Int, count: Int, regressors: Regressors, from stream: RandomStream)
      -> Matrix
    {
      var result = Matrix(rowCount: horizon, columnCount: count)
      let factors = adjustment.map { adjustment in
        (0..<horizon).map { adjustment.factor(of: start.advanced(by: $0)) }
      }
      for path in 0..<count {
        var draws = stream.substream(UInt64(path))
        member.simulate(horizon, [], &draws) { h, value in
          guard let factors, let adjustment else {
            result[h, path] = value
            return
          }
          result[h, path] = adjustment.isMultiplicative ? value * factors[h] : value + factors[h]
        }
      }
      return result
    }
  }
}
