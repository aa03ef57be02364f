import CaseloadData
import CaseloadMath
import CaseloadTestSupport
import Testing

@testable import CaseloadEffects

extension RothSantAnna {
  init(
    _ adjustment: Adjustment, _ aggregation: Aggregation = .simple, permutations: Int = 0
  ) {
    self.init()
    self.adjustment = adjustment
    self.aggregation = aggregation
    self.permutations = permutations
  }
}

@Suite(
  "Staggered rollouts against R staggered",
  .enabled(if: SharedData.isPresent, "the shared reference data are not here"))
struct RothSantAnnaOracleTests {
  /// Complaints against officers by month, and the month of their training.
  private func training() throws -> Study {
    let data = try SharedData.columns("causal/pj_training.csv")
    let (id, start) = (data["uid", default: []], data["first_trained", default: []])
    let months = (1...72).map { data["m\($0)", default: []] }
    var starts: [String: Period] = [:]
    let entries = id.indices.map { i -> Panel.Entry in
      let label = String(Int(id[i]))
      if start[i].isFinite, start[i] > 0 {
        starts[label] = Period.month(2001, 1).advanced(by: Int(start[i]) - 1)
      }
      return Panel.Entry(
        key: [label],
        series: TimeSeries(start: .month(2001, 1), values: months.map { $0[i] }))
    }
    return try Study(
      Panel(keyNames: ["officer"], entries: entries), treatmentStart: starts)
  }

  @Test("the published averages, their standard errors and the event study")
  func published() throws {
    let oracle: JSON = try SharedData.json("causal/pj_training.oracle.json")
    let check = try #require(oracle["checks"]?["staggered_efficient"])
    let data = try RolloutData(PreparedStudy(training(), scale: .level).grid)
    func expect(
      _ options: RothSantAnna, _ contrast: RolloutContrast, _ row: JSON?, _ label: String
    ) throws {
      let estimate = RolloutEstimate(data.rollout, contrast, beta: options.beta)
      let effect = data.effect(estimate, contrast)
      let value = try #require(row?["estimate"]?.number)
      let error = try #require(row?["se"]?.number)
      let neyman = try #require(row?["se_neyman"]?.number)
      #expect(effect.value.isClose(to: value, relative: 1e-8), "\(label) \(effect.value) \(value)")
      let own = try #require(effect.standardError)
      #expect(own.isClose(to: error, relative: 1e-8), "\(label) \(own) \(error)")
      #expect(estimate.neymanVariance.squareRoot().isClose(to: neyman, relative: 1e-8), "\(label)")
    }
    for aggregation in [RothSantAnna.Aggregation.simple, .cohort, .calendar] {
      let variants: [(RothSantAnna.Adjustment, String)] = [
        (.efficient, ""), (.callawaySantAnna, "cs_"), (.sunAbraham, "sa_"),
      ]
      for (adjustment, prefix) in variants {
        let options = RothSantAnna(adjustment, aggregation)
        let name = prefix + aggregation.rawValue
        try expect(options, options.contrast(aggregation, data), check[name], name)
      }
    }
    for row in check["eventstudy"]?.array ?? [] {
      let k = Int(try #require(row["eventTime"]?.number))
      let contrast = RolloutContrast(
        RolloutContrast.cells(.event(k), data.rollout), data.rollout, lastOnly: false)
      try expect(RothSantAnna(.efficient), contrast, row, "event \(k)")
    }
  }
}

@Suite("Staggered rollouts") struct RothSantAnnaTests {
  private func study(
    units: Int = 24, effect: Double = 1, noise: Double = 1, seed: UInt64 = 1
  ) throws -> Study {
    var stream = RandomStream(seed: seed)
    var rows: (unit: [Double], year: [Double], y: [Double], start: [Double]) = ([], [], [], [])
    for i in 0..<units {
      let level = 2 * stream.normal()
      let start = [3, 5, 0][i % 3]
      for t in 0..<7 {
        rows.unit.append(Double(i + 1))
        rows.year.append(Double(2001 + t))
        rows.y.append(
          level + noise * stream.normal() + (start > 0 && t >= start ? effect : 0))
        rows.start.append(start == 0 ? 0 : Double(2001 + start))
      }
    }
    return try LongPanel.study(
      unit: rows.unit, year: rows.year, outcome: rows.y, start: rows.start)
  }

  @Test("the estimator with β = 1 is the mean of differences in differences")
  func agreesWithItsDefinition() throws {
    let grid = try PreparedStudy(study(), scale: .level).grid
    let own = try RothSantAnna(.callawaySantAnna).average(grid)
    func mean(_ start: Int, _ t: Int) -> Double {
      let units = (0..<24).filter { grid.cohort[$0] == start }
      return units.reduce(0) { $0 + grid[$1, t] } / Double(units.count)
    }
    var sum = 0.0
    for (g, t) in [(3, 3), (3, 4), (3, 5), (3, 6), (5, 5), (5, 6)] {
      let comparison = [5, StudyGrid.never].filter { $0 > t }
      func other(_ t: Int) -> Double {
        comparison.reduce(0) { $0 + mean($1, t) } / Double(comparison.count)
      }
      sum += mean(g, t) - mean(g, g - 1) - other(t) + other(g - 1)
    }
    #expect(own.value.isClose(to: sum / 6, relative: 1e-11))
  }

  @Test("β* minimizes the Neyman variance")
  func optimal() throws {
    let data = try RolloutData(PreparedStudy(study(seed: 2), scale: .level).grid)
    let contrast = try RothSantAnna().contrast(.simple, data)
    let best = RolloutEstimate(data.rollout, contrast, beta: nil)
    for shift in [-0.1, 0.1] {
      let other = RolloutEstimate(data.rollout, contrast, beta: best.beta + shift)
      #expect(other.neymanVariance > best.neymanVariance)
      let slope = best.neymanVariance + shift * shift * best.priorVariance
      #expect(other.neymanVariance.isClose(to: slope, relative: 1e-10))
    }
  }

  @Test("large levels and period constants do not move the estimate")
  func invariance() throws {
    let grid = try PreparedStudy(study(seed: 3), scale: .level).grid
    let base = try RothSantAnna().average(grid)
    let other = try RothSantAnna().average(
      grid.with(outcome: grid.outcome.indices.map { 1e6 + 500 * Double($0 % 7) + grid.outcome[$0] })
    )
    #expect(other.value.isClose(to: base.value, relative: 1e-8))
    #expect(
      try #require(other.standardError).isClose(
        to: try #require(base.standardError), relative: 1e-8))
  }

  @Test("the randomization test is small for a large effect and repeats itself")
  func fisher() throws {
    let effect = try RothSantAnna(.efficient, permutations: 199).estimate(
      study(effect: 4, seed: 4))
    let p = try #require(
      effect.inference?.alternatives.first { $0.variant == "studentized" }?.estimate.pValue)
    #expect(p.isClose(to: 1.0 / 200, relative: 1e-12))
    let none = try RothSantAnna(.efficient, permutations: 199).estimate(
      study(effect: 0, seed: 5))
    let again = try RothSantAnna(.efficient, permutations: 199).estimate(
      study(effect: 0, seed: 5))
    #expect(
      none.inference?.alternatives.last?.estimate == again.inference?.alternatives.last?.estimate)
  }

  @Test("units with gaps and cohorts of one are named and left out")
  func leftOut() throws {
    let study = try study(seed: 6)
    let grid = try PreparedStudy(study, scale: .level).grid
    var outcome = grid.outcome
    outcome[9] = .nan
    var cohort = grid.cohort
    cohort[3] = 4
    let data = try RolloutData(grid.with(outcome: outcome).with(cohort: cohort))
    #expect(data.grid.unitCount == 22)
    #expect(data.notes.map(\.location?.series) == ["2", "4"])
    #expect(data.notes.map(\.location?.period) == ["2003", "2005"])
    let lone = (0..<24).map { $0 == 0 ? 3 : StudyGrid.never }
    let error = #expect(throws: Diagnostic.self) {
      try RothSantAnna().average(grid.with(cohort: lone))
    }
    #expect(error?.code == .notIdentified && error?.hint != nil)
  }

  @Test("a pair of treated units has an average and no standard error")
  func pair() throws {
    let grid = try PreparedStudy(study(seed: 9), scale: .level).grid
    let two = grid.with(cohort: (0..<24).map { $0 < 2 ? 3 : StudyGrid.never })
    let average = try RothSantAnna().average(two)
    #expect(average.value.isFinite && average.standardError == nil)
  }

  @Test("a period that nobody reports is passed over")
  func emptyPeriod() throws {
    let grid = try PreparedStudy(study(seed: 8), scale: .level).grid
    let gap = grid.with(
      outcome: grid.outcome.indices.map { $0 % 7 == 4 ? .nan : grid.outcome[$0] })
    let data = try RolloutData(gap)
    #expect(data.columns == [0, 1, 2, 3, 5, 6] && data.rollout.starts == [3, 4, StudyGrid.never])
    #expect(data.period(4) == .year(2006))
    #expect(data.notes.map(\.location?.period) == ["2005"])
  }

  @Test("an answer has a path, cells and the other averages")
  func answer() throws {
    let result = try RothSantAnna().estimate(study(seed: 7))
    #expect(result.cells.count == 6)
    #expect(result.path.filter { $0.eventTime >= 0 }.map(\.eventTime) == [0, 1, 2, 3])
    #expect(result.path.first { $0.eventTime == -1 }?.effect == nil)
    #expect(
      result.quantities.map(\.id) == [
        "aggregation-cohort", "aggregation-calendar", "aggregation-event", "cohort-2004",
        "cohort-2006",
      ])
    #expect(result.assumptions[0].pValue != nil)
    #expect(result.average.standardError != nil)
  }

  /// Units that start earlier are the smaller, the more so the larger `gap`.
  private func sorted(_ gap: Double) throws -> Study {
    let base = try study(effect: 0, seed: 12)
    let entries = base.panel.entries.enumerated().map { i, entry in
      Panel.Entry(
        key: entry.key,
        series: entry.series.replacing(entry.series.values.map { $0 + gap * Double(i % 3) }))
    }
    let starts = base.treatmentStart.map { (base.label($0.key), $0.value) }
    return try Study(
      Panel(keyNames: base.panel.keyNames, entries: entries),
      treatmentStart: Dictionary(uniqueKeysWithValues: starts))
  }

  @Test("where the starts are hardly random the efficient estimate has no p-value, and says why")
  func notByChance() throws {
    let fair = try RothSantAnna().estimate(sorted(0))
    #expect(fair.average.pValue != nil && fair.assumptions[0].verdict != .violated)
    let unfair = try RothSantAnna().estimate(sorted(8))
    #expect(unfair.average.pValue == nil && unfair.assumptions[0].verdict == .violated)
    let warning = try #require(unfair.diagnostics.first { $0.code == .assumption })
    #expect(warning.severity == .warning && warning.message.en.contains("no p-value"))
    #expect(warning.message.zh.contains("不给出 p 值"))
    // With all of the difference taken out the trends have to be parallel, and no more.
    let plain = try RothSantAnna(.callawaySantAnna).estimate(sorted(8))
    #expect(plain.average.pValue != nil && plain.assumptions[0].verdict == .doubtful)
  }
}
