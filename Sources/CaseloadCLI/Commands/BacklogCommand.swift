import ArgumentParser
import Caseload
import CaseloadIO

struct BacklogCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "backlog",
    abstract: "Pending cases ahead, gaps in the accounts, and the judges that clear a backlog.",
    discussion: """
      EXAMPLES
        caseload backlog Datasets/riverside --target-days 90 --horizon 12
        caseload backlog Datasets/riverside --rule proportional --statistical-year
        caseload backlog --filings 6834 --per-judge 201 --pending 1500 --years 1
      """)

  @Argument(help: "A folder with datapackage.json, a CSV or TSV file, or -; none with --filings.")
  var data: String?

  @OptionGroup var global: GlobalOptions

  @Option(help: "The resource of a dataset folder.")
  var resource: String?

  @Option(help: "auto, utf-8 or gb18030.")
  var encoding = "auto"

  @Option(help: "The column of periods (default: period).")
  var period: String?

  @Option(help: "The columns that tell courts apart, with commas; an empty text sums all.")
  var by: String?

  @Option(help: "yearly, half-yearly, quarterly, monthly, weekly or daily.")
  var frequency: String?

  @Option(help: "The column of incoming cases.")
  var incoming: String?

  @Option(help: "The column of resolved cases.")
  var resolved: String?

  @Option(help: "The column of cases pending at the end of a period; without DATA, their number.")
  var pending: String?

  @Option(help: "The column of judges in post, or their number.")
  var judges: String?

  @Option(help: "capacity, proportional or hazard.")
  var rule = "capacity"

  @Option(help: "Periods ahead.")
  var horizon = 12

  @Option(help: "Project to this period instead.")
  var byDate: String?

  @Option(help: "Pending cases to reach at the end.")
  var targetPending: Double?

  @Option(help: "The disposition time to reach at the end, in days.")
  var targetDays: Double?

  @Option(help: "For --rule hazard: the share of each age that a period closes, with commas.")
  var hazard: String?

  @Option(help: "Filings a year, without DATA.")
  var filings: Double?

  @Option(help: "Cases that a judge resolves in a year.")
  var perJudge: Double?

  @Option(help: "Years in which the backlog is to go.")
  var years = 1.0

  @Flag(help: "The progress of the statistical year (December to November) against its floor.")
  var statisticalYear = false

  @Option(help: "The forecast model of incoming cases.")
  var model = Automatic.card.id

  func run() throws {
    guard let rule = BacklogRule(rawValue: rule) else {
      throw Diagnostic.unknownName(
        rule, among: BacklogRule.allCases.map(\.rawValue), kind: Text(en: "rule", zh: "规则"))
    }
    guard let data else {
      try withoutData(rule)
      return
    }
    guard (1...600).contains(horizon) else {
      throw illegal("--horizon", "\(horizon)", "12")
    }
    if let filings { throw illegal("--filings (with DATA)", "\(filings)", "--incoming COLUMN") }
    let options = try DataOptions.parse(
      [data, "--encoding", encoding]
        + [
          ("--resource", resource), ("--period", period), ("--by", by), ("--frequency", frequency),
        ].flatMap { name, value in value.map { [name, $0] } ?? [] })
    let dataset = try options.dataset()
    let analysis = BacklogAnalysis(
      rule: rule, horizon: horizon, byDate: try parsedDate(), targetPending: targetPending,
      targetDays: targetDays, hazards: try parsedHazards(), perJudge: try positive(perJudge),
      judges: judges.flatMap(Double.init), years: years, statisticalYear: statisticalYear,
      model: model)
    let inputs = WorkloadInputs(
      incoming: incoming, resolved: resolved, pending: pending, judges: judges, options: options)
    let profile = dataset.profile.workload
    guard let column = incoming ?? profile?.incoming else {
      throw Diagnostic(
        .missingOption, .error,
        Text(en: "The backlog needs the column of incoming cases.", zh: "积案分析需要指明收案列。"),
        hint: Text(
          en: "Add --incoming, --resolved and --pending with their columns.",
          zh: "请加上 --incoming、--resolved、--pending 及其列名。"))
    }
    let (panels, readNotes) = try inputs.panels(dataset, profile, incoming == nil, column)
    var notes = dataset.notes + readNotes
    var courts: [BacklogReport.Court] = []
    for entry in panels.incoming.entries {
      let label = panels.incoming.label(entry.key) ?? entry.series.name.en
      let (court, more) = try analysis.court(
        BacklogAnalysis.Input(
          label: label, incoming: entry.series, resolved: panels.resolved?[entry.key],
          pending: panels.pending?[entry.key],
          judges: panels.judges?[entry.key] ?? panels.post))
      courts.append(court)
      notes += more
    }
    try emit(BacklogReport(rule: rule.rawValue, courts: courts, elimination: nil), notes, dataset)
  }

  private func withoutData(_ rule: BacklogRule) throws {
    guard let filings, let perJudge, let backlog = pending.flatMap(Double.init) else {
      throw Diagnostic(
        .missingOption, .error,
        Text(
          en: "Without DATA, backlog needs --filings, --per-judge and --pending as numbers.",
          zh: "没有数据时，backlog 需要数值 --filings、--per-judge 和 --pending。"),
        hint: Text(
          en: "Write --filings 6834 --per-judge 201 --pending 1500 --years 1.",
          zh: "请写作 --filings 6834 --per-judge 201 --pending 1500 --years 1。"))
    }
    let elimination = try BacklogAnalysis.elimination(
      backlog: max(backlog < 0 ? backlog : 0, backlog - (targetPending ?? 0)), filings: filings,
      perJudge: perJudge, years: years, judges: judges.flatMap(Double.init))
    try emit(
      BacklogReport(rule: rule.rawValue, courts: [], elimination: elimination), [], nil)
  }

  private func emit(_ report: BacklogReport, _ notes: [Diagnostic], _ dataset: Dataset?) throws {
    let rows: [[Cell]]
    let columns: [String]
    if let need = report.elimination {
      columns = [
        "backlog", "filingsPerYear", "casesPerJudgeAndYear", "years", "judges", "judgesRoundedUp",
        "judgesInPost", "yearsInPost", "yearlyGrowth",
      ]
      rows = [
        [
          .number(need.backlog, decimals: 0), .number(need.filingsPerYear, decimals: 0),
          .number(need.casesPerJudgeAndYear, decimals: 1), .number(need.years, decimals: 2),
          .number(need.judges, decimals: 2), .number(need.judgesRoundedUp, decimals: 0),
          .number(need.judgesInPost, decimals: 1), .number(need.yearsInPost, decimals: 2),
          .number(need.yearlyGrowth, decimals: 0),
        ]
      ]
    } else {
      columns = [
        "court", "period", "opening", "filed", "resolved", "closing", "extraEven",
        "extraFrontLoaded", "extraProportional",
      ]
      rows = report.courts.flatMap { court in
        court.projection.enumerated().map { t, step -> [Cell] in
          [
            .text(court.label), .text(step.period.description), .number(step.opening, decimals: 0),
            .number(step.filed, decimals: 0), .number(step.resolved, decimals: 0),
            .number(step.closing, decimals: 0),
          ]
            + ClearanceSchedule.Kind.allCases.map { kind in
              .number(
                court.schedules.first { $0.kind == kind }?.steps[t].extra, decimals: 1)
            }
        }
      }
    }
    let table = ResultTable(columns, rows)
    try CommandResult(
      schema: "caseload.backlog/1", payload: report, table: table,
      text: BacklogText.report(report, table, global.language),
      isTabular: report.elimination == nil,
      diagnostics: notes
    ).emit(global, dataset)
  }

  private func parsedDate() throws(Diagnostic) -> Period? {
    guard let byDate else { return nil }
    guard let period = Period(byDate) else { throw illegal("--by-date", byDate, "2026-12") }
    return period
  }

  private func parsedHazards() throws(Diagnostic) -> [Double]? {
    guard let hazard else { return nil }
    let parts = hazard.split(separator: ",").map { Double($0) }
    let values = parts.compactMap { $0 }
    guard values.count == parts.count, !values.isEmpty else {
      throw illegal("--hazard", hazard, "0.18 or 0.1,0.2,0.3")
    }
    return values
  }

  private func positive(_ value: Double?) throws(Diagnostic) -> Double? {
    guard let value else { return nil }
    guard value > 0, value.isFinite else {
      throw illegal("--per-judge", NumberText.plain(value), "201")
    }
    return value
  }

  private func illegal(_ option: String, _ value: String, _ example: String) -> Diagnostic {
    Diagnostic(
      .illegalOption, .error,
      Text(en: "\(option) cannot be '\(value)'.", zh: "\(option) 不能取 '\(value)'。"),
      hint: Text(en: "Write \(example).", zh: "请写作 \(example)。"))
  }
}
