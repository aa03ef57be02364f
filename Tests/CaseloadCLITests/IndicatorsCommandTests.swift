import Caseload
import CaseloadTestSupport
import Foundation
import Testing

@Suite("The command indicators") struct IndicatorsCommandTests {
  @Test(
    "27 of 27 Croatian clearance rates and disposition times, as published",
    .enabled(if: SharedData.isPresent, "shared data"))
  func croatia() throws {
    let path = try SharedData.file("court/oracles/croatia_courts_cepej.csv").path
    let published = try SharedData.columns("court/oracles/croatia_courts_cepej.csv")
    let outcome = try CommandRunner.run(
      ["indicators", path, "--indicator", "clearance-rate,disposition-time", "--quiet"])
    let rows = CommandRunner.rows(outcome.output)
    for (id, column) in [
      ("clearance-rate", "cr_pct_published"), ("disposition-time", "dt_days_published"),
    ] {
      let rounded = rows.filter { $0["indicator"] == id }.compactMap {
        $0["rounded"].flatMap(Double.init)
      }
      #expect(rounded == published[column], "\(id)")
      #expect(rounded.count == 27)
    }
    // The rows whose carried-in cases are not those pending before.
    let json = try CommandRunner.json(["indicators", path, "--indicator", "clearance-rate"])
    let codes = json["diagnostics"]?.array?.compactMap { $0["code"]?.string } ?? []
    let gaps = try #require(published["carry_gap"]).filter { !$0.isNaN && $0 != 0 }
    #expect(codes.filter { $0 == "CL0506" }.count == gaps.count)
    let rolls = try #require(published["rollforward_gap"]).filter { $0 != 0 }
    #expect(codes.filter { $0 == "CL0209" }.count == rolls.count)
  }

  @Test("the descriptor names the columns, and judges of another table stand beside them")
  func riverside() throws {
    let outcome = try CommandRunner.run([
      "indicators", "Datasets/riverside", "--period-rule", "calendar-year", "--indicator",
      "resolved-per-judge,closing-rate",
    ])
    let rows = CommandRunner.rows(outcome.output)
    #expect(rows.count == 2 * 2 * 13 && rows.allSatisfy { $0["court"]?.isEmpty == false })
    let first = try #require(rows.first { $0["period"] == "2014" })
    let value = try #require(first["value"].flatMap(Double.init))
    let numerator = try #require(first["numerator"].flatMap(Double.init))
    let denominator = try #require(first["denominator"].flatMap(Double.init))
    #expect(value == numerator / denominator && denominator > 10 && denominator < 40)
  }

  @Test("a Chinese table by its own names: 受理 is not added up over months")
  func chinese() throws {
    let table =
      "法院,月份,受理,新收,结案\n"
      + (1...12).map { "甲,2023-\($0 < 10 ? "0" : "")\($0),\(100 + $0),20,19\n" }.joined()
    let outcome = try CommandRunner.run(
      ["indicators", "-", "--indicator", "结案率", "--period-rule", "calendar-year", "--by", "法院"],
      input: table)
    let row = try #require(CommandRunner.rows(outcome.output).first)
    // January's 101 and eleven months of 20.
    #expect(row["denominator"] == "321" && row["numerator"] == "228" && row["rounded"] == "71.03")
    #expect(outcome.errors.contains("may not be set as a target"))
    let text = try CommandRunner.run(
      ["indicators", "-", "--indicator", "结案率", "--lang", "zh", "--format", "table"], input: table)
    #expect(text.output.contains("结案率（closing-rate）") && text.output.contains("时期"))
  }

  @Test("codes that do not count are left out, and a user's file adds definitions")
  func definitions() throws {
    let file = FileManager.default.temporaryDirectory.appendingPathComponent(
      "caseload-\(UUID().uuidString).yaml")
    defer { try? FileManager.default.removeItem(at: file) }
    try Data(
      """
      indicators:
        - {id: ours, name: {en: ours, zh: 本院}, numerator: resolved, denominator: judges + staff,
           rounding: {mode: up, decimals: 0}}
        - {id: clearance-rate, numerator: resolved, denominator: filings, factor: 1}
      """.utf8
    ).write(to: file)
    let table = "court,code,filings,resolved,judges,staff\nA,民初,90,80,3,2\nA,执保,10,9,3,2\n"
    let base = ["indicators", "-", "--definitions", file.path, "--code", "code", "--by", "court"]
    let outcome = try CommandRunner.run(
      base + ["--indicator", "ours,closed-per-judge,clearance-rate"], input: table)
    let rows = CommandRunner.rows(outcome.output)
    #expect(rows.map { $0["rounded"] } == ["18", "26.67", "0.89"])
    #expect(outcome.errors.contains("not by the built-in 100 × resolved / filings"))
    #expect(outcome.errors.contains("cancelled"))
    try Data("indicators:\n  - {id: x, numerator: 'a +'}\n".utf8).write(to: file)
    let wrong = try CommandRunner.run(base, input: table)
    #expect(wrong.status == 65 && wrong.errors.contains("row 2"))
  }

  @Test("the catalogue is listed and shown in both languages")
  func listing() throws {
    let list = try CommandRunner.run(["indicators", "--list"])
    #expect(list.status == 0 && list.output.contains("clearance-rate"))
    let chinese = try CommandRunner.run(["indicators", "--list", "--lang", "zh"])
    #expect(chinese.output.contains("万人成讼率") && chinese.output.contains("已取消"))
    let show = try CommandRunner.run(["indicators", "--show", "litigation-rate"])
    #expect(show.output.contains("10000 × firstInstanceFilings / (residents + floating)"))
    let json = try CommandRunner.json(["indicators", "--list"])
    #expect((json["payload"]?.array?.count ?? 0) >= 35)
    let unknown = try CommandRunner.run(["indicators", "--show", "clearence-rate"])
    #expect(unknown.status == 64 && unknown.errors.contains("'clearance-rate'"))
  }

  @Test("wrong input has a diagnostic and an exit status")
  func refused() throws {
    let table = "court,filings,resolved\nA,90,80\n"
    for (arguments, status) in [
      (["indicators"], Int32(64)), (["indicators", "-", "--map", "filings"], 64),
      (["indicators", "-", "--map", "filing=filings"], 64),
      (["indicators", "-", "--map", "filings=x"], 65),
      (["indicators", "-", "--indicator", "nothing"], 64),
      (["indicators", "-", "--indicator", "closing-rate"], 65),
      (["indicators", "-", "--days", "0"], 64), (["indicators", "-", "--level", "100"], 64),
      (["indicators", "-", "--definitions", "/nonexistent.yaml"], 66),
      (["indicators", "-", "--code", "x"], 65), (["indicators", "-", "--by", "x"], 65),
    ] {
      let outcome = try CommandRunner.run(arguments, input: table)
      #expect(outcome.status == status, "\(arguments): \(outcome.status) \(outcome.errors)")
      #expect(outcome.errors.contains("error[CL") && outcome.errors.contains("help:"))
    }
    let negative = try CommandRunner.run(
      ["indicators", "-"], input: "court,filings,resolved\nA,-1,2\n")
    #expect(negative.status == 65 && negative.errors.contains("CL0202"))
  }
}
