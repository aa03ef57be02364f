import ArgumentParser
import Caseload
import CaseloadIO

struct StudyCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "study",
    abstract: "What a study of an intervention can tell, before any estimate.",
    discussion: """
      EXAMPLES
        caseload study Datasets/riverside
        caseload study panel.csv --outcome filings --unit court --time month \\
          --treated-from mediationFrom

      Takes the options of `caseload effect`: units, waves, gaps, how many units each period after
      the start rests on, and which designs the data allow. No estimate is shown.
      """)

  @OptionGroup var dataOptions: DataOptions
  @OptionGroup var studyOptions: StudyOptions
  @OptionGroup var global: GlobalOptions

  @Option(help: "What csv and jsonl hold: cohorts, support or designs.")
  var view = StudyView.cohorts

  @Option(help: "The seed of what designs draw.")
  var seed: UInt64 = 1

  func run() throws {
    let dataset = try dataOptions.dataset()
    let (study, notes) = try studyOptions.reading(dataset, dataOptions)
    let isDeclared = studyOptions.isDeclared(dataOptions)
    let scale = isDeclared ? dataset.profile.intervention?.scale.rawValue : nil
    let choice = try DesignChoice(
      "all", options: [:], defaults: scale.map { ["scale": $0] } ?? [:])
    let design = try StudyDesign(
      study, estimators: choice.estimators, from: RandomStream(seed: seed))
    try CommandResult(
      schema: "caseload.study/1", payload: design, table: view.table(design, global.language),
      text: StudyText.report(design, global.language), isTabular: false,
      diagnostics: dataset.notes + notes
    ).emit(global, dataset)
  }
}

/// What the rows of csv and jsonl hold.
enum StudyView: String, ExpressibleByArgument, CaseIterable {
  case cohorts, support, designs

  func table(_ design: StudyDesign, _ language: Language) -> ResultTable {
    switch self {
    case .cohorts:
      ResultTable(
        ["start", "units", "periodsBefore", "periodsAfter"],
        design.cohorts.map { cohort in
          [.text(cohort.start.description)]
            + [cohort.units.count, cohort.periodsBefore, cohort.periodsAfter].map {
              .number(Double($0), decimals: 0)
            }
        })
    case .support:
      ResultTable(
        ["eventTime", "treatedUnits", "cohorts", "comparisonUnits"],
        design.support.map { support in
          [support.eventTime, support.treatedUnits, support.cohorts, support.comparisonUnits].map {
            .number(Double($0), decimals: 0)
          }
        })
    case .designs:
      ResultTable(
        ["design", "name", "isFeasible", "reason"],
        design.designs.map { feasibility in
          [
            .text(feasibility.design), .text(feasibility.name[language]),
            .text(feasibility.isFeasible ? "true" : "false"),
            .text(feasibility.reason?.message[language] ?? ""),
          ]
        })
    }
  }
}
