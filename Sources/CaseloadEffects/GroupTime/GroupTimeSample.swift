import CaseloadData

/// The units, cohorts and comparisons that a grid allows.
///
/// Periods in which nobody is observed do not exist: bases are the last observed period before.
struct GroupTimeSample: Sendable {
  /// How rows of the grid are used.
  enum Mode: Sendable { case panel, pairs, crossSections }

  let grid: StudyGrid
  let mode: Mode
  /// Columns in which somebody is observed, ascending.
  let columns: [Int]
  /// The cohorts whose effects are estimated, ascending.
  let cohorts: [Int]
  /// The distinct cohorts of all units, ascending; ``StudyGrid/never`` for those never treated.
  let classes: [Int]
  /// The class of each unit.
  let classOf: [Int]
  let control: CallawaySantAnna.Control
  let anticipation: Int
  let cells: [GroupTimeCell]
  /// The rows of the grid that was given.
  let rows: [Int]
  let notes: [Diagnostic]

  /// - Parameters:
  ///   - whole: on the scale of the estimate.
  ///   - options: of the design.
  ///   - isTreatedOnly: leaves the cells before the start out.
  /// - Throws: ``DiagnosticCode/noTreatedUnit``, ``DiagnosticCode/noComparison``,
  ///   ``DiagnosticCode/tooFewPeriods``.
  init(
    _ whole: StudyGrid, _ options: CallawaySantAnna, isTreatedOnly: Bool = false
  ) throws(Diagnostic) {
    let anticipation = options.anticipation
    guard anticipation >= 0 else {
      throw Diagnostic(
        .illegalOption, .error,
        Text(
          en: "anticipation is \(anticipation); it counts periods and is 0 or more.",
          zh: "anticipation 为 \(anticipation)；应为 0 或更大的期数。"))
    }
    if let unit = whole.weights.firstIndex(where: { !($0 > 0 && $0.isFinite) }) {
      throw Diagnostic(
        .valueOutOfRange, .error,
        Text(
          en:
            "\(whole.labels[unit]) has the weight \(NumberText.plain(whole.weights[unit])); weights "
            + "are positive.",
          zh: "\(whole.labels[unit]) 的权重为 \(NumberText.plain(whole.weights[unit]))；权重应为正数。"),
        at: Diagnostic.Location(series: whole.labels[unit]),
        hint: Text(en: "Leave units without weight out.", zh: "请去掉没有权重的单位。"))
    }
    let shape = GridShape(whole)
    var notes: [Diagnostic] = []
    guard let last = shape.columns.last, shape.columns.count > 1 else {
      throw Diagnostic(
        .tooFewPeriods, .error,
        Text(
          en: "The outcome is observed in \(shape.columns.count) period; two are needed.",
          zh: "结果变量仅在 \(shape.columns.count) 个时期有观测；至少需要两期。"))
    }
    func base(_ cohort: Int) -> Int? { shape.columns.last { $0 + anticipation < cohort } }

    // Cohorts without a period before them; units that the mode cannot use.
    var rows: [Int] = []
    var early: [Int] = []
    var incomplete: [Int] = []
    // Covariates count in the earlier period of a comparison, never after the last base.
    let lastBase = Set(whole.cohort).compactMap { $0 <= last ? base($0) : nil }.max() ?? last
    let baseColumns = Set(shape.columns.filter { $0 <= lastBase })
    let mayLack =
      options.unbalanced == .balance && !shape.isCrossSections
      && (shape.hasGaps || !whole.covariates.isEmpty)
    for unit in 0..<whole.unitCount {
      if whole.cohort[unit] <= last, base(whole.cohort[unit]) == nil {
        early.append(unit)
      } else if mayLack, !Self.isComplete(whole, unit, shape.columns, baseColumns) {
        incomplete.append(unit)
      } else {
        rows.append(unit)
      }
    }
    if !early.isEmpty {
      notes.append(Self.leftOut(early, whole, anticipation, shape.columns[0]))
    }
    if !incomplete.isEmpty { notes.append(Self.leftOut(incomplete, of: whole)) }
    grid = rows.count == whole.unitCount ? whole : whole.selecting(rows)
    self.rows = rows
    columns = shape.columns
    if shape.isCrossSections {
      mode = .crossSections
    } else if incomplete.isEmpty, !shape.hasGaps {
      mode = .panel
    } else {
      switch options.unbalanced {
      case .balance: mode = .panel
      case .pairs: mode = .pairs
      case .crossSections: mode = .crossSections
      }
      if options.unbalanced != .balance {
        notes.append(Self.gaps(options.unbalanced))
      }
    }

    // Starts beyond the data, anticipation included, are never treated within them.
    let cohort = grid.cohort.map { $0 > last + anticipation ? StudyGrid.never : $0 }
    let classes = Set(cohort).sorted()
    self.classes = classes
    var index: [Int: Int] = [:]
    for (k, value) in classes.enumerated() { index[value] = k }
    classOf = cohort.map { index[$0] ?? 0 }
    var cohorts = classes.filter { $0 <= last }
    guard !cohorts.isEmpty else { throw Self.noTreated(notes, whole) }
    var control = options.control
    if classes.last != StudyGrid.never {
      if control == .never {
        notes.append(
          Diagnostic(
            .noComparison, .note,
            Text(
              en: "No unit is never treated; units that are not yet treated serve as comparison.",
              zh: "没有从未受干预的单位；以尚未受干预的单位作为对照。"),
            hint: Text(en: "This is --set control=not-yet.", zh: "相当于 --set control=not-yet。")))
        control = .notYet
      }
      if cohorts.last == classes.last, let final = cohorts.popLast() {
        guard !cohorts.isEmpty else { throw Self.noComparison(whole.period(final)) }
        notes.append(
          Diagnostic(
            .noComparison, .note,
            Text(
              en:
                "The last units to be treated, from \(whole.period(final)) on, serve as comparison "
                + "only: nobody is left to compare them with.",
              zh: "最后受干预的单位（自 \(whole.period(final)) 起）仅作对照：没有可与之比较的单位。"),
            at: Diagnostic.Location(period: whole.period(final).description)))
      }
    }
    self.cohorts = cohorts
    self.control = control
    self.anticipation = anticipation
    self.notes = notes

    var cells: [GroupTimeCell] = []
    for (group, start) in cohorts.enumerated() {
      guard let reference = base(start) else { continue }
      for (k, column) in shape.columns.enumerated() {
        let isTreated = column >= start
        if isTreatedOnly, !isTreated { continue }
        if !isTreated, options.basePeriod == .varying, k == 0 { continue }
        let base =
          isTreated || options.basePeriod == .universal ? reference : shape.columns[k - 1]
        cells.append(GroupTimeCell(group: group, cohort: start, column: column, base: base))
      }
    }
    self.cells = cells
  }

  /// Whether units of the class are a comparison for the cell.
  func isComparison(_ cell: GroupTimeCell, _ c: Int) -> Bool {
    if classes[c] == StudyGrid.never { return true }
    guard control == .notYet else { return false }
    return classes[c] > cell.latest + anticipation && classes[c] != cell.cohort
  }

  /// Which columns and cells of a grid are observed.
  struct GridShape {
    let columns: [Int]
    let hasGaps: Bool
    /// Nobody is observed twice.
    let isCrossSections: Bool

    init(_ grid: StudyGrid) {
      let count = grid.periodCount
      var observed = [Int](repeating: 0, count: count)
      var isRepeated = false
      let values = grid.outcome.span
      for unit in 0..<grid.unitCount {
        var own = 0
        for t in 0..<count where !values[unit * count + t].isNaN {
          observed[t] += 1
          own += 1
        }
        if own > 1 { isRepeated = true }
      }
      columns = (0..<count).filter { observed[$0] > 0 }
      hasGaps = columns.contains { observed[$0] < grid.unitCount }
      isCrossSections = !isRepeated
    }
  }

  private static func isComplete(
    _ grid: StudyGrid, _ unit: Int, _ columns: [Int], _ bases: Set<Int>
  ) -> Bool {
    let start = unit * grid.periodCount
    for t in columns {
      if grid.outcome[start + t].isNaN { return false }
      if bases.contains(t) {
        for covariate in grid.covariates where covariate[start + t].isNaN { return false }
      }
    }
    return true
  }
}
