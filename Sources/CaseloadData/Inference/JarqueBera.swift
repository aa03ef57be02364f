import CaseloadMath

/// Jarque and Bera's test of normality by skewness and kurtosis.
///
/// ```
/// JB = n/6 · (S² + (K − 3)²/4)  ~  χ²(2),   S = m₃/m₂^(3/2),  K = m₄/m₂²
/// ```
///
/// mₖ are moments about the mean with the divisor n. The χ² distribution is reached slowly; below
/// about 200 values the test rejects normal errors too rarely.
///
/// - Source: Jarque & Bera (1980), *Economics Letters* 6, 255–259. As R's `tseries::jarque.bera.test`.
public enum JarqueBera {
  /// The test.
  ///
  /// - Parameter residuals: 3 or more finite values.
  /// - Returns: the test, with skewness and kurtosis in `detail`.
  /// - Throws: ``DiagnosticCode/seriesTooShort``, ``DiagnosticCode/notIdentified`` for constant
  ///   values, ``DiagnosticCode/valueOutOfRange``.
  public static func test(_ residuals: [Double]) throws(Diagnostic) -> HypothesisTest {
    guard residuals.count > 2 else { throw Diagnostic.testNeeds(3, have: residuals.count) }
    _ = try checkedSumOfSquares(residuals)
    let n = Double(residuals.count)
    let mean = residuals.accurateSum / n
    let largest = residuals.reduce(0) { max($0, abs($1 - mean)) }
    guard largest > 1e-14 * abs(mean) else { throw Diagnostic.noResidualVariation }
    var (m2, m3, m4) = (0.0, 0.0, 0.0)
    for value in residuals {
      let d = (value - mean) / largest
      let square = d * d
      m2 += square / n
      m3 += square * d / n
      m4 += square * square / n
    }
    let skewness = m3 / (m2 * m2.squareRoot())
    let kurtosis = m4 / (m2 * m2)
    return HypothesisTest(
      id: "jarque-bera", name: Text(en: "Jarque–Bera test", zh: "Jarque–Bera 检验"),
      hypothesis: Text(en: "The errors are normal.", zh: "误差服从正态分布。"),
      chiSquared: n / 6 * (skewness * skewness + (kurtosis - 3) * (kurtosis - 3) / 4),
      degreesOfFreedom: 2,
      detail: Text(en: "Skewness ", zh: "偏度 ") + NumberText.decimal(skewness, 2)
        + Text(en: ", kurtosis ", zh: "，峰度 ") + NumberText.decimal(kurtosis, 2)
        + Text(en: " (3 for normal errors).", zh: "（正态为 3）。"))
  }
}
