import CaseloadData
import CaseloadMath

/// Which models of a backtest lose less than others, and how sure that is.
///
/// A part is `nil` where there are too few series or origins for it.
public struct BacktestComparison: Codable, Sendable, Equatable {
  /// What the ranks are taken over.
  public enum Blocks: String, Codable, Sendable { case series, windows }

  /// A test that two models lose equally much.
  public struct Pair: Codable, Sendable, Equatable {
    public let first: String
    public let second: String
    /// Mean loss of the first less that of the second.
    public let difference: Double
    /// Of the origins' mean losses; `nil` where it is not defined.
    public let test: HypothesisTest?
    /// Adjusted for all pairs by Holm's method.
    public let adjustedPValue: Double?
  }

  /// The loss.
  public let metric: ForecastScores.Metric
  /// The models that are compared.
  public let models: [String]
  public let blocks: Blocks
  /// Friedman's test and the ranks, in the models' order.
  public let ranks: RankComparison?
  /// The models whose ranks do not differ from the best one's.
  public let best: [String]
  /// Diebold–Mariano tests of all pairs.
  public let pairs: [Pair]
  /// The model confidence set's p-values, by model.
  public let confidence: [String: Double]?

  init(
    metric: ForecastScores.Metric, models: [String], bySeries: [[Double]], byOrigin: [[Double]],
    overlap: Int, significance: Double, seed: UInt64
  ) {
    self.metric = metric
    self.models = models
    blocks = bySeries.count > 1 ? .series : .windows
    let ranks = try? RankComparison(
      losses: bySeries.count > 1 ? bySeries : byOrigin, significance: significance)
    self.ranks = ranks
    best = ranks.map { $0.best.map { models[$0] } } ?? []
    var tests: [(Int, Int, HypothesisTest?)] = []
    for i in models.indices {
      for j in models.indices where j > i {
        tests.append(
          (
            i, j,
            try? DieboldMariano.test(
              differences: byOrigin.map { $0[i] - $0[j] }, horizon: overlap)
          ))
      }
    }
    let pValues = tests.map { $0.2?.pValue ?? .nan }
    let adjusted = (try? MultipleTesting.adjusted(pValues, .holm)) ?? pValues
    pairs = zip(tests, adjusted).map { entry, p in
      let (i, j, test) = entry
      return Pair(
        first: models[i], second: models[j],
        difference: Descriptive.mean(byOrigin.map { $0[i] - $0[j] }) ?? .nan, test: test,
        adjustedPValue: p.isNaN ? nil : p)
    }
    // The bootstrap means little with fewer blocks than this.
    let set =
      byOrigin.count >= max(10, 3 * overlap)
      ? try? ModelConfidenceSet(
        losses: byOrigin, blockLength: overlap, from: RandomStream(seed: seed)) : nil
    confidence = set.map { set in
      Dictionary(zip(models, set.pValues)) { first, _ in first }
    }
  }
}
