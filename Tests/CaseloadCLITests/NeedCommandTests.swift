import Caseload
import Foundation
import Testing

@Suite("The command workload with weights") struct NeedCommandTests {
  private static let table = """
    court,caseType,filings,judges
    East,civil,5000,12
    East,criminal,800,12
    West,civil,2500,6
    West,criminal,300,6

    """

  private static let weights = """
    judgeYear: {minutes: 77400, standardError: 1500}
    rounding: up
    weights:
      - {caseType: civil, minutes: 160, standardError: 6}
      - {caseType: criminal, minutes: 300, standardError: 15}
    """

  private func withFile<R>(_ text: String, _ suffix: String = "yaml", _ body: (String) throws -> R)
    throws -> R
  {
    let file = FileManager.default.temporaryDirectory.appendingPathComponent(
      "caseload-\(UUID().uuidString).\(suffix)")
    defer { try? FileManager.default.removeItem(at: file) }
    try Data(text.utf8).write(to: file)
    return try body(file.path)
  }

  @Test("the need of each court and of all together, in every format")
  func need() throws {
    try withFile(Self.weights) { file in
      let arguments = ["workload", "-", "--weights", file]
      let csv = try CommandRunner.run(arguments + ["--format", "csv"], input: Self.table)
      let rows = CommandRunner.rows(csv.output)
      #expect(rows.map { $0["court"] } == ["East", "West", "total"])
      let needed = rows.compactMap { $0["judgesNeeded"].flatMap(Double.init) }
      #expect(abs(needed[0] - (5000 * 160 + 800 * 300) / 77_400.0) < 1e-12)
      #expect(abs(needed[2] - needed[0] - needed[1]) < 1e-12)
      #expect(rows[0]["posts"] == "14" && rows[0]["missingPosts"] == "2")
      #expect(rows[2]["judgesInPost"] == "18")
      let json = try CommandRunner.json(arguments, input: Self.table)
      let total = json["payload"]?["total"]
      #expect(total?["judges"]?["value"]?.number == needed[2])
      #expect(total?["simulated"]?["lower95"]?.number != nil)
      #expect(json["seed"]?.number == 1)
      let again = try CommandRunner.run(arguments + ["--format", "csv"], input: Self.table)
      #expect(again.output == csv.output)
      let chinese = try CommandRunner.run(arguments + ["--lang", "zh"], input: Self.table)
      #expect(chinese.output.contains("所需法官") && chinese.output.contains("不确定性来源"))
    }
  }

  @Test("PEBB§Y's 500 accident cases need 1.20 judges")
  func pebbsy() throws {
    try withFile("caseType,minutes\nRA 053,239\n", "csv") { file in
      let outcome = try CommandRunner.run(
        [
          "workload", "-", "--weights", file, "--judge-year", "99900", "--rounding", "none",
          "--format", "csv",
        ], input: "product,filings\nRA 053,500\n")
      let value = try #require(
        CommandRunner.rows(outcome.output).first?["judgesNeeded"].flatMap(Double.init))
      #expect(abs(value - 1.1961961961961962) < 1e-12)  // published as 1.20
      #expect(outcome.errors.contains("taken as certain"))
    }
  }

  @Test("forecasts, means and the last year of a dataset")
  func riverside() throws {
    let weights = """
      judgeYear: 77400
      weights:
        - {caseType: family, minutes: 300}
        - {caseType: contract, minutes: 250}
        - {caseType: criminal, minutes: 500}
        - {caseType: administrative, minutes: 600}
        - {caseType: enforcement, minutes: 100}
      """
    try withFile(weights) { file in
      let base = ["workload", "Datasets/riverside", "--weights", file, "--format", "json"]
      func run(_ cases: String) throws -> JSON {
        let outcome = try CommandRunner.run(base + ["--cases", cases, "--model", "ets"])
        return try JSONDecoder().decode(JSON.self, from: Data(outcome.output.utf8))
      }
      let latest = try run("latest")
      #expect(latest["payload"]?["period"]?.string == "2025")
      #expect(latest["payload"]?["total"]?["simulated"] == .null)
      let mean = try run("mean:3")
      #expect(mean["payload"]?["period"]?.string == "2023/2025")
      let forecast = try run("forecast")
      #expect(forecast["payload"]?["period"]?.string == "2026-01/2026-12")
      let filings = forecast["payload"]?["total"]?["varianceShares"]?["filings"]?.number
      #expect(filings == 1)
      func need(_ json: JSON) -> Double {
        json["payload"]?["total"]?["judges"]?["value"]?.number ?? 0
      }
      #expect(abs(need(forecast) / need(latest) - 1) < 0.2)
    }
  }

  @Test("what has no weight, and what has no cases, is named")
  func missing() throws {
    try withFile(Self.weights) { file in
      let table = "court,caseType,filings\nEast,civil,10\nEast,family,5\n"
      let outcome = try CommandRunner.run(["workload", "-", "--weights", file], input: table)
      #expect(outcome.status == 65 && outcome.errors.contains("CL0504"))
      #expect(outcome.errors.contains("'family'") && outcome.errors.contains("row 3"))
      let left = try CommandRunner.run(
        ["workload", "-", "--weights", file, "--leave-out", "family"], input: table)
      #expect(left.status == 0)
      #expect(left.errors.contains("'criminal' has no cases"))
    }
  }

  @Test("wrong files and options have a diagnostic")
  func refused() throws {
    let wrong = Self.weights.replacingOccurrences(of: "minutes: 300", with: "minutes: -3")
    try withFile(wrong) { file in
      let outcome = try CommandRunner.run(["workload", "-", "--weights", file], input: Self.table)
      #expect(outcome.status == 65 && outcome.errors.contains("row 5"), "\(outcome.errors)")
    }
    try withFile(Self.weights) { file in
      for (arguments, status) in [
        (["--cases", "mean:0"], Int32(64)), (["--draws", "5"], 64), (["--rounding", "2"], 65),
        (["--case-type", "nothing"], 65), (["--judge-year", "0"], 65), (["--judges=-3"], 65),
        (["--level", "0"], 64), (["--incoming", "nothing"], 65),
      ] {
        let outcome = try CommandRunner.run(
          ["workload", "-", "--by", "", "--weights", file] + arguments, input: Self.table)
        #expect(outcome.status == status, "\(arguments) \(outcome.status): \(outcome.errors)")
      }
    }
    let absent = try CommandRunner.run(
      ["workload", "-", "--weights", "/nonexistent.yaml"], input: Self.table)
    #expect(absent.status == 66)
  }
}
