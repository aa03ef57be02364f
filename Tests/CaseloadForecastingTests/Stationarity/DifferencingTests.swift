import CaseloadData
import CaseloadMath
import CaseloadTestSupport
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

  @Test("a second difference takes the level 0.01, unless R's rule is asked for")
  func caution() throws {
    // Changes whose KPSS statistic lies between the critical values of 0.05 and 0.01.
    var level = 10.0
    var doubtful = 0
    var stream = RandomStream(seed: 3)
    for _ in 0..<200 {
      var values = [level]
      var slope = 0.0
      for _ in 0..<30 {
        slope += 0.25 * stream.normal()
        level += slope + stream.normal()
        values.append(level)
      }
      let changes = zip(values.dropFirst(), values).map { $0 - $1 }
      let kpss = try #require(
        UnitRootTest.kpss(changes, lags: Int(3 * Double(changes.count).squareRoot() / 13)))
      let cautious = Differencing.count(values, caution: .cautious)
      let plain = Differencing.count(values, caution: .rCompatible)
      guard plain >= 1 else { continue }
      if kpss.statistic > 0.463, kpss.statistic < 0.739 {
        #expect(cautious == 1 && plain == 2)
        doubtful += 1
      } else {
        #expect(cautious == plain)
      }
    }
    #expect(doubtful > 5)
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
