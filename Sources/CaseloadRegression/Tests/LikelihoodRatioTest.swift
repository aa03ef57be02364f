import CaseloadData
import CaseloadMath

/// The likelihood-ratio test of a model against a larger one that contains it.
///
/// ```
/// LR = 2 (ℓ₁ − ℓ₀)  ~  χ²(k₁ − k₀)
/// ```
///
/// - Source: Wilks (1938), *Annals of Mathematical Statistics* 9, 60–62.
public enum LikelihoodRatioTest {
  /// What the test needs to know of a fit by maximum likelihood.
  public struct Fit: Sendable {
    /// With the same constants in both fits; not a restricted (REML) one of another design.
    public let logLikelihood: Double
    /// All estimated parameters, variances included.
    public let parameterCount: Int
    public let observationCount: Int

    public init(logLikelihood: Double, parameterCount: Int, observationCount: Int) {
      self.logLikelihood = logLikelihood
      self.parameterCount = parameterCount
      self.observationCount = observationCount
    }
  }

  /// The test of `restricted` within `full`.
  ///
  /// - Throws: ``DiagnosticCode/modelNotApplicable`` when the fits differ in their observations, when
  ///   `full` has no more parameters, or when it fits worse, which no larger model can.
  public static func test(restricted: Fit, full: Fit) throws(Diagnostic) -> HypothesisTest {
    guard restricted.observationCount == full.observationCount else {
      throw Diagnostic(
        .modelNotApplicable, .error,
        Text(
          en: "The fits have \(restricted.observationCount) and \(full.observationCount) "
            + "observations: likelihoods compare only on the same data.",
          zh: "两个拟合的观测数为 \(restricted.observationCount) 和 \(full.observationCount)，似然只能在相同数据上比较。"),
        hint: Text(en: "Fit both on the rows complete in both.", zh: "请用两者均完整的行重新拟合。"))
    }
    let extra = full.parameterCount - restricted.parameterCount
    guard extra > 0 else {
      throw Diagnostic(
        .modelNotApplicable, .error,
        Text(
          en: "The larger model has \(full.parameterCount) parameters and the smaller one "
            + "\(restricted.parameterCount): neither contains the other.",
          zh: "大模型有 \(full.parameterCount) 个参数，小模型有 \(restricted.parameterCount) 个，二者不嵌套。"),
        hint: Text(en: "Compare by AIC.", zh: "请用 AIC 比较。"))
    }
    let statistic = 2 * (full.logLikelihood - restricted.logLikelihood)
    guard statistic.isFinite else {
      throw Diagnostic(
        .valueOutOfRange, .error,
        Text(en: "A log-likelihood is not finite.", zh: "对数似然不是有限数。"))
    }
    // Rounding and the tolerance of an optimizer, relative to the likelihood.
    guard statistic >= -1e-6 * max(1, abs(full.logLikelihood)) else {
      throw Diagnostic(
        .modelNotApplicable, .error,
        Text(
          en: "The larger model has the smaller likelihood, so it does not contain the other, or "
            + "its fit has not converged.",
          zh: "大模型的似然反而较小：它并不包含小模型，或其拟合未收敛。"),
        hint: Text(en: "Check that the models are nested.", zh: "请确认模型嵌套。"))
    }
    return HypothesisTest(
      id: "likelihood-ratio", name: Text(en: "Likelihood-ratio test", zh: "似然比检验"),
      hypothesis: Text(
        en: extra == 1
          ? "The parameter that the larger model adds is not needed."
          : "The \(extra) parameters that the larger model adds are not needed.",
        zh: "大模型增加的 \(extra) 个参数不必要。"),
      chiSquared: max(0, statistic), degreesOfFreedom: Double(extra))
  }
}
