import CaseloadData
import CaseloadMath

/// What is checked of an estimate without being asked.
public enum EffectChecks {
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
    []
  }
}
