import CaseloadCourt
import CaseloadData

/// From one total to another by steps that rise and fall.
public struct WaterfallChart: ChartDrawing {
  /// One bar.
  public struct Bar: Codable, Sendable {
    public let label: Text
    /// Where it begins and ends.
    public let from: Double
    public let to: Double
    /// A total stands on zero; a step begins where the one before ended.
    public let isTotal: Bool
    /// The number above the bar.
    public let shown: Text
  }

  public let id: String
  public let title: Text
  public let subtitle: Text
  public let caption: Text
  public let summary: Text
  /// From left to right.
  public let bars: [Bar]

  func layers(_ language: Language) -> [JSON] {
    let values: [JSON] = bars.enumerated().map { index, bar in
      [
        "order": .number(Double(index)), "label": .string(bar.label[language]),
        "from": .number(bar.from), "to": .number(bar.to), "top": .number(max(bar.from, bar.to)),
        "shown": .string(bar.shown[language]),
        "kind": .string(bar.isTotal ? "total" : (bar.to >= bar.from ? "rise" : "fall")),
      ]
    }
    let x: JSON = [
      "field": "label", "type": "nominal", "title": .null,
      "sort": ["field": "order"],  // A word a line: names of several words stand beside each other.
      "axis": [
        "labelAngle": 0, "labelOverlap": false, "labelExpr": "split(datum.value, ' ')",
      ],
    ]
    let y = ChartText.valueAxis("from", title: "")
    let color: JSON = [
      "field": "kind", "type": "nominal", "legend": .null,
      "scale": [
        "domain": ["total", "rise", "fall"],
        "range": [ChartText.gray, ChartText.orange, ChartText.blue],
      ],
    ]
    // What carries the level from one bar to the next.
    let links: [JSON] = zip(bars, bars.dropFirst()).map { bar, next in
      [
        "label": .string(bar.label[language]), "next": .string(next.label[language]),
        "level": .number(bar.to),
      ]
    }
    return [
      ChartText.layer(
        values, mark: ["type": "bar", "size": 34, "opacity": 0.9],
        encoding: ["x": x, "y": y, "y2": ["field": "to"], "color": color]),
      ChartText.layer(
        links, mark: ["type": "rule", "color": ChartText.gray, "strokeDash": [2, 2]],
        encoding: [
          "x": x, "x2": ["field": "next"],
          "y": ChartText.valueAxis("level", title: ""),
        ]),
      ChartText.layer(
        values, mark: ["type": "text", "dy": -8, "color": ChartText.ink],
        encoding: [
          "x": x, "y": ChartText.valueAxis("top", title: ""),
          "text": ["field": "shown"],
        ]),
    ]
  }

  var data: ReportTable {
    ReportTable(
      caption: Text(""), header: [Text(""), Text(en: "value", zh: "数值")],
      isNumeric: [false, true], rows: bars.map { [$0.label, $0.shown] })
  }
}

extension Chart {
  /// How the planned number of pending cases became the actual one, at the end of an account.
  ///
  /// - Parameters:
  ///   - account: of one court, or of all together; in cases.
  ///   - id: unique on its page.
  /// - Returns: a chart whose title states the finding; `nil` for an account without a period.
  public static func waterfall(_ account: ErrorAccount, id: String = "post-mortem") -> Chart? {
    guard let last = account.steps.last else { return nil }
    var bars = [
      WaterfallChart.Bar(
        label: Text(en: "planned", zh: "计划"), from: 0, to: last.planned.pending, isTotal: true,
        shown: NumberText.decimal(last.planned.pending))
    ]
    var level = last.planned.pending
    for part in last.contributions where abs(part.value) >= 0.5 {
      let number = NumberText.decimal(abs(part.value))
      let sign = part.value > 0 ? "+" : "−"
      bars.append(
        WaterfallChart.Bar(
          label: part.component.name, from: level, to: level + part.value, isTotal: false,
          shown: Text(en: sign + number.en, zh: sign + number.zh)))
      level += part.value
    }
    bars.append(
      WaterfallChart.Bar(
        label: Text(en: "actual", zh: "实际"), from: 0, to: last.actual.pending, isTotal: true,
        shown: NumberText.decimal(last.actual.pending)))
    let miss = NumberText.decimal(abs(last.error))
    let place = account.key.isEmpty ? "" : account.key.joined(separator: ", ")
    let (name, period) = (
      place.isEmpty ? Text("") : Text(en: place + ": ", zh: place + "："), last.period.text
    )
    return .waterfall(
      WaterfallChart(
        id: id,
        title: name
          + (last.error < 0
            ? Text(
              en: "\(miss.en) fewer cases pending than planned at the end of \(period.en)",
              zh: "\(period.zh)末未结比计划少 \(miss.zh) 件")
            : Text(
              en: "\(miss.en) more cases pending than planned at the end of \(period.en)",
              zh: "\(period.zh)末未结比计划多 \(miss.zh) 件")),
        subtitle: Text(en: "cases pending", zh: "未结案件（件）"),
        caption: Text(
          en: "The planned number of pending cases, what moved it, and the actual one.",
          zh: "计划未结数、各项影响与实际未结数。"),
        summary: account.verdict, bars: bars))
  }
}
