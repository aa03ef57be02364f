import ArgumentParser
import Caseload
import CaseloadIO
import Foundation

struct ReportCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "report",
    abstract:
      "A work report: what was filed, how it grew, what an intervention did, what next year needs.",
    discussion: """
      EXAMPLES
        caseload report Datasets/riverside --lang en -o report.html
        caseload report Datasets/jiayuguan --lang zh -o report.md

      The page is one file, and nothing in it asks the network for anything.
      """)

  @OptionGroup var global: GlobalOptions

  @Argument(help: "A folder with datapackage.json, or a CSV file with period and value.")
  var data: String

  @Option(help: "The seed of simulations.")
  var seed: UInt64 = 1

  @Option(help: "How many periods ahead; by default a year.")
  var horizon: Int?

  @Option(help: "auto, utf-8 or gb18030.")
  var encoding = "auto"

  @Option(help: "A YAML file of scenarios (default: scenarios.yaml of the folder).")
  var scenarios: String?

  func run() async throws {
    let target = try target()
    if let horizon, horizon < 1 {
      throw Diagnostic(
        .illegalOption, .error,
        Text(en: "A horizon of \(horizon) is not possible.", zh: "预测期数不能为 \(horizon)。"),
        hint: Text(en: "Give a number from 1 on: --horizon 12.", zh: "请给出不小于 1 的数：--horizon 12。"))
    }
    let dataset = try Dataset(data, encoding: encoding)
    if global.dryRun {
      printOut(global.plan([("format", target.rawValue), ("seed", "\(seed)")], dataset))
      return
    }
    let inputs = try await ReportAssembly(
      data: data, seed: seed, horizon: horizon, scenarios: scenarios
    ).inputs(dataset)
    if global.strict, let first = inputs.notes.first { throw first.asError }
    let report = Report(inputs)
    let language = global.language
    let content: Data
    switch target {
    case .markdown:
      var renderer = MarkdownRenderer(report, language: language, target: .plain)
      content = Data(renderer.render().utf8)
    case .json:
      content = Data((ResultEncoding.text(report) + "\n").utf8)
    case .html:
      content = try ReportPage.html(report, language, hasContents: true)
    }
    if let output = global.output {
      try OutputFile.write(content, to: output)
      if !global.quiet {
        FileHandle.standardError.write(
          Data(
            Text(en: "Wrote \(output).\n", zh: "已写入 \(output)。\n")[language].utf8))
      }
    } else {
      FileHandle.standardOutput.write(content)
    }
  }

  private enum Target: String { case html, markdown, json }

  private func target() throws(Diagnostic) -> Target {
    if let format = global.format {
      switch format {
      case .md: return .markdown
      case .json: return .json
      case .html: return .html
      case .table, .csv, .jsonl, .latex: break
      }
    }
    guard let output = global.output else { return .markdown }
    switch URL(fileURLWithPath: output).pathExtension.lowercased() {
    case "html", "htm": return .html
    case "md": return .markdown
    case "json": return .json
    default:
      throw Diagnostic(
        .illegalOption, .error,
        Text(
          en: "A report cannot be written as '\(output)'.", zh: "无法将报告写为 '\(output)'。"),
        hint: Text(
          en: "Give the file the ending .html, .md or .json.", zh: "请使用扩展名 .html、.md 或 .json。"))
    }
  }
}
