import ArgumentParser
import Caseload
import CaseloadIO

struct ExplainCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "explain",
    abstract: "What a diagnostic means, and what to do.",
    discussion: """
      EXAMPLES
        caseload explain CL0204
        caseload explain
      """)

  @OptionGroup var global: GlobalOptions

  @Argument(help: "The code, such as CL0204; without one, all of them.")
  var code: String?

  func run() throws {
    let all = DiagnosticCode.allCases
    guard let code else {
      try emit(all, isTabular: true)
      return
    }
    guard let match = all.first(where: { $0.rawValue == code.uppercased() }) else {
      throw Diagnostic.unknownName(
        code, among: all.map(\.rawValue), kind: Text(en: "diagnostic", zh: "诊断代码"))
    }
    try emit([match], isTabular: false)
  }

  private func emit(_ codes: [DiagnosticCode], isTabular: Bool) throws {
    let language = global.language
    let rows = codes.map {
      [
        Cell.text($0.rawValue), .number(Double($0.exitStatus), decimals: 0),
        .text($0.explanation[language]),
      ]
    }
    let text = codes.map { "\($0.rawValue)  \($0.explanation[language])\n" }.joined()
    try CommandResult(
      schema: "caseload.explain/1",
      payload: Dictionary(uniqueKeysWithValues: codes.map { ($0.rawValue, $0.explanation) }),
      table: ResultTable(["code", "exitStatus", "explanation"], rows), text: text,
      isTabular: isTabular
    ).emit(global, nil)
  }
}
