import CaseloadData

/// A class of cases as the choice of a fast track sees it.
public struct TrackClass: Codable, Sendable, Equatable {
  public let service: ServiceClass
  /// Whether its cases go to the fast track.
  public let qualifies: Bool
  /// What a unit of its wait counts for, relative to other classes; 1 unless set.
  public let weight: Double
  /// The longest mean wait that is acceptable; `nil` for any.
  public let longestMeanWait: Double?

  /// A class.
  ///
  /// - Parameters:
  ///   - service: its arrivals and services.
  ///   - qualifies: whether its cases go to the fast track.
  ///   - weight: of its wait, from 0 on.
  ///   - longestMeanWait: above zero, or `nil`.
  /// - Throws: ``DiagnosticCode/illegalRate``.
  public init(
    _ service: ServiceClass, qualifies: Bool, weight: Double = 1, longestMeanWait: Double? = nil
  ) throws(Diagnostic) {
    do {
      try QueueChecks.notNegative(weight, Text(en: "The weight", zh: "权重"))
      if let longestMeanWait {
        try QueueChecks.positive(longestMeanWait, Text(en: "The longest mean wait", zh: "最长平均等待"))
      }
    } catch {
      throw error.located(Diagnostic.Location(series: service.name))
    }
    self.service = service
    self.qualifies = qualifies
    self.weight = weight
    self.longestMeanWait = longestMeanWait
  }
}

/// How a team handles its cases.
public enum TeamDiscipline: String, Codable, Sendable, CaseIterable {
  /// One after the other, in the order of arrival.
  case inOrder = "in-order"
  /// All at once, each with an equal share of the judges (processor sharing).
  case sharing
}

/// What a choice is judged by.
public enum TrackObjective: String, Codable, Sendable, CaseIterable {
  /// Σ weight · λ · wait / Σ weight · λ: the mean over cases, weighted.
  case weightedMean = "mean"
  /// The largest weight · wait of a class.
  case minimax
}

/// One way to organize the judges, and what each class sees under it.
public struct TrackPlan: Codable, Sendable, Equatable {
  /// The organization.
  public enum Kind: String, Codable, Sendable {
    /// One queue for all, in order.
    case pooled
    /// One queue, qualifying cases first.
    case priority
    /// Two teams.
    case split
  }

  public let kind: Kind
  /// The judges of the fast track, of a split.
  public let fastJudges: Int?
  /// Cases a judge and unit of time, by team; both the same without a split.
  public let fastCasesPerJudge: Double
  public let ordinaryCasesPerJudge: Double
  /// By team; both the same without a split.
  public let fastUtilization: Double
  public let ordinaryUtilization: Double
  /// In the order given.
  public let classes: [ClassMeasures]
  /// Over all cases.
  public let meanWait: Double
  /// By the objective asked for.
  public let objective: Double
  /// Whether every class keeps its longest mean wait.
  public let keepsTargets: Bool
  /// Whether the waits are exact, or rest on an approximation for several judges.
  public let isExact: Bool
}
