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
    } else if let base = ClaimReading(inputs).base, let register = inputs.register {
      writeUnidentified(base, register)
    } else {
      paragraph(
        "The data name no intervention, so none is assessed.", "数据未指明干预措施，故不作评估。")
    }
  }

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
