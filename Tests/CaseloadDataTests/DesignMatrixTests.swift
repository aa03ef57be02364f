import CaseloadData
import CaseloadMath
import CaseloadTestSupport
import Testing

@Suite("DesignMatrix")
struct DesignMatrixTests {
  private static func text(_ name: String, _ cells: [String]) -> Table.Column {
    Table.Column(name: name, cells: .text(cells))
  }

  static let table = Table(
    source: "cases.csv",
    columns: [
      text("y", ["1", "2", "4", "8", "16", "32"]), text("x", ["1", "2", "3", "4", "5", "7"]),
      text("a", ["p", "q", "p", "q", "r", "r"]), text("b", ["u", "u", "v", "v", "u", "v"]),
      text("year", ["9", "10", "9", "10", "9", "10"]),
    ])

  private static func names(_ formula: String) throws -> [String] {
    try DesignMatrix(Formula(formula), table).names
  }

  @Test(
    "categories are coded as R codes them",
    arguments: [
      ("y ~ a", ["(Intercept)", "aq", "ar"]),
      ("y ~ 0 + a", ["ap", "aq", "ar"]),
      ("y ~ a - 1", ["ap", "aq", "ar"]), ("y ~ year + C(year)", ["(Intercept)", "year", "year10"]),
      ("y ~ a + b", ["(Intercept)", "aq", "ar", "bv"]),
      ("y ~ 0 + a + b", ["ap", "aq", "ar", "bv"]),
      ("y ~ 0 + b + a", ["bu", "bv", "aq", "ar"]),
      ("y ~ 0 + x + a", ["x", "ap", "aq", "ar"]),
      ("y ~ 0 + a*b", ["ap", "aq", "ar", "bv", "aq:bv", "ar:bv"]),
      ("y ~ a*b", ["(Intercept)", "aq", "ar", "bv", "aq:bv", "ar:bv"]),
      ("y ~ a + a:b", ["(Intercept)", "aq", "ar", "ap:bv", "aq:bv", "ar:bv"]),
      ("y ~ a*b - a", ["(Intercept)", "bv", "aq:bu", "ar:bu", "aq:bv", "ar:bv"]),
      ("y ~ a:b", ["(Intercept)", "ap:bu", "aq:bu", "ar:bu", "ap:bv", "aq:bv", "ar:bv"]),
      ("y ~ 0 + a:b", ["ap:bu", "aq:bu", "ar:bu", "ap:bv", "aq:bv", "ar:bv"]),
      ("y ~ x + x:a", ["(Intercept)", "x", "x:aq", "x:ar"]),
      ("y ~ x:a", ["(Intercept)", "x:ap", "x:aq", "x:ar"]),
      ("y ~ a + x:a", ["(Intercept)", "aq", "ar", "x:ap", "x:aq", "x:ar"]),
      ("y ~ (a + b)*x", ["(Intercept)", "aq", "ar", "bv", "x", "aq:x", "ar:x", "bv:x"]),
    ])
  func codingIsThatOfR(formula: String, expected: [String]) throws {
    // R 4.2.2, colnames(model.matrix(…)); R writes ap:x where the formula says x:a after a.
    #expect(try Self.names(formula) == expected)
  }

  @Test("the columns are those of R")
  func columnsAreThoseOfR() throws {
    let matrix = try DesignMatrix(Formula("y ~ a + a:b"), Self.table).matrix
    #expect(
      matrix  // R 4.2.2, model.matrix
        == Matrix(rows: [
          [1, 0, 0, 0, 0, 0], [1, 1, 0, 0, 0, 0], [1, 0, 0, 1, 0, 0], [1, 1, 0, 0, 1, 0],
          [1, 0, 1, 0, 0, 0], [1, 0, 1, 0, 0, 1],
        ]))
  }

  @Test(
    "a design that R finds of full rank has full rank here",
    arguments: [
      "y ~ 0 + a + b", "y ~ a*b", "y ~ a + a:b", "y ~ x + x:a", "y ~ 0 + x + x:a",
    ])
  func rankIsFull(formula: String) throws {
    let design = try DesignMatrix(Formula(formula), Self.table)
    #expect(try QR(design.matrix).rank == design.names.count)
  }

  @Test("numbers are categories when they are said to be, in order of size")
  func numbersAsCategories() throws {
    #expect(try Self.names("y ~ C(year)") == ["(Intercept)", "year10"])
  }

  @Test("numbers come before words, whatever the order of the rows")
  func mixedLevelsAreOrdered() throws {
    let table = Table(
      source: "memory",
      columns: [
        Self.text("y", ["1", "2", "3", "4"]), Self.text("g", ["1a", "10", "b", "9"]),
      ])
    #expect(try DesignMatrix(Formula("y ~ 0 + g"), table).names == ["g9", "g10", "g1a", "gb"])
  }

  @Test("raw powers are powers")
  func rawPowers() throws {
    let matrix = try DesignMatrix(Formula("y ~ poly(x, 3)"), Self.table).matrix
    #expect(matrix.row(5) == [1, 7, 49, 343])
  }

  @Test("an expression is evaluated row by row")
  func expressions() throws {
    let matrix = try DesignMatrix(Formula("y ~ 0 + I(x^2 - 1)"), Self.table).matrix
    #expect(matrix.column(0) == [0, 3, 8, 15, 24, 48])
  }

  @Test("an interaction of numbers is their product")
  func numericInteraction() throws {
    #expect(try DesignMatrix(Formula("y ~ 0 + x:year"), Self.table).matrix.column(0)[1] == 20)
  }

  @Test("the response is evaluated too")
  func response() throws {
    let design = try DesignMatrix(Formula("y^2 ~ x"), Self.table)
    #expect(design.response == [1, 4, 16, 64, 256, 1024] && design.responseName == "y^2")
  }

  static let gappy = Table(
    source: "gaps.csv",
    columns: [
      text("y", ["1", "", "3", "4"]), text("x", ["1", "2", "NA", "4"]),
      text("g", ["a", "b", "a", "b"]),
    ])

  @Test("rows with a missing variable are left out")
  func missingRowsAreLeftOut() throws {
    #expect(try DesignMatrix(Formula("y ~ x"), Self.gappy).rows == [0, 3])
  }

  @Test("rows left out are noted with the first of them")
  func missingRowsAreNoted() throws {
    let note = try #require(try DesignMatrix(Formula("y ~ x"), Self.gappy).notes.first)
    #expect(note.code == .rowsLeftOut && note.location?.row == 3)
  }

  @Test("a variable that is not in the formula may be missing")
  func otherVariablesMayBeMissing() throws {
    #expect(try DesignMatrix(Formula("y ~ g"), Self.gappy).rows == [0, 2, 3])
  }

  @Test("a level that only rows left out have is no level")
  func unusedLevelIsNoLevel() throws {
    let table = Table(
      source: "memory",
      columns: [
        Self.text("y", ["", "2", "3", "4", "5"]), Self.text("g", ["a", "b", "c", "b", "c"]),
      ])
    let names = try DesignMatrix(Formula("y ~ g"), table).names
    #expect(names == ["(Intercept)", "gc"])  // R 4.2.2, lm
  }

  @Test("without a complete row there is an error")
  func noCompleteRow() throws {
    let table = Table(
      source: "memory", columns: [Self.text("y", ["1", ""]), Self.text("x", ["", "2"])])
    let error = try #require(throws: Diagnostic.self) {
      try DesignMatrix(Formula("y ~ x"), table)
    }
    #expect(error.code == .emptyInput)
  }

  @Test("a category with one level is refused by name")
  func oneLevel() throws {
    let table = Table(
      source: "memory", columns: [Self.text("y", ["1", "2"]), Self.text("g", ["a", "a"])])
    let error = try #require(throws: Diagnostic.self) {
      try DesignMatrix(Formula("y ~ g"), table)
    }
    #expect(error.code == .rankDeficient && error.location?.column == "g")
  }

  @Test("an unknown variable suggests the nearest")
  func unknownVariable() throws {
    let error = try #require(throws: Diagnostic.self) {
      try DesignMatrix(Formula("y ~ yeer"), Self.table)
    }
    #expect(error.code == .unknownColumn && error.hint?.en.contains("'year'") == true)
  }

  @Test("text where a number is needed is refused with its row")
  func textInArithmetic() throws {
    let error = try #require(throws: Diagnostic.self) {
      try DesignMatrix(Formula("y ~ log(a)"), Self.table)
    }
    #expect(error.code == .notANumber && error.location?.row == 2)
  }

  @Test(
    "a value outside the domain of a function is an error, not a missing value",
    arguments: [
      "y ~ log(x - 1)", "y ~ sqrt(x - 3)", "y ~ I(1/(x - 1))", "log(x - 1) ~ y",
      "y ~ I((x - 3)^0.5)", "y ~ log(x - 1):b", "y ~ I(1/sqrt(x - 3))", "y ~ exp(-log(x - 3))",
      "y ~ b:log(x - 1)",
    ])
  func outsideTheDomain(formula: String) throws {
    let error = try #require(throws: Diagnostic.self) {
      try DesignMatrix(Formula(formula), Self.table)
    }
    #expect(error.code == .valueOutOfRange && error.location?.row == 2)
  }
}
