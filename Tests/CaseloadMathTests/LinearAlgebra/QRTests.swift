import CaseloadTestSupport
import Testing

@testable import CaseloadMath

@Suite("QR")
struct QRTests {
  /// 30 × 4 standard normal draws.
  static let a = randomMatrix(30, 4, seed: 11)

  /// Q, the first `n` columns.
  private func q(_ qr: QR, columns n: Int) -> Matrix {
    Matrix(
      columns: (0..<n).map { j in
        var unit = [Double](repeating: 0, count: qr.rowCount)
        unit[j] = 1
        return qr.multipliedQ(unit)
      })
  }

  @Test("Q·R is the matrix with its columns scaled and permuted")
  func productAgreesWithItsDefinition() throws {
    let qr = try QR(Self.a)
    var r = Matrix(rowCount: 4, columnCount: 4)
    for j in 0..<4 { for i in 0...j { r[i, j] = qr.factor[i, j] } }
    let scaled = Matrix(
      columns: qr.pivots.map { p in Self.a.column(p).map { $0 * qr.scales[p] } })
    let difference = (q(qr, columns: 4) * r).largestDifference(from: scaled)
    #expect(difference < 1e-14)  // ‖A‖ ≈ 1 after scaling; backward stable, Higham §19.3
  }

  @Test("the columns of Q are orthonormal")
  func qIsOrthonormal() throws {
    let q = q(try QR(Self.a), columns: 30)
    #expect((q.transposed() * q).largestDifference(from: .identity(30)) < 1e-14)  // Higham §19.3
  }

  @Test("a random matrix has full rank and no dependent columns")
  func randomMatrixHasFullRank() throws {
    let qr = try QR(Self.a)
    #expect(qr.rank == 4 && qr.dependentColumns.isEmpty)
  }

  @Test("the residuals of least squares are orthogonal to every column")
  func residualsAreOrthogonal() throws {
    let b = randomMatrix(30, 1, seed: 12).storage
    let fitted = Self.a * (try QR(Self.a).leastSquares(b))
    let residuals = zip(b, fitted).map { $0 - $1 }
    let products = BLAS.gemv(Self.a, residuals, transposingA: true)
    #expect(products.allSatisfy { abs($0) < 1e-13 })  // 30 terms of size 1
  }

  @Test("an exact system is solved exactly")
  func exactSystemIsSolved() throws {
    let a = Matrix(rows: [[2, 1], [1, 3], [0, 1]])
    let beta = try QR(a).leastSquares(a * [1, -2])
    #expect(beta.isClose(to: [1, -2], relative: 1e-14))  // condition number about 2
  }

  @Test("a column that repeats another is named")
  func repeatedColumnIsNamed() throws {
    // The pivoting keeps the longest column, so the shorter copy depends.
    let a = Matrix(columns: [[1, 1, 1, 1], [1, 2, 3, 4], [0, 0, 0, 0]])
    #expect(throws: QR.Failure.rankDeficient(rank: 2, dependentColumns: [2])) {
      try QR(a).leastSquares([1, 2, 3, 5])
    }
  }

  @Test("a sum of other columns lowers the rank by one")
  func dependentColumnLowersTheRank() throws {
    let columns = (0..<3).map { Self.a.column($0) }
    let sum = zip(columns[0], columns[1]).map { $0 + $1 }
    #expect(try QR(Matrix(columns: columns + [sum])).rank == 3)
  }

  @Test("a matrix of zeros has rank 0")
  func zeroMatrixHasRankZero() throws {
    #expect(try QR(Matrix(rowCount: 3, columnCount: 2)).rank == 0)
  }

  @Test("NaN is refused with its place")
  func nanIsRefused() {
    var a = Self.a
    a[3, 2] = .nan
    #expect(throws: QR.Failure.nonFinite(NonFiniteElement(row: 3, column: 2))) { try QR(a) }
  }

  @Test("infinity is refused with its place")
  func infinityIsRefused() {
    var a = Self.a
    a[0, 1] = -.infinity
    #expect(throws: QR.Failure.nonFinite(NonFiniteElement(row: 0, column: 1))) { try QR(a) }
  }

  @Test("fewer rows than columns are refused")
  func tooFewRowsAreRefused() {
    #expect(throws: QR.Failure.tooFewRows(rows: 1, columns: 2)) {
      try QR(Matrix(rows: [[1, 2]])).leastSquares([1])
    }
  }

  @Test("the leverages sum to the rank")
  func leveragesSumToTheRank() throws {
    let sum = try QR(Self.a).leverages().accurateSum
    #expect(sum.isClose(to: 4, relative: 1e-14))  // trace of a projection
  }

  @Test("the leverages of a rank-deficient matrix sum to its rank")
  func leveragesOfDeficientMatrixSumToItsRank() throws {
    let doubled = Self.a.selectingColumns([0, 1, 0])
    #expect(try QR(doubled).leverages().accurateSum.isClose(to: 2, relative: 1e-14))  // trace
  }

  @Test("the leverages of a straight line agree with their definition")
  func leveragesAgreeWithTheirDefinition() throws {
    let x = [1.0, 2, 4, 8, 9]
    let mean = x.accurateSum / 5
    let sxx = x.map { ($0 - mean) * ($0 - mean) }.accurateSum
    let expected = x.map { 0.2 + ($0 - mean) * ($0 - mean) / sxx }
    let h = try QR(Matrix(columns: [[1, 1, 1, 1, 1], x])).leverages()
    #expect(h.isClose(to: expected, relative: 1e-14))  // hᵢ = 1/n + (xᵢ − x̄)²/Sxx
  }

  @Test("the inverse of the cross-product is the inverse")
  func crossProductInverseIsTheInverse() throws {
    let product = BLAS.gemm(Self.a, Self.a, transposingA: true)
    let inverse = try QR(Self.a).crossProductInverse()
    #expect((product * inverse).largestDifference(from: .identity(4)) < 1e-13)  // κ(AᵀA) < 10
  }

  @Test("scaling columns by powers of two scales the coefficients exactly")
  func powersOfTwoScaleExactly() throws {
    let b = randomMatrix(30, 1, seed: 13).storage
    let exponents = [-300, 12, 0, 500]
    let scaled = Matrix(
      columns: (0..<4).map { j in Self.a.column(j).map { $0 * twoToThe(exponents[j]) } })
    let expected = zip(try QR(Self.a).leastSquares(b), exponents).map { $0 * twoToThe(-$1) }
    #expect(try QR(scaled).leastSquares(b) == expected)  // bit for bit: scaling does not round
  }

  @Test("columns near the ends of the range of a double keep their rank", arguments: [-1060, 1022])
  func extremeColumnsKeepTheirRank(exponent: Int) throws {
    let column = [1.0, 1, 1, 1].map { $0 * twoToThe(exponent) }
    #expect(try QR(Matrix(columns: [column])).rank == 1)
  }
}

func twoToThe(_ exponent: Int) -> Double {
  Double(sign: .plus, exponent: exponent, significand: 1)
}

/// Standard normal draws, column by column.
func randomMatrix(_ rowCount: Int, _ columnCount: Int, seed: UInt64) -> Matrix {
  var stream = RandomStream(seed: seed)
  return Matrix(
    rowCount: rowCount, columnCount: columnCount,
    storage: (0..<(rowCount * columnCount)).map { _ in stream.normal() })
}
