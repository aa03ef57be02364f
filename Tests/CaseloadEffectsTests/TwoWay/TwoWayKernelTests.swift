import CaseloadData
import CaseloadMath
import CaseloadRegression
import CaseloadTestSupport
import Testing

@testable import CaseloadEffects

@Suite("Two-way kernels") struct TwoWayKernelTests {
  @Test("the band of one correlation is the interval; of independent estimates Šidák's")
  func band() throws {
    let z = Normal.standard.upperQuantile(0.025)
    let same = try #require(
      SupremumBand.criticalValue(
        Matrix(rowCount: 4, columnCount: 4, repeating: 2), level: 0.95,
        from: RandomStream(seed: 1)))
    #expect(same.isClose(to: z, absolute: 0.06))
    let independent = try #require(
      SupremumBand.criticalValue(.identity(5), level: 0.95, from: RandomStream(seed: 1)))
    let tail = (1 - pow(0.95, 1.0 / 5)) / 2
    let sidak = Normal.standard.upperQuantile(tail)
    #expect(independent.isClose(to: sidak, absolute: 0.06))
    #expect(
      SupremumBand.criticalValue(.identity(1), level: 0.95, from: RandomStream(seed: 1)) == nil)
    var withZero = Matrix.identity(3)
    withZero[1, 1] = 0
    #expect(
      SupremumBand.criticalValue(withZero, level: 0.95, from: RandomStream(seed: 1)) != nil)
  }

  @Test("the cell system solves its normal equations, part by part", arguments: [false, true])
  func system(isTransposed: Bool) {
    // Cohorts 0, 1 share periods 0–2; cohort 2 is alone in period 3. Transposed, cohorts outnumber
    // periods.
    let plain: [[Double]] = [
      [2, 1, 0, 0],
      [0, 3, 4, 0],
      [0, 0, 0, 5],
    ]
    let table = isTransposed ? (0..<4).map { t in plain.map { $0[t] } } : plain
    let (cohorts, periods) = (table.count, table[0].count)
    let weights = table.flatMap { $0 }
    let system = CellSystem(weights: weights, periodCount: periods)
    let z = (
      cohorts: [1, -2, 0.5, 4].prefix(cohorts).map { Double($0) },
      periods: [0, 3, 1, 0].prefix(periods).map { Double($0) }
    )
    var p = [Double](repeating: 0, count: cohorts)
    var q = [Double](repeating: 0, count: periods)
    for cell in weights.indices {
      let value = weights[cell] * (z.cohorts[cell / periods] + z.periods[cell % periods])
      p[cell / periods] += value
      q[cell % periods] += value
    }
    let solved = system.solve(p, q)
    for cell in weights.indices where weights[cell] > 0 {
      let fitted = solved.cohorts[cell / periods] + solved.periods[cell % periods]
      let truth = z.cohorts[cell / periods] + z.periods[cell % periods]
      #expect(fitted.isClose(to: truth, absolute: 1e-12))
    }
    func isIdentified(_ g: Int, _ t: Int) -> Bool {
      isTransposed ? system.isIdentified(t, g) : system.isIdentified(g, t)
    }
    #expect(isIdentified(0, 2) && isIdentified(1, 0))
    #expect(!isIdentified(0, 3) && !isIdentified(2, 0))
  }

  @Test("a study without some periods altogether is balanced, and computed by cells")
  func emptyPeriods() throws {
    let base = try PlaceboPanel.study(units: 9, treated: 2, stream: RandomStream(seed: 14))
    var starts = base.treatmentStart
    starts[2] = Period.year(2008)
    let whole = try StudyGrid(base.treated(from: starts))
    let grid = whole.with(
      outcome: whole.outcome.indices.map { [2, 7].contains($0 % 10) ? .nan : whole.outcome[$0] })
    let terms = TwoWayTerms(grid) { cohort, t in
      cohort < 10 && t >= cohort ? TwoWayTerms.Key(cohort: cohort, time: t) : nil
    }
    let fit = try TwoWayFit(grid, terms)
    let rows = try PanelRows(grid, terms)
    let plain = TwoWayFit(grid, terms, rows, try FixedEffectsModel().fitted(rows.absorbing))
    #expect(fit.isIdentified == plain.isIdentified)
    let contrast = try #require(terms.average { _ in true })
    let (a, b) = (
      fit.average(contrast, gridClusters: 9), plain.average(contrast, gridClusters: 9)
    )
    #expect(a.value.isClose(to: b.value, relative: 1e-10))
    #expect(
      try #require(a.standardError).isClose(to: try #require(b.standardError), relative: 1e-10))
  }

  @Test("a joint test needs more clusters than leads")
  func preTrend() {
    let test = PreTrendTest([0.1, 0.2, 0.3], .identity(3), clusters: 3)
    #expect(test.check.verdict == .untestable)
    #expect(PreTrendTest([], nil, clusters: 30).check.verdict == .untestable)
    let far = PreTrendTest([10, 10], .identity(2), clusters: 30)
    #expect(far.check.verdict == .doubtful)
    // F = (10² + 10²)/2.
    #expect((far.check["statistic"] ?? 0).isClose(to: 100, relative: 1e-12))
  }

  @Test("a grid cut to columns keeps its cohorts in place")
  func columns() throws {
    let study = try TestPanels.simulated(starts: [nil, 2, 4], periods: 6) { _, _ in 1 }
    let grid = try StudyGrid(study)
    let part = grid.selecting(columns: 1..<5)
    #expect(part.periodCount == 4)
    #expect(part.cohort == [StudyGrid.never, 1, 3])
    #expect(part.start == .year(2002))
    #expect(part[1, 0] == grid[1, 1])
    let rows = grid.selecting([2, 0])
    #expect(rows.labels == ["u2", "u0"] && rows[0, 3] == grid[2, 3])
    #expect(grid.beforeAllAreTreated.periodCount == 6)
  }

  @Test("rates: the interval of a rate is that of its logarithm")
  func scale() {
    let report = DesignScale(.log, level: 0.95, clusters: 11)
    let estimate = report.estimate(-0.2, 0.01)
    let margin = StudentT(degreesOfFreedom: 10).upperQuantile(0.025) * 0.1
    #expect(estimate.value.isClose(to: exp(-0.2) - 1, relative: 1e-12))
    #expect((estimate.upper ?? 0).isClose(to: exp(-0.2 + margin) - 1, relative: 1e-12))
    #expect(report.estimate(-0.2, 0).standardError == nil)
  }
}
