import CaseloadData
import CaseloadMath

/// A number that is known with an error.
public struct UncertainAmount: Codable, Sendable, Equatable {
  public let value: Double
  /// `nil` or 0 where it is taken as known.
  public let standardError: Double?

  /// A value, with its standard error.
  public init(_ value: Double, standardError: Double? = nil) {
    self.value = value
    self.standardError = standardError
  }

  /// A draw with this mean and standard deviation, never below zero: log-normal.
  ///
  /// ```
  /// σ² = ln(1 + s²/m²),  μ = ln m − σ²/2
  /// ```
  func sample(_ stream: inout RandomStream) -> Double {
    let z = stream.normal()
    guard let standardError, standardError > 0, value > 0 else { return value }
    let variance = log1p(standardError * standardError / (value * value))
    return value * exp(variance.squareRoot() * z - variance / 2)
  }

  /// Throws for a value or error below zero.
  func check(_ name: Text) throws(Diagnostic) {
    guard value >= 0, value.isFinite, (standardError ?? 0) >= 0, (standardError ?? 0).isFinite
    else {
      throw Diagnostic(
        .illegalRate, .error,
        Text(
          en: "\(name.en): \(NumberText.plain(value)) with a standard error of "
            + "\(NumberText.plain(standardError ?? 0)) is not possible.",
          zh: "\(name.zh)：\(NumberText.plain(value))、标准误 "
            + "\(NumberText.plain(standardError ?? 0)) 不能成立。"),
        hint: Text(en: "Neither may be below zero.", zh: "两者都不得小于零。"))
    }
  }
}

extension StaffingTarget.Scenario {
  /// Draws of expected filings, pace and pending cases, each log-normal and independent.
  ///
  /// - Parameters:
  ///   - filings: expected, with the standard error of the forecast.
  ///   - dispersion: of the filings around what is expected; `nil` for Poisson.
  ///   - casesPerJudge: with its standard error.
  ///   - pending: with its standard error.
  ///   - draws: how many, at least 1.
  ///   - stream: the source; scenario k draws from its k-th substream.
  /// - Returns: scenarios, each as likely as the others.
  /// - Throws: ``DiagnosticCode/illegalRate``.
  public static func drawn(
    filings: UncertainAmount, dispersion: Double? = nil, casesPerJudge: UncertainAmount,
    pending: UncertainAmount, draws: Int, from stream: RandomStream
  ) throws(Diagnostic) -> [StaffingTarget.Scenario] {
    try filings.check(Text(en: "filings", zh: "收案"))
    try casesPerJudge.check(Text(en: "cases a judge", zh: "人均办案"))
    try pending.check(Text(en: "pending cases", zh: "未结案件"))
    var scenarios: [StaffingTarget.Scenario] = []
    for k in 0..<max(1, draws) {
      var source = stream.substream(UInt64(k))
      let intake = try CaseIntake(mean: filings.sample(&source), dispersion: dispersion)
      scenarios.append(
        StaffingTarget.Scenario(
          intake: intake, casesPerJudge: casesPerJudge.sample(&source),
          pending: pending.sample(&source)))
    }
    return scenarios
  }

  /// Filings and pending cases of one case type.
  public struct TypedCases: Codable, Sendable, Equatable {
    public let caseType: String
    public let intake: CaseIntake
    public let pending: Double

    /// Cases of one type.
    public init(caseType: String, intake: CaseIntake, pending: Double = 0) {
      self.caseType = caseType
      self.intake = intake
      self.pending = pending
    }
  }

  /// Draws of a weighted caseload, in minutes: intake Σ weight · N, pending Σ weight · pending, and
  /// the judge year for the cases per judge.
  ///
  /// A weight is drawn once a scenario, from its standard error, and serves filings and pending
  /// cases alike.
  ///
  /// - Parameters:
  ///   - cases: by case type.
  ///   - weights: minutes a case and a judge year.
  ///   - draws: how many, at least 1.
  ///   - stream: the source; scenario k draws from its k-th substream.
  /// - Returns: scenarios whose "cases" are minutes.
  /// - Throws: ``DiagnosticCode/missingWeight``, ``DiagnosticCode/illegalRate`` and
  ///   ``DiagnosticCode/negativeCount``.
  public static func weighted(
    _ cases: [TypedCases], weights: CaseWeights, draws: Int, from stream: RandomStream
  ) throws(Diagnostic) -> [StaffingTarget.Scenario] {
    var rows: [(cases: TypedCases, weight: UncertainAmount)] = []
    for type in cases {
      let weight = try weights.weight(of: type.caseType)
      try StaffingTarget.Scenario(intake: type.intake, casesPerJudge: 1, pending: type.pending)
        .check()
      rows.append((type, UncertainAmount(weight.minutes, standardError: weight.standardError)))
    }
    let year = UncertainAmount(
      weights.judgeYear.minutes, standardError: weights.judgeYear.standardError)
    return (0..<max(1, draws)).map { k in
      var source = stream.substream(UInt64(k))
      var (intake, pending) = (0.0, 0.0)
      for row in rows {
        let weight = row.weight.sample(&source)
        intake += weight * row.cases.intake.sample(&source)
        pending += weight * row.cases.pending
      }
      return StaffingTarget.Scenario(
        intake: .exactly(intake), casesPerJudge: year.sample(&source), pending: pending)
    }
  }
}
