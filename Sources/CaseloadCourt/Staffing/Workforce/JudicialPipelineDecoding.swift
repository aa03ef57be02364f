import CaseloadData

extension JudicialPipeline {
  private enum Key: String, CodingKey, CaseIterable {
    case judges, assistants, posts, retirementAge, judgeHazards, assistantHazards, yearsToPromotion
    case newAssistants, entryAge, promotionCap
  }

  /// Only judges and posts are needed; an entry that is not known is refused.
  public init(from decoder: any Decoder) throws {
    try refuseUnknownKeys(decoder, Key.allCases.map(\.rawValue))
    let container = try decoder.container(keyedBy: Key.self)
    func list<Entry: Decodable>(_ key: Key) throws -> [Entry] {
      try container.decodeIfPresent([Entry].self, forKey: key) ?? []
    }
    func number(_ key: Key, _ standard: Int) throws -> Int {
      try container.decodeIfPresent(Int.self, forKey: key) ?? standard
    }
    self.init(
      judges: try container.decode([AgeGroup].self, forKey: .judges),
      assistants: try list(.assistants), posts: try container.decode(Int.self, forKey: .posts),
      retirementAge: try number(.retirementAge, 60), judgeHazards: try list(.judgeHazards),
      assistantHazards: try list(.assistantHazards),
      yearsToPromotion: try number(.yearsToPromotion, 5),
      newAssistants: try number(.newAssistants, 0), entryAge: try number(.entryAge, 25),
      promotionCap: try container.decodeIfPresent(Int.self, forKey: .promotionCap))
  }
}

extension JudicialPipeline.AgeGroup {
  private enum Key: String, CodingKey, CaseIterable { case age, count, service }

  public init(from decoder: any Decoder) throws {
    try refuseUnknownKeys(decoder, Key.allCases.map(\.rawValue))
    let container = try decoder.container(keyedBy: Key.self)
    self.init(
      age: try container.decode(Int.self, forKey: .age),
      count: try container.decode(Int.self, forKey: .count),
      service: try container.decodeIfPresent(Int.self, forKey: .service) ?? 0)
  }
}
