import CaseloadTestSupport
import Testing

@testable import CaseloadData

/// Working days by month and year, of Tests/Oracles/calendar/workdays.json.
private struct WorkdayOracle: Decodable {
  let china: [String: Int]
  let mondayToFriday: [String: Int]
  let chinaByYear: [String: Int]
}

@Suite("WorkCalendar")
struct WorkCalendarTests {
  private static func wrong(_ kind: WorkCalendar.Kind, _ counts: [String: Int]) -> [String] {
    let calendar = WorkCalendar(kind)
    return counts.filter { label, count in
      Period(label).flatMap { calendar.workingDays(in: $0) } != count
    }.map(\.key)
  }

  private static func date(_ label: String) throws -> CivilDate {
    try #require(Period(label)?.firstDay)
  }

  @Test("the working days of every month are those of the State Council's notices")
  func chinaByMonth() throws {
    let counts = try Oracle.load("calendar", file: "workdays.json", as: WorkdayOracle.self).china
    #expect(counts.count == 168 && Self.wrong(.china, counts).isEmpty)  // holidays 0.109
  }

  @Test("the working days of every year are those of the State Council's notices")
  func chinaByYear() throws {
    let counts = try Oracle.load("calendar", file: "workdays.json", as: WorkdayOracle.self)
      .chinaByYear
    #expect(counts.count == 14 && Self.wrong(.china, counts).isEmpty)  // holidays 0.109
  }

  @Test("Mondays to Fridays are counted without holidays")
  func weekdays() throws {
    let counts = try Oracle.load("calendar", file: "workdays.json", as: WorkdayOracle.self)
      .mondayToFriday
    #expect(counts.count == 168 && Self.wrong(.weekdays, counts).isEmpty)  // holidays 0.109
  }

  @Test(
    "a make-up Saturday is a working day and a bridged Friday is not",
    arguments: [
      ("2024-02-04", true), ("2024-02-18", true), ("2024-02-12", false), ("2015-09-03", false),
      ("2020-01-31", false), ("2020-02-03", true),
    ])
  func swappedDays(label: String, expected: Bool) throws {
    #expect(WorkCalendar(.china).isWorkingDay(try Self.date(label)) == expected)
  }

  @Test("the table covers whole years")
  func tabulatedYears() {
    #expect(WorkCalendar(.china).tabulatedYears == 2013...2026)
  }

  @Test(
    "outside the table the law's own holidays count, without swaps",
    arguments: [
      ("2030-10-01", false), ("2030-10-03", false), ("2030-10-04", true), ("2030-05-02", false),
      ("2005-05-03", false), ("2009-05-04", true), ("2030-01-01", false), ("2007-04-05", true),
    ])
  func outsideTheTable(label: String, expected: Bool) throws {
    #expect(WorkCalendar(.china).isWorkingDay(try Self.date(label)) == expected)
  }

  @Test(
    "the law grants ten, then eleven, then thirteen days",
    arguments: [
      (2005, 10), (2010, 11), (2018, 11), (2029, 13),
    ])
  func statutoryDays(year: Int, expected: Int) {
    #expect(WorkCalendar.statutoryHolidays(year).count == expected)  // 全国年节及纪念日放假办法
  }

  @Test("an index has no working days to count")
  func indexHasNone() {
    #expect(WorkCalendar(.china).workingDays(in: Period(frequency: .index, ordinal: 1)) == nil)
  }

  @Test(
    "the days of Spring Festival are shared between the months it touches",
    arguments: [
      // 2025: eve on 28 January; 2022: eve on 31 January; 2024: eve on 9 February.
      ("2025-01", 4.0 / 7), ("2025-02", 3.0 / 7), ("2022-01", 1.0 / 7), ("2024-01", 0.0),
      ("2024-02", 1.0), ("2024-03", 0.0), ("2024", 1.0), ("2024-Q1", 1.0),
    ])
  func springFestivalShare(label: String, expected: Double) throws {
    let share = WorkCalendar.springFestivalShare(of: try #require(Period(label)))
    #expect(share == expected)
  }

  @Test("the shares of a year's months sum to 1")
  func sharesSumToOne() {
    let wrong = (1950...2080).filter { year in
      let shares = (1...12).compactMap {
        WorkCalendar.springFestivalShare(of: .month(year, $0))
      }
      return !shares.reduce(0, +).isClose(to: 1, relative: 1e-15)  // sevenths
    }
    #expect(wrong.isEmpty)
  }
}
