import CaseloadData

/// A grid with one start for all treated units: two groups, before and after.
struct CommonTiming: Sendable {
  /// The grid that was given; ``units`` are the rows used.
  let grid: StudyGrid
  let units: [Int]
  let start: Int
  /// Observed columns before the start, less those of anticipation, and from it on.
  let before: [Int]
  let after: [Int]
  /// Nobody is observed twice.
  let isCrossSections: Bool
  let notes: [Diagnostic]

  /// Whether a unit of the grid is treated within the data.
  func isTreated(_ unit: Int) -> Bool { grid.cohort[unit] == start }

  /// - Parameters:
  ///   - grid: on the scale of the estimate.
  ///   - design: the identifier, for messages.
  ///   - anticipation: periods before the start that are left out.
  ///   - keepsOneSided: keeps units of a panel that are not observed both before and after.
  /// - Throws: ``DiagnosticCode/modelNotApplicable`` for several starts,
  ///   ``DiagnosticCode/noTreatedUnit``, ``DiagnosticCode/noComparison``,
  ///   ``DiagnosticCode/tooFewPeriods``.
  init(
    _ grid: StudyGrid, design: String, anticipation: Int = 0, keepsOneSided: Bool = false
  ) throws(Diagnostic) {
    self.grid = grid
    if let unit = grid.weights.firstIndex(where: { !($0 > 0 && $0.isFinite) }) {
      throw Diagnostic(
        .valueOutOfRange, .error,
        Text(
          en:
            "\(grid.labels[unit]) has the weight \(NumberText.plain(grid.weights[unit])); weights "
            + "are positive.",
          zh: "\(grid.labels[unit]) 的权重为 \(NumberText.plain(grid.weights[unit]))；权重应为正数。"),
        at: Diagnostic.Location(series: grid.labels[unit]),
        hint: Text(en: "Leave units without weight out.", zh: "请去掉没有权重的单位。"))
    }
    let shape = GroupTimeSample.GridShape(grid)
    let last = shape.columns.last ?? 0
    let first = shape.columns.first ?? 0
    let always = grid.cohort.indices.filter { grid.cohort[$0] <= first }
    let starts = Set(grid.cohort.filter { $0 <= last && $0 > first }).sorted()
    var notes: [Diagnostic] = []
    if !always.isEmpty { notes.append(GroupTimeSample.leftOut(always, grid, 0, first)) }
    guard let start = starts.first else { throw GroupTimeSample.noTreated(notes, grid) }
    guard starts.count == 1 else {
      let shown = starts.prefix(4).map { grid.period($0).description }.joined(separator: ", ")
      throw Diagnostic(
        .modelNotApplicable, .error,
        Text(
          en: "The units are treated from different periods on (\(shown)"
            + "\(starts.count > 4 ? ", …" : "")), and this design compares one before with one after.",
          zh: "各单位的干预起点不同（\(shown)\(starts.count > 4 ? "……" : "")），而本设计只比较一次前后。"),
        at: Diagnostic.Location(period: grid.period(starts[1]).description),
        hint: Text(
          en: "Use --design callaway-santanna, which compares each wave with units without it.",
          zh: "请用 --design callaway-santanna，分批次与对照比较。"))
    }
    let before = shape.columns.filter { $0 + anticipation < start }
    guard !before.isEmpty else {
      throw Diagnostic(
        .tooFewPeriods, .error,
        Text(
          en: "The treated units start in \(grid.period(start)), and no period before is left.",
          zh: "受干预单位始于 \(grid.period(start))，之前没有可用的时期。"),
        at: Diagnostic.Location(period: grid.period(start).description),
        hint: Text(en: "Add earlier periods.", zh: "请补充更早的时期。"))
    }
    self.start = start
    self.before = before
    after = shape.columns.filter { $0 >= start }
    isCrossSections = shape.isCrossSections

    // Units of a panel that are seen on one side only tell nothing of a change.
    var units: [Int] = []
    var oneSided: [Int] = []
    for unit in 0..<grid.unitCount where grid.cohort[unit] > first {
      func isObserved(_ columns: [Int]) -> Bool {
        columns.contains { !grid[unit, $0].isNaN }
      }
      let (early, late) = (isObserved(before), isObserved(after))
      if isCrossSections || keepsOneSided ? early || late : early && late {
        units.append(unit)
      } else {
        oneSided.append(unit)
      }
    }
    if !oneSided.isEmpty {
      let names = GroupTimeSample.names(oneSided, grid)
      notes.append(
        Diagnostic(
          .unitLeftOut, .warning,
          Text(
            en: "\(oneSided.count) units are not observed both before and after the start and are "
              + "left out: \(names.en).",
            zh: "\(oneSided.count) 个单位未在起点前后均有观测，已略去：\(names.zh)。"),
          at: Diagnostic.Location(series: grid.labels[oneSided[0]])))
    }
    self.units = units
    self.notes = notes
    guard units.contains(where: { grid.cohort[$0] == start }) else {
      throw GroupTimeSample.noTreated(notes, grid)
    }
    guard units.contains(where: { grid.cohort[$0] != start }) else {
      throw GroupTimeSample.noComparison(grid.period(start))
    }
  }

  /// Clusters that are treated, and the others, among ``units``.
  var clusters: (treated: Int, comparison: Int) {
    let treated = Set(units.filter(isTreated).map { grid.cluster[$0] })
    let all = Set(units.map { grid.cluster[$0] })
    return (treated.count, all.count - treated.count)
  }
}
