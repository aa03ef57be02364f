import CaseloadData
import CaseloadMath

/// MSTL, a model of the adjusted series, and all seasons put back.
///
/// ```
/// yₜ = Σ S⁽ⁱ⁾ₜ + Aₜ,   ŷₙ₊ₕ = Âₙ₊ₕ + Σ S⁽ⁱ⁾ₙ₊ₕ₋ₖₘᵢ,   k = ⌈h/mᵢ⌉
/// ```
///
/// - Source: Bandara, Hyndman & Bergmeir (2025), *International Journal of Operational Research* 52,
///   79–98.
public struct MSTLForecaster: ForecastModel {
  /// The registered model of the adjusted series.
  public var model = DecompositionCards.preferredModel
  /// The lengths of the seasons, separated by commas; empty for the series' own, with the year
  /// beside the week in daily series.
  public var periods = ""
  public var robust = false
  public var iterations = 2
  public var transformation = Transformation.automatic
  /// Whether ets averages its forms by tempered Akaike weights; R takes the best.
  public var averaging = true

  public init() {}

  public static let acceptsRegressors = true

  public static let card = MethodCard(
    id: "mstl", name: Text(en: "MSTL", zh: "多重季节 STL 分解预测"),
    summary: Text(
      en: "Takes several seasons out one after the other, forecasts the rest, puts them back.",
      zh: "逐一剔除多个季节成分，预测其余部分，再加回各季节成分。"),
    equation: #"\hat y_{t+h} = \hat A_{t+h} + \sum_i S^{(i)}_{t+h-m_i\lceil h/m_i\rceil}"#,
    options: [
      DecompositionCards.model,
      (
        "periods",
        Text(
          en: "lengths of the seasons: 7,365; empty for the series' own",
          zh: "各季节的长度，如 7,365；留空则采用序列自身的季节")
      ),
      DecompositionCards.robust,
      (
        "iterations",
        Text(en: "how often all seasons are gone through", zh: "对全部季节成分的迭代次数")
      ),
      DecompositionCards.transformation, DecompositionCards.averaging,
    ],
    assumptions: DecompositionCards.assumptions,
    sources: [Bibliography.bandaraMSTL, Bibliography.clevelandSTL], minimumObservations: 7)

  public func fitted(to series: TimeSeries, regressors: Regressors) throws(Diagnostic)
    -> DecompositionFit
  {
    try check(regressors, for: series)
    try requireObservations(series)
    let periods = try SeasonPeriods.parsed(periods, for: series)
    guard iterations >= 1 else {
      throw Diagnostic(
        .illegalOption, .error,
        Text(en: "mstl needs at least one iteration.", zh: "mstl 至少需要迭代一次。"),
        hint: Text(en: "Use --set iterations=2.", zh: "请用 --set iterations=2。"))
    }
    let plan = DecompositionPlan(
      periods: periods.map { max(1, Int($0.rounded())) }, windows: nil, isRobust: robust,
      iterations: iterations, boxCox: try transformation.boxCox(for: series), model: model,
      averaging: averaging)
    return try DecompositionFit(series, regressors, plan: plan, name: "MSTL")
  }
}

/// Lengths of seasons, as a person types them.
enum SeasonPeriods {
  /// The lengths in `text`, ascending; those of the series for an empty text.
  ///
  /// - Throws: ``DiagnosticCode/illegalOption`` for what is no number above 1.
  static func parsed(_ text: String, for series: TimeSeries) throws(Diagnostic) -> [Double] {
    let parts = text.split { ",; ，、".contains($0) }
    if parts.isEmpty {
      let own = Double(series.seasonLength)
      return series.frequency == .daily && series.seasonLength == 7 ? [own, 365.25] : [own]
    }
    var periods: [Double] = []
    for part in parts {
      guard let period = Double(part), period > 1, period < 1e6 else {
        throw Diagnostic(
          .illegalOption, .error,
          Text(
            en: "'\(part)' is not the length of a season.", zh: "'\(part)' 不是季节长度。"),
          hint: Text(
            en: "Give numbers above 1, separated by commas: --set periods=7,365.",
            zh: "请给出大于 1 的数，以逗号分隔：--set periods=7,365。"))
      }
      if !periods.contains(period) { periods.append(period) }
    }
    return periods.sorted()
  }
}
