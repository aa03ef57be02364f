import CaseloadData
import CaseloadMath
import CaseloadTestSupport
import Testing

@testable import CaseloadEffects

@Suite("Sun–Abraham") struct SunAbrahamTests {
  @Test(
    "mpdta as R's sunab: event path, average, cohorts, clustered errors",
    .enabled(if: SharedData.isPresent, "needs the shared reference data"))
  func mpdta() throws {
    let oracle: JSON = try SharedData.json("causal/mpdta.oracle.json")
    let expected = oracle["checks"]?["sunab"]
    let estimate = try SunAbraham().estimate(TestPanels.mpdta())
    let average = try SunAbraham().average(PreparedStudy(TestPanels.mpdta(), scale: .level).grid)
    let att = try #require(expected?["att"]?["Estimate"]?.number)
    let error = try #require(expected?["att"]?["Std. Error"]?.number)
    #expect(average.value.isClose(to: att, relative: 1e-9))
    #expect((average.standardError ?? 0).isClose(to: error, relative: 1e-9))
    #expect(estimate.average.value.isClose(to: att, relative: 1e-9))
    for point in estimate.path where point.eventTime != -1 {
      let key = "year::\(point.eventTime)"
      let value = try #require(expected?["event"]?[key]?.number)
      let spread = try #require(expected?["event_se"]?[key]?.number)
      #expect((point.effect ?? 0).isClose(to: value, relative: 1e-9))
      #expect((point.standardError ?? 0).isClose(to: spread, relative: 1e-9))
    }
    for year in [2004, 2006, 2007] {
      let value = try #require(expected?["cohort"]?["cohort::\(year)"]?.number)
      let own = estimate.quantities.first { $0.id == "cohort-\(year)" }?.estimate.value
      #expect((own ?? 0).isClose(to: value, relative: 1e-9))
    }
  }

  @Test(
    "castle as R's sunab",
    .enabled(if: SharedData.isPresent, "needs the shared reference data"))
  func castle() throws {
    let oracle: JSON = try SharedData.json("causal/castle.oracle.json")
    let expected = oracle["checks"]?["sunab"]
    let grid = try PreparedStudy(TestPanels.castle(), scale: .level).grid
    let average = try SunAbraham().average(grid)
    let att = try #require(expected?["att"]?["Estimate"]?.number)
    let error = try #require(expected?["att"]?["Std. Error"]?.number)
    #expect(average.value.isClose(to: att, relative: 1e-9))
    #expect((average.standardError ?? 0).isClose(to: error, relative: 1e-9))
    // Event times that rest on one state have a number in R and none here: from the fit itself.
    let setup = try SunAbraham().setup(grid)
    let fit = try TwoWayFit(setup.grid, setup.terms)
    for r in -9...5 where r != -1 {
      let contrast = try #require(
        setup.terms.average { setup.terms.keys[$0].time - setup.terms.keys[$0].cohort == r })
      let value = try #require(expected?["event"]?["year::\(r)"]?.number)
      let spread = try #require(expected?["se"]?["year::\(r)"]?.number)
      #expect(fit.value(contrast).isClose(to: value, relative: 1e-8))
      let variance = try #require(fit.covariance([contrast])?[0, 0])
      #expect(variance.squareRoot().isClose(to: spread, relative: 1e-8))
    }
    let estimate = try SunAbraham().estimate(TestPanels.castle())
    #expect(estimate.path.first { $0.eventTime == 5 }?.standardError == nil)
    #expect(estimate.diagnostics.contains { $0.message.en.contains("2005") })
  }
}
