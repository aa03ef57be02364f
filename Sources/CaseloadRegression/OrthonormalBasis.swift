import CaseloadMath

/// Orthonormal bases of the columns of matrices, and projections off them.
enum OrthonormalBasis {
  /// An orthonormal basis of independent columns.
  ///
  /// A·U⁻¹ loses as many digits of orthogonality as A has of condition; a second pass, on columns
  /// that are nearly orthonormal, loses none.
  static func of(_ a: Matrix) throws(QR.Failure) -> Matrix {
    guard a.columnCount > 0 else { return a }
    let zeros = [Double](repeating: 0, count: a.rowCount)
    let first = try LeastSquares(a, zeros).basis(of: a)
    return try LeastSquares(first, zeros).basis(of: first)
  }

  /// A − QQᵀA, projected twice so that nothing of Q is left.
  static func residuals(_ a: Matrix, off q: Matrix) -> Matrix {
    guard q.columnCount > 0, a.columnCount > 0 else { return a }
    let once = a - q * BLAS.gemm(q, a, transposingA: true)
    return once - q * BLAS.gemm(q, once, transposingA: true)
  }

  /// The squared length of column `j`.
  static func squares(_ a: Matrix, _ j: Int) -> Double {
    a.withColumn(j) { column in
      var sum = 0.0
      for i in column.indices { sum += column[i] * column[i] }
      return sum
    }
  }
}
