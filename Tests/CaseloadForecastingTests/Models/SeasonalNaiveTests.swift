import CaseloadData
import CaseloadMath
import CaseloadTestSupport
import Testing

@testable import CaseloadForecasting

@Suite("Seasonal naive") struct SeasonalNaiveTests {
  @Test("mean and variance agree with the definition")
  func agreesWithItsDefinition() throws {
    let y = TestSeries.monthly.values
    let m = 12
    let fit = try SeasonalNaive().fitted(to: TestSeries.monthly)
    let squares = (m..<60).map { (y[$0] - y[$0 - m]) * (y[$0] - y[$0 - m]) }
    let variance = squares.reduce(0, +) / Double(squares.count)
    for (i, marginal) in fit.marginals(30).enumerated() {
      let h = i + 1
      let k = (h + m - 1) / m  // ⌈h/m⌉
      #expect(marginal.mean == y[60 + h - m * k - 1])
      let deviation = (Double(k) * variance).squareRoot()
      #expect(marginal.standardDeviation.isClose(to: deviation, relative: 1e-13))
    }
  }

  @Test(
    "R's snaive gives the same means and intervals",
    .enabled(if: SharedData.isPresent),
    arguments: RBaseline.all.filter { $0.series.seasonLength > 1 })
  func oracle(_ baseline: RBaseline) throws {
    #expect(try baseline.distance("snaive", SeasonalNaive()) < 1e-6)  // R forecast 8.20 snaive()
  }

  @Test("a series without a season is refused")
  func noSeason() {
    let series = TimeSeries(start: .year(1990), values: [1, 2, 3, 4, 5])
    let error = #expect(throws: Diagnostic.self) { try SeasonalNaive().fitted(to: series) }
    #expect(error?.code == .modelNotApplicable)
    #expect(error?.hint?.en.contains("naive") == true)
  }

  @Test("a season and a value are needed")
  func tooShort() throws {
    let year = TimeSeries(start: .month(2020, 1), values: [Double](repeating: 3, count: 12))
    let error = #expect(throws: Diagnostic.self) { try SeasonalNaive().fitted(to: year) }
    #expect(error?.code == .seriesTooShort)
    let more = TimeSeries(start: .month(2020, 1), values: [Double](repeating: 3, count: 13))
    #expect(try SeasonalNaive().fitted(to: more).marginals(1)[0].mean == 3)
  }
}
