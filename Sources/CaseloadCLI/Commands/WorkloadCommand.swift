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
        caseload workload Datasets/riverside --weights weights.yaml
        caseload workload filings.csv --weights weights.csv --judge-year 77400 --cases mean:3

      With --weights, the need is that of a weighted caseload: cases × minutes / minutes of a judge
      year, with an interval for the weights, the judge year and the cases. weights.yaml reads:

        source: Time study 2023
        judgeYear: {days: 215, minutesPerDay: 450, leaveDays: 20, trainingDays: 5,
                    administrationMinutesPerDay: 60, standardError: 1500}
        rounding: up            # none, nearest, or a share of a judge such as 0.2
        weights:
          - {caseType: family, minutes: 160, standardError: 6}
          - caseType: criminal
            events:
              - {name: hearing, minutes: 45, occurrences: 2.2, minutesStandardError: 2}
            panel: {rounds: [[1.1, 1.2, 1.0], [1.1, 1.1, 1.0]]}
          - {caseType: guardianship, minutes: 90, basis: pending}
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

  @OptionGroup(title: "Weighted caseload") var need: NeedOptions

  func run() throws {
    if let weights = need.weights {
      try weighted(weights)
      return
    }
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

  private func weighted(_ file: String) throws {
    let dataset = try dataOptions.dataset()
    var columns: [WeightStudy.Basis: String] = [:]
    columns[.filings] = incoming ?? dataOptions.value
    columns[.pending] = pending
    columns[.resolved] = resolved
    let inputs = NeedInputs(
      dataset: dataset, options: dataOptions, study: try need.study(file), file: file,
      caseType: need.caseType, columns: columns, judges: judges,
      cases: try need.cases.map { text throws(Diagnostic) in try NeedInputs.Cases(text) },
      leaveOut: Set((need.leaveOut ?? "").split(separator: ",").map(String.init)), model: model,
      draws: try need.checkedDraws(), level: try need.level.fraction(), seed: seed)
    let (answer, notes) = try inputs.answer()
    try CommandResult(
      schema: "caseload.workload-need/1", payload: answer, table: NeedText.table(answer),
      text: NeedText.report(answer, global.language), isTabular: false, seed: seed,
      diagnostics: dataset.notes + notes
    ).emit(global, dataset)
  }
}

/// What a weighted caseload takes beside the data.
struct NeedOptions: ParsableArguments {
  @Option(help: "A file of case weights, YAML or CSV (caseType, minutes, standardError).")
  var weights: String?

  @Option(help: "The column of case types (default: the one whose cells have weights).")
  var caseType: String?

  @Option(help: "Minutes of a judge a year, in place of the file's.")
  var judgeYear: Double?

  @Option(help: "The standard error of --judge-year.")
  var judgeYearError: Double?

  @Option(help: "none, up, nearest, or a share of a judge, in place of the file's.")
  var rounding: String?

  @Option(help: "latest, mean:K years, or forecast (default; latest without periods).")
  var cases: String?

  @Option(help: "Case types to leave out on purpose, with commas.")
  var leaveOut: String?

  @Option(help: "How many joint draws.")
  var draws = 4000

  @OptionGroup var level: LevelOption

  func study(_ file: String) throws(Diagnostic) -> WeightStudy {
    try WeightFile.study(
      file, judgeYear: judgeYear.map { JudgeYear(minutes: $0, standardError: judgeYearError) },
      rounding: try rounding.map { text throws(Diagnostic) in try JudgeRounding(text) })
  }

  func checkedDraws() throws(Diagnostic) -> Int {
    guard (100...1_000_000).contains(draws) else {
      throw Diagnostic(
        .illegalOption, .error,
        Text(
          en: "--draws must lie between 100 and 1,000,000, not \(draws).",
          zh: "--draws 须在 100 至 1000000 之间，不能为 \(draws)。"),
        hint: Text(en: "Write --draws 4000.", zh: "请写作 --draws 4000。"))
    }
    return draws
  }
}
