import CaseloadData
import CaseloadForecasting

/// A forecast drawn with braille dots, for a terminal: the past as a line, the median dashed, the
/// 80 % band dotted, the ends of the 95 % band as thin lines.
///
/// Each character holds 2 × 4 dots, so a chart of 64 × 12 characters draws on 128 × 48.
public struct BrailleChart {
  private let forecast: Forecast
  private let width: Int
  private let height: Int

  /// - Parameters:
  ///   - forecast: what to draw.
  ///   - width: characters, the labels of the value axis not counted; at least 16.
  ///   - height: lines, the labels of the time axis not counted; at least 4.
  public init(_ forecast: Forecast, width: Int = 64, height: Int = 12) {
    self.forecast = forecast
    self.width = max(16, width)
    self.height = max(4, height)
  }

  /// The chart as lines of text; empty where there is nothing to draw.
  public var text: String {
    let horizon = forecast.marginals.count
    let shown = min(forecast.history.count, max(3 * horizon, 48))
    let past = Array(forecast.history.values.suffix(shown))
    let isCount = forecast.history.measure != .ratio
    func floored(_ x: Double) -> Double { isCount ? max(0, x) : x }
    let bands = forecast.marginals.map { marginal in
      let (inner, outer) = (marginal.interval(0.8), marginal.interval(0.95))
      return (
        median: marginal.quantile(0.5), low80: floored(inner.lowerBound),
        high80: floored(inner.upperBound), low95: floored(outer.lowerBound),
        high95: floored(outer.upperBound)
      )
    }
    let values = past.filter { !$0.isNaN } + bands.flatMap { [$0.low95, $0.high95] }
    guard let lowest = values.min(), let highest = values.max(), horizon > 0, shown > 1 else {
      return ""
    }
    let spread = highest > lowest ? highest - lowest : max(1, abs(highest))
    let bottom = isCount && lowest < 0.3 * highest ? 0 : lowest - 0.04 * spread
    let top = highest + 0.04 * spread

    var canvas = Canvas(width: width, height: height)
    let steps = Double(shown + horizon - 1)
    func x(_ index: Int) -> Double { Double(index) / steps * Double(canvas.dotWidth - 1) }
    func y(_ value: Double) -> Double {
      (top - value) / (top - bottom) * Double(canvas.dotHeight - 1)
    }
    for t in 1..<shown where !past[t].isNaN && !past[t - 1].isNaN {
      canvas.line(from: (x(t - 1), y(past[t - 1])), to: (x(t), y(past[t])))
    }
    let last = past.last { !$0.isNaN } ?? bottom
    var previous = (median: last, low95: last, high95: last)
    for (h, band) in bands.enumerated() {
      let (from, to) = (x(shown - 1 + h), x(shown + h))
      canvas.line(from: (from, y(previous.median)), to: (to, y(band.median)), dash: 3)
      canvas.line(from: (from, y(previous.low95)), to: (to, y(band.low95)), dash: 2)
      canvas.line(from: (from, y(previous.high95)), to: (to, y(band.high95)), dash: 2)
      canvas.dots(from: from, to: to, between: y(band.high80), and: y(band.low80))
      previous = (band.median, band.low95, band.high95)
    }
    return framed(canvas, top: top, bottom: bottom, shown: shown)
  }

  /// The canvas with labels to its left and below.
  private func framed(_ canvas: Canvas, top: Double, bottom: Double, shown: Int) -> String {
    let labels = [(0, top), (height / 2, (top + bottom) / 2), (height - 1, bottom)]
    let decimals = top - bottom < 20 ? 1 : 0
    let texts = labels.map { NumberText.decimal($0.1, decimals).zh }
    let margin = texts.map(\.count).max() ?? 0
    var lines: [String] = []
    for (row, line) in canvas.lines.enumerated() {
      let label = labels.firstIndex { $0.0 == row }.map { texts[$0] } ?? ""
      lines.append(String(repeating: " ", count: margin - label.count) + label + " ┤" + line)
    }
    let first = forecast.history.lastPeriod.advanced(by: 1 - shown).description
    let origin = forecast.start.description
    let end = forecast.periods.upperBound.advanced(by: -1).description
    let column = Int(Double(shown) / Double(shown + forecast.marginals.count - 1) * Double(width))
    var axis = first
    axis += String(repeating: " ", count: max(1, column - axis.count)) + origin
    axis += String(repeating: " ", count: max(1, width - end.count - axis.count)) + end
    lines.append(String(repeating: " ", count: margin + 2) + axis)
    return lines.joined(separator: "\n") + "\n"
  }

  /// Braille cells as a bitmap.
  private struct Canvas {
    let width: Int
    let height: Int
    private var cells: [UInt8]

    init(width: Int, height: Int) {
      self.width = width
      self.height = height
      cells = [UInt8](repeating: 0, count: width * height)
    }

    var dotWidth: Int { 2 * width }
    var dotHeight: Int { 4 * height }

    /// Unicode numbers the dots of a cell down the left, down the right, then the bottom row.
    private static let bits: [[UInt8]] = [
      [0x01, 0x08], [0x02, 0x10], [0x04, 0x20], [0x40, 0x80],
    ]

    mutating func set(_ x: Int, _ y: Int) {
      guard (0..<dotWidth).contains(x), (0..<dotHeight).contains(y) else { return }
      cells[y / 4 * width + x / 2] |= Self.bits[y % 4][x % 2]
    }

    /// A straight line; with a dash, only every other run of that many dots.
    mutating func line(
      from a: (x: Double, y: Double), to b: (x: Double, y: Double), dash: Int? = nil
    ) {
      let steps = max(1, Int(max(abs(b.x - a.x), abs(b.y - a.y)).rounded(.up)))
      for step in 0...steps {
        let share = Double(step) / Double(steps)
        let x = Int((a.x + share * (b.x - a.x)).rounded())
        if let dash, x / dash % 2 == 1 { continue }
        set(x, Int((a.y + share * (b.y - a.y)).rounded()))
      }
    }

    /// A light fill.
    mutating func dots(from: Double, to: Double, between top: Double, and bottom: Double) {
      for x in Int(from.rounded())..<max(Int(from.rounded()) + 1, Int(to.rounded()))
      where x % 2 == 0 {
        for y in Int(top.rounded())...max(Int(top.rounded()), Int(bottom.rounded()))
        where (y + x / 2) % 3 == 0 { set(x, y) }
      }
    }

    var lines: [String] {
      (0..<height).map { row in
        var line = ""
        for column in 0..<width {
          let scalar = Unicode.Scalar(0x2800 + UInt32(cells[row * width + column])) ?? " "
          line.unicodeScalars.append(scalar)
        }
        return line
      }
    }
  }
}
