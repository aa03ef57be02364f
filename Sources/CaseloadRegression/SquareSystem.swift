/// P·A = L·U of a small square matrix, factored in place again and again without allocating.
///
/// - Source: Golub & Van Loan, *Matrix Computations*, 4th ed. (2013), algorithm 3.4.1.
struct SquareSystem {
  let order: Int
  private var factor: [Double]  // row by row
  private var pivots: [Int]
  private var work: [Double]

  init(order: Int) {
    self.order = order
    factor = [Double](repeating: 0, count: order * order)
    pivots = Array(0..<order)
    work = [Double](repeating: 0, count: order)
  }

  /// Factors the matrix whose rows are rows `indices` of `design`.
  ///
  /// - Returns: whether no pivot is zero.
  mutating func factor(_ design: OrthonormalRows, rows indices: [Int]) -> Bool {
    let p = order
    for (k, i) in indices.enumerated() {
      for j in 0..<p { factor[k * p + j] = design.storage[i * p + j] }
      pivots[k] = k
    }
    for k in 0..<p {
      var best = k
      for i in k + 1..<p where abs(factor[i * p + k]) > abs(factor[best * p + k]) { best = i }
      guard factor[best * p + k] != 0 else { return false }
      if best != k {
        for j in 0..<p { factor.swapAt(k * p + j, best * p + j) }
        pivots.swapAt(k, best)
      }
      for i in k + 1..<p {
        factor[i * p + k] /= factor[k * p + k]
        let c = factor[i * p + k]
        for j in k + 1..<p { factor[i * p + j] -= c * factor[k * p + j] }
      }
    }
    return true
  }

  /// x with A·x = b; `b` and `x` hold `order` values.
  mutating func solve(_ b: [Double], into x: inout [Double]) {
    let p = order
    for i in 0..<p {
      var sum = b[pivots[i]]
      for j in 0..<i { sum -= factor[i * p + j] * x[j] }
      x[i] = sum
    }
    for i in stride(from: p - 1, through: 0, by: -1) {
      for j in i + 1..<p { x[i] -= factor[i * p + j] * x[j] }
      x[i] /= factor[i * p + i]
    }
  }

  /// x with Aᵀ·x = b.
  mutating func solveTransposed(_ b: [Double], into x: inout [Double]) {
    let p = order
    for i in 0..<p {
      var sum = b[i]
      for j in 0..<i { sum -= factor[j * p + i] * work[j] }
      work[i] = sum / factor[i * p + i]
    }
    for i in stride(from: p - 1, through: 0, by: -1) {
      for j in i + 1..<p { work[i] -= factor[j * p + i] * work[j] }
    }
    for i in 0..<p { x[pivots[i]] = work[i] }
  }
}
