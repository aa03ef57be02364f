import CaseloadData
import Foundation
import Testing

@Suite("simulate-court")
struct SimulateCourtCommandTests {
  static let court = """
    start: 2025-01
    months: 4
    minutesPerDay: 300
    tracks:
      - {id: all, judges: 3, activeLimit: 20}
    caseTypes:
      - {id: civil, filings: 40, minutes: 250}
    scenarios:
      - {id: growth, arrivalFactor: 1.2}
    """

  /// A file with `text`, for the time of `body`.
  func withFile<R>(_ text: String, _ body: (String) throws -> R) throws -> R {
    let file = FileManager.default.temporaryDirectory.appendingPathComponent(
      "court-\(UUID().uuidString).yaml")
    try Data(text.utf8).write(to: file)
    defer { try? FileManager.default.removeItem(at: file) }
    return try body(file.path)
  }

  @Test("the same seed gives the same bytes on one thread and on three, another seed others")
  func threads() throws {
    try withFile(Self.court) { path in
      func bytes(_ threads: String, _ seed: String) throws -> String {
        try CommandRunner.run([
          "simulate-court", path, "--replications", "6", "--format", "csv", "--threads", threads,
          "--seed", seed,
        ]).output
      }
      let one = try bytes("1", "4")
      #expect(one.hasPrefix("scenario,group,period,measure,mean,"))
      #expect(try one == bytes("3", "4"))
      #expect(try one != bytes("1", "5"))
    }
  }

  @Test("the answer reads in both languages")
  func languages() throws {
    try withFile(Self.court) { path in
      let english = try CommandRunner.run([
        "simulate-court", path, "--replications", "3", "--lang", "en",
      ])
      #expect(english.status == 0 && english.output.contains("pending at end"))
      let chinese = try CommandRunner.run([
        "simulate-court", path, "--replications", "3", "--lang", "zh",
      ])
      #expect(chinese.output.contains("期末未结") && !chinese.output.contains("pending"))
    }
  }

  @Test("a mistake in the file is named with the file")
  func mistakes() throws {
    for (wrong, right, code) in [
      ("judges: 3", "judges: 0", "CL0502"), ("minutes: 250", "minutes: -1", "CL0508"),
      ("months: 4", "monhts: 4", "CL0509"),
      ("arrivalFactor: 1.2", "arrivalFactors: {x: 2}", "CL0509"),
      ("months: 4", "months: four", "CL0509"),
    ] {
      let text = Self.court.replacingOccurrences(of: wrong, with: right)
      try withFile(text) { path in
        let outcome = try CommandRunner.run([
          "simulate-court", path, "--replications", "2", "--lang", "en",
        ])
        #expect(outcome.status == 65)
        #expect(
          outcome.diagnosticLines.first?.contains(code) == true, "\(right): \(outcome.errors)")
      }
    }
  }

  @Test("options that do not go together are refused")
  func usage() throws {
    for arguments in [
      [], ["--model", "mmc"], ["--model", "mmc", "--arrival-rate", "x", "--service-rate", "1"],
      ["--model", "priority", "--arrival-rate", "1", "--service-rate", "2"],
      ["--model", "erlang-a", "--arrival-rate", "1", "--service-rate", "2"],
      ["court.yaml", "--model", "mmc"],
      ["--model", "ps", "--arrival-rate", "1", "--service-rate", "2", "--service", "weibull"],
    ] {
      let outcome = try CommandRunner.run(["simulate-court"] + arguments)
      #expect(outcome.status == 64, "\(arguments): \(outcome.errors)")
    }
    let court = try CommandRunner.run([
      "simulate-court", "Datasets/riverside/court.yaml", "--scenario", "nothing",
    ])
    #expect(court.status == 64 && court.errors.contains("mediation"))
  }

  @Test("a dry run names the file and computes nothing")
  func dryRun() throws {
    let outcome = try CommandRunner.run([
      "simulate-court", "Datasets/riverside/court.yaml", "--dry-run",
    ])
    #expect(outcome.status == 0 && outcome.output.contains("court.yaml sha256"))
  }
}
