import CaseloadData

/// How a series is taken apart.
public struct DecompositionSettings: Sendable, Equatable {
  public enum Method: String, Sendable, CaseIterable {
    /// Local regressions; one season that may change.
    case stl
    /// The same for several seasons.
    case mstl
    /// Moving averages and one season that does not change.
    case classical
    /// A structural model's level, slope, season and cycle, smoothed, with standard errors.
    case structural
  }

  /// `nil` takes STL for a series with a season and the structural model for one without.
  public var method: Method?
  /// Periods a season; `nil` for the series' own.
  public var periods: [Int]?
  /// How fast the season may change; `nil` for the method's own choice.
  public var season: STL.SeasonWindow?
  public var isRobust = false
  /// Of the classical decomposition.
  public var isMultiplicative = false

  public init() {}
}

extension Decomposition {
  /// The parts of `series`.
  ///
  /// - Parameters:
  ///   - series: missing values are filled in where the method needs it, which a diagnostic says.
  ///   - settings: method and windows.
  /// - Returns: the parts over the history, and what was noticed.
  /// - Throws: ``DiagnosticCode/seriesTooShort`` and ``DiagnosticCode/modelNotApplicable`` where the
  ///   method cannot be used.
  public static func decomposing(
    _ series: TimeSeries, _ settings: DecompositionSettings = DecompositionSettings()
  ) throws(Diagnostic) -> (decomposition: Decomposition, diagnostics: [Diagnostic]) {
    let periods = settings.periods ?? [series.seasonLength]
    let method = settings.method ?? (periods.contains { $0 > 1 } ? .stl : .structural)
    switch method {
    case .structural:
      let fit = try Structural().fitted(to: series)
      return (fit.components(.smoothed), fit.diagnostics)
    case .classical:
      let parts = try ClassicalDecomposition(
        series.values, period: periods[0],
        settings.isMultiplicative ? .multiplicative : .additive)
      let decomposition = Decomposition(
        method: "classical", isMultiplicative: settings.isMultiplicative, start: series.start,
        components: [
          Component(.trend, name: trendName, values: parts.trend),
          Component(.season, name: seasonName(nil), values: parts.seasonal),
          Component(.irregular, name: irregularName, values: parts.remainder),
        ])
      return (decomposition, [])
    case .stl, .mstl:
      return try local(series, periods: method == .stl ? [periods[0]] : periods, settings)
    }
  }

  private static func local(
    _ series: TimeSeries, periods: [Int], _ settings: DecompositionSettings
  ) throws(Diagnostic) -> (decomposition: Decomposition, diagnostics: [Diagnostic]) {
    guard periods.contains(where: { $0 > 1 }) else {
      throw Diagnostic(
        .modelNotApplicable, .error,
        Text(en: "The series has no season to take out.", zh: "序列没有可剔除的季节性。"),
        hint: Text(
          en: "Use --method structural, or give the season's length with --frequency NUMBER.",
          zh: "请用 --method structural，或用 --frequency 数字 指明季节长度。"))
    }
    var own = MSTL.Settings()
    own.isRobust = settings.isRobust
    own.windows = settings.season.map { [$0] }
    let parts = try MSTL(series.values, periods: periods, own)
    let seasons = zip(parts.periods, parts.seasonals).map { period, values in
      Component(
        .season, name: seasonName(parts.periods.count > 1 ? period : nil), values: values)
    }
    return (
      Decomposition(
        method: periods.count > 1 ? "MSTL" : "STL", start: series.start,
        components: [Component(.trend, name: trendName, values: parts.trend)] + seasons
          + [Component(.irregular, name: irregularName, values: parts.remainder)]),
      parts.diagnostics
    )
  }

  private static let trendName = Text(en: "trend", zh: "趋势")
  private static let irregularName = Text(en: "remainder", zh: "剩余")

  private static func seasonName(_ period: Int?) -> Text {
    period.map { Text(en: "season of \($0)", zh: "长度 \($0) 的季节") }
      ?? Text(en: "season", zh: "季节")
  }
}
