import CaseloadData

// How tables of weights read and write.

extension WeightStudy {
  private enum CodingKeys: String, CodingKey { case judgeYear, weights, rounding, source }

  public init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    let year = try container.decode(WrittenYear.self, forKey: .judgeYear)
    let entries = try container.decode([Entry].self, forKey: .weights)
    let rounding = try container.decodeIfPresent(JudgeRounding.self, forKey: .rounding) ?? .up
    let source = try container.decodeIfPresent(String.self, forKey: .source)
    self = try decoder.checked { () throws(Diagnostic) in
      try WeightStudy(
        entries, judgeYear: year.judgeYear, parts: year.parts, rounding: rounding, source: source)
    }
  }

  public func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode(
      WrittenYear(judgeYear: weights.judgeYear, parts: judgeYearParts), forKey: .judgeYear)
    try container.encode(entries, forKey: .weights)
    try container.encode(rounding, forKey: .rounding)
    try container.encodeIfPresent(source, forKey: .source)
  }
}

extension WeightStudy.Entry {
  private enum CodingKeys: String, CodingKey {
    case caseType, minutes, standardError, basis, events, panel
  }

  public init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    let caseType = try container.decode(String.self, forKey: .caseType)
    let basis =
      try container.decodeIfPresent(WeightStudy.Basis.self, forKey: .basis) ?? .filings
    let panel = try container.decodeIfPresent(DelphiPanel.self, forKey: .panel)
    if container.contains(.events) {
      guard !container.contains(.minutes) else {
        throw DecodingError.dataCorruptedError(
          forKey: .minutes, in: container,
          debugDescription: "'\(caseType)' has both minutes and events; keep one of them")
      }
      let events = try container.decode([CaseEvent].self, forKey: .events)
      let composition = try decoder.checked { () throws(Diagnostic) in
        try EventComposition(events)
      }
      self.init(caseType: caseType, events: composition, basis: basis, panel: panel)
    } else {
      let minutes = try container.decode(Double.self, forKey: .minutes)
      let error = try container.decodeIfPresent(Double.self, forKey: .standardError)
      try decoder.checked { () throws(Diagnostic) in
        try WeightChecks.positive(
          minutes,
          Text(en: "The weight of '\(caseType)'", zh: "“\(caseType)”的权重"))
        try WeightChecks.nonnegative(
          error, Text(en: "The standard error of '\(caseType)'", zh: "“\(caseType)”的标准误"))
      }
      self.init(
        CaseWeight(caseType: caseType, minutes: minutes, standardError: error), basis: basis,
        panel: panel)
    }
  }

  public func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode(caseType, forKey: .caseType)
    try container.encode(basis, forKey: .basis)
    if let events {
      try container.encode(events.events, forKey: .events)
    } else {
      try container.encode(measured.minutes, forKey: .minutes)
      try container.encodeIfPresent(measured.standardError, forKey: .standardError)
    }
    try container.encodeIfPresent(panel, forKey: .panel)
  }
}

/// A judge year as it is written: minutes, or days and minutes a day with what is taken off.
private struct WrittenYear: Codable {
  let judgeYear: JudgeYear
  let parts: JudgeYearParts?

  init(judgeYear: JudgeYear, parts: JudgeYearParts?) {
    self.judgeYear = judgeYear
    self.parts = parts
  }

  private struct Key: CodingKey {
    let stringValue: String
    var intValue: Int? { nil }
    init(stringValue: String) { self.stringValue = stringValue }
    init?(intValue: Int) { nil }
  }

  private static let own = ["minutes", "standardError", "days", "minutesPerDay", "parts"]

  init(from decoder: any Decoder) throws {
    if let minutes = try? decoder.singleValueContainer().decode(Double.self) {
      judgeYear = try Self.checked(JudgeYear(minutes: minutes), decoder)
      parts = nil
      return
    }
    let container = try decoder.container(keyedBy: Key.self)
    func number(_ name: String) throws -> Double? {
      try container.decodeIfPresent(Double.self, forKey: Key(stringValue: name))
    }
    let error = try number("standardError")
    if let minutes = try number("minutes") {
      judgeYear = try Self.checked(JudgeYear(minutes: minutes, standardError: error), decoder)
      parts = nil
      return
    }
    var list =
      try container.decodeIfPresent([WrittenPart].self, forKey: Key(stringValue: "parts"))?
      .map(\.part) ?? []
    for key in container.allKeys.map(\.stringValue).sorted() where !Self.own.contains(key) {
      let value = try container.decode(Double.self, forKey: Key(stringValue: key))
      if key.hasSuffix("MinutesPerDay") {
        list.append(.init(name: String(key.dropLast(13)), minutesPerDay: value))
      } else if key.hasSuffix("Days") {
        list.append(.init(name: String(key.dropLast(4)), days: value))
      } else {
        throw DecodingError.dataCorruptedError(
          forKey: Key(stringValue: key), in: container,
          debugDescription: "a part of the judge year ends in Days or MinutesPerDay, as leaveDays")
      }
    }
    let days = try container.decode(Double.self, forKey: Key(stringValue: "days"))
    let minutes = try container.decode(Double.self, forKey: Key(stringValue: "minutesPerDay"))
    let built = try decoder.checked { () throws(Diagnostic) in
      try JudgeYearParts(days: days, minutesPerDay: minutes, parts: list)
    }
    parts = built
    let year = built.judgeYear
    judgeYear = try Self.checked(
      JudgeYear(minutes: year.minutes, standardError: error ?? year.standardError), decoder)
  }

  private static func checked(_ year: JudgeYear, _ decoder: any Decoder) throws -> JudgeYear {
    try decoder.checked { () throws(Diagnostic) in
      try WeightChecks.positive(year.minutes, Text(en: "The judge year", zh: "法官年工作分钟数"))
      try WeightChecks.nonnegative(
        year.standardError, Text(en: "The judge year's standard error", zh: "法官年工作时间的标准误"))
    }
    return year
  }

  func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: Key.self)
    if let parts {
      try container.encode(parts.days, forKey: Key(stringValue: "days"))
      try container.encode(parts.minutesPerDay, forKey: Key(stringValue: "minutesPerDay"))
      try container.encode(parts.parts, forKey: Key(stringValue: "parts"))
    } else {
      try container.encode(judgeYear.minutes, forKey: Key(stringValue: "minutes"))
    }
    try container.encodeIfPresent(
      judgeYear.standardError, forKey: Key(stringValue: "standardError"))
  }
}

/// A part of a judge year whose days or minutes may be left out.
private struct WrittenPart: Decodable {
  let part: JudgeYearParts.Part

  private enum CodingKeys: String, CodingKey { case name, days, minutesPerDay, standardError }

  init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    part = JudgeYearParts.Part(
      name: try container.decode(String.self, forKey: .name),
      days: try container.decodeIfPresent(Double.self, forKey: .days) ?? 0,
      minutesPerDay: try container.decodeIfPresent(Double.self, forKey: .minutesPerDay) ?? 0,
      standardError: try container.decodeIfPresent(Double.self, forKey: .standardError))
  }
}
