import CaseloadData
import CaseloadMath
import CaseloadTestSupport
import Testing

@testable import CaseloadForecasting

@Suite("Drift") struct DriftTests {
  @Test("mean and variance agree with the definition")
  func agreesWithItsDefinition() throws {
    let y = TestSeries.monthly.values
    let n = 60.0
    let fit = try Drift().fitted(to: TestSeries.monthly)
    let b = (y[59] - y[0]) / (n - 1)
    let residuals = zip(y.dropFirst(), y).map { $0 - $1 - b }
    let squares = residuals.reduce(0) { $0 + $1 * $1 }
    let variance = squares / (n - 2)
    let slopeVariance = variance / (n - 1)
    for (i, marginal) in fit.marginals(24).enumerated() {
      let h = Double(i + 1)
      #expect(marginal.mean.isClose(to: y[59] + h * b, relative: 1e-13))
      let deviation = (h * variance + h * h * slopeVariance).squareRoot()
      #expect(marginal.standardDeviation.isClose(to: deviation, relative: 1e-12))
    }
  }

  @Test("a straight line is carried on without spread")
  func line() throws {
    let series = TimeSeries(start: .year(2000), values: (0..<10).map { 5 + 3 * Double($0) })
    let marginals = try Drift().fitted(to: series).marginals(3)
    #expect(marginals.map(\.mean) == [35, 38, 41])
    #expect(marginals.allSatisfy { $0.standardDeviation == 0 })
  }

  @Test(
    "R's rwf with drift gives the same means and intervals", .enabled(if: SharedData.isPresent),
    arguments: RBaseline.all)
  func oracle(_ baseline: RBaseline) throws {
    // R carries values across gaps; NaiveTests says what differs.
    guard baseline.series.missingCount == 0 else { return try missing(baseline) }
    #expect(try baseline.distance("rwf_drift", Drift()) < 1e-6)  // R forecast 8.20 rwf()
  }

  private func missing(_ baseline: RBaseline) throws {
    let marginal = try Forecast(baseline.series, model: Drift(), horizon: 1).marginals[0]
    let sigma = marginal.standardDeviation
    let theirs = baseline.numbers("rwf_drift", "mean")[0]
    #expect(marginal.mean.isClose(to: theirs, absolute: 0.01 * sigma))
  }

  @Test("two pairs of neighbors are needed")
  func neighbors() {
    let series = TimeSeries(start: .year(2000), values: [1, .nan, 2, .nan, 3, 4])
    let error = #expect(throws: Diagnostic.self) { try Drift().fitted(to: series) }
    #expect(error?.code == .seriesTooShort)
  }
}
