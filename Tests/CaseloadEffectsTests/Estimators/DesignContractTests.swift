import CaseloadData
import CaseloadMath
import CaseloadRegression
import CaseloadTestSupport
import Foundation
import Testing

@testable import CaseloadEffects

/// What every design that is a regression on a panel has to keep.
@Suite("Regression designs together") struct DesignContractTests {
  private static let designs: [any DifferenceEstimator] = [
    TwoWayFixedEffects(), EventStudy(), SunAbraham(), ExtendedTwoWay(), Stacked(),
    ContinuousDose(),
  ]

  private static func sample(
    noise: Double = 1, _ transform: (Double) -> Double = { $0 }, order: [Int]? = nil,
    copies: Int = 1, shift: (Int) -> Double = { _ in 0 }, gaps: [(Int, Int)] = []
  ) throws -> Study {
    let starts: [Int?] = [nil, 3, nil, 5, 3, nil, 5, nil, 3, 5, nil, nil]
    let whole = try TestPanels.simulated(starts: starts, periods: 9, noise: noise) { start, t in
      2 + Double(t - start)
    }
    var entries: [Panel.Entry] = []
    var first: [String: Period] = [:]
    var clusters: [String] = []
    var dose: [Int: Double] = [:]
    for i in order ?? Array(starts.indices) {
      for copy in 0..<copies {
        let entry = whole.panel.entries[i]
        let label = entry.key[0] + (copy > 0 ? "-\(copy)" : "")
        let values = entry.series.values.enumerated().map { t, value in
          gaps.contains { $0 == (i, t) } ? Double.nan : transform(value + shift(i))
        }
        if starts[i] != nil { dose[entries.count] = 1 + Double(i % 3) }
        entries.append(Panel.Entry(key: [label], series: entry.series.replacing(values)))
        if let start = starts[i] { first[label] = .year(2001 + start) }
        clusters.append(entry.key[0])
      }
    }
    var study = try Study(Panel(keyNames: ["court"], entries: entries), treatmentStart: first)
    study.clusters = clusters
    study.dose = dose
    return study
  }

  private static func average(_ design: any DifferenceEstimator, _ study: Study) throws
    -> AverageEffect
  {
    try design.average(PreparedStudy(study, scale: design.outcomeScale).grid)
  }

  @Test("permuted units change nothing", arguments: designs.indices)
  func permuted(_ k: Int) throws {
    let design = Self.designs[k]
    let a = try Self.average(design, Self.sample())
    let order = [7, 2, 11, 0, 5, 9, 1, 10, 3, 8, 6, 4]
    let b = try Self.average(design, Self.sample(order: order))
    #expect(a.value.isClose(to: b.value, relative: 1e-10))
    #expect((a.standardError ?? 0).isClose(to: b.standardError ?? 1, relative: 1e-9))
  }

  @Test(
    "a + b·y gives b times the effect, and constants of units drop out", arguments: designs.indices)
  func equivariant(_ k: Int) throws {
    let design = Self.designs[k]
    let a = try Self.average(design, Self.sample())
    let b = try Self.average(
      design, Self.sample({ 1000 - 3 * $0 }, shift: { 100 * Double($0) }))
    let expected = -3 * a.value
    #expect(b.value.isClose(to: expected, relative: 1e-9))
    let error = try #require(a.standardError)
    #expect((b.standardError ?? 0).isClose(to: 3 * error, relative: 1e-8))
  }

  @Test("every unit twice in its cluster: the effect as before, the error but for its factor")
  func duplicated() throws {
    for design in Self.designs where !(design is ContinuousDose) {
      let a = try Self.average(design, Self.sample())
      let b = try Self.average(design, Self.sample(copies: 2))
      #expect(a.value.isClose(to: b.value, relative: 1e-10))
      let ratio = (b.standardError ?? 0) / (a.standardError ?? 1)
      #expect(ratio > 0.8 && ratio < 1)
    }
  }

  @Test(
    "without noise constant effects are found exactly, with gaps too", arguments: designs.indices)
  func gaps(_ k: Int) throws {
    let design = Self.designs[k]
    let starts: [Int?] = [nil, 3, nil, 5, 3, nil, 5, nil, 3, 5, nil, nil]
    let whole = try TestPanels.simulated(starts: starts, periods: 9, noise: 0) { _, _ in 2 }
    let holes = [(0, 4), (1, 6), (3, 1), (5, 8), (9, 0)]
    let entries = whole.panel.entries.enumerated().map { i, entry in
      Panel.Entry(
        key: entry.key,
        series: entry.series.replacing(
          entry.series.values.enumerated().map { t, value in
            holes.contains { $0 == (i, t) } ? Double.nan : value
          }))
    }
    var study = try Study(
      Panel(keyNames: ["court"], entries: entries),
      treatmentStart: Dictionary(
        uniqueKeysWithValues: whole.treatmentStart.map { (whole.label($0), $1) }))
    for i in starts.indices where starts[i] != nil { study.dose[i] = 1 + Double(i % 3) }
    let estimate = try design.estimate(study)
    #expect(estimate.average.value.isClose(to: 2, absolute: 1e-8))
  }

  @Test("answers survive a journey through JSON, and hold no number that is not finite")
  func json() throws {
    var poisson = ExtendedTwoWay()
    poisson.family = .poisson
    let designs: [any DifferenceEstimator] = Self.designs + [poisson]
    for design in designs {
      let estimate = try design.estimate(Self.sample(gaps: [(1, 2), (4, 7)]))
      let again = try roundTrip(estimate)
      #expect(again.average == estimate.average)
      #expect(!estimate.estimand.zh.isEmpty)
      #expect(estimate.average.value.isFinite)
      for point in estimate.path {
        let numbers = [point.effect, point.standardError, point.simultaneousUpper]
        #expect(numbers.compactMap { $0 }.allSatisfy { $0.isFinite })
      }
    }
  }

  @Test("the same stream gives the same bytes")
  func deterministic() throws {
    let encoder = JSONEncoder()
    encoder.outputFormatting = .sortedKeys
    for design in Self.designs {
      let a = try encoder.encode(design.estimate(Self.sample()))
      let b = try encoder.encode(design.estimate(Self.sample()))
      #expect(a == b)
    }
  }

  @Test("rates of a proportional effect, on the scale of logarithms")
  func logarithms() throws {
    let study = try Self.sample(noise: 0) { exp(0.02 * $0) }
    for type in [SunAbraham.self, ExtendedTwoWay.self] as [any DifferenceEstimator.Type] {
      let design = try MethodOptions.make(type, ["scale": "log"])
      let level = try MethodOptions.make(type, [:])
      let rate = try design.estimate(study)
      let logs = try Self.average(level, Self.sample(noise: 0) { 0.02 * $0 })
      #expect(rate.scale == .log)
      let expected = exp(logs.value) - 1
      #expect(rate.average.value.isClose(to: expected, relative: 1e-9))
    }
  }

  @Test("one treated cluster and one treated unit: numbers, but no error of a path or cell")
  func oneTreated() throws {
    let study = try TestPanels.simulated(
      starts: [nil, nil, nil, 4, nil], periods: 8
    ) { _, _ in 3 }
    for design in [SunAbraham(), EventStudy(), ExtendedTwoWay(), Stacked()]
      as [any DifferenceEstimator]
    {
      let estimate = try design.estimate(study)
      #expect(estimate.path.allSatisfy { $0.standardError == nil })
      #expect(estimate.cells.allSatisfy { $0.standardError == nil })
      #expect(estimate.path.contains { $0.effect != nil })
    }
  }

  @Test("a treated last period only, two periods only, and no control at all")
  func edges() throws {
    let last = try TestPanels.simulated(
      starts: [nil, nil, nil, 5, 5], periods: 6, noise: 0
    ) { _, _ in 3 }
    let two = try TestPanels.simulated(
      starts: [nil, nil, nil, 1, 1], periods: 2, noise: 0
    ) { _, _ in 3 }
    let all = try TestPanels.simulated(starts: [2, 2, 2], periods: 6) { _, _ in 3 }
    for design in Self.designs {
      for var study in [last, two] {
        study.dose = study.treatmentStart.mapValues { _ in 1 }
        let value = try design.estimate(study).average.value
        #expect(value.isClose(to: 3, absolute: 1e-9))
      }
      let error = #expect(throws: Diagnostic.self) { try design.estimate(all) }
      #expect(error?.code == .noComparison)
    }
  }

  @Test("treatment that a gap makes invisible is refused in words of the study")
  func invisible() throws {
    let whole = try TestPanels.simulated(starts: [nil, nil, 3, 3], periods: 5) { _, _ in 1 }
    let entries = whole.panel.entries.enumerated().map { i, entry in
      // Treated and untreated units are never seen in the same periods.
      Panel.Entry(
        key: entry.key,
        series: entry.series.replacing(
          entry.series.values.enumerated().map { t, value in
            (i < 2) == (t < 2) ? value : .nan
          }))
    }
    let study = try Study(
      Panel(keyNames: ["court"], entries: entries),
      treatmentStart: ["u2": .year(2004), "u3": .year(2004)])
    var poisson = ExtendedTwoWay()
    poisson.family = .poisson
    let designs: [any DifferenceEstimator] = [
      TwoWayFixedEffects(), EventStudy(), SunAbraham(), ExtendedTwoWay(), Stacked(), poisson,
    ]
    for design in designs {
      let error = #expect(throws: Diagnostic.self) { try design.estimate(study) }
      #expect(error?.message.en.contains("term ") == false)
    }
  }

  @Test("covariates are estimated from rows, gaps in them noted; a design without says so")
  func covariates() throws {
    var study = try Self.sample(noise: 0)
    let series = study.panel.entries.indices.map { i -> TimeSeries in
      var stream = RandomStream(seed: 77).substream(UInt64(i))
      var values = (0..<9).map { _ in stream.normal() }
      if i == 2 { values[3] = .nan }
      return TimeSeries(measure: .ratio, start: .year(2001), values: values)
    }
    study.covariates = [Study.Variable(name: Text("load"), series: series)]
    for design in [SunAbraham(), ExtendedTwoWay()] as [any DifferenceEstimator] {
      let estimate = try design.estimate(study)
      #expect(estimate.diagnostics.contains { $0.code == .rowsLeftOut })
      #expect(estimate.average.value.isClose(to: 4.1, absolute: 1e-6))
    }
    // What is constant in each unit drops out, and is named.
    study.covariates.append(
      Study.Variable(
        name: Text("size"),
        series: study.panel.entries.indices.map {
          TimeSeries(
            measure: .ratio, start: .year(2001),
            values: [Double](repeating: Double($0), count: 9))
        }))
    let answer = try ExtendedTwoWay().estimate(study)
    let dropped = answer.diagnostics.filter { $0.code == .rankDeficient }
    #expect(dropped.count == 1 && dropped[0].message.en.contains("size"))
    let notes = try Stacked().estimate(study).diagnostics
    #expect(notes.contains { $0.message.en.contains("load") })
  }

  @Test(
    "pj_training: the last-treated comparison of 48 starts, as R's staggered",
    .enabled(if: SharedData.isPresent, "needs the shared reference data"))
  func training() throws {
    let oracle: JSON = try SharedData.json("causal/pj_training.oracle.json")
    let expected = oracle["checks"]?["staggered_efficient"]?["sa_simple"]?["estimate"]?.number
    let columns = try SharedData.columns("causal/pj_training.csv")
    let count = columns["uid"]?.count ?? 0
    let months = try (1...72).map { try #require(columns["m\($0)"]) }
    var outcome: [Double] = []
    for i in 0..<count { outcome += months.map { $0[i] } }
    let grid = StudyGrid(
      labels: (0..<count).map(String.init), start: .month(2011, 1), periodCount: 72,
      outcome: outcome, cohort: (columns["first_trained"] ?? []).map { Int($0) - 1 },
      weights: [Double](repeating: 1, count: count), cluster: Array(0..<count))
    let average = try SunAbraham().average(grid)
    #expect(average.value.isClose(to: expected ?? 0, relative: 1e-9))
  }
}
