import CaseloadTestSupport
import Testing

@testable import CaseloadData

@Suite("Reading formulas")
struct FormulaParserTests {
  /// The terms, each as its labels joined by ':'.
  private static func terms(_ text: String) throws -> [String] {
    try Formula(text).terms.map { $0.factors.map(\.label).joined(separator: ":") }
  }

  private static func refusal(_ text: String) throws -> Diagnostic {
    try #require(throws: Diagnostic.self) { try Formula(text) }
  }

  /// The value of `expression` at x = 3.
  private static func value(_ expression: String) throws -> Double {
    let table = Table(
      source: "memory", columns: [Table.Column(name: "x", cells: .number([3]))])
    return try DesignMatrix(Formula("x ~ 0 + I(\(expression))"), table).matrix[0, 0]
  }

  @Test(
    "terms are read as Wilkinson and Rogers write them",
    arguments: [
      ("y ~ a", ["a"]), ("y ~ a + b", ["a", "b"]), ("y ~ a:b", ["a:b"]),
      ("y ~ a*b", ["a", "b", "a:b"]), ("y ~ a*b*c", ["a", "b", "c", "a:b", "a:c", "b:c", "a:b:c"]),
      ("y ~ (a + b)*c", ["a", "b", "c", "a:c", "b:c"]), ("y ~ (a + b):c", ["a:c", "b:c"]),
      ("y ~ a*b - a:b", ["a", "b"]), ("y ~ a + b - a", ["b"]), ("y ~ a + a", ["a"]),
      ("y ~ a*a", ["a"]), ("y ~ a:b + b:a", ["a:b"]), ("y ~ a + C(a)", ["a", "C(a)"]),
      ("y ~ a:b + a", ["a", "a:b"]),
      ("y ~ 1", []), ("y ~ 0", []), ("y ~ C(court)", ["C(court)"]),
      ("y ~ factor(court)", ["C(court)"]),
      ("y ~ I(x^2)", ["I(x^2)"]), ("y ~ log(x + 1)", ["log(x + 1)"]),
      ("y ~ poly(x, 3)", ["x", "x^2", "x^3"]), ("y ~ poly(x, 2, raw = TRUE)", ["x", "x^2"]),
      ("y ~ `case type`:x", ["case type:x"]), ("y~a+b", ["a", "b"]), ("收案 ~ 法官", ["法官"]),
      ("y ~ a.b + _c", ["a.b", "_c"]),
    ])
  func termsAreRead(text: String, expected: [String]) throws {
    #expect(Set(try Self.terms(text)) == Set(expected))
  }

  @Test("shorter terms come first, otherwise in the order written")
  func termOrder() throws {
    #expect(try Self.terms("y ~ a:b + c + b") == ["c", "b", "a:b"])
  }

  @Test(
    "the intercept is there unless it is taken away",
    arguments: [
      ("y ~ x", true), ("y ~ 1", true), ("y ~ 1 + x", true), ("y ~ 0 + x", false),
      ("y ~ x + 0", false), ("y ~ x - 1", false), ("y ~ -1 + x", false), ("y ~ x - 1 + 1", true),
      ("y ~ x - 0", true),
    ])
  func intercept(text: String, expected: Bool) throws {
    #expect(try Formula(text).hasIntercept == expected)
  }

  @Test("the response may be an expression")
  func responseExpression() throws {
    #expect(try Formula("log(filings / judges) ~ x").response.label == "log(filings / judges)")
  }

  @Test(
    "arithmetic has the usual precedence",
    arguments: [
      ("1 + 2*x", 7.0), ("(1 + 2)*x", 9), ("x - 1 - 1", 1), ("12/2/x", 2), ("-x^2", -9),
      ("2^x^2", 512), ("2^-1", 0.5), ("x**2", 9), ("2*x^2", 18), ("-(x + 1)", -4),
      ("1.5e1 + x", 18),
      ("abs(-x)", 3), ("sqrt(x*x)", 3), ("exp(log(x))", 3), ("log10(1000)", 3), ("log1p(0*x)", 0),
      ("x^0.5 * x^0.5", 3),
    ])
  func precedence(expression: String, expected: Double) throws {
    #expect(try Self.value(expression).isClose(to: expected, relative: 1e-15))  // one rounding
  }

  @Test("whole powers of whole numbers are exact")
  func wholePowersAreExact() throws {
    #expect(try Self.value("x^33") == 5_559_060_566_555_523)
  }

  @Test("the logarithm to base 10 of a power of ten is exact")
  func log10IsExact() throws {
    #expect(try Self.value("log10(1000 + 0*x)") == 3)
  }

  @Test(
    "an error names the character",
    arguments: [
      ("y", 2), ("y ~", 4), ("y ~ a +", 8), ("y ~ (a", 7), ("y ~ a b", 7), ("y ~ a) + b", 6),
      ("~ x", 1), ("y ~ 2", 5), ("y ~ lgo(x)", 5), ("y ~ poly(x)", 11), ("y ~ poly(x, 0)", 14),
      ("y ~ C(3)", 7), ("y ~ a | 3", 9), ("y ~ `a", 5), ("y ~ a - b", 9),
    ])
  func errorPosition(text: String, character: Int) throws {
    let message = try Self.refusal(text).message.en
    #expect(message.contains("at character \(character) of"))
  }

  @Test("the caret stands under the character")
  func caret() throws {
    let lines = try Self.refusal("y ~ a + lgo(x)").message.en.split(separator: "\n")
    #expect(lines.last?.count == "    y ~ a + l".count && lines.last?.last == "^")
  }

  @Test("an unknown function suggests the nearest")
  func unknownFunction() throws {
    #expect(try Self.refusal("y ~ lgo(x)").message.en.contains("did you mean 'log'?"))
  }

  @Test("an error has the code of a formula")
  func errorCode() throws {
    #expect(try Self.refusal("y ~ +").code == .formulaSyntax)
  }
}
