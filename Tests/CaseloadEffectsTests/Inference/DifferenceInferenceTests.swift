import CaseloadData
import CaseloadMath
import CaseloadTestSupport
import Testing

@testable import CaseloadEffects

@Suite("Inference chosen by the design") struct DifferenceInferenceTests {
  private func answer(
    _ design: GroupMeanDifference, _ grid: StudyGrid, level: Double = 0.95
  ) throws -> DifferenceInference.Answer {
    try DifferenceInference.answer(
      design, grid, effect: design.average(grid), level: level, from: RandomStream(seed: 4))
  }

  @Test(
    "fewer than five clusters on a side are ranked among other assignments",
    arguments: [(20, 1), (20, 4), (8, 5)])
  func few(_ units: Int, _ treated: Int) throws {
    let grid = try PlaceboPanel.grid(
      units: units, treated: treated, effect: 2, stream: RandomStream(seed: 1))
    let answer = try answer(GroupMeanDifference(), grid)
    #expect(answer.inference.kind == .randomization)
    #expect(answer.average.standardError == nil && answer.degreesOfFreedom == nil)
    #expect(answer.inference.treatedClusters == treated)
    #expect(answer.inference.comparisonClusters == units - treated)
    #expect(answer.inference.reason.en.contains("\(treated) treated"))
    #expect(answer.inference.reason.zh.contains("受干预群组 \(treated) 个"))
    #expect(answer.inference.smallestPValue != nil)
    let kinds = answer.inference.alternatives.map(\.kind)
    // One treated cluster has no standard error, so no alternative either.
    #expect(kinds.contains(.cr2) == (treated > 1))
    #expect(answer.inference.alternatives.first?.variant == "t")
  }

  @Test("five on each side: CR2 with its own degrees of freedom, CR3 and the wild bootstrap beside")
  func regression() throws {
    let grid = try PlaceboPanel.grid(
      units: 20, treated: 10, effect: 2, stream: RandomStream(seed: 2))
    let answer = try answer(GroupMeanDifference(), grid)
    #expect(answer.inference.kind == .cr2)
    // Clusters of one row each: CR2 is HC2, the variance of the difference of two means, and
    // Satterthwaite's degrees of freedom under equal variances are those of Bell & McCaffrey.
    let (a, b) = (changes(grid, true), changes(grid, false))
    let expected =
      (try #require(Descriptive.variance(a)) / 10 + #require(Descriptive.variance(b)) / 10)
      .squareRoot()
    #expect(try #require(answer.average.standardError).isClose(to: expected, relative: 1e-10))
    #expect(try #require(answer.degreesOfFreedom).isClose(to: 18, relative: 1e-8))
    #expect(answer.inference.alternatives.map(\.kind) == [.cr3, .wildBootstrap])
    let t = StudentT(degreesOfFreedom: 18)
    #expect(
      try #require(answer.minimumDetectableEffect).isClose(
        to: expected * (t.quantile(0.975) + t.quantile(0.8)), relative: 1e-8))
  }

  private func changes(_ grid: StudyGrid, _ treated: Bool) -> [Double] {
    (0..<grid.unitCount).filter { (grid.cohort[$0] < grid.periodCount) == treated }.map { unit in
      let row = (0..<grid.periodCount).map { grid[unit, $0] }
      let half = grid.periodCount / 2
      return row[half...].reduce(0, +) / Double(half) - row[..<half].reduce(0, +) / Double(half)
    }
  }

  @Test(
    "a design without a regression takes the jackknife below forty clusters on a side, influences above"
  )
  func influence() throws {
    let design = GroupMeanDifference(inference: .auto, isRegression: false)
    let few = try answer(
      design, PlaceboPanel.grid(units: 20, treated: 8, stream: RandomStream(seed: 3)))
    #expect(few.inference.kind == .jackknife)
    #expect(few.inference.alternatives.map(\.kind) == [.influence])
    // Leaving out one of n changes a mean by its deviation over n − 1.
    let grid = try PlaceboPanel.grid(units: 20, treated: 8, stream: RandomStream(seed: 3))
    func part(_ x: [Double]) throws -> Double {
      let n = Double(x.count)
      return try #require(Descriptive.variance(x)) / (n - 1)
    }
    let (own, others) = try (part(changes(grid, true)), part(changes(grid, false)))
    let variance = (own + others) * 19 / 20
    // Welch's degrees of freedom, of eight and twelve.
    #expect(
      try #require(few.degreesOfFreedom).isClose(
        to: (own + others) * (own + others) / (own * own / 7 + others * others / 11),
        relative: 1e-9))
    #expect(
      try #require(few.average.standardError).isClose(to: variance.squareRoot(), relative: 1e-9))
    let many = try answer(
      design, PlaceboPanel.grid(units: 90, treated: 45, stream: RandomStream(seed: 3)))
    #expect(many.inference.kind == .influence && many.degreesOfFreedom == nil)
  }

  @Test(
    "in a large study cohorts of forty and more count with their influence, small ones left out")
  func largeJackknife() throws {
    let design = GroupMeanDifference(inference: .auto, isRegression: false)
    let grid = try PlaceboPanel.grid(units: 260, treated: 8, stream: RandomStream(seed: 13))
    let own = try answer(design, grid)
    #expect(own.inference.kind == .jackknife)
    let whole = try answer(GroupMeanDifference(inference: .jackknife, isRegression: false), grid)
    let (a, b) = try (
      #require(own.average.standardError), #require(whole.average.standardError)
    )
    // The share of the 252 others in the variance, off by 2/252.
    #expect(a.isClose(to: b, relative: 1e-3) && a != b)
    #expect(try #require(own.degreesOfFreedom) < 9)
  }

  @Test(
    "what is asked for is done, and what is undefined is refused",
    arguments: InferenceChoice.allCases)
  func explicit(_ choice: InferenceChoice) throws {
    let design = GroupMeanDifference(inference: choice)
    let plenty = try PlaceboPanel.grid(units: 20, treated: 10, stream: RandomStream(seed: 5))
    let answer = try answer(design, plenty)
    if choice != .auto { #expect(answer.inference.kind.rawValue == choice.rawValue) }
    #expect(answer.average.pValue != nil && answer.average.lower != nil)
    let one = try PlaceboPanel.grid(units: 20, treated: 1, stream: RandomStream(seed: 5))
    guard choice != .auto, choice != .randomization else { return }
    let error = #expect(throws: Diagnostic.self) { try self.answer(design, one) }
    #expect(error?.code == .notIdentified)
    #expect(error?.hint?.en.contains("randomization") == true)
  }

  @Test("strata that leave one assignment are disregarded, and said so; by name they are refused")
  func strata() throws {
    var study = try PlaceboPanel.study(units: 12, treated: 2, stream: RandomStream(seed: 11))
    study.strata = (0..<12).map { $0 < 2 ? "all treated" : "none" }
    let grid = try StudyGrid(study)
    let answer = try answer(GroupMeanDifference(), grid)
    #expect(answer.inference.draws == 66 && answer.average.pValue != nil)
    #expect(answer.inference.reason.en.contains("disregarded"))
    let error = #expect(throws: Diagnostic.self) {
      try self.answer(GroupMeanDifference(inference: .randomization), grid)
    }
    #expect(error?.code == .notIdentified)
  }

  @Test("CR2 of a design that is no regression is refused by name")
  func noRegression() throws {
    let design = GroupMeanDifference(inference: .cr2, isRegression: false)
    let grid = try PlaceboPanel.grid(units: 20, treated: 10, stream: RandomStream(seed: 6))
    let error = #expect(throws: Diagnostic.self) { try answer(design, grid) }
    #expect(error?.message.en.contains("CR2") == true)
  }

  @Test("the same stream gives the same answer, and units in another order the same numbers")
  func invariance() throws {
    let grid = try PlaceboPanel.grid(
      units: 15, treated: 3, effect: 1, stream: RandomStream(seed: 7))
    let a = try answer(GroupMeanDifference(), grid)
    let b = try answer(GroupMeanDifference(), grid.selecting(Array((0..<15).reversed())))
    #expect(a.average.pValue == b.average.pValue)
    #expect(
      try #require(a.average.lower).isClose(to: try #require(b.average.lower), absolute: 1e-10))
    var scaled = grid.outcome
    for i in scaled.indices { scaled[i] = 5 - 3 * scaled[i] }
    let c = try answer(GroupMeanDifference(), grid.with(outcome: scaled))
    #expect(c.average.pValue == a.average.pValue)
    #expect(
      try #require(c.average.upper).isClose(
        to: -3 * (try #require(a.average.lower)), absolute: 1e-9))
  }
}
