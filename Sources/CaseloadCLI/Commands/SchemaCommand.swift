import ArgumentParser
import Caseload
import CaseloadIO

struct SchemaCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "schema",
    abstract: "The JSON Schema of a command's result.",
    discussion: """
      EXAMPLES
        caseload schema forecast
      """)

  @OptionGroup var global: GlobalOptions

  @Argument(help: "forecast, effect, trend, audit, workload, inspect, regress, …")
  var command: String?

  func run() throws {
    guard let command else {
      printOut(PayloadSchemas.names.joined(separator: "\n") + "\n")
      return
    }
    guard let schema = PayloadSchemas.schema(command) else {
      throw Diagnostic.unknownName(
        command, among: PayloadSchemas.names, kind: Text(en: "result", zh: "结果类型"))
    }
    let text = ResultEncoding.text(schema) + "\n"
    if let output = global.output { try OutputFile.write(text, to: output) } else { printOut(text) }
  }
}
