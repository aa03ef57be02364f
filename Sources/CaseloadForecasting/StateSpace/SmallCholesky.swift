/// Cholesky factors of matrices of a few rows, in place and without allocation.
enum SmallCholesky {
  /// The factor of the lower triangle of `a`, row by row; false where it is not positive definite.
  static func factor(_ a: inout [Double], _ n: Int) -> Bool {
    for j in 0..<n {
      var diagonal = a[j * n + j]
      let size = diagonal
      for k in 0..<j { diagonal -= a[j * n + k] * a[j * n + k] }
      guard diagonal > 1e-14 * size else { return false }
      let root = diagonal.squareRoot()
      a[j * n + j] = root
      for i in (j + 1)..<max(j + 1, n) {
        var sum = a[i * n + j]
        for k in 0..<j { sum -= a[i * n + k] * a[j * n + k] }
        a[i * n + j] = sum / root
      }
    }
    return true
  }

  /// The solution of L x = b, in place.
  static func solveLower(_ factor: [Double], _ n: Int, _ b: inout [Double]) {
    for i in 0..<n {
      var sum = b[i]
      for k in 0..<i { sum -= factor[i * n + k] * b[k] }
      b[i] = sum / factor[i * n + i]
    }
  }

  /// The solution of L Lᵀ x = b, in place.
  static func solve(_ factor: [Double], _ n: Int, _ b: inout [Double]) {
    solveLower(factor, n, &b)
    for i in stride(from: n - 1, through: 0, by: -1) {
      var sum = b[i]
      for k in (i + 1)..<max(i + 1, n) { sum -= factor[k * n + i] * b[k] }
      b[i] = sum / factor[i * n + i]
    }
  }

  /// The inverse of a symmetric positive definite matrix, row by row, in place.
  ///
  /// - Returns: whether the matrix is positive definite; otherwise its contents are lost.
  static func inverse(_ a: inout [Double], dimension d: Int) -> Bool {
    a.withUnsafeMutableBufferPointer { a in
      // A = L L′, row by row below the diagonal.
      for i in 0..<d {
        for j in 0...i {
          var sum = a[i * d + j]
          for k in 0..<j { sum -= a[i * d + k] * a[j * d + k] }
          if i == j {
            guard sum > 1e-13 * abs(a[i * d + i]), sum.isFinite else { return false }
            a[i * d + i] = sum.squareRoot()
          } else {
            a[i * d + j] = sum / a[j * d + j]
          }
        }
      }
      // L⁻¹ below the diagonal, then L⁻ᵀ L⁻¹.
      for i in 0..<d {
        a[i * d + i] = 1 / a[i * d + i]
        for j in 0..<i {
          var sum = 0.0
          for k in j..<i { sum += a[i * d + k] * a[k * d + j] }
          a[i * d + j] = -sum * a[i * d + i]
        }
      }
      for i in 0..<d {
        for j in 0...i {
          var sum = 0.0
          for k in i..<d { sum += a[k * d + i] * a[k * d + j] }
          a[i * d + j] = sum
        }
      }
      for i in 0..<d { for j in 0..<i { a[j * d + i] = a[i * d + j] } }
      return true
    }
  }
}
