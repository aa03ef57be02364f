/// A square root of a covariance matrix that may be singular: A = L Lᵀ, L lower triangular.
///
/// A column whose pivot is zero to rounding is zero: the variable is a combination of earlier ones.
///
/// - Source: Golub & Van Loan (2013), §4.2.8, without interchanges.
struct SemidefiniteFactor: Sendable {
  let order: Int
  /// L, row by row.
  private(set) var elements: [Double]

  init(_ a: [Double], order m: Int) {
    order = m
    elements = [Double](repeating: 0, count: m * m)
    for j in 0..<m {
      var pivot = a[j * m + j]
      for k in 0..<j { pivot -= elements[j * m + k] * elements[j * m + k] }
      guard pivot > 1e-13 * abs(a[j * m + j]) else { continue }
      let root = pivot.squareRoot()
      elements[j * m + j] = root
      for i in (j + 1)..<max(m, j + 1) {
        var sum = a[i * m + j]
        for k in 0..<j { sum -= elements[i * m + k] * elements[j * m + k] }
        elements[i * m + j] = sum / root
      }
    }
  }

  /// L x.
  func times(_ x: [Double]) -> [Double] {
    (0..<order).map { i in
      var sum = 0.0
      for j in 0...i { sum += elements[i * order + j] * x[j] }
      return sum
    }
  }
}
