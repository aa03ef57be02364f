import CaseloadData
import CaseloadMath

/// A series as trend + several seasons + remainder: STL for one season after the other, repeated.
///
/// ```
/// yₜ = Tₜ + Σ S⁽ⁱ⁾ₜ + Rₜ
/// for every period mᵢ, from the shortest:  S⁽ⁱ⁾ = season of STL of y − Σ_{j≠i} S⁽ʲ⁾
/// ```
///
/// The window of season i is 7 + 4i years. T is the trend of the last STL; without a season it is
/// the super smoother's. Missing values are filled in first (``SeriesInterpolation``) and have no
/// remainder. Periods of which the series holds not more than two are left out. Numbers agree with
/// R's `mstl`.
///
/// - Source: Bandara, Hyndman & Bergmeir (2025), *International Journal of Operational Research* 52,
///   79–98.
public struct MSTL: Sendable, Equatable {
  public struct Settings: Sendable, Equatable, Codable {
    /// The windows of the seasons in years, the last for all further; `nil` for 7 + 4i.
    public var windows: [STL.SeasonWindow]?
    public var trendWindow: Int?
    public var isRobust = false
    /// How often all seasons are gone through; with one season once suffices.
    public var iterations = 2
    public var boxCox: BoxCox?

    public init() {}
  }

  /// The periods that were used, ascending.
  public let periods: [Int]
  public let trend: [Double]
  /// One a period.
  public let seasonals: [[Double]]
  /// NaN where the value was missing.
  public let remainder: [Double]
  /// The series on the scale of the parts, gaps filled in.
  public let complete: [Double]
  public let boxCox: BoxCox?
  /// What was filled in or left out.
  public let diagnostics: [Diagnostic]

  /// The parts of `values`.
  ///
  /// - Parameters:
  ///   - values: NaN where missing.
  ///   - periods: how many values make a season, one or several.
  ///   - settings: windows, robustness, transformation.
  /// - Throws: ``DiagnosticCode/seriesTooShort`` for fewer than two known values.
  public init(_ values: [Double], periods: [Int], _ settings: Settings = Settings())
    throws(Diagnostic)
  {
    guard values.count(where: { !$0.isNaN }) >= 2 else {
      throw Diagnostic(
        .seriesTooShort, .error,
        Text(en: "A decomposition needs two known values.", zh: "分解至少需要两个已知数值。"),
        hint: Text(en: "Use a longer series.", zh: "请使用更长的序列。"))
    }
    let wanted = Set(periods.filter { $0 > 1 }).sorted()
    let usable = wanted.filter { values.count > 2 * $0 }
    let filling = SeriesInterpolation(values, periods: usable, boxCox: settings.boxCox)
    var diagnostics = [filling.note].compactMap { $0 }
    if usable.count < wanted.count {
      let names = wanted.filter { !usable.contains($0) }.map(String.init).joined(separator: ", ")
      diagnostics.append(
        Diagnostic(
          .seriesTooShort, .note,
          Text(
            en: "The series holds no two full seasons of \(names) periods, so that season is left "
              + "out.", zh: "序列不足两个长度为 \(names) 的完整季节，故不提取该季节成分。")))
    }
    let transform = settings.boxCox
    let y = transform.map { transform in filling.values.map { transform($0) } } ?? filling.values
    self.init(
      decomposing: y, periods: usable, isRobust: settings.isRobust,
      iterations: settings.iterations, windows: settings.windows,
      trendWindow: settings.trendWindow, boxCox: transform, diagnostics: diagnostics,
      gaps: filling.filled)
  }

  /// - Precondition: no missing values, more than two seasons of every period, ascending.
  init(
    decomposing y: [Double], periods: [Int], isRobust: Bool, iterations: Int = 2,
    windows: [STL.SeasonWindow]? = nil, trendWindow: Int? = nil, boxCox: BoxCox? = nil,
    diagnostics: [Diagnostic] = [], gaps: [Int] = []
  ) {
    var seasonals = [[Double]](
      repeating: [Double](repeating: 0, count: y.count), count: periods.count)
    var adjusted = y
    var trend: [Double] = []
    for _ in 0..<(periods.count > 1 ? max(1, iterations) : 1) {
      for (i, period) in periods.enumerated() {
        for t in y.indices { adjusted[t] += seasonals[i][t] }
        let window = windows.flatMap { $0.indices.contains(i) ? $0[i] : $0.last }
        var settings = STL.Settings(season: window ?? .years(7 + 4 * (i + 1)), isRobust: isRobust)
        settings.trendWindow = trendWindow
        let stl = STL(decomposing: adjusted, period: period, settings)
        seasonals[i] = stl.seasonal
        trend = stl.trend
        for t in y.indices { adjusted[t] -= stl.seasonal[t] }
      }
    }
    if periods.isEmpty { trend = SuperSmoother.smooth(y) }
    var remainder = y.indices.map { adjusted[$0] - trend[$0] }
    for gap in gaps { remainder[gap] = .nan }
    self.periods = periods
    self.trend = trend
    self.seasonals = seasonals
    self.remainder = remainder
    complete = y
    self.boxCox = boxCox
    self.diagnostics = diagnostics
  }

  /// The series without its seasons, gaps filled in.
  public var adjusted: [Double] {
    complete.indices.map { t in complete[t] - seasonals.reduce(0) { $0 + $1[t] } }
  }

  /// How much of the detrended series each season is, in [0, 1]; see ``STL/seasonalStrength``.
  public var seasonalStrengths: [Double] {
    seasonals.map { season in
      let known = remainder.indices.filter { !remainder[$0].isNaN }
      return STL.strength(known.map { remainder[$0] }, beside: known.map { season[$0] })
    }
  }

  /// How much of the adjusted series is trend, in [0, 1].
  public var trendStrength: Double {
    let known = remainder.indices.filter { !remainder[$0].isNaN }
    return STL.strength(known.map { remainder[$0] }, beside: known.map { trend[$0] })
  }
}
