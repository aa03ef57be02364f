import CaseloadData
import Foundation
import Testing

@Suite("Results hold what their schemas promise")
struct SchemaTests {
  private static let yearly =
    "period,value\n" + (0..<12).map { "\(2010 + $0),\(100 + $0 * 7 % 13)\n" }.joined()
  private static let courts = "period,filed,resolved,pending\n2019,10,9,3\n2020,12,0,4\n"

  @Test(
    "every value has the type that its schema gives, and no field is without a place in it",
    arguments: [
      (["trend", "Datasets/jiayuguan"], ""), (["trend", "Datasets/riverside"], ""),
      (["trend", "Datasets/china-courts"], ""), (["trend", "-", "--claim", "5"], yearly),
      (["forecast", "Datasets/riverside", "--horizon", "3"], ""),
      (["forecast", "-", "--horizon", "3"], yearly),
      (
        ["backtest", "Datasets/riverside", "--by", "court", "--horizon", "3", "--windows", "4"], ""
      ),
      (
        [
          "backtest", "-", "--horizon", "1", "--windows", "11", "--model", "naive,drift,auto",
          "--metrics", "mape,wis",
        ], yearly
      ),
      (["fit", "Datasets/riverside", "--model", "ets"], ""), (["fit", "-"], yearly),
      (["decompose", "Datasets/riverside"], ""), (["decompose", "-"], yearly),
      (["effect", "Datasets/riverside"], ""), (["effect", "-", "--from", "2016"], yearly),
      (["study", "-", "--from", "2016"], yearly),
      (["audit", "Datasets/jiayuguan"], ""),
      (["workload", "Datasets/jiayuguan", "--caseload", "12789"], ""),
      (["workload", "Datasets/riverside"], ""),
      (["workload", "-", "--incoming", "value"], yearly),
      (["inspect", "Datasets/jiayuguan"], ""), (["inspect", "Datasets/riverside"], ""),
      (["inspect", "-"], yearly),
      (["regress", "-", "--formula", "value ~ period"], yearly),
      (
        [
          "regress", "-", "--formula", "filings ~ judges", "--formula",
          "filings ~ judges + programme", "--cluster", "court", "--covariance", "cr2", "--tests",
          "likelihood-ratio,condition", "--hypothesis", "judges", "--adjust", "romano-wolf:webb:99",
        ],
        RegressCommandTests.panel
      ),
      (
        [
          "regress", "-", "--formula", "filings ~ judges + price", "--cluster", "court",
          "--covariance", "cr3", "--hypothesis", "judges; price", "--tests", "likelihood-ratio",
          "--adjust", "holm", "--adjust-terms", "price",
        ],
        RegressCommandTests.panel
      ),
      (["regress", "-", "--formula", "filings ~ 1 | court"], RegressCommandTests.panel),
      (
        [
          "indicators", "-", "--incoming", "filed", "--resolved", "resolved", "--pending",
          "pending",
        ],
        courts
      ),
    ])
  func conforms(arguments: [String], input: String) throws {
    let schema = try CommandRunner.run(["schema", arguments[0]])
    let rule = try JSONDecoder().decode(JSON.self, from: Data(schema.output.utf8))
    let result = try CommandRunner.json(arguments, input: input.isEmpty ? nil : input)
    #expect(faults(result, rule, at: "") == [])
  }

  @Test("several designs side by side have a schema of their own")
  func effects() throws {
    let schema = try CommandRunner.run(["schema", "effects"])
    let rule = try JSONDecoder().decode(JSON.self, from: Data(schema.output.utf8))
    let result = try CommandRunner.json(
      ["effect", "-", "--from", "2016", "--design", "its,did"], input: Self.yearly)
    #expect(faults(result, rule, at: "") == [])
    let rows = try #require(result["payload"]?.array)
    // One series has no units to compare: designs of differences say why they do not apply.
    for row in rows {
      #expect((row["average"] == .null) == (row["reason"] != .null))
      #expect(row["design"]?.string != nil && row["name"]?["zh"] != nil)
    }
  }

  /// Where `result` departs from the schema of `command`.
  static func faults(_ result: JSON, of command: String) throws -> [String] {
    let schema = try CommandRunner.run(["schema", command])
    let rule = try JSONDecoder().decode(JSON.self, from: Data(schema.output.utf8))
    return SchemaTests().faults(result, rule, at: "")
  }

  /// Where `value` departs from `schema`: the part of JSON Schema that the schemas use.
  private func faults(_ value: JSON, _ schema: JSON, at path: String) -> [String] {
    if let allowed = schema["enum"]?.array, !allowed.contains(value) { return ["\(path): enum"] }
    if let constant = schema["const"], constant != value { return ["\(path): const"] }
    let types = (schema["type"]?.array ?? schema["type"].map { [$0] } ?? []).compactMap(\.string)
    if !types.isEmpty, types.allSatisfy({ !isOf($0, value) }) { return ["\(path): type"] }
    switch value {
    case .array(let items):
      guard let rule = schema["items"] else { return [] }
      return items.flatMap { faults($0, rule, at: path + "[]") }
    case .object(let members):
      guard case .object(let properties)? = schema["properties"] else {
        guard let rule = schema["additionalProperties"] else { return [] }
        return members.flatMap { faults($1, rule, at: "\(path).\($0)") }
      }
      // An empty list of properties describes nothing.
      guard !properties.isEmpty else { return [] }
      return members.flatMap { name, member in
        guard let rule = properties[name] else { return ["\(path).\(name): not in the schema"] }
        return faults(member, rule, at: "\(path).\(name)")
      }
    default: return []
    }
  }

  private func isOf(_ type: String, _ value: JSON) -> Bool {
    switch (type, value) {
    case ("null", .null), ("boolean", .bool), ("number", .number), ("string", .string),
      ("array", .array), ("object", .object):
      true
    case ("integer", .number(let x)): x == x.rounded()
    default: false
    }
  }
}
