import CaseloadData

/// A key of any name.
struct NamedKey: CodingKey {
  let stringValue: String
  var intValue: Int? { nil }
  init(stringValue: String) { self.stringValue = stringValue }
  init?(intValue: Int) { nil }
}

/// A mapping of which every key must be known: a mistyped key is no default in disguise.
struct StrictContainer {
  private let container: KeyedDecodingContainer<NamedKey>

  /// - Throws: a `DecodingError` that holds ``DiagnosticCode/malformedDefinition`` with the nearest key.
  init(_ decoder: any Decoder, _ known: [String]) throws {
    container = try decoder.container(keyedBy: NamedKey.self)
    for key in container.allKeys where !known.contains(key.stringValue) {
      throw DecodingError.dataCorrupted(
        DecodingError.Context(
          codingPath: decoder.codingPath + [key], debugDescription: "unknown key",
          underlyingError: Diagnostic.unknownName(
            key.stringValue, among: known, kind: Text(en: "key", zh: "键"),
            code: .malformedDefinition)))
    }
  }

  func required<V: Decodable>(_ name: String, _ type: V.Type = V.self) throws -> V {
    try container.decode(V.self, forKey: NamedKey(stringValue: name))
  }

  func optional<V: Decodable>(_ name: String, _ type: V.Type = V.self) throws -> V? {
    try container.decodeIfPresent(V.self, forKey: NamedKey(stringValue: name))
  }

  func value<V: Decodable>(_ name: String, or fallback: V) throws -> V {
    try optional(name) ?? fallback
  }

  /// A text in both languages, or one that reads the same in both.
  func text(_ name: String) throws -> Text? {
    let key = NamedKey(stringValue: name)
    if let plain = try? container.decodeIfPresent(String.self, forKey: key) { return Text(plain) }
    return try container.decodeIfPresent(Text.self, forKey: key)
  }
}

extension ScenarioPlan {
  public init(from decoder: any Decoder) throws {
    self.init()
    let container = try StrictContainer(
      decoder,
      [
        "title", "horizon", "draws", "model", "weightsFile", "weights", "targetDays", "judgeCost",
        "pace", "sharing", "staffingError", "opening", "scenarios",
      ])
    title = try container.text("title") ?? title
    horizon = try container.value("horizon", or: horizon)
    draws = try container.value("draws", or: draws)
    model = try container.value("model", or: model)
    weightsFile = try container.optional("weightsFile")
    weights = try container.optional("weights")
    targetDays = try container.value("targetDays", or: targetDays)
    judgeCost = try container.optional("judgeCost")
    pace = try container.value("pace", or: pace)
    sharing = try container.value("sharing", or: sharing)
    staffingError = try container.value("staffingError", or: staffingError)
    opening = try container.value("opening", or: opening)
    scenarios = try container.value("scenarios", or: scenarios)
  }
}

extension ScenarioPlan.Opening {
  public init(from decoder: any Decoder) throws {
    let container = try StrictContainer(decoder, ["court", "caseType", "pending"])
    self.init(
      court: try container.optional("court"), caseType: try container.optional("caseType"),
      pending: try container.required("pending"))
  }
}

extension Scenario {
  public init(from decoder: any Decoder) throws {
    let container = try StrictContainer(
      decoder,
      [
        "id", "title", "combines", "filings", "diversion", "judges", "productivity", "routing",
      ])
    let id: String = try container.required("id")
    self.init(id: id, title: try container.text("title") ?? Text(id))
    combines = try container.value("combines", or: [])
    filings = try container.value("filings", or: [])
    diversion = try container.value("diversion", or: [])
    judges = try container.value("judges", or: [])
    productivity = try container.value("productivity", or: [])
    routing = try container.value("routing", or: [])
  }
}

extension Scenario.FilingsChange {
  public init(from decoder: any Decoder) throws {
    let container = try StrictContainer(
      decoder, ["court", "caseType", "from", "percent", "standardError", "ramp"])
    self.init(
      court: try container.optional("court"), caseType: try container.optional("caseType"),
      from: try container.required("from"), percent: try container.required("percent"),
      standardError: try container.value("standardError", or: 0),
      ramp: try container.value("ramp", or: 0))
  }
}

extension Scenario.Diversion {
  /// `lower` and `upper`, the ends of a 95 % interval, may stand in for `standardError`.
  public init(from decoder: any Decoder) throws {
    let container = try StrictContainer(
      decoder,
      [
        "court", "caseType", "from", "share", "standardError", "lower", "upper", "ramp", "returns",
        "lag", "minutes",
      ])
    var error: Double = try container.value("standardError", or: 0)
    if let lower: Double = try container.optional("lower"),
      let upper: Double = try container.optional("upper")
    {
      error = (upper - lower) / (2 * 1.959963984540054)
    }
    self.init(
      court: try container.optional("court"), caseType: try container.optional("caseType"),
      from: try container.required("from"), share: try container.required("share"),
      standardError: error, ramp: try container.value("ramp", or: 0),
      returns: try container.value("returns", or: 0), lag: try container.value("lag", or: 3),
      minutes: try container.value("minutes", or: 0))
  }
}

extension Scenario.JudgesChange {
  public init(from decoder: any Decoder) throws {
    let container = try StrictContainer(decoder, ["court", "from", "change", "training"])
    self.init(
      court: try container.optional("court"), from: try container.required("from"),
      change: try container.required("change"), training: try container.value("training", or: 0))
  }
}

extension Scenario.ProductivityChange {
  public init(from decoder: any Decoder) throws {
    let container = try StrictContainer(
      decoder, ["court", "from", "percent", "standardError", "ramp"])
    self.init(
      court: try container.optional("court"), from: try container.required("from"),
      percent: try container.required("percent"),
      standardError: try container.value("standardError", or: 0),
      ramp: try container.value("ramp", or: 0))
  }
}

extension Scenario.Routing {
  public init(from decoder: any Decoder) throws {
    let container = try StrictContainer(decoder, ["caseType", "court", "to", "from", "share"])
    self.init(
      caseType: try container.optional("caseType"), court: try container.required("court"),
      to: try container.required("to"), from: try container.required("from"),
      share: try container.required("share"))
  }
}
