import CaseloadData
import CaseloadMath

/// Bagging: the mean of the forecasts of many series like the one that was seen.
///
/// ```
/// ŷₙ₊ₕ = 1/B Σ ŷ⁽ᵇ⁾ₙ₊ₕ,   y⁽¹⁾ = y,  y⁽ᵇ⁾ a bootstrap of y (``BootstrapSeries``)
/// ```
///
/// Every series is fitted anew, its form chosen anew, so the bag holds the uncertainty of form,
/// parameters and last states beside that of the innovations: the predictive distribution is the
/// mixture of all B. It costs B fits. The random numbers come from `seed`; equal options give equal
/// forecasts.
///
/// - Source: Bergmeir, Hyndman & Benítez (2016), *International Journal of Forecasting* 32, 303–312.
public struct BaggedETS: ForecastModel {
  /// The registered model that is fitted to every series.
  public var model = "ets"
  /// B, the series itself among them.
  public var replicates = 30
  public var seed = 2016

  public init() {}

  public static let card = MethodCard(
    id: "bagged-ets", name: Text(en: "Bagged ETS", zh: "Bagging 指数平滑"),
    summary: Text(
      en: "Fits many shuffled copies of the series and averages their forecasts; slow and steady.",
      zh: "对序列的多个重抽样副本分别拟合并平均预测；较慢而稳健。"),
    equation: #"\hat y_{t+h} = \frac{1}{B} \sum_{b=1}^B \hat y^{(b)}_{t+h}"#,
    options: [
      (
        "model",
        Text(
          en: "the model of every copy: any other model's id, such as ets, arima, auto-theta",
          zh: "各副本所用的模型：其他任一模型的名称，如 ets、arima、auto-theta")
      ),
      ("replicates", Text(en: "how many copies, from 1 on", zh: "副本数，不小于 1")),
      ("seed", Text(en: "where the random numbers start", zh: "随机数种子")),
    ],
    assumptions: [
      Text(
        en: "What is left of trend and season keeps its law over the history.",
        zh: "剔除趋势与季节后的余项在历史期内规律不变。"),
      Text(
        en: "Each copy follows the model that forecasts it.", zh: "各副本服从所选模型。"),
    ],
    sources: [Bibliography.bergmeirBagging], minimumObservations: 5)

  public func fitted(to series: TimeSeries, regressors: Regressors) throws(Diagnostic) -> Fitted {
    try check(regressors, for: series)
    try requireObservations(series)
    guard (1...10_000).contains(replicates) else {
      throw Diagnostic(
        .illegalOption, .error,
        Text(
          en: "bagged-ets cannot make \(replicates) copies.",
          zh: "bagged-ets 的副本数不能为 \(replicates)。"),
        hint: Text(
          en: "Use 1 to 10000: --set replicates=30.", zh: "请取 1 至 10000：--set replicates=30。"))
    }
    let filling = SeriesInterpolation(series.values, periods: [series.seasonLength])
    let complete = filling.values
    let bootstrap = BootstrapSeries(complete, period: series.seasonLength)
    let stream = RandomStream(seed: UInt64(bitPattern: Int64(seed))).substream(named: "bagging")
    var histories = [complete]
    for b in 1..<max(1, replicates) where replicates > 1 {
      var draws = stream.substream(UInt64(b))
      histories.append(bootstrap.replicate(&draws))
    }
    // Copies of a series without a remainder are the series, but for rounding.
    let slack = 1e-12 * complete.reduce(0) { max($0, abs($1)) }
    let isAlone = histories.allSatisfy { history in
      zip(history, complete).allSatisfy { abs($0 - $1) <= slack }
    }
    if isAlone { histories = [complete] }
    let base = try ForecastModels.model(model)
    var members: [Fitted.Member] = []
    var failure: Diagnostic?
    for history in histories {
      do {
        let fit: any FittedForecastModel = try base.fitted(to: series.replacing(history))
        members.append(Fitted.Member(RegisteredFit(model: model, fit: fit), history))
      } catch {
        failure = error
      }
    }
    if members.isEmpty, let failure { throw failure }
    var diagnostics = [filling.note].compactMap { $0 }
    if members.count < histories.count {
      let count = histories.count - members.count
      diagnostics.append(
        Diagnostic(
          .notConverged, .note,
          Text(
            en: "\(count) copies could not be fitted and are left out.",
            zh: "有 \(count) 个副本无法拟合，已略去。")))
    }
    return Fitted(
      series, complete: complete, members: members, bootstrap: bootstrap, diagnostics: diagnostics)
  }
}
