import ArgumentParser
import Caseload
import CaseloadIO
import Foundation

struct EffectCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "effect",
    abstract: "Did an intervention change a series?",
    discussion: """
      EXAMPLES
        caseload effect Datasets/riverside
        caseload effect Datasets/riverside --design all
        caseload effect filings.csv --value filings --from 2018-03
        caseload effect panel.csv --outcome filings --unit court --time month \\
          --treated-from mediationFrom --set scale=log --format json
        caseload effect panel.csv --outcome filings --unit court --treated East,West \\
          --from 2019-01 --view path --output effect.svg

      `caseload study` shows what the data can tell before any estimate; `caseload models its` has
      a design's equation, options and assumptions.
      """)

  @OptionGroup var dataOptions: DataOptions
  @OptionGroup var studyOptions: StudyOptions
  @OptionGroup var settings: MethodSettings
  @OptionGroup var global: GlobalOptions

  @Option(
    help: ArgumentHelp(
      "The design, several with commas, or all.",
      discussion: "`caseload models` lists them. With all, those that do not apply say why."))
  var design = InterruptedTimeSeries.card.id

  @OptionGroup var levelOption: LevelOption

  @Option(help: "Changes within ± this are too small to matter: 0.02 is 2 % of a rate.")
  var negligible = 0.0

  @Flag(help: "Estimate only, without the checks of the estimate.")
  var noChecks = false

  @Option(
    help: ArgumentHelp(
      "What csv and jsonl hold.",
      discussion: EffectView.allCases.map(\.rawValue).joined(separator: ", ")
        + ". Default: path, and estimates for several designs."))
  var view: EffectView?

  @Option(help: "The seed of what is drawn.")
  var seed: UInt64 = 1

  func run() throws {
    let level = try levelOption.fraction()
    guard negligible >= 0, negligible.isFinite else {
      throw Diagnostic(
        .illegalOption, .error,
        Text(en: "--negligible cannot be below zero.", zh: "--negligible 不能小于零。"),
        hint: Text(en: "Write --negligible 0.02.", zh: "请写作 --negligible 0.02。"))
    }
    let options = try settings.values()
    let choice = try DesignChoice(design, options: options, defaults: [:])
    let dataset = try dataOptions.dataset()
    let isDeclared = studyOptions.isDeclared(dataOptions)
    let intervention = isDeclared ? dataset.profile.intervention : nil
    let designs =
      try intervention.map { intervention throws(Diagnostic) in
        try DesignChoice(
          design, options: options, defaults: ["scale": intervention.scale.rawValue])
      } ?? choice
    let (study, notes) = try studyOptions.reading(dataset, dataOptions)
    if global.dryRun {
      printOut(
        global.plan(
          [
            ("design", designs.entries.map(\.card.id).joined(separator: ", ")),
            ("units", "\(study.panel.entries.count)"),
            ("treated", "\(study.treatmentStart.count)"), ("seed", "\(seed)"),
          ], dataset))
      return
    }
    let run = EffectRun(study: study, level: level, seed: seed, hasChecks: !noChecks)
    if designs.isComparison {
      try compare(run, designs, dataset, notes)
    } else {
      try answer(run, designs.estimators[0], dataset, notes)
    }
  }

  private func answer(
    _ run: EffectRun, _ estimator: any EffectEstimator, _ dataset: Dataset, _ notes: [Diagnostic]
  ) throws {
    let estimate: EffectEstimate
    do throws(Diagnostic) {
      estimate = try run.estimate(estimator)
    } catch {
      throw error.located(Diagnostic.Location(file: dataset.path))
    }
    let card = type(of: estimator).card
    let row = EffectTable.Row(design: card.id, name: card.name, estimate: estimate)
    let table = effectTable([row], run.study)
    if try drawn(estimate, run.study, card) {
      var shown = NoteCollector()
      shown.add(dataset.notes + notes + estimate.diagnostics)
      try shown.show(global)
      return
    }
    try CommandResult(
      schema: "caseload.effect/1", payload: estimate,
      table: (view ?? .path).table([row], isComparison: false, global.language),
      text: EffectText.report(
        estimate, study: run.study, negligible: negligible, global.language),
      documents: [.latex: table.latex], isTabular: false,
      seed: EffectRun.draws(estimate) ? seed : nil,
      diagnostics: dataset.notes + notes + estimate.diagnostics
    ).emit(global, dataset)
  }

  private func compare(
    _ run: EffectRun, _ designs: DesignChoice, _ dataset: Dataset, _ notes: [Diagnostic]
  ) throws {
    let rows = run.rows(designs)
    let estimates = rows.compactMap(\.estimate)
    if estimates.isEmpty, let reason = rows.compactMap(\.reason).first {
      throw reason.located(Diagnostic.Location(file: dataset.path))
    }
    let table = effectTable(rows, run.study)
    try CommandResult(
      schema: "caseload.effects/1", payload: rows.map(EffectComparison.init),
      table: (view ?? .estimates).table(rows, isComparison: true, global.language),
      text: table.text(width: Terminal.width),
      documents: [.latex: table.latex, .md: table.markdown], isTabular: false,
      seed: estimates.contains(where: EffectRun.draws) ? seed : nil,
      diagnostics: dataset.notes + notes + Self.distinct(estimates.flatMap(\.diagnostics))
    ).emit(global, dataset)
  }

  private func effectTable(_ rows: [EffectTable.Row], _ study: Study) -> EffectTable {
    let name = study.panel.entries.first?.series.name ?? Text("")
    return EffectTable(
      rows, title: Text(en: "Effects on \(name.en)", zh: "对\(name.zh)的效应"),
      language: global.language)
  }

  /// Each once: designs notice the same of one study.
  private static func distinct(_ notes: [Diagnostic]) -> [Diagnostic] {
    notes.reduce(into: []) { list, note in if !list.contains(note) { list.append(note) } }
  }

  /// Writes the chart or the page, where the output's name or the format asks for one.
  private func drawn(_ estimate: EffectEstimate, _ study: Study, _ card: MethodCard) throws -> Bool
  {
    let form = global.output.flatMap(ChartFile.Form.init(fileName:))
    let isPage = global.format == .html || global.resolvedFormat() == .html
    guard form != nil && global.format == nil || isPage else { return false }
    if isPage {
      let page = try ReportPage.html(
        Report(
          effect: estimate, study: study, card: card, negligible: negligible,
          version: CaseloadRelease.version), global.language)
      if let output = global.output {
        try OutputFile.write(page, to: output)
      } else {
        FileHandle.standardOutput.write(page)
      }
      return true
    }
    guard let form, let output = global.output else { return false }
    guard let chart = Chart.effect(estimate, study) else {
      throw Diagnostic(
        .notComputable, .error,
        Text(
          en: "\(card.id) has no effects by period, so there is nothing to draw.",
          zh: "\(card.id) 没有分期效应，无法绘图。"),
        hint: Text(en: "Write a table instead: -o effect.csv.", zh: "请改为输出表格：-o effect.csv。"))
    }
    try ChartFile.write(chart, as: form, to: output, language: global.language)
    return true
  }
}
