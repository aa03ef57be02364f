import CaseloadMath

/// A design in coordinates in which its columns are orthogonal, stored row by row.
///
/// ```
/// X = Z·R,   ZᵀZ = n·I,   β = R⁻¹γ
/// ```
///
/// Estimators that weigh and choose rows iterate on γ, where normal equations are well conditioned
/// whatever the units of X. Gram and Schmidt's orthogonalization is done twice a column, which is
/// enough for any X of full numerical rank.
///
/// - Source: Giraud, Langou, Rozložník & van den Eshof (2005), *Numerische Mathematik* 101, 87–100.
struct OrthonormalRows {
  let rowCount: Int
  let columnCount: Int
  /// Element (i, j) at `i * columnCount + j`.
  let storage: [Double]
  /// R, upper triangular.
  private let triangle: Matrix

  /// - Precondition: `x` has full column rank.
  init(_ x: Matrix) {
    let (n, p) = (x.rowCount, x.columnCount)
    var columns = (0..<p).map { x.column($0) }
    var triangle = Matrix(rowCount: p, columnCount: p)
    for j in 0..<p {
      // A power of two: squares of large or small columns neither overflow nor vanish.
      let largest = columns[j].reduce(0) { max($0, abs($1)) }
      let unit = largest > 0 ? Double(sign: .plus, exponent: -largest.exponent, significand: 1) : 1
      var v = columns[j].map { $0 * unit }
      for _ in 0..<2 {
        for k in 0..<j {
          let c = Self.dot(columns[k], v) / Double(n)
          for i in 0..<n { v[i] -= c * columns[k][i] }
          triangle[k, j] += c
        }
      }
      let length = (Self.dot(v, v) / Double(n)).squareRoot()
      precondition(length > 0, "column \(j) depends on those before it")
      for i in 0..<n { v[i] /= length }
      triangle[j, j] = length
      for k in 0...j { triangle[k, j] /= unit }
      columns[j] = v
    }
    var storage = [Double](repeating: 0, count: n * p)
    for j in 0..<p { for i in 0..<n { storage[i * p + j] = columns[j][i] } }
    rowCount = n
    columnCount = p
    self.storage = storage
    self.triangle = triangle
  }

  /// The rows that `indices` name, in the same coordinates.
  init(_ all: OrthonormalRows, rows indices: [Int]) {
    let p = all.columnCount
    rowCount = indices.count
    columnCount = p
    storage = indices.flatMap { all.storage[$0 * p..<($0 + 1) * p] }
    triangle = all.triangle
  }

  /// β = R⁻¹γ.
  func coefficients(_ gamma: [Double]) -> [Double] {
    var beta = gamma
    for j in stride(from: columnCount - 1, through: 0, by: -1) {
      for k in j + 1..<columnCount { beta[j] -= triangle[j, k] * beta[k] }
      beta[j] /= triangle[j, j]
    }
    return beta
  }

  /// R⁻ᵀl, so that lᵀβ = (R⁻ᵀl)ᵀγ.
  func transposedCoefficients(_ contrast: [Double]) -> [Double] {
    var m = contrast
    for j in 0..<columnCount {
      for k in 0..<j { m[j] -= triangle[k, j] * m[k] }
      m[j] /= triangle[j, j]
    }
    return m
  }

  /// zᵢᵀγ.
  func product(row i: Int, _ gamma: borrowing Span<Double>) -> Double {
    let rows = storage.span
    let start = i * columnCount
    var sum = 0.0
    for j in 0..<columnCount { sum += rows[start + j] * gamma[j] }
    return sum
  }

  /// Z·γ into `result`.
  func multiply(_ gamma: [Double], into result: inout [Double]) {
    let (rows, g) = (storage.span, gamma.span)
    var values = result.mutableSpan
    var k = 0
    for i in 0..<rowCount {
      var sum = 0.0
      for j in 0..<columnCount {
        sum += rows[k] * g[j]
        k += 1
      }
      values[i] = sum
    }
  }

  /// Zᵀ·v into `result`.
  func multiplyTransposed(_ v: [Double], into result: inout [Double]) {
    let (rows, values) = (storage.span, v.span)
    for j in 0..<columnCount { result[j] = 0 }
    var sums = result.mutableSpan
    var k = 0
    for i in 0..<rowCount {
      for j in 0..<columnCount {
        sums[j] += rows[k] * values[i]
        k += 1
      }
    }
  }

  /// The lower triangle of Σ wᵢ zᵢzᵢᵀ and Σ wᵢ zᵢ vᵢ.
  func normalEquations(
    weights: [Double], _ v: [Double], into cross: inout Matrix, _ right: inout [Double]
  ) {
    let p = columnCount
    let (rows, w, values) = (storage.span, weights.span, v.span)
    var sums = [Double](repeating: 0, count: p * p)
    for j in 0..<p { right[j] = 0 }
    var m = sums.mutableSpan
    var b = right.mutableSpan
    for i in 0..<rowCount where w[i] > 0 {
      let start = i * p
      for j in 0..<p {
        let t = w[i] * rows[start + j]
        b[j] += t * values[i]
        for k in 0...j { m[j * p + k] += t * rows[start + k] }
      }
    }
    for j in 0..<p { for k in 0...j { cross[j, k] = sums[j * p + k] } }
  }

  private static func dot(_ a: [Double], _ b: [Double]) -> Double {
    let (u, v) = (a.span, b.span)
    var sum = 0.0
    for i in u.indices { sum += u[i] * v[i] }
    return sum
  }
}
