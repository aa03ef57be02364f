import CaseloadData
import CaseloadTestSupport
import Foundation

/// Runs the built `caseload` as a user would.
struct CommandRunner {
  struct Outcome {
    let status: Int32
    let output: String
    let errors: String

    /// The diagnostics that standard error holds, by their first lines.
    var diagnosticLines: [String] {
      errors.split(whereSeparator: \.isNewline).map(String.init).filter {
        $0.hasPrefix("error[") || $0.hasPrefix("warning[") || $0.hasPrefix("note[")
      }
    }
  }

  /// The program beside the test bundle, or in the project's own debug build.
  static let program: URL = {
    let bundle = CommandLine.arguments.first { $0.contains(".xctest") }
    let folder =
      bundle.map { URL(fileURLWithPath: $0.components(separatedBy: ".xctest")[0]) }?
      .deletingLastPathComponent() ?? Project.root.appendingPathComponent(".build/debug")
    return folder.appendingPathComponent("caseload")
  }()

  static func run(_ arguments: [String], input: String? = nil) throws -> Outcome {
    let process = Process()
    process.executableURL = program
    process.arguments = arguments
    process.currentDirectoryURL = Project.root
    var environment = ProcessInfo.processInfo.environment
    for name in ["LC_ALL", "LC_MESSAGES", "LANG"] { environment[name] = "C" }
    process.environment = environment
    let (stdin, stdout, stderr) = (Pipe(), Pipe(), Pipe())
    process.standardInput = stdin
    process.standardOutput = stdout
    process.standardError = stderr
    try process.run()
    if let input { try stdin.fileHandleForWriting.write(contentsOf: Data(input.utf8)) }
    try stdin.fileHandleForWriting.close()
    nonisolated(unsafe) var errors = Data()
    let group = DispatchGroup()
    DispatchQueue.global().async(group: group) {
      errors = stderr.fileHandleForReading.readDataToEndOfFile()
    }
    let output = stdout.fileHandleForReading.readDataToEndOfFile()
    group.wait()
    process.waitUntilExit()
    return Outcome(
      status: process.terminationStatus, output: String(decoding: output, as: UTF8.self),
      errors: String(decoding: errors, as: UTF8.self))
  }

  static func json(_ arguments: [String], input: String? = nil) throws -> JSON {
    let outcome = try run(arguments + ["--format", "json"], input: input)
    return try JSONDecoder().decode(JSON.self, from: Data(outcome.output.utf8))
  }

  /// Rows of a CSV answer, by column.
  static func rows(_ csv: String) -> [[String: String]] {
    let lines = csv.split(whereSeparator: \.isNewline).map {
      $0.split(separator: ",", omittingEmptySubsequences: false).map(String.init)
    }
    guard let header = lines.first else { return [] }
    return lines.dropFirst().map { Dictionary(zip(header, $0)) { $1 } }
  }
}
