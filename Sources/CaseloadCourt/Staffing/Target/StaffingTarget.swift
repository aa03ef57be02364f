import CaseloadData
import CaseloadMath

/// A promise about the disposition time, and what judges it takes to keep it.
///
/// ```
/// resolved = min(c · cases per judge,  pending + N · (1 − m/days))
/// left     = pending + N − resolved
/// kept     ⟺  days · left / resolved ≤ X,     wanted: P(kept) ≥ p
/// ```
///
/// N is the intake of the period, c the number of judges, and m the days that every case takes at
/// least, so that those filed in the last m days are still open at the end. With m = 0 the promise
/// is kept exactly when pending + N ≤ c · cases per judge · (1 + X/days).
///
/// Cases may be weighted: then all of them are minutes, and "cases per judge" is the judge year.
public struct StaffingTarget: Codable, Sendable, Equatable {
  /// X, in days.
  public var maximumDays: Double
  /// p.
  public var probability: Double
  /// The length of the period.
  public var periodDays: Double
  /// m.
  public var minimumDays: Double

  /// A promise.
  ///
  /// - Parameters:
  ///   - maximumDays: the disposition time that is promised; at least 0.
  ///   - probability: with which it is to be kept; above 0 and below 1.
  ///   - periodDays: of the intake and of the cases per judge; above 0.
  ///   - minimumDays: that every case takes; from 0 to below `periodDays`.
  /// - Throws: ``DiagnosticCode/illegalProbability`` and ``DiagnosticCode/illegalRate``.
  public init(
    maximumDays: Double, probability: Double = 0.95, periodDays: Double = 365,
    minimumDays: Double = 0
  ) throws(Diagnostic) {
    self.maximumDays = maximumDays
    self.probability = probability
    self.periodDays = periodDays
    self.minimumDays = minimumDays
    try check()
  }

  /// What is known, or assumed, of one possible year.
  public struct Scenario: Codable, Sendable, Equatable {
    public var intake: CaseIntake
    /// Cases that one judge resolves in the period.
    public var casesPerJudge: Double
    /// At its start.
    public var pending: Double

    /// A year with this intake.
    public init(intake: CaseIntake, casesPerJudge: Double, pending: Double) {
      self.intake = intake
      self.casesPerJudge = casesPerJudge
      self.pending = pending
    }
  }

  /// Whether `judges` keep the promise when `filings` come in.
  public func isKept(filings: Double, judges: Double, in scenario: Scenario) -> Bool {
    filings <= largestIntake(judges: judges, in: scenario)
  }

  /// The most filings with which `judges` still keep the promise; below zero when even none would
  /// be too many, infinite where any number would do.
  public func largestIntake(judges: Double, in scenario: Scenario) -> Double {
    let capacity = judges * scenario.casesPerJudge * (1 + maximumDays / periodDays)
    let byJudges = capacity - scenario.pending
    return min(byJudges, largestIntakeByTime(scenario.pending))
  }

  /// The most filings that can be resolved in time by any number of judges.
  ///
  /// ```
  /// N · (g − x(1 − g)) ≤ x · pending,   g = m/days,  x = X/days
  /// ```
  private func largestIntakeByTime(_ pending: Double) -> Double {
    let (g, x) = (minimumDays / periodDays, maximumDays / periodDays)
    let rate = g - x * (1 - g)
    return rate > 0 ? x * pending / rate : .infinity
  }

  /// P(kept) with `judges`.
  public func probability(judges: Double, in scenario: Scenario) -> Double {
    kept(largestIntake(judges: judges, in: scenario), scenario)
  }

  /// P(kept) with as many judges as one likes: 1 unless cases cannot be ready in time.
  public func highestProbability(in scenario: Scenario) -> Double {
    kept(largestIntakeByTime(scenario.pending), scenario)
  }

  private func kept(_ largest: Double, _ scenario: Scenario) -> Double {
    if largest == .infinity { return 1 }
    // Rounding must not decide where the promise is kept to the very case.
    return scenario.intake.probability(atMost: largest + 1e-9 * max(1, abs(largest)))
  }

  /// Throws for numbers that no promise can have.
  func check() throws(Diagnostic) {
    guard probability > 0, probability < 1 else {
      throw Diagnostic(
        .illegalProbability, .error,
        Text(
          en: "A promise cannot be kept with probability \(NumberText.plain(probability)).",
          zh: "达标概率不能为 \(NumberText.plain(probability))。"),
        hint: Text(en: "Give a number between 0 and 1, such as 0.95.", zh: "请给出 0 与 1 之间的数，如 0.95。")
      )
    }
    guard maximumDays >= 0, maximumDays.isFinite, periodDays > 0, periodDays.isFinite,
      minimumDays >= 0, minimumDays < periodDays
    else {
      throw Diagnostic(
        .illegalRate, .error,
        Text(
          en: "At most \(NumberText.plain(maximumDays)) days, at least "
            + "\(NumberText.plain(minimumDays)), in a period of \(NumberText.plain(periodDays)) is "
            + "not possible.",
          zh: "最长 \(NumberText.plain(maximumDays)) 天、最短 \(NumberText.plain(minimumDays)) 天、"
            + "时期 \(NumberText.plain(periodDays)) 天，不能成立。"),
        hint: Text(
          en: "Days are at least zero, and a case takes less than the period.",
          zh: "天数不小于零，且案件最短办理时间须小于时期长度。"))
    }
  }
}

extension StaffingTarget.Scenario {
  /// Throws for a rate that is not above zero, or pending cases below it.
  func check() throws(Diagnostic) {
    try intake.check()
    guard casesPerJudge > 0, casesPerJudge.isFinite else {
      throw Diagnostic(
        .illegalRate, .error,
        Text(
          en: "\(NumberText.plain(casesPerJudge)) cases a judge are not possible.",
          zh: "人均办案数不能为 \(NumberText.plain(casesPerJudge))。"),
        hint: Text(
          en: "Give the cases that one judge resolves in the period, above zero.",
          zh: "请给出每名法官在该时期内的结案数，须大于零。"))
    }
    guard pending >= 0, pending.isFinite else {
      throw Diagnostic(
        .negativeCount, .error,
        Text(
          en: "\(NumberText.plain(pending)) pending cases are not possible.",
          zh: "未结案件数不能为 \(NumberText.plain(pending))。"),
        hint: Text(en: "Give a number of at least zero.", zh: "请给出不小于零的数。"))
    }
  }
}
