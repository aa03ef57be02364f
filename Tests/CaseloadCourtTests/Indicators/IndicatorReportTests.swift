import CaseloadCourt
import CaseloadData
import Foundation
import Testing

@Suite("Indicators by their definitions") struct IndicatorReportTests {
  private static let catalogue: IndicatorCatalogue? = try? JSONDecoder().decode(
    IndicatorCatalogue.self,
    from: Data(
      """
      {"columns": [
        {"id": "filings", "aliases": ["新收"]}, {"id": "resolved", "aliases": ["结案"]},
        {"id": "pending", "kind": "stock", "aliases": ["未结"]},
        {"id": "accepted", "kind": "accepted", "aliases": ["受理"]},
        {"id": "carriedIn", "kind": "opening", "aliases": ["旧存"]},
        {"id": "judges", "kind": "posts"}, {"id": "residents", "kind": "population"}],
       "indicators": [
        {"id": "clearance", "numerator": "resolved", "denominator": "filings", "factor": 100},
        {"id": "time", "numerator": "pending", "denominator": "resolved", "factor": "days",
         "rounding": {"decimals": 0}},
        {"id": "closing", "numerator": "resolved", "denominator": "accepted", "factor": 100,
         "interval": "wilson", "reference": {"lower": 50, "upper": 90}},
        {"id": "perJudge", "numerator": "resolved", "denominator": "judges",
         "scope": {"exclude": ["执保"]}},
        {"id": "rate", "numerator": "filings", "denominator": "residents", "factor": 10000,
         "interval": "poisson"}]}
      """.utf8))

  private func values(
    _ id: String, _ rows: [IndicatorFrame.Row], keys: [String] = [],
    rule: IndicatorDefinition.PeriodRule? = nil, mapped: [String]? = nil
  ) throws -> [IndicatorValue] {
    let catalogue = try #require(Self.catalogue)
    let ids = mapped ?? Array(Set(rows.flatMap(\.values.keys)))
    let frame = IndicatorFrame(
      keyNames: keys, rows: rows, mapping: Dictionary(ids.map { ($0, $0) }) { $1 })
    return try IndicatorReport(
      [catalogue.indicator(id)], frame, catalogue: catalogue, period: rule
    ).values
  }

  private func months(_ count: Int, from start: Period) -> [IndicatorFrame.Row] {
    (0..<count).map { i in
      IndicatorFrame.Row(
        key: [], period: start.advanced(by: i),
        values: [
          "filings": 10, "resolved": 9, "pending": 50 + Double(i), "judges": 2 + Double(i % 2),
        ])
    }
  }

  @Test("a value is its formula, with its interval and its place about the reference")
  func value() throws {
    let row = IndicatorFrame.Row(key: [], values: ["resolved": 40, "accepted": 50])
    let value = try #require(try values("closing", [row]).first)
    #expect(value.value == 80 && value.rounded == 80 && value.verdict == .inside)
    let interval = try #require(CountIntervals.wilson(successes: 40, trials: 50))
    #expect(value.lower == 100 * interval.lower && value.upper == 100 * interval.upper)
    let rate = try #require(
      try values("rate", [.init(key: [], values: ["filings": 12, "residents": 30_000])]).first)
    let poisson = try #require(CountIntervals.poisson(count: 12))
    #expect(abs(try #require(rate.lower) - poisson.lower / 3) < 1e-12)
    // 万 are no counts.
    let wan = try values("rate", [.init(key: [], values: ["filings": 1.2, "residents": 3])])
    #expect(wan[0].value == 4000 && wan[0].lower == nil)
  }

  @Test("what is missing is said, and nothing is invented")
  func missing() throws {
    let value = try #require(
      try values("closing", [.init(key: [], values: ["resolved": 40])]).first)
    #expect(value.value == nil && value.reason?.en == "needs accepted (accepted)")
    let zero = try values("clearance", [.init(key: [], values: ["resolved": 4, "filings": 0])])
    #expect(zero[0].value == nil && zero[0].reason?.en.contains("is 0") == true)
  }

  @Test("accepted cases come from carried in and filed, and pending from them")
  func identities() throws {
    let row = IndicatorFrame.Row(
      key: [], values: ["carriedIn": 20, "filings": 80, "resolved": 75])
    let closing = try #require(try values("closing", [row]).first)
    #expect(closing.value == 75 && closing.derived == ["accepted"])
    let time = try #require(try values("time", [row]).first)
    let days = try #require(time.value)
    let expected: Double = 365 * 25 / 75
    #expect(abs(days - expected) < 1e-12 && time.derived == ["pending"])
  }

  @Test("a period has its share of 365 days")
  func days() throws {
    let start = Period.month(2020, 1)
    let month = try values("time", months(1, from: start))
    let monthly: Double = 365 * 50 / 108
    #expect(abs(try #require(month[0].value) - monthly) < 1e-12)
    let year = try values("time", months(12, from: start), rule: .calendarYear)
    #expect(year.count == 1 && year[0].period == "2020")
    // Flows add up, the stock is the last one.
    let yearly: Double = 365 * 61 / 108
    #expect(abs(try #require(year[0].value) - yearly) < 1e-9)
  }

  @Test("a statistical year runs from December to November, and only a whole one counts")
  func statisticalYear() throws {
    let rows = months(14, from: .month(2019, 11))
    let year = try values("clearance", rows, rule: .statisticalYear)
    #expect(year.map(\.period) == ["2020"] && year[0].numerator == 108)
    #expect(year[0].lines.count == 12)
    let toDate = try values("clearance", rows, rule: .statisticalYearToDate)
    // November 2019 has no complete year behind it; December 2019 begins one, December 2020 another.
    #expect(toDate.map(\.period).first == "2019-12/2019-12" && toDate.count == 13)
    #expect(toDate[11].period == "2020" && toDate[12].period == "2020-12/2020-12")
    #expect(toDate[2].numerator == 27)
  }

  @Test("a gap ends a stretch")
  func gap() throws {
    var rows = months(12, from: .month(2020, 1))
    rows.remove(at: 5)
    #expect(try values("clearance", rows, rule: .calendarYear).isEmpty)
    #expect(try values("clearance", rows, rule: .yearToDate).count == 5)
  }

  @Test("accepted cases are never added up over periods")
  func acceptedOverTime() throws {
    var rows = (0..<12).map { i in
      IndicatorFrame.Row(
        key: [], period: .month(2020, i + 1),
        values: ["accepted": 100 + Double(i), "resolved": 10])
    }
    let refused = try values("closing", rows, rule: .calendarYear)
    #expect(refused[0].value == nil && refused[0].reason?.zh.contains("不得跨期相加") == true)
    for i in rows.indices { rows[i].values["filings"] = 11 }
    let year = try values("closing", rows, rule: .calendarYear)
    #expect(year[0].denominator == 100 + 11 * 11 && year[0].numerator == 120)
  }

  @Test("judges are averaged over time and not added over case types; codes are left out")
  func posts() throws {
    let year = try values("perJudge", months(12, from: .month(2020, 1)), rule: .calendarYear)
    #expect(year[0].denominator == 2.5)
    let rows = [("民初", 100.0), ("执保", 40), ("刑初", 50)].map { code, closed in
      IndicatorFrame.Row(
        key: ["East"], period: .year(2020), code: code, values: ["resolved": closed, "judges": 3])
    }
    let value = try values("perJudge", rows, keys: ["court"])
    #expect(value.count == 1 && value[0].value == 50)
    var unequal = rows
    unequal[0].values["judges"] = 2
    #expect(try values("perJudge", unequal, keys: ["court"])[0].value == nil)
  }

  @Test("a scope without codes is noted")
  func scopeNote() throws {
    let catalogue = try #require(Self.catalogue)
    let frame = IndicatorFrame(
      keyNames: [], rows: [.init(key: [], values: ["resolved": 4, "judges": 2])],
      mapping: ["resolved": "r", "judges": "j"])
    let report = try IndicatorReport(
      [catalogue.indicator("perJudge")], frame, catalogue: catalogue)
    #expect(report.values[0].value == 2 && report.diagnostics[0].message.en.contains("执保"))
  }

  @Test("a table is read by its usual names, keys taken until they identify a row")
  func table() throws {
    let catalogue = try #require(Self.catalogue)
    let table = Table(
      source: "t.csv",
      columns: [
        .init(name: "court", cells: .text(["A", "A", "B"])),
        .init(name: "year", cells: .text(["2019", "2020", "2020"])),
        .init(name: "新收", cells: .text(["10", "20", ""])),
        .init(name: "结案", cells: .text(["9", "21", "5"])),
        .init(name: "remark", cells: .text(["x", "y", "z"])),
      ])
    let frame = try IndicatorFrame(table, catalogue, .init())
    #expect(frame.keyNames == ["court"] && frame.rows[1].period == .year(2020))
    #expect(frame.rows[2].values == ["resolved": 5])
    var selection = IndicatorFrame.Selection()
    selection.map = ["filing": "新收"]
    let error = #expect(throws: Diagnostic.self) {
      try IndicatorFrame(table, catalogue, selection)
    }
    #expect(error?.hint?.en.contains("filings") == true)
  }

  @Test("mismatches of stock and flow give both numbers")
  func mismatches() throws {
    let rows = [
      IndicatorFrame.Row(
        key: ["A"], period: .year(2019),
        values: ["carriedIn": 20, "filings": 80, "accepted": 101, "resolved": 75, "pending": 26]),
      .init(
        key: ["A"], period: .year(2020),
        values: ["carriedIn": 30, "filings": 80, "resolved": 75, "pending": 30]),
    ]
    let found = StockFlowIdentities.mismatches(IndicatorFrame(keyNames: ["court"], rows: rows))
    #expect(found.map(\.code) == [.stockFlowMismatch, .stockFlowMismatch, .openingMismatch])
    #expect(found[0].message.en.contains("101 is not 100"))
    #expect(found[1].message.en.contains("30 is not 35"))
    #expect(found[2].message.zh.contains("30 ≠ 26") && found[2].location?.period == "2020")
  }

  @Test("a user's definition replaces the one of its id, with a note")
  func overlay() throws {
    let catalogue = try #require(Self.catalogue)
    let user = try JSONDecoder().decode(
      IndicatorCatalogue.self,
      from: Data(
        #"""
        {"indicators": [
          {"id": "clearance", "numerator": "resolved", "denominator": "filings + carriedIn"},
          {"id": "own", "name": "自定", "numerator": "resolved - filings"}]}
        """#.utf8))
    let (merged, notes) = catalogue.overlaid(by: user, file: "own.yaml")
    #expect(merged.indicators.count == 6 && notes.count == 1)
    #expect(try merged.indicator("clearance").formula == "resolved / (filings + carriedIn)")
    #expect(try merged.indicator("自定").id == "own")
    let error = #expect(throws: Diagnostic.self) { try merged.indicator("clearence") }
    #expect(error?.hint?.en.contains("'clearance'") == true)
  }

  @Test("definitions come back from their own encoding")
  func coding() throws {
    let catalogue = try #require(Self.catalogue)
    let again = try JSONDecoder().decode(
      IndicatorCatalogue.self, from: JSONEncoder().encode(catalogue))
    #expect(again == catalogue)
  }
}
