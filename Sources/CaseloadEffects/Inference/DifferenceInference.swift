import CaseloadData
import CaseloadMath

/// The interval and the p-value of an average effect, by the inference that the numbers of clusters
/// allow.
///
/// | clusters | inference | for comparison |
/// |---|---|---|
/// | fewer than 5 treated or 5 comparison | randomization of the estimate | its t statistic, CR2, CR3, wild bootstrap |
/// | more, a linear regression | CR2 with Satterthwaite's degrees of freedom | CR3, wild bootstrap |
/// | more, influence functions, fewer than 40 on a side | leave-one-cluster-out jackknife, Welch's t | influence functions |
/// | more, influence functions, 40 and more on each | influence functions, normal | |
///
/// - Sources: MacKinnon & Webb (2020), *Journal of Econometrics* 218, 435–450 (few treated
///   clusters); Pustejovsky & Tipton (2018), *JBES* 36, 672–683 (CR2); MacKinnon, Nielsen & Webb
///   (2023), *Journal of Applied Econometrics* 38, 671–694 (jackknife).
public enum DifferenceInference {
  /// An average effect with its inference.
  public struct Answer: Sendable {
    /// On the grid's scale.
    public let average: Estimate
    public let inference: Inference
    /// `nil` for a normal or a randomization distribution.
    public let degreesOfFreedom: Double?
    /// On the grid's scale; `nil` where no effect can be found at the 5 % level.
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
    try answer(
      estimator, grid, effect: effect, level: level,
      randomization: RandomizationInference(for: grid),
      from: stream)
  }

  /// The same with a chosen number of draws.
  static func answer(
    _ estimator: some DifferenceEstimator, _ grid: StudyGrid, effect: AverageEffect, level: Double,
    randomization: RandomizationInference, comparing: Bool = true, from stream: RandomStream
  ) throws(Diagnostic) -> Answer {
    let ways = WaysOfInference(
      estimator: estimator, grid: grid, effect: effect, level: level,
      randomization: randomization, stream: stream.substream(named: "inference"))
    let counts = ways.counts
    let kinds = try ways.chosen()
    let first = try ways.result(kinds.kind)
    var alternatives: [Inference.Alternative] = []
    if kinds.kind == .randomization, let other = first.byT { alternatives.append(other) }
    if comparing {
      for kind in kinds.others {
        // What is not defined here is no alternative.
        guard let other = try? ways.result(kind) else { continue }
        alternatives.append(
          Inference.Alternative(
            kind: kind, estimate: other.estimate, degreesOfFreedom: other.degreesOfFreedom))
      }
    }
    return Answer(
      average: first.estimate,
      inference: Inference(
        kind: kinds.kind, reason: kinds.reason + (first.remark ?? Text("")),
        treatedClusters: counts.treated, comparisonClusters: counts.never, draws: first.draws,
        isEnumerated: first.isEnumerated, smallestPValue: first.smallestPValue,
        criticalValue: first.criticalValue, alternatives: alternatives),
      degreesOfFreedom: first.degreesOfFreedom,
      minimumDetectableEffect: first.minimumDetectableEffect)
  }
}
