/// Which columns of a table make series, and how they are to be read.
public struct SeriesSelection: Codable, Sendable, Equatable {
  /// What to do with a period that has no row between the first and the last.
  public enum GapPolicy: String, Codable, Sendable, CaseIterable { case error, missing }

  /// The column of the periods.
  public var period = "period"
  /// The column of the values.
  public var value = "value"
  /// The key columns; `nil` stands for every text column that is neither period nor value.
  public var keys: [String]?
  /// The frequency, where the periods themselves leave it open.
  public var frequency: Frequency?
  /// Periods a season; `nil` for the frequency's own.
  public var seasonLength: Int?
  /// How the values aggregate.
  public var measure = Measure.flow
  public var gaps = GapPolicy.error
  public var name: Text?
  public var unit: Text?

  /// The columns `period` and `value`, keyed by every other text column.
  public init() {}
}

extension Table {
  /// The panel that `selection` describes, and notes on what was assumed.
  ///
  /// - Throws: a diagnostic with file, row and column for an unknown column, a cell that is no
  ///   period or no number, a negative count, a duplicate period or a gap.
  public func panel(_ selection: SeriesSelection) throws(Diagnostic) -> (
    panel: Panel, notes: [Diagnostic]
  ) {
    let labels = try text(selection.period)
    let values = try numbers(selection.value)
    let keyNames: [String]
    if let keys = selection.keys { keyNames = keys } else { keyNames = defaultKeys(selection) }
    var keyColumns: [[String]] = []
    for name in keyNames { keyColumns.append(try text(name)) }
    guard rowCount > 0 else {
      throw Diagnostic(
        .emptyInput, .error,
        Text(en: "The table has no rows.", zh: "表格没有数据行。"),
        at: Diagnostic.Location(file: source))
    }

    var notes: [Diagnostic] = []
    let periods = try periods(labels, selection)
    var order: [[String]] = []
    var rowsOfKey: [[String]: [Int]] = [:]
    for i in 0..<rowCount {
      let value = values[i]
      if value < 0, selection.measure != .ratio {
        throw Diagnostic(
          .negativeCount, .error,
          Text(
            en: "\(numberText(value)) is below zero, but a \(selection.measure.rawValue) of cases "
              + "cannot be.",
            zh: "\(numberText(value)) 小于零，而案件数量不能为负。"),
          at: Diagnostic.Location(
            file: source, row: lines[i], column: selection.value, period: labels[i]),
          hint: Text(
            en: "Correct the cell, or say --measure ratio if the series may be negative.",
            zh: "请更正该单元格；若序列可为负，请用 --measure ratio。"))
      }
      if abs(value) > Self.largestValue {
        throw Diagnostic(
          .valueOutOfRange, .error,
          Text(
            en: "\(numberText(value)) is too large for a count or an amount.",
            zh: "\(numberText(value)) 超出计数或金额的合理范围。"),
          at: Diagnostic.Location(
            file: source, row: lines[i], column: selection.value, period: labels[i]),
          hint: Text(
            en: "Is the decimal point or the exponent wrong? Use a larger unit otherwise.",
            zh: "小数点或指数是否有误？否则请改用更大的单位。"))
      }
      let key = keyColumns.map { $0[i] }
      if rowsOfKey[key] == nil { order.append(key) }
      rowsOfKey[key, default: []].append(i)
    }

    var entries: [Panel.Entry] = []
    for key in order {
      let label = zip(keyNames, key).map { "\($0)=\($1)" }.joined(separator: ", ")
      let place = Diagnostic.Location(
        file: source, column: selection.period, series: label.isEmpty ? nil : label)
      let series = try series(
        rows: rowsOfKey[key] ?? [], periods: periods, values: values, selection: selection,
        place: place, notes: &notes)
      entries.append(Panel.Entry(key: key, series: series))
    }
    return (Panel(keyNames: keyNames, entries: entries), notes)
  }

  /// Every text column that is neither period nor value.
  private func defaultKeys(_ selection: SeriesSelection) -> [String] {
    columns.filter { column in
      column.name != selection.period && column.name != selection.value && !isNumeric(column)
        && !isEmpty(column)
    }.map(\.name)
  }

  private func isEmpty(_ column: Column) -> Bool {
    if case .number = column.cells { return false }
    let cells = (try? text(column.name)) ?? []
    return cells.allSatisfy { Self.missingMarks.contains($0) }
  }

  /// The column's cells as periods of one frequency.
  private func periods(_ labels: [String], _ selection: SeriesSelection) throws(Diagnostic)
    -> [Period]
  {
    var periods: [Period] = []
    periods.reserveCapacity(labels.count)
    let counts =
      selection.frequency == .index
      || labels.contains { $0.count != 4 && Int($0) != nil && Period($0)?.frequency == .index }
    for (i, label) in labels.enumerated() {
      let place = Diagnostic.Location(file: source, row: lines[i], column: selection.period)
      guard var period = Period(label) else {
        throw Diagnostic(
          .notAPeriod, .error,
          Text(en: "'\(label)' is not a period.", zh: "'\(label)' 不是时期。"), at: place,
          hint: Text(
            en: "Write 2019, 2019-Q1, 2019-03 or 2019-03-01; a whole number counts steps.",
            zh: "请写作 2019、2019-Q1、2019-03 或 2019-03-01；整数表示步数。"))
      }
      // Four digits are a year unless other labels of the column only count.
      if period.frequency == .yearly, counts {
        period = Period(frequency: .index, ordinal: period.ordinal)
      } else if let wanted = selection.frequency, period.frequency == .daily,
        let coarser = period.containing(wanted)
      {
        period = coarser
      }
      if let first = periods.first, first.frequency != period.frequency {
        throw Diagnostic(
          .mixedFrequencies, .error,
          Text(
            en: "'\(label)' is a \(period.frequency.rawValue) period, the first one is "
              + "\(first.frequency.rawValue).",
            zh: "'\(label)' 的频率为 \(period.frequency.rawValue)，首个时期为 \(first.frequency.rawValue)。"),
          at: place,
          hint: Text(
            en: "Keep one frequency a file.", zh: "一个文件只用一种频率。"))
      }
      periods.append(period)
    }
    if let wanted = selection.frequency, let own = periods.first?.frequency, own != wanted {
      throw Diagnostic(
        .mixedFrequencies, .error,
        Text(
          en: "The periods are \(own.rawValue), not \(wanted.rawValue).",
          zh: "时期的频率是 \(own.rawValue)，不是 \(wanted.rawValue)。"),
        at: Diagnostic.Location(file: source, row: lines.first, column: selection.period),
        hint: Text(en: "Leave --frequency out.", zh: "请去掉 --frequency。"))
    }
    return selection.frequency == nil ? Self.coarsened(periods) : periods
  }

  /// Dates that all begin a month, quarter, half-year or year stand for it; dates a week apart
  /// stand for weeks.
  private static func coarsened(_ periods: [Period]) -> [Period] {
    let distinct = Set(periods).sorted()
    guard distinct.count > 1, distinct[0].frequency == .daily else { return periods }
    for frequency in [Frequency.yearly, .halfYearly, .quarterly, .monthly] {
      let mapped = distinct.map { $0.containing(frequency) }
      guard Set(mapped).count == distinct.count else { continue }
      let atStart = zip(distinct, mapped).allSatisfy { $0.firstDay == $1?.firstDay }
      let atEnd = zip(distinct, mapped).allSatisfy { $0.endDay == $1?.endDay }
      if atStart || atEnd { return periods.map { $0.containing(frequency) ?? $0 } }
    }
    let step = zip(distinct, distinct.dropFirst()).map { $0.distance(to: $1) }
    if step.allSatisfy({ $0 % 7 == 0 }) { return periods.map { $0.containing(.weekly) ?? $0 } }
    return periods
  }

  /// The series made of `rows`.
  private func series(
    rows: [Int], periods: [Period], values: [Double], selection: SeriesSelection,
    place: Diagnostic.Location, notes: inout [Diagnostic]
  ) throws(Diagnostic) -> TimeSeries {
    let sorted = rows.sorted { (periods[$0], $0) < (periods[$1], $1) }
    guard let first = sorted.first, let last = sorted.last else {
      throw Diagnostic(
        .emptyInput, .error, Text(en: "A series has no rows.", zh: "序列没有数据行。"), at: place)
    }
    let start = periods[first]
    let count = start.distance(to: periods[last]) + 1
    guard count <= Self.longestSeries else {
      var at = place
      at.row = lines[last]
      throw Diagnostic(
        .notAPeriod, .error,
        Text(
          en: "The periods run from \(start) to \(periods[last]), \(count) steps.",
          zh: "时期从 \(start) 到 \(periods[last])，跨 \(count) 步。"), at: at,
        hint: Text(en: "Is one of them mistyped?", zh: "其中是否有误写？"))
    }
    var filled = [Double](repeating: .nan, count: count)
    var present = [Bool](repeating: false, count: count)
    for row in sorted {
      let index = start.distance(to: periods[row])
      if present[index] {
        var at = place
        at.row = lines[row]
        at.period = periods[row].description
        throw Diagnostic(
          .duplicatePeriod, .error,
          Text(
            en: "The period \(periods[row]) occurs twice in one series.",
            zh: "同一序列中时期 \(periods[row]) 出现两次。"), at: at,
          hint: Text(
            en: "Remove one of the rows, or name the columns that tell the series apart with --by.",
            zh: "请删去其中一行，或用 --by 指明区分序列的列。"))
      }
      present[index] = true
      filled[index] = values[row]
    }
    let absent = present.indices.filter { !present[$0] }
    if let gap = absent.first {
      let missing = start.advanced(by: gap)
      var at = place
      at.row = sorted.first { periods[$0] > missing }.map { lines[$0] }
      at.period = missing.description
      let count = absent.count
      let message = Text(
        en: count == 1
          ? "The period \(missing) has no row."
          : "\(missing) and \(count - 1) more \(count == 2 ? "period" : "periods") have no row.",
        zh: count == 1 ? "时期 \(missing) 没有数据行。" : "\(missing) 等 \(count) 个时期没有数据行。")
      let hint = Text(
        en: "Add the rows, with an empty cell where the value is unknown, or say --gaps missing.",
        zh: "请补上这些行（未知值留空），或用 --gaps missing。")
      guard selection.gaps == .missing else {
        throw Diagnostic(.gap, .error, message, at: at, hint: hint)
      }
      notes.append(Diagnostic(.gap, .note, message, at: at))
    }
    let missing = filled.count { $0.isNaN } - absent.count
    if missing > 0 {
      notes.append(
        Diagnostic(
          .missingValues, .note,
          Text(
            en: missing == 1 ? "1 value is missing." : "\(missing) values are missing.",
            zh: "有 \(missing) 个缺失值。"), at: place))
    }
    return TimeSeries(
      name: selection.name ?? Text(selection.value), unit: selection.unit ?? Text(""),
      measure: selection.measure, start: start, values: filled,
      seasonLength: selection.seasonLength)
  }

  /// Beyond this, squares and their sums lose the digits that matter.
  private static let largestValue = 1e15

  /// A span beyond this is a mistyped period, not a series.
  private static let longestSeries = 1_000_000
}
