import CaseloadCourt
import CaseloadData
import CaseloadForecasting

/// What the series is expected to do, alone or beside the projection of the courts.
extension ReportDraft {
  /// What is expected over the forecast: a sum for a flow, the last period for anything else.
  struct Expectation {
    let span: Text
    let isSum: Bool
    let median: Double
    let range: ClosedRange<Double>
    let marks: (median: String, lower: String, upper: String)
  }

  /// The expectation with its figures registered; `nil` without a forecast.
  mutating func expectedTotal() -> Expectation? {
    guard let forecast = inputs.forecast, let final = forecast.marginals.last else { return nil }
    let last = forecast.periods.upperBound.advanced(by: -1)
    let isSum = inputs.forecastTotal != nil
    let distribution = inputs.forecastTotal ?? final
    let span = isSum ? Self.span(forecast.start, last) : last.words
    // Counts are never below zero, though a normal distribution may reach there.
    let floor = forecast.history.measure == .ratio ? -Double.infinity : 0
    // One report, one answer: the courts' paths added up, where there are any.
    let joint = isSum ? jointFilings("\(forecast.start)/\(last)") : nil
    let median = joint?.median ?? max(floor, distribution.quantile(0.5))
    let interval = joint.map { $0.lower80...$0.upper80 } ?? distribution.interval(0.8)
    let range = max(floor, interval.lowerBound)...max(floor, interval.upperBound)
    let decimals =
      median >= 100 ? 0 : NumberText.decimals(forWidth: range.upperBound - range.lowerBound)
    let card = Self.card(forecast.model)
    if let card { uses(card) }
    let source = Text(
      en: "forecast: \(card?.name.en ?? forecast.model) (\(forecast.model))"
        + (joint != nil
          ? ", sum over joint paths of all courts and case types"
          : isSum && forecast.marginals.count > 1 ? ", sum over joint paths" : ""),
      zh: "预测：\(card?.name.zh ?? forecast.model)（\(forecast.model)）"
        + (joint != nil
          ? "，各院各类案件联合路径求和" : isSum && forecast.marginals.count > 1 ? "，联合路径求和" : ""))
    let name = levelName(nil)
    func figure(_ id: String, _ value: Double, _ label: Text) -> String {
      book.add(
        "forecast.\(id)", value, .decimal(decimals), label: label, unit: inputs.noun.unit,
        source: source)
    }
    return Expectation(
      span: span, isSum: isSum, median: median, range: range,
      marks: (
        figure(
          "median", median,
          Text(
            en: "\(name.en), expected for \(span.en), median", zh: "\(span.zh)\(name.zh)预测（中位数）")),
        figure(
          "lower80", range.lowerBound, Text(en: "its 80 % interval, lower end", zh: "其 80% 区间下限")),
        figure(
          "upper80", range.upperBound, Text(en: "its 80 % interval, upper end", zh: "其 80% 区间上限"))
      ))
  }

  /// Cases filed in the first year of the scenarios' base, if that is `period`.
  private func jointFilings(_ period: String) -> DrawSummary? {
    inputs.scenarios?.results.first?.years.first {
      $0.year == 1 && $0.period == period && $0.court == nil && $0.caseType == nil
        && $0.measure == .filed
    }?.value
  }

  static func card(_ model: String) -> MethodCard? {
    ForecastModels.all.first { $0.card.id == model }?.card
  }

  /// The expected amount with its interval, and the fan; or that there is none.
  mutating func writeForecast() {
    guard let forecast = inputs.forecast, let expected = expectedTotal() else {
      paragraph(
        "No forecast is given: the series is too short for one, or no model fits it.",
        "不作预测：序列过短，或没有适用的模型。")
      return
    }
    let noun = inputs.noun
    let amount = noun.amount(expected.marks.median)
    let card = Self.card(forecast.model)
    let model = Text(
      en: (card?.name.en ?? "the model") + " (\(forecast.model))",
      zh: (card?.name.zh ?? "模型") + "（\(forecast.model)）")
    let marks = expected.marks
    paragraph(
      "For \(expected.span.en) \(noun.name.en) are expected to come to about \(amount.en) (80 % interval "
        + "\(marks.lower) to \(marks.upper)), if the series goes on as before. The model is "
        + "\(model.en).",
      "若延续既往规律，预计\(expected.span.zh)\(noun.name.zh)约为 \(amount.zh)（80% 区间 \(marks.lower) 至 "
        + "\(marks.upper)）。预测采用\(model.zh)。")
    let word = Self.periodWord(forecast.history.frequency)
    let periods = Self.span(forecast.start, forecast.periods.upperBound.advanced(by: -1))
    func shown(_ x: Double) -> Text {
      NumberText.decimal(
        x,
        expected.median >= 100
          ? 0
          : NumberText.decimals(forWidth: expected.range.upperBound - expected.range.lowerBound))
    }
    let (median, low, high) = (
      noun.amount(shown(expected.median)), shown(expected.range.lowerBound),
      shown(expected.range.upperBound)
    )
    let scope = scopeOfTotal
    let isFlow = forecast.history.measure == .flow
    let (firstMedian, lastMedian) = (
      forecast.marginals.first?.quantile(0.5) ?? 0, forecast.marginals.last?.quantile(0.5) ?? 0
    )
    blocks.append(
      .chart(
        .fan(
          FanChart(
            id: "forecast",
            title: Text(
              en:
                "\(noun.atStart.en): about \(median.en) expected for \(expected.span.en), 80 % interval "
                + "\(low.en) to \(high.en)",
              zh: "预计\(expected.span.zh)\(noun.name.zh)约 \(median.zh)，80% 区间 \(low.zh) 至 \(high.zh)"
            ),
            subtitle: Text(
              en: noun.name.en + (isFlow ? " a \(word.en)" : "")
                + (scope.map { ", \($0.en)" } ?? "")
                + "; bands are 80 % and 95 % intervals",
              zh: (scope?.zh ?? "") + (isFlow ? "每\(word.zh)" : "") + noun.name.zh
                + (noun.unit.zh.isEmpty ? "" : "，\(noun.unit.zh)") + "；色带为 80% 与 95% 区间"),
            caption: Text(
              en: "\(noun.atStart.en) and the forecast for \(periods.en), by \(forecast.model).",
              zh: "\(noun.atStart.zh)及\(periods.zh)预测，模型 \(forecast.model)。"),
            summary: Text(
              en: "Past values as a line, then a dashed median from \(shown(firstMedian).en) to "
                + "\(shown(lastMedian).en) with its 80 % and 95 % bands.",
              zh: "历史数值折线，其后为中位数虚线（\(shown(firstMedian).zh) 至 \(shown(lastMedian).zh)）及 80%、"
                + "95% 区间色带。"),
            forecast: forecast, shownHistory: 60))))
  }

  /// What a projection of pending cases and judges would need.
  mutating func writeWhatNeedTakes() {
    guard inputs.register == nil, inputs.total.map({ $0.measure == .flow }) ?? true else { return }
    let word = Self.periodWord(inputs.total?.frequency ?? .yearly)
    callout(
      .note,
      "Cases pending at the end and judges needed cannot be projected from this series alone. They need, by "
        + "\(word.en) and in the same table, cases resolved, cases pending and judges in post.",
      "仅凭本序列不能推算期末未结案件和所需法官；还需在同一表中按\(word.zh)提供结案数、未结数和在岗法官数。")
  }
}
