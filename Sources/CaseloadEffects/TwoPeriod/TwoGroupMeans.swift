import CaseloadMath

/// Means of two groups by period, and differences of their changes with influences by cluster.
///
/// ```
/// δ(A, B) = (ȳ₁A − ȳ₁B) − (ȳ₀A − ȳ₀B),   A and B sets of periods
/// ψᵢ = ± Σ_{t∈A} wᵢ (yᵢₜ − ȳ_gA)/W_gA ∓ Σ_{t∈B} wᵢ (yᵢₜ − ȳ_gB)/W_gB
/// ```
///
/// ȳ_gA is over all observed cells of the group in A. For a panel without gaps this is the
/// regression on units and periods, for cross-sections that on groups and periods.
struct TwoGroupMeans {
  private let timing: CommonTiming
  /// Σ w y and Σ w of the comparison (0) and the treated (1) in column t at g · periodCount + t.
  private var sums: [Double]
  private var sizes: [Double]

  init(_ timing: CommonTiming) {
    self.timing = timing
    let grid = timing.grid
    let count = grid.periodCount
    sums = [Double](repeating: 0, count: 2 * count)
    sizes = sums
    let values = grid.outcome.span
    for unit in timing.units {
      let start = timing.isTreated(unit) ? count : 0
      let (row, w) = (unit * count, grid.weights[unit])
      for t in 0..<count {
        let y = values[row + t]
        if y.isNaN { continue }
        sums[start + t] += w * y
        sizes[start + t] += w
      }
    }
  }

  /// ȳ over some columns, and its total weight; NaN over none.
  func mean(treated: Bool, _ columns: [Int]) -> (mean: Double, size: Double) {
    let start = treated ? timing.grid.periodCount : 0
    var (sum, size) = (0.0, 0.0)
    for t in columns {
      sum += sums[start + t]
      size += sizes[start + t]
    }
    return (sum / size, size)
  }

  /// δ(A, B) with its influences; `nil` where a mean is of nobody.
  func difference(_ a: [Int], _ b: [Int]) -> AverageEffect? {
    let grid = timing.grid
    let count = grid.periodCount
    var slope = [Double](repeating: 0, count: 2 * count)
    var constant = slope
    var value = 0.0
    for (group, treated) in [(0, false), (1, true)] {
      for (columns, side) in [(a, 1.0), (b, -1.0)] {
        let (mean, size) = mean(treated: treated, columns)
        guard size > 0 else { return nil }
        let sign = treated ? side : -side
        value += sign * mean
        for t in columns {
          slope[group * count + t] += sign / size
          constant[group * count + t] += sign * mean / size
        }
      }
    }
    var influence = [Double](repeating: 0, count: grid.clusterCount)
    let values = grid.outcome.span
    let (p, q) = (slope.span, constant.span)
    for unit in timing.units {
      let (row, start) = (unit * count, timing.isTreated(unit) ? count : 0)
      var sum = 0.0
      for t in 0..<count {
        let y = values[row + t]
        if y.isNaN { continue }
        sum += p[start + t] * y - q[start + t]
      }
      influence[grid.cluster[unit]] += grid.weights[unit] * sum
    }
    return AverageEffect(value: value, influence: influence)
  }
}
