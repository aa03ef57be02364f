/// The decomposition `A = V·diag(λ)·Vᵀ` of a symmetric matrix.
///
/// Only the lower triangle of `A` is read.
///
/// - Source: Golub & Van Loan, *Matrix Computations*, 4th ed. (2013), §8.4. LAPACK `dsyevd`.
public struct SymmetricEigen: Sendable {
  /// λ, ascending.
  public let values: [Double]
  /// Column `j` belongs to `values[j]`; orthonormal.
  public let vectors: Matrix

  /// Why there is no decomposition.
  public enum Failure: Error, Equatable, Sendable {
    case nonFinite(NonFiniteElement)
    case notConverged
  }

  /// - Precondition: `a` is square.
  public init(_ a: consuming Matrix) throws(Failure) {
    precondition(
      a.rowCount == a.columnCount,
      "SymmetricEigen needs a square matrix, not \(a.rowCount) × \(a.columnCount)")
    if let (row, column) = a.firstNonFinite {
      throw .nonFinite(NonFiniteElement(row: row, column: column))
    }
    let (values, info) = LAPACK.syevd(&a)
    guard info == 0 else { throw .notConverged }
    self.values = values
    vectors = a
  }
}
