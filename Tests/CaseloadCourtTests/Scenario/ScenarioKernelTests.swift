import CaseloadData
import CaseloadMath
import CaseloadTestSupport
import Testing

@testable import CaseloadCourt

@Suite("Scenario kernel") struct ScenarioKernelTests {
  /// Everything at once, so that no rule is left out.
  private static let mixed = ScenarioSamples.scenario("mixed") { scenario in
    scenario.filings = [
      Scenario.FilingsChange(caseType: "loans", from: .month(2025, 3), percent: 20, ramp: 2),
      Scenario.FilingsChange(
        court: "west", from: .month(2025, 6), percent: -5, standardError: 2),
    ]
    scenario.diversion = [
      Scenario.Diversion(
        caseType: "family", from: .month(2025, 4), share: 0.2, standardError: 0.04, ramp: 3,
        returns: 0.25, lag: 2, minutes: 60)
    ]
    scenario.judges = [
      Scenario.JudgesChange(court: "east", from: .month(2025, 5), change: 2, training: 5),
      Scenario.JudgesChange(court: "west", from: .month(2026, 1), change: -1),
    ]
    scenario.productivity = [
      Scenario.ProductivityChange(
        court: "east", from: .month(2025, 7), percent: 4, standardError: 1)
    ]
    scenario.routing = [
      Scenario.Routing(
        caseType: "loans", court: "east", to: "west", from: .month(2025, 8), share: 0.3)
    ]
  }

  @Test("opening + filed − resolved = pending, in every docket, period and draw")
  func rollsForward() async throws {
    let (basis, effects, inputs) = try await ScenarioSamples.basis(
      ScenarioSamples.plan([Self.mixed]))
    for effect in effects {
      let out = ScenarioKernel(basis: basis, effects: effect).outputs(inputs)
      var worst = 0.0
      for (s, docket) in basis.state.dockets.enumerated() {
        for d in 0..<out.count {
          var open = docket.opening
          for t in 0..<basis.horizon {
            let cell = (s * basis.horizon + t) * out.count + d
            open += out.filed[cell] - out.resolved[cell]
            worst = max(worst, abs(open - out.pending[cell]))
            #expect(out.resolved[cell] >= 0 && out.pending[cell] >= 0 && out.filed[cell] >= 0)
          }
        }
      }
      #expect(worst < 1e-9)  // rounding of 24 additions of some hundreds
    }
  }

  @Test("the kernel agrees with its definition, written out for single draws")
  func agreesWithItsDefinition() async throws {
    let plan = ScenarioSamples.plan([Self.mixed])
    let (basis, effects, inputs) = try await ScenarioSamples.basis(plan)
    let out = ScenarioKernel(basis: basis, effects: effects[1]).outputs(inputs)
    let (n, horizon) = (inputs.count, basis.horizon)
    let months = basis.periods
    func ramp(_ t: Int, _ from: Period, _ length: Int) -> Double {
      let elapsed = from.distance(to: months[t])
      return elapsed < 0 ? 0 : min(1, Double(elapsed + 1) / Double(length + 1))
    }
    // Dockets: east family, east loans, west family, west loans.
    for d in [0, 17, 99] {
      var open = basis.state.dockets.map(\.opening)
      var returned = [[Double]](repeating: [Double](repeating: 0, count: horizon + 9), count: 4)
      for t in 0..<horizon {
        var filed = (0..<4).map { inputs.filings[($0 * horizon + t) * n + d] }
        for s in [1, 3] { filed[s] *= 1 + 0.2 * ramp(t, .month(2025, 3), 2) }
        for s in [2, 3] where months[t] >= .month(2025, 6) {
          filed[s] *= 1 + (-5 + 2 * inputs.changes[d]) / 100
        }
        for s in [0, 2] {
          let gone = filed[s] * inputs.shares[d] * ramp(t, .month(2025, 4), 3)
          filed[s] -= gone
          returned[s][t + 2] += 0.25 * gone
        }
        for s in 0..<4 { filed[s] += returned[s][t] }
        if months[t] >= .month(2025, 8) {
          filed[3] += 0.3 * filed[1]
          filed[1] *= 0.7
        }
        for court in 0..<2 {
          var judges = court == 0 ? 10.0 : 6
          if court == 0 { judges += 2 * ramp(t, .month(2025, 5), 5) }
          if court == 1, months[t] >= .month(2026, 1) { judges -= 1 }
          var pace = inputs.pace[(court * horizon + t) * n + d]
          if court == 0, months[t] >= .month(2025, 7) {
            pace *= 1 + (4 + inputs.changes[n + d]) / 100
          }
          let own = [2 * court, 2 * court + 1]
          let available = own.map { open[$0] + filed[$0] }
          let weighted = zip(own, available).map { basis.speed[$0] * $1 }
          let scale = judges * pace / weighted.reduce(0, +)
          let parts = zip(available, weighted).map { min($0, scale * $1) }
          // What an emptied docket leaves goes to the other.
          let left = max(0, judges * pace - parts.reduce(0, +))
          for (k, s) in own.enumerated() {
            let closed = min(available[k], parts[k] + left)
            let cell = (s * horizon + t) * n + d
            #expect(out.filed[cell].isClose(to: filed[s], relative: 1e-12))
            #expect(out.resolved[cell].isClose(to: closed, relative: 1e-11))
            open[s] = available[k] - closed
          }
        }
      }
    }
  }

  @Test("what an emptied docket leaves goes to the others, and no more is resolved than there is")
  func redistributes() async throws {
    var plan = ScenarioSamples.plan()
    plan.draws = 100
    let (basis, effects, inputs) = try await ScenarioSamples.basis(plan)
    let kernel = ScenarioKernel(basis: basis, effects: effects[0])
    // Twenty judges more empty both dockets: all that is filed is resolved.
    let out = kernel.outputs(inputs, extra: [60, 0])
    let (n, last) = (inputs.count, basis.horizon - 1)
    for s in 0..<2 {
      for d in 0..<n { #expect(out.pending[(s * basis.horizon + last) * n + d] < 1e-9) }
    }
    // The first period's capacity is used up unless both are empty.
    let some = kernel.outputs(inputs, extra: [12, 0])
    for d in 0..<n {
      let used = (0..<2).reduce(0.0) { $0 + some.resolved[$1 * basis.horizon * n + d] }
      let open = (0..<2).reduce(0.0) { $0 + some.pending[$1 * basis.horizon * n + d] }
      let capacity = 22 * inputs.pace[d]
      #expect(used.isClose(to: capacity, relative: 1e-10) || open < 1e-9)
    }
  }

  @Test("a shifted driver is another draw's, the rest stays")
  func shifts() async throws {
    let (basis, effects, inputs) = try await ScenarioSamples.basis(ScenarioSamples.plan())
    let kernel = ScenarioKernel(basis: basis, effects: effects[0])
    let all = kernel.outputs(inputs, shift: [1, 1, 1, 1, 1])
    let own = kernel.outputs(inputs)
    let n = inputs.count
    #expect(all.pending[0] == own.pending[1] && all.pending[n - 1] == own.pending[0])
    let filings = kernel.outputs(inputs, shift: [1, 0, 0, 0, 0])
    #expect(filings.filed[0] == own.filed[1] && filings.pace[0] == own.pace[0])
  }
}
