import CaseloadData
import CaseloadMath

/// The scores of one forecast against what happened; `nil` is "not defined here".
///
/// The point forecast is the mean of each distribution. ``mase``, ``rmsse`` and ``msis`` are
/// relative to the seasonal naive errors of the history, and not defined where that is constant.
public struct ForecastScores: Codable, Sendable, Equatable {
  /// The names by which a score is asked for, in the order in which they are shown.
  public enum Metric: String, Codable, Sendable, CaseIterable {
    case mase, smape, rmsse, crps, msis, coverage80, coverage95, mae, rmse, mape, bias, wis

    public var name: Text {
      switch self {
      case .mase: Text(en: "mean absolute scaled error", zh: "平均绝对标度误差")
      case .smape: Text(en: "symmetric mean absolute percentage error", zh: "对称平均绝对百分比误差")
      case .rmsse: Text(en: "root mean squared scaled error", zh: "均方根标度误差")
      case .crps: Text(en: "continuous ranked probability score", zh: "连续分级概率评分")
      case .msis: Text(en: "mean scaled interval score, 95 %", zh: "平均标度区间评分（95%）")
      case .coverage80: Text(en: "coverage of 80 % intervals", zh: "80% 区间覆盖率")
      case .coverage95: Text(en: "coverage of 95 % intervals", zh: "95% 区间覆盖率")
      case .mae: Text(en: "mean absolute error", zh: "平均绝对误差")
      case .rmse: Text(en: "root mean squared error", zh: "均方根误差")
      case .mape: Text(en: "mean absolute percentage error", zh: "平均绝对百分比误差")
      case .bias: Text(en: "mean error", zh: "平均误差")
      case .wis: Text(en: "weighted interval score", zh: "加权区间评分")
      }
    }

    /// Whether it has a unit of its own, so that series of different size can be averaged.
    public var isRelative: Bool {
      switch self {
      case .mase, .smape, .rmsse, .msis, .coverage80, .coverage95, .mape: true
      case .crps, .mae, .rmse, .bias, .wis: false
      }
    }

    /// Whether less is better; of a coverage, being near its level is.
    public var isLoss: Bool {
      switch self {
      case .coverage80, .coverage95, .bias: false
      default: true
      }
    }
  }

  public let mase: Double?
  /// Percent.
  public let smape: Double?
  public let rmsse: Double?
  /// In the unit of the data: the mean over the periods.
  public let crps: Double?
  /// Of 95 % intervals.
  public let msis: Double?
  public let coverage80: Double?
  public let coverage95: Double?
  public let mae: Double?
  public let rmse: Double?
  /// Percent; not defined where an outcome is zero.
  public let mape: Double?
  /// The mean error, outcome less forecast.
  public let bias: Double?
  /// Of 50, 80 and 95 % intervals and the median.
  public let wis: Double?

  /// - Parameters:
  ///   - marginals: one distribution a period.
  ///   - actual: what happened; NaN where it is not known.
  ///   - history: the values that the model saw.
  ///   - seasonLength: m of the scales.
  /// - Precondition: as many distributions as outcomes.
  public init(
    _ marginals: [PredictiveDistribution], actual: [Double], history: [Double], seasonLength: Int
  ) {
    precondition(marginals.count == actual.count)
    let means = marginals.map(\.mean)
    let intervals = [0.5, 0.8, 0.95].map { level in marginals.map { $0.interval(level) } }
    mase = PointScores.meanAbsoluteScaledError(
      actual, means, history: history, seasonLength: seasonLength)
    smape = PointScores.symmetricMeanAbsolutePercentageError(actual, means)
    rmsse = PointScores.rootMeanSquaredScaledError(
      actual, means, history: history, seasonLength: seasonLength)
    msis = IntervalScores.meanScaled(
      actual, intervals[2], level: 0.95, history: history, seasonLength: seasonLength)
    coverage80 = IntervalScores.coverage(actual, intervals[1])
    coverage95 = IntervalScores.coverage(actual, intervals[2])
    mae = PointScores.meanAbsoluteError(actual, means)
    rmse = PointScores.rootMeanSquaredError(actual, means)
    mape = PointScores.meanAbsolutePercentageError(actual, means)
    bias = PointScores.meanError(actual, means)
    let ranked = marginals.indices.map { marginals[$0].rankedProbabilityScore(actual[$0]) }
    crps = PointScores.mean(actual, ranked) { $1 }
    let weighted = marginals.indices.map { h in
      IntervalScores.weighted(
        actual[h], median: marginals[h].quantile(0.5),
        intervals: [(0.5, intervals[0][h]), (0.8, intervals[1][h]), (0.95, intervals[2][h])])
    }
    wis = PointScores.mean(actual, weighted) { $1 }
  }

  public subscript(metric: Metric) -> Double? {
    switch metric {
    case .mase: mase
    case .smape: smape
    case .rmsse: rmsse
    case .crps: crps
    case .msis: msis
    case .coverage80: coverage80
    case .coverage95: coverage95
    case .mae: mae
    case .rmse: rmse
    case .mape: mape
    case .bias: bias
    case .wis: wis
    }
  }
}
