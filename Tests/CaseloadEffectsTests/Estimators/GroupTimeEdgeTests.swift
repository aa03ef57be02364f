import CaseloadData
import CaseloadMath
import CaseloadTestSupport
import Foundation
import Testing

@testable import CaseloadEffects

@Suite("Callaway–Sant'Anna on awkward data") struct GroupTimeEdgeTests {
  private static func design(
    _ change: (inout CallawaySantAnna) -> Void = { _ in }
  ) -> CallawaySantAnna {
    var design = CallawaySantAnna()
    design.inference = .influence
    change(&design)
    return design
  }

  /// A study with some values taken away.
  private static func holed(_ grid: StudyGrid, _ holes: [(unit: Int, column: Int)]) throws -> Study
  {
    var outcome = grid.outcome
    for hole in holes { outcome[hole.unit * grid.periodCount + hole.column] = .nan }
    return try DifferenceStudies.study(of: grid.with(outcome: outcome))
  }

  @Test("units with gaps are left out and named, and the rest is as without them")
  func balanced() throws {
    let grid = try DifferenceStudies.grid()
    let study = try Self.holed(grid, [(4, 2), (7, 6)])
    let estimate = try Self.design().estimate(study)
    let rest = try CallawaySantAnna().average(
      grid.selecting((0..<60).filter { $0 != 4 && $0 != 7 }))
    #expect(estimate.average.value.isClose(to: rest.value, relative: 1e-12))
    let note = try #require(estimate.diagnostics.first { $0.code == .unitLeftOut })
    #expect(
      note.message.en.contains("u4, u7") && note.hint?.en.contains("unbalanced=pairs") == true)
  }

  @Test("pairs of periods use every unit that is observed in both")
  func pairs() throws {
    let grid = try DifferenceStudies.grid()
    let study = try Self.holed(grid, [(4, 2), (7, 6), (9, 3), (2, 4)])
    let design = Self.design { $0.unbalanced = .pairs }
    let holed = try PreparedStudy(study, scale: .level).grid
    let effects = GroupTimeEffects(try GroupTimeSample(holed, design), design.method)
    for (cell, value) in zip(effects.cells, effects.values) {
      func mean(_ cohort: Int) -> Double {
        let changes = (0..<60).filter { holed.cohort[$0] == cohort }
          .map { holed[$0, cell.column] - holed[$0, cell.base] }.filter { !$0.isNaN }
        return changes.reduce(0, +) / Double(changes.count)
      }
      #expect(
        value.isClose(
          to: mean(cell.cohort) - mean(StudyGrid.never), relative: 1e-11, absolute: 1e-12))
    }
    let estimate = try design.estimate(study)
    #expect(!estimate.diagnostics.contains { $0.code == .unitLeftOut })
    #expect(estimate.diagnostics.contains { $0.code == .missingValues && $0.severity == .note })
  }

  @Test(
    "with gaps, influences are the derivatives in the weights, clustered by unit",
    arguments: [CallawaySantAnna.Unbalanced.pairs, .crossSections], [0, 1])
  func derivatives(_ choice: CallawaySantAnna.Unbalanced, _ covariates: Int) throws {
    let grid = try DifferenceStudies.grid(units: 36, covariates: covariates)
    let study = try Self.holed(grid, [(4, 2), (7, 6), (9, 3), (2, 4)])
    let holed = try PreparedStudy(study, scale: .level).grid
    for method in CallawaySantAnna.Adjustment.allCases {
      let design = Self.design {
        $0.unbalanced = choice
        $0.method = method
        $0.aggregation = .group
        $0.control = .notYet
      }
      let psi = try design.average(holed).influence
      let step = 1e-5
      for unit in [2, 4, 12] {
        func theta(_ weight: Double) throws -> Double {
          try design.average(DifferenceStudies.weighted(holed, unit, weight)).value
        }
        let derivative = (try theta(1 + step) - theta(1 - step)) / (2 * step)
        #expect(psi[unit].isClose(to: derivative, relative: 1e-5, absolute: 1e-7))
      }
    }
  }

  @Test("repeated cross-sections: definition, and influences as derivatives with covariates")
  func crossSections() throws {
    let panel = try DifferenceStudies.grid(
      units: 60, periods: 5, starts: [2, 3, StudyGrid.never], covariates: 1)
    var entries: [Panel.Entry] = []
    var from: [String: Period] = [:]
    var x: [TimeSeries] = []
    for unit in 0..<60 {
      for t in 0..<5 {
        let label = "o\(unit)-\(t)"
        let start = panel.period(t)
        entries.append(
          Panel.Entry(key: [label], series: TimeSeries(start: start, values: [panel[unit, t]])))
        x.append(
          TimeSeries(
            start: start, values: [panel.covariates[0][unit * 5 + t] + 0.1 * Double(t * unit % 7)]))
        if panel.cohort[unit] != StudyGrid.never { from[label] = panel.period(panel.cohort[unit]) }
      }
    }
    var study = try Study(Panel(keyNames: ["observation"], entries: entries), treatmentStart: from)
    study.isRepeatedCrossSection = true
    let plain = try Self.design().estimate(study)
    #expect(
      plain.average.value.isClose(
        to: try CallawaySantAnna().average(
          DifferenceStudies.withoutCovariates(panel)
        ).value, relative: 1e-10))
    #expect(plain.estimand.en.contains("treated observations"))
    study.covariates = [Study.Variable(name: Text("x"), series: x)]
    let grid = try PreparedStudy(study, scale: .level).grid
    let step = 1e-5
    for method in CallawaySantAnna.Adjustment.allCases {
      let design = Self.design { $0.method = method }
      let psi = try design.average(grid).influence
      for unit in [0, 7, 13, 104] {
        func theta(_ weight: Double) throws -> Double {
          try design.average(DifferenceStudies.weighted(grid, unit, weight)).value
        }
        let derivative = (try theta(1 + step) - theta(1 - step)) / (2 * step)
        #expect(psi[unit].isClose(to: derivative, relative: 1e-5, absolute: 1e-7))
      }
    }
  }

  @Test("without never treated units the last wave is the comparison of the others")
  func noNeverTreated() throws {
    let grid = try DifferenceStudies.grid(starts: [3, 5, 6])
    let estimate = try Self.design().estimate(DifferenceStudies.study(of: grid))
    #expect(Set(estimate.cells.map(\.cohort)) == [grid.period(3), grid.period(5)])
    #expect(estimate.cells.allSatisfy { $0.period < grid.period(6) })
    #expect(estimate.diagnostics.count { $0.code == .noComparison } == 2)
    // As if the last wave were never treated, up to its start.
    var outcome = grid.outcome
    for unit in 0..<60 { for t in 6..<8 { outcome[unit * 8 + t] = .nan } }
    let cut = grid.with(outcome: outcome)
      .with(cohort: grid.cohort.map { $0 == 6 ? StudyGrid.never : $0 })
    var notYet = CallawaySantAnna()
    notYet.control = .notYet
    #expect(
      estimate.average.value.isClose(to: try notYet.average(cut).value, relative: 1e-12))
  }

  @Test("waves that begin with the data are left out, and none but these is an error")
  func early() throws {
    let grid = try DifferenceStudies.grid(starts: [0, 1, 4, StudyGrid.never])
    let study = try DifferenceStudies.study(of: grid)
    let estimate = try Self.design().estimate(study)
    #expect(Set(estimate.cells.map(\.cohort)) == [grid.period(1), grid.period(4)])
    #expect(estimate.diagnostics.count { $0.code == .unitLeftOut } == 15)
    let anticipating = try Self.design { $0.anticipation = 1 }.estimate(study)
    #expect(Set(anticipating.cells.map(\.cohort)) == [grid.period(4)])
    let error = #expect(throws: Diagnostic.self) {
      try Self.design { $0.anticipation = 4 }.estimate(study)
    }
    #expect(error?.code == .noTreatedUnit)
    let negative = #expect(throws: Diagnostic.self) {
      try Self.design { $0.anticipation = -1 }.estimate(study)
    }
    #expect(negative?.code == .illegalOption)
  }

  @Test("one start for all and nobody without it is an error")
  func noComparison() throws {
    let study = try DifferenceStudies.study(of: DifferenceStudies.grid(starts: [4]))
    let error = #expect(throws: Diagnostic.self) { try Self.design().estimate(study) }
    #expect(error?.code == .noComparison)
  }

  @Test("a period in which nobody is observed does not exist")
  func emptyPeriod() throws {
    let grid = try DifferenceStudies.grid()
    let study = try Self.holed(grid, (0..<60).map { ($0, 2) })
    let estimate = try Self.design().estimate(study)
    // The base of wave 3 is period 1.
    let effects = try CallawaySantAnna().average(PreparedStudy(study, scale: .level).grid)
    #expect(estimate.average.value.isClose(to: effects.value, relative: 1e-12))
    #expect(!estimate.cells.contains { $0.period == grid.period(2) })
    let cell = try #require(
      estimate.cells.first { $0.cohort == grid.period(3) && $0.period == grid.period(3) })
    func mean(_ cohort: Int) -> Double {
      let members = (0..<60).filter { grid.cohort[$0] == cohort }
      return members.reduce(0) { $0 + grid[$1, 3] - grid[$1, 1] } / Double(members.count)
    }
    #expect(cell.value.isClose(to: mean(3) - mean(StudyGrid.never), relative: 1e-11))
  }

  @Test("no overlap: the effect is missing with a reason, and the others are given")
  func overlap() throws {
    let grid = try DifferenceStudies.grid(covariates: 1)
    // Wave 3 lies apart from all others in the covariate.
    var study = try DifferenceStudies.study(of: grid)
    study.covariates = [
      Study.Variable(
        name: Text("x"),
        series: study.covariates[0].series.enumerated().map { unit, series in
          series.replacing(series.values.map { grid.cohort[unit] == 3 ? $0 + 100 : $0 })
        })
    ]
    let estimate = try Self.design().estimate(study)
    #expect(Set(estimate.cells.map(\.cohort)) == [grid.period(5)])
    let warning = try #require(
      estimate.diagnostics.first { $0.code == .notIdentified && $0.severity == .warning })
    #expect(warning.message.en.contains("from 2020-04") && warning.message.en.contains("7 periods"))
    #expect(estimate.assumptions[2].verdict == .violated)
    let extrapolated = try Self.design { $0.method = .regression }.estimate(study)
    #expect(extrapolated.cells.count == 14)
  }

  @Test("a covariate that does not vary in the comparison: no regression, a reason")
  func singular() throws {
    let grid = try DifferenceStudies.grid(covariates: 1)
    var study = try DifferenceStudies.study(of: grid)
    study.covariates = [
      Study.Variable(
        name: Text("x"),
        series: study.covariates[0].series.enumerated().map { unit, series in
          series.replacing(series.values.map { grid.cohort[unit] == 3 ? $0 : 1 })
        })
    ]
    let estimate = try Self.design { $0.method = .regression }.estimate(study)
    #expect(Set(estimate.cells.map(\.cohort)) == [grid.period(5)])
    #expect(estimate.diagnostics.contains { $0.message.en.contains("linearly dependent") })
    #expect(estimate.path.allSatisfy { $0.effect?.isFinite != false })
  }

  @Test("a single treated unit has effects, no standard error, and says why")
  func single() throws {
    let grid = try DifferenceStudies.grid()
    let cohort = grid.cohort.enumerated().map { $0 == 0 ? 4 : StudyGrid.never + 0 * $1 }
    let study = try DifferenceStudies.study(of: grid.with(cohort: cohort))
    let estimate = try Self.design { $0.inference = .multiplierBootstrap }.estimate(study)
    #expect(estimate.cells.allSatisfy { $0.standardError == nil })
    #expect(estimate.average.standardError == nil && estimate.average.value.isFinite)
    #expect(estimate.path.allSatisfy { $0.standardError == nil && $0.simultaneousLower == nil })
    #expect(estimate.inference?.criticalValue == nil)
    #expect(estimate.diagnostics.contains { $0.message.en.contains("single cluster") })
  }

  @Test("a weight of zero is refused by name")
  func weights() throws {
    var study = try DifferenceStudies.study(of: DifferenceStudies.grid())
    study.unitWeights = (0..<60).map { $0 == 7 ? 0 : 1 }
    let error = #expect(throws: Diagnostic.self) { try Self.design().estimate(study) }
    #expect(error?.code == .valueOutOfRange && error?.location?.series == "u7")
  }

  @Test("a missing covariate takes its unit out of a comparison of pairs, with a note")
  func missingCovariate() throws {
    let grid = try DifferenceStudies.grid(covariates: 1)
    var study = try DifferenceStudies.study(of: grid)
    study.covariates = [
      Study.Variable(
        name: Text("x"),
        series: study.covariates[0].series.enumerated().map { unit, series in
          unit == 8 ? series.replacing(series.values.map { _ in .nan }) : series
        })
    ]
    let rest = try CallawaySantAnna().average(grid.selecting((0..<60).filter { $0 != 8 }))
    let balanced = try Self.design().estimate(study)
    #expect(balanced.average.value.isClose(to: rest.value, relative: 1e-12))
    #expect(balanced.diagnostics.contains { $0.code == .unitLeftOut })
    let pairs = try Self.design { $0.unbalanced = .pairs }.estimate(study)
    #expect(pairs.diagnostics.contains { $0.message.en.contains("u8") })
    #expect(pairs.average.value.isFinite)
  }

  @Test("the universal base moves placebos and no effect")
  func universal() throws {
    let grid = try DifferenceStudies.grid()
    let varying = try Self.design().estimate(DifferenceStudies.study(of: grid))
    let universal = try Self.design { $0.basePeriod = .universal }.estimate(
      DifferenceStudies.study(of: grid))
    #expect(universal.average == varying.average)
    let reference = try #require(universal.path.first { $0.eventTime == -1 })
    #expect(reference.effect == 0 && reference.standardError == nil)
    #expect(universal.cells.count == 16)
    // Placebos against one base are the sums of those against the period before.
    func effect(_ estimate: EffectEstimate, _ column: Int) throws -> Double {
      try #require(
        estimate.cells.first { $0.cohort == grid.period(5) && $0.period == grid.period(column) }
      ).value
    }
    let sum = try effect(varying, 4) + effect(varying, 3)
    #expect(try effect(universal, 2).isClose(to: -sum, relative: 1e-10))
  }
}
