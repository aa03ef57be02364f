import CaseloadMath

/// Combinations of periods in treated units, less the same in comparison units.
///
/// ```
/// s_i = Σ_t w_t(g) y_it,   θ = Σ_g n_g/n (mean of s over cohort g − mean of s over C_g)
/// ```
///
/// C_g are the units that are not treated in any period that cohort g weighs. Several combinations are
/// evaluated at once, with their covariance. With five treated and five comparison clusters it is that
/// of the clusters, otherwise the comparison units' own spread stands for that of the treated, as in
/// Conley & Taber (2011), *Review of Economics and Statistics* 93, 113–125.
struct UnitContrast {
  let values: [Double]
  /// `nil` where a single comparison unit shows no spread.
  let covariance: Matrix?
  /// Of tests by Student's t.
  let degreesOfFreedom: Double
  let treatedUnits: Int
  let comparisonUnits: Int

  /// The weights of one combination: columns and what each counts.
  typealias Weights = [(column: Int, weight: Double)]

  /// - Parameters:
  ///   - grid: outcomes.
  ///   - count: how many combinations.
  ///   - weights: the combinations of a cohort; `nil` leaves the cohort out.
  init?(_ grid: StudyGrid, count: Int, weights: (Int) -> [Weights]?) {
    struct Sums {
      var values: [[Double]]
      var rows: [Int]
      var mean: [Double] {
        (0..<(values.first?.count ?? 0)).map { k in
          values.reduce(0) { $0 + $1[k] } / Double(values.count)
        }
      }
    }
    var groups: [(own: Sums, others: Sums)] = []
    for cohort in grid.cohorts {
      guard let combinations = weights(cohort) else { continue }
      precondition(combinations.count == count)
      let last = combinations.joined().map(\.column).max() ?? 0
      var own = Sums(values: [], rows: [])
      var others = Sums(values: [], rows: [])
      for row in 0..<grid.unitCount {
        let isOwn = grid.cohort[row] == cohort
        guard isOwn || grid.cohort[row] > last else { continue }
        let sums = combinations.map { combination in
          combination.reduce(0) { $0 + $1.weight * grid[row, $1.column] }
        }
        guard sums.allSatisfy(\.isFinite) else { continue }
        if isOwn {
          own.values.append(sums)
          own.rows.append(row)
        } else {
          others.values.append(sums)
          others.rows.append(row)
        }
      }
      guard !own.rows.isEmpty, !others.rows.isEmpty else { continue }
      groups.append((own, others))
    }
    guard !groups.isEmpty else { return nil }
    let treated = groups.reduce(0) { $0 + $1.own.rows.count }
    let n = Double(treated)
    var values = [Double](repeating: 0, count: count)
    var influence = [[Double]](
      repeating: [Double](repeating: 0, count: count), count: grid.clusterCount)
    var pooled = Matrix(rowCount: count, columnCount: count)
    var canPool = true
    for (own, others) in groups {
      let share = Double(own.rows.count) / n
      let (a, b) = (own.mean, others.mean)
      let (n1, n0) = (Double(own.rows.count), Double(others.rows.count))
      for k in 0..<count { values[k] += share * (a[k] - b[k]) }
      for (row, x) in zip(own.rows, own.values) {
        for k in 0..<count { influence[grid.cluster[row]][k] += share * (x[k] - a[k]) / n1 }
      }
      for (row, x) in zip(others.rows, others.values) {
        for k in 0..<count { influence[grid.cluster[row]][k] -= share * (x[k] - b[k]) / n0 }
      }
      guard others.rows.count > 1 else {
        canPool = false
        continue
      }
      let factor = share * share * (1 / n1 + 1 / n0) / (n0 - 1)
      for x in others.values {
        for i in 0..<count {
          for j in 0..<count { pooled[i, j] += factor * (x[i] - b[i]) * (x[j] - b[j]) }
        }
      }
    }
    self.values = values
    treatedUnits = treated
    let comparison = Set(groups.flatMap(\.others.rows))
    comparisonUnits = comparison.count
    let treatedClusters = Set(groups.flatMap { $0.own.rows.map { grid.cluster[$0] } })
    let comparisonClusters = Set(comparison.map { grid.cluster[$0] })
    if treatedClusters.count >= ClusterCounts.fewest,
      comparisonClusters.count >= ClusterCounts.fewest
    {
      let g = Double(treatedClusters.union(comparisonClusters).count)
      var sum = Matrix(rowCount: count, columnCount: count)
      for x in influence {
        for i in 0..<count {
          for j in 0..<count { sum[i, j] += g / (g - 1) * x[i] * x[j] }
        }
      }
      covariance = sum
      degreesOfFreedom = g - 1
    } else {
      let fewest = groups.map { $0.others.rows.count }.min() ?? 0
      covariance = canPool ? pooled : nil
      degreesOfFreedom = Double(max(1, fewest - 1))
    }
  }

  /// The standard error of combination `k`.
  func standardError(_ k: Int = 0) -> Double? {
    guard let variance = covariance?[k, k], variance > 0 else { return nil }
    return variance.squareRoot()
  }

  /// The two-sided p-value of combination `k`.
  func pValue(_ k: Int = 0) -> Double? {
    standardError(k).map {
      StudentT(degreesOfFreedom: degreesOfFreedom).twoSidedPValue(values[k] / $0)
    }
  }
}
