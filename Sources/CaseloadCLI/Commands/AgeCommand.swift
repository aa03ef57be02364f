import ArgumentParser
import Caseload
import CaseloadIO

struct AgeCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "age",
    abstract: "How long cases last: curves, outcomes, hazards, open cases by age and ahead.",
    discussion: """
      EXAMPLES
        caseload simulate --seed 3 --register -o /tmp/city
        caseload age /tmp/city/register.csv --filed filed --closed closed --entry entry --by caseType
        caseload age /tmp/city/register.csv --filed filed --closed closed --outcome outcome --view incidence
        caseload age register.csv --filed filed --closed closed --view hazard --deadlines 3,6
        caseload age register.csv --filed filed --closed closed --view projection --horizon 6
      """)

  @OptionGroup var table: TableOptions
  @OptionGroup var global: GlobalOptions
  @OptionGroup var coverage: LevelOption

  @Option(help: "The column of filing dates.")
  var filed: String

  @Option(help: "The column of closing dates; an empty cell is an open case.")
  var closed: String

  @Option(help: "The column of outcomes.")
  var outcome: String?

  @Option(help: "The column of the day from which the register could hold the case.")
  var entry: String?

  @Option(help: "The column of case numbers; a number that occurs twice is an error.")
  var id: String?

  @Option(help: "The column of days on which the clock stood still.")
  var suspendedDays: String?

  @Option(help: "The column that says whether the clock stands still now.")
  var suspended: String?

  @Option(help: "The columns to group by, with commas.")
  var by: String?

  @Option(help: "The day on which the register was drawn (default: the last date in it).")
  var asOf: String?

  @Flag(help: "Leave out rows that cannot be right, and count them.")
  var dropInvalid = false

  @Option(help: "survival, incidence, hazard, pyramid or projection.")
  var view = "survival"

  @Option(help: "Intervals of the curve: plain, log or log-log.")
  var interval = "log"

  @Option(help: "Errors of outcome shares: greenwood or jackknife.")
  var variance = "greenwood"

  @Option(help: "The age in days to which mean times are taken.")
  var limit: Double?

  @Option(help: "The hazard's link: logit or cloglog.")
  var link = "logit"

  @Option(help: "Time limits in months, with commas, before which closings may rush; or none.")
  var deadlines = "3,6"

  @Option(help: "A hazard of its own for each month of age up to this one, in place of a curve.")
  var monthly: Int?

  @Option(help: "The age in months over which open cases are counted.")
  var threshold = 12.0

  @Option(help: "Months ahead.")
  var horizon = 12

  @Option(help: "The seed of the projection.")
  var seed: UInt64 = 1

  func run() throws {
    let labels = by.map { $0.split(separator: ",").map(String.init) } ?? []
    let view = try choice(view, AgeView.allCases.map(\.rawValue), AgeView.init, "view", "视图")
    let link = try choice(
      link, ["logit", "cloglog"], { Link(rawValue: $0) }, "link", "联系函数")
    let analysis = AgeAnalysis(
      view: view, by: labels,
      interval: try choice(
        interval, KaplanMeier.IntervalKind.allCases.map(\.rawValue), KaplanMeier.IntervalKind.init,
        "interval", "区间"),
      level: try coverage.fraction(),
      variance: try choice(
        variance, CumulativeIncidence.Variance.allCases.map(\.rawValue),
        CumulativeIncidence.Variance.init, "variance", "方差"), limit: limit,
      model: DiscreteHazard(
        link: link,
        baseline: try monthly.map { .monthly(last: $0) }
          ?? .smooth(degree: 2, deadlines: parsedDeadlines()), covariates: labels),
      horizon: horizon, threshold: threshold, seed: seed)
    let dataset = try table.dataset()
    let source = try dataset.table(table.resource)
    let register = try CaseRegister(
      source,
      CaseRegisterColumns(
        filed: filed, closed: closed, outcome: outcome, entry: entry, id: id,
        suspendedDays: suspendedDays, suspended: suspended, labels: labels), asOf: try day(),
      invalidRows: dropInvalid ? .drop : .refuse)
    let (report, rows, notes) = try analysis.report(register)
    try CommandResult(
      schema: "caseload.age/1", payload: report, table: rows,
      text: AgeText.report(report, rows, global.language),
      seed: view == .projection ? seed : nil, diagnostics: dataset.notes + notes
    ).emit(global, dataset)
  }

  private func choice<T>(
    _ name: String, _ allowed: [String], _ make: (String) -> T?, _ en: String, _ zh: String
  ) throws(Diagnostic) -> T {
    guard allowed.contains(name), let value = make(name) else {
      throw Diagnostic.unknownName(name, among: allowed, kind: Text(en: en, zh: zh))
    }
    return value
  }

  private func parsedDeadlines() throws(Diagnostic) -> [Int] {
    if deadlines == "none" || deadlines.isEmpty { return [] }
    let parts = deadlines.split(separator: ",").map { Int($0) }
    let values = parts.compactMap { $0 }
    guard values.count == parts.count else {
      throw illegal("--deadlines", deadlines, "--deadlines 3,6")
    }
    return values
  }

  private func day() throws(Diagnostic) -> Period? {
    guard let asOf else { return nil }
    guard let period = Period(asOf), period.frequency == .daily else {
      throw illegal("--as-of", asOf, "--as-of 2025-12-31")
    }
    return period
  }

  private func illegal(_ option: String, _ value: String, _ example: String) -> Diagnostic {
    Diagnostic(
      .illegalOption, .error,
      Text(en: "\(option) cannot be '\(value)'.", zh: "\(option) 不能取 '\(value)'。"),
      hint: Text(en: "Write \(example).", zh: "请写作 \(example)。"))
  }
}
