import CaseloadData
import CaseloadMath

/// Outliers found and replaced, gaps filled, every step told.
///
/// ```
/// season:    robust STL, taken out where 1 − Var R / Var (y − T) ≥ 0.6
/// smooth:    super smoother of what is left, with the residuals eₜ
/// outlier:   eₜ outside [q₂₅ − 3 (q₇₅ − q₂₅), q₇₅ + 3 (q₇₅ − q₂₅)]
/// ```
///
/// An outlier's replacement is the value that ``SeriesInterpolation`` gives for it; the search is
/// repeated once on the repaired series. Numbers agree with R's `tsoutliers` and `tsclean`.
///
/// - Source: Hyndman & Athanasopoulos, *Forecasting: Principles and Practice*, 3rd ed., §13.9.
public struct SeriesCleaning: Sendable, Equatable {
  /// One value that was changed, and how.
  public struct Step: Sendable, Equatable, Codable {
    public enum Reason: String, Sendable, Codable { case outlier, missing }

    public let index: Int
    public let reason: Reason
    /// `nil` where it was missing.
    public let before: Double?
    public let after: Double
  }

  /// The series with outliers replaced and gaps filled.
  public let values: [Double]
  /// The changes, in the order of time.
  public let steps: [Step]

  /// Cleans `values`.
  ///
  /// - Parameters:
  ///   - values: NaN where missing.
  ///   - period: m; 1 for no season.
  ///   - boxCox: the scale on which outliers are looked for; `nil` for the data's own.
  ///   - passes: how often they are looked for, the later times in the repaired series.
  ///   - fillsGaps: whether values that were missing are filled in as well.
  public init(
    _ values: [Double], period: Int, boxCox: BoxCox? = nil, passes: Int = 2, fillsGaps: Bool = true
  ) {
    var repaired = values
    var outliers: Set<Int> = []
    for pass in 0..<max(1, passes) {
      let found = Self.outliers(repaired, period, boxCox)
      if found.isEmpty && pass > 0 { break }
      outliers.formUnion(found)
      for t in outliers { repaired[t] = .nan }
      repaired = Self.interpolated(repaired, period, boxCox)
    }
    var result = values
    for t in outliers where !repaired[t].isNaN { result[t] = repaired[t] }
    if fillsGaps { result = Self.interpolated(result, period, boxCox) }
    self.values = result
    steps = values.indices.compactMap { t in
      if outliers.contains(t), !values[t].isNaN {
        return Step(index: t, reason: .outlier, before: values[t], after: result[t])
      }
      return values[t].isNaN && !result[t].isNaN
        ? Step(index: t, reason: .missing, before: nil, after: result[t]) : nil
    }
  }

  /// The outliers among the steps.
  public var outliers: [Step] { steps.filter { $0.reason == .outlier } }

  /// The steps as notes, for the series that starts at `start`.
  public func notes(from start: Period) -> [Diagnostic] {
    steps.map { step in
      let period = start.advanced(by: step.index)
      return Diagnostic(
        step.reason == .missing ? .missingValues : .valueOutOfRange, .note,
        step.reason == .missing
          ? Text(
            en: "The missing value of \(period) was filled in with \(step.after).",
            zh: "\(period) 的缺失值以 \(step.after) 补齐。")
          : Text(
            en: "The outlier \(step.before ?? .nan) in \(period) was replaced by \(step.after).",
            zh: "\(period) 的离群值 \(step.before ?? .nan) 以 \(step.after) 代替。"),
        at: Diagnostic.Location(period: period.description))
    }
  }

  private static func interpolated(_ values: [Double], _ period: Int, _ boxCox: BoxCox?) -> [Double]
  {
    SeriesInterpolation(values, periods: [period], boxCox: boxCox).values
  }

  /// Where the outliers of one pass lie.
  private static func outliers(_ values: [Double], _ period: Int, _ boxCox: BoxCox?) -> [Int] {
    let complete = interpolated(values, period, boxCox)
    guard let first = complete.first, complete.contains(where: { $0 != first }),
      !complete.contains(where: \.isNaN)
    else { return [] }
    var y = boxCox.map { transform in complete.map { transform($0) } } ?? complete
    if period > 1, y.count > 2 * period {
      let mstl = MSTL(decomposing: y, periods: [period], isRobust: true)
      let detrended = zip(y, mstl.trend).map { $0 - $1 }
      if let rest = Descriptive.variance(mstl.remainder), let all = Descriptive.variance(detrended),
        all > 0, 1 - rest / all >= 0.6
      {
        y = mstl.adjusted
      }
    }
    let smooth = SuperSmoother.smooth(y)
    let residuals = y.indices.map { values[$0].isNaN ? .nan : y[$0] - smooth[$0] }
    let sorted = residuals.filter { !$0.isNaN }.sorted()
    guard let low = Descriptive.sortedQuantile(sorted, 0.25),
      let high = Descriptive.sortedQuantile(sorted, 0.75)
    else { return [] }
    let reach = 3 * (high - low)
    let (lower, upper) = (low - reach, high + reach)
    // R's 1e-14, relative to the data.
    let size = y.reduce(0) { max($0, abs($1)) }
    guard upper - lower > 1e-14 * min(1, size) else { return [] }
    return residuals.indices.filter { residuals[$0] < lower || residuals[$0] > upper }
  }
}
