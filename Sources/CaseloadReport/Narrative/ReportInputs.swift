import CaseloadCourt
import CaseloadData
import CaseloadEffects
import CaseloadForecasting
import CaseloadRegression

/// Everything that a report is written from; what is `nil` or empty is not at hand, and the report
/// says so.
public struct ReportInputs: Sendable {
  public var title: Text
  public var sources: [String]
  public var isSimulated = false
  /// The default series, by key.
  public var panel: Panel
  /// Names of key values, such as family → 婚姻家庭.
  public var names: [String: Text] = [:]
  public var events: [KnownEvent] = []
  /// The growth of each group of series.
  public var growth: [(name: String, growth: Growth)] = []
  public var register: FigureRegister?
  public var findings: [AuditFinding] = []
  public var interventionName = Text(en: "the measures taken", zh: "所采取的措施")
  public var study: Study?
  public var effect: EffectEstimate?
  /// The sum of all series, and its forecast.
  public var total: TimeSeries?
  public var forecast: Forecast?
  public var account: WorkloadAccount?
  public var notes: [Diagnostic] = []
  /// File name → SHA-256.
  public var digests: [String: String] = [:]
  public var version: String

  public init(title: Text, sources: [String], panel: Panel, version: String) {
    self.title = title
    self.sources = sources
    self.panel = panel
    self.version = version
  }

  /// What the effect is on: the series of the study.
  var outcomeName: Text {
    study?.panel.entries.first?.series.name ?? Text(en: "filings", zh: "收案")
  }
  var outcomeUnit: Text { study?.panel.entries.first?.series.unit ?? Text("") }

  func name(_ id: String) -> Text { names[id] ?? Text(id) }
}

/// A report while it is written.
struct ReportDraft {
  let inputs: ReportInputs
  var blocks: [Report.Block] = []
  var book = FigureBook()

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
    let scope = Self.scope(figure.scope)
    return book.add(
      "published.\(figure.id)", figure.value ?? .nan, .decimal(decimals),
      label: Text(
        en: "\(figure.name.en), \(span.en), \(scope.en)",
        zh: "\(figure.name.zh),\(span.zh),\(scope.zh)"),
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
        en: "computed by the \(finding.check) check from \(used)",
        zh: "由\(Self.checkName(finding.check))核对算出，依据 \(used)"))
  }

  static func checkName(_ check: String) -> String {
    switch check {
    case "growth": "增长率"
    case "yearOnYear": "同比"
    default: "人均办案"
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
    title = Text(
      en: "Caseload report: \(inputs.title.en)", zh: "\(inputs.title.zh)案件分析报告")
    subtitle =
      inputs.isSimulated
      ? Text(en: "Simulated data: no real court", zh: "模拟数据，非真实法院") : Text("")
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
}

extension String {
  /// The same with a capital first letter.
  var capitalizedFirst: String { prefix(1).uppercased() + dropFirst() }

  /// The same without blanks at the end.
  var trimmedEnd: String {
    var text = Substring(self)
    while text.last == " " { text.removeLast() }
    return String(text)
  }
}
