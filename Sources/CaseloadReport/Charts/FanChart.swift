import CaseloadData
import CaseloadForecasting

/// A series with its forecast: the median and two bands.
public struct FanChart: ChartDrawing {
  public let id: String
  public let title: Text
  public let subtitle: Text
  public let caption: Text
  public let summary: Text
  /// What is drawn, with its history.
  public let forecast: Forecast
  /// How many past periods to show.
  public let shownHistory: Int

  /// Filings and pending cases are never below zero, though a normal interval may be.
  private func shown(_ interval: ClosedRange<Double>) -> ClosedRange<Double> {
    guard forecast.history.measure != .ratio else { return interval }
    return max(0, interval.lowerBound)...max(0, interval.upperBound)
  }

  func layers(_ language: Language) -> [JSON] {
    let history = forecast.history
    let axis = ChartText.timeAxis(history.frequency)
    let first = max(0, history.count - shownHistory)
    let past: [JSON] = (first..<history.count).map { t in
      [
        "x": ChartText.position(history.start.advanced(by: t)),
        "y": ChartText.number(history.values[t]),
      ]
    }
    // The bands begin at the last observation, so that they join the line.
    var future: [JSON] = []
    if let last = history.observed.last {
      let y = ChartText.number(last.value)
      future.append([
        "x": ChartText.position(history.start.advanced(by: last.index)), "y": y, "lower80": y,
        "upper80": y, "lower95": y, "upper95": y,
      ])
    }
    for (h, marginal) in forecast.marginals.enumerated() {
      let inner = shown(marginal.interval(0.8))
      let outer = shown(marginal.interval(0.95))
      future.append([
        "x": ChartText.position(forecast.start.advanced(by: h)),
        "y": .number(marginal.quantile(0.5)), "lower80": .number(inner.lowerBound),
        "upper80": .number(inner.upperBound), "lower95": .number(outer.lowerBound),
        "upper95": .number(outer.upperBound),
      ])
    }
    func band(_ level: String, _ opacity: Double) -> JSON {
      ChartText.layer(
        future,
        mark: ["type": "area", "color": ChartText.blue, "fillOpacity": .number(opacity)],
        encoding: [
          "x": axis,
          "y": ChartText.valueAxis(.string("lower" + level), title: history.unit[language]),
          "y2": ["field": .string("upper" + level)],
        ])
    }
    return [
      band("95", 0.16), band("80", 0.28),
      ChartText.layer(
        future, mark: ["type": "line", "color": ChartText.blue, "strokeDash": [6, 4]],
        encoding: ["x": axis, "y": ChartText.valueAxis(title: history.unit[language])]),
      ChartText.layer(
        past, mark: ["type": "line", "color": ChartText.ink, "strokeWidth": 1.75],
        encoding: ["x": axis, "y": ChartText.valueAxis(title: history.unit[language])]),
    ]
      + ChartText.marker(
        history.lastPeriod, Text(en: "forecast from here", zh: "预测起点")[language], axis: axis,
        leftwards: true)
  }

  var data: ReportTable {
    ReportTable(
      caption: Text(""),
      header: [
        Text(en: "Period", zh: "时期"), Text(en: "median", zh: "中位数"),
        Text(en: "80 % lower", zh: "80% 下限"), Text(en: "80 % upper", zh: "80% 上限"),
        Text(en: "95 % lower", zh: "95% 下限"), Text(en: "95 % upper", zh: "95% 上限"),
      ], isNumeric: [false, true, true, true, true, true],
      rows: forecast.marginals.enumerated().map { h, marginal in
        let inner = shown(marginal.interval(0.8))
        let outer = shown(marginal.interval(0.95))
        return [Text(forecast.start.advanced(by: h).description)]
          + [
            marginal.quantile(0.5), inner.lowerBound, inner.upperBound, outer.lowerBound,
            outer.upperBound,
          ].map { ChartText.cell($0) }
      })
  }
}
