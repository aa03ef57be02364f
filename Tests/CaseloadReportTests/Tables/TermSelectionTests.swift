import CaseloadData
import CaseloadRegression
import Testing

@testable import CaseloadReport

@Suite struct TermSelectionTests {
  typealias Samples = RegressionTableSamples

  private func labels(_ change: (inout RegressionTable.Options) -> Void) throws -> [String] {
    var options = RegressionTable.Options()
    change(&options)
    return try TermSelection(Samples.four, options).terms.map(\.label.en)
  }

  @Test("terms stand in the order of their first appearance, the constant under its name")
  func order() throws {
    #expect(try labels { _ in } == ["Constant", "judges", "log(population)", "post_reform"])
  }

  @Test("keep, drop and order take names and globs")
  func selection() throws {
    #expect(try labels { $0.keep = ["j*", "post_reform"] } == ["judges", "post_reform"])
    #expect(try labels { $0.drop = ["(Intercept)", "*o*"] } == ["judges"])
    #expect(
      try labels { $0.order = ["post_?eform", "j*"] }
        == ["post_reform", "judges", "Constant", "log(population)"])
    var options = RegressionTable.Options()
    options.keep = ["judges"]
    #expect(
      try TermSelection(Samples.four, options).hidden
        == ["(Intercept)", "log(population)", "post_reform"])
  }

  @Test("a map selects, orders and names at once")
  func map() throws {
    #expect(
      try labels { $0.map = [.init("post_*", Text("After: *")), .init("judges", Text("Judges"))] }
        == ["After: reform", "Judges"])
  }

  @Test("terms of different models that are called the same share a row")
  func sharedRow() throws {
    var options = RegressionTable.Options()
    options.names = [
      .init("log(population)", Text("Size")), .init("judges", Text("Judges")),
    ]
    let first = ModelSummary(
      label: "y", formula: "", family: "gaussian", response: "y", covariance: "hc1",
      covarianceNote: Text(""),
      coefficients: [
        Coefficient(
          term: "people", estimate: 1, standardError: 1, degreesOfFreedom: 9, level: 0.95)
      ], observations: 11, statistics: [], level: 0.95)
    options.names.append(.init("people", Text("Size")))
    let selection = try TermSelection([first, Samples.linear], options)
    #expect(selection.terms.map(\.label.en) == ["Size", "Constant", "Judges", "post_reform"])
    #expect(selection.terms[0].coefficients.map { $0?.term } == ["people", "log(population)"])
  }

  @Test("two terms of one model may not be called the same")
  func collision() {
    let error = #expect(throws: Diagnostic.self) {
      try labels { $0.names = [.init("judges", Text("X")), .init("post_reform", Text("X"))] }
    }
    #expect(error?.code == .illegalOption)
  }

  @Test("a pattern without a match is refused, with the nearest name; so is an empty table")
  func refusals() {
    let error = #expect(throws: Diagnostic.self) { try labels { $0.drop = ["judge"] } }
    #expect(error?.code == .unknownName)
    #expect(error?.hint?.en.contains("judges") ?? false)
    #expect(throws: Diagnostic.self) { try labels { $0.drop = ["*"] } }
  }

  @Test(
    "a glob captures what its stars stand for",
    arguments: [
      ("a*", "abc", ["bc"]), ("*", "", [""]), ("a*b*c", "aXbYbZc", ["X", "YbZ"]),
      ("?b", "ab", []), ("court::*:judges", "court::East:judges", ["East"]),
      ("I(x*2)", "I(x*2)", ["*"]), ("a*a", "a", nil), ("ab", "abc", nil), ("a?", "a", nil),
      ("*ab", "aab", ["a"]), ("法*", "法官", ["官"]), ("", "", []), ("", "a", nil),
    ] as [(String, String, [String]?)])
  func captures(pattern: String, name: String, expected: [String]?) {
    #expect(TermPattern(pattern).captures(in: name) == expected)
  }
}
