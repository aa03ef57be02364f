import CaseloadCourt
import CaseloadData

/// Section 1: the series up to now.
extension ReportDraft {
  mutating func writeFilings() {
    let noun = inputs.noun
    heading(
      2, Text(en: "1. \(noun.atStart.en)", zh: "一、\(noun.atStart.zh)"), id: "filings")
    if let register = inputs.register {
      writePublishedLevels(register)
    } else {
      writeLevels()
    }
  }

  /// The values that sentences compare: yearly ones where the series makes complete years, else its
  /// own.
  struct Levels {
    let series: TimeSeries
    let isAggregated: Bool

    init?(_ series: TimeSeries?) {
      guard let series, !series.observed.isEmpty else { return nil }
      if series.frequency != .yearly, let yearly = try? series.aggregated(to: .yearly),
        !yearly.observed.isEmpty
      {
        (self.series, isAggregated) = (yearly, true)
      } else {
        (self.series, isAggregated) = (series, false)
      }
    }

    var first: (period: Period, value: Double) { point(series.observed.first) }
    var last: (period: Period, value: Double) { point(series.observed.last) }
    /// The period before the last, where it has a value above zero.
    var previous: (period: Period, value: Double)? {
      let period = last.period.advanced(by: -1)
      return series[period].flatMap { $0 > 0 ? (period, $0) : nil }
    }

    private func point(_ item: (index: Int, value: Double)?) -> (Period, Double) {
      guard let item else { preconditionFailure("levels hold a value") }
      return (series.start.advanced(by: item.index), item.value)
    }
  }

  private mutating func writeLevels() {
    guard let total = inputs.total, let levels = Levels(total) else {
      paragraph("The data hold no value.", "数据不含任何数值。")
      return
    }
    let noun = inputs.noun
    var en = ""
    var zh = ""
    if !levels.isAggregated, total.frequency.periodsPerYear.map({ $0 > 1 }) ?? false {
      let word = Self.periodWord(total.frequency)
      en =
        total.measure == .ratio
        ? "A ratio is not added up over a year. " : "The data hold no complete year. "
      zh = total.measure == .ratio ? "比率不按年汇总。" : "数据不含完整年度，以下按\(word.zh)列示。"
    }
    let (first, last) = (levels.first, levels.last)
    let lastAmount = noun.amount(levelFigure(nil, levels, last.period))
    en += "\(noun.atStart.en) came to \(lastAmount.en) in \(last.period.words.en)"
    zh += "\(last.period.words.zh)\(noun.name.zh)为 \(lastAmount.zh)"
    if first.period < last.period {
      let firstAmount = noun.amount(levelFigure(nil, levels, first.period))
      en += ", against \(firstAmount.en) in \(first.period.words.en)"
      zh += "，\(first.period.words.zh)为 \(firstAmount.zh)"
    }
    en += "."
    zh += "。"
    if let previous = levels.previous, previous.period != first.period || first.period < last.period
    {
      let clause = changeClause(levels, from: previous)
      en += clause.en
      zh += clause.zh
    }
    paragraph(en, zh)
    if total.observed.count > 1 { writeHistoryChart(total, levels) }
    writeGaps(levels.series)
    writeGroups(levels)
  }

  /// "That is 11.4 % less than in 2023."
  private mutating func changeClause(
    _ levels: Levels, from previous: (period: Period, value: Double)
  ) -> Text {
    let (period, value) = levels.last
    let direction = Direction(from: previous.value, to: value)
    guard direction != .level else {
      return Text(
        en: " That is the same as in \(previous.period.words.en).",
        zh: "与\(previous.period.words.zh)持平。")
    }
    let name = inputs.noun.name
    let mark = book.add(
      "filings.change.size", abs(value / previous.value - 1), .percent(1),
      label: Text(
        en:
          "\(name.en), \(period): how much \(direction.comparative.en) than in \(previous.period)",
        zh: "\(period.words.zh)\(name.zh)较\(previous.period.words.zh)的"
          + (direction == .up ? "增幅" : "降幅")),
      source: Text(
        en: "computed: \(period) / \(previous.period) − 1, without its sign",
        zh: "计算：\(period.words.zh) / \(previous.period.words.zh) − 1，取绝对值"))
    return Text(
      en: " That is \(mark) \(direction.comparative.en) than in \(previous.period.words.en).",
      zh: "较\(previous.period.words.zh)\(direction.comparative.zh) \(mark)。")
  }

  private mutating func writeHistoryChart(_ total: TimeSeries, _ levels: Levels) {
    let noun = inputs.noun
    let (first, last) = (levels.first, levels.last)
    func number(_ value: Double) -> Text { NumberText.decimal(value, Self.decimals(value)) }
    func shown(_ value: Double) -> Text { noun.amount(number(value)) }
    let (a, b) = (shown(first.value), shown(last.value))
    let title: Text
    if first.period == last.period {
      title = Text(
        en: "\(noun.atStart.en): \(b.en) in \(last.period.words.en)",
        zh: "\(last.period.words.zh)\(noun.name.zh)为 \(b.zh)")
    } else {
      let (verbEn, verbZh) =
        switch Direction(from: first.value, to: last.value) {
        case .up: ("rose", "升至")
        case .down: ("fell", "降至")
        case .level: ("stayed", "仍为")
        }
      title = Text(
        en: verbEn == "stayed"
          ? "\(noun.atStart.en) stood at \(b.en) in \(first.period.words.en) and in \(last.period.words.en)"
          : "\(noun.atStart.en) \(verbEn) from \(a.en) in \(first.period.words.en) to \(b.en) in "
            + last.period.words.en,
        zh:
          "\(noun.atStart.zh)由\(first.period.words.zh)的 \(noun.amountZh(before: number(first.value)))\(verbZh)\(last.period.words.zh)的 \(b.zh)"
      )
    }
    let events = inputs.events.filter { $0.only.isEmpty }
    let marked = events.isEmpty ? "" : "; marked: " + listed(events.map(\.name)).en
    let word = Self.periodWord(total.frequency)
    let isFlow = total.measure == .flow
    let lowest = levels.series.observed.min { $0.value < $1.value }
    let highest = levels.series.observed.max { $0.value < $1.value }
    func place(_ point: (index: Int, value: Double)?) -> Text {
      guard let point else { return Text("–") }
      let period = levels.series.start.advanced(by: point.index).words
      let value = shown(point.value)
      return Text(en: "\(value.en) in \(period.en)", zh: "\(period.zh) \(value.zh)")
    }
    let per = levels.isAggregated ? Text(en: " by year", zh: "（按年）") : Text("")
    blocks.append(
      .chart(
        .history(
          HistoryChart(
            id: "filings", title: title,
            subtitle: Text(
              en: noun.name.en + (isFlow ? " a \(word.en)" : "") + marked,
              zh: [isFlow ? "每\(word.zh)" + noun.name.zh : noun.atStart.zh, noun.unit.zh]
                .filter { !$0.isEmpty }.joined(separator: "，")),
            caption: Text(
              en: noun.atStart.en + (scopeOfTotal.map { ", \($0.en)" } ?? "")
                + ". Source: data of appendix C.",
              zh: (scopeOfTotal?.zh ?? "") + noun.atStart.zh + "。数据见附录三。"),
            summary: Text(
              en:
                "A line of \(noun.name.en) from \(total.start.words.en) to \(total.lastPeriod.words.en). "
                + "Lowest\(per.en): \(place(lowest).en); highest: \(place(highest).en).",
              zh: "\(total.start.words.zh)至\(total.lastPeriod.words.zh)\(noun.name.zh)的折线。"
                + "最低\(per.zh)：\(place(lowest).zh)；最高：\(place(highest).zh)。"),
            series: total, events: events))))
  }

  /// What the total adds up: "all courts and case types"; `nil` for a single series.
  var scopeOfTotal: Text? {
    guard inputs.panel.entries.count > 1 else { return nil }
    let keys = listed(inputs.panel.keyNames.map { inputs.key($0).many })
    return Text(en: "all \(keys.en)", zh: "全部\(keys.zh)")
  }

  /// Periods without a value between the first and the last.
  mutating func writeGaps(_ series: TimeSeries) {
    let missing = series.values.indices.filter { series.values[$0].isNaN }.map {
      series.start.advanced(by: $0)
    }
    guard let first = missing.first, let last = missing.last else { return }
    let isRun = last.ordinal - first.ordinal == missing.count - 1
    if missing.count > 6, !isRun {
      let count = book.add(
        "filings.missing", Double(missing.count), .decimal(0),
        label: Text(en: "periods without a value", zh: "缺失时期数"),
        source: Text(en: "data: periods without a value", zh: "数据：没有数值的时期"))
      callout(
        .note,
        "For \(count) periods there is no value, and none is invented here: they are missing, not zero.",
        "有 \(count) 期没有数值，本报告不作推算，按缺失处理，不视为零。")
      return
    }
    let span =
      isRun && missing.count > 2
      ? Text(
        en: "\(first.words.en) to \(last.words.en)", zh: "\(first.words.zh)至\(last.words.zh)")
      : listed(missing.map(\.words))
    callout(
      .note,
      "There is no figure for \(span.en), and none is invented here: missing is not zero.",
      "\(span.zh)没有数字，本报告不作推算，按缺失处理，不视为零。")
  }

  /// By the last key, usually the case type.
  private mutating func writeGroups(_ total: Levels) {
    guard let key = inputs.panel.keyNames.last,
      let groups = try? inputs.panel.aggregated(by: [key]), groups.entries.count > 1
    else { return }
    let last = total.last.period
    let before = last.advanced(by: -1)
    var periods = [total.first.period, before, last]
    periods = periods.filter { $0 >= total.first.period }.reduce(into: []) { list, period in
      if list.last != period { list.append(period) }
    }
    let hasChange = periods.contains(before)
    func row(_ id: String?, _ levels: Levels) -> [Text] {
      var row = [id.map(inputs.name) ?? Text(en: "all", zh: "合计")]
      row += periods.map { period in
        levels.series[period] == nil ? Text("–") : Text(levelFigure(id, levels, period))
      }
      guard hasChange else { return row }
      guard let a = levels.series[before], let b = levels.series[last], a > 0 else {
        return row + [Text("–")]
      }
      let name = levelName(id)
      let mark = book.add(
        "filings.change" + (id.map { ".\($0)" } ?? ""), b / a - 1, .percent(1),
        label: Text(
          en: "\(name.en): change on \(before)", zh: "\(name.zh)较\(before.words.zh)的变化"),
        source: Text(
          en: "computed: \(last) / \(before) − 1",
          zh: "计算：\(last.words.zh) / \(before.words.zh) − 1"))
      return row + [Text(mark)]
    }
    var rows: [[Text]] = []
    for entry in groups.entries {
      guard let levels = Levels(entry.series), levels.isAggregated == total.isAggregated else {
        continue
      }
      rows.append(row(entry.key[0], levels))
    }
    rows.append(row(nil, total))
    let title = inputs.key(key)
    let noun = inputs.noun
    let header =
      [Text(en: title.one.en.capitalizedFirst, zh: title.one.zh)] + periods.map(\.words)
      + (hasChange ? [Text(en: "on \(before)", zh: "较上期")] : [])
    blocks.append(
      .table(
        ReportTable(
          caption: Text(
            en: "\(noun.atStart.en), by \(title.one.en)",
            zh: "各\(title.one.zh)\(noun.atStart.zh)"
              + (noun.unit.zh.isEmpty ? "" : "（\(noun.unit.zh)）")),
          header: header, isNumeric: header.indices.map { $0 > 0 }, rows: rows)))
  }

  /// "cases filed, family"; the total of several series is "all".
  func levelName(_ id: String?) -> Text {
    let noun = inputs.noun
    guard let id else {
      guard scopeOfTotal != nil else { return Text(en: noun.name.en, zh: noun.atStart.zh) }
      return Text(en: "\(noun.name.en), all", zh: "\(noun.atStart.zh)合计")
    }
    let name = inputs.name(id)
    return Text(en: "\(noun.name.en), \(name.en)", zh: "\(noun.atStart.zh)（\(name.zh)）")
  }

  /// The figure of a group, or of the total, in a period of `levels`.
  mutating func levelFigure(_ id: String?, _ levels: Levels, _ period: Period) -> String {
    let value = levels.series[period] ?? .nan
    let name = levelName(id)
    return book.add(
      "filings.\(id ?? "total").\(period)", value, .decimal(Self.decimals(value)),
      label: Text(en: "\(name.en), \(period.words.en)", zh: "\(period.words.zh)\(name.zh)"),
      unit: inputs.noun.unit, source: levelSource(id, levels, period))
  }

  private func levelSource(_ id: String?, _ levels: Levels, _ period: Period) -> Text {
    guard let total = inputs.total else { return Text(en: "data", zh: "数据") }
    let word = Self.periodWord(total.frequency)
    var parts: [Text] = []
    if levels.isAggregated, total.measure == .flow {
      parts.append(Text(en: "\(word.en)s", zh: "各\(word.zh)"))
    }
    if inputs.panel.entries.count > 1 {
      // A group is one value of the last key.
      parts += inputs.panel.keyNames.dropLast(id == nil ? 0 : 1).map {
        Text(en: inputs.key($0).many.en, zh: "各\(inputs.key($0).one.zh)")
      }
    }
    if levels.isAggregated, total.measure == .stock {
      return Text(
        en: "data: at the end of \(period.words.en)", zh: "数据：\(period.words.zh)末")
    }
    guard !parts.isEmpty else {
      return Text(en: "data: \(period.words.en)", zh: "数据：\(period.words.zh)")
    }
    return Text(
      en: "data: sum over \(listed(parts).en), \(period.words.en)",
      zh: "数据：\(period.words.zh)\(listed(parts).zh)之和")
  }

  /// Counts are whole; small ratios are not.
  static func decimals(_ value: Double) -> Int {
    value == value.rounded() || abs(value) >= 1000 ? 0 : abs(value) >= 10 ? 1 : 3
  }

  /// "2013–2019", "January–October 2020", "March 2018 to May 2024"; a year of months is that year.
  static func span(_ from: Period?, _ to: Period?) -> Text {
    guard let from, let to else { return Text("–") }
    guard from != to else { return from.words }
    if from.frequency != .yearly, let year = from.containing(.yearly),
      year.firstDay == from.firstDay,
      year.endDay == to.endDay
    {
      return year.text
    }
    if from.frequency == .monthly, let a = from.firstDay, let b = to.firstDay, a.year == b.year {
      return Text(
        en: "\(from.words.en.split(separator: " ")[0])–\(to.words.en)",
        zh: "\(a.year)年\(a.month)—\(b.month)月")
    }
    let dash = from.frequency == .yearly
    return Text(
      en: dash ? "\(from)–\(to)" : "\(from.words.en) to \(to.words.en)",
      zh: "\(from.words.zh)至\(to.words.zh)")
  }

  static func periodWord(_ frequency: Frequency) -> Text {
    switch frequency {
    case .yearly: Text(en: "year", zh: "年")
    case .halfYearly: Text(en: "half-year", zh: "半年")
    case .quarterly: Text(en: "quarter", zh: "季度")
    case .monthly: Text(en: "month", zh: "月")
    case .weekly: Text(en: "week", zh: "周")
    case .daily: Text(en: "day", zh: "日")
    case .index: Text(en: "period", zh: "期")
    }
  }
}

extension Period {
  /// As a sentence of a report writes it; a mere number is said to count periods.
  var words: Text {
    frequency == .index ? Text(en: "period \(ordinal)", zh: "第 \(ordinal) 期") : text
  }
}
