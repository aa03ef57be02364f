import CaseloadData

/// How an interval and a p-value were found, and why that way.
public struct Inference: Codable, Sendable {
  public enum Kind: String, Codable, Sendable, CaseIterable {
    /// By the standard error of a model of the errors, such as an autoregression.
    case model
    /// By influence functions of clusters and the normal distribution.
    case influence
    /// Influence functions with random multipliers: simultaneous bands.
    case multiplierBootstrap = "multiplier-bootstrap"
    case cr1, cr2, cr3
    case wildBootstrap = "wild-bootstrap"
    /// The assignment of the programme is redrawn among the units.
    case randomization
    /// The spread of estimates with one cluster left out at a time.
    case jackknife
    /// Bayesian.
    case posterior
  }

  public let kind: Kind
  /// Why this and not another, in a sentence.
  public let reason: Text
  /// The clusters that are treated, and those that never are.
  public let treatedClusters: Int
  public let comparisonClusters: Int
  /// Of a bootstrap or a randomization.
  public let draws: Int?
  /// Whether the draws are all that there are.
  public let isEnumerated: Bool?
  /// No p-value below this is possible.
  public let smallestPValue: Double?
  /// Of simultaneous bands: how many standard errors they reach.
  public let criticalValue: Double?
  /// The average by other ways of inference, for comparison.
  public let alternatives: [Alternative]

  /// The same estimate by another way.
  public struct Alternative: Codable, Sendable {
    public let kind: Kind
    /// Such as `t` for a randomization of the t statistic.
    public let variant: String?
    public let estimate: Estimate
    public let degreesOfFreedom: Double?

    /// An alternative from its parts.
    public init(
      kind: Kind, variant: String? = nil, estimate: Estimate, degreesOfFreedom: Double? = nil
    ) {
      self.kind = kind
      self.variant = variant
      self.estimate = estimate
      self.degreesOfFreedom = degreesOfFreedom
    }
  }

  /// A way of inference from its parts, as the properties describe them.
  public init(
    kind: Kind, reason: Text, treatedClusters: Int, comparisonClusters: Int, draws: Int? = nil,
    isEnumerated: Bool? = nil, smallestPValue: Double? = nil, criticalValue: Double? = nil,
    alternatives: [Alternative] = []
  ) {
    self.kind = kind
    self.reason = reason
    self.treatedClusters = treatedClusters
    self.comparisonClusters = comparisonClusters
    self.draws = draws
    self.isEnumerated = isEnumerated
    self.smallestPValue = smallestPValue
    self.criticalValue = criticalValue
    self.alternatives = alternatives
  }
}

extension Inference {
  /// The same with the reach of the simultaneous bands of the path, unless it is known already.
  func with(criticalValue: Double?) -> Inference {
    Inference(
      kind: kind, reason: reason, treatedClusters: treatedClusters,
      comparisonClusters: comparisonClusters, draws: draws, isEnumerated: isEnumerated,
      smallestPValue: smallestPValue, criticalValue: self.criticalValue ?? criticalValue,
      alternatives: alternatives)
  }
}
