import CaseloadData
import CaseloadMath
import CaseloadTestSupport
import Testing

@testable import CaseloadForecasting

@Suite("Forecast") struct ForecastTests {
  @Test("a horizon that is not possible is refused", arguments: [0, -3, 10_001])
  func horizon(_ horizon: Int) {
    let error = #expect(throws: Diagnostic.self) {
      try Forecast(TestSeries.monthly, model: Naive(), horizon: horizon)
    }
    #expect(error?.code == .illegalOption)
    let total = #expect(throws: Diagnostic.self) {
      try Forecast.total(
        of: TestSeries.monthly, model: Naive(), horizon: horizon, from: RandomStream(seed: 1))
    }
    #expect(total?.code == .illegalOption)
  }

  @Test("the forecast begins after the last period and says what it used")
  func periods() throws {
    let forecast = try Forecast(TestSeries.monthly, model: Drift(), horizon: 5)
    #expect(forecast.start == .month(2024, 3))
    #expect(forecast.periods == .month(2024, 3)..<(.month(2024, 8)))
    #expect(forecast.model == "drift")
    #expect(forecast.history == TestSeries.monthly)
  }

  @Test("the total of a random walk has the closed-form mean and variance")
  func total() throws {
    let series = TestSeries.monthly
    let walk = Naive()
    let paths = 20_000
    let total = try Forecast.total(
      of: series, model: walk, horizon: 6, paths: paths, from: RandomStream(seed: 12))
    let variance = try walk.fitted(to: series).variance
    // Σₕ (h σ-steps): εᵢ enters 7 − i of six sums, so Var = σ² (6² + … + 1²) = 91 σ².
    let sigma = (91 * variance).squareRoot()
    let last = series.values[59]
    let error = sigma / Double(paths).squareRoot()
    #expect(total.mean.isClose(to: 6 * last, absolute: 4.5 * error))
    #expect(total.standardDeviation.isClose(to: sigma, absolute: 4.5 * error / 2.0.squareRoot()))
    // Marginal intervals do not add: their widths give (1 + √2 + … + √6) σ, which is wider.
    #expect(
      total.standardDeviation < (1...6).reduce(0) { $0 + (Double($1) * variance).squareRoot() })
  }
}
