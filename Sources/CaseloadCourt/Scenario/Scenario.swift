import CaseloadData

/// One "what if": changes to filings, diversion, judges, productivity and routing, each from a date.
///
/// A change without a court or a case type holds for all of them. A ramp of n periods reaches the
/// full change evenly: 1/(n+1) in the first period, all of it from the (n+1)-th on.
public struct Scenario: Codable, Sendable, Equatable {
  public let id: String
  public let title: Text
  /// Scenarios whose changes this one has too.
  public var combines: [String] = []
  public var filings: [FilingsChange] = []
  public var diversion: [Diversion] = []
  public var judges: [JudgesChange] = []
  public var productivity: [ProductivityChange] = []
  public var routing: [Routing] = []

  /// A scenario without changes.
  public init(id: String, title: Text) {
    self.id = id
    self.title = title
  }

  /// What every comparison is held against: nothing changes.
  public static let base = Scenario(
    id: "base", title: Text(en: "as it goes on", zh: "维持现状"))

  /// Filings that rise or fall by a percentage.
  public struct FilingsChange: Codable, Sendable, Equatable {
    public var court: String?
    public var caseType: String?
    public var from: Period
    /// 10 for ten percent more; above −100.
    public var percent: Double
    /// Of `percent`, in points; 0 for known.
    public var standardError = 0.0
    public var ramp = 0

    /// A change of filings.
    public init(
      court: String? = nil, caseType: String? = nil, from: Period, percent: Double,
      standardError: Double = 0, ramp: Int = 0
    ) {
      (self.court, self.caseType, self.from) = (court, caseType, from)
      (self.percent, self.standardError, self.ramp) = (percent, standardError, ramp)
    }
  }

  /// Disputes that are settled before suit, or come back as suits after a while.
  public struct Diversion: Codable, Sendable, Equatable {
    public var court: String?
    public var caseType: String?
    public var from: Period
    /// Of filings, that try mediation first; 0 to 1.
    public var share: Double
    /// Of `share`; 0 for known. The draws are beta distributed.
    public var standardError = 0.0
    public var ramp = 0
    /// Of those diverted, that return as suits; 0 to 1.
    public var returns = 0.0
    /// Periods until they return.
    public var lag = 3
    /// Staff time a diverted dispute.
    public var minutes = 0.0

    /// A diversion.
    public init(
      court: String? = nil, caseType: String? = nil, from: Period, share: Double,
      standardError: Double = 0, ramp: Int = 0, returns: Double = 0, lag: Int = 3,
      minutes: Double = 0
    ) {
      (self.court, self.caseType, self.from) = (court, caseType, from)
      (self.share, self.standardError, self.ramp) = (share, standardError, ramp)
      (self.returns, self.lag, self.minutes) = (returns, lag, minutes)
    }
  }

  /// Judges who come or go.
  public struct JudgesChange: Codable, Sendable, Equatable {
    /// Needed where there is more than one court.
    public var court: String?
    public var from: Period
    /// Full-time judges; below zero for those who leave.
    public var change: Double
    /// Periods until a newcomer handles a full load.
    public var training = 0

    /// A change of staff.
    public init(court: String? = nil, from: Period, change: Double, training: Int = 0) {
      (self.court, self.from, self.change, self.training) = (court, from, change, training)
    }
  }

  /// Judges who resolve more or less a period.
  public struct ProductivityChange: Codable, Sendable, Equatable {
    public var court: String?
    public var from: Period
    /// 5 for five percent more a judge; above −100.
    public var percent: Double
    public var standardError = 0.0
    public var ramp = 0

    /// A change of productivity.
    public init(
      court: String? = nil, from: Period, percent: Double, standardError: Double = 0, ramp: Int = 0
    ) {
      (self.court, self.from, self.percent) = (court, from, percent)
      (self.standardError, self.ramp) = (standardError, ramp)
    }
  }

  /// Filings that go to another court.
  public struct Routing: Codable, Sendable, Equatable {
    public var caseType: String?
    public var court: String
    public var to: String
    public var from: Period
    /// Of the filings of `court`; 0 to 1.
    public var share: Double

    /// A routing of filings.
    public init(
      caseType: String? = nil, court: String, to: String, from: Period, share: Double
    ) {
      (self.caseType, self.court, self.to) = (caseType, court, to)
      (self.from, self.share) = (from, share)
    }
  }
}
