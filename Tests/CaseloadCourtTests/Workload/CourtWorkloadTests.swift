import CaseloadData
import CaseloadTestSupport
import Testing

@testable import CaseloadCourt

@Suite("Court workload") struct CourtWorkloadTests {
  private func yearly(_ values: [Double], _ measure: Measure = .flow, from year: Int = 2020)
    -> TimeSeries
  {
    TimeSeries(measure: measure, start: .year(year), values: values)
  }

  @Test("stock and flows that agree have no gap and no warning")
  func identity() throws {
    let incoming: [Double] = [100, 120, 90, 130]
    let resolved: [Double] = [95, 110, 100, 125]
    var open = 40.0
    let pending = zip(incoming, resolved).map { filed, closed in
      open += filed - closed
      return open
    }
    let workload = try CourtWorkload(
      key: ["East"],
      CourtWorkload.Series(
        incoming: yearly(incoming), resolved: yearly(resolved), pending: yearly(pending, .stock),
        judges: yearly([2, 2, 3, 3], .stock)))
    #expect(workload.diagnostics.isEmpty)
    #expect(workload.years.map(\.rollForwardGap) == [nil, 0, 0, 0])
    for (i, year) in workload.years.enumerated() {
      #expect(year.period == .year(2020 + i))
      #expect(
        try #require(year.clearanceRate).isClose(
          to: 100 * resolved[i] / incoming[i], relative: 1e-15))
      let days = 365 * pending[i] / resolved[i]
      #expect(try #require(year.dispositionTime).isClose(to: days, relative: 1e-15))
      let judges = [2.0, 2, 3, 3][i]
      #expect(try #require(year.casesPerJudge).isClose(to: resolved[i] / judges, relative: 1e-15))
    }
  }

  @Test("a stock that does not roll forward is warned of, with the year and both numbers")
  func mismatch() throws {
    let workload = try CourtWorkload(
      key: ["East", "civil"],
      CourtWorkload.Series(
        incoming: yearly([100, 120]), resolved: yearly([95, 110]),
        pending: yearly([40, 57], .stock)))
    #expect(workload.years[1].rollForwardGap == -7)
    let warning = try #require(workload.diagnostics.first)
    #expect(workload.diagnostics.count == 1)
    #expect(warning.code == .stockFlowMismatch && warning.severity == .warning)
    #expect(warning.location?.period == "2021")
    #expect(warning.location?.series == "East, civil")
    #expect(warning.message.en == "40 pending + 120 filed − 110 resolved is 50, not 57.")
  }

  @Test("half a case of rounding is no mismatch")
  func rounding() throws {
    let workload = try CourtWorkload(
      key: [],
      CourtWorkload.Series(
        incoming: yearly([100, 120.3]), resolved: yearly([95, 110]),
        pending: yearly([40, 50], .stock)))
    #expect(workload.diagnostics.isEmpty)
  }

  @Test("months become years: flows are summed, the stock is its last, judges are averaged")
  func months() throws {
    func monthly(_ measure: Measure, _ value: (Int) -> Double) -> TimeSeries {
      TimeSeries(measure: measure, start: .month(2020, 1), values: (0..<24).map(value))
    }
    let workload = try CourtWorkload(
      key: [],
      CourtWorkload.Series(
        incoming: monthly(.flow) { _ in 10 }, resolved: monthly(.flow) { $0 < 12 ? 9 : 11 },
        pending: monthly(.stock) { $0 < 12 ? Double(50 + $0 + 1) : Double(62 - ($0 - 11)) },
        judges: monthly(.stock) { $0 % 12 < 6 ? 2 : 4 }))
    #expect(workload.years.map(\.incoming) == [120, 120])
    #expect(workload.years.map(\.resolved) == [108, 132])
    #expect(workload.years.map(\.pending) == [62, 50])
    #expect(workload.years.map(\.judges) == [3, 3])
    #expect(workload.years[1].rollForwardGap == 0)
    #expect(workload.diagnostics.isEmpty)
  }

  @Test("incomplete years are left out, and what is not known is nil")
  func incomplete() throws {
    let incoming = TimeSeries(start: .month(2019, 11), values: [Double](repeating: 10, count: 20))
    let workload = try CourtWorkload(key: [], CourtWorkload.Series(incoming: incoming))
    #expect(workload.years.map(\.period) == [.year(2020)])
    let year = try #require(workload.years.first)
    #expect(year.incoming == 120)
    #expect(year.resolved == nil && year.pending == nil && year.clearanceRate == nil)
    #expect(year.dispositionTime == nil && year.casesPerJudge == nil && year.rollForwardGap == nil)
  }

  @Test("without resolved cases the load is of incoming ones")
  func incomingPerJudge() throws {
    let workload = try CourtWorkload(
      key: [],
      CourtWorkload.Series(incoming: yearly([100, 120]), judges: yearly([4, 5], .stock)))
    #expect(workload.years.map(\.casesPerJudge) == [25, 24])
  }

  @Test("a year with a missing value is left out and breaks the roll-forward")
  func missing() throws {
    let workload = try CourtWorkload(
      key: [],
      CourtWorkload.Series(
        incoming: yearly([100, .nan, 120]), resolved: yearly([95, 90, .nan]),
        pending: yearly([40, .nan, 57], .stock)))
    #expect(workload.years.map(\.period) == [.year(2020), .year(2022)])
    #expect(workload.years.map(\.rollForwardGap) == [nil, nil])
    #expect(workload.years[1].resolved == nil)
  }
}
