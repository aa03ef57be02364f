import CaseloadData

extension GroupTimeSample {
  /// Names of units, no more than fit into a sentence.
  static func names(_ units: [Int], _ grid: StudyGrid) -> Text {
    let shown = units.prefix(5).map { grid.labels[$0] }
    let more = units.count - shown.count
    return Text(
      en: shown.joined(separator: ", ") + (more > 0 ? " and \(more) more" : ""),
      zh: shown.joined(separator: "、") + (more > 0 ? "等 \(units.count) 个" : ""))
  }

  static func leftOut(
    _ units: [Int], _ grid: StudyGrid, _ anticipation: Int, _ first: Int
  ) -> Diagnostic {
    let names = names(units, grid)
    let lead =
      anticipation > 0
      ? Text(
        en: " and \(anticipation) periods of anticipation", zh: "及 \(anticipation) 期预期效应")
      : Text(en: "", zh: "")
    return Diagnostic(
      .unitLeftOut, .warning,
      Text(
        en: "\(units.count) units are treated from the first observed period, "
          + "\(grid.period(first)), on\(lead.en): without a period before, their effect cannot be "
          + "estimated, and they are left out: \(names.en).",
        zh: "\(units.count) 个单位自首个观测期 \(grid.period(first)) 起即受干预\(lead.zh)："
          + "没有干预前时期，无法估计其效应，已略去：\(names.zh)。"),
      at: Diagnostic.Location(
        series: grid.labels[units[0]], period: grid.period(first).description),
      hint: Text(
        en: "Add earlier periods; the effect is estimated for the others.",
        zh: "请补充更早的时期；效应仅对其余单位估计。"))
  }

  static func leftOut(_ units: [Int], of grid: StudyGrid) -> Diagnostic {
    let names = names(units, grid)
    return Diagnostic(
      .unitLeftOut, .warning,
      Text(
        en: "\(units.count) of \(grid.unitCount) units are not observed in every period and are "
          + "left out: \(names.en).",
        zh: "\(grid.unitCount) 个单位中有 \(units.count) 个未在所有时期观测到，已略去：\(names.zh)。"),
      at: Diagnostic.Location(series: grid.labels[units[0]]),
      hint: Text(
        en: "--set unbalanced=pairs uses them wherever two periods are compared in which they are "
          + "observed.",
        zh: "用 --set unbalanced=pairs 可在其有观测的两期比较中使用这些单位。"))
  }

  static func gaps(_ choice: CallawaySantAnna.Unbalanced) -> Diagnostic {
    Diagnostic(
      .missingValues, .note,
      choice == .pairs
        ? Text(
          en:
            "Not all units are observed in all periods: each comparison uses those observed in both "
            + "of its periods.",
          zh: "并非所有单位在所有时期均有观测：每次比较仅使用两期均有观测的单位。")
        : Text(
          en: "Not all units are observed in all periods: their observations are taken as repeated "
            + "cross-sections, and the units as clusters.",
          zh: "并非所有单位在所有时期均有观测：其观测按重复截面处理，以单位为群组。"))
  }

  static func noTreated(_ notes: [Diagnostic], _ grid: StudyGrid) -> Diagnostic {
    Diagnostic(
      .noTreatedUnit, .error,
      Text(
        en: "No treated unit is left. " + notes.map(\.message.en).joined(separator: " "),
        zh: "没有剩余的受干预单位。" + notes.map(\.message.zh).joined()),
      at: notes.first?.location,
      hint: notes.last?.hint
        ?? Text(
          en: "The data run from \(grid.start) to \(grid.period(grid.periodCount - 1)).",
          zh: "数据范围为 \(grid.start) 至 \(grid.period(grid.periodCount - 1))。"))
  }

  static func noComparison(_ start: Period) -> Diagnostic {
    Diagnostic(
      .noComparison, .error,
      Text(
        en: "All units are treated from \(start) on: there is nothing to compare them with.",
        zh: "所有单位均自 \(start) 起受干预，没有可比较的对象。"),
      at: Diagnostic.Location(period: start.description),
      hint: Text(
        en: "Add units without the programme, or with a later start.",
        zh: "请加入未受干预或较晚受干预的单位。"))
  }

  /// One warning a cohort and reason: which of its effects are missing.
  static func missing(
    _ failures: [(cell: GroupTimeCell, reason: TwoPeriodFailure)], _ grid: StudyGrid
  ) -> [Diagnostic] {
    var result: [Diagnostic] = []
    var rest = failures[...]
    while let first = rest.first {
      func isSame(_ other: (cell: GroupTimeCell, reason: TwoPeriodFailure)) -> Bool {
        switch (first.reason, other.reason) {
        case (.noOverlap, .noOverlap), (.emptyGroup, .emptyGroup),
          (.singularCovariates, .singularCovariates):
          first.cell.cohort == other.cell.cohort
        default: false
        }
      }
      let same = rest.filter(isSame)
      rest = rest.filter { !isSame($0) }[...]
      let periods = same.map { grid.period($0.cell.column).description }
      let shown =
        periods.prefix(4).joined(separator: ", ") + (periods.count > 4 ? ", …" : "")
      let cohort = grid.period(first.cell.cohort)
      let (why, hint) = explained(first.reason)
      result.append(
        Diagnostic(
          .notIdentified, .warning,
          Text(
            en: "The effect on units treated from \(cohort) is not estimated in "
              + "\(periods.count == 1 ? "one period" : "\(periods.count) periods") (\(shown)): \(why.en)",
            zh: "自 \(cohort) 起受干预的单位在 \(periods.count) 期（\(shown)）的效应未能估计：\(why.zh)"),
          at: Diagnostic.Location(period: periods[0]), hint: hint))
    }
    return result
  }

  private static func explained(_ reason: TwoPeriodFailure) -> (Text, Text) {
    switch reason {
    case .emptyGroup:
      (
        Text(
          en: "there is no comparison, or nobody is observed, in one of the two periods.",
          zh: "两期之一没有对照单位或没有观测。"),
        Text(
          en: "Averages are taken over the cells that can be estimated.",
          zh: "平均仅取自可估计的单元。")
      )
    case .noOverlap:
      (
        Text(
          en: "its units are told from the comparison by their covariates almost for certain "
            + "(a propensity of 0.999 or more), so that no comparison is alike.",
          zh: "协变量几乎可以完全区分其单位与对照（倾向得分达 0.999 以上），没有可比的对照。"),
        Text(
          en: "Use fewer covariates, or --set method=regression, which extrapolates.",
          zh: "请减少协变量，或用 --set method=regression（外推）。")
      )
    case .singularCovariates:
      (
        Text(
          en: "the covariates are linearly dependent within one of the two groups, or more than it "
            + "has units.",
          zh: "协变量在两组之一内线性相关，或多于该组单位数。"),
        Text(en: "Use fewer covariates.", zh: "请减少协变量。")
      )
    }
  }
}
