import CaseloadData
import Testing

@testable import CaseloadCourt

@Suite("Court state") struct CourtStateTests {
  private func panel(_ measure: Measure, _ values: [Double], keys: [String] = []) -> Panel {
    Panel(
      keyNames: keys,
      entries: [
        Panel.Entry(
          key: keys.map { _ in "x" },
          series: TimeSeries(measure: measure, start: .month(2024, 1), values: values))
      ])
  }

  @Test("courts and case types come in the order of the data, openings are the last closings")
  func order() throws {
    let state = try ScenarioSamples.state()
    #expect(state.courts == ["east", "west"] && state.caseTypes == ["family", "loans"])
    #expect(state.dockets.map(\.opening) == state.dockets.map { $0.pending.values[71] })
    #expect(state.start == .month(2025, 1) && state.diagnostics.isEmpty)
    #expect(state.judgesInPost(1) == 6)
  }

  @Test("without cases resolved they are what the pending cases imply")
  func implied() throws {
    let state = try CourtState(
      filed: panel(.flow, [10, 12, 11]), resolved: nil, pending: panel(.stock, [30, 33, 29]),
      judges: panel(.stock, [2, 2, 2]))
    #expect(state.dockets[0].resolved.values.dropFirst() == [9, 15])
    #expect(state.dockets[0].resolved.values[0].isNaN)
  }

  @Test("a last period that does not roll forward is a warning")
  func mismatch() throws {
    let state = try CourtState(
      filed: panel(.flow, [10, 12]), resolved: panel(.flow, [9, 9]),
      pending: panel(.stock, [30, 40]), judges: panel(.stock, [2, 2]))
    #expect(state.diagnostics.map(\.code) == [.stockFlowMismatch])
  }

  @Test("no opening, no judges, a negative count: each is said")
  func refused() {
    func code(_ body: () throws -> CourtState) -> DiagnosticCode? {
      do { _ = try body() } catch { return (error as? Diagnostic)?.code }
      return nil
    }
    let (filed, pending) = (panel(.flow, [10, 12]), panel(.stock, [30, 33]))
    let judges = panel(.stock, [2, 2])
    #expect(
      code { try CourtState(filed: filed, resolved: nil, pending: nil, judges: judges) }
        == .notComputable)
    #expect(
      code {
        try CourtState(
          filed: filed, resolved: nil, pending: panel(.stock, [30, .nan]), judges: judges)
      } == .notComputable)
    #expect(
      code {
        try CourtState(
          filed: filed, resolved: nil, pending: pending, judges: panel(.stock, [.nan, .nan]))
      } == .notComputable)
    #expect(
      code {
        try CourtState(
          filed: panel(.flow, [10, -1]), resolved: nil, pending: pending, judges: judges)
      } == .negativeCount)
    #expect(
      code {
        try CourtState(
          filed: Panel(keyNames: [], entries: []), resolved: nil, pending: pending, judges: judges)
      } == .emptyInput)
  }

  @Test("judges repeated for every case type are one count, different ones are added up")
  func repeatedJudges() throws {
    func judges(_ counts: [Double]) -> Panel {
      Panel(
        keyNames: ["court", "caseType"],
        entries: counts.enumerated().map { index, count in
          Panel.Entry(
            key: ["x", "\(index)"],
            series: TimeSeries(measure: .stock, start: .month(2024, 1), values: [count, count]))
        })
    }
    func state(_ counts: [Double]) throws -> CourtState {
      try CourtState(
        filed: panel(.flow, [10, 12], keys: ["court"]), resolved: nil,
        pending: panel(.stock, [30, 33], keys: ["court"]), judges: judges(counts))
    }
    #expect(try state([4, 4]).judgesInPost(0) == 4)
    let summed = try state([4, 3])
    #expect(summed.judgesInPost(0) == 7 && summed.diagnostics.map(\.code) == [.assumption])
  }
}
