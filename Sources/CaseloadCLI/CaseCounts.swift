import Caseload
import CaseloadIO

/// Numbers of cases by court and type, over time or as one snapshot.
struct CaseCounts {
  /// One court and type.
  struct Entry {
    let court: [String]
    let caseType: String
    /// `nil` for a snapshot.
    let series: TimeSeries?
    let snapshot: Double?
  }

  let entries: [Entry]
  let notes: [Diagnostic]
  /// Whether the table has no periods.
  let isSnapshot: Bool

  init(
    _ table: Table, column: String, isStock: Bool, keys: [String], type: String?,
    onlyType: String, period: String?, selection base: SeriesSelection
  ) throws(Diagnostic) {
    let names = keys + [type].compactMap { $0 }
    if let period {
      isSnapshot = false
      var selection = base
      selection.period = period
      selection.value = column
      selection.measure = isStock ? .stock : .flow
      selection.name = nil
      selection.keys = table.columns.filter {
        $0.name != period && $0.name != column
          && (names.contains($0.name) || !table.isNumeric($0))
      }.map(\.name)
      let (panel, read) = try table.panel(selection)
      let summed = try panel.aggregated(by: names)
      notes = read
      entries = summed.entries.map { entry in
        Entry(
          court: Array(entry.key.prefix(keys.count)),
          caseType: type == nil ? onlyType : entry.key[keys.count], series: entry.series,
          snapshot: nil)
      }
      return
    }
    isSnapshot = true
    notes = []
    var cells: [[String]] = []
    for name in names { cells.append(try table.text(name)) }
    let numbers = try table.numbers(column)
    var order: [[String]] = []
    var sums: [[String]: Double] = [:]
    for i in 0..<table.rowCount where !numbers[i].isNaN {
      let key = cells.map { $0[i] }
      guard numbers[i] >= 0 else {
        throw Diagnostic(
          .negativeCount, .error,
          Text(
            en: "\(NumberText.plain(numbers[i])) cases are below zero.",
            zh: "案件数 \(NumberText.plain(numbers[i])) 小于零。"),
          at: Diagnostic.Location(file: table.source, row: table.lines[i], column: column),
          hint: Text(en: "Correct the cell.", zh: "请更正该单元格。"))
      }
      if sums[key] == nil { order.append(key) }
      sums[key, default: 0] += numbers[i]
    }
    entries = order.map { key in
      Entry(
        court: Array(key.prefix(keys.count)), caseType: type == nil ? onlyType : key[keys.count],
        series: nil, snapshot: sums[key])
    }
  }
}

extension CaseCounts.Entry {
  /// The cases of a year, the period they belong to, and a note where a forecast was not possible.
  func volume(
    _ cases: NeedInputs.Cases, model: String, draws: Int, from stream: RandomStream
  ) throws(Diagnostic) -> (CaseVolume, String?, Diagnostic?) {
    if let snapshot { return (try CaseVolume(caseType: caseType, .known(snapshot)), nil, nil) }
    guard let series else { return (try CaseVolume(caseType: caseType, .known(0)), nil, nil) }
    var note: Diagnostic?
    if cases == .forecast {
      do throws(Diagnostic) {
        let horizon = max(1, Int((series.frequency.periodsPerYear ?? 1).rounded()))
        let fit = try ForecastModels.model(model).fitted(to: series)
        let paths = fit.paths(horizon, count: draws, from: stream)
        let totals = (0..<draws).map { max(0, paths.column($0).accurateSum) }
        let next = series.periods.upperBound
        let label = horizon == 1 ? "\(next)" : "\(next)/\(next.advanced(by: horizon - 1))"
        return (try CaseVolume(caseType: caseType, .draws(totals)), label, nil)
      } catch {
        guard error.code != .unknownName else { throw error }
        note = error.asNote
      }
    }
    let yearly = series.frequency == .index ? series : try series.aggregated(to: .yearly)
    let known = yearly.observed.map(\.value)
    guard let last = yearly.observed.last else {
      throw Diagnostic(
        .seriesTooShort, .error,
        Text(en: "There is no whole year of cases.", zh: "没有完整年度的案件数。"),
        hint: Text(en: "Give every period of one year.", zh: "请给出某一年的各期数据。"))
    }
    let end = yearly.start.advanced(by: last.index)
    if case .mean(let years) = cases {
      let used = Array(known.suffix(years))
      let first = end.advanced(by: 1 - used.count)
      return (
        try CaseVolume(caseType: caseType, meanOf: used),
        used.count > 1 ? "\(first)/\(end)" : "\(end)",
        note
      )
    }
    return (try CaseVolume(caseType: caseType, .known(last.value)), "\(end)", note)
  }
}

/// Judges in post by court.
struct CourtPosts {
  /// A number given for all courts together.
  let stated: Double?
  private let byCourt: [[String]: Double]
  private let positions: [Int]
  let notes: [Diagnostic]

  init(
    _ dataset: Dataset, _ table: Table, _ judges: String?, _ profile: CaseloadProfile.Workload?,
    _ courtKeys: [String], _ periodColumn: String?
  ) throws(Diagnostic) {
    if let number = judges.flatMap(Double.init) {
      guard number >= 0, number.isFinite else {
        throw Diagnostic(
          .illegalStaff, .error,
          Text(
            en: "\(judges ?? "") judges in post are not possible.",
            zh: "在岗法官不能为 \(judges ?? "") 名。"),
          hint: Text(en: "Correct --judges.", zh: "请更正 --judges。"))
      }
      (stated, byCourt, positions, notes) = (number, [:], [], [])
      return
    }
    var source = table
    var column = judges
    if column == nil {
      if let resource = profile?.judgesResource { source = try dataset.table(resource) }
      column =
        profile?.judgesColumn
        ?? ["judges", "员额法官"].first { source.columnNames.contains($0) }
    }
    guard let column else {
      (stated, byCourt, positions, notes) = (profile?.statedJudges?.value, [:], [], [])
      return
    }
    let keys = courtKeys.filter { source.columnNames.contains($0) }
    var cells: [[String]] = []
    for key in keys { cells.append(try source.text(key)) }
    let numbers = try source.numbers(column)
    var periods: [Period?] = [Period?](repeating: nil, count: source.rowCount)
    if let periodColumn, source.columnNames.contains(periodColumn) {
      periods = try source.text(periodColumn).map { Period($0) }
    }
    var latest: [[String]: (period: Period?, value: Double)] = [:]
    var unequal: Set<[String]> = []
    for i in 0..<source.rowCount where !numbers[i].isNaN {
      let key = cells.map { $0[i] }
      guard let known = latest[key] else {
        latest[key] = (periods[i], numbers[i])
        continue
      }
      if let now = periods[i], let before = known.period, now > before {
        latest[key] = (now, numbers[i])
        unequal.remove(key)
      } else if periods[i] == known.period, known.value != numbers[i] {
        unequal.insert(key)
      }
    }
    var notes: [Diagnostic] = []
    for key in unequal.sorted(by: { $0.joined() < $1.joined() }) {
      latest[key] = nil
      notes.append(
        Diagnostic(
          .assumption, .warning,
          Text(
            en: "'\(column)' differs between rows of one court and period; its judges are taken as "
              + "not known.",
            zh: "同一法院同一时期各行的“\(column)”不同，其法官人数按未知处理。"),
          at: Diagnostic.Location(
            file: source.source, column: column, series: key.joined(separator: ", ")),
          hint: Text(
            en: "Give the judges of a whole court in every row, or in a table of their own.",
            zh: "请在各行写明全院法官数，或另表给出。")))
    }
    stated = nil
    byCourt = latest.mapValues(\.value)
    positions = keys.compactMap { courtKeys.firstIndex(of: $0) }
    self.notes = notes
  }

  /// The judges of one court of `count`; a stated number belongs to a single court.
  func judges(of court: [String], among count: Int) -> Double? {
    if let stated { return count == 1 ? stated : nil }
    // Judges that are given for less than a court's keys belong to several.
    guard positions.count == court.count else { return nil }
    return byCourt[positions.map { court[$0] }]
  }
}
