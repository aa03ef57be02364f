import CaseloadData
import CaseloadMath

/// A fitted model of any registered kind, kept with the name that decodes it again.
struct RegisteredFit: Sendable {
  let model: String
  let fit: any FittedForecastModel

  /// Fits the registered model `id` to a series that has no season any more.
  ///
  /// ETS chooses among its forms without a season, or averages them by tempered Akaike weights; other
  /// models are told that there is no season. After a transformation errors are additive: a relative
  /// one would depend on the units of the data.
  ///
  /// - Throws: ``DiagnosticCode/unknownName`` for an unknown model, and what fitting throws; a model
  ///   that takes no missing values gets `filled` in their place.
  init(
    _ id: String, averaging: Bool, isTransformed: Bool, toNonSeasonal series: TimeSeries,
    filled: [Double]
  ) throws(Diagnostic) {
    let isETS = id == "ets"
    let form = isTransformed ? "AZN" : "ZZN"
    let options = ["form": form, "weights": averaging ? "tempered" : "best"]
    let model = try ForecastModels.model(id, options: isETS ? options : [:])
    func prepared(_ values: [Double]) -> TimeSeries {
      TimeSeries(
        name: series.name, unit: series.unit, measure: series.measure, start: series.start,
        values: values, seasonLength: isETS ? series.seasonLength : 1)
    }
    self.model = id
    do {
      fit = try model.fitted(to: prepared(series.values))
    } catch {
      guard error.code == .missingValues else { throw error }
      fit = try model.fitted(to: prepared(filled))
    }
  }

  init(model: String, fit: any FittedForecastModel) {
    self.model = model
    self.fit = fit
  }

  /// The same parameters on another series without a season.
  func updated(with series: TimeSeries, filled: [Double]) throws(Diagnostic) -> RegisteredFit {
    let plain = TimeSeries(
      name: series.name, unit: series.unit, measure: series.measure, start: series.start,
      values: series.values, seasonLength: model == "ets" ? series.seasonLength : 1)
    do {
      return RegisteredFit(model: model, fit: try fit.updated(with: plain))
    } catch {
      guard error.code == .missingValues else { throw error }
      return RegisteredFit(model: model, fit: try fit.updated(with: plain.replacing(filled)))
    }
  }
}

extension RegisteredFit: Codable {
  private enum CodingKeys: String, CodingKey { case model, fit }

  init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    let id = try container.decode(String.self, forKey: .model)
    guard let type = ForecastModels.all.first(where: { $0.card.id == id }) else {
      throw DecodingError.dataCorruptedError(
        forKey: .model, in: container, debugDescription: "no model is called \(id)")
    }
    func decoded<M: ForecastModel>(_ type: M.Type) throws -> any FittedForecastModel {
      try container.decode(M.Fitted.self, forKey: .fit)
    }
    self.init(model: id, fit: try decoded(type))
  }

  func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode(model, forKey: .model)
    try container.encode(fit, forKey: .fit)
  }
}
