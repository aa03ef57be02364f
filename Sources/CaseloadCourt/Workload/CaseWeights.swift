import CaseloadData

/// The time that a case of one type takes from filing to its last step, on average.
public struct CaseWeight: Codable, Sendable, Equatable {
  public let caseType: String
  /// Minutes of a judge's time a case.
  public let minutes: Double
  /// Of `minutes`, from the sample of the time study; `nil` where it was not published.
  public let standardError: Double?

  /// A weight of one case type.
  public init(caseType: String, minutes: Double, standardError: Double? = nil) {
    self.caseType = caseType
    self.minutes = minutes
    self.standardError = standardError
  }
}

/// The minutes that a full-time judge has for cases in a year: days × minutes a day, after leave,
/// training, travel and administration.
public struct JudgeYear: Codable, Sendable, Equatable {
  public let minutes: Double
  public let standardError: Double?

  /// A judge year of so many minutes.
  public init(minutes: Double, standardError: Double? = nil) {
    self.minutes = minutes
    self.standardError = standardError
  }
}

/// A table of case weights and the judge year that they are held against.
public struct CaseWeights: Codable, Sendable, Equatable {
  public let weights: [CaseWeight]
  public let judgeYear: JudgeYear

  /// A table with one weight a case type.
  ///
  /// - Parameters:
  ///   - weights: each above zero.
  ///   - judgeYear: above zero.
  /// - Throws: ``DiagnosticCode/illegalRate`` for a weight or year that is not above zero or a standard
  ///   error below zero, ``DiagnosticCode/missingWeight`` for no weight, a weight without a case type,
  ///   or two for one.
  public init(_ weights: [CaseWeight], judgeYear: JudgeYear) throws(Diagnostic) {
    var seen: Set<String> = []
    for weight in weights {
      guard !weight.caseType.isEmpty else { throw Self.unnamed }
      guard seen.insert(weight.caseType).inserted else { throw Self.twice(weight.caseType) }
      try Self.check(weight.minutes, weight.standardError, weight.caseType)
    }
    guard !weights.isEmpty else { throw Self.unnamed }
    try Self.check(judgeYear.minutes, judgeYear.standardError, "judgeYear")
    self.weights = weights
    self.judgeYear = judgeYear
  }

  public init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    try self.init(
      container.decode([CaseWeight].self, forKey: .weights),
      judgeYear: container.decode(JudgeYear.self, forKey: .judgeYear))
  }

  /// The weight of `caseType`.
  ///
  /// - Throws: ``DiagnosticCode/missingWeight``, with the types that have one.
  public func weight(of caseType: String) throws(Diagnostic) -> CaseWeight {
    if let weight = weights.first(where: { $0.caseType == caseType }) { return weight }
    let known = weights.map(\.caseType).joined(separator: ", ")
    throw Diagnostic(
      .missingWeight, .error,
      Text(
        en: "The case type '\(caseType)' has no weight.", zh: "案件类型“\(caseType)”没有权重。"),
      at: Diagnostic.Location(series: caseType),
      hint: Text(
        en: "Add it to the weights; there are weights for \(known).",
        zh: "请在权重表中补上；现有权重：\(known)。"))
  }

  private static func check(_ minutes: Double, _ error: Double?, _ name: String)
    throws(Diagnostic)
  {
    guard minutes > 0, minutes.isFinite, error.map({ $0 >= 0 && $0.isFinite }) ?? true else {
      throw Diagnostic(
        .illegalRate, .error,
        Text(
          en: "'\(name)' has \(NumberText.plain(minutes)) minutes"
            + (error.map { " and a standard error of \(NumberText.plain($0))" } ?? "")
            + "; minutes must be above zero and the error not below it.",
          zh: "“\(name)”的分钟数为 \(NumberText.plain(minutes))"
            + (error.map { "，标准误为 \(NumberText.plain($0))" } ?? "") + "；分钟数须大于零，标准误不得小于零。"),
        at: Diagnostic.Location(series: name),
        hint: Text(en: "Correct the table of weights.", zh: "请更正权重表。"))
    }
  }

  private static let unnamed = Diagnostic(
    .missingWeight, .error,
    Text(en: "A weight has no case type.", zh: "某权重没有案件类型。"),
    hint: Text(en: "Name the case type of every weight.", zh: "请为每个权重写明案件类型。"))

  private static func twice(_ caseType: String) -> Diagnostic {
    Diagnostic(
      .missingWeight, .error,
      Text(
        en: "The case type '\(caseType)' has two weights.", zh: "案件类型“\(caseType)”有两个权重。"),
      at: Diagnostic.Location(series: caseType),
      hint: Text(en: "Keep one of them.", zh: "请只保留一个。"))
  }
}
