import CaseloadData
import CaseloadTestSupport
import Testing

@testable import CaseloadCourt

@Suite("Court indicators") struct CourtIndicatorsTests {
  @Test("the indicators are their formulas")
  func definitions() throws {
    let rate = try #require(CourtIndicators.clearanceRate(incoming: 200, resolved: 190))
    #expect(rate == 95)
    let days = try #require(CourtIndicators.dispositionTime(resolved: 190, pending: 95))
    #expect(days == 182.5)
    let quarter = try #require(
      CourtIndicators.dispositionTime(resolved: 190, pending: 95, days: 91))
    #expect(quarter == 45.5)
    #expect(CourtIndicators.casesPerJudge(cases: 6834, judges: 34) == 201)
    #expect(CourtIndicators.judgesNeeded(caseload: 6834, casesPerJudge: 201) == 34)
  }

  @Test("an indicator without a denominator does not exist", arguments: [0.0, -1, .nan])
  func noDenominator(_ x: Double) {
    #expect(CourtIndicators.clearanceRate(incoming: x, resolved: 190) == nil)
    #expect(CourtIndicators.dispositionTime(resolved: x, pending: 95) == nil)
    #expect(CourtIndicators.casesPerJudge(cases: 100, judges: x) == nil)
    #expect(CourtIndicators.judgesNeeded(caseload: 100, casesPerJudge: x) == nil)
  }

  @Test(
    "Croatia's 27 published clearance rates and disposition times are reproduced",
    .enabled(if: SharedData.isPresent))
  func croatia() throws {
    let data = try SharedData.columns("court/oracles/croatia_courts_cepej.csv")
    let resolved = data["resolved", default: []]
    var agreeing = (rates: 0, days: 0, received: 0, closed: 0)
    for i in resolved.indices {
      let received = data["received", default: []][i]
      let rate = CourtIndicators.clearanceRate(incoming: received, resolved: resolved[i]) ?? .nan
      let days =
        CourtIndicators.dispositionTime(
          resolved: resolved[i], pending: data["pending_end", default: []][i]) ?? .nan
      let judges = data["judges", default: []][i]
      // Published with two decimals and in whole days.
      if abs(rate - data["cr_pct_published", default: []][i]) <= 0.005 + 1e-9 {
        agreeing.rates += 1
      }
      if abs(days - data["dt_days_published", default: []][i]) <= 0.5 + 1e-9 { agreeing.days += 1 }
      let load = CourtIndicators.casesPerJudge(cases: received, judges: judges) ?? .nan
      let output = CourtIndicators.casesPerJudge(cases: resolved[i], judges: judges) ?? .nan
      if abs(load - data["rec_per_calc", default: []][i]) <= 0.5 + 1e-9 { agreeing.received += 1 }
      if abs(output - data["res_per_calc", default: []][i]) <= 0.5 + 1e-9 { agreeing.closed += 1 }
    }
    #expect(resolved.count == 27)
    #expect(agreeing.rates == 27 && agreeing.days == 27, "\(agreeing)")  // sudovi.hr
  }
}
