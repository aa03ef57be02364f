import CaseloadData
import CaseloadMath
import CaseloadTestSupport
import Foundation
import Testing

@Suite("Period")
struct PeriodTests {
  @Test("periods of different frequencies are different, not an error")
  func frequenciesDiffer() {
    #expect(Period(frequency: .yearly, ordinal: 2019) != Period(frequency: .index, ordinal: 2019))
  }

  @Test(
    "the first day of a period is that of the calendar",
    arguments: [
      ("2019", "2019-01-01"), ("2019-H2", "2019-07-01"), ("2019-Q4", "2019-10-01"),
      ("2019-02", "2019-02-01"), ("2020-W01", "2019-12-30"), ("2020-W53", "2020-12-28"),
      ("2021-W01", "2021-01-04"), ("1969-W01", "1968-12-30"), ("2019-03-31", "2019-03-31"),
    ])
  func firstDay(label: String, day: String) throws {
    let period = try #require(Period(label))
    #expect(period.containing(.daily)?.description == day)
  }

  @Test(
    "a period ends where the next begins",
    arguments: [
      "2019", "2019-H2", "2019-Q4", "2020-02", "2020-W53", "2019-12-31",
    ])
  func endDay(label: String) throws {
    let period = try #require(Period(label))
    #expect(period.endDay == period.advanced(by: 1).firstDay)
  }

  @Test("an index has no days")
  func indexHasNoDays() {
    #expect(Period(frequency: .index, ordinal: 5).firstDay == nil)
  }

  @Test("every day lies in the period that is said to hold it", arguments: Frequency.allCases)
  func holdsItsDays(frequency: Frequency) {
    guard frequency != .index else {
      #expect(Period(of: .index, containing: CivilDate(year: 2019, month: 1, day: 1)) == nil)
      return
    }
    let wrong = stride(from: -30_000, to: 60_000, by: 7 * 13 + 1).filter { number in
      let date = CivilDate(dayNumber: number)
      guard let period = Period(of: frequency, containing: date), let first = period.firstDay,
        let end = period.endDay
      else { return true }
      return !(first <= date && date < end)
    }
    #expect(wrong.isEmpty)
  }

  @Test(
    "containment is that of the calendar",
    arguments: [
      ("2019-03", Frequency.quarterly, "2019-Q1"), ("2019-09", .quarterly, "2019-Q3"),
      ("2019-Q3", .halfYearly, "2019-H2"), ("2019-06", .halfYearly, "2019-H1"),
      ("2019-12", .yearly, "2019"), ("2019-H2", .yearly, "2019"),
      ("2021-01-03", .weekly, "2020-W53"),
      ("2019-12-31", .monthly, "2019-12"), ("2020-W53", .monthly, "2020-12"),
    ])
  func containment(label: String, frequency: Frequency, expected: String) throws {
    #expect(try #require(Period(label)).containing(frequency)?.description == expected)
  }

  @Test("an index is contained in nothing longer")
  func indexIsNotContained() {
    #expect(Period(frequency: .index, ordinal: 3).containing(.yearly) == nil)
  }

  @Test(
    "the year of a week is the year of its Thursday",
    arguments: zip(
      ["2020-W53", "2021-W01", "2019-W01", "2015-W53"], [2020, 2021, 2019, 2015]))
  func yearOfWeek(label: String, year: Int) throws {
    #expect(try #require(Period(label)).year == year)
  }

  @Test(
    "the season is the place in the year",
    arguments: [
      ("2019-01", 12, 0), ("2019-12", 12, 11), ("2019-Q3", 4, 2), ("2019-H2", 2, 1),
      ("2024-01-01", 7, 0), ("2024-01-07", 7, 6), ("1969-12-29", 7, 0), ("2019", 1, 0),
    ])
  func season(label: String, length: Int, expected: Int) throws {
    #expect(try #require(Period(label)).season(length: length) == expected)
  }

  @Test("a negative index has a season from 0 on")
  func seasonOfNegativeIndex() {
    #expect(Period(frequency: .index, ordinal: -1).season(length: 4) == 3)
  }

  @Test("a range of periods counts its steps")
  func rangeCounts() {
    #expect((Period.month(2018, 11)..<Period.month(2019, 3)).count == 4)
  }

  @Test(
    "a report writes a period in words",
    arguments: [
      ("2019", "2019", "2019年"), ("2019-H2", "the second half of 2019", "2019年下半年"),
      ("2019-Q1", "Q1 2019", "2019年第1季度"), ("2019-03", "March 2019", "2019年3月"),
      ("2019-03-05", "5 March 2019", "2019年3月5日"), ("2020-W05", "2020-W05", "2020-W05"),
    ])
  func words(label: String, en: String, zh: String) throws {
    #expect(try #require(Period(label)).text == Text(en: en, zh: zh))
  }

  @Test("JSON holds the label")
  func encodesAsLabel() throws {
    let data = try JSONEncoder().encode([Period.month(2019, 3)])
    #expect(String(decoding: data, as: UTF8.self) == #"["2019-03"]"#)
  }

  @Test("a label that is no period is refused when decoding")
  func decodingRefusesNonsense() {
    #expect(throws: DecodingError.self) {
      try JSONDecoder().decode([Period].self, from: Data(#"["soon"]"#.utf8))
    }
  }

  @Test(
    "a year has as many periods as its frequency says",
    arguments: zip(
      [Frequency.yearly, .halfYearly, .quarterly, .monthly], [1.0, 2, 4, 12]))
  func periodsPerYear(frequency: Frequency, expected: Double) {
    #expect(frequency.periodsPerYear == expected)
  }

  @Test("a year has the mean number of days of four centuries")
  func daysPerYear() {
    let days =
      CivilDate(year: 2400, month: 1, day: 1).dayNumber
      - CivilDate(year: 2000, month: 1, day: 1).dayNumber
    #expect(Frequency.daily.periodsPerYear == Double(days) / 400)
  }
}
