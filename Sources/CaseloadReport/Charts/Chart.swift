import CaseloadData

/// What to draw; ``vegaLite(_:)`` says how. One value serves pages, notebooks and files.
public enum Chart: Codable, Sendable {
  /// A series with its past and known events.
  case history(HistoryChart)
  /// A series with its forecast.
  case fan(FanChart)
  /// An interrupted time series with its counterfactual.
  case counterfactual(CounterfactualChart)
  /// Effects by periods since the start.
  case eventStudy(EventStudyChart)
  /// Estimates with their intervals, one a row.
  case intervals(IntervalChart)
  /// Published points against the paths that a claim implies.
  case claim(ClaimChart)
  /// From a planned total to the actual one by its steps.
  case waterfall(WaterfallChart)

  private var drawing: any ChartDrawing {
    switch self {
    case .history(let chart): chart
    case .fan(let chart): chart
    case .counterfactual(let chart): chart
    case .eventStudy(let chart): chart
    case .intervals(let chart): chart
    case .claim(let chart): chart
    case .waterfall(let chart): chart
    }
  }

  /// Stable within a report; also the anchor of the page.
  public var id: String { drawing.id }
  /// The finding, as a sentence.
  public var title: Text { drawing.title }
  /// What is drawn and where the data come from.
  public var caption: Text { drawing.caption }
  /// The text alternative.
  public var summary: Text { drawing.summary }
  /// The numbers that are drawn.
  public var data: ReportTable { drawing.data }

  /// A Vega-Lite specification with the data inside and the theme as its `config`.
  public func vegaLite(_ language: Language) -> JSON {
    let drawing = drawing
    var specification: [String: JSON] = [
      "$schema": "https://vega.github.io/schema/vega-lite/v6.json",
      "description": .string(drawing.summary[language]),
      "width": 640,
      "title": [
        "text": .array(ChartText.lines(drawing.title[language], language).map { .string($0) }),
        "subtitle": .string(drawing.subtitle[language]),
      ],
      "config": ChartText.theme(language),
      "layer": .array(drawing.layers(language)),
    ]
    if let height = drawing.height { specification["height"] = .number(height) }
    return .object(specification)
  }
}

/// What each kind of chart knows of itself.
protocol ChartDrawing: Codable, Sendable {
  var id: String { get }
  var title: Text { get }
  /// The unit, under the title.
  var subtitle: Text { get }
  var caption: Text { get }
  var summary: Text { get }
  var data: ReportTable { get }
  /// `nil` for a chart whose rows set its height.
  var height: Double? { get }
  func layers(_ language: Language) -> [JSON]
}

extension ChartDrawing {
  var height: Double? { 280 }
}
