import CaseloadData
import CaseloadMath

/// A study of many units without what no design of differences can use, each omission noted.
public struct PreparedStudy: Sendable {
  public let grid: StudyGrid
  /// The panel's index of each row of the grid.
  public let units: [Int]
  /// One note or warning a unit that was left out.
  public let notes: [Diagnostic]

  /// Leaves out units that are treated from the first period on, or have no value before their
  /// start, or none at all.
  ///
  /// A unit whose start lies behind the data counts as not yet treated.
  ///
  /// - Parameters:
  ///   - study: as it was asked.
  ///   - scale: of the grid.
  ///   - keepsAlwaysTreated: for designs in which such units serve as a comparison.
  /// - Throws: ``DiagnosticCode/noTreatedUnit`` and ``DiagnosticCode/noComparison`` where none is
  ///   left, ``DiagnosticCode/notIdentified`` for an outcome that never varies.
  public init(
    _ study: Study, scale: EffectEstimate.Scale, keepsAlwaysTreated: Bool = false
  ) throws(Diagnostic) {
    let whole = try StudyGrid(study, scale: scale)
    var units: [Int] = []
    var notes: [Diagnostic] = []
    for unit in 0..<whole.unitCount {
      let row = unit * whole.periodCount..<(unit + 1) * whole.periodCount
      let observed = row.filter { !whole.outcome[$0].isNaN }.map { $0 - row.lowerBound }
      let cohort = whole.cohort[unit]
      let from = cohort == StudyGrid.never ? nil : whole.start.advanced(by: cohort)
      func leaveOut(_ message: Text, _ hint: Text) {
        notes.append(
          Diagnostic(
            .unitLeftOut, .warning, message,
            at: Diagnostic.Location(
              series: whole.labels[unit], period: from?.description), hint: hint))
      }
      let label = whole.labels[unit]
      guard let firstObserved = observed.first else {
        leaveOut(
          Text(en: "\(label) has no values and is left out.", zh: "\(label) 没有任何数值，已略去。"),
          Text(en: "Fill in its column or remove its rows.", zh: "请补充数据或删除其各行。"))
        continue
      }
      if let from, cohort < whole.periodCount, !study.isRepeatedCrossSection {
        if cohort <= 0, !keepsAlwaysTreated {
          leaveOut(
            Text(
              en: "\(label) is treated from \(from) on, and the data begin in \(whole.start): "
                + "without a period before, its effect cannot be estimated, and it is left out.",
              zh: "\(label) 自 \(from) 起受干预，而数据始于 \(whole.start)：没有干预前时期，无法估计其效应，已略去。"),
            Text(
              en: "Add earlier periods; the effect is estimated for the others.",
              zh: "请补充更早的时期；效应仅对其余单位估计。"))
          continue
        }
        if cohort > 0, firstObserved >= cohort {
          leaveOut(
            Text(
              en: "\(label) is treated from \(from) on and first observed in "
                + "\(whole.period(firstObserved)): never before its treatment, and it is left out.",
              zh: "\(label) 自 \(from) 起受干预，首次观测在 \(whole.period(firstObserved))：干预前从未被观测，已略去。"),
            Text(
              en: "Add its earlier periods; the effect is estimated for the others.",
              zh: "请补充其更早的时期；效应仅对其余单位估计。"))
          continue
        }
      }
      if let from, cohort >= whole.periodCount {
        notes.append(
          Diagnostic(
            .interventionOutsideData, .note,
            Text(
              en: "\(label) is treated from \(from) on, after the data end in "
                + "\(whole.period(whole.periodCount - 1)); it counts as not yet treated.",
              zh: "\(label) 自 \(from) 起受干预，晚于数据末期 "
                + "\(whole.period(whole.periodCount - 1))；视为尚未受干预。"),
            at: Diagnostic.Location(series: label, period: from.description)))
      }
      units.append(unit)
    }
    let grid = whole.selecting(units)
    let treated = grid.cohort.indices.filter { grid.cohort[$0] < grid.periodCount }
    guard treated.contains(where: { grid.cohort[$0] > 0 || study.isRepeatedCrossSection }) else {
      throw Diagnostic(
        study.treatmentStart.isEmpty ? .noTreatedUnit : .interventionOutsideData, .error,
        Text(
          en:
            "No unit is treated inside the data with a period before, so nothing can be estimated. "
            + notes.map(\.message.en).prefix(3).joined(separator: " "),
          zh: "没有任何单位在数据期内受干预且有干预前时期，无法估计。"
            + notes.map(\.message.zh).prefix(3).joined()),
        at: notes.first?.location,
        hint: Text(
          en: "The data run from \(whole.start) to \(whole.period(whole.periodCount - 1)).",
          zh: "数据范围为 \(whole.start) 至 \(whole.period(whole.periodCount - 1))。"))
    }
    guard Set(grid.cohort).count > 1 else {
      let from = grid.period(grid.cohort[0])
      throw Diagnostic(
        .noComparison, .error,
        Text(
          en:
            "All \(grid.unitCount) units are treated from \(from) on: there is nothing to compare "
            + "them with.",
          zh: "全部 \(grid.unitCount) 个单位均自 \(from) 起受干预，没有可比较的对象。"),
        at: Diagnostic.Location(period: from.description),
        hint: Text(
          en:
            "Add units without the programme; their sum can be studied with --design its or bsts.",
          zh: "请加入未受干预的单位；其合计可用 --design its 或 bsts 研究。"))
    }
    let values = grid.outcome.filter { !$0.isNaN }
    guard let least = values.min(), let most = values.max(), least < most else {
      throw Diagnostic(
        .notIdentified, .error,
        Text(
          en: "The outcome is \(NumberText.plain(values.first ?? .nan)) in every unit and period: "
            + "without variation there is no effect to estimate and no error to judge it by.",
          zh: "结果变量在所有单位和时期均为 \(NumberText.plain(values.first ?? .nan))：没有变异，既无法估计效应，也无法判断误差。"),
        hint: Text(en: "Check the outcome's column.", zh: "请检查结果变量所在列。"))
    }
    self.grid = grid
    self.units = units
    self.notes = notes
  }
}
