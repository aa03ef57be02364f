import CaseloadData
import CaseloadMath

/// The results of a ``RollingOrigin`` test: every window of every series and model.
public struct Backtest: Codable, Sendable {
  public let scheme: RollingOrigin
  public let seriesCount: Int
  /// In the order in which they were given.
  public let models: [String]
  /// Series by series, in each model by model, in each origin by origin.
  public let windows: [BacktestWindow]

  /// One model's averages over the windows that count.
  public struct Summary: Codable, Sendable, Equatable {
    public let model: String
    /// How many of its windows have a forecast.
    public let answered: Int
    /// How many have none.
    public let failed: Int
    /// How many windows the averages are over: those that every model answered, of the models that
    /// answered any.
    public let compared: Int
    /// The averages, by the metric's name; a metric that is not defined in a window is averaged over
    /// the others, the same for every model, and is left out where it is defined in none.
    public let scores: [String: Double]

    public subscript(metric: ForecastScores.Metric) -> Double? { scores[metric.rawValue] }
  }

  /// The windows of one series and origin, one a model.
  private struct Block {
    let series: Int
    let position: Int
    /// In the models' order.
    let windows: [BacktestWindow]
  }

  private var blocks: [Block] {
    let (count, perSeries) = (scheme.windows, scheme.windows * models.count)
    return (0..<seriesCount).flatMap { index in
      (0..<count).map { position in
        Block(
          series: index, position: position,
          windows: models.indices.map { windows[index * perSeries + $0 * count + position] })
      }
    }
  }

  /// The models that answered any window.
  private var answering: [Int] {
    let answered = Set(windows.filter { $0.scores != nil }.map(\.model))
    return models.indices.filter { answered.contains(models[$0]) }
  }

  /// One entry a model, in their order.
  public var summary: [Summary] {
    let answering = answering
    let common = blocks.filter { block in
      answering.allSatisfy { block.windows[$0].scores != nil }
    }
    var scores = [[String: Double]](repeating: [:], count: models.count)
    for metric in ForecastScores.Metric.allCases {
      let defined = common.filter { block in
        answering.allSatisfy { block.windows[$0].scores?[metric] != nil }
      }
      for model in answering {
        let values = defined.compactMap { $0.windows[model].scores?[metric] }
        scores[model][metric.rawValue] = Descriptive.mean(values)
      }
    }
    return models.indices.map { model in
      let own = windows.filter { $0.model == models[model] }
      let answered = own.count { $0.scores != nil }
      return Summary(
        model: models[model], answered: answered, failed: own.count - answered,
        compared: answering.contains(model) ? common.count : 0, scores: scores[model])
    }
  }

  /// Tests of which models lose less.
  ///
  /// Models that answered no window are left out, and windows that one of the others did not answer
  /// or where `metric` is not defined for it. With two series or more, the ranks are over series, by
  /// each one's mean loss; with one, over its windows, which depend on each other.
  ///
  /// The tests of pairs and the confidence set are over origins, by the mean loss over series.
  ///
  /// - Parameters:
  ///   - metric: the loss; one that is relative where series of different size are compared.
  ///   - significance: of the tests, all together.
  ///   - seed: of the confidence set's bootstrap.
  /// - Returns: `nil` where fewer than two models can be compared.
  public func comparison(
    by metric: ForecastScores.Metric, significance: Double = 0.05, seed: UInt64 = 1
  ) -> BacktestComparison? {
    let answering = answering
    guard answering.count > 1, metric.isLoss else { return nil }
    var losses: [(series: Int, position: Int, values: [Double])] = []
    for block in blocks {
      let values = answering.compactMap { block.windows[$0].scores?[metric] }
      if values.count == answering.count { losses.append((block.series, block.position, values)) }
    }
    guard !losses.isEmpty else { return nil }
    func means(_ rows: [(series: Int, position: Int, values: [Double])]) -> [Double] {
      answering.indices.map { j in Descriptive.mean(rows.map { $0.values[j] }) ?? .nan }
    }
    let bySeries = Dictionary(grouping: losses, by: \.series).sorted { $0.key < $1.key }
      .map { means($0.value) }
    let byOrigin = Dictionary(grouping: losses, by: \.position).sorted { $0.key < $1.key }
      .map { means($0.value) }
    return BacktestComparison(
      metric: metric, models: answering.map { models[$0] }, bySeries: bySeries,
      byOrigin: byOrigin, overlap: scheme.overlap, significance: significance, seed: seed)
  }
}
