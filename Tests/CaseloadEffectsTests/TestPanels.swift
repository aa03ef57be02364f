import CaseloadData
import CaseloadMath
import CaseloadTestSupport
import Foundation

@testable import CaseloadEffects

/// Panels of many units: reference data in long form, and simulated ones.
enum TestPanels {
  /// A study from a file in long form: `start` gives the first treated year of a row's unit, `nil` for
  /// never.
  static func study(
    _ path: String, unit: String, time: String, outcome: String, covariates: [String] = [],
    weights: String? = nil, transform: (Double) -> Double = { $0 },
    start: (_ row: Int, _ columns: [String: [Double]], _ text: [String: [String]]) -> Int?
  ) throws -> Study {
    let (numbers, text) = try columns(path)
    let years = numbers[time] ?? []
    let first = Int(years.min() ?? 0)
    let count = Int(years.max() ?? 0) - first + 1
    var order: [String] = []
    var values: [String: [[Double]]] = [:]
    var starts: [String: Period] = [:]
    var unitWeights: [String: Double] = [:]
    for (row, label) in (text[unit] ?? []).enumerated() {
      if values[label] == nil {
        order.append(label)
        values[label] = Array(
          repeating: [Double](repeating: .nan, count: count), count: 1 + covariates.count)
      }
      let t = Int(years[row]) - first
      values[label]?[0][t] = transform(numbers[outcome]?[row] ?? .nan)
      for (k, name) in covariates.enumerated() {
        values[label]?[k + 1][t] = numbers[name]?[row] ?? .nan
      }
      if let year = start(row, numbers, text) {
        let period = Period.year(year)
        starts[label] = starts[label].map { min($0, period) } ?? period
      }
      if let weights { unitWeights[label] = numbers[weights]?[row] }
    }
    func series(_ label: String, _ k: Int) -> TimeSeries {
      TimeSeries(
        name: Text("outcome"), measure: .ratio, start: .year(first), values: values[label]?[k] ?? []
      )
    }
    let panel = Panel(
      keyNames: [unit],
      entries: order.map { Panel.Entry(key: [$0], series: series($0, 0)) })
    var study = try Study(panel, treatmentStart: starts)
    study.covariates = covariates.enumerated().map { k, name in
      Study.Variable(name: Text(name), series: order.map { series($0, k + 1) })
    }
    if weights != nil { study.unitWeights = order.map { unitWeights[$0] ?? 1 } }
    return study
  }

  /// The columns of a file as numbers and as text.
  static func columns(_ path: String) throws -> ([String: [Double]], [String: [String]]) {
    let csv = try String(contentsOf: SharedData.file(path), encoding: .utf8)
    let lines = csv.split(whereSeparator: \.isNewline)
    let names = lines[0].split(separator: ",", omittingEmptySubsequences: false).map(String.init)
    var text: [String: [String]] = [:]
    for line in lines.dropFirst() {
      let cells = line.split(separator: ",", omittingEmptySubsequences: false).map(String.init)
      for (name, cell) in zip(names, cells) { text[name, default: []].append(cell) }
    }
    return (numericColumns(csv: csv), text)
  }

  static func mpdta() throws -> Study {
    try study(
      "causal/mpdta.csv", unit: "countyreal", time: "year", outcome: "lemp"
    ) { row, columns, _ in
      let year = Int(columns["first.treat"]?[row] ?? 0)
      return year > 0 ? year : nil
    }
  }

  static func castle(weights: String? = nil) throws -> Study {
    try study(
      "causal/castle.csv", unit: "state", time: "year", outcome: "l_homicide", weights: weights
    ) { row, columns, _ in
      (columns["post"]?[row] ?? 0) > 0 ? Int(columns["year"]?[row] ?? 0) : nil
    }
  }

  static func mathReform() throws -> Study {
    try study(
      "causal/math_reform.csv", unit: "state", time: "class", outcome: "incearn_ln"
    ) { row, columns, _ in
      (columns["reform_math"]?[row] ?? 0) > 0 ? Int(columns["class"]?[row] ?? 0) : nil
    }
  }

  static func baseDid(covariate: Bool = true) throws -> Study {
    try study(
      "causal/base_did.csv", unit: "id", time: "period", outcome: "y",
      covariates: covariate ? ["x1"] : []
    ) { row, columns, _ in (columns["treat"]?[row] ?? 0) > 0 ? 6 : nil }
  }

  static func heterogeneous() throws -> Study {
    var study = try study(
      "causal/df_het.csv", unit: "unit", time: "year", outcome: "dep_var"
    ) { row, columns, _ in
      let g = Int(columns["g"]?[row] ?? 0)
      return g > 0 ? g : nil
    }
    let (_, text) = try columns("causal/df_het.csv")
    var states: [String: String] = [:]
    for (unit, state) in zip(text["unit"] ?? [], text["state"] ?? []) { states[unit] = state }
    study.clusters = study.panel.entries.map { states[$0.key[0]] ?? "" }
    return study
  }

  /// A simulated panel with known effects; `starts` are columns, `nil` for never.
  static func simulated(
    starts: [Int?], periods: Int, noise: Double = 1, seed: UInt64 = 1,
    measure: Measure = .ratio, effect: (_ start: Int, _ column: Int) -> Double
  ) throws -> Study {
    var entries: [Panel.Entry] = []
    var first: [String: Period] = [:]
    let root = RandomStream(seed: seed)
    for (i, start) in starts.enumerated() {
      var stream = root.substream(UInt64(i))
      let level = 10 + stream.normal()
      let values = (0..<periods).map { t -> Double in
        let treated = start.map { t >= $0 ? effect($0, t) : 0 } ?? 0
        return level + 0.3 * Double(t % 4) + 0.1 * Double(t) + treated + noise * stream.normal()
      }
      let label = "u\(i)"
      entries.append(
        Panel.Entry(
          key: [label],
          series: TimeSeries(
            name: Text(en: "filings", zh: "收案"), measure: measure, start: .year(2001),
            values: values)))
      if let start { first[label] = Period.year(2001 + start) }
    }
    return try Study(Panel(keyNames: ["court"], entries: entries), treatmentStart: first)
  }
}
