import CaseloadData
import CaseloadMath
import CaseloadRegression
import CaseloadTestSupport
import Testing

@testable import CaseloadEffects

@Suite("Triple difference") struct TripleDifferenceTests {
  /// Courts with an eligible and an ineligible case type: `shock` moves a whole treated court from its
  /// start, `shift` the eligible type everywhere.
  private func study(
    _ starts: [Int?], periods: Int = 8, effect: Double = -3, shock: Double = 5, noise: Double = 0,
    types: [Bool] = [true, false]
  ) throws -> Study {
    var entries: [Panel.Entry] = []
    var first: [String: Period] = [:]
    for (court, start) in starts.enumerated() {
      for (type, isEligible) in types.enumerated() {
        var stream = RandomStream(seed: 9).substream(UInt64(court * 10 + type))
        let level = 20 + 3 * stream.normal()
        let values = (0..<periods).map { t -> Double in
          let isTreated = start.map { t >= $0 } ?? false
          return level + (isTreated ? shock : 0) + (isTreated && isEligible ? effect : 0)
            + (isEligible ? 0.7 : 0.2) * Double(t) + noise * stream.normal()
        }
        entries.append(
          Panel.Entry(
            key: ["c\(court)", "t\(type)"],
            series: TimeSeries(measure: .ratio, start: .year(2001), values: values)))
        if let start, isEligible { first["c\(court)/t\(type)"] = .year(2001 + start) }
      }
    }
    var study = try Study(
      Panel(keyNames: ["court", "type"], entries: entries), treatmentStart: first)
    study.eligible = starts.flatMap { _ in types }
    study.strata = starts.indices.flatMap { court in types.map { _ in "c\(court)" } }
    return study
  }

  @Test(
    "shocks to courts and shifts of case types drop out",
    arguments: TripleDifference.Effects.allCases)
  func exact(effects: TripleDifference.Effects) throws {
    var design = TripleDifference()
    design.effects = effects
    let estimate = try design.estimate(study([3, 3, 5, nil, nil, nil]))
    #expect(estimate.average.value.isClose(to: -3, absolute: 1e-9))
    let eligible = try #require(estimate.quantities.first { $0.id == "eligible-difference" })
    let others = try #require(estimate.quantities.first { $0.id == "other-difference" })
    #expect(eligible.estimate.value.isClose(to: 2, absolute: 1e-9))
    #expect(others.estimate.value.isClose(to: 5, absolute: 1e-9))
    #expect(estimate.estimand.en.contains("3 treated strata"))
  }

  @Test("the difference of the two differences in differences, with noise")
  func components() throws {
    var design = TripleDifference()
    design.inference = .influence
    let estimate = try design.estimate(study([3, 3, 3, nil, nil, nil], noise: 1))
    let parts = estimate.quantities.filter { $0.id.hasSuffix("difference") }
    let gap = parts[0].estimate.value - parts[1].estimate.value
    #expect(estimate.average.value.isClose(to: gap, relative: 1e-10))
    #expect((estimate.average.standardError ?? 0) > 0)
  }

  @Test("the regression with effects of strata by period and eligibility by period says the same")
  func regression() throws {
    // Unequal numbers of units in a stratum exercise the weights.
    let study = try study(
      [3, 3, 5, nil, nil, nil, nil], noise: 1, types: [true, false, false])
    var design = TripleDifference()
    design.effects = .common
    let grid = try PreparedStudy(study, scale: .level).grid
    let average = try design.average(grid)
    let periods = grid.periodCount
    let rows = 0..<grid.outcome.count
    func grouping(_ name: String, _ code: (Int, Int) -> Int) -> Grouping {
      Grouping(name: name, labels: rows.map { "\(code($0 / periods, $0 % periods))" })
    }
    let treatment = rows.map { row -> Double in
      let i = row / periods
      return grid.eligible[i] && grid.isTreated(i, row % periods) ? 1 : 0
    }
    let matrix = DesignMatrix(
      matrix: Matrix(columns: [treatment]), names: ["treated"], response: grid.outcome,
      responseName: "y",
      fixedEffects: [
        grouping("unit") { i, _ in i },
        grouping("stratum^period") { i, t in grid.stratum[i] * periods + t },
        grouping("eligible^period") { i, t in (grid.eligible[i] ? 1 : 0) * periods + t },
      ])
    let fit = try FixedEffectsModel().fitted(matrix)
    #expect(average.value.isClose(to: fit.coefficients[0], relative: 1e-8))
    let clusters = grouping("stratum") { i, _ in grid.stratum[i] }
    let plain = try fit.covariance(.clustered(by: [clusters], .cr0))[0, 0].squareRoot()
    let hook = try #require(try design.regression(grid))
    let own = try hook.fit.covariance(.clustered(by: [hook.clusters], .cr0))
    let variance = zip(hook.contrast, own * hook.contrast).reduce(0) { $0 + $1.0 * $1.1 }
    #expect(variance.squareRoot().isClose(to: plain, relative: 1e-8))
    #expect(average.influence.count == grid.clusterCount)
  }

  @Test("what is missing is asked for, and strata with one kind of unit are left out")
  func missing() throws {
    var study = try study([3, nil, nil, 3])
    study.eligible[3] = true
    let estimate = try TripleDifference().estimate(study)
    #expect(estimate.diagnostics.contains { $0.code == .unitLeftOut })
    study.strata = []
    #expect(throws: Diagnostic.self) { try TripleDifference().estimate(study) }
    study.eligible = []
    let error = #expect(throws: Diagnostic.self) { try TripleDifference().estimate(study) }
    #expect(error?.code == .missingOption)
  }
}
