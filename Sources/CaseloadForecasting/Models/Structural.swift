import CaseloadData
import CaseloadMath

/// A structural time series model: level, slope, season, cycle and regressors, each with its own
/// variance.
///
/// ```
/// yₜ = μₜ + γₜ + ψₜ + xₜᵀ β + εₜ
/// μₜ₊₁ = μₜ + νₜ + ξₜ,  νₜ₊₁ = φ νₜ + ζₜ
/// ```
///
/// with the season γ and the cycle ψ of ``StructuralSystem``. Variances (and φ, ρ, λ) maximize the
/// exact diffuse likelihood; the coefficients β are states that do not move. Missing values update
/// nothing, and gaps cost only their information.
///
/// **Automatic choices** minimize Akaike's criterion for small samples, with the likelihood that counts
/// the initial states as parameters: first dummy season or none beside a local linear trend, then local
/// level, local linear or damped trend. A smooth trend is the local linear one with σ²ξ = 0, which the
/// estimation finds by itself.
///
/// **The slope is kept from moving much** unless `slopeBound` is none: at frequency zero the spectrum of
/// Δ²y is σ²ζ = β² F, with β the weight that exponential smoothing gives its trend, and β ≤ 0.2/m is what
/// forecasts well there. On 215 yearly series of the M3 competition the mean absolute scaled error of
/// the automatic choice falls from 2.86 to 2.65 by it, on 189 quarterly ones from 1.27 to 1.13; on 204
/// monthly ones it stays at 0.83. Likelihoods to compare with other software's need `none`.
///
/// - Sources: Harvey (1989), ch. 2 and 4; Durbin & Koopman (2012), ch. 3 and 7; Koopman & Shephard
///   (1992).
public struct Structural: ForecastModel {
  public enum Trend: String, Codable, Sendable, CaseIterable {
    /// A random walk.
    case level
    /// A random walk whose drift is one, too.
    case localLinear = "local-linear"
    /// Only the slope is disturbed: an integrated random walk.
    case smooth
    /// A slope that fades out, 0.8 ≤ φ ≤ 0.98.
    case damped
    /// Level, local linear or damped, by Akaike's criterion.
    case automatic
  }

  /// How far the slope of a local linear or damped trend may move.
  public enum SlopeBound: String, Codable, Sendable, CaseIterable {
    /// σ²ζ ≤ (0.2/m)² of the other variances' sum, with m periods a season; forecasts better.
    case cautious
    /// Whatever is likeliest.
    case none
  }

  public enum Season: String, Codable, Sendable, CaseIterable {
    case none
    /// Seasons that add up to noise.
    case dummy
    /// Harmonics, which change more smoothly; they share one variance.
    case trigonometric
    /// Dummy or none, by Akaike's criterion; none for more than 60 periods a season.
    case automatic
  }

  public enum Cycle: String, Codable, Sendable, CaseIterable {
    case none
    /// One stochastic cycle with damping.
    case damped
  }

  public var trend = Trend.automatic
  public var slopeBound = SlopeBound.cautious
  public var season = Season.automatic
  public var cycle = Cycle.none
  /// In periods; `nil` stands for a year and a half, or three periods.
  public var shortestCycle: Double?
  /// In periods; `nil` stands for twelve years, or half of the series if that is shorter.
  public var longestCycle: Double?

  public init() {}

  /// Longer seasons are only fitted where they are asked for: time grows with the square of the length.
  static let longestAutomaticSeason = 60

  public static let acceptsRegressors = true

  public static let card = MethodCard(
    id: "structural", name: Text(en: "Structural model", zh: "结构时间序列模型"),
    summary: Text(
      en: "Level, slope, season and cycle that each move by their own disturbances.",
      zh: "水平、斜率、季节与周期各由自身扰动推动。"),
    equation:
      #"y_t = \mu_t + \gamma_t + \psi_t + x_t^\top \beta + \varepsilon_t,\quad \mu_{t+1} = \mu_t + \nu_t + \xi_t,\quad \nu_{t+1} = \phi \nu_t + \zeta_t"#,
    options: [
      (
        "trend",
        Text(
          en: "level, local-linear, smooth, damped or automatic",
          zh: "level、local-linear、smooth、damped 或 automatic")
      ),
      (
        "slopeBound",
        Text(
          en: "cautious (the slope moves little, which forecasts better) or none",
          zh: "cautious（斜率变动小，预测更佳）或 none")
      ),
      (
        "season",
        Text(
          en: "none, dummy, trigonometric or automatic",
          zh: "none、dummy、trigonometric 或 automatic")
      ),
      ("cycle", Text(en: "none or damped", zh: "none 或 damped")),
      (
        "shortestCycle",
        Text(
          en: "the shortest cycle, in periods; a year and a half unless given",
          zh: "最短周期（期数）；默认一年半")
      ),
      (
        "longestCycle",
        Text(
          en: "the longest cycle, in periods; twelve years or half of the series unless given",
          zh: "最长周期（期数）；默认十二年或序列的一半")
      ),
    ],
    assumptions: [
      Text(
        en: "Independent normal disturbances of constant variances.",
        zh: "各扰动独立、正态、方差不变。"),
      Text(
        en: "Regressors have the same effect throughout.", zh: "回归变量的效应始终不变。"),
    ],
    sources: [
      Bibliography.durbinKoopman, Bibliography.harvey, Bibliography.koopmanShephard,
    ], minimumObservations: 4)

  public func fitted(to series: TimeSeries, regressors: Regressors) throws(Diagnostic)
    -> StructuralFit
  {
    try check(regressors, for: series)
    try requireObservations(series)
    let bounds = try bounds(for: series)
    let data = StructuralData(series, regressors)
    var best = try candidate(trend: trend.fixed, season: season.fixed, data, bounds)
    if season == .automatic, (2...Self.longestAutomaticSeason).contains(series.seasonLength) {
      let seasonal = StructuralForm.Season.dummy
      if data.count >= 2 * series.seasonLength + 1,
        let other = try? candidate(trend: trend.fixed, season: seasonal, data, bounds),
        other.criterion < best.criterion
      {
        best = other
      }
    }
    if trend == .automatic {
      for other in [StructuralForm.Trend.level, .damped] {
        guard let fit = try? candidate(trend: other, season: best.form.season, data, bounds),
          fit.criterion < best.criterion
        else { continue }
        best = fit
      }
    }
    return best.fit(data)
  }

  /// One form with its estimates.
  private struct Candidate {
    let form: StructuralForm
    let estimate: StructuralEstimator.Estimate?
    /// Akaike's, for small samples.
    let criterion: Double

    func fit(_ data: StructuralData) -> StructuralFit {
      data.fit(form, estimate)
    }
  }

  private func candidate(
    trend: StructuralForm.Trend?, season: StructuralForm.Season?, _ data: StructuralData,
    _ bounds: StructuralEstimator.Bounds
  ) throws(Diagnostic) -> Candidate {
    var form = StructuralForm(
      trend: trend ?? .localLinear, season: season ?? .none, hasCycle: cycle == .damped,
      seasonLength: data.series.seasonLength, regressorCount: data.regressors.count)
    if form.season != .none, form.seasonLength < 2 {
      throw Diagnostic(
        .modelNotApplicable, .error,
        Text(en: "The series has no season.", zh: "序列没有季节。"),
        hint: Text(
          en: "Use --set season=none, or give the season's length with --frequency NUMBER.",
          zh: "请用 --set season=none，或用 --frequency 数字 指明季节长度。"))
    }
    // An automatic trend falls back on the simplest one where the series is too short.
    if trend == nil, data.count < form.minimumObservations { form.trend = .level }
    guard data.count >= form.minimumObservations else {
      throw Diagnostic(
        .seriesTooShort, .error,
        Text(
          en: "A \(form.description) needs \(form.minimumObservations) values, and the series has "
            + "\(data.count).",
          zh: "\(form.description) 至少需要 \(form.minimumObservations) 个数值，而序列只有 \(data.count) 个。"),
        hint: Text(
          en: "Use a simpler form, such as --set trend=level season=none.",
          zh: "请选更简单的形式，如 --set trend=level season=none。"))
    }
    guard !data.isConstant else {
      return Candidate(form: form, estimate: nil, criterion: Double(form.stateCount))
    }
    var estimator = StructuralEstimator(
      data.values, form, regressors: data.rows, bounds: bounds)
    try data.checkDetermined(form)
    let estimate = estimator.estimate()
    let k = Double(form.searchedCount + form.diffuseCount)
    let n = Double(data.count)
    let profile = estimator.profileLogLikelihood(estimate.parameters)
    let penalty = n > k + 1 ? 2 * k * n / (n - k - 1) : .infinity
    return Candidate(form: form, estimate: estimate, criterion: -2 * profile + penalty)
  }

  private func bounds(for series: TimeSeries) throws(Diagnostic) -> StructuralEstimator.Bounds {
    let season = Double(series.seasonLength)
    let shortest = shortestCycle ?? (season > 1 ? 1.5 * season : 3)
    let longest = longestCycle ?? max(1.5 * shortest, min(12 * season, Double(series.count) / 2))
    guard shortest >= 2, longest > shortest, longest.isFinite else {
      throw Diagnostic(
        .illegalOption, .error,
        Text(
          en: "A cycle of \(shortest) to \(longest) periods is not possible.",
          zh: "周期长度不能为 \(shortest) 至 \(longest) 期。"),
        hint: Text(
          en: "Give a shortest cycle of 2 periods or more, and a longer longest one.",
          zh: "最短周期应不小于 2 期，最长周期应更长。"))
    }
    var bounds = StructuralEstimator.Bounds()
    bounds.cycleLength = shortest...longest
    if slopeBound == .cautious {
      bounds.slopeShare = 0.04 / (season * season)
      bounds.dampedSlopeShare = 0.04 / season
    }
    return bounds
  }
}

extension Structural.Trend {
  /// `nil` for the automatic choice.
  fileprivate var fixed: StructuralForm.Trend? {
    switch self {
    case .level: .level
    case .localLinear: .localLinear
    case .smooth: .smooth
    case .damped: .damped
    case .automatic: nil
    }
  }
}

extension Structural.Season {
  /// `nil` for the automatic choice.
  fileprivate var fixed: StructuralForm.Season? {
    switch self {
    case .none: StructuralForm.Season.none
    case .dummy: .dummy
    case .trigonometric: .trigonometric
    case .automatic: nil
    }
  }
}
