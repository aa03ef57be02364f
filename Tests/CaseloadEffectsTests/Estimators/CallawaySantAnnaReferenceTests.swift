import CaseloadData
import CaseloadMath
import CaseloadTestSupport
import Foundation
import Testing

@testable import CaseloadEffects

@Suite(
  "Callaway–Sant'Anna against R's did",
  .enabled(if: SharedData.isPresent, "the shared data are not there"))
struct CallawaySantAnnaReferenceTests {
  /// Reference values beside ours; the largest relative distance is what a test holds.
  private struct Table {
    private(set) var rows: [(name: String, value: Double, reference: Double)] = []

    mutating func add(_ name: String, _ value: Double, _ reference: Double) {
      rows.append((name, value, reference))
    }

    /// Relative to the reference, or absolute where it is below 1e-8.
    static func distance(_ value: Double, _ reference: Double) -> Double {
      abs(reference) < 1e-8
        ? abs(value - reference) : abs(value - reference) / abs(reference)
    }

    var worst: (name: String, value: Double, reference: Double)? {
      rows.max { Self.distance($0.value, $0.reference) < Self.distance($1.value, $1.reference) }
    }

    var largest: Double { worst.map { Self.distance($0.value, $0.reference) } ?? .infinity }

    func print(_ title: String) {
      guard let worst else { return }
      Swift.print(
        "\(title): \(rows.count) values, worst \(worst.name): \(worst.value) against "
          + "\(worst.reference), distance \(largest)")
    }
  }

  private static func design(
    control: CallawaySantAnna.Control = .never,
    method: CallawaySantAnna.Adjustment = .doublyRobust
  ) -> CallawaySantAnna {
    var design = CallawaySantAnna()
    design.control = control
    design.method = method
    return design
  }

  private static func effects(_ study: Study, _ design: CallawaySantAnna) throws
    -> GroupTimeEffects
  {
    let grid = try PreparedStudy(study, scale: .level).grid
    return GroupTimeEffects(try GroupTimeSample(grid, design), design.method)
  }

  private static func length(_ psi: [Double]) -> Double {
    psi.reduce(0) { $0 + $1 * $1 }.squareRoot()
  }

  /// Compares cells and averages with one check of an oracle.
  private static func compare(
    _ check: JSON, _ study: Study, _ design: CallawaySantAnna, _ title: String, _ table: inout Table
  ) throws {
    let effects = try effects(study, design)
    let grid = effects.sample.grid
    func year(_ column: Int) -> Int { grid.period(column).year ?? 0 }
    let cells = try #require(check["att_gt"]?.array)
    #expect(cells.count == effects.cells.count)
    for cell in cells {
      let (g, t) = (Int(cell["g"]?.number ?? 0), Int(cell["t"]?.number ?? 0))
      let k = try #require(
        effects.cells.firstIndex { year($0.cohort) == g && year($0.column) == t })
      table.add("\(title) ATT(\(g),\(t))", effects.values[k], try #require(cell["att"]?.number))
      if let error = cell["se"]?.number {
        table.add("\(title) se(\(g),\(t))", effects.rawStandardError(k), error)
      }
    }
    if let reference = check["wald_pre"]?.array?.first?.array?.first?.number {
      let test = try #require(GroupTimeAssumptions.preTrend(effects, anticipation: 0))
      table.add("\(title) Wald", test.test.statistic, reference)
    }
    let averages = try design.averages(effects)
    func add(_ name: String, _ average: GroupTimeAverage, _ value: Double?, _ error: Double?) {
      if let value { table.add("\(title) \(name)", average.value, value) }
      if let error {
        table.add("\(title) se \(name)", length(effects.influence(of: average)), error)
      }
    }
    for (name, key, aggregation) in [
      ("simple", "simple", CallawaySantAnna.Aggregation.simple), ("group", "group", .group),
      ("event", "dynamic", .event), ("calendar", "calendar", .calendar),
    ] {
      guard let reference = check[key] else { continue }
      add(
        name, averages.average(aggregation), reference["overall_att"]?.number,
        reference["overall_se"]?.number)
      let values = reference["att"]?.array?.map(\.number) ?? []
      let errors = reference["se"]?.array?.map(\.number) ?? []
      for (j, label) in (reference["egt"]?.array ?? []).enumerated() {
        guard let e = label.number.map({ Int($0) }) else { continue }
        let part: GroupTimeAverage? =
          switch aggregation {
          case .group:
            averages.byGroup.first { year(effects.sample.cohorts[$0.group]) == e }?.average
          case .event: averages.byEventTime.first { $0.eventTime == e }?.average
          case .calendar: averages.byColumn.first { year($0.column) == e }?.average
          case .simple: nil
          }
        add("\(name) \(e)", try #require(part), values[j], errors[j])
      }
    }
  }

  @Test("counties' employment: never and not yet, with and without covariates, all averages")
  func mpdta() throws {
    let oracle = try SharedData.json("causal/mpdta.oracle.json", as: JSON.self)
    let checks = try #require(oracle["checks"])
    let (plain, given) = (
      try DifferenceStudies.mpdta(covariate: false), try DifferenceStudies.mpdta(covariate: true)
    )
    var universal = Self.design()
    universal.basePeriod = .universal
    var anticipating = Self.design()
    anticipating.anticipation = 1
    var table = Table()
    for (name, study, design) in [
      ("cs_nocov_never", plain, Self.design()),
      ("cs_nocov_notyet", plain, Self.design(control: .notYet)),
      ("cs_lpop_dr_nevertreated", given, Self.design()),
      ("cs_lpop_reg_nevertreated", given, Self.design(method: .regression)),
      ("cs_lpop_ipw_nevertreated", given, Self.design(method: .weighting)),
      ("cs_lpop_dr_notyettreated", given, Self.design(control: .notYet)),
      ("cs_nocov_never_universal", plain, universal),
      ("cs_nocov_never_anticip1", plain, anticipating),
      (
        "cs_rc_nocov_never", try DifferenceStudies.mpdta(covariate: false, isCrossSections: true),
        Self.design()
      ),
    ] {
      try Self.compare(try #require(checks[name]), study, design, name, &table)
    }
    table.print("mpdta")
    #expect(table.largest < 1e-8)
  }

  @Test("simulated panels: every ATT(g,t) and standard error")
  func simulated() throws {
    let reference = try DifferenceStudies.text("causal/cs_r_reference/ref_sim.csv")
    var table = Table()
    var known: [String: GroupTimeEffects] = [:]
    for row in try #require(reference["dataset"]).indices {
      let cell = try ["dataset", "control", "est", "group", "t", "att", "se"].map {
        try #require(reference[$0])[row]
      }
      let key = cell[0...2].joined(separator: " ")
      if known[key] == nil {
        known[key] = try Self.effects(
          try DifferenceStudies.simulated(cell[0]),
          Self.design(
            control: cell[1] == "nevertreated" ? .never : .notYet,
            method: cell[2] == "dr" ? .doublyRobust : .regression))
      }
      let effects = try #require(known[key])
      let k = try #require(
        effects.cells.firstIndex {
          effects.sample.grid.period($0.cohort).year == Int(cell[3])
            && effects.sample.grid.period($0.column).year == Int(cell[4])
        })
      table.add("\(key) ATT(\(cell[3]),\(cell[4]))", effects.values[k], Double(cell[5]) ?? .nan)
      table.add(
        "\(key) se(\(cell[3]),\(cell[4]))", effects.rawStandardError(k), Double(cell[6]) ?? .nan)
    }
    table.print("simulated panels")
    #expect(table.largest < 1e-7)
  }

  @Test("state insurance coverage: never and not yet treated")
  func insurance() throws {
    let oracle = try SharedData.json("causal/ehec_medicaid.oracle.json", as: JSON.self)
    let columns = try DifferenceStudies.text("causal/ehec_medicaid.csv")
    let unit = try #require(columns["stfips"])
    func numbers(_ name: String) throws -> [Double] {
      try #require(columns[name]).map { Double($0) ?? 0 }
    }
    let study = try DifferenceStudies.study(
      unit: unit, year: try numbers("year"), outcome: try numbers("dins"),
      start: try numbers("yexp2"))
    var table = Table()
    for (name, control) in [
      ("cs_nocov_never", CallawaySantAnna.Control.never), ("cs_nocov_notyet", .notYet),
    ] {
      try Self.compare(
        try #require(oracle["checks"]?[name]), study, Self.design(control: control), name, &table)
    }
    table.print("insurance")
    #expect(table.largest < 1e-8)
  }

  @Test(
    "the port's scenarios: cells, averages and pre-trend tests",
    arguments: ["mpdta_nev_dr", "mpdta_nyt_dr", "mpdta_nev_reg_cov", "mpdta_nev_ipw"])
  func scenarios(_ name: String) throws {
    let folder = "causal/cs_r_reference"
    var design = Self.design(control: name.contains("nyt") ? .notYet : .never)
    if name.hasSuffix("ipw") { design.method = .weighting }
    if name.hasSuffix("reg_cov") { design.method = .regression }
    let effects = try Self.effects(
      try DifferenceStudies.mpdta(covariate: name.hasSuffix("cov")), design)
    let averages = try design.averages(effects)
    let grid = effects.sample.grid
    func year(_ column: Int) -> Int? { grid.period(column).year }
    func rows(_ file: String) throws -> [[String: String]] {
      let columns = try DifferenceStudies.text("\(folder)/\(file).csv")
      func bare(_ text: String) -> String { text.filter { $0 != "\"" } }
      let all = (columns["\"scenario\""] ?? []).indices.map { i in
        Dictionary(uniqueKeysWithValues: columns.map { (bare($0.key), bare($0.value[i])) })
      }
      return all.filter { $0["scenario"] == name }
    }
    func number(_ row: [String: String], _ column: String) -> Double {
      Double(row[column] ?? "") ?? .nan
    }
    var table = Table()
    for row in try rows("ref_attgt") {
      let k = try #require(
        effects.cells.firstIndex {
          year($0.cohort) == Int(row["group"] ?? "") && year($0.column) == Int(row["t"] ?? "")
        })
      table.add("ATT", effects.values[k], number(row, "att"))
      table.add("se", effects.rawStandardError(k), number(row, "se"))
    }
    for row in try rows("ref_aggte") {
      let key = Int(row["egt"] ?? "")
      let (whole, part): (GroupTimeAverage, GroupTimeAverage?) =
        switch row["type"] {
        case "group":
          (
            averages.group,
            averages.byGroup.first { year(effects.sample.cohorts[$0.group]) == key }?.average
          )
        case "calendar":
          (averages.calendar, averages.byColumn.first { year($0.column) == key }?.average)
        case "dynamic":
          (averages.event, averages.byEventTime.first { $0.eventTime == key }?.average)
        default: (averages.simple, nil)
        }
      table.add("average", whole.value, number(row, "overall_att"))
      table.add(
        "se average", Self.length(effects.influence(of: whole)), number(row, "overall_se"))
      guard let part else { continue }
      table.add("part", part.value, number(row, "att_egt"))
      table.add("se part", Self.length(effects.influence(of: part)), number(row, "se_egt"))
    }
    let test = try #require(GroupTimeAssumptions.preTrend(effects, anticipation: 0)).test
    let reference = try #require(try rows("ref_pretest").first)
    table.add("W", test.statistic, number(reference, "W"))
    table.print(name)
    // The port prints 15 digits; its regression with a covariate agrees to 1e-9.
    #expect(table.largest < 1e-8)
    // Rounded to five decimals.
    #expect(
      test.asymptoticPValue.isClose(to: number(reference, "Wpval"), absolute: 6e-6))
  }

  @Test("procedural justice training: the average against not yet trained officers")
  func training() throws {
    let table = try SharedData.columns("causal/pj_training.csv")
    let (id, start) = (try #require(table["uid"]), try #require(table["first_trained"]))
    let months = try (1...72).map { try #require(table["m\($0)"]) }
    let panel = Panel(
      keyNames: ["officer"],
      entries: id.indices.map { row in
        Panel.Entry(
          key: ["\(row)"],
          series: TimeSeries(start: .month(2011, 1), values: months.map { $0[row] }))
      })
    var starts: [String: Period] = [:]
    for row in id.indices {
      starts["\(row)"] = .month(2011, 1).advanced(by: Int(start[row]) - 1)
    }
    let study = try Study(panel, treatmentStart: starts)
    let oracle = try SharedData.json("causal/pj_training.oracle.json", as: JSON.self)
    let reference = try #require(oracle["checks"]?["staggered_efficient"])
    let grid = try PreparedStudy(study, scale: .level).grid
    var table2 = Table()
    for (aggregation, key) in [
      (CallawaySantAnna.Aggregation.simple, "cs_simple"), (.group, "cs_cohort"),
      (.calendar, "cs_calendar"),
    ] {
      var design = Self.design(control: .notYet)
      design.aggregation = aggregation
      let average = try design.average(grid)
      table2.add(key, average.value, try #require(reference[key]?["estimate"]?.number))
      let error = try #require(reference[key]?["se_neyman"]?.number)
      print("pj_training \(key): error \(average.standardError ?? .nan), Neyman's \(error)")
    }
    table2.print("pj_training")
    #expect(table2.largest < 1e-6)
  }
}
