import Foundation
import Testing

/// Wrong input: the exit status of the contract, one diagnostic with a place and a remedy, and no
/// output file.
@Suite("Bad input")
struct BadInputTests {
  struct Case: CustomTestStringConvertible, Sendable {
    let name: String
    let arguments: [String]
    let input: String?
    let status: Int32
    let code: String
    let mentions: [String]
    var testDescription: String { name }
  }

  static let monthly = "period,value\n2020-01,5\n2020-02,7\n2020-03,6\n2020-04,8\n"

  static let cases: [Case] = [
    Case(
      name: "a missing file", arguments: ["forecast", "absent.csv", "--horizon", "2"], input: nil,
      status: 66, code: "CL0101", mentions: ["absent.csv"]),
    Case(
      name: "an unknown column",
      arguments: ["forecast", "-", "--horizon", "2", "--value", "valeu"], input: monthly,
      status: 65,
      code: "CL0106", mentions: ["valeu", "Did you mean 'value'"]),
    Case(
      name: "a non-numeric cell", arguments: ["forecast", "-", "--horizon", "2"],
      input: "period,value\n2020-01,5\n2020-02,1O3\n2020-03,4\n", status: 65, code: "CL0201",
      mentions: ["row 3", "column value", "letter O"]),
    Case(
      name: "a negative count", arguments: ["trend", "-"],
      input: "period,value\n2019,5\n2020,-7\n2021,4\n", status: 65, code: "CL0202",
      mentions: ["row 3", "--measure ratio"]),
    Case(
      name: "a duplicate period", arguments: ["forecast", "-", "--horizon", "2"],
      input: "period,value\n2020-01,5\n2020-02,7\n2020-02,8\n", status: 65, code: "CL0203",
      mentions: ["row 4", "2020-02"]),
    Case(
      name: "a gap", arguments: ["forecast", "-", "--horizon", "2"],
      input: "period,value\n2020-01,5\n2020-02,7\n2020-04,8\n", status: 65, code: "CL0204",
      mentions: ["2020-03", "--gaps missing"]),
    Case(
      name: "no period", arguments: ["forecast", "-", "--horizon", "2"],
      input: "period,value\n2020-01,5\nFebruary,7\n", status: 65, code: "CL0205",
      mentions: ["row 3", "February"]),
    Case(
      name: "a series too short for the model",
      arguments: ["forecast", "-", "--horizon", "2", "--model", "damped-holt"],
      input: "period,value\n2019,5\n2020,7\n2021,8\n", status: 65, code: "CL0301",
      mentions: ["needs 7 values", "has 3"]),
    Case(
      name: "an unknown model",
      arguments: ["forecast", "-", "--horizon", "2", "--model", "damped-hult"], input: monthly,
      status: 64, code: "CL0801", mentions: ["Did you mean 'damped-holt'"]),
    Case(
      name: "an unknown option of a model",
      arguments: [
        "forecast", "-", "--horizon", "2", "--model", "damped-holt", "--set", "seasnal=none",
      ], input: monthly, status: 64, code: "CL0801", mentions: ["Did you mean 'seasonal'"]),
    Case(
      name: "a horizon of 0", arguments: ["forecast", "-", "--horizon", "0"], input: monthly,
      status: 64, code: "CL0802", mentions: ["horizon of 0"]),
    Case(
      name: "an unknown command", arguments: ["forcast", "x.csv"], input: nil, status: 64,
      code: "CL0801", mentions: ["Did you mean 'forecast'"]),
    Case(
      name: "an intervention outside the data",
      arguments: ["effect", "-", "--from", "2031-01"], input: monthly, status: 65, code: "CL0401",
      mentions: ["2031-01"]),
    Case(
      name: "a formula that does not parse",
      arguments: ["regress", "-", "--formula", "value ~ + *"], input: monthly, status: 64,
      code: "CL0305", mentions: ["^"]),
    Case(
      name: "a dataset without a register", arguments: ["audit", "Datasets/riverside"], input: nil,
      status: 65, code: "CL0601", mentions: ["caseload.figures"]),
  ]

  @Test("is refused as the contract says", arguments: cases)
  func refused(_ example: Case) throws {
    let file = FileManager.default.temporaryDirectory.appendingPathComponent(
      "caseload-\(UUID().uuidString).csv")
    let outcome = try CommandRunner.run(
      example.arguments + (example.arguments[0] == "forcast" ? [] : ["-o", file.path]),
      input: example.input)
    #expect(outcome.status == example.status)
    #expect(outcome.diagnosticLines.count == 1)
    #expect(outcome.diagnosticLines.first?.hasPrefix("error[\(example.code)]") == true)
    for text in example.mentions { #expect(outcome.errors.contains(text), "\(outcome.errors)") }
    #expect(outcome.errors.contains("help: "))
    #expect(outcome.output.isEmpty)
    #expect(!FileManager.default.fileExists(atPath: file.path))
  }

  @Test("an unreadable encoding is refused")
  func unreadableEncoding() throws {
    let file = FileManager.default.temporaryDirectory.appendingPathComponent(
      "caseload-\(UUID().uuidString).csv")
    defer { try? FileManager.default.removeItem(at: file) }
    try Data([0x70, 0x65, 0x80, 0xFF, 0xFF, 0x0A]).write(to: file)
    let outcome = try CommandRunner.run(["inspect", file.path])
    #expect(outcome.status == 65)
    #expect(outcome.diagnosticLines.first?.hasPrefix("error[CL0102]") == true)
  }

  @Test("an output that cannot be written is refused with 73, and the old file stays")
  func cannotWrite() throws {
    let old = FileManager.default.temporaryDirectory.appendingPathComponent(
      "caseload-\(UUID().uuidString)")
    defer { try? FileManager.default.removeItem(at: old) }
    try Data("old".utf8).write(to: old)
    let outcome = try CommandRunner.run(
      ["forecast", "-", "--horizon", "1", "-o", old.path + "/x.csv"], input: Self.monthly)
    #expect(outcome.status == 73)
    #expect(try String(contentsOf: old, encoding: .utf8) == "old")
  }

  @Test("errors speak Chinese when asked to")
  func chinese() throws {
    let outcome = try CommandRunner.run(
      ["forecast", "-", "--horizon", "2", "--lang", "zh"],
      input: "period,value\n2020-01,5\n2020-02,x\n")
    #expect(outcome.errors.contains("不是数字"))
    #expect(outcome.errors.contains("第 3 行"))
  }
}
