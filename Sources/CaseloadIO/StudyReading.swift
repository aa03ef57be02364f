import Caseload

/// A study as it was read from a table, with notes on what was assumed.
public struct StudyReading: Sendable {
  public let study: Study
  public let notes: [Diagnostic]

  /// The study that a dataset's descriptor declares.
  public init(_ dataset: Dataset, _ intervention: CaseloadProfile.Intervention) throws(Diagnostic) {
    try self.init(
      try dataset.table(intervention.resource), intervention.columns,
      events: dataset.profile.events, calendar: dataset.profile.calendar)
  }

  /// The study that `columns` make of a table.
  ///
  /// - Parameters:
  ///   - table: one row a unit and period; for a repeated cross-section, one a respondent.
  ///   - columns: which of its columns are what.
  ///   - panel: the outcome where it is at hand, such as a sum over keys; `nil` reads it.
  ///   - events: what else moved the series.
  ///   - calendar: whose holidays the series follows.
  /// - Throws: a diagnostic that names file, row, column, unit and period:
  ///   ``DiagnosticCode/duplicatePeriod`` for a unit with two values of a period, two starts or two
  ///   values of what is one a unit; ``DiagnosticCode/notAPeriod``, ``DiagnosticCode/notANumber``,
  ///   ``DiagnosticCode/interventionOutsideData``, ``DiagnosticCode/noTreatedUnit``.
  public init(
    _ table: Table, _ columns: StudyColumns, panel: Panel? = nil, events: [KnownEvent] = [],
    calendar: WorkCalendar.Kind = .weekdays
  ) throws(Diagnostic) {
    var columns = columns
    var table = table
    var notes: [Diagnostic] = []
    if columns.isRepeatedCrossSection {
      let unit = columns.series.keys ?? []
      if columns.cluster == nil, let unit = unit.first {
        columns.cluster = unit
        notes.append(
          Diagnostic(
            .assumption, .note,
            Text(
              en: "The rows of one \(unit) are taken to depend on each other: they make a cluster.",
              zh: "同一 \(unit) 的各行视为相互关联，作为一个群组。"),
            hint: Text(en: "Name another column with --cluster.", zh: "可用 --cluster 指明其他列。")))
      }
      table = Self.numbered(table)
      columns.series.keys = [Self.rowName]
    }
    let outcome: Panel
    if let panel {
      outcome = panel
    } else {
      let (panel, own) = try Self.outcome(table, columns)
      outcome = panel
      notes += own
    }
    let units = try StudyUnits(table, outcome, period: columns.series.period)
    let treatment = try columns.treatment.map { name throws(Diagnostic) in
      try units.variable(name, columns.series, notes: &notes)
    }
    let starts = try StudyStarts(columns, units, treatment).byLabel
    var study = try Study(outcome, treatmentStart: starts, events: events, calendar: calendar)
    func variable(_ name: String) throws(Diagnostic) -> Study.Variable {
      try units.variable(name, columns.series, notes: &notes)
    }
    if let name = columns.exposure { study.exposure = try variable(name) }
    if let name = columns.diverted { study.diverted = try variable(name) }
    for name in columns.covariates { study.covariates.append(try variable(name)) }
    for name in columns.negativeControls { study.negativeControls.append(try variable(name)) }
    study.treatment = treatment
    if let until = columns.until { study.treatment = try StudyStarts.pulse(study, until: until) }
    if let name = columns.dose {
      for (unit, dose) in try units.numbers(name).enumerated() where !dose.isNaN {
        study.dose[unit] = dose
      }
    }
    if let name = columns.weights { study.unitWeights = try units.weights(name) }
    if let name = columns.cluster { study.clusters = try units.labels(name) }
    if let name = columns.strata { study.strata = try units.labels(name) }
    if let name = columns.eligible { study.eligible = try units.flags(name) }
    if let name = columns.region { study.regions = try units.labels(name) }
    study.isRepeatedCrossSection = columns.isRepeatedCrossSection
    self.study = study
    self.notes = notes
  }

  /// What the key of a repeated cross-section is called; no file's column has this name.
  private static let rowName = "row #"

  private static func numbered(_ table: Table) -> Table {
    Table(
      source: table.source,
      columns: table.columns + [
        Table.Column(name: rowName, cells: .text(table.lines.map { String($0) }))
      ], lines: table.lines)
  }

  /// The outcome by unit, with a hint that suits a study.
  private static func outcome(_ table: Table, _ columns: StudyColumns) throws(Diagnostic) -> (
    Panel, [Diagnostic]
  ) {
    do throws(Diagnostic) {
      return try table.panel(columns.series)
    } catch {
      switch error.code {
      case .negativeCount where !columns.hasMeasure:
        var selection = columns.series
        selection.measure = .ratio
        let (panel, notes) = try table.panel(selection)
        let note = Diagnostic(
          .assumption, .note,
          Text(
            en: "'\(selection.value)' has values below zero, so it is taken for a ratio: effects "
              + "are not added up over time.",
            zh: "'\(selection.value)' 含负值，按比率处理：效应不跨期累计。"),
          at: error.location,
          hint: Text(en: "Say --measure ratio to confirm.", zh: "可用 --measure ratio 确认。"))
        return (panel, [note] + notes)
      case .duplicatePeriod:
        let named = columns.series.keys ?? []
        throw Diagnostic(
          error.code, .error, error.message, at: error.location,
          hint: Text(
            en: "Remove one of the rows, or name every column that tells units apart: --unit "
              + "\((named.isEmpty ? ["court"] : named).joined(separator: ",")),caseType; rows that "
              + "are people or cases are a --repeated-cross-section.",
            zh: "请删去其中一行，或用 --unit 列出区分单位的全部列；若每行为一个人或一件案件，请用 "
              + "--repeated-cross-section。"))
      default: throw error
      }
    }
  }
}
