import CaseloadData
import CaseloadMath
import CaseloadTestSupport
import Testing

@testable import CaseloadForecasting

@Suite("MSTL") struct MSTLTests {
  @Test(
    "parts are R's mstl", .enabled(if: SharedData.isPresent), arguments: RDecomposition.all)
  func oracle(_ series: RDecomposition) throws {
    let ours = try MSTL(series.values, periods: [series.period])
    let tolerance = 1e-10 * series.size
    #expect(largestDifference(ours.trend, series.numbers("mstl", "trend")) < tolerance)
    #expect(largestDifference(ours.seasonals[0], series.numbers("mstl", "seasonal")) < tolerance)
    #expect(largestDifference(ours.remainder, series.numbers("mstl", "remainder")) < tolerance)
    #expect(ours.diagnostics.isEmpty)
  }

  /// Two seasons, of 6 and of 24 periods, on a line.
  private static func twoSeasons(_ count: Int) -> [Double] {
    var draws = RandomStream(seed: 3)
    return (0..<count).map { t in
      let short = [4.0, -1, 0, 2, -3, -2][t % 6]
      return 50 + 0.1 * Double(t) + short + 6 * sin(2 * .pi * Double(t) / 24) + 0.3 * draws.normal()
    }
  }

  @Test("several seasons are told apart, and the parts add up")
  func seasons() throws {
    let y = Self.twoSeasons(240)
    let ours = try MSTL(y, periods: [24, 6])
    #expect(ours.periods == [6, 24])
    for t in y.indices {
      let sum = ours.trend[t] + ours.seasonals[0][t] + ours.seasonals[1][t] + ours.remainder[t]
      #expect(sum.isClose(to: y[t], relative: 1e-12))
    }
    #expect(ours.seasonalStrengths.allSatisfy { $0 > 0.9 })
    #expect(ours.trendStrength > 0.9)
    let long = (0..<24).map { ours.seasonals[1][100 + $0] }
    for (i, value) in long.enumerated() {
      #expect(value.isClose(to: 6 * sin(2 * .pi * Double(100 + i) / 24), absolute: 1))
    }
  }

  @Test("the passes over two seasons are those of the definition")
  func agreesWithItsDefinition() throws {
    let y = Self.twoSeasons(120)
    var seasons = [[Double]](repeating: [Double](repeating: 0, count: y.count), count: 2)
    var trend: [Double] = []
    for _ in 0..<2 {
      for (i, period) in [6, 24].enumerated() {
        let others = seasons[1 - i]
        let stl = try STL(
          zip(y, others).map { $0 - $1 }, period: period, .init(season: .years(11 + 4 * i)))
        seasons[i] = stl.seasonal
        trend = stl.trend
      }
    }
    let ours = try MSTL(y, periods: [6, 24])
    #expect(ours.trend.isClose(to: trend, absolute: 1e-11))
    for i in 0..<2 { #expect(ours.seasonals[i].isClose(to: seasons[i], absolute: 1e-11)) }
  }

  @Test("missing values are filled in, told, and have no remainder")
  func missing() throws {
    let ours = try MSTL(TestSeries.gappy.values, periods: [12])
    for gap in [4, 17, 18, 19, 33, 58] {
      #expect(ours.remainder[gap].isNaN)
      #expect(abs(ours.complete[gap] - TestSeries.monthly.values[gap]) < 40)
    }
    #expect(ours.remainder.count { $0.isNaN } == 6)
    #expect(ours.diagnostics.map(\.code) == [.missingValues])
    #expect(ours.diagnostics[0].severity == .note)
  }

  @Test("a season that does not fit twice is left out and told")
  func shortSeason() throws {
    let ours = try MSTL(Array(TestSeries.monthly.values.prefix(24)), periods: [12])
    #expect(ours.periods.isEmpty && ours.seasonals.isEmpty)
    #expect(ours.diagnostics.map(\.code) == [.seriesTooShort])
    let error = #expect(throws: Diagnostic.self) { try MSTL([.nan, 3, .nan], periods: [12]) }
    #expect(error?.code == .seriesTooShort)
  }

  @Test("a transformation is applied first")
  func transformed() throws {
    var settings = MSTL.Settings()
    settings.boxCox = BoxCox(lambda: 0)
    let y = TestSeries.monthly.values
    let ours = try MSTL(y, periods: [12], settings)
    let logs = try MSTL(y.map { log($0) }, periods: [12])
    #expect(ours.trend == logs.trend && ours.seasonals == logs.seasonals)
  }
}
