import CaseloadData
import CaseloadMath

@testable import CaseloadCourt

/// Small states and plans for the scenario tests.
enum ScenarioSamples {
  /// Two courts, two case types, six years of months.
  static func state(judges: [Double] = [10, 6]) throws -> CourtState {
    var draws = RandomStream(seed: 700)
    var (filed, resolved, pending): ([Panel.Entry], [Panel.Entry], [Panel.Entry]) = ([], [], [])
    for (c, court) in ["east", "west"].enumerated() {
      for (k, type) in ["family", "loans"].enumerated() {
        let level = 60.0 + 40 * Double(k) - 20 * Double(c)
        let came = (0..<72).map { t in
          (level * (1 + 0.1 * sin(Double(t) * .pi / 6)) + 5 * draws.normal()).rounded()
        }
        let went = came.map { max(0, ($0 * 0.97 + 3 * draws.normal()).rounded()) }
        var open = 4 * level
        let stock = zip(came, went).map { a, b in
          open += a - b
          return open
        }
        func entry(_ measure: Measure, _ values: [Double]) -> Panel.Entry {
          Panel.Entry(
            key: [court, type],
            series: TimeSeries(measure: measure, start: .month(2019, 1), values: values))
        }
        filed.append(entry(.flow, came))
        resolved.append(entry(.flow, went))
        pending.append(entry(.stock, stock))
      }
    }
    let keys = ["court", "caseType"]
    return try CourtState(
      filed: Panel(keyNames: keys, entries: filed),
      resolved: Panel(keyNames: keys, entries: resolved),
      pending: Panel(keyNames: keys, entries: pending), judges: posts(judges))
  }

  static func posts(_ judges: [Double]) -> Panel {
    Panel(
      keyNames: ["court"],
      entries: zip(["east", "west"], judges).map { court, count in
        Panel.Entry(
          key: [court],
          series: TimeSeries(
            measure: .stock, start: .month(2019, 1), values: [Double](repeating: count, count: 72)))
      })
  }

  static func plan(_ scenarios: [Scenario] = []) -> ScenarioPlan {
    var plan = ScenarioPlan()
    (plan.horizon, plan.draws, plan.model, plan.scenarios) = (24, 600, "seasonal-naive", scenarios)
    return plan
  }

  static func scenario(_ id: String, _ change: (inout Scenario) -> Void) -> Scenario {
    var scenario = Scenario(id: id, title: Text(id))
    change(&scenario)
    return scenario
  }

  /// Basis, effects of the base and of the scenarios, and one block of draws.
  static func basis(_ plan: ScenarioPlan) async throws -> (
    ScenarioBasis, [ScenarioEffects], ScenarioInputs
  ) {
    let state = try state()
    let (scenarios, periods) = try plan.checked(against: state)
    var draws = AssumptionDraws()
    var effects: [ScenarioEffects] = []
    for (scenario, path) in scenarios {
      effects.append(try ScenarioEffects(scenario, state, periods, path: path, &draws))
    }
    let (basis, _) = try await ScenarioBasis.made(
      state, plan, draws, periods, threads: 1, from: RandomStream(seed: 5))
    return (basis, effects, basis.inputs(first: 0, count: 100))
  }
}
