import CaseloadCourt
import CaseloadData
import CaseloadTestSupport
import Testing

@testable import CaseloadReport

@Suite("Waterfall chart") struct WaterfallChartTests {
  @Test("each bar begins where the one before ended, from the planned to the actual total")
  func chained() throws {
    let plan = try PendingPath(
      start: .year(2024), rows: [PendingPath.Row(filings: 100, resolved: 110, judges: 2)],
      opening: [40])
    let actual = try PendingPath(
      start: .year(2024),
      rows: [PendingPath.Row(filings: 120, resolved: 90, pending: 76, judges: 1.5)],
      opening: [44])
    let account = try PostMortem(of: [PostMortem.Court(planned: plan, actual: actual)]).total
    let drawn = try #require(Chart.waterfall(account))
    guard case .waterfall(let chart) = drawn else {
      Issue.record("not a waterfall")
      return
    }
    let bars = chart.bars
    #expect(bars.first?.to == 30 && bars.last?.to == 76)
    for (bar, next) in zip(bars, bars.dropFirst()) where !next.isTotal {
      #expect(next.from.isClose(to: bar.to, absolute: 1e-9))
    }
    #expect(bars[bars.count - 2].to.isClose(to: 76, absolute: 1e-9))
    #expect(chart.title.en == "46 more cases pending than planned at the end of 2024")
    #expect(chart.title.zh == "2024年末未结比计划多 46 件")
    #expect(drawn.summary == account.verdict)
    #expect(drawn.vegaLite(.en)["layer"]?.array?.count == 3)
  }
}
