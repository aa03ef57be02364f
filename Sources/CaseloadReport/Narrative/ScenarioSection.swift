import CaseloadCourt
import CaseloadData

/// Section 4, continued: what if. The scenarios side by side, what drives the answer, and what one
/// more judge is worth.
extension ReportDraft {
  mutating func writeScenarios() {
    guard let run = inputs.scenarios, let base = run.results.first, let last = run.periods.last,
      let first = run.periods.first
    else { return }
    heading(
      3, Text(en: "What if: \(Self.span(first, last).en)", zh: "情景推演：\(Self.span(first, last).zh)"),
      id: "scenarios")
    for member in run.models { if let card = Self.card(member.model) { uses(card) } }
    writeBase(base, last)
    writeComparison(run, last)
    writeDrivers(base, run, last)
    writeJudgeValues(run, last)
    callout(
      .note,
      "All scenarios share the same \(NumberText.decimal(Double(run.draws)).en) random futures, so that their "
        + "differences are due to what they change. Judges stay as planned, a judge's pace keeps its past level "
        + "and ups and downs, and what the scenarios assume (dates, shares, percentages) is an assumption, not "
        + "a forecast.",
      "各情景使用同样的 \(NumberText.decimal(Double(run.draws)).zh) 条随机路径，因此差异只来自情景本身的变动。法官人数按"
        + "计划，人均结案延续既往水平与波动；情景中的日期、比例均为假定，而非预测。")
  }

  private var scenarioSource: Text {
    Text(
      en: "simulated: joint paths of filings, pace of judges and pending cases",
      zh: "模拟：收案、人均结案与未结案件的联合路径")
  }

  /// Registers a median with its 80 % interval; the marks as "m (l–u)".
  mutating func range(
    _ id: String, _ value: DrawSummary, _ decimals: Int, _ label: Text
  ) -> Text {
    let source = scenarioSource
    let middle = book.add(
      id, value.median, .decimal(decimals),
      label: Text(en: "\(label.en), median", zh: "\(label.zh)（中位数）"), source: source)
    let low = book.add(
      "\(id).lower80", value.lower80, .decimal(decimals),
      label: Text(en: "its 80 % interval, lower end", zh: "其 80% 区间下限"), source: source)
    let high = book.add(
      "\(id).upper80", value.upper80, .decimal(decimals),
      label: Text(en: "its 80 % interval, upper end", zh: "其 80% 区间上限"), source: source)
    // A dash between numbers below zero reads as a sign.
    return value.lower80 < 0
      ? Text(en: "\(middle) (\(low) to \(high))", zh: "\(middle)（\(low) 至 \(high)）")
      : Text(en: "\(middle) (\(low)–\(high))", zh: "\(middle)（\(low)–\(high)）")
  }

  private mutating func writeBase(_ base: ScenarioResult, _ last: Period) {
    guard let pending = base.atEnd(.pending) else { return }
    let words = last.words
    let open = range(
      "scenario.\(base.id).pending", pending, 0,
      Text(en: "pending at the end of \(last)", zh: "\(last.text.zh)末未结"))
    var en =
      "If things go on as they are, \(open.en) cases will be pending at the end of \(words.en)"
    var zh = "若维持现状，\(words.zh)末未结案件为 \(open.zh)件"
    if let days = base.atEnd(.dispositionTime) {
      let time = range(
        "scenario.\(base.id).days", days, 0,
        Text(en: "disposition time in \(last), days", zh: "\(last.text.zh)平均处理时间（天）"))
      en += ", and a case will take \(time.en) days"
      zh += "，平均处理时间 \(time.zh)天"
    }
    if let shortage = base.staff()?.shortageProbability.last {
      let mark = book.add(
        "scenario.\(base.id).shortage", shortage, .percent(0),
        label: Text(
          en: "probability that the judges are too few in the last year", zh: "末年法官不足的概率"),
        source: Text(
          en: "simulated: share of draws with need above posts", zh: "模拟：需求超过在岗人数的比例"))
      en += "; the probability that the judges are too few to keep pace is then \(mark)"
      zh += "；届时法官不足以做到收结平衡的概率为 \(mark)"
    }
    paragraph(en + ".", zh + "。")
  }

  private mutating func writeComparison(_ run: ScenarioRun, _ last: Period) {
    guard run.results.count > 1 else { return }
    var rows: [[Text]] = []
    for result in run.results {
      let id = "scenario.\(result.id)"
      let name = result.title
      func cell(_ key: String, _ value: DrawSummary?, _ decimals: Int, _ label: Text) -> Text {
        guard let value else { return Text("–") }
        return range(
          "\(id).\(key)", value, decimals,
          Text(en: "\(name.en): \(label.en)", zh: "\(name.zh)：\(label.zh)"))
      }
      let isBase = result.id == run.results[0].id
      let end = Text(en: "pending at the end of \(last)", zh: "\(last.text.zh)末未结")
      let shortage = result.staff()?.shortageProbability.last.map {
        Text(
          book.add(
            "\(id).shortage", $0, .percent(0),
            label: Text(
              en: "\(name.en): probability that the judges are too few", zh: "\(name.zh)：法官不足的概率"),
            source: Text(
              en: "simulated: share of draws with need above posts", zh: "模拟：需求超过在岗人数的比例")))
      }
      rows.append([
        name,
        isBase
          ? cellOfBase(id) : cell("pending", result.atEnd(.pending), 0, end),
        isBase
          ? Text("–")
          : cell(
            "difference", run.comparison(result.id, .pending)?.difference, 0,
            Text(en: "pending, against as it goes on", zh: "未结与维持现状之差")),
        cell(
          "need", result.atEnd(.judgesToKeepPace), 1,
          Text(en: "judges to keep pace", zh: "收结平衡所需法官")),
        shortage ?? Text("–"),
      ])
    }
    blocks.append(
      .table(
        ReportTable(
          caption: Text(
            en: "Scenarios at the end of \(last.words.en): medians and 80 % intervals",
            zh: "\(last.words.zh)末各情景：中位数与 80% 区间"),
          header: [
            Text(en: "Scenario", zh: "情景"), Text(en: "pending", zh: "未结"),
            Text(en: "difference", zh: "与现状之差"),
            Text(en: "judges to keep pace", zh: "收结平衡所需法官"),
            Text(en: "shortage", zh: "不足概率"),
          ], isNumeric: [false, true, true, true, true], rows: rows)))
  }

  /// The base's pending cases as the paragraph above registered them.
  private func cellOfBase(_ id: String) -> Text {
    Text(
      en: "{\(id).pending} ({\(id).pending.lower80}–{\(id).pending.upper80})",
      zh: "{\(id).pending}（{\(id).pending.lower80}–{\(id).pending.upper80}）")
  }

  /// The tornado: each driver at its 10 % and 90 % quantiles.
  private mutating func writeDrivers(_ base: ScenarioResult, _ run: ScenarioRun, _ last: Period) {
    let drivers = base.sensitivity.filter {
      $0.measure == .pending && $0.court == nil && $0.swing > 0
    }.sorted { $0.swing > $1.swing }
    guard let strongest = drivers.first else { return }
    let rows = drivers.map { driver -> IntervalChart.Row in
      let (low, high) = (min(driver.atLower, driver.atUpper), max(driver.atLower, driver.atUpper))
      let half = NumberText.decimal(driver.swing / 2)
      return IntervalChart.Row(
        label: driver.driver.name, value: driver.median, lower: low, upper: high,
        shown: Text(en: "± \(half.en)", zh: "±\(half.zh)"))
    }
    let share = strongest.total.map { NumberText.percent($0, 0) }
    blocks.append(
      .chart(
        .intervals(
          IntervalChart(
            id: "drivers",
            title: Text(
              en: "What pending cases hang on most: \(strongest.driver.name.en)",
              zh: "对未结案件影响最大的是\(strongest.driver.name.zh)"),
            subtitle: Text(
              en:
                "pending at the end of \(last.words.en); each driver from its 10 % to its 90 % quantile",
              zh: "\(last.words.zh)末未结，件；各因素由 10% 分位移至 90% 分位，其余取中位数"),
            caption: Text(
              en: "What drives pending cases.", zh: "未结案件的影响因素。"),
            summary: Text(
              en: "Ranges of pending cases by driver, the widest first: "
                + rows.map { "\($0.label.en) \($0.shown.en)" }.joined(separator: ", ") + "."
                + (share.map { " \(strongest.driver.name.en) explains \($0.en) of the variance." }
                  ?? ""),
              zh: "按影响大小排列的区间："
                + rows.map { "\($0.label.zh)\($0.shown.zh)" }.joined(separator: "，") + "。"
                + (share.map { "\(strongest.driver.name.zh)解释方差的 \($0.zh)。" } ?? "")),
            rows: rows, hasBars: false, reference: strongest.median,
            referenceLabel: Text(en: "all at their medians", zh: "均取中位数"), format: ",.0f"))))
  }

  /// What one more judge changes, and the one after.
  private mutating func writeJudgeValues(_ run: ScenarioRun, _ last: Period) {
    let values = run.judgeValues.filter { [1, 2, 3].contains($0.added) }
    guard !values.isEmpty else { return }
    let rows = values.map { value -> [Text] in
      let court = inputs.name(value.court)
      let count = NumberText.decimal(Double(value.added))
      let id = "judge.\(value.court).\(value.added)"
      let label = Text(
        en: "\(court.en), \(count.en) more: pending", zh: "\(court.zh)增加 \(count.zh) 名：未结")
      let pending = range("\(id).pending", value.pending, 0, label)
      let days = value.dispositionTime.map {
        range(
          "\(id).days", $0, 0,
          Text(
            en: "\(court.en), \(count.en) more: days", zh: "\(court.zh)增加 \(count.zh) 名：处理时间（天）"))
      }
      let shortage = book.add(
        "\(id).shortage", value.shortageProbability, .percent(0),
        label: Text(
          en: "\(court.en), \(count.en) more: probability of shortage",
          zh: "\(court.zh)增加 \(count.zh) 名：不足的概率"),
        source: scenarioSource)
      return [court, Text("+\(count.en)"), pending, days ?? Text("–"), Text(shortage)]
    }
    blocks.append(
      .table(
        ReportTable(
          caption: Text(
            en: "What more judges from the start change by the end of \(last.words.en)",
            zh: "自始增加法官对\(last.words.zh)末的影响"),
          header: [
            Text(en: "Court", zh: "法院"), Text(en: "judges", zh: "法官"),
            Text(en: "pending", zh: "未结"), Text(en: "days to resolve", zh: "处理时间（天）"),
            Text(en: "shortage", zh: "不足概率"),
          ], isNumeric: [false, true, true, true, true], rows: rows)))
  }
}
