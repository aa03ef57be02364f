import CaseloadCourt
import CaseloadData
import CaseloadEffects
import CaseloadForecasting
import CaseloadRegression

/// A figure from elsewhere that a claimed change is held against: how often courts see as much without
/// a programme, what all courts around saw.
public struct Yardstick: Sendable {
  /// Unique in its dataset.
  public let id: String
  public let value: Double
  public let style: ReportFigure.Style
  /// A sentence with `{}` where the number stands.
  public let text: Text
  /// Where the number comes from.
  public let source: Text

  /// A yardstick from its parts.
  public init(id: String, value: Double, style: ReportFigure.Style, text: Text, source: Text) {
    self.id = id
    self.value = value
    self.style = style
    self.text = text
    self.source = source
  }
}

/// Everything that a report is written from; what is `nil` or empty is not at hand, and the report
/// says so.
public struct ReportInputs: Sendable {
  /// The dataset; empty for standard input.
  public var title: Text
  /// Where the data come from.
  public var sources: [String]
  /// Whether no real court is described.
  public var isSimulated = false
  /// The default series, by key.
  public var panel: Panel
  /// What ``panel`` holds, where ``title`` names more than that.
  public var seriesTitle: Text?
  /// The calendar that growth allowed for.
  public var calendar = WorkCalendar.Kind.weekdays
  /// Names of key values, such as family → 婚姻家庭.
  public var names: [String: Text] = [:]
  /// What else moved the series, and when.
  public var events: [KnownEvent] = []
  /// The growth of each group of series.
  public var growth: [(name: String, growth: Growth)] = []
  /// Published figures, where they stand in for a full table.
  public var register: FigureRegister?
  /// What the audit of the register found.
  public var findings: [AuditFinding] = []
  /// Figures from elsewhere that show what changes like the published ones are worth.
  public var yardsticks: [Yardstick] = []
  /// What the effect, or the claim of one, is credited to; `nil` where nobody names a cause.
  public var interventionName: Text?
  /// The question that ``effect`` answers.
  public var study: Study?
  /// What the intervention did.
  public var effect: EffectEstimate?
  /// The sum of all series, and its forecast.
  public var total: TimeSeries?
  /// The forecast of ``total``.
  public var forecast: Forecast?
  /// The sum over the forecast's periods, from joint paths; `nil` where periods do not add up.
  public var forecastTotal: PredictiveDistribution?
  /// The courts: what was, and what the next year needs.
  public var account: WorkloadAccount?
  /// What the courts come to under several scenarios.
  public var scenarios: ScenarioRun?
  /// What was noticed while reading and computing.
  public var notes: [Diagnostic] = []
  /// File name → SHA-256.
  public var digests: [String: String] = [:]
  /// The release that made the report.
  public var version: String

  /// Inputs without any analysis yet.
  public init(title: Text, sources: [String], panel: Panel, version: String) {
    self.title = title
    self.sources = sources
    self.panel = panel
    self.version = version
  }

  /// What the effect is on: the series of the study.
  var outcome: SeriesNoun { SeriesNoun(study?.panel.entries.first?.series ?? total) }

  /// The noun of the report: the series that all sections speak of.
  var noun: SeriesNoun { SeriesNoun(total ?? panel.entries.first?.series) }

  func name(_ id: String) -> Text { names[id] ?? Text(id) }

  /// What a key column is called, one and many.
  func key(_ id: String) -> (one: Text, many: Text) {
    switch id {
    case "court": (Text(en: "court", zh: "法院"), Text(en: "courts", zh: "法院"))
    case "caseType":
      (Text(en: "case type", zh: "案件类型"), Text(en: "case types", zh: "案件类型"))
    default: (name(id), name(id))
    }
  }

  /// Which courts a published figure covers: by the dataset's names, else by the words of its
  /// identifier.
  func scope(_ id: String) -> Text {
    if let name = names[id] { return name }
    switch id {
    case "bothCourts": return Text(en: "both courts", zh: "两级法院")
    case "intermediateCourt": return Text(en: "intermediate court", zh: "中级法院")
    case "districtCourt": return Text(en: "district court", zh: "城区法院")
    default:
      var words = ""
      for character in id {
        if character.isUppercase, words.last?.isLowercase == true {
          words += " " + character.lowercased()
        } else {
          words.append(character)
        }
      }
      return Text(en: words, zh: id)
    }
  }
}

/// A report while it is written.
struct ReportDraft {
  let inputs: ReportInputs
  var blocks: [Report.Block] = []
  var book = FigureBook()
  /// The methods whose numbers the report prints, in order.
  private(set) var methods: [MethodCard] = []

  /// Notes that a number of `card` is printed.
  mutating func uses(_ card: MethodCard) {
    if !methods.contains(where: { $0.id == card.id }) { methods.append(card) }
  }

  mutating func heading(_ level: Int, _ text: Text, id: String) {
    blocks.append(.heading(level: level, text, id: id))
  }
  mutating func paragraph(_ en: String, _ zh: String) {
    blocks.append(.paragraph(Text(en: en, zh: zh)))
  }
  mutating func callout(_ kind: Report.Callout, _ en: String, _ zh: String) {
    blocks.append(.callout(kind, [.paragraph(Text(en: en, zh: zh))]))
  }

  /// Registers a published figure under its own number, and returns its mark.
  mutating func published(_ figure: PublishedFigure) -> String {
    let decimals = figure.text.split(separator: ".").dropFirst().first?.count ?? 0
    let span = Self.span(figure.from, figure.to)
    let scope = inputs.scope(figure.scope)
    return book.add(
      "published.\(figure.id)", figure.value ?? .nan, .decimal(decimals),
      label: Text(
        en: [figure.name.en, span.en, scope.en].filter { !$0.isEmpty }.joined(separator: ", "),
        zh: [figure.name.zh, span.zh, scope.zh].filter { !$0.isEmpty }.joined(separator: "，")),
      unit: figure.unit,
      source: Text(
        en: "published, \(figure.id): “\(figure.quote)”", zh: "已发布，\(figure.id)：“\(figure.quote)”"))
  }

  /// Registers a piece of evidence of a finding, and returns its mark.
  mutating func evidence(_ item: AuditFinding.Evidence, of finding: AuditFinding) -> String {
    let isPercent = item.unit.en == "%"
    let used = finding.figures.joined(separator: ", ")
    return book.add(
      "\(finding.check).\(item.id)", isPercent ? item.value / 100 : item.value,
      isPercent ? .percent(item.decimals) : .decimal(item.decimals), label: item.label,
      unit: isPercent ? Text("") : item.unit,
      source: Text(
        en: "computed by the check of \(Self.checkName(finding.check).en) from \(used)",
        zh: "由\(Self.checkName(finding.check).zh)核对算出，依据 \(used)"))
  }

  static func checkName(_ check: String) -> Text {
    switch check {
    case "growth": Text(en: "average growth", zh: "年均增长")
    case "yearOnYear": Text(en: "change on the year", zh: "同比")
    case "load": Text(en: "cases a judge", zh: "人均办案")
    default: Text(check)
    }
  }
}

extension Report {
  /// The work report of a court's data: what was filed, how it grew, what the intervention did and
  /// why that is or is not known, what the next year needs; with a register of every figure.
  public init(_ inputs: ReportInputs) {
    var draft = ReportDraft(inputs: inputs)
    draft.writeSummary()
    draft.writeFilings()
    draft.writeGrowth()
    draft.writeEffect()
    draft.writeNeed()
    draft.writeAppendices()
    title = Self.title(inputs.title)
    subtitle = Self.subtitle(inputs)
    organization = inputs.title
    footer = Text(
      en:
        "Made by Caseload \(inputs.version) from the data named in appendix C. Every number links to "
        + "its source.",
      zh: "由 Caseload \(inputs.version) 根据附录三所列数据生成，每个数字均可追溯。")
    blocks = draft.blocks
    figures = draft.book.figures
    diagnostics = inputs.notes
  }

  /// "Riverside" makes a title with the words around it; a file's name stands behind them.
  private static func title(_ name: Text) -> Text {
    guard !name.en.isEmpty else { return Text(en: "Caseload report", zh: "案件分析报告") }
    let isPlace = name.zh.last.map { "院市县区省州盟旗）".contains($0) } ?? false
    return Text(
      en: "Caseload report: \(name.en)",
      zh: isPlace ? "\(name.zh)案件分析报告" : "案件分析报告：\(name.zh)")
  }

  /// Whose series and which years, where the title does not say it.
  private static func subtitle(_ inputs: ReportInputs) -> Text {
    if inputs.isSimulated { return Text(en: "Simulated data: no real court", zh: "模拟数据，非真实法院") }
    guard let total = inputs.total, total.count > 0 else { return Text("") }
    let noun = inputs.noun
    let span = ReportDraft.span(total.start, total.lastPeriod)
    let series = inputs.seriesTitle
    return Text(
      en: (series.map { $0.en + ": " + noun.name.en } ?? noun.atStart.en) + ", \(span.en)",
      zh: (series.map { $0.zh + "：" } ?? "") + noun.atStart.zh + "，\(span.zh)")
  }
}
