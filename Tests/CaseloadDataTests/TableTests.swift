import CaseloadData
import CaseloadTestSupport
import Testing

@Suite("Table")
struct TableTests {
  private static func table(_ cells: [String], lines: [Int]? = nil) -> Table {
    Table(
      source: "cases.csv", columns: [Table.Column(name: "filings", cells: .text(cells))],
      lines: lines)
  }

  private static func refusal(of cell: String) throws -> Diagnostic {
    try #require(throws: Diagnostic.self) { try table(["1", cell]).numbers("filings") }
  }

  @Test(
    "a number is read",
    arguments: [
      ("12", 12.0), (" 12.5 ", 12.5), ("-3", -3), ("+4", 4), ("1e3", 1000), (".5", 0.5),
      ("\u{3000}7", 7),
    ])
  func numbersAreRead(cell: String, expected: Double) {
    #expect(Table.number(cell) == expected)
  }

  @Test("a missing mark is NaN", arguments: Table.missingMarks.sorted() + ["  ", " NA "])
  func missingMarksAreNaN(cell: String) throws {
    #expect(try #require(Table.number(cell)).isNaN)
  }

  @Test(
    "what is no number is refused",
    arguments: [
      "1,234", "1,2O3", "twelve", "12%", "inf", "1e999", "12 34", "１２", "--1", "0x1F", "-nan",
    ])
  func nonNumbersAreRefused(cell: String) {
    #expect(Table.number(cell) == nil)
  }

  @Test("a refusal names file, row and column")
  func refusalNamesPlace() throws {
    let table = Self.table(["1", "x"], lines: [5, 9])
    let error = try #require(throws: Diagnostic.self) { try table.numbers("filings") }
    #expect(
      error.location == Diagnostic.Location(file: "cases.csv", row: 9, column: "filings"))
  }

  @Test("a refusal shows the cell as written, in both languages")
  func refusalShowsCell() throws {
    let error = try Self.refusal(of: "1,2O3")
    #expect(
      error.message == Text(en: "'1,2O3' is not a number.", zh: "'1,2O3' 不是数字。"))
  }

  @Test(
    "the hint fits the mistake",
    arguments: [
      ("1,2O3", "letter O"), ("12O", "letter O"), ("1,234", "thousands"), ("1 234", "thousands"),
      ("1，234", "thousands"), ("１２", "half-width"), ("12%", "unit"), ("12 months", "unit"),
      ("30 days", "unit"), ("many", "plain number"),
    ])
  func hintFits(cell: String, word: String) throws {
    #expect(try #require(try Self.refusal(of: cell).hint).en.contains(word))
  }

  @Test("an unknown column suggests the nearest name")
  func unknownColumn() throws {
    let error = try #require(throws: Diagnostic.self) { try Self.table(["1"]).column("Filing") }
    #expect(error.code == .unknownColumn && error.hint?.en.contains("'filings'") == true)
  }

  @Test(
    "a column of numbers and gaps is numeric",
    arguments: [
      (["1", "", "2.5"], true), (["", "NA"], false), (["1", "x"], false), ([], false),
    ])
  func numericColumns(cells: [String], expected: Bool) {
    #expect(Self.table(cells).isNumeric(Table.Column(name: "x", cells: .text(cells))) == expected)
  }

  @Test("numbers become text without losing a digit")
  func numbersBecomeText() throws {
    let column = Table.Column(name: "x", cells: .number([3, 0.1, .nan, 1e20, -0.0]))
    let table = Table(source: "memory", columns: [column])
    #expect(try table.text("x") == ["3", "0.1", "", "1e+20", "0"])
  }

  @Test("rows made in memory are counted from line 2")
  func linesBeginAtTwo() {
    #expect(Self.table(["1", "2", "3"]).lines == [2, 3, 4])
  }
}
