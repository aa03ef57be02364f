import CaseloadData
import CaseloadMath
import CaseloadTestSupport
import Testing

@testable import CaseloadForecasting

@Suite("Tests for changing seasons") struct SeasonalUnitRootTests {
  /// m seasons that stay, or that each walk by themselves.
  private func series(_ m: Int, years: Int, walk: Double, _ stream: inout RandomStream) -> [Double]
  {
    var season = (0..<m).map { _ in 10 * stream.normal() }
    return (0..<years * m).map { t in
      season[t % m] += walk * stream.normal()
      return season[t % m] + (walk > 0 ? 0 : stream.normal())
    }
  }

  @Test(
    "the limit of Canova and Hansen's statistic is as tabulated",
    arguments: [(1, 0.470), (2, 0.749), (3, 1.01), (4, 1.24), (5, 1.47), (6, 1.68), (11, 2.75)])
  func limit(_ count: Int, _ critical: Double) {
    // Canova & Hansen (1995), table 1, at 5 %. It is simulated: for one bridge 0.4614 is exact.
    #expect(BrownianBridges.upperTail(critical, count: count).isClose(to: 0.05, absolute: 3e-3))
  }

  @Test("the limit for one bridge is Cramér and von Mises' distribution")
  func cramerMises() {
    // Anderson & Darling (1952), table 1.
    for (z, p) in [(0.34730, 0.90), (0.46136, 0.95), (0.74346, 0.99), (0.11888, 0.5)] {
      let tail = BrownianBridges.upperTail(z, count: 1)
      #expect(tail.isClose(to: 1 - p, absolute: 2e-5), "\(z)")
    }
    #expect(BrownianBridges.upperTail(0, count: 3) == 1)
    #expect(BrownianBridges.upperTail(60, count: 3) < 1e-9)
  }

  @Test("Canova and Hansen tell seasons that walk from seasons that stay", arguments: [4, 7])
  func stability(_ m: Int) throws {
    var stream = RandomStream(seed: UInt64(m))
    var (staying, walking) = (0, 0)
    for _ in 0..<40 {
      let still = series(m, years: 20, walk: 0, &stream)
      let moving = series(m, years: 20, walk: 1, &stream)
      staying += Differencing.seasonalCount(still, season: m, test: .canovaHansen)
      walking += Differencing.seasonalCount(moving, season: m, test: .canovaHansen)
    }
    #expect(staying <= 6 && walking >= 25)
  }

  @Test("HEGY tells seasons that walk from none", arguments: [4, 7, 12])
  func unitRoots(_ m: Int) throws {
    var stream = RandomStream(seed: UInt64(m))
    var (none, walking) = (0, 0)
    for _ in 0..<40 {
      let noise = (0..<20 * m).map { _ in stream.normal() }
      let moving = series(m, years: 20, walk: 1, &stream)
      none += Differencing.seasonalCount(noise, season: m, test: .hegy)
      walking += Differencing.seasonalCount(moving, season: m, test: .hegy)
    }
    #expect(none <= 2 && walking >= 33)
  }

  @Test("the level of HEGY's test is near 0.05", arguments: [4, 12])
  func level(_ m: Int) throws {
    var stream = RandomStream(seed: 90)
    var rejected = 0
    for _ in 0..<400 {
      let test = try #require(
        HEGY(series(m, years: 15, walk: 1, &stream), season: m, maximumLag: 0))
      if test.statistic > test.critical { rejected += 1 }
    }
    // 20 expected; a binomial standard deviation is 4.4.
    #expect((7...34).contains(rejected))
  }

  @Test("units and level change nothing; too few or equal values are no test")
  func degenerate() throws {
    var stream = RandomStream(seed: 91)
    let x = series(4, years: 15, walk: 1, &stream)
    let moved = x.map { 1e6 + 1e-3 * $0 }
    let (a, b) = (try #require(HEGY(x, season: 4)), try #require(HEGY(moved, season: 4)))
    #expect(a.statistic.isClose(to: b.statistic, relative: 1e-5))
    let c = try #require(CanovaHansen(x, season: 4))
    let d = try #require(CanovaHansen(moved, season: 4))
    #expect(c.statistic.isClose(to: d.statistic, relative: 1e-5))
    #expect(HEGY([1, 2, 3], season: 4) == nil && CanovaHansen([1, 2, 3], season: 4) == nil)
    let flat = [Double](repeating: 5, count: 60)
    #expect(HEGY(flat, season: 4) == nil && CanovaHansen(flat, season: 4) == nil)
    let exact = (0..<60).map { Double($0 % 4) }
    #expect(HEGY(exact, season: 4) == nil && CanovaHansen(exact, season: 4) == nil)
  }

  /// uroot 2.1: `ch.test(type = "trig")`, `hegy.test(deterministic = c(1, 1, 0), maxlag = 3, lag.method = "AIC")`.
  @Test(
    "statistics are uroot's", .enabled(if: SharedData.isPresent, "needs the shared reference data"),
    arguments: [
      ("AirPassengers", 1.36551305022, 13, 2.11516850772, 2),
      ("UKgas", 2.00437546155, 4, 6.70796153975, 1),
      ("nottem", 1.74688557326, 15, 13.8511200276, 3),
      ("JohnsonJohnson", 0.444474424039, 4, 1.4305523293, 3),
      ("ldeaths", 1.58454489961, 11, 4.6069035232, 1),
    ])
  func oracle(_ name: String, _ joint: Double, _ order: Int, _ f: Double, _ lags: Int) throws {
    let series = try #require(RBaseline.all.first { $0.name == name }).series
    let ch = try #require(CanovaHansen(series.values, season: series.seasonLength))
    #expect(ch.statistic.isClose(to: joint, relative: 1e-8))
    #expect(ch.lags == order)
    let hegy = try #require(HEGY(series.values, season: series.seasonLength))
    #expect(hegy.statistic.isClose(to: f, relative: 1e-8))
    #expect(hegy.lags == lags)
  }

  @Test(
    "seasonal differences by Canova and Hansen's test are R's",
    .enabled(if: SharedData.isPresent, "needs the shared reference data"),
    arguments: RBaseline.all)
  func counts(_ entry: RBaseline) throws {
    let json = try #require(try SharedData.json("forecast/oracles/r_tests.json")[entry.name])
    guard let expected = json["nsdiffs_ch"]?.number else { return }
    let count = Differencing.seasonalCount(
      entry.series.values, season: entry.series.seasonLength, test: .canovaHansen)
    #expect(Double(count) == expected)
  }
}
