import CaseloadTestSupport
import Testing

@testable import CaseloadData

@Suite("Terms of formulas beyond sums and products") struct FormulaTermsTests {
  static let panel = Table(
    source: "memory",
    columns: [
      .init(name: "court", cells: .text(["a", "a", "a", "b", "b", "b"])),
      .init(name: "year", cells: .number([2001, 2002, 2004, 2001, 2002, 2003])),
      .init(name: "x", cells: .number([1, 2, 3, 10, 20, 30])),
      .init(name: "z", cells: .number([5, 6, 7, 8, 9, 1])),
      .init(name: "y", cells: .number([2, 4, 1, 9, 3, 7])),
      .init(name: "w", cells: .number([1, 2, 0, 1, 1, 1])),
    ])

  static func design(_ text: String, unit: String? = nil, time: String? = nil) throws
    -> DesignMatrix
  {
    var options = DesignOptions()
    options.unit = unit
    options.time = time
    return try DesignMatrix(Formula(text), panel, options)
  }

  @Test(
    "nesting is R's",
    arguments: [
      ("y ~ a/b", ["a", "a:b"]),
      (
        "y ~ a/(b + c*d)",
        [
          "a", "a:b", "a:c", "a:d", "a:c:d",
        ]
      ), ("y ~ (a + b)/c", ["a", "b", "a:b:c"]),
      (
        "y ~ (a + b + c)^2",
        [
          "a", "b", "c", "a:b", "a:c", "b:c",
        ]
      ),
    ])
  func nesting(_ text: String, _ expected: [String]) throws {
    let labels = try Formula(text).terms.map { $0.factors.map(\.label).joined(separator: ":") }
    #expect(Set(labels) == Set(expected))
  }

  @Test("a reference level comes first")
  func reference() throws {
    #expect(try Self.design("y ~ C(court, ref = b)").names == ["(Intercept)", "courta"])
    #expect(try Self.design("y ~ C(year, ref = 2002)").names.count == 4)
    let error = #expect(throws: Diagnostic.self) { try Self.design("y ~ C(court, ref = \"A\")") }
    #expect(error?.code == .unknownName)
  }

  @Test("a level that begins as a list does is a level")
  func referenceLikeAList() throws {
    let table = Table(
      source: "memory",
      columns: [
        .init(name: "k", cells: .text(["civil", "criminal", "admin", "civil"])),
        .init(name: "y", cells: .number([1, 2, 4, 3])),
      ])
    let design = try DesignMatrix(Formula("y ~ C(k, ref = civil)"), table)
    #expect(design.names == ["(Intercept)", "kadmin", "kcriminal"])
    let listed = try DesignMatrix(Formula("y ~ 0 + i(k, ref = c(civil, admin))"), table)
    #expect(listed.names == ["k::criminal"])
  }

  @Test("parentheses may take the intercept away, and repeat what they like")
  func parentheses() throws {
    #expect(try !Formula("y ~ (x + z - 1)").hasIntercept)
    #expect(try !Formula("y ~ (0 + x)").hasIntercept)
    let repeated = "y ~ " + [String](repeating: "z", count: 40).joined(separator: "*")
    #expect(try Formula(repeated).terms.count == 1)
    #expect(try Formula("I(y > 0) ~ x").response.label == "I(y > 0)")
  }

  @Test("months written as numbers are months for lags")
  func compactMonths() throws {
    let table = Table(
      source: "memory",
      columns: [
        .init(name: "month", cells: .number([201811, 201812, 201901, 201902])),
        .init(name: "y", cells: .number([1, 2, 4, 3])),
      ])
    var options = DesignOptions()
    options.time = "month"
    let design = try DesignMatrix(Formula("y ~ lag(y)"), table, options)
    #expect(design.rows == [1, 2, 3])
  }

  @Test("a column of numbers with a slip is refused at the slip, and is no category")
  func nearlyNumeric() throws {
    let cells = (1...30).map { $0 == 17 ? "3 judges" : "\($0)" }
    let table = Table(
      source: "memory",
      columns: [
        .init(name: "judges", cells: .text(cells)),
        .init(name: "y", cells: .number((1...30).map { Double($0 * $0) })),
      ])
    let error = #expect(throws: Diagnostic.self) {
      try DesignMatrix(Formula("y ~ judges"), table)
    }
    #expect(error?.code == .notANumber && error?.location?.row == 18)
    #expect(try DesignMatrix(Formula("y ~ C(judges)"), table).names.count == 30)
  }

  @Test("indicators are named as fixest names them")
  func indicators() throws {
    let design = try Self.design("y ~ 0 + i(year, x, ref = 2001)")
    #expect(design.names == ["year::2002:x", "year::2003:x", "year::2004:x"])
    #expect(design.matrix.column(0) == [0, 2, 0, 0, 20, 0])
  }

  @Test("a lag is the period before in the same unit, whatever the order of the rows")
  func lags() throws {
    let design = try Self.design("y ~ 0 + lag(x, 1)", unit: "court", time: "year")
    #expect(design.names == ["lag(x, 1)"])
    #expect(design.rows == [1, 4, 5])  // 2004 of court a has no 2003 before it
    #expect(design.matrix.column(0) == [1, 10, 20])
    #expect(design.notes.first?.hint?.en.contains("lag(x, 1) in 3") == true)
    let lead = try Self.design("y ~ 0 + lead(x)", unit: "court", time: "year")
    #expect(lead.rows == [0, 3, 4] && lead.matrix.column(0) == [2, 20, 30])
    let difference = try Self.design("y ~ 0 + diff(x)", unit: "court", time: "year")
    #expect(difference.matrix.column(0) == [1, 10, 10])
    let rows = try Self.design("y ~ 0 + log(lag(x))")
    #expect(rows.rows == [1, 2, 3, 4, 5])
    #expect(try Self.design("y ~ lag(x, 0:1)").names == ["(Intercept)", "lag(x, 0)", "lag(x, 1)"])
  }

  @Test("two rows of one unit and period leave lags undefined")
  func duplicatePeriods() {
    let error = #expect(throws: Diagnostic.self) { try Self.design("y ~ lag(x)", time: "year") }
    #expect(error?.code == .duplicatePeriod && error?.location?.row == 5)
  }

  @Test("offsets, weights and clusters are no columns")
  func specials() throws {
    let design = try Self.design("y ~ x + offset(log(z)) + weights(w) + cluster(court, year)")
    #expect(design.names == ["(Intercept)", "x"])
    #expect(design.rows == [0, 1, 3, 4, 5])  // the third has weight 0
    #expect(design.weights == [1, 2, 1, 1, 1])
    #expect(design.offset?.count == 5)
    #expect(design.clusters.map(\.count) == [2, 3])
    #expect(design.notes.map(\.code) == [.rowsLeftOut])
  }

  @Test("fixed effects follow a bar and take the intercept with them")
  func fixedEffects() throws {
    let design = try Self.design("y ~ x + C(year) | court + court^year")
    #expect(design.names == ["x", "year2002", "year2003", "year2004"])
    #expect(design.fixedEffects.map(\.count) == [2, 6])
    #expect(design.fixedEffects[1].name == "court^year")
  }

  @Test("instruments follow another bar, or the first where nothing is absorbed")
  func instruments() throws {
    for text in ["y ~ 1 | x ~ z", "y ~ 1 | 0 | x ~ z"] {
      let design = try Self.design(text)
      #expect(design.endogenous?.names == ["x"] && design.instruments?.names == ["z"])
      #expect(design.hasIntercept)
    }
    #expect(try Self.design("y ~ 1 | court | x ~ z + C(year)").instruments?.names.count == 4)
  }

  @Test("comparisons are 1 where they hold")
  func comparisons() throws {
    let design = try Self.design("y ~ 0 + I(year >= 2002) + I(court == \"b\") + I((x > 2) * z)")
    #expect(design.matrix.column(0) == [0, 1, 1, 0, 1, 1])
    #expect(design.matrix.column(1) == [0, 0, 0, 1, 1, 1])
    #expect(design.matrix.column(2) == [0, 0, 7, 8, 9, 1])
  }

  @Test("a level that the fit did not see is refused in new data")
  func newLevel() throws {
    let design = try Self.design("y ~ x + C(court)")
    let new = Table(
      source: "new",
      columns: [
        .init(name: "court", cells: .text(["a", "c"])), .init(name: "x", cells: .number([1, 2])),
      ])
    let error = #expect(throws: Diagnostic.self) { try design.applied(to: new) }
    #expect(error?.code == .valueOutOfRange && error?.location?.row == 3)
  }

  @Test("a negative weight is refused with its row")
  func negativeWeight() throws {
    let error = #expect(throws: Diagnostic.self) { try Self.design("y ~ x + weights(w - 1)") }
    #expect(error?.code == .valueOutOfRange && error?.location?.row == 4)
  }

  @Test("a category of very many levels is sent behind the bar")
  func manyLevels() {
    let count = 30_000
    let table = Table(
      source: "memory",
      columns: [
        .init(name: "id", cells: .text((0..<count).map { "u\($0)" })),
        .init(name: "y", cells: .number((0..<count).map(Double.init))),
      ])
    let error = #expect(throws: Diagnostic.self) { try DesignMatrix(Formula("y ~ id"), table) }
    #expect(error?.code == .modelNotApplicable && error?.hint?.en.contains("| id") == true)
  }

  @Test(
    "what follows a bar is checked",
    arguments: [
      ("y ~ x | court[year]", 14), ("y ~ x | a | b", 13), ("y ~ x | a | b ~ c | d", 19),
      ("y ~ x | log(a)", 9), ("y ~ x | | a", 9), ("y ~ x - offset(z)", 9), ("y ~ x:offset(z)", 7),
      ("y ~ C(x, level = 3)", 10), ("y ~ bs(x, dg = 3)", 11), ("y ~ lag(x, y)", 12),
      ("y ~ (a + b)^9", 14),
    ])
  func errors(_ text: String, _ character: Int) throws {
    let error = try #require(throws: Diagnostic.self) { try Formula(text) }
    #expect(error.code == .formulaSyntax)
    #expect(error.message.en.contains("at character \(character) of"), "\(error.message.en)")
  }
}
