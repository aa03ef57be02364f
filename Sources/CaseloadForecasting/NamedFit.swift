import CaseloadData

/// A model of any kind with its fit of that kind, as it is written to and read from a file.
struct NamedFit: Sendable, Codable {
  let model: any ForecastModel
  let fit: any FittedForecastModel

  var id: String { type(of: model).card.id }

  init(model: any ForecastModel, fit: any FittedForecastModel) {
    self.model = model
    self.fit = fit
  }

  private enum CodingKeys: String, CodingKey { case model, options, fit }

  init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    let id = try container.decode(String.self, forKey: .model)
    guard let type = ForecastModels.all.first(where: { $0.card.id == id }) else {
      throw DecodingError.dataCorruptedError(
        forKey: .model, in: container, debugDescription: "no model is called \(id)")
    }
    func decoded<M: ForecastModel>(_ type: M.Type) throws -> NamedFit {
      NamedFit(
        model: try container.decode(M.self, forKey: .options),
        fit: try container.decode(M.Fitted.self, forKey: .fit))
    }
    self = try decoded(type)
  }

  func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode(id, forKey: .model)
    try container.encode(model, forKey: .options)
    try container.encode(fit, forKey: .fit)
  }
}
