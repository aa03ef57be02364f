import CaseloadData
import CaseloadMath

/// The columns of the first stage in orthonormal coordinates, in which every projection on the
/// instruments is a product.
///
/// ```
/// Q = [Q_W Q_Z],   Q_W spans W,   Q_Z spans Z less its projection on W
/// ```
struct InstrumentBasis: Sendable {
  /// n × (p + L) with orthonormal columns.
  let q: Matrix
  /// p, the number of columns that span W.
  let exogenousCount: Int
  /// L.
  let instrumentCount: Int
  /// V = X − QQᵀX, n × m: what the first stage leaves of the endogenous regressors.
  let endogenousResiduals: Matrix
  /// X − Q_W Q_WᵀX, n × m.
  let partialled: Matrix

  init(_ data: InstrumentData) throws(Diagnostic) {
    let w = data.exogenous
    do {
      let own = try Self.orthonormal(w)
      let excluded = try Self.orthonormal(Self.residuals(data.instruments, off: own))
      q = own.beside(excluded)
      partialled = Self.residuals(data.endogenous, off: own)
    } catch {
      throw Diagnostic(error, names: data.exogenousNames + data.instrumentNames)
    }
    exogenousCount = w.columnCount
    instrumentCount = data.instruments.columnCount
    endogenousResiduals = Self.residuals(data.endogenous, off: q)
  }

  /// Q_Z, n × L.
  var instruments: Matrix {
    q.selectingColumns(Array(exogenousCount..<exogenousCount + instrumentCount))
  }

  /// An orthonormal basis of independent columns.
  ///
  /// A·U⁻¹ loses as many digits of orthogonality as A has of condition; a second pass, on columns
  /// that are nearly orthonormal, loses none.
  static func orthonormal(_ a: Matrix) throws(QR.Failure) -> Matrix {
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

  /// The endogenous regressors that the first stage fits exactly, but for rounding.
  var exactlyFitted: [Int] {
    (0..<partialled.columnCount).filter { j in
      let rest = Self.squares(endogenousResiduals, j)
      let fitted = partialled.column(j).reduce(0) { $0 + $1 * $1 }
      return rest <= 1e-20 * fitted
    }
  }

  static func squares(_ a: Matrix, _ j: Int) -> Double {
    a.withColumn(j) { column in
      var sum = 0.0
      for i in column.indices { sum += column[i] * column[i] }
      return sum
    }
  }
}
