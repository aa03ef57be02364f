import CaseloadData

/// The law of a simulated city: every parameter that its data were drawn with.
///
/// Filings of community c and civil case type k in month t have the mean
///
/// ```
/// ln μ = ln(population · rateₖ/12) + gₖ t/12 + season(t) + φ · springFestivalShare(t)
///        + sₖ · 1[t ≥ 2015-05] + d · 1[2020-02 ≤ t ≤ 2020-04] + δ · 1[t ≥ centre opens in c] + uₜ
/// ```
///
/// and a negative binomial law; u is a shock that all communities share, a first-order
/// autoregression. Criminal, administrative and enforcement cases follow the same law for a whole
/// court, without communities and without a mediation effect.
public struct CityModel: Codable, Sendable, Equatable {
  /// The law of one case type.
  public struct CaseTypeLaw: Codable, Sendable, Equatable {
    public let id: String
    public let name: Text
    /// Filings a year for 10,000 residents in the first year.
    public let yearlyRate: Double
    /// gₖ, the yearly growth of the logarithm.
    public let logGrowth: Double
    /// sₖ, the step of the registration reform.
    public let registrationStep: Double
    /// Whether mediation centres act on it.
    public let isCivil: Bool
  }

  /// One wave of mediation centres.
  public struct Wave: Codable, Sendable, Equatable {
    /// The first month of operation.
    public let opens: Period
    /// How many communities open a centre.
    public let communities: Int
  }

  /// The first month.
  public var start = Period.month(2013, 1)
  public var months = 156
  /// Civil types first.
  public var caseTypes: [CaseTypeLaw]
  public var communitiesPerCourt = 10
  public var courts = [
    Text(en: "East District Court", zh: "东区法院"), Text(en: "West District Court", zh: "西区法院"),
  ]
  /// January to December, on the log scale.
  public var monthEffects = [
    0.10, 0.02, 0.08, 0.03, 0.01, 0.02, -0.02, -0.03, 0.03, -0.04, 0.00, -0.20,
  ]
  /// φ: a month that holds the whole festival has 16 % fewer filings.
  public var springFestivalEffect = -0.17
  /// The first month of registration on filing.
  public var registrationReform = Period.month(2015, 5)
  /// The pandemic dip lasts from here to `pandemicEnd`, both included.
  public var pandemicStart = Period.month(2020, 2)
  public var pandemicEnd = Period.month(2020, 4)
  /// d.
  public var pandemicEffect = -0.38
  /// Mediation centres, by date of opening.
  public var waves = [
    Wave(opens: .month(2017, 3), communities: 3), Wave(opens: .month(2018, 3), communities: 3),
    Wave(opens: .month(2019, 3), communities: 3), Wave(opens: .month(2021, 3), communities: 3),
  ]
  /// δ = ln 0.85: a centre lowers civil filings by 15 %.
  public var mediationEffect = -0.1625189294977749
  /// The size of the negative binomial law of a count.
  public var dispersionSize = 80.0
  /// The standard deviation and autocorrelation of u.
  public var shockDeviation = 0.03
  public var shockAutocorrelation = 0.4
  /// Cases that a judge resolves in an average month.
  public var casesPerJudgeMonth = 17.5
  /// The rhythm of dispositions, January to December: the year-end rush.
  public var dispositionRhythm = [
    0.92, 0.70, 1.00, 0.98, 1.00, 1.03, 0.98, 0.97, 1.05, 0.95, 1.12, 1.30,
  ]

  /// The shipped city: five case types, two courts of ten communities, 2013 to 2025.
  public init() {
    caseTypes = [
      CaseTypeLaw(
        id: "family", name: Text(en: "family", zh: "婚姻家庭"), yearlyRate: 24, logGrowth: 0.025,
        registrationStep: 0.10, isCivil: true),
      CaseTypeLaw(
        id: "contract", name: Text(en: "contract", zh: "合同纠纷"), yearlyRate: 38, logGrowth: 0.075,
        registrationStep: 0.24, isCivil: true),
      CaseTypeLaw(
        id: "criminal", name: Text(en: "criminal", zh: "刑事"), yearlyRate: 9, logGrowth: 0.015,
        registrationStep: 0, isCivil: false),
      CaseTypeLaw(
        id: "administrative", name: Text(en: "administrative", zh: "行政"), yearlyRate: 2.4,
        logGrowth: 0.05, registrationStep: 0.45, isCivil: false),
      CaseTypeLaw(
        id: "enforcement", name: Text(en: "enforcement", zh: "执行"), yearlyRate: 20,
        logGrowth: 0.06, registrationStep: 0.05, isCivil: false),
    ]
  }

  /// The month after the last.
  public var end: Period { start.advanced(by: months) }
}
