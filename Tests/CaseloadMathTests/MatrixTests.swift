import CaseloadMath
import Testing

@Suite("Matrix")
struct MatrixTests {
  static let a = Matrix(rows: [[1, 2, 3], [4, 5, 6]])

  @Test("elements are stored column by column")
  func storageIsColumnMajor() {
    #expect(Self.a.storage == [1, 4, 2, 5, 3, 6])
  }

  @Test("rows and columns describe the same matrix")
  func rowsAndColumnsAgree() {
    #expect(Matrix(columns: [[1, 4], [2, 5], [3, 6]]) == Self.a)
  }

  @Test("a row is read across the columns")
  func rowIsReadAcross() {
    #expect(Self.a.row(1) == [4, 5, 6])
  }

  @Test("a column is read down the rows")
  func columnIsReadDown() {
    #expect(Self.a.column(2) == [3, 6])
  }

  @Test("a borrowed column holds the same elements as its copy")
  func borrowedColumnEqualsCopy() {
    let sum = Self.a.withColumn(1) { column in
      column.indices.reduce(0) { $0 + column[$1] }
    }
    #expect(sum == 7)
  }

  @Test("the transpose exchanges rows and columns")
  func transposeExchangesRowsAndColumns() {
    #expect(Self.a.transposed() == Matrix(rows: [[1, 4], [2, 5], [3, 6]]))
  }

  @Test("the diagonal of a wide matrix has as many elements as it has rows")
  func diagonalOfWideMatrix() {
    #expect(Self.a.diagonal == [1, 5])
  }

  @Test("columns are selected in the order asked for, repeats included")
  func selectionKeepsOrder() {
    #expect(Self.a.selectingColumns([2, 0, 2]) == Matrix(rows: [[3, 1, 3], [6, 4, 6]]))
  }

  @Test("writing to a copy leaves the original alone")
  func copiesAreValues() {
    var copy = Self.a
    copy[0, 0] = 9
    #expect(Self.a[0, 0] == 1)
  }

  @Test("the first element that is not finite is found column by column")
  func firstNonFiniteGoesDownColumns() throws {
    let matrix = Matrix(rows: [[1, .nan], [.infinity, 2]])
    let found = try #require(matrix.firstNonFinite)
    #expect(found == (row: 1, column: 0))
  }

  @Test("a finite matrix has no element that is not finite")
  func finiteMatrixHasNoNonFinite() {
    #expect(Self.a.firstNonFinite == nil)
  }

  @Test("the product agrees with its definition")
  func productAgreesWithItsDefinition() {
    let b = Matrix(rows: [[1, -1], [0.5, 2], [-3, 4]])
    let naive = Matrix(
      rows: (0..<2).map { i in
        (0..<2).map { j in (0..<3).reduce(0) { $0 + Self.a[i, $1] * b[$1, j] } }
      })
    #expect(Self.a * b == naive)  // small whole and half numbers: exact
  }

  @Test("a product with a vector agrees with its definition")
  func vectorProductAgreesWithItsDefinition() {
    #expect(Self.a * [1, 0, -1] == [-2, -2])
  }

  @Test("the transposed product equals the product with the transpose")
  func transposedProductAgrees() {
    let b = Matrix(rows: [[1, 2], [3, 4]])
    #expect(BLAS.gemm(Self.a, b, transposingA: true) == Self.a.transposed() * b)
  }

  @Test("the transposed product with a vector equals the product with the transpose")
  func transposedVectorProductAgrees() {
    #expect(BLAS.gemv(Self.a, [2, -1], transposingA: true) == Self.a.transposed() * [2, -1])
  }

  @Test("a matrix without inner dimension multiplies to zeros")
  func emptyInnerDimensionGivesZeros() {
    let product = Matrix(rowCount: 2, columnCount: 0) * Matrix(rowCount: 0, columnCount: 3)
    #expect(product == Matrix(rowCount: 2, columnCount: 3))
  }

  @Test("the identity changes nothing")
  func identityIsNeutral() {
    #expect(Self.a * Matrix.identity(3) == Self.a)
  }

  @Test("a sum minus a summand is the other")
  func sumAndDifference() {
    let b = Matrix(rowCount: 2, columnCount: 3, repeating: 0.5)
    #expect((Self.a + b) - b == Self.a)
  }

  @Test("a scale multiplies every element")
  func scaleMultipliesEveryElement() {
    #expect((2 * Self.a).storage == [2, 8, 4, 10, 6, 12])
  }
}
