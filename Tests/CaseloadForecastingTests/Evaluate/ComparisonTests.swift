import CaseloadData
import CaseloadMath
import CaseloadTestSupport
import Testing

@testable import CaseloadForecasting

@Suite("Comparisons of forecasts") struct ComparisonTests {
  @Test("R's dm.test for every horizon, power and alternative")
  func dieboldMariano() throws {
    let (first, second) = (EvaluationOracle.numbers("first"), EvaluationOracle.numbers("second"))
    let cases = try #require(EvaluationOracle.values["dieboldMariano"]?.array)
    #expect(cases.count == 18)
    for entry in cases {
      let test = try DieboldMariano.test(
        first, second, horizon: Int(try #require(entry["horizon"]?.number)),
        power: try #require(entry["power"]?.number),
        alternative: try #require(
          entry["alternative"]?.string.flatMap(Alternative.init(rawValue:))))
      #expect(
        test.statistic.isClose(to: try #require(entry["statistic"]?.number), relative: 1e-11))
      let p = try #require(test.pValue)
      #expect(p.isClose(to: try #require(entry["pValue"]?.number), relative: 1e-11))
    }
  }

  @Test(
    "the shared dm.test is the same",
    .enabled(if: SharedData.isPresent, "needs the shared reference data"))
  func sharedDieboldMariano() throws {
    let entry = try #require(
      SharedData.json("forecast/oracles/r_misc.json", as: JSON.self)["dm_test"])
    func errors(_ name: String) -> [Double] {
      (entry[name]?.array ?? []).map { $0.number ?? .nan }
    }
    let test = try DieboldMariano.test(errors("e1"), errors("e2"))
    #expect(test.statistic.isClose(to: try #require(entry["stat"]?.number), relative: 1e-11))
    #expect(
      try #require(test.pValue).isClose(to: try #require(entry["p"]?.number), relative: 1e-11))
  }

  @Test("the statistic agrees with its definition; missing errors are left out")
  func dieboldMarianoAgreesWithItsDefinition() throws {
    var (a, b) = (EvaluationOracle.numbers("first"), EvaluationOracle.numbers("second"))
    let h = 3
    let d = zip(a, b).map { $0 * $0 - $1 * $1 }
    let n = Double(d.count)
    let mean = d.reduce(0, +) / n
    func gamma(_ k: Int) -> Double {
      (k..<d.count).reduce(0) { $0 + (d[$1] - mean) * (d[$1 - k] - mean) } / n
    }
    let variance = (gamma(0) + 2 * (gamma(1) + gamma(2))) / n
    let steps = Double(h)
    let correction = ((n + 1 - 2 * steps + steps * (steps - 1) / n) / n).squareRoot()
    a += [.nan, 4]
    b += [1, .nan]
    let test = try DieboldMariano.test(a, b, horizon: h)
    #expect(test.statistic.isClose(to: mean / variance.squareRoot() * correction, relative: 1e-12))
    #expect(test.degreesOfFreedom?.numerator == n - 1)
  }

  @Test("what cannot be compared is refused with its code")
  func dieboldMarianoRefusals() {
    func code(_ body: () throws(Diagnostic) -> HypothesisTest) -> DiagnosticCode? {
      do {
        _ = try body()
        return nil
      } catch { return error.code }
    }
    #expect(code { () throws(Diagnostic) in try DieboldMariano.test([1], [2]) } == .seriesTooShort)
    #expect(
      code { () throws(Diagnostic) in try DieboldMariano.test([1, 2, 3], [1, 2, 3]) }
        == .notIdentified)
    #expect(
      code { () throws(Diagnostic) in try DieboldMariano.test([1, 2, 3], [3, 1, 2], horizon: 0) }
        == .illegalOption)
    #expect(
      code { () throws(Diagnostic) in try DieboldMariano.test([1, 2, 3], [3, 1, 2], power: 0) }
        == .illegalOption)
  }

  @Test("a negative variance for h steps gives way to that for one, and says so")
  func negativeVariance() throws {
    let d = (0..<12).map { $0 % 2 == 0 ? 1.0 : -0.8 }
    let test = try DieboldMariano.test(differences: d, horizon: 2)
    #expect(test.detail != nil)
    #expect(try test.statistic == DieboldMariano.test(differences: d, horizon: 1).statistic)
  }

  @Test("the studentized range is R's ptukey; the quantile inverts it")
  func studentizedRange() throws {
    let rows = EvaluationOracle.rows("studentizedRange")
    #expect(rows.count == 25)
    for row in rows {
      let (q, k, p) = (row[0], Int(row[1]), row[2])
      // ptukey's own quadrature is off by up to 8e-7 here; see the next test.
      #expect(StudentizedRange.cumulative(q, groups: k).isClose(to: p, absolute: 1e-6))
      if p > 1e-6, p < 1 - 1e-6 {
        let ours = StudentizedRange.cumulative(q, groups: k)
        #expect(StudentizedRange.quantile(ours, groups: k).isClose(to: q, relative: 1e-7))
      }
    }
    // Two groups: the range is |N(0, 2)|.
    let two = Normal.standard.quantile(0.975) * 2.0.squareRoot()
    #expect(StudentizedRange.quantile(0.95, groups: 2).isClose(to: two, relative: 1e-12))
  }

  @Test("the studentized range agrees with its integral")
  func studentizedRangeAgreesWithItsDefinition() {
    // scipy.integrate.quad 1.17 of the integral, epsrel 1e-13.
    for (q, k, p) in [
      (0.5, 2, 0.27632639016823696), (2, 3, 0.6665006749598501), (1, 5, 0.045045144811355804),
      (3.5, 10, 0.7179835617108639), (2, 40, 1.5791405136663614e-06),
      (5, 40, 0.8465658504334208),
    ] {
      #expect(StudentizedRange.cumulative(q, groups: k).isClose(to: p, relative: 1e-12))
    }
  }

  @Test("Friedman's test is R's, ties included, and the critical distance Nemenyi's")
  func ranks() throws {
    let comparison = try RankComparison(losses: EvaluationOracle.rows("losses"))
    let friedman = EvaluationOracle.numbers("friedman")
    #expect(comparison.friedman.statistic.isClose(to: friedman[0], relative: 1e-12))
    #expect(
      try #require(comparison.friedman.pValue).isClose(to: friedman[1], relative: 1e-10))
    #expect(
      comparison.meanRanks.isClose(to: EvaluationOracle.numbers("meanRanks"), relative: 1e-14))
    // Demšar (2006), table 5: q₀.₀₅ = 2.569 for four methods, CD = q √(k(k+1)/6N).
    #expect(
      comparison.criticalDistance.isClose(
        to: 2.569 * (20.0 / (6 * 15)).squareRoot(), relative: 2e-4))
    #expect(comparison.best.contains { comparison.meanRanks[$0] == comparison.meanRanks.min() })
    for j in comparison.meanRanks.indices {
      let least = try #require(comparison.meanRanks.min())
      let distance = comparison.meanRanks[j] - least
      #expect(comparison.best.contains(j) == (distance < comparison.criticalDistance))
    }
  }

  @Test("ranks that cannot be compared are refused")
  func rankRefusals() {
    #expect(throws: Diagnostic.self) { try RankComparison(losses: [[1, 2]]) }
    #expect(throws: Diagnostic.self) { try RankComparison(losses: [[1, 1], [2, 2]]) }
    #expect(throws: Diagnostic.self) { try RankComparison(losses: [[1, 2], [.nan, 1]]) }
    #expect(throws: Diagnostic.self) {
      try RankComparison(losses: [[1, 2], [2, 1]], significance: 1)
    }
  }

  @Test("the confidence set keeps the best model and drops a clearly worse one")
  func confidenceSet() throws {
    var draws = RandomStream(seed: 12)
    let losses = (0..<80).map { _ in
      [1 + 0.3 * draws.normal(), 1 + 0.3 * draws.normal(), 1.6 + 0.3 * draws.normal()]
    }
    let set = try ModelConfidenceSet(losses: losses, blockLength: 2, from: RandomStream(seed: 1))
    #expect(set.models(significance: 0.05) == [0, 1])
    #expect(set.order.first == 2)
    #expect(set.pValues.max() == 1)
    #expect(
      try set == ModelConfidenceSet(losses: losses, blockLength: 2, from: RandomStream(seed: 1)))
  }

  @Test("the confidence set holds all of equal models about as often as it says")
  func confidenceSetSize() throws {
    var kept = 0
    let replications = 120
    for replication in 0..<replications {
      var draws = RandomStream(seed: 77).substream(UInt64(replication))
      let losses = (0..<40).map { _ in (0..<3).map { _ in draws.normal() } }
      let set = try ModelConfidenceSet(
        losses: losses, replicates: 300, from: RandomStream(seed: 3))
      if set.models(significance: 0.1).count == 3 { kept += 1 }
    }
    // 90 % nominal; 0.78 is 4.4 binomial standard errors below, of which the bootstrap of 40
    // periods takes about one.
    #expect(Double(kept) / Double(replications) > 0.78)
  }

  @Test("equal losses stay, and too few periods are refused")
  func confidenceSetEdges() throws {
    let equal = [[Double]](repeating: [1, 1], count: 5)
    #expect(try ModelConfidenceSet(losses: equal, from: RandomStream(seed: 1)).pValues == [1, 1])
    #expect(throws: Diagnostic.self) {
      try ModelConfidenceSet(losses: [[1, 2]], from: RandomStream(seed: 1))
    }
  }
}
