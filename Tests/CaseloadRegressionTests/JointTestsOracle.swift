import CaseloadData
import CaseloadTestSupport

@testable import CaseloadRegression

/// The data of Tests/Oracles/joint-tests and the reference values beside them.
struct JointTestsOracle {
  let values: JSON
  let table: Table

  init() throws {
    values = try Oracle.load("joint-tests", as: JSON.self)
    let data = values["data"] ?? .null
    let numbers = ["programme", "size", "judges", "load", "filings", "pending", "count"]
    let courts = data["court"]?.array?.compactMap(\.string) ?? []
    table = Table(
      source: "joint-tests",
      columns: [.init(name: "court", cells: .text(courts))]
        + numbers.map { .init(name: $0, cells: .number(data.numbers($0))) })
  }

  /// The cases of one kind of test.
  func cases(_ name: String) -> [JSON] { values[name]?.array ?? [] }

  func outcome(
    _ formula: String, _ change: (inout RegressionSpecification) -> Void = { _ in }
  ) async throws -> RegressionOutcome {
    var specification = try RegressionSpecification(formula)
    change(&specification)
    return try await specification.fitted(to: table)
  }
}
