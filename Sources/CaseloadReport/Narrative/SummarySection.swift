import CaseloadCourt
import CaseloadData

/// The first page: the answers before the sections that support them.
extension ReportDraft {
  mutating func writeSummary() {
    if inputs.isSimulated {
      callout(
        .warning,
        "These data are simulated. No real court, place or person is described.",
        "本报告使用模拟数据，不涉及任何真实法院、地区或个人。")
    }
    if inputs.register != nil {
      writeAuditSummary(ClaimReading(inputs))
    } else {
      writeDataSummary()
    }
  }

  private mutating func writeAuditSummary(_ reading: ClaimReading) {
    var tiles: [Report.Tile] = []
    var (en, zh) = ("", "")
    if let growth = reading.growth {
      let rate = rangeMark("compoundRate", of: growth.finding).en
      let claim = published(growth.claim)
      tiles.append(
        Report.Tile(
          number: Text(rate),
          caption: Text(
            en: "growth a year between the printed endpoints; the source says \(claim) %",
            zh: "首末值对应的年均增长，原文称 \(claim)%")))
      let answer = VerdictText.growth(growth, claim: claim, rate: rate)
      en += answer.en
      zh += answer.zh
    }
    if let base = reading.base {
      let window = base.window
      let change = rangeMark("change", of: base.finding)
      let mark = baseMark(base)
      en +=
        "The changes printed for \(window.en) put the same part of \(base.year) at \(mark.en) cases"
      zh += "由\(window.zh)的同比推得\(base.year.text.zh)同期为 \(mark.zh) 件"
      if let total = base.total.map({ published($0) }) {
        let share = rangeMark("rest.share", of: base.finding)
        let verdict = VerdictText.base(base.finding.verdict)
        en +=
          "; a total of \(total) for \(base.year) would leave \(share.en) of the year to the rest of it"
          + verdict.en + ". "
        zh += "；若\(base.year.text.zh)为 \(total) 件，则其余时间占全年 \(share.zh)\(verdict.zh)。"
        tiles.append(
          Report.Tile(
            number: share,
            caption: Text(
              en: "of \(base.year) would fall into the rest of the year, with \(total)",
              zh: "若为 \(total) 件，\(base.year.text.zh)其余时间所占比重")))
      } else {
        en += "; no total of \(base.year) is printed to hold that against. "
        zh += "；未载\(base.year.text.zh)全年数，无可核对。"
      }
      tiles.append(
        Report.Tile(
          number: change,
          caption: Text(
            en: "change on the year, \(window.en); its cause is not identified",
            zh: "\(window.zh)同比变化，原因不能识别")))
    }
    let advice = VerdictText.advice(inputs.findings)
    en += advice.en
    zh += advice.zh
    blocks.append(.lead(Text(en: en.trimmedEnd, zh: zh)))
    if !tiles.isEmpty { blocks.append(.tiles(tiles)) }
  }

  private mutating func writeDataSummary() {
    guard let levels = Levels(inputs.total) else { return }
    let noun = inputs.noun
    let period = levels.last.period
    let mark = levelFigure(nil, levels, period)
    let amount = noun.amount(mark)
    var en = "\(noun.atStart.en) came to \(amount.en) in \(period.words.en)."
    var zh = "\(period.words.zh)\(noun.name.zh)为 \(amount.zh)。"
    if let series = inputs.seriesTitle {
      en = "\(series.en): \(noun.name.en) came to \(amount.en) in \(period.words.en)."
      zh = "\(series.zh)：\(zh)"
    }
    var tiles = [
      Report.Tile(
        number: Text(mark),
        caption: Text(
          en: "\(noun.name.en) in \(period.words.en)", zh: "\(period.words.zh)\(noun.name.zh)"))
    ]
    if let effect = inputs.effect, effect.average.value.isFinite {
      let marks = effectMarks(effect)
      let outcome = inputs.outcome
      let way = marks.comparative
      en +=
        " With \(cause.en), \(outcome.name.en) were \(marks.size) \(way.en) than without (95 % interval "
        + "\(marks.lower) to \(marks.upper))" + (marks.holdsZero ? ", which holds zero." : ".")
      zh +=
        "有\(cause.zh)时，\(outcome.name.zh)比没有时\(way.zh) \(marks.size)（95% 区间 \(marks.lower) 至 "
        + "\(marks.upper)）" + (marks.holdsZero ? "，区间含零。" : "。")
      tiles.append(
        Report.Tile(
          number: Text(marks.size),
          caption: Text(
            en: "\(way.en): \(outcome.name.en) with \(cause.en)"
              + (marks.holdsZero ? "; the interval holds zero" : ""),
            zh: "\(cause.zh)对应的\(outcome.name.zh)\(marks.isFall ? "降幅" : "增幅")"
              + (marks.holdsZero ? "，区间含零" : ""))))
    }
    if let need = needTotal() {
      en +=
        " To resolve next year what comes in, the courts need about \(need.judges) judges (80 % interval "
        + "\(need.lower) to \(need.upper)) and have \(need.post)."
      zh +=
        "下一年要做到收结平衡，约需法官 \(need.judges) 名（80% 区间 \(need.lower) 至 \(need.upper) 名），现有 "
        + "\(need.post) 名。"
      tiles.append(
        Report.Tile(
          number: Text(need.judges),
          caption: Text(
            en:
              "judges needed next year (\(need.lower) to \(need.upper)), with \(need.post) in post",
            zh: "下一年所需法官（\(need.lower) 至 \(need.upper)），现有 \(need.post) 名")))
    } else if let expected = expectedTotal() {
      en +=
        " For \(expected.span.en) about \(expected.marks.median) are expected (80 % interval "
        + "\(expected.marks.lower) to \(expected.marks.upper))."
      zh +=
        "预计\(expected.span.zh)约为 \(expected.marks.median)（80% 区间 \(expected.marks.lower) 至 "
        + "\(expected.marks.upper)）。"
      tiles.append(
        Report.Tile(
          number: Text(expected.marks.median),
          caption: Text(
            en:
              "expected for \(expected.span.en) (\(expected.marks.lower) to \(expected.marks.upper))",
            zh: "预计\(expected.span.zh)（\(expected.marks.lower) 至 \(expected.marks.upper)）")))
    }
    blocks.append(.lead(Text(en: en, zh: zh)))
    blocks.append(.tiles(tiles))
  }
}
