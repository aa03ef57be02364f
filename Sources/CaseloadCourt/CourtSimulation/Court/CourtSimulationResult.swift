import CaseloadData
import CaseloadMath

/// A court simulated over and over, in itself and under its scenarios.
///
/// Every replication of every scenario sees the same cases, the same judges' leave and the same
/// patience (common random numbers): what differs between two scenarios is the scenario. The
/// difference of a measure is estimated from the paired differences of the replications,
///
/// ```
/// d̄ ± t(R − 1) · s_d / √R,    variance reduction = (s²_base + s²_scenario) / s²_d
/// ```
///
/// the factor by which independent runs would have to be more numerous for the same error.
///
/// - Source: Law (2015), *Simulation Modeling and Analysis*, 5th ed., §11.2 (common random
///   numbers), §10.2.1 (paired-t interval).
public struct CourtSimulationResult: Codable, Sendable, Equatable {
  /// A month.
  public struct Row: Codable, Sendable, Equatable {
    public let period: Period
    public let measures: CourtMeasures<DrawSummary>
  }

  /// The court, a case type or a track.
  public struct Group: Codable, Sendable, Equatable {
    public let id: String
    public let months: [Row]
    public let overall: CourtMeasures<DrawSummary>
  }

  /// A share of the pending cases, by age.
  public struct AgeBand: Codable, Sendable, Equatable {
    public let fromMonths: Double
    /// `nil` for the oldest.
    public let toMonths: Double?
    public let share: DrawSummary
  }

  /// One scenario's court.
  public struct Outcome: Codable, Sendable, Equatable {
    public let id: String
    public let name: String
    public let court: Group
    public let caseTypes: [Group]
    public let tracks: [Group]
    /// At the end of the last month.
    public let ages: [AgeBand]
    public let offeredLoad: [OfferedLoad]
  }

  /// Scenario less base, over all months or at their end.
  public struct Difference: Codable, Sendable, Equatable {
    public let scenario: String
    /// A name of ``CourtMeasures``.
    public let measure: String
    public let base: Double
    public let value: Double
    /// Of the difference, from the pairs.
    public let difference: Estimate
    /// Of the difference of independent runs.
    public let independentStandardError: Double?
    /// `nil` where the pairs do not differ in how much they differ.
    public let varianceReduction: Double?
  }

  public let replications: Int
  /// The base first.
  public let outcomes: [Outcome]
  public let differences: [Difference]
  /// The largest difference between the pending cases counted and rolled forward, in any month of
  /// any replication: 0.
  public let conservationGap: Int
  /// Of all replications and scenarios: cases filed, and events.
  public let cases: Int
  public let events: Int
  public let diagnostics: [Diagnostic]

  /// Simulates a court and its scenarios.
  ///
  /// - Parameters:
  ///   - court: the base, with its scenarios.
  ///   - scenarios: the ids of those to run; `nil` for all.
  ///   - replications: at least two.
  ///   - stream: where the random numbers come from; replication k draws from its substream k,
  ///     in every scenario.
  ///   - threads: at most so many; the result does not depend on it.
  /// - Throws: a `Diagnostic` for a court or scenario that cannot be, ``DiagnosticCode/unknownName``
  ///   for a scenario that is not there; `CancellationError`.
  public init(
    _ court: SimulatedCourt, scenarios: [String]? = nil, replications: Int,
    stream: RandomStream, threads: Int? = nil
  ) async throws {
    try SimulationCheck.count("replications", replications, least: 2)
    let chosen = try Self.chosen(court, scenarios)
    var plans = [try CourtPlan(court)]
    for scenario in chosen { plans.append(try CourtPlan(scenario.applied(to: court))) }
    let ready = plans
    let records = try await concurrentMap(ready.count * replications, threads: threads) { n in
      var run = CourtRun(ready[n / replications], stream.substream(UInt64(n % replications)))
      return run.run()
    }
    let byScenario = ready.indices.map { s in
      Array(records[s * replications..<(s + 1) * replications])
    }
    let names =
      [(id: "base", name: "base")] + chosen.map { (id: $0.id, name: $0.name ?? $0.id) }
    self.replications = replications
    outcomes = ready.indices.map { s in
      Self.outcome(names[s].id, names[s].name, ready[s], byScenario[s])
    }
    differences = chosen.indices.flatMap { s in
      Self.differences(chosen[s].id, byScenario[0], byScenario[s + 1])
    }
    conservationGap = records.reduce(0) { max($0, $1.conservationGap) }
    cases = records.reduce(0) { $0 + $1.filedTotal }
    events = records.reduce(0) { $0 + $1.events }
    diagnostics = outcomes.flatMap { outcome in
      outcome.offeredLoad.compactMap { $0.diagnostic(outcome.id) }
    }
  }

  private static func chosen(_ court: SimulatedCourt, _ ids: [String]?) throws -> [CourtScenario] {
    guard let ids else { return court.scenarios }
    let known = court.scenarios.map(\.id)
    return try ids.map { id in
      guard let scenario = court.scenarios.first(where: { $0.id == id }) else {
        throw Diagnostic.unknownName(id, among: known, kind: Text(en: "scenario", zh: "情景"))
      }
      return scenario
    }
  }

  private static func outcome(
    _ id: String, _ name: String, _ plan: CourtPlan, _ records: [CourtRecord]
  ) -> Outcome {
    func measures(_ row: Int, _ group: Int) -> CourtMeasures<DrawSummary> {
      CourtMeasures { k in
        let draws = records.compactMap { $0.value(row: row, group: group, measure: k) }
        return draws.isEmpty ? nil : DrawSummary(draws)
      }
    }
    func group(_ id: String, _ g: Int) -> Group {
      let months = plan.court.months
      return Group(
        id: id,
        months: (0..<months).map {
          Row(period: plan.court.start.advanced(by: $0), measures: measures($0, g))
        }, overall: measures(months, g))
    }
    let types = plan.court.caseTypes
    let ends = CourtRecord.bands
    return Outcome(
      id: id, name: name, court: group("court", 0),
      caseTypes: types.indices.map { group(types[$0].id, 1 + $0) },
      tracks: plan.court.tracks.indices.map {
        group(plan.court.tracks[$0].id, 1 + types.count + $0)
      },
      ages: (0...ends.count).map { b in
        AgeBand(
          fromMonths: b == 0 ? 0 : ends[b - 1], toMonths: b < ends.count ? ends[b] : nil,
          share: DrawSummary(records.map { $0.ages[b] }))
      }, offeredLoad: OfferedLoad.tracks(plan))
  }

  private static func differences(_ id: String, _ base: [CourtRecord], _ other: [CourtRecord])
    -> [Difference]
  {
    let row = base[0].rows - 1
    return CourtMeasureNames.all.indices.compactMap { k in
      // Only replications in which both are defined make a pair.
      var (a, b): ([Double], [Double]) = ([], [])
      for (one, two) in zip(base, other) {
        guard let x = one.value(row: row, group: 0, measure: k),
          let y = two.value(row: row, group: 0, measure: k)
        else { continue }
        a.append(x)
        b.append(y)
      }
      guard let before = Descriptive.mean(a), let after = Descriptive.mean(b) else { return nil }
      let pairs = zip(a, b).map { $1 - $0 }
      let apart = (Descriptive.variance(a) ?? 0) + (Descriptive.variance(b) ?? 0)
      let together = Descriptive.variance(pairs) ?? 0
      return Difference(
        scenario: id, measure: CourtMeasureNames.all[k], base: before, value: after,
        difference: ReplicationEstimate.estimate(pairs),
        independentStandardError: a.count > 1 ? (apart / Double(a.count)).squareRoot() : nil,
        varianceReduction: together > 0 ? apart / together : nil)
    }
  }
}
