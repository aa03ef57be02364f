import CaseloadMath

/// The outcome of a test: what was tested, the statistic, and its p-value where one is known.
public struct HypothesisTest: Codable, Sendable, Equatable {
  /// The degrees of freedom of a χ², t or F distribution.
  public struct DegreesOfFreedom: Codable, Sendable, Equatable {
    /// Those of χ² or t, or the numerator's of F.
    public let numerator: Double
    /// The denominator's of F; `nil` for others.
    public let denominator: Double?

    package init(numerator: Double, denominator: Double?) {
      self.numerator = numerator
      self.denominator = denominator
    }
  }

  /// How programs name the test: `breusch-pagan`.
  public let id: String
  public let name: Text
  /// The null hypothesis, in words.
  public let hypothesis: Text
  public let statistic: Double
  /// The distribution under the null hypothesis, in words.
  public let distribution: Text
  /// `nil` where the distribution has none.
  public let degreesOfFreedom: DegreesOfFreedom?
  /// The probability of a statistic at least as extreme under the null hypothesis; `nil` where it
  /// is not known.
  public let pValue: Double?
  /// What else a reader should know of this outcome.
  public let detail: Text?

  /// An outcome from its parts, as the properties describe them.
  public init(
    id: String, name: Text, hypothesis: Text, statistic: Double, distribution: Text,
    degreesOfFreedom: DegreesOfFreedom? = nil, pValue: Double?, detail: Text? = nil
  ) {
    self.id = id
    self.name = name
    self.hypothesis = hypothesis
    self.statistic = statistic
    self.distribution = distribution
    self.degreesOfFreedom = degreesOfFreedom
    self.pValue = pValue
    self.detail = detail
  }

  /// Degrees of freedom in words: whole, or to one decimal.
  private static func shown(_ degrees: Double) -> String {
    degrees == degrees.rounded()
      ? NumberText.plain(degrees) : NumberText.decimal(degrees, 1).en
  }

  /// A test that rejects for large values of a χ² statistic.
  package init(
    id: String, name: Text, hypothesis: Text, chiSquared statistic: Double,
    degreesOfFreedom: Double, detail: Text? = nil
  ) {
    self.init(
      id: id, name: name, hypothesis: hypothesis, statistic: statistic,
      distribution: Text(
        en: "chi-squared, \(Self.shown(degreesOfFreedom)) df",
        zh: "χ² 分布，自由度 \(Self.shown(degreesOfFreedom))"),
      degreesOfFreedom: DegreesOfFreedom(numerator: degreesOfFreedom, denominator: nil),
      pValue: ChiSquared(degreesOfFreedom: degreesOfFreedom).upper(statistic), detail: detail)
  }

  /// A test by an F statistic; large values reject, or small ones, or both.
  package init(
    id: String, name: Text, hypothesis: Text, fisherF statistic: Double, numerator: Double,
    denominator: Double, alternative: Alternative = .greater, detail: Text? = nil
  ) {
    let distribution = FisherF(
      numeratorDegreesOfFreedom: numerator, denominatorDegreesOfFreedom: denominator)
    let (upper, lower) = (distribution.upper(statistic), distribution.cumulative(statistic))
    self.init(
      id: id, name: name, hypothesis: hypothesis, statistic: statistic,
      distribution: Text(
        en: "F, \(Self.shown(numerator)) and \(Self.shown(denominator)) df",
        zh: "F 分布，自由度 \(Self.shown(numerator)) 和 \(Self.shown(denominator))"),
      degreesOfFreedom: DegreesOfFreedom(numerator: numerator, denominator: denominator),
      pValue: alternative.pValue(lower: lower, upper: upper), detail: detail)
  }

  /// A test by a standard normal statistic.
  package init(
    id: String, name: Text, hypothesis: Text, normal statistic: Double, alternative: Alternative,
    detail: Text? = nil
  ) {
    self.init(
      id: id, name: name, hypothesis: hypothesis, statistic: statistic,
      distribution: Text(en: "standard normal", zh: "标准正态分布"),
      pValue: alternative.pValue(
        lower: Normal.standard.cumulative(statistic), upper: Normal.standard.upper(statistic)),
      detail: detail)
  }
}

extension HypothesisTest {
  /// A test by a Student t statistic.
  package init(
    id: String, name: Text, hypothesis: Text, studentT statistic: Double,
    degreesOfFreedom: Double, alternative: Alternative, detail: Text? = nil
  ) {
    let distribution = StudentT(degreesOfFreedom: degreesOfFreedom)
    self.init(
      id: id, name: name, hypothesis: hypothesis, statistic: statistic,
      distribution: Text(
        en: "Student t, \(Self.shown(degreesOfFreedom)) df",
        zh: "t 分布，自由度 \(Self.shown(degreesOfFreedom))"),
      degreesOfFreedom: DegreesOfFreedom(numerator: degreesOfFreedom, denominator: nil),
      pValue: alternative.pValue(
        lower: distribution.cumulative(statistic), upper: distribution.upper(statistic)),
      detail: detail)
  }
}

/// On which side of the null hypothesis a test looks.
public enum Alternative: String, Codable, Sendable, CaseIterable {
  case greater, less
  case twoSided = "two-sided"

  /// The p-value from both tails of the statistic's distribution.
  package func pValue(lower: Double, upper: Double) -> Double {
    switch self {
    case .greater: upper
    case .less: lower
    case .twoSided: min(1, 2 * min(lower, upper))
    }
  }
}
