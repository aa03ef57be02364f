/// The thin singular value decomposition `A = U·diag(s)·Vᵀ`.
///
/// - Source: Golub & Van Loan, *Matrix Computations*, 4th ed. (2013), §2.4, §8.6. LAPACK `dgesdd`.
public struct SVD: Sendable {
  /// m × k with orthonormal columns, k = min(m, n).
  public let u: Matrix
  /// k values, descending.
  public let singularValues: [Double]
  /// k × n with orthonormal rows.
  public let vTransposed: Matrix

  /// Why there is no decomposition.
  public enum Failure: Error, Equatable, Sendable {
    /// An element is NaN or infinite.
    case nonFinite(NonFiniteElement)
    /// The iteration of LAPACK did not converge.
    case notConverged
  }

  /// Decomposes `a`, of any shape.
  ///
  /// - Complexity: O(mn·min(m, n)).
  /// - Throws: ``Failure``.
  public init(_ a: consuming Matrix) throws(Failure) {
    if let (row, column) = a.firstNonFinite {
      throw .nonFinite(NonFiniteElement(row: row, column: column))
    }
    let result = LAPACK.gesdd(&a)
    guard result.info == 0 else { throw .notConverged }
    u = result.u
    singularValues = result.singularValues
    vTransposed = result.vTransposed
  }

  /// The number of singular values above max(m, n) · ε · s₁.
  public var rank: Int {
    guard let largest = singularValues.first else { return 0 }
    let limit = Double(max(u.rowCount, vTransposed.columnCount)) * Double.ulpOfOne * largest
    return singularValues.count { $0 > limit }
  }

  /// s₁ / sₖ; infinite for a rank-deficient matrix.
  public var conditionNumber: Double {
    guard let first = singularValues.first, let last = singularValues.last else { return 1 }
    return last > 0 ? first / last : .infinity
  }
}
