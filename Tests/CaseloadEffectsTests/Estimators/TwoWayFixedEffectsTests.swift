import CaseloadData
import CaseloadMath
import CaseloadRegression
import CaseloadTestSupport
import Testing

@testable import CaseloadEffects

@Suite("Two-way fixed effects") struct TwoWayFixedEffectsTests {
  private func checks(_ name: String) throws -> JSON {
    let oracle: JSON = try SharedData.json("causal/\(name).oracle.json")
    return try #require(oracle["checks"])
  }

  @Test(
    "castle: estimate, clustered error, every comparison of the decomposition",
    .enabled(if: SharedData.isPresent, "needs the shared reference data"))
  func castle() throws {
    let bacon = try #require(checks("castle")["bacon"])
    let estimate = try TwoWayFixedEffects().estimate(TestPanels.castle())
    let twfe = try #require(bacon["twfe"]?.number)
    #expect(estimate.average.value.isClose(to: twfe, relative: 1e-10))
    let average = try TwoWayFixedEffects().average(
      PreparedStudy(TestPanels.castle(), scale: .level).grid)
    let error = try #require(bacon["twfe_se_cluster_state"]?.number)
    #expect((average.standardError ?? 0).isClose(to: error, relative: 1e-6))
    let pairs = try #require(bacon["pairs"]?.array)
    #expect(estimate.comparisons.count == pairs.count)
    for pair in pairs {
      let treated = Period.year(Int(pair["treated"]?.number ?? 0))
      let other = pair["untreated"]?.number.map { Period.year(Int($0)) }
      let own = try #require(
        estimate.comparisons.first { $0.treated == treated && $0.comparison == other })
      #expect(own.value.isClose(to: pair["estimate"]?.number ?? 0, relative: 1e-9))
      #expect(own.weight.isClose(to: pair["weight"]?.number ?? 0, relative: 1e-9))
    }
    try expectTypes(bacon, PreparedStudy(TestPanels.castle(), scale: .level).grid, twfe)
  }

  @Test(
    "math_reform: estimate and sums by kind",
    .enabled(if: SharedData.isPresent, "needs the shared reference data"))
  func mathReform() throws {
    let bacon = try #require(checks("math_reform")["bacon"])
    let grid = try PreparedStudy(
      TestPanels.mathReform(), scale: .level, keepsAlwaysTreated: true
    ).grid
    let average = try TwoWayFixedEffects().average(grid)
    #expect(average.value.isClose(to: bacon["twfe"]?.number ?? 0, relative: 1e-8))
    #expect((average.standardError ?? 0).isClose(to: bacon["se"]?.number ?? 0, relative: 1e-6))
    try expectTypes(bacon, grid, average.value)
  }

  private func expectTypes(_ bacon: JSON, _ grid: StudyGrid, _ estimate: Double) throws {
    let own = try #require(BaconDecomposition(grid))
    let names: [String: EffectEstimate.Comparison.Kind] = [
      "Earlier vs Later Treated": .earlierAgainstLater,
      "Later vs Earlier Treated": .laterAgainstEarlier,
      "Treated vs Untreated": .treatedAgainstNever,
    ]
    for type in bacon["by_type"]?.array ?? [] {
      let kind = try #require(names[type["type"]?.string ?? ""])
      #expect(own.weight(kind).isClose(to: type["w"]?.number ?? 0, relative: 1e-9))
      #expect((own.average(kind) ?? 0).isClose(to: type["est"]?.number ?? 0, relative: 1e-8))
    }
    #expect(own.comparisons.reduce(0) { $0 + $1.weight }.isClose(to: 1, absolute: 1e-12))
    #expect(own.estimate.isClose(to: estimate, absolute: 1e-10))
  }

  @Test(
    "castle: CR0 to CR3 with Satterthwaite's degrees of freedom, through the regression hook",
    .enabled(if: SharedData.isPresent, "needs the shared reference data"))
  func covariances() throws {
    let expected = try #require(checks("castle")["cluster_CR"])
    let grid = try PreparedStudy(TestPanels.castle(), scale: .level).grid
    let hook = try #require(try TwoWayFixedEffects().regression(grid))
    for row in expected["within"]?.array ?? [] {
      let kind: CovarianceKind.CR
      switch row["type"]?.string {
      case "CR0": kind = .cr0
      case "CR2": kind = .cr2
      case "CR3": kind = .cr3
      default: continue
      }
      let covariance = CovarianceKind.clustered(by: [hook.clusters], kind)
      let v = try hook.fit.covariance(covariance)
      let error = zip(hook.contrast, v * hook.contrast).reduce(0) { $0 + $1.0 * $1.1 }
      #expect(error.squareRoot().isClose(to: row["se"]?.number ?? 0, relative: 1e-8))
      if kind != .cr0 {
        #expect(
          try hook.fit.degreesOfFreedom(covariance, of: hook.contrast)
            .isClose(to: row["df_satt"]?.number ?? 0, relative: 1e-6))
      }
    }
  }

  @Test(
    "castle: the wild bootstrap of few clusters, enumerated",
    .enabled(if: SharedData.isPresent, "needs the shared reference data"))
  func wildBootstrap() throws {
    let results = try #require(
      checks("castle")["wild_cluster_few_clusters_bruteforce"]?["results"])
    let whole = try PreparedStudy(TestPanels.castle(), scale: .level).grid
    for name in ["5treated_7control", "2treated_10control", "1treated_11control"] {
      let expected = try #require(results[name])
      let states = (expected["states"]?.array ?? []).compactMap(\.string)
      let grid = whole.selecting(states.compactMap { whole.labels.firstIndex(of: $0) })
      let hook = try #require(try TwoWayFixedEffects().regression(grid))
      let result = try WildClusterBootstrap().test(
        hook.contrast, in: AnyFit(hook.fit), clusters: hook.clusters,
        from: RandomStream(seed: 1))
      #expect(result.isEnumerated)
      #expect(result.estimate.isClose(to: expected["coef"]?.number ?? 0, relative: 1e-9))
      #expect(result.pValue == expected["p_gt"]?.number)
    }
  }

  @Test(
    "mpdta: clustered, classical and heteroskedastic errors",
    .enabled(if: SharedData.isPresent, "needs the shared reference data"))
  func mpdta() throws {
    let mpdta: JSON = try SharedData.json("causal/mpdta.oracle.json")
    let expected = mpdta["checks"]?["twfe"]
    let grid = try PreparedStudy(TestPanels.mpdta(), scale: .level).grid
    let average = try TwoWayFixedEffects().average(grid)
    #expect(average.value.isClose(to: expected?["coef"]?.number ?? 0, relative: 1e-9))
    #expect(
      (average.standardError ?? 0).isClose(
        to: expected?["se_cluster"]?.number ?? 0, relative: 1e-8))
    // 500 counties need no correction for their number, so that only asking makes the regression.
    #expect(try TwoWayFixedEffects().regression(grid) == nil)
    var asked = TwoWayFixedEffects()
    asked.inference = .cr1
    let hook = try #require(try asked.regression(grid))
    for (kind, key) in [
      (CovarianceKind.classical, "se_iid"), (.heteroskedastic(.hc1), "se_hetero"),
    ] {
      let v = try hook.fit.covariance(kind)
      let variance = zip(hook.contrast, v * hook.contrast).reduce(0) { $0 + $1.0 * $1.1 }
      #expect(variance.squareRoot().isClose(to: expected?[key]?.number ?? 0, relative: 1e-8))
    }
  }

  @Test(
    "castle by population weights",
    .enabled(if: SharedData.isPresent, "needs the shared reference data"))
  func population() throws {
    let expected = try checks("castle")["twfe_popwt"]
    let grid = try PreparedStudy(TestPanels.castle(weights: "popwt"), scale: .level).grid
    let average = try TwoWayFixedEffects().average(grid)
    #expect(average.value.isClose(to: expected?["coef"]?.number ?? 0, relative: 1e-9))
    #expect(
      (average.standardError ?? 0).isClose(to: expected?["se"]?.number ?? 0, relative: 1e-8))
  }

  @Test("with weights the cells and the rows agree, and so do the weights of the decomposition")
  func cellsAgreeWithRows() throws {
    var study = try TestPanels.simulated(
      starts: [nil, nil, 3, 3, 5, 5, 7, nil, 0], periods: 9
    ) { start, t in 1 + 0.2 * Double(t - start) }
    study.unitWeights = [1, 2, 1.5, 0.5, 1, 3, 2, 1, 1]
    let grid = try PreparedStudy(study, scale: .level, keepsAlwaysTreated: true).grid
    let design = TwoWayFixedEffects()
    let terms = design.terms(grid)
    let cells = try TwoWayFit(grid, terms)
    let rows = try PanelRows(grid, terms)
    let other = TwoWayFit(grid, terms, rows, try FixedEffectsModel().fitted(rows.absorbing))
    #expect(cells.coefficients[0].isClose(to: other.coefficients[0], relative: 1e-10))
    let (a, b) = (
      cells.influence([1], gridClusters: 9), other.influence([1], gridClusters: 9)
    )
    #expect(a.isClose(to: b, relative: 1e-8, absolute: 1e-10))
    let bacon = try #require(BaconDecomposition(grid))
    #expect(bacon.estimate.isClose(to: cells.coefficients[0], absolute: 1e-10))
    #expect(bacon.comparisons.reduce(0) { $0 + $1.weight }.isClose(to: 1, absolute: 1e-12))
    #expect(bacon.weight(.treatedAgainstAlways) > 0)
  }

  @Test("regression weights agree with their definition, and the estimate is their average")
  func weightsAgreeWithTheirDefinition() throws {
    // Without noise the estimate is exactly the weighted average of the effects.
    let effect = { (start: Int, t: Int) in 1 + 0.5 * Double(t - start) + 0.2 * Double(start) }
    let starts: [Int?] = [1, 1, 2, 2, 4, 6]
    let study = try TestPanels.simulated(
      starts: starts, periods: 8, noise: 0, effect: effect)
    let grid = try PreparedStudy(study, scale: .level, keepsAlwaysTreated: true).grid
    let design = TwoWayFixedEffects()
    let average = try design.average(grid).value
    let (residuals, weights) = try TwoWayFixedEffects.treatmentResiduals(
      grid, design.terms(grid))
    var sum = 0.0
    var position = 0
    for start in starts.compactMap({ $0 }) {
      for t in start..<8 {
        sum += residuals[position] * effect(start, t)
        position += 1
      }
    }
    #expect((sum / residuals.reduce(0, +)).isClose(to: average, relative: 1e-10))
    let own = try #require(
      RegressionWeights(residuals: residuals, weights: weights, estimate: average))
    let normalized = residuals.map { $0 / (residuals.reduce(0, +) / Double(residuals.count)) }
    #expect(own.negativeCount == normalized.count { $0 < -1e-10 })
    #expect(own.negativeCount > 0)
    let negative = normalized.filter { $0 < 0 }.reduce(0, +) / Double(normalized.count)
    #expect(own.negativeSum.isClose(to: negative, relative: 1e-10))
    let spread = normalized.reduce(0) { $0 + ($1 - 1) * ($1 - 1) } / Double(normalized.count)
    #expect(
      (own.spreadForZero ?? 0).isClose(to: abs(average) / spread.squareRoot(), relative: 1e-10))
    // Corollary 1, part 2, literally.
    let w = normalized.sorted(by: >)
    let n = Double(w.count)
    func tail(_ i: Int, _ power: Double) -> Double {
      w[i...].reduce(0) { $0 + (power == 2 ? $1 * $1 : power == 1 ? $1 : 1) } / n
    }
    let s = try #require(
      w.indices.dropFirst().first { w[$0] < -tail($0, 1) / (1 - tail($0, 0)) })
    let root = (tail(s, 2) + tail(s, 1) * tail(s, 1) / (1 - tail(s, 0))).squareRoot()
    #expect((own.spreadForOtherSign ?? 0).isClose(to: abs(average) / root, relative: 1e-10))
  }

  @Test(
    "kielmc: repeated cross-sections, with and without covariates",
    .enabled(if: SharedData.isPresent, "needs the shared reference data"))
  func kielmc() throws {
    let expected = try checks("kielmc")["did"]
    let columns = try SharedData.columns("causal/kielmc.csv")
    let count = columns["year"]?.count ?? 0
    func study(_ outcome: String, _ covariates: [String]) throws -> Study {
      func series(_ name: String, _ i: Int) -> TimeSeries {
        let late = columns["y81"]?[i] == 1
        let value = columns[name]?[i] ?? .nan
        return TimeSeries(
          measure: .ratio, start: .year(late ? 1981 : 1980), values: [value])
      }
      var starts: [String: Period] = [:]
      for i in 0..<count where columns["nearinc"]?[i] == 1 { starts["\(i)"] = .year(1981) }
      var study = try Study(
        Panel(
          keyNames: ["house"],
          entries: (0..<count).map { Panel.Entry(key: ["\($0)"], series: series(outcome, $0)) }),
        treatmentStart: starts)
      study.isRepeatedCrossSection = true
      study.covariates = covariates.map { name in
        Study.Variable(name: Text(name), series: (0..<count).map { series(name, $0) })
      }
      return study
    }
    for (outcome, covariates, part) in [
      ("rprice", [String](), expected),
      ("rprice", ["age", "agesq"], expected?["with_age"]), ("lprice", [], expected?["log"]),
    ] {
      let grid = try PreparedStudy(
        study(outcome, covariates), scale: .level, keepsAlwaysTreated: true
      ).grid
      let value = try #require(part?["coef"]?["y81:nearinc"]?.number)
      let error = try #require(part?["se"]?["y81:nearinc"]?.number)
      #expect(try TwoWayFixedEffects().average(grid).value.isClose(to: value, relative: 1e-8))
      var asked = TwoWayFixedEffects()
      asked.inference = .cr1
      let hook = try #require(try asked.regression(grid))
      let v = try hook.fit.covariance(.classical)
      let variance = zip(hook.contrast, v * hook.contrast).reduce(0) { $0 + $1.0 * $1.1 }
      #expect(variance.squareRoot().isClose(to: error, relative: 1e-8))
    }
  }
}

/// A fit of any type as one type.
struct AnyFit: RegressionFit {
  let base: any RegressionFit

  init(_ base: any RegressionFit) { self.base = base }

  var coefficientNames: [String] { base.coefficientNames }
  var coefficients: [Double] { base.coefficients }
  var observationCount: Int { base.observationCount }
  var residuals: [Double] { base.residuals }
  var residualDegreesOfFreedom: Double { base.residualDegreesOfFreedom }
  var logLikelihood: Double? { base.logLikelihood }
  var diagnostics: [Diagnostic] { base.diagnostics }
  var equations: EstimatingEquations? { base.equations }
}
