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
