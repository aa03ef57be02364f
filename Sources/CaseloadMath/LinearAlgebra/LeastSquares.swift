/// A least-squares solution whose rounding errors have been refined away.
///
/// ```
/// r + A·β = b,   Aᵀ·r = 0
/// ```
///
/// The augmented system is solved by pivoted QR and corrected with residuals that are accumulated
/// in twice the working precision, until a correction no longer shrinks. On ill-conditioned
/// designs (polynomials, Longley) this gains three to five digits over a plain QR solution, for
/// about the cost of a few products with A.
///
/// A long design whose Gram matrix is well conditioned is solved by the corrected seminormal
/// equations instead, which run at the speed of a matrix product; what they lose, the same
/// refinement brings back. A design that is too short or too ill conditioned for them goes through
/// pivoted QR.
///
/// - Source: Björck (1967), "Iterative refinement of linear least squares solutions I", *BIT* 7,
///   257–278; Björck (1987), "Stability analysis of the method of seminormal equations",
///   *Linear Algebra and its Applications* 88/89, 31–48; Higham, *Accuracy and Stability of
///   Numerical Algorithms*, 2nd ed. (2002), §20.5.
public struct LeastSquares: Sendable {
  /// β, one a column of A.
  public let coefficients: [Double]
  /// b − A·β.
  public let residuals: [Double]
  /// Σ r², accumulated in twice the working precision.
  public let residualSumOfSquares: Double
  /// (AᵀA)⁻¹, the unscaled covariance of the coefficients.
  public let crossProductInverse: Matrix
  /// U with UᵀU = PᵀAᵀA·P, P the permutation ``pivots``.
  let triangle: Matrix
  /// Column `j` of A·P is column `pivots[j]` of A.
  let pivots: [Int]

  /// - Parameters:
  ///   - a: m × n with m ≥ n and full column rank.
  ///   - b: m finite values.
  /// - Throws: ``QR/Failure`` for a rank below n, fewer rows than columns, or a value not finite.
  /// - Complexity: mn² operations for a long design, 2mn² otherwise.
  public init(_ a: Matrix, _ b: [Double]) throws(QR.Failure) {
    precondition(a.rowCount == b.count, "\(a.rowCount) rows against \(b.count) values")
    if let row = b.firstIndex(where: { !$0.isFinite }) {
      throw .nonFinite(NonFiniteElement(row: row, column: a.columnCount))
    }
    if let solution = GramSolution(a, b) {
      (coefficients, residuals) = (solution.coefficients, solution.residuals)
      crossProductInverse = solution.inverse
      triangle = solution.triangle
      pivots = Array(0..<a.columnCount)
    } else {
      let qr = try QR(a)
      (coefficients, residuals) = try Self.refined(qr, a, b)
      crossProductInverse = try qr.crossProductInverse()
      triangle = try qr.triangle()
      pivots = qr.pivots
    }
    var sum = Accumulator()
    for value in residuals { sum.add(product: value, value) }
    residualSumOfSquares = sum.value
  }

  /// A·P·U⁻¹, whose columns are an orthonormal basis of the columns of A.
  ///
  /// - Parameter a: the matrix that was solved.
  /// - Returns: m × n.
  package func basis(of a: Matrix) -> Matrix {
    let isPermuted = pivots.indices.contains { pivots[$0] != $0 }
    return BLAS.dividedByTriangle(isPermuted ? a.selectingColumns(pivots) : a, triangle)
  }

  /// The leverages hᵢ: the squared lengths of the rows of ``basis(of:)``.
  ///
  /// - Parameter a: the matrix that was solved.
  /// - Returns: m values from 0 to 1.
  public func leverages(of a: Matrix) -> [Double] {
    let q = basis(of: a)
    var h = [Double](repeating: 0, count: a.rowCount)
    for j in 0..<q.columnCount {
      q.withColumn(j) { column in
        for i in h.indices { h[i] += column[i] * column[i] }
      }
    }
    return h
  }

  private static func refined(_ qr: QR, _ a: Matrix, _ b: [Double]) throws(QR.Failure) -> (
    coefficients: [Double], residuals: [Double]
  ) {
    var beta = try qr.leastSquares(b)
    let (m, n) = (a.rowCount, a.columnCount)
    var r = Self.residuals(a, b, beta, minus: nil)
    var previous = Double.infinity
    for _ in 0..<refinementLimit {
      // What is left of the two equations.
      let f = Self.residuals(a, b, beta, minus: r)
      let g = Self.gradient(a, r).map { -$0 }
      // d = Qᵀf, h = R⁻ᵀg;  Δβ = R⁻¹(d₁ − h),  Δr = Q·(h, d₂).
      var d = qr.transposedQ(f)
      let h = qr.transposedSolution(g)
      let step = qr.solution(reduced: (0..<n).map { d[$0] - h[$0] } + [Double](d[n...]))
      for j in 0..<n { d[j] = h[j] }
      let residualStep = qr.multipliedQ(d)
      let size = zip(step, beta).map { $1 == 0 ? abs($0) : abs($0 / $1) }.max() ?? 0
      // Stop before a correction that is no better than the last: it would only add noise.
      guard size < previous / 2 else { break }
      for j in 0..<n { beta[j] += step[j] }
      for i in 0..<m { r[i] += residualStep[i] }
      previous = size
      if size < 0x1p-53 { break }
    }
    return (beta, r)
  }

  private static let refinementLimit = 12

  /// Aᵀr, each element accumulated in twice the working precision.
  static func gradient(_ a: Matrix, _ r: [Double]) -> [Double] {
    (0..<a.columnCount).map { j in
      a.withColumn(j) { column in
        var sum = Accumulator()
        for i in r.indices { sum.add(product: column[i], r[i]) }
        return sum.value
      }
    }
  }

  /// b − A·β − r, each element accumulated in twice the working precision.
  private static func residuals(
    _ a: Matrix, _ b: [Double], _ beta: [Double], minus r: [Double]?
  ) -> [Double] {
    var sums = b.map { Accumulator($0) }
    if let r { for i in sums.indices { sums[i].add(-r[i]) } }
    for j in 0..<a.columnCount {
      a.withColumn(j) { column in
        for i in sums.indices { sums[i].add(product: column[i], -beta[j]) }
      }
    }
    return sums.map(\.value)
  }
}

/// The corrected seminormal equations UᵀU·β = Aᵀb, for designs long and well conditioned enough.
private struct GramSolution {
  let coefficients: [Double]
  let residuals: [Double]
  let inverse: Matrix
  let triangle: Matrix

  /// Elements from which the speed of a matrix product is worth having.
  static let smallest = 200_000
  /// The condition of the scaled columns up to which a step of refinement gains eight digits.
  static let largestCondition = 1e4

  /// `nil` where pivoted QR has to answer.
  init?(_ a: Matrix, _ b: [Double]) {
    let (m, n) = (a.rowCount, a.columnCount)
    guard n > 0, m >= 20 * n, m * n >= Self.smallest else { return nil }
    var gram = BLAS.crossProduct(a)
    // Columns of length one, by powers of two.
    var scales = [Double](repeating: 1, count: n)
    for j in 0..<n {
      guard gram[j, j].isFinite, gram[j, j] > 0 else { return nil }
      scales[j] = scaleFactor(gram[j, j].squareRoot())
    }
    for j in 0..<n { for i in 0..<n { gram[i, j] *= scales[i] * scales[j] } }
    guard let eigen = try? SymmetricEigen(gram), let smallest = eigen.values.min(),
      let largest = eigen.values.max(),
      smallest * Self.largestCondition * Self.largestCondition > largest,
      let factor = try? Cholesky(gram)
    else { return nil }
    func solved(_ g: [Double]) -> [Double] {
      let z = factor.solve(g.indices.map { g[$0] * scales[$0] })
      return z.indices.map { z[$0] * scales[$0] }
    }
    var beta = solved(BLAS.gemv(a, b, transposingA: true))
    var r = b
    for _ in 0..<3 {
      let fitted = BLAS.gemv(a, beta)
      for i in 0..<m { r[i] = b[i] - fitted[i] }
      let step = solved(BLAS.gemv(a, r, transposingA: true))
      for j in 0..<n { beta[j] += step[j] }
      let size = zip(step, beta).map { $1 == 0 ? abs($0) : abs($0 / $1) }.max() ?? 0
      if size < 0x1p-48 { break }
    }
    let fitted = BLAS.gemv(a, beta)
    for i in 0..<m { r[i] = b[i] - fitted[i] }
    coefficients = beta
    residuals = r
    var inverse = factor.inverse()
    var upper = Matrix(rowCount: n, columnCount: n)
    for j in 0..<n {
      for i in 0..<n {
        inverse[i, j] *= scales[i] * scales[j]
        if i <= j { upper[i, j] = factor.lower[j, i] / scales[j] }
      }
    }
    self.inverse = inverse
    triangle = upper
  }
}
