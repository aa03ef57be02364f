import CaseloadData
import CaseloadMath
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

  @Test("the cell system solves its normal equations, part by part")
  func system() {
    // Cohorts 0, 1 share periods 0–2; cohort 2 is alone in period 3.
    let weights: [Double] = [
      2, 1, 0, 0,
      0, 3, 4, 0,
      0, 0, 0, 5,
    ]
    let system = CellSystem(weights: weights, periodCount: 4)
    let z: ([Double], [Double]) = ([1, -2, 0.5], [0, 3, 1, 0])
    var (p, q) = ([Double](repeating: 0, count: 3), [Double](repeating: 0, count: 4))
    for cell in weights.indices {
      let value = weights[cell] * (z.0[cell / 4] + z.1[cell % 4])
      p[cell / 4] += value
      q[cell % 4] += value
    }
    let solved = system.solve(p, q)
    for cell in weights.indices where weights[cell] > 0 {
      let fitted = solved.cohorts[cell / 4] + solved.periods[cell % 4]
      #expect(fitted.isClose(to: z.0[cell / 4] + z.1[cell % 4], absolute: 1e-12))
    }
    #expect(system.isIdentified(0, 2) && system.isIdentified(1, 0))
    #expect(!system.isIdentified(0, 3) && !system.isIdentified(2, 0))
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
