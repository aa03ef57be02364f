import CaseloadData
import CaseloadMath
import CaseloadTestSupport
import Testing

@testable import CaseloadEffects

@Suite("Randomization inference") struct RandomizationInferenceTests {
  private let design = GroupMeanDifference()

  private func test(_ grid: StudyGrid, draws: Int = 4_999, level: Double = 0.95) throws
    -> RandomizationInference.Result
  {
    var inference = RandomizationInference()
    inference.draws = draws
    return try inference.test(
      design, grid, effect: design.average(grid), level: level, from: RandomStream(seed: 3))
  }

  @Test("one treated court among twenty has twenty assignments and no p-value below .05")
  func oneTreated() throws {
    let result = try test(
      PlaceboPanel.grid(units: 20, treated: 1, effect: 50, stream: RandomStream(seed: 1)))
    #expect(result.isEnumerated && result.count == 20 && result.assignments == 20)
    #expect(result.pValue == 0.05 && result.smallestPValue == 0.05)
    // An effect of 50 leaves a finite interval: 1/20 is not above 5 %.
    #expect(result.lower != nil && result.upper != nil)
  }

  @Test("with nineteen courts 5 % cannot be reached, and the interval has no ends")
  func nineteen() throws {
    let result = try test(
      PlaceboPanel.grid(units: 19, treated: 1, effect: 50, stream: RandomStream(seed: 1)))
    #expect(result.smallestPValue > 0.05)
    #expect(result.lower == nil && result.upper == nil)
    #expect(result.minimumDetectableEffect == nil)
  }

  @Test("half the courts treated: an assignment and its mirror image are equally extreme")
  func mirror() throws {
    let result = try test(
      PlaceboPanel.grid(units: 6, treated: 3, effect: 50, stream: RandomStream(seed: 2)))
    #expect(result.count == 20)
    // Twenty permutations, of which mirror images tie: the least p-value is .10.
    #expect(result.smallestPValue.isClose(to: 0.1, absolute: 1e-12))
    #expect(result.pValue.isClose(to: 0.1, absolute: 1e-12))
  }

  @Test("the interval holds exactly the effects that the test of Y − τD does not reject")
  func inversion() throws {
    let grid = try PlaceboPanel.grid(
      units: 12, treated: 3, effect: 1.5, stream: RandomStream(seed: 5))
    let result = try test(grid)
    #expect(result.isLinear && result.isEnumerated && result.count == 220)
    try checkEnds(grid, result)
  }

  /// Whether effects just inside the interval are kept and those just outside rejected.
  private func checkEnds(_ grid: StudyGrid, _ result: RandomizationInference.Result) throws {
    let lower = try #require(result.lower)
    let upper = try #require(result.upper)
    let treatment = RandomizationInference.treatment(of: grid)
    func pValue(_ effect: Double) throws -> Double {
      var moved = grid.outcome
      for i in moved.indices { moved[i] -= effect * treatment[i] }
      return try test(grid.with(outcome: moved)).pValue
    }
    for (end, sign) in [(lower, -1.0), (upper, 1.0)] {
      #expect(try pValue(end - sign * 1e-6) > 0.05)
      #expect(try pValue(end + sign * 1e-6) <= 0.05)
    }
  }

  @Test("the estimate moves with an effect that is added, and so does its interval")
  func shift() throws {
    let stream = RandomStream(seed: 8)
    let (a, b) = try (
      test(PlaceboPanel.grid(units: 14, treated: 2, stream: stream)),
      test(PlaceboPanel.grid(units: 14, treated: 2, effect: 3, stream: stream))
    )
    #expect(try #require(b.lower).isClose(to: try #require(a.lower) + 3, absolute: 1e-9))
    #expect(try #require(b.upper).isClose(to: try #require(a.upper) + 3, absolute: 1e-9))
    #expect(
      try #require(b.minimumDetectableEffect).isClose(
        to: try #require(a.minimumDetectableEffect), relative: 1e-9))
  }

  @Test("drawn assignments agree with all of them, and repeat themselves")
  func drawn() throws {
    let grid = try PlaceboPanel.grid(
      units: 16, treated: 4, effect: 1, stream: RandomStream(seed: 9))
    let all = try test(grid)
    let some = try test(grid, draws: 1_500)
    #expect(all.isEnumerated && all.count == 1820)
    #expect(!some.isEnumerated && some.count == 1501)
    // Three Monte-Carlo standard errors of a share of 1,500 draws.
    let error = (all.pValue * (1 - all.pValue) / 1500).squareRoot()
    #expect(some.pValue.isClose(to: all.pValue, absolute: 3 * error + 1e-3))
    #expect(try test(grid, draws: 1_500).lower == some.lower)
  }

  @Test("units of one cluster move together, and strata keep their own labels")
  func clustersAndStrata() throws {
    var study = try PlaceboPanel.study(
      units: 12, treated: 4, stream: RandomStream(seed: 10))
    study.clusters = (0..<12).map { "group \($0 / 2)" }
    #expect(ClusterAssignments(try StudyGrid(study)).count == 15)
    study.strata = (0..<12).map { $0 < 2 || $0 >= 8 ? "a" : "b" }
    // a: one of three groups treated; b: one of three.
    #expect(ClusterAssignments(try StudyGrid(study)).count == 9)
    var seen = Set<[Int]>()
    ClusterAssignments(try StudyGrid(study)).forEachOther {
      seen.insert($0)
      return true
    }
    #expect(seen.count == 8)
    for cohort in seen {
      #expect((0..<6).allSatisfy { cohort[2 * $0] == cohort[2 * $0 + 1] })
    }
  }

  @Test("a study whose strata leave one assignment is refused")
  func oneAssignment() throws {
    var study = try PlaceboPanel.study(units: 6, treated: 2, stream: RandomStream(seed: 11))
    study.strata = (0..<6).map { $0 < 2 ? "all treated" : "none" }
    let grid = try StudyGrid(study)
    let error = #expect(throws: Diagnostic.self) { try test(grid) }
    #expect(error?.code == .notIdentified)
  }

  @Test("cohorts of a staggered start are exchanged, each with its own date")
  func staggered() throws {
    let base = try PlaceboPanel.study(
      units: 9, treated: 3, stream: RandomStream(seed: 14))
    var starts = base.treatmentStart
    starts[2] = Period.year(2008)
    let null = try StudyGrid(base.treated(from: starts))
    let grid = null.with(
      outcome: zip(null.outcome, RandomizationInference.treatment(of: null)).map { $0 + 4 * $1 })
    // 9! / (2! 1! 6!) labels.
    #expect(ClusterAssignments(grid).count == 252)
    let result = try test(grid)
    #expect(result.isEnumerated && result.count == 252 && result.failures == 0)
    #expect(result.isLinear && result.pValue < 0.05)
    try checkEnds(grid, result)
  }

  @Test("a verdict ends early and is that of all assignments", arguments: [0, 0.6, 1.2, 3])
  func verdict(_ effect: Double) throws {
    for (seed, treated) in [(20, 2), (21, 2), (22, 3), (23, 4), (24, 1)] {
      let grid = try PlaceboPanel.grid(
        units: 24, treated: treated, effect: effect, stream: RandomStream(seed: UInt64(seed)))
      var inference = RandomizationInference()
      inference.draws = 999
      let all = try inference.test(
        design, grid, effect: design.average(grid), from: RandomStream(seed: 3))
      inference.verdictLevel = 0.05
      let early = try inference.test(
        design, grid, effect: design.average(grid), from: RandomStream(seed: 3))
      #expect((early.pValue <= 0.05) == (all.pValue <= 0.05))
      #expect(early.pValue <= all.pValue && early.count <= all.count)
      #expect(early.pValue > 0.05 ? early.count < all.count : early.pValue == all.pValue)
    }
  }

  @Test("what an assignment makes of the treatment is computed once for all that share it")
  func sharedSlopes() throws {
    let base = try PlaceboPanel.study(units: 7, treated: 2, stream: RandomStream(seed: 17))
    var starts = base.treatmentStart
    starts[2] = Period.year(2008)
    let grid = try StudyGrid(base.treated(from: starts))
    let treated = grid.with(outcome: RandomizationInference.treatment(of: grid))
    for design in [CallawaySantAnna() as any DifferenceEstimator, TwoWayFixedEffects()] {
      try expectShared(design, treated)
    }
  }

  private func expectShared(_ design: some DifferenceEstimator, _ treated: StudyGrid) throws {
    var slopes = AssignmentSlopes(design, treated)
    var worst = 0.0
    ClusterAssignments(treated).forEachOther { cohort in
      let plain = try? design.average(treated.with(cohort: cohort)).value
      worst = max(worst, abs((slopes.slope(cohort) ?? .nan) - (plain ?? .nan)))
      return true
    }
    #expect(worst < 1e-12)
  }

  @Test("assignments without an estimate are counted and left out")
  func failures() throws {
    let grid = try PlaceboPanel.grid(units: 10, treated: 1, stream: RandomStream(seed: 16))
    var outcome = grid.outcome
    // A court that is not observed before the middle cannot be treated there.
    for t in 0..<5 { outcome[9 * 10 + t] = .nan }
    let result = try test(grid.with(outcome: outcome))
    #expect(result.failures == 1 && result.count == 9)
    #expect(result.smallestPValue.isClose(to: 1.0 / 9, relative: 1e-12))
  }

  @Test("an estimator that is not linear is found out, and its interval bisected")
  func nonlinear() throws {
    let grid = try PlaceboPanel.grid(
      units: 12, treated: 2, effect: 2, stream: RandomStream(seed: 12))
    let cubic = CubedDifference()
    let result = try RandomizationInference().test(
      cubic, grid, effect: cubic.average(grid), from: RandomStream(seed: 1))
    #expect(!result.isLinear)
    // A monotonic function of the estimate has the p-values of the estimate.
    #expect(result.pValue == (try test(grid).pValue))
  }

  @Test("tests of a true null reject about 5 %", arguments: [(20, 1), (20, 2), (20, 10), (12, 3)])
  func size(_ units: Int, _ treated: Int) throws {
    var inference = RandomizationInference()
    inference.draws = 199
    let replications = 400
    var rejected = 0
    for k in 0..<replications {
      let stream = RandomStream(seed: 77).substream(UInt64(k))
      let grid = try PlaceboPanel.grid(units: units, treated: treated, stream: stream)
      let result = try inference.test(
        design, grid, effect: design.average(grid), from: stream.substream(named: "test"))
      if result.pValue <= 0.05 { rejected += 1 }
    }
    let rate = Double(rejected) / Double(replications)
    // Binomial error of 400 replications at .05: .011.
    #expect(rate > 0.017 && rate < 0.083)
  }
}

/// The cube of a difference of means: a design that is not linear in the outcome.
private struct CubedDifference: DifferenceEstimator {
  var scale = EffectEstimate.Scale.level
  var inference = InferenceChoice.auto
  static let card = GroupMeanDifference.card

  func estimate(_ study: Study, level: Double, from stream: RandomStream) throws(Diagnostic)
    -> EffectEstimate
  {
    try GroupMeanDifference().estimate(study, level: level, from: stream)
  }

  func average(_ grid: StudyGrid) throws(Diagnostic) -> AverageEffect {
    let value = try GroupMeanDifference().average(grid).value
    return AverageEffect(value: value * value * value)
  }
}
