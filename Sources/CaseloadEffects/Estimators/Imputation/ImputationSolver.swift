import CaseloadMath

/// Solutions of M γ = r for the singular M of an ``ImputationSystem``, and its null space.
///
/// ```
/// M̃ = D M D,   D = diag(M's terms before elimination)^(−1/2),   M̃⁺ = (M̃ + N Nᵀ)⁻¹ − N Nᵀ
/// ```
///
/// N holds the directions that two-way effects never determine: a constant, and with slopes a trend.
/// Where the panel determines all others, which an inverse iteration tells, one Cholesky
/// factorization does. Where it does not, because parts of it have no unit or period in common or
/// regressors repeat each other, M̃ is decomposed into its eigenvectors.
struct ImputationSolver {
  /// Vectors of the null space of M, of largest element 1.
  let nullSpace: [[Double]]
  private let scale: [Double]
  /// Parameters that some untreated cell bears on.
  private let used: [Int]
  private let factor: Cholesky?
  /// N, orthonormal columns.
  private let directions: Matrix
  /// M̃⁺ where there is no factor.
  private let inverse: Matrix?

  /// Eigenvalues of M̃, relative to the largest, below which a direction is not determined.
  private static let rankTolerance = 1e-11
  /// The smallest eigenvalue for which the factorization is trusted.
  private static let factorTolerance = 1e-7

  /// - Parameters:
  ///   - scaled: M̃.
  ///   - scale: D; 0 for a parameter that nothing bears on.
  ///   - periodCount: how many parameters, the first ones, are periods.
  ///   - hasSlopes: of units.
  init(_ scaled: Matrix, _ scale: [Double], periodCount: Int, hasSlopes: Bool) {
    let count = scale.count
    self.scale = scale
    let used = scale.indices.filter { scale[$0] > 0 }
    self.used = used
    var null: [[Double]] = []
    for j in scale.indices where scale[j] == 0 {
      var vector = [Double](repeating: 0, count: count)
      vector[j] = 1
      null.append(vector)
    }
    var reduced = Matrix(rowCount: used.count, columnCount: used.count)
    for (b, j) in used.enumerated() {
      for (a, i) in used.enumerated() { reduced[a, b] = scaled[i, j] }
    }
    let directions = Self.directions(used, scale, periodCount, hasSlopes)
    if let factor = Self.factor(reduced, directions) {
      self.factor = factor
      self.directions = directions
      inverse = nil
      for k in 0..<directions.columnCount {
        null.append(Self.unscaled(directions.column(k), used, scale))
      }
      nullSpace = null
      return
    }
    factor = nil
    self.directions = Matrix(rowCount: used.count, columnCount: 0)
    guard !used.isEmpty, let eigen = try? SymmetricEigen(reduced) else {
      inverse = Matrix(rowCount: used.count, columnCount: used.count)
      nullSpace = null
      return
    }
    let limit = Self.rankTolerance * max(eigen.values.last ?? 0, 1)
    let kept = eigen.values.indices.filter { eigen.values[$0] > limit }
    for k in eigen.values.indices where eigen.values[k] <= limit {
      null.append(Self.unscaled(eigen.vectors.column(k), used, scale))
    }
    let vectors = eigen.vectors.selectingColumns(kept).transposed()
    let divided = vectors.scalingRows(kept.map { 1 / eigen.values[$0] })
    inverse = BLAS.gemm(vectors, divided, transposingA: true)
    nullSpace = null
  }

  /// A constant over periods and, with slopes, a trend, as M̃ sees them.
  private static func directions(
    _ used: [Int], _ scale: [Double], _ periodCount: Int, _ hasSlopes: Bool
  ) -> Matrix {
    let periods = used.filter { $0 < periodCount }
    var columns: [[Double]] = []
    for power in 0..<(hasSlopes ? 2 : 1) where periods.count > power {
      var vector = used.map { j -> Double in
        guard j < periodCount else { return 0 }
        return (power == 0 ? 1 : Double(j) - Double(periodCount) / 2) / scale[j]
      }
      for _ in 0..<2 {
        for other in columns {
          let product = zip(vector, other).reduce(0) { $0 + $1.0 * $1.1 }
          for k in vector.indices { vector[k] -= product * other[k] }
        }
      }
      let length = vector.reduce(0) { $0 + $1 * $1 }.squareRoot()
      columns.append(vector.map { $0 / length })
    }
    return columns.isEmpty
      ? Matrix(rowCount: used.count, columnCount: 0) : Matrix(columns: columns)
  }

  /// The factor of M̃ + N Nᵀ; `nil` where it is singular or nearly so.
  private static func factor(_ reduced: Matrix, _ directions: Matrix) -> Cholesky? {
    let count = reduced.rowCount
    guard count > 0 else { return nil }
    var matrix = reduced
    for k in 0..<directions.columnCount {
      for j in 0..<count {
        for i in 0..<count { matrix[i, j] += directions[i, k] * directions[j, k] }
      }
    }
    guard let factor = try? Cholesky(matrix) else { return nil }
    // Inverse iteration from a vector without symmetry finds the smallest eigenvalue.
    var vector = (0..<count).map {
      (Double($0 + 1) * 0.618_033_988_75).truncatingRemainder(dividingBy: 1) - 0.4
    }
    var growth = 0.0
    for _ in 0..<6 {
      let length = vector.reduce(0) { $0 + $1 * $1 }.squareRoot()
      vector = factor.solve(vector.map { $0 / length })
      growth = vector.reduce(0) { $0 + $1 * $1 }.squareRoot()
    }
    return growth.isFinite && growth * factorTolerance < 1 ? factor : nil
  }

  /// A vector of M from one of M̃, of largest element 1.
  private static func unscaled(_ vector: [Double], _ used: [Int], _ scale: [Double]) -> [Double] {
    var result = [Double](repeating: 0, count: scale.count)
    for (a, i) in used.enumerated() { result[i] = scale[i] * vector[a] }
    let largest = result.reduce(0) { max($0, abs($1)) }
    return largest > 0 ? result.map { $0 / largest } : result
  }

  /// M⁺R.
  ///
  /// - Parameter right: parameters × any number of columns.
  /// - Returns: of the same shape.
  func solve(_ right: Matrix) -> Matrix {
    var reduced = Matrix(rowCount: used.count, columnCount: right.columnCount)
    for c in 0..<right.columnCount {
      for (a, i) in used.enumerated() { reduced[a, c] = scale[i] * right[i, c] }
    }
    let solution: Matrix
    if let factor {
      let part = BLAS.gemm(directions, reduced, transposingA: true)
      solution = factor.solve(reduced) - BLAS.gemm(directions, part)
    } else if let inverse {
      solution = BLAS.gemm(inverse, reduced)
    } else {
      solution = reduced
    }
    var result = Matrix(rowCount: scale.count, columnCount: right.columnCount)
    for c in 0..<right.columnCount {
      for (a, i) in used.enumerated() { result[i, c] = scale[i] * solution[a, c] }
    }
    return result
  }
}
