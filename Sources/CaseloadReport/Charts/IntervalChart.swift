import CaseloadData

/// Estimates with their intervals, one a row, against a reference line.
public struct IntervalChart: ChartDrawing {
  /// One estimate.
  public struct Row: Codable, Sendable {
    /// What is estimated.
    public let label: Text
    /// The estimate.
    public let value: Double
    /// The lower end of the interval; `nil` without one.
    public let lower: Double?
    /// The upper end of the interval; `nil` without one.
    public let upper: Double?
    /// The number beside the bar.
    public let shown: Text
  }

  public let id: String
  public let title: Text
  public let subtitle: Text
  public let caption: Text
  public let summary: Text
  /// From top to bottom.
  public let rows: [Row]
  /// Whether values are bars from zero, for quantities, or dots, for rates.
  public let hasBars: Bool
  /// Where a vertical line stands.
  public let reference: Double?
  /// What the line is called.
  public let referenceLabel: Text?
  /// The axis format of d3, such as `.0%`.
  public let format: String

  var height: Double? { nil }

  func layers(_ language: Language) -> [JSON] {
    let values: [JSON] = rows.map { row in
      [
        "label": .string(row.label[language]), "x": .number(row.value),
        "lower": row.lower.map { .number($0) } ?? .null,
        "upper": row.upper.map { .number($0) } ?? .null,
        "end": .number(max(row.value, row.upper ?? row.value)),
        "shown": .string(row.shown[language]),
      ]
    }
    let y: JSON = [
      "field": "label", "type": "nominal", "sort": .null, "title": .null,
      "axis": ["labelLimit": 300],
    ]
    // Room to the right for the numbers.
    let largest = rows.map { max($0.value, $0.upper ?? $0.value) }.max() ?? 1
    let smallest = min(0, rows.map { min($0.value, $0.lower ?? $0.value) }.min() ?? 0)
    let top = max(largest, reference ?? largest)
    let x: JSON = [
      "field": "x", "type": "quantitative", "title": .null,
      "scale": [
        "domain": [.number(smallest), .number(top + 0.28 * (top - smallest))], "nice": false,
      ],
      "axis": [
        // Chinese numbers have no thousands separators.
        "format": .string(language == .zh ? format.replacing(",", with: "") : format),
        "grid": true, "tickCount": 6,
      ],
    ]
    var layers: [JSON] = []
    if hasBars {
      layers.append(
        ChartText.layer(
          values, mark: ["type": "bar", "height": 15, "color": ChartText.blue, "opacity": 0.85],
          encoding: ["x": x, "y": y]))
    }
    layers.append(
      ChartText.layer(
        values.filter { $0["lower"] != .null },
        mark: [
          "type": "rule", "color": hasBars ? ChartText.ink : ChartText.blue,
          "strokeWidth": hasBars ? 1.5 : 2.5,
        ],
        encoding: ["x": with(x, "lower"), "x2": ["field": "upper"], "y": y]))
    if !hasBars {
      layers.append(
        ChartText.layer(
          values, mark: ["type": "point", "color": ChartText.blue, "size": 70],
          encoding: ["x": x, "y": y]))
    }
    if let reference {
      let value: JSON = [
        "x": .number(reference), "label": .string(referenceLabel?[language] ?? ""),
      ]
      layers.append(
        ChartText.layer(
          [value], mark: ["type": "rule", "color": ChartText.orange, "strokeWidth": 2],
          encoding: ["x": x]))
      layers.append(
        ChartText.layer(
          [value],
          mark: [
            "type": "text", "color": ChartText.orange, "align": "left", "dx": 4, "dy": -8,
            "fontWeight": 600, "baseline": "bottom",
          ], encoding: ["x": x, "y": ["value": 4], "text": ["field": "label"]]))
    }
    layers.append(
      ChartText.layer(
        values, mark: ["type": "text", "align": "left", "dx": 8],
        encoding: ["x": with(x, "end"), "y": y, "text": ["field": "shown"]]))
    return layers
  }

  private func with(_ axis: JSON, _ field: String) -> JSON {
    guard case .object(var members) = axis else { return axis }
    members["field"] = .string(field)
    return .object(members)
  }

  var data: ReportTable {
    let hasIntervals = rows.contains { $0.lower != nil }
    let isPercent = format.hasSuffix("%")
    func cell(_ x: Double?) -> Text {
      guard let x else { return Text("–") }
      return isPercent ? NumberText.percent(x) : NumberText.decimal(x, abs(x) < 100 ? 1 : 0)
    }
    return ReportTable(
      caption: Text(""),
      header: [Text(""), Text(en: "value", zh: "数值")]
        + (hasIntervals ? [Text(en: "lower", zh: "下限"), Text(en: "upper", zh: "上限")] : []),
      isNumeric: [false, true] + (hasIntervals ? [true, true] : []),
      rows: rows.map { row in
        [row.label, row.shown] + (hasIntervals ? [cell(row.lower), cell(row.upper)] : [])
      })
  }
}
