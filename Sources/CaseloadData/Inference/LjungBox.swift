import CaseloadMath

/// Portmanteau tests of the first autocorrelations of a series.
///
/// ```
/// Ljung–Box   Q = n(n + 2) Σₖ₌₁ᵐ rₖ² / (n − k)  ~  χ²(m − f)
/// Box–Pierce  Q = n Σₖ₌₁ᵐ rₖ²                   ~  χ²(m − f)
/// ```
///
/// Missing values (NaN) are passed over: n counts the others, and the autocorrelations are those of
/// ``Descriptive/autocorrelations(_:maxLag:)``. On residuals of a regression on other columns both
/// hold their level only roughly; the Breusch–Godfrey test is made for those.
///
/// - Sources: Ljung & Box (1978), *Biometrika* 65, 297–303; Box & Pierce (1970), *JASA* 65,
///   1509–1526. As R's `Box.test`.
public enum LjungBox {
  /// Ljung and Box's test.
  ///
  /// - Parameters:
  ///   - series: values or residuals in the order of time.
  ///   - lags: m.
  ///   - fittedParameters: f, the autoregressive and moving-average parameters that were fitted.
  /// - Returns: the test, with m − f degrees of freedom.
  /// - Throws: ``DiagnosticCode/illegalOption`` unless f < m < n, ``DiagnosticCode/notIdentified``
  ///   for a constant series.
  public static func test(_ series: [Double], lags: Int, fittedParameters: Int = 0)
    throws(Diagnostic) -> HypothesisTest
  {
    let (r, n) = try correlations(series, lags: lags, fittedParameters: fittedParameters)
    var sum = 0.0
    for (k, r) in r.enumerated() { sum += r * r / (n - Double(k + 1)) }
    return HypothesisTest(
      id: "ljung-box", name: Text(en: "Ljung–Box test", zh: "Ljung–Box 检验"),
      hypothesis: hypothesis(lags), chiSquared: n * (n + 2) * sum,
      degreesOfFreedom: Double(lags - fittedParameters))
  }

  /// Box and Pierce's test, which rejects too rarely in short series.
  ///
  /// - Parameters:
  ///   - series: values or residuals in the order of time.
  ///   - lags: m.
  ///   - fittedParameters: f.
  /// - Returns: the test, with m − f degrees of freedom.
  /// - Throws: as ``test(_:lags:fittedParameters:)``.
  public static func boxPierce(_ series: [Double], lags: Int, fittedParameters: Int = 0)
    throws(Diagnostic) -> HypothesisTest
  {
    let (r, n) = try correlations(series, lags: lags, fittedParameters: fittedParameters)
    return HypothesisTest(
      id: "box-pierce", name: Text(en: "Box–Pierce test", zh: "Box–Pierce 检验"),
      hypothesis: hypothesis(lags), chiSquared: n * r.reduce(0) { $0 + $1 * $1 },
      degreesOfFreedom: Double(lags - fittedParameters))
  }

  private static func hypothesis(_ lags: Int) -> Text {
    Text(en: "The first \(lags) autocorrelations are zero.", zh: "前 \(lags) 阶自相关均为零。")
  }

  private static func correlations(_ series: [Double], lags: Int, fittedParameters: Int)
    throws(Diagnostic) -> (r: [Double], n: Double)
  {
    let known = series.filter { !$0.isNaN }
    guard lags >= 1, lags < known.count, fittedParameters >= 0, fittedParameters < lags else {
      throw Diagnostic(
        .illegalOption, .error,
        Text(
          en: "The number of lags lies above the fitted parameters (\(fittedParameters)) and below "
            + "the observations (\(known.count)), not at \(lags).",
          zh: "滞后阶数应大于已拟合参数个数（\(fittedParameters)）且小于观测数（\(known.count)），而非 \(lags)。"),
        hint: Text(en: "Use 10, or two seasons.", zh: "例如取 10 或两个季节长度。"))
    }
    _ = try checkedSumOfSquares(known)
    let r = Descriptive.autocorrelations(series, maxLag: lags)
    guard r.count == lags, r.allSatisfy(\.isFinite) else { throw Diagnostic.noResidualVariation }
    return (r, Double(known.count))
  }
}
