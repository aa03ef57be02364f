import CaseloadData
import CaseloadTestSupport
import Testing

@testable import CaseloadCourt

@Suite("Published figures") struct PublishedFigureTests {
  @Test(
    "the printed digits say how far a figure is rounded",
    arguments: [("18", 0.5), ("7.4", 0.05), ("7.45", 0.005), ("-4.6", 0.05), ("12789", 0.5)])
  func precision(_ text: String, _ half: Double) {
    let figure = PublishedFigure("x", "m", text, "2020", "s")
    #expect(figure.precision.isClose(to: half, relative: 1e-15))
  }

  private func table(_ rows: [[String]]) -> Table {
    let names = ["id", "metric", "value", "text", "period", "scope", "claim"]
    return Table(
      source: "figures.csv",
      columns: names.enumerated().map { j, name in
        Table.Column(name: name, cells: .text(rows.map { $0[j] }))
      })
  }

  @Test("a table is read row by row")
  func table() throws {
    let register = try FigureRegister(
      table([
        ["A", "cases", "2877", "", "2013", "court", ""],
        ["B", "cases", "18", "18.0", "2013/2019", "court", "averageAnnualGrowth"],
        ["C", "date", "", "2020-03", "2020-03", "court", ""],
      ]))
    let a = try #require(register["A"])
    #expect(a.value == 2877 && a.text == "2877" && a.claim == nil)
    #expect(a.from == .year(2013) && a.to == .year(2013))
    let b = try #require(register["B"])
    #expect(b.text == "18.0" && b.claim == .averageAnnualGrowth)
    #expect(b.from == .year(2013) && b.to == .year(2019))
    #expect(try #require(register["C"]).value == nil)
    #expect(register["D"] == nil)
  }

  @Test("an id that occurs twice is refused at its row")
  func duplicate() {
    let error = #expect(throws: Diagnostic.self) {
      try FigureRegister(
        table([
          ["A", "m", "1", "", "2013", "s", ""], ["A", "m", "2", "", "2014", "s", ""],
        ]))
    }
    #expect(error?.code == .malformedTable)
    #expect(error?.location?.row == 3)
  }

  @Test("a span between periods of different lengths is refused at its cell")
  func mixedSpan() {
    let error = #expect(throws: Diagnostic.self) {
      try FigureRegister(
        table([["A", "m", "18", "", "2013/2019-10", "s", "averageAnnualGrowth"]]))
    }
    #expect(error?.code == .mixedFrequencies)
    #expect(error?.location?.row == 2 && error?.location?.column == "period")
  }

  @Test("a claim of an unknown kind is answered with the nearest")
  func unknownClaim() {
    let error = #expect(throws: Diagnostic.self) {
      try FigureRegister(table([["A", "m", "1", "", "2013", "s", "yearOnYearChagne"]]))
    }
    #expect(error?.location?.column == "claim")
    #expect(error?.hint?.en.contains("'yearOnYearChange'") == true)
  }

  @Test("a table without the needed columns is refused")
  func missingColumn() {
    let table = Table(source: "x.csv", columns: [Table.Column(name: "id", cells: .text(["A"]))])
    let error = #expect(throws: Diagnostic.self) { try FigureRegister(table) }
    #expect(error?.code == .unknownColumn)
  }
}
