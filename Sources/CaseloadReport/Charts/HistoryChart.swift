import CaseloadData

/// A series over time, with dated events marked.
public struct HistoryChart: ChartDrawing {
  public let id: String
  public let title: Text
  public let subtitle: Text
  public let caption: Text
  public let summary: Text
  /// What is drawn.
  public let series: TimeSeries
  /// What is marked on it.
  public let events: [KnownEvent]

  func layers(_ language: Language) -> [JSON] {
    let axis = ChartText.timeAxis(series.frequency)
    let values: [JSON] = series.values.enumerated().map { offset, y in
      [
        "x": ChartText.position(series.start.advanced(by: offset)), "y": ChartText.number(y),
      ]
    }
    var layers = [
      ChartText.layer(
        values,
        mark: [
          "type": "line", "color": ChartText.blue, "strokeWidth": 1.75,
          "point": .bool(series.count <= 20),
        ],
        encoding: ["x": axis, "y": ChartText.valueAxis(title: series.unit[language])])
    ]
    var row = 0.0
    for event in events {
      // An event is marked where a period of the chart's own frequency begins it.
      guard let day = event.from.firstDay,
        let period = Period(of: series.frequency, containing: day), series.periods.contains(period)
      else { continue }
      layers += ChartText.marker(period, event.name[language], axis: axis, row: row)
      row += 1
    }
    return layers
  }

  var data: ReportTable {
    let yearly = (try? series.aggregated(to: .yearly)) ?? series
    return ReportTable(
      caption: Text(""), header: [Text(en: "Period", zh: "时期"), SeriesNoun(series).header],
      isNumeric: [false, true],
      rows: yearly.values.enumerated().map { offset, y in
        [
          Text(yearly.start.advanced(by: offset).description),
          ChartText.cell(y.isNaN ? nil : y),
        ]
      })
  }
}
