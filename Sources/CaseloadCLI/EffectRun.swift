import Caseload

/// Runs designs on a study, with their checks.
struct EffectRun {
  let study: Study
  let level: Double
  let seed: UInt64
  let hasChecks: Bool

  /// The answer of one design.
  func estimate(_ estimator: any EffectEstimator) throws(Diagnostic) -> EffectEstimate {
    try answer(estimator)
  }

  private func answer(_ estimator: some EffectEstimator) throws(Diagnostic) -> EffectEstimate {
    let stream = RandomStream(seed: seed)
    let estimate = try estimator.estimate(study, level: level, from: stream)
    guard hasChecks else { return estimate }
    let checks = EffectChecks.run(
      study, estimator, estimate, from: stream.substream(named: "checks"))
    return estimate.with(checks: checks)
  }

  /// The answers of several designs, and of those that do not apply why.
  func rows(_ choice: DesignChoice) -> [EffectTable.Row] {
    choice.entries.map { entry in
      let (id, name) = (entry.card.id, entry.card.name)
      if let reason = entry.reason {
        return EffectTable.Row(design: id, name: name, reason: reason)
      }
      guard let estimator = entry.estimator else {
        preconditionFailure("\(id) is neither a design nor refused")
      }
      do throws(Diagnostic) {
        return EffectTable.Row(design: id, name: name, estimate: try estimate(estimator))
      } catch {
        return EffectTable.Row(design: id, name: name, reason: error)
      }
    }
  }

  /// Whether a random draw went into an answer.
  static func draws(_ estimate: EffectEstimate) -> Bool {
    guard let inference = estimate.inference else { return false }
    return inference.kind == .posterior
      || (inference.draws != nil && inference.isEnumerated != true)
  }
}
