import CaseloadData

/// An assumption, and what the data said about it.
public struct AssumptionStatus: Codable, Sendable {
  /// How far the data bear an assumption out.
  public enum Verdict: String, Codable, Sendable, CaseIterable {
    case supported, doubtful, violated, untestable

    /// What a report calls it.
    public var text: Text {
      switch self {
      case .supported: Text(en: "supported", zh: "得到支持")
      case .doubtful: Text(en: "doubtful", zh: "存疑")
      case .violated: Text(en: "violated", zh: "不成立")
      case .untestable: Text(en: "untestable", zh: "无法检验")
      }
    }
  }

  /// The assumption, as a sentence.
  public let assumption: Text
  public let verdict: Verdict
  /// What the verdict rests on, numbers included.
  public let evidence: Text
  /// The same in words alone, for a report that links every number.
  public let summary: Text
  /// The p-value of the test behind the verdict, if there is one.
  public let pValue: Double?

  public init(
    _ assumption: Text, _ verdict: Verdict, evidence: Text, summary: Text? = nil,
    pValue: Double? = nil
  ) {
    self.assumption = assumption
    self.verdict = verdict
    self.evidence = evidence
    self.summary = summary ?? evidence
    self.pValue = pValue
  }
}
