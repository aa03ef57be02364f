import CaseloadData

// Entries that a file leaves out have their defaults; entries that are not known are refused, so
// that a misspelled limit is not silently no limit.

extension WorkforceProblem {
  private enum Key: String, CodingKey, CaseIterable {
    case years, judgeTypes, jurisdictions, budget, wholeRecruits
  }

  public init(from decoder: any Decoder) throws {
    try refuseUnknownKeys(decoder, Key.allCases.map(\.rawValue))
    let container = try decoder.container(keyedBy: Key.self)
    // Years are often written as numbers.
    let years: [String]
    if let numbers = try? container.decode([Int].self, forKey: .years) {
      years = numbers.map { "\($0)" }
    } else {
      years = try container.decode([String].self, forKey: .years)
    }
    self.init(
      years: years, judgeTypes: try container.decode([JudgeType].self, forKey: .judgeTypes),
      jurisdictions: try container.decode([Jurisdiction].self, forKey: .jurisdictions))
    budget = try container.decodeIfPresent(YearlyAmount.self, forKey: .budget)
    wholeRecruits = try container.decodeIfPresent(Bool.self, forKey: .wholeRecruits) ?? false
    try check()
  }
}

extension WorkforceProblem.JudgeType {
  private enum Key: String, CodingKey, CaseIterable {
    case name, initial, sittingDays, minimumDays, feePerDay, salary, recruitmentCost, exits
    case attrition, recruitmentCap, minimumShare, maximumShare, recruitedFrom, newcomerOutput
    case arrivalLag
  }

  public init(from decoder: any Decoder) throws {
    try refuseUnknownKeys(decoder, Key.allCases.map(\.rawValue))
    let container = try decoder.container(keyedBy: Key.self)
    func amount(_ key: Key) throws -> YearlyAmount {
      try container.decodeIfPresent(YearlyAmount.self, forKey: key) ?? 0
    }
    self.init(
      name: try container.decode(String.self, forKey: .name),
      initial: try container.decode(Double.self, forKey: .initial),
      sittingDays: try container.decode(YearlyAmount.self, forKey: .sittingDays))
    minimumDays = try amount(.minimumDays)
    feePerDay = try amount(.feePerDay)
    salary = try amount(.salary)
    recruitmentCost = try amount(.recruitmentCost)
    exits = try amount(.exits)
    attrition = try amount(.attrition)
    recruitmentCap = try container.decodeIfPresent(YearlyAmount.self, forKey: .recruitmentCap)
    minimumShare = try container.decodeIfPresent(Double.self, forKey: .minimumShare) ?? 0
    maximumShare = try container.decodeIfPresent(Double.self, forKey: .maximumShare) ?? 1
    recruitedFrom =
      try container.decodeIfPresent([WorkforceProblem.Source].self, forKey: .recruitedFrom) ?? []
    newcomerOutput = try container.decodeIfPresent([Double].self, forKey: .newcomerOutput) ?? []
    arrivalLag = try container.decodeIfPresent(Int.self, forKey: .arrivalLag) ?? 0
  }
}

extension WorkforceProblem.Jurisdiction {
  private enum Key: String, CodingKey, CaseIterable { case name, demand, penalty, demandError }

  public init(from decoder: any Decoder) throws {
    try refuseUnknownKeys(decoder, Key.allCases.map(\.rawValue))
    let container = try decoder.container(keyedBy: Key.self)
    self.init(
      name: try container.decode(String.self, forKey: .name),
      demand: try container.decode(YearlyAmount.self, forKey: .demand),
      penalty: try container.decode(YearlyAmount.self, forKey: .penalty))
    demandError = try container.decodeIfPresent(YearlyAmount.self, forKey: .demandError) ?? 0
  }
}

/// Any key.
private struct AnyKey: CodingKey {
  let stringValue: String
  var intValue: Int? { nil }
  init(stringValue: String) { self.stringValue = stringValue }
  init?(intValue: Int) { nil }
}

/// Throws at the first key that is not among `known`.
func refuseUnknownKeys(_ decoder: any Decoder, _ known: [String]) throws {
  let keys = try decoder.container(keyedBy: AnyKey.self).allKeys
  let unknown = keys.sorted { $0.stringValue < $1.stringValue }.first {
    !known.contains($0.stringValue)
  }
  guard let unknown else { return }
  let diagnostic = Diagnostic.unknownName(
    unknown.stringValue, among: known, kind: Text(en: "entry", zh: "条目"),
    code: .malformedDefinition)
  throw DecodingError.dataCorrupted(
    DecodingError.Context(
      codingPath: decoder.codingPath + [unknown], debugDescription: diagnostic.message.en,
      underlyingError: diagnostic))
}
