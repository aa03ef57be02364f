import ArgumentParser
import Caseload
import CaseloadIO

struct WorkloadCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "workload",
    abstract: "Clearance, disposition time, cases per judge, and what the next year needs.",
    discussion: """
      EXAMPLES
        caseload workload Datasets/riverside
        caseload workload Datasets/jiayuguan --caseload 7789
        caseload workload courts.csv --incoming filed --resolved closed --pending open --judges posts
      """)

  @OptionGroup var dataOptions: DataOptions
  @OptionGroup var global: GlobalOptions

  @Option(help: "The column of incoming cases.")
  var incoming: String?

  @Option(help: "The column of resolved cases.")
  var resolved: String?

  @Option(help: "The column of cases pending at the end of a period.")
  var pending: String?

  @Option(help: "The column of judges in post, or their number.")
  var judges: String?

  @Option(help: "Cases that a judge handles in a year, where no data tell it.")
  var casesPerJudge: Double?

  @Option(help: "A year's caseload whose need for judges to compute.")
  var caseload: Double?

  @Option(help: "The forecast model of incoming cases.")
  var model = Automatic.card.id

  @Option(help: "The seed of the projection.")
  var seed: UInt64 = 1

  func run() throws {
    for (name, value) in [("--cases-per-judge", casesPerJudge), ("--caseload", caseload)] {
      guard let value, !(value > 0 && value.isFinite) else { continue }
      throw Diagnostic(
        .illegalOption, .error,
        Text(
          en: "\(name) must be above zero, not \(NumberText.plain(value)).",
          zh: "\(name) 必须大于零，不能为 \(NumberText.plain(value))。"),
        hint: Text(en: "Write \(name) 201.", zh: "请写作 \(name) 201。"))
    }
    let dataset = try dataOptions.dataset()
    let inputs = WorkloadInputs(
      incoming: incoming, resolved: resolved, pending: pending, judges: judges,
      casesPerJudge: casesPerJudge, caseload: caseload, model: model, seed: seed,
      options: dataOptions)
    let (account, notes) = try inputs.account(dataset)
    let columns =
      account.keyNames + [
        "period", "incoming", "resolved", "pending", "judges", "clearanceRate", "dispositionTime",
        "casesPerJudge",
      ]
    let rows = account.courts.flatMap { court in
      court.workload.years.map { year -> [Cell] in
        court.workload.key.map { .text($0) } + [
          .text(year.period.description), .number(year.incoming, decimals: 0),
          .number(year.resolved, decimals: 0), .number(year.pending, decimals: 0),
          .number(year.judges, decimals: 1), .number(year.clearanceRate, decimals: 1),
          .number(year.dispositionTime, decimals: 0), .number(year.casesPerJudge, decimals: 1),
        ]
      }
    }
    let table = ResultTable(columns, rows)
    try CommandResult(
      schema: "caseload.workload/1", payload: account, table: table,
      text: WorkloadText.report(account, table, global.language), isTabular: false, seed: seed,
      diagnostics: dataset.notes + notes
    ).emit(global, dataset)
  }
}
