import CaseloadData
import Foundation
import Testing

@Suite("CivilDate")
struct CivilDateTests {
  static let days =
    CivilDate(year: 1900, month: 1, day: 1)
    .dayNumber..<CivilDate(year: 2101, month: 1, day: 1).dayNumber

  private static func gregorian() throws -> Calendar {
    var calendar = Calendar(identifier: .gregorian)
    calendar.timeZone = try #require(TimeZone(secondsFromGMT: 0))
    return calendar
  }

  @Test("every day from 1900 to 2100 is Foundation's")
  func agreesWithFoundation() throws {
    let calendar = try Self.gregorian()
    let wrong = Self.days.filter { number in
      let moment = Date(timeIntervalSince1970: Double(number) * 86_400)
      let parts = calendar.dateComponents([.year, .month, .day], from: moment)
      let date = CivilDate(dayNumber: number)
      return (date.year, date.month, date.day) != (parts.year, parts.month, parts.day)
    }
    #expect(wrong.isEmpty)
  }

  @Test("every weekday from 1900 to 2100 is Foundation's")
  func weekdaysAgreeWithFoundation() throws {
    let calendar = try Self.gregorian()
    let wrong = Self.days.filter { number in
      let moment = Date(timeIntervalSince1970: Double(number) * 86_400)
      // Foundation counts from 1 for Sunday.
      return CivilDate(dayNumber: number).weekday
        != (calendar.component(.weekday, from: moment) + 5) % 7
    }
    #expect(wrong.isEmpty)
  }

  @Test("the number of a day leads back to it, also before the year 0")
  func numbersRoundTrip() {
    let wrong = stride(from: -1_000_000, to: 1_000_000, by: 37).filter {
      CivilDate(dayNumber: $0).dayNumber != $0
    }
    #expect(wrong.isEmpty)
  }

  @Test(
    "only days that exist are valid",
    arguments: [
      (2020, 2, 29, true), (2019, 2, 29, false), (2000, 2, 29, true), (1900, 2, 29, false),
      (2019, 4, 31, false), (2019, 13, 1, false), (2019, 0, 1, false), (2019, 1, 0, false),
      (2019, 12, 31, true),
    ])
  func validity(year: Int, month: Int, day: Int, expected: Bool) {
    #expect(CivilDate(year: year, month: month, day: day).isValid == expected)
  }

  @Test("days are ordered by year, month and day")
  func ordering() {
    #expect(CivilDate(year: 2019, month: 12, day: 31) < CivilDate(year: 2020, month: 1, day: 1))
  }

  @Test("a step leads over the end of a leap February")
  func steps() {
    let next = CivilDate(year: 2020, month: 2, day: 28).advanced(by: 2)
    #expect(next == CivilDate(year: 2020, month: 3, day: 1))
  }
}
