import CaseloadMath

/// Least squares with coefficients that may not be negative, by active sets.
///
/// - Source: Lawson & Hanson, *Solving Least Squares Problems* (1974), §23.3.
enum NonnegativeLeastSquares {
  /// A direction r with B·r ≥ 0 and B·r ≠ 0, from the residual r = Bᵀλ of min ‖Bᵀλ‖ over λ ≥ 1.
  ///
  /// With λ = 1 + μ the conditions of the minimum are B·r ≥ 0 and μᵢ (B·r)ᵢ = 0, so that
  /// Σ (B·r)ᵢ = ‖r‖².
  ///
  /// - Parameter b: m × q, rows of length one.
  /// - Returns: r scaled to length one; `nil` where the minimum is zero and there is no direction.
  /// - Complexity: m·q operations an iteration, about q iterations.
  static func coneDirection(_ b: Matrix) -> [Double]? {
    let (m, q) = (b.rowCount, b.columnCount)
    let target = BLAS.gemv(b, [Double](repeating: -1, count: m), transposingA: true)
    var active = ActiveSet(b, target)
    // The rows that rounding would send back at once.
    var blocked: Set<Int> = []
    for _ in 0..<(20 * (q + 10)) {
      let r = active.residual()
      let length = r.reduce(0) { $0 + $1 * $1 }.squareRoot()
      // A sum of m vectors of length one, of which nothing is left.
      guard length > tolerance * Double(m) else { return nil }
      let unit = r.map { $0 / length }
      let slopes = b * unit
      var entering: Int?
      for i in slopes.indices where slopes[i] < -tolerance && active.mu[i] == 0 {
        guard !blocked.contains(i) else { continue }
        if let best = entering, slopes[best] <= slopes[i] { continue }
        entering = i
      }
      guard let entering else { return blocked.isEmpty ? unit : nil }
      guard active.enter(entering) else { return nil }
      if active.mu[entering] == 0 { blocked.insert(entering) } else { blocked = [] }
    }
    return nil
  }

  private static let tolerance = 1e-11

  /// The coefficients that are free, and their values.
  private struct ActiveSet {
    let b: Matrix
    let target: [Double]
    /// ≥ 0, one a row of b.
    var mu: [Double]
    var passive: [Int] = []

    init(_ b: Matrix, _ target: [Double]) {
      self.b = b
      self.target = target
      mu = [Double](repeating: 0, count: b.rowCount)
    }

    /// Bᵀμ − target.
    func residual() -> [Double] {
      var r = target.map { -$0 }
      for i in passive { for j in r.indices { r[j] += mu[i] * b[i, j] } }
      return r
    }

    /// Frees row `i` and moves to the least squares over the free rows, as far as the signs allow;
    /// `false` where the free rows are dependent.
    mutating func enter(_ i: Int) -> Bool {
      passive.append(i)
      while !passive.isEmpty {
        let columns = b.selectingRows(passive).transposed()
        guard columns.rowCount >= columns.columnCount,
          let trial = (try? LeastSquares(columns, target))?.coefficients
        else { return false }
        var (fraction, limiting) = (Double.infinity, -1)
        for (k, row) in passive.enumerated() where trial[k] <= 0 {
          let ratio = mu[row] / (mu[row] - trial[k])
          if ratio.isNaN || ratio < fraction {
            (fraction, limiting) = (ratio.isNaN ? 0 : ratio, row)
          }
        }
        guard limiting >= 0 else {
          for (k, row) in passive.enumerated() { mu[row] = trial[k] }
          return true
        }
        for (k, row) in passive.enumerated() {
          mu[row] = max(0, mu[row] + fraction * (trial[k] - mu[row]))
        }
        mu[limiting] = 0
        passive.removeAll { mu[$0] == 0 }
      }
      return true
    }
  }
}
