import CaseloadCourt
import CaseloadData
import CaseloadForecasting

/// Section 4: what the next year needs.
extension ReportDraft {
  mutating func writeNeed() {
    heading(2, Text(en: "4. What the next year needs", zh: "四、下一年度需求"), id: "need")
    guard let account = inputs.account else {
      paragraph(
        "Without cases resolved, cases pending and judges in post nothing can be said of the next year.",
        "缺少结案数、未结数和法官人数，无法推算下一年度需求。")
      return
    }
    if account.courts.isEmpty {
      writeStatedNeed(account)
    } else {
      writeProjection(account)
    }
  }

  // From published figures.

  private mutating func writeStatedNeed(_ account: WorkloadAccount) {
    guard let rate = account.statedCasesPerJudge, let register = inputs.register,
      let rateFigure = register.figures.first(where: { $0.metric == "casesPerJudge" })
    else { return }
    let rateMark = published(rateFigure)
    var capacityMark = ""
    if let judges = register.figures.first(where: { $0.metric == "quotaJudges" }),
      let capacity = account.capacity
    {
      let judgesMark = published(judges)
      capacityMark = book.add(
        "load.product", capacity, .decimal(0),
        label: Text(en: "judges times cases each", zh: "法官数 × 人均办案"),
        unit: Text(en: "cases", zh: "件"),
        source: Text(
          en: "computed: \(judges.id) × \(rateFigure.id)", zh: "计算：\(judges.id) × \(rateFigure.id)")
      )
      paragraph(
        "The source states \(rateMark) cases a judge and year, and names \(judgesMark) judges: together "
          + "\(capacityMark) cases a year. At that pace each reading of the caseload needs a different number of "
          + "judges.",
        "来源称法官年均办案 \(rateMark) 件，提及员额法官 \(judgesMark) 名，合计每年 \(capacityMark) 件。按此人均，不同口径的案件数对应不同的法官需求。"
      )
    }
    var readings: [(Text, Double)] = []
    if let growth = inputs.findings.first(where: { $0.check == "growth" }),
      growth.figures.count > 1, let last = register[growth.figures[1]], let value = last.value
    {
      readings.append(
        (Text(en: "\(last.text), as printed", zh: "所载 \(last.text) 件"), value))
      for repair in growth.repairs where repair.term == "end" {
        if let repaired = Double(repair.to) {
          readings.append(
            (Text(en: "\(repair.to), if a slip", zh: "若为笔误，\(repair.to) 件"), repaired))
        }
      }
    }
    if let base = inputs.findings.first(where: { $0.check == "yearOnYear" }) {
      for id in ["total.carry15", "total.carry5"] {
        guard let item = base.evidence.first(where: { $0.id == id }) else { continue }
        let percent = id == "total.carry15" ? "15" : "5"
        readings.append(
          (
            Text(
              en: "\(NumberText.decimal(item.value).en), from 2020 with \(percent) % carried in",
              zh: "由 2020 年推得（旧存 \(percent)%）\(NumberText.decimal(item.value).zh) 件"), item.value
          ))
      }
    }
    var rows: [[Text]] = []
    var bars: [IntervalChart.Row] = []
    for (index, reading) in readings.enumerated() {
      guard
        let need = CourtIndicators.judgesNeeded(caseload: reading.1, casesPerJudge: rate)
      else { continue }
      let mark = book.add(
        "need.\(index + 1)", need, .decimal(1),
        label: Text(en: "judges for \(reading.0.en)", zh: "\(reading.0.zh)所需法官"),
        unit: Text(en: "judges", zh: "人"),
        source: Text(
          en: "computed: caseload / \(rateFigure.id)", zh: "计算：案件数 / \(rateFigure.id)"))
      rows.append([reading.0, Text(mark)])
      bars.append(
        IntervalChart.Row(
          label: reading.0, value: need, lower: nil, upper: nil, shown: NumberText.decimal(need, 1))
      )
    }
    if !bars.isEmpty, let judges = account.statedJudges {
      let (low, high) = (bars.map(\.value).min() ?? 0, bars.map(\.value).max() ?? 0)
      blocks.append(
        .chart(
          .intervals(
            IntervalChart(
              id: "need",
              title: Text(
                en:
                  "Between \(NumberText.decimal(low).en) and \(NumberText.decimal(high).en) judges, depending on "
                  + "which figure is right",
                zh: "因口径不同，所需法官在 \(NumberText.decimal(low).zh) 至 \(NumberText.decimal(high).zh) 名之间"
              ),
              subtitle: Text(
                en: "judges needed at \(rateFigure.text) cases each",
                zh: "按人均 \(rateFigure.text) 件计所需法官，人"),
              caption: Text(
                en:
                  "Judges needed for each reading of the 2019 caseload; the line is the number that the "
                  + "source names.",
                zh: "2019 年案件数各种口径下的法官需求；竖线为文中提及的法官人数。"),
              summary: Text(
                en:
                  "Bars of judges needed for each reading, against a line at \(NumberText.decimal(judges).en).",
                zh: "各口径所需法官的条形，竖线为 \(NumberText.decimal(judges).zh) 人。"),
              rows: bars, hasBars: true, reference: judges,
              referenceLabel: Text(
                en: "\(NumberText.decimal(judges).en) named",
                zh: "文中 \(NumberText.decimal(judges).zh) 人"),
              format: ",.0f"))))
      blocks.append(
        .table(
          ReportTable(
            caption: Text(en: "Judges needed, by reading", zh: "各口径所需法官（人）"),
            header: [
              Text(en: "Cases in 2019", zh: "2019 年案件数"), Text(en: "Judges", zh: "所需法官"),
            ], isNumeric: [false, true], rows: rows)))
    }
    blocks.append(
      .paragraph(
        Text(
          en: "What cannot be computed from what the source gives, and what it would take:",
          zh: "以下内容不能由来源所给资料计算，所需资料如下：")))
    blocks.append(.list(account.notComputable))
  }

  // From a full table.

  private mutating func writeProjection(_ account: WorkloadAccount) {
    var needRows: [[Text]] = []
    var stateRows: [[Text]] = []
    var bars: [IntervalChart.Row] = []
    var posts = 0.0
    var periodText = ""
    for court in account.courts {
      let id = court.workload.key.joined(separator: ".")
      let name = inputs.name(court.workload.key.first ?? court.label)
      if let year = court.workload.years.last { stateRows.append(state(id, name, year)) }
      guard let next = court.projection else { continue }
      periodText = next.period
      func cell(_ kind: String, _ range: WorkloadProjection.Range, _ decimals: Int, _ label: Text)
        -> Text
      {
        let source = Text(
          en: "simulated: \(next.model) paths of filings, last year's productivity with its spread",
          zh: "模拟：\(next.model) 收案路径与上年人均结案及其波动")
        let median = book.add(
          "next.\(id).\(kind)", range.median, .decimal(decimals),
          label: Text(en: "\(name.en): \(label.en), median", zh: "\(name.zh)\(label.zh)（中位数）"),
          source: source)
        let low = book.add(
          "next.\(id).\(kind).lower80", range.lower80, .decimal(decimals),
          label: Text(en: "its 80 % interval, lower end", zh: "其 80% 区间下限"), source: source)
        let high = book.add(
          "next.\(id).\(kind).upper80", range.upper80, .decimal(decimals),
          label: Text(en: "its 80 % interval, upper end", zh: "其 80% 区间上限"), source: source)
        return Text(en: "\(median) (\(low)–\(high))", zh: "\(median)(\(low)–\(high))")
      }
      var row = [name]
      row.append(cell("incoming", next.incoming, 0, Text(en: "cases filed", zh: "新收")))
      row.append(
        next.pending.map { cell("pending", $0, 0, Text(en: "pending at the end", zh: "期末未结")) }
          ?? Text("–"))
      row.append(
        next.judgesNeeded.map { cell("need", $0, 1, Text(en: "judges needed", zh: "所需法官")) }
          ?? Text("–"))
      if let post = next.judgesInPost {
        posts += post
        row.append(
          Text(
            book.add(
              "next.\(id).post", post, .decimal(0),
              label: Text(en: "\(name.en): judges in post", zh: "\(name.zh)在岗法官"),
              unit: Text(en: "judges", zh: "人"),
              source: Text(en: "data: last month", zh: "数据：最近一个月"))))
      } else {
        row.append(Text("–"))
      }
      needRows.append(row)
      if let need = next.judgesNeeded {
        let post = next.judgesInPost.map { NumberText.decimal($0) } ?? Text("–")
        bars.append(
          IntervalChart.Row(
            label: name, value: need.median, lower: need.lower80, upper: need.upper80,
            shown: Text(
              en: "\(NumberText.decimal(need.median, 1).en) (in post \(post.en))",
              zh: "\(NumberText.decimal(need.median, 1).zh)（在岗 \(post.zh)）")))
      }
      if let shortage = next.shortageProbability {
        book.add(
          "next.\(id).shortage", shortage, .percent(0),
          label: Text(
            en: "\(name.en): probability that the judges in post are too few",
            zh: "\(name.zh)法官不足的概率"),
          source: Text(
            en: "simulated: share of draws with need above posts", zh: "模拟：需求超过在岗人数的比例"))
      }
    }
    if !stateRows.isEmpty, let year = account.courts.first?.workload.years.last?.period {
      blocks.append(
        .table(
          ReportTable(
            caption: Text(en: "State of the courts, \(year)", zh: "\(year.text.zh)审判运行情况"),
            header: [
              Text(en: "Court", zh: "法院"), Text(en: "filed", zh: "新收"),
              Text(en: "resolved", zh: "结案"), Text(en: "pending", zh: "未结"),
              Text(en: "clearance, %", zh: "结收比,%"),
              Text(en: "days to resolve", zh: "处理时间，天"),
              Text(en: "per judge", zh: "人均结案"),
            ], isNumeric: [false, true, true, true, true, true, true], rows: stateRows)))
    }
    writeFan()
    guard !needRows.isEmpty else {
      blocks.append(.list(account.notComputable))
      return
    }
    let shortages = account.courts.compactMap { court -> (String, String)? in
      let id = court.workload.key.joined(separator: ".")
      guard book["next.\(id).shortage"] != nil else { return nil }
      let name = inputs.name(court.workload.key.first ?? court.label)
      return (
        "{next.\(id).shortage} in the \(name.en)", "\(name.zh) {next.\(id).shortage}"
      )
    }
    paragraph(
      "To resolve as many cases as come in, the courts need the judges of the table. The probability that the "
        + "judges now in post are too few is " + shortages.map(\.0).joined(separator: " and ")
        + ".",
      "若要做到收结平衡，所需法官如下表。现有在岗法官不足的概率：" + shortages.map(\.1).joined(separator: ",") + "。")
    if !bars.isEmpty {
      let need = bars.map(\.value).reduce(0, +)
      blocks.append(
        .chart(
          .intervals(
            IntervalChart(
              id: "need",
              title: Text(
                en:
                  "The courts need about \(NumberText.decimal(need).en) judges, with \(NumberText.decimal(posts).en) in post",
                zh: "两院约需法官 \(NumberText.decimal(need).zh) 名，现有 \(NumberText.decimal(posts).zh) 名"),
              subtitle: Text(
                en: "judges needed to resolve what comes in; lines are 80 % intervals",
                zh: "收结平衡所需法官，人；线段为 80% 区间"),
              caption: Text(
                en: "Judges needed over \(periodText), by court.", zh: "\(periodText) 各院所需法官。"),
              summary: Text(
                en: "Bars of judges needed for each court with intervals; each is above the posts.",
                zh: "各院所需法官的条形及区间，均高于在岗人数。"),
              rows: bars, hasBars: true, reference: nil, referenceLabel: nil, format: ",.0f"))))
    }
    blocks.append(
      .table(
        ReportTable(
          caption: Text(
            en: "Projection for \(periodText): medians and 80 % intervals",
            zh: "\(periodText) 推算：中位数与 80% 区间"),
          header: [
            Text(en: "Court", zh: "法院"), Text(en: "filed", zh: "新收"),
            Text(en: "pending at the end", zh: "期末未结"), Text(en: "judges needed", zh: "所需法官"),
            Text(en: "in post", zh: "在岗"),
          ], isNumeric: [false, true, true, true, true], rows: needRows)))
    callout(
      .note,
      "The projection assumes that filings go on as the model has learned from the past, that productivity "
        + "stays near last year's, and that no judge is appointed or leaves. A reform, a new centre or another "
        + "wave of cases would change it.",
      "推算假定收案延续既往规律、人均结案接近上年、法官人数不变。制度改革、新设调解中心或新的收案高峰都会改变结果。")
  }

  private mutating func state(_ id: String, _ name: Text, _ year: CourtWorkload.Year) -> [Text] {
    func cell(_ key: String, _ value: Double?, _ decimals: Int, _ label: Text, _ how: Text) -> Text
    {
      guard let value else { return Text("–") }
      return Text(
        book.add(
          "state.\(id).\(key)", value, .decimal(decimals),
          label: Text(en: "\(name.en): \(label.en)", zh: "\(name.zh)\(label.zh)"), source: how))
    }
    let data = Text(en: "data: \(year.period)", zh: "数据：\(year.period.text.zh)")
    return [
      name, cell("filed", year.incoming, 0, Text(en: "cases filed", zh: "新收"), data),
      cell("resolved", year.resolved, 0, Text(en: "cases resolved", zh: "结案"), data),
      cell("pending", year.pending, 0, Text(en: "cases pending", zh: "未结"), data),
      cell(
        "clearance", year.clearanceRate, 1, Text(en: "clearance rate", zh: "结收比"),
        Text(en: "computed: 100 × resolved / filed", zh: "计算：100 × 结案 / 新收")),
      cell(
        "time", year.dispositionTime, 0, Text(en: "disposition time", zh: "平均处理时间"),
        Text(en: "computed: 365 × pending / resolved", zh: "计算：365 × 未结 / 结案")),
      cell(
        "load", year.casesPerJudge, 1, Text(en: "cases resolved a judge", zh: "人均结案"),
        Text(en: "computed: resolved / judges", zh: "计算：结案 / 法官数")),
    ]
  }

  private mutating func writeFan() {
    guard let forecast = inputs.forecast, let first = forecast.marginals.first else { return }
    _ = first
    let period = "\(forecast.start)–\(forecast.periods.upperBound.advanced(by: -1))"
    let mean = forecast.marginals.map(\.mean).reduce(0, +) / Double(forecast.marginals.count)
    let word = Self.periodWord(forecast.history.frequency)
    blocks.append(
      .chart(
        .fan(
          FanChart(
            id: "forecast",
            title: Text(
              en:
                "About \(NumberText.decimal(mean).en) filings a \(word.en) are expected over the next year",
              zh: "预计下一年平均每\(word.zh)新收约 \(NumberText.decimal(mean).zh) 件"),
            subtitle: Text(
              en: "cases filed a \(word.en), all courts; bands are 80 % and 95 % intervals",
              zh: "全部法院每\(word.zh)新收，件；色带为 80% 与 95% 区间"),
            caption: Text(
              en: "Filings and their forecast, \(period), by \(forecast.model).",
              zh: "新收案件及 \(period) 预测，模型 \(forecast.model)。"),
            summary: Text(
              en: "Past filings as a line, then a dashed median with two bands that widen.",
              zh: "历史收案折线，其后为中位数虚线及逐渐变宽的两条色带。"),
            forecast: forecast, shownHistory: 60))))
  }
}
