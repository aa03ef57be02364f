import CaseloadData
import CaseloadMath
import CaseloadTestSupport
import Testing

@testable import CaseloadRegression

@Suite("RESET") struct RESETTestTests {
  @Test("as R's resettest", arguments: SpecificationOracle.names)
  func oracle(_ name: String) throws {
    let data = try SpecificationOracle(name)
    // Cubes of fitted values have a condition number of about 1e3 once centered.
    try expect(
      RESETTest.test(design: data.design, response: data.response), matches: data["reset"])
    try expect(
      RESETTest.test(design: data.design, response: data.response, powers: [2]),
      matches: data["resetSquare"])
  }

  @Test("groups alone leave nothing to test, and other powers are refused")
  func refusals() throws {
    let groups = Matrix(columns: [[1, 1, 1, 1, 1, 1], [0, 0, 0, 1, 1, 1]])
    let nothing = #expect(throws: Diagnostic.self) {
      try RESETTest.test(design: groups, response: [1, 2, 3, 5, 6, 9])
    }
    #expect(nothing?.code == .notIdentified)
    let power = #expect(throws: Diagnostic.self) {
      try RESETTest.test(design: groups, response: [1, 2, 3, 5, 6, 9], powers: [1])
    }
    #expect(power?.code == .illegalOption)
  }
}
