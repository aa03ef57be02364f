import ArgumentParser
import Caseload
import CaseloadIO

struct StaffTargetCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "target",
    abstract:
      "The fewest judges that keep a disposition time, with the probability that is asked for.",
    discussion: """
      EXAMPLES
        caseload staff --filings 6834 --per-judge 201 --pending 800 --max-days 60
        caseload staff --filings 6834 --filings-error 300 --overdispersion 25 --per-judge 201 \\
          --per-judge-error 8 --pending 800 --max-days 60 --probability 0.9
        caseload staff --sample draws.csv --pending 800 --max-days 60
        caseload staff --cases cases.csv --weights weights.yaml --max-days 60

      draws.csv has a row for each possible year, with the columns filings and
      perJudge, and pending if it is not known. cases.csv has a row for each case
      type: caseType, filings, and pending and overdispersion where there are any.
      """)

  @OptionGroup var global: GlobalOptions

  @Option(help: "Cases filed in the period, expected.")
  var filings: Double?

  @Option(help: "The standard error of that forecast.")
  var filingsError: Double?

  @Option(help: "The variance of the filings over their mean, above 1; Poisson without.")
  var overdispersion: Double?

  @Option(help: "Cases that one judge resolves in the period.")
  var perJudge: Double?

  @Option(help: "The standard error of that pace.")
  var perJudgeError: Double?

  @Option(help: "Cases pending at the start.")
  var pending = 0.0

  @Option(help: "The disposition time that is promised, in days.")
  var maxDays: Double

  @Option(help: "The probability with which it is to be kept.")
  var probability = 0.95

  @Option(help: "The length of the period in days.")
  var days = 365.0

  @Option(help: "Days that every case takes at least.")
  var minDays = 0.0

  @Option(help: "The most judges that may be appointed.")
  var maxJudges: Int?

  @Option(help: "A CSV file of equally likely years.")
  var sample: String?

  @Option(help: "A CSV file of filings by case type, for --weights.")
  var cases: String?

  @Option(help: "A YAML file of case weights and the judge year.")
  var weights: String?

  @Option(help: "Draws, where something is uncertain.")
  var draws = 2000

  @Option(help: "The seed of the draws.")
  var seed: UInt64 = 1

  func run() throws {
    let target = try StaffingTarget(
      maximumDays: maxDays, probability: probability, periodDays: days, minimumDays: minDays)
    try StaffOptions.check(draws: draws)
    let (scenarios, dataset) = try scenarios()
    let need = try target.need(over: scenarios, mostJudges: maxJudges)
    let isDrawn = scenarios.count > 1 && sample == nil
    let table = ResultTable(
      ["judges", "probability"],
      need.curve.map {
        [.number(Double($0.judges), decimals: 0), .number($0.probability, decimals: 4)]
      })
    try CommandResult(
      schema: "caseload.staff/1", payload: need, table: table,
      text: StaffText.target(need, global.language), isTabular: false,
      seed: isDrawn ? seed : nil, inputs: InputDigest.of([weights].compactMap { $0 }),
      diagnostics: (dataset?.notes ?? []) + need.diagnostics, isFinding: need.judges == nil
    ).emit(global, dataset)
  }

  private func scenarios() throws(Diagnostic) -> ([StaffingTarget.Scenario], Dataset?) {
    let stream = RandomStream(seed: seed)
    if let cases {
      let weights = try YAMLFile.decode(
        CaseWeights.self, at: try StaffOptions.required(weights, "--weights", "weights.yaml"))
      let dataset = try Dataset(cases)
      let typed = try typedCases(dataset.table(nil))
      return (
        try StaffingTarget.Scenario.weighted(typed, weights: weights, draws: draws, from: stream),
        dataset
      )
    }
    if let sample {
      let dataset = try Dataset(sample)
      return (try sampled(dataset.table(nil)), dataset)
    }
    let filings = UncertainAmount(
      try StaffOptions.required(filings, "--filings", "6834"), standardError: filingsError)
    let pace = UncertainAmount(
      try StaffOptions.required(perJudge, "--per-judge", "201"), standardError: perJudgeError)
    if (filingsError ?? 0) == 0, (perJudgeError ?? 0) == 0 {
      let intake = try CaseIntake(mean: filings.value, dispersion: overdispersion)
      let scenario = StaffingTarget.Scenario(
        intake: intake, casesPerJudge: pace.value, pending: pending)
      return ([scenario], nil)
    }
    return (
      try StaffingTarget.Scenario.drawn(
        filings: filings, dispersion: overdispersion, casesPerJudge: pace,
        pending: UncertainAmount(pending), draws: draws, from: stream), nil
    )
  }

  private func sampled(_ table: Table) throws(Diagnostic) -> [StaffingTarget.Scenario] {
    let filings = try StaffOptions.amounts("filings", of: table)
    let pace =
      table.columnNames.contains("perJudge")
      ? try StaffOptions.amounts("perJudge", of: table)
      : [Double](
        repeating: try StaffOptions.required(perJudge, "--per-judge", "201"), count: filings.count)
    let open =
      table.columnNames.contains("pending")
      ? try StaffOptions.amounts("pending", of: table)
      : [Double](repeating: pending, count: filings.count)
    var scenarios: [StaffingTarget.Scenario] = []
    for i in filings.indices {
      scenarios.append(
        StaffingTarget.Scenario(
          intake: .exactly(filings[i]), casesPerJudge: pace[i], pending: open[i]))
    }
    return scenarios
  }

  private func typedCases(_ table: Table) throws(Diagnostic)
    -> [StaffingTarget.Scenario.TypedCases]
  {
    let names = try table.text("caseType")
    let filings = try StaffOptions.amounts("filings", of: table)
    let open =
      table.columnNames.contains("pending")
      ? try StaffOptions.amounts("pending", of: table)
      : [Double](repeating: 0, count: filings.count)
    let spread =
      table.columnNames.contains("overdispersion")
      ? try table.numbers("overdispersion") : [Double](repeating: .nan, count: filings.count)
    var result: [StaffingTarget.Scenario.TypedCases] = []
    for i in filings.indices {
      let dispersion = spread[i].isNaN ? overdispersion : spread[i]
      do {
        result.append(
          StaffingTarget.Scenario.TypedCases(
            caseType: names[i], intake: try CaseIntake(mean: filings[i], dispersion: dispersion),
            pending: open[i]))
      } catch {
        throw error.located(Diagnostic.Location(file: table.source, row: table.lines[i]))
      }
    }
    return result
  }
}
