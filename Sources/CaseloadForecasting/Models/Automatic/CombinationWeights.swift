import CaseloadData
import CaseloadMath

/// The weights of a combination: equal, and less for a member that runs away from the others.
///
/// ```
/// wᵢ ∝ 1 / (1 + (dᵢ/(12 s))²)
/// dᵢ = mean over h of |ŷᵢ,ₙ₊ₕ − medianⱼ ŷⱼ,ₙ₊ₕ|,   s = mean |yₜ − yₜ₋ₘ|
/// ```
///
/// Members that agree to a few times the error of the seasonal naive forecast keep their weights;
/// one that lies d = 12 s from the others' middle has half of it, and one that explodes has none.
/// Equal weights are hard to beat: Claeskens, Magnus, Vasnev & Wang (2016), *International Journal of
/// Forecasting* 32, 754–762.
enum CombinationWeights {
  /// How many s a member may lie off before it has lost half its weight.
  static let halfWeightDistance = 12.0

  /// One weight a member; they add up to 1.
  static func shrunk(_ fits: [any FittedForecastModel], _ series: TimeSeries) -> [Double] {
    let equal = [Double](repeating: 1 / Double(max(1, fits.count)), count: fits.count)
    // Distances are taken over one fixed span, so that a longer horizon changes no weight.
    let span = series.seasonLength > 1 ? min(24, 2 * series.seasonLength) : 6
    guard fits.count > 2, let scale = scale(of: series), scale > 0 else { return equal }
    let paths = fits.map { fit in fit.marginals(span).map(\.mean) }
    let medians = (0..<span).map { h in
      Descriptive.sortedQuantile(paths.map { $0[h] }.filter(\.isFinite).sorted(), 0.5) ?? .nan
    }
    let weights = paths.map { path -> Double in
      let sum = zip(path, medians).reduce(0) { $0 + abs($1.0 - $1.1) }
      let distance = sum / Double(span) / (halfWeightDistance * scale)
      return distance.isFinite ? 1 / (1 + distance * distance) : 0
    }
    let total = weights.reduce(0, +)
    return total > 0 ? weights.map { $0 / total } : equal
  }

  /// The mean absolute change over a season: the error of the seasonal naive forecast.
  private static func scale(of series: TimeSeries) -> Double? {
    let y = series.values
    let lag = y.count > series.seasonLength ? series.seasonLength : 1
    let changes = y.indices.dropFirst(lag).map { abs(y[$0] - y[$0 - lag]) }.filter { !$0.isNaN }
    return changes.isEmpty ? nil : changes.reduce(0, +) / Double(changes.count)
  }
}
