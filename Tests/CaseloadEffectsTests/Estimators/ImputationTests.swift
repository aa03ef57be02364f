import CaseloadData
import CaseloadMath
import CaseloadTestSupport
import Testing

@testable import CaseloadEffects

/// Random panels with known effects.
enum SimulatedPanel {
  /// Unit effect + period effect + covariate + effect + noise; cohorts 4, 6 and never in turn.
  ///
  /// Years run from 2001 on; `effect` is by event time; with gaps one cell in nine is missing; the
  /// covariate acts with coefficient 0.7.
  static func study(
    units: Int, periods: Int, effect: (Int) -> Double = { 1 + 0.5 * Double($0) },
    noise: Double = 1, seed: UInt64 = 1, hasGaps: Bool = false, hasCovariate: Bool = false,
    measure: Measure = .ratio
  ) throws -> Study {
    var stream = RandomStream(seed: seed)
    var table: (unit: [Double], year: [Double], y: [Double], start: [Double], x: [Double]) =
      ([], [], [], [], [])
    let period = (0..<periods).map { _ in stream.normal() }
    for i in 0..<units {
      let level = 10 + 3 * stream.normal()
      let start = [4, 6, Int.max][i % 3]
      for t in 0..<periods {
        let x = stream.normal() + 0.1 * Double(t)
        var y = level + period[t] + noise * stream.normal() + (hasCovariate ? 0.7 * x : 0)
        if t >= start { y += effect(t - start) }
        let isMissing = hasGaps && (i * 7 + t * 5) % 9 == 0 && t != 1 && t != 3
        table.unit.append(Double(i + 1))
        table.year.append(Double(2001 + t))
        table.y.append(isMissing ? .nan : y)
        table.start.append(start == Int.max ? 0 : Double(2001 + start))
        table.x.append(x)
      }
    }
    return try LongPanel.study(
      unit: table.unit, year: table.year, outcome: table.y, start: table.start,
      covariates: hasCovariate ? ["x": table.x] : [:], measure: measure)
  }
}

@Suite("Imputation") struct ImputationTests {
  private func expectDefinition(
    _ study: Study, _ options: Imputation, group: (Int, Int, StudyGrid) -> Int
  ) throws {
    let grid = try PreparedStudy(study, scale: .level).grid
    let own = try options.average(grid)
    let naive = try ImputationDefinition(
      grid, hasTrends: options.unitTrends, leavesOut: options.leaveOneOut
    ) { group($0, $1, grid) }
    #expect(own.value.isClose(to: naive.average, relative: 1e-9), "\(own.value) \(naive.average)")
    #expect(own.influence.isClose(to: naive.influence, relative: 1e-8, absolute: 1e-11))
  }

  private let byCell = { (i: Int, t: Int, grid: StudyGrid) in grid.cohort[i] * 1000 + t }

  @Test("a balanced panel agrees with dummies and the paper's weights")
  func balancedAgreesWithItsDefinition() throws {
    try expectDefinition(
      SimulatedPanel.study(units: 18, periods: 8), Imputation(.cohortPeriod), group: byCell)
  }

  @Test("gaps, a covariate, weights and clusters agree with dummies and the paper's weights")
  func unbalancedAgreesWithItsDefinition() throws {
    var study = try SimulatedPanel.study(
      units: 36, periods: 9, seed: 2, hasGaps: true, hasCovariate: true)
    study.unitWeights = (0..<36).map { 1 + Double($0 % 5) }
    study.clusters = (0..<36).map { "c\($0 / 2)" }
    try expectDefinition(study, Imputation(.cohortPeriod), group: byCell)
    try expectDefinition(study, Imputation(.cohortPeriod, leaveOneOut: true), group: byCell)
    try expectDefinition(study, Imputation(.horizon)) { i, t, grid in t - grid.cohort[i] }
    try expectDefinition(study, Imputation(.cohort)) { i, _, grid in grid.cohort[i] }
    try expectDefinition(study, Imputation(.all)) { _, _, _ in 0 }
  }

  @Test("trends of units agree with a dummy and a slope each")
  func trendsAgreeWithTheirDefinition() throws {
    try expectDefinition(
      SimulatedPanel.study(units: 18, periods: 9, seed: 3, hasCovariate: true),
      Imputation(.cohortPeriod, unitTrends: true), group: byCell)
  }

  @Test("few clusters are averaged by horizon, without their own effect")
  func automatic() throws {
    let study = try SimulatedPanel.study(units: 18, periods: 9, seed: 4)
    let grid = try PreparedStudy(study, scale: .level).grid
    // Six units a cohort: twelve share each of the first horizons, and the last two go with them.
    let naive = try ImputationDefinition(grid, hasTrends: false, leavesOut: true) { i, t in
      min(t - grid.cohort[i], 2)
    }
    let own = try Imputation().average(grid)
    #expect(own.influence.isClose(to: naive.influence, relative: 1e-8, absolute: 1e-11))
    let fine = try #require(Imputation(.cohortPeriod).average(grid).standardError)
    #expect(try #require(own.standardError) > fine)
  }

  @Test("a panel in two parts that share no period is still solved")
  func disconnected() throws {
    let study = try SimulatedPanel.study(units: 24, periods: 8, seed: 14)
    let grid = try PreparedStudy(study, scale: .level).grid
    // Every other unit is seen in odd periods alone, the rest in even ones.
    let outcome = grid.outcome.indices.map { cell in
      (cell / 8 + cell % 8) % 2 == 0 ? grid.outcome[cell] : .nan
    }
    let parts = grid.with(outcome: outcome)
    let whole = try ImputationFit(parts, Imputation(.cohortPeriod))
    for parity in 0..<2 {
      let half = try ImputationFit(
        parts.selecting((0..<24).filter { $0 % 2 == parity }), Imputation(.cohortPeriod))
      for (k, cell) in half.treated.enumerated() {
        let (i, t) = (cell / 8 * 2 + parity, cell % 8)
        #expect(whole.treated.contains(i * 8 + t), "\(k)")
        #expect(whole.effect(i * 8 + t).isClose(to: half.effect(cell), absolute: 1e-9))
      }
    }
  }

  @Test("without noise every effect is found exactly")
  func exact() throws {
    let study = try SimulatedPanel.study(
      units: 12, periods: 9, effect: { 2 - Double($0) }, noise: 0, hasGaps: true,
      hasCovariate: true)
    let result = try Imputation().estimate(study)
    for point in result.path where point.eventTime >= 0 {
      let effect = try #require(point.effect)
      #expect(effect.isClose(to: 2 - Double(point.eventTime), absolute: 1e-10))
    }
    for cell in result.cells {
      let k = cell.cohort.distance(to: cell.period)
      #expect(cell.value.isClose(to: 2 - Double(k), absolute: 1e-10))
    }
  }

  @Test("the average does not move with unit constants, period constants or the order of units")
  func invariance() throws {
    let study = try SimulatedPanel.study(units: 21, periods: 8, seed: 5, hasGaps: true)
    let grid = try PreparedStudy(study, scale: .level).grid
    let base = try Imputation().average(grid)
    let error = try #require(base.standardError)
    let shifted = grid.with(
      outcome: grid.outcome.indices.map {
        3 * grid.outcome[$0] + 1e5 * Double($0 / 8) - 777 * Double($0 % 8)
      })
    let moved = try Imputation().average(shifted)
    #expect(moved.value.isClose(to: 3 * base.value, relative: 1e-8))
    #expect(try #require(moved.standardError).isClose(to: 3 * error, relative: 1e-8))
    let permuted = grid.selecting(Array((0..<21).reversed()))
    let other = try Imputation().average(permuted)
    #expect(other.value.isClose(to: base.value, relative: 1e-11))
    #expect(try #require(other.standardError).isClose(to: error, relative: 1e-11))
  }

  @Test("every cluster twice leaves the average and divides its variance by two")
  func duplication() throws {
    let study = try SimulatedPanel.study(units: 24, periods: 8, seed: 6)
    let grid = try PreparedStudy(study, scale: .level).grid
    let twice = grid.selecting(Array(0..<24) + Array(0..<24))
    // `selecting` keeps copies in one cluster: the same standard error.
    let base = try Imputation().average(grid)
    let same = try Imputation().average(twice)
    let error = try #require(base.standardError)
    #expect(same.value.isClose(to: base.value, relative: 1e-11))
    #expect(try #require(same.standardError).isClose(to: error, relative: 1e-10))
  }

  @Test("one treated cluster has an average and no standard error")
  func lone() throws {
    let study = try SimulatedPanel.study(units: 9, periods: 8, seed: 7)
    var grid = try PreparedStudy(study, scale: .level).grid
    grid.cohort = (0..<9).map { $0 == 0 ? 4 : StudyGrid.never }
    let average = try Imputation().average(grid)
    #expect(average.standardError == nil)
    // The mean gap to the others, before and after.
    func gap(_ t: Int) -> Double { grid[0, t] - (1..<9).reduce(0) { $0 + grid[$1, t] } / 8 }
    let expected =
      (4..<8).reduce(0) { $0 + gap($1) } / 4 - (0..<4).reduce(0) { $0 + gap($1) } / 4
    #expect(average.value.isClose(to: expected, relative: 1e-10))
  }

  @Test("periods in which all are treated are named, and the rest is estimated")
  func undetermined() throws {
    var stream = RandomStream(seed: 8)
    var rows: (unit: [Double], year: [Double], y: [Double], start: [Double]) = ([], [], [], [])
    for i in 0..<12 {
      for t in 0..<8 {
        rows.unit.append(Double(i))
        rows.year.append(Double(2001 + t))
        rows.y.append(stream.normal())
        rows.start.append(i < 6 ? 2004 : 2007)
      }
    }
    let study = try LongPanel.study(
      unit: rows.unit, year: rows.year, outcome: rows.y, start: rows.start)
    let result = try Imputation().estimate(study)
    #expect(result.cells.map(\.period) == [.year(2004), .year(2005), .year(2006)])
    let note = try #require(result.diagnostics.first { $0.code == .notIdentified })
    #expect(note.message.en.contains("20") && note.location?.period == "2007")
    #expect(result.average.standardError != nil)
  }

  @Test("a covariate that is constant within units is named and left out")
  func constantCovariate() throws {
    var study = try SimulatedPanel.study(units: 12, periods: 8, seed: 9)
    let plain = try Imputation().estimate(study)
    study.covariates = [
      Study.Variable(
        name: Text("size"),
        series: study.panel.entries.enumerated().map { index, entry in
          TimeSeries(
            name: Text("size"), measure: .ratio, start: entry.series.start,
            values: [Double](repeating: Double(index) / 7, count: 8))
        })
    ]
    let result = try Imputation().estimate(study)
    #expect(result.diagnostics.contains { $0.code == .rankDeficient })
    #expect(result.average.value.isClose(to: plain.average.value, relative: 1e-10))
  }

  @Test("missing covariates take their observations out, with a note")
  func missingCovariate() throws {
    let study = try SimulatedPanel.study(units: 15, periods: 8, seed: 10, hasCovariate: true)
    var series = study.covariates[0].series
    var values = series[2].values
    values[2] = .nan
    series[2] = TimeSeries(measure: .ratio, start: series[2].start, values: values)
    var other = study
    other.covariates = [Study.Variable(name: Text("x"), series: series)]
    let result = try Imputation().estimate(other)
    #expect(
      result.diagnostics.contains {
        $0.code == .missingValues && $0.location?.series == "3" && $0.location?.period == "2003"
      })
    #expect(result.average.value.isFinite)
  }

  @Test("the pre-trend test is that of a direct regression on untreated observations")
  func preTrend() throws {
    let study = try SimulatedPanel.study(units: 24, periods: 9, seed: 11)
    let grid = try PreparedStudy(study, scale: .level).grid
    let test = try #require(ImputationPreTrend(grid, Imputation(.auto, preTrendPeriods: 2)))
    var rows: [[Double]] = []
    var y: [Double] = []
    var unit: [Int] = []
    for i in 0..<24 {
      for t in 0..<9 where !grid.isTreated(i, t) {
        var z = [Double](repeating: 0, count: 24 + 8 + 2)
        z[i] = 1
        if t > 0 { z[24 + t - 1] = 1 }
        for h in 1...2 where grid.cohort[i] < 9 && grid.cohort[i] - t == h { z[31 + h] = 1 }
        rows.append(z)
        y.append(grid[i, t])
        unit.append(i)
      }
    }
    let x = Matrix(rows: rows)
    let fit = try LeastSquares(x, y)
    for lead in test.leads {
      #expect(lead.value.isClose(to: fit.coefficients[31 + lead.lead], relative: 1e-9))
    }
    // CR1 with K = 8 periods + 2 leads + 1, as the units are nested in the clusters.
    var psi = Matrix(rowCount: 24, columnCount: 2)
    for k in 0..<2 {
      for (row, i) in unit.enumerated() {
        var sum = 0.0
        for j in 0..<x.columnCount { sum += fit.crossProductInverse[32 + k, j] * x[row, j] }
        psi[i, k] += sum * fit.residuals[row]
      }
    }
    let n = Double(y.count)
    let factor = (n - 1) / (n - 11) * 24 / 23
    let v = factor * psi.transposed(times: psi)
    let b = [fit.coefficients[32], fit.coefficients[33]]
    let determinant = v[0, 0] * v[1, 1] - v[0, 1] * v[1, 0]
    let cross = v[1, 1] * b[0] * b[0] - 2 * v[0, 1] * b[0] * b[1] + v[0, 0] * b[1] * b[1]
    #expect(try #require(test.statistic).isClose(to: cross / determinant / 2, relative: 1e-8))
    #expect(
      try #require(test.leads[0].standardError).isClose(to: v[0, 0].squareRoot(), relative: 1e-8))
  }

  @Test("logarithms are reported as rates")
  func rates() throws {
    let study = try SimulatedPanel.study(units: 15, periods: 8, noise: 0.2, seed: 12)
    let result = try Imputation(.auto, scale: .log).estimate(study)
    let grid = try PreparedStudy(study, scale: .log).grid
    let average = try Imputation(.auto, scale: .log).average(grid)
    #expect(result.average.value.isClose(to: expm1(average.value), relative: 1e-12))
    #expect(result.scale == .log)
  }

  @Test("a flow has a sum of effects")
  func cumulative() throws {
    let study = try SimulatedPanel.study(units: 15, periods: 8, seed: 13, measure: .flow)
    let result = try Imputation().estimate(study)
    let sum = try #require(result.cumulative)
    #expect(sum.value.isClose(to: result.average.value * 30, relative: 1e-12))
    let ratio = try SimulatedPanel.study(units: 15, periods: 8, seed: 13)
    #expect(try Imputation().estimate(ratio).cumulative == nil)
  }
}
