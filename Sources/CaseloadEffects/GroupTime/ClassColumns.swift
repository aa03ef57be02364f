/// The outcomes period by period, the units of one class beside each other.
struct ClassColumns {
  private let sample: GroupTimeSample
  /// The unit at each position.
  private let order: [Int]
  /// The positions of each class.
  private let ranges: [Range<Int>]
  /// The outcome of position i in column t at t · unitCount + i.
  private let outcome: [Double]
  private let weights: [Double]
  private let cluster: [Int]

  init(_ sample: GroupTimeSample) {
    self.sample = sample
    let grid = sample.grid
    let (n, count) = (grid.unitCount, grid.periodCount)
    var sizes = [Int](repeating: 0, count: sample.classes.count)
    for c in sample.classOf { sizes[c] += 1 }
    var next = [0]
    for size in sizes { next.append((next.last ?? 0) + size) }
    ranges = sizes.indices.map { next[$0]..<next[$0 + 1] }
    var order = [Int](repeating: 0, count: n)
    for unit in 0..<n {
      order[next[sample.classOf[unit]]] = unit
      next[sample.classOf[unit]] += 1
    }
    self.order = order
    weights = order.map { grid.weights[$0] }
    cluster = order.map { grid.cluster[$0] }
    guard grid.covariates.isEmpty else {
      outcome = []
      return
    }
    var outcome = [Double](repeating: 0, count: n * count)
    let values = grid.outcome.span
    for i in 0..<n {
      let row = order[i] * count
      for t in 0..<count { outcome[t * n + i] = values[row + t] }
    }
    self.outcome = outcome
  }

  /// ATT(g,t) without covariates; its ψ by cluster are appended to `influence`.
  ///
  /// - Parameters:
  ///   - cell: no reference period.
  ///   - influence: grows by one value a cluster.
  /// - Returns: `nil`, and nothing appended, where a mean is of nobody.
  func effect(_ cell: GroupTimeCell, into influence: inout [Double]) -> Double? {
    let own = [ranges[cell.group]]
    let pool = sample.classes.indices.filter { sample.isComparison(cell, $0) }.map { ranges[$0] }
    let start = influence.count
    influence.append(contentsOf: repeatElement(0, count: sample.grid.clusterCount))
    var value = 0.0
    for (sign, side) in [(1.0, own), (-1.0, pool)] {
      var parts: [(Double, Int, Int?)] = [(sign, cell.column, cell.base)]
      if sample.mode == .crossSections {
        parts = [(sign, cell.column, nil), (-sign, cell.base, nil)]
      }
      for (factor, column, base) in parts {
        guard let mean = add(factor, side, column, less: base, into: &influence, at: start) else {
          influence.removeLast(influence.count - start)
          return nil
        }
        value += factor * mean
      }
    }
    return value
  }

  /// The weighted mean over `side` of a column less its base, and factor times its ψ.
  private func add(
    _ factor: Double, _ side: [Range<Int>], _ column: Int, less base: Int?,
    into influence: inout [Double], at start: Int
  ) -> Double? {
    let n = order.count
    let (y, w, g) = (outcome.span, weights.span, cluster.span)
    let (here, there) = (column * n, (base ?? 0) * n)
    let hasBase = base != nil
    var (sum, size) = (0.0, 0.0)
    for range in side {
      for i in range {
        let z = hasBase ? y[here + i] - y[there + i] : y[here + i]
        if z.isNaN { continue }
        sum += w[i] * z
        size += w[i]
      }
    }
    guard size > 0 else { return nil }
    let mean = sum / size
    let scale = factor / size
    var psi = influence.mutableSpan
    for range in side {
      for i in range {
        let z = hasBase ? y[here + i] - y[there + i] : y[here + i]
        if z.isNaN { continue }
        psi[start + g[i]] += scale * w[i] * (z - mean)
      }
    }
    return mean
  }
}
