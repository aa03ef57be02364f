import CaseloadData
import CaseloadMath

/// The assistants and clerks without whom a judge's minute moves no case.
///
/// With r the posts of a member over what the judges' time asks for, a judge's minute counts as
///
/// ```
/// Leontief   f = min(1, r_assistant, r_clerk)
/// CES        f = (w_judge + w_assistant r_assistant^ρ + w_clerk r_clerk^ρ)^(1/ρ),  ρ = 1 − 1/σ
/// ```
///
/// Under Leontief more staff than needed helps nobody; under CES, with the elasticity σ, they take
/// over some of the judge's work. The need is in minutes a judge minute, and may differ by stage.
///
/// - Source: Arrow, Chenery, Minhas & Solow (1961), "Capital-labor substitution and economic
///   efficiency", *Review of Economics and Statistics* 43(3), 225–250.
public struct CourtTeam: Codable, Sendable, Equatable {
  /// How the members' time combines.
  public enum Complement: String, Codable, Sendable, CaseIterable { case leontief, ces }

  /// Minutes of each member that go with one minute of the judge.
  public struct Need: Codable, Sendable, Equatable {
    public var assistant: Double
    public var clerk: Double

    /// What goes with a judge's minute.
    public init(assistant: Double = 1, clerk: Double = 1) {
      self.assistant = assistant
      self.clerk = clerk
    }

    private enum CodingKeys: String, CodingKey, CaseIterable { case assistant, clerk }

    public init(from decoder: any Decoder) throws {
      let values = try decoder.description(CodingKeys.self)
      assistant = try values.decodeIfPresent(Double.self, forKey: .assistant) ?? 0
      clerk = try values.decodeIfPresent(Double.self, forKey: .clerk) ?? 0
    }
  }

  /// Full-time posts of the court.
  public var assistants: Double
  public var clerks: Double
  public var need: Need
  public var complement: Complement
  /// σ of CES.
  public var elasticity: Double
  /// The judge's w; the rest goes to assistants and clerks in equal parts.
  public var judgeWeight: Double

  /// A team.
  public init(
    assistants: Double, clerks: Double, need: Need = Need(), complement: Complement = .leontief,
    elasticity: Double = 0.5, judgeWeight: Double = 0.5
  ) {
    self.assistants = assistants
    self.clerks = clerks
    self.need = need
    self.complement = complement
    self.elasticity = elasticity
    self.judgeWeight = judgeWeight
  }

  private enum CodingKeys: String, CodingKey, CaseIterable {
    case assistants, clerks, need, complement, elasticity, judgeWeight
  }

  public init(from decoder: any Decoder) throws {
    let values = try decoder.description(CodingKeys.self)
    self.init(
      assistants: try values.decode(Double.self, forKey: .assistants),
      clerks: try values.decode(Double.self, forKey: .clerks),
      need: try values.decodeIfPresent(Need.self, forKey: .need) ?? Need(),
      complement: try values.decodeIfPresent(Complement.self, forKey: .complement) ?? .leontief,
      elasticity: try values.decodeIfPresent(Double.self, forKey: .elasticity) ?? 0.5,
      judgeWeight: try values.decodeIfPresent(Double.self, forKey: .judgeWeight) ?? 0.5)
  }

  func check() throws(Diagnostic) {
    try SimulationCheck.rate("assistants", assistants)
    try SimulationCheck.rate("clerks", clerks)
    try Self.check(need)
    try SimulationCheck.rate("elasticity", elasticity)
    try SimulationCheck.probability("judgeWeight", judgeWeight)
  }

  static func check(_ need: Need) throws(Diagnostic) {
    try SimulationCheck.rate("assistant", need.assistant, allowsZero: true)
    try SimulationCheck.rate("clerk", need.clerk, allowsZero: true)
  }

  /// What a judge's minute is worth with `judges` in post and the `need` of a stage; 1 where
  /// everybody whom it asks for is there.
  func worth(judges: Double, need: Need) -> Double {
    guard judges > 0 else { return 1 }
    let other = (1 - judgeWeight) / 2
    // A member that is not asked for is no bottleneck.
    let members: [(ratio: Double, weight: Double)] = [
      (need.assistant > 0 ? assistants / (judges * need.assistant) : 1, other),
      (need.clerk > 0 ? clerks / (judges * need.clerk) : 1, other),
    ]
    switch complement {
    case .leontief: return members.reduce(1) { min($0, $1.ratio) }
    case .ces:
      let rho = 1 - 1 / elasticity
      if abs(rho) < 1e-9 {
        return exp(members.reduce(0) { $0 + $1.weight * log($1.ratio) })
      }
      let sum = members.reduce(judgeWeight) { $0 + $1.weight * pow($1.ratio, rho) }
      return pow(sum, 1 / rho)
    }
  }
}
