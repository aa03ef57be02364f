import CaseloadCourt
import CaseloadData
import CaseloadRegression

/// The first page: the answers before the sections that support them.
extension ReportDraft {
  mutating func writeSummary() {
    if inputs.isSimulated {
      callout(
        .warning,
        "These data are simulated. No real court, place or person is described.",
        "本报告使用模拟数据，不涉及任何真实法院、地区或个人。")
    }
    if let growth = inputs.findings.first(where: { $0.check == "growth" }), inputs.register != nil {
      writeAuditSummary(growth)
    } else {
      writeDataSummary()
    }
  }

  private mutating func writeAuditSummary(_ growth: AuditFinding) {
    guard let register = inputs.register, growth.figures.count == 3,
      let claim = register[growth.figures[2]], let last = register[growth.figures[1]]
    else { return }
    let rate =
      growth.evidence.first { $0.id == "compoundRate" }.map { evidence($0, of: growth) } ?? ""
    let claimMark = published(claim)
    let lastMark = published(last)
    var tiles = [
      Report.Tile(
        number: Text(rate),
        caption: Text(
          en: "growth a year between the printed endpoints; the source says \(claimMark) %",
          zh: "首末值对应的年均增长，原文称 \(claimMark)%"))
    ]
    var en =
      "The printed growth of \(claimMark) % a year does not follow from its own endpoints, which give \(rate)."
    var zh = "原文所称年均增长 \(claimMark)% 不能由其首末值得出，按首末值应为 \(rate)。"
    if let base = inputs.findings.first(where: { $0.check == "yearOnYear" }) {
      let low = base.evidence.first { $0.id == "base.sum.low" }.map { evidence($0, of: base) } ?? ""
      let high =
        base.evidence.first { $0.id == "base.sum.high" }.map { evidence($0, of: base) } ?? ""
      let share = base.evidence.first { $0.id == "rest.share" }.map { evidence($0, of: base) } ?? ""
      let change =
        base.evidence.first { $0.id == "change.high" }.map { evidence($0, of: base) } ?? ""
      en +=
        " The changes printed for January–October 2020 put the same months of 2019 at \(low)–\(high) cases; a "
        + "2019 total of \(lastMark) would leave \(share) of the year to its last two months, and cannot be."
      zh +=
        "由 2020 年 1—10 月同比推得 2019 年同期为 \(low)–\(high) 件；若 2019 年为 \(lastMark) 件，则最后两个月占全年 \(share)，不可能成立。"
      tiles.append(
        Report.Tile(
          number: Text(share),
          caption: Text(
            en: "of 2019 would fall into its last two months, if \(lastMark) were right",
            zh: "若 \(lastMark) 件属实，2019 年最后两个月所占比重")))
      tiles.append(
        Report.Tile(
          number: Text(change),
          caption: Text(
            en: "change of cases accepted, January–October 2020; its cause is not identified",
            zh: "2020 年 1—10 月受理案件变化，原因不能识别")))
    }
    en += " Until the source is checked, neither figure should be used for planning."
    zh += "在核实来源之前，这两个数字都不宜用于规划。"
    blocks.append(.lead(Text(en: en, zh: zh)))
    blocks.append(.tiles(tiles))
  }

  private mutating func writeDataSummary() {
    guard let total = inputs.total, let yearly = try? total.aggregated(to: .yearly),
      let last = yearly.observed.last
    else { return }
    let year = yearly.start.advanced(by: last.index)
    let filed = yearlyFigure("total", year, last.value)
    var en = "In \(year) \(filed) cases were filed."
    var zh = "\(year.text.zh)新收案件 \(filed) 件。"
    var tiles = [
      Report.Tile(
        number: Text(filed),
        caption: Text(en: "cases filed in \(year)", zh: "\(year.text.zh)新收案件"))
    ]
    if let effect = inputs.effect, effect.average.value.isFinite {
      let isFall = effect.average.value < 0
      let size = book.add(
        "effect.average", abs(effect.average.value),
        effect.scale == .log ? .percent(1) : .decimal(1),
        label: Text(en: "average effect, as a fall", zh: "平均效应（降幅）"),
        source: Text(
          en:
            "computed: interrupted time series (\(effect.scale.rawValue) scale), AR(1) errors by REML, "
            + "Kenward–Roger interval",
          zh: "计算：中断时间序列（\(effect.scale == .log ? "对数" : "原")尺度），AR(1) 误差 REML,Kenward–Roger 区间"))
      let outcome = inputs.outcomeName
      en +=
        " With \(inputs.interventionName.en), \(outcome.en) were \(size) \(isFall ? "lower" : "higher") than "
        + "without."
      zh += "有\(inputs.interventionName.zh)时，\(outcome.zh)比没有时\(isFall ? "低" : "高") \(size)。"
      tiles.append(
        Report.Tile(
          number: Text(size),
          caption: Text(
            en: "\(isFall ? "fewer" : "more") \(outcome.en) with \(inputs.interventionName.en)",
            zh: "\(inputs.interventionName.zh)对应的\(outcome.zh)\(isFall ? "降幅" : "增幅")")))
    }
    let courts = inputs.account?.courts ?? []
    let needs = courts.compactMap { $0.projection?.judgesNeeded?.median }
    let posts = courts.compactMap { $0.projection?.judgesInPost }
    if !needs.isEmpty, needs.count == posts.count {
      let need = book.add(
        "need.total", needs.reduce(0, +), .decimal(0),
        label: Text(
          en: "judges needed in all courts, sum of the medians", zh: "各院所需法官合计（中位数之和）"),
        unit: Text(en: "judges", zh: "人"),
        source: Text(
          en: "simulated: see the projection of each court", zh: "模拟：见各院推算"))
      let post = book.add(
        "post.total", posts.reduce(0, +), .decimal(0),
        label: Text(en: "judges in post in all courts", zh: "各院在岗法官合计"),
        unit: Text(en: "judges", zh: "人"), source: Text(en: "data: last month", zh: "数据：最近一个月"))
      en +=
        " To resolve next year what comes in, the courts need about \(need) judges and have \(post)."
      zh += "下一年要做到收结平衡，约需法官 \(need) 名，现有 \(post) 名。"
      tiles.append(
        Report.Tile(
          number: Text(need),
          caption: Text(
            en: "judges needed next year, with \(post) in post", zh: "下一年所需法官，现有 \(post) 名")))
    }
    blocks.append(.lead(Text(en: en, zh: zh)))
    blocks.append(.tiles(tiles))
  }
}
