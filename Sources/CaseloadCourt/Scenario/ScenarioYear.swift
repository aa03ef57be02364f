import CaseloadData

extension WorkloadProjection {
  /// The first year of a run's base scenario, for one court: what ``ScenarioRun`` says of it, so that
  /// a report has one answer.
  ///
  /// - Parameters:
  ///   - run: of at least one year.
  ///   - court: of the run; `nil` for all courts together.
  public init?(_ run: ScenarioRun, court: String?) {
    guard let base = run.results.first,
      let first = base.years.first(where: { $0.court == court && $0.caseType == nil }),
      let length = Self.periodsOfYear(run), run.periods.count >= length
    else { return nil }
    func year(_ measure: ScenarioMeasure) -> DrawSummary? {
      base.years.first {
        $0.year == 1 && $0.court == court && $0.caseType == nil && $0.measure == measure
      }?.value
    }
    guard let filed = year(.filed) else { return nil }
    let staff = base.staff(of: court)
    var models: [String] = []
    for member in run.models where !models.contains(member.model) { models.append(member.model) }
    self.init(
      period: first.period, model: models.joined(separator: ", "), incoming: filed,
      resolved: year(.resolved), pending: year(.pending), judgesNeeded: year(.judgesToKeepPace),
      judgesInPost: staff.map { $0.judges[length - 1] },
      shortageProbability: staff.map { $0.shortageProbability[length - 1] })
  }

  private static func periodsOfYear(_ run: ScenarioRun) -> Int? {
    run.periods.first.map { max(1, Int(($0.frequency.periodsPerYear ?? 1).rounded())) }
  }
}
