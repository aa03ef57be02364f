import CaseloadData
import CaseloadMath
import Foundation

@testable import CaseloadEffects

/// Simulated waves of a programme, and the same data told in other ways.
extension DifferenceStudies {
  /// Waves with unit and period effects, errors, and an effect that grows with time.
  static func grid(
    units n: Int = 60, periods count: Int = 8, starts: [Int] = [3, 5, StudyGrid.never],
    covariates: Int = 0, seed: UInt64 = 1, effect: (Int, Int) -> Double = { Double($1 - $0 + 1) },
    clusters: Int? = nil
  ) throws -> StudyGrid {
    var stream = RandomStream(seed: seed)
    let cohort = (0..<n).map { starts[$0 % starts.count] }
    let x = (0..<covariates).map { _ in (0..<n).map { _ in stream.normal() } }
    var panel: [Panel.Entry] = []
    var from: [String: Period] = [:]
    for unit in 0..<n {
      let own = stream.normal() * 3
      let values = (0..<count).map { t -> Double in
        let trend = Double(t) * (0.5 + x.reduce(0) { $0 + 0.2 * $1[unit] })
        let treated = t >= cohort[unit] ? effect(cohort[unit], t) : 0
        return own + trend + treated + stream.normal()
      }
      panel.append(
        Panel.Entry(
          key: ["u\(unit)"], series: TimeSeries(start: .month(2020, 1), values: values)))
      if cohort[unit] != StudyGrid.never {
        from["u\(unit)"] = .month(2020, 1).advanced(by: cohort[unit])
      }
    }
    var study = try Study(Panel(keyNames: ["unit"], entries: panel), treatmentStart: from)
    study.covariates = x.enumerated().map { j, values in
      Study.Variable(
        name: Text("x\(j + 1)"),
        series: values.map {
          TimeSeries(
            start: .month(2020, 1), values: [Double](repeating: $0, count: count))
        })
    }
    if let clusters { study.clusters = (0..<n).map { "\($0 % clusters)" } }
    return try StudyGrid(study)
  }

  /// The grid with the weight of one unit changed.
  static func weighted(_ grid: StudyGrid, _ unit: Int, _ weight: Double) throws
    -> StudyGrid
  {
    var weights = grid.weights
    weights[unit] = weight
    return try reordered(grid, Array(0..<grid.unitCount), weights: weights)
  }

  /// A grid of the same data in another order of units.
  static func reordered(
    _ grid: StudyGrid, _ order: [Int], weights: [Double]? = nil,
    outcome: (Int, Int, Double) -> Double = { $2 }, shift: Int = 0
  ) throws -> StudyGrid {
    let count = grid.periodCount
    let start = grid.start.advanced(by: shift)
    var entries: [Panel.Entry] = []
    var from: [String: Period] = [:]
    for unit in order {
      entries.append(
        Panel.Entry(
          key: [grid.labels[unit]],
          series: TimeSeries(
            start: start, values: (0..<count).map { outcome(unit, $0, grid[unit, $0]) })))
      if grid.cohort[unit] != StudyGrid.never {
        from[grid.labels[unit]] = start.advanced(by: grid.cohort[unit])
      }
    }
    var study = try Study(Panel(keyNames: ["unit"], entries: entries), treatmentStart: from)
    study.covariates = grid.covariates.enumerated().map { j, values in
      Study.Variable(
        name: Text(grid.covariateNames[j]),
        series: order.map { unit in
          TimeSeries(start: start, values: Array(values[unit * count..<(unit + 1) * count]))
        })
    }
    study.unitWeights = weights ?? []
    study.clusters = order.map { "\(grid.cluster[$0])" }
    return try StudyGrid(study)
  }

  /// The study of a grid.
  static func study(of grid: StudyGrid) throws -> Study {
    let count = grid.periodCount
    var from: [String: Period] = [:]
    for unit in 0..<grid.unitCount where grid.cohort[unit] != StudyGrid.never {
      from[grid.labels[unit]] = grid.period(grid.cohort[unit])
    }
    var study = try Study(
      Panel(
        keyNames: ["unit"],
        entries: (0..<grid.unitCount).map { unit in
          Panel.Entry(
            key: [grid.labels[unit]],
            series: TimeSeries(
              name: Text(en: "filings", zh: "收案"), measure: .flow, start: grid.start,
              values: Array(grid.outcome[unit * count..<(unit + 1) * count])))
        }), treatmentStart: from)
    study.covariates = grid.covariates.enumerated().map { j, values in
      Study.Variable(
        name: Text(grid.covariateNames[j]),
        series: (0..<grid.unitCount).map { unit in
          TimeSeries(
            start: grid.start, values: Array(values[unit * count..<(unit + 1) * count]))
        })
    }
    return study
  }

  /// The grid without its covariates.
  static func withoutCovariates(_ grid: StudyGrid) throws -> StudyGrid {
    var plain = try study(of: grid)
    plain.covariates = []
    return try StudyGrid(plain)
  }
}
