import CaseloadData
import CaseloadTestSupport
import Foundation
import Testing

@Suite("TimeSeries")
struct TimeSeriesTests {
  /// 2019-01 … 2019-12, values 1 … 12.
  static let year = months(Array(1...12))

  private static func months(
    _ values: [Int], from start: Period = .month(2019, 1), measure: Measure = .flow
  ) -> TimeSeries {
    TimeSeries(measure: measure, start: start, values: values.map(Double.init))
  }

  @Test("a value is found by its period")
  func valueByPeriod() {
    #expect(Self.year[.month(2019, 3)] == 3)
  }

  @Test("outside the series there is no value", arguments: ["2018-12", "2020-01", "2019"])
  func outsideIsNil(label: String) throws {
    #expect(Self.year[try #require(Period(label))] == nil)
  }

  @Test("a missing value is no value")
  func missingIsNil() {
    #expect(TimeSeries(start: .year(2019), values: [.nan])[.year(2019)] == nil)
  }

  @Test("the season is that of the frequency when nothing is said")
  func seasonOfFrequency() {
    #expect(Self.year.seasonLength == 12)
  }

  @Test("missing values are counted and left out of the observed ones")
  func observedLeavesMissingOut() {
    let series = TimeSeries(start: .year(2019), values: [1, .nan, 3])
    #expect(series.missingCount == 1 && series.observed.map(\.index) == [0, 2])
  }

  @Test("a window keeps what overlaps")
  func windowKeepsOverlap() {
    let window = Self.year.window(.month(2018, 11)..<Period.month(2019, 3))
    #expect(window.start == .month(2019, 1) && window.values == [1, 2])
  }

  @Test("a window that misses the series is empty", arguments: [2015, 2025])
  func windowOutsideIsEmpty(from: Int) {
    #expect(Self.year.window(.month(from, 1)..<Period.month(from, 7)).values.isEmpty)
  }

  @Test(
    "a flow adds up",
    arguments: [
      (Frequency.quarterly, [6.0, 15, 24, 33]), (.halfYearly, [21, 57]), (.yearly, [78]),
    ])
  func flowAddsUp(frequency: Frequency, expected: [Double]) throws {
    #expect(try Self.year.aggregated(to: frequency).values == expected)
  }

  @Test("a stock keeps its last value")
  func stockKeepsLast() throws {
    let stock = Self.months(Array(1...12), measure: .stock)
    #expect(try stock.aggregated(to: .quarterly).values == [3, 6, 9, 12])
  }

  @Test("a ratio is not added up")
  func ratioIsRefused() throws {
    let ratio = Self.months(Array(1...12), measure: .ratio)
    let error = try #require(throws: Diagnostic.self) { try ratio.aggregated(to: .yearly) }
    #expect(error.code == .modelNotApplicable)
  }

  @Test("incomplete periods at both ends are dropped")
  func incompleteEndsAreDropped() throws {
    let series = Self.months(Array(1...20), from: .month(2018, 11))
    let years = try series.aggregated(to: .yearly)
    #expect(years.start == .year(2019) && years.values == [Double((3...14).reduce(0, +))])
  }

  @Test("without a complete period there is an error")
  func noCompletePeriod() throws {
    let error = try #require(throws: Diagnostic.self) {
      try Self.months([1, 2, 3]).aggregated(to: .yearly)
    }
    #expect(error.code == .seriesTooShort)
  }

  @Test("a missing month makes its quarter missing and no other")
  func missingPropagates() throws {
    var values = (1...6).map(Double.init)
    values[1] = .nan
    let quarters = try TimeSeries(start: .month(2019, 1), values: values).aggregated(to: .quarterly)
    #expect(quarters.values[0].isNaN && quarters.values[1] == 15)
  }

  @Test("days add up to leap months")
  func daysAddUp() throws {
    let days = TimeSeries(start: .day(2020, 2, 1), values: [Double](repeating: 1, count: 60))
    #expect(try days.aggregated(to: .monthly).values == [29, 31])
  }

  @Test("days add up to weeks from Monday")
  func daysAddUpToWeeks() throws {
    // 2024-01-04 is a Thursday.
    let days = TimeSeries(start: .day(2024, 1, 4), values: (0..<18).map(Double.init))
    let weeks = try days.aggregated(to: .weekly)
    #expect(weeks.start.description == "2024-W02" && weeks.values == [49, 98])
  }

  @Test("the season of the result is that of its frequency")
  func aggregationChangesSeason() throws {
    #expect(try Self.year.aggregated(to: .quarterly).seasonLength == 4)
  }

  @Test("the same frequency changes nothing")
  func sameFrequency() throws {
    #expect(try Self.year.aggregated(to: .monthly) == Self.year)
  }

  @Test("shorter periods cannot be made", arguments: [Frequency.daily, .weekly, .index])
  func finerIsRefused(frequency: Frequency) throws {
    let error = try #require(throws: Diagnostic.self) {
      try Self.year.aggregated(to: frequency)
    }
    #expect(error.code == .modelNotApplicable)
  }

  @Test("JSON writes a missing value as null")
  func missingIsNull() throws {
    let series = TimeSeries(start: .year(2019), values: [1, .nan])
    let data = try JSONEncoder().encode(series)
    #expect(try JSONDecoder().decode(JSON.self, from: data)["values"] == [1, .null])
  }

  @Test("JSON reads back what was written")
  func jsonRoundTrips() throws {
    let series = TimeSeries(
      name: Text(en: "filings", zh: "收案"), unit: Text("cases"), measure: .stock,
      start: .month(2019, 4), values: [1, 2.5, 1e-3], seasonLength: 6)
    let data = try JSONEncoder().encode(series)
    #expect(try JSONDecoder().decode(TimeSeries.self, from: data) == series)
  }

  @Test("null reads back as a missing value")
  func nullReadsBack() throws {
    let data = try JSONEncoder().encode(TimeSeries(start: .year(2019), values: [.nan, 2]))
    #expect(try JSONDecoder().decode(TimeSeries.self, from: data).missingCount == 1)
  }

  @Test("a season of no periods is refused when decoding")
  func seasonOfZeroIsRefused() throws {
    let data = try JSONEncoder().encode(TimeSeries(start: .year(2019), values: [1]))
    let text = String(decoding: data, as: UTF8.self)
      .replacingOccurrences(of: #""seasonLength":1"#, with: #""seasonLength":0"#)
    #expect(throws: DecodingError.self) {
      try JSONDecoder().decode(TimeSeries.self, from: Data(text.utf8))
    }
  }
}
