import CaseloadData

/// A fitted model as it is kept in a file: versioned JSON that loads again exactly.
///
/// Written and read by ``ExactJSON``, numbers come back bit for bit, infinite ones and NaN among them,
/// so a loaded model makes the forecast that the saved one made. ``updated(with:)`` then carries it on
/// with new values, without estimating anew.
public struct SavedForecastModel: Sendable {
  /// The version of the format; a reader refuses what it does not know.
  public static let schema = "caseload.model/1"

  public let model: any ForecastModel
  public let fit: any FittedForecastModel
  public let history: TimeSeries
  /// One row a period of the history.
  public let regressors: Regressors

  /// Estimates `model` on `history`.
  ///
  /// - Throws: what fitting throws.
  public init(
    _ model: any ForecastModel, fittedTo history: TimeSeries, regressors: Regressors = .none
  ) throws(Diagnostic) {
    self.init(
      model: model, fit: try model.fitted(to: history, regressors: regressors), history: history,
      regressors: regressors)
  }

  /// A fit that is at hand, with the history that it was fitted to.
  public init(
    model: any ForecastModel, fit: any FittedForecastModel, history: TimeSeries,
    regressors: Regressors
  ) {
    self.model = model
    self.fit = fit
    self.history = history
    self.regressors = regressors
  }

  /// The same estimates with `newValues` after the history.
  ///
  /// - Parameters:
  ///   - newValues: one a period after the last; NaN where missing.
  ///   - newRegressors: one row a new value.
  /// - Returns: the model with the longer history.
  /// - Throws: ``DiagnosticCode/modelNotApplicable`` for regressors that do not match.
  public func updated(with newValues: [Double], regressors newRegressors: Regressors = .none)
    throws(Diagnostic) -> SavedForecastModel
  {
    try Forecast.check(
      newRegressors, beside: regressors, horizon: newValues.count, after: history)
    let longer = history.appending(newValues)
    let rows = Regressors(
      names: regressors.names,
      columns: zip(regressors.columns, newRegressors.columns).map { $0 + $1 })
    return SavedForecastModel(
      model: model, fit: try fit.updated(with: longer, regressors: rows), history: longer,
      regressors: rows)
  }
}

extension SavedForecastModel: Codable {
  private enum CodingKeys: String, CodingKey {
    case schema, history, regressors
  }

  public init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    let schema = try container.decode(String.self, forKey: .schema)
    guard schema == Self.schema else {
      throw DecodingError.dataCorruptedError(
        forKey: .schema, in: container,
        debugDescription: "a model of format \(schema), where \(Self.schema) is read")
    }
    let named = try NamedFit(from: decoder)
    self.init(
      model: named.model, fit: named.fit,
      history: try container.decode(TimeSeries.self, forKey: .history),
      regressors: try container.decode(Regressors.self, forKey: .regressors))
  }

  public func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode(Self.schema, forKey: .schema)
    try container.encode(history, forKey: .history)
    try container.encode(regressors, forKey: .regressors)
    try NamedFit(model: model, fit: fit).encode(to: encoder)
  }
}
