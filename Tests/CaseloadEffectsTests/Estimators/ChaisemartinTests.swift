import CaseloadData
import CaseloadMath
import CaseloadTestSupport
import Testing

@testable import CaseloadEffects

extension ChaisemartinDHaultfoeuille {
  init(_ effect: Effect, horizons: Int = 0, placebos: Int = 0) {
    self.init()
    self.effect = effect
    self.horizons = horizons
    self.placebos = placebos
  }
}

@Suite("Switchers against stayers") struct ChaisemartinTests {
  /// Units with treatments 0, 1 (or 2) that go up and down, some missing cells.
  static func study(
    units: Int = 40, noise: Double = 1, effect: Double = 1, seed: UInt64 = 1, levels: Int = 2,
    hasGaps: Bool = false
  ) throws -> Study {
    var stream = RandomStream(seed: seed)
    var rows: (unit: [Double], year: [Double], y: [Double], start: [Double], d: [Double]) =
      ([], [], [], [], [])
    let period = (0..<8).map { _ in stream.normal() }
    for i in 0..<units {
      let level = 3 * stream.normal()
      var d = Double(i % 4 == 3 ? levels - 1 : 0)
      var path: [Double] = []
      for t in 0..<8 {
        if t > 0, stream.uniform() < 0.18 { d = Double(stream.integer(below: levels)) }
        path.append(d)
      }
      let start = path.firstIndex { $0 > 0 }
      for t in 0..<8 {
        rows.unit.append(Double(i + 1))
        rows.year.append(Double(2001 + t))
        let isMissing = hasGaps && (i * 5 + t * 3) % 17 == 0
        rows.y.append(
          isMissing ? .nan : level + period[t] + effect * path[t] + noise * stream.normal())
        rows.start.append(start.map { Double(2001 + $0) } ?? 0)
        rows.d.append(path[t])
      }
    }
    var study = try LongPanel.study(
      unit: rows.unit, year: rows.year, outcome: rows.y, start: rows.start,
      covariates: ["d": rows.d])
    study.treatment = study.covariates[0]
    study.covariates = []
    return study
  }

  /// DID_ℓ and its placebos, unit by unit, straight from the paper.
  private struct Definition {
    var value = 0.0
    var count = 0.0
    var accumulated = 0.0
    var present = 0.0
    var influence: [Double]

    init(_ grid: StudyGrid, _ l: Int, isPlacebo: Bool) {
      let (n, periods) = (grid.unitCount, grid.periodCount)
      func d(_ i: Int, _ t: Int) -> Double { grid.treatment[i * periods + t] }
      func y(_ i: Int, _ t: Int) -> Double { grid[i, t] }
      let change = (0..<n).map { i in (0..<periods).first { d(i, $0) != d(i, 0) } ?? .max }
      influence = [Double](repeating: 0, count: n)
      for i in 0..<n where change[i] != .max && change[i] - 1 + l < periods {
        let (r, t) = (change[i] - 1, change[i] - 1 + l)
        let s = isPlacebo ? r - l : t
        guard s >= 0, !(y(i, t) - y(i, r)).isNaN, !(y(i, s) - y(i, r)).isNaN else { continue }
        let others = (0..<n).filter {
          d($0, 0) == d(i, 0) && change[$0] > t && !(y($0, s) - y($0, r)).isNaN
        }
        guard !others.isEmpty else { continue }
        let sign = d(i, change[i]) > d(i, 0) ? 1.0 : -1
        let mean = others.reduce(0) { $0 + y($1, s) - y($1, r) } / Double(others.count)
        value += sign * (y(i, s) - y(i, r) - mean)
        count += 1
        for k in r + 1...t { accumulated += abs(d(i, k) - d(i, 0)) }
        present += abs(d(i, t) - d(i, 0))
        let same = (0..<n).filter {
          change[$0] == change[i] && d($0, 0) == d(i, 0)
            && (d($0, change[i]) > d(i, 0)) == (sign > 0) && !(y($0, t) - y($0, r)).isNaN
            && !(y($0, s) - y($0, r)).isNaN
        }
        func centered(_ unit: Int, _ group: [Int]) -> Double {
          let group = group.count > 1 ? group : same + others
          let middle = group.reduce(0) { $0 + y($1, s) - y($1, r) } / Double(group.count)
          let factor = (Double(group.count) / Double(group.count - 1)).squareRoot()
          return factor * (y(unit, s) - y(unit, r) - middle)
        }
        influence[i] += sign * centered(i, same)
        for j in others { influence[j] -= sign * centered(j, others) / Double(others.count) }
      }
    }
  }

  @Test(
    "first switches and placebos agree with the paper, unit by unit",
    arguments: [(2, false), (2, true), (3, false)])
  func firstAgreesWithItsDefinition(levels: Int, hasGaps: Bool) throws {
    // Three levels without units that cross their first value.
    let study = try Self.study(seed: 3, levels: levels, hasGaps: hasGaps)
    var grid = try StudyGrid(study)
    let paths = TreatmentPaths(grid)
    grid = grid.with(outcome: paths.outcome)
    let effects = SwitchEffects(grid: grid, paths: TreatmentPaths(grid))
    for l in 1...4 {
      for isPlacebo in [false, true] {
        let own = effects.first(l, isPlacebo: isPlacebo)
        let naive = Definition(grid, l, isPlacebo: isPlacebo)
        #expect(own.value.isClose(to: naive.value, relative: 1e-10, absolute: 1e-12))
        #expect(own.weight == naive.count)
        if levels == 2 {
          #expect(own.accumulated == naive.accumulated && own.present == naive.present)
        }
        #expect(own.influence.isClose(to: naive.influence, relative: 1e-9, absolute: 1e-11))
      }
    }
  }

  @Test("the average is the sum of effects per unit of treatment")
  func total() throws {
    let grid = try StudyGrid(Self.study(seed: 4))
    let sums = (1...7).map { Definition(grid, $0, isPlacebo: false) }
    let expected = sums.reduce(0) { $0 + $1.value } / sums.reduce(0) { $0 + $1.present }
    let own = try ChaisemartinDHaultfoeuille(.average).average(grid)
    #expect(own.value.isClose(to: expected, relative: 1e-10))
    var squares = 0.0
    for i in 0..<40 {
      let psi = sums.reduce(0) { $0 + $1.influence[i] } / sums.reduce(0) { $0 + $1.present }
      squares += psi * psi
    }
    #expect(try #require(own.standardError).isClose(to: squares.squareRoot(), relative: 1e-9))
  }

  @Test("every switch at once agrees with its definition and finds an exact effect")
  func everySwitch() throws {
    let grid = try StudyGrid(Self.study(seed: 5))
    var (sum, count) = (0.0, 0.0)
    func d(_ i: Int, _ t: Int) -> Double { grid.treatment[i * 8 + t] }
    for t in 1..<8 {
      for level in [0.0, 1.0] {
        let stay = (0..<40).filter { d($0, t - 1) == level && d($0, t) == level }
        let move = (0..<40).filter { d($0, t - 1) == level && d($0, t) != level }
        guard !stay.isEmpty else { continue }
        func mean(_ units: [Int]) -> Double {
          units.reduce(0) { $0 + grid[$1, t] - grid[$1, t - 1] } / Double(units.count)
        }
        guard !move.isEmpty else { continue }
        sum += (level == 0 ? 1 : -1) * Double(move.count) * (mean(move) - mean(stay))
        count += Double(move.count)
      }
    }
    let own = try ChaisemartinDHaultfoeuille(.everySwitch).average(grid)
    #expect(own.value.isClose(to: sum / count, relative: 1e-11))
    let exact = try StudyGrid(Self.study(noise: 0, effect: 2.5, seed: 6, levels: 3))
    let value = try ChaisemartinDHaultfoeuille(.everySwitch).average(exact).value
    #expect(value.isClose(to: 2.5, relative: 1e-10))
    let average = try ChaisemartinDHaultfoeuille(.average).average(exact).value
    #expect(average.isClose(to: 2.5, relative: 1e-10))
  }

  @Test("a programme that stays needs no treatment variable")
  func absorbing() throws {
    let study = try SimulatedPanel.study(units: 30, periods: 8, seed: 7)
    let grid = try PreparedStudy(study, scale: .level).grid
    let own = try ChaisemartinDHaultfoeuille(.average).average(grid)
    // Effects of cohorts against those not yet treated, all unit-periods alike: β = 1.
    let other = try RothSantAnna(.callawaySantAnna).average(grid)
    #expect(own.value.isClose(to: other.value, relative: 1e-10))
  }

  @Test("paths follow the starts when these are dealt out anew")
  func reassignment() throws {
    let grid = try StudyGrid(Self.study(seed: 8))
    var stream = RandomStream(seed: 1)
    let order = stream.permutation(40)
    let other = grid.with(cohort: order.map { grid.cohort[$0] })
    func paths(_ grid: StudyGrid) -> [[Double]] {
      (0..<40).map { Array(grid.treatment[$0 * 8..<($0 + 1) * 8]) }.sorted {
        $0.lexicographicallyPrecedes($1)
      }
    }
    #expect(paths(other) == paths(grid))
    for i in 0..<40 where other.cohort[i] < 8 {
      #expect(other.treatment[i * 8 + other.cohort[i]] > 0)
    }
    #expect(grid.with(cohort: [Int](repeating: 3, count: 40)).treatment.isEmpty)
  }

  @Test("an answer has placebos, a joint test, directions and cells")
  func answer() throws {
    let result = try ChaisemartinDHaultfoeuille(.average, horizons: 3, placebos: 2).estimate(
      Self.study(seed: 9))
    #expect(result.path.map(\.eventTime) == [-3, -2, -1, 0, 1, 2])
    #expect(result.path[2].effect == nil)
    #expect(result.assumptions[0].pValue != nil)
    let ids = Set(result.quantities.map(\.id))
    #expect(ids.isSuperset(of: ["first-period", "every-switch", "switch-on", "switch-off"]))
    #expect(!result.cells.isEmpty)
    #expect(result.average.standardError != nil)
  }

  @Test("designs of a programme that stays warn where it does not, and all refuse cross-sections")
  func otherDesigns() throws {
    var study = try Self.study(seed: 11)
    for design in [Imputation() as any EffectEstimator, RothSantAnna()] {
      let result = try design.estimate(study)
      #expect(result.diagnostics.contains { $0.code == .modelNotApplicable && $0.location != nil })
    }
    study.isRepeatedCrossSection = true
    for design in [
      Imputation() as any EffectEstimator, RothSantAnna(), ChaisemartinDHaultfoeuille(),
    ] {
      let error = #expect(throws: Diagnostic.self) { try design.estimate(study) }
      #expect(error?.code == .modelNotApplicable)
    }
  }

  @Test("no change, or no comparison, is said with the unit and the period")
  func refusals() throws {
    let study = try SimulatedPanel.study(units: 6, periods: 8, seed: 10)
    let grid = try PreparedStudy(study, scale: .level).grid
    let all = #expect(throws: Diagnostic.self) {
      try ChaisemartinDHaultfoeuille(.first).average(
        grid.with(cohort: [Int](repeating: 4, count: 6)))
    }
    #expect(all?.code == .noComparison && all?.location?.period == "2005")
    let none = #expect(throws: Diagnostic.self) {
      try ChaisemartinDHaultfoeuille().average(
        grid.with(cohort: [Int](repeating: StudyGrid.never, count: 6)))
    }
    #expect(none?.code == .noTreatedUnit)
  }
}
