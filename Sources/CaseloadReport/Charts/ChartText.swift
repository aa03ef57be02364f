import CaseloadData
import Foundation

/// Shared pieces of Vega-Lite.
enum ChartText {
  static let theme: JSON = {
    guard
      let theme = try? JSONDecoder().decode(
        JSON.self, from: Data(ReportResources.chartTheme.utf8))
    else { preconditionFailure("chart-theme.json is not valid JSON") }
    return theme
  }()

  static let blue: JSON = "#0072b2"
  static let orange: JSON = "#d55e00"
  static let ink: JSON = "#1c1e21"
  static let gray: JSON = "#6b7178"

  /// A title cut into lines that fit the width: at spaces in English, anywhere in Chinese.
  static func lines(_ text: String, _ language: Language) -> [String] {
    let limit = language == .zh ? 40 : 78
    var lines: [String] = []
    var line = ""
    let parts =
      language == .zh ? text.map(String.init) : text.split(separator: " ").map(String.init)
    let gap = language == .zh ? "" : " "
    for part in parts {
      let width = line.count + gap.count + part.count
      let mayBreak = !(language == .zh && "，。、；：）%".contains(part))
      if width > limit, !line.isEmpty, mayBreak {
        lines.append(line)
        line = part
      } else {
        line += (line.isEmpty ? "" : gap) + part
      }
    }
    if !line.isEmpty { lines.append(line) }
    return lines
  }

  /// The position of a period on a time axis: its first day, or its ordinal for an index.
  static func position(_ period: Period) -> JSON {
    guard let day = period.firstDay else { return .number(Double(period.ordinal)) }
    return .string(
      Period.day(day.year, day.month, day.day).description)
  }

  static func number(_ x: Double) -> JSON { x.isFinite ? .number(x) : .null }

  /// The time axis of a chart over `frequency`.
  static func timeAxis(_ frequency: Frequency, _ language: Language) -> JSON {
    guard frequency != .index else {
      return ["field": "x", "type": "quantitative", "title": .null, "axis": ["format": "d"]]
    }
    return [
      "field": "x", "type": "temporal", "title": .null, "scale": ["type": "utc"],
      "axis": ["format": .string(language == .zh ? "%Y年" : "%Y"), "tickCount": "year"],
    ]
  }

  static func valueAxis(_ field: JSON = "y", title: String, fromZero: Bool = true) -> JSON {
    [
      "field": field, "type": "quantitative", "title": .string(title),
      "scale": ["zero": .bool(fromZero)],
    ]
  }

  static func layer(_ values: [JSON], mark: JSON, encoding: JSON) -> JSON {
    ["data": ["values": .array(values)], "mark": mark, "encoding": encoding]
  }

  /// A dashed vertical line with a word beside it.
  static func marker(
    _ period: Period, _ label: String, axis: JSON, row: Double = 0, leftwards: Bool = false
  ) -> [JSON] {
    let value: JSON = ["x": position(period), "label": .string(label)]
    return [
      layer(
        [value], mark: ["type": "rule", "strokeDash": [3, 3], "color": gray],
        encoding: ["x": axis]),
      layer(
        [value],
        mark: [
          "type": "text", "align": leftwards ? "right" : "left", "dx": leftwards ? -5 : 5,
          "baseline": "top", "color": gray, "fontSize": 12,
        ], encoding: ["x": axis, "y": ["value": .number(2 + 16 * row)], "text": ["field": "label"]]),
    ]
  }

  /// Rows of a data table from labels and numbers.
  static func cell(_ x: Double?, _ decimals: Int = 0) -> Text {
    x.map { NumberText.decimal($0, decimals) } ?? Text("–")
  }
}
