import CaseloadCourt
import CaseloadData
import CaseloadMath
import CaseloadTestSupport
import Testing

@Suite("Kaplan–Meier") struct KaplanMeierTests {
  @Test("the curve of ten cases, with Greenwood's standard errors")
  func tenCases() throws {
    let curve = try KaplanMeier(
      SurvivalSample(times: CaseAgeOracle.smallTimes, causes: CaseAgeOracle.smallEvents))
    let steps = curve.rows.filter { $0.events > 0 }
    #expect(steps.map(\.time) == [30, 45, 90, 120, 180])
    #expect(steps.map(\.atRisk) == [10, 9, 6, 5, 3] && steps.map(\.events) == [1, 2, 1, 1, 1])
    // Computed with 30 digits.
    let survival = [
      0.9, 0.7000000000000001, 0.5833333333333334, 0.46666666666666673, 0.31111111111111117,
    ]
    let errors = [
      0.09486832980505137, 0.14491376746189438, 0.16101529717988267, 0.16577539468051794,
      0.16836175044334056,
    ]
    #expect(steps.map(\.survival).isClose(to: survival, relative: 1e-14))
    #expect(steps.compactMap(\.standardError).isClose(to: errors, relative: 1e-14))
    #expect(curve.median.value == 120)
    #expect(curve.cases == 10 && curve.events == 6 && curve.diagnostics.isEmpty)
  }

  @Test(
    "curves, intervals and quantiles as R's survfit has them, with ties and late entries",
    arguments: [("small", "plain"), ("small", "log"), ("small", "log-log")]
      + [("truncated", "plain"), ("truncated", "log"), ("truncated", "log-log")])
  func survfit(data: String, kind: String) throws {
    let values = try CaseAgeOracle.values()
    let sample =
      data == "small"
      ? try SurvivalSample(times: CaseAgeOracle.smallTimes, causes: CaseAgeOracle.smallEvents)
      : try CaseAgeOracle.sample(values, isTruncated: true)
    let interval = try #require(KaplanMeier.IntervalKind(rawValue: kind))
    let curve = try KaplanMeier(sample, interval: interval)
    let fit = values[data]?["fits"]?[kind]
    func column(_ name: String) -> [Double?] { CaseAgeOracle.numbers(fit?["curve"]?[name]) }
    #expect(curve.rows.map(\.time) == column("time").compactMap { $0 })
    #expect(curve.rows.map { Double($0.atRisk) } == column("atRisk").compactMap { $0 })
    #expect(curve.rows.map { Double($0.events) } == column("events").compactMap { $0 })
    let pairs: [(String, (KaplanMeier.Row) -> Double?)] = [
      ("survival", { $0.survival }), ("standardError", { $0.standardError }),
      ("lower", { $0.lower }), ("upper", { $0.upper }),
      ("cumulativeHazard", { $0.cumulativeHazard }),
      ("cumulativeHazardStandardError", { $0.cumulativeHazardStandardError }),
    ]
    for (name, value) in pairs {
      let expected = column(name)
      #expect(expected.count == curve.rows.count)
      for (row, reference) in zip(curve.rows, expected) where row.survival > 0 {
        #expect(value(row).agrees(reference), "\(name) at \(row.time)")
      }
    }
    let quantiles = [0.25, 0.5, 0.75].map { curve.quantile($0) }
    for (name, value) in [
      ("quantile", quantiles.map(\.value)), ("lower", quantiles.map(\.lower)),
      ("upper", quantiles.map(\.upper)),
    ] {
      for (own, reference) in zip(value, CaseAgeOracle.numbers(fit?["quantiles"]?[name])) {
        #expect(own.agrees(reference), "quantile \(name)")
      }
    }
  }

  @Test("restricted means and their standard errors as R's survfit has them")
  func restrictedMeans() throws {
    let values = try CaseAgeOracle.values()
    let small = try KaplanMeier(
      SurvivalSample(times: CaseAgeOracle.smallTimes, causes: CaseAgeOracle.smallEvents))
    let late = try KaplanMeier(CaseAgeOracle.sample(values, isTruncated: true))
    for (curve, limit, reference) in [
      (small, 365.0, values["small"]?["mean365"]), (small, 180, values["small"]?["mean180"]),
      (late, 300, values["truncated"]?["mean300"]),
    ] {
      let mean = try #require(curve.restrictedMean(to: limit))
      let expected = CaseAgeOracle.numbers(reference).compactMap { $0 }
      #expect([mean.value, mean.standardError].isClose(to: expected, relative: 1e-12))
    }
    #expect(small.restrictedMean(to: 400) == nil)
    #expect(small.restrictedMean(to: 10)?.value == 10)
  }

  @Test("without censoring the curve is the empirical one, and its area the mean")
  func complete() throws {
    let times = [3.0, 1, 4, 1, 5, 9, 2, 6]
    let curve = try KaplanMeier(
      SurvivalSample(times: times, causes: [Int](repeating: 1, count: 8)))
    for row in curve.rows {
      let open = Double(times.count { $0 > row.time }) / 8
      #expect(row.survival.isClose(to: open, absolute: 1e-15))
      let variance = open * (1 - open) / 8
      if open > 0 {
        #expect(row.standardError.agrees(variance.squareRoot()))
      } else {
        #expect(row.standardError == nil && row.lower == nil)
      }
    }
    #expect(curve.restrictedMean()?.value.isClose(to: 31.0 / 8, relative: 1e-14) == true)
  }

  @Test("a risk set of late entrants that closes in full is warned of")
  func emptied() throws {
    let sample = try SurvivalSample(times: [5, 30, 40], causes: [1, 1, 0], entries: [-1, 10, 10])
    let curve = try KaplanMeier(sample)
    #expect(curve.rows.map(\.survival) == [0, 0, 0])
    #expect(curve.diagnostics.map(\.code) == [.notIdentified])
  }

  @Test("refused: times before entries, no cases, coverages that are none")
  func refusals() throws {
    #expect(throws: Diagnostic.self) { try SurvivalSample(times: [], causes: []) }
    #expect(throws: Diagnostic.self) { try SurvivalSample(times: [-1], causes: [1]) }
    #expect(throws: Diagnostic.self) { try SurvivalSample(times: [.nan], causes: [1]) }
    #expect(throws: Diagnostic.self) { try SurvivalSample(times: [3], causes: [2]) }
    #expect(throws: Diagnostic.self) { try SurvivalSample(times: [3], causes: [1], entries: [3]) }
    let one = try SurvivalSample(times: [0], causes: [0])
    #expect(throws: Diagnostic.self) { try KaplanMeier(one, level: 1) }
    #expect(try KaplanMeier(one).median.value == nil)
  }
}
