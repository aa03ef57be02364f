import CaseloadData
import CaseloadMath
import CaseloadRegression
import CaseloadTestSupport
import Foundation
import Testing

@testable import CaseloadEffects

@Suite("Extended two-way fixed effects") struct ExtendedTwoWayTests {
  @Test(
    "mpdta and castle: the point estimate is the imputation estimator's",
    .enabled(if: SharedData.isPresent, "needs the shared reference data"),
    arguments: ["mpdta", "castle"])
  func imputation(name: String) throws {
    let oracle: JSON = try SharedData.json("causal/\(name).oracle.json")
    let expected = oracle["checks"]?["bjs_imputation"]
    let study = name == "mpdta" ? try TestPanels.mpdta() : try TestPanels.castle()
    let estimate = try ExtendedTwoWay().estimate(study)
    let average = try #require(expected?["static"]?.array?.first?["estimate"]?.number)
    // R's own demeaning stops at about 1e-7.
    #expect(estimate.average.value.isClose(to: average, relative: 2e-7))
    for row in expected?["event"]?.array ?? [] {
      guard let r = Int(row["term"]?.string ?? ""), r >= 0 else { continue }
      let point = try #require(estimate.path.first { $0.eventTime == r })
      #expect((point.effect ?? 0).isClose(to: row["estimate"]?.number ?? 0, relative: 2e-7))
    }
    guard name == "mpdta" else { return }
    let effect = try ExtendedTwoWay().average(PreparedStudy(study, scale: .level).grid)
    let peer = try #require(oracle["checks"]?["dd_etwfe"]?["overall"]?.array)
    #expect(effect.value.isClose(to: peer[0].number ?? 0, relative: 1e-12))
    #expect((effect.standardError ?? 0).isClose(to: peer[1].number ?? 0, relative: 1e-9))
  }

  @Test(
    "df_het: clustered by state, as R's fixest and didimputation",
    .enabled(if: SharedData.isPresent, "needs the shared reference data"))
  func heterogeneousPanel() throws {
    let oracle: JSON = try SharedData.json("causal/df_het.oracle.json")
    let expected = oracle["checks"]?["bjs_imputation"]
    let grid = try PreparedStudy(TestPanels.heterogeneous(), scale: .level).grid
    let twoWay = try TwoWayFixedEffects().average(grid)
    #expect(twoWay.value.isClose(to: expected?["twfe"]?["coef"]?.number ?? 0, relative: 1e-9))
    #expect(
      (twoWay.standardError ?? 0).isClose(
        to: expected?["twfe"]?["se_state"]?.number ?? 0, relative: 1e-8))
    let imputed = expected?["static"]?.array?.first?["estimate"]?.number
    let extended = try ExtendedTwoWay().average(grid)
    #expect(extended.value.isClose(to: imputed ?? 0, relative: 2e-7))
  }

  @Test("where effects grow the two-way regression is off; this, Sun–Abraham and stacked are not")
  func heterogeneity() throws {
    let starts: [Int?] = (0..<300).map { $0 < 80 ? 3 : $0 < 180 ? 8 : $0 < 240 ? 12 : nil }
    let effect = { (start: Int, t: Int) in (start == 3 ? 3 : 1) * (1 + 0.4 * Double(t - start)) }
    let study = try TestPanels.simulated(starts: starts, periods: 20, effect: effect)
    var (sum, count) = (0.0, 0.0)
    for start in starts.compactMap({ $0 }) {
      for t in start..<20 {
        sum += effect(start, t)
        count += 1
      }
    }
    let truth = sum / count
    let grid = try PreparedStudy(study, scale: .level).grid
    for effect in [try ExtendedTwoWay().average(grid), try SunAbraham().average(grid)] {
      #expect(abs(effect.value - truth) < 3 * (effect.standardError ?? 0))
    }
    let twoWay = try TwoWayFixedEffects().average(grid)
    #expect(abs(twoWay.value - truth) > 5 * (twoWay.standardError ?? 0))
    let checks = try TwoWayFixedEffects().estimate(study).checks
    #expect((checks.first { $0.id == "forbidden-comparisons" }?["forbiddenWeight"] ?? 0) > 0.1)
  }

  @Test("levels by rows, as an unbalanced panel needs them, agree with levels by cells")
  func rowsAgreeWithCells() throws {
    let study = try TestPanels.simulated(
      starts: [nil, nil, 2, 3, 3, 5, nil], periods: 7
    ) { start, t in 1 + Double(t - start) }
    let grid = try PreparedStudy(study, scale: .level).grid
    let terms = ExtendedTwoWay.terms(grid)
    let cells = try TwoWayFit(grid, terms)
    let rows = try PanelRows(grid, terms)
    let other = TwoWayFit(grid, terms, rows, try FixedEffectsModel().fitted(rows.absorbing))
    #expect(cells.coefficients.isClose(to: other.coefficients, relative: 1e-9, absolute: 1e-9))
    let contrast = try #require(terms.average { _ in true })
    #expect(
      cells.influence(contrast, gridClusters: 7).isClose(
        to: other.influence(contrast, gridClusters: 7), relative: 1e-8, absolute: 1e-10))
    // The projected columns say the same as the closed form.
    let hook = try #require(try ExtendedTwoWay().regression(grid))
    let value = zip(hook.contrast, hook.fit.coefficients).reduce(0) { $0 + $1.0 * $1.1 }
    #expect(value.isClose(to: cells.value(contrast), relative: 1e-9))
  }

  private func counts(
    _ starts: [Int?], periods: Int, rate: Double, seed: UInt64 = 3, sizes: Double = 1
  ) throws -> Study {
    var entries: [Panel.Entry] = []
    var first: [String: Period] = [:]
    for (i, start) in starts.enumerated() {
      var stream = RandomStream(seed: seed).substream(UInt64(i))
      let size = sizes * exp(2 + stream.normal())
      let values = (0..<periods).map { t -> Double in
        let mean =
          size * exp(0.05 * Double(t) + (t % 2 == 0 ? 0.2 : 0))
          * (start.map { t >= $0 } == true ? 1 + rate : 1)
        return (mean + mean.squareRoot() * stream.normal()).rounded().magnitude
      }
      entries.append(
        Panel.Entry(
          key: ["u\(i)"], series: TimeSeries(measure: .flow, start: .year(2001), values: values)))
      if let start { first["u\(i)"] = .year(2001 + start) }
    }
    return try Study(Panel(keyNames: ["court"], entries: entries), treatmentStart: first)
  }

  @Test("counts by cells agree with the Poisson regression on rows, errors included")
  func countsAgree() throws {
    var study = try counts([nil, nil, 2, 3, 3, 5, nil, nil], periods: 7, rate: -0.3)
    study.unitWeights = [1, 1, 1, 1, 1, 1, 1, 1]
    let grid = try PreparedStudy(study, scale: .level).grid
    let terms = ExtendedTwoWay.terms(grid)
    let table = try #require(
      CellTable(grid, group: terms.group, cohortCount: terms.cohorts.count))
    let cells = try #require(CountCells(grid, terms, table))
    let fit = TwoWayFit(grid, terms, cells, isLarge: true)
    let rows = try PanelRows(grid, terms)
    let poisson = try PoissonFixedEffects().fitted(rows.absorbing)
    let other = TwoWayFit(grid, terms, rows, poisson)
    #expect(fit.coefficients.isClose(to: other.coefficients, relative: 1e-7, absolute: 1e-8))
    let units = terms.keys.indices.map { terms.unit($0) }
    let (a, b) = (
      try #require(fit.covariance(units)), try #require(other.covariance(units))
    )
    #expect(a.largestDifference(from: b) < 1e-7)
    let direct = try poisson.covariance(.clustered(by: [rows.clusters], .cr1))
    #expect(a.largestDifference(from: direct) < 1e-7)
  }

  @Test("a rate is found in counts, with its interval and its size in cases")
  func rate() throws {
    var design = ExtendedTwoWay()
    design.family = .poisson
    #expect(design.scale == .log)
    let starts: [Int?] = (0..<60).map { $0 < 15 ? 4 : $0 < 30 ? 6 : nil }
    let study = try counts(starts, periods: 10, rate: -0.2)
    let estimate = try design.estimate(study)
    #expect(estimate.scale == .log)
    #expect(estimate.average.value.isClose(to: -0.2, absolute: 0.03))
    #expect((estimate.average.lower ?? 0) < -0.2 && (estimate.average.upper ?? -1) > -0.2)
    #expect((estimate.cumulative?.value ?? 0) < 0)
    #expect(estimate.quantities.first?.id == "level")
    // Scaling all counts changes no rate.
    let grid = try PreparedStudy(study, scale: .level).grid
    let average = try design.average(grid)
    let scaled = try design.average(grid.with(outcome: grid.outcome.map { 3 * $0 }))
    #expect(average.value.isClose(to: scaled.value, relative: 1e-10))
    #expect(
      (average.standardError ?? 0).isClose(to: scaled.standardError ?? 1, relative: 1e-9))
  }

  @Test("an exposure is an offset: rates by exposure, whatever the size")
  func exposure() throws {
    var design = ExtendedTwoWay()
    design.family = .poisson
    let starts: [Int?] = (0..<30).map { $0 < 12 ? 4 : nil }
    var study = try counts(starts, periods: 8, rate: -0.25, sizes: 50)
    let plain = try design.estimate(study).average.value
    // Exposure and counts grow alike in one treated unit.
    let growth = (0..<8).map { 1 + Double($0) }
    let grown = study.panel.entries.enumerated().map { i, entry in
      i == 0
        ? Panel.Entry(
          key: entry.key, series: entry.series.replacing(zip(entry.series.values, growth).map(*)))
        : entry
    }
    let ones = study.panel.entries.enumerated().map { i, entry in
      entry.series.replacing(i == 0 ? growth : [Double](repeating: 1, count: 8))
    }
    var other = try Study(
      Panel(keyNames: ["court"], entries: grown),
      treatmentStart: Dictionary(
        uniqueKeysWithValues: study.treatmentStart.map { (study.label($0), $1) }))
    other.exposure = Study.Variable(name: Text("population"), series: ones)
    let rated = try design.estimate(other).average.value
    #expect(rated.isClose(to: plain, absolute: 0.02))
    study.exposure = Study.Variable(
      name: Text("population"),
      series: study.panel.entries.map { $0.series.replacing([0, 1, 1, 1, 1, 1, 1, 1]) })
    let error = #expect(throws: Diagnostic.self) { try design.estimate(study) }
    #expect(error?.code == .valueOutOfRange)
  }

  @Test("a treated cell without a case counts as a fall of all, and is named")
  func emptyCell() throws {
    var design = ExtendedTwoWay()
    design.family = .poisson
    let study = try counts([nil, nil, nil, 3, nil, 3], periods: 6, rate: 0, sizes: 20)
    let entries = study.panel.entries.enumerated().map { i, entry in
      i == 3 || i == 5
        ? Panel.Entry(
          key: entry.key,
          series: entry.series.replacing(
            entry.series.values.enumerated().map { $0 == 4 ? 0 : $1 })) : entry
    }
    let other = try Study(
      Panel(keyNames: ["court"], entries: entries),
      treatmentStart: ["u3": .year(2004), "u5": .year(2004)])
    let estimate = try design.estimate(other)
    #expect(estimate.diagnostics.contains { $0.code == .separation })
    // The empty year would have been e^0.4 of e^0.15 + e^0.4 + e^0.25 cases.
    #expect(estimate.average.value.isClose(to: -0.379, absolute: 0.05))
    #expect(estimate.cells.count == 2)
  }

  @Test("a Poisson design answers in rates, however its options were set")
  func options() throws {
    let made = try EffectEstimators.estimator(
      "etwfe", options: ["family": "poisson", "scale": "level"])
    let design = try #require(made as? ExtendedTwoWay)
    #expect(design.scale == .log && design.outcomeScale == .level)
    #expect(try roundTrip(design) == design)
    #expect(ExtendedTwoWay().outcomeScale == .level)
  }

  @Test("a negative count is refused with its place")
  func negative() throws {
    var design = ExtendedTwoWay()
    design.family = .poisson
    let study = try TestPanels.simulated(starts: [nil, nil, 2, 2], periods: 5) { _, _ in -50 }
    let error = #expect(throws: Diagnostic.self) { try design.estimate(study) }
    #expect(error?.code == .negativeCount)
    #expect(error?.location?.series == "u2")
  }

  @Test("without never treated units periods in which all are treated are left out")
  func noNever() throws {
    let study = try TestPanels.simulated(
      starts: [2, 2, 4, 4, 6, 6], periods: 9, noise: 0
    ) { start, t in Double(t - start + 1) }
    let estimate = try ExtendedTwoWay().estimate(study)
    #expect(estimate.diagnostics.contains { $0.code == .rowsLeftOut })
    #expect(
      estimate.cells.allSatisfy {
        $0.value.isClose(
          to: Double($0.cohort.distance(to: $0.period) + 1), absolute: 1e-9)
      })
    #expect(estimate.cells.count == 4 + 2)
  }
}
