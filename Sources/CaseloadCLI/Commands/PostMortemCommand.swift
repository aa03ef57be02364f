import ArgumentParser
import Caseload
import CaseloadIO

struct PostMortemCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "postmortem",
    abstract: "Why a past projection of pending cases missed: intake, staffing, productivity, mix.",
    discussion: """
      EXAMPLES
        caseload postmortem projection.csv actual.csv
        caseload postmortem projection.csv actual.csv --filings receipts --resolved disposals
        caseload postmortem both.csv --by court --type caseType --weights weights.csv
        caseload postmortem crown.csv --period quarter_end --frequency quarterly --filings receipts \\
          --resolved disposals --pending open --target 53000 --from 2021-Q4 --until 2025-Q1
        caseload postmortem projection.csv actual.csv -o miss.svg

      The tables have a row a period, with filings, resolved and pending, and judges where they are
      known; one table holds both sides as planned_filings, actual_filings and so on. A column origin
      tells several projections apart: their errors are then summed up by horizon. Ranges of the
      projection are read from standardDeviation, or lower95 and upper95 (80). Where the projection
      gives judges and productivity instead of resolved, their product stands for it. With --target
      the plan is derived: the filings of the year before, and constant closings that reach it.

      What is not given is not split: without judges staffing and productivity are one part, without
      minutes a case its length is part of productivity.
      """)

  @Argument(help: "The projection, or one table with both sides.")
  var projection: String

  @Argument(help: "What happened.")
  var actual: String?

  @OptionGroup var global: GlobalOptions

  @Option(help: "The columns that tell courts apart, with commas.")
  var by: String?

  @Option(help: "The column of case types; a court's judges are the sum of its rows.")
  var type: String?

  @Option(help: "The column of the last period that a projection knew (default: origin, if there).")
  var origin: String?

  @Option(help: "The column of periods.")
  var period = "period"

  @Option(help: "What dates in it stand for: yearly, half-yearly, quarterly, monthly or weekly.")
  var frequency: String?

  @Option(help: "The column of filings; `a,b` where the tables differ.")
  var filings: String?

  @Option(help: "The column of cases resolved.")
  var resolved: String?

  @Option(help: "The column of cases pending at the end.")
  var pending: String?

  @Option(help: "The column of cases pending at the start.")
  var opening: String?

  @Option(help: "The column of judges.")
  var judges: String?

  @Option(help: "The column of cases resolved a judge.")
  var productivity: String?

  @Option(help: "The column of minutes that a resolved case took.")
  var minutes: String?

  @Option(help: "Minutes by case type: YAML as of workload studies, or CSV with caseType,minutes.")
  var weights: String?

  @Option(help: "cases or minutes.")
  var measure = PendingMeasure.cases

  @Option(
    help: "shapley (over all orders), sequential (in planned order) or divisia (logarithmic).")
  var method = SplitMethod.shapley

  @Option(help: "Where an opening is not the closing before: consistent, closing or restated.")
  var openings = PendingPath.Openings.consistent

  @Option(help: "Derive a plan that ends with so many pending cases.")
  var target: Double?

  @Option(help: "The first period of the derived plan.")
  var from: String?

  @Option(help: "Its last period (default: the last of the table).")
  var until: String?

  @Option(help: "How many periods before it its filings are the mean of (default: a year).")
  var base: Int?

  @Option(help: "auto, utf-8 or gb18030.")
  var encoding = "auto"

  func run() throws {
    let dataset = try Dataset(projection, encoding: encoding)
    var other: Dataset?
    if let actual { other = try Dataset(actual, encoding: encoding) }
    let table = try dataset.table(nil)
    let outcome = try other?.table(nil) ?? table
    let columns = try columns(table)
    let inputs = try PostMortemInputs(
      columns, openings: openings, planned: target == nil ? table : nil, actual: outcome)
    var weights: (weights: CaseWeights, digests: [String: String])?
    if let path = self.weights { weights = try WeightsFile.read(path, encoding: encoding) }
    var notes = dataset.notes + (other?.notes ?? [])
    let results = try split(try projections(inputs), weights?.weights, &notes)
    let payload = PostMortemPayload(
      keyNames: columns.keys, method: method, measure: measure, projections: results,
      history: try history(results, inputs))
    let page = PostMortemText(payload, language: global.language)
    if try drawn(payload) { return }
    var result = CommandResult(
      schema: "caseload.postmortem/1", payload: payload, table: page.table, text: page.text,
      documents: [.md: page.markdown], isTabular: false, diagnostics: notes)
    result.inputs = (other?.digests ?? [:]).merging(weights?.digests ?? [:]) { $1 }
    try result.emit(global, dataset)
  }

  /// The post-mortem of each projection that anything is known of.
  private func split(
    _ projections: [PostMortemInputs.Projection], _ weights: CaseWeights?,
    _ notes: inout [Diagnostic]
  ) throws(Diagnostic) -> [PostMortemPayload.Projection] {
    var results: [PostMortemPayload.Projection] = []
    var early: Diagnostic?
    for projection in projections {
      do throws(Diagnostic) {
        let result = try PostMortem(
          of: projection.courts, weights: weights, measure: measure, method: method)
        for note in projection.notes + result.diagnostics where !notes.contains(note) {
          notes.append(note)
        }
        results.append(
          PostMortemPayload.Projection(
            origin: projection.origin, courts: result.courts, total: result.total))
      } catch {
        // A projection none of whose periods has happened teaches nothing yet.
        guard error.code == .notAPeriod, projections.count > 1 else { throw error }
        early = error
        notes.append(
          error.asNote.located(Diagnostic.Location(period: projection.origin?.description)))
      }
    }
    if results.isEmpty, let early { throw early }
    guard !results.isEmpty else {
      throw Diagnostic(
        .emptyInput, .error, Text(en: "There is no projection.", zh: "没有预测数据。"),
        hint: Text(en: "Give one row a period.", zh: "请按每期一行给出。"))
    }
    return results
  }

  private func columns(_ table: Table) throws -> PostMortemColumns {
    var names: [String: String] = [:]
    for (role, name) in [
      ("filings", filings), ("resolved", resolved), ("pending", pending), ("opening", opening),
      ("judges", judges), ("productivity", productivity), ("minutes", minutes),
    ] {
      if let name { names[role] = name }
    }
    if actual == nil, target == nil,
      !table.columnNames.contains(where: { $0.hasPrefix("planned_") })
    {
      throw Diagnostic(
        .missingOption, .error,
        Text(
          en: "One table needs columns planned_… and actual_…, and this one has none.",
          zh: "单个表须含 planned_… 与 actual_… 列，而该表没有。"),
        at: Diagnostic.Location(file: table.source, row: 1),
        hint: Text(
          en: "Name a second table of what happened, or derive a plan with --target.",
          zh: "请给出第二个实际数据表，或用 --target 推定计划。"))
    }
    var named: Frequency?
    if let frequency {
      guard let known = Frequency(rawValue: frequency) else {
        throw Diagnostic.unknownName(
          frequency, among: Frequency.allCases.map(\.rawValue),
          kind: Text(en: "frequency", zh: "频率"))
      }
      named = known
    }
    return PostMortemColumns(
      names: names, period: period, frequency: named,
      keys: by.map { $0.split(separator: ",").map(String.init) } ?? [], caseType: type,
      origin: origin ?? (target == nil && table.columnNames.contains("origin") ? "origin" : nil))
  }

  private func projections(_ inputs: PostMortemInputs) throws -> [PostMortemInputs.Projection] {
    guard let target else { return try inputs.projections() }
    func time(_ option: String, _ label: String?) throws -> Period? {
      guard let label else { return nil }
      guard let period = Period(label) else {
        throw Diagnostic(
          .illegalOption, .error,
          Text(en: "\(option) '\(label)' is not a period.", zh: "\(option) '\(label)' 不是时期。"),
          hint: Text(en: "Write \(option) 2021-Q4.", zh: "请写作 \(option) 2021-Q4。"))
      }
      return period
    }
    guard let start = try time("--from", from) else {
      throw Diagnostic(
        .missingOption, .error,
        Text(en: "A derived plan needs its first period.", zh: "推定计划需要给出首期。"),
        hint: Text(en: "Write --from 2021-Q4.", zh: "请写作 --from 2021-Q4。"))
    }
    guard base ?? 1 >= 1 else {
      throw Diagnostic(
        .illegalOption, .error,
        Text(en: "--base cannot be \(base ?? 0).", zh: "--base 不能为 \(base ?? 0)。"),
        hint: Text(en: "Write --base 4.", zh: "请写作 --base 4。"))
    }
    return [
      try inputs.target(target, from: start, until: try time("--until", until), base: base)
    ]
  }

  private func history(_ results: [PostMortemPayload.Projection], _ inputs: PostMortemInputs) throws
    -> ProjectionHistory?
  {
    let past = results.compactMap { result in
      result.origin.map { ProjectionHistory.Past(origin: $0, account: result.total) }
    }
    guard past.count > 1 else { return nil }
    var known: [Period: ErrorAccount.Figures] = [:]
    for projection in past { known[projection.origin] = inputs.known(projection.origin) }
    return try ProjectionHistory(past, known: known)
  }

  /// Writes the chart of the last projection, where the output's name asks for one.
  private func drawn(_ payload: PostMortemPayload) throws -> Bool {
    guard global.format == nil, !global.dryRun, let output = global.output,
      let form = ChartFile.Form(fileName: output)
    else { return false }
    guard let last = payload.projections.last, measure == .cases,
      let chart = Chart.waterfall(last.total)
    else {
      throw Diagnostic(
        .notComputable, .error,
        Text(
          en: "A waterfall stands on pending cases, not on minutes.", zh: "瀑布图以未结案件数为准，不用分钟。"),
        hint: Text(en: "Draw it with --measure cases.", zh: "请用 --measure cases 绘图。"))
    }
    try ChartFile.write(chart, as: form, to: output, language: global.language)
    return true
  }
}

extension SplitMethod: ExpressibleByArgument {}
extension PendingMeasure: ExpressibleByArgument {}
extension PendingPath.Openings: ExpressibleByArgument {}

/// What `caseload postmortem` answers.
struct PostMortemPayload: Encodable, Sendable {
  /// One projection, made at its origin.
  struct Projection: Encodable, Sendable {
    let origin: Period?
    let courts: [ErrorAccount]
    let total: ErrorAccount
  }

  let keyNames: [String]
  let method: SplitMethod
  let measure: PendingMeasure
  let projections: [Projection]
  /// Of several projections.
  let history: ProjectionHistory?
}

/// A file of case weights: YAML, or a table with caseType and minutes.
enum WeightsFile {
  static func read(_ path: String, encoding: String) throws(Diagnostic) -> (
    weights: CaseWeights, digests: [String: String]
  ) {
    let name = path.lowercased()
    guard name.hasSuffix(".csv") || name.hasSuffix(".tsv") else {
      return (try YAMLFile.decode(CaseWeights.self, at: path), [:])
    }
    let dataset = try Dataset(path, encoding: encoding)
    let table = try dataset.table(nil)
    let (types, minutes) = (try table.text("caseType"), try table.numbers("minutes"))
    // A post-mortem counts minutes a case and no judge year.
    let weights = try CaseWeights(
      zip(types, minutes).map { CaseWeight(caseType: $0, minutes: $1) },
      judgeYear: JudgeYear(minutes: 1))
    return (weights, dataset.digests)
  }
}
