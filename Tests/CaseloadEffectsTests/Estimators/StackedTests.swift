import CaseloadData
import CaseloadMath
import CaseloadRegression
import CaseloadTestSupport
import Testing

@testable import CaseloadEffects

@Suite("Stacked difference in differences") struct StackedTests {
  @Test(
    "mpdta in windows of one period before and one after, as diff-diff",
    .enabled(if: SharedData.isPresent, "needs the shared reference data"))
  func mpdta() throws {
    let oracle: JSON = try SharedData.json("causal/mpdta.oracle.json")
    let expected = try #require(oracle["checks"]?["dd_stacked_k1_0"]?["overall"]?.array)
    var design = Stacked()
    design.before = 1
    design.after = 1
    let estimate = try design.estimate(TestPanels.mpdta())
    let average = try design.average(PreparedStudy(TestPanels.mpdta(), scale: .level).grid)
    #expect(estimate.average.value.isClose(to: expected[0].number ?? 0, relative: 1e-10))
    #expect((average.standardError ?? 0).isClose(to: expected[1].number ?? 0, relative: 1e-9))
  }

  @Test(
    "closed form and stacked regression agree, value and clustered error",
    arguments: Stacked.Weights.allCases)
  func regression(weights: Stacked.Weights) throws {
    var study = try TestPanels.simulated(
      starts: [nil, nil, nil, 3, 3, 4, 4, 6, 6, 6], periods: 9
    ) { start, t in 1 + Double(t - start) }
    study.unitWeights = [1, 2, 1, 1, 1.5, 1, 1, 0.5, 1, 1]
    let grid = try PreparedStudy(study, scale: .level).grid
    var design = Stacked()
    design.weights = weights
    design.before = 3
    design.after = 3
    let average = try design.average(grid)
    let hook = try #require(try design.regression(grid))
    let value = zip(hook.contrast, hook.fit.coefficients).reduce(0) { $0 + $1.0 * $1.1 }
    #expect(average.value.isClose(to: value, relative: 1e-10))
    let v = try hook.fit.covariance(.clustered(by: [hook.clusters], .cr1))
    let variance = zip(hook.contrast, v * hook.contrast).reduce(0) { $0 + $1.0 * $1.1 }
    #expect((average.standardError ?? 0).isClose(to: variance.squareRoot(), relative: 1e-8))
    // The leverage-corrected covariance is defined there too.
    _ = try hook.fit.covariance(.clustered(by: [hook.clusters], .cr2))
  }

  @Test("effects that differ by start and grow are found exactly without noise")
  func exact() throws {
    let study = try TestPanels.simulated(
      starts: [nil, nil, 2, 4, 4, 6], periods: 10, noise: 0
    ) { start, t in Double(start) + Double(t - start) }
    var design = Stacked()
    design.before = 2
    design.after = 3
    let estimate = try design.estimate(study)
    // Starts 2, 4, 4, 6 and three treated periods.
    #expect(estimate.average.value.isClose(to: 4 + 1, absolute: 1e-10))
    #expect(estimate.path.map(\.eventTime) == [-2, -1, 0, 1, 2])
    #expect(abs(estimate.path[0].effect ?? 1) < 1e-10)
  }

  @Test("a start whose window the data do not cover is left out and named")
  func window() throws {
    let study = try TestPanels.simulated(
      starts: [nil, nil, 1, 5, 5, 9], periods: 10
    ) { _, _ in 1 }
    var design = Stacked()
    design.before = 3
    design.after = 2
    let estimate = try design.estimate(study)
    let out = estimate.diagnostics.filter { $0.code == .unitLeftOut }
    #expect(out.count == 2)
    #expect(estimate.estimand.en.contains("2 treated units"))
    design.before = 9
    let error = #expect(throws: Diagnostic.self) { try design.estimate(study) }
    #expect(error?.code == .noComparison)
  }

  @Test("gaps in a window cost the unit its place there, and are counted")
  func gaps() throws {
    let whole = try TestPanels.simulated(
      starts: [nil, nil, nil, 3, 3], periods: 7, noise: 0
    ) { _, _ in 2 }
    let entries = whole.panel.entries.enumerated().map { i, entry in
      i == 0 || i == 3
        ? Panel.Entry(
          key: entry.key,
          series: entry.series.replacing(
            entry.series.values.enumerated().map { $0 == 4 ? .nan : $1 })) : entry
    }
    let study = try Study(
      Panel(keyNames: ["court"], entries: entries),
      treatmentStart: ["u3": .year(2004), "u4": .year(2004)])
    let estimate = try Stacked().estimate(study)
    #expect(estimate.average.value.isClose(to: 2, absolute: 1e-10))
    #expect(estimate.diagnostics.contains { $0.code == .rowsLeftOut })
    // One treated unit is left: its own spread cannot be seen.
    #expect(estimate.path.allSatisfy { $0.standardError == nil })
  }
}
