/// Effects without covariates, from means of cohorts alone: what is called hundreds of times.
///
/// ```
/// ATT(g,t) = (ȳ_gt − ȳ_gb) − (ȳ_Ct − ȳ_Cb)
/// θ̂ = Σ_k a_k ATT_k,   ψᵢ = wᵢ Σ_t (A_ct yᵢₜ − B_ct),   c the class of i
/// ```
///
/// A holds the weights of ȳ in θ̂ over the sizes, B the same times the means. Two passes over the
/// data make θ̂ and all ψ. For a panel without gaps, or for cross-sections.
struct GroupTimeMeans {
  private let sample: GroupTimeSample
  /// Σ w y and Σ w of class c in column t at c · periodCount + t.
  private var sums: [Double]
  private var sizes: [Double]

  init(_ sample: GroupTimeSample) {
    self.sample = sample
    let grid = sample.grid
    let count = grid.periodCount
    sums = [Double](repeating: 0, count: sample.classes.count * count)
    sizes = sums
    let values = grid.outcome.span
    let weights = grid.weights.span
    for unit in 0..<grid.unitCount {
      let (row, start) = (unit * count, sample.classOf[unit] * count)
      let w = weights[unit]
      for t in 0..<count {
        let y = values[row + t]
        if y.isNaN { continue }
        sums[start + t] += w * y
        sizes[start + t] += w
      }
    }
  }

  /// Σ w y and Σ w of the comparison of a cell in a column.
  private func pool(_ cell: GroupTimeCell, _ column: Int) -> (sum: Double, size: Double) {
    var (sum, size) = (0.0, 0.0)
    for c in sample.classes.indices where sample.isComparison(cell, c) {
      sum += sums[c * sample.grid.periodCount + column]
      size += sizes[c * sample.grid.periodCount + column]
    }
    return (sum, size)
  }

  /// ATT(g,t); `nil` where a mean is of nobody.
  func value(_ cell: GroupTimeCell) -> Double? {
    if cell.isReference { return 0 }
    var value = 0.0
    for (sign, column) in [(1.0, cell.column), (-1.0, cell.base)] {
      let own = cell.group * sample.grid.periodCount + column
      let (sum, size) = pool(cell, column)
      guard sizes[own] > 0, size > 0 else { return nil }
      value += sign * (sums[own] / sizes[own] - sum / size)
    }
    return value
  }

  /// What the treated units of an average were observed at, by its weights; `nil` where the weights
  /// do not add up to 1.
  func observed(_ cells: [GroupTimeCell], _ average: GroupTimeAverage) -> Double? {
    var (sum, total) = (0.0, 0.0)
    for (cell, weight) in zip(cells, average.cells) where weight != 0 {
      let own = cell.group * sample.grid.periodCount + cell.column
      guard sizes[own] > 0 else { return nil }
      sum += weight * sums[own] / sizes[own]
      total += weight
    }
    return abs(total - 1) < 1e-9 ? sum : nil
  }

  /// ψ of Σ factor · cell, and the weights' part w·v of each cohort, by cluster.
  func influence(_ parts: [(cell: GroupTimeCell, factor: Double)], cohorts v: [Double]) -> [Double]
  {
    let grid = sample.grid
    let count = grid.periodCount
    var slope = [Double](repeating: 0, count: sums.count)
    var constant = slope
    for (cell, factor) in parts where factor != 0 && !cell.isReference {
      for (sign, column) in [(factor, cell.column), (-factor, cell.base)] {
        let own = cell.group * count + column
        slope[own] += sign / sizes[own]
        constant[own] += sign * sums[own] / (sizes[own] * sizes[own])
        let (sum, size) = pool(cell, column)
        for c in sample.classes.indices where sample.isComparison(cell, c) {
          slope[c * count + column] -= sign / size
          constant[c * count + column] -= sign * sum / (size * size)
        }
      }
    }
    var result = [Double](repeating: 0, count: grid.clusterCount)
    let values = grid.outcome.span
    let (a, b) = (slope.span, constant.span)
    for unit in 0..<grid.unitCount {
      let (row, c) = (unit * count, sample.classOf[unit])
      var sum = c < v.count ? v[c] : 0
      for t in 0..<count {
        let y = values[row + t]
        if y.isNaN { continue }
        sum += a[c * count + t] * y - b[c * count + t]
      }
      result[grid.cluster[unit]] += grid.weights[unit] * sum
    }
    return result
  }
}
