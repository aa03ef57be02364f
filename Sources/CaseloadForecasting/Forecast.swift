import CaseloadData
import CaseloadMath

/// A forecast: one distribution a period, and joint paths for whatever has to be added up.
public struct Forecast: Codable, Sendable {
  /// The identifier of the model that was used.
  public let model: String
  /// What was fitted: `ETS(M,Ad,M)`.
  public let form: String
  /// The series that the model was fitted to.
  public let history: TimeSeries
  /// The first period ahead.
  public let start: Period
  /// The distribution of each period ahead, in order.
  public let marginals: [PredictiveDistribution]
  /// The estimates of the model.
  public let parameters: [Parameter]
  /// `nil` for a model without a likelihood.
  public let logLikelihood: Double?
  /// What was noticed in fitting.
  public let diagnostics: [Diagnostic]

  /// The periods ahead.
  public var periods: Range<Period> { start..<start.advanced(by: marginals.count) }

  /// The forecast of `series` for the next `horizon` periods.
  ///
  /// - Parameters:
  ///   - series: the history.
  ///   - model: the model to fit.
  ///   - horizon: how many periods ahead.
  ///   - regressors: one row a period of the series.
  ///   - future: the same regressors, one row a period ahead.
  /// - Throws: ``DiagnosticCode/illegalOption`` for a horizon below 1, and what fitting throws.
  public init(
    _ series: TimeSeries, model: any ForecastModel, horizon: Int,
    regressors: Regressors = .none, future: Regressors = .none
  ) throws(Diagnostic) {
    try Self.check(horizon)
    try Self.check(future, beside: regressors, horizon: horizon, after: series)
    let fit: any FittedForecastModel = try model.fitted(to: series, regressors: regressors)
    self.init(
      of: fit, model: type(of: model).card.id, history: series, horizon: horizon, future: future)
  }

  /// The forecast that a fitted model makes.
  ///
  /// - Precondition: a horizon of at least 1, and `future` regressors for all of it.
  public init(
    of fit: any FittedForecastModel, model: String, history series: TimeSeries, horizon: Int,
    future: Regressors = .none
  ) {
    self.model = model
    form = fit.form
    history = series
    start = series.periods.upperBound
    marginals = fit.marginals(horizon, regressors: future)
    parameters = fit.parameters
    logLikelihood = fit.logLikelihood
    diagnostics = fit.diagnostics
  }

  static func check(
    _ future: Regressors, beside regressors: Regressors, horizon: Int, after series: TimeSeries
  ) throws(Diagnostic) {
    guard future.names == regressors.names else {
      throw Diagnostic(
        .modelNotApplicable, .error,
        Text(
          en: "The regressors of the history are not those of the horizon.",
          zh: "历史与预测期的回归变量不一致。"),
        hint: Text(
          en: "Give the same regressors for both.", zh: "请为两者给出相同的回归变量。"))
    }
    try Diagnostic.check(future, covering: horizon, from: series.periods.upperBound)
  }

  static func check(_ horizon: Int) throws(Diagnostic) {
    guard horizon >= 1, horizon <= 10_000 else {
      throw Diagnostic(
        .illegalOption, .error,
        Text(
          en: "A horizon of \(horizon) is not possible.", zh: "预测期数不能为 \(horizon)。"),
        hint: Text(
          en: "Give the number of periods ahead, from 1 on: --horizon 12.",
          zh: "请给出向前预测的期数（不小于 1）：--horizon 12。"))
    }
  }

  /// The distribution of the sum over the first `count` periods, from joint paths.
  ///
  /// - Parameters:
  ///   - series: the history.
  ///   - model: the model to fit.
  ///   - horizon: how many periods to add up.
  ///   - paths: how many draws.
  ///   - stream: the source of the draws.
  /// - Returns: an empirical distribution of `paths` values.
  /// - Throws: what fitting throws.
  public static func total(
    of series: TimeSeries, model: any ForecastModel, horizon: Int, paths: Int = 4000,
    from stream: RandomStream
  ) throws(Diagnostic) -> PredictiveDistribution {
    try check(horizon)
    let fit: any FittedForecastModel = try model.fitted(to: series)
    let draws = fit.paths(horizon, count: paths, from: stream)
    let totals = (0..<paths).map { draws.column($0).accurateSum }
    return .empirical(sorted: totals.sorted())
  }
}
