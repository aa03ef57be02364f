import CaseloadData
import CaseloadTestSupport
import Testing

/// Dates by year, under each name of Tests/Oracles/calendar/values.json.
private struct HolidayOracle: Decodable {
  let springFestival: [String: String]
  let qingming: [String: String]
  let dragonBoat: [String: String]
  let midAutumn: [String: String]
  let easterWestern: [String: String]

  func dates(_ holiday: MovingHoliday) -> [String: String] {
    switch holiday {
    case .springFestival: springFestival
    case .qingming: qingming
    case .dragonBoat: dragonBoat
    case .midAutumn: midAutumn
    case .easter: easterWestern
    }
  }
}

@Suite("Moving holidays")
struct MovingHolidaysTests {
  @Test("every date from 2000 to 2050 is that of the oracle", arguments: MovingHoliday.allCases)
  func agreesWithOracle(holiday: MovingHoliday) throws {
    let dates = try Oracle.load("calendar", as: HolidayOracle.self).dates(holiday)
    let wrong = dates.filter { year, date in
      holiday.date(in: Int(year) ?? 0) != Period(date)?.firstDay
    }
    #expect(dates.count == 51 && wrong.isEmpty)  // six calendars and an ephemeris agree
  }

  @Test("every year from 1900 to 2100 has a date in it", arguments: MovingHoliday.allCases)
  func everyYearHasDate(holiday: MovingHoliday) {
    let wrong = (1900...2100).filter { holiday.date(in: $0)?.year != $0 }
    #expect(wrong.isEmpty)
  }

  @Test("outside 1900 to 2100 there is no date", arguments: [1899, 2101])
  func outsideThereIsNone(year: Int) {
    #expect(MovingHoliday.springFestival.date(in: year) == nil)
  }

  @Test("Easter is a Sunday")
  func easterIsSunday() {
    let wrong = (1900...2100).filter { MovingHoliday.easter.date(in: $0)?.weekday != 6 }
    #expect(wrong.isEmpty)
  }
}
