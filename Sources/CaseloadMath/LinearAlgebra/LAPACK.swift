import CLAPACK

/// LAPACKE's integer, a macro that the importer does not see.
private typealias LapackInt = Int32

/// The LAPACK calls that Caseload uses, one thin function each, under LAPACK's own names.
///
/// Shapes are checked, a negative `info` is a programmer's mistake, and a positive `info` is
/// returned. The `_work` variants are called in column-major order, so LAPACKE neither copies nor
/// transposes.
enum LAPACK {
  /// Holds OpenBLAS to one thread, once a process.
  ///
  /// Its sums change in the last bits with the number of threads, and our parallelism is over
  /// series, units and replicates.
  static func useOneThread() { _ = oneThread }
  private static let oneThread: Void = openblas_set_num_threads(1)

  private static func checked(_ info: LapackInt, _ routine: StaticString) -> Int {
    precondition(info >= 0, "\(routine): argument \(-info) has an illegal value")
    return Int(info)
  }

  private static func character(_ c: Unicode.Scalar) -> CChar { CChar(UInt8(ascii: c)) }

  /// Runs `call` twice: once for the workspace size, once for the work.
  private static func withWorkspace(
    _ routine: StaticString, _ call: (UnsafeMutablePointer<Double>, LapackInt) -> LapackInt
  ) -> Int {
    useOneThread()
    var size = 0.0
    _ = checked(call(&size, -1), routine)
    let count = max(1, Int(size))
    return withUnsafeTemporaryAllocation(of: Double.self, capacity: count) { work in
      guard let address = work.baseAddress else { preconditionFailure("no workspace") }
      return checked(call(address, LapackInt(count)), routine)
    }
  }

  /// Cholesky factorization of the lower triangle of `a`, in place.
  static func potrf(_ a: inout Matrix) -> Int {
    useOneThread()
    let n = LapackInt(a.rowCount)
    return a.withUnsafeMutableStorage {
      checked(
        LAPACKE_dpotrf_work(LAPACK_COL_MAJOR, character("L"), n, $0.baseAddress, max(1, n)),
        "dpotrf")
    }
  }

  /// Solves with a Cholesky factor, in place.
  static func potrs(_ factor: Matrix, _ b: inout Matrix) {
    precondition(factor.rowCount == b.rowCount)
    let n = LapackInt(factor.rowCount)
    let columns = LapackInt(b.columnCount)
    _ = factor.storage.withUnsafeBufferPointer { l in
      b.withUnsafeMutableStorage {
        checked(
          LAPACKE_dpotrs_work(
            LAPACK_COL_MAJOR, character("L"), n, columns, l.baseAddress, max(1, n),
            $0.baseAddress, max(1, n)),
          "dpotrs")
      }
    }
  }

  /// Householder QR with column pivoting, in place: `A·P = Q·R`.
  ///
  /// - Returns: the pivots (0-based: column `j` of `A·P` is column `pivots[j]` of `A`) and the
  ///   scalar factors of the reflectors.
  static func geqp3(_ a: inout Matrix) -> (pivots: [Int], tau: [Double]) {
    let m = LapackInt(a.rowCount)
    let n = LapackInt(a.columnCount)
    var pivots = [LapackInt](repeating: 0, count: a.columnCount)
    var tau = [Double](repeating: 0, count: min(a.rowCount, a.columnCount))
    a.withUnsafeMutableStorage { pa in
      _ = withWorkspace("dgeqp3") { work, size in
        LAPACKE_dgeqp3_work(
          LAPACK_COL_MAJOR, m, n, pa.baseAddress, max(1, m), &pivots, &tau, work, size)
      }
    }
    return (pivots.map { Int($0) - 1 }, tau)
  }

  /// Multiplies `c` by Q or Qᵀ of a QR factorization, in place.
  static func ormqr(_ factor: Matrix, _ tau: [Double], _ c: inout Matrix, transposing: Bool) {
    precondition(factor.rowCount == c.rowCount)
    let m = LapackInt(c.rowCount)
    let n = LapackInt(c.columnCount)
    factor.storage.withUnsafeBufferPointer { pa in
      c.withUnsafeMutableStorage { pc in
        _ = withWorkspace("dormqr") { work, size in
          LAPACKE_dormqr_work(
            LAPACK_COL_MAJOR, character("L"), character(transposing ? "T" : "N"), m, n,
            LapackInt(tau.count), pa.baseAddress, max(1, m), tau, pc.baseAddress, max(1, m),
            work, size)
        }
      }
    }
  }

  /// Solves `R·X = B` or `Rᵀ·X = B` with the leading `order` rows and columns of an upper triangle,
  /// in place.
  static func trtrs(_ factor: Matrix, order: Int, _ b: inout Matrix, transposing: Bool) -> Int {
    precondition(b.rowCount >= order)
    useOneThread()
    let ldb = LapackInt(b.rowCount)
    let columns = LapackInt(b.columnCount)
    return factor.storage.withUnsafeBufferPointer { pa in
      b.withUnsafeMutableStorage { pb in
        checked(
          LAPACKE_dtrtrs_work(
            LAPACK_COL_MAJOR, character("U"), character(transposing ? "T" : "N"), character("N"),
            LapackInt(order), columns, pa.baseAddress, LapackInt(max(1, factor.rowCount)),
            pb.baseAddress, max(1, ldb)),
          "dtrtrs")
      }
    }
  }

  /// Eigenvalues (ascending) and eigenvectors of the lower triangle of `a`, which is overwritten
  /// by the vectors.
  static func syevd(_ a: inout Matrix) -> (values: [Double], info: Int) {
    useOneThread()
    let n = LapackInt(a.rowCount)
    var values = [Double](repeating: 0, count: a.rowCount)
    var realSize = 0.0
    var integerSize: LapackInt = 0
    let info = a.withUnsafeMutableStorage { pa -> Int in
      _ = checked(
        LAPACKE_dsyevd_work(
          LAPACK_COL_MAJOR, character("V"), character("L"), n, pa.baseAddress, max(1, n), &values,
          &realSize, -1, &integerSize, -1), "dsyevd")
      var real = [Double](repeating: 0, count: max(1, Int(realSize)))
      var integers = [LapackInt](repeating: 0, count: max(1, Int(integerSize)))
      return checked(
        LAPACKE_dsyevd_work(
          LAPACK_COL_MAJOR, character("V"), character("L"), n, pa.baseAddress, max(1, n), &values,
          &real, LapackInt(real.count), &integers, LapackInt(integers.count)), "dsyevd")
    }
    return (values, info)
  }

  /// The thin singular value decomposition `A = U·diag(s)·Vᵀ`; `a` is destroyed.
  static func gesdd(_ a: inout Matrix) -> (
    u: Matrix, singularValues: [Double], vTransposed: Matrix, info: Int
  ) {
    let m = a.rowCount
    let n = a.columnCount
    let k = min(m, n)
    var u = Matrix(rowCount: m, columnCount: k)
    var vTransposed = Matrix(rowCount: k, columnCount: n)
    var values = [Double](repeating: 0, count: k)
    var integers = [LapackInt](repeating: 0, count: 8 * k)
    let info = a.withUnsafeMutableStorage { pa in
      u.withUnsafeMutableStorage { pu in
        vTransposed.withUnsafeMutableStorage { pv in
          withWorkspace("dgesdd") { work, size in
            LAPACKE_dgesdd_work(
              LAPACK_COL_MAJOR, character("S"), LapackInt(m), LapackInt(n), pa.baseAddress,
              LapackInt(max(1, m)), &values, pu.baseAddress, LapackInt(max(1, m)),
              pv.baseAddress, LapackInt(max(1, k)), work, size, &integers)
          }
        }
      }
    }
    return (u, values, vTransposed, info)
  }
}
