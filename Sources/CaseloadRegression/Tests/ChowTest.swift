import CaseloadData
import CaseloadMath

/// Chow's test that all coefficients are the same before and after a known row.
///
/// ```
/// F = ((RSS − RSS₁ − RSS₂)/p) / ((RSS₁ + RSS₂)/(n − 2p))
/// ```
///
/// A date that was chosen because the break looks large there needs ``BaiPerron``'s tests.
///
/// - Source: Chow (1960), *Econometrica* 28, 591–605.
public enum ChowTest {
  /// The test.
  ///
  /// - Parameters:
  ///   - design: n × p.
  ///   - response: n values.
  ///   - row: how many rows lie before the break.
  /// - Returns: the test, with p and n − 2p degrees of freedom.
  /// - Throws: ``DiagnosticCode/interventionOutsideData`` for a row outside the data,
  ///   ``DiagnosticCode/tooFewPeriods`` unless both parts have p + 1 rows and full rank.
  public static func test(design: Matrix, response: [Double], row: Int) throws(Diagnostic)
    -> HypothesisTest
  {
    let (n, p) = (response.count, design.columnCount)
    guard row > 0, row < n else {
      throw Diagnostic(
        .interventionOutsideData, .error,
        Text(
          en: "A break after row \(row) does not divide \(n) rows.",
          zh: "第 \(row) 行之后的断点不能划分 \(n) 行数据。"),
        hint: Text(en: "Name a row inside the data.", zh: "请指定数据范围内的行。"))
    }
    guard row > p, n - row > p else { throw tooFew(row, n, p) }
    let whole = try AuxiliaryRegression(design, response)
    let before = try AuxiliaryRegression(design.selectingRows(0..<row), Array(response[..<row]))
    let after = try AuxiliaryRegression(design.selectingRows(row..<n), Array(response[row...]))
    guard before.rank == whole.rank, after.rank == whole.rank else { throw tooFew(row, n, p) }
    let parts = before.residualSumOfSquares + after.residualSumOfSquares
    guard parts > 1e-26 * response.reduce(0, { $0 + $1 * $1 }) else {
      throw Diagnostic.noResidualVariation
    }
    let (q, rest) = (Double(whole.rank), Double(n - 2 * whole.rank))
    return HypothesisTest(
      id: "chow", name: Text(en: "Chow test", zh: "Chow 检验"),
      hypothesis: Text(
        en: "All coefficients are the same in the first \(row) rows and after.",
        zh: "前 \(row) 行与其后各行的系数全部相同。"),
      fisherF: max(0, (whole.residualSumOfSquares - parts) / q / (parts / rest)), numerator: q,
      denominator: rest)
  }

  private static func tooFew(_ row: Int, _ n: Int, _ p: Int) -> Diagnostic {
    Diagnostic(
      .tooFewPeriods, .error,
      Text(
        en: "\(row) rows before and \(n - row) after the break do not determine \(p) coefficients "
          + "on each side with an error left over.",
        zh: "断点前 \(row) 行、后 \(n - row) 行，不足以在两侧各估计 \(p) 个系数并留有误差自由度。"),
      hint: Text(
        en: "Move the break, or test a level shift only.", zh: "请移动断点，或只检验水平移位。"))
  }
}
