import CaseloadCourt
import CaseloadData

/// Section 1: what was filed.
extension ReportDraft {
  mutating func writeFilings() {
    heading(2, Text(en: "1. What was filed", zh: "一、收案情况"), id: "filings")
    if let register = inputs.register {
      writePublishedFilings(register)
    } else {
      writeYearlyFilings()
    }
  }

  /// The printed levels of the metric that the growth claim is about.
  private mutating func writePublishedFilings(_ register: FigureRegister) {
    let metric =
      register.figures.first { $0.claim == .averageAnnualGrowth }?.metric ?? "casesAccepted"
    let levels = register.figures.filter {
      $0.metric == metric && $0.claim == nil && $0.value != nil && $0.from != nil
    }
    paragraph(
      "The source prints \(levels.count == 4 ? "four" : "these") levels of cases accepted. Cases accepted "
        + "(受理) are cases carried in plus cases newly filed, so they must not be added over years; "
        + "cases newly filed were not published.",
      "来源文章给出下列受理案件数。受理数为旧存与新收之和，不可跨年相加；新收案件数未见公布。")
    let rows = levels.map { figure -> [Text] in
      let mark = published(figure)
      let period = Self.span(figure.from, figure.to)
      return [period, Self.scope(figure.scope), Text(mark), Text(figure.quote)]
    }
    blocks.append(
      .table(
        ReportTable(
          caption: Text(en: "Cases accepted, as printed", zh: "受理案件数（原文所载）"),
          header: [
            Text(en: "Period", zh: "时期"), Text(en: "Courts", zh: "法院"),
            Text(en: "Cases", zh: "件数"), Text(en: "In the words of the source", zh: "原文"),
          ], isNumeric: [false, false, true, false], rows: rows)))
    writeLevelsChart(levels)
    if let series = inputs.panel.entries.first?.series, series.missingCount > 0 {
      let years = series.values.indices.filter { series.values[$0].isNaN }.map {
        series.start.advanced(by: $0)
      }
      if let first = years.first, let last = years.last {
        callout(
          .note,
          "No figure was published for \(first) to \(last), and none is invented here: those years are "
            + "missing, not zero.",
          "\(first.text.zh)至\(last.text.zh)未公布数字，本报告不作推算，按缺失处理。")
      }
    }
  }

  private mutating func writeLevelsChart(_ levels: [PublishedFigure]) {
    let rows = levels.compactMap { figure -> IntervalChart.Row? in
      guard let value = figure.value else { return nil }
      let span = Self.span(figure.from, figure.to)
      let scope = Self.scope(figure.scope)
      return IntervalChart.Row(
        label: Text(en: "\(span.en), \(scope.en)", zh: "\(span.zh) \(scope.zh)"), value: value,
        lower: nil, upper: nil, shown: NumberText.decimal(value))
    }
    guard rows.count > 1 else { return }
    blocks.append(
      .chart(
        .intervals(
          IntervalChart(
            id: "levels",
            title: Text(
              en: "Few levels were printed, and they cover different courts and months",
              zh: "所载受理案件数不多，且法院和月份范围各异"),
            subtitle: Text(en: "cases accepted, as printed", zh: "受理案件，件（原文所载）"),
            caption: Text(
              en:
                "Every printed level of cases accepted. Bars of different periods do not compare.",
              zh: "原文所载全部受理案件数，时期不同者不可直接比较。"),
            summary: Text(
              en: "Bars of the printed levels, each with its period and courts.",
              zh: "各项所载受理案件数的条形，注明时期和法院。"),
            rows: rows, hasBars: true, reference: nil, referenceLabel: nil, format: ",.0f"))))
  }

  static func span(_ from: Period?, _ to: Period?) -> Text {
    guard let from, let to else { return Text("–") }
    guard from != to else { return from.text }
    if from.frequency == .monthly, let a = from.firstDay, let b = to.firstDay, a.year == b.year {
      return Text(
        en: "\(from.text.en.split(separator: " ")[0])–\(to.text.en)",
        zh: "\(a.year)年\(a.month)—\(b.month)月")
    }
    return Text(en: "\(from)–\(to)", zh: "\(from.text.zh)至\(to.text.zh)")
  }

  static func scope(_ id: String) -> Text {
    switch id {
    case "bothCourts": Text(en: "both courts", zh: "两级法院")
    case "intermediateCourt": Text(en: "intermediate court", zh: "中级法院")
    case "districtCourt": Text(en: "district court", zh: "城区法院")
    default: Text(id)
    }
  }

  /// Yearly totals by group, and the monthly total as a chart.
  private mutating func writeYearlyFilings() {
    guard let total = inputs.total, let yearly = try? total.aggregated(to: .yearly),
      let last = yearly.observed.last, let first = yearly.observed.first
    else {
      paragraph(
        "The data hold no complete year, so no yearly total is given.", "数据不含完整年度，故不列年度总数。")
      return
    }
    let lastYear = yearly.start.advanced(by: last.index)
    let firstYear = yearly.start.advanced(by: first.index)
    let unit = total.unit
    let lastMark = yearlyFigure("total", lastYear, last.value)
    let firstMark = yearlyFigure("total", firstYear, first.value)
    var en =
      "In \(lastYear) \(lastMark) \(unit.en) were filed, against \(firstMark) in \(firstYear)."
    var zh =
      "\(lastYear.text.zh)新收 \(lastMark) \(unit.zh)，\(firstYear.text.zh)为 \(firstMark) \(unit.zh)。"
    if let previous = yearly[lastYear.advanced(by: -1)], previous > 0 {
      let change = book.add(
        "filings.change", last.value / previous - 1, .percent(1),
        label: Text(
          en: "change of all filings on \(lastYear.advanced(by: -1))",
          zh: "全部收案较\(lastYear.advanced(by: -1).text.zh)的变化"),
        source: Text(
          en: "computed: total \(lastYear) / total \(lastYear.advanced(by: -1)) − 1",
          zh: "计算：\(lastYear.text.zh)总数 / \(lastYear.advanced(by: -1).text.zh)总数 − 1"))
      let isUp = last.value >= previous
      en += " That is \(change) \(isUp ? "more" : "less") than in \(lastYear.advanced(by: -1))."
      zh += "较上年\(isUp ? "增长" : "变化") \(change)。"
    }
    paragraph(en, zh)
    let shown = inputs.events.filter { $0.only.isEmpty }
    var list = shown.map(\.name.en).joined(separator: " and ")
    if !list.isEmpty { list = "; marked: \(list)" }
    blocks.append(
      .chart(
        .history(
          HistoryChart(
            id: "filings",
            title: Text(
              en: "Filings rose from \(Self.rounded(first.value).en) in \(firstYear) to "
                + "\(Self.rounded(last.value).en) in \(lastYear)",
              zh:
                "收案由\(firstYear.text.zh)的 \(Self.rounded(first.value).zh) 件升至\(lastYear.text.zh)的 "
                + "\(Self.rounded(last.value).zh) 件"),
            subtitle: Text(
              en: "\(unit.en) filed a \(Self.periodWord(total.frequency).en)\(list)",
              zh: "每\(Self.periodWord(total.frequency).zh)新收，\(unit.zh)"),
            caption: Text(
              en: "Cases filed, all courts and case types. Source: data of appendix C.",
              zh: "全部法院和案件类型的新收案件。数据见附录三。"),
            summary: Text(
              en:
                "A line of cases filed from \(total.start) to \(total.lastPeriod), which rises over "
                + "the years with a dip each winter.",
              zh: "\(total.start) 至 \(total.lastPeriod) 新收案件的折线，逐年上升，每年冬季有低谷。"),
            series: TimeSeries(
              name: total.name, unit: unit, measure: total.measure, start: total.start,
              values: total.values, seasonLength: total.seasonLength), events: shown))))

    // By the last key, usually the case type.
    guard let key = inputs.panel.keyNames.last,
      let groups = try? inputs.panel.aggregated(by: [key])
    else { return }
    let years = [firstYear, lastYear.advanced(by: -1), lastYear]
    var rows: [[Text]] = []
    for entry in groups.entries {
      guard let series = try? entry.series.aggregated(to: .yearly) else { continue }
      let id = entry.key[0]
      var row = [inputs.name(id)]
      for year in years {
        row.append(series[year].map { Text(yearlyFigure(id, year, $0)) } ?? Text("–"))
      }
      if let a = series[years[1]], let b = series[years[2]], a > 0 {
        row.append(
          Text(
            book.add(
              "filings.change.\(id)", b / a - 1, .percent(1),
              label: Text(
                en: "change of \(inputs.name(id).en) filings on \(years[1])",
                zh: "\(inputs.name(id).zh)收案较\(years[1].text.zh)的变化"),
              source: Text(
                en: "computed: \(years[2]) / \(years[1]) − 1",
                zh: "计算：\(years[2].text.zh) / \(years[1].text.zh) − 1"))))
      } else {
        row.append(Text("–"))
      }
      rows.append(row)
    }
    rows.append(
      [Text(en: "all", zh: "合计")]
        + years.map { year in
          yearly[year].map { Text(yearlyFigure("total", year, $0)) } ?? Text("–")
        } + [Text("{filings.change}")])
    blocks.append(
      .table(
        ReportTable(
          caption: Text(en: "Cases filed, by case type", zh: "各类案件新收情况（件）"),
          header: [Text(en: "Case type", zh: "案件类型")] + years.map(\.text) + [
            Text(en: "on the year", zh: "同比")
          ], isNumeric: [false, true, true, true, true], rows: rows)))
  }

  static func rounded(_ x: Double) -> Text { NumberText.decimal(x) }

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

  mutating func yearlyFigure(_ id: String, _ year: Period, _ value: Double) -> String {
    let name = id == "total" ? Text(en: "all", zh: "全部") : inputs.name(id)
    return book.add(
      "filings.\(id).\(year)", value, .decimal(0),
      label: Text(en: "\(name.en) filings in \(year)", zh: "\(year.text.zh)\(name.zh)收案"),
      unit: Text(en: "cases", zh: "件"),
      source: Text(
        en: "data: sum over the months and courts of \(year)",
        zh: "数据：\(year.text.zh)各月、各法院之和"))
  }
}
