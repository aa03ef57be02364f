import CaseloadData
import CaseloadMath

/// Ljung and Box's portmanteau test of the first autocorrelations of a series.
///
/// ```
/// Q = n(n + 2) Σₖ₌₁ᵐ rₖ² / (n − k)  ~  χ²(m − f)
/// ```
///
/// On residuals of a regression on other columns it holds its level only roughly;
/// ``BreuschGodfrey`` is made for those.
///
/// - Source: Ljung & Box (1978), *Biometrika* 65, 297–303. As R's `Box.test(type = "Ljung")`.
public enum LjungBox {
  /// The test.
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
    guard lags >= 1, lags < series.count, fittedParameters >= 0, fittedParameters < lags else {
      throw Diagnostic(
        .illegalOption, .error,
        Text(
          en: "The number of lags lies above the fitted parameters (\(fittedParameters)) and below "
            + "the observations (\(series.count)), not at \(lags).",
          zh: "滞后阶数应大于已拟合参数个数（\(fittedParameters)）且小于观测数（\(series.count)），而非 \(lags)。"),
        hint: Text(en: "Use 10, or two seasons.", zh: "例如取 10 或两个季节长度。"))
    }
    _ = try checkedSumOfSquares(series)
    let autocorrelations = Descriptive.autocorrelations(series, maxLag: lags)
    guard autocorrelations.count == lags else { throw Diagnostic.noResidualVariation }
    let n = Double(series.count)
    var sum = 0.0
    for (k, r) in autocorrelations.enumerated() { sum += r * r / (n - Double(k + 1)) }
    return HypothesisTest(
      id: "ljung-box", name: Text(en: "Ljung–Box test", zh: "Ljung–Box 检验"),
      hypothesis: Text(
        en: "The first \(lags) autocorrelations are zero.", zh: "前 \(lags) 阶自相关均为零。"),
      chiSquared: n * (n + 2) * sum, degreesOfFreedom: Double(lags - fittedParameters))
  }
}
