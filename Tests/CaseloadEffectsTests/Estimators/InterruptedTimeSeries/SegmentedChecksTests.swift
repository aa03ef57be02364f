import CaseloadData
import CaseloadMath
import CaseloadTestSupport
import Testing

@testable import CaseloadEffects

@Suite("Assumptions of an interrupted series") struct SegmentedChecksTests {
  private func verdicts(_ series: TimeSeries, at event: Int, events: [KnownEvent] = []) throws
    -> [AssumptionStatus]
  {
    try InterruptedTimeSeries(season: false).estimate(
      TestStudies.study(series, at: event, events: events), level: 0.95
    ).assumptions
  }

  @Test("four assumptions are judged, each with evidence in both languages")
  func complete() throws {
    let series = TestStudies.series(48, at: 24, sigma: 2, stream: RandomStream(seed: 71))
    let statuses = try verdicts(series, at: 24)
    #expect(statuses.count == 4)
    for status in statuses {
      #expect(!status.assumption.en.isEmpty && !status.assumption.zh.isEmpty)
      #expect(!status.evidence.en.isEmpty && !status.evidence.zh.isEmpty)
    }
  }

  @Test(
    "a start in the pandemic is a violated assumption",
    arguments: [(2020, 3), (2019, 9), (2020, 7)])
  func pandemic(_ year: Int, _ month: Int) throws {
    let start = Period.month(2018, 1)
    let event = start.distance(to: .month(year, month))
    let series = TestStudies.series(48, from: start, at: event, sigma: 2)
    let status = try verdicts(series, at: event)[1]
    #expect(status.verdict == .violated)
    #expect(status.evidence.en.contains("pandemic"))
    #expect(status.evidence.zh.contains("疫情"))
  }

  @Test(
    "a start well away from 2020-02 is untestable, not violated", arguments: [(2019, 7), (2020, 9)])
  func noPandemic(_ year: Int, _ month: Int) throws {
    let start = Period.month(2018, 1)
    let event = start.distance(to: .month(year, month))
    let series = TestStudies.series(48, from: start, at: event, sigma: 2)
    #expect(try verdicts(series, at: event)[1].verdict == .untestable)
  }

  @Test("a known event within half a year violates, one further away does not")
  func knownEvent() throws {
    let series = TestStudies.series(48, at: 24, sigma: 2, stream: RandomStream(seed: 72))
    let near = KnownEvent(
      id: "reform", kind: .level, from: .month(2017, 5), name: Text(en: "fee reform", zh: "收费改革"))
    let far = KnownEvent(
      id: "reform", kind: .level, from: .month(2018, 3), name: Text(en: "fee reform", zh: "收费改革"))
    let status = try verdicts(series, at: 24, events: [near])[1]
    #expect(status.verdict == .violated)
    #expect(status.evidence.en.contains("fee reform") && status.evidence.zh.contains("收费改革"))
    #expect(try verdicts(series, at: 24, events: [far])[1].verdict == .untestable)
  }

  @Test("a step before the start makes the trend doubtful, a straight line supports it")
  func placebo() throws {
    let straight = TestStudies.series(48, at: 30, sigma: 1, stream: RandomStream(seed: 73))
    #expect(try verdicts(straight, at: 30)[0].verdict == .supported)
    let stepped = straight.replacing(
      straight.values.enumerated().map { i, v in i >= 15 && i < 30 ? v + 15 : v })
    let status = try verdicts(stepped, at: 30)[0]
    #expect(status.verdict == .doubtful)
    #expect(status.evidence.en.contains("p = 0.000"))
  }

  @Test("fewer than ten periods before the start allow no placebo break")
  func placeboTooShort() throws {
    let series = TestStudies.series(30, at: 9, sigma: 1, stream: RandomStream(seed: 74))
    let status = try verdicts(series, at: 9)[0]
    #expect(status.verdict == .untestable)
    #expect(status.evidence.en.contains("The 9 periods"))
  }

  @Test("errors that are no AR(1) are doubtful, AR(1) errors are supported")
  func errors() throws {
    let good = TestStudies.series(
      96, at: 48, sigma: 2, rho: 0.5, stream: RandomStream(seed: 75))
    #expect(try verdicts(good, at: 48)[2].verdict == .supported)
    // An alternation of four periods is nothing that one coefficient can carry.
    let bad = good.replacing(
      good.values.enumerated().map { i, v in v + [6, 0, -6, 0][i % 4] })
    #expect(try verdicts(bad, at: 48)[2].verdict == .doubtful)
  }

  @Test("anticipation is never claimed to be tested")
  func anticipation() throws {
    let series = TestStudies.series(48, at: 24, sigma: 2, stream: RandomStream(seed: 76))
    #expect(try verdicts(series, at: 24)[3].verdict == .untestable)
  }
}
