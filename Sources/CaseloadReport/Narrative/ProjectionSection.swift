import CaseloadCourt
import CaseloadData
import CaseloadForecasting

/// Section 4 from a full table: the state of the courts, and what the next year needs.
extension ReportDraft {
  /// Judges needed in all courts together, with the figures registered.
  struct NeedTotal {
    let judges: String
    let lower: String
    let upper: String
    let post: String
    /// The same as numbers, for a chart's title.
    let values: (judges: Double, lower: Double, upper: Double, post: Double)
  }

  private var projections: [(court: WorkloadAccount.Court, next: WorkloadProjection)] {
    (inputs.account?.courts ?? []).compactMap { court in court.projection.map { (court, $0) } }
  }

  private func name(_ court: WorkloadAccount.Court) -> Text {
    court.workload.key.first.map(inputs.name) ?? Text(en: "all courts", zh: "全部法院")
  }

  private func id(_ court: WorkloadAccount.Court) -> String {
    court.workload.key.isEmpty ? "all" : court.workload.key.joined(separator: ".")
  }

  /// Whole judges of every court, added up; `nil` unless each court has a need and a post.
  mutating func needTotal() -> NeedTotal? {
    let all = projections
    let needs = all.compactMap(\.next.judgesNeeded)
    let posts = all.compactMap(\.next.judgesInPost)
    guard !needs.isEmpty, needs.count == posts.count, needs.count == inputs.account?.courts.count
    else { return nil }
    let isOne = needs.count == 1
    func sum(_ end: (WorkloadProjection.Range) -> Double) -> Double {
      needs.map { Self.wholeJudges(end($0)) }.reduce(0, +)
    }
    let judges = Text(en: "judges", zh: "人")
    func figure(_ id: String, _ value: Double, _ label: Text, _ source: Text) -> String {
      book.add("need.total\(id)", value, .decimal(0), label: label, unit: judges, source: source)
    }
    let (median, lower, upper) = (sum(\.median), sum(\.lower80), sum(\.upper80))
    let post = posts.reduce(0, +)
    let endSource = Text(
      en: isOne
        ? "simulated: the end of the 80 % interval, rounded up"
        : "simulated: the ends of the courts’ 80 % intervals, each rounded up, added; exact if the courts "
          + "rise and fall together, else too wide",
      zh: isOne
        ? "模拟：80% 区间端点进位取整" : "模拟：各院 80% 区间端点分别进位取整后相加；各院同升同降时准确，否则偏宽")
    return NeedTotal(
      judges: figure(
        "", median, Text(en: "whole judges needed in all courts", zh: "各院所需法官合计（整数）"),
        Text(
          en: isOne
            ? "simulated: the median need, rounded up"
            : "simulated: the median need of each court, rounded up to whole judges, added",
          zh: isOne ? "模拟：需求中位数进位取整" : "模拟：各院需求中位数分别进位取整后相加")),
      lower: figure(
        ".lower80", lower, Text(en: "its 80 % interval, lower end", zh: "其 80% 区间下限"), endSource),
      upper: figure(
        ".upper80", upper, Text(en: "its 80 % interval, upper end", zh: "其 80% 区间上限"), endSource),
      post: book.add(
        "post.total", post, .decimal(Self.decimals(post)),
        label: Text(en: "judges in post in all courts", zh: "各院在岗法官合计"), unit: judges,
        source: Text(en: "data: last period", zh: "数据：最近一期")),
      values: (median, lower, upper, post))
  }

  mutating func writeProjection(_ account: WorkloadAccount) {
    writeState(account)
    writeForecast()
    let all = projections
    guard !all.isEmpty else {
      blocks.append(.list(account.notComputable))
      return
    }
    for (_, next) in all { if let card = Self.card(next.model) { uses(card) } }
    let rows = all.map { needRow($0.court, $0.next) }
    writeShortage(all)
    let total = needTotal()
    writeNeedChart(all, total)
    let joint = jointCells()
    let totalRow = total.map {
      [
        Text(en: "all", zh: "合计"), joint.filed, joint.pending,
        Text(
          en: "\($0.judges) (\($0.lower)–\($0.upper))", zh: "\($0.judges)（\($0.lower)–\($0.upper)）"),
        Text($0.post),
      ]
    }
    let period = Self.periodText(all[0].next)
    blocks.append(
      .table(
        ReportTable(
          caption: Text(
            en: "Projection for \(period.en): medians and 80 % intervals; judges rounded up",
            zh: "\(period.zh)推算：中位数与 80% 区间，法官数进位取整"),
          header: [
            Text(en: "Court", zh: "法院"), Text(en: "filed", zh: "新收"),
            Text(en: "pending at the end", zh: "期末未结"), Text(en: "judges needed", zh: "所需法官"),
            Text(en: "in post", zh: "在岗"),
          ], isNumeric: [false, true, true, true, true],
          rows: rows + (all.count > 1 ? [totalRow].compactMap { $0 } : []))))
    callout(
      .note,
      "The projection assumes that filings go on as the model has learned from the past, that productivity "
        + "stays near last year's, and that no judge is appointed or leaves. A reform, a new measure or a wave "
        + "of cases would change it.",
      "推算假定收案延续既往规律、人均结案接近上年、法官人数不变。制度改革、新的措施或收案高峰都会改变结果。")
    writeScenarios()
  }

  /// Filed and pending of all courts together, where joint paths tell them.
  private mutating func jointCells() -> (filed: Text, pending: Text) {
    let blank = Text("–")
    guard let run = inputs.scenarios, let all = WorkloadProjection(run, court: nil) else {
      return (blank, blank)
    }
    let filed = expectedTotal().map {
      Text(
        en: "\($0.marks.median) (\($0.marks.lower)–\($0.marks.upper))",
        zh: "\($0.marks.median)（\($0.marks.lower)–\($0.marks.upper)）")
    }
    let pending = all.pending.map {
      range(
        "next.all.pending", $0, 0,
        Text(en: "all courts: pending at the end", zh: "各院期末未结合计"))
    }
    return (filed ?? blank, pending ?? blank)
  }

  /// "2026-01/2026-12" as a reader writes it.
  private static func periodText(_ next: WorkloadProjection) -> Text {
    let ends = next.period.split(separator: "/").map { Period(String($0)) }
    guard let from = ends.first ?? nil, let to = ends.last ?? nil else { return Text(next.period) }
    return span(from, to)
  }

  private mutating func needRow(_ court: WorkloadAccount.Court, _ next: WorkloadProjection)
    -> [Text]
  {
    let (id, name) = (id(court), name(court))
    func cell(
      _ kind: String, _ range: WorkloadProjection.Range, _ decimals: Int, _ label: Text,
      _ rounded: (Double) -> Double = { $0 }
    ) -> Text {
      let source = Text(
        en: "simulated: \(next.model) paths of filings, last year's productivity with its spread",
        zh: "模拟：\(next.model) 收案路径与上年人均结案及其波动")
      let median = book.add(
        "next.\(id).\(kind)", rounded(range.median), .decimal(decimals),
        label: Text(en: "\(name.en): \(label.en), median", zh: "\(name.zh)\(label.zh)（中位数）"),
        source: source)
      let low = book.add(
        "next.\(id).\(kind).lower80", rounded(range.lower80), .decimal(decimals),
        label: Text(en: "its 80 % interval, lower end", zh: "其 80% 区间下限"), source: source)
      let high = book.add(
        "next.\(id).\(kind).upper80", rounded(range.upper80), .decimal(decimals),
        label: Text(en: "its 80 % interval, upper end", zh: "其 80% 区间上限"), source: source)
      return Text(en: "\(median) (\(low)–\(high))", zh: "\(median)（\(low)–\(high)）")
    }
    let blank = Text("–")
    let people = Text(en: "judges", zh: "人")
    let post = next.judgesInPost.map { post in
      Text(
        book.add(
          "next.\(id).post", post, .decimal(Self.decimals(post)),
          label: Text(en: "\(name.en): judges in post", zh: "\(name.zh)在岗法官"), unit: people,
          source: Text(en: "data: last period", zh: "数据：最近一期")))
    }
    return [
      name, cell("incoming", next.incoming, 0, Text(en: "cases filed", zh: "新收")),
      next.pending.map { cell("pending", $0, 0, Text(en: "pending at the end", zh: "期末未结")) }
        ?? blank,
      next.judgesNeeded.map {
        cell("need", $0, 0, Text(en: "whole judges needed", zh: "所需法官（整数）"), Self.wholeJudges)
      } ?? blank, post ?? blank,
    ]
  }

  private mutating func writeShortage(
    _ all: [(court: WorkloadAccount.Court, next: WorkloadProjection)]
  ) {
    var parts: [Text] = []
    for (court, next) in all {
      guard let shortage = next.shortageProbability else { continue }
      let name = name(court)
      let mark = book.add(
        "next.\(id(court)).shortage", shortage, .percent(0),
        label: Text(
          en: "\(name.en): probability that the judges in post are too few",
          zh: "\(name.zh)法官不足的概率"),
        source: Text(
          en: "simulated: share of draws with need above posts", zh: "模拟：需求超过在岗人数的比例"))
      parts.append(
        court.workload.key.isEmpty
          ? Text(mark) : Text(en: "\(mark) in the \(name.en)", zh: "\(name.zh) \(mark)"))
    }
    let tail =
      parts.isEmpty
      ? Text("")
      : Text(
        en: " The probability that the judges now in post are too few is \(listed(parts).en).",
        zh: "现有在岗法官不足的概率：\(parts.map(\.zh).joined(separator: "、"))。")
    paragraph(
      "To resolve as many cases as come in, the courts need the judges of the table." + tail.en,
      "若要做到收结平衡，所需法官如下表。" + tail.zh)
  }

  private mutating func writeNeedChart(
    _ all: [(court: WorkloadAccount.Court, next: WorkloadProjection)], _ total: NeedTotal?
  ) {
    let bars = all.compactMap { court, next -> IntervalChart.Row? in
      guard let need = next.judgesNeeded else { return nil }
      let shown = NumberText.decimal(need.median, 1)
      let post = next.judgesInPost.map { NumberText.decimal($0, Self.decimals($0)) }
      return IntervalChart.Row(
        label: name(court), value: need.median, lower: need.lower80, upper: need.upper80,
        shown: Text(
          en: shown.en + (post.map { " (in post \($0.en))" } ?? ""),
          zh: shown.zh + (post.map { "（在岗 \($0.zh)）" } ?? "")))
    }
    guard !bars.isEmpty else { return }
    let short = all.count { _, next in
      guard let need = next.judgesNeeded, let post = next.judgesInPost else { return false }
      return need.median > post
    }
    let title =
      total.map { total -> Text in
        func n(_ x: Double) -> Text { NumberText.decimal(x, Self.decimals(x)) }
        let v = total.values
        return Text(
          en:
            "\(all.count == 1 ? "The court needs" : "The courts need") about \(n(v.judges).en) judges (80 % "
            + "interval \(n(v.lower).en) to \(n(v.upper).en)), with \(n(v.post).en) in post",
          zh: "\(all.count == 1 ? "" : "各院")约需法官 \(n(v.judges).zh) 名（80% 区间 \(n(v.lower).zh) 至 "
            + "\(n(v.upper).zh) 名），现有 \(n(v.post).zh) 名")
      } ?? Text(en: "Judges needed, by court", zh: "各院所需法官")
    let period = Self.periodText(all[0].next)
    blocks.append(
      .chart(
        .intervals(
          IntervalChart(
            id: "need", title: title,
            subtitle: Text(
              en: "judges needed to resolve what comes in, with 80 % intervals"
                + (total == nil ? "" : "; title: rounded up by court"),
              zh: "收结平衡所需法官，人；线段为 80% 区间" + (total == nil ? "" : "；标题为各院进位取整之和")),
            caption: Text(
              en: "Judges needed over \(period.en), by court.", zh: "\(period.zh)各院所需法官。"),
            summary: Text(
              en:
                "Bars of judges needed with intervals, \(bars.count) in all; \(short) above the judges in "
                + "post.",
              zh: "所需法官的条形及区间，共 \(bars.count) 条，其中 \(short) 条高于在岗人数。"),
            rows: bars, hasBars: true, reference: nil, referenceLabel: nil, format: ",.0f"))))
  }

  private mutating func writeState(_ account: WorkloadAccount) {
    var rows: [[Text]] = []
    for court in account.courts {
      if let year = court.workload.years.last { rows.append(state(id(court), name(court), year)) }
    }
    guard !rows.isEmpty, let year = account.courts.first?.workload.years.last?.period else {
      return
    }
    blocks.append(
      .table(
        ReportTable(
          caption: Text(
            en: "State of the courts, \(year.text.en)", zh: "\(year.text.zh)审判运行情况"),
          header: [
            Text(en: "Court", zh: "法院"), Text(en: "filed", zh: "新收"),
            Text(en: "resolved", zh: "结案"), Text(en: "pending", zh: "未结"),
            Text(en: "clearance, %", zh: "结收比（%）"),
            Text(en: "days to resolve", zh: "处理时间（天）"),
            Text(en: "per judge", zh: "人均结案"),
          ], isNumeric: [false, true, true, true, true, true, true], rows: rows)))
  }

  private mutating func state(_ id: String, _ name: Text, _ year: CourtWorkload.Year) -> [Text] {
    func cell(_ key: String, _ value: Double?, _ decimals: Int, _ label: Text, _ how: Text) -> Text
    {
      guard let value else { return Text("–") }
      return Text(
        book.add(
          "state.\(id).\(key)", value, .decimal(decimals),
          label: Text(en: "\(name.en): \(label.en)", zh: "\(name.zh)\(label.zh)"), source: how))
    }
    let data = Text(en: "data: \(year.period)", zh: "数据：\(year.period.text.zh)")
    return [
      name, cell("filed", year.incoming, 0, Text(en: "cases filed", zh: "新收"), data),
      cell("resolved", year.resolved, 0, Text(en: "cases resolved", zh: "结案"), data),
      cell("pending", year.pending, 0, Text(en: "cases pending", zh: "未结"), data),
      cell(
        "clearance", year.clearanceRate, 1, Text(en: "clearance rate", zh: "结收比"),
        Text(en: "computed: 100 × resolved / filed", zh: "计算：100 × 结案 / 新收")),
      cell(
        "time", year.dispositionTime, 0, Text(en: "disposition time", zh: "平均处理时间"),
        Text(en: "computed: 365 × pending / resolved", zh: "计算：365 × 未结 / 结案")),
      cell(
        "load", year.casesPerJudge, 1, Text(en: "cases resolved a judge", zh: "人均结案"),
        Text(en: "computed: resolved / judges", zh: "计算：结案 / 法官数")),
    ]
  }
}
