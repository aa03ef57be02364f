import CaseloadData

/// A post-mortem in a few sentences.
struct PostMortemVerdict {
  let key: [String]
  let steps: [ErrorAccount.Step]
  let measure: PendingMeasure

  /// A part below this share of the parts' sizes is not worth a word.
  private static let smallestShare = 0.05

  var text: Text {
    guard let last = steps.last else { return Text("") }
    let rest = [filings(), causes(last), unexplained(last), range(last)].compactMap { $0 }
    return rest.reduce(answer(last)) { sum, sentence in
      Text(en: sum.en + " " + sentence.en, zh: sum.zh + sentence.zh)
    }
  }

  private var unit: Text {
    measure == .cases ? Text(en: "cases", zh: "件") : Text(en: "minutes", zh: "分钟")
  }

  private func count(_ x: Double) -> Text { NumberText.decimal(abs(x)) }

  /// What was planned, what there was, and by how much it missed.
  private func answer(_ last: ErrorAccount.Step) -> Text {
    let (planned, actual) = (
      NumberText.decimal(last.planned.pending), NumberText.decimal(last.actual.pending)
    )
    let place = key.isEmpty ? Text("") : Text(key.joined(separator: ", "))
    let name = key.isEmpty ? place : Text(en: place.en + ": ", zh: place.zh + "：")
    let period = last.period.text
    guard abs(last.error) >= 0.5 else {
      return name
        + Text(
          en: "At the end of \(period.en) \(actual.en) cases were pending, as planned.",
          zh: "\(period.zh)末未结 \(actual.zh) 件，与计划一致。")
    }
    let more = last.error > 0
    let miss = count(last.error)
    if measure == .minutes {
      return name
        + Text(
          en: "At the end of \(period.en) \(actual.en) cases were pending (planned \(planned.en)), "
            + "\(miss.en) minutes of work \(more ? "more" : "less") than planned.",
          zh: "\(period.zh)末未结 \(actual.zh) 件（计划 \(planned.zh) 件），工作量比计划"
            + "\(more ? "多" : "少") \(miss.zh) 分钟。")
    }
    return name
      + Text(
        en: "At the end of \(period.en) \(actual.en) cases were pending, \(miss.en) "
          + "\(more ? "more" : "fewer") than the \(planned.en) planned.",
        zh: "\(period.zh)末未结 \(actual.zh) 件，比计划的 \(planned.zh) 件\(more ? "多" : "少") \(miss.zh) 件。")
  }

  /// How filings compare with the forecast: the part that a court does not decide.
  private func filings() -> Text? {
    let planned = steps.map(\.planned.filings).reduce(0, +)
    let actual = steps.map(\.actual.filings).reduce(0, +)
    guard planned > 0 else { return nil }
    let change = actual / planned - 1
    let percent = NumberText.percent(abs(change))
    guard abs(change) >= 0.0005 else {
      return Text(en: "Filings were as forecast.", zh: "收案与预测一致。")
    }
    return change < 0
      ? Text(
        en: "Filings were \(percent.en) below forecast.", zh: "收案比预测少 \(percent.zh)。")
      : Text(
        en: "Filings were \(percent.en) above forecast.", zh: "收案比预测多 \(percent.zh)。")
  }

  /// What made the error, the largest part first, and what worked against it.
  private func causes(_ last: ErrorAccount.Step) -> Text? {
    guard abs(last.error) >= 0.5 else { return nil }
    let parts = last.contributions.filter { ![.unexplained, .restatement].contains($0.component) }
    let size = last.contributions.reduce(0) { $0 + abs($1.value) }
    let sign: Double = last.error > 0 ? 1 : -1
    let named = parts.filter { abs($0.value) >= Self.smallestShare * size && abs($0.value) >= 0.5 }
    let makers = named.filter { $0.value * sign > 0 }.sorted { abs($0.value) > abs($1.value) }
    let others = named.filter { $0.value * sign < 0 }.sorted { abs($0.value) > abs($1.value) }
    func list(_ items: [ErrorContribution]) -> Text {
      let texts = items.map { item -> Text in
        let event = item.component.event(isRaising: item.value > 0)
        let number = NumberText.decimal(abs(item.value))
        let sign = item.value > 0 ? "+" : "−"
        return Text(
          en: "\(event.en) (\(sign)\(number.en))", zh: "\(event.zh)（\(sign)\(number.zh)）")
      }
      let (en, zh) = (texts.map(\.en), texts.map(\.zh))
      let english =
        en.count < 2
        ? en.joined() : en.dropLast().joined(separator: ", ") + " and " + (en.last ?? "")
      return Text(en: english, zh: zh.joined(separator: "、"))
    }
    guard !makers.isEmpty else {
      return Text(
        en: "No planned quantity explains the miss.", zh: "所列计划量均不能解释这一偏差。")
    }
    var text =
      Text(en: "The miss came from ", zh: "偏差来自") + list(makers)
    if !others.isEmpty {
      text = text + Text(en: "; against it worked ", zh: "；起抵消作用的是") + list(others)
    }
    return text + Text(en: ".", zh: "。")
  }

  private func unexplained(_ last: ErrorAccount.Step) -> Text? {
    let rest = last.contributions.filter { [.unexplained, .restatement].contains($0.component) }
      .reduce(0) { $0 + $1.value }
    guard abs(rest) >= 0.5 else { return nil }
    let sign = rest > 0 ? "+" : "−"
    return Text(
      en:
        "The figures themselves leave \(sign)\(count(rest).en) \(unit.en) unexplained: they do not "
        + "roll forward.",
      zh: "数据本身有 \(sign)\(count(rest).zh) \(unit.zh)未能解释：存案不能滚动相符。")
  }

  private func range(_ last: ErrorAccount.Step) -> Text? {
    guard let range = last.range else { return nil }
    if range.isInside80 {
      return Text(
        en: "The outcome lies inside the projected 80 % range.", zh: "结果落在预测的 80% 区间内。")
    }
    if range.isInside95 {
      return Text(
        en: "The outcome lies outside the projected 80 % range and inside that of 95 %.",
        zh: "结果落在预测的 80% 区间之外、95% 区间之内。")
    }
    return Text(
      en:
        "The outcome lies outside the projected 95 % range: the projection was too sure of itself, "
        + "or something happened that it did not allow for.",
      zh: "结果落在预测的 95% 区间之外：预测过于自信，或发生了其未考虑的情况。")
  }
}
