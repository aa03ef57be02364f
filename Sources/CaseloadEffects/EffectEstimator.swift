import CaseloadData
import CaseloadMath

/// A design that answers a ``Study``.
public protocol EffectEstimator: Method {
  /// The estimate with intervals of coverage `level`.
  ///
  /// - Parameters:
  ///   - study: what is asked.
  ///   - level: of the intervals, such as 0.95.
  ///   - stream: of whatever is drawn; the same stream gives the same bytes.
  /// - Returns: the answer, without checks: ``EffectChecks`` adds them.
  /// - Throws: a ``Diagnostic`` that names the unit and the period, and what can be estimated.
  func estimate(_ study: Study, level: Double, from stream: RandomStream) throws(Diagnostic)
    -> EffectEstimate

  /// The same design at less cost, for checks that repeat it many times.
  var forChecks: Self { get }
}

extension EffectEstimator {
  public var forChecks: Self { self }

  /// The estimate by the stream of seed 0.
  public func estimate(_ study: Study, level: Double = 0.95) throws(Diagnostic) -> EffectEstimate {
    try estimate(study, level: level, from: RandomStream(seed: 0))
  }
}
