import CaseloadTestSupport
import Testing

@testable import CaseloadMath

@Suite("SymmetricEigen")
struct SymmetricEigenTests {
  /// 2 on the diagonal and −1 beside it.
  static func secondDifference(_ order: Int) -> Matrix {
    Matrix(
      rows: (0..<order).map { i in (0..<order).map { i == $0 ? 2 : abs(i - $0) == 1 ? -1 : 0 } })
  }

  @Test("A·V is V·diag(λ)")
  func productAgreesWithItsDefinition() throws {
    let a = Self.secondDifference(7)
    let eigen = try SymmetricEigen(a)
    let difference = (a * eigen.vectors).largestDifference(
      from: eigen.vectors * SVDTests.diagonal(eigen.values))
    #expect(difference < 1e-14)  // ‖A‖ < 4; Golub & Van Loan §8.1
  }

  @Test("the second-difference matrix has its closed-form eigenvalues, ascending")
  func closedFormEigenvalues() throws {
    let values = try SymmetricEigen(Self.secondDifference(9)).values
    let expected = (1...9).map { 2 - 2 * cos(Double($0) * .pi / 10) }  // λₖ = 2 − 2 cos(kπ/(n+1))
    #expect(values.isClose(to: expected, absolute: 4e-15))  // a few ulp of ‖A‖ = 4
  }

  @Test("the eigenvectors are orthonormal")
  func vectorsAreOrthonormal() throws {
    let v = try SymmetricEigen(Self.secondDifference(9)).vectors
    #expect((v.transposed() * v).largestDifference(from: .identity(9)) < 1e-14)  // §8.1
  }

  @Test("the upper triangle is not read")
  func upperTriangleIsNotRead() throws {
    let values = try SymmetricEigen(Matrix(rows: [[2, 99], [1, 2]])).values
    #expect(values.isClose(to: [1, 3], relative: 1e-15))  // of [[2, 1], [1, 2]]
  }

  @Test("infinity is refused with its place")
  func infinityIsRefused() {
    let a = Matrix(rows: [[.infinity, 0], [0, 1]])
    #expect(throws: SymmetricEigen.Failure.nonFinite(NonFiniteElement(row: 0, column: 0))) {
      try SymmetricEigen(a)
    }
  }
}
