import CaseloadData
import CaseloadTestSupport
import Testing

@Suite("Order and seasons of periods")
struct PeriodOrderTests {
  @Test("periods of different frequencies are ordered by their first day, and never trap")
  func mixedOrder() throws {
    let labels = ["2019", "2019-H1", "2019-Q2", "2019-03", "2019-W05", "2019-03-01", "7"]
    let periods = try labels.map { try #require(Period($0)) }
    #expect(try #require(Period("2019")) < (try #require(Period("2019-03"))))
    #expect(try #require(Period("2019-Q2")) > (try #require(Period("2019-03"))))
    for a in periods {
      for b in periods { #expect((a < b) != (b < a) || a == b, "\(a), \(b)") }
    }
  }

  @Test("a week of every year has the same season, though a year is no whole number of weeks")
  func weeklySeason() throws {
    for year in 2000...2030 {
      let week = try #require(Period("\(year)-W07"))
      #expect(week.season(length: 52) == 6)
    }
    #expect(try #require(Period("2020-W53")).season(length: 52) == 51)
  }

  @Test("a value beyond every count is refused at its row")
  func tooLarge() {
    let table = Table(
      source: "x.csv",
      columns: [
        Table.Column(name: "period", cells: .text(["2019", "2020"])),
        Table.Column(name: "value", cells: .text(["5", "1e300"])),
      ])
    let error = #expect(throws: Diagnostic.self) { try table.panel(SeriesSelection()) }
    #expect(error?.code == .valueOutOfRange)
    #expect(error?.location?.row == 3)
  }
}
