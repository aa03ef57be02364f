import CaseloadData
import CaseloadMath
import CaseloadRegression

/// The response and the design of a segmented regression, in event time.
struct SegmentedData {
  let study: Study
  /// The outcome on the scale of the estimate, missing periods left out.
  let response: [Double]
  let eventTimes: [Int]
  let notes: [Diagnostic]
  let isSingleSeries: Bool
  let isFlow: Bool
  /// The treated units that the estimate covers.
  let treated: [Int]
  private let start: Period?
  /// Season and events, one column each.
  private let nuisance: [[Double]]
  private let nuisanceNames: [String]

  init(_ study: Study, _ options: InterruptedTimeSeries) throws(Diagnostic) {
    self.study = study
    let comparison = study.comparison
    let hasComparison = !comparison.isEmpty
    var notes: [Diagnostic] = []
    var treated: [Int] = []
    for (unit, start) in study.treatmentStart.sorted(by: { $0.key < $1.key }) {
      let series = study.panel.entries[unit].series
      let before = series.start.distance(to: start)
      let after = start.distance(to: series.periods.upperBound)
      let isUsable = before >= Self.fewestPeriods && after >= Self.fewestPeriods
      if isUsable {
        treated.append(unit)
        continue
      }
      let isOutside = before <= 0 || after <= 0
      let diagnostic = Diagnostic(
        isOutside ? .interventionOutsideData : .tooFewPeriods,
        study.treatmentStart.count == 1 ? .error : .warning,
        Text(
          en: "\(study.label(unit)) is treated from \(start) on, with \(max(0, before)) periods "
            + "before and \(max(0, after)) from then on; \(Self.fewestPeriods) of each are needed.",
          zh: "\(study.label(unit)) 自 \(start) 起受干预，之前有 \(max(0, before)) 期、之后有 "
            + "\(max(0, after)) 期；两侧各需至少 \(Self.fewestPeriods) 期。"),
        at: Diagnostic.Location(series: study.label(unit), period: start.description),
        hint: Text(
          en: "The data run from \(series.start) to \(series.lastPeriod).",
          zh: "数据范围为 \(series.start) 至 \(series.lastPeriod)。"))
      if study.treatmentStart.count == 1 { throw diagnostic }
      notes.append(diagnostic)
    }
    guard let first = treated.first else {
      throw Diagnostic(
        .tooFewPeriods, .error,
        Text(
          en: "No treated unit has enough periods before and after its start.",
          zh: "没有任何受干预单位在起点前后有足够的时期。"))
    }
    self.treated = treated
    isSingleSeries = treated.count == 1 && !hasComparison
    isFlow = study.panel.entries[first].series.measure == .flow
    start = treated.count == 1 ? study.treatmentStart[first] : nil

    // The window of event times that all treated units share.
    var (lower, upper) = (Int.min, Int.max)
    for unit in treated {
      let series = study.panel.entries[unit].series
      let begin = study.treatmentStart[unit] ?? series.start
      lower = max(lower, -series.start.distance(to: begin))
      upper = min(upper, begin.distance(to: series.periods.upperBound))
    }

    let outcome = try Outcome(study, treated, comparison, options.scale)
    let season = options.season ? study.panel.entries[first].series.seasonLength : 1
    var response: [Double] = []
    var times: [Int] = []
    var rows: [[Period]] = []
    for k in lower..<upper {
      let periods = treated.compactMap { study.treatmentStart[$0]?.advanced(by: k) }
      let value = try outcome.value(periods)
      guard !value.isNaN else { continue }
      response.append(value)
      times.append(k)
      rows.append(periods)
    }
    let omitted = upper - lower - times.count
    if omitted > 0 {
      notes.append(
        Diagnostic(
          .missingValues, .note,
          Text(
            en: "\(omitted) periods with a missing value are left out; the errors' correlation "
              + "bridges them exactly.",
            zh: "略去 \(omitted) 个含缺失值的时期；误差相关性按实际间隔精确计算。")))
    }
    self.response = response
    eventTimes = times
    self.notes = notes

    // Set against a comparison, what moves all units alike has dropped out.
    var (columns, names): ([[Double]], [String]) = ([], [])
    if !hasComparison {
      let perUnit = treated.indices.map { u in
        CalendarRegressors(
          rows.map { $0[u] }, seasonLength: season, events: study.events(of: treated[u]),
          calendar: study.calendar)
      }
      let allNames = perUnit.flatMap(\.names)
      for name in allNames where !names.contains(name) {
        var column = [Double](repeating: 0, count: rows.count)
        for regressors in perUnit {
          guard let j = regressors.names.firstIndex(of: name) else { continue }
          for i in column.indices {
            column[i] += regressors.columns[j][i] / Double(treated.count)
          }
        }
        names.append(name)
        columns.append(column)
      }
    }
    nuisance = columns
    nuisanceNames = names
  }

  /// Fewer periods than this on a side of the break determine no line.
  static let fewestPeriods = 3

  func period(_ row: Int) -> Period? { start?.advanced(by: eventTimes[row]) }

  /// The columns for a break at event time `at`: intercept, time, step, slope change, the rest.
  private func columns(slope: Bool, at breakTime: Int = 0) -> (columns: [[Double]], names: [String])
  {
    let t = eventTimes.map(Double.init)
    var columns = [
      [Double](repeating: 1, count: t.count), t, eventTimes.map { $0 >= breakTime ? 1.0 : 0.0 },
    ]
    var names = ["(Intercept)", "time", "level"]
    if slope {
      columns.append(eventTimes.map { $0 >= breakTime ? Double($0 - breakTime) : 0 })
      names.append("slope")
    }
    return (columns + nuisance, names + nuisanceNames)
  }

  func fitted(slope: Bool) throws(Diagnostic) -> AutoregressiveFit {
    let (columns, names) = columns(slope: slope)
    return try AutoregressiveRegression().fitted(
      Matrix(columns: columns), response, names: names, times: eventTimes)
  }

  /// X·β in one row.
  func mean(_ row: Int, _ beta: [Double]) -> Double {
    let columns = columns(slope: beta.count == 4 + nuisance.count).columns
    return zip(columns, beta).reduce(0) { $0 + $1.0[row] * $1.1 }
  }

  /// The same regression on the periods before the start only, with a step at `breakTime`.
  func placebo(at breakTime: Int) throws(Diagnostic) -> AutoregressiveFit {
    let rows = eventTimes.indices.filter { eventTimes[$0] < 0 }
    let (columns, names) = columns(slope: false, at: breakTime)
    var kept: [[Double]] = []
    var keptNames: [String] = []
    for (column, name) in zip(columns, names) {
      let part = rows.map { column[$0] }
      // An event or a season that the shorter span does not hold.
      guard name == "(Intercept)" || Set(part).count > 1 else { continue }
      kept.append(part)
      keptNames.append(name)
    }
    return try AutoregressiveRegression().fitted(
      Matrix(columns: kept), rows.map { response[$0] }, names: keptNames,
      times: rows.map { eventTimes[$0] })
  }

  func estimand(_ scale: EffectEstimate.Scale) -> Text {
    let count = eventTimes.count { $0 >= 0 }
    let first = study.panel.entries[treated[0]].series
    let name = first.name
    if let start {
      let last = start.advanced(by: eventTimes.last ?? 0)
      let who =
        study.panel.keyNames.isEmpty
        ? name
        : Text(
          en: "\(name.en) in \(study.label(treated[0]))",
          zh: "\(study.label(treated[0])) 的\(name.zh)")
      return Text(
        en: "Average effect on \(who.en) over the \(count) periods from \(start) to \(last)"
          + (scale == .log ? ", as a rate" : ", a period"),
        zh: "\(start) 至 \(last) 共 \(count) 期对\(who.zh)的平均效应"
          + (scale == .log ? "（比率）" : "（每期）"))
    }
    let others = study.comparison.count
    return Text(
      en: "Average effect on \(name.en) in the \(treated.count) treated units over their first "
        + "\(count) treated periods" + (others > 0 ? ", against \(others) untreated units" : "")
        + (scale == .log ? ", as a rate" : ", a unit and period"),
      zh: "\(treated.count) 个受干预单位在干预后前 \(count) 期内对\(name.zh)的平均效应"
        + (others > 0 ? "，以 \(others) 个未受干预单位为参照" : "")
        + (scale == .log ? "（比率）" : "（每单位每期）"))
  }
}
