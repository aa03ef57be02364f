import CaseloadData
import CaseloadEffects

/// Who and what a sentence on an effect speaks of: the outcome, the treated units, their time.
struct EffectSubject {
  let outcome: SeriesNoun
  private let measure: Measure
  private let frequency: Frequency
  /// The treated units, where there are several or they have a name.
  private let units: Text?
  /// The treated time that the average is over.
  private let span: Text?

  /// The subject of an estimate; without its study the words stay general.
  init(_ study: Study?, _ estimate: EffectEstimate? = nil) {
    let series = study?.panel.entries.first?.series
    outcome =
      series == nil
      ? SeriesNoun(Text(en: "the outcome", zh: "结果"), unit: Text("")) : SeriesNoun(series)
    measure = series?.measure ?? .ratio
    frequency = series?.frequency ?? .index
    guard let study else {
      (units, span) = (nil, nil)
      return
    }
    let treated = study.treatmentStart.filter { start in
      start.value <= study.panel.entries[start.key].series.lastPeriod
    }.keys.sorted()
    let names = treated.map { Text(study.label($0)) }
    switch names.count {
    case _ where study.isRepeatedCrossSection: units = nil
    case 1 where study.panel.entries.count == 1: units = nil
    case 1...3: units = listed(names)
    default:
      units = Text(en: "the \(names.count) treated units", zh: "\(names.count) 个受干预单位")
    }
    span = Self.span(study, treated, estimate)
  }

  /// From the first to the last treated period; or, for an average in event time that leaves out
  /// late periods, the number of periods from the start on.
  private static func span(_ study: Study, _ treated: [Int], _ estimate: EffectEstimate?) -> Text? {
    let after = estimate?.path.filter { $0.eventTime >= 0 } ?? []
    if let from = after.first?.period, let to = after.last?.period { return between(from, to) }
    let ends = treated.compactMap { unit -> (first: Period, last: Period)? in
      study.treatmentStart[unit].map { ($0, study.panel.entries[unit].series.lastPeriod) }
    }
    guard let from = ends.map(\.first).min(), let to = ends.map(\.last).max() else { return nil }
    let longest = ends.map { $0.first.distance(to: $0.last) }.max() ?? 0
    if let reached = after.map(\.eventTime).max(), reached < longest {
      let count = reached + 1
      return Text(
        en: count == 1 ? "In the first treated period" : "Over the first \(count) treated periods",
        zh: "干预后前 \(count) 期")
    }
    return between(from, to)
  }

  private static func between(_ from: Period, _ to: Period) -> Text {
    guard from != to else { return Text(en: "In \(from.text.en)", zh: "\(from.text.zh)") }
    return Text(
      en: "Between \(from.text.en) and \(to.text.en)", zh: "\(from.text.zh)至\(to.text.zh)期间")
  }

  /// "Between March 2017 and December 2025, civil filings in the 12 treated units were".
  var opening: Text {
    let place = units.map { Text(en: " in \($0.en)", zh: "\($0.zh)的") } ?? Text("")
    let isOne = outcome.name.en == "the outcome"
    let verb = isOne ? "was" : "were"
    guard let span else {
      return Text(
        en: "\(outcome.atStart.en)\(place.en) \(verb)", zh: "\(place.zh)\(outcome.name.zh.trimmed)")
    }
    return Text(
      en: "\(span.en), \(outcome.name.en)\(place.en) \(verb)",
      zh: "\(span.zh)，\(place.zh)\(outcome.name.zh.trimmed)")
  }

  /// An amount of the average effect without its sign: "12.4 %", "212 cases a month",
  /// "1.3 percentage points".
  func amount(_ number: Text, _ estimate: EffectEstimate) -> Text {
    guard estimate.scale == .level else { return number }
    if measure == .ratio {
      guard ["%", "percent"].contains(outcome.unit.en) else { return outcome.amount(number) }
      return Text(en: "\(number.en) percentage points", zh: "\(number.zh) 个百分点")
    }
    let amount = Text(
      en: outcome.unit.en.isEmpty ? number.en : "\(number.en) \(outcome.unit.en)",
      zh: outcome.unit.zh.isEmpty ? number.zh : "\(number.zh) \(outcome.unit.zh)")
    guard measure == .flow, let pace else { return amount }
    return Text(en: amount.en + " a \(pace.en)", zh: amount.zh)
  }

  /// "每月", which Chinese says before the amount of a flow.
  func everyZh(_ estimate: EffectEstimate) -> String {
    guard estimate.scale == .level, measure == .flow, let pace else { return "" }
    return "每\(pace.zh)"
  }

  /// The length of a period.
  private var pace: Text? {
    switch frequency {
    case .yearly: Text(en: "year", zh: "年")
    case .halfYearly: Text(en: "half-year", zh: "半年")
    case .quarterly: Text(en: "quarter", zh: "季度")
    case .monthly: Text(en: "month", zh: "月")
    case .weekly: Text(en: "week", zh: "周")
    case .daily: Text(en: "day", zh: "日")
    case .index: Text(en: "period", zh: "期")
    }
  }
}
