import CaseloadData
import CaseloadMath
import CaseloadTestSupport
import Testing

@testable import CaseloadForecasting

@Suite("Lagged walk") struct LaggedWalkTests {
  @Test("a value missing at the end starts the walk one step earlier")
  func missingEnd() throws {
    let series = TimeSeries(start: .year(2000), values: [10, 13, 11, 15, .nan, .nan])
    let walk = LaggedWalk(series, form: "walk", lag: 1, hasDrift: false)
    // Changes 3, −2, 4: σ² = 29/3; the first step ahead is the third from the last value.
    #expect(walk.variance.isClose(to: 29 / 3.0, relative: 1e-15))
    for (h, marginal) in walk.marginals(3).enumerated() {
      #expect(marginal.mean == 15)
      let variance = 29 / 3.0 * Double(h + 3)
      #expect(marginal.standardDeviation.isClose(to: variance.squareRoot(), relative: 1e-14))
    }
  }

  @Test("drift carries on across values missing at the end")
  func missingEndWithDrift() throws {
    let series = TimeSeries(start: .year(2000), values: [10, 12, 14, 16, .nan])
    let walk = LaggedWalk(series, form: "walk", lag: 1, hasDrift: true)
    #expect(walk.marginals(2).map(\.mean) == [20, 22])
  }

  @Test("each season walks from its own last value")
  func seasons() {
    let values: [Double] = [10, 20, 30, 40, 12, 21, 33, .nan, 13, .nan, 36, .nan]
    let series = TimeSeries(start: Period(frequency: .quarterly, ordinal: 8000), values: values)
    let walk = LaggedWalk(series, form: "walk", lag: 4, hasDrift: false)
    // Changes on the year: 2, 1, 3, 1, 3.
    #expect(walk.variance.isClose(to: 24 / 5.0, relative: 1e-15))
    let marginals = walk.marginals(5)
    #expect(marginals.map(\.mean) == [13, 21, 36, 40, 13])
    let steps = [1, 2, 1, 3, 2].map(Double.init)
    for (marginal, steps) in zip(marginals, steps) {
      let deviation = (24 / 5.0 * steps).squareRoot()
      #expect(marginal.standardDeviation.isClose(to: deviation, relative: 1e-14))
    }
    #expect(walk.diagnostics.isEmpty)
  }

  @Test("a season without any value is stood in for, with a warning")
  func unseenSeason() {
    let values: [Double] = [10, .nan, 30, 40, 12, .nan, 33, 41]
    let series = TimeSeries(start: Period(frequency: .quarterly, ordinal: 8000), values: values)
    let walk = LaggedWalk(series, form: "walk", lag: 4, hasDrift: false)
    #expect(walk.marginals(4).map(\.mean) == [12, 41, 33, 41])
    #expect(walk.diagnostics.map(\.code) == [.missingValues])
    #expect(walk.diagnostics.map(\.severity) == [.warning])
  }

  @Test("the parameters are the drift and the variance of the changes")
  func parameters() {
    let series = TimeSeries(start: .year(2000), values: [1, 3, 4, 8])
    let walk = LaggedWalk(series, form: "walk", lag: 1, hasDrift: true)
    #expect(walk.parameters.map(\.symbol) == ["b", "σ²"])
    #expect(walk.parameters[0].estimate.isClose(to: 7 / 3.0, relative: 1e-15))
    let plain = LaggedWalk(series, form: "walk", lag: 1, hasDrift: false)
    #expect(plain.parameters.map(\.symbol) == ["σ²"])
    #expect(plain.parameters[0].estimate.isClose(to: 7, relative: 1e-15))  // (4 + 1 + 16)/3
  }
}
