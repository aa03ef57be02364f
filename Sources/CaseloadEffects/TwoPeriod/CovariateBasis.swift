/// An orthonormal basis of a constant and covariates, stored row by row.
///
/// ```
/// [1 X] = Q·R,   QᵀQ = n·I
/// ```
///
/// Predictions, propensity scores and influence functions depend on the space of the covariates
/// alone, and on Q every normal matrix is well conditioned whatever the units of X. A column that
/// the others explain is left out. Gram and Schmidt's orthogonalization is done twice a column.
///
/// - Source: Giraud, Langou, Rozložník & van den Eshof (2005), *Numerische Mathematik* 101, 87–100.
struct CovariateBasis: Sendable {
  let rowCount: Int
  let columnCount: Int
  /// Element (i, j) at `i * columnCount + j`.
  let storage: [Double]
  /// The covariates that the constant and those before them explain.
  let dependent: [Int]

  /// What is left of a column, relative to its length, below which it counts as explained.
  static let tolerance = 1e-9

  /// - Parameters:
  ///   - rowCount: at least 1.
  ///   - covariates: columns of that many finite values.
  init(rowCount: Int, covariates: [[Double]]) {
    let n = rowCount
    var columns = [[Double](repeating: 1, count: n)]
    var dependent: [Int] = []
    for (index, covariate) in covariates.enumerated() {
      // A power of two: squares of large or small columns neither overflow nor vanish.
      let largest = covariate.reduce(0) { max($0, abs($1)) }
      guard largest > 0 else {
        dependent.append(index)
        continue
      }
      let unit = Double(sign: .plus, exponent: -largest.exponent, significand: 1)
      var v = covariate.map { $0 * unit }
      let before = Self.dot(v, v)
      for _ in 0..<2 {
        for column in columns {
          let c = Self.dot(column, v) / Double(n)
          for i in 0..<n { v[i] -= c * column[i] }
        }
      }
      let after = Self.dot(v, v)
      guard after > Self.tolerance * Self.tolerance * before else {
        dependent.append(index)
        continue
      }
      let scale = (Double(n) / after).squareRoot()
      for i in 0..<n { v[i] *= scale }
      columns.append(v)
    }
    let k = columns.count
    var storage = [Double](repeating: 0, count: n * k)
    for j in 0..<k {
      let column = columns[j]
      for i in 0..<n { storage[i * k + j] = column[i] }
    }
    self.rowCount = n
    columnCount = k
    self.storage = storage
    self.dependent = dependent
  }

  private static func dot(_ a: [Double], _ b: [Double]) -> Double {
    var sum = 0.0
    for i in a.indices { sum += a[i] * b[i] }
    return sum
  }

  /// qᵢᵀγ of every row.
  func product(_ gamma: [Double]) -> [Double] {
    var result = [Double](repeating: 0, count: rowCount)
    let (rows, g) = (storage.span, gamma.span)
    for i in 0..<rowCount {
      var sum = 0.0
      for j in 0..<columnCount { sum += rows[i * columnCount + j] * g[j] }
      result[i] = sum
    }
    return result
  }

  /// Σ uᵢ qᵢ.
  func sum(_ u: [Double]) -> [Double] {
    var result = [Double](repeating: 0, count: columnCount)
    let rows = storage.span
    for i in 0..<rowCount where u[i] != 0 {
      for j in 0..<columnCount { result[j] += u[i] * rows[i * columnCount + j] }
    }
    return result
  }

  /// Σ uᵢ qᵢqᵢᵀ, both triangles.
  func crossProduct(_ u: [Double]) -> [Double] {
    let k = columnCount
    var result = [Double](repeating: 0, count: k * k)
    let rows = storage.span
    for i in 0..<rowCount where u[i] != 0 {
      for a in 0..<k {
        let scaled = u[i] * rows[i * k + a]
        for b in 0...a { result[a * k + b] += scaled * rows[i * k + b] }
      }
    }
    for a in 0..<k { for b in 0..<a { result[b * k + a] = result[a * k + b] } }
    return result
  }
}
