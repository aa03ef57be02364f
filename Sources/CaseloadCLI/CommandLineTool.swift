import ArgumentParser
import Caseload
import Foundation

/// The `caseload` command.
public enum CommandLineTool {
  /// Parses the process's arguments, runs the command and ends the process.
  public static func main() async {
    let arguments = Array(CommandLine.arguments.dropFirst())
    let terminal = Terminal(arguments)
    if let diagnostic = unknownCommand(arguments) { terminal.fail(diagnostic) }
    do {
      var command = try Root.parseAsRoot(arguments)
      if var asynchronous = command as? any AsyncParsableCommand {
        try await asynchronous.run()
      } else {
        try command.run()
      }
    } catch let diagnostic as Diagnostic {
      terminal.fail(diagnostic)
    } catch {
      Root.exit(withError: error)
    }
  }

  /// The argument parser reports a mistyped command as an unexpected argument; this says what was
  /// meant.
  private static func unknownCommand(_ arguments: [String]) -> Diagnostic? {
    guard let first = arguments.first, !first.hasPrefix("-") else { return nil }
    let names = Root.configuration.subcommands.compactMap { $0.configuration.commandName }
    guard !names.contains(first), first != "help" else { return nil }
    return Diagnostic.unknownName(first, among: names, kind: Text(en: "command", zh: "命令"))
  }
}

/// The root: without a command it prints the short help.
struct Root: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "caseload",
    abstract: "Forecasts and analyses of court caseloads.",
    discussion: """
      EXAMPLES
        caseload trend Datasets/jiayuguan
        caseload audit Datasets/jiayuguan
        caseload forecast Datasets/riverside --by court --horizon 12
        caseload study Datasets/riverside
        caseload effect Datasets/riverside
        caseload scenario Datasets/riverside
        caseload staff --filings 6834 --per-judge 201 --pending 800 --max-days 60
        caseload report Datasets/riverside --lang en -o report.html

      DATA is a folder with datapackage.json, a CSV or TSV file, or - for
      standard input.

      EXIT STATUS
        0   done                      66  no such input
        2   done; it is a finding     69  a tool is missing
        64  usage                     73  cannot write
        65  bad data
      """,
    version: CaseloadRelease.version,
    subcommands: [
      InspectCommand.self, TrendCommand.self, ForecastCommand.self, FitCommand.self,
      BacktestCommand.self, DecomposeCommand.self, StudyCommand.self, EffectCommand.self,
      RegressCommand.self, IndicatorsCommand.self, WorkloadCommand.self, BacklogCommand.self,
      AgeCommand.self, StaffCommand.self, ScenarioCommand.self, SimulateCourtCommand.self,
      QueueCommand.self, PostMortemCommand.self, AuditCommand.self, ReportCommand.self,
      SimulateCommand.self, ModelsCommand.self, ExplainCommand.self, SchemaCommand.self,
      DoctorCommand.self,
    ])
}
