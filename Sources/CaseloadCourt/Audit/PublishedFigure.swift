import CaseloadData

/// A number as somebody published it, with what it counts, when and where.
public struct PublishedFigure: Codable, Sendable {
  /// What a derived figure claims about other figures of the same metric and scope.
  public enum Claim: String, Codable, Sendable, CaseIterable {
    /// The average yearly growth, in percent, between the first and the last period of its span.
    case averageAnnualGrowth
    /// The change, in percent, on the same periods one year before.
    case yearOnYearChange
  }

  /// Unique in its register.
  public let id: String
  /// What is counted, as an identifier: figures of one metric can be compared.
  public let metric: String
  /// What is counted, for people.
  public let name: Text
  /// As a number; `nil` where the source prints none.
  public let value: Double?
  /// As printed: `18`, `7.45`. Its decimals say how far it is rounded.
  public let text: String
  /// What `value` is in: cases, %, persons.
  public let unit: Text
  /// The first period that it covers; `nil` where the source names none.
  public let from: Period?
  /// The last period that it covers.
  public let to: Period?
  /// Whose figure it is, as an identifier: a court, several, a province.
  public let scope: String
  /// What it says of other figures; `nil` for a plain count.
  public let claim: Claim?
  /// The words of the source.
  public let quote: String
  /// What the transcriber saw.
  public let note: String
  /// Whether it was computed from data: then no slip of a pen is looked for in it.
  public let isComputed: Bool

  public init(
    id: String, metric: String, name: Text, value: Double?, text: String, unit: Text,
    from: Period?, to: Period?, scope: String, claim: Claim?, quote: String = "", note: String = "",
    isComputed: Bool = false
  ) {
    self.id = id
    self.metric = metric
    self.name = name
    self.value = value
    self.text = text
    self.unit = unit
    self.from = from
    self.to = to
    self.scope = scope
    self.claim = claim
    self.quote = quote
    self.note = note
    self.isComputed = isComputed
  }

  /// Half the last printed digit: 18 stands for 17.5 to 18.5.
  public var precision: Double {
    let decimals = text.split(separator: ".").dropFirst().first?.prefix { $0.isNumber }.count ?? 0
    // 778.2万 is rounded to a thousand.
    let scale = text.contains("亿") ? 1e8 : (text.contains("万") ? 1e4 : 1)
    return (0..<decimals).reduce(0.5) { half, _ in half / 10 } * scale
  }
}

/// The figures of one report or table.
public struct FigureRegister: Sendable {
  /// In the order of the source.
  public let figures: [PublishedFigure]
  /// Which scopes make up a larger one: both courts are the intermediate and the district court.
  public let scopes: [String: [String]]

  public init(_ figures: [PublishedFigure], scopes: [String: [String]] = [:]) {
    self.figures = figures
    self.scopes = scopes
  }

  /// The figure called `id`, if there is one.
  public subscript(id: String) -> PublishedFigure? { figures.first { $0.id == id } }

  /// The register in a table with the columns id, metric, value, period and, where there are any,
  /// metricEn, metricZh, text, unitEn, unitZh, scope, claim, quote and note.
  public init(_ table: Table, scopes: [String: [String]] = [:]) throws(Diagnostic) {
    let ids = try table.text("id")
    let metrics = try table.text("metric")
    let values = try table.numbers("value")
    let periods = try table.text("period")
    func optional(_ name: String) -> [String] {
      (try? table.text(name)) ?? [String](repeating: "", count: table.rowCount)
    }
    let (en, zh) = (optional("metricEn"), optional("metricZh"))
    let (unitEn, unitZh) = (optional("unitEn"), optional("unitZh"))
    let (text, scope) = (optional("text"), optional("scope"))
    let (quote, note, claim) = (optional("quote"), optional("note"), optional("claim"))
    var figures: [PublishedFigure] = []
    var seen: Set<String> = []
    for i in 0..<table.rowCount {
      let place = Diagnostic.Location(file: table.source, row: table.lines[i], column: "id")
      guard seen.insert(ids[i]).inserted else {
        throw Diagnostic(
          .malformedTable, .error,
          Text(en: "The figure \(ids[i]) occurs twice.", zh: "数字编号 \(ids[i]) 重复。"), at: place,
          hint: Text(en: "Give each figure an id of its own.", zh: "请为每个数字设置唯一编号。"))
      }
      var kind: PublishedFigure.Claim?
      if !claim[i].isEmpty {
        kind = PublishedFigure.Claim(rawValue: claim[i])
        if kind == nil {
          var at = place
          at.column = "claim"
          throw Diagnostic.unknownName(
            claim[i], among: PublishedFigure.Claim.allCases.map(\.rawValue),
            kind: Text(en: "claim", zh: "表述类型"), code: .valueOutOfRange, at: at)
        }
      }
      let span = periods[i].split(separator: "/").map(String.init)
      let from = span.first.flatMap { Period($0) }
      let to = span.count > 1 ? Period(span[1]) : from
      if !Table.missingMarks.contains(periods[i]), from == nil || to == nil {
        throw Diagnostic(
          .notAPeriod, .error,
          Text(en: "'\(periods[i])' is not a period.", zh: "'\(periods[i])' 不是时期。"),
          at: Diagnostic.Location(file: table.source, row: table.lines[i], column: "period"),
          hint: Text(
            en: "Write 2019, 2013/2019 or 2020-01/2020-10; leave it empty where there is none.",
            zh: "请写作 2019、2013/2019 或 2020-01/2020-10；没有时期的留空。"))
      }
      if let from, let to, from.frequency != to.frequency {
        throw Diagnostic(
          .mixedFrequencies, .error,
          Text(
            en: "The figure \(ids[i]) runs from a \(from.frequency.rawValue) to a "
              + "\(to.frequency.rawValue) period.",
            zh: "数字 \(ids[i]) 的起止时期长度不同（\(from)、\(to)）。"),
          at: Diagnostic.Location(file: table.source, row: table.lines[i], column: "period"),
          hint: Text(
            en: "Write both ends alike, such as 2013/2019 or 2020-01/2020-10.",
            zh: "请将两端写成同类时期，如 2013/2019 或 2020-01/2020-10。"))
      }
      figures.append(
        PublishedFigure(
          id: ids[i], metric: metrics[i],
          name: Text(
            en: en[i].isEmpty ? metrics[i] : en[i], zh: zh[i].isEmpty ? metrics[i] : zh[i]),
          value: values[i].isNaN ? nil : values[i],
          text: text[i].isEmpty ? NumberText.plain(values[i]) : text[i],
          unit: Text(en: unitEn[i], zh: unitZh[i]), from: from,
          to: to, scope: scope[i], claim: kind, quote: quote[i], note: note[i]))
    }
    self.init(figures, scopes: scopes)
  }

  /// The level figure of `metric` and `scope` for one span of periods.
  func level(_ metric: String, _ scope: String, from: Period, to: Period) -> PublishedFigure? {
    figures.first {
      $0.metric == metric && $0.scope == scope && $0.from == from && $0.to == to
        && $0.claim == nil && $0.value != nil
    }
  }
}
