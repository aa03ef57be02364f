import CaseloadData
import CaseloadMath

/// STL, a model of the seasonally adjusted series, and the season put back.
///
/// ```
/// yₜ = Sₜ + Aₜ,   ŷₙ₊ₕ = Âₙ₊ₕ + Sₙ₊ₕ₋ₖₘ,   k = ⌈h/m⌉
/// ```
///
/// R's `stlf`, with any registered model for A. R neither transforms nor averages by itself
/// (`transformation=none`, `averaging=false`). Measured on the 1428 monthly series of M3, OWA: 0.870
/// so, 0.850 with averaging alone, 0.830 with both. A series without a season, or with not more
/// than two of them, is left to the model of A as it is. What regressors explain is taken out before, and
/// put back after (``DecompositionEffect``).
///
/// - Sources: Cleveland, Cleveland, McRae & Terpenning (1990), *Journal of Official Statistics* 6, 3–73;
///   Hyndman & Athanasopoulos, *Forecasting: Principles and Practice*, 3rd ed., §5.7.
public struct STLForecaster: ForecastModel {
  /// The registered model of the adjusted series.
  public var model = DecompositionCards.preferredModel
  /// How many years the local regression of a season spans; 0 for a season that never changes.
  public var seasonWindow = 11
  public var robust = false
  public var transformation = Transformation.automatic
  /// Whether ets averages its forms by tempered Akaike weights; R takes the best.
  public var averaging = true

  public init() {}

  public static let acceptsRegressors = true

  public static let card = MethodCard(
    id: "stl", name: Text(en: "STL", zh: "STL 分解预测"),
    summary: Text(
      en: "Takes the season out by local regression, forecasts the rest, puts the season back.",
      zh: "以局部回归剔除季节性，预测其余部分，再加回季节性。"),
    equation: #"\hat y_{t+h} = \hat A_{t+h} + S_{t+h-m\lceil h/m\rceil}"#,
    options: [
      DecompositionCards.model,
      (
        "seasonWindow",
        Text(
          en: "years that the regression of a season spans, at least 3; 0 for a season that never "
            + "changes", zh: "季节局部回归所跨的年数（不小于 3）；0 表示季节形态不变")
      ),
      DecompositionCards.robust, DecompositionCards.transformation,
      DecompositionCards.averaging,
    ],
    assumptions: DecompositionCards.assumptions,
    sources: [Bibliography.clevelandSTL, Bibliography.hyndmanAthanasopoulos],
    minimumObservations: 7)

  public func fitted(to series: TimeSeries, regressors: Regressors) throws(Diagnostic)
    -> DecompositionFit
  {
    try check(regressors, for: series)
    try requireObservations(series)
    guard seasonWindow == 0 || seasonWindow >= 3 else {
      throw Diagnostic(
        .illegalOption, .error,
        Text(
          en: "A season window of \(seasonWindow) years is not possible.",
          zh: "季节窗宽不能为 \(seasonWindow) 年。"),
        hint: Text(
          en: "Use 0, or an odd number from 3 on: --set seasonWindow=11.",
          zh: "请用 0 或不小于 3 的奇数：--set seasonWindow=11。"))
    }
    let plan = DecompositionPlan(
      periods: [series.seasonLength],
      windows: [seasonWindow == 0 ? .periodic : .years(seasonWindow)],
      isRobust: robust, iterations: 1, boxCox: try transformation.boxCox(for: series), model: model,
      averaging: averaging)
    return try DecompositionFit(series, regressors, plan: plan, name: "STL")
  }
}

/// What the cards of the models by decomposition share.
public enum DecompositionCards {
  /// The registered model that is used unless another is named.
  public static let preferredModel = "ets"

  static let model = (
    name: "model",
    help: Text(
      en: "the model of the adjusted series: any other model's id, such as ets, arima, drift",
      zh: "季节调整后序列所用的模型：其他任一模型的名称，如 ets、arima、drift")
  )
  static let robust = (
    name: "robust",
    help: Text(
      en: "whether outliers lose weight in the decomposition: true or false",
      zh: "分解时是否降低离群值的权重：true 或 false")
  )
  static let transformation = (
    name: "transformation",
    help: Text(
      en: "none, log or automatic (Box–Cox with Guerrero's λ within 0…1)",
      zh: "none、log 或 automatic（λ 取 0…1 内 Guerrero 值的 Box–Cox 变换）")
  )
  static let averaging = (
    name: "averaging",
    help: Text(
      en: "whether the model ets averages its forms (tempered Akaike weights): true or false",
      zh: "模型 ets 是否对各形式加权平均（缓和的 Akaike 权重）：true 或 false")
  )
  static let assumptions = [
    Text(
      en: "The season goes on as in its last year, and is known: intervals do not count its error.",
      zh: "季节性延续最近一年的形态且视为已知，区间不含其误差。"),
    Text(
      en: "The adjusted series follows the model that forecasts it.",
      zh: "季节调整后的序列服从所选模型。"),
  ]
}
