import CaseloadData

/// One fitted regression as a table or a result file shows it.
public struct ModelSummary: Codable, Sendable {
  /// A figure of the whole fit, such as R².
  public struct Statistic: Codable, Sendable {
    /// As result files name it: `rSquared`.
    public let id: String
    public let name: Text
    /// `nil` where it is not identified.
    public let value: Double?

    public init(_ id: String, _ name: Text, _ value: Double?) {
      self.id = id
      self.name = name
      self.value = value.flatMap { $0.isFinite ? $0 : nil }
    }
  }

  /// Groups that were absorbed, or within which errors are correlated.
  public struct Groups: Codable, Sendable {
    public let name: String
    public let count: Int

    public init(name: String, count: Int) {
      self.name = name
      self.count = count
    }
  }

  /// What heads its column; by default the response.
  public var label: String
  public let formula: String
  /// Such as `poisson`, `gaussian`, `quantile:0.5`.
  public let family: String
  public let response: String
  /// As chosen: `hc3`, `cr1`.
  public let covariance: String
  /// The covariance in words, with its small-sample corrections.
  public let covarianceNote: Text
  public let coefficients: [Coefficient]
  /// Terms that were left out because other terms imply them.
  public let droppedTerms: [String]
  public let observations: Int
  public let statistics: [Statistic]
  public let fixedEffects: [Groups]
  public let clusters: [Groups]
  /// The coverage of the intervals.
  public let level: Double

  public init(
    label: String, formula: String, family: String, response: String, covariance: String,
    covarianceNote: Text, coefficients: [Coefficient], droppedTerms: [String] = [],
    observations: Int, statistics: [Statistic], fixedEffects: [Groups] = [],
    clusters: [Groups] = [], level: Double
  ) {
    self.label = label
    self.formula = formula
    self.family = family
    self.response = response
    self.covariance = covariance
    self.covarianceNote = covarianceNote
    self.coefficients = coefficients
    self.droppedTerms = droppedTerms
    self.observations = observations
    self.statistics = statistics
    self.fixedEffects = fixedEffects
    self.clusters = clusters
    self.level = level
  }
}
