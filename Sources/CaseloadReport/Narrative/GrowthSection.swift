import CaseloadCourt
import CaseloadData
import CaseloadRegression

/// Section 2: how it grew.
extension ReportDraft {
  mutating func writeGrowth() {
    heading(2, Text(en: "2. How it grew", zh: "二、增长情况"), id: "growth")
    if let growth = ClaimReading(inputs).growth {
      writeClaim(growth)
    } else if inputs.growth.isEmpty {
      paragraph(
        "The register makes no claim of growth, and holds no series to compute one from.",
        "登记表中没有增长表述，也没有可用于计算增长的序列。")
    } else {
      writeGrowthTable()
    }
  }

  private mutating func writeClaim(_ reading: ClaimReading.Growth) {
    let finding = reading.finding
    guard let a = reading.first.value, let b = reading.last.value else { return }
    let (from, to, claim) = (reading.from, reading.to, reading.claim)
    var marks: [String: String] = [:]
    for item in finding.evidence { marks[item.id] = evidence(item, of: finding) }
    let (markA, markB) = (published(reading.first), published(reading.last))
    let markClaim = published(claim)
    let rate = marks["compoundRate"] ?? ""
    let holds = reading.holds
    paragraph(
      "From \(markA) cases in \(from) to \(markB) in \(to) is a compound growth of \(rate) a year, "
        + (holds ? "as the printed \(markClaim) % says." : "not the printed \(markClaim) %.")
        + " The average yearly growth of court reports is the compound rate over the years between the "
        + "endpoints.",
      "由\(from.text.zh)的 \(markA) 件到\(to.text.zh)的 \(markB) 件，年均复合增长率为 \(rate)，"
        + (holds ? "与所载 \(markClaim)% 相符。" : "而不是所载的 \(markClaim)%。")
        + "法院工作报告中的“年均增长”指首末年之间的复合增长率。")
    let years = Double(from.distance(to: to)) / (from.frequency.periodsPerYear ?? 1)
    let actual = Growth.compoundRate(first: a, last: b, years: years)
    let readings = growthReadings()
    blocks.append(
      .chart(
        .claim(
          ClaimChart(
            id: "claim",
            title: Text(
              en: "The endpoints imply \(NumberText.percent(actual).en) a year"
                + (holds ? ", as claimed" : ", not \(claim.text) %"),
              zh: "首末值对应的年均增长为 \(NumberText.percent(actual).zh)"
                + (holds ? "，与所述相符" : "，而不是 \(claim.text)%")),
            subtitle: Text(en: "cases accepted a year", zh: "每年受理案件，件"),
            caption: Text(
              en: "Points: as printed. Lines: computed."
                + (readings.isEmpty
                  ? ""
                  : " Bar: what the printed changes on the year imply for \(to), if 5 to 15 % of the cases "
                    + "were carried in."),
              zh: "圆点为原文所载，曲线为推算。"
                + (readings.isEmpty
                  ? "" : "绿色条为由所载同比推出的\(to.text.zh)受理数（旧存占 5% 至 15%）。")),
            summary: Text(
              en:
                "Two printed points, \(reading.first.text) in \(from) and \(reading.last.text) in \(to), "
                + "with the path that joins them, and the path at \(claim.text) percent a year.",
              zh: "原文两点：\(from.text.zh) \(reading.first.text) 件与\(to.text.zh) \(reading.last.text) "
                + "件及其连线，以及按 \(claim.text)% 增长的曲线。"),
            from: from, to: to, first: a, last: b, claimedRate: (claim.value ?? 0) / 100,
            actualRate: actual, readings: readings, unit: Text(en: "cases", zh: "件")))))
    writeBase(reading.last)
    let rows = finding.evidence.map { [$0.label, Text(marks[$0.id] ?? "")] }
    blocks.append(
      .table(
        ReportTable(
          caption: Text(en: "The growth claim, read in every way", zh: "增长表述的各种口径"),
          header: [Text(en: "Reading", zh: "口径"), Text(en: "Result", zh: "结果")],
          isNumeric: [false, true], rows: rows)))
    writeRepairs(finding)
    if from.distance(to: to) > 1 {
      callout(
        .warning,
        "Two values do not make a series: between \(from) and \(to) nothing is known, so no interval for "
          + "the growth rate, no level shift and no forecast can be computed from them.",
        "两个数值不构成序列：\(from.text.zh)与\(to.text.zh)之间没有资料，因此无法给出增长率的区间，也无法判断水平移位或作出预测。")
    }
  }

  /// What the year-on-year figures say of the last printed level.
  private mutating func writeBase(_ last: PublishedFigure) {
    guard let base = ClaimReading(inputs).base, base.hasTotal,
      base.finding.figures.contains(last.id)
    else { return }
    let finding = base.finding
    for item in finding.evidence { _ = evidence(item, of: finding) }
    let total = published(last)
    let (year, window) = (base.year, base.window)
    let mark = baseMark(base)
    let rest = rangeMark("rest", of: finding)
    let share = rangeMark("rest.share", of: finding)
    let carried = rangeMark("carriedIn", of: finding)
    let verdict =
      base.isImpossible
      ? Text(en: ", which cannot be.", zh: "，不可能成立。")
      : (base.contradicts
        ? Text(en: ", which is implausible.", zh: "，难以成立。") : Text(en: ".", zh: "。"))
    paragraph(
      "The figures for \(window.en) speak of \(year) too. Their printed changes put the same months of \(year) "
        + "at \(mark) cases. With \(total) for the whole year, the rest of it would hold \(rest) cases, \(share) "
        + "of the year; and since cases accepted are carried in plus newly filed, \(carried) cases would have "
        + "been carried in" + verdict.en,
      "\(window.zh)的数字同样涉及\(year.text.zh)。由所载同比推得\(year.text.zh)同期为 \(mark) 件。"
        + "若全年为 \(total) 件，则其余月份为 \(rest) 件，占全年 \(share)；又因受理数等于旧存加新收，旧存将为 \(carried) 件"
        + verdict.zh)
    let implied = [
      rangeMark("total.carry15", of: finding), rangeMark("total.carry5", of: finding),
    ].joined(separator: "–")
    paragraph(
      "If, as is usual, 5 to 15 % of the year's cases were carried in, the same base puts \(year) at "
        + "\(implied) cases.",
      "按通常旧存占 5% 至 15% 计，由同一基数推得\(year.text.zh)受理 \(implied) 件。")
  }

  /// Levels of the last year that the year-on-year figures speak for.
  private func growthReadings() -> [ClaimChart.Reading] {
    let reading = ClaimReading(inputs)
    guard let base = reading.base, reading.growth?.to == base.year,
      let low = base.finding.evidence.first(where: { $0.id == "total.carry15" }),
      let high = base.finding.evidence.first(where: { $0.id == "total.carry5" })
    else { return [] }
    let next = base.year.advanced(by: 1)
    return [
      ClaimChart.Reading(
        label: Text(en: "implied by \(next)", zh: "由 \(next) 年推得"), lower: low.value,
        upper: high.value)
    ]
  }

  private mutating func writeRepairs(_ finding: AuditFinding) {
    guard !finding.repairs.isEmpty else { return }
    var rows: [[Text]] = []
    for (index, repair) in finding.repairs.enumerated() {
      let mark = book.add(
        "growth.repair.\(index + 1)", repair.rate, .percent(2),
        label: Text(
          en: "growth a year with \(repair.from) read as \(repair.to)",
          zh: "将 \(repair.from) 读作 \(repair.to) 时的年均增长率"),
        source: Text(
          en: "computed: compound rate with that digit changed",
          zh: "计算：更正该数字后的复合增长率"))
      rows.append([
        repair.termName, Text("\(repair.from) → \(repair.to)"), Text("\(repair.edits)"), Text(mark),
      ])
    }
    paragraph(
      "A slip of the pen could explain it. These are all the changes of one digit of any term, and of two "
        + "digits of an endpoint, that make the sentence true; the report chooses none of them.",
      "可能是笔误。下表列出改动任一数字一处、或改动首末值两处即可使该表述成立的全部情形，本报告不作取舍。")
    blocks.append(
      .table(
        ReportTable(
          caption: Text(en: "Changes of digits that would make the claim true", zh: "使表述成立的数字更正"),
          header: [
            Text(en: "Term", zh: "项目"), Text(en: "Change", zh: "更正"),
            Text(en: "Edits", zh: "改动处数"), Text(en: "Growth a year", zh: "年均增长率"),
          ], isNumeric: [false, false, true, true], rows: rows)))
  }

  // Growth of a full table.

  private mutating func writeGrowthTable() {
    var rows: [[Text]] = []
    var bars: [IntervalChart.Row] = []
    for (id, growth) in inputs.growth {
      let name = id.isEmpty ? Text(en: "all", zh: "合计") : inputs.name(id)
      guard let line = growth.logLinear, let lower = line.lower, let upper = line.upper else {
        continue
      }
      let key = id.isEmpty ? "all" : id
      let source = Text(
        en:
          "computed: slope of log filings on time, season, Spring Festival and known events; AR(1) errors",
        zh: "计算：对数收案数对时间、季节、春节和已知事件的回归斜率，AR(1) 误差")
      let value = book.add(
        "growth.\(key)", line.value, .percent(1),
        label: Text(en: "growth of \(name.en) filings a year", zh: "\(name.zh)收案年均增长率"),
        source: source)
      let low = book.add(
        "growth.\(key).lower", lower, .percent(1),
        label: Text(en: "its 95 % interval, lower end", zh: "其 95% 区间下限"), source: source)
      let high = book.add(
        "growth.\(key).upper", upper, .percent(1),
        label: Text(en: "its 95 % interval, upper end", zh: "其 95% 区间上限"), source: source)
      var compound = Text("–")
      if let c = growth.compound {
        compound = Text(
          book.add(
            "growth.\(key).compound", c.rate, .percent(1),
            label: Text(
              en: "compound growth of \(name.en) filings, \(c.from)–\(c.to)",
              zh: "\(name.zh)收案 \(c.from)—\(c.to) 年复合增长率"),
            source: Text(
              en: "computed: (last / first)^(1/years) − 1 of the yearly totals",
              zh: "计算：年度总数的 (末值/初值)^(1/年数) − 1")))
      }
      rows.append([
        name, compound, Text(value), Text(en: "\(low) to \(high)", zh: "\(low) 至 \(high)"),
      ])
      bars.append(
        IntervalChart.Row(
          label: name, value: line.value, lower: lower, upper: upper,
          shown: NumberText.percent(line.value)))
    }
    guard let fastest = bars.dropLast(bars.count > 1 ? 1 : 0).max(by: { $0.value < $1.value })
    else {
      paragraph("No growth rate can be estimated from these data.", "由现有数据无法估计增长率。")
      return
    }
    let fastestId = inputs.growth.first { inputs.name($0.name) == fastest.label }?.name ?? "all"
    paragraph(
      "Underlying growth, with the season, the moving Spring Festival and the known events allowed for, "
        + "was fastest in \(fastest.label.en) cases, at {growth.\(fastestId)} a year. The compound rate in "
        + "the table compares only the first and the last year and so takes reforms and dips for growth.",
      "剔除季节、春节移动和已知事件后，\(fastest.label.zh)案件增长最快，年均 {growth.\(fastestId)}。表中的复合增长率只比较首末两年，"
        + "会把改革和疫情等一次性变化计入增长。")
    blocks.append(
      .chart(
        .intervals(
          IntervalChart(
            id: "growth",
            title: Text(
              en:
                "\(fastest.label.en.capitalizedFirst) cases grew fastest, "
                + "at \(fastest.shown.en) a year",
              zh: "\(fastest.label.zh)案件增长最快，年均 \(fastest.shown.zh)"),
            subtitle: Text(
              en: "underlying growth a year; lines are 95 % intervals", zh: "年均内生增长率，线段为 95% 区间"),
            caption: Text(
              en: "Growth of filings by case type, season and known events allowed for.",
              zh: "各类案件收案的年均增长率（已剔除季节和已知事件）。"),
            summary: Text(
              en: "Growth rates with intervals for each case type.", zh: "各类案件增长率及其区间。"),
            rows: bars, hasBars: false, reference: 0, referenceLabel: nil, format: ".0%"))))
    blocks.append(
      .table(
        ReportTable(
          caption: Text(en: "Growth of filings", zh: "收案增长率"),
          header: [
            Text(en: "Case type", zh: "案件类型"), Text(en: "compound a year", zh: "年均复合"),
            Text(en: "underlying a year", zh: "年均内生"), Text(en: "95 % interval", zh: "95% 区间"),
          ], isNumeric: [false, true, true, true], rows: rows)))
    writeEvents()
  }

  /// What the reforms and dips did, from the fit of all series together.
  private mutating func writeEvents() {
    guard let all = inputs.growth.last?.growth else { return }
    let known = inputs.events.filter { $0.only.isEmpty }.map(\.id)
    for event in all.eventEffects where known.contains(event.id) {
      let source = Text(
        en: "computed: coefficient of the event in the growth regression of all filings",
        zh: "计算：全部收案增长回归中该事件的系数")
      func figure(_ suffix: String, _ value: Double, _ label: Text) -> String {
        book.add("event.\(event.id)\(suffix)", value, .percent(1), label: label, source: source)
      }
      let value = figure(
        "", event.effect.value,
        Text(en: "effect of the \(event.name.en) on filings", zh: "\(event.name.zh)对收案的影响"))
      guard let lower = event.effect.lower, let upper = event.effect.upper else { continue }
      let low = figure(
        ".lower", lower, Text(en: "its 95 % interval, lower end", zh: "其 95% 区间下限"))
      let high = figure(
        ".upper", upper, Text(en: "its 95 % interval, upper end", zh: "其 95% 区间上限"))
      let isRise = event.effect.value > 0
      paragraph(
        "The \(event.name.en) (from \(event.from.text.en)) went with a \(isRise ? "rise" : "change") of \(value) in all filings "
          + "(95 % interval \(low) to \(high)).",
        "\(event.name.zh)（\(event.from.text.zh)起）伴随全部收案\(isRise ? "上升" : "变化") \(value)"
          + "（95% 区间 \(low) 至 \(high)）。")
    }
  }
}
