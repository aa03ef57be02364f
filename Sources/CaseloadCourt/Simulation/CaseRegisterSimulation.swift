import CaseloadData
import CaseloadMath

/// The law of a simulated register of cases: how cases close by month of age, and in which way.
///
/// A case that is open at the start of month j of its age (months of 365.25/12 days, j from 0)
/// closes in it with the chance
///
/// ```
/// logit hⱼ = bₖ + s₁ ln(j + 1) + s₂ ln²(j + 1) + Σ_{deadlines m} spike · 1[j = m − 1]
/// ```
///
/// for its case type k, on a day that is even over the month, and its outcome is drawn from shares of
/// the type. A share of cases is suspended once, for an even number of days from 1 to a most; their
/// clock stands still, and they close that much later.
public struct CaseRegisterModel: Codable, Sendable, Equatable {
  /// One case type.
  public struct TypeLaw: Codable, Sendable, Equatable {
    public var caseType: String
    /// bₖ.
    public var level: Double
    /// Judgment, mediation, withdrawal: shares that add up to one.
    public var outcomeShares: [Double]
  }

  public static let outcomes = ["judgment", "mediation", "withdrawal"]

  public var types: [TypeLaw]
  /// s₁, s₂.
  public var slope = 0.35
  public var curvature = -0.22
  /// Deadlines in months, and the logit of the rush before them.
  public var deadlines = [3, 6]
  public var spike = 0.9
  public var suspendedShare = 0.06
  public var suspendedMost = 120
  /// How many months of filings the register goes back.
  public var months = 36
  /// Cases that closed more than so many months before the register was drawn are not in it; what is
  /// older came under observation late.
  public var observedMonths = 24

  /// The shipped law, for the case types of a city.
  public init(_ city: CityModel = CityModel()) {
    let levels = ["family": -1.3, "contract": -1.7, "criminal": -1.2, "administrative": -1.9]
    let shares = [
      "family": [0.35, 0.40, 0.25], "contract": [0.45, 0.30, 0.25],
      "criminal": [0.95, 0.01, 0.04], "administrative": [0.60, 0.08, 0.32],
    ]
    types = city.caseTypes.map {
      TypeLaw(
        caseType: $0.id, level: levels[$0.id] ?? -1.5,
        outcomeShares: shares[$0.id] ?? [0.55, 0.20, 0.25])
    }
  }

  /// hⱼ of a type.
  public func hazard(_ type: TypeLaw, month j: Int) -> Double {
    let x = log(Double(j + 1))
    let rush = deadlines.contains { j == $0 - 1 } ? spike : 0
    return 1 / (1 + exp(-(type.level + slope * x + curvature * x * x + rush)))
  }
}

/// A register drawn from a law: every case of a city's last years, as of its last day.
public struct CaseRegisterSimulation: Sendable {
  public let model: CaseRegisterModel
  public let seed: UInt64
  /// In the order of filing within court and case type; labels are the court and the case type.
  public let register: CaseRegister

  /// Draws the register of a city. Filings are the city's own; every docket and month has a stream
  /// of its own.
  ///
  /// - Parameters:
  ///   - city: its filings.
  ///   - model: the law; months beyond the city's are left out.
  ///   - courtNames: what courts are called in the register, as many as the city has.
  /// - Throws: ``DiagnosticCode/illegalProbability`` for shares outside 0 … 1,
  ///   ``DiagnosticCode/emptyInput`` where no case is drawn.
  public init(
    _ city: CitySimulation, _ model: CaseRegisterModel = CaseRegisterModel(),
    courtNames: [String] = ["east", "west"]
  ) throws(Diagnostic) {
    for type in model.types {
      for share in type.outcomeShares + [model.suspendedShare] {
        try StockFlowChecks.probability(share, Text(en: "a share", zh: "占比"))
      }
    }
    self.model = model
    seed = city.seed
    let end = city.model.end
    let lastDay = (end.firstDay?.dayNumber ?? 0) - 1
    let window =
      (end.advanced(by: -max(1, model.observedMonths)).firstDay?.dayNumber ?? lastDay)
    let stream = RandomStream(seed: city.seed).substream(named: "register")
    var cases: [CaseRecord] = []
    for (index, docket) in city.dockets.enumerated() {
      let id = city.model.caseTypes[docket.caseType].id
      guard let type = model.types.first(where: { $0.caseType == id }) else { continue }
      let court =
        courtNames.indices.contains(docket.court) ? courtNames[docket.court] : "\(docket.court)"
      for t in max(0, city.model.months - model.months)..<city.model.months {
        var draws = stream.substream(UInt64(index)).substream(UInt64(t))
        let month = city.model.start.advanced(by: t)
        guard let first = month.firstDay?.dayNumber, let next = month.endDay?.dayNumber else {
          continue
        }
        for number in 0..<docket.filings[t] {
          let filed = first + draws.integer(below: next - first)
          let (days, suspended, outcome) = Self.life(model, type, &draws)
          let closed = filed + days + suspended
          if closed < window { continue }
          let isOpen = closed > lastDay
          let isLate = filed < window
          // The clock of an open case stands still now if its pause has not ended.
          let pauseStart = filed + days / 2
          let passed = min(suspended, max(0, lastDay - pauseStart))
          cases.append(
            CaseRecord(
              id: "\(court)-\(id)-\(month)-\(number + 1)",
              filed: Period(frequency: .daily, ordinal: filed),
              closed: isOpen ? nil : Period(frequency: .daily, ordinal: closed),
              outcome: isOpen ? nil : CaseRegisterModel.outcomes[outcome],
              entry: isLate ? Period(frequency: .daily, ordinal: window - 1) : nil,
              suspendedDays: Double(isOpen ? passed : suspended),
              isSuspended: isOpen && passed > 0 && passed < suspended, labels: [court, id]))
        }
      }
    }
    // A paused case can be younger than the window on its own clock; it cannot be held late.
    let held = cases.filter { record in
      guard let entry = record.entry else { return true }
      let end = record.closed ?? Period(frequency: .daily, ordinal: lastDay)
      return Double(record.filed.distance(to: entry))
        < Double(record.filed.distance(to: end)) - record.suspendedDays
    }
    register = try CaseRegister(
      held, asOf: Period(frequency: .daily, ordinal: lastDay), labelNames: ["court", "caseType"])
  }

  /// Days to closing without the pause, the pause, and the outcome.
  private static func life(
    _ model: CaseRegisterModel, _ type: CaseRegisterModel.TypeLaw, _ draws: inout RandomStream
  ) -> (days: Int, suspended: Int, outcome: Int) {
    var j = 0
    while j < 240, draws.uniform() >= model.hazard(type, month: j) { j += 1 }
    // A day in (jL, (j + 1)L].
    let age = (Double(j) + draws.uniform()) * PersonPeriods.month
    let low = Int((Double(j) * PersonPeriods.month).rounded(.down)) + 1
    let high = Int((Double(j + 1) * PersonPeriods.month).rounded(.down))
    let days = min(high, max(low, Int(age.rounded(.up))))
    let pauses = draws.uniform() < model.suspendedShare
    let suspended = pauses ? 1 + draws.integer(below: max(1, model.suspendedMost)) : 0
    let u = draws.uniform()
    var (sum, outcome) = (0.0, 0)
    for (k, share) in type.outcomeShares.enumerated() {
      sum += share
      outcome = k
      if u < sum { break }
    }
    return (days, suspended, min(outcome, CaseRegisterModel.outcomes.count - 1))
  }
}
