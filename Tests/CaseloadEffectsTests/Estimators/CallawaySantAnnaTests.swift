import CaseloadData
import CaseloadMath
import CaseloadTestSupport
import Foundation
import Testing

@testable import CaseloadEffects

@Suite("Callaway–Sant'Anna") struct CallawaySantAnnaTests {
  private static func design(
    _ change: (inout CallawaySantAnna) -> Void = { _ in }
  ) -> CallawaySantAnna {
    var design = CallawaySantAnna()
    change(&design)
    return design
  }

  private static func effects(_ grid: StudyGrid, _ design: CallawaySantAnna = design()) throws
    -> GroupTimeEffects
  {
    GroupTimeEffects(try GroupTimeSample(grid, design), design.method)
  }

  @Test("ATT(g,t) agrees with its definition", arguments: CallawaySantAnna.Control.allCases)
  func definition(_ control: CallawaySantAnna.Control) throws {
    let grid = try DifferenceStudies.grid()
    let design = Self.design { $0.control = control }
    let effects = try Self.effects(grid, design)
    #expect(effects.cells.count == 2 * 7)
    for (cell, value) in zip(effects.cells, effects.values) {
      let base = cell.column >= cell.cohort ? cell.cohort - 1 : cell.column - 1
      func mean(_ isMember: (Int) -> Bool) -> Double {
        let members = (0..<grid.unitCount).filter(isMember)
        return members.reduce(0) { $0 + grid[$1, cell.column] - grid[$1, base] }
          / Double(members.count)
      }
      let expected =
        mean { grid.cohort[$0] == cell.cohort }
        - mean {
          grid.cohort[$0] == StudyGrid.never
            || control == .notYet && grid.cohort[$0] > cell.column
              && grid.cohort[$0] != cell.cohort
        }
      #expect(value.isClose(to: expected, relative: 1e-11, absolute: 1e-12))
    }
  }

  @Test(
    "the lean average is the average of the cells, with the same influences",
    arguments: CallawaySantAnna.Aggregation.allCases)
  func lean(_ aggregation: CallawaySantAnna.Aggregation) throws {
    let grid = try DifferenceStudies.grid(clusters: 20)
    for control in CallawaySantAnna.Control.allCases {
      let design = Self.design {
        $0.aggregation = aggregation
        $0.control = control
      }
      let effects = try Self.effects(grid, design)
      let average = try design.averages(effects).average(aggregation)
      let lean = try design.average(grid)
      #expect(lean.value.isClose(to: average.value, relative: 1e-12))
      #expect(
        lean.influence.isClose(
          to: effects.influence(of: average), relative: 1e-9, absolute: 1e-13))
      #expect(lean.influence.count == 20)
      #expect(abs(lean.influence.reduce(0, +)) < 1e-12)
    }
  }

  @Test("influences are the derivatives of the average in the weights")
  func derivatives() throws {
    // ψᵢ = wᵢ ∂θ/∂wᵢ: by the change of θ when unit i counts a little more.
    let grid = try DifferenceStudies.grid(units: 30, covariates: 1)
    let step = 1e-5
    for method in CallawaySantAnna.Adjustment.allCases {
      for aggregation in CallawaySantAnna.Aggregation.allCases {
        let design = Self.design {
          $0.method = method
          $0.aggregation = aggregation
          $0.control = .notYet
        }
        let psi = try design.average(grid).influence
        for unit in [0, 1, 2] {
          func theta(_ weight: Double) throws -> Double {
            try design.average(DifferenceStudies.weighted(grid, unit, weight)).value
          }
          let derivative = (try theta(1 + step) - theta(1 - step)) / (2 * step)
          #expect(psi[unit].isClose(to: derivative, relative: 1e-5, absolute: 1e-7))
        }
      }
    }
  }

  @Test("relabelling, shifting time, unit constants and a change of units do what they must")
  func invariants() throws {
    let grid = try DifferenceStudies.grid(covariates: 1)
    for method in CallawaySantAnna.Adjustment.allCases {
      let design = Self.design { $0.method = method }
      let plain = try design.average(grid)
      let error = try #require(plain.standardError)
      var stream = RandomStream(seed: 3)
      let order = stream.permutation(grid.unitCount)
      for other in [
        try DifferenceStudies.reordered(grid, order),
        try DifferenceStudies.reordered(grid, Array(0..<grid.unitCount), shift: 17),
        try DifferenceStudies.reordered(
          grid, Array(0..<grid.unitCount), outcome: { unit, _, y in y + 100 * Double(unit) }),
      ] {
        let same = try design.average(other)
        #expect(same.value.isClose(to: plain.value, relative: 1e-9))
        #expect(try #require(same.standardError).isClose(to: error, relative: 1e-9))
      }
      let scaled = try design.average(
        DifferenceStudies.reordered(
          grid, Array(0..<grid.unitCount), outcome: { 7 - 3 * $2 + 0 * Double($0 + $1) }))
      #expect(scaled.value.isClose(to: -3 * plain.value, relative: 1e-10))
      #expect(try #require(scaled.standardError).isClose(to: 3 * error, relative: 1e-10))
    }
  }

  @Test("a unit twice in one cluster counts as a weight of two, clustered")
  func duplicates() throws {
    let grid = try DifferenceStudies.grid(units: 24, covariates: 1)
    let twice = grid.selecting((0..<24).flatMap { [$0, $0] })
    let heavy = try DifferenceStudies.reordered(
      grid, Array(0..<24), weights: [Double](repeating: 2, count: 24))
    let design = Self.design { $0.control = .notYet }
    let (a, b, c) = (
      try design.average(grid), try design.average(twice), try design.average(heavy)
    )
    #expect(b.influence.count == 24)
    #expect(b.value.isClose(to: a.value, relative: 1e-10))
    #expect(try #require(b.standardError).isClose(to: #require(a.standardError), relative: 1e-9))
    #expect(c.value.isClose(to: a.value, relative: 1e-10))
    #expect(try #require(c.standardError).isClose(to: #require(a.standardError), relative: 1e-9))
  }

  @Test("covariates that say nothing new are left out and change nothing")
  func dependentCovariates() throws {
    let grid = try DifferenceStudies.grid(covariates: 1)
    var study = try DifferenceStudies.study(of: grid)
    let plain = try Self.design { $0.inference = .influence }.estimate(study)
    let doubled = Study.Variable(
      name: Text("twice"),
      series: study.covariates[0].series.map { $0.replacing($0.values.map { 2 * $0 + 1 }) })
    let constant = Study.Variable(
      name: Text("constant"),
      series: study.covariates[0].series.map { $0.replacing($0.values.map { _ in 5 }) })
    study.covariates += [doubled, constant]
    let redundant = try Self.design { $0.inference = .influence }.estimate(study)
    #expect(redundant.average.value.isClose(to: plain.average.value, relative: 1e-9))
    #expect(
      redundant.diagnostics.contains {
        $0.code == .rankDeficient && $0.message.en.contains("twice, constant")
      })
  }

  @Test("the answer holds cells, path, averages, bands and words")
  func answer() throws {
    let study = try DifferenceStudies.study(of: DifferenceStudies.grid())
    let estimate = try Self.design { $0.inference = .influence }.estimate(study)
    #expect(estimate.design == "callaway-santanna")
    #expect(estimate.cells.count == 14)
    #expect(estimate.path.map(\.eventTime) == Array(-4...4))
    #expect(
      estimate.quantities.map(\.id).prefix(6) == [
        "average-simple", "average-group", "average-calendar", "average-event", "cohort-2020-04",
        "cohort-2020-06",
      ])
    let critical = try #require(estimate.inference?.criticalValue)
    #expect(critical > 1.96 && critical < 3.5)
    for point in estimate.path {
      let (low, high) = (
        try #require(point.simultaneousLower), try #require(point.simultaneousUpper)
      )
      #expect(try low < #require(point.lower) && high > #require(point.upper))
    }
    #expect(estimate.estimand.en.contains("40 treated units"))
    #expect(estimate.estimand.zh.contains("40 个受干预单位"))
    #expect(estimate.assumptions.count == 4)
    #expect(estimate.assumptions[0].pValue != nil)
    let total = try #require(estimate.cumulative)
    #expect(total.value.isClose(to: estimate.average.value * (20 * 5 + 20 * 3), relative: 1e-12))
    let copy = try roundTrip(estimate)
    #expect(copy.average == estimate.average && copy.cells.count == 14)
  }

  @Test("the same stream gives the same bands, another gives others of about the same width")
  func bands() throws {
    let study = try DifferenceStudies.study(of: DifferenceStudies.grid())
    var design = CallawaySantAnna()
    design.inference = .influence
    func critical(_ seed: UInt64) throws -> Double {
      try #require(
        design.estimate(study, level: 0.95, from: RandomStream(seed: seed)).inference?
          .criticalValue)
    }
    #expect(try critical(1) == critical(1))
    #expect(try critical(1) != critical(2))
    #expect(try critical(1).isClose(to: critical(2), relative: 0.1))
    let mammen = try critical(1)
    design.multipliers = .rademacher
    #expect(try critical(1).isClose(to: mammen, relative: 0.1))
    design.draws = 0
    let none = try design.estimate(study)
    #expect(none.inference?.criticalValue == nil && none.path[0].simultaneousLower == nil)
  }

  @Test("multipliers have mean 0, variance 1, and Mammen's third moment 1")
  func multipliers() {
    for kind in CallawaySantAnna.Multipliers.allCases {
      let v = MultiplierBootstrap.multipliers(500, 0..<400, kind, RandomStream(seed: 4)).storage
      func moment(_ k: Double) -> Double {
        v.reduce(0) { $0 + (k == 3 ? $1 * $1 * $1 : k == 2 ? $1 * $1 : $1) } / Double(v.count)
      }
      // Five standard errors of means over 200,000 draws.
      #expect(abs(moment(1)) < 0.012)
      #expect(abs(moment(2) - 1) < 0.015)
      #expect(abs(moment(3) - (kind == .mammen ? 1 : 0)) < 0.03)
    }
  }

  @Test("the multiplier bootstrap of the headline agrees with the analytic error")
  func bootstrap() throws {
    let study = try DifferenceStudies.study(of: DifferenceStudies.grid(units: 120))
    var design = CallawaySantAnna()
    design.inference = .influence
    let analytic = try design.estimate(study)
    design.inference = .multiplierBootstrap
    let drawn = try design.estimate(study)
    #expect(drawn.inference?.kind == .multiplierBootstrap)
    #expect(drawn.inference?.draws == 999)
    #expect(drawn.average.value == analytic.average.value)
    let (a, b) = (
      try #require(analytic.average.standardError), try #require(drawn.average.standardError)
    )
    #expect(b.isClose(to: a, relative: 0.12))
  }

  @Test("the log scale reports rates of the logarithms' effects")
  func logScale() throws {
    let grid = try DifferenceStudies.grid(effect: { _, _ in -0.3 })
    let levels = try DifferenceStudies.reordered(
      grid, Array(0..<grid.unitCount), outcome: { exp(0.1 * $2) + 0 * Double($0 + $1) })
    let study = try DifferenceStudies.study(of: levels)
    var design = CallawaySantAnna()
    design.scale = .log
    design.inference = .influence
    let estimate = try design.estimate(study)
    let logs = try CallawaySantAnna().average(grid)
    #expect(estimate.average.value.isClose(to: expm1(0.1 * logs.value), relative: 1e-9))
    #expect(estimate.scale == .log && estimate.cumulative == nil)
    #expect(estimate.estimand.en.hasSuffix("as a rate"))
  }
}
