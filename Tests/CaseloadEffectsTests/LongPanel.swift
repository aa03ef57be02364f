import CaseloadData
import CaseloadTestSupport

@testable import CaseloadEffects

/// A study from a long table: one row a unit and year.
enum LongPanel {
  /// `start` is the first treated year of the row's unit: 0, NaN or infinite for never.
  static func study(
    unit: [Double], year: [Double], outcome: [Double], start: [Double],
    covariates: [String: [Double]] = [:], measure: Measure = .ratio
  ) throws -> Study {
    let first = Int(year.min() ?? 0)
    let count = Int(year.max() ?? 0) - first + 1
    var order: [Int] = []
    var rows: [Int: [Int]] = [:]
    for row in unit.indices {
      let id = Int(unit[row])
      if rows[id] == nil { order.append(id) }
      rows[id, default: []].append(row)
    }
    func series(_ values: [Double], _ id: Int, _ name: String) -> TimeSeries {
      var filled = [Double](repeating: .nan, count: count)
      for row in rows[id, default: []] { filled[Int(year[row]) - first] = values[row] }
      return TimeSeries(
        name: Text(name), measure: measure, start: .year(first), values: filled)
    }
    var starts: [String: Period] = [:]
    for id in order {
      let from = start[rows[id, default: [0]][0]]
      if from > 0, from.isFinite { starts[String(id)] = .year(Int(from)) }
    }
    let panel = Panel(
      keyNames: ["unit"],
      entries: order.map { Panel.Entry(key: [String($0)], series: series(outcome, $0, "outcome")) })
    var study = try Study(panel, treatmentStart: starts)
    for name in covariates.keys.sorted() {
      study.covariates.append(
        Study.Variable(
          name: Text(name), series: order.map { series(covariates[name, default: []], $0, name) }))
    }
    return study
  }

  static func mpdta() throws -> Study {
    let data = try SharedData.columns("causal/mpdta.csv")
    return try study(
      unit: data["countyreal", default: []], year: data["year", default: []],
      outcome: data["lemp", default: []],
      start: data["first.treat", default: []])
  }

  /// Log homicide by state, from the first year with any of the law in force.
  static func castle() throws -> Study {
    let data = try SharedData.columns("causal/castle.csv")
    let (sid, year, post) = (
      data["sid", default: []], data["year", default: []], data["post", default: []]
    )
    var starts: [Double: Double] = [:]
    for row in sid.indices where post[row] > 0 {
      starts[sid[row]] = min(starts[sid[row]] ?? .infinity, year[row])
    }
    return try study(
      unit: sid, year: year, outcome: data["l_homicide", default: []],
      start: sid.map { starts[$0] ?? 0 })
  }
}
