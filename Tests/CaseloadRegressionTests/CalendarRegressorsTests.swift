import CaseloadData
import CaseloadTestSupport
import Testing

@testable import CaseloadRegression

@Suite("Calendar regressors") struct CalendarRegressorsTests {
  private func months(_ count: Int, from start: Period = .month(2018, 1)) -> [Period] {
    (0..<count).map { start.advanced(by: $0) }
  }

  @Test("each season but the first has an indicator")
  func seasons() {
    let regressors = CalendarRegressors(
      months(24), seasonLength: 12, events: [], calendar: .weekdays)
    #expect(regressors.names == (2...12).map { "season\($0)" })
    for i in 0..<24 {
      let row = regressors.columns.map { $0[i] }
      #expect(row.reduce(0, +) == (i % 12 == 0 ? 0 : 1))
      if i % 12 > 0 { #expect(row[i % 12 - 1] == 1) }
    }
  }

  @Test("fewer than two full seasons have none")
  func shortSeries() {
    let regressors = CalendarRegressors(
      months(23), seasonLength: 12, events: [], calendar: .weekdays)
    #expect(regressors.names.isEmpty)
  }

  @Test("an event that does not vary inside the data has no column")
  func events() {
    let inside = KnownEvent(id: "in", kind: .level, from: .month(2018, 7), name: Text("in"))
    let before = KnownEvent(id: "before", kind: .level, from: .month(2017, 7), name: Text("b"))
    let after = KnownEvent(id: "after", kind: .pulse, from: .month(2030, 7), name: Text("a"))
    let regressors = CalendarRegressors(
      months(12), seasonLength: 1, events: [before, inside, after], calendar: .weekdays)
    #expect(regressors.names == ["in"])
    #expect(regressors.columns == [[0, 0, 0, 0, 0, 0, 1, 1, 1, 1, 1, 1]])
  }

  @Test("the Spring Festival's shares add up to one a year, in China's calendar only")
  func springFestival() throws {
    let china = CalendarRegressors(months(36), seasonLength: 1, events: [], calendar: .china)
    #expect(china.names == ["springFestival"])
    for year in 0..<3 {
      let share = china.columns[0][(12 * year)..<(12 * year + 12)].reduce(0, +)
      #expect(share.isClose(to: 1, relative: 1e-12))
    }
    let weekdays = CalendarRegressors(months(36), seasonLength: 1, events: [], calendar: .weekdays)
    #expect(weekdays.names.isEmpty)
    let years = (2015...2020).map { Period.year($0) }
    let yearly = CalendarRegressors(years, seasonLength: 1, events: [], calendar: .china)
    #expect(yearly.names.isEmpty)
  }
}
