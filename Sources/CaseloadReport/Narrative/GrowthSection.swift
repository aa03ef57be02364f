import CaseloadCourt
import CaseloadData
import CaseloadRegression
import Foundation

/// Section 2: how it grew.
extension ReportDraft {
  mutating func writeGrowth() {
    heading(2, Text(en: "2. Growth", zh: "二、增减情况"), id: "growth")
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
    let clause = VerdictText.growthClause(reading, claim: markClaim)
    let noun = SeriesNoun(reading.first.name, unit: reading.first.unit)
    let start = Text(
      en: noun.unit.en.isEmpty ? markA : "\(markA) \(noun.unit.en)",
      zh: noun.amountZh(before: Text(markA)))
    let end = noun.amount(markB).zh
    paragraph(
      "From \(start.en) in \(from) to \(markB) in \(to) is a compound growth of \(rate) a year\(clause.en)."
        + " The average yearly growth of court reports is the compound rate over the years between the "
        + "endpoints.",
      "由\(from.text.zh)的 \(start.zh)到\(to.text.zh)的 \(end)，年均复合增长率为 \(rate)\(clause.zh)。"
        + "法院工作报告中的“年均增长”指首末年之间的复合增长率。")
    let years = Double(from.distance(to: to)) / (from.frequency.periodsPerYear ?? 1)
    let actual = Growth.compoundRate(first: a, last: b, years: years)
    let readings = growthReadings()
    let titleClause = VerdictText.growthClause(reading, claim: claim.text)
    let claimed = a * pow(1 + (claim.value ?? 0) / 100, years)
    let ends =
      reading.holds
      ? Text(en: "close to the second point", zh: "与末点接近")
      : Direction(from: b, to: claimed) == .up
        ? Text(en: "above the second point", zh: "高于末点")
        : Text(en: "below the second point", zh: "低于末点")
    blocks.append(
      .chart(
        .claim(
          ClaimChart(
            id: "claim",
            title: Text(
              en: "The endpoints imply \(NumberText.percent(actual).en) a year" + titleClause.en,
              zh: "首末值对应的年均增长为 \(NumberText.percent(actual).zh)" + titleClause.zh),
            subtitle: Text(
              en: "\(noun.name.en) a year",
              zh: ["每年" + noun.name.zh, noun.unit.zh].filter { !$0.isEmpty }.joined(separator: "，")),
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
                + "with the path that joins them, and the path at \(claim.text) percent a year, which ends "
                + "\(ends.en).",
              zh: "原文两点：\(from.text.zh) \(reading.first.text) 与\(to.text.zh) \(reading.last.text) "
                + "及其连线，以及按 \(claim.text)% 增长的曲线，后者终点\(ends.zh)。"),
            from: from, to: to, first: a, last: b, claimedRate: (claim.value ?? 0) / 100,
            actualRate: actual, readings: readings, unit: noun.header))))
    writeBase(reading.last)
    let rows = finding.evidence.map { [$0.label, Text(marks[$0.id] ?? "")] }
    blocks.append(
      .table(
        ReportTable(
          caption: Text(en: "The growth claim, read in every way", zh: "增长表述的各种口径"),
          header: [Text(en: "Reading", zh: "口径"), Text(en: "Result", zh: "结果")],
          isNumeric: [false, true], rows: rows)))
    writeRepairs(reading)
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
    let carriedMark = rangeMark("carriedIn", of: finding)
    let carried =
      base.carriesIn
      ? Text(
        en:
          "; and since cases accepted are carried in plus newly filed, \(carriedMark.en) cases would "
          + "have been carried in",
        zh: "；又因受理数等于旧存加新收，旧存将为 \(carriedMark.zh) 件")
      : Text("")
    let verdict = VerdictText.base(finding.verdict)
    paragraph(
      "The figures for \(window.en) speak of \(year) too. Their printed changes put the same part of \(year) "
        + "at \(mark.en) cases. With \(total) for the whole year, the rest of it would hold \(rest.en) cases, \(share.en) "
        + "of the year\(carried.en)\(verdict.en).",
      "\(window.zh)的数字同样涉及\(year.text.zh)。由所载同比推得\(year.text.zh)同期为 \(mark.zh) 件。"
        + "若全年为 \(total) 件，则其余时间为 \(rest.zh) 件，占全年 \(share.zh)\(carried.zh)\(verdict.zh)。")
    guard base.carriesIn else { return }
    let (low, high) = (
      rangeMark("total.carry15", of: finding).en, rangeMark("total.carry5", of: finding).en
    )
    let implied = "\(low)–\(high)"
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

  /// The slips of the pen that would make the claim true, or that none would.
  private mutating func writeRepairs(_ reading: ClaimReading.Growth) {
    let finding = reading.finding
    guard finding.verdict.isFinding else { return }
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
    var (en, zh) = ("", "")
    if rows.isEmpty {
      en = "No change of one digit of any term makes the sentence true"
      zh = "改动任一数字一处均不能使该表述成立"
    } else {
      en =
        "A slip of the pen could explain it. The table lists the changes of one digit of any term, and of two "
        + "digits of an endpoint where one does not do, that make the sentence true; the report chooses none "
        + "of them"
      zh = "可能是笔误。下表列出改动任一数字一处、或（一处不成时）改动首末值两处即可使该表述成立的情形，本报告不作取舍"
    }
    if finding.repairsLeftOut > 0 {
      let count = book.add(
        "growth.repairsLeftOut", Double(finding.repairsLeftOut), .decimal(0),
        label: Text(
          en: "two-digit changes of an endpoint that would do, left out", zh: "未列出的首末值两处改动情形"),
        source: Text(
          en: "computed: two-digit variants of the endpoints that meet the claim",
          zh: "计算：使表述成立的首末值两处改动数"))
      en +=
        rows.isEmpty
        ? "; \(count) two-digit changes of an endpoint would, too many to mean anything"
        : "; \(count) two-digit changes of an endpoint, too many to mean anything, are left out"
      zh +=
        rows.isEmpty
        ? "；改动首末值两处可成立者有 \(count) 种，过多而无意义" : "；另有 \(count) 种首末值两处改动，过多而无意义，未列出"
    } else if rows.isEmpty {
      en += ", nor do two of an endpoint"
      zh += "，改动首末值两处亦不能"
    }
    en += "."
    zh += "。"
    if let base = ClaimReading(inputs).base, base.hasTotal, base.contradicts,
      base.finding.figures.contains(reading.last.id),
      finding.repairs.contains(where: { $0.term != "end" })
    {
      en +=
        " A repaired rate, year or first value leaves the contradiction with the figures for "
        + "\(base.window.en) standing: that one rests on the last value."
      zh += "更正增长率、年份或初值后，与\(base.window.zh)数字的矛盾依然存在，因其取决于末值。"
    }
    paragraph(en, zh)
    guard !rows.isEmpty else { return }
    blocks.append(
      .table(
        ReportTable(
          caption: Text(en: "Changes of digits that would make the claim true", zh: "使表述成立的数字更正"),
          header: [
            Text(en: "Term", zh: "项目"), Text(en: "Change", zh: "更正"),
            Text(en: "Edits", zh: "改动处数"), Text(en: "Growth a year", zh: "年均增长率"),
          ], isNumeric: [false, false, true, true], rows: rows)))
  }
}
