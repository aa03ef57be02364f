import CaseloadData
import CaseloadMath
import CaseloadTestSupport
import Testing

@testable import CaseloadForecasting

@Suite("Naive") struct NaiveTests {
  @Test("mean and variance agree with the definition")
  func agreesWithItsDefinition() throws {
    let y = TestSeries.monthly.values
    let fit = try Naive().fitted(to: TestSeries.monthly)
    let squares = zip(y.dropFirst(), y).map { ($0 - $1) * ($0 - $1) }
    let variance = squares.reduce(0, +) / Double(squares.count)
    for (h, marginal) in fit.marginals(24).enumerated() {
      #expect(marginal.mean == y[59])
      let deviation = (Double(h + 1) * variance).squareRoot()
      #expect(marginal.standardDeviation.isClose(to: deviation, relative: 1e-13))
    }
    #expect(fit.residuals[0].isNaN)
    #expect(fit.residuals[1] == y[1] - y[0])
  }

  @Test(
    "R's naive gives the same means and intervals", .enabled(if: SharedData.isPresent),
    arguments: RBaseline.all)
  func oracle(_ baseline: RBaseline) throws {
    guard baseline.series.missingCount == 0 else { return try missing(baseline) }
    #expect(try baseline.distance("naive", Naive()) < 1e-6)  // R forecast 8.20 naive()
  }

  /// R carries the last value across a gap and counts the change after it as one step; only changes
  /// between neighbors count here. The means agree, the widths nearly.
  private func missing(_ baseline: RBaseline) throws {
    let forecast = try Forecast(baseline.series, model: Naive(), horizon: 1)
    #expect(forecast.marginals[0].mean == baseline.numbers("naive", "mean")[0])
    let width = forecast.marginals[0].interval(0.95).upperBound - forecast.marginals[0].mean
    let theirs = baseline.numbers("naive", "upper95")[0] - baseline.numbers("naive", "mean")[0]
    #expect(width.isClose(to: theirs, relative: 0.05))
  }
}
