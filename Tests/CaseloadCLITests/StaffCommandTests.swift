import CaseloadData
import CaseloadTestSupport
import Foundation
import Testing

@Suite("The staff command")
struct StaffCommandTests {
  static let loads =
    "division,load\ncivil,3486\ncriminal,672\nadmin,162\nenforcement,805\nappeal,369\n"

  private static let weights = """
    weights:
      - {caseType: civil, minutes: 400, standardError: 20}
      - {caseType: criminal, minutes: 700}
    judgeYear: {minutes: 99900, standardError: 1500}
    """

  /// A file that lives as long as the test.
  private func withFile<Result>(
    _ name: String, _ content: String, _ body: (String) throws -> Result
  ) throws -> Result {
    let folder = FileManager.default.temporaryDirectory.appending(path: UUID().uuidString)
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    let url = folder.appending(path: name)
    try Data(content.utf8).write(to: url)
    return try body(url.path)
  }

  private var oracle: JSON {
    get throws { try SharedData.json("court/oracles/staffing_optimisation_oracles.json") }
  }

  @Test(
    "the reference's promises",
    .enabled(if: SharedData.isPresent, "needs the shared reference data"))
  func targets() throws {
    for row in try #require(oracle["chance_constrained_staffing"]?.array) {
      func text(_ name: String) -> String { row[name]?.number.map { "\($0)" } ?? "" }
      var arguments = [
        "staff", "--filings", text("lam"), "--per-judge", text("per_judge"), "--pending",
        text("pending0"), "--max-days", text("max_DT_days"), "--probability", text("prob"),
      ]
      if row["overdispersion"]?.number != nil {
        arguments += ["--overdispersion", text("overdispersion")]
      }
      let payload = try CommandRunner.json(arguments)["payload"]
      #expect(payload?["judges"]?.number == row["min_judges"]?.number)
      let (reached, fewer) = (payload?["probability"], payload?["probabilityWithOneFewer"])
      #expect(
        try #require(reached?.number).isClose(
          to: row["prob_at_c"]?.number ?? .nan, relative: 1e-12))
      #expect(
        try #require(fewer?.number).isClose(
          to: row["prob_at_c_minus_1"]?.number ?? .nan, relative: 1e-11))
    }
  }

  @Test(
    "the reference's allocations",
    .enabled(if: SharedData.isPresent, "needs the shared reference data"))
  func allocations() throws {
    let all = try #require(oracle["allocation"])
    let result = try CommandRunner.json(
      ["staff", "allocate", "-", "--judges", "34", "--method", "all"], input: Self.loads)
    let rows = try #require(result["payload"]?["allocations"]?.array)
    #expect(rows.count == 6)
    for row in rows {
      let key = row["method"]?.string?.replacingOccurrences(of: "-", with: "_") ?? ""
      guard let expected = all[key] else { continue }
      for share in try #require(row["shares"]?.array) {
        #expect(share["judges"]?.number == expected[share["name"]?.string ?? ""]?.number)
      }
      #expect(row["maximumLoad"]?.number == all["max_load_per_judge"]?[key]?.number)
    }
  }

  @Test(
    "the reference's workforce programme",
    .enabled(if: SharedData.isPresent, "needs the shared reference data"))
  func workforce() throws {
    let reference = try #require(oracle["workforce_lp"])
    let inputs = try #require(reference["inputs"])
    func value(_ table: String, _ key: String) -> String {
      inputs[table]?[key]?.number.map { "\($0)" } ?? ""
    }
    var file = "years: [1, 2]\njudgeTypes:\n"
    for kind in ["S", "T"] {
      file += "  - name: \(kind)\n    initial: \(value("initial", kind))\n"
      for (name, table) in [
        ("sittingDays", "sitting_days"), ("minimumDays", "min_days"), ("feePerDay", "fee_per_day"),
        ("salary", "salary"), ("recruitmentCap", "recruit_cap"),
      ] { file += "    \(name): \(value(table, kind))\n" }
      file += "    exits: [\(value("exits", "1-\(kind)")), \(value("exits", "2-\(kind)"))]\n"
    }
    file += "    maximumShare: \(inputs["max_share_T"]?.number ?? .nan)\n"
    file = file.replacingOccurrences(
      of: "  - name: T",
      with: "    minimumShare: \(inputs["min_share_S"]?.number ?? .nan)\n"
        + "    recruitedFrom: [{from: T, share: 0.25}]\n  - name: T")
    file += "jurisdictions:\n"
    for work in ["civil", "enforcement"] {
      file += "  - name: \(work)\n    penalty: \(value("penalty", work))\n"
      file += "    demand: [\(value("demand", "1-\(work)")), \(value("demand", "2-\(work)"))]\n"
    }
    let result = try withFile("plan.yaml", file) {
      try CommandRunner.json(["staff", "plan", $0])
    }
    let plan = try #require(result["payload"]?["plan"])
    let objective = try #require(plan["objective"]?.number)
    #expect(objective.isClose(to: reference["objective"]?.number ?? .nan, relative: 1e-12))
    for row in try #require(plan["staff"]?.array) {
      let place = "\(row["year"]?.string ?? ""), '\(row["judgeType"]?.string ?? "")')"
      for (letter, name) in [("R", "inPost"), ("H", "recruited"), ("L", "leaving")] {
        let expected = reference["solution"]?["('\(letter)', \(place)"]?.number ?? .nan
        #expect(try #require(row[name]?.number).isClose(to: expected, relative: 1e-9))
      }
    }
    #expect(
      try #require(plan["binding"]?.array).contains { row in
        row["statement"]?["en"]?.string?.hasPrefix("One more recruit of S in 1 saves") == true
      })
  }

  @Test(
    "the examples that the commands print are read by them",
    arguments: ["plan", "pipeline", "team"])
  func examples(command: String) throws {
    let example = try CommandRunner.run(["staff", command, "--example"])
    #expect(example.status == 0)
    let extra = [
      "plan": ["--draws", "5"], "pipeline": ["--needed", "34"], "team": ["--budget", "20000"],
    ]
    for language in ["en", "zh"] {
      let outcome = try withFile("example.yaml", example.output) {
        try CommandRunner.run(
          ["staff", command, $0, "--lang", language, "--format", "table"]
            + extra[command, default: []])
      }
      #expect(outcome.status == 0 && outcome.errors == "", "\(outcome.errors)")
      #expect(outcome.output.contains("nan") == false && outcome.output.count > 100)
    }
  }

  @Test("every answer has the form that its schema gives")
  func schemas() throws {
    let draws = "filings,perJudge\n" + (0..<20).map { "\(6000 + 90 * $0),201\n" }.joined()
    let cases = "caseType,cases,simple\nloans,1220,yes\nsales,3000,no\nothers,2322,no\n"
    let uncertain = Self.loads.split(separator: "\n").enumerated().map {
      "\($0.element)\($0.offset == 0 ? ",error" : ",50")\n"
    }.joined()
    let runs: [(schema: String, arguments: [String], input: String?)] = [
      (
        "staff",
        ["staff", "--filings", "6834", "--per-judge", "201", "--max-days", "60"], nil
      ),
      ("staff", ["staff", "--sample", "-", "--pending", "800", "--max-days", "60"], draws),
      (
        "staff",
        [
          "staff", "--filings", "6834", "--filings-error", "200", "--per-judge", "201",
          "--max-days", "60", "--draws", "50", "--max-judges", "20",
        ], nil
      ),
      (
        "staff-allocate",
        ["staff", "allocate", "-", "--judges", "34", "--method", "all", "--load-error", "error"],
        uncertain
      ),
      ("staff-track", ["staff", "track", "-", "--judges", "34", "--ratio", "2.4"], cases),
    ]
    for run in runs {
      let result = try CommandRunner.json(run.arguments, input: run.input)
      #expect(try SchemaTests.faults(result, of: run.schema) == [])
    }
    for (command, extra) in [
      ("plan", ["--draws", "4"]), ("pipeline", ["--years", "3"]), ("team", ["--budget", "20000"]),
    ] {
      let example = try CommandRunner.run(["staff", command, "--example"]).output
      let result = try withFile("example.yaml", example) {
        try CommandRunner.json(["staff", command, $0] + extra)
      }
      #expect(try SchemaTests.faults(result, of: "staff-\(command)") == [])
      #expect(result["inputs"]?["example.yaml"]?.string?.count == 64)
    }
  }

  @Test("weighted cases, in minutes")
  func weighted() throws {
    let cases = "caseType,filings,pending\ncivil,4000,500\ncriminal,900,60\n"
    let result = try withFile("weights.yaml", Self.weights) { path in
      try CommandRunner.json(
        [
          "staff", "--cases", "-", "--weights", path, "--max-days", "90", "--draws", "500",
        ], input: cases)
    }
    // (4500 · 400 + 960 · 700) / (99,900 · (1 + 90/365)) = 19.8 judges on average.
    let judges = try #require(result["payload"]?["judges"]?.number)
    #expect(judges >= 20 && judges <= 23)
    let table = "court,civil,criminal\nEast,4000,900\nWest,1000,700\n"
    let allocation = try withFile("weights.yaml", Self.weights) { path in
      try CommandRunner.run(
        ["staff", "allocate", "-", "--judges", "20", "--weights", path, "--format", "csv"],
        input: table)
    }
    let rows = CommandRunner.rows(allocation.output)
    #expect(rows.map { $0["load"] } == ["2230000", "890000"])
  }

  @Test("the fast track of the published year")
  func track() throws {
    let cases = "caseType,cases\nsimple,1220\nrest,5322\n"
    let outcome = try CommandRunner.run(
      ["staff", "track", "-", "--judges", "34", "--fast", "simple", "--fast-judges", "3"],
      input: cases)
    #expect(outcome.output.contains("406.7") && outcome.output.contains("171.7"))
  }

  @Test("the same bytes for the same seed, whatever the threads")
  func reproducible() throws {
    let example = try CommandRunner.run(["staff", "pipeline", "--example"]).output
    try withFile("pipeline.yaml", example) { path in
      let runs = try ["1", "4"].map { threads in
        try CommandRunner.run(
          ["staff", "pipeline", path, "--threads", threads, "--format", "json"])
      }
      #expect(runs[0].output == runs[1].output && runs[0].status == 0)
    }
  }

  @Test("no number of judges will do: a finding")
  func finding() throws {
    let outcome = try CommandRunner.run([
      "staff", "--filings", "1000", "--per-judge", "100", "--pending", "10", "--max-days", "30",
      "--min-days", "60",
    ])
    #expect(outcome.status == 2)
    #expect(outcome.diagnosticLines.first?.contains("CL0505") == true)
  }

  struct BadCase: Sendable, CustomTestStringConvertible {
    let arguments: [String]
    var input: String?
    var file: String?
    let status: Int32
    let code: String
    let mentions: [String]
    var testDescription: String { arguments.joined(separator: " ") }
  }

  private static let promise = ["--per-judge", "201", "--max-days", "60"]

  @Test(
    "wrong input has a code, a place and a remedy",
    arguments: [
      BadCase(
        arguments: ["staff"] + promise, status: 64, code: "CL0803", mentions: ["--filings 6834"]),
      BadCase(
        arguments: ["staff", "--filings=-5"] + promise, status: 65, code: "CL0508",
        mentions: ["-5"]),
      BadCase(
        arguments: ["staff", "--filings", "nan"] + promise, status: 65, code: "CL0508", mentions: []
      ),
      BadCase(
        arguments: ["staff", "--filings", "50", "--probability", "95"] + promise, status: 65,
        code: "CL0507", mentions: ["0.95"]),
      BadCase(
        arguments: ["staff", "--filings", "50", "--overdispersion", "0.4"] + promise, status: 65,
        code: "CL0508", mentions: ["variance"]),
      BadCase(
        arguments: ["staff", "--filings", "50", "--draws", "0"] + promise, status: 64,
        code: "CL0802", mentions: ["--draws"]),
      BadCase(
        arguments: ["staff", "--sample", "-"] + promise, input: "filings\n5\n-6\n", status: 65,
        code: "CL0202", mentions: ["row 3", "column filings"]),
      BadCase(
        arguments: ["staff", "--sample", "-"] + promise, input: "filings\n5\n\"\"\n", status: 65,
        code: "CL0206", mentions: ["row 3"]),
      BadCase(
        arguments: ["staff", "allocate", "-", "--judges", "3"], input: loads, status: 65,
        code: "CL0505", mentions: ["3 judges are fewer than the 5"]),
      BadCase(
        arguments: ["staff", "allocate", "-", "--judges", "34", "--load", "laod"], input: loads,
        status: 65, code: "CL0106", mentions: ["Did you mean 'load'"]),
      BadCase(
        arguments: ["staff", "allocate", "-", "--judges", "34", "--method", "hamilton"],
        input: loads, status: 64, code: "CL0801", mentions: ["largest-remainder"]),
      BadCase(
        arguments: ["staff", "allocate", "-", "--judges", "34"], input: "a,load\nx,5\nx,6\n",
        status: 65, code: "CL0509", mentions: ["'x' occurs twice"]),
      BadCase(
        arguments: ["staff", "allocate", "-", "--judges", "34", "--current", "posts"],
        input: "a,load,posts\nx,5,1.5\n", status: 65, code: "CL0502", mentions: ["row 2", "1.5"]),
      BadCase(
        arguments: ["staff", "plan"], status: 64, code: "CL0803", mentions: ["--example"]),
      BadCase(
        arguments: ["staff", "plan", "absent.yaml"], status: 66, code: "CL0101",
        mentions: ["absent.yaml"]),
      BadCase(
        arguments: ["staff", "plan"], file: "years: [1]\njudgeTypes:\n  - nmae: S\n", status: 65,
        code: "CL0509", mentions: ["row 3", "Did you mean 'name'"]),
      BadCase(
        arguments: ["staff", "plan"],
        file: "years: [1]\njudgeTypes:\n  - {name: S, initial: many, sittingDays: 200}\n"
          + "jurisdictions: []\n", status: 65, code: "CL0509",
        mentions: ["row 3", "expected a number"]),
      BadCase(
        arguments: ["staff", "plan"],
        file:
          "years: [1]\njudgeTypes:\n  - {name: S, initial: 3, sittingDays: 200, exits: 5, recruitmentCap: 1}\n"
          + "jurisdictions:\n  - {name: a, demand: 10, penalty: 1}\n", status: 65, code: "CL0505",
        mentions: ["plan.yaml"]),
      BadCase(
        arguments: ["staff", "track", "-", "--judges", "1"], input: "caseType,cases\na,5\nb,6\n",
        status: 65, code: "CL0502", mentions: ["at least one judge"]),
      BadCase(
        arguments: ["staff", "track", "-", "--judges", "4", "--fast", "c"],
        input: "caseType,cases\na,5\nb,6\n", status: 65, code: "CL0509", mentions: ["'c'"]),
      BadCase(
        arguments: ["staff", "pipeline"], file: "posts: 3\njudges:\n  - {age: 200, count: 3}\n",
        status: 65, code: "CL0502", mentions: ["200"]),
      BadCase(
        arguments: ["staff", "team"],
        file: "casesPerTeam: 201\nroles:\n  - {name: judge, staff: -1}\n", status: 65,
        code: "CL0502", mentions: ["plan.yaml"]),
    ])
  func wrongInput(bad: BadCase) throws {
    let outcome =
      if let file = bad.file {
        try withFile("plan.yaml", file) { try CommandRunner.run(bad.arguments + [$0]) }
      } else {
        try CommandRunner.run(bad.arguments, input: bad.input)
      }
    #expect(outcome.status == bad.status, "\(outcome.errors)")
    #expect(outcome.output == "")
    #expect(outcome.diagnosticLines.count == 1)
    #expect(outcome.errors.contains(bad.code))
    for mention in bad.mentions { #expect(outcome.errors.contains(mention), "\(outcome.errors)") }
  }
}
