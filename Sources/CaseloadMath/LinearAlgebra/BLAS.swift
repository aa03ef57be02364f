import CLAPACK

/// The BLAS calls that Caseload uses, under their own names and with shapes checked.
package enum BLAS {
  /// A·B.
  package static func gemm(_ a: Matrix, _ b: Matrix, transposingA: Bool = false) -> Matrix {
    let rows = transposingA ? a.columnCount : a.rowCount
    let inner = transposingA ? a.rowCount : a.columnCount
    precondition(inner == b.rowCount, "inner dimensions \(inner) and \(b.rowCount) differ")
    var c = Matrix(rowCount: rows, columnCount: b.columnCount)
    guard rows > 0, inner > 0, b.columnCount > 0 else { return c }
    LAPACK.useOneThread()
    a.storage.withUnsafeBufferPointer { pa in
      b.storage.withUnsafeBufferPointer { pb in
        c.withUnsafeMutableStorage { pc in
          cblas_dgemm(
            CblasColMajor, transposingA ? CblasTrans : CblasNoTrans, CblasNoTrans,
            blasint(rows), blasint(b.columnCount), blasint(inner), 1,
            pa.baseAddress, blasint(a.rowCount), pb.baseAddress, blasint(b.rowCount), 0,
            pc.baseAddress, blasint(rows))
        }
      }
    }
    return c
  }

  /// A·x, or Aᵀ·x.
  package static func gemv(_ a: Matrix, _ x: [Double], transposingA: Bool = false) -> [Double] {
    let rows = transposingA ? a.columnCount : a.rowCount
    let inner = transposingA ? a.rowCount : a.columnCount
    precondition(inner == x.count, "\(a.rowCount) × \(a.columnCount) against \(x.count)")
    var y = [Double](repeating: 0, count: rows)
    guard rows > 0, inner > 0 else { return y }
    LAPACK.useOneThread()
    a.storage.withUnsafeBufferPointer { pa in
      y.withUnsafeMutableBufferPointer { py in
        cblas_dgemv(
          CblasColMajor, transposingA ? CblasTrans : CblasNoTrans,
          blasint(a.rowCount), blasint(a.columnCount), 1, pa.baseAddress, blasint(a.rowCount),
          x, 1, 0, py.baseAddress, 1)
      }
    }
    return y
  }
}
