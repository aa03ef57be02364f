import CaseloadData
import CaseloadMath

/// How many judges a weighted caseload needs, and how sure that is.
///
/// ```
/// N = Σ wₖ cₖ / Y         wₖ minutes a case, cₖ cases a year, Y minutes of a judge a year
/// ```
///
/// This is the need of weighted caseload studies and of PEBB§Y. Two intervals go with it. The closed
/// one is the delta method's, for weights, judge year and numbers of cases that are independent of
/// each other and between types (draws of a forecast keep what they share):
///
/// ```
/// Var N = [Σ cₖ² s²(wₖ) + Var(Σ wₖ cₖ | w) + N² s²(Y)] / Y²
/// ```
///
/// The simulated one draws all three: weights and judge year from log-normal laws with their means
/// and standard errors (neither can be below zero), numbers of cases from their own laws. The three
/// terms over their sum are the shares of the variance.
///
/// - Sources: National Center for State Courts, weighted caseload studies; PEBB§Y (Germany); U.S.
///   Government Accountability Office, GAO-13-862T (standard errors of case weights).
public struct JudgeNeed: Codable, Sendable, Equatable {
  /// What one case type adds.
  public struct Part: Codable, Sendable, Equatable {
    public let caseType: String
    /// What the cases are counted by.
    public let basis: WeightStudy.Basis
    /// Expected cases a year.
    public let cases: Double
    /// `nil` where they are taken as known.
    public let casesStandardError: Double?
    /// Minutes a case.
    public let minutes: Double
    public let minutesStandardError: Double?
    /// cases × minutes.
    public let workloadMinutes: Double
    /// Judges for this type alone.
    public let judges: Double
    /// Cases of this type that one judge handles in a year.
    public let casesPerJudge: Double
  }

  /// Which source makes the need uncertain, as shares that add up to one.
  public struct VarianceShares: Codable, Sendable, Equatable {
    public let weights: Double
    public let judgeYear: Double
    public let filings: Double
  }

  public let parts: [Part]
  /// Σ wₖ cₖ.
  public let workloadMinutes: Double
  /// Y.
  public let judgeYearMinutes: Double
  /// N with its closed interval; without a standard error where nothing has one.
  public let judges: Estimate
  /// The simulated need; `nil` where nothing is uncertain.
  public let simulated: DrawSummary?
  /// `nil` where nothing is uncertain.
  public let varianceShares: VarianceShares?
  public let rounding: JudgeRounding
  /// N by the rule of rounding.
  public let posts: Double
  public private(set) var judgesInPost: Double?
  /// N over the judges in post; above 1 they are overloaded.
  public private(set) var utilization: Double?
  /// Judges in post over N: 0.92 is a court with 92 % of what it needs.
  public private(set) var resourced: Double?
  /// Posts less judges in post; below zero there are more than needed.
  public private(set) var missingPosts: Double?
  /// P(N > judges in post), simulated; `nil` where nothing is uncertain or the judges are not known.
  public private(set) var shortageProbability: Double?

  /// Draws of N, kept for sums over courts.
  let draws: [Double]

  private enum CodingKeys: String, CodingKey {
    case parts, workloadMinutes, judgeYearMinutes, judges, simulated, varianceShares, rounding,
      posts, judgesInPost, utilization, resourced, missingPosts, shortageProbability
  }

  public init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    parts = try container.decode([Part].self, forKey: .parts)
    workloadMinutes = try container.decode(Double.self, forKey: .workloadMinutes)
    judgeYearMinutes = try container.decode(Double.self, forKey: .judgeYearMinutes)
    judges = try container.decode(Estimate.self, forKey: .judges)
    simulated = try container.decodeIfPresent(DrawSummary.self, forKey: .simulated)
    varianceShares = try container.decodeIfPresent(VarianceShares.self, forKey: .varianceShares)
    rounding = try container.decode(JudgeRounding.self, forKey: .rounding)
    posts = try container.decode(Double.self, forKey: .posts)
    judgesInPost = try container.decodeIfPresent(Double.self, forKey: .judgesInPost)
    utilization = try container.decodeIfPresent(Double.self, forKey: .utilization)
    resourced = try container.decodeIfPresent(Double.self, forKey: .resourced)
    missingPosts = try container.decodeIfPresent(Double.self, forKey: .missingPosts)
    shortageProbability = try container.decodeIfPresent(
      Double.self, forKey: .shortageProbability)
    draws = []
  }

  init(
    parts: [Part], judgeYear: JudgeYear, caseVariance: Double, rounding: JudgeRounding,
    judgesInPost: Double?, level: Double, draws: [Double]
  ) {
    self.parts = parts
    let year = judgeYear.minutes
    workloadMinutes = parts.map(\.workloadMinutes).accurateSum
    judgeYearMinutes = year
    let need = workloadMinutes / year
    let fromWeights =
      parts.map { ($0.cases * ($0.minutesStandardError ?? 0)).squared }.accurateSum
      / year.squared
    let fromCases = caseVariance / year.squared
    let fromYear = (need * (judgeYear.standardError ?? 0) / year).squared
    let variance = fromWeights + fromCases + fromYear
    let error = variance.squareRoot()
    let margin = Normal.standard.upperQuantile((1 - level) / 2) * error
    let isUncertain = variance > 0
    judges = Estimate(
      value: need, standardError: isUncertain ? error : nil,
      lower: isUncertain ? max(0, need - margin) : nil, upper: isUncertain ? need + margin : nil,
      level: level, pValue: nil)
    simulated = isUncertain && !draws.isEmpty ? DrawSummary(draws) : nil
    varianceShares =
      isUncertain
      ? VarianceShares(
        weights: fromWeights / variance, judgeYear: fromYear / variance,
        filings: fromCases / variance) : nil
    self.rounding = rounding
    posts = rounding.posts(for: need)
    self.draws = draws
    measure(against: judgesInPost)
  }

  /// The same need against other judges in post.
  ///
  /// - Parameter judges: full-time judges; `nil` where not known.
  /// - Returns: with utilization, missing posts and the probability of a shortage; the last is `nil`
  ///   for a need that was read from a file, which holds no draws.
  public func with(judgesInPost judges: Double?) -> JudgeNeed {
    var copy = self
    copy.measure(against: judges)
    return copy
  }

  private mutating func measure(against inPost: Double?) {
    let need = judges.value
    judgesInPost = inPost
    utilization = inPost.flatMap { $0 > 0 ? need / $0 : nil }
    resourced = inPost.flatMap { need > 0 ? $0 / need : nil }
    missingPosts = inPost.map { posts - $0 }
    shortageProbability = nil
    if simulated != nil, !draws.isEmpty, let inPost {
      shortageProbability = Double(draws.count { $0 > inPost }) / Double(draws.count)
    }
  }
}

extension Double {
  fileprivate var squared: Double { self * self }
}
