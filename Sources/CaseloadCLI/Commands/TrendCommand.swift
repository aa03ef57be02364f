import ArgumentParser
import Caseload
import CaseloadIO

struct TrendCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "trend",
    abstract: "How fast a series grew, whether it stepped, and whether a claim about it holds.",
    discussion: """
      EXAMPLES
        caseload trend Datasets/jiayuguan
        caseload trend Datasets/riverside --by caseType
        caseload trend filings.csv --value filings --claim 18 --shift 2015-05
        caseload trend filings.csv --value filings --segments
      """)

  @OptionGroup var dataOptions: DataOptions
  @OptionGroup var global: GlobalOptions

  @Option(parsing: .unconditional, help: "A growth rate in percent a year that somebody claims.")
  var claim: String?

  @Option(help: "The first period of a suspected level shift; without it, one is searched for.")
  var shift: String?

  @Flag(help: "Growth in segments between breaks at unknown dates, their number by BIC.")
  var segments = false

  @Flag(help: "With --segments, a line with kinks in place of one with jumps.")
  var continuous = false

  @OptionGroup var levelOption: LevelOption

  @Option(help: "What the growth rate's interval allows for: auto, ar1, hc3 or newey-west.")
  var covariance = GrowthCovariance.automatic.rawValue

  @Option(help: "The seed of the search's null distribution.")
  var seed: UInt64 = 1

  struct SeriesTrend: Encodable, Sendable {
    let key: [String: String]
    let growth: Growth
    let claims: [AuditFinding]
    /// The claim of the command line as a test of the trend.
    let claimTest: GrowthClaim?
    let segments: PiecewiseGrowth?
  }

  func run() throws {
    let level = try levelOption.fraction()
    if let claim, Double(claim.replacing("%", with: "")) == nil {
      throw Diagnostic(
        .illegalOption, .error,
        Text(en: "'\(claim)' is not a rate in percent.", zh: "'\(claim)' 不是百分数。"),
        hint: Text(en: "Write --claim 18.", zh: "请写作 --claim 18。"))
    }
    var shiftPeriod: Period?
    if let shift {
      guard let period = Period(shift) else {
        throw Diagnostic(
          .illegalOption, .error,
          Text(en: "'\(shift)' is not a period.", zh: "'\(shift)' 不是时期。"),
          hint: Text(en: "Write --shift 2015-05.", zh: "请写作 --shift 2015-05。"))
      }
      shiftPeriod = period
    }
    guard let kind = GrowthCovariance(rawValue: covariance) else {
      throw Diagnostic.unknownName(
        covariance, among: GrowthCovariance.allCases.map(\.rawValue),
        kind: Text(en: "covariance", zh: "协方差估计"))
    }
    let dataset = try dataOptions.dataset()
    let (panel, readNotes) = try dataOptions.panel(dataset)
    let profile = dataset.profile
    var notes = dataset.notes + readNotes
    let published = try publishedClaims(dataset)
    let stream = RandomStream(seed: seed)
    var results: [SeriesTrend] = []
    for (index, entry) in panel.entries.enumerated() {
      let place = Diagnostic.Location(file: dataset.path, series: panel.label(entry.key))
      let key = Dictionary(zip(panel.keyNames, entry.key)) { $1 }
      let growth: Growth
      do {
        growth = try Growth(
          of: entry.series, events: profile.events.filter { $0.applies(to: key) },
          calendar: profile.calendar,
          shift: shiftPeriod, level: level, covariance: kind,
          from: stream.substream(UInt64(index)))
      } catch {
        throw error.located(place)
      }
      notes += growth.diagnostics.map {
        $0.located(Diagnostic.Location(series: panel.label(entry.key)))
      }
      var claims = panel.keyNames.isEmpty ? published : []
      if let claim, let compound = growth.compound {
        claims += Self.check(claim.replacing("%", with: ""), compound, entry.series)
      }
      let events = profile.events.filter { $0.applies(to: key) }
      var segmented: PiecewiseGrowth?
      if segments {
        var options = PiecewiseGrowth.Options()
        options.level = level
        options.covariance = kind
        options.isContinuous = continuous
        do {
          segmented = try PiecewiseGrowth(
            of: entry.series, events: events, calendar: profile.calendar, options: options,
            from: stream.substream(named: "segments").substream(UInt64(index)))
        } catch {
          throw error.located(place)
        }
        notes += segmented?.diagnostics.map { $0.located(place) } ?? []
      }
      results.append(
        SeriesTrend(
          key: key, growth: growth, claims: claims,
          claimTest: try claimTest(entry.series, events, profile.calendar, level),
          segments: segmented))
    }
    let columns =
      panel.keyNames + [
        "from", "to", "first", "last", "years", "compoundRate", "logLinearRate", "lower", "upper",
        "shiftAt", "shiftStep", "shiftPValue",
      ]
    let rows = zip(panel.entries, results).map { entry, result -> [Cell] in
      let growth = result.growth
      let compound = growth.compound
      return entry.key.map { .text($0) } + [
        .text(compound?.from.description ?? ""), .text(compound?.to.description ?? ""),
        .number(compound?.first, decimals: 0), .number(compound?.last, decimals: 0),
        .number(compound?.years, decimals: 1), .number(compound?.rate),
        .number(growth.logLinear?.value), .number(growth.logLinear?.lower),
        .number(growth.logLinear?.upper), .text(growth.levelShift?.at.description ?? ""),
        .number(growth.levelShift?.step.value), .number(growth.levelShift?.pValue),
      ]
    }
    let text = zip(panel.entries, results).map { entry, result in
      Self.text(
        result, name: panel.label(entry.key) ?? entry.series.name[global.language],
        global.language)
    }.joined(separator: "\n")
    try CommandResult(
      schema: "caseload.trend/1", payload: results, table: ResultTable(columns, rows),
      text: text, isTabular: false, seed: seed, diagnostics: notes
    ).emit(global, dataset)
  }

  /// The claim as a test of the trend; `nil` without a claim or where the series cannot say.
  private func claimTest(
    _ series: TimeSeries, _ events: [KnownEvent], _ calendar: WorkCalendar.Kind, _ level: Double
  ) throws(Diagnostic) -> GrowthClaim? {
    guard let claim else { return nil }
    let text = claim.replacing("%", with: "")
    guard let percent = Double(text) else { return nil }
    // Half a unit of the last digit written.
    let decimals = text.split(separator: ".").dropFirst().first?.count ?? 0
    let precision = 0.005 / (0..<decimals).reduce(1.0) { scale, _ in scale * 10 }
    do {
      return try GrowthClaim(
        GrowthClaim.Figure(percent / 100, precision: precision), series: series, events: events,
        calendar: calendar, level: level)
    } catch  where error.code == .notIdentified {
      return nil
    }
  }

  /// The growth claims of the dataset's register, checked.
  private func publishedClaims(_ dataset: Dataset) throws(Diagnostic) -> [AuditFinding] {
    guard let name = dataset.profile.figures, let table = dataset.tables[name],
      dataOptions.value == nil, dataOptions.resource == nil
    else { return [] }
    let register = try FigureRegister(table, scopes: dataset.profile.scopes)
    return try FigureAudit.findings(register).findings.filter { $0.check == "growth" }
  }

  /// A claim from the command line, held against the series' own endpoints.
  private static func check(_ claim: String, _ compound: Growth.Compound, _ series: TimeSeries)
    -> [AuditFinding]
  {
    func figure(_ id: String, _ text: String, _ from: Period, _ to: Period, _ isClaim: Bool)
      -> PublishedFigure
    {
      PublishedFigure(
        id: id, metric: "value", name: series.name, value: Double(text), text: text,
        unit: isClaim ? Text("%") : series.unit, from: from, to: to, scope: "",
        claim: isClaim ? .averageAnnualGrowth : nil, isComputed: !isClaim)
    }
    let register = FigureRegister([
      figure("first", NumberText.plain(compound.first), compound.from, compound.from, false),
      figure("last", NumberText.plain(compound.last), compound.to, compound.to, false),
      figure("claim", claim, compound.from, compound.to, true),
    ])
    return (try? FigureAudit.findings(register).findings) ?? []
  }

  private static func text(_ result: SeriesTrend, name: String, _ language: Language) -> String {
    let zh = language == .zh
    func percent(_ x: Double?, _ decimals: Int = 2) -> String {
      x.map { NumberText.percent($0, decimals)[language] } ?? "–"
    }
    func number(_ x: Double) -> String { NumberText.decimal(x)[language] }
    var text = name + "\n"
    let growth = result.growth
    let year = growth.isYearly ? Text(en: "year", zh: "年") : Text(en: "period", zh: "期")
    func spans(_ count: Double) -> String {
      let shown = count == count.rounded() ? number(count) : NumberText.decimal(count, 1)[language]
      return zh ? "\(shown) \(year.zh)" : "\(shown) \(year.en)\(count == 1 ? "" : "s")"
    }
    if let c = growth.compound {
      text +=
        zh
        ? "  年均复合增长率  \(percent(c.rate))，\(c.from) 至 \(c.to) 共 \(spans(c.years))："
          + "\(number(c.first)) → \(number(c.last))，累计增长 \(percent(c.total, 1))\n"
        : "  compound growth    \(percent(c.rate)) a \(year.en) over \(spans(c.years)), \(c.from) to "
          + "\(c.to): \(number(c.first)) → \(number(c.last)), \(percent(c.total, 1)) in all\n"
    }
    if let e = growth.logLinear {
      let covariance = growth.covariance ?? ""
      text +=
        zh
        ? "  对数线性增长率  \(percent(e.value)) /\(year.zh)（\(number(100 * e.level))% 区间 \(percent(e.lower)) 至 "
          + "\(percent(e.upper))；标准误 \(covariance)）\n"
        : "  log-linear growth  \(percent(e.value)) a \(year.en) (\(number(100 * e.level)) % interval "
          + "\(percent(e.lower)) to \(percent(e.upper)); standard errors \(covariance))\n"
    } else {
      text += zh ? "  对数线性增长率  无法确定\n" : "  log-linear growth  not identified\n"
    }
    for event in growth.eventEffects {
      let name = event.name[language]
      let e = event.effect
      text +=
        zh
        ? "  \(name)（\(event.from) 起）：\(percent(e.value, 1))（\(percent(e.lower, 1)) 至 "
          + "\(percent(e.upper, 1))）\n"
        : "  \(name) (from \(event.from)): \(percent(e.value, 1)) (\(percent(e.lower, 1)) to "
          + "\(percent(e.upper, 1)))\n"
    }
    if let s = growth.levelShift {
      let p = NumberText.pValue(s.pValue)[language]
      let how =
        s.searched
        ? (zh ? "（搜寻所得）" : " (searched for)") : (zh ? "（指定）" : " (as asked)")
      let head = zh ? "  水平移位        " : "  level shift        "
      let isShown = s.pValue < 0.05
      text +=
        zh
        ? "\(head)\(s.at)\(how)：\(percent(s.step.value, 1))（\(percent(s.step.lower, 1)) 至 "
          + "\(percent(s.step.upper, 1))），p = \(p)\(isShown ? "" : "，不显著")\n"
        : "\(head)\(s.at)\(how): \(percent(s.step.value, 1)) (\(percent(s.step.lower, 1)) to "
          + "\(percent(s.step.upper, 1))), p \(p.hasPrefix("<") ? p : "= " + p)"
          + "\(isShown ? "" : ": the data show none")\n"
    }
    for finding in result.claims {
      let verdict = finding.verdict.text[language]
      text += (zh ? "  所述核对        " : "  claim              ") + verdict
      text += (zh ? "：" : ": ") + finding.statement[language] + "\n"
    }
    if let test = result.claimTest {
      text += (zh ? "  所述检验        " : "  claim as a test    ") + test.sentence[language] + "\n"
      for trend in test.trendTests {
        text += "    \(trend.covariance)  " + trend.sentence[language] + "\n"
      }
    }
    if let segments = result.segments {
      text += zh ? "  分段增长\n" : "  growth in segments\n"
      for segment in segments.segments {
        let e = segment.growth
        text +=
          zh
          ? "    \(segment.from) 至 \(segment.to)：\(percent(e.value)) /\(year.zh)（\(percent(e.lower)) 至 "
            + "\(percent(e.upper))）\n"
          : "    \(segment.from) to \(segment.to): \(percent(e.value)) a \(year.en) "
            + "(\(percent(e.lower)) to \(percent(e.upper)))\n"
      }
      for one in segments.breaks {
        let range = "\(one.lower?.description ?? "?") – \(one.upper?.description ?? "?")"
        text += zh ? "    断点 \(one.at)（\(range)）\n" : "    break at \(one.at) (\(range))\n"
      }
      if segments.breaks.isEmpty { text += zh ? "    没有断点\n" : "    no break\n" }
    }
    return text
  }
}
