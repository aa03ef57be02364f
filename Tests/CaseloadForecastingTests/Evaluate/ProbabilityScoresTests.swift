import CaseloadData
import CaseloadMath
import CaseloadTestSupport
import Testing

@testable import CaseloadForecasting

@Suite("Scores of distributions and intervals") struct ProbabilityScoresTests {
  private static let mixture = PredictiveDistribution.mixture([
    .init(weight: 0.5, mean: -1, standardDeviation: 0.7),
    .init(weight: 0.3, mean: 2, standardDeviation: 1.5),
    .init(weight: 0.2, mean: 2.5, standardDeviation: 0),
  ])
  static let distributions: [PredictiveDistribution] = [
    .normal(mean: 1, standardDeviation: 2), mixture,
    .empirical(sorted: [-2, -1, -1, 0.5, 3, 4.25]),
  ]

  /// ∫ (F(x) − 1{x ≥ y})² dx by the midpoint rule, on both sides of every step of F.
  private func integral(_ distribution: PredictiveDistribution, _ y: Double) -> Double {
    var ends = [-25.0, 25, y]
    if case .empirical(let values) = distribution { ends += values }
    if case .mixture(let components) = distribution { ends += components.map(\.mean) }
    ends.sort()
    let pieces = 20_000
    return zip(ends, ends.dropFirst()).reduce(0) { sum, piece in
      let width = (piece.1 - piece.0) / Double(pieces)
      return sum
        + (0..<pieces).reduce(0) { part, i in
          let x = piece.0 + (Double(i) + 0.5) * width
          let difference = distribution.cumulative(x) - (x >= y ? 1 : 0)
          return part + difference * difference * width
        }
    }
  }

  @Test(
    "the ranked probability score agrees with its definition",
    arguments: distributions, [-6.0, -1, 0.4, 2.5, 9])
  func rankedScoreAgreesWithItsDefinition(distribution: PredictiveDistribution, y: Double) {
    // The midpoint rule's own error, with 20,000 pieces.
    #expect(
      distribution.rankedProbabilityScore(y).isClose(to: integral(distribution, y), absolute: 2e-7))
  }

  @Test("E|X − y| − ½ E|X − X′| of equally likely values, literally")
  func energyForm() {
    let values = [-2.0, -1, -1, 0.5, 3, 4.25]
    let n = Double(values.count)
    for y in [-3.0, 0, 0.5, 7] {
      let distance = values.map { abs($0 - y) }.reduce(0, +) / n
      let spread = values.flatMap { a in values.map { abs(a - $0) } }.reduce(0, +) / n / n
      let score = PredictiveDistribution.empirical(sorted: values).rankedProbabilityScore(y)
      #expect(score.isClose(to: distance - spread / 2, relative: 1e-14))
    }
  }

  @Test("a mixture of one normal scores as that normal, also far out")
  func oneComponent() {
    for y in [-40.0, -3, 0, 1.5, 12] {
      let normal = PredictiveDistribution.normal(mean: 1, standardDeviation: 2)
      let mixture = PredictiveDistribution.mixture([
        .init(weight: 0.25, mean: 1, standardDeviation: 2),
        .init(weight: 0.75, mean: 1, standardDeviation: 2),
      ])
      #expect(
        mixture.rankedProbabilityScore(y)
          .isClose(to: normal.rankedProbabilityScore(y), relative: 1e-13))
    }
  }

  @Test("a single value scores the absolute error")
  func point() {
    #expect(
      PredictiveDistribution.normal(mean: 2, standardDeviation: 0).rankedProbabilityScore(5) == 3)
    #expect(PredictiveDistribution.empirical(sorted: [2]).rankedProbabilityScore(5) == 3)
  }

  @Test("the score is least on average for the distribution that made the outcomes")
  func isProper() throws {
    var draws = RandomStream(seed: 5)
    let outcomes = (0..<4000).map { _ in 1 + 2 * draws.normal() }
    func average(_ mean: Double, _ deviation: Double) throws -> Double {
      let distribution = PredictiveDistribution.normal(mean: mean, standardDeviation: deviation)
      return try #require(Descriptive.mean(outcomes.map(distribution.rankedProbabilityScore)))
    }
    let own = try average(1, 2)
    for (mean, deviation) in [(1.5, 2.0), (0.5, 2), (1, 1.4), (1, 2.9)] {
      #expect(try average(mean, deviation) > own)
    }
  }

  @Test("pinball and interval scores agree with their definitions")
  func intervalScoresAgreeWithTheirDefinitions() {
    for (y, q, p) in [(1.0, 3.0, 0.9), (3, 1, 0.9), (2, 2, 0.1)] {
      let literal = (y - q) * (p - (y < q ? 1 : 0))
      #expect(IntervalScores.pinball(y, quantile: q, probability: p).isClose(to: literal))
    }
    let (l, u, level) = (-1.0, 4.0, 0.8)
    for y in [-3.0, -1, 2, 4, 5] {
      let alpha = 1 - level
      let literal =
        (u - l) + 2 / alpha * (l - y) * (y < l ? 1 : 0) + 2 / alpha * (y - u) * (y > u ? 1 : 0)
      let score = IntervalScores.interval(y, l...u, level: level)
      #expect(score.isClose(to: literal, relative: 1e-15))
      // An interval's score is that of its two quantiles, over α/2.
      let pinballs =
        IntervalScores.pinball(y, quantile: l, probability: alpha / 2)
        + IntervalScores.pinball(y, quantile: u, probability: 1 - alpha / 2)
      #expect(score.isClose(to: 2 / alpha * pinballs, relative: 1e-13))
    }
  }

  @Test("the weighted interval score agrees with its definition and tends to the ranked score")
  func weightedScoreAgreesWithItsDefinition() {
    let distribution = PredictiveDistribution.normal(mean: 1, standardDeviation: 2)
    let y = 2.2
    func score(_ levels: [Double]) -> Double {
      IntervalScores.weighted(
        y, median: distribution.quantile(0.5),
        intervals: levels.map { ($0, distribution.interval($0)) })
    }
    let levels = [0.5, 0.8, 0.95]
    let literal =
      (0.5 * abs(y - distribution.quantile(0.5))
        + levels.reduce(0) {
          $0 + (1 - $1) / 2 * IntervalScores.interval(y, distribution.interval($1), level: $1)
        }) / (Double(levels.count) + 0.5)
    #expect(score(levels).isClose(to: literal, relative: 1e-14))
    let many = score((1..<2000).map { Double($0) / 2000 })
    // The Riemann sum's error at 1/2000.
    #expect(many.isClose(to: distribution.rankedProbabilityScore(y), relative: 2e-3))
  }

  @Test("coverage counts the ends; the scaled interval score is over the naive errors")
  func coverage() throws {
    let intervals: [ClosedRange<Double>] = [0...1, 0...1, 0...1, 2...3]
    #expect(IntervalScores.coverage([0, 1, 2, .nan], intervals)?.isClose(to: 2.0 / 3) ?? false)
    #expect(IntervalScores.coverage([.nan], [0...1]) == nil)
    let history = [1.0, 3, 2, 6]
    // Widths of 1, one outcome 1 outside at 2/0.05 = 40; naive errors of 2, 1 and 4.
    let literal = 43.0 / 7
    let score = try #require(
      IntervalScores.meanScaled(
        [0, 1, 2, .nan], intervals, level: 0.95, history: history, seasonLength: 1))
    #expect(score.isClose(to: literal, relative: 1e-12))
    #expect(
      IntervalScores.meanScaled([0], [0...1], level: 0.95, history: [2, 2], seasonLength: 1) == nil)
  }
}
