import CaseloadData
import CaseloadMath
import CaseloadTestSupport
import Foundation
import Testing

@testable import CaseloadForecasting

@Suite("Differencing") struct DifferencingTests {
  @Test("a straight line and a constant need no test")
  func degenerate() {
    #expect(Differencing.count([Double](repeating: 3, count: 20)) == 0)
    #expect(Differencing.count((0..<20).map { Double($0) }) == 1)
    #expect(Differencing.count([]) == 0)
    #expect(Differencing.seasonalCount([1, 2, 3], season: 12) == 0)
    #expect(Differencing.seasonalCount((0..<40).map { Double($0) }, season: 1) == 0)
  }

  @Test("a walk is differenced once, noise not at all")
  func walk() {
    var draws = RandomStream(seed: 4)
    let noise = (0..<200).map { _ in draws.normal() }
    var level = 0.0
    let walk = noise.map { step -> Double in
      level += step
      return level
    }
    for test in Differencing.Test.allCases {
      #expect(Differencing.count(noise, test: test) == 0)
      #expect(Differencing.count(walk, test: test) == 1)
    }
  }

  /// A random walk whose slope is one, too.
  private func walk(_ count: Int, slope: Double, _ stream: inout RandomStream) -> [Double] {
    var (level, change) = (10.0, 0.0)
    return (0..<count).map { _ in
      change += slope * stream.normal()
      level += change + stream.normal()
      return level
    }
  }

  @Test("a second difference takes proof at the level 0.01, unless R's rule is asked for")
  func second() throws {
    var stream = RandomStream(seed: 3)
    var (doubtful, proven) = (0, 0)
    for _ in 0..<200 {
      let values = walk(31, slope: 0.25, &stream)
      let changes = zip(values.dropFirst(), values).map { $0 - $1 }
      let plain = Differencing.count(values, caution: .rCompatible)
      guard plain == 2 else { continue }
      let cautious = Differencing.count(values, caution: .cautious)
      let lags = UnitRootTest.automaticLags(changes)
      let kpss = try #require(UnitRootTest.kpss(changes, lags: lags))
      #expect(cautious == (kpss.statistic > 0.739 ? 2 : 1))
      doubtful += 2 - cautious
      proven += cautious - 1
    }
    #expect(doubtful > 20)
    // A slope that moves much on a long series is proven.
    for _ in 0..<20 {
      let values = walk(300, slope: 1, &stream)
      if Differencing.count(values, caution: .cautious) == 2 { proven += 1 }
    }
    #expect(proven > 10)
  }

  @Test("no difference takes proof, unless R's rule is asked for")
  func none() throws {
    var stream = RandomStream(seed: 5)
    var agreed = 0
    for _ in 0..<100 {
      // Persistent, and too short to tell.
      var level = 0.0
      let values = (0..<16).map { _ -> Double in
        level = 0.8 * level + stream.normal()
        return level
      }
      let plain = Differencing.count(values, caution: .rCompatible)
      let cautious = Differencing.count(values, caution: .cautious)
      guard plain == 0 else { continue }
      let test = try #require(UnitRootTest.phillipsPerron(values))
      #expect(cautious == (test.statistic < test.criticalValues[0].value ? 0 : 1))
      agreed += 1 - cautious
    }
    #expect(agreed < 10)
    let noise = (0..<60).map { _ in stream.normal() }
    #expect(Differencing.count(noise, caution: .cautious) == 0)
    #expect(Differencing.count([5, 5, 5, 5, 5, 5], caution: .cautious) == 0)
  }

  @Test("after a difference over the season the next one takes proof")
  func afterSeason() {
    var stream = RandomStream(seed: 8)
    var fewer = 0
    for _ in 0..<50 {
      let values = walk(40, slope: 0, &stream)
      let once = Differencing.count(values, caution: .cautious, seasonalDifferences: 1)
      #expect(once <= Differencing.count(values, caution: .rCompatible))
      if once == 0 { fewer += 1 }
    }
    #expect(fewer > 5)
    let long = walk(600, slope: 0, &stream)
    #expect(Differencing.count(long, caution: .cautious, seasonalDifferences: 1) == 1)
  }

  @Test("Andrews' lags: none without autocorrelation, more with more of it, and a limit")
  func lags() {
    var stream = RandomStream(seed: 6)
    let noise = (0..<2000).map { _ in stream.normal() }
    var (mild, strong) = ([0.0], [0.0])
    for e in noise {
      mild.append(0.4 * mild[mild.count - 1] + e)
      strong.append(0.95 * strong[strong.count - 1] + e)
    }
    // 1.1447 (4 ρ² n/(1 − ρ²)²)^⅓ at ρ = 0.4 is 14.
    #expect((11...17).contains(UnitRootTest.automaticLags(mild)))
    #expect(UnitRootTest.automaticLags(noise) < 5)
    #expect(UnitRootTest.automaticLags(strong) == Int(12 * pow(20.01, 0.25)))
    #expect(UnitRootTest.automaticLags([1, 1, 1, 1]) == 0)
    #expect(UnitRootTest.automaticLags([1, 2]) == 0)
  }

  @Test("the p-value lies between the tabulated ones")
  func probability() throws {
    let test = UnitRootTest(
      statistic: 0.4, lags: 1, criticalValues: [(0.05, 0.463), (0.1, 0.347), (0.01, 0.739)])
    #expect(test.pValue.isClose(to: 0.1 - 0.05 * (0.4 - 0.347) / (0.463 - 0.347), relative: 1e-12))
  }
}

/// R's `ndiffs`, `nsdiffs`, `ur.kpss`, `ur.df`, `ur.pp`; `r_tests.json`.
@Suite(
  "Differencing, as R's forecast and urca",
  .enabled(if: SharedData.isPresent, "needs the shared reference data"))
struct DifferencingOracleTests {
  @Test("the number of differences", arguments: RBaseline.all)
  func counts(_ entry: RBaseline) throws {
    let json = try #require(try SharedData.json("forecast/oracles/r_tests.json")[entry.name])
    let values = entry.series.values
    for test in Differencing.Test.allCases {
      let expected = json["ndiffs_\(test.rawValue)"]?.number
      #expect(expected == Double(Differencing.count(values, test: test)), "\(test)")
    }
    let m = entry.series.seasonLength
    if let expected = json["nsdiffs_seas"]?.number {
      #expect(Double(Differencing.seasonalCount(values, season: m)) == expected)
    }
    if let expected = json["nsdiffs_ocsb"]?.number {
      #expect(Double(Differencing.seasonalCount(values, season: m, test: .ocsb)) == expected)
    }
  }

  @Test("the statistics of the tests", arguments: RBaseline.all)
  func statistics(_ entry: RBaseline) throws {
    let json = try #require(try SharedData.json("forecast/oracles/r_tests.json")[entry.name])
    let values = entry.series.values.filter { !$0.isNaN }
    if let expected = json["kpss_mu_short"]?.number {
      let test = try #require(UnitRootTest.kpss(values))
      #expect(test.statistic.isClose(to: expected, relative: 1e-10))
    }
    if let expected = json["adf_tau"]?.array?.first?.number ?? json["adf_tau"]?.number {
      // ⌊(n − 1)^⅓⌋ lags.
      let lags = Int(pow(Double(values.count - 1), 1.0 / 3) + 1e-9)
      let test = try #require(
        UnitRootTest.augmentedDickeyFuller(values, trend: .trend, lags: lags))
      #expect(test.statistic.isClose(to: expected, relative: 1e-8))
    }
    if let expected = json["pp_Ztau"]?.number {
      let test = try #require(UnitRootTest.phillipsPerron(values))
      #expect(test.statistic.isClose(to: expected, relative: 1e-8))
    }
  }
}
