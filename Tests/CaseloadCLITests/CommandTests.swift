import CaseloadData
import CaseloadTestSupport
import Foundation
import Testing

@Suite("Commands")
struct CommandTests {
  static let yearly =
    "period,value\n" + (0..<10).map { "\(2010 + $0),\(100 + 7 * $0 + $0 % 3)\n" }.joined()

  @Test("forecast answers a pipe in the columns of the contract")
  func forecastColumns() throws {
    let outcome = try CommandRunner.run(["forecast", "-", "--horizon", "3"], input: Self.yearly)
    #expect(outcome.status == 0)
    let lines = outcome.output.split(whereSeparator: \.isNewline)
    #expect(lines.first == "period,model,mean,lower80,upper80,lower95,upper95")
    let rows = CommandRunner.rows(outcome.output)
    #expect(rows.map { $0["period"] } == ["2020", "2021", "2022"])
    for row in rows {
      let values = ["lower95", "lower80", "mean", "upper80", "upper95"].compactMap {
        row[$0].flatMap(Double.init)
      }
      #expect(values.count == 5 && values == values.sorted())
    }
  }

  @Test("the naive forecast repeats the last value with R's intervals")
  func naive() throws {
    let outcome = try CommandRunner.run(
      ["forecast", "-", "--horizon", "2", "--model", "naive"],
      input: "period,value\n1,10\n2,12\n3,11\n4,15\n")
    let rows = CommandRunner.rows(outcome.output)
    // Changes 2, −1, 4: σ² = 21/3 = 7; upper95 = 15 + 1.959964 √(7 h).
    let upper = rows.compactMap { $0["upper95"].flatMap(Double.init) }
    #expect(rows.map { $0["mean"] } == ["15", "15"])
    #expect(upper[0].isClose(to: 15 + 1.959963984540054 * 7.0.squareRoot(), relative: 1e-12))
    #expect(upper[1].isClose(to: 15 + 1.959963984540054 * 14.0.squareRoot(), relative: 1e-12))
  }

  @Test("the number of threads changes no byte", arguments: ["csv", "json"])
  func threads(format: String) throws {
    let base = ["forecast", "Datasets/riverside", "--horizon", "6", "--format", format]
    let one = try CommandRunner.run(base + ["--threads", "1"])
    let two = try CommandRunner.run(base + ["--threads", "2"])
    #expect(one.status == 0)
    #expect(one.output == two.output)
  }

  @Test("a result holds its schema, its inputs' digests and its command")
  func envelope() throws {
    let json = try CommandRunner.json(["trend", "Datasets/jiayuguan"])
    #expect(json["schema"]?.string == "caseload.trend/1")
    #expect(json["inputs"]?["accepted.csv"]?.string?.count == 64)
    #expect(json["command"]?.array?.first?.string == "caseload")
  }

  @Test("trend flags the article's 18 percent")
  func jiayuguanTrend() throws {
    let outcome = try CommandRunner.run(["trend", "Datasets/jiayuguan"])
    #expect(outcome.status == 0)
    #expect(outcome.output.contains("28.23 %"))
    #expect(outcome.output.contains("inconsistent"))
  }

  @Test("audit finds A and B with the three repairs, and ends with status 2")
  func jiayuguanAudit() throws {
    let outcome = try CommandRunner.run(["audit", "Datasets/jiayuguan"])
    #expect(outcome.status == 2)
    for text in ["A. inconsistent", "B. impossible", "18→28", "2013→2010", "12789→7789"] {
      #expect(outcome.output.contains(text), "\(text)")
    }
  }

  @Test(
    "regress gives Norris to more than twelve digits",
    .enabled(if: SharedData.isPresent, "needs the shared reference data"))
  func norris() throws {
    let path = try SharedData.file("nist/Norris.csv").path
    let outcome = try CommandRunner.run(["regress", path, "--formula", "y ~ x"])
    let rows = CommandRunner.rows(outcome.output)
    let slope = try #require(rows.last?["estimate"].flatMap(Double.init))
    let error = try #require(rows.last?["standardError"].flatMap(Double.init))
    #expect(logRelativeError(slope, 1.00211681802045) > 12)  // NIST StRD Norris
    #expect(logRelativeError(error, 0.429796848199937e-03) > 12)
  }

  @Test("effect reports the contract's payload")
  func effectPayload() throws {
    let json = try CommandRunner.json(["effect", "Datasets/riverside"])
    let payload = try #require(json["payload"])
    for name in ["design", "estimand", "average", "path", "cells", "weights", "assumptions"] {
      #expect(payload[name] != nil, "\(name)")
    }
    let average = try #require(payload["average"])
    let (lower, upper) = (average["lower"]?.number, average["upper"]?.number)
    // truth.json: −15 %.
    #expect(try #require(lower) < -0.15 && -0.15 < (try #require(upper)))
  }

  @Test("a level shift at the date of a known event is that event")
  func shiftAtEvent() throws {
    let outcome = try CommandRunner.run([
      "trend", "Datasets/riverside", "--by", "caseType", "--shift", "2015-05",
    ])
    #expect(outcome.status == 0)
  }

  @Test("the simulated city's growth and steps lie inside their intervals")
  func cityIsRecovered() throws {
    let json = try CommandRunner.json([
      "trend", "Datasets/riverside", "--by", "caseType", "--shift", "2015-05",
    ])
    let truth = try JSONDecoder().decode(
      JSON.self,
      from: Data(contentsOf: Project.root.appendingPathComponent("Datasets/riverside/truth.json")))
    func holds(_ estimate: JSON?, _ value: Double?) -> Bool {
      guard let lower = estimate?["lower"]?.number, let upper = estimate?["upper"]?.number,
        let value
      else { return false }
      return lower <= value && value <= upper
    }
    let series = try #require(json["payload"]?.array)
    #expect(series.count == 5)
    for entry in series {
      let id = try #require(entry["key"]?["caseType"]?.string)
      let growth = entry["growth"]
      #expect(holds(growth?["logLinear"], truth["yearlyGrowth"]?[id]?.number), "growth \(id)")
      #expect(
        holds(growth?["levelShift"]?["step"], truth["registrationStep"]?[id]?.number), "step \(id)")
      let pandemic = growth?["eventEffects"]?.array?.first { $0["id"]?.string == "pandemic" }
      #expect(holds(pandemic?["effect"], truth["pandemicRate"]?.number), "pandemic \(id)")
    }
  }

  @Test("indicators add the clearance rate and the disposition time")
  func indicators() throws {
    let outcome = try CommandRunner.run(
      [
        "indicators", "-", "--incoming", "filed", "--resolved", "closed", "--pending", "open",
      ], input: "court,filed,closed,open\nA,24924,31306,24423\nB,0,10,5\n")
    let rows = CommandRunner.rows(outcome.output)
    let rate = rows[0]["clearanceRate"].flatMap(Double.init)
    let time = rows[0]["dispositionTime"].flatMap(Double.init)
    // Croatian commercial courts 2020: 125.61 % and 285 days (sudovi.hr).
    #expect(try #require(rate).isClose(to: 125.61, absolute: 0.005))
    #expect(try #require(time).rounded() == 285)
    #expect(rows[1]["clearanceRate"] == "")
  }

  @Test("every format holds the same numbers")
  func formats() throws {
    let base = ["forecast", "-", "--horizon", "2", "--model", "drift"]
    let csv = CommandRunner.rows(try CommandRunner.run(base, input: Self.yearly).output)
    let lines = try CommandRunner.run(base + ["--format", "jsonl"], input: Self.yearly).output
    let json = try lines.split(whereSeparator: \.isNewline).map {
      try JSONDecoder().decode(JSON.self, from: Data($0.utf8))
    }
    #expect(csv.count == json.count)
    for (a, b) in zip(csv, json) {
      #expect(a["mean"].flatMap(Double.init) == b["mean"]?.number)
      #expect(a["upper95"].flatMap(Double.init) == b["upper95"]?.number)
    }
  }

  @Test("strict turns a note into an error")
  func strict() throws {
    let outcome = try CommandRunner.run(["trend", "Datasets/jiayuguan", "--strict"])
    #expect(outcome.status == 65)
  }

  @Test(
    "every command shows examples in its help, and -h is help",
    arguments: [
      "inspect", "trend", "forecast", "backtest", "effect", "study", "regress", "indicators",
      "workload", "audit",
      "report", "simulate", "simulate-court", "models", "explain", "schema", "doctor",
    ])
  func help(command: String) throws {
    let outcome = try CommandRunner.run([command, "-h"])
    #expect(outcome.status == 0)
    #expect(outcome.output.contains("EXAMPLES"))
  }

  @Test(
    "every result has a schema",
    arguments: [
      "forecast", "backtest", "effect", "effects", "study", "trend", "regress", "workload",
      "audit", "inspect", "indicators", "simulate-court",
    ])
  func schemas(name: String) throws {
    let outcome = try CommandRunner.run(["schema", name])
    let json = try JSONDecoder().decode(JSON.self, from: Data(outcome.output.utf8))
    #expect(json["$id"]?.string == "caseload.\(name)/1")
  }

  @Test("two people with one seed get one city")
  func simulate() throws {
    let folder = FileManager.default.temporaryDirectory.appendingPathComponent(
      "caseload-\(UUID().uuidString)")
    defer { try? FileManager.default.removeItem(at: folder) }
    let outcome = try CommandRunner.run(["simulate", "--seed", "3", "-o", folder.path])
    #expect(outcome.status == 0)
    let made = try Data(contentsOf: folder.appendingPathComponent("filings.csv"))
    let shipped = try Data(
      contentsOf: Project.root.appendingPathComponent("Datasets/riverside/filings.csv"))
    #expect(made == shipped)
  }

  @Test("what is missing is null in a result, not left out")
  func nulls() throws {
    let json = try CommandRunner.json(["trend", "Datasets/jiayuguan"])
    let growth = try #require(json["payload"]?.array?.first?["growth"])
    #expect(growth["logLinear"] == .null)
    #expect(growth["levelShift"] == .null)
    let effect = try CommandRunner.json(["effect", "Datasets/riverside"])
    #expect(effect["payload"]?["cumulative"] == .null)
    #expect(effect["payload"]?["path"]?.array?.first?["effect"] == .null)
  }

  @Test("an index has growth a period, and growth a year once its season is known")
  func indexGrowth() throws {
    let index =
      "period,value\n" + (1...48).map { "\($0),\(100 * exp(0.01 * Double($0)))\n" }.joined()
    let plain = try CommandRunner.run(["trend", "-"], input: index)
    #expect(plain.output.contains("a period over 47 periods"))
    #expect(!plain.output.contains("a year"))
    let yearly = try CommandRunner.run(["trend", "-", "--frequency", "12"], input: index)
    #expect(yearly.output.contains("12.75 % a year"))  // exp(0.12) − 1
  }

  @Test("a level shift of another frequency than the data is refused")
  func shiftFrequency() throws {
    for shift in ["5", "2000-Q3", "2014-06", "2015-W10"] {
      let outcome = try CommandRunner.run(["trend", "-", "--shift", shift], input: Self.yearly)
      #expect(outcome.status == 65, "\(shift): \(outcome.errors)")
    }
  }

  @Test("negative claims and horizons reach the command")
  func negativeOptions() throws {
    let claim = try CommandRunner.run(["trend", "-", "--claim", "-3"], input: Self.yearly)
    #expect(claim.status == 0)
    #expect(claim.output.contains("-3 %"))
    let horizon = try CommandRunner.run(["forecast", "-", "--horizon", "-1"], input: Self.yearly)
    #expect(horizon.errors.contains("CL0802"))
  }

  @Test("a claim about the user's own numbers offers no slip in them")
  func computedEndpoints() throws {
    let outcome = try CommandRunner.run(["trend", "-", "--claim", "60"], input: Self.yearly)
    #expect(outcome.output.contains("inconsistent"))
    #expect(!outcome.output.contains("slip of the pen") || !outcome.output.contains("100→"))
  }

  @Test("a dry run writes nothing", arguments: ["trend", "workload", "inspect", "effect"])
  func dryRun(command: String) throws {
    let file = FileManager.default.temporaryDirectory.appendingPathComponent(
      "caseload-\(UUID().uuidString).json")
    let outcome = try CommandRunner.run([
      command, "Datasets/riverside", "--dry-run", "-o", file.path,
    ])
    #expect(outcome.status == 0)
    #expect(outcome.output.contains("sha256"))
    #expect(!FileManager.default.fileExists(atPath: file.path))
  }

  @Test("non-negative cuts off what a count cannot be")
  func nonNegative() throws {
    let counts = "period,value\n" + (1...12).map { "\(2000 + $0),\($0 % 2 * 9)\n" }.joined()
    let base = ["forecast", "-", "--horizon", "6", "--model", "naive"]
    let free = CommandRunner.rows(try CommandRunner.run(base, input: counts).output)
    let cut = CommandRunner.rows(
      try CommandRunner.run(base + ["--non-negative"], input: counts).output)
    #expect(free.contains { ($0["lower95"].flatMap(Double.init) ?? 0) < 0 })
    #expect(cut.allSatisfy { ($0["lower95"].flatMap(Double.init) ?? -1) >= 0 })
  }

  @Test("a result made by the name of its file says how to make it again")
  func commandNamesItsFormat() throws {
    let file = FileManager.default.temporaryDirectory.appendingPathComponent(
      "caseload-\(UUID().uuidString).json")
    defer { try? FileManager.default.removeItem(at: file) }
    _ = try CommandRunner.run(["trend", "Datasets/jiayuguan", "-o", file.path])
    let json = try JSONDecoder().decode(JSON.self, from: Data(contentsOf: file))
    let command = (json["command"]?.array ?? []).compactMap { $0.string }
    let again = try CommandRunner.run(Array(command.dropFirst()))
    #expect(again.output == (try String(contentsOf: file, encoding: .utf8)))
  }

  @Test("workload counts intake and need without judges, and sums all courts when asked")
  func workloadParts() throws {
    let csv =
      "period,court,filed\n"
      + ["A", "B"].flatMap { court in (0..<8).map { "\(2016 + $0),\(court),\(500 + 20 * $0)\n" } }
      .joined()
    let json = try CommandRunner.json(
      ["workload", "-", "--incoming", "filed", "--by", "", "--cases-per-judge", "150"], input: csv)
    let courts = try #require(json["payload"]?["courts"]?.array)
    #expect(courts.count == 1)
    let projection = try #require(courts.first?["projection"])
    #expect((projection["incoming"]?["mean"]?.number ?? 0) > 1200)
    #expect((projection["judgesNeeded"]?["mean"]?.number ?? 0) > 8)
  }

  @Test(
    "Chinese output has full-width marks",
    arguments: [
      ["audit", "Datasets/jiayuguan"], ["trend", "Datasets/jiayuguan"],
      ["trend", "Datasets/riverside"], ["effect", "Datasets/riverside"],
      ["workload", "Datasets/riverside"], ["inspect", "Datasets/riverside"],
    ])
  func chineseMarks(arguments: [String]) throws {
    let outcome = try CommandRunner.run(arguments + ["--lang", "zh", "--format", "table"])
    for line in (outcome.output + outcome.errors).split(whereSeparator: \.isNewline) {
      #expect(line.firstMatch(of: /\p{Han}[,:;()]|[,:;()]\p{Han}/) == nil, "\(line)")
    }
  }
}
