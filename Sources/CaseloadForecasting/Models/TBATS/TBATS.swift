import CaseloadData
import CaseloadMath

/// Trigonometric seasons, Box–Cox transformation, ARMA errors, trend and seasonal components.
///
/// ```
/// f(yₜ) = ℓₜ₋₁ + φ bₜ₋₁ + Σ s⁽ⁱ⁾ⱼ,ₜ₋₁ + dₜ
/// ℓₜ = ℓₜ₋₁ + φ bₜ₋₁ + α dₜ,   bₜ = φ bₜ₋₁ + β dₜ
/// sⱼ,ₜ = sⱼ,ₜ₋₁ cos ωⱼ + s*ⱼ,ₜ₋₁ sin ωⱼ + γ₁⁽ⁱ⁾ dₜ,   ωⱼ = 2πj/mᵢ,  j = 1 … kᵢ
/// s*ⱼ,ₜ = s*ⱼ,ₜ₋₁ cos ωⱼ − sⱼ,ₜ₋₁ sin ωⱼ + γ₂⁽ⁱ⁾ dₜ
/// dₜ = Σ φᵢ dₜ₋ᵢ + Σ θᵢ εₜ₋ᵢ + εₜ,   εₜ ~ N(0, σ²)
/// ```
///
/// f is the transformation of Box and Cox. Seasons may have any length above 1, whole or not, and
/// there may be several; each has two smoothing parameters for all its harmonics, as in R's `tbats`.
/// The initial states are those that maximize the likelihood (R keeps those of the starting
/// parameters). Missing values leave the states to themselves. Parts are chosen by an information
/// criterion (``TBATSSelection``): AICc, where R takes AIC and forecasts worse for it.
///
/// - Source: De Livera, Hyndman & Snyder (2011), *JASA* 106, 1513–1527, eqs. 3–8.
public struct TBATS: ForecastModel {
  /// Whether a part is in the model.
  public enum Presence: String, Codable, Sendable, CaseIterable {
    /// If the criterion is lower with it.
    case automatic
    case always, never

    var choices: [Bool] {
      switch self {
      case .automatic: [false, true]
      case .always: [true]
      case .never: [false]
      }
    }
  }

  /// By what parts are chosen.
  public enum Criterion: String, Codable, Sendable, CaseIterable {
    /// As R.
    case aic
    /// With the correction for small samples.
    case aicc
  }

  public var boxCox = Presence.automatic
  public var trend = Presence.automatic
  public var damping = Presence.automatic
  /// Whether errors may be autocorrelated.
  public var armaErrors = true
  /// The lengths of the seasons, separated by commas; empty for the series' own.
  public var periods = ""
  public var criterion = Criterion.aicc
  public var trendBound = DampedHolt.TrendBound.cautious

  public init() {}

  public static let card = MethodCard(
    id: "tbats", name: Text(en: "TBATS", zh: "TBATS 三角季节模型"),
    summary: Text(
      en: "Level, trend and seasons made of waves, for several or non-integer season lengths.",
      zh: "水平、趋势与由波形组成的季节，适合多个或非整数的季节长度。"),
    equation: #"f(y_t) = \ell_{t-1} + \phi b_{t-1} + \sum_i \sum_j s^{(i)}_{j,t-1} + d_t"#,
    options: [
      (
        "boxCox",
        Text(
          en: "the Box–Cox transformation: automatic, always or never",
          zh: "Box–Cox 变换：automatic、always 或 never")
      ),
      ("trend", Text(en: "a trend: automatic, always or never", zh: "趋势：automatic、always 或 never")),
      (
        "damping",
        Text(
          en: "damping of the trend: automatic, always or never",
          zh: "趋势阻尼：automatic、always 或 never")
      ),
      (
        "armaErrors",
        Text(en: "autocorrelated errors: true or false", zh: "误差自相关：true 或 false")
      ),
      (
        "periods",
        Text(
          en: "lengths of the seasons, whole or not: 7,365.25; empty for the series' own",
          zh: "各季节长度，可为小数，如 7,365.25；留空则采用序列自身的季节")
      ),
      (
        "criterion",
        Text(
          en: "by what parts are chosen: aic or aicc (for small samples)",
          zh: "选择各成分的准则：aic 或 aicc（小样本）")
      ),
      (
        "trendBound",
        Text(
          en: "cautious (β ≤ 0.2/m) or wide (β ≤ α)", zh: "cautious（β ≤ 0.2/m）或 wide（β ≤ α）")
      ),
    ],
    assumptions: [
      Text(
        en: "Independent normal errors of one variance, after the transformation.",
        zh: "变换后误差独立、正态、方差不变。"),
      Text(
        en: "Seasons are smooth enough for a few waves.", zh: "季节形态平滑，可由少数波形表示。"),
    ],
    sources: [Bibliography.deLiveraTBATS], minimumObservations: 5)

  public func fitted(to series: TimeSeries, regressors: Regressors) throws(Diagnostic) -> Fitted {
    try check(regressors, for: series)
    try requireObservations(series)
    let isPositive = series.values.allSatisfy { $0.isNaN || $0 > 0 }
    guard boxCox != .always || isPositive else {
      throw Diagnostic(
        .modelNotApplicable, .error,
        Text(
          en: "The transformation needs values above zero.", zh: "该变换要求数值大于零。"),
        hint: Text(en: "Use --set boxCox=never.", zh: "请用 --set boxCox=never。"))
    }
    let wanted = try SeasonPeriods.parsed(periods, for: series).filter { $0 > 1 }
    let usable = wanted.filter { Double(series.count) > 2 * $0 }
    let search = TBATSSearch(
      series.values, seasonLength: series.seasonLength,
      allowsBoxCox: isPositive && boxCox != .never, trendBound: trendBound)
    let selection = TBATSSelection(
      search, periods: usable,
      TBATSSelection.Choices(
        boxCox: isPositive ? boxCox.choices : [false], trend: trend.choices,
        damping: damping.choices, hasErrors: armaErrors, criterion: criterion))
    guard let best = selection.best() else {
      throw Diagnostic(
        .seriesTooShort, .error,
        Text(
          en: "The series is too short for the parts that tbats was asked for.",
          zh: "序列太短，无法估计所要求的 tbats 成分。"),
        hint: Text(
          en: "Leave the options out, or use a simpler model (damped-holt, drift).",
          zh: "请去掉这些选项，或改用更简单的模型（damped-holt、drift）。"))
    }
    return Fitted(
      series, best, unit: search.unit,
      diagnostics: Self.diagnostics(best, wanted: wanted, usable: usable))
  }

  private static func diagnostics(
    _ best: TBATSSearch.Result, wanted: [Double], usable: [Double]
  ) -> [Diagnostic] {
    var list: [Diagnostic] = []
    if usable.count < wanted.count {
      list.append(
        Diagnostic(
          .seriesTooShort, .note,
          Text(
            en: "The series holds no two full seasons, so a season is left out.",
            zh: "序列不足两个完整季节，故不设该季节成分。")))
    }
    if best.termination == .iterationLimit {
      list.append(
        Diagnostic(
          .notConverged, .warning,
          Text(
            en: "The search for the parameters stopped early (\(best.termination.rawValue)).",
            zh: "参数搜索提前停止（\(best.termination.rawValue)）。")))
    }
    return list
  }
}
