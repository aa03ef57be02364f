/// Householder QR with column pivoting, `A·P = Q·R`: the least-squares workhorse.
///
/// The rank is the number of leading diagonal elements of R with
/// `|Rⱼⱼ| > tolerance × |R₁₁|`, after each column has been scaled to unit length, so that a change
/// of units never changes the rank.
///
/// - Complexity: 2mn² − 2n³/3 operations for m × n.
/// - Source: Golub & Van Loan, *Matrix Computations*, 4th ed. (2013), §5.4.2. LAPACK `dgeqp3`.
public struct QR: Sendable {
  let factor: Matrix
  let tau: [Double]
  let scales: [Double]
  /// Column `j` of `A·P` is column `pivots[j]` of `A`.
  public let pivots: [Int]
  /// The number of linearly independent columns.
  public let rank: Int
  public let rowCount: Int
  public let columnCount: Int

  /// Why there is no factorization or no solution.
  public enum Failure: Error, Equatable, Sendable {
    /// These columns (0-based, ascending) are linear combinations of the others.
    case rankDeficient(rank: Int, dependentColumns: [Int])
    /// An element is NaN or infinite.
    case nonFinite(NonFiniteElement)
    /// Fewer rows than columns: least squares has no unique answer.
    case tooFewRows(rows: Int, columns: Int)
  }

  /// The relative size of a diagonal element of R below which a column counts as dependent.
  ///
  /// R's `lm` uses 1e-7, which rejects Filip of the NIST reference data; columns here are scaled
  /// first and 1e-14 keeps it.
  public static let rankTolerance = 1e-14

  /// Factors `a`, whatever its rank.
  ///
  /// - Parameters:
  ///   - a: any shape; consumed as the storage of the factor.
  ///   - rankTolerance: relative to the largest diagonal element of R.
  /// - Throws: ``Failure/nonFinite(_:)``; a deficient rank is thrown by what needs a full one.
  public init(_ a: consuming Matrix, rankTolerance: Double = QR.rankTolerance) throws(Failure) {
    if let (row, column) = a.firstNonFinite {
      throw .nonFinite(NonFiniteElement(row: row, column: column))
    }
    rowCount = a.rowCount
    columnCount = a.columnCount
    var scales = [Double](repeating: 1, count: a.columnCount)
    for j in 0..<a.columnCount {
      let norm = a.withColumn(j) { euclideanNorm($0) }
      // A power of two scales without rounding.
      if norm > 0 { scales[j] = scaleFactor(norm) }
    }
    a.scaleColumns(scales)
    let (pivots, tau) = LAPACK.geqp3(&a)
    self.scales = scales
    self.pivots = pivots
    self.tau = tau
    let limit = min(a.rowCount, a.columnCount)
    let largest = limit > 0 ? abs(a[0, 0]) : 0
    var rank = 0
    while rank < limit, abs(a[rank, rank]) > rankTolerance * largest { rank += 1 }
    self.rank = rank
    factor = a
  }

  /// The columns that depend on the others, ascending.
  public var dependentColumns: [Int] { pivots[rank...].sorted() }

  private func requireFullRank() throws(Failure) {
    guard rowCount >= columnCount else {
      throw .tooFewRows(rows: rowCount, columns: columnCount)
    }
    guard rank == columnCount else {
      throw .rankDeficient(rank: rank, dependentColumns: dependentColumns)
    }
  }

  /// The β that minimizes ‖A·β − b‖.
  ///
  /// - Parameter b: m values.
  /// - Returns: n coefficients, in the order of the columns of A.
  /// - Throws: `Failure` when A has not full column rank.
  public func leastSquares(_ b: [Double]) throws(Failure) -> [Double] {
    try requireFullRank()
    return solution(reduced: transposedQ(b))
  }

  /// R⁻¹·c on the original columns, for c = Qᵀ·b.
  func solution(reduced c: [Double]) -> [Double] {
    var x = Matrix(rowCount: c.count, columnCount: 1, storage: c)
    _ = LAPACK.trtrs(factor, order: columnCount, &x, transposing: false)
    var beta = [Double](repeating: 0, count: columnCount)
    for j in 0..<columnCount { beta[pivots[j]] = x[j, 0] * scales[pivots[j]] }
    return beta
  }

  /// R⁻ᵀ·g for a right-hand side on the original columns, as the leading part of an m-vector.
  func transposedSolution(_ g: [Double]) -> [Double] {
    var x = Matrix(rowCount: columnCount, columnCount: 1)
    for j in 0..<columnCount { x[j, 0] = g[pivots[j]] * scales[pivots[j]] }
    _ = LAPACK.trtrs(factor, order: columnCount, &x, transposing: true)
    return x.storage
  }

  /// Qᵀ·b.
  func transposedQ(_ b: [Double]) -> [Double] { multiplied(b, transposing: true) }

  /// Q·c.
  func multipliedQ(_ c: [Double]) -> [Double] { multiplied(c, transposing: false) }

  private func multiplied(_ b: [Double], transposing: Bool) -> [Double] {
    precondition(b.count == rowCount, "\(rowCount) rows against \(b.count) values")
    var c = Matrix(rowCount: b.count, columnCount: 1, storage: b)
    LAPACK.ormqr(factor, tau, &c, transposing: transposing)
    return c.storage
  }

  /// (AᵀA)⁻¹ = P·R⁻¹·R⁻ᵀ·Pᵀ, the unscaled covariance of the coefficients.
  ///
  /// - Throws: `Failure` when A has not full column rank.
  public func crossProductInverse() throws(Failure) -> Matrix {
    try requireFullRank()
    var inverse = Matrix.identity(columnCount)
    _ = LAPACK.trtrs(factor, order: columnCount, &inverse, transposing: false)
    var result = Matrix(rowCount: columnCount, columnCount: columnCount)
    for a in 0..<columnCount {
      for b in a..<columnCount {
        var sum = 0.0
        for k in b..<columnCount { sum += inverse[a, k] * inverse[b, k] }
        let (i, j) = (pivots[a], pivots[b])
        result[i, j] = sum * scales[i] * scales[j]
        result[j, i] = result[i, j]
      }
    }
    return result
  }

  /// The upper triangle R of full rank with the units of the columns put back, in pivoted order:
  /// (A·P)ᵀ(A·P) = UᵀU.
  func triangle() throws(Failure) -> Matrix {
    try requireFullRank()
    var u = Matrix(rowCount: columnCount, columnCount: columnCount)
    for j in 0..<columnCount {
      for i in 0...j { u[i, j] = factor[i, j] / scales[pivots[j]] }
    }
    return u
  }

  /// The leverages hᵢ = ‖row i of Q₁‖², where Q₁ spans the columns of A.
  public func leverages() -> [Double] {
    var h = [Double](repeating: 0, count: rowCount)
    for j in 0..<rank {
      var unit = [Double](repeating: 0, count: rowCount)
      unit[j] = 1
      let q = multipliedQ(unit)
      for i in 0..<rowCount { h[i] += q[i] * q[i] }
    }
    return h
  }
}

/// The power of two nearest below 1 / `norm`, or the end of the range of a double.
func scaleFactor(_ norm: Double) -> Double {
  // Beyond the range lie subnormal columns, and a norm that overflows.
  let exponent = norm.isFinite ? min(-norm.exponent, 1023) : -1022
  return Double(sign: .plus, exponent: exponent, significand: 1)
}

func euclideanNorm(_ x: borrowing Span<Double>) -> Double {
  var largest = 0.0
  for i in x.indices { largest = max(largest, abs(x[i])) }
  guard largest > 0 else { return 0 }
  var sum = 0.0
  for i in x.indices {
    let scaled = x[i] / largest
    sum += scaled * scaled
  }
  return largest * sum.squareRoot()
}
