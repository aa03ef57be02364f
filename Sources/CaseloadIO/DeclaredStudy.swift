import Caseload

/// The study that a dataset's descriptor declares.
public enum DeclaredStudy {
  public static func study(_ dataset: Dataset, _ intervention: CaseloadProfile.Intervention)
    throws(Diagnostic) -> (Study, [Diagnostic])
  {
    let table = try dataset.table(intervention.resource)
    var selection = SeriesSelection()
    selection.period = intervention.time
    selection.value = intervention.outcome
    selection.keys = [intervention.unit]
    selection.name = intervention.outcomeName
    let (panel, notes) = try table.panel(selection)
    let starts = try starts(table, unit: intervention.unit, treatedFrom: intervention.treatedFrom)
    let study = try Study(
      panel, treatmentStart: starts, events: dataset.profile.events,
      calendar: dataset.profile.calendar)
    return (study, notes)
  }

  /// The first treated period of each unit: one value a unit, empty or 0 for never.
  ///
  /// - Throws: ``DiagnosticCode/notAPeriod``, ``DiagnosticCode/duplicatePeriod`` for a unit with two
  ///   starts.
  public static func starts(_ table: Table, unit: String, treatedFrom: String)
    throws(Diagnostic) -> [String: Period]
  {
    let units = try table.text(unit)
    let cells = try table.text(treatedFrom)
    var starts: [String: Period] = [:]
    var labels: [String: String] = [:]
    for i in 0..<table.rowCount {
      let cell = cells[i].hasSuffix(".0") ? String(cells[i].dropLast(2)) : cells[i]
      let place = Diagnostic.Location(
        file: table.source, row: table.lines[i], column: treatedFrom, series: units[i])
      if let known = labels[units[i]], known != cell {
        throw Diagnostic(
          .duplicatePeriod, .error,
          Text(
            en: "\(units[i]) is treated from '\(known)' and from '\(cell)'.",
            zh: "\(units[i]) 有两个干预起点:'\(known)' 与 '\(cell)'。"), at: place,
          hint: Text(
            en: "A unit has one start; write the same one into all its rows.",
            zh: "每个单位只有一个起点，请在其所有行写同一值。"))
      }
      labels[units[i]] = cell
      if cell == "0" || Table.missingMarks.contains(cell) { continue }
      guard let period = Period(cell) else {
        throw Diagnostic(
          .notAPeriod, .error,
          Text(en: "'\(cell)' is not a period.", zh: "'\(cell)' 不是时期。"), at: place,
          hint: Text(
            en: "Write the first treated period; leave it empty for never.",
            zh: "请写干预起点；从未受干预者留空。"))
      }
      starts[units[i]] = period
    }
    return starts
  }
}
