import CaseloadData

/// What an intervention did, with everything that the claim rests on.
///
/// Every design answers in this type. What a design does not know is `nil` or empty, never invented.
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
    /// What the model expects without the intervention, in the units of `observed`; `nil` for a
    /// design that estimates the difference alone.
    public let counterfactual: Double?
    /// The modelled effect. Before the intervention: `nil`, or the placebo effect of an event study.
    public let effect: Double?
    /// Of `effect`, in its units; `nil` where it is not defined, as in a reference period.
    public let standardError: Double?
    /// The interval of `effect` in this period alone.
    public let lower: Double?
    public let upper: Double?
    /// The band that holds in all periods at once; `nil` for a design that has none.
    public let simultaneousLower: Double?
    public let simultaneousUpper: Double?

    /// One period from its parts, as the properties describe them.
    public init(
      period: Period? = nil, eventTime: Int, observed: Double? = nil,
      counterfactual: Double? = nil, effect: Double? = nil, standardError: Double? = nil,
      lower: Double? = nil, upper: Double? = nil, simultaneousLower: Double? = nil,
      simultaneousUpper: Double? = nil
    ) {
      self.period = period
      self.eventTime = eventTime
      self.observed = observed
      self.counterfactual = counterfactual
      self.effect = effect
      self.standardError = standardError
      self.lower = lower
      self.upper = upper
      self.simultaneousLower = simultaneousLower
      self.simultaneousUpper = simultaneousUpper
    }
  }

  /// The effect on one cohort in one period.
  public struct Cell: Codable, Sendable {
    /// The first treated period of the cohort.
    public let cohort: Period
    public let period: Period
    public let value: Double
    /// `nil` where it is not defined.
    public let standardError: Double?

    /// A cell from its parts.
    public init(cohort: Period, period: Period, value: Double, standardError: Double?) {
      self.cohort = cohort
      self.period = period
      self.value = value
      self.standardError = standardError
    }
  }

  /// What one comparison unit contributes; the weights add up to 1.
  public struct Weight: Codable, Sendable {
    public let unit: String
    public let weight: Double

    /// A weight from its parts.
    public init(unit: String, weight: Double) {
      self.unit = unit
      self.weight = weight
    }
  }

  /// A further quantity that the design estimates: a step, a slope, one cohort's average.
  public struct Quantity: Codable, Sendable {
    /// For programs: `level-change`, `cohort-2006`.
    public let id: String
    public let name: Text
    public let estimate: Estimate

    /// A quantity from its parts.
    public init(id: String, name: Text, estimate: Estimate) {
      self.id = id
      self.name = name
      self.estimate = estimate
    }
  }

  /// One of the two-group comparisons that a regression averages.
  public struct Comparison: Codable, Sendable {
    /// What is compared with what.
    public enum Kind: String, Codable, Sendable, CaseIterable {
      case treatedAgainstNever = "treated-against-never"
      case earlierAgainstLater = "earlier-against-later"
      /// Already treated units serve as the comparison: their own effect enters with a minus.
      case laterAgainstEarlier = "later-against-earlier"
      case treatedAgainstAlways = "treated-against-always"
    }

    public let kind: Kind
    /// The cohort whose treatment changes.
    public let treated: Period
    /// The cohort that it is compared with; `nil` for never or always treated units.
    public let comparison: Period?
    public let value: Double
    /// The share of the regression's estimate; the weights add up to 1.
    public let weight: Double

    /// A comparison from its parts.
    public init(
      kind: Kind, treated: Period, comparison: Period?, value: Double, weight: Double
    ) {
      self.kind = kind
      self.treated = treated
      self.comparison = comparison
      self.value = value
      self.weight = weight
    }
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
  /// The step at the start and the change of slope a period, on `scale`; only for an interrupted
  /// series.
  public let levelChange: Estimate?
  public let slopeChange: Estimate?
  /// What else the design estimates, the most wanted first.
  public let quantities: [Quantity]
  /// Every period of the study, before and after.
  public let path: [Point]
  /// Effects by cohort and period; empty for a design that has none.
  public let cells: [Cell]
  /// Weights of comparison units; empty for a design that has none.
  public let weights: [Weight]
  /// The comparisons behind a two-way regression; empty for other designs.
  public let comparisons: [Comparison]
  /// How the interval and the p-value of ``average`` were found, and why that way.
  public let inference: Inference?
  /// ρ̂ of the errors of a single series.
  public let autocorrelation: Double?
  /// Of the interval of ``average``; `nil` for a normal or a randomization distribution.
  public let degreesOfFreedom: Double?
  /// The effect that a study of this size would find in four of five cases at the 5 % level.
  public let minimumDetectableEffect: Double?
  /// What the design rests on, each with a verdict.
  public let assumptions: [AssumptionStatus]
  /// What was checked without being asked.
  public let checks: [EffectCheck]
  /// What was noticed on the way.
  public let diagnostics: [Diagnostic]

  /// An answer from its parts, as the properties describe them.
  public init(
    design: String, estimand: Text, scale: Scale, average: Estimate, cumulative: Estimate? = nil,
    levelChange: Estimate? = nil, slopeChange: Estimate? = nil, quantities: [Quantity] = [],
    path: [Point] = [], cells: [Cell] = [], weights: [Weight] = [],
    comparisons: [Comparison] = [], inference: Inference? = nil, autocorrelation: Double? = nil,
    degreesOfFreedom: Double? = nil, minimumDetectableEffect: Double? = nil,
    assumptions: [AssumptionStatus] = [], checks: [EffectCheck] = [],
    diagnostics: [Diagnostic] = []
  ) {
    self.design = design
    self.estimand = estimand
    self.scale = scale
    self.average = average
    self.cumulative = cumulative
    self.levelChange = levelChange
    self.slopeChange = slopeChange
    self.quantities = quantities
    self.path = path
    self.cells = cells
    self.weights = weights
    self.comparisons = comparisons
    self.inference = inference
    self.autocorrelation = autocorrelation
    self.degreesOfFreedom = degreesOfFreedom
    self.minimumDetectableEffect = minimumDetectableEffect
    self.assumptions = assumptions
    self.checks = checks
    self.diagnostics = diagnostics
  }

  /// The same with further checks that were run on it, after those that the design made itself; of
  /// two with one identifier the design's own stays.
  public func with(checks: [EffectCheck]) -> EffectEstimate {
    let own = Set(self.checks.map(\.id))
    return EffectEstimate(
      design: design, estimand: estimand, scale: scale, average: average, cumulative: cumulative,
      levelChange: levelChange, slopeChange: slopeChange, quantities: quantities, path: path,
      cells: cells, weights: weights, comparisons: comparisons, inference: inference,
      autocorrelation: autocorrelation, degreesOfFreedom: degreesOfFreedom,
      minimumDetectableEffect: minimumDetectableEffect, assumptions: assumptions,
      checks: self.checks + checks.filter { !own.contains($0.id) }, diagnostics: diagnostics)
  }
}
