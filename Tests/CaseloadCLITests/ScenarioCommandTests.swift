import CaseloadData
import CaseloadTestSupport
import Foundation
import Testing

@Suite("caseload scenario") struct ScenarioCommandTests {
  private static let quick = ["--draws", "200", "--model", "seasonal-naive", "--horizon", "12"]

  private func file(_ text: String) throws -> String {
    let path = FileManager.default.temporaryDirectory.appendingPathComponent(
      "\(UUID().uuidString).yaml")
    try text.write(to: path, atomically: true, encoding: .utf8)
    return path.path
  }

  private func refused(_ yaml: String) throws -> String {
    let path = try file(yaml)
    defer { try? FileManager.default.removeItem(atPath: path) }
    let outcome = try CommandRunner.run(
      ["scenario", "Datasets/riverside", "--scenarios", path, "--draws", "200"])
    #expect(outcome.status != 0 && outcome.output.isEmpty)
    return outcome.errors.replacingOccurrences(of: path, with: "FILE")
  }

  @Test("without a file each court gets one more judge")
  func base() throws {
    let result = try CommandRunner.json(["scenario", "Datasets/riverside"] + Self.quick)
    let ids = result["payload"]?["results"]?.array?.compactMap { $0["id"]?.string }
    #expect(ids == ["base", "one-more-east", "one-more-west"])
    #expect(result["schema"]?.string == "caseload.scenario/1")
  }

  @Test("the example file runs; a scenario that combines others runs alone")
  func example() throws {
    let arguments =
      ["scenario", "Datasets/riverside", "--scenarios", "Datasets/riverside/scenarios.yaml"]
      + Self.quick
    let all = try CommandRunner.run(arguments + ["--lang", "en", "--quiet"])
    #expect(all.status == 0)
    for word in ["loans +10 %", "all together", "pending at the end", "of the variance", "retire"] {
      #expect(all.output.contains(word), "\(word)")
    }
    let zh = try CommandRunner.run(arguments + ["--lang", "zh", "--quiet"])
    #expect(zh.output.contains("东区法院") && zh.output.contains("两名法官退休"))
    let rows = CommandRunner.rows(
      try CommandRunner.run(arguments + ["--format", "csv", "--scenario", "together"]).output)
    #expect(Set(rows.compactMap { $0["scenario"] }) == ["base", "together"])
    let last = rows.filter {
      $0["measure"] == "judgesInPost" && $0["court"] == "east" && $0["period"] == "2026-12"
    }
    let posts = last.compactMap { row in row["mean"].flatMap(Double.init) }
    #expect(posts.count == 2 && posts[0] - posts[1] == 1)
  }

  @Test("a mistake of the file is shown with its line and what was meant")
  func mistakes() throws {
    let key = try refused("scenarios:\n- id: a\n  filing: [{from: 2026-01, percent: 10}]\n")
    #expect(key.contains("FILE, row 3") && key.contains("'filings'"))
    let court = try refused(
      "scenarios:\n- id: a\n  filings:\n  - {from: 2026-01, percent: 10}\n"
        + "  - {from: 2026-01, percent: 10, court: eest}\n")
    #expect(court.contains("FILE, row 5") && court.contains("'east'"))
    let share = try refused(
      "scenarios:\n- id: a\n  diversion:\n  - {from: 2026-01, share: 15}\n")
    #expect(share.contains("CL0507") && share.contains("FILE, row 4"))
    let staff = try refused(
      "scenarios:\n- id: a\n  judges: [{court: east, from: 2026-01, change: -99}]\n")
    #expect(staff.contains("CL0502") && staff.contains("FILE, row 3"))
    let opening = try refused("opening: [{court: east, pending: 1}]\n")
    #expect(opening.contains("CL0506") && opening.contains("FILE, row 1"))
    let model = try refused("model: etss\n")
    #expect(model.contains("'ets'"))
  }

  @Test("a plain table gives the same as a dataset")
  func plainTable() throws {
    let csv =
      "court,caseType,period,filed,closed,open,posts\n"
      + ["a", "b"].flatMap { court in
        ["x", "y"].flatMap { type in
          (0..<36).map { t in
            "\(court),\(type),\(2022 + t / 12)-\(t % 12 < 9 ? "0" : "")\(t % 12 + 1),"
              + "\(100 + t % 7),\(98 + t % 5),\(400 + t),7\n"
          }
        }
      }.joined()
    let arguments =
      [
        "scenario", "-", "--incoming", "filed", "--resolved", "closed", "--pending", "open",
        "--judges", "posts", "--by", "court,caseType",
      ] + Self.quick
    let result = try CommandRunner.json(arguments, input: csv)
    #expect(result["payload"]?["courts"]?.array?.count == 2)
    #expect(result["payload"]?["caseTypes"]?.array?.count == 2)
    let staff = result["payload"]?["results"]?.array?[0]["staff"]?.array?[1]
    #expect(staff?["judges"]?.array?.first?.number == 7)
    let missing = try CommandRunner.run(
      ["scenario", "-", "--incoming", "filed", "--by", "court,caseType"], input: csv)
    #expect(missing.status == 65 && missing.errors.contains("--judges"))
  }

  @Test("a dry run names the plan and does nothing")
  func dryRun() throws {
    let outcome = try CommandRunner.run(
      ["scenario", "Datasets/riverside", "--dry-run"] + Self.quick)
    #expect(outcome.output.contains("scenarios: base, one-more-east, one-more-west"))
  }
}
