import CaseloadData
import CaseloadTestSupport
import Testing

@testable import CaseloadRegression

@Suite("Hypotheses in words") struct LinearHypothesisTests {
  static let names = ["(Intercept)", "x", "x2", "post:treat", "log(population)", "courtEast"]

  @Test(
    "are read as restrictions",
    arguments: [
      ("x = 1", [[0.0, 1, 0, 0, 0, 0]], [1.0]), ("x = x2", [[0, 1, -1, 0, 0, 0]], [0]),
      ("2*x + x2 = 3", [[0, 2, 1, 0, 0, 0]], [3]), ("post:treat", [[0, 0, 0, 1, 0, 0]], [0]),
      ("(Intercept) = -1.5e1", [[1, 0, 0, 0, 0, 0]], [-15]),
      ("log(population) = 1; courtEast", [[0, 0, 0, 0, 1, 0], [0, 0, 0, 0, 0, 1]], [1, 0]),
      ("x - 1 = x2/2 + 1", [[0, 1, -0.5, 0, 0, 0]], [2]),
      ("-x = x2*3", [[0, -1, -3, 0, 0, 0]], [0]),
    ])
  func read(_ text: String, _ rows: [[Double]], _ values: [Double]) throws {
    let hypothesis = try LinearHypothesis(text, names: Self.names)
    #expect((0..<hypothesis.restrictions.rowCount).map { hypothesis.restrictions.row($0) } == rows)
    #expect(hypothesis.values == values)
  }

  @Test(
    "that do not parse are refused",
    arguments: [
      ("y = 1", DiagnosticCode.unknownName), ("x = ", .formulaSyntax), ("1 = 2", .formulaSyntax),
      ("x = 1 extra", .formulaSyntax), ("2 * 3", .unknownName), ("x - x", .formulaSyntax),
      ("x3", .unknownName),
    ])
  func refused(_ text: String, _ code: DiagnosticCode) {
    let error = #expect(throws: Diagnostic.self) {
      try LinearHypothesis(text, names: Self.names)
    }
    #expect(error?.code == code, "\(String(describing: error))")
  }
}
