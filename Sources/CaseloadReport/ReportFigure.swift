import CaseloadData

/// A number of a report, once, with where it came from: wherever the prose, a table or a tile shows
/// it, it shows this one.
public struct ReportFigure: Codable, Sendable, Equatable {
  /// How a number is written.
  public enum Style: Codable, Sendable, Equatable {
    case decimal(Int)
    /// The value is a fraction; 0.282 is written 28.2 %.
    case percent(Int)
    /// The value is a probability; small ones are "< 0.001".
    case pValue

    func text(_ value: Double) -> Text {
      switch self {
      case .decimal(let decimals): NumberText.decimal(value, decimals)
      case .percent(let decimals): NumberText.percent(value, decimals)
      case .pValue: NumberText.pValue(value)
      }
    }
  }

  /// Stable within a report: `growth.cagr`.
  public let id: String
  /// What the number is.
  public let label: Text
  /// At full precision.
  public let value: Double
  /// How it is written.
  public let style: Style
  /// Written after it in the register; empty for a rate.
  public let unit: Text
  /// The published source, or the computation and what it used.
  public let source: Text

  /// The number as every sentence shows it.
  public var shown: Text { style.text(value) }
}

/// The figures of a report while it is written.
struct FigureBook {
  private(set) var figures: [ReportFigure] = []
  private var positions: [String: Int] = [:]

  /// Registers a figure and returns the mark that stands for it in prose: `{growth.cagr}`.
  ///
  /// - Precondition: an identifier that is registered twice has one value, so that no figure of a
  ///   report contradicts another.
  @discardableResult
  mutating func add(
    _ id: String, _ value: Double, _ style: ReportFigure.Style, label: Text, unit: Text = Text(""),
    source: Text
  ) -> String {
    let figure = ReportFigure(
      id: id, label: label, value: value, style: style, unit: unit, source: source)
    if let position = positions[id] {
      precondition(
        figures[position].value == value || value.isNaN,
        "the figure \(id) is \(figures[position].value) and \(value)")
    } else {
      positions[id] = figures.count
      figures.append(figure)
    }
    return "{\(id)}"
  }

  subscript(id: String) -> ReportFigure? { positions[id].map { figures[$0] } }
}
