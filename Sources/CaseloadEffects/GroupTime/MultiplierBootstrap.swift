import CaseloadMath

/// Draws of Σ v_g ψ_g, v independent with mean 0 and variance 1: simultaneous bands.
///
/// ```
/// critical value: the (1 − α) quantile of max_j |Σ_g v_g ψ_gj| / σ̂_j
/// Mammen: v = (1 − √5)/2 with probability (1 + √5)/(2√5), else (1 + √5)/2
/// ```
///
/// σ̂ are the analytic standard errors. Draw k comes from the stream's substream k.
///
/// - Sources: Callaway & Sant'Anna (2021), Algorithm 1; Mammen (1993), *Annals of Statistics* 21,
///   255–285.
struct MultiplierBootstrap: Sendable {
  /// Draws × columns of ψ.
  let draws: Matrix

  /// - Parameters:
  ///   - influence: clusters × quantities.
  ///   - count: of draws, at least 1.
  ///   - multipliers: the distribution of v.
  ///   - stream: of the draws.
  init(
    _ influence: Matrix, draws count: Int, _ multipliers: CallawaySantAnna.Multipliers,
    from stream: RandomStream
  ) {
    let clusters = influence.rowCount
    // As many draws at once as fit into 8 megabytes.
    let width = max(16, min(count, 0x10_0000 / max(1, clusters)))
    var result = Matrix(rowCount: count, columnCount: influence.columnCount)
    var start = 0
    while start < count {
      let own = min(width, count - start)
      let v = Self.multipliers(clusters, start..<start + own, multipliers, stream)
      let block = v.transposed(times: influence)
      for j in 0..<influence.columnCount {
        block.withColumn(j) { column in
          for k in 0..<own { result[start + k, j] = column[k] }
        }
      }
      start += own
    }
    draws = result
  }

  /// v of some draws, clusters × draws.
  static func multipliers(
    _ clusters: Int, _ range: Range<Int>, _ kind: CallawaySantAnna.Multipliers,
    _ stream: RandomStream
  ) -> Matrix {
    let root = 5.0.squareRoot()
    let (low, high) = kind == .mammen ? ((1 - root) / 2, (1 + root) / 2) : (-1.0, 1.0)
    // Of 2³²: exact to 2⁻³³.
    let threshold = UInt64(((1 + root) / (2 * root)) * 0x1p32)
    var v = [Double](repeating: 0, count: clusters * range.count)
    for (column, k) in range.enumerated() {
      var draw = stream.substream(UInt64(k))
      var word: UInt64 = 0
      let start = column * clusters
      switch kind {
      case .rademacher:
        for g in 0..<clusters {
          if g % 64 == 0 { word = draw.next() }
          v[start + g] = word & 1 == 0 ? low : high
          word >>= 1
        }
      case .mammen:
        for g in 0..<clusters {
          if g % 2 == 0 { word = draw.next() }
          v[start + g] = word & 0xFFFF_FFFF < threshold ? low : high
          word >>= 32
        }
      }
    }
    return Matrix(rowCount: clusters, columnCount: range.count, storage: v)
  }

  /// The critical value of bands of coverage `level`; `nil` where no quantity varies.
  func criticalValue(level: Double, _ standardErrors: [Double?]) -> Double? {
    var largest = [Double](repeating: 0, count: draws.rowCount)
    var isAny = false
    for (j, error) in standardErrors.enumerated() {
      guard let error, error > 0 else { continue }
      isAny = true
      draws.withColumn(j) { column in
        for k in column.indices { largest[k] = max(largest[k], abs(column[k]) / error) }
      }
    }
    guard isAny else { return nil }
    return Self.quantile(largest, level)
  }

  /// The smallest value that a share `level` of the draws does not exceed.
  static func quantile(_ values: [Double], _ level: Double) -> Double {
    let sorted = values.sorted()
    let rank = Int((level * Double(sorted.count)).rounded(.up))
    return sorted[max(0, min(sorted.count, rank) - 1)]
  }

  /// The standard error of column `j` by its interquartile range, which outlying draws leave alone.
  func standardError(_ j: Int) -> Double {
    let column = draws.column(j)
    let range = Self.quantile(column, 0.75) - Self.quantile(column, 0.25)
    return range / (2 * Normal.standard.quantile(0.75))
  }
}
