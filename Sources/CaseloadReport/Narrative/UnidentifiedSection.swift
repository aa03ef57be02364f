import CaseloadCourt
import CaseloadData

/// Section 3 where the figures cannot tell what the intervention did.
extension ReportDraft {
  mutating func writeUnidentified(_ base: ClaimReading.Base, _ register: FigureRegister) {
    let finding = base.finding
    let credit =
      inputs.interventionName.map {
        Text(en: ", and it is credited to \($0.en)", zh: "，并归功于\($0.zh)")
      } ?? Text("")
    let claims = register.figures.filter {
      $0.claim == .yearOnYearChange && finding.figures.contains($0.id)
    }
    let isAccepted = claims.contains { $0.metric == "casesAccepted" }
    var sentences: [Text] = []
    for claim in claims {
      guard let level = Self.level(of: claim, register) else { continue }
      let scope = inputs.scope(claim.scope)
      let noun = SeriesNoun(level.name, unit: level.unit)
      let amount = noun.amount(published(level))
      let span = Self.span(claim.from, claim.to)
      let change = changeOnYear(claim)
      let place = scope.en.isEmpty ? "" : " of the \(scope.en)"
      sentences.append(
        Text(
          en: "\(noun.name.en)\(place) came to \(amount.en) in \(span.en), \(change.en)",
          zh: "\(scope.zh)\(span.zh)\(noun.name.zh)为 \(amount.zh)，\(change.zh)"))
    }
    let change = rangeMark("change", of: finding)
    let isSum = claims.count > 1
    let combined = Text(
      en: isSum ? "Together that is a change of \(change.en)" : "That is a change of \(change.en)",
      zh: isSum ? "合计变化为 \(change.zh)" : "变化为 \(change.zh)")
    paragraph(
      "The source reports: \(sentences.map(\.en).joined(separator: "; ")). \(combined.en)\(credit.en).",
      "来源称：\(sentences.map(\.zh).joined(separator: "；"))。\(combined.zh)\(credit.zh)。")
    callout(
      .warning,
      inputs.interventionName == nil
        ? "What caused the change is not identified by these figures, and no effect is reported."
        : "Whether \(cause.en) caused the change is not identified by these figures, and no effect is reported.",
      inputs.interventionName == nil
        ? "这些数字不能确定变化的原因，本报告不给出效应数值。"
        : "这些数字不能确定变化是否由\(cause.zh)引起，本报告不给出效应数值。")
    writeBaseChart(claims, register, base)
    var reasons: [(Text, Text)] = [
      (
        Text(en: "No trend before", zh: "没有干预前趋势"),
        Text(
          en: "Two periods show a difference, not a trend that broke.",
          zh: "两个时期只能看出差异，看不出趋势是否改变。")
      ),
      (
        Text(en: "No comparison", zh: "没有参照"),
        Text(
          en: "What other courts saw at the same time is not in the figures.",
          zh: "未给出其他法院同期情况。")
      ),
    ]
    if isAccepted { reasons += Self.acceptedReasons }
    if base.year.advanced(by: 1) == .year(2020) {
      reasons.insert(
        (
          Text(en: "2020", zh: "2020 年"),
          Text(
            en: "The pandemic closed courts and kept parties at home at the same time.",
            zh: "同一时期疫情影响了法院运转和当事人起诉。")
        ), at: 1)
    }
    blocks.append(
      .table(
        ReportTable(
          caption: Text(en: "Why the claim is not identified", zh: "为何不能识别"),
          header: [Text(en: "Reason", zh: "原因"), Text(en: "What it means", zh: "含义")],
          isNumeric: [false, false], rows: reasons.map { [$0.0, $0.1] })))
    writeYardsticks()
    heading(3, Text(en: "What would identify it", zh: "若要识别，需要什么"), id: "identify")
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
          en: "the extent of \(cause.en) by month and place, and when it began in each place;",
          zh: "各地\(cause.zh)的月度数量及开始时间；"),
        Text(
          en:
            "the disputes settled before suit beside those filed, so that a case counted elsewhere is not "
            + "taken for one that went away;",
          zh: "与收案并列的诉前化解数，以免把计入他处的案件当作减少的案件；"),
        Text(
          en: "a kind of case that \(cause.en) cannot touch, such as criminal cases, as a control.",
          zh: "\(cause.zh)不可能影响的案件类型（如刑事案件），作为对照。"),
      ]))
  }

  /// What changes of this size are worth, held against figures from elsewhere.
  private mutating func writeYardsticks() {
    guard !inputs.yardsticks.isEmpty else { return }
    heading(3, Text(en: "What falls of this size are worth", zh: "这样的降幅说明什么"), id: "yardsticks")
    var items: [Text] = []
    for yardstick in inputs.yardsticks {
      let mark = book.add(
        "yardstick.\(yardstick.id)", yardstick.value, yardstick.style,
        label: Text(
          en: yardstick.text.en.replacing("{}", with: "…"),
          zh: yardstick.text.zh.replacing("{}", with: "……")), source: yardstick.source)
      items.append(
        Text(
          en: yardstick.text.en.replacing("{}", with: mark),
          zh: yardstick.text.zh.replacing("{}", with: mark)))
    }
    blocks.append(.list(items))
    paragraph(
      "None of this says that \(cause.en) did nothing. It says that these figures cannot show what it did: "
        + "changes like the printed ones occur without any programme, and a study that could tell them from "
        + "the ordinary ups and downs of courts needs more courts and more periods.",
      "以上并不说明\(cause.zh)没有作用，而是说明这些数字无法显示其作用：没有任何措施时也会出现类似变化；"
        + "要把它们与法院案件的通常起伏区分开，需要更多法院、更多时期的数据。")
  }

  /// The level that a change on the year belongs to.
  private static func level(of claim: PublishedFigure, _ register: FigureRegister)
    -> PublishedFigure?
  {
    register.figures.first {
      $0.metric == claim.metric && $0.scope == claim.scope && $0.from == claim.from
        && $0.to == claim.to && $0.claim == nil
    }
  }

  /// "4.6 % lower than a year before": the printed change without its sign.
  private mutating func changeOnYear(_ claim: PublishedFigure) -> Text {
    let mark = published(claim)
    guard let value = claim.value, value != 0, let shown = book["published.\(claim.id)"] else {
      return Text(en: "a change of \(mark) % on the year", zh: "同比变化 \(mark)%")
    }
    let size =
      value > 0
      ? mark
      : book.add(
        "published.\(claim.id).size", -value, shown.style,
        label: shown.label + Text(en: ", without its sign", zh: "（绝对值）"), unit: shown.unit,
        source: shown.source)
    return Text(
      en: "\(size) % \(value < 0 ? "lower" : "higher") than a year before",
      zh: "同比\(value < 0 ? "下降" : "上升") \(size)%")
  }

  /// Why a change of cases accepted is not a change of new disputes.
  private static let acceptedReasons: [(Text, Text)] = [
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

  private mutating func writeBaseChart(
    _ claims: [PublishedFigure], _ register: FigureRegister, _ base: ClaimReading.Base
  ) {
    let finding = base.finding
    var rows: [IntervalChart.Row] = []
    for claim in claims {
      guard
        let level = Self.level(of: claim, register), let value = level.value
      else { continue }
      let evidence = finding.evidence.filter { $0.id.hasPrefix("base.\(claim.id)") }.map(\.value)
      guard let low = evidence.min(), let high = evidence.max() else { continue }
      let scope = inputs.scope(claim.scope)
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
    guard !rows.isEmpty, let some = claims.first else { return }
    let unit = register.figures.first { $0.metric == some.metric && $0.claim == nil }?.unit
    let noun = SeriesNoun(some.name, unit: unit ?? Text(""))
    blocks.append(
      .chart(
        .intervals(
          IntervalChart(
            id: "base",
            title: Text(
              en: "\(noun.atStart.en) in \(base.window.en) and a year before",
              zh: "\(base.window.zh)与上年同期\(noun.atStart.zh)"),
            subtitle: Text(
              en: "\(noun.name.en); the year before is computed from the printed change",
              zh: "\(noun.atStart.zh)\(noun.unit.zh.isEmpty ? "" : "，\(noun.unit.zh)")；上年由所载同比推算"),
            caption: Text(
              en:
                "\(noun.atStart.en) in the same part of two years. Later year: printed; earlier: computed.",
              zh: "两年同期\(noun.atStart.zh)，后一年为原文所载，前一年为推算。"),
            summary: Text(
              en: "Bars for each court in the two years, one above the other.",
              zh: "各院两年同期的条形，上下并列。"),
            rows: rows, hasBars: true, reference: nil, referenceLabel: nil, format: ",.0f"))))
  }
}
