import CaseloadData
import CaseloadMath
import CaseloadTestSupport
import Testing

@Suite("Reading periods")
struct PeriodParsingTests {
  static let written: [(label: String, expected: String, frequency: Frequency)] = [
    ("2019", "2019", .yearly), ("2019年", "2019", .yearly), (" 2019 ", "2019", .yearly),
    ("２０１９", "2019", .yearly), ("\u{FEFF}2019", "2019", .yearly),
    ("2019-H1", "2019-H1", .halfYearly), ("2019H2", "2019-H2", .halfYearly),
    ("2019h2", "2019-H2", .halfYearly), ("2019年上半年", "2019-H1", .halfYearly),
    ("2019年下半年", "2019-H2", .halfYearly), ("2019/H1", "2019-H1", .halfYearly),
    ("2019-Q1", "2019-Q1", .quarterly), ("2019Q4", "2019-Q4", .quarterly),
    ("2019.Q2", "2019-Q2", .quarterly), ("2019年第1季度", "2019-Q1", .quarterly),
    ("2019年第三季度", "2019-Q3", .quarterly), ("2019年四季度", "2019-Q4", .quarterly),
    ("2019年2季度", "2019-Q2", .quarterly),
    ("2019-03", "2019-03", .monthly), ("2019-3", "2019-03", .monthly),
    ("2019/03", "2019-03", .monthly), ("2019.3", "2019-03", .monthly),
    ("2019年3月", "2019-03", .monthly), ("2019年12月", "2019-12", .monthly),
    ("２０１９年３月", "2019-03", .monthly), ("201903", "2019-03", .monthly),
    ("2019-W05", "2019-W05", .weekly), ("2019W5", "2019-W05", .weekly),
    ("2020-W53", "2020-W53", .weekly), ("2019-w52", "2019-W52", .weekly),
    ("2019-03-01", "2019-03-01", .daily), ("2019/3/1", "2019-03-01", .daily),
    ("2019.03.01", "2019-03-01", .daily), ("2019年3月1日", "2019-03-01", .daily),
    ("2019年3月1号", "2019-03-01", .daily), ("20190301", "2019-03-01", .daily),
    ("2019-03-01T00:00:00", "2019-03-01", .daily), ("2019-03-01 00:00:00", "2019-03-01", .daily),
    ("2019-03-01T00:00:00Z", "2019-03-01", .daily), ("2020-02-29", "2020-02-29", .daily),
    ("1", "1", .index), ("-3", "-3", .index), ("0", "0", .index), ("999", "999", .index),
    ("3000", "3000", .index), ("12345", "12345", .index), ("201913", "201913", .index),
    ("20190230", "20190230", .index),
  ]

  @Test("a documented form is read as its period", arguments: written.map(\.label))
  func documentedForm(label: String) throws {
    let expected = try #require(Self.written.first { $0.label == label }?.expected)
    #expect(Period(label)?.description == expected)
  }

  @Test("a documented form has its frequency", arguments: written.map(\.label))
  func frequencyOfForm(label: String) throws {
    let expected = try #require(Self.written.first { $0.label == label }?.frequency)
    #expect(Period(label)?.frequency == expected)
  }

  @Test(
    "what is no period is refused",
    arguments: [
      "", " ", "soon", "2019-13", "2019-00", "2019-Q5", "2019-Q0", "2019-H3", "2019-W00",
      "2019-W54",
      "2019-W53", "2019-02-29", "2019-04-31", "2019-00-10", "2019-01-00", "2019-1-2-3", "19-03",
      "2019-003", "2019-03-001", "2019-003-01", "2019--03", "2019-X1", "2019-Q", "Q1", "Q1-2019",
      "3/2019", "2019-03-01T10:30:00", "3.5", "1e3", "2019年13月", "2019年五季度", "2019-+3",
      "2019-03-+1", "2019-+3-01", "+019-03", "2019-Q+1", "March 2019",
    ])
  func nonsenseIsRefused(label: String) {
    #expect(Period(label) == nil)
  }

  @Test("what is written reads back as the same period", arguments: Frequency.allCases)
  func descriptionRoundTrips(frequency: Frequency) {
    let labels: ClosedRange<Int> =
      switch frequency {
      case .yearly: 1000...2999  // Four digits; others count as an index.
      case .halfYearly: 0...19_999
      case .quarterly: 0...39_999
      case .monthly: 0...119_999
      case .weekly: -100_000...400_000
      case .daily: -700_000...2_900_000
      case .index: -999_999...999
      }
    var stream = RandomStream(seed: 1).substream(named: frequency.rawValue)
    let ordinals =
      (0..<5000).map { _ in labels.lowerBound + stream.integer(below: labels.count) }
      + [labels.lowerBound, labels.upperBound]
    let wrong = ordinals.filter { ordinal in
      let period = Period(frequency: frequency, ordinal: ordinal)
      return Period(period.description) != period
    }
    #expect(wrong.isEmpty)
  }

  @Test("every ISO week of a century is read as itself")
  func weeksRoundTrip() {
    let first = CivilDate(year: 1950, month: 1, day: 5).dayNumber / 7
    let wrong = (first..<first + 5218).filter { ordinal in
      let week = Period(frequency: .weekly, ordinal: ordinal)
      return Period(week.description) != week
    }
    #expect(wrong.isEmpty)
  }

  @Test("a year has a week 53 when it begins on a Thursday, or on a Wednesday in a leap year")
  func longYears() {
    let wrong = (1900...2100).filter { year in
      let weekday = CivilDate(year: year, month: 1, day: 1).weekday
      let isLeap = CivilDate(year: year, month: 2, day: 29).isValid
      let isLong = weekday == 3 || (weekday == 2 && isLeap)
      return (Period("\(year)-W53") != nil) != isLong
    }
    #expect(wrong.isEmpty)  // ISO 8601
  }
}
