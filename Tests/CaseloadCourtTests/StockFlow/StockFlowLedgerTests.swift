import CaseloadCourt
import CaseloadData
import CaseloadTestSupport
import Foundation
import Testing

@Suite(
  "Ledger of stocks and flows on published accounts",
  .enabled(if: SharedData.isPresent, "shared data are absent"))
struct StockFlowLedgerDataTests {
  @Test("the Crown Court's open cases: 93 a quarter fewer than its flows explain")
  func crownCourt() throws {
    let columns = try SharedData.columns("court/ew_crown_court_quarterly_2016_2025.csv")
    let start = Period(frequency: .quarterly, ordinal: 2016 * 4)
    let (filed, resolved, open) = (
      try #require(columns["receipts"]), try #require(columns["disposals"]),
      try #require(columns["open"])
    )
    let entries = open.indices.map { t in
      StockFlowLedger.Entry(
        period: start.advanced(by: t), filed: filed[t], resolved: resolved[t], closing: open[t])
    }
    let ledger = try StockFlowLedger(name: "Crown Court", entries)
    let published = try #require(columns["rollforward_gap"]).filter { !$0.isNaN }
    #expect(ledger.rows.compactMap(\.rollForwardGap).isClose(to: published, absolute: 1e-9))
    #expect(ledger.rollForward.compared == 39)
    let mean = try #require(ledger.rollForward.mean)
    #expect(mean.rounded() == -93)
    #expect(ledger.carry.compared == 0 && ledger.diagnostics.count == ledger.rollForward.mismatched)
  }

  private func rows(_ path: String) throws -> [[String: String]] {
    let text = try String(contentsOf: SharedData.file(path), encoding: .utf8)
    let lines = text.split(whereSeparator: \.isNewline).map {
      $0.split(separator: ",", omittingEmptySubsequences: false).map(String.init)
    }
    return lines.dropFirst().map { Dictionary(zip(lines[0], $0)) { $1 } }
  }

  @Test("Hawaii: 60 % of the openings are not the closing of the year before")
  func hawaii() throws {
    var accounts: [String: [StockFlowLedger.Entry]] = [:]
    for row in try rows("court/hawaii_annual_stockflow_1998_2024.csv") {
      func number(_ name: String) -> Double { row[name].flatMap(Double.init) ?? -1 }
      let values = ["pending_start", "filed", "terminated", "pending_end"].map(number)
      // −1 stands for a missing number.
      guard values.allSatisfy({ $0 >= 0 }), let year = row["fiscal_year"].flatMap({ Int($0) })
      else { continue }
      accounts["\(row["circuit"] ?? "") \(row["case_type"] ?? "")", default: []].append(
        StockFlowLedger.Entry(
          period: .year(year), opening: values[0], filed: values[1], resolved: values[2],
          closing: values[3]))
    }
    var (compared, mismatched, rolled, gaps) = (0, 0, 0, 0)
    for (name, entries) in accounts {
      let ledger = try StockFlowLedger(name: name, entries)
      compared += ledger.carry.compared
      mismatched += ledger.carry.mismatched
      rolled += ledger.rollForward.compared
      gaps += ledger.rollForward.mismatched
    }
    #expect(compared == 730)
    #expect((Double(mismatched) / Double(compared)).isClose(to: 0.60, absolute: 0.01))
    // 95.3 % of the rows add up within themselves.
    #expect((1 - Double(gaps) / Double(rolled)).isClose(to: 0.953, absolute: 0.005))
  }

  @Test("Croatia: the published gaps of every court and year")
  func croatia() throws {
    var accounts: [String: [[String: String]]] = [:]
    for row in try rows("court/oracles/croatia_courts_cepej.csv") {
      accounts[row["court"] ?? "", default: []].append(row)
    }
    var (rolls, carries) = (0, 0)
    for (name, rows) in accounts {
      let entries = rows.map { row in
        func number(_ name: String) -> Double? { row[name].flatMap(Double.init) }
        return StockFlowLedger.Entry(
          period: .year(Int(row["year"] ?? "") ?? 0), opening: number("pending_start"),
          filed: number("received"), resolved: number("resolved"), closing: number("pending_end"))
      }
      let ledger = try StockFlowLedger(name: name, entries)
      for (row, result) in zip(rows, ledger.rows) {
        #expect(result.rollForwardGap == row["rollforward_gap"].flatMap(Double.init))
        #expect(result.carryGap == row["carry_gap"].flatMap(Double.init))
      }
      rolls += ledger.rollForward.mismatched
      carries += ledger.carry.mismatched
    }
    #expect(rolls == 26 && carries == 2)
  }

  @Test("Gansu: carried in and filed make the accepted cases; adding accepted numbers does not")
  func gansu() throws {
    let oracle = try SharedData.json("court/oracles/gansu_stockflow_reconciliation.json")
    func number(_ path: String...) throws -> Double {
      var value: JSON? = oracle
      for name in path { value = value?[name] }
      return try #require(value?.number)
    }
    let closed2022 = try number("closed_2022")
    let entries = [
      StockFlowLedger.Entry(
        period: .year(2021), filed: nil, resolved: nil, closing: try number("pending_end", "2021")),
      StockFlowLedger.Entry(
        period: .year(2022), filed: try number("new_filings", "2022"), resolved: closed2022,
        closing: try number("pending_end", "2022")),
    ]
    let ledger = try StockFlowLedger(name: "Gansu", entries)
    #expect(ledger.rollForward.compared == 1 && ledger.rollForward.mismatched == 0)
    // Accepted 2022 as opening plus filed; the naive remainder would be impossible.
    let accepted = try number("pending_end", "2021") + number("new_filings", "2022")
    let half = try number("h1_2022_accepted")
    #expect(try number("naive_2022") < half && accepted > half)
  }
}

@Suite("Ledger of stocks and flows") struct StockFlowLedgerTests {
  private func entry(
    _ year: Int, _ opening: Double?, _ filed: Double?, _ resolved: Double?, _ closing: Double?
  ) -> StockFlowLedger.Entry {
    StockFlowLedger.Entry(
      period: .year(year), opening: opening, filed: filed, resolved: resolved, closing: closing)
  }

  @Test("gaps have their size, direction and code; what is missing is not imputed")
  func gaps() throws {
    let ledger = try StockFlowLedger(
      name: "East",
      [
        entry(2022, 110, 50, 40, 125), entry(2021, nil, 50, 40, 100), entry(2023, nil, nil, 30, 90),
        entry(2025, nil, 10, 10, 90),
      ])
    #expect(ledger.rows.map(\.carryGap) == [nil, 10, nil, nil])
    #expect(ledger.rows.map(\.rollForwardGap) == [nil, 5, nil, nil])
    #expect(ledger.rollForward.mean == 5 && ledger.rollForward.mismatchedShare == 1)
    #expect(ledger.carry.above == 1 && ledger.carry.total == 10)
    #expect(Set(ledger.diagnostics.map(\.code)) == [.stockFlowMismatch, .openingMismatch])
    #expect(ledger.diagnostics.allSatisfy { $0.location?.period == "2022" })
  }

  @Test("a period that occurs twice and a number below zero are refused")
  func refusals() {
    #expect(throws: Diagnostic.self) {
      try StockFlowLedger(name: "x", [entry(2022, 1, 1, 1, 1), entry(2022, 1, 1, 1, 1)])
    }
    let error = #expect(throws: Diagnostic.self) {
      try StockFlowLedger(name: "x", [entry(2022, 1, -1, 1, 1)])
    }
    #expect(error?.code == .negativeCount && error?.location?.period == "2022")
  }

  @Test("an empty ledger has no gaps and no means")
  func empty() throws {
    let ledger = try StockFlowLedger(name: "x", [])
    #expect(ledger.rollForward.mean == nil && ledger.carry.mismatchedShare == nil)
  }
}
