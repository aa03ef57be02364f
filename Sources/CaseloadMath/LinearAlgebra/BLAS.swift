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

  /// AᵀA, both triangles, by half the operations of a general product.
  package static func crossProduct(_ a: Matrix) -> Matrix {
    let (n, p) = (a.rowCount, a.columnCount)
    var c = Matrix(rowCount: p, columnCount: p)
    guard n > 0, p > 0 else { return c }
    LAPACK.useOneThread()
    a.storage.withUnsafeBufferPointer { pa in
      c.withUnsafeMutableStorage { pc in
        cblas_dsyrk(
          CblasColMajor, CblasUpper, CblasTrans, blasint(p), blasint(n), 1, pa.baseAddress,
          blasint(n), 0, pc.baseAddress, blasint(p))
      }
    }
    for j in 0..<p { for i in 0..<j { c[j, i] = c[i, j] } }
    return c
  }

  /// A·U⁻¹ for an upper triangle U, in place of `a`.
  package static func dividedByTriangle(_ a: consuming Matrix, _ u: Matrix) -> Matrix {
    precondition(u.rowCount == a.columnCount && u.columnCount == a.columnCount)
    guard a.rowCount > 0, a.columnCount > 0 else { return a }
    LAPACK.useOneThread()
    let (n, p) = (a.rowCount, a.columnCount)
    u.storage.withUnsafeBufferPointer { pu in
      a.withUnsafeMutableStorage { pa in
        cblas_dtrsm(
          CblasColMajor, CblasRight, CblasUpper, CblasNoTrans, CblasNonUnit, blasint(n),
          blasint(p), 1, pu.baseAddress, blasint(p), pa.baseAddress, blasint(n))
      }
    }
    return a
  }
}
