/// The factorization `A = L·Lᵀ` of a symmetric positive definite matrix.
///
/// Only the lower triangle of `A` is read.
///
/// - Complexity: n³/3 operations to factor, 2n² a solution.
/// - Source: Golub & Van Loan, *Matrix Computations*, 4th ed. (2013), §4.2. LAPACK `dpotrf`.
public struct Cholesky: Sendable {
  /// L, whose upper triangle is not defined.
  package let lower: Matrix

  /// Why there is no factorization.
  public enum Failure: Error, Equatable, Sendable {
    /// The leading minor of this order is not positive: the matrix is singular or indefinite.
    case notPositiveDefinite(order: Int)
    /// An element of the lower triangle is NaN or infinite.
    case nonFinite(NonFiniteElement)
  }

  /// - Precondition: `a` is square.
  public init(_ a: consuming Matrix) throws(Failure) {
    precondition(
      a.rowCount == a.columnCount,
      "Cholesky needs a square matrix, not \(a.rowCount) × \(a.columnCount)")
    for j in 0..<a.columnCount {
      for i in j..<a.rowCount where !a[i, j].isFinite {
        throw .nonFinite(NonFiniteElement(row: i, column: j))
      }
    }
    let info = LAPACK.potrf(&a)
    guard info == 0 else { throw .notPositiveDefinite(order: info) }
    lower = a
  }

  /// ln det A = 2 Σ ln Lᵢᵢ.
  public var logDeterminant: Double {
    2 * lower.diagonal.reduce(0) { $0 + log($1) }
  }

  /// The solution of `A·x = b`.
  public func solve(_ b: [Double]) -> [Double] {
    solve(Matrix(rowCount: b.count, columnCount: 1, storage: b)).storage
  }

  /// The solution of `A·X = B`.
  public func solve(_ b: consuming Matrix) -> Matrix {
    precondition(b.rowCount == lower.rowCount, "\(lower.rowCount) rows against \(b.rowCount)")
    LAPACK.potrs(lower, &b)
    return b
  }

  /// A⁻¹, for where the inverse itself is the answer (a covariance matrix); to solve, use `solve`.
  public func inverse() -> Matrix { solve(Matrix.identity(lower.rowCount)) }
}
