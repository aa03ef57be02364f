import CaseloadData
import CaseloadMath
import CaseloadTestSupport
import Foundation
import Testing

@testable import CaseloadEffects

@Suite("Difference in differences of one start") struct TwoPeriodTests {
  private static func grid(covariates: Int = 0, units: Int = 40) throws -> StudyGrid {
    try DifferenceStudies.grid(
      units: units, starts: [4, StudyGrid.never], covariates: covariates, effect: { _, _ in 2 })
  }

  @Test("the coefficient agrees with its definition by means, and with the regression's")
  func definition() throws {
    let grid = try Self.grid()
    func mean(_ isTreated: Bool, _ columns: Range<Int>) -> Double {
      let members = (0..<40).filter { (grid.cohort[$0] == 4) == isTreated }
      let values = members.flatMap { unit in columns.map { grid[unit, $0] } }
      return values.reduce(0, +) / Double(values.count)
    }
    let expected =
      mean(true, 4..<8) - mean(true, 0..<4) - mean(false, 4..<8) + mean(false, 0..<4)
    for effects in DifferenceInDifferences.Effects.allCases {
      var design = DifferenceInDifferences()
      design.effects = effects
      let average = try design.average(grid)
      #expect(average.value.isClose(to: expected, relative: 1e-11))
      let regression = try #require(try design.regression(grid))
      let fitted = regression.averageEffect(clusterCount: grid.clusterCount)
      #expect(fitted.value.isClose(to: expected, relative: 1e-9))
      #expect(fitted.influence.isClose(to: average.influence, relative: 1e-7, absolute: 1e-10))
      let covariance = try regression.fit.covariance(
        .clustered(by: [regression.clusters], .cr0))
      let index = try #require(regression.contrast.firstIndex(of: 1))
      #expect(
        try #require(average.standardError)
          .isClose(to: covariance[index, index].squareRoot(), relative: 1e-8))
    }
  }

  @Test("the path holds what was and what would have been; effects after average to the headline")
  func path() throws {
    let grid = try Self.grid()
    var design = DifferenceInDifferences()
    design.inference = .influence
    let estimate = try design.estimate(DifferenceStudies.study(of: grid))
    #expect(estimate.path.count == 8)
    let after = estimate.path.filter { $0.eventTime >= 0 }.compactMap(\.effect)
    #expect((after.reduce(0, +) / 4).isClose(to: estimate.average.value, relative: 1e-11))
    for point in estimate.path {
      let gap = try #require(point.observed) - #require(point.counterfactual)
      #expect(gap.isClose(to: try #require(point.effect), relative: 1e-9, absolute: 1e-9))
    }
    #expect(estimate.assumptions[0].pValue != nil)
    #expect(
      try #require(estimate.cumulative).value
        .isClose(to: estimate.average.value * 80, relative: 1e-12))
    #expect(estimate.estimand.en.contains("20 treated units over 2020-05 to 2020-08"))
  }

  @Test("units with gaps: the regression on units, and means of groups")
  func gaps() throws {
    let grid = try Self.grid()
    var outcome = grid.outcome
    outcome[3 * 8 + 5] = .nan
    outcome[10 * 8 + 1] = .nan
    for t in 0..<4 { outcome[6 * 8 + t] = .nan }
    let study = try DifferenceStudies.study(of: grid.with(outcome: outcome))
    var design = DifferenceInDifferences()
    design.inference = .influence
    let units = try design.estimate(study)
    #expect(units.diagnostics.contains { $0.code == .unitLeftOut })
    #expect(units.average.value.isClose(to: 2, absolute: 1))
    design.effects = .groups
    let groups = try design.estimate(study)
    let fitted = try #require(try design.regression(try design.prepared(study).grid))
    let value = zip(fitted.contrast, fitted.fit.coefficients).reduce(0) { $0 + $1.0 * $1.1 }
    #expect(groups.average.value.isClose(to: value, relative: 1e-9))
    #expect(!groups.diagnostics.contains { $0.code == .unitLeftOut })
  }

  @Test(
    "every doubly robust variant: influences are derivatives, invariants hold",
    arguments: DoublyRobustDifferences.Variant.allCases)
  func variants(_ variant: DoublyRobustDifferences.Variant) throws {
    let grid = try Self.grid(covariates: 2, units: 60)
    var design = DoublyRobustDifferences()
    design.method = variant
    let average = try design.average(grid)
    let step = 1e-5
    for unit in [0, 1, 17] {
      func theta(_ weight: Double) throws -> Double {
        try design.average(DifferenceStudies.weighted(grid, unit, weight)).value
      }
      let derivative = (try theta(1 + step) - theta(1 - step)) / (2 * step)
      #expect(average.influence[unit].isClose(to: derivative, relative: 1e-5, absolute: 1e-7))
    }
    var stream = RandomStream(seed: 9)
    let permuted = try design.average(
      DifferenceStudies.reordered(grid, stream.permutation(60)))
    #expect(permuted.value.isClose(to: average.value, relative: 1e-9))
    let scaled = try design.average(
      DifferenceStudies.reordered(
        grid, Array(0..<60), outcome: { 5 + 2 * $2 + 0 * Double($0 + $1) }))
    #expect(scaled.value.isClose(to: 2 * average.value, relative: 1e-9))
  }

  @Test("without covariates all variants are the difference of changes")
  func noCovariates() throws {
    let grid = try Self.grid()
    let expected = try DifferenceInDifferences().average(grid)
    for variant in DoublyRobustDifferences.Variant.allCases {
      var design = DoublyRobustDifferences()
      design.method = variant
      let average = try design.average(grid)
      #expect(average.value.isClose(to: expected.value, relative: 1e-10))
      #expect(average.influence.isClose(to: expected.influence, relative: 1e-7, absolute: 1e-10))
    }
  }

  @Test("with one period before and after, Callaway and Sant'Anna's is the traditional variant")
  func agreement() throws {
    let grid = try DifferenceStudies.grid(
      units: 60, periods: 2, starts: [1, StudyGrid.never], covariates: 2)
    var design = DoublyRobustDifferences()
    design.method = .traditional
    let (a, b) = (try design.average(grid), try CallawaySantAnna().average(grid))
    #expect(a.value.isClose(to: b.value, relative: 1e-12))
    #expect(a.influence.isClose(to: b.influence, relative: 1e-9, absolute: 1e-12))
  }

  @Test("the calibrated odds balance the covariates exactly")
  func calibration() throws {
    let grid = try Self.grid(covariates: 2, units: 60)
    let x = grid.covariates.map { values in (0..<60).map { values[$0 * 8] } }
    let basis = CovariateBasis(rowCount: 60, covariates: x)
    let treated = (0..<60).map { grid.cohort[$0] == 4 ? 1.0 : 0 }
    let score = try PropensityScore(
      basis, treated, [Double](repeating: 1, count: 60), .calibration)
    for column in [[Double](repeating: 1, count: 60)] + x {
      var (own, others) = (0.0, 0.0)
      for i in 0..<60 {
        own += treated[i] * column[i]
        others += (1 - treated[i]) * score.odds[i] * column[i]
      }
      #expect(others.isClose(to: own, relative: 1e-10, absolute: 1e-10))
    }
  }

  @Test("covariates that tell the groups apart stop the estimate, and say what to do")
  func overlap() throws {
    let grid = try Self.grid(covariates: 1)
    var study = try DifferenceStudies.study(of: grid)
    study.covariates = [
      Study.Variable(
        name: Text("x"),
        series: study.covariates[0].series.enumerated().map { unit, series in
          series.replacing(series.values.map { grid.cohort[unit] == 4 ? $0 + 50 : $0 })
        })
    ]
    for variant in DoublyRobustDifferences.Variant.allCases where variant != .regression {
      var design = DoublyRobustDifferences()
      design.method = variant
      let error = #expect(throws: Diagnostic.self) { try design.estimate(study) }
      #expect(error?.code == .notIdentified && error?.hint?.en.contains("regression") == true)
    }
    var design = DoublyRobustDifferences()
    design.method = .regression
    #expect(try design.estimate(study).average.value.isFinite)
  }

  @Test("units that are always treated are left out by name, none left is an error")
  func always() throws {
    let grid = try DifferenceStudies.grid(
      units: 40, starts: [0, 4, StudyGrid.never, StudyGrid.never])
    let study = try DifferenceStudies.study(of: grid)
    for effects in DifferenceInDifferences.Effects.allCases {
      var design = DifferenceInDifferences()
      design.inference = .influence
      design.effects = effects
      let estimate = try design.estimate(study)
      #expect(estimate.diagnostics.contains { $0.code == .unitLeftOut })
      #expect(
        estimate.average.value.isClose(
          to: try design.average(grid.selecting((0..<40).filter { grid.cohort[$0] != 0 })).value,
          relative: 1e-11))
    }
  }

  @Test("a single treated unit has a difference without a standard error")
  func single() throws {
    let grid = try Self.grid()
    let cohort = (0..<40).map { $0 == 0 ? 4 : StudyGrid.never }
    let study = try DifferenceStudies.study(of: grid.with(cohort: cohort))
    var design = DifferenceInDifferences()
    design.inference = .multiplierBootstrap
    let estimate = try design.estimate(study)
    #expect(estimate.average.standardError == nil && estimate.average.value.isFinite)
    #expect(estimate.path.allSatisfy { $0.standardError == nil })
  }

  @Test("with one period before and after, the intervals of the path are Welch's")
  func welch() throws {
    let grid = try DifferenceStudies.grid(
      units: 17, periods: 2, starts: [1, StudyGrid.never, StudyGrid.never])
    func changes(_ isTreated: Bool) -> (mean: Double, variance: Double, count: Double) {
      let values = (0..<17).filter { (grid.cohort[$0] == 1) == isTreated }
        .map { grid[$0, 1] - grid[$0, 0] }
      let n = Double(values.count)
      let mean = values.reduce(0, +) / n
      return (mean, values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / (n - 1), n)
    }
    let (a, b) = (changes(true), changes(false))
    let (u, v) = (a.variance / a.count, b.variance / b.count)
    let degrees = (u + v) * (u + v) / (u * u / (a.count - 1) + v * v / (b.count - 1))
    let margin =
      StudentT(degreesOfFreedom: degrees).upperQuantile(0.025) * (u + v).squareRoot()
    let study = try DifferenceStudies.study(of: grid)
    for design in [DifferenceInDifferences() as any EffectEstimator, CallawaySantAnna()] {
      let estimate = try design.estimate(study)
      let point = try #require(estimate.path.first { $0.eventTime == 0 })
      #expect(try #require(point.upper).isClose(to: a.mean - b.mean + margin, relative: 1e-9))
      #expect(try #require(point.lower).isClose(to: a.mean - b.mean - margin, relative: 1e-9))
      #expect(
        try #require(point.standardError)
          .isClose(
            to: (u * (a.count - 1) / a.count + v * (b.count - 1) / b.count).squareRoot(),
            relative: 1e-9))
      let gap = try #require(point.observed) - #require(point.counterfactual)
      #expect(gap.isClose(to: a.mean - b.mean, relative: 1e-9))
    }
  }
}
