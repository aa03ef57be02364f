import ArgumentParser
import Caseload
import CaseloadIO
import Foundation

/// Which columns are the study: outcome, units, time, treatment, and what designs and checks use.
struct StudyOptions: ParsableArguments {
  @Option(help: "The column of outcomes (panel data).")
  var outcome: String?

  @Option(help: "The column of units; several with commas, such as court,caseType.")
  var unit: String?

  @Option(help: "The column of periods.")
  var time: String?

  @Option(help: "The column of each unit's first treated period; empty or 0 for never.")
  var treatedFrom: String?

  @Option(help: "The treated units, with commas.")
  var treated: String?

  @Option(help: "The first treated period.")
  var from: String?

  @Option(help: "The last treated period, where the programme ended.")
  var until: String?

  @Option(help: "What the outcome is counted over, such as the population.")
  var exposure: String?

  @Option(help: "Cases that were diverted before they were filed.")
  var diverted: String?

  @Option(help: "Columns that parallel trends are conditional on, with commas.")
  var covariates: String?

  @Option(help: "How strongly each unit is treated.")
  var dose: String?

  @Option(help: "The treatment in each period, where it goes up and down or ends.")
  var treatment: String?

  @Option(help: "The column of each unit's weight.")
  var weights: String?

  @Option(help: "The column of clusters; each unit is its own by default.")
  var cluster: String?

  @Option(help: "Within which eligible and other units are set against each other.")
  var strata: String?

  @Option(help: "Whether the programme could act on the unit: 1 or 0.")
  var eligible: String?

  @Option(help: "Where the unit lies; units of one region are neighbours.")
  var region: String?

  @Option(help: "Outcomes that the programme cannot move, with commas.")
  var negativeControl: String?

  @Flag(help: "Each row is one observation of a repeated cross-section.")
  var repeatedCrossSection = false

  /// Whether the study is the one that the dataset's descriptor declares.
  func isDeclared(_ data: DataOptions) -> Bool {
    treatedFrom == nil && from == nil && outcome == nil && data.value == nil
  }

  /// The study, and what was assumed.
  func reading(_ dataset: Dataset, _ data: DataOptions) throws(Diagnostic) -> (
    study: Study, notes: [Diagnostic]
  ) {
    let profile = dataset.profile
    var (table, columns, panel, notes) = try base(dataset, data)
    if let treatedFrom { columns.treatedFrom = treatedFrom }
    if let treated { columns.treated = Self.list(treated) }
    if let from { columns.from = from }
    if let until { columns.until = until }
    if let exposure { columns.exposure = exposure }
    if let diverted { columns.diverted = diverted }
    if let covariates { columns.covariates = Self.list(covariates) }
    if let dose { columns.dose = dose }
    if let treatment { columns.treatment = treatment }
    if let weights { columns.weights = weights }
    if let cluster { columns.cluster = cluster }
    if let strata { columns.strata = strata }
    if let eligible { columns.eligible = eligible }
    if let region { columns.region = region }
    if let negativeControl { columns.negativeControls = Self.list(negativeControl) }
    if repeatedCrossSection {
      columns.isRepeatedCrossSection = true
      (panel, notes) = (nil, [])
    }
    do throws(Diagnostic) {
      let reading = try StudyReading(
        table, columns, panel: panel, events: profile.events, calendar: profile.calendar)
      return (reading.study, notes + reading.notes)
    } catch {
      throw error.located(Diagnostic.Location(file: dataset.path))
    }
  }

  /// The table and its columns before the options of the treatment; a panel where keys were summed.
  private func base(_ dataset: Dataset, _ data: DataOptions) throws(Diagnostic) -> (
    Table, StudyColumns, Panel?, [Diagnostic]
  ) {
    if isDeclared(data), let intervention = dataset.profile.intervention {
      var columns = intervention.columns
      if let unit { columns.series.keys = Self.list(unit) }
      if let time { columns.series.period = time }
      try overlay(&columns, data)
      return (try dataset.table(data.resource ?? intervention.resource), columns, nil, [])
    }
    let (resource, selection) = try data.selection(dataset)
    var columns = StudyColumns()
    columns.series = selection
    try overlay(&columns, data)
    if let outcome {
      columns.series.value = outcome
      let fields = dataset.package?.resources.first { $0.name == resource }?.fields
      let field = fields?.first { $0.name == outcome }
      columns.series.name = field?.title
      columns.series.unit = field?.unit
    }
    if let time { columns.series.period = time }
    let table = try dataset.table(resource)
    if let unit {
      columns.series.keys = Self.list(unit)
      if data.gaps == nil { columns.series.gaps = .missing }
      return (table, columns, nil, [])
    }
    if repeatedCrossSection {
      columns.series.keys = []
      return (table, columns, nil, [])
    }
    if treatedFrom != nil {
      throw Diagnostic(
        .missingOption, .error,
        Text(en: "The study needs the column of units.", zh: "该研究需要指明单位所在列。"),
        hint: Text(en: "Add --unit.", zh: "请加上 --unit。"))
    }
    guard outcome == nil else { return (table, columns, nil, []) }
    let (panel, notes) = try data.panel(dataset)
    return (table, columns, panel, notes)
  }

  private func overlay(_ columns: inout StudyColumns, _ data: DataOptions) throws(Diagnostic) {
    if data.measure != nil || data.frequency != nil || data.gaps != nil || data.period != nil {
      columns.series = try data.selection(over: columns.series)
    }
    if data.measure != nil { columns.hasMeasure = true }
  }

  private static func list(_ text: String) -> [String] {
    text.split(separator: ",").map { String($0).trimmingCharacters(in: .whitespaces) }
      .filter { !$0.isEmpty }
  }
}
