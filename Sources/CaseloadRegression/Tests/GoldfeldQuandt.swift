import CaseloadData
import CaseloadMath

/// Goldfeld and Quandt's test: whether the error variance differs between the first and the last
/// rows.
///
/// ```
/// F = (RSS₂/(n₂ − p)) / (RSS₁/(n₁ − p))
/// ```
///
/// - Source: Goldfeld & Quandt (1965), *Journal of the American Statistical Association* 60,
///   539–547. As R's `lmtest::gqtest`.
public enum GoldfeldQuandt {
  /// The test on rows in the order of time, or of whatever the variance may grow with.
  ///
  /// - Parameters:
  ///   - design: n × p.
  ///   - response: n values.
  ///   - omitted: the share of rows in the middle that is left out, in [0, 1).
  ///   - alternative: `greater` for a variance that grows along the rows.
  /// - Returns: the test, with the residual degrees of freedom of the two parts.
  /// - Throws: ``DiagnosticCode/seriesTooShort`` unless both parts have more rows than columns;
  ///   ``DiagnosticCode/illegalOption``, ``DiagnosticCode/notIdentified``,
  ///   ``DiagnosticCode/valueOutOfRange``.
  public static func test(
    design: Matrix, response: [Double], omitted: Double = 0, alternative: Alternative = .greater
  ) throws(Diagnostic) -> HypothesisTest {
    guard omitted >= 0, omitted < 1 else {
      throw Diagnostic(
        .illegalOption, .error,
        Text(
          en: "The omitted share lies from 0 to below 1.", zh: "中间省略的比例应不小于 0 且小于 1。"),
        hint: Text(en: "Use 0.2.", zh: "例如 0.2。"))
    }
    let n = response.count
    let first = Int((0.5 - omitted / 2) * Double(n))
    let last = min(n, max(first, Int(((0.5 + omitted / 2) * Double(n) + 0.01).rounded(.up)) - 1))
    let p = design.columnCount
    guard first > p, n - last > p else { throw Diagnostic.testNeeds(2 * (p + 1), have: n) }
    let before = try AuxiliaryRegression(
      design.selectingRows(0..<first), Array(response[..<first]))
    let after = try AuxiliaryRegression(design.selectingRows(last..<n), Array(response[last...]))
    _ = try checkedSumOfSquares(before.residuals, of: response)
    let (numerator, denominator) = (Double(n - last - after.rank), Double(first - before.rank))
    let statistic =
      after.residualSumOfSquares / numerator / (before.residualSumOfSquares / denominator)
    return HypothesisTest(
      id: "goldfeld-quandt", name: Text(en: "Goldfeld–Quandt test", zh: "Goldfeld–Quandt 检验"),
      hypothesis: Text(
        en: "The error variance is the same in the first and the last rows.",
        zh: "前后两部分误差方差相同。"),
      fisherF: statistic, numerator: numerator, denominator: denominator, alternative: alternative)
  }
}
