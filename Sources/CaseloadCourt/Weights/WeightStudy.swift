import CaseloadData

/// A table of case weights as a file gives it: weights or the events that make them, the judge year
/// or its parts, the rule of rounding and where it all comes from.
///
/// ```yaml
/// source: Time study 2023
/// judgeYear: {days: 215, minutesPerDay: 450, leaveDays: 20, trainingDays: 5,
///             administrationMinutesPerDay: 60, standardError: 1500}
/// rounding: up
/// weights:
///   - {caseType: civil, minutes: 160, standardError: 6}
///   - caseType: criminal
///     events:
///       - {name: hearing, minutes: 8.77, occurrences: 5.82, minutesStandardError: 0.4}
///     panel: {rounds: [[1.1, 1.2, 1.0], [1.1, 1.1, 1.0]]}
///   - {caseType: guardianship, minutes: 90, basis: pending}
/// ```
public struct WeightStudy: Codable, Sendable, Equatable {
  /// What a product is counted by.
  public enum Basis: String, Codable, Sendable, CaseIterable {
    /// Cases that come in; the rule.
    case filings
    /// Cases pending: products that need work as long as they last.
    case pending
    /// Cases that are closed.
    case resolved
  }

  /// One line of the table.
  public struct Entry: Codable, Sendable, Equatable {
    public let caseType: String
    public let basis: Basis
    /// What the weight was put together from; `nil` where it was given.
    public let events: EventComposition?
    public let panel: DelphiPanel?
    /// The weight before the panel's adjustment.
    public let measured: CaseWeight

    /// The weight in force.
    public var weight: CaseWeight { panel?.adjusted(measured) ?? measured }

    /// A line with a weight that is known.
    public init(_ weight: CaseWeight, basis: Basis = .filings, panel: DelphiPanel? = nil) {
      (caseType, measured) = (weight.caseType, weight)
      (self.basis, self.panel, events) = (basis, panel, nil)
    }

    /// A line whose weight is put together from events.
    public init(
      caseType: String, events: EventComposition, basis: Basis = .filings,
      panel: DelphiPanel? = nil
    ) {
      self.caseType = caseType
      self.basis = basis
      self.events = events
      self.panel = panel
      measured = events.weight(of: caseType)
    }
  }

  public let entries: [Entry]
  /// The weights in force, checked.
  public let weights: CaseWeights
  /// What the judge year was put together from; `nil` where its minutes were given.
  public let judgeYearParts: JudgeYearParts?
  public let rounding: JudgeRounding
  /// Where the table comes from.
  public let source: String?

  /// A table.
  ///
  /// - Parameters:
  ///   - entries: one a case type.
  ///   - judgeYear: minutes of a judge a year.
  ///   - parts: what `judgeYear` was put together from.
  ///   - rounding: how a need becomes posts.
  ///   - source: where the table comes from.
  /// - Throws: what ``CaseWeights`` refuses.
  public init(
    _ entries: [Entry], judgeYear: JudgeYear, parts: JudgeYearParts? = nil,
    rounding: JudgeRounding = .up, source: String? = nil
  ) throws(Diagnostic) {
    weights = try CaseWeights(entries.map(\.weight), judgeYear: judgeYear)
    self.entries = entries
    judgeYearParts = parts
    self.rounding = rounding
    self.source = source
  }

  /// The line of `caseType`.
  ///
  /// - Throws: ``DiagnosticCode/missingWeight``.
  public func entry(of caseType: String) throws(Diagnostic) -> Entry {
    if let entry = entries.first(where: { $0.caseType == caseType }) { return entry }
    _ = try weights.weight(of: caseType)
    preconditionFailure("weights and entries disagree on \(caseType)")
  }

  /// The cases that a full-time judge handles in a year, if they are all of one type: Y/w.
  public func casesPerJudge(_ caseType: String) throws(Diagnostic) -> Double {
    weights.judgeYear.minutes / (try weights.weight(of: caseType).minutes)
  }
}
