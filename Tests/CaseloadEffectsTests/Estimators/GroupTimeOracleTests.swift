import CaseloadData
import CaseloadTestSupport
import Foundation
import Testing

@testable import CaseloadEffects

@Suite("Callaway–Sant'Anna against csdid") struct GroupTimeOracleTests {
  /// One row of the simulated data.
  private struct Row {
    let unit, period, start: Int
    let y, x, weight: Double
    let cluster: Int
  }

  private static let rows: [Row] = {
    let url = Project.root.appending(path: "Tests/Oracles/difference-in-differences/data.csv")
    guard let text = try? String(contentsOf: url, encoding: .utf8) else { return [] }
    let table = numericColumns(csv: text)
    func column(_ name: String) -> [Double] { table[name] ?? [] }
    return column("unit").indices.map { i in
      Row(
        unit: Int(column("unit")[i]), period: Int(column("period")[i]),
        start: Int(column("start")[i]), y: column("y")[i], x: column("x")[i],
        weight: column("weight")[i], cluster: Int(column("cluster")[i]))
    }
  }()

  private static func study(_ name: String, holes: [[Int]]) throws -> Study {
    var rows = Self.rows
    if name == "no-never" { rows.removeAll { $0.start == 0 } }
    if name.hasPrefix("holed") {
      rows.removeAll { row in holes.contains([row.unit, row.period]) }
    }
    let isSections = name.contains("sections-") && !name.hasPrefix("holed")
    let labels = rows.indices.map { isSections ? "o\($0)" : "u\(rows[$0].unit)" }
    let hasCovariate =
      !name.hasPrefix("anticipation") && name != "no-never" && name != "holed-as-sections"
    var study = try DifferenceStudies.study(
      unit: labels, year: rows.map { Double($0.period) }, outcome: rows.map(\.y),
      start: rows.map { Double($0.start) },
      covariates: hasCovariate ? [("x", rows.map(\.x))] : [])
    var first: [String: Row] = [:]
    for (label, row) in zip(labels, rows) where first[label] == nil { first[label] = row }
    let units = study.panel.entries.compactMap { first[$0.key[0]] }
    if name.hasPrefix("weighted") { study.unitWeights = units.map(\.weight) }
    if name == "clustered" { study.clusters = units.map { "\($0.cluster)" } }
    study.isRepeatedCrossSection = isSections
    return study
  }

  private static func design(_ name: String) -> CallawaySantAnna {
    var design = CallawaySantAnna()
    if name.hasSuffix("-reg") { design.method = .regression }
    if name.hasSuffix("-ipw") { design.method = .weighting }
    if name.contains("universal") { design.basePeriod = .universal }
    if name.hasPrefix("anticipation") { design.anticipation = 1 }
    if ["universal", "weighted-sections", "anticipation", "no-never"].contains(where: {
      name.hasPrefix($0)
    }) {
      design.control = .notYet
    }
    if name.hasPrefix("holed-as-sections") { design.unbalanced = .crossSections }
    design.inference = .influence
    design.draws = 0
    return design
  }

  @Test(
    "every cell and average: covariates, bases, weights, cross-sections, gaps, clusters",
    arguments: ["dr", "reg", "ipw"].flatMap { method in
      ["panel", "universal", "weighted", "sections", "weighted-sections"].map { "\($0)-\(method)" }
    } + [
      "anticipation", "anticipation-universal", "clustered", "holed-as-sections",
      "holed-as-sections-x", "holed-balanced", "no-never",
    ])
  func values(_ name: String) throws {
    let oracle = try Oracle.load("difference-in-differences")
    let holes = (oracle["holes"]?.array ?? []).map {
      ($0.array ?? []).compactMap { $0.number.map { Int($0) } }
    }
    let check = try #require(oracle["checks"]?[name])
    let estimate = try Self.design(name).estimate(Self.study(name, holes: holes))
    let cells = try #require(check["cells"]?.array)
    #expect(cells.count == estimate.cells.count)
    var largest = 0.0
    func compare(_ own: Double?, _ reference: JSON?) throws {
      guard let reference = reference?.number else { return }
      let own = try #require(own)
      // csdid's logit stops at 1e-8 of its deviance; observed distances are below 1e-11.
      #expect(own.isClose(to: reference, relative: 1e-9, absolute: 1e-12))
      largest = max(largest, abs(own - reference) / max(abs(reference), 1e-3))
    }
    for cell in cells {
      let (cohort, period) = (
        Int(try #require(cell["cohort"]?.number)), Int(try #require(cell["period"]?.number))
      )
      let own = try #require(
        estimate.cells.first { $0.cohort == .year(cohort) && $0.period == .year(period) })
      try compare(own.value, cell["value"])
      try compare(own.standardError, cell["standardError"])
    }
    for (id, key) in [
      ("simple", "simple"), ("group", "group"), ("calendar", "calendar"), ("event", "dynamic"),
    ] {
      guard let reference = check["averages"]?[key] else { continue }
      let own = try #require(estimate.quantities.first { $0.id == "average-\(id)" }?.estimate)
      try compare(own.value, reference["value"])
      try compare(own.standardError, reference["standardError"])
    }
    print("csdid \(name): \(cells.count) cells, largest distance \(largest)")
  }
}
