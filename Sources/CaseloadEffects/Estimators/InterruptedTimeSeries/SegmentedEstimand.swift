import CaseloadData

extension SegmentedData {
  /// Whose effect on what, over which periods, against what.
  func estimand() -> Text {
    let counted = isTreated.count { $0 }
    let first = study.panel.entries[treated[0]].series
    let outcome =
      study.exposure.map { exposure in
        Text(
          en: "\(first.name.en) over \(exposure.name.en)",
          zh: "\(first.name.zh)（按\(exposure.name.zh)计）")
      } ?? first.name
    let others = study.comparison.count
    let unit =
      isLog
      ? Text(en: ", as a rate", zh: "（比率）")
      : start != nil && treated.count == 1
        ? Text(en: ", a period", zh: "（每期）") : Text(en: ", a unit and period", zh: "（每单位每期）")
    let against = Text(
      en: others > 0 ? ", against \(others) untreated units" : "",
      zh: others > 0 ? "，以 \(others) 个未受干预单位为参照" : "")
    let rows = isTreated.indices.filter { isTreated[$0] }
    if treated.count == 1, let from = rows.first.flatMap({ period($0) }),
      let last = rows.last.flatMap({ period($0) })
    {
      let who =
        study.panel.keyNames.isEmpty
        ? outcome
        : Text(
          en: "\(outcome.en) in \(study.label(treated[0]))",
          zh: "\(study.label(treated[0])) 的\(outcome.zh)")
      let isWhole = from.distance(to: last) + 1 == counted
      return Text(
        en:
          "Average effect on \(who.en) over the \(counted) \(isWhole ? "periods" : "treated periods") "
          + "from \(from) to \(last)" + against.en + unit.en + restrictions.en,
        zh: "\(from) 至 \(last) 共 \(counted) \(isWhole ? "" : "个受干预")期对\(who.zh)的平均效应"
          + against.zh + unit.zh + restrictions.zh)
    }
    return Text(
      en: "Average effect on \(outcome.en) in the \(treated.count) treated units over their first "
        + "\(counted) treated periods" + against.en + unit.en + restrictions.en,
      zh: "\(treated.count) 个受干预单位在干预后前 \(counted) 期内对\(outcome.zh)的平均效应"
        + against.zh + unit.zh + restrictions.zh)
  }

  /// What the options leave out or let come slowly.
  private var restrictions: Text {
    var parts: [Text] = []
    if options.lag > 0 {
      parts.append(
        Text(en: "from \(options.lag) periods after the start on", zh: "自起点后 \(options.lag) 期起计"))
    }
    if options.phaseIn > 1 {
      parts.append(
        Text(
          en: "the level changing over \(options.phaseIn) periods",
          zh: "水平在 \(options.phaseIn) 期内逐步改变"))
    }
    if options.pulse > 0 {
      parts.append(Text(en: "for \(options.pulse) periods only", zh: "仅持续 \(options.pulse) 期"))
    }
    if options.donut > 0 {
      parts.append(
        Text(
          en: "without \(options.donut) periods on either side of the start",
          zh: "不含起点两侧各 \(options.donut) 期"))
    }
    guard !parts.isEmpty else { return Text("") }
    return Text(
      en: ", " + parts.map(\.en).joined(separator: ", "),
      zh: "，" + parts.map(\.zh).joined(separator: "，"))
  }
}
