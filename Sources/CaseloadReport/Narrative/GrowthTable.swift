import CaseloadData
import CaseloadRegression

/// Section 2 where there is a series: how fast it grew or fell, and what known events did.
extension ReportDraft {
  /// One group's growth, with its figures registered.
  private struct Rate {
    let name: Text
    let value: Double
    let lower: Double
    let upper: Double
    /// `size` is without its sign where the rate is a clear fall.
    let marks: (value: String, size: String, lower: String, upper: String)

    var direction: Direction { Direction(lower: lower, upper: upper) }
  }

  mutating func writeGrowthTable() {
    var rows: [[Text]] = []
    var rates: [Rate] = []
    var compounds: [(mark: String, growth: Growth.Compound)] = []
    for (id, growth) in inputs.growth {
      let name = id.isEmpty ? Text(en: "all", zh: "合计") : inputs.name(id)
      let compound = compoundMark(id, growth)
      if let compound, let c = growth.compound { compounds.append((compound, c)) }
      let rate = rate(id, name, growth)
      if let rate { rates.append(rate) }
      guard rate != nil || compound != nil else { continue }
      rows.append([
        name, Text(compound ?? "–"), Text(rate?.marks.value ?? "–"),
        rate.map {
          Text(
            en: "\($0.marks.lower) to \($0.marks.upper)",
            zh: "\($0.marks.lower) 至 \($0.marks.upper)")
        } ?? Text("–"),
      ])
    }
    guard !rates.isEmpty else {
      writeCompoundOnly(compounds)
      return
    }
    let isSingle = inputs.growth.count == 1
    let groups = isSingle ? rates : rates.filter { $0.name != Text(en: "all", zh: "合计") }
    let answer =
      isSingle ? singleAnswer(rates[0], isMarked: true) : groupAnswer(groups, isMarked: true)
    let allowed = allowedFor
    paragraph(
      answer.en
        + (allowed.map { " The rate is the slope of the logarithms, with \($0.en) allowed for." }
          ?? " The rate is the slope of a straight line through the logarithms.")
        + (compounds.isEmpty
          ? ""
          : " The compound rate in the table compares only the first and the last \(per.en)"
            + (inputs.growth.contains { !$0.growth.eventEffects.isEmpty }
              ? ", so that lasting effects of events count as growth in it." : ".")),
      answer.zh
        + (allowed.map { "增长率为对数值的斜率，已剔除\($0.zh)。" } ?? "增长率为对数值的直线斜率。")
        + (compounds.isEmpty
          ? ""
          : "表中的复合增长率只比较首末两\(inputs.total?.frequency == .index ? "期" : "年")"
            + (inputs.growth.contains { !$0.growth.eventEffects.isEmpty }
              ? "，会把事件的持续影响计入增长。" : "。"))
    )
    let title =
      isSingle ? singleAnswer(rates[0], isMarked: false) : groupAnswer(groups, isMarked: false)
    if !isSingle { writeRatesChart(rates, title) }
    let header = [
      inputs.panel.keyNames.last.map {
        Text(en: inputs.key($0).one.en.capitalizedFirst, zh: inputs.key($0).one.zh)
      } ?? Text(en: "Series", zh: "序列"),
      Text(en: "compound a \(per.en)", zh: "\(per.zh)复合"),
      allowed == nil
        ? Text(en: "slope a \(per.en)", zh: "\(per.zh)增长（按斜率）")
        : Text(en: "adjusted a \(per.en)", zh: "\(per.zh)增长（剔除后）"),
      Text(en: "95 % interval", zh: "95% 区间"),
    ]
    if isSingle { rows[0][0] = inputs.noun.atStart }
    let noun = inputs.noun
    blocks.append(
      .table(
        ReportTable(
          caption: Text(en: "Growth of \(noun.name.en)", zh: "\(noun.atStart.zh)增长率"),
          header: header, isNumeric: [false, true, true, true], rows: rows)))
    writeEvents()
  }

  /// What a rate is by: a year, or a period where periods have no length.
  private var per: Text {
    inputs.total?.frequency == .index
      ? Text(en: "period", zh: "每期平均") : Text(en: "year", zh: "年均")
  }

  /// What the rates allow for: "the season, the moving Spring Festival and known events".
  private var allowedFor: Text? {
    guard let total = inputs.total else { return nil }
    var words: [Text] = []
    if total.seasonLength > 1, total.observed.count >= 2 * total.seasonLength {
      words.append(Text(en: "the season", zh: "季节"))
    }
    if inputs.calendar == .china, [.monthly, .weekly].contains(total.frequency) {
      words.append(Text(en: "the moving Spring Festival", zh: "春节移动"))
    }
    if inputs.growth.contains(where: { !$0.growth.eventEffects.isEmpty }) {
      words.append(Text(en: "known events", zh: "已知事件"))
    }
    return words.isEmpty ? nil : listed(words)
  }

  private mutating func rate(_ id: String, _ name: Text, _ growth: Growth) -> Rate? {
    guard let line = growth.logLinear, let lower = line.lower, let upper = line.upper else {
      return nil
    }
    let key = id.isEmpty ? "all" : id
    let subject = levelName(id.isEmpty ? nil : id)
    let errors = errors(growth.covariance)
    let others = allowedFor
    let source = Text(
      en: "computed: slope of the logarithm on time" + (others.map { ", with \($0.en)" } ?? "")
        + "; \(errors.en)",
      zh: "计算：对数值对时间的回归斜率" + (others.map { "，含\($0.zh)" } ?? "") + "；\(errors.zh)")
    let value = book.add(
      "growth.\(key)", line.value, .percent(1),
      label: Text(en: "\(subject.en): growth a \(per.en)", zh: "\(subject.zh)\(per.zh)增长率"),
      source: source)
    let low = book.add(
      "growth.\(key).lower", lower, .percent(1),
      label: Text(en: "its 95 % interval, lower end", zh: "其 95% 区间下限"), source: source)
    let high = book.add(
      "growth.\(key).upper", upper, .percent(1),
      label: Text(en: "its 95 % interval, upper end", zh: "其 95% 区间上限"), source: source)
    let size =
      upper < 0
      ? book.add(
        "growth.\(key).size", -line.value, .percent(1),
        label: Text(en: "\(subject.en): decline a \(per.en)", zh: "\(subject.zh)\(per.zh)降幅"),
        source: source)
      : value
    return Rate(
      name: name, value: line.value, lower: lower, upper: upper, marks: (value, size, low, high))
  }

  /// What the intervals of the slope allow for, and the method's card.
  private mutating func errors(_ covariance: String?) -> Text {
    let parts = (covariance ?? "").split(separator: ":").map(String.init)
    switch parts.first {
    case "ar1":
      uses(AutoregressiveRegression.card)
      return Text(
        en: "AR(1) errors by REML, Kenward–Roger interval", zh: "AR(1) 误差（REML），Kenward–Roger 区间")
    case "newey-west":
      uses(LinearModel.card)
      let lags = parts.count > 1 ? parts[1] : "–"
      return Text(
        en: "least squares, Newey–West errors with \(lags) lags",
        zh: "最小二乘法，Newey–West 标准误（滞后 \(lags) 期）")
    default:
      uses(LinearModel.card)
      return Text(
        en: "least squares, errors robust to unequal variances (HC3)",
        zh: "最小二乘法，异方差稳健标准误（HC3）")
    }
  }

  private mutating func compoundMark(_ id: String, _ growth: Growth) -> String? {
    guard let c = growth.compound else { return nil }
    let subject = levelName(id.isEmpty ? nil : id)
    let isTotal = inputs.total.map { $0.frequency != c.from.frequency } ?? false
    return book.add(
      "growth.\(id.isEmpty ? "all" : id).compound", c.rate, .percent(1),
      label: Text(
        en: "\(subject.en): compound growth a \(per.en), \(Self.span(c.from, c.to).en)",
        zh: "\(subject.zh)\(per.zh)复合增长率，\(Self.span(c.from, c.to).zh)"),
      source: Text(
        en: "computed: (last / first)^(1/years) − 1" + (isTotal ? " of the yearly totals" : ""),
        zh: "计算：末值与初值之比开年数次方，再减 1" + (isTotal ? "；按年度总数" : "")))
  }

  /// Where no slope has an interval, two values still have a rate between them.
  private mutating func writeCompoundOnly(
    _ compounds: [(mark: String, growth: Growth.Compound)]
  ) {
    guard let last = compounds.last else {
      paragraph("No growth rate can be estimated from these data.", "由现有数据无法估计增长率。")
      return
    }
    let noun = inputs.noun
    let c = last.growth
    let isFall = c.rate < 0
    let size =
      isFall
      ? book.add(
        "growth.all.compound.size", -c.rate, .percent(1),
        label: Text(
          en: "\(levelName(nil).en): compound decline a \(per.en)",
          zh: "\(levelName(nil).zh)\(per.zh)复合降幅"),
        source: Text(en: "computed: the compound growth without its sign", zh: "计算：复合增长率的绝对值"))
      : last.mark
    paragraph(
      "From \(c.from.words.en) to \(c.to.words.en) \(noun.name.en) \(isFall ? "fell" : "grew") by \(size) a "
        + "\(per.en), compounded. There are too few values for an interval, so whether this is more than chance "
        + "cannot be said.",
      "\(c.from.words.zh)至\(c.to.words.zh)\(noun.name.zh)\(per.zh)复合\(isFall ? "下降" : "增长") \(size)。"
        + "数值太少，无法给出区间，故不能判断是否属于偶然波动。")
  }

  // Answers: with marks for the prose, with numbers for a chart's title.

  private func shown(_ rate: Rate, isMarked: Bool) -> (size: Text, interval: Text) {
    let isFall = rate.direction == .down
    guard isMarked else {
      return (NumberText.percent(isFall ? -rate.value : rate.value), Text(""))
    }
    let ends = Text(
      en: "\(rate.marks.lower) to \(rate.marks.upper)",
      zh: "\(rate.marks.lower) 至 \(rate.marks.upper)")
    return (
      Text(rate.marks.size),
      isFall
        ? Text(
          en: " (95 % interval of the growth rate \(ends.en))", zh: "（增长率的 95% 区间 \(ends.zh)）")
        : Text(en: " (95 % interval \(ends.en))", zh: "（95% 区间 \(ends.zh)）")
    )
  }

  private func singleAnswer(_ rate: Rate, isMarked: Bool) -> Text {
    let noun = inputs.noun
    let (size, interval) = shown(rate, isMarked: isMarked)
    let end = isMarked ? Text(en: ".", zh: "。") : Text("")
    switch rate.direction {
    case .up:
      return Text(
        en: "\(noun.atStart.en) grew at \(size.en) a \(per.en)\(interval.en)\(end.en)",
        zh: "\(noun.atStart.zh)\(per.zh)增长 \(size.zh)\(interval.zh)\(end.zh)")
    case .down:
      return Text(
        en: "\(noun.atStart.en) fell by \(size.en) a \(per.en)\(interval.en)\(end.en)",
        zh: "\(noun.atStart.zh)\(per.zh)下降 \(size.zh)\(interval.zh)\(end.zh)")
    case .level:
      return Text(
        en:
          "Neither growth nor decline of \(noun.name.en) is shown: the rate is \(size.en) a \(per.en)"
          + "\(interval.en), and the interval holds zero\(end.en)",
        zh: "看不出\(noun.name.zh)有增长或下降：\(per.zh)增长率为 \(size.zh)\(interval.zh)，区间含零\(end.zh)")
    }
  }

  private func groupAnswer(_ rates: [Rate], isMarked: Bool) -> Text {
    let growing = rates.filter { $0.direction == .up }.max { $0.value < $1.value }
    let falling = rates.filter { $0.direction == .down }.min { $0.value < $1.value }
    let unclear = rates.filter { $0.direction == .level }
    let noun = inputs.noun
    let of = inputs.panel.keyNames.last.map { inputs.key($0).many } ?? Text(en: "series", zh: "序列")
    var (en, zh): ([String], [String]) = ([], [])
    if let growing {
      let (size, interval) = shown(growing, isMarked: isMarked)
      let isOnly = rates.count { $0.direction == .up } == 1
      en.append(
        isOnly
          ? "Of the \(of.en), only \(growing.name.en) grew, at \(size.en) a \(per.en)\(interval.en)"
          : "Of the \(of.en), \(growing.name.en) grew fastest, at \(size.en) a \(per.en)\(interval.en)"
      )
      zh.append(
        isOnly
          ? "各\(of.zh)中仅\(growing.name.zh)增长，\(per.zh) \(size.zh)\(interval.zh)"
          : "各\(of.zh)中\(growing.name.zh)增长最快，\(per.zh) \(size.zh)\(interval.zh)")
    }
    if let falling {
      let (size, interval) = shown(falling, isMarked: isMarked)
      let isOnly = rates.count { $0.direction == .down } == 1
      en.append(
        "\(falling.name.en.capitalizedFirst) fell\(isOnly ? "" : " most"), by \(size.en) a \(per.en)\(interval.en)"
      )
      zh.append("\(falling.name.zh)\(isOnly ? "下降" : "下降最多")，\(per.zh) \(size.zh)\(interval.zh)")
    }
    if en.isEmpty {
      en.append("Neither growth nor decline of \(noun.name.en) is shown in any group")
      zh.append("各组\(noun.name.zh)均看不出增长或下降")
    } else if isMarked, !unclear.isEmpty {
      let names = listed(unclear.map(\.name))
      en.append("For \(names.en) the interval holds zero: no growth is shown")
      zh.append("\(names.zh)的区间含零，看不出增减")
    }
    return isMarked
      ? Text(en: en.joined(separator: ". ") + ".", zh: zh.joined(separator: "。") + "。")
      : Text(en: en.joined(separator: "; "), zh: zh.joined(separator: "；"))
  }

  private mutating func writeRatesChart(_ rates: [Rate], _ title: Text) {
    let allowed = allowedFor
    let count = rates.count
    let below = rates.count { $0.direction == .down }
    let above = rates.count { $0.direction == .up }
    let noun = inputs.noun
    blocks.append(
      .chart(
        .intervals(
          IntervalChart(
            id: "growth", title: title,
            subtitle: Text(
              en: "growth a \(per.en); lines are 95 % intervals", zh: "\(per.zh)增长率，线段为 95% 区间"),
            caption: Text(
              en: "Growth of \(noun.name.en)" + (allowed.map { ", \($0.en) allowed for" } ?? "")
                + ".",
              zh: "\(noun.atStart.zh)\(per.zh)增长率" + (allowed.map { "（已剔除\($0.zh)）" } ?? "") + "。"),
            summary: Text(
              en:
                "Growth rates with intervals, \(count) rows: \(above) lie above zero as a whole, \(below) "
                + "below, and \(count - above - below) hold it.",
              zh: "增长率及其区间，共 \(count) 行：整体高于零者 \(above)，低于零者 \(below)，含零者 "
                + "\(count - above - below)。"),
            rows: rates.map {
              IntervalChart.Row(
                label: $0.name, value: $0.value, lower: $0.lower, upper: $0.upper,
                shown: NumberText.percent($0.value))
            }, hasBars: false, reference: 0, referenceLabel: nil, format: ".0%"))))
  }

  /// What the reforms and dips did, from the fit of all series together.
  private mutating func writeEvents() {
    guard let all = inputs.growth.last?.growth else { return }
    let known = inputs.events.filter { $0.only.isEmpty }
    let subject = inputs.noun.name
    for event in all.eventEffects {
      guard let kind = known.first(where: { $0.id == event.id })?.kind,
        let lowerEnd = event.effect.lower, let upperEnd = event.effect.upper
      else { continue }
      let source = Text(
        en: "computed: coefficient of the event in the growth regression",
        zh: "计算：增长回归中该事件的系数")
      func figure(_ suffix: String, _ value: Double, _ label: Text) -> String {
        book.add("event.\(event.id)\(suffix)", value, .percent(1), label: label, source: source)
      }
      let size = figure(
        "", abs(event.effect.value),
        Text(
          en: "\(event.name.en): size of the change of \(subject.en)",
          zh: "\(event.name.zh)：\(subject.zh)变化幅度"))
      let lower = figure(
        ".lower", lowerEnd, Text(en: "the change’s 95 % interval, lower end", zh: "变化的 95% 区间下限"))
      let upper = figure(
        ".upper", upperEnd, Text(en: "the change’s 95 % interval, upper end", zh: "变化的 95% 区间上限"))
      let during = kind == .pulse
      let isRise = event.effect.value > 0
      let isClear = Direction(lower: lowerEnd, upper: upperEnd) != .level
      paragraph(
        "\(during ? "During" : "After") the \(event.name.en) (from \(event.from.text.en)) \(subject.en) "
          + "\(during ? "were" : "stood") \(size) \(isRise ? "higher" : "lower") than the trend (95 % interval "
          + "of the change \(lower) to \(upper))"
          + (isClear ? "." : "; the interval holds zero, so no change is shown."),
        "\(event.name.zh)（\(event.from.text.zh)起）\(during ? "期间" : "之后")，\(subject.zh)"
          + "较趋势\(isRise ? "上升" : "下降") \(size)（变化的 95% 区间 \(lower) 至 \(upper)）"
          + (isClear ? "。" : "；区间含零，看不出变化。"))
    }
  }
}
