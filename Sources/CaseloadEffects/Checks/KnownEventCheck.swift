import CaseloadData
import CaseloadMath

/// Did something else that is known happen around the start?
///
/// A lasting event that begins when units' treatment begins, and that its description confines to the
/// kinds of cases that were summed into the outcome, is the programme itself, entered among the events for
/// the series of those kinds. It is left out, and named.
enum KnownEventCheck: AutomaticCheck {
  static let id = "known-events"
  static let name = Text(en: "Other events near the start", zh: "起点附近的其他事件")
  static let condition = Text(en: "Data with a calendar.", zh: "具有日历日期的数据。")

  static func outcome(_ context: CheckContext) -> EffectCheck? {
    let study = context.study
    guard study.treatmentStart.values.contains(where: { $0.firstDay != nil }) else {
      return untestable(
        Text(
          en: "The periods are numbers without dates; no event can be placed among them.",
          zh: "时期仅为序号、没有日期，无法与事件对照。"))
    }
    let built = CalendarKnowledge.events(of: study)
    var near: [(event: KnownEvent, note: Text?, source: String?)] = []
    var touched = 0
    let programme = study.events.filter { isProgramme($0, study) }
    for (unit, start) in study.treatmentStart.sorted(by: { $0.key < $1.key }) {
      let own = study.events(of: unit).filter { !programme.contains($0) }.map {
        (event: $0, note: Text?.none, source: String?.none)
      }
      let known = built.map {
        (event: $0.event, note: Text?.some($0.note), source: String?.some($0.source))
      }
      let hits = (own + known).filter { isNear($0.event, start) }
      if !hits.isEmpty { touched += 1 }
      for hit in hits where !near.contains(where: { $0.event.id == hit.event.id }) {
        near.append(hit)
      }
    }
    var figures = [
      EffectCheck.Figure("events", Double(near.count)),
      EffectCheck.Figure("unitsNear", Double(touched)),
    ]
    let left = leftOut(programme)
    guard !near.isEmpty else {
      return check(
        .supported,
        Text(
          en:
            "No \(programme.isEmpty ? "" : "other ")event of the calendar and none that was named "
            + "lies within half a year of a start.",
          zh: "日历事件与所列\(programme.isEmpty ? "" : "其他")事件均不在任何起点前后半年内。") + left, figures)
    }
    let donut = without(near.map(\.event), context)
    figures.append(EffectCheck.Figure("withoutThePeriods", donut))
    let names = Text(
      en: near.map { $0.event.name.en }.joined(separator: ", "),
      zh: near.map { $0.event.name.zh }.joined(separator: "、"))
    let notes = near.compactMap { hit in
      hit.note.map { note in
        Text(
          en: " " + note.en + " (\(hit.source ?? ""))", zh: note.zh + "（\(hit.source ?? "")）")
      }
    }.reduce(Text(""), +)
    let remedy =
      donut.map {
        Text(
          en: " Without the periods of the event the effect is \(context.shown($0).en).",
          zh: "剔除事件期间后效应为 \(context.shown($0).zh)。")
      } ?? Text("")
    let judged =
      context.hasComparison
      ? Text(
        en: " The comparison units bear it only if it struck all alike.",
        zh: "只有当事件对各单位影响相同时，对照单位才能消除其影响。")
      : Text(en: " One series cannot tell the two apart.", zh: "单一序列无法区分两者。")
    return check(
      context.hasComparison ? .doubtful : .violated,
      Text(
        en: "Within half a year of the start of \(touched) units: \(names.en).",
        zh: "\(touched) 个单位的起点前后半年内有：\(names.zh)。") + notes + judged + remedy + left, figures)
  }

  /// Whether an event is the programme under another name: it begins with it, for good, and is confined
  /// by a column that does not tell the units apart.
  private static func isProgramme(_ event: KnownEvent, _ study: Study) -> Bool {
    event.kind == .level && !event.only.isEmpty
      && event.only.keys.allSatisfy { !study.panel.keyNames.contains($0) }
      && study.treatmentStart.values.contains { start in
        start == event.from || start.firstDay != nil && start.firstDay == event.from.firstDay
      }
  }

  private static func leftOut(_ programme: [KnownEvent]) -> Text {
    guard !programme.isEmpty else { return Text("") }
    let names = Text(
      en: programme.map(\.name.en).joined(separator: ", "),
      zh: programme.map(\.name.zh).joined(separator: "、"))
    return Text(
      en: " Taken for the programme itself, as they begin with it: \(names.en).",
      zh: "以下事件与项目同时开始，视为项目本身，不计入：\(names.zh)。")
  }

  /// Whether any day of the event lies within ``CalendarKnowledge/nearDays`` of the start; of an
  /// event for good its first.
  private static func isNear(_ event: KnownEvent, _ start: Period) -> Bool {
    guard let day = start.firstDay?.dayNumber, let from = event.from.firstDay?.dayNumber else {
      return false
    }
    var to = from
    if event.kind == .pulse, let end = (event.to ?? event.from).endDay {
      to = max(from, end.dayNumber - 1)
    }
    return day >= from - CalendarKnowledge.nearDays && day <= to + CalendarKnowledge.nearDays
  }

  /// The estimate without the periods of pulses, where the design bears gaps.
  private static func without(_ events: [KnownEvent], _ context: CheckContext) -> Double? {
    var study = context.study
    guard let frequency = study.panel.entries.first?.series.frequency else { return nil }
    var isChanged = false
    for event in events where event.kind == .pulse {
      guard let first = event.from.firstDay, let end = (event.to ?? event.from).endDay,
        let a = Period(of: frequency, containing: first),
        let b = Period(of: frequency, containing: end.advanced(by: -1))
      else { continue }
      study = study.leavingOut(a..<b.advanced(by: 1))
      isChanged = true
    }
    return isChanged ? context.value(study) : nil
  }
}
