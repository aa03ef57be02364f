import CaseloadData
import CaseloadMath

/// The error of one court's projection by period and from its start, in parts that add up.
public struct ErrorAccount: Codable, Sendable {
  /// Filings, closings, judges and pending cases on one side, all case types together.
  public struct Figures: Codable, Sendable, Equatable {
    public let filings: Double
    public let resolved: Double
    public let pending: Double
    /// `nil` where it is not known.
    public let judges: Double?

    /// One period of one side.
    public init(filings: Double, resolved: Double, pending: Double, judges: Double? = nil) {
      self.filings = filings
      self.resolved = resolved
      self.pending = pending
      self.judges = judges
    }
  }

  /// One period.
  public struct Step: Codable, Sendable {
    public let period: Period
    /// In cases.
    public let planned: Figures
    public let actual: Figures
    /// Actual less planned at the end of the period, in the measure of the account.
    public let error: Double
    /// What the period added to the error.
    public let changes: [ErrorContribution]
    /// What it comes to since the start; adds up to `error`.
    public let contributions: [ErrorContribution]
    /// `nil` where the projection gave no range.
    public let range: RangeCheck?
  }

  /// The values that name the court; empty for all of them together.
  public let key: [String]
  /// The parts that are told apart, in the order of the tables.
  public let components: [ErrorComponent]
  public let steps: [Step]
  /// The range checks together; `nil` without any.
  public let calibration: Calibration?
  public let verdict: Text

  /// Over periods whose range was given.
  public struct Calibration: Codable, Sendable, Equatable {
    public let periods: Int
    /// Shares of outcomes inside.
    public let coverage80: Double
    public let coverage95: Double
    /// The mean of the probability transform: 0.5 for a projection without bias.
    public let meanProbability: Double
  }

  init(key: [String], components: [ErrorComponent], steps: [Step], measure: PendingMeasure) {
    self.key = key
    self.components = components
    self.steps = steps
    let checks = steps.compactMap(\.range)
    let n = Double(checks.count)
    calibration =
      checks.isEmpty
      ? nil
      : Calibration(
        periods: checks.count, coverage80: Double(checks.count { $0.isInside80 }) / n,
        coverage95: Double(checks.count { $0.isInside95 }) / n,
        meanProbability: checks.map(\.probability).accurateSum / n)
    verdict = PostMortemVerdict(key: key, steps: steps, measure: measure).text
  }

  /// Courts added up over the periods that all of them have.
  ///
  /// - Throws: ``DiagnosticCode/notAPeriod`` where they share none.
  init(sumOf accounts: [ErrorAccount], measure: PendingMeasure) throws(Diagnostic) {
    let components = ErrorComponent.allCases.filter { component in
      accounts.contains { $0.components.contains(component) }
    }
    let shared = accounts.dropFirst().reduce(accounts[0].steps.map(\.period)) { periods, account in
      let own = Set(account.steps.map(\.period))
      return periods.filter { own.contains($0) }
    }
    guard !shared.isEmpty else {
      throw Diagnostic(
        .notAPeriod, .error,
        Text(en: "The courts share no period.", zh: "各法院没有共同的时期。"),
        hint: Text(en: "Compare them one by one.", zh: "请分别比较。"))
    }
    func sum(_ parts: [[ErrorContribution]]) -> [ErrorContribution] {
      components.map { component in
        ErrorContribution(
          component,
          parts.flatMap { $0 }.filter { $0.component == component }.map(\.value).accurateSum)
      }
    }
    func total(_ figures: [Figures]) -> Figures {
      let judges = figures.compactMap(\.judges)
      return Figures(
        filings: figures.map(\.filings).accurateSum,
        resolved: figures.map(\.resolved).accurateSum,
        pending: figures.map(\.pending).accurateSum,
        judges: judges.count == figures.count ? judges.accurateSum : nil)
    }
    let steps = shared.map { period in
      let members = accounts.flatMap { $0.steps.filter { $0.period == period } }
      return Step(
        period: period, planned: total(members.map(\.planned)),
        actual: total(members.map(\.actual)), error: members.map(\.error).accurateSum,
        changes: sum(members.map(\.changes)), contributions: sum(members.map(\.contributions)),
        range: nil)
    }
    self.init(key: [], components: components, steps: steps, measure: measure)
  }

  /// The part of `component` in the error at the end; zero for one that is not told apart.
  public subscript(component: ErrorComponent) -> Double {
    steps.last?.contributions.first { $0.component == component }?.value ?? 0
  }
}
