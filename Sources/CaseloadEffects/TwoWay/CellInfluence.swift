import CaseloadMath

/// The influence of units, ψᵢ = ωᵢ Σ_t a_gt (y_it − m_gt), summed by cluster.
struct CellInfluence {
  private let grid: StudyGrid
  private let group: [Int]
  private let fitted: [Double]
  /// Σ ωᵢ² r_i r_iᵀ of each cohort where every unit is a cluster of its own: any covariance follows
  /// from these without another pass over the units.
  private let products: [Matrix]?

  /// - Parameters:
  ///   - grid: balanced.
  ///   - group: the cohort of each unit by its number.
  ///   - cohortCount: how many there are.
  ///   - fitted: m, one a cell.
  ///   - isLarge: whether many contrasts will be asked for.
  ///   - sumsToZero: whether Σ_t a_gt = 0, so that units' own effects drop out.
  init(
    _ grid: StudyGrid, group: [Int], cohortCount: Int, fitted: [Double], isLarge: Bool,
    sumsToZero: Bool = true
  ) {
    self.grid = grid
    self.group = group
    self.fitted = fitted
    guard isLarge, grid.clusterCount == grid.unitCount else {
      products = nil
      return
    }
    let periods = grid.periodCount
    var members = [[Int]](repeating: [], count: cohortCount)
    for i in group.indices { members[group[i]].append(i) }
    products = members.enumerated().map { g, members in
      var residuals = Matrix(rowCount: members.count, columnCount: periods)
      for (row, i) in members.enumerated() {
        let weight = grid.weights[i]
        for t in 0..<periods {
          residuals[row, t] = weight * (grid.outcome[i * periods + t] - fitted[g * periods + t])
        }
      }
      // Without the unit's own effect fewer digits cancel.
      for row in 0..<(sumsToZero ? members.count : 0) {
        var mean = 0.0
        for t in 0..<periods { mean += residuals[row, t] }
        mean /= Double(periods)
        for t in 0..<periods { residuals[row, t] -= mean }
      }
      return BLAS.crossProduct(residuals)
    }
  }

  /// ψ of one contrast by cluster.
  func values(_ directions: [Double]) -> [Double] {
    let periods = grid.periodCount
    var result = [Double](repeating: 0, count: grid.clusterCount)
    grid.outcome.withUnsafeBufferPointer { y in
      fitted.withUnsafeBufferPointer { m in
        directions.withUnsafeBufferPointer { a in
          for i in group.indices {
            let (row, cell) = (i * periods, group[i] * periods)
            var sum = 0.0
            for t in 0..<periods { sum += a[cell + t] * (y[row + t] - m[cell + t]) }
            result[grid.cluster[i]] += grid.weights[i] * sum
          }
        }
      }
    }
    return result
  }

  /// Σ ψ ψᵀ of several contrasts.
  func covariance(_ directions: [[Double]]) -> Matrix {
    let count = directions.count
    guard let products else {
      let columns = directions.map { values($0) }
      return BLAS.crossProduct(
        Matrix(
          rowCount: grid.clusterCount, columnCount: count, storage: columns.flatMap { $0 }))
    }
    let periods = grid.periodCount
    var sum = Matrix(rowCount: count, columnCount: count)
    for (g, product) in products.enumerated() {
      let part = Matrix(
        rowCount: periods, columnCount: count,
        storage: directions.flatMap { $0[g * periods..<(g + 1) * periods] })
      sum = sum + BLAS.gemm(part, BLAS.gemm(product, part), transposingA: true)
    }
    return sum
  }
}
