import CaseloadData
import CaseloadMath
import CaseloadRegression

/// What else moves a series: the season, the calendar, dated events, covariates.
struct SegmentedNuisance {
  private(set) var columns: [[Double]] = []
  private(set) var names: [String] = []
  private(set) var notes: [Diagnostic] = []

  /// No columns.
  init() {}

  /// The columns for rows at which treated unit u stands at `rows[i][u]`, averaged over the units.
  ///
  /// - Throws: ``DiagnosticCode/illegalOption`` for harmonics that the season does not have, and
  ///   working days without dates.
  init(
    _ study: Study, _ options: InterruptedTimeSeries, treated: [Int], rows: [[Period]],
    usesLogs: Bool
  ) throws(Diagnostic) {
    let first = study.panel.entries[treated[0]].series
    // Harmonics are a season that was asked for by name.
    let harmonics = options.fourier
    let season = options.season || harmonics > 0 ? first.seasonLength : 1
    guard 2 * harmonics <= season || harmonics == 0 else {
      throw Diagnostic(
        .illegalOption, .error,
        Text(
          en: "A season of \(season) periods has at most \(season / 2) harmonics; fourier="
            + "\(harmonics) was given.",
          zh: "长度为 \(season) 的季节至多有 \(season / 2) 个谐波，现 fourier=\(harmonics)。"),
        hint: Text(en: "Use a smaller number, or 0 for indicators.", zh: "请减小该值；0 表示季节虚拟变量。"))
    }
    if season > 1, rows.count < 2 * season {
      notes.append(
        Diagnostic(
          .tooFewPeriods, .note,
          Text(
            en: "\(rows.count) periods are fewer than two seasons of \(season): the season is not "
              + "allowed for.",
            zh: "\(rows.count) 期不足两个完整季节（每季 \(season) 期），未考虑季节性。"),
          hint: Text(
            en: "Add periods, or choose whole seasons on both sides.", zh: "请补充时期，或使两侧均为整季。")))
    }
    for (u, unit) in treated.enumerated() {
      let periods = rows.map { $0[u] }
      let regressors = CalendarRegressors(
        periods, seasonLength: harmonics > 0 ? 1 : season, events: study.events(of: unit),
        calendar: study.calendar)
      for (name, column) in zip(regressors.names, regressors.columns) {
        add(name, column, of: treated.count)
      }
      if harmonics > 0, rows.count >= 2 * season {
        for k in 1...harmonics {
          let angles = periods.map {
            2 * Double.pi * Double(k) * Double($0.season(length: season) + 1) / Double(season)
          }
          if 2 * k < season { add("sin\(k)", angles.map(sin), of: treated.count) }
          add("cos\(k)", angles.map(cos), of: treated.count)
        }
      }
      if options.workingDays {
        add(
          "workingDays", try Self.workingDays(periods, study.calendar, usesLogs), of: treated.count)
      }
    }
    // A count of working days that never varies is the intercept again.
    dropConstants()
  }

  /// Adds covariates: the treated units' mean, less the comparison's where there is one.
  mutating func addCovariates(_ columns: [(name: String, values: [Double])]) {
    for (name, values) in columns { add(name, values, of: 1) }
    dropConstants()
  }

  /// The same columns for twice the rows.
  func stacked() -> [[Double]] { columns.map { $0 + $0 } }

  private mutating func add(_ name: String, _ column: [Double], of count: Int) {
    let share = column.map { $0 / Double(count) }
    if let j = names.firstIndex(of: name) {
      for i in share.indices { columns[j][i] += share[i] }
    } else {
      names.append(name)
      columns.append(share)
    }
  }

  private mutating func dropConstants() {
    let kept = columns.indices.filter { j in
      let column = columns[j]
      return column.contains { abs($0 - column[0]) > 1e-12 * (1 + abs(column[0])) }
    }
    columns = kept.map { columns[$0] }
    names = kept.map { names[$0] }
  }

  private static func workingDays(
    _ periods: [Period], _ kind: WorkCalendar.Kind, _ usesLogs: Bool
  ) throws(Diagnostic) -> [Double] {
    let calendar = WorkCalendar(kind)
    var values: [Double] = []
    for period in periods {
      guard let days = calendar.workingDays(in: period), days > 0 || !usesLogs else {
        throw Diagnostic(
          .illegalOption, .error,
          Text(
            en: "\(period) has no working days to allow for.", zh: "\(period) 没有工作日可供校正。"),
          hint: Text(en: "Leave workingDays out.", zh: "请去掉 workingDays。"))
      }
      values.append(usesLogs ? log(Double(days)) : Double(days))
    }
    return values
  }
}
