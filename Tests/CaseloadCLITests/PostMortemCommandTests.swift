import CaseloadData
import CaseloadTestSupport
import Foundation
import Testing

@Suite("caseload postmortem") struct PostMortemCommandTests {
  /// Two judges were planned, and there was one and a half.
  static let both = """
    period,planned_filings,planned_resolved,planned_judges,planned_pending,standardDeviation,\
    actual_filings,actual_resolved,actual_judges,actual_pending,planned_opening,actual_opening
    2021,400,400,2,100,20,390,330,1.5,165,100,105
    2022,400,400,2,100,10,395,330,1.5,228,,
    2023,400,420,2,80,40,,,,,,

    """

  /// Three projections that carry the last filings forward.
  static let repeated: String = {
    let filings = [400, 410, 425, 430, 450, 470]
    var pending = [120]
    for value in filings { pending.append(pending[pending.count - 1] + value - 405) }
    var text = "origin,period,planned_filings,planned_resolved,planned_pending,"
    text += "actual_filings,actual_resolved,actual_pending\n"
    for origin in 1...3 {
      for ahead in 1...2 {
        let t = origin + ahead
        let plan = pending[origin + 1] + ahead * (filings[origin] - 405)
        text += "\(2018 + origin),\(2018 + t),\(filings[origin]),405,\(plan),"
        text += "\(filings[t]),405,\(pending[t + 1])\n"
      }
    }
    return text
  }()

  private static func payload(_ arguments: [String], _ input: String) throws -> JSON {
    try #require(
      try CommandRunner.json(["postmortem"] + arguments, input: input)["payload"])
  }

  @Test("one table is split, the parts add up, and the future is left out")
  func oneTable() throws {
    let payload = try Self.payload(["-"], Self.both)
    let total = try #require(payload["projections"]?.array?.first?["total"])
    let steps = try #require(total["steps"]?.array)
    #expect(steps.count == 2)
    for step in steps {
      let parts = (step["contributions"]?.array ?? []).compactMap { $0["value"]?.number }
      let error = try #require(step["error"]?.number)
      #expect(parts.reduce(0, +).isClose(to: error, absolute: 1e-9))
    }
    // J: 2 → 1.5 at a mean output of (200 + 220)/2: 105 a period; output 20 at 1.75 judges: −35.
    let last = steps[1]["contributions"]?.array ?? []
    let staffing = last.first { $0["component"]?.string == "staffing" }?["value"]?.number
    let output = last.first { $0["component"]?.string == "productivity" }?["value"]?.number
    #expect(staffing?.isClose(to: 210, relative: 1e-12) == true)
    #expect(output?.isClose(to: -70, relative: 1e-12) == true)
    #expect(steps[1]["range"]?["isInside95"] == .bool(false))
    #expect(payload["history"] == .null)
  }

  @Test("text says what happened in both languages, with a waterfall")
  func text() throws {
    let english = try CommandRunner.run(["postmortem", "-", "--quiet"], input: Self.both)
    #expect(english.status == 0)
    #expect(english.output.contains("128 more than the 100 planned"))
    #expect(english.output.contains("The miss came from fewer judges than planned (+210)"))
    #expect(english.output.contains("Filings were 1.9 % below forecast."))
    #expect(english.output.contains("█"))
    let chinese = try CommandRunner.run(
      ["postmortem", "-", "--quiet", "--lang", "zh"], input: Self.both)
    #expect(chinese.output.contains("比计划的 100 件多 128 件"))
    #expect(chinese.output.contains("偏差来自法官少于计划（+210）"))
  }

  @Test("CSV has a row a period and the parts in full")
  func csv() throws {
    let outcome = try CommandRunner.run(
      ["postmortem", "-", "--format", "csv", "--quiet"], input: Self.both)
    let lines = outcome.output.split(whereSeparator: \.isNewline)
    #expect(lines.count == 3)
    #expect(
      lines[0]
        == "period,planned,actual,error,opening,intake,staffing,productivity,restatement,unexplained,"
        + "probability,lower95,upper95")
    #expect(lines[1].hasPrefix("2021,100,165,65,5,-10,105,-35,"))
  }

  @Test("several origins are summed up by horizon")
  func history() throws {
    let payload = try Self.payload(["-"], Self.repeated)
    let history = try #require(payload["history"])
    let horizons = try #require(history["pending"]?["horizons"]?.array)
    #expect(horizons.compactMap { $0["count"]?.number } == [3, 3])
    // Missed filings: 15, 5, 20 one period ahead.
    #expect(horizons[0]["meanError"]?.number?.isClose(to: 40.0 / 3, relative: 1e-12) == true)
    #expect(history["parts"]?.array?.first?["dominant"]?.string == "intake")
    #expect(horizons[0]["widths"]?.array?.last?["absolute"] == .null)
  }

  @Test("a court and its case types, with weights")
  func weights() throws {
    let folder = FileManager.default.temporaryDirectory.appending(path: UUID().uuidString)
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    let weights = folder.appending(path: "weights.csv")
    try "caseType,minutes\ncivil,120\ncriminal,260\n".write(
      to: weights, atomically: true, encoding: .utf8)
    let table = """
      court,caseType,period,planned_filings,planned_resolved,planned_pending,judges,\
      actual_filings,actual_resolved,actual_pending
      East,civil,2024,200,300,200,1,200,40,460
      East,criminal,2024,100,60,340,,100,180,220

      """
    let arguments = [
      "-", "--by", "court", "--type", "caseType", "--weights", weights.path,
    ]
    let payload = try Self.payload(arguments, table)
    let court = try #require(payload["projections"]?.array?.first?["courts"]?.array?.first)
    let parts = court["steps"]?.array?.first?["contributions"]?.array ?? []
    let mix = parts.first { $0["component"]?.string == "mix" }?["value"]?.number
    #expect(mix?.isClose(to: 140, relative: 1e-9) == true)
    #expect(court["key"]?.array == ["East"])
    let minutes = try Self.payload(arguments + ["--measure", "minutes"], table)
    let error = minutes["projections"]?.array?.first?["total"]?["steps"]?.array?.first?["error"]
    #expect(error?.number?.isClose(to: 0, absolute: 1e-6) == true)
  }

  @Test("a plan is derived by rule, and the result says so")
  func target() throws {
    let table = """
      date,receipts,disposals,open
      2020-03-31,100,95,105
      2020-06-30,110,95,120
      2020-09-30,100,110,110
      2020-12-31,90,95,105
      2021-03-31,100,80,125
      2021-06-30,95,80,140

      """
    let outcome = try CommandRunner.run(
      [
        "postmortem", "-", "--period", "date", "--frequency", "quarterly", "--filings",
        "receipts", "--resolved", "disposals", "--pending", "open", "--target", "95", "--from",
        "2021-Q1",
      ], input: table)
    #expect(outcome.status == 0, "\(outcome.errors)")
    #expect(outcome.output.contains("45 more than the 95 planned"))
    #expect(outcome.errors.contains("no one's forecast"))
    // (105 + 200 − 95)/2 = 105 closings were needed a quarter and 80 happened.
    #expect(outcome.output.contains("less capacity than planned (+50)"))
  }

  @Test(
    "bad input is refused by its code",
    arguments: [
      ("period,planned_filings,planned_resolved\n2020,-1,1\n", "CL0202"),
      ("period,filings,resolved\n2020,1,1\n", "CL0803"),
      ("period,planned_filings,planned_resolved\n2020,1,1\n", "CL0106"),
      (
        "period,planned_filings,planned_resolved,planned_opening,actual_filings,actual_resolved,"
          + "actual_pending,actual_opening\n2020,9,9,5,9,9,5,5\n2021,9,9,,9,9,6,7\n",
        "CL0506"
      ),
      (
        "period,planned_filings,planned_resolved,planned_opening,actual_filings,actual_resolved,"
          + "actual_pending\n2020,9,9,5,9,9,5\n2020,9,9,5,9,9,5\n", "CL0203"
      ),
      (
        "period,planned_filings,planned_resolved,planned_opening,actual_filings,actual_resolved,"
          + "actual_pending\n2020,9,9,5,9,9,5\n2022,9,9,,9,9,5\n", "CL0204"
      ),
      (
        "period,planned_filings,planned_resolved,planned_opening,actual_filings,actual_resolved,"
          + "actual_pending,actual_judges\n2020,9,9,5,9,9,5,0\n", "CL0502"
      ),
    ])
  func refused(table: String, code: String) throws {
    let outcome = try CommandRunner.run(["postmortem", "-"], input: table)
    #expect(outcome.status != 0)
    #expect(outcome.errors.contains(code), "\(outcome.errors)")
  }
}
