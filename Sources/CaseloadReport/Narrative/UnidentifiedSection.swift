import CaseloadCourt
import CaseloadData

/// Section 3 where the figures cannot tell what the intervention did.
extension ReportDraft {
  mutating func writeUnidentified(_ base: ClaimReading.Base, _ register: FigureRegister) {
    let finding = base.finding
    let cause = inputs.interventionName
    let claims = register.figures.filter { $0.claim == .yearOnYearChange }
    for claim in claims { _ = published(claim) }
    let sentences = claims.compactMap { claim -> (en: String, zh: String)? in
      guard
        let level = register.figures.first(where: {
          $0.metric == claim.metric && $0.scope == claim.scope && $0.from == claim.from
            && $0.to == claim.to && $0.claim == nil
        })
      else { return nil }
      let scope = Self.scope(claim.scope)
      let mark = published(level)
      let span = Self.span(claim.from, claim.to)
      return (
        "the \(scope.en) accepted \(mark) cases in \(span.en), a change of {published.\(claim.id)} % on the year",
        "\(scope.zh)\(span.zh)受理 \(mark) 件，同比 {published.\(claim.id)}%"
      )
    }
    let change = rangeMark("change", of: finding)
    paragraph(
      "The source reports that " + sentences.map(\.en).joined(separator: "; ")
        + ". Together that is \(change), and it is credited to \(cause.en).",
      "来源称：" + sentences.map(\.zh).joined(separator: "；") + "。合计为 \(change)，并归功于\(cause.zh)。")
    callout(
      .warning,
      "Whether \(cause.en) caused the change is not identified by these figures, and no effect is reported.",
      "这些数字不能确定变化是否由\(cause.zh)引起，本报告不给出效应数值。")
    writeBaseChart(claims, register, base)
    var reasons = [
      (
        Text(en: "No trend before", zh: "没有干预前趋势"),
        Text(
          en: "Two periods show a difference, not a trend that broke.",
          zh: "两个时期只能看出差异，看不出趋势是否改变。")
      ),
      (
        Text(en: "No comparison", zh: "没有参照"),
        Text(
          en: "What other courts saw in the same months is not in the figures.",
          zh: "未给出其他法院同期情况。")
      ),
      (
        Text(en: "Counting rule", zh: "统计口径"),
        Text(
          en:
            "A dispute settled before suit leaves the count of cases accepted; whether it would have "
            + "been filed is unknown.",
          zh: "诉前化解的纠纷不再计入受理数，其是否本会起诉无从得知。")
      ),
      (
        Text(en: "Cases carried in", zh: "旧存案件"),
        Text(
          en: "Cases accepted hold those carried in; fewer of them is not fewer new disputes.",
          zh: "受理数含旧存，受理减少不等于新收减少。")
      ),
    ]
    if base.year.advanced(by: 1) == .year(2020) {
      reasons.insert(
        (
          Text(en: "2020", zh: "2020 年"),
          Text(
            en: "The pandemic closed courts and kept parties at home in the same months.",
            zh: "同一时期疫情影响了法院运转和当事人起诉。")
        ), at: 1)
    }
    blocks.append(
      .table(
        ReportTable(
          caption: Text(en: "Why the claim is not identified", zh: "为何不能识别"),
          header: [Text(en: "Reason", zh: "原因"), Text(en: "What it means", zh: "含义")],
          isNumeric: [false, false], rows: reasons.map { [$0.0, $0.1] })))
    blocks.append(
      .paragraph(Text(en: "What would identify it:", zh: "若要识别，需要：")))
    blocks.append(
      .list([
        Text(
          en:
            "new filings of these courts by month for at least two years before and one year after, by case "
            + "type;", zh: "各法院干预前至少两年、干预后至少一年的月度新收案件数，分案件类型；"),
        Text(
          en: "the same for courts of the province that began later or not at all;",
          zh: "省内较晚开展或未开展法院的同口径数据；"),
        Text(
          en: "disputes settled before suit by month and community, and when each community began.",
          zh: "各社区诉前化解纠纷的月度数量及开始时间。"),
      ]))
  }

  private mutating func writeBaseChart(
    _ claims: [PublishedFigure], _ register: FigureRegister, _ base: ClaimReading.Base
  ) {
    let finding = base.finding
    var rows: [IntervalChart.Row] = []
    for claim in claims {
      guard
        let level = register.figures.first(where: {
          $0.metric == claim.metric && $0.scope == claim.scope && $0.from == claim.from
            && $0.to == claim.to && $0.claim == nil
        }), let value = level.value
      else { continue }
      let evidence = finding.evidence.filter { $0.id.hasPrefix("base.\(claim.id)") }.map(\.value)
      guard let low = evidence.min(), let high = evidence.max() else { continue }
      let scope = Self.scope(claim.scope)
      let before = claim.from.map { $0.year.map { $0 - 1 } ?? 0 } ?? 0
      let shown =
        low == high
        ? NumberText.decimal(low)
        : Text(
          en: "\(NumberText.decimal(low).en)–\(NumberText.decimal(high).en)",
          zh: "\(NumberText.decimal(low).zh)–\(NumberText.decimal(high).zh)")
      rows.append(
        IntervalChart.Row(
          label: Text(en: "\(scope.en), \(before)", zh: "\(scope.zh) \(before)年"),
          value: (low + high) / 2, lower: low < high ? low : nil, upper: low < high ? high : nil,
          shown: shown))
      rows.append(
        IntervalChart.Row(
          label: Text(en: "\(scope.en), \(before + 1)", zh: "\(scope.zh) \(before + 1)年"),
          value: value, lower: nil, upper: nil, shown: NumberText.decimal(value)))
    }
    guard !rows.isEmpty else { return }
    blocks.append(
      .chart(
        .intervals(
          IntervalChart(
            id: "base",
            title: Text(
              en: "Cases accepted in \(base.window.en) and in the same months a year before",
              zh: "\(base.window.zh)与上年同期受理案件"),
            subtitle: Text(
              en: "cases accepted; the year before is computed from the printed change",
              zh: "受理案件，件；上年由所载同比推算"),
            caption: Text(
              en:
                "Cases accepted in the same months of two years. Later year: printed; earlier: computed.",
              zh: "两年同期受理案件，后一年为原文所载，前一年为推算。"),
            summary: Text(
              en: "Bars for each court in the two years, one above the other.",
              zh: "各院两年同期的条形，上下并列。"),
            rows: rows, hasBars: true, reference: nil, referenceLabel: nil, format: ",.0f"))))
  }
}
