/// One comparison: a cohort in one period against its base period.
struct GroupTimeCell: Sendable, Equatable {
  /// The index among the cohorts of the sample.
  let group: Int
  /// The first treated column of the cohort.
  let cohort: Int
  let column: Int
  let base: Int

  var eventTime: Int { column - cohort }
  /// At or after the cohort's start.
  var isTreated: Bool { column >= cohort }
  /// The base period itself, whose effect is 0 by construction.
  var isReference: Bool { column == base }
  /// The comparison is untreated up to here.
  var latest: Int { max(column, base) }
}

extension CallawaySantAnna {
  /// How units that are not observed in all periods are used.
  public enum Unbalanced: String, Codable, Sendable, CaseIterable {
    /// They are left out, as R's `did` does, and named.
    case balance
    /// They enter each comparison of two periods in which they are observed.
    case pairs
    /// Their observations are taken as those of repeated cross-sections.
    case crossSections = "cross-sections"
  }

  /// The comparison of a cohort.
  public enum Control: String, Codable, Sendable, CaseIterable {
    /// Units that are never treated within the data.
    case never
    /// Those, and units before their own start.
    case notYet = "not-yet"
  }

  /// How covariates enter.
  public enum Adjustment: String, Codable, Sendable, CaseIterable {
    case regression, weighting
    case doublyRobust = "doubly-robust"
  }

  /// What periods before the start are compared with.
  public enum BasePeriod: String, Codable, Sendable, CaseIterable {
    /// The period before each.
    case varying
    /// The last period before the start.
    case universal
  }

  /// How cells are averaged in the headline.
  public enum Aggregation: String, Codable, Sendable, CaseIterable {
    /// Over all treated cells, by the sizes of the cohorts.
    case simple
    /// Each cohort over its treated periods, then over cohorts by their sizes.
    case group
    /// Each period over the cohorts treated by then, then over periods alike.
    case calendar
    /// Each event time over cohorts, then over event times alike.
    case event
  }

  /// The multipliers of the bootstrap.
  public enum Multipliers: String, Codable, Sendable, CaseIterable {
    /// Two points with third moment 1, as in the paper.
    case mammen
    case rademacher
  }
}
