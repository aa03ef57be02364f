import CaseloadData

/// Published points of a series, and the path that a claimed growth rate implies from the first.
public struct ClaimChart: ChartDrawing {
  /// A level that other figures of the same source speak for.
  public struct Reading: Codable, Sendable {
    /// What speaks for the level.
    public let label: Text
    /// The lowest value of the level.
    public let lower: Double
    /// The highest value of the level.
    public let upper: Double
  }

  public let id: String
  public let title: Text
  public let subtitle: Text
  public let caption: Text
  public let summary: Text
  /// The period of the first point.
  public let from: Period
  /// The period of the last point.
  public let to: Period
  /// The first printed value.
  public let first: Double
  /// The last printed value.
  public let last: Double
  /// As a fraction.
  public let claimedRate: Double
  /// The rate that the points imply, as a fraction.
  public let actualRate: Double
  /// Levels of the last period that other figures speak for.
  public let readings: [Reading]
  /// The y axis.
  public let unit: Text

  private func path(_ rate: Double) -> [(Period, Double)] {
    (0...from.distance(to: to)).map { n in
      let factor = (0..<n).reduce(1.0) { product, _ in product * (1 + rate) }
      return (from.advanced(by: n), first * factor)
    }
  }

  func layers(_ language: Language) -> [JSON] {
    let end = from.distance(to: to)
    let axis: JSON = [
      "field": "x", "type": "quantitative", "title": .null,
      "scale": [
        "domain": [.number(Double(from.ordinal) - 0.15), .number(Double(to.ordinal) + 2.3)],
        "nice": false,
      ],
      "axis": [
        "format": "d", "values": .array((0...end).map { .number(Double(from.ordinal + $0)) }),
      ],
    ]
    let y = ChartText.valueAxis(title: unit[language])
    let encoding: JSON = ["x": axis, "y": y]
    func values(_ points: [(Period, Double)]) -> [JSON] {
      points.map { ["x": .number(Double($0.0.ordinal)), "y": .number($0.1)] }
    }
    let percent: (Double) -> String = { NumberText.percent($0)[language] }
    let actual = path(actualRate)
    let claimed = path(claimedRate)
    let isWhole = abs(100 * claimedRate - (100 * claimedRate).rounded()) < 1e-9
    let shortClaim = NumberText.percent(claimedRate, isWhole ? 0 : 1)[language]
    func label(_ value: Double, _ text: String, _ color: JSON, dy: Double = 0) -> JSON {
      ChartText.layer(
        [
          [
            "x": .number(Double(to.ordinal)), "y": .number(value), "label": .string(text),
          ]
        ],
        mark: [
          "type": "text", "align": "left", "dx": 10, "dy": .number(dy), "color": color,
          "fontWeight": 600,
        ], encoding: ["x": axis, "y": y, "text": ["field": "label"]])
    }
    var layers: [JSON] = []
    for reading in readings {
      layers.append(
        ChartText.layer(
          [
            [
              "x": .number(Double(to.ordinal) - 0.12), "x2": .number(Double(to.ordinal) + 0.12),
              "y": .number(reading.lower), "y2": .number(max(reading.upper, reading.lower + 1)),
            ]
          ],
          mark: ["type": "rect", "color": "#009e73", "opacity": 0.75],
          encoding: ["x": axis, "x2": ["field": "x2"], "y": y, "y2": ["field": "y2"]]))
      layers.append(
        label(
          (reading.lower + reading.upper) / 2, reading.label[language], "#00785a", dy: -9))
    }
    layers += [
      ChartText.layer(
        values(actual),
        mark: ["type": "line", "color": ChartText.ink, "strokeDash": [2, 4], "strokeWidth": 1.5],
        encoding: encoding),
      ChartText.layer(
        values(claimed), mark: ["type": "line", "color": ChartText.orange, "strokeDash": [6, 4]],
        encoding: encoding),
      ChartText.layer(
        values([(from, first), (to, last)]),
        mark: ["type": "point", "color": ChartText.ink, "size": 80], encoding: encoding),
      label(
        last,
        Text(
          en: "printed: \(NumberText.decimal(last).en)", zh: "所载：\(NumberText.decimal(last).zh)")[
            language], ChartText.ink, dy: -7),
      label(
        last, percent(actualRate) + Text(en: " a year", zh: "/年")[language], ChartText.ink, dy: 9),
      label(
        claimed.last?.1 ?? .nan,
        Text(en: "at the claimed \(shortClaim)", zh: "按所述 \(shortClaim)")[language],
        ChartText.orange, dy: 10),
    ]
    return layers
  }

  var data: ReportTable {
    let claimed = path(claimedRate)
    let actual = path(actualRate)
    return ReportTable(
      caption: Text(""),
      header: [
        Text(en: "Year", zh: "年份"), Text(en: "printed", zh: "所载"),
        Text(en: "at the claimed rate", zh: "按所述增长率"),
        Text(en: "at the rate of the endpoints", zh: "按首末值增长率"),
      ], isNumeric: [false, true, true, true],
      rows: claimed.indices.map { n in
        let isEnd = n == 0 || n == claimed.count - 1
        return [
          Text(claimed[n].0.description), isEnd ? ChartText.cell(n == 0 ? first : last) : Text("–"),
          ChartText.cell(claimed[n].1), ChartText.cell(actual[n].1),
        ]
      })
  }
}
