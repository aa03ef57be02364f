import CaseloadData
import CaseloadMath

/// What is checked of an estimate without being asked.
public enum EffectChecks {
  /// Every check, in the order in which they are reported.
  public static let all: [any AutomaticCheck.Type] = [
    PowerCheck.self, PreTrendCheck.self, PlaceboDateCheck.self, AnticipationCheck.self,
    NegativeControlCheck.self, KnownEventCheck.self, DefinitionBreakCheck.self,
    YearEndCheck.self, RegressionToTheMeanCheck.self, DiversionCheck.self, FirstStageCheck.self,
    SpilloverCheck.self, UnitInfluenceCheck.self, ForbiddenComparisonCheck.self,
  ]

  /// Every check that applies to the study and the design.
  ///
  /// - Parameters:
  ///   - study: as it was asked.
  ///   - estimator: the design.
  ///   - estimate: its answer.
  ///   - stream: of what is drawn.
  /// - Returns: one outcome a check, also for those that the data do not allow.
  public static func run(
    _ study: Study, _ estimator: some EffectEstimator, _ estimate: EffectEstimate,
    from stream: RandomStream
  ) -> [EffectCheck] {
    let context = CheckContext(study, estimator, estimate, from: stream)
    return all.compactMap { $0.outcome(context) }
  }
}
