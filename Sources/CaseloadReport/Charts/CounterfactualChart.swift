import CaseloadData
import CaseloadEffects

/// What was observed, and what the trend before the intervention would have given.
public struct CounterfactualChart: ChartDrawing {
  public let id: String
  public let title: Text
  public let subtitle: Text
  public let caption: Text
  public let summary: Text
  /// What is drawn.
  public let estimate: EffectEstimate
  /// The y axis.
  public let unit: Text
  /// What the path without the intervention is called.
  public var counterfactualName = Text(en: "trend carried on", zh: "原趋势延续")

  /// Calendar time for one unit, event time for an average of several.
  private var isCalendar: Bool { estimate.path.allSatisfy { $0.period != nil } }

  /// Room to the right of the data, for labels that would otherwise lie on them.
  private static let margin = 0.27

  private func axis(_ language: Language) -> JSON {
    let times = estimate.path.map(\.eventTime)
    guard let first = times.min(), let last = times.max() else { return .null }
    if isCalendar, let frequency = estimate.path.first?.period?.frequency, frequency != .index,
      let from = estimate.path.first?.period?.firstDay,
      let to = estimate.path.last?.period?.firstDay
    {
      let day = 86_400_000.0
      let (low, high) = (Double(from.dayNumber), Double(to.dayNumber))
      let years = (from.year...to.year).map { CivilDate(year: $0, month: 1, day: 1).dayNumber }
      return [
        "field": "x", "type": "temporal", "title": .null,
        "scale": [
          "type": "utc", "nice": false,
          "domain": [.number(low * day), .number((high + Self.margin * (high - low)) * day)],
        ],
        "axis": [
          "format": "%Y",
          "values": .array(years.filter { Double($0) >= low }.map { .number(Double($0) * day) }),
        ],
      ]
    }
    let span = last - first
    let season = 12
    let step = span > 2 * season ? season * max(1, span / (8 * season)) : max(1, span / 6)
    let ticks = stride(from: first / step * step, through: last, by: step).filter { $0 >= first }
    return [
      "field": "x", "type": "quantitative",
      "axis": [
        "format": "d", "titleAnchor": "start", "values": .array(ticks.map { .number(Double($0)) }),
      ],
      "title": .string(Text(en: "periods since the start", zh: "干预起点以来的期数")[language]),
      "scale": [
        "nice": false,
        "domain": [.number(Double(first)), .number(Double(last) + Self.margin * Double(span))],
      ],
    ]
  }

  /// The counterfactual with the effect; NaN for a design without one.
  private func fitted(_ point: EffectEstimate.Point) -> Double {
    let effect = point.effect ?? 0
    let without = point.counterfactual ?? .nan
    return estimate.scale == .log ? without * (1 + effect) : without + effect
  }

  /// Whether the design smooths: where the effect is observed less expected, the fitted line would
  /// only repeat the observed one.
  private var hasFit: Bool {
    estimate.path.contains { point in
      guard point.eventTime >= 0, let observed = point.observed, point.counterfactual != nil else {
        return false
      }
      return abs(fitted(point) - observed) > 1e-6 * max(1, abs(observed))
    }
  }

  /// What the path without the intervention may be, from the interval of each effect.
  private var bounds: [(point: EffectEstimate.Point, lower: Double, upper: Double)] {
    estimate.path.compactMap { point in
      guard point.eventTime >= 0, let effect = point.effect, effect.isFinite,
        let lower = point.lower, let upper = point.upper
      else { return nil }
      let with = fitted(point)
      let ends =
        estimate.scale == .log
        ? (with / (1 + upper), with / (1 + lower)) : (with - upper, with - lower)
      guard ends.0.isFinite, ends.1.isFinite else { return nil }
      return (point, ends.0, ends.1)
    }
  }

  private func x(_ point: EffectEstimate.Point) -> JSON {
    isCalendar ? point.period.map(ChartText.position) ?? .null : .number(Double(point.eventTime))
  }

  /// The names of the two lines, to the right of the last point and apart from each other.
  private func labels(_ language: Language, axis: JSON, y: JSON) -> [JSON] {
    guard let last = estimate.path.last else { return [] }
    let ends = (without: last.counterfactual ?? .nan, fit: fitted(last))
    let values = estimate.path.flatMap { [$0.observed, $0.counterfactual].compactMap { $0 } }
    let range = (values.max() ?? 1) - (values.min() ?? 0)
    let isClose = abs(ends.fit - ends.without) < 0.09 * range
    let isBelow = ends.fit <= ends.without
    let shift = isClose ? 9.0 : 0
    return [
      (ends.without, counterfactualName, ChartText.orange, isBelow),
      hasFit
        ? (ends.fit, Text(en: "as fitted", zh: "拟合值"), ChartText.blue, !isBelow)
        : (ends.fit, Text(en: "observed", zh: "观测值"), ChartText.gray, !isBelow),
    ].map { value, label, color, isAbove in
      ChartText.layer(
        [["x": x(last), "y": .number(value), "label": .string(label[language])]],
        mark: [
          "type": "text", "align": "left", "baseline": "middle", "dx": 9,
          "dy": .number(isAbove ? -shift : shift), "color": color, "fontWeight": 600,
        ], encoding: ["x": axis, "y": y, "text": ["field": "label"]])
    }
  }

  func layers(_ language: Language) -> [JSON] {
    let axis = axis(language)
    let observed: [JSON] = estimate.path.map {
      ["x": x($0), "y": $0.observed.map(ChartText.number) ?? .null]
    }
    let model: [JSON] = estimate.path.map { ["x": x($0), "y": ChartText.number(fitted($0))] }
    let without: [JSON] = estimate.path.filter { !hasFit || $0.eventTime >= -1 }.map {
      ["x": x($0), "y": $0.counterfactual.map(ChartText.number) ?? .null]
    }
    let y = ChartText.valueAxis(title: unit[language], fromZero: false)
    let encoding: JSON = ["x": axis, "y": y]
    let band = bounds.map { item -> JSON in
      ["x": x(item.point), "y": .number(item.lower), "to": .number(item.upper)]
    }
    var layers: [JSON] = []
    if !band.isEmpty {
      layers.append(
        ChartText.layer(
          band, mark: ["type": "area", "color": ChartText.orange, "fillOpacity": 0.15],
          encoding: ["x": axis, "y": y, "y2": ["field": "to"]]))
    }
    layers += [
      ChartText.layer(
        observed,
        mark: [
          "type": "line", "color": ChartText.gray, "strokeWidth": 1, "opacity": 0.55,
          "point": ["size": 12, "color": ChartText.gray],
        ], encoding: encoding),
      ChartText.layer(
        hasFit ? model : [], mark: ["type": "line", "color": ChartText.blue], encoding: encoding),
      ChartText.layer(
        without, mark: ["type": "line", "color": ChartText.orange, "strokeDash": [6, 4]],
        encoding: encoding),
    ]
    layers += labels(language, axis: axis, y: y)
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
        counterfactualName, Text(en: "effect", zh: "效应"),
      ], isNumeric: [false, true, true, true],
      rows: estimate.path.map { point in
        [
          Text(point.period?.description ?? NumberText.decimal(Double(point.eventTime)).zh),
          ChartText.cell(point.observed, decimals), ChartText.cell(point.counterfactual, decimals),
          point.effect.map {
            estimate.scale == .log ? NumberText.percent($0) : NumberText.decimal($0)
          } ?? Text("–"),
        ]
      })
  }
}
