import CaseloadMath

extension WildClusterBootstrap {
  /// The numerators and squared denominators of t*, as polynomials in λ, one a draw.
  struct Statistics {
    private let numerators: ([Double], [Double])
    private let denominators: ([Double], [Double], [Double])
    private let isRestricted: Bool
    private let tieMargin: Double
    let isEnumerated: Bool
    var count: Int { numerators.0.count }

    /// - Parameters:
    ///   - pieces: of the hypothesis.
    ///   - multipliers: v of every draw.
    ///   - places: the row of v of each cluster of the hypothesis; `nil` for one after another.
    ///   - isRestricted: whether the hypothesis holds in the bootstrap samples.
    init(
      _ pieces: Pieces, _ multipliers: Multipliers, places: [Int]? = nil, isRestricted: Bool
    ) {
      let g = pieces.scores[0].count
      let total = multipliers.count
      isEnumerated = multipliers.isEnumerated
      self.isRestricted = isRestricted
      tieMargin = pieces.tieMargin
      var n0 = [Double](repeating: 0, count: total)
      var (n1, d0, d1, d2) = (n0, n0, n0, n0)
      for index in 0..<multipliers.blockCount {
        let block = multipliers.block(index)
        let v = places.map { block.selectingRows($0) } ?? block
        let start = index * multipliers.width
        let k0 = pieces.kernels[0].product(v)
        let k1 = isRestricted ? pieces.kernels[1].product(v) : k0
        let top0 = BLAS.gemv(v, pieces.scores[0], transposingA: true)
        let top1 = BLAS.gemv(v, pieces.scores[1], transposingA: true)
        for c in 0..<v.columnCount {
          var (s0, s1, s2) = (0.0, 0.0, 0.0)
          k0.withColumn(c) { a in
            k1.withColumn(c) { b in
              for k in 0..<g {
                s0 += a[k] * a[k]
                s1 += a[k] * b[k]
                s2 += b[k] * b[k]
              }
            }
          }
          n0[start + c] = top0[c]
          n1[start + c] = top1[c]
          d0[start + c] = pieces.factor * s0
          d1[start + c] = pieces.factor * s1
          d2[start + c] = pieces.factor * s2
        }
      }
      numerators = (n0, n1)
      denominators = (d0, d1, d2)
    }

    /// t* of draw `k` for the shift λ; `nil` where the draw has no standard error.
    private func statistic(_ k: Int, _ lambda: Double) -> Double? {
      let numerator = numerators.0[k] + lambda * numerators.1[k]
      let square =
        denominators.0[k] + lambda * (2 * denominators.1[k] + lambda * denominators.2[k])
      return square > 0 ? numerator / square.squareRoot() : nil
    }

    /// t* of every draw for the shift λ, 0 where a draw has no standard error; ±`t` where only
    /// rounding tells them apart.
    func values(t: Double, shift: Double) -> [Double] {
      let lambda = isRestricted ? shift : 0
      let margin = tieMargin * max(1, abs(t))
      return (0..<count).map { k in
        let value = statistic(k, lambda) ?? 0
        return abs(abs(value) - abs(t)) <= margin ? (value < 0 ? -abs(t) : abs(t)) : value
      }
    }

    /// The shares of draws beyond `t` for the shift λ.
    func pValues(t: Double, shift: Double) -> (symmetric: Double, tails: Double) {
      let lambda = isRestricted ? shift : 0
      // Draws that repeat the sample, up to signs, are ties and not beyond it.
      let margin = tieMargin * max(1, abs(t))
      var (beyond, above, below) = (0, 0, 0)
      for k in 0..<count {
        guard let value = statistic(k, lambda) else { continue }
        if abs(value) > abs(t) + margin { beyond += 1 }
        if value > t + margin { above += 1 }
        if value < t - margin { below += 1 }
      }
      let total = Double(count)
      return (Double(beyond) / total, min(1, 2 * Double(min(above, below)) / total))
    }
  }
}
