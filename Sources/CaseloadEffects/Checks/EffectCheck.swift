import CaseloadData

/// Something that was checked without being asked, and what came out.
public struct EffectCheck: Codable, Sendable {
  /// For programs: `pre-trend`, `placebo-date`.
  public let id: String
  public let name: Text
  /// `untestable` where the data do not allow the check; ``finding`` then says what is missing.
  public let verdict: AssumptionStatus.Verdict
  /// What came out, numbers included, in a sentence or two.
  public let finding: Text
  /// The numbers of the finding by name, such as `pValue`, `power`, `slope`.
  public let figures: [Figure]

  /// A number of a check.
  public struct Figure: Codable, Sendable {
    public let name: String
    /// `nil` where it is not defined.
    public let value: Double?

    /// A number and its name.
    public init(_ name: String, _ value: Double?) {
      self.name = name
      self.value = value
    }
  }

  /// A check from its parts.
  public init(
    id: String, name: Text, verdict: AssumptionStatus.Verdict, finding: Text,
    figures: [Figure] = []
  ) {
    self.id = id
    self.name = name
    self.verdict = verdict
    self.finding = finding
    self.figures = figures
  }

  /// The figure called `name`.
  public subscript(_ name: String) -> Double? { figures.first { $0.name == name }?.value }
}
