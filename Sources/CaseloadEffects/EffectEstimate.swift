import CaseloadData

/// What an intervention did, with everything that the claim rests on.
public struct EffectEstimate: Codable, Sendable {
  /// In which units an effect is measured.
  public enum Scale: String, Codable, Sendable, CaseIterable {
    /// In the outcome's own units.
    case level
    /// As a rate: −0.12 for 12 % less.
    case log
  }

  /// One period of the path.
  public struct Point: Codable, Sendable {
    /// The calendar period; `nil` for an average over units in event time.
    public let period: Period?
    /// Periods since the first treated one; negative before.
    public let eventTime: Int
    /// In the outcome's units (for units in event time on the log scale: relative to the
    /// comparison); `nil` where missing.
    public let observed: Double?
    /// What the model expects without the intervention, in the units of `observed`.
    public let counterfactual: Double
    /// The modelled effect; `nil` before the intervention.
    public let effect: Double?
    /// Of `effect`, in its units.
    public let standardError: Double?
    /// The interval of `effect`.
    public let lower: Double?
    public let upper: Double?
  }

  /// The identifier of the design: `its`.
  public let design: String
  /// In words, whose effect on what, when.
  public let estimand: Text
  /// The units of the effects.
  public let scale: Scale
  /// The average effect over the treated periods, on `scale`.
  public let average: Estimate
  /// The sum over the treated periods, in the outcome's units; only for a flow.
  public let cumulative: Estimate?
  /// The step at the start, and the change of slope a period, on `scale`.
  public let levelChange: Estimate
  public let slopeChange: Estimate?
  /// Every period of the study, before and after.
  public let path: [Point]
  /// ρ̂ of the errors.
  public let autocorrelation: Double
  /// Of the interval of ``average``.
  public let degreesOfFreedom: Double
  /// The effect that a study of this size would find in four of five cases at the 5 % level.
  public let minimumDetectableEffect: Double
  /// Effects by cohort and period; empty for a design that has none.
  public let cells: [Cell]
  /// Weights of comparison units; empty for a design that has none.
  public let weights: [Weight]
  /// What the design rests on, each with a verdict.
  public let assumptions: [AssumptionStatus]
  /// What was noticed on the way.
  public let diagnostics: [Diagnostic]

  /// The effect on one cohort in one period.
  public struct Cell: Codable, Sendable {
    public let cohort: Period
    public let period: Period
    public let value: Double
    public let standardError: Double?
  }

  /// What one comparison unit contributes; the weights add up to 1.
  public struct Weight: Codable, Sendable {
    public let unit: String
    public let weight: Double
  }
}

/// An assumption, and what the data said about it.
public struct AssumptionStatus: Codable, Sendable {
  /// How far the data bear an assumption out.
  public enum Verdict: String, Codable, Sendable, CaseIterable {
    case supported, doubtful, violated, untestable

    /// What a report calls it.
    public var text: Text {
      switch self {
      case .supported: Text(en: "supported", zh: "得到支持")
      case .doubtful: Text(en: "doubtful", zh: "存疑")
      case .violated: Text(en: "violated", zh: "不成立")
      case .untestable: Text(en: "untestable", zh: "无法检验")
      }
    }
  }

  /// The assumption, as a sentence.
  public let assumption: Text
  public let verdict: Verdict
  /// What the verdict rests on, numbers included.
  public let evidence: Text
  /// The same in words alone, for a report that links every number.
  public let summary: Text
  /// The p-value of the test behind the verdict, if there is one.
  public let pValue: Double?

  public init(
    _ assumption: Text, _ verdict: Verdict, evidence: Text, summary: Text? = nil,
    pValue: Double? = nil
  ) {
    self.assumption = assumption
    self.verdict = verdict
    self.evidence = evidence
    self.summary = summary ?? evidence
    self.pValue = pValue
  }
}

/// A design that answers a ``Study``.
public protocol EffectEstimator: Method {
  /// The estimate with intervals of coverage `level`.
  func estimate(_ study: Study, level: Double) throws(Diagnostic) -> EffectEstimate
}

/// Every design, in the order in which help and tests list them.
public enum EffectEstimators {
  public static let all: [any EffectEstimator.Type] = [InterruptedTimeSeries.self]

  /// The design called `id`, with `options` laid over its automatic choices.
  public static func estimator(_ id: String, options: [String: String] = [:]) throws(Diagnostic)
    -> any EffectEstimator
  {
    guard let type = all.first(where: { $0.card.id == id }) else {
      throw Diagnostic.unknownName(
        id, among: all.map { $0.card.id }, kind: Text(en: "design", zh: "设计"))
    }
    return try MethodOptions.make(type, options)
  }
}
