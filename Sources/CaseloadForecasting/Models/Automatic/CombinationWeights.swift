import CaseloadData
import CaseloadMath

/// The weights of a combination before any member is left out.
enum CombinationWeights {
  /// Equal weights for the members `ids`.
  static func initial(of ids: [String], _ series: TimeSeries) -> [Double] {
    [Double](repeating: 1 / Double(max(1, ids.count)), count: ids.count)
  }
}

/// Finds the members of a combination whose forecasts run away from the others'.
enum CombinationGuard {
  /// A member is wild where its mean distance from the members' median path exceeds this many times
  /// the others' (their median distance), and the in-sample error of the seasonal naive forecast.
  static let limit = 6.0

  /// Which members are wild; never more than half of them.
  static func wild(
    _ fits: [any FittedForecastModel], weights: [Double], _ series: TimeSeries
  ) -> [Bool] {
    var isWild = [Bool](repeating: false, count: fits.count)
    // Distances are taken over one fixed span, so that a longer horizon changes no weight.
    let span = series.seasonLength > 1 ? min(24, 2 * series.seasonLength) : 6
    guard fits.count > 2, let scale = scale(of: series), scale > 0 else { return isWild }
    let paths = fits.map { fit in fit.marginals(span).map(\.mean) }
    let medians = (0..<span).map { h in
      Descriptive.sortedQuantile(paths.map { $0[h] }.sorted(), 0.5) ?? .nan
    }
    let distances = paths.map { path -> Double in
      let sum = zip(path, medians).reduce(0) { $0 + abs($1.0 - $1.1) }
      return sum.isFinite ? sum / Double(span) : .infinity
    }
    let typical = Descriptive.sortedQuantile(distances.sorted(), 0.5) ?? 0
    for i in fits.indices where distances[i] > limit * max(typical, scale) { isWild[i] = true }
    return isWild
  }

  /// The mean absolute change over a season: the error of the seasonal naive forecast.
  private static func scale(of series: TimeSeries) -> Double? {
    let y = series.values
    let lag = y.count > series.seasonLength ? series.seasonLength : 1
    let changes = y.indices.dropFirst(lag).map { abs(y[$0] - y[$0 - lag]) }.filter { !$0.isNaN }
    return changes.isEmpty ? nil : changes.reduce(0, +) / Double(changes.count)
  }
}
