import CaseloadData
import CaseloadMath

/// A way to forecast a series: its choices, before any data are seen.
///
/// A model is a small value. ``fitted(to:regressors:)`` never changes it; it returns a
/// ``FittedForecastModel``, so "predict before fit" does not compile.
public protocol ForecastModel: Method {
  associatedtype Fitted: FittedForecastModel

  /// Whether ``fitted(to:regressors:)`` takes regressors.
  static var acceptsRegressors: Bool { get }

  /// Estimates the model on `series`.
  ///
  /// - Parameters:
  ///   - series: what to forecast.
  ///   - regressors: one row a period of `series`; ``Regressors/none`` without.
  /// - Returns: the estimates, with what a forecast needs.
  /// - Throws: ``DiagnosticCode/seriesTooShort`` below the card's minimum of observations,
  ///   ``DiagnosticCode/modelNotApplicable`` for data of the wrong kind, and for regressors where
  ///   the model takes none.
  func fitted(to series: TimeSeries, regressors: Regressors) throws(Diagnostic) -> Fitted
}

extension ForecastModel {
  public static var acceptsRegressors: Bool { false }

  /// Estimates the model on `series`, without regressors.
  public func fitted(to series: TimeSeries) throws(Diagnostic) -> Fitted {
    try fitted(to: series, regressors: .none)
  }
}

/// A model together with its estimates: everything that a forecast needs, and nothing else.
///
/// It is `Codable`: what is decoded again forecasts the same numbers, bit for bit.
public protocol FittedForecastModel: Sendable, Codable {
  /// What was fitted, as the field writes it: `ETS(M,Ad,M)`, `ARIMA(2,1,1)(0,1,1)[12]`.
  var form: String { get }
  var parameters: [Parameter] { get }
  /// Where the model stands after the last period: level, slope, seasons, by name.
  var states: [Parameter] { get }
  /// One-step errors on the scale of the data, one a period of the history; NaN where there is none.
  var residuals: [Double] { get }
  /// With the constant that the model's own doc comment states; `nil` where the model has none.
  var logLikelihood: Double? { get }
  /// How many numbers were estimated, the variance with them: k of the information criteria.
  var parameterCount: Int { get }
  /// How many observations the likelihood counts: n of the information criteria.
  var observationCount: Int { get }
  /// σ²: the variance of the one-step errors (of the relative ones, where errors multiply).
  var innovationVariance: Double? { get }
  /// How many autoregressive and moving-average coefficients were estimated, seasonal ones with them:
  /// what a portmanteau test of the residuals takes off its degrees of freedom. 0 for other models.
  var armaCoefficientCount: Int { get }
  var diagnostics: [Diagnostic] { get }

  /// The distribution of each of the next `horizon` values, one period at a time.
  ///
  /// The regressors have one row a period ahead.
  ///
  /// - Precondition: `horizon > 0`, and regressors of the fit's names for all of it.
  func marginals(_ horizon: Int, regressors: Regressors) -> [PredictiveDistribution]

  /// Joint draws of the next `horizon` values, one path a column.
  ///
  /// Sums over periods, backlogs and staffing need the joint law: marginal intervals do not add.
  /// Path k is drawn from the substream k of `stream`, whatever `count` and `horizon` are.
  func paths(_ horizon: Int, count: Int, regressors: Regressors, from stream: RandomStream)
    -> Matrix

  /// The same parameters on the series as it has become: what the model says once more values are
  /// known, without estimating anew.
  ///
  /// - Parameters:
  ///   - series: starts in the same period as the history that was fitted; its values may have been
  ///     revised, and usually there are more.
  ///   - regressors: one row a period of `series`.
  /// - Returns: the same parameters, at the end of the longer series.
  /// - Throws: ``DiagnosticCode/seriesTooShort`` where too little is left of the series.
  func updated(with series: TimeSeries, regressors: Regressors) throws(Diagnostic) -> Self
}

extension FittedForecastModel {
  public var states: [Parameter] { [] }
  public var armaCoefficientCount: Int { 0 }

  public func marginals(_ horizon: Int) -> [PredictiveDistribution] {
    marginals(horizon, regressors: .none)
  }

  public func paths(_ horizon: Int, count: Int, from stream: RandomStream) -> Matrix {
    paths(horizon, count: count, regressors: .none, from: stream)
  }

  public func updated(with series: TimeSeries) throws(Diagnostic) -> Self {
    try updated(with: series, regressors: .none)
  }

  /// Akaike's criterion, −2 ln L + 2k; `nil` without a likelihood.
  public var aic: Double? { logLikelihood.map { -2 * $0 + 2 * Double(parameterCount) } }

  /// The same for small samples, + 2k (k + 1)/(n − k − 1); infinite where n ≤ k + 1.
  ///
  /// - Source: Hurvich & Tsai (1989), *Biometrika* 76, 297–307.
  public var aicc: Double? {
    aic.map { aic in
      let (k, n) = (Double(parameterCount), Double(observationCount))
      return n > k + 1 ? aic + 2 * k * (k + 1) / (n - k - 1) : .infinity
    }
  }

  /// Schwarz's criterion, −2 ln L + k ln n; `nil` without a likelihood.
  public var bic: Double? {
    logLikelihood.map { -2 * $0 + Double(parameterCount) * log(Double(observationCount)) }
  }
}

/// One estimate of a fitted model.
public struct Parameter: Codable, Sendable, Equatable {
  public let name: Text
  public let symbol: String
  public let estimate: Double

  public init(name: Text, symbol: String, estimate: Double) {
    self.name = name
    self.symbol = symbol
    self.estimate = estimate
  }
}

extension ForecastModel {
  /// Refuses what no model of this kind can be fitted to.
  func requireObservations(_ series: TimeSeries, atLeast minimum: Int? = nil) throws(Diagnostic) {
    let needed = minimum ?? Self.card.minimumObservations
    let have = series.count - series.missingCount
    guard have >= needed else {
      throw Diagnostic(
        .seriesTooShort, .error,
        Text(
          en: "\(Self.card.id) needs \(needed) values, and the series has \(have).",
          zh: "\(Self.card.id) 至少需要 \(needed) 个数值，而序列只有 \(have) 个。"),
        at: Diagnostic.Location(period: series.count > 0 ? series.lastPeriod.description : nil),
        hint: Text(
          en: "Use a simpler model (naive needs 2 values), or more data.",
          zh: "请改用更简单的模型（naive 只需 2 个数值）或补充数据。"))
    }
  }

  /// Refuses regressors where the model takes none, and checks that they fit the series where it does.
  func check(_ regressors: Regressors, for series: TimeSeries) throws(Diagnostic) {
    guard Self.acceptsRegressors || regressors.isEmpty else {
      throw Diagnostic(
        .modelNotApplicable, .error,
        Text(
          en: "\(Self.card.id) takes no regressors.", zh: "\(Self.card.id) 不接受回归变量。"),
        hint: Text(
          en: "Use a model that does (ets, arima, structural, stl), or leave the regressors out.",
          zh: "请改用接受回归变量的模型（ets、arima、structural、stl），或去掉回归变量。"))
    }
    try Diagnostic.check(regressors, covering: series.count, from: series.start)
  }
}
