import CaseloadCourt
import CaseloadData

/// Section 4: what the next year needs.
extension ReportDraft {
  mutating func writeNeed() {
    guard let account = inputs.account else {
      heading(2, Text(en: "4. What lies ahead", zh: "四、后续预测"), id: "need")
      writeForecast()
      writeWhatNeedTakes()
      return
    }
    heading(2, Text(en: "4. What the next year needs", zh: "四、下一年度需求"), id: "need")
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
    else {
      writeNotComputable(account)
      return
    }
    let rateMark = published(rateFigure)
    let load = inputs.findings.first { $0.check == "load" }?.verdict
    if let judges = register.figures.first(where: { $0.metric == "quotaJudges" }),
      let capacity = account.capacity
    {
      let judgesMark = published(judges)
      let capacityMark = book.add(
        "load.product", capacity, .decimal(0),
        label: Text(en: "judges times cases each", zh: "法官数 × 人均办案"),
        unit: Text(en: "cases", zh: "件"),
        source: Text(
          en: "computed: \(judges.id) × \(rateFigure.id)", zh: "计算：\(judges.id) × \(rateFigure.id)")
      )
      paragraph(
        "The source states \(rateMark) cases a judge and year, and names \(judgesMark) judges: together "
          + "\(capacityMark) cases a year."
          + (load.map { " " + VerdictText.load($0).en } ?? ""),
        "来源称法官年均办案 \(rateMark) 件，提及员额法官 \(judgesMark) 名，合计每年 \(capacityMark) 件。"
          + (load.map { VerdictText.load($0).zh } ?? ""))
    }
    let readings = caseloadReadings(register)
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
      writeStatedNeedChart(bars, judges: judges, pace: rateFigure)
      let year = ClaimReading(inputs).growth?.to
      blocks.append(
        .table(
          ReportTable(
            caption: Text(en: "Judges needed, by reading", zh: "各口径所需法官（人）"),
            header: [
              Text(
                en: year.map { "Cases in \($0)" } ?? "Cases",
                zh: year.map { "\($0.text.zh)案件数" } ?? "案件数"),
              Text(en: "Judges", zh: "所需法官"),
            ], isNumeric: [false, true], rows: rows)))
    }
    writeFastTrack()
    writeNotComputable(account)
  }

  /// What the printed caseload may be: as printed, with a slip repaired, or as the changes on the
  /// year imply.
  private func caseloadReadings(_ register: FigureRegister) -> [(Text, Double)] {
    var readings: [(Text, Double)] = []
    let claims = ClaimReading(inputs)
    if let growth = claims.growth, let value = growth.last.value {
      let text = growth.last.text
      readings.append((Text(en: "\(text), as printed", zh: "所载 \(text) 件"), value))
      for repair in growth.finding.repairs where repair.term == "end" {
        if let repaired = Double(repair.to) {
          readings.append(
            (Text(en: "\(repair.to), if a slip", zh: "若为笔误，\(repair.to) 件"), repaired))
        }
      }
    }
    guard let base = claims.base else { return readings }
    let next = base.year.advanced(by: 1)
    for id in ["total.carry15", "total.carry5"] {
      guard let item = base.finding.evidence.first(where: { $0.id == id }) else { continue }
      let percent = id == "total.carry15" ? "15" : "5"
      let number = NumberText.decimal(item.value)
      readings.append(
        (
          Text(
            en: "\(number.en), from \(next) with \(percent) % carried in",
            zh: "由\(next.text.zh)推得（旧存 \(percent)%）\(number.zh) 件"), item.value
        ))
    }
    return readings
  }

  private mutating func writeStatedNeedChart(
    _ bars: [IntervalChart.Row], judges: Double, pace: PublishedFigure
  ) {
    let whole = bars.map { Self.wholeJudges($0.value) }
    let (low, high) = (whole.min() ?? 0, whole.max() ?? 0)
    let (lowText, highText) = (NumberText.decimal(low), NumberText.decimal(high))
    let named = NumberText.decimal(judges)
    let above = bars.count { $0.value > judges }
    let title =
      low == high
      ? Text(
        en: "\(lowText.en) judges at \(pace.text) cases each",
        zh: "按人均 \(pace.text) 件计，需法官 \(lowText.zh) 名")
      : Text(
        en: "Between \(lowText.en) and \(highText.en) judges, depending on which figure is right",
        zh: "因口径不同，所需法官在 \(lowText.zh) 至 \(highText.zh) 名之间")
    blocks.append(
      .chart(
        .intervals(
          IntervalChart(
            id: "need", title: title,
            subtitle: Text(
              en: "judges needed at \(pace.text) cases each; whole judges in the title",
              zh: "按人均 \(pace.text) 件计所需法官，人；标题按整数进位"),
            caption: Text(
              en:
                "Judges needed for each reading of the caseload; the line is the number that the source "
                + "names.",
              zh: "案件数各种口径下的法官需求；竖线为文中提及的法官人数。"),
            summary: Text(
              en:
                "Bars of judges needed for each reading, against a line at \(named.en): \(above) of "
                + "\(bars.count) pass it.",
              zh: "各口径所需法官的条形，竖线为 \(named.zh) 人，\(bars.count) 项中有 \(above) 项超过。"),
            rows: bars, hasBars: true, reference: judges,
            referenceLabel: Text(en: "\(named.en) named", zh: "文中 \(named.zh) 人"),
            format: ",.0f"))))
  }

  private mutating func writeNotComputable(_ account: WorkloadAccount) {
    guard !account.notComputable.isEmpty else { return }
    paragraph(
      "What cannot be computed from what the source gives, and what it would take:",
      "以下内容不能由来源所给资料计算，所需资料如下：")
    blocks.append(.list(account.notComputable))
  }

  /// Judges come whole: a need is rounded up, save for what rounding errors add.
  static func wholeJudges(_ need: Double) -> Double { max(0, (need - 1e-9).rounded(.up)) }
}
