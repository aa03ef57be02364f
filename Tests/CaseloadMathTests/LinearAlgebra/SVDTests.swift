import CaseloadTestSupport
import Testing

@testable import CaseloadMath

@Suite("SVD")
struct SVDTests {
  static let shapes = [[7, 4], [4, 7], [5, 5], [1, 6], [6, 1]]

  /// 1 / (i + j − 1), the standard ill-conditioned matrix.
  static func hilbert(_ order: Int) -> Matrix {
    Matrix(rows: (1...order).map { i in (1...order).map { 1 / Double(i + $0 - 1) } })
  }

  static func diagonal(_ values: [Double]) -> Matrix {
    var d = Matrix(rowCount: values.count, columnCount: values.count)
    for (i, value) in values.enumerated() { d[i, i] = value }
    return d
  }

  @Test("U·diag(s)·Vᵀ is the matrix, whatever its shape", arguments: shapes)
  func productAgreesWithItsDefinition(shape: [Int]) throws {
    let a = randomMatrix(shape[0], shape[1], seed: 21)
    let svd = try SVD(a)
    let product = svd.u * Self.diagonal(svd.singularValues) * svd.vTransposed
    #expect(product.largestDifference(from: a) < 1e-14)  // ‖A‖ ≈ 4; Golub & Van Loan §8.6
  }

  @Test("the singular values descend and are not negative")
  func singularValuesDescend() throws {
    let values = try SVD(randomMatrix(9, 6, seed: 22)).singularValues
    #expect(values == values.sorted(by: >) && values.allSatisfy { $0 >= 0 })
  }

  @Test("the squared singular values sum to the squared elements")
  func squaresSumToTheSquaredElements() throws {
    let a = randomMatrix(9, 6, seed: 23)
    let expected = a.storage.map { $0 * $0 }.accurateSum
    let sum = try SVD(a).singularValues.map { $0 * $0 }.accurateSum
    #expect(sum.isClose(to: expected, relative: 1e-14))  // ‖A‖²_F
  }

  @Test("a product of thin factors has the rank of the factors")
  func rankOfThinProduct() throws {
    let a = randomMatrix(8, 2, seed: 24) * randomMatrix(2, 5, seed: 25)
    #expect(try SVD(a).rank == 2)
  }

  @Test("the Hilbert matrix of order 5 has its published condition number")
  func hilbertConditionNumber() throws {
    let condition = try SVD(Self.hilbert(5)).conditionNumber
    #expect(condition.isClose(to: 4.766072502e5, relative: 2e-10))  // published to 10 digits
  }

  @Test("a singular matrix has an infinite condition number")
  func singularMatrixHasInfiniteCondition() throws {
    #expect(try SVD(Matrix(rows: [[1, 0], [0, 0]])).conditionNumber == .infinity)
  }

  @Test("NaN is refused with its place")
  func nanIsRefused() {
    let a = Matrix(rows: [[1, 2], [3, .nan]])
    #expect(throws: SVD.Failure.nonFinite(NonFiniteElement(row: 1, column: 1))) { try SVD(a) }
  }
}
