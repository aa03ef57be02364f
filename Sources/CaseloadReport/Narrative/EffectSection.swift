import CaseloadCourt
import CaseloadData
import CaseloadEffects

/// Section 3: what the intervention did, and why that is or is not known.
extension ReportDraft {
  mutating func writeEffect() {
    heading(
      2,
      Text(
        en: "3. What \(inputs.interventionName.en) did", zh: "三、\(inputs.interventionName.zh)的作用"),
      id: "effect")
    if let effect = inputs.effect {
      writeEstimate(effect)
    } else if let finding = inputs.findings.first(where: { $0.check == "yearOnYear" }),
      let register = inputs.register
    {
      writeUnidentified(finding, register)
    } else {
      paragraph(
        "The data name no intervention, so none is assessed.", "数据未指明干预措施，故不作评估。")
    }
  }

  // Estimated.

  private mutating func writeEstimate(_ effect: EffectEstimate) {
    let source = Text(
      en:
        "computed: interrupted time series (\(effect.scale.rawValue) scale), AR(1) errors by REML, "
        + "Kenward–Roger interval",
      zh: "计算：中断时间序列（\(effect.scale == .log ? "对数" : "原")尺度），AR(1) 误差 REML,Kenward–Roger 区间")
    let style: ReportFigure.Style = effect.scale == .log ? .percent(1) : .decimal(1)
    func figure(_ id: String, _ value: Double?, _ en: String, _ zh: String) -> String {
      book.add(
        "effect.\(id)", value ?? .nan, style, label: Text(en: en, zh: zh), source: source)
    }
    let average = effect.average
    let size = book.add(
      "effect.average", abs(average.value), style,
      label: Text(en: "average effect, as a fall", zh: "平均效应（降幅）"), source: source)
    let lower = figure("lower", average.lower, "its 95 % interval, lower end", "其 95% 区间下限")
    let upper = figure("upper", average.upper, "its 95 % interval, upper end", "其 95% 区间上限")
    let isFall = average.value < 0
    let certainty = EffectText.certaintyWithoutNumbers(effect)
    let outcome = inputs.outcomeName
    let isRelative = effect.scale == .log && !(inputs.study?.comparison.isEmpty ?? true)
    let shown = EffectText.number(abs(average.value), effect)
    blocks.append(
      .callout(
        .finding,
        [
          .paragraph(
            Text(
              en:
                "With \(inputs.interventionName.en), \(outcome.en) were on average \(size) \(isFall ? "lower" : "higher") than "
                + "without (95 % interval \(lower) to \(upper)). \(certainty.en)",
              zh: "有\(inputs.interventionName.zh)时，\(outcome.zh)比没有时平均\(isFall ? "低" : "高") \(size)"
                + "（95% 区间 \(lower) 至 \(upper)）。\(certainty.zh)"))
        ]))
    writeEstimand(effect)
    blocks.append(
      .chart(
        .counterfactual(
          CounterfactualChart(
            id: "effect",
            title: Text(
              en:
                "\(outcome.en.capitalizedFirst) were \(shown.en) \(isFall ? "below" : "above") the trend before",
              zh: "\(outcome.zh)比原趋势\(isFall ? "低" : "高") \(shown.zh)"),
            subtitle: isRelative
              ? Text(
                en: "treated units relative to the untreated; 1 = the same as before",
                zh: "受干预单位与未受干预单位之比，1 表示与此前相同")
              : Text(en: outcome.en, zh: outcome.zh),
            caption: Text(
              en: "Thin line: observed. Blue: fitted. Orange: the trend before, carried on.",
              zh: "细线为观测值，蓝线为拟合值，橙线为原趋势延续。"),
            summary: Text(
              en:
                "The observed series, the fitted line with a step at the start, and the trend before carried "
                + "on; the fitted line ends \(isFall ? "below" : "above") it.",
              zh: "观测序列、在干预起点有跳变的拟合线以及原趋势的延续；拟合线终点\(isFall ? "低" : "高")于原趋势。"),
            estimate: effect,
            unit: isRelative ? Text(en: "ratio", zh: "比值") : inputs.outcomeUnit))))
    writeNaive(effect)
    var rows: [[Text]] = []
    for (index, status) in effect.assumptions.enumerated() {
      let p = status.pValue.map { value in
        Text(
          book.add(
            "effect.check.\(index + 1)", value, .pValue,
            label: Text(
              en: "p-value: \(status.assumption.en)", zh: "p 值：\(status.assumption.zh)"),
            source: Text(
              en: "computed: \(status.evidence.en)", zh: "计算：\(status.evidence.zh)")))
      }
      rows.append([status.assumption, status.verdict.text, status.summary, p ?? Text("–")])
    }
    blocks.append(
      .table(
        ReportTable(
          caption: Text(en: "What the estimate rests on", zh: "估计所依据的假设"),
          header: [
            Text(en: "Assumption", zh: "假设"), Text(en: "Verdict", zh: "判断"),
            Text(en: "Evidence", zh: "依据"), Text("p"),
          ], isNumeric: [false, false, false, true], rows: rows)))
    let detectable = book.add(
      "effect.detectable", effect.minimumDetectableEffect, style,
      label: Text(
        en: "effect that this design finds in four of five cases", zh: "该设计五次中有四次能检出的效应"),
      source: source)
    paragraph(
      "A study of this size would find an effect of \(detectable) in four of five cases; smaller ones may "
        + "stay hidden.",
      "以此规模的数据，五次中有四次能检出 \(detectable) 的效应；更小的效应可能无法察觉。")
  }

  /// Whose effect, against whom, over which time.
  private mutating func writeEstimand(_ effect: EffectEstimate) {
    let data = Text(en: "data: the study's units and periods", zh: "数据：研究单位与时期")
    let periods = book.add(
      "effect.periods", Double(effect.path.count { $0.eventTime >= 0 }), .decimal(0),
      label: Text(en: "treated periods that all units share", zh: "各单位共有的干预后期数"),
      source: data)
    guard let study = inputs.study, !study.comparison.isEmpty else {
      paragraph(
        "The effect is the average over the \(periods) periods from the start on. The line that the series "
          + "followed before, carried on, is what would have happened without.",
        "效应指干预起点之后 \(periods) 期的平均变化。将原趋势延续，即为没有干预时的情形。")
      return
    }
    let treated = book.add(
      "effect.treated", Double(study.treatmentStart.count), .decimal(0),
      label: Text(en: "treated units", zh: "受干预单位数"), source: data)
    let others = book.add(
      "effect.comparison", Double(study.comparison.count), .decimal(0),
      label: Text(en: "units never treated", zh: "未受干预单位数"), source: data)
    paragraph(
      "The effect is the average over the first \(periods) treated periods of \(treated) treated units, set "
        + "against the \(others) that were never treated. What moved all of them alike, such as growth, the "
        + "season, reforms and the pandemic, drops out; the line that their ratio followed before, carried on, is "
        + "what would have happened without.",
      "效应指 \(treated) 个受干预单位在干预后前 \(periods) 期的平均变化，以 \(others) 个从未受干预的单位为参照。增长、季节、改革和疫情等共同影响相互抵消；"
        + "将两组之比的原趋势延续，即为没有干预时的情形。")
  }

  /// Why the difference of two years is no effect.
  private mutating func writeNaive(_ effect: EffectEstimate) {
    guard let study = inputs.study else { return }
    var (before, after) = (0.0, 0.0)
    for (unit, start) in study.treatmentStart {
      let series = study.panel.entries[unit].series
      let season = series.seasonLength
      for k in 0..<season {
        before += series[start.advanced(by: k - season)] ?? .nan
        after += series[start.advanced(by: k)] ?? .nan
      }
    }
    guard before > 0, after.isFinite else { return }
    let naive = book.add(
      "effect.naive", after / before - 1, .percent(1),
      label: Text(
        en: "filings of the treated communities in the year after against the year before",
        zh: "设中心社区后一年较前一年收案的变化"),
      source: Text(
        en: "computed from the data: sum of the year from each start / sum of the year before − 1",
        zh: "由数据计算：各社区起点后一年之和 / 前一年之和 − 1"))
    paragraph(
      "The year after against the year before gives \(naive): growth, reforms and the pandemic are all in "
        + "that number, and the effect cannot be read off it.",
      "若只比较前后两年，得到的变化为 \(naive)：其中混有增长、改革和疫情的影响，不能视为效应。")
  }

  // Not identified.

  private mutating func writeUnidentified(_ finding: AuditFinding, _ register: FigureRegister) {
    var marks: [String: String] = [:]
    for item in finding.evidence { marks[item.id] = evidence(item, of: finding) }
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
    let low = marks["change.low"] ?? ""
    let high = marks["change.high"] ?? ""
    paragraph(
      "The source reports that " + sentences.map(\.en).joined(separator: "; ")
        + ". Together that is "
        + "between \(low) and \(high), and it is credited to mediation before suit.",
      "来源称：" + sentences.map(\.zh).joined(separator: ";") + "。合计在 \(low) 与 \(high) 之间，并归功于诉前调解。")
    blocks.append(
      .callout(
        .warning,
        [
          .paragraph(
            Text(
              en:
                "Whether mediation caused the fall is not identified by these figures, and no effect is "
                + "reported.",
              zh: "这些数字不能确定下降是否由调解引起，本报告不给出效应数值。"))
        ]))
    writeBaseChart(claims, register, finding)
    let reasons = [
      (
        Text(en: "No trend before", zh: "没有干预前趋势"),
        Text(
          en: "Two periods show a difference, not a trend that broke.",
          zh: "两个时期只能看出差异，看不出趋势是否改变。")
      ),
      (
        Text(en: "2020", zh: "2020 年"),
        Text(
          en: "The pandemic closed courts and kept parties at home in the same months.",
          zh: "同一时期疫情影响了法院运转和当事人起诉。")
      ),
      (
        Text(en: "No comparison", zh: "没有参照"),
        Text(
          en: "One city: what other courts saw in the same months is not in the figures.",
          zh: "只有一个城市，未给出其他法院同期情况。")
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
            "new filings of both courts by month for at least two years before and one year after, by case "
            + "type;", zh: "两级法院干预前至少两年、干预后至少一年的月度新收案件数，分案件类型；"),
        Text(
          en: "the same for courts of the province that began later or not at all;",
          zh: "省内较晚开展或未开展法院的同口径数据；"),
        Text(
          en: "disputes settled before suit by month and community, and when each community began.",
          zh: "各社区诉前化解纠纷的月度数量及开始时间。"),
      ]))
  }

  private mutating func writeBaseChart(
    _ claims: [PublishedFigure], _ register: FigureRegister, _ finding: AuditFinding
  ) {
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
              en: "Both courts took fewer cases in January–October 2020 than a year before",
              zh: "2020 年 1—10 月两院受理案件均少于上年同期"),
            subtitle: Text(
              en: "cases accepted, January to October; 2019 is computed from the printed change",
              zh: "1—10 月受理案件，件；2019 年由所载同比推算"),
            caption: Text(
              en:
                "Cases accepted in the same ten months of two years. Source: printed figures; 2019 computed.",
              zh: "两年同期受理案件。2020 年为原文所载，2019 年为推算。"),
            summary: Text(
              en: "Bars for the two courts in 2019 and 2020; each is shorter in 2020.",
              zh: "两院 2019 与 2020 年同期的条形，2020 年均较短。"),
            rows: rows, hasBars: true, reference: nil, referenceLabel: nil, format: ",.0f"))))
  }
}

extension EffectText {
  /// What the interval rules out, in words alone.
  static func certaintyWithoutNumbers(_ estimate: EffectEstimate) -> Text {
    guard let lower = estimate.average.lower, let upper = estimate.average.upper else {
      return Text("")
    }
    if upper < 0 {
      return Text(
        en: "The interval rules out no change and a rise.", zh: "区间排除了无变化和上升。")
    }
    if lower > 0 {
      return Text(
        en: "The interval rules out no change and a fall.", zh: "区间排除了无变化和下降。")
    }
    return Text(
      en: "The interval holds zero: the data cannot tell a fall from a rise.",
      zh: "区间包含零：数据无法区分下降与上升。")
  }
}
