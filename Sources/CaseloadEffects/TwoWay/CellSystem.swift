import CaseloadMath

/// The two-way model of the cells of cohort and period that have no term of their own, solved by
/// eliminating the cohorts.
///
/// ```
/// N z = (p, q):   Σ_t w_gt (z_g + z_t) = p_g,   Σ_g w_gt (z_g + z_t) = q_t,   over free cells
/// S_tt' = δ_tt' Σ_g w_gt − Σ_g w_gt w_gt' / Σ_s w_gs
/// ```
///
/// A cohort and a period are comparable when free cells connect them; in each connected part one
/// period's effect is set to 0.
///
/// - Complexity: periods³ + cohorts · periods² to factor, cohorts · periods a solution.
/// - Source: Abowd, Creecy & Kramarz (2002) (connected parts).
struct CellSystem {
  let cohortCount: Int
  let periodCount: Int
  /// w of each cell, 0 where it is not free.
  private let weights: [Double]
  private let rowSums: [Double]
  /// The connected part of each cohort and each period; −1 without a free cell.
  private let cohortPart: [Int]
  private let periodPart: [Int]
  private let isGround: [Bool]
  private let cholesky: Cholesky?

  /// - Parameters:
  ///   - weights: one a cell at g · periodCount + t; 0 for a cell that is not free.
  ///   - periodCount: of the table.
  init(weights: [Double], periodCount: Int) {
    let (cells, periods) = (weights.count, periodCount)
    let cohorts = periods > 0 ? cells / periods : 0
    self.weights = weights
    self.periodCount = periods
    cohortCount = cohorts
    var parent = Array(0..<(cohorts + periods))
    func root(_ i: Int) -> Int {
      var i = i
      while parent[i] != i { i = parent[i] }
      return i
    }
    var sums = [Double](repeating: 0, count: cohorts)
    var columnSums = [Double](repeating: 0, count: periods)
    for g in 0..<cohorts {
      for t in 0..<periods where weights[g * periods + t] > 0 {
        sums[g] += weights[g * periods + t]
        columnSums[t] += weights[g * periods + t]
        let (a, b) = (root(g), root(cohorts + t))
        if a != b { parent[b] = a }
      }
    }
    rowSums = sums
    cohortPart = (0..<cohorts).map { sums[$0] > 0 ? root($0) : -1 }
    let periodPart = (0..<periods).map { columnSums[$0] > 0 ? root(cohorts + $0) : -1 }
    self.periodPart = periodPart
    var seen: Set<Int> = []
    let isGround = periodPart.map { $0 < 0 || seen.insert($0).inserted }
    self.isGround = isGround
    var s = Matrix(rowCount: periods, columnCount: periods)
    for t in 0..<periods { s[t, t] = isGround[t] ? 1 : columnSums[t] }
    for g in 0..<cohorts where sums[g] > 0 {
      for t in 0..<periods where weights[g * periods + t] > 0 && !isGround[t] {
        let share = weights[g * periods + t] / sums[g]
        for u in 0..<periods where !isGround[u] { s[t, u] -= share * weights[g * periods + u] }
      }
    }
    cholesky = try? Cholesky(s)
  }

  /// Whether the free cells say what the cell would be without its term.
  func isIdentified(_ g: Int, _ t: Int) -> Bool {
    cholesky != nil && cohortPart[g] >= 0 && cohortPart[g] == periodPart[t]
  }

  /// z with N·z = (p, q), for p and q that add up to the same in each connected part.
  func solve(_ p: [Double], _ q: [Double]) -> (cohorts: [Double], periods: [Double]) {
    var z = q
    for g in 0..<cohortCount where rowSums[g] > 0 && p[g] != 0 {
      let share = p[g] / rowSums[g]
      for t in 0..<periodCount { z[t] -= weights[g * periodCount + t] * share }
    }
    for t in 0..<periodCount where isGround[t] { z[t] = 0 }
    if let cholesky { z = cholesky.solve(z) }
    var own = [Double](repeating: 0, count: cohortCount)
    for g in 0..<cohortCount where rowSums[g] > 0 {
      var sum = p[g]
      for t in 0..<periodCount { sum -= weights[g * periodCount + t] * z[t] }
      own[g] = sum / rowSums[g]
    }
    return (own, z)
  }
}
