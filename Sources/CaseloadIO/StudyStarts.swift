import Caseload

/// When each unit's treatment begins.
struct StudyStarts {
  /// The first treated period by the unit's label; absent for never.
  let byLabel: [String: Period]

  init(_ columns: StudyColumns, _ units: StudyUnits, _ treatment: Study.Variable?)
    throws(Diagnostic)
  {
    if let column = columns.treatedFrom {
      guard columns.from == nil, columns.treated.isEmpty else {
        throw Diagnostic(
          .illegalOption, .error,
          Text(
            en: "The starts are given twice: in '\(column)' and by --from or --treated.",
            zh: "干预起点重复给出：'\(column)' 列与 --from 或 --treated。"),
          hint: Text(en: "Keep one of the two.", zh: "请只保留其一。"))
      }
      byLabel = try Self.starts(column, units)
    } else if columns.from == nil, columns.treated.isEmpty, let treatment {
      byLabel = Self.starts(of: treatment, units)
    } else {
      byLabel = try Self.starts(columns, units)
    }
    try requireInside(columns, units)
  }

  /// The starts of a column: one cell a unit.
  private static func starts(_ column: String, _ units: StudyUnits) throws(Diagnostic)
    -> [String: Period]
  {
    let what = Text(en: "The first treated period", zh: "干预起点")
    let cells = try units.constant(column, what: what) { clean($0) == clean($1) }
    var starts: [String: Period] = [:]
    for (unit, found) in cells.enumerated() {
      guard let found, let cell = clean(found.cell) else { continue }
      guard let period = Period(cell) else {
        throw Diagnostic(
          .notAPeriod, .error,
          Text(en: "'\(found.cell)' is not a period.", zh: "'\(found.cell)' 不是时期。"),
          at: units.place(found.row, column),
          hint: Text(
            en: "Write the first treated period; leave it empty for never.",
            zh: "请写干预起点；从未受干预者留空。"))
      }
      let start = settled(period, units)
      if let frequency = units.frequency, start.frequency != frequency {
        throw Diagnostic(
          .mixedFrequencies, .error,
          Text(
            en: "The treatment of \(units.labels[unit]) begins in \(period), and the data are "
              + "\(frequency.rawValue).",
            zh: "\(units.labels[unit]) 的干预起点 \(period) 与数据频率 \(frequency.rawValue) 不符。"),
          at: units.place(found.row, column),
          hint: Text(
            en: "Write it as the periods are written.", zh: "请按时期列的写法填写。"))
      }
      starts[units.labels[unit]] = start
    }
    return starts
  }

  /// A cell without the decimals that a spreadsheet adds; `nil` for never.
  private static func clean(_ cell: String) -> String? {
    var text = Substring(cell)
    while text.first?.isWhitespace == true { text.removeFirst() }
    while text.last?.isWhitespace == true { text.removeLast() }
    if text.hasSuffix(".0") { text = text.dropLast(2) }
    let isNever =
      Table.missingMarks.contains(String(text))
      || ["0", "never", "inf", "infinity", "从未"].contains(text.lowercased())
    return isNever ? nil : String(text)
  }

  /// The first period in which a unit's intensity is not zero.
  private static func starts(of treatment: Study.Variable, _ units: StudyUnits) -> [String: Period]
  {
    var starts: [String: Period] = [:]
    for (label, series) in zip(units.labels, treatment.series) {
      if let first = series.observed.first(where: { $0.value != 0 }) {
        starts[label] = series.start.advanced(by: first.index)
      }
    }
    return starts
  }

  /// The starts that `--treated` and `--from` say.
  private static func starts(_ columns: StudyColumns, _ units: StudyUnits) throws(Diagnostic)
    -> [String: Period]
  {
    guard let from = columns.from else {
      throw missing(
        "--from, --treated-from or --treatment", "the first treated period", "干预起点")
    }
    let start = try period(from, option: "--from", units)
    if columns.treated.isEmpty {
      guard units.labels.count == 1 else {
        throw missing("--treated", "the treated units", "受干预单位")
      }
      return [units.labels[0]: start]
    }
    var starts: [String: Period] = [:]
    for unit in columns.treated {
      guard starts.updateValue(start, forKey: unit) == nil else {
        throw Diagnostic(
          .illegalOption, .error,
          Text(en: "--treated names \(unit) twice.", zh: "--treated 重复列出 \(unit)。"),
          hint: Text(en: "Name each unit once.", zh: "每个单位只列一次。"))
      }
    }
    return starts
  }

  private static func period(_ text: String, option: String, _ units: StudyUnits)
    throws(Diagnostic) -> Period
  {
    guard let period = Period(text) else {
      throw Diagnostic(
        .illegalOption, .error,
        Text(en: "'\(text)' is not a period.", zh: "'\(text)' 不是时期。"),
        hint: Text(en: "Write \(option) 2018-03.", zh: "请写作 \(option) 2018-03。"))
    }
    return settled(period, units)
  }

  /// Four digits are a step where the data count, and a date is the period that holds it.
  private static func settled(_ period: Period, _ units: StudyUnits) -> Period {
    guard let frequency = units.frequency, period.frequency != frequency else { return period }
    if frequency == .index, period.frequency == .yearly {
      return Period(frequency: .index, ordinal: period.ordinal)
    }
    return period.frequency == .daily ? period.containing(frequency) ?? period : period
  }

  static func missing(_ option: String, _ en: String, _ zh: String) -> Diagnostic {
    Diagnostic(
      .missingOption, .error,
      Text(en: "The study needs \(en).", zh: "该研究需要指明\(zh)。"),
      hint: Text(en: "Add \(option).", zh: "请加上 \(option)。"))
  }

  /// Refuses a study in which no unit has a before and an after.
  private func requireInside(_ columns: StudyColumns, _ units: StudyUnits) throws(Diagnostic) {
    let series = units.panel.entries.map(\.series)
    guard let first = series.map(\.start).min(), let last = series.map(\.lastPeriod).max(),
      !byLabel.isEmpty
    else { return }
    let isInside = byLabel.values.contains { start in
      start.frequency != first.frequency
        || start <= last && (start > first || columns.isRepeatedCrossSection)
    }
    guard !isInside, let (label, start) = byLabel.min(by: { $0.key < $1.key }) else { return }
    let isAfter = start > last
    throw Diagnostic(
      .interventionOutsideData, .error,
      Text(
        en:
          "The treatment begins in \(start), \(isAfter ? "after the data end" : "and no data lie before"): "
          + "they run from \(first) to \(last).",
        zh: "干预始于 \(start)，\(isAfter ? "晚于数据末期" : "此前没有数据")；数据范围为 \(first) 至 \(last)。"),
      at: Diagnostic.Location(
        file: units.table.source, column: columns.treatedFrom, series: label.isEmpty ? nil : label,
        period: start.description),
      hint: Text(
        en: "An effect needs periods before and after the start.", zh: "估计效应需要起点之前和之后的数据。"))
  }

  /// The intensity of a programme that ended: 1 from each start to `until`, 0 otherwise.
  static func pulse(_ study: Study, until: String) throws(Diagnostic) -> Study.Variable {
    let frequency = study.panel.entries.first?.series.frequency
    guard var end = Period(until) else {
      throw Diagnostic(
        .illegalOption, .error,
        Text(en: "'\(until)' is not a period.", zh: "'\(until)' 不是时期。"),
        hint: Text(en: "Write --until 2019-12.", zh: "请写作 --until 2019-12。"))
    }
    if frequency == .index, end.frequency == .yearly {
      end = Period(frequency: .index, ordinal: end.ordinal)
    }
    guard study.treatment == nil, end.frequency == frequency,
      study.treatmentStart.values.allSatisfy({ $0 <= end })
    else {
      throw Diagnostic(
        .illegalOption, .error,
        study.treatment != nil
          ? Text(
            en: "--until and --treatment both say when the programme ends.",
            zh: "--until 与 --treatment 都给出了措施的终点。")
          : Text(
            en: "The programme cannot end in \(end): a unit begins later, or the data have other "
              + "periods.",
            zh: "措施不能止于 \(end)：有单位起点更晚，或与数据频率不符。"),
        hint: Text(
          en: "--until is the last treated period.", zh: "--until 是最后一个受干预时期。"))
    }
    let series = study.panel.entries.enumerated().map { unit, entry -> TimeSeries in
      guard let start = study.treatmentStart[unit] else {
        return entry.series.replacing(entry.series.values.map { _ in 0 })
      }
      return entry.series.replacing(
        entry.series.values.indices.map { t in
          let period = entry.series.start.advanced(by: t)
          return period >= start && period <= end ? 1 : 0
        })
    }
    return Study.Variable(name: Text(en: "treatment", zh: "干预"), series: series)
  }
}
