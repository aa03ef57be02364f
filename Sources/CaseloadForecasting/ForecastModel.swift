import CaseloadData
import CaseloadMath

/// A way to forecast a series: its choices, before any data are seen.
///
/// A model is a small value. ``fitted(to:)`` never changes it; it returns a
/// ``FittedForecastModel``, so "predict before fit" does not compile.
public protocol ForecastModel: Method {
  associatedtype Fitted: FittedForecastModel

  /// Estimates the model on `series`.
  ///
  /// - Throws: ``DiagnosticCode/seriesTooShort`` below the card's minimum of observations,
  ///   ``DiagnosticCode/modelNotApplicable`` for data of the wrong kind.
  func fitted(to series: TimeSeries) throws(Diagnostic) -> Fitted
}

/// A model together with its estimates: everything that a forecast needs, and nothing else.
public protocol FittedForecastModel: Sendable {
  var parameters: [Parameter] { get }
  /// One-step errors, one an observation; NaN where there is none.
  var residuals: [Double] { get }
  /// Gaussian with the constant −n/2 ln 2π; `nil` where the model has none.
  var logLikelihood: Double? { get }
  var diagnostics: [Diagnostic] { get }

  /// The distribution of each of the next `horizon` values, one period at a time.
  ///
  /// - Precondition: `horizon > 0`.
  func marginals(_ horizon: Int) -> [PredictiveDistribution]

  /// Joint draws of the next `horizon` values, one path a column.
  ///
  /// Sums over periods, backlogs and staffing need the joint law: marginal intervals do not add.
  func paths(_ horizon: Int, count: Int, from stream: RandomStream) -> Matrix
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
}
