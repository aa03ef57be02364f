import CaseloadData
import Foundation

/// Shared pieces of Vega-Lite.
enum ChartText {
  /// The theme; Chinese numbers have no thousands separators (GB/T 15835).
  static func theme(_ language: Language) -> JSON {
    guard language == .zh, case .object(var members) = theme else { return theme }
    members["numberFormat"] = "~f"
    return .object(members)
  }

  private static let theme: JSON = {
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

  /// A title cut into lines that fit the width: at spaces in English; in Chinese between characters,
  /// but never inside a number or a Latin word, nor before a closing mark.
  static func lines(_ text: String, _ language: Language) -> [String] {
    let isChinese = language == .zh
    let limit = isChinese ? 40.0 : 78
    var lines: [String] = []
    var line = ""
    for part in isChinese ? chineseParts(text) : text.split(separator: " ").map(String.init) {
      let gap = isChinese || line.isEmpty ? "" : " "
      let fits = width(line + gap + part, language) <= limit
      let mayBreak = !(isChinese && "，。、；：）%".contains(part))
      if !fits, !line.isEmpty, mayBreak {
        lines.append(line)
        line = part.first == " " ? String(part.dropFirst()) : part
      } else {
        line += gap + part
      }
    }
    if !line.isEmpty { lines.append(line) }
    return lines
  }

  /// Chinese characters one by one, runs of other characters as wholes.
  private static func chineseParts(_ text: String) -> [String] {
    var parts: [String] = []
    for character in text {
      let joins = isNarrow(character) && character != " "
      if joins, let last = parts.last?.last, isNarrow(last) {
        parts[parts.count - 1].append(character)
      } else {
        parts.append(String(character))
      }
    }
    return parts
  }

  /// Latin letters, digits and their signs, which take about half the width of a Chinese character.
  private static func isNarrow(_ character: Character) -> Bool {
    character.isASCII || character == "−" || character == "–"
  }

  private static func width(_ text: String, _ language: Language) -> Double {
    guard language == .zh else { return Double(text.count) }
    return text.reduce(0) { $0 + (isNarrow($1) ? 0.55 : 1) }
  }

  /// The position of a period on a time axis: its first day, or its ordinal for an index.
  static func position(_ period: Period) -> JSON {
    guard let day = period.firstDay else { return .number(Double(period.ordinal)) }
    return .string(
      Period.day(day.year, day.month, day.day).description)
  }

  static func number(_ x: Double) -> JSON { x.isFinite ? .number(x) : .null }

  /// The time axis of a chart over `frequency`.
  static func timeAxis(_ frequency: Frequency) -> JSON {
    guard frequency != .index else {
      return ["field": "x", "type": "quantitative", "title": .null, "axis": ["format": "d"]]
    }
    return [
      "field": "x", "type": "temporal", "title": .null, "scale": ["type": "utc"],
      // Bare years in both languages: "2013年" runs together on a narrow page.
      "axis": ["format": "%Y", "tickCount": "year"],
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
