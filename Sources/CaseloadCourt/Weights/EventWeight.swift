import CaseloadData

/// One kind of work in a case: how long it takes and how often it happens.
public struct CaseEvent: Codable, Sendable, Equatable {
  public let name: String
  /// Mean minutes each time.
  public let minutes: Double
  public let minutesStandardError: Double?
  /// Mean number of times a case.
  public let occurrences: Double
  public let occurrencesStandardError: Double?

  /// An event; times and numbers are zero or above.
  public init(
    name: String, minutes: Double, minutesStandardError: Double? = nil, occurrences: Double,
    occurrencesStandardError: Double? = nil
  ) {
    self.name = name
    self.minutes = minutes
    self.minutesStandardError = minutesStandardError
    self.occurrences = occurrences
    self.occurrencesStandardError = occurrencesStandardError
  }

  /// Minutes a case: minutes each time × times a case.
  public var minutesPerCase: Double { minutes * occurrences }

  /// The first-order variance of the product of two independent means; 0 where neither has an error.
  var variance: Double {
    let a = occurrences * (minutesStandardError ?? 0)
    let b = minutes * (occurrencesStandardError ?? 0)
    return a * a + b * b
  }
}

/// A case weight put together from the events of a case.
///
/// ```
/// w = Σ mᵢ oᵢ            Var w = Σ (oᵢ² s²(mᵢ) + mᵢ² s²(oᵢ))
/// ```
///
/// mᵢ are mean minutes, oᵢ mean occurrences a case. The variance is the delta method's for means
/// that were estimated independently; minutes and occurrences of one sample of cases are not, and
/// their weight then needs the standard error of the minutes a case.
///
/// - Source: Indiana, weighted caseload measures (mean minutes × occurrences a case).
public struct EventComposition: Codable, Sendable, Equatable {
  public let events: [CaseEvent]

  /// A composition of at least one event that takes time.
  ///
  /// - Parameter events: zero or above in every number.
  /// - Throws: ``DiagnosticCode/illegalRate`` for a number below zero, ``DiagnosticCode/missingWeight``
  ///   where no event takes time.
  public init(_ events: [CaseEvent]) throws(Diagnostic) {
    for event in events {
      let name = Text(event.name)
      try WeightChecks.nonnegative(event.minutes, name)
      try WeightChecks.nonnegative(event.occurrences, name)
      try WeightChecks.nonnegative(event.minutesStandardError, name)
      try WeightChecks.nonnegative(event.occurrencesStandardError, name)
    }
    self.events = events
    guard minutes > 0 else {
      throw Diagnostic(
        .missingWeight, .error,
        Text(en: "No event of the case type takes any time.", zh: "该案件类型没有任何耗时的环节。"),
        hint: Text(
          en: "Give minutes and occurrences of at least one event.", zh: "请至少给出一个环节的分钟数和次数。"))
    }
  }

  /// Minutes a case.
  public var minutes: Double { events.reduce(0) { $0 + $1.minutesPerCase } }

  /// Of ``minutes``; `nil` where no event has a standard error.
  public var standardError: Double? {
    let isKnown = events.contains {
      $0.minutesStandardError != nil || $0.occurrencesStandardError != nil
    }
    return isKnown ? events.reduce(0) { $0 + $1.variance }.squareRoot() : nil
  }

  /// The weight of `caseType`.
  public func weight(of caseType: String) -> CaseWeight {
    CaseWeight(caseType: caseType, minutes: minutes, standardError: standardError)
  }
}
