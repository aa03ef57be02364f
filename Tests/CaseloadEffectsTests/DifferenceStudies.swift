import CaseloadData
import CaseloadTestSupport
import Foundation

@testable import CaseloadEffects

/// Studies of many units from long tables, and simulated ones with a known effect.
enum DifferenceStudies {
  /// A study of a long table: one row a unit and year.
  ///
  /// - Parameters:
  ///   - unit: of each row.
  ///   - year: of each row.
  ///   - outcome: of each row.
  ///   - start: the first treated year of the row's unit; 0 for never.
  ///   - covariates: by name, one value a row.
  /// - Returns: the study, its units in the order of their first rows.
  /// - Throws: what `Study` throws.
  static func study(
    unit: [String], year: [Double], outcome: [Double], start: [Double],
    covariates: [(name: String, values: [Double])] = []
  ) throws -> Study {
    var order: [String] = []
    var rows: [String: [Int]] = [:]
    for (row, label) in unit.enumerated() {
      if rows[label] == nil { order.append(label) }
      rows[label, default: []].append(row)
    }
    func series(_ label: String, _ values: [Double]) -> TimeSeries {
      let own = rows[label] ?? []
      let years = own.map { Int(year[$0]) }
      let (first, last) = (years.min() ?? 0, years.max() ?? 0)
      var result = [Double](repeating: .nan, count: last - first + 1)
      for (row, y) in zip(own, years) { result[y - first] = values[row] }
      return TimeSeries(name: Text("outcome"), start: .year(first), values: result)
    }
    let panel = Panel(
      keyNames: ["unit"],
      entries: order.map { Panel.Entry(key: [$0], series: series($0, outcome)) })
    var starts: [String: Period] = [:]
    for label in order {
      let from = start[rows[label]?.first ?? 0]
      if from > 0 { starts[label] = .year(Int(from)) }
    }
    var study = try Study(panel, treatmentStart: starts)
    study.covariates = covariates.map { covariate in
      Study.Variable(
        name: Text(covariate.name), series: order.map { series($0, covariate.values) })
    }
    return study
  }

  /// The columns of a shared table as text.
  static func text(_ path: String) throws -> [String: [String]] {
    let lines = try String(contentsOf: SharedData.file(path), encoding: .utf8)
      .split(whereSeparator: \.isNewline)
      .map { $0.split(separator: ",", omittingEmptySubsequences: false).map(String.init) }
    var result: [String: [String]] = [:]
    for (j, name) in (lines.first ?? []).enumerated() {
      result[name] = lines.dropFirst().map { $0[j] }
    }
    return result
  }

  /// Counties and their teenage employment.
  static func mpdta(covariate: Bool, isCrossSections: Bool = false) throws -> Study {
    let table = try SharedData.columns("causal/mpdta.csv")
    guard let county = table["countyreal"], let year = table["year"], let y = table["lemp"],
      let start = table["first.treat"], let population = table["lpop"]
    else { throw ColumnsMissing(table: "mpdta") }
    let unit = county.indices.map { row in
      isCrossSections ? "\(Int(county[row]))-\(Int(year[row]))" : "\(Int(county[row]))"
    }
    var result = try study(
      unit: unit, year: year, outcome: y, start: start,
      covariates: covariate ? [("lpop", population)] : [])
    result.isRepeatedCrossSection = isCrossSections
    return result
  }

  /// A simulated panel of the reference of csdid.
  static func simulated(_ name: String) throws -> Study {
    let table = try SharedData.columns("causal/cs_r_reference/\(name).csv")
    guard let id = table["id"], let year = table["period"], let y = table["Y"],
      let start = table["G"], let x = table["X"]
    else { throw ColumnsMissing(table: name) }
    return try study(
      unit: id.map { "\(Int($0))" }, year: year, outcome: y, start: start,
      covariates: [("X", x)])
  }
}

/// Thrown where a shared table has not the columns that a test needs.
struct ColumnsMissing: Error {
  let table: String
}
