import CaseloadData
import CaseloadMath

/// The interval and the p-value of an average effect, by the inference that the numbers of clusters
/// allow.
public enum DifferenceInference {
  /// An average effect with its inference.
  public struct Answer: Sendable {
    /// On the grid's scale.
    public let average: Estimate
    public let inference: Inference
    public let degreesOfFreedom: Double?
    public let minimumDetectableEffect: Double?
  }

  /// What is known of the average of `estimator` on `grid`.
  ///
  /// - Parameters:
  ///   - estimator: called again for other assignments where the inference needs them.
  ///   - grid: on the estimator's scale.
  ///   - effect: its average on this grid.
  ///   - level: of the interval.
  ///   - stream: of what is drawn.
  /// - Returns: the estimate on the grid's scale.
  /// - Throws: ``DiagnosticCode/notIdentified`` where the inference asked for is not defined.
  public static func answer(
    _ estimator: some DifferenceEstimator, _ grid: StudyGrid, effect: AverageEffect, level: Double,
    from stream: RandomStream
  ) throws(Diagnostic) -> Answer {
    let treated = Set(
      grid.cluster.indices.filter { grid.cohort[$0] < grid.periodCount }.map { grid.cluster[$0] })
    let z = Normal.standard.upperQuantile((1 - level) / 2)
    let error = effect.standardError
    return Answer(
      average: Estimate(
        value: effect.value, standardError: error, lower: error.map { effect.value - z * $0 },
        upper: error.map { effect.value + z * $0 }, level: level,
        pValue: error.map { min(1, 2 * Normal.standard.upper(abs(effect.value / $0))) }),
      inference: Inference(
        kind: .influence,
        reason: Text(
          en: "Influence functions of the clusters.", zh: "按群组影响函数计算。"),
        treatedClusters: treated.count, comparisonClusters: grid.clusterCount - treated.count),
      degreesOfFreedom: nil, minimumDetectableEffect: nil)
  }
}
