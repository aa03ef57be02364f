import CaseloadData
import CaseloadMath

/// Whether the residuals of a fitted model look like what the model assumes: no autocorrelation, no
/// bias, normal.
///
/// The portmanteau test takes as many lags as R's `checkresiduals`: two seasons, or 10 without one,
/// but no more than a fifth of the values, and at least three more than the ARMA coefficients, which
/// are taken off its degrees of freedom.
///
/// - Sources: Hyndman & Athanasopoulos, *Forecasting: Principles and Practice*, 3rd ed., §5.4;
///   Hyndman & Khandakar (2008), *Journal of Statistical Software* 27(3).
public struct ResidualDiagnostics: Codable, Sendable {
  /// How many residuals are known.
  public let count: Int
  public let mean: Double
  public let standardDeviation: Double
  /// Of the residuals; `nil` where they are constant.
  public let correlogram: Correlogram?
  /// `nil` where there are too few residuals, or they are constant.
  public let autocorrelation: HypothesisTest?
  /// That the mean is zero; `nil` where the residuals are constant.
  public let bias: HypothesisTest?
  /// `nil` where there are too few residuals, or they are constant.
  public let normality: HypothesisTest?

  /// - Parameters:
  ///   - fit: any fitted model.
  ///   - seasonLength: of the series that it was fitted to.
  ///   - lags: of the portmanteau test; `nil` for the usual number.
  /// - Throws: ``DiagnosticCode/seriesTooShort`` for fewer than three residuals,
  ///   ``DiagnosticCode/illegalOption`` for lags that are not possible.
  public init(_ fit: any FittedForecastModel, seasonLength: Int, lags: Int? = nil)
    throws(Diagnostic)
  {
    try self.init(
      residuals: fit.residuals, seasonLength: seasonLength,
      fittedParameters: fit.armaCoefficientCount, lags: lags)
  }

  /// - Parameters:
  ///   - residuals: in the order of time; NaN where there is none.
  ///   - seasonLength: 1 for none.
  ///   - fittedParameters: the ARMA coefficients that were estimated.
  ///   - lags: of the portmanteau test; `nil` for the usual number.
  /// - Throws: as ``init(_:seasonLength:lags:)``.
  public init(
    residuals: [Double], seasonLength: Int, fittedParameters: Int = 0, lags: Int? = nil
  ) throws(Diagnostic) {
    let known = residuals.filter { !$0.isNaN }
    guard known.count > 2, let mean = Descriptive.mean(known),
      let deviation = Descriptive.standardDeviation(known)
    else { throw Diagnostic.testNeeds(3, have: known.count) }
    count = known.count
    self.mean = mean
    standardDeviation = deviation
    // Those before the first forecast are not there to be correlated.
    let series = Array(
      residuals.drop { $0.isNaN }.reversed().drop { $0.isNaN }.reversed())
    let usual = Self.usualLags(
      series.count, seasonLength: seasonLength, fittedParameters: fittedParameters)
    let chosen = lags ?? usual
    let isConstant = deviation <= 1e-14 * abs(mean) || deviation == 0
    guard !isConstant else {
      (correlogram, autocorrelation, bias, normality) = (nil, nil, nil, nil)
      return
    }
    correlogram = try? Correlogram(series, lags: max(1, min(chosen, series.count - 1)))
    if lags == nil, usual >= known.count {
      autocorrelation = nil
    } else {
      autocorrelation = try LjungBox.test(
        series, lags: chosen, fittedParameters: fittedParameters)
    }
    bias = HypothesisTest(
      id: "bias", name: Text(en: "Test of bias", zh: "偏差检验"),
      hypothesis: Text(en: "The errors have mean zero.", zh: "误差均值为零。"),
      studentT: mean / (deviation / Double(count).squareRoot()),
      degreesOfFreedom: Double(count - 1), alternative: .twoSided)
    normality = try? JarqueBera.test(known)
  }

  static func usualLags(_ count: Int, seasonLength m: Int, fittedParameters: Int) -> Int {
    let seasons = m > 1 ? 2 * m : 10
    let fifth = Int((Double(count) / 5).rounded())
    return max(fittedParameters + 3, min(seasons, fifth))
  }
}
