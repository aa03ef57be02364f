import CaseloadData

/// A file of scenarios: how far to look ahead, by which models, and what might change.
public struct ScenarioPlan: Codable, Sendable, Equatable {
  /// How the cases that a court resolves are spread over its case types.
  public enum Sharing: String, Codable, Sendable, CaseIterable {
    /// By what lies open, each type as fast as it was in the last three years.
    case observed
    /// By what lies open, all types alike.
    case proportional
  }

  /// What a judge resolves.
  public enum Pace: String, Codable, Sendable, CaseIterable {
    /// What the court's judges resolved in the past, in weighted cases.
    case observed
    /// The judge year of the weights.
    case judgeYear
  }

  /// A stock that is stated beside the data.
  public struct Opening: Codable, Sendable, Equatable {
    public var court: String?
    public var caseType: String?
    public var pending: Double

    /// A stated stock.
    public init(court: String? = nil, caseType: String? = nil, pending: Double) {
      (self.court, self.caseType, self.pending) = (court, caseType, pending)
    }
  }

  public var title = Text(en: "Scenarios", zh: "情景")
  /// Periods ahead.
  public var horizon = 36
  public var draws = 10_000
  /// The identifier of the model of filings.
  public var model = "auto"
  /// A file of weights, beside this one.
  public var weightsFile: String?
  public var weights: CaseWeights?
  /// The disposition time to reach, in days.
  public var targetDays = 180.0
  /// What a judge costs a year, with staff; any currency.
  public var judgeCost: Double?
  public var pace = Pace.observed
  public var sharing = Sharing.observed
  /// How far the judges at work stray from the plan: a standard error in percent.
  public var staffingError = 0.0
  public var opening: [Opening] = []
  public var scenarios: [Scenario] = []

  /// The base alone.
  public init() {}

  /// The base and one more judge in each court.
  ///
  /// - Parameters:
  ///   - state: the courts.
  ///   - names: what they are called.
  /// - Returns: a plan with one scenario a court.
  public static func oneMoreJudge(_ state: CourtState, names: [String: Text] = [:])
    -> ScenarioPlan
  {
    var plan = ScenarioPlan()
    plan.scenarios = state.courts.enumerated().map { index, court in
      var scenario = Scenario(
        id: state.courts.count > 1 ? "one-more-\(court)" : "one-more",
        title: state.courts.count > 1
          ? Text(
            en: "one more judge in \(names[court].map { "the \($0.en)" } ?? court)",
            zh: "\(names[court]?.zh ?? "\(court) ")增加一名法官")
          : Text(en: "one more judge", zh: "增加一名法官"))
      scenario.judges = [Scenario.JudgesChange(court: court, from: state.start, change: 1)]
      return scenario
    }
    return plan
  }
}
