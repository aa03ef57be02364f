import ArgumentParser
import Caseload
import CaseloadIO

struct EffectCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "effect",
    abstract: "Did an intervention change a series?",
    discussion: """
      EXAMPLES
        caseload effect Datasets/riverside
        caseload effect filings.csv --value filings --from 2018-03
        caseload effect panel.csv --outcome filings --unit court --time month \\
          --treated-from mediationFrom --set scale=log --format json
      """)

  @OptionGroup var dataOptions: DataOptions
  @OptionGroup var settings: MethodSettings
  @OptionGroup var global: GlobalOptions

  @Option(help: "The design; `caseload models` lists them.")
  var design = InterruptedTimeSeries.card.id

  @Option(help: "The column of outcomes (panel data).")
  var outcome: String?

  @Option(help: "The column of units.")
  var unit: String?

  @Option(help: "The column of periods.")
  var time: String?

  @Option(help: "The column of each unit's first treated period; empty or 0 for never.")
  var treatedFrom: String?

  @Option(help: "The treated units, with commas.")
  var treated: String?

  @Option(help: "The first treated period.")
  var from: String?

  @OptionGroup var levelOption: LevelOption

  func run() throws {
    let level = try levelOption.fraction()
    var options = try settings.values()
    let dataset = try dataOptions.dataset()
    let isDefault =
      treatedFrom == nil && from == nil && outcome == nil && dataOptions.value == nil
    if isDefault, let intervention = dataset.profile.intervention, options["scale"] == nil {
      options["scale"] = intervention.scale.rawValue
    }
    let estimator = try EffectEstimators.estimator(design, options: options)
    let (study, notes) = try study(dataset, isDefault: isDefault)
    if global.dryRun {
      printOut(
        global.plan(
          [
            ("design", design), ("units", "\(study.panel.entries.count)"),
            ("treated", "\(study.treatmentStart.count)"),
          ], dataset))
      return
    }
    let estimate: EffectEstimate
    do {
      estimate = try estimator.estimate(study, level: level)
    } catch {
      throw error.located(Diagnostic.Location(file: dataset.path))
    }
    let columns = [
      "period", "eventTime", "observed", "counterfactual", "effect", "standardError", "lower",
      "upper",
    ]
    let rows = estimate.path.map { point -> [Cell] in
      [
        .text(point.period?.description ?? ""), .number(Double(point.eventTime), decimals: 0),
        .number(point.observed), .number(point.counterfactual), .number(point.effect),
        .number(point.standardError), .number(point.lower), .number(point.upper),
      ]
    }
    try CommandResult(
      schema: "caseload.effect/1", payload: estimate, table: ResultTable(columns, rows),
      text: EffectText.report(estimate, global.language), isTabular: false,
      diagnostics: dataset.notes + notes + estimate.diagnostics
    ).emit(global, dataset)
  }

  private func study(_ dataset: Dataset, isDefault: Bool) throws(Diagnostic) -> (
    Study, [Diagnostic]
  ) {
    let profile = dataset.profile
    if isDefault, let intervention = profile.intervention {
      let (study, notes) = try DeclaredStudy.study(dataset, intervention)
      return (study, notes)
    }
    let (resource, base) = try dataOptions.selection(dataset)
    let table = try dataset.table(resource)
    var selection = base
    if let outcome { selection.value = outcome }
    if let time { selection.period = time }
    if let unit { selection.keys = [unit] }
    if outcome != nil || unit != nil { selection.name = nil }
    let (panel, notes): (Panel, [Diagnostic])
    if unit == nil, outcome == nil {
      (panel, notes) = try dataOptions.panel(dataset)
    } else {
      (panel, notes) = try table.panel(selection)
    }
    var starts: [String: Period] = [:]
    if let treatedFrom {
      guard let unit else { throw Self.missing("--unit", "the column of units", "单位所在列") }
      starts = try DeclaredStudy.starts(table, unit: unit, treatedFrom: treatedFrom)
    } else {
      guard let from else {
        throw Self.missing("--from", "the first treated period", "干预起点")
      }
      guard let start = Period(from) else {
        throw Diagnostic(
          .illegalOption, .error,
          Text(en: "'\(from)' is not a period.", zh: "'\(from)' 不是时期。"),
          hint: Text(en: "Write --from 2018-03.", zh: "请写作 --from 2018-03。"))
      }
      let labels = panel.entries.map { $0.key.joined(separator: "/") }
      let units: [String]
      if let treated {
        units = treated.split(separator: ",").map(String.init)
      } else {
        guard labels.count == 1 else {
          throw Self.missing("--treated", "the treated units", "受干预单位")
        }
        units = labels
      }
      for unit in units { starts[unit] = start }
    }
    let frequency = panel.entries.first?.series.frequency
    let settled = starts.mapValues { start in
      frequency == .index && start.frequency == .yearly
        ? Period(frequency: .index, ordinal: start.ordinal) : start
    }
    return (
      try Study(
        panel, treatmentStart: settled, events: profile.events, calendar: profile.calendar), notes
    )
  }

  private static func missing(_ option: String, _ en: String, _ zh: String) -> Diagnostic {
    Diagnostic(
      .missingOption, .error,
      Text(en: "The study needs \(en).", zh: "该研究需要指明\(zh)。"),
      hint: Text(en: "Add \(option).", zh: "请加上 \(option)。"))
  }
}
