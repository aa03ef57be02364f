import ArgumentParser
import Caseload
import CaseloadIO

struct AuditCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "audit",
    abstract: "Do the published figures of a report agree with each other?",
    discussion: """
      EXAMPLES
        caseload audit Datasets/jiayuguan

      DATA is a dataset whose descriptor names a register of figures, or a CSV file with the columns
      id, metric, value, period, scope and claim (averageAnnualGrowth, yearOnYearChange).
      The exit status is 2 when figures contradict each other.
      """)

  @OptionGroup var global: GlobalOptions

  @OptionGroup var tableOptions: TableOptions

  struct Payload: Encodable, Sendable {
    let figures: Int
    let findings: [AuditFinding]
  }

  func run() throws {
    let dataset = try tableOptions.dataset()
    guard
      let name = tableOptions.resource ?? dataset.profile.figures
        ?? (dataset.package == nil ? "data" : nil)
    else {
      throw Diagnostic(
        .noFigures, .error,
        Text(
          en: "The dataset names no register of published figures.", zh: "数据集未指明已发布数字登记表。"),
        at: Diagnostic.Location(file: dataset.path),
        hint: Text(
          en: "Name it in datapackage.json as caseload.figures, or with --resource.",
          zh: "请在 datapackage.json 的 caseload.figures 中指明，或用 --resource。"))
    }
    let table = try dataset.table(name)
    let register = try FigureRegister(table, scopes: dataset.profile.scopes)
    let (findings, notes): ([AuditFinding], [Diagnostic])
    do {
      (findings, notes) = try FigureAudit.findings(register)
    } catch {
      throw error.located(Diagnostic.Location(file: table.source))
    }
    let language = global.language
    var text = ""
    for (index, finding) in findings.enumerated() {
      text += Self.text(finding, letter: Self.letter(index), register, language) + "\n"
    }
    let rows = findings.enumerated().map { index, finding -> [Cell] in
      [
        .text(Self.letter(index)), .text(finding.check), .text(finding.verdict.rawValue),
        .text(finding.figures.joined(separator: " ")), .text(finding.statement[language]),
        .text(finding.repairs.map { "\($0.from)→\($0.to)" }.joined(separator: " ")),
      ]
    }
    try CommandResult(
      schema: "caseload.audit/1",
      payload: Payload(figures: register.figures.count, findings: findings),
      table: ResultTable(
        ["letter", "check", "verdict", "figures", "statement", "repairs"], rows), text: text,
      isTabular: false, diagnostics: dataset.notes + notes,
      isFinding: findings.contains { $0.verdict.isFinding }
    ).emit(global, dataset)
  }

  private static func letter(_ index: Int) -> String {
    String(UnicodeScalar(UInt8(65 + index % 26)))
  }

  private static func text(
    _ finding: AuditFinding, letter: String, _ register: FigureRegister, _ language: Language
  ) -> String {
    let zh = language == .zh
    let colon = Text(en: ": ", zh: "：")
    var text =
      "\(letter). " + (finding.verdict.text + colon + finding.statement)[language] + "\n"
    for id in finding.figures {
      guard let figure = register[id] else { continue }
      let quote = figure.quote.isEmpty ? "" : (zh ? " “\(figure.quote)”" : " \"\(figure.quote)\"")
      text += "   \(id) \(figure.text)\(quote)\n"
    }
    let width = finding.evidence.map { $0.label[language].displayWidth }.max() ?? 0
    for item in finding.evidence {
      let label = item.label[language]
      let pad = String(repeating: " ", count: width - label.displayWidth)
      text += "   \(label)\(pad)  \(item.shown[language])\n"
    }
    for repair in finding.repairs {
      let term = repair.termName
      let rate = NumberText.percent(repair.rate, 2)[language]
      text +=
        zh
        ? "   可能的更正：\(term.zh) \(repair.from)→\(repair.to)（改动 \(repair.edits) 处），增长率为 \(rate)\n"
        : "   possible repair: \(term.en) \(repair.from)→\(repair.to) (\(repair.edits) "
          + "\(repair.edits == 1 ? "edit" : "edits")), which makes it \(rate)\n"
    }
    return text
  }
}
