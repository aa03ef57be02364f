import CaseloadCourt
import CaseloadData
import CaseloadTestSupport
import Testing

@Suite struct FastTrackSplitTests {
  private func track(
    _ name: String, _ rate: Double, _ mean: Double, _ variation: Double = 1, fast: Bool,
    weight: Double = 1, target: Double? = nil
  ) throws -> TrackClass {
    try TrackClass(
      try ServiceClass(
        name: name, arrivalRate: rate, meanService: mean, squaredVariation: variation),
      qualifies: fast, weight: weight, longestMeanWait: target)
  }

  /// Simple and complex cases of the reference, for two judges.
  private func reference() throws -> [TrackClass] {
    [
      try track("simple", 1.6, 0.25, fast: true), try track("complex", 0.2, 2, fast: false),
    ]
  }

  @Test func twoSpecialisedJudges() throws {
    let choice = try FastTrackSplit(classes: reference(), judges: 2)
    let split = try #require(choice.bestSplit)
    #expect(choice.splits.count == 1 && split.fastJudges == 1 && split.isExact)
    #expect(split.classes[0].meanWait.isClose(to: 1.0 / 6, relative: 1e-12))
    #expect(split.classes[1].meanWait.isClose(to: 4.0 / 3, relative: 1e-12))
    // (1.6/6 + 0.2 · 4/3) / 1.8
    let overall: Double = 8.0 / 27
    #expect(split.meanWait.isClose(to: overall, relative: 1e-12))
    #expect(split.fastUtilization.isClose(to: 0.4, relative: 1e-12))
    #expect(!choice.pooled.isExact && choice.priority?.isExact == false)
    // A simulation of 1.5 million cases waits 0.183 in one queue for both judges; Whitt's
    // approximation is 10 % below it, Allen and Cunneen's 0.214 17 % above.
    #expect(choice.pooled.meanWait.isClose(to: 0.183, relative: 0.11))
    #expect(choice.pooled.meanWait < split.classes[1].meanWait)
    #expect(choice.sensitivity.count == 12)
  }

  @Test func aSharingTeamLosesByASplit() throws {
    let choice = try FastTrackSplit(classes: reference(), judges: 2, discipline: .sharing)
    let split = try #require(choice.bestSplit)
    #expect(choice.priority == nil && choice.best.kind == .pooled)
    for (pooled, apart) in zip(choice.pooled.classes, split.classes) {
      #expect(pooled.meanWait < apart.meanWait)
    }
    // M/M/2-PS at a = 0.8: C/(c − a) of the own work.
    let delay = try ErlangFormulas.delay(offeredLoad: 0.8, servers: 2)
    #expect(
      choice.pooled.classes[1].meanWait.isClose(to: 2 * delay / 1.2, relative: 1e-12))
  }

  @Test func theCurveHasItsMinimumAtTheBestSplit() throws {
    let classes = [
      try track("small", 900, 0.004, 0.5, fast: true),
      try track("large", 500, 0.03, 3, fast: false),
    ]
    let choice = try FastTrackSplit(classes: classes, judges: 24)
    let best = try #require(choice.bestSplit)
    #expect(choice.splits.allSatisfy { $0.objective >= best.objective })
    // Fast load 3.6, ordinary 15: from 4 to 8 fast judges.
    #expect(choice.splits.compactMap(\.fastJudges) == [4, 5, 6, 7, 8])
    let minimax = try FastTrackSplit(classes: classes, judges: 24, objective: .minimax)
    let largest = minimax.bestSplit?.classes.map(\.meanWait).max()
    #expect(minimax.bestSplit?.objective == largest)
  }

  @Test func weightsAndTargetsMoveTheSplit() throws {
    let plain = try FastTrackSplit(
      classes: [
        try track("small", 900, 0.004, fast: true), try track("large", 500, 0.03, fast: false),
      ], judges: 24)
    let weighted = try FastTrackSplit(
      classes: [
        try track("small", 900, 0.004, fast: true, weight: 50),
        try track("large", 500, 0.03, fast: false),
      ], judges: 24)
    let (a, b) = (plain.bestSplit?.fastJudges ?? 0, weighted.bestSplit?.fastJudges ?? 0)
    #expect(b > a)
    let hopeless = try FastTrackSplit(
      classes: [
        try track("small", 900, 0.004, fast: true),
        try track("large", 500, 0.03, fast: false, target: 1e-9),
      ], judges: 24)
    #expect(!hopeless.best.keepsTargets)
    #expect(hopeless.diagnostics.contains { $0.code == .infeasiblePlan })
  }

  @Test func nothingToSplitIsSaid() throws {
    func code(_ classes: [TrackClass], _ judges: Int) -> DiagnosticCode? {
      do throws(Diagnostic) {
        _ = try FastTrackSplit(classes: classes, judges: judges)
        return nil
      } catch { return error.code }
    }
    let only = try track("a", 1, 0.1, fast: true)
    #expect(code([only], 3) == .notComputable)
    #expect(code(try reference(), 1) == .illegalStaff)
    #expect(
      code([try track("a", 10, 1, fast: true), try track("b", 1, 1, fast: false)], 4)
        == .unboundedBacklog)
    // Stable together, but not apart: 1.2 and 0.6 of two judges.
    let tight = try FastTrackSplit(
      classes: [try track("a", 1.2, 1, fast: true), try track("b", 0.6, 1, fast: false)], judges: 2)
    #expect(tight.bestSplit == nil && tight.diagnostics.contains { $0.code == .infeasiblePlan })
    #expect(throws: Diagnostic.self) { try self.track("a", 1, 1, fast: true, weight: -1) }
  }

  @Test func theThresholdSeparatesShortFromLong() throws {
    let types = [
      try track("divorce", 200, 0.01, 1, fast: false),
      try track("small claims", 900, 0.002, 0.5, fast: false),
      try track("construction", 60, 0.12, 2, fast: false),
      try track("traffic", 400, 0.003, 0.5, fast: false),
    ]
    let search = try FastTrackThreshold(caseTypes: types, judges: 15)
    #expect(search.steps.map(\.fastTypes.count) == [1, 2, 3])
    #expect(search.steps[1].fastTypes == ["small claims", "traffic"])
    #expect(search.steps[1].shareOfCases.isClose(to: 1300.0 / 1560, relative: 1e-12))
    let best = try #require(search.best)
    let least = search.steps.compactMap(\.plan?.objective).min()
    #expect(best.plan?.objective == least)
    #expect(throws: Diagnostic.self) { try FastTrackThreshold(caseTypes: [], judges: 5) }
  }

  /// The worked example: from January to October, three fast-track judges of a city took 1,220
  /// cases and the other 31 judges 5,322.
  ///
  /// What the figures say without any model is the load: 406.7 cases a fast judge, 171.7 an ordinary
  /// one, 192.4 if all shared alike. They hold no closings and no times, so no wait is identified.
  /// Assume, to see what a queue would say, that every judge is busy for 90 % of the year: then
  /// a fast case takes a 0.67th of a day and an ordinary one 1.60 days.
  @Test func threeFastJudgesOfThirtyFour() throws {
    let months = 10.0 / 12
    let (fastRate, ordinaryRate) = (1220 / months, 5322 / months)
    let (fastMean, ordinaryMean) = (0.9 * 3 / fastRate, 0.9 * 31 / ordinaryRate)
    #expect((365 * fastMean).isClose(to: 0.673, relative: 1e-3))
    #expect((365 * ordinaryMean).isClose(to: 1.595, relative: 1e-3))
    let classes = [
      try track("fast track", fastRate, fastMean, fast: true),
      try track("ordinary", ordinaryRate, ordinaryMean, fast: false),
    ]
    let choice = try FastTrackSplit(classes: classes, judges: 34)
    let split = try #require(choice.splits.first { $0.fastJudges == 3 })
    #expect((split.fastCasesPerJudge * months).isClose(to: 1220.0 / 3, relative: 1e-12))
    #expect((split.ordinaryCasesPerJudge * months).isClose(to: 5322.0 / 31, relative: 1e-12))
    #expect((choice.pooled.fastCasesPerJudge * months).isClose(to: 6542.0 / 34, relative: 1e-12))
    #expect(split.fastUtilization.isClose(to: 0.9, relative: 1e-12))
    // Under that assumption a team of three is too small: its cases wait over three times as long
    // as in one queue, where priority would let them wait least of all.
    let priority = try #require(choice.priority)
    #expect(split.classes[0].meanWait > 3 * choice.pooled.classes[0].meanWait)
    #expect(priority.classes[0].meanWait < choice.pooled.classes[0].meanWait)
    #expect(choice.best.kind != .split)
    // Three judges are the fewest that keep up with the fast track, and no larger team is stable
    // for both: 31 judges are busy for 90 %, 28 could not do with less.
    #expect(choice.splits.compactMap(\.fastJudges) == [3, 4, 5, 6])
  }
}
