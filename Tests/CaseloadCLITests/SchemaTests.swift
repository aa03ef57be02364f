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
      (
        [
          "backlog", "--filings", "6834", "--per-judge", "201", "--pending", "1500", "--judges",
          "34",
        ],
        ""
      ),
      (
        [
          "backlog", "Datasets/riverside", "--target-days", "90", "--horizon", "3",
          "--statistical-year", "--rule", "proportional",
        ], ""
      ),
      (["age", "-"] + AgeCommandTests.columns + ["--by", "type"], AgeCommandTests.register),
      (
        ["age", "-"] + AgeCommandTests.columns + ["--view", "incidence"], AgeCommandTests.register
      ),
      (
        ["age", "-"] + AgeCommandTests.columns + ["--view", "hazard", "--deadlines", "none"],
        AgeCommandTests.register
      ),
      (["age", "-"] + AgeCommandTests.columns + ["--view", "pyramid"], AgeCommandTests.register),
      (
        [
          "age", "-", "--view", "projection", "--deadlines", "none", "--horizon", "2",
        ] + AgeCommandTests.columns, AgeCommandTests.register
      ),
      (
        [
          "simulate-court", "Datasets/riverside/court.yaml", "--replications", "2", "--scenario",
          "mediation",
        ], ""
      ),
      (
        [
          "simulate-court", "--model", "priority", "--arrival-rate", "1.6,0.2", "--service-rate",
          "4,0.5", "--cases", "2000",
        ], ""
      ),
      (
        [
          "scenario", "Datasets/riverside", "--scenarios", "Datasets/riverside/scenarios.yaml",
          "--draws", "200", "--horizon", "12", "--model", "seasonal-naive",
        ], ""
      ),
      (["inspect", "Datasets/jiayuguan"], ""), (["inspect", "Datasets/riverside"], ""),
      (["inspect", "-"], yearly),
      (["postmortem", "-"], PostMortemCommandTests.both),
      (["postmortem", "-"], PostMortemCommandTests.repeated),
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
      (
        [
          "queue", "--arrival-rate", "30", "--service-rate", "4", "--servers", "9",
          "--abandonment-rate", "1", "--compare", "--wait-beyond", "0.1", "--model", "mmc",
          "--target-wait-probability", "0.2", "--target-wait", "0.1",
        ], ""
      ),
      (["queue", "--arrival-rate", "30", "--service-rate", "4", "--servers", "9"], ""),
      (
        [
          "queue", "--model", "fluid", "--arrival-rate", "40", "--service-rate", "4", "--servers",
          "9", "--pending", "20", "--time", "1",
        ], ""
      ),
      (
        [
          "queue", "--model", "priority", "--servers", "3", "--split", "--threshold", "--class",
          "name=a,arrival=2,mean=0.2,fast=yes,target=1", "--class", "name=b,arrival=1,mean=1",
        ], ""
      ),
      (
        [
          "queue", "--monthly-arrivals", "50,60,40", "--service-rate", "24",
          "--target-wait-probability", "0.1",
        ], ""
      ),
    ])
  func conforms(arguments: [String], input: String) throws {
    let schema = try CommandRunner.run(["schema", arguments[0]])
    let rule = try JSONDecoder().decode(JSON.self, from: Data(schema.output.utf8))
    let result = try CommandRunner.json(arguments, input: input.isEmpty ? nil : input)
    #expect(faults(result, rule, at: "") == [])
  }

  @Test("indicators by definition, their catalogue and a weighted need have schemas of their own")
  func ofTheirOwn() throws {
    let weights = FileManager.default.temporaryDirectory.appendingPathComponent(
      "caseload-\(UUID().uuidString).yaml")
    defer { try? FileManager.default.removeItem(at: weights) }
    try Data(
      """
      judgeYear: {days: 200, minutesPerDay: 400, leaveDays: 9, standardError: 500}
      weights:
        - {caseType: a, minutes: 30, standardError: 2}
        - caseType: b
          events: [{name: hearing, minutes: 9, occurrences: 2}]
          panel: {rounds: [[1, 1.1, 1.2]]}
      """.utf8
    ).write(to: weights)
    let table = "court,caseType,filings,resolved,judges\nE,a,10,9,1\nE,b,20,19,1\nW,a,7,9,2\n"
    for (name, arguments) in [
      ("indicator-values", ["indicators", "-"]),
      ("indicator-values", ["indicators", "-", "--indicator", "closing-rate,clearance-rate"]),
      ("indicator-definitions", ["indicators", "--list"]),
      ("workload-need", ["workload", "-", "--weights", weights.path]),
    ] {
      let schema = try CommandRunner.run(["schema", name])
      let rule = try JSONDecoder().decode(JSON.self, from: Data(schema.output.utf8))
      let result = try CommandRunner.json(arguments, input: table)
      #expect(faults(result, rule, at: "") == [], "\(arguments)")
    }
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
