import CaseloadData
import CaseloadMath

/// Least squares on the columns of a matrix that are linearly independent: what the regression of a
/// test leaves of its response.
///
/// The span is what matters to a test, not the coefficients, so that columns which depend on the
/// others are left out and the rank counts the degrees of freedom.
struct AuxiliaryRegression {
  let rank: Int
  let residuals: [Double]
  let residualSumOfSquares: Double

  /// - Parameters:
  ///   - x: n × p, of any rank.
  ///   - y: n finite values.
  /// - Throws: ``DiagnosticCode/valueOutOfRange`` for an element that is not finite,
  ///   ``DiagnosticCode/seriesTooShort`` for a rank of n, which leaves no residual.
  init(_ x: Matrix, _ y: [Double]) throws(Diagnostic) {
    precondition(x.rowCount == y.count, "\(x.rowCount) rows against \(y.count) values")
    let names = (0..<x.columnCount).map { "x\($0 + 1)" }
    do {
      let qr = try QR(x, rankTolerance: Self.rankTolerance)
      rank = qr.rank
      guard rank < y.count else {
        throw QR.Failure.tooFewRows(rows: y.count, columns: rank + 1)
      }
      guard rank > 0 else {
        residuals = y
        residualSumOfSquares = y.reduce(0) { $0 + $1 * $1 }
        return
      }
      let independent = qr.pivots[..<rank].sorted()
      let solution = try LeastSquares(x.selectingColumns(independent), y)
      residuals = solution.residuals
      residualSumOfSquares = solution.residualSumOfSquares
    } catch let failure as QR.Failure {
      throw Diagnostic(failure, names: names)
    } catch {
      preconditionFailure("\(error)")
    }
  }

  /// Columns of squares and products are computed with rounding errors, which ``QR/rankTolerance``
  /// would take for information.
  static let rankTolerance = 1e-10

  /// Whether a constant lies in the span of the columns of `x`.
  static func spansConstant(_ x: Matrix) -> Bool {
    for j in 0..<x.columnCount {
      let column = x.column(j)
      if let first = column.first, first != 0, column.allSatisfy({ $0 == first }) { return true }
    }
    guard
      let fit = try? AuxiliaryRegression(x, [Double](repeating: 1, count: x.rowCount))
    else { return true }
    return fit.residualSumOfSquares < 1e-16 * Double(x.rowCount)
  }

  /// `x` with a column of ones before it, unless it spans one.
  static func withConstant(_ x: Matrix) -> Matrix {
    if spansConstant(x) { return x }
    let ones = [Double](repeating: 1, count: x.rowCount)
    return Matrix(columns: [ones] + (0..<x.columnCount).map(x.column))
  }
}

extension Matrix {
  /// The rows of `range`, in order.
  func selectingRows(_ range: Range<Int>) -> Matrix {
    var result = Matrix(rowCount: range.count, columnCount: columnCount)
    for j in 0..<columnCount { for i in range { result[i - range.lowerBound, j] = self[i, j] } }
    return result
  }

  /// The columns of this, then those of `other`.
  func beside(_ other: Matrix) -> Matrix {
    precondition(rowCount == other.rowCount, "\(rowCount) rows beside \(other.rowCount)")
    return Matrix(
      rowCount: rowCount, columnCount: columnCount + other.columnCount,
      storage: storage + other.storage)
  }
}

extension Diagnostic {
  /// The residuals are zero to rounding, so that nothing can be tested on them.
  static var noResidualVariation: Diagnostic {
    Diagnostic(
      .notIdentified, .error,
      Text(
        en: "The model fits every observation, so its errors cannot be tested.",
        zh: "模型完全拟合全部观测，误差无从检验。"),
      hint: Text(en: "Use fewer terms or more data.", zh: "请减少项数或增加数据。"))
  }

  /// A test's own regression has nothing to explain with, or nothing left over.
  static func testNeeds(_ rows: Int, have: Int) -> Diagnostic {
    Diagnostic(
      .seriesTooShort, .error,
      Text(
        en: "The test needs \(rows) observations or more; there are \(have).",
        zh: "该检验至少需要 \(rows) 个观测，现有 \(have) 个。"),
      hint: Text(en: "Use fewer terms, fewer lags or more data.", zh: "请减少项数或滞后阶数，或增加数据。"))
  }
}

/// Σ e², after a check that the residuals are finite and more than what rounding leaves of
/// `response`.
func checkedSumOfSquares(_ residuals: [Double], of response: [Double] = []) throws(Diagnostic)
  -> Double
{
  if let row = residuals.firstIndex(where: { !$0.isFinite }) {
    throw Diagnostic(
      .valueOutOfRange, .error,
      Text(
        en: "The residual of observation \(row + 1) is not finite.",
        zh: "第 \(row + 1) 个观测的残差不是有限数。"),
      hint: Text(en: "Leave that row out.", zh: "请去掉该行。"))
  }
  var sum = Accumulator()
  for value in residuals { sum.add(product: value, value) }
  // A relative error of 1e-13 in every fitted value.
  let rounding = 1e-26 * response.reduce(0) { $0 + $1 * $1 }
  guard sum.value > rounding else { throw Diagnostic.noResidualVariation }
  return sum.value
}
