import CaseloadMath

extension JudgeValue {
  /// How many more judges are tried.
  static let most = 5

  /// One to five more judges in each court, from the first period on, by the draws of the base.
  static func all(
    _ kernel: ScenarioKernel, _ inputs: [ScenarioInputs], _ base: [ScenarioTally.Headline],
    threads: Int?
  ) async throws -> [JudgeValue] {
    let basis = kernel.basis
    let courts = basis.state.courts
    let headlines = try await concurrentMap(courts.count * most, threads: threads) { index in
      let (court, added) = (index / most, index % most + 1)
      var extra = [Double](repeating: 0, count: courts.count)
      extra[court] = Double(added)
      let tally = ScenarioTally(
        basis: basis, effects: kernel.effects, extra: extra,
        blocks: inputs.map { kernel.outputs($0, extra: extra) }, staff: inputs.map(\.staff))
      return tally.part(
        ScenarioTally.Group(court: court, caseType: nil, members: basis.members[court]),
        isBrief: true
      ).headline
    }
    var list: [JudgeValue] = []
    let years = Double(basis.horizon) / Double(basis.year)
    for court in courts.indices {
      var before = base[court + 1]
      for added in 1...most {
        let after = headlines[court * most + added - 1]
        guard var pending = difference(after, base[court + 1], .pending),
          let summary = DrawSummary(finite: &pending),
          let marginal = mean(difference(after, before, .pending))
        else { continue }
        let more = mean(difference(after, base[court + 1], .resolved)) ?? 0
        var days = difference(after, base[court + 1], .dispositionTime) ?? []
        list.append(
          JudgeValue(
            court: courts[court], added: added, pending: summary,
            dispositionTime: DrawSummary(finite: &days),
            marginalPending: marginal,
            marginalDispositionTime: mean(difference(after, before, .dispositionTime)),
            shortageProbability: after.shortage,
            costPerCase: basis.plan.judgeCost.flatMap {
              more > 1e-9 ? $0 * years * Double(added) / more : nil
            }))
        before = after
      }
    }
    return list
  }

  private static func difference(
    _ a: ScenarioTally.Headline, _ b: ScenarioTally.Headline, _ measure: ScenarioMeasure
  ) -> [Double]? {
    guard let a = a.values[measure], let b = b.values[measure] else { return nil }
    return zip(a, b).map { $0 - $1 }
  }

  private static func mean(_ draws: [Double]?) -> Double? { draws.flatMap { Descriptive.mean($0) } }
}
