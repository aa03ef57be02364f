import CaseloadData
import CaseloadEffects

/// What was observed, and what the trend before the intervention would have given.
public struct CounterfactualChart: ChartDrawing {
  public let id: String
  public let title: Text
  public let subtitle: Text
  public let caption: Text
  public let summary: Text
  public let estimate: EffectEstimate
  /// The y axis.
  public let unit: Text

  /// Calendar time for one unit, event time for an average of several.
  private var isCalendar: Bool { estimate.path.allSatisfy { $0.period != nil } }

  func layers(_ language: Language) -> [JSON] {
    let axis: JSON =
      isCalendar
      ? ChartText.timeAxis(estimate.path.first?.period?.frequency ?? .index, language)
      : [
        "field": "x", "type": "quantitative", "axis": ["format": "d", "titleAnchor": "end"],
        "title": .string(
          Text(en: "periods since the start", zh: "干预起点以来的期数")[language]),
        "scale": ["nice": false],
      ]
    func x(_ point: EffectEstimate.Point) -> JSON {
      isCalendar
        ? point.period.map(ChartText.position) ?? .null : .number(Double(point.eventTime))
    }
    let observed: [JSON] = estimate.path.map {
      ["x": x($0), "y": $0.observed.map(ChartText.number) ?? .null]
    }
    let model: [JSON] = estimate.path.map { point in
      let effect = point.effect ?? 0
      let fitted =
        estimate.scale == .log
        ? point.counterfactual * (1 + effect) : point.counterfactual + effect
      return ["x": x(point), "y": .number(fitted)]
    }
    let without: [JSON] = estimate.path.filter { $0.eventTime >= -1 }.map {
      ["x": x($0), "y": .number($0.counterfactual)]
    }
    let y = ChartText.valueAxis(title: unit[language], fromZero: false)
    let encoding: JSON = ["x": axis, "y": y]
    var layers = [
      ChartText.layer(
        observed,
        mark: [
          "type": "line", "color": ChartText.gray, "strokeWidth": 1, "opacity": 0.55,
          "point": ["size": 12, "color": ChartText.gray],
        ], encoding: encoding),
      ChartText.layer(model, mark: ["type": "line", "color": ChartText.blue], encoding: encoding),
      ChartText.layer(
        without, mark: ["type": "line", "color": ChartText.orange, "strokeDash": [6, 4]],
        encoding: encoding),
    ]
    if let last = estimate.path.last {
      let effect = last.effect ?? 0
      let fitted =
        estimate.scale == .log
        ? last.counterfactual * (1 + effect) : last.counterfactual + effect
      let isBelow = fitted <= last.counterfactual
      for (value, label, color, above) in [
        (
          last.counterfactual, Text(en: "trend carried on", zh: "原趋势延续"), ChartText.orange, isBelow
        ),
        (fitted, Text(en: "as fitted", zh: "拟合值"), ChartText.blue, !isBelow),
      ] {
        layers.append(
          ChartText.layer(
            [["x": x(last), "y": .number(value), "label": .string(label[language])]],
            mark: [
              "type": "text", "align": "right", "dy": above ? -10 : 14, "color": color,
              "fontWeight": 600,
            ], encoding: ["x": axis, "y": y, "text": ["field": "label"]]))
      }
    }
    if let start = estimate.path.first(where: { $0.eventTime == 0 }) {
      let label = Text(en: "start", zh: "干预起点")[language]
      let value: JSON = ["x": x(start), "label": .string(label)]
      layers.append(
        ChartText.layer(
          [value], mark: ["type": "rule", "strokeDash": [3, 3], "color": ChartText.gray],
          encoding: ["x": axis]))
      layers.append(
        ChartText.layer(
          [value],
          mark: [
            "type": "text", "align": "left", "dx": 5, "baseline": "top", "color": ChartText.gray,
            "fontSize": 12,
          ], encoding: ["x": axis, "y": ["value": 2], "text": ["field": "label"]]))
    }
    return layers
  }

  var data: ReportTable {
    let decimals = estimate.scale == .log && !isCalendar ? 3 : 0
    return ReportTable(
      caption: Text(""),
      header: [
        Text(en: "Period", zh: "时期"), Text(en: "observed", zh: "观测值"),
        Text(en: "trend carried on", zh: "原趋势延续"), Text(en: "effect", zh: "效应"),
      ], isNumeric: [false, true, true, true],
      rows: estimate.path.map { point in
        [
          Text(point.period?.description ?? "\(point.eventTime)"),
          ChartText.cell(point.observed, decimals), ChartText.cell(point.counterfactual, decimals),
          point.effect.map {
            estimate.scale == .log ? NumberText.percent($0) : NumberText.decimal($0)
          } ?? Text("–"),
        ]
      })
  }
}
