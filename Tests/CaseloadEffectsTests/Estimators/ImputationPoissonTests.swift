import CaseloadData
import CaseloadMath
import CaseloadTestSupport
import Testing

@testable import CaseloadEffects

@Suite("Imputation of counts") struct ImputationPoissonTests {
  /// Counts with unit means of 5 to 500 and a treated half from year 6 on.
  private func study(
    units: Int = 16, effect: Double = -0.2, seed: UInt64 = 1, cohorts: [Int] = [5, Int.max]
  ) throws -> Study {
    var stream = RandomStream(seed: seed)
    var rows: (unit: [Double], year: [Double], y: [Double], start: [Double]) = ([], [], [], [])
    for i in 0..<units {
      let level = exp(1.6 + 4.6 * stream.uniform())
      let start = cohorts[i % cohorts.count]
      for t in 0..<9 {
        let mean = level * exp(0.05 * Double(t) + (t >= start ? effect : 0))
        rows.unit.append(Double(i + 1))
        rows.year.append(Double(2001 + t))
        rows.y.append(Poisson(mean: mean).sample(&stream))
        rows.start.append(start == Int.max ? 0 : Double(2001 + start))
      }
    }
    return try LongPanel.study(
      unit: rows.unit, year: rows.year, outcome: rows.y, start: rows.start, measure: .flow)
  }

  @Test("with one cohort the expected counts are those of the chain ladder")
  func chainLadder() throws {
    let study = try study()
    let grid = try PreparedStudy(study, scale: .level).grid
    let fit = try ImputationFit(grid, Imputation(.auto, family: .poisson))
    let treated = (0..<16).filter { grid.cohort[$0] == 5 }
    let others = (0..<16).filter { grid.cohort[$0] != 5 }
    func sum(_ units: [Int], _ columns: Range<Int>) -> Double {
      units.reduce(0) { s, i in columns.reduce(s) { $0 + grid[i, $1] } }
    }
    var expected = 0.0
    for i in treated {
      for t in 5..<9 {
        let mean = sum([i], 0..<5) * sum(others, t..<t + 1) / sum(others, 0..<5)
        #expect(fit.means[i * 9 + t].isClose(to: mean, relative: 1e-9))
        expected += mean
      }
    }
    let average = try Imputation(.auto, family: .poisson).average(grid)
    let ratio = sum(treated, 5..<9) / expected
    #expect(average.value.isClose(to: log(ratio), relative: 1e-8))
    let result = try Imputation(.auto, family: .poisson).estimate(study)
    #expect(result.average.value.isClose(to: ratio - 1, relative: 1e-8))
    #expect(result.scale == .log)
    #expect(
      try #require(result.cumulative).value.isClose(
        to: sum(treated, 5..<9) - expected, relative: 1e-8))
  }

  @Test("influences are derivatives in the clusters' weights")
  func influences() throws {
    var study = try study(units: 12, seed: 2, cohorts: [4, 6, Int.max])
    func value(_ weights: [Double]) throws -> Double {
      study.unitWeights = weights
      return try Imputation(.all, family: .poisson).average(
        PreparedStudy(study, scale: .level).grid
      ).value
    }
    let ones = [Double](repeating: 1, count: 12)
    study.unitWeights = ones
    let grid = try PreparedStudy(study, scale: .level).grid
    let options = Imputation(.all, family: .poisson)
    let average = try options.average(grid)
    let fit = try ImputationFit(grid, options)
    var mean = [Double](repeating: 0, count: 12)
    var count = mean
    for cell in fit.treated {
      mean[cell / 9] += fit.means[cell]
      count[cell / 9] += grid.outcome[cell]
    }
    let total = count.reduce(0, +)
    let ratio = total / mean.reduce(0, +)
    let bar = zip(mean, count).reduce(0) { $0 + $1.0 * $1.1 } / mean.reduce(0) { $0 + $1 * $1 }
    for i in 0..<12 {
      var (up, down) = (ones, ones)
      up[i] += 1e-4
      down[i] -= 1e-4
      let derivative = try (value(up) - value(down)) / 2e-4
      // The effects' average in the group takes the place of the ratio of sums.
      let own = average.influence[i] + mean[i] / total * (bar - ratio)
      #expect(own.isClose(to: derivative, relative: 1e-5, absolute: 1e-8), "\(i)")
    }
  }

  @Test("scaling all counts leaves the rate")
  func scaling() throws {
    let grid = try PreparedStudy(study(seed: 3), scale: .level).grid
    let options = Imputation(.auto, family: .poisson)
    let base = try options.average(grid)
    let error = try #require(base.standardError)
    let other = try options.average(grid.with(outcome: grid.outcome.map { 1e4 * $0 }))
    #expect(other.value.isClose(to: base.value, relative: 1e-9))
    #expect(try #require(other.standardError).isClose(to: error, relative: 1e-8))
  }

  @Test("a unit without a case before its start is named, and the others are estimated")
  func zeros() throws {
    let grid = try PreparedStudy(study(seed: 4), scale: .level).grid
    var outcome = grid.outcome
    for t in 0..<5 { outcome[t] = 0 }
    let fit = try ImputationFit(grid.with(outcome: outcome), Imputation(.auto, family: .poisson))
    #expect(fit.undetermined == [5, 6, 7, 8])
    #expect(fit.averages([Array(fit.treated.indices)])[0]?.value.isFinite == true)
  }

  @Test("a negative count is refused with its place, and options that it cannot take")
  func refusals() throws {
    let study = try study(seed: 5)
    let grid = try PreparedStudy(study, scale: .level).grid
    var outcome = grid.outcome
    outcome[10] = -1
    let error = #expect(throws: Diagnostic.self) {
      try Imputation(.auto, family: .poisson).average(grid.with(outcome: outcome))
    }
    #expect(error?.code == .negativeCount && error?.location?.period == "2002")
    let option = #expect(throws: Diagnostic.self) {
      try Imputation(.auto, family: .poisson, scale: .log).estimate(study)
    }
    #expect(option?.code == .illegalOption)
  }
}
