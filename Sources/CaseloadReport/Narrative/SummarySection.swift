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
    let reading = ClaimReading(inputs)
    if reading.growth != nil || reading.base != nil {
      writeAuditSummary(reading)
    } else {
      writeDataSummary()
    }
  }

  private mutating func writeAuditSummary(_ reading: ClaimReading) {
    var tiles: [Report.Tile] = []
    var (en, zh) = ("", "")
    if let growth = reading.growth {
      let rate = rangeMark("compoundRate", of: growth.finding)
      let claim = published(growth.claim)
      tiles.append(
        Report.Tile(
          number: Text(rate),
          caption: Text(
            en: "growth a year between the printed endpoints; the source says \(claim) %",
            zh: "首末值对应的年均增长，原文称 \(claim)%")))
      en +=
        growth.holds
        ? "The printed growth of \(claim) % a year agrees with its endpoints, which give \(rate). "
        : "The printed growth of \(claim) % a year does not follow from its own endpoints, which give \(rate). "
      zh +=
        growth.holds
        ? "原文所称年均增长 \(claim)% 与其首末值相符，按首末值为 \(rate)。"
        : "原文所称年均增长 \(claim)% 不能由其首末值得出，按首末值应为 \(rate)。"
    }
    if let base = reading.base {
      let window = base.window
      let change = rangeMark("change", of: base.finding)
      let mark = baseMark(base)
      en +=
        "The changes printed for \(window.en) put the same months of \(base.year) at \(mark) cases"
      zh += "由\(window.zh)的同比推得\(base.year.text.zh)同期为 \(mark) 件"
      if base.hasTotal, let total = reading.growth.map({ published($0.last) }) {
        let share = rangeMark("rest.share", of: base.finding)
        let fits = !base.contradicts
        en +=
          "; a total of \(total) for \(base.year) would leave \(share) of the year to the rest of it"
          + (fits
            ? ", which is possible. "
            : base.isImpossible ? ", and cannot be. " : ", which is implausible. ")
        zh +=
          "；若\(base.year.text.zh)为 \(total) 件，则其余月份占全年 \(share)"
          + (fits ? "，可以成立。" : base.isImpossible ? "，不可能成立。" : "，难以成立。")
        tiles.append(
          Report.Tile(
            number: Text(share),
            caption: Text(
              en: "of \(base.year) would fall outside the months of the base, with \(total)",
              zh: "若为 \(total) 件，\(base.year.text.zh)基数以外月份所占比重")))
      } else {
        en += ". "
        zh += "。"
      }
      tiles.append(
        Report.Tile(
          number: Text(change),
          caption: Text(
            en: "change of cases accepted, \(window.en); its cause is not identified",
            zh: "\(window.zh)受理案件变化，原因不能识别")))
    }
    if inputs.findings.contains(where: { $0.verdict.isFinding }) {
      en += "Until the source is checked, these figures should not be used for planning."
      zh += "在核实来源之前，这些数字不宜用于规划。"
    }
    blocks.append(.lead(Text(en: en.trimmedEnd, zh: zh)))
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
