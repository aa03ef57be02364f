import CaseloadData

extension SeasonalTreatment {
  /// The season of `y` to take out; `nil` for none.
  ///
  /// Automatic takes it out where the data show one: as a ratio where all values have one sign and
  /// no factor is close to 0, as a difference otherwise.
  ///
  /// - Throws: ``DiagnosticCode/seriesTooShort`` or ``DiagnosticCode/modelNotApplicable`` where what
  ///   was asked for cannot be done.
  func season(of series: TimeSeries) throws(Diagnostic) -> ClassicalSeason? {
    let (y, m) = (series.values, series.seasonLength)
    let hasOneSign =
      y.allSatisfy { $0.isNaN || $0 > 0 } || y.allSatisfy { $0.isNaN || $0 < 0 }
    switch self {
    case .none: return nil
    case .automatic:
      guard ClassicalSeason.isSeasonal(y, m) else { return nil }
      if hasOneSign {
        let season = ClassicalSeason(y, length: m, isMultiplicative: true)
        if season.factors.allSatisfy({ $0 > Self.smallestFactor }) { return season }
      }
      return ClassicalSeason(y, length: m, isMultiplicative: false)
    case .additive, .multiplicative:
      guard m > 1, series.count > 2 * m else {
        throw Diagnostic(
          .seriesTooShort, .error,
          Text(
            en: "A seasonal adjustment needs two seasons and a value more.",
            zh: "季节调整至少需要两个完整季节再加一个数值。"),
          hint: Text(en: "Use --set seasonal=none.", zh: "请用 --set seasonal=none。"))
      }
      guard self == .additive || hasOneSign else {
        throw Diagnostic(
          .modelNotApplicable, .error,
          Text(
            en: "A multiplicative season needs values above zero.",
            zh: "乘法季节性要求数值大于零。"),
          hint: Text(en: "Use --set seasonal=additive.", zh: "请用 --set seasonal=additive。"))
      }
      return ClassicalSeason(y, length: m, isMultiplicative: self == .multiplicative)
    }
  }

  /// Dividing by less would blow a value up: R's `thetaf` leaves the season in below 1e-4.
  private static var smallestFactor: Double { 1e-4 }
}
