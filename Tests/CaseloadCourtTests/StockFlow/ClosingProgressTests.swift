import CaseloadCourt
import CaseloadData
import CaseloadTestSupport
import Testing

@Suite("Statistical year") struct ClosingProgressTests {
  @Test("December belongs to the next year")
  func membership() {
    #expect(StatisticalYear(containing: .month(2024, 12)) == StatisticalYear(2025))
    #expect(StatisticalYear(containing: .month(2025, 11)) == StatisticalYear(2025))
    #expect(StatisticalYear(containing: .year(2025)) == nil)
    let months = StatisticalYear(2025).months
    #expect(months.first == .month(2024, 12) && months.last == .month(2025, 11))
  }

  @Test("the floor of March is checked on February's figures, or holds at March's end")
  func floors() {
    let reported = ClosingFloor.innerMongolia2022
    #expect(reported.percent(atEndOf: .month(2025, 2)) == 18)
    #expect(reported.percent(atEndOf: .month(2025, 11)) == 93)
    #expect(reported.percent(atEndOf: .month(2025, 1)) == nil)
    #expect(reported.percent(atEndOf: .month(2024, 12)) == nil)
    var literal = reported
    literal.reading = .monthEnd
    #expect(literal.percent(atEndOf: .month(2025, 3)) == 18)
    #expect(literal.percent(atEndOf: .month(2025, 11)) == 88)
    #expect(literal.percent(atEndOf: .month(2024, 12)) == nil)
  }

  @Test("progress is resolved over accepted, and each month to come has its need")
  func progress() throws {
    let result = try ClosingProgress(
      StatisticalYear(2025), carriedIn: 200, filed: [100, 100, 100], resolved: [20, 30, 30])
    #expect(result.months.map(\.accepted) == [300, 400, 500])
    #expect(
      result.months.compactMap(\.progress).isClose(to: [20 / 3.0, 12.5, 16], relative: 1e-14))
    // 18 % of 500 are 90; 80 are resolved.
    #expect(result.months[2].missing?.isClose(to: 10, relative: 1e-12) == true)
    #expect(result.months[2].lead?.isClose(to: -2, relative: 1e-12) == true)
    #expect(result.needs.count == 9)
    // 29 % of 600 less 80.
    #expect(result.needs[0].toFloor.isClose(to: 94, relative: 1e-12))
    let even = (0.93 * 1400 - 80) / 9
    #expect(result.needs.allSatisfy { $0.even.isClose(to: even, relative: 1e-12) })
    let sum = result.needs.map(\.toFloor).reduce(0, +)
    #expect(sum.isClose(to: 0.93 * 1400 - 80, relative: 1e-12))
  }

  @Test("evenness of equal months, of a rush, and of one month")
  func evenness() throws {
    let equal = try #require(try ClosingEvenness([Double](repeating: 7, count: 12)))
    #expect(
      equal.gini.isClose(to: 0, absolute: 1e-15) && equal.rush.isClose(to: 1, relative: 1e-14))
    #expect(equal.herfindahl.isClose(to: 1.0 / 12, relative: 1e-14))
    #expect(equal.normalizedHerfindahl?.isClose(to: 0, absolute: 1e-15) == true)
    let rush = try #require(try ClosingEvenness([1, 1, 1, 5]))
    // Σᵢ Σⱼ |xᵢ − xⱼ| / (2 n² mean) = 24 / (2 · 16 · 2).
    #expect(rush.gini.isClose(to: 24.0 / 64, relative: 1e-14))
    #expect(
      rush.rush == 2.5 && rush.lastQuarterRush?.isClose(to: 7.0 / 8 / 0.75, relative: 1e-14) == true
    )
    #expect(try ClosingEvenness([3])?.normalizedHerfindahl == nil)
    #expect(try ClosingEvenness([0, 0]) == nil)
  }

  @Test("refused: no month, thirteen, and lists of different lengths")
  func refusals() {
    let year = StatisticalYear(2025)
    #expect(throws: Diagnostic.self) {
      try ClosingProgress(year, carriedIn: 0, filed: [], resolved: [])
    }
    #expect(throws: Diagnostic.self) {
      try ClosingProgress(year, carriedIn: 0, filed: [1, 2], resolved: [1])
    }
    #expect(throws: Diagnostic.self) {
      try ClosingProgress(
        year, carriedIn: 0, filed: [Double](repeating: 1, count: 13),
        resolved: [Double](repeating: 1, count: 13))
    }
  }
}
