import CaseloadData
import CaseloadEffects
import CaseloadMath

/// Effects by periods since the start: points with their intervals, the band that holds in all
/// periods at once, placebo effects before the start, and the reference period.
public struct EventStudyChart: ChartDrawing {
  public let id: String
  public let title: Text
  public let subtitle: Text
  public let caption: Text
  public let summary: Text
  /// What is drawn.
  public let estimate: EffectEstimate
  /// The y axis.
  public let unit: Text

  /// The points that have an effect, in time.
  private var points: [EffectEstimate.Point] {
    estimate.path.filter { $0.effect != nil }.sorted { $0.eventTime < $1.eventTime }
  }

  /// Set to zero by definition, and so without an interval.
  private static func isReference(_ point: EffectEstimate.Point) -> Bool {
    point.eventTime < 0 && point.effect == 0 && point.lower == nil
  }

  private func axis(_ language: Language) -> JSON {
    let times = points.map(\.eventTime)
    let (first, last) = (times.min() ?? 0, times.max() ?? 0)
    let step = max(1, (last - first) / 12)
    let ticks = stride(from: first / step * step, through: last, by: step).filter { $0 >= first }
    return [
      "field": "x", "type": "quantitative",
      "title": .string(Text(en: "periods since the start", zh: "干预起点以来的期数")[language]),
      "axis": [
        "format": "d", "titleAnchor": "start", "values": .array(ticks.map { .number(Double($0)) }),
      ],
      "scale": [
        "nice": false,
        "domain": [.number(Double(first) - 0.7), .number(Double(last) + 0.7)],
      ],
    ]
  }

  /// What the y axis spans: all effects, and three typical intervals beyond them. A lead that few
  /// units make up would otherwise flatten all others; what reaches further is cut at the edge.
  private var span: (range: ClosedRange<Double>, isCut: Bool)? {
    let effects = points.compactMap(\.effect)
    guard let least = effects.min(), let most = effects.max() else { return nil }
    func typical(_ widths: [Double]) -> Double { Descriptive.median(widths) ?? 0 }
    let lowers = points.compactMap { $0.simultaneousLower ?? $0.lower }
    let uppers = points.compactMap { $0.simultaneousUpper ?? $0.upper }
    let below = typical(
      points.compactMap { point in point.lower.map { (point.effect ?? $0) - $0 } })
    let above = typical(
      points.compactMap { point in point.upper.map { $0 - (point.effect ?? $0) } })
    let (lowest, highest) = (lowers.min() ?? least, uppers.max() ?? most)
    let low = max(min(lowest, least), least - 3 * below)
    let high = min(max(highest, most), most + 3 * above)
    let isCut = lowest < low || highest > high
    return (min(0, low)...max(0, high), isCut)
  }

  private func valueAxis(_ language: Language) -> JSON {
    var scale: [String: JSON] = ["zero": true]
    if let span, span.range.lowerBound < span.range.upperBound {
      scale["domain"] = [.number(span.range.lowerBound), .number(span.range.upperBound)]
      scale["nice"] = .bool(!span.isCut)
    }
    var axis: [String: JSON] = [
      "field": "y", "type": "quantitative", "title": .string(unit[language]),
      "scale": .object(scale),
    ]
    if estimate.scale == .log { axis["axis"] = ["format": "+.0%"] }
    return .object(axis)
  }

  func layers(_ language: Language) -> [JSON] {
    let x = axis(language)
    let times = points.map(\.eventTime)
    let (first, last) = (times.min() ?? 0, times.max() ?? 0)
    var layers: [JSON] = []
    if last >= 0 {
      layers.append(
        ChartText.layer(
          [["x": -0.5, "to": .number(Double(last) + 0.7)]],
          mark: ["type": "rect", "color": ChartText.gray, "opacity": 0.08],
          encoding: ["x": x, "x2": ["field": "to"]]))
    }
    layers.append(
      ChartText.layer(
        [["y": 0]], mark: ["type": "rule", "color": ChartText.gray],
        encoding: ["y": valueAxis(language)]))
    func ranges(
      _ lower: KeyPath<EffectEstimate.Point, Double?>,
      _ upper: KeyPath<EffectEstimate.Point, Double?>, width: Double, opacity: Double
    ) {
      let values = points.compactMap { point -> JSON? in
        guard let a = point[keyPath: lower], let b = point[keyPath: upper] else { return nil }
        return [
          "x": .number(Double(point.eventTime)), "y": ChartText.number(a),
          "to": ChartText.number(b),
        ]
      }
      guard !values.isEmpty else { return }
      layers.append(
        ChartText.layer(
          values,
          mark: [
            "type": "rule", "color": ChartText.blue, "strokeWidth": .number(width),
            "opacity": .number(opacity), "clip": true,
          ], encoding: ["x": x, "y": valueAxis(language), "y2": ["field": "to"]]))
    }
    let room = 640 / Double(max(1, last - first + 1))
    ranges(
      \.simultaneousLower, \.simultaneousUpper, width: min(11, max(2, 0.6 * room)), opacity: 0.22)
    ranges(\.lower, \.upper, width: min(2, max(1, 0.25 * room)), opacity: 1)
    func dots(_ isIncluded: (EffectEstimate.Point) -> Bool, _ mark: [String: JSON]) {
      let values = points.filter(isIncluded).map { point -> JSON in
        [
          "x": .number(Double(point.eventTime)), "y": ChartText.number(point.effect ?? .nan),
        ]
      }
      guard !values.isEmpty else { return }
      var mark = mark
      mark["type"] = "point"
      mark["color"] = ChartText.blue
      mark["opacity"] = 1
      layers.append(
        ChartText.layer(
          values, mark: .object(mark), encoding: ["x": x, "y": valueAxis(language)]))
    }
    let size = min(60, max(12, 2.5 * room))
    dots({ $0.eventTime >= 0 }, ["filled": true, "size": .number(size)])
    dots(
      { $0.eventTime < 0 && !Self.isReference($0) },
      ["filled": true, "fill": "white", "stroke": ChartText.blue, "size": .number(size)])
    dots(
      Self.isReference, ["filled": true, "shape": "diamond", "size": .number(1.6 * size)])
    layers += labels(x, language)
    return layers
  }

  /// "before" and "treated" at the edge between the two, and the name of the reference period.
  private func labels(_ x: JSON, _ language: Language) -> [JSON] {
    func word(_ text: Text, _ align: JSON, _ dx: Double) -> JSON {
      ChartText.layer(
        [["x": -0.5, "label": .string(text[language])]],
        mark: [
          "type": "text", "align": align, "dx": .number(dx), "baseline": "top", "fontSize": 12,
          "color": ChartText.gray,
        ], encoding: ["x": x, "y": ["value": 2], "text": ["field": "label"]])
    }
    var words: [JSON] = []
    if points.contains(where: { $0.eventTime < 0 }) {
      words.append(word(Text(en: "before", zh: "干预前"), "right", -6))
    }
    words.append(word(Text(en: "treated", zh: "干预后"), "left", 6))
    if span?.isCut == true {
      words.append(
        ChartText.layer(
          [
            [
              "x": .number(Double(points.last?.eventTime ?? 0)),
              "label": .string(
                Text(en: "wide intervals are cut at the edge", zh: "过宽的区间在边缘截断")[language]),
            ]
          ],
          mark: [
            "type": "text", "align": "right", "baseline": "top", "fontSize": 11,
            "color": ChartText.gray,
          ],
          encoding: [
            "x": x, "y": ["value": 3], "text": ["field": "label"],
          ]))
    }
    if let reference = points.first(where: Self.isReference) {
      words.append(
        ChartText.layer(
          [
            [
              "x": .number(Double(reference.eventTime)),
              "label": .string(Text(en: "reference", zh: "基准期")[language]),
            ]
          ],
          mark: [
            "type": "text", "align": "center", "baseline": "bottom", "dy": -4, "fontSize": 12,
            "color": ChartText.gray,
          ], encoding: ["x": x, "y": ["value": "height"], "text": ["field": "label"]]))
    }
    return words
  }

  var data: ReportTable {
    let hasBand = points.contains { $0.simultaneousLower != nil }
    func cell(_ x: Double?) -> Text {
      x.map { EffectText.number($0, of: estimate.average, estimate.scale) } ?? Text("–")
    }
    return ReportTable(
      caption: Text(""),
      header: [
        Text(en: "Period", zh: "期数"), Text(en: "effect", zh: "效应"),
        Text(en: "lower", zh: "下限"), Text(en: "upper", zh: "上限"),
      ]
        + (hasBand
          ? [Text(en: "band, lower", zh: "联合下限"), Text(en: "band, upper", zh: "联合上限")] : []),
      isNumeric: [true, true, true, true] + (hasBand ? [true, true] : []),
      rows: points.map { point in
        [
          NumberText.decimal(Double(point.eventTime)), cell(point.effect), cell(point.lower),
          cell(point.upper),
        ] + (hasBand ? [cell(point.simultaneousLower), cell(point.simultaneousUpper)] : [])
      })
  }
}
