import CaseloadData
import CaseloadMath

/// White's general test of a constant error variance: the squared residuals on the columns, their
/// squares and their products.
///
/// ```
/// W = n·R² of e² on {xⱼ·xₖ, j ≤ k} and a constant
/// ```
///
/// Columns that repeat others (the square of an indicator, the product of two exclusive ones) are
/// left out, and the degrees of freedom count what remains.
///
/// - Source: White (1980), *Econometrica* 48, 817–838, corollary 1.
public enum WhiteTest {
  /// The test on the residuals of a regression on `design`.
  ///
  /// - Parameters:
  ///   - residuals: e, n of them.
  ///   - design: n × p, with its constant if it has one.
  ///   - crossProducts: `false` leaves the products of different columns out, which saves degrees
  ///     of freedom in small samples.
  /// - Returns: χ² with as many degrees of freedom as there are independent columns beside the
  ///   constant.
  /// - Throws: ``DiagnosticCode/seriesTooShort`` when the products are as many as the observations;
  ///   ``DiagnosticCode/notIdentified``, ``DiagnosticCode/valueOutOfRange``.
  public static func test(residuals: [Double], design: Matrix, crossProducts: Bool = true)
    throws(Diagnostic) -> HypothesisTest
  {
    let (statistic, rank) = try BreuschPagan.statistic(
      residuals: residuals, products(of: design, crossing: crossProducts), studentized: true)
    return HypothesisTest(
      id: "white", name: Text(en: "White's test", zh: "White 检验"),
      hypothesis: Text(
        en: "The variance of the errors depends neither on the columns, nor on their squares"
          + (crossProducts ? " or products." : "."),
        zh: "误差方差与各列及其平方\(crossProducts ? "、交叉积" : "")无关。"),
      chiSquared: statistic, degreesOfFreedom: Double(rank - 1))
  }

  /// The constant, the columns, and their squares and products, scaled; with a constant in the
  /// span also centered, which changes no span and keeps a year and its square apart.
  private static func products(of design: Matrix, crossing: Bool) -> Matrix {
    let n = design.rowCount
    let hasConstant = AuxiliaryRegression.spansConstant(design)
    var columns: [[Double]] = []
    for j in 0..<design.columnCount {
      var column = design.column(j)
      let mean = hasConstant ? column.reduce(0, +) / Double(n) : 0
      for i in 0..<n { column[i] -= mean }
      let largest = column.reduce(0) { max($0, abs($1)) }
      // A constant leaves rounding errors, or nothing.
      guard largest > 1e-13 * abs(mean) else { continue }
      columns.append(column.map { $0 / largest })
    }
    var result = [[Double](repeating: 1, count: n)]
    if hasConstant { result += columns }
    for j in columns.indices {
      for k in j..<(crossing ? columns.count : j + 1) {
        result.append((0..<n).map { columns[j][$0] * columns[k][$0] })
      }
    }
    return Matrix(columns: result)
  }
}
