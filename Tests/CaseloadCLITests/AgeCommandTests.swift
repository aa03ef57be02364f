import CaseloadData
import Foundation
import Testing

@Suite("age and backlog") struct AgeCommandTests {
  static let columns = [
    "--filed", "filed", "--closed", "closed", "--outcome", "outcome", "--as-of", "2025-12-31",
  ]

  /// 120 cases of two types, some of them open.
  static let register: String = {
    var text = "id,type,filed,closed,outcome\n"
    let asOf = Period.day(2025, 12, 31)
    for k in 0..<120 {
      let filed = asOf.advanced(by: -20 - 5 * k)
      let closed = filed.advanced(by: 10 + (k * 53) % 260)
      let outcome = ["judgment", "mediation", "withdrawal"][k % 3]
      let isOpen = closed > asOf
      text += "\(k),\(k % 2 == 0 ? "family" : "contract"),\(filed),"
      text += isOpen ? ",\n" : "\(closed),\(outcome)\n"
    }
    return text
  }()

  @Test("34 judges' filings and a backlog need 42 judges")
  func judges() throws {
    let result = try CommandRunner.json([
      "backlog", "--filings", "6834", "--per-judge", "201", "--pending", "1500", "--years", "1",
    ])
    let need = result["payload"]?["elimination"]
    #expect(need?["judgesRoundedUp"]?.number == 42)
    #expect(need?["judges"]?.number == (6834.0 + 1500) / 201)
  }

  @Test("what is missing or impossible is refused with a status of usage or data")
  func refusals() throws {
    #expect(try CommandRunner.run(["backlog"]).status == 64)
    #expect(
      try CommandRunner.run(["backlog", "Datasets/riverside", "--rule", "magic"]).status == 64)
    #expect(
      try CommandRunner.run(["backlog", "Datasets/riverside", "--horizon", "0"]).status == 64)
    let bad = "filed,closed\n2025-02-01,2025-01-01\n2025-02-01,\n"
    let arguments = ["age", "-", "--filed", "filed", "--closed", "closed"]
    let refused = try CommandRunner.run(arguments, input: bad)
    #expect(refused.status == 65 && refused.errors.contains("closed before it was filed"))
    let dropped = try CommandRunner.run(arguments + ["--drop-invalid"], input: bad)
    #expect(dropped.status == 0 && dropped.errors.contains("1 rows left out"))
    #expect(try CommandRunner.run(arguments + ["--view", "all"], input: bad).status == 64)
  }

  @Test("a projected backlog is conserved in every period")
  func conservation() throws {
    let outcome = try CommandRunner.run([
      "backlog", "Datasets/riverside", "--horizon", "6", "--quiet", "--format", "csv",
    ])
    let rows = CommandRunner.rows(outcome.output)
    #expect(rows.count == 12)
    for row in rows {
      let values = ["opening", "filed", "resolved", "closing"].map { Double(row[$0] ?? "") ?? .nan }
      #expect(abs(values[0] + values[1] - values[2] - values[3]) < 1e-9)
    }
  }

  @Test("both languages, and the same seed the same bytes")
  func languages() throws {
    let arguments = ["age", "-", "--view", "projection", "--deadlines", "none"] + Self.columns
    let first = try CommandRunner.run(arguments, input: Self.register)
    #expect(try CommandRunner.run(arguments, input: Self.register).output == first.output)
    let chinese = try CommandRunner.run(
      ["age", "-", "--lang", "zh", "--format", "table"] + Self.columns, input: Self.register)
    #expect(chinese.status == 0 && chinese.output.contains("已结案件平均用时"))
  }
}
