import CaseloadCourt
import CaseloadData
import CaseloadEffects

/// Section 3: what the intervention did, and why that is or is not known.
extension ReportDraft {
  mutating func writeEffect() {
    let base = ClaimReading(inputs).base
    let hasQuestion = inputs.effect != nil || base != nil
    let isNamed = inputs.effect != nil || inputs.interventionName != nil
    heading(
      2,
      !hasQuestion
        ? Text(en: "3. Measures taken", zh: "三、措施的作用")
        : isNamed
          ? Text(en: "3. What \(cause.en) did", zh: "三、\(cause.zh)的作用")
          : Text(en: "3. The change on the year", zh: "三、同比变化"),
      id: "effect")
    if let effect = inputs.effect {
      writeEstimate(effect)
    } else if let base, let register = inputs.register {
      writeUnidentified(base, register)
    } else {
      paragraph(
        "The data name no intervention, so none is assessed.", "数据未指明干预措施，故不作评估。")
    }
  }

  /// What the effect is credited to, in a sentence.
  var cause: Text {
    inputs.interventionName ?? Text(en: "the measures taken", zh: "所采取的措施")
  }

  /// The average effect as the prose shows it: its size, its interval, its direction.
  struct EffectMarks {
    let size: String
    let lower: String
    let upper: String
    let isFall: Bool
    let holdsZero: Bool

    var comparative: Text { isFall ? Text(en: "lower", zh: "低") : Text(en: "higher", zh: "高") }
  }

  mutating func effectMarks(_ effect: EffectEstimate) -> EffectMarks {
    uses(InterruptedTimeSeries.card)
    let average = effect.average
    let isFall = average.value < 0
    let (style, source) = (effectStyle(effect), effectSource(effect))
    func figure(_ id: String, _ value: Double, _ en: String, _ zh: String) -> String {
      book.add("effect.\(id)", value, style, label: Text(en: en, zh: zh), source: source)
    }
    let (lower, upper) = (average.lower ?? .nan, average.upper ?? .nan)
    return EffectMarks(
      size: figure(
        "average", abs(average.value), "average effect, as a \(isFall ? "fall" : "rise")",
        "平均效应（\(isFall ? "降幅" : "增幅")）"),
      lower: figure("lower", lower, "the effect’s 95 % interval, lower end", "效应的 95% 区间下限"),
      upper: figure("upper", upper, "the effect’s 95 % interval, upper end", "效应的 95% 区间上限"),
      isFall: isFall, holdsZero: !(lower > 0 || upper < 0))
  }

  private func effectStyle(_ effect: EffectEstimate) -> ReportFigure.Style {
    effect.scale == .log ? .percent(1) : .decimal(EffectText.decimals(effect))
  }

  private func effectSource(_ effect: EffectEstimate) -> Text {
    Text(
      en:
        "computed: interrupted time series (\(effect.scale.rawValue) scale), AR(1) errors by REML, "
        + "integrated over their autocorrelation",
      zh: "计算：中断时间序列（\(effect.scale == .log ? "对数" : "原")尺度），AR(1) 误差（REML），"
        + "对自相关系数积分")
  }

  private mutating func writeEstimate(_ effect: EffectEstimate) {
    let marks = effectMarks(effect)
    let certainty = EffectText.certaintyWithoutNumbers(effect)
    let outcome = inputs.outcome
    let way = marks.comparative
    let isRelative = effect.scale == .log && !(inputs.study?.comparison.isEmpty ?? true)
    let shown = EffectText.number(abs(effect.average.value), effect)
    writePower(effect)
    let objections = EffectReading.objections(to: effect)
    if objections.isEmpty {
      blocks.append(
        .callout(
          .finding,
          [
            .paragraph(
              Text(
                en:
                  "With \(cause.en), \(outcome.name.en) were on average \(marks.size) \(way.en) than "
                  + "without (95 % interval \(marks.lower) to \(marks.upper)). \(certainty.en)",
                zh: "有\(cause.zh)时，\(outcome.name.zh)比没有时平均\(way.zh) \(marks.size)（95% 区间 "
                  + "\(marks.lower) 至 \(marks.upper)）。\(certainty.zh)"))
          ]))
    } else {
      callout(
        .warning,
        "No effect is stated: an assumption that the estimate rests on does not hold, or its sign depends on a "
          + "choice of the analysis; the table below says which. What was computed is a difference of "
          + "\(marks.size) (\(way.en)), and not an answer.",
        "不给出效应结论：估计所依据的某项假设不成立，或其正负取决于分析中的选择，详见下表。"
          + "计算所得差异为\(way.zh) \(marks.size)，不是结论。")
    }
    writeCumulative(effect, outcome)
    writeEstimand(effect)
    let endsBelow = (effect.path.last?.effect ?? effect.average.value) < 0
    blocks.append(
      .chart(
        .counterfactual(
          CounterfactualChart(
            id: "effect",
            title: Text(
              en:
                "\(outcome.atStart.en) were \(shown.en) \(marks.isFall ? "below" : "above") the trend before"
                + (marks.holdsZero ? "; the interval holds zero" : ""),
              zh: "\(outcome.atStart.zh)比原趋势\(way.zh) \(shown.zh)"
                + (marks.holdsZero ? "，区间含零" : "")),
            subtitle: isRelative
              ? Text(
                en: "treated units relative to the untreated; 1 = the same as before",
                zh: "受干预单位与未受干预单位之比，1 表示与此前相同")
              : Text(en: outcome.name.en, zh: outcome.atStart.zh),
            caption: Text(
              en: "Thin line: observed. Blue: fitted. Orange: the trend before, carried on.",
              zh: "细线为观测值，蓝线为拟合值，橙线为原趋势延续。"),
            summary: Text(
              en:
                "The observed series, the fitted line with a step at the start, and the trend before carried "
                + "on; the fitted line ends \(endsBelow ? "below" : "above") it.",
              zh: "观测序列、在干预起点有跳变的拟合线以及原趋势的延续；拟合线终点\(endsBelow ? "低" : "高")于原趋势。"),
            estimate: effect,
            unit: isRelative ? Text(en: "ratio", zh: "比值") : outcome.header))))
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
    writeChecks(effect)
  }

  /// What the study can find at all, before what it found.
  private mutating func writePower(_ effect: EffectEstimate) {
    guard let smallest = effect.minimumDetectableEffect else { return }
    let detectable = book.add(
      "effect.detectable", abs(smallest), effectStyle(effect),
      label: Text(
        en: "effect that this design finds in four of five cases", zh: "该设计五次中有四次能检出的效应"),
      source: effectSource(effect))
    paragraph(
      "A study of this size would find an effect of \(detectable) in four of five cases; smaller ones may "
        + "stay hidden.",
      "以此规模的数据，五次中有四次能检出 \(detectable) 的效应；更小的效应可能无法察觉。")
  }

  /// What was checked without being asked, with the p-value where there is one.
  private mutating func writeChecks(_ effect: EffectEstimate) {
    guard !effect.checks.isEmpty else { return }
    var rows: [[Text]] = []
    for check in effect.checks {
      let p = check["pValue"].map { value in
        Text(
          book.add(
            "effect.automatic.\(check.id)", value, .pValue,
            label: Text(en: "p-value: \(check.name.en)", zh: "p 值：\(check.name.zh)"),
            source: Text(
              en: "computed: \(check.finding.en)", zh: "计算：\(check.finding.zh)")))
      }
      rows.append([check.name, check.verdict.text, p ?? Text("–")])
    }
    blocks.append(
      .table(
        ReportTable(
          caption: Text(en: "What was checked without being asked", zh: "自动检查"),
          header: [Text(en: "Check", zh: "检查"), Text(en: "Verdict", zh: "判断"), Text("p")],
          isNumeric: [false, false, true], rows: rows)))
  }

  /// A flow adds up: how many cases that makes over the treated periods.
  private mutating func writeCumulative(_ effect: EffectEstimate, _ outcome: SeriesNoun) {
    guard let sum = effect.cumulative, let lowerEnd = sum.lower, let upperEnd = sum.upper else {
      return
    }
    let source = Text(
      en: "computed: sum of the effects over the treated periods, with their joint covariance",
      zh: "计算：干预后各期效应之和，按其联合协方差")
    func figure(_ id: String, _ value: Double, _ label: Text) -> String {
      book.add(
        "effect.cumulative\(id)", value, .decimal(0), label: label, unit: outcome.unit,
        source: source)
    }
    let isFall = sum.value < 0
    let size = figure(
      "", abs(sum.value),
      Text(
        en: "sum of the effects, as a \(isFall ? "fall" : "rise")",
        zh: "累计效应（\(isFall ? "减少" : "增加")）"))
    let lower = figure(
      ".lower", lowerEnd, Text(en: "its 95 % interval, lower end", zh: "其 95% 区间下限"))
    let upper = figure(
      ".upper", upperEnd, Text(en: "its 95 % interval, upper end", zh: "其 95% 区间上限"))
    let amount = outcome.amount(size)
    paragraph(
      "Added up over the treated periods that is \(amount.en) \(isFall ? "fewer" : "more") (95 % interval of the "
        + "sum \(lower) to \(upper)).",
      "干预后各期累计\(isFall ? "减少" : "增加") \(amount.zh)（累计效应的 95% 区间 \(lower) 至 \(upper)）。")
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
    let names = study.events.filter { $0.only.isEmpty }.map(\.name)
    let common = listed([Text(en: "growth", zh: "增长"), Text(en: "the season", zh: "季节")] + names)
    let link =
      effect.scale == .log ? Text(en: "ratio", zh: "比") : Text(en: "difference", zh: "差")
    let treated = book.add(
      "effect.treated", Double(study.treatmentStart.count), .decimal(0),
      label: Text(en: "treated units", zh: "受干预单位数"), source: data)
    let others = book.add(
      "effect.comparison", Double(study.comparison.count), .decimal(0),
      label: Text(en: "units never treated", zh: "未受干预单位数"), source: data)
    paragraph(
      "The effect is the average over the first \(periods) treated periods of \(treated) treated units, set "
        + "against the \(others) that were never treated. What moved all of them alike, such as \(common.en), "
        + "drops out; the line that their \(link.en) followed before, carried on, is what would have happened "
        + "without.",
      "效应指 \(treated) 个受干预单位在干预后前 \(periods) 期的平均变化，以 \(others) 个从未受干预的单位为参照。\(common.zh)等共同影响相互抵消；"
        + "将两组之\(link.zh)的原趋势延续，即为没有干预时的情形。")
  }

  /// Why the difference of two years is no effect.
  private mutating func writeNaive(_ effect: EffectEstimate) {
    guard let study = inputs.study, let some = study.panel.entries.first?.series else { return }
    let outcome = inputs.outcome
    let isYear = Double(some.seasonLength) == some.frequency.periodsPerYear
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
        en:
          "\(outcome.name.en) of the treated units, the season’s length after the start against before",
        zh: "受干预单位\(outcome.name.zh)起点后一周期较前一周期的变化"),
      source: Text(
        en:
          "computed from the data: sum of the periods from each start / sum of as many before − 1",
        zh: "由数据计算：各单位起点后各期之和 / 此前同样期数之和 − 1"))
    let others = listed(
      [Text(en: "growth", zh: "增长")] + study.events.filter { $0.only.isEmpty }.map(\.name)
        + [Text(en: "whatever else changed", zh: "其他变化")])
    let span =
      isYear
      ? Text(en: "The year after against the year before gives", zh: "若只比较前后两年，得到的变化为")
      : Text(
        en: "The periods after the start against as many before give", zh: "若只比较起点前后相同期数，得到的变化为")
    paragraph(
      "\(span.en) \(naive): \(others.en) are all in that number, and the effect cannot be read off it.",
      "\(span.zh) \(naive)：其中混有\(others.zh)的影响，不能视为效应。")
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
        en: "The interval rules out no change and a rise.", zh: "该区间不含零，可以排除没有变化或上升。")
    }
    if lower > 0 {
      return Text(
        en: "The interval rules out no change and a fall.", zh: "该区间不含零，可以排除没有变化或下降。")
    }
    return Text(
      en: "The interval holds zero: the data cannot tell a fall from a rise.",
      zh: "该区间含零，数据无法区分下降与上升。")
  }
}
