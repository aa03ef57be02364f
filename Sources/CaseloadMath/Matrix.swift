/// A dense real matrix, stored column by column, with value semantics.
///
/// Element (i, j) is `storage[i + j * rowCount]`, the layout that LAPACK reads without a copy.
public struct Matrix: Equatable, Sendable {
  public let rowCount: Int
  public let columnCount: Int
  /// The elements, column by column; `rowCount × columnCount` of them.
  public private(set) var storage: [Double]

  /// A matrix over `storage`, column by column.
  ///
  /// - Precondition: `storage.count == rowCount * columnCount`.
  public init(rowCount: Int, columnCount: Int, storage: [Double]) {
    precondition(
      storage.count == rowCount * columnCount,
      "\(rowCount) × \(columnCount) needs \(rowCount * columnCount) elements, not \(storage.count)")
    self.rowCount = rowCount
    self.columnCount = columnCount
    self.storage = storage
  }

  /// A matrix with every element equal to `value`.
  public init(rowCount: Int, columnCount: Int, repeating value: Double = 0) {
    self.init(
      rowCount: rowCount, columnCount: columnCount,
      storage: [Double](repeating: value, count: rowCount * columnCount))
  }

  /// A matrix from its rows, all of one length.
  public init(rows: [[Double]]) {
    let columnCount = rows.first?.count ?? 0
    precondition(rows.allSatisfy { $0.count == columnCount }, "rows of different lengths")
    self.init(rowCount: rows.count, columnCount: columnCount)
    for (i, row) in rows.enumerated() {
      for (j, value) in row.enumerated() { self[i, j] = value }
    }
  }

  /// A matrix from its columns, all of one length.
  public init(columns: [[Double]]) {
    let rowCount = columns.first?.count ?? 0
    precondition(columns.allSatisfy { $0.count == rowCount }, "columns of different lengths")
    self.init(rowCount: rowCount, columnCount: columns.count, storage: columns.flatMap { $0 })
  }

  /// The identity matrix of order `order`.
  public static func identity(_ order: Int) -> Matrix {
    var result = Matrix(rowCount: order, columnCount: order)
    for i in 0..<order { result[i, i] = 1 }
    return result
  }

  public subscript(i: Int, j: Int) -> Double {
    get { storage[i + j * rowCount] }
    set { storage[i + j * rowCount] = newValue }
  }

  /// Column `j`, borrowed: no copy is made and the view cannot outlive the call.
  public func withColumn<R, E: Error>(_ j: Int, _ body: (borrowing Span<Double>) throws(E) -> R)
    throws(E) -> R
  {
    try body(storage.span.extracting(j * rowCount..<(j + 1) * rowCount))
  }

  /// A copy of column `j`.
  public func column(_ j: Int) -> [Double] {
    Array(storage[j * rowCount..<(j + 1) * rowCount])
  }

  /// A copy of row `i`.
  public func row(_ i: Int) -> [Double] {
    (0..<columnCount).map { self[i, $0] }
  }

  /// The transpose.
  public func transposed() -> Matrix {
    var result = Matrix(rowCount: columnCount, columnCount: rowCount)
    for j in 0..<columnCount { for i in 0..<rowCount { result[j, i] = self[i, j] } }
    return result
  }

  /// The elements on the main diagonal.
  public var diagonal: [Double] {
    (0..<min(rowCount, columnCount)).map { self[$0, $0] }
  }

  /// The columns named by `indices`, in that order.
  public func selectingColumns(_ indices: [Int]) -> Matrix {
    Matrix(
      rowCount: rowCount, columnCount: indices.count, storage: indices.flatMap { column($0) })
  }

  /// The first element that is not finite, column by column, or `nil`.
  public var firstNonFinite: (row: Int, column: Int)? {
    guard let index = storage.firstIndex(where: { !$0.isFinite }) else { return nil }
    return (index % rowCount, index / rowCount)
  }

  /// Row `i` times `weights[i]`, for every row.
  public func scalingRows(_ weights: [Double]) -> Matrix {
    precondition(weights.count == rowCount, "\(rowCount) rows against \(weights.count) weights")
    var result = self
    result.withUnsafeMutableStorage { elements in
      for j in 0..<columnCount {
        let start = j * rowCount
        for i in 0..<rowCount { elements[start + i] *= weights[i] }
      }
    }
    return result
  }

  /// Column `j` times `scales[j]`, for every column.
  mutating func scaleColumns(_ scales: [Double]) {
    let (n, p) = (rowCount, columnCount)
    withUnsafeMutableStorage { elements in
      for j in 0..<p where scales[j] != 1 {
        for i in j * n..<(j + 1) * n { elements[i] *= scales[j] }
      }
    }
  }

  /// The rows named by `indices`, in that order.
  public func selectingRows(_ indices: [Int]) -> Matrix {
    var result = Matrix(rowCount: indices.count, columnCount: columnCount)
    result.withUnsafeMutableStorage { elements in
      for j in 0..<columnCount {
        for (k, i) in indices.enumerated() {
          elements[j * indices.count + k] = storage[i + j * rowCount]
        }
      }
    }
    return result
  }

  package mutating func withUnsafeMutableStorage<R>(
    _ body: (UnsafeMutableBufferPointer<Double>) -> R
  ) -> R {
    storage.withUnsafeMutableBufferPointer { body($0) }
  }

  /// The transpose of this times `b`.
  public func transposed(times b: Matrix) -> Matrix { BLAS.gemm(self, b, transposingA: true) }

  /// The matrix product.
  public static func * (a: Matrix, b: Matrix) -> Matrix { BLAS.gemm(a, b) }
  /// The matrix times a column.
  public static func * (a: Matrix, x: [Double]) -> [Double] { BLAS.gemv(a, x) }

  public static func + (a: Matrix, b: Matrix) -> Matrix { combined(a, b, +) }
  public static func - (a: Matrix, b: Matrix) -> Matrix { combined(a, b, -) }

  /// Every element times `scale`.
  public static func * (scale: Double, a: Matrix) -> Matrix {
    Matrix(rowCount: a.rowCount, columnCount: a.columnCount, storage: a.storage.map { scale * $0 })
  }

  private static func combined(
    _ a: Matrix, _ b: Matrix, _ operation: (Double, Double) -> Double
  ) -> Matrix {
    precondition(
      a.rowCount == b.rowCount && a.columnCount == b.columnCount,
      "\(a.rowCount) × \(a.columnCount) against \(b.rowCount) × \(b.columnCount)")
    return Matrix(
      rowCount: a.rowCount, columnCount: a.columnCount,
      storage: zip(a.storage, b.storage).map(operation))
  }
}

/// Input that no factorization can use: an element that is NaN or infinite.
public struct NonFiniteElement: Error, Equatable, Sendable {
  public let row: Int
  public let column: Int

  package init(row: Int, column: Int) {
    self.row = row
    self.column = column
  }
}
