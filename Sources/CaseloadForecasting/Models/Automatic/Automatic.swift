import CaseloadData
import CaseloadMath

/// The default: a mixture of models of different kinds, none of which has to be right.
///
/// ```
/// p(yₜ₊ₕ) = Σᵢ wᵢ pᵢ(yₜ₊ₕ),   Σ wᵢ = 1,   stretched about its mean by the factor c
/// ```
///
/// Each member forecasts by itself: ETS and ARIMA, themselves averages of their forms weighted by
/// exp(−ΔAICc/4), a theta model, complex exponential smoothing, and ETS of the seasonally adjusted and
/// transformed series (STL). With two to six periods a season the theta model is the classic one,
/// otherwise the dynamic optimized one: so on the quarterly series of M1 and of M3 alike. The
/// distributions are mixed, not their quantiles averaged: where members disagree, the mixture is wider
/// than any of them, which is what makes up for not knowing the right model. A member whose forecast
/// runs away from the others' loses weight (``CombinationWeights``). The stretch makes up for what no
/// member counts, that its parameters and its form are estimates: on the series of M1, M3 and M4 the
/// 95 % intervals cover too little without it. What is too short or too plain for
/// the members is forecast by ``ForecastModels/fallback(for:)``.
///
/// - Sources: Petropoulos & Svetunkov (2020), *International Journal of Forecasting* 36, 110–115 (a
///   simple combination of univariate models); Kolassa (2011), *International Journal of Forecasting*
///   27, 238–251 (Akaike weights).
public struct Automatic: ForecastModel {
  /// The identifiers of the members, with commas; `automatic` for those of ``usualMembers(of:)``.
  public var members = "automatic"
  /// Whether a member that runs away from the others loses weight.
  public var isGuarded = true
  /// c; `nil` for 1.1, or 1.25 with at most six periods a season. 1 mixes the members as they are.
  public var spread: Double?

  public init() {}

  public static let acceptsRegressors = true

  public static let card = MethodCard(
    id: "auto", name: Text(en: "Automatic combination", zh: "自动组合"),
    summary: Text(
      en:
        "A mixture of ETS, ARIMA, theta, complex smoothing and STL; outlying members lose weight.",
      zh: "ETS、ARIMA、Theta、复指数平滑与 STL 的混合；远离其他成员者权重降低。"),
    equation: #"p(y_{t+h}) = \sum_i w_i\,p_i(y_{t+h})"#,
    options: [
      (
        "members",
        Text(
          en: "identifiers of the models to mix, with commas, or automatic",
          zh: "参与混合的模型标识，用逗号分隔，或 automatic")
      ),
      (
        "isGuarded",
        Text(
          en: "true, or false for equal weights whatever the members say",
          zh: "true，或用 false 使各成员权重始终相等")
      ),
      (
        "spread",
        Text(
          en:
            "factor by which the intervals are stretched, from 1 to 3: 1.1, or 1.25 with at most six "
            + "periods a season, unless given",
          zh: "区间放大倍数（1 至 3）；不设则取 1.1，每季节不超过六期时取 1.25")
      ),
    ],
    assumptions: [
      Text(
        en: "The future resembles the past as at least one of the members sees it.",
        zh: "至少有一个成员对历史的刻画适用于未来。"),
      Text(en: "No shift of level in the forecast period.", zh: "预测期内没有水平移位。"),
    ],
    sources: [Bibliography.petropoulosSvetunkov, Bibliography.kolassa], minimumObservations: 2)

  public func fitted(to series: TimeSeries, regressors: Regressors) throws(Diagnostic) -> Fitted {
    try check(regressors, for: series)
    try requireObservations(series)
    let spread = try checkedSpread(series)
    var fits: [NamedFit] = []
    var notes: [Diagnostic] = []
    let count = series.count - series.missingCount
    for model in try memberModels(of: series, regressors: regressors) {
      do throws(Diagnostic) {
        if count < Self.leastForARIMA, model is ARIMA {
          try model.requireObservations(series, atLeast: Self.leastForARIMA)
        }
        let fit: any FittedForecastModel = try model.fitted(to: series, regressors: regressors)
        fits.append(NamedFit(model: model, fit: fit))
      } catch {
        notes.append(Self.leftOut(model, error))
      }
    }
    guard !fits.isEmpty else {
      guard regressors.isEmpty else { throw Self.noRegression(notes) }
      let (model, reason) = ForecastModels.fallback(for: series)
      let fit: any FittedForecastModel = try model.fitted(to: series)
      return Fitted(
        series: series, members: [NamedFit(model: model, fit: fit)], weights: [1], spread: 1,
        diagnostics: [Self.fellBack(reason)])
    }
    let equal = [Double](repeating: 1 / Double(fits.count), count: fits.count)
    let weights =
      isGuarded && regressors.isEmpty
      ? CombinationWeights.shrunk(fits.map(\.fit), series) : equal
    for (fit, weight) in zip(fits, weights) where weight < 0.5 / Double(fits.count) {
      notes.append(Self.ranAway(fit, weight))
    }
    return Fitted(
      series: series, members: fits, weights: weights, spread: spread, diagnostics: notes)
  }

  private func checkedSpread(_ series: TimeSeries) throws(Diagnostic) -> Double {
    guard let spread else { return series.seasonLength > 6 ? 1.1 : 1.25 }
    guard spread >= 1, spread <= 3 else {
      throw Diagnostic(
        .illegalOption, .error,
        Text(en: "A spread of \(spread) is not possible.", zh: "区间放大倍数不能为 \(spread)。"),
        hint: Text(en: "Give a number from 1 to 3.", zh: "请给出 1 到 3 之间的数。"))
    }
    return spread
  }

  /// On fewer values AICc prefers a mean of zero to one that costs a parameter.
  private static let leastForARIMA = 8

  /// The members of a series with this season.
  static func usualMembers(of series: TimeSeries) -> [String] {
    let theta = (2...6).contains(series.seasonLength) ? "theta" : "dynamic-optimized-theta"
    return ["ets", "arima", theta, "ces", "stl"]
  }

  /// The members as they are asked to fit: averages of their forms where they have several.
  private func memberModels(of series: TimeSeries, regressors: Regressors) throws(Diagnostic)
    -> [any ForecastModel]
  {
    let ids =
      members == "automatic"
      ? Self.usualMembers(of: series)
      : members.split(separator: ",").map { $0.filter { $0 != " " } }
    var models: [any ForecastModel] = []
    for id in ids {
      guard id != Self.card.id else {
        throw Diagnostic(
          .illegalOption, .error,
          Text(en: "auto cannot be a member of itself.", zh: "auto 不能是其自身的成员。"),
          hint: Text(en: "Name other models.", zh: "请指定其他模型。"))
      }
      let plain = try ForecastModels.model(id)
      guard regressors.isEmpty || type(of: plain).acceptsRegressors else { continue }
      models.append((try? ForecastModels.model(id, options: ["weights": "tempered"])) ?? plain)
    }
    return models
  }

  private static func leftOut(_ model: any ForecastModel, _ error: Diagnostic) -> Diagnostic {
    let id = type(of: model).card.id
    return Diagnostic(
      error.code, .note,
      Text(
        en: "\(id) is not in the combination. \(error.message.en)",
        zh: "组合中没有 \(id)。\(error.message.zh)"))
  }

  private static func ranAway(_ member: NamedFit, _ weight: Double) -> Diagnostic {
    let percent = Int((100 * weight).rounded())
    return Diagnostic(
      .assumption, .note,
      Text(
        en: "\(member.fit.form) runs away from the other members; its weight is \(percent) %.",
        zh: "\(member.fit.form) 远离其他成员，权重为 \(percent)%。"))
  }

  private static func fellBack(_ reason: Text) -> Diagnostic {
    Diagnostic(
      .assumption, .warning,
      Text(en: "Forecast by \(reason.en)", zh: "预测采用 \(reason.zh)"))
  }

  private static func noRegression(_ notes: [Diagnostic]) -> Diagnostic {
    Diagnostic(
      .modelNotApplicable, .error,
      Text(
        en: "No member of the combination can be fitted with these regressors. "
          + (notes.first?.message.en ?? ""),
        zh: "组合中没有成员能用这些回归变量拟合。" + (notes.first?.message.zh ?? "")),
      hint: Text(
        en: "Leave the regressors out, or give more data.", zh: "请去掉回归变量，或补充数据。"))
  }
}
