import CaseloadTestSupport
import Testing

@testable import CaseloadMath

@Suite("Cholesky")
struct CholeskyTests {
  /// min(i, j): the covariance of a random walk; determinant 1.
  static func walkCovariance(_ order: Int) -> Matrix {
    Matrix(rows: (1...order).map { i in (1...order).map { Double(min(i, $0)) } })
  }

  @Test("L·Lᵀ is the matrix")
  func productAgreesWithItsDefinition() throws {
    let lower = try Cholesky(Self.walkCovariance(5)).lower
    var l = Matrix(rowCount: 5, columnCount: 5)
    for j in 0..<5 { for i in j..<5 { l[i, j] = lower[i, j] } }
    #expect(l * l.transposed() == Self.walkCovariance(5))  // L is all ones: exact
  }

  @Test("a solution satisfies the equation")
  func solutionSatisfiesTheEquation() throws {
    let a = Self.walkCovariance(8)
    let x = (0..<8).map { Double($0) - 2.5 }
    let solution = try Cholesky(a).solve(a * x)
    #expect(solution.isClose(to: x, relative: 1e-13))  // condition number about 130
  }

  @Test("several right-hand sides are solved together as they are one by one")
  func severalRightHandSides() throws {
    let factor = try Cholesky(Self.walkCovariance(4))
    let b = Matrix(columns: [[1, 0, 2, 0], [0, 3, 0, 1]])
    #expect(factor.solve(b).column(1) == factor.solve(b.column(1)))
  }

  @Test("the log-determinant of an AR(1) correlation matrix has its closed form")
  func logDeterminantHasItsClosedForm() throws {
    let rho = 0.7
    let r = Matrix(rows: (0..<20).map { i in (0..<20).map { pow(rho, Double(abs(i - $0))) } })
    let expected = 19 * log1p(-rho * rho)  // det R = (1 − ρ²)ⁿ⁻¹
    #expect(try Cholesky(r).logDeterminant.isClose(to: expected, relative: 1e-14))
  }

  @Test("the log-determinant does not overflow where the determinant does")
  func logDeterminantDoesNotOverflow() throws {
    let factor = try Cholesky(1e200 * Matrix.identity(5))
    #expect(factor.logDeterminant.isClose(to: 5 * 200 * log(10), relative: 1e-15))  // ln 10¹⁰⁰⁰
  }

  @Test("the inverse times the matrix is the identity")
  func inverseTimesMatrixIsIdentity() throws {
    let a = Self.walkCovariance(6)
    let product = try Cholesky(a).inverse() * a
    #expect(product.largestDifference(from: .identity(6)) < 1e-13)  // condition number about 70
  }

  @Test("the upper triangle is not read")
  func upperTriangleIsNotRead() throws {
    let a = Matrix(rows: [[4, .nan], [2, 3]])
    #expect(try Cholesky(a).logDeterminant.isClose(to: log(8), relative: 1e-15))  // det = 8
  }

  @Test("an indefinite matrix is refused at the order of the first minor that is not positive")
  func indefiniteMatrixIsRefused() {
    let a = Matrix(rows: [[1, 0, 0], [0, 1, 2], [0, 2, 1]])
    #expect(throws: Cholesky.Failure.notPositiveDefinite(order: 3)) { try Cholesky(a) }
  }

  @Test("a matrix of zeros is refused at order 1")
  func zeroMatrixIsRefused() {
    #expect(throws: Cholesky.Failure.notPositiveDefinite(order: 1)) {
      try Cholesky(Matrix(rowCount: 2, columnCount: 2))
    }
  }

  @Test("NaN in the lower triangle is refused with its place")
  func nanIsRefused() {
    let a = Matrix(rows: [[1, 0], [.nan, 1]])
    #expect(throws: Cholesky.Failure.nonFinite(NonFiniteElement(row: 1, column: 0))) {
      try Cholesky(a)
    }
  }
}
