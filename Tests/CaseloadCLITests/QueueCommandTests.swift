import CaseloadData
import Foundation
import Testing

@Suite("caseload queue")
struct QueueCommandTests {
  private func payload(_ arguments: [String]) throws -> JSON {
    try #require(CommandRunner.json(["queue"] + arguments)["payload"])
  }

  @Test("the contract's fields hold Erlang C's numbers")
  func contract() throws {
    let result = try payload([
      "--model", "mmc", "--arrival-rate", "8", "--service-rate", "5", "--servers", "2",
    ])
    let expected = [
      "waitProbability": 0.7111111111111111, "meanWait": 0.35555555555555557,
      "meanQueueLength": 2.8444444444444446, "utilization": 0.8, "meanSojourn": 0.5555555555555556,
    ]
    for (field, value) in expected {
      let found = try #require(result[field]?.number)
      #expect(abs(found / value - 1) < 1e-12)
    }
    #expect(abs((result["meanWaitDays"]?.number ?? 0) - 365 * 0.35555555555555557) < 1e-9)
  }

  @Test("a target gives the fewest judges, and what the square root says")
  func target() throws {
    let result = try payload([
      "--model", "halfin-whitt", "--arrival-rate", "400", "--service-rate", "1",
      "--target-wait-probability", "0.05",
    ])
    let need = try #require(result["requirements"]?.array?.first)
    #expect(need["servers"]?.number == 436 && need["squareRoot"]?["servers"]?.number == 435)
    #expect(result["servers"]?.number == 436)
  }

  @Test("classes in order of priority each have their wait")
  func priority() throws {
    let result = try payload([
      "--model", "priority", "--class", "name=simple,arrival=1.6,mean=0.25", "--class",
      "name=complex,arrival=0.2,mean=2", "--time-unit", "day",
    ])
    let waits = try #require(result["classes"]?.array).compactMap { $0["meanWait"]?.number }
    #expect(waits.count == 2 && abs(waits[0] - 1.5) < 1e-12 && abs(waits[1] - 7.5) < 1e-12)
  }

  @Test("a split says what each class waits")
  func split() throws {
    let classes = [
      "--class", "name=simple,arrival=1.6,mean=0.25,fast=yes", "--class",
      "name=complex,arrival=0.2,mean=2",
    ]
    let result = try payload(["--split", "--servers", "2"] + classes)
    let split = try #require(result["split"])
    #expect(split["splits"]?.array?.count == 1 && split["priority"] != .null)
    let shared = try payload(["--split", "--servers", "2", "--team", "sharing"] + classes)
    #expect(shared["split"]?["best"]?["kind"]?.string == "pooled")
    let csv = try CommandRunner.run(
      ["queue", "--split", "--servers", "2", "--format", "csv"] + classes)
    #expect(CommandRunner.rows(csv.output).map { $0["plan"] } == ["pooled", "priority", "split"])
  }

  @Test("a backlog that grows is an error for a queue and an answer for the flow")
  func overload() throws {
    let rates = ["--arrival-rate", "240", "--service-rate", "200", "--servers", "1"]
    let queue = try CommandRunner.run(["queue", "--model", "mmc"] + rates)
    #expect(queue.status == 65 && queue.errors.contains("CL0503"))
    #expect(queue.errors.contains("grows by 40 "))
    let flow = try payload(["--model", "fluid", "--pending", "10", "--time", "2"] + rates)
    #expect(flow["path"]?["growth"]?.number == 40)
    #expect(flow["path"]?["points"]?.array?.last?["pending"]?.number == 90)
  }

  @Test(
    "wrong numbers are named with their code",
    arguments: [
      (
        ["--model", "mmd", "--arrival-rate", "1", "--service-rate", "2", "--servers", "1"], "CL0801"
      ),
      (["--arrival-rate", "1", "--service-rate", "2", "--servers", "0"], "CL0502"),
      (["--arrival-rate", "nan", "--service-rate", "2", "--servers", "1"], "CL0508"),
      (["--arrival-rate", "0", "--service-rate", "2", "--servers", "1"], "CL0508"),
      (
        [
          "--arrival-rate", "1", "--service-rate", "2", "--target-wait-probability", "1.5",
          "--model", "mmc",
        ], "CL0507"
      ),
      (["--arrival-rate", "1", "--service-rate", "2"], "CL0803"),
      (["--service-rate", "2", "--servers", "1"], "CL0803"),
      (["--class", "name=a,arrival=x,mean=1", "--servers", "3"], "CL0802"),
      (["--class", "name=a,arival=1,mean=1", "--servers", "3"], "CL0801"),
      (
        ["--model", "erlang-a", "--arrival-rate", "1", "--service-rate", "2", "--servers", "1"],
        "CL0803"
      ),
    ])
  func refused(arguments: [String], code: String) throws {
    let outcome = try CommandRunner.run(["queue"] + arguments)
    #expect(outcome.status != 0 && outcome.errors.contains(code))
    #expect(outcome.diagnosticLines.count == 1)
  }

  @Test("the help leads with examples, and the result has a schema")
  func help() throws {
    #expect(try CommandRunner.run(["queue", "-h"]).output.contains("EXAMPLES"))
    #expect(try CommandRunner.run(["schema", "queue"]).output.contains("caseload.queue/1"))
  }

  @Test("the words come in both languages")
  func languages() throws {
    let rates = [
      "--arrival-rate", "6834", "--service-rate", "210", "--servers", "34", "--compare",
      "--service-scv", "2",
    ]
    let english = try CommandRunner.run(["queue", "--lang", "en"] + rates).output
    #expect(english.contains("find all judges busy") && english.contains("halfin-whitt"))
    let chinese = try CommandRunner.run(["queue", "--lang", "zh"] + rates).output
    #expect(chinese.contains("平均延迟") && chinese.contains("各模型对照"))
    let plan = try CommandRunner.run(["queue", "--dry-run"] + rates).output
    #expect(plan.contains("caseload.queue/1"))
  }
}
