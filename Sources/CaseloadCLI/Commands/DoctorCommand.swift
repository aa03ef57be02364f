import ArgumentParser
import Caseload
import CaseloadIO

struct DoctorCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "doctor",
    abstract: "What is installed, and what works without it.",
    discussion: """
      EXAMPLES
        caseload doctor
      """)

  @OptionGroup var global: GlobalOptions

  struct Part: Encodable, Sendable {
    let name: String
    let path: String?
    let without: Text
  }

  func run() throws {
    let parts = [
      Part(
        name: "vl-convert", path: Tools.canDraw ? Tools.find("python3")?.path : nil,
        without: Text(en: "no charts in reports; all else works", zh: "报告中没有图，其余可用")),
      Part(
        name: "pandoc", path: Tools.find("pandoc")?.path,
        without: Text(en: "reports as Markdown only", zh: "仅能输出 Markdown 报告")),
    ]
    let language = global.language
    let rows = parts.map { part in
      [
        Cell.text(part.name),
        .text(part.path ?? Text(en: "missing", zh: "缺失")[language]),
        .text(part.path == nil ? part.without[language] : ""),
      ]
    }
    try CommandResult(
      schema: "caseload.doctor/1", payload: parts,
      table: ResultTable(["tool", "path", "without"], rows), isTabular: false
    ).emit(global, nil)
  }
}
