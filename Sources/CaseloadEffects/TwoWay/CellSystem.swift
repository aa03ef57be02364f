import CaseloadMath

/// The two-way model of the cells of cohort and period that have no term of their own, solved by
/// eliminating the longer side, cohorts or periods.
///
/// ```
/// N z = (p, q):   Σ_t w_gt (z_g + z_t) = p_g,   Σ_g w_gt (z_g + z_t) = q_t,   over free cells
/// S_tt' = δ_tt' Σ_g w_gt − Σ_g w_gt w_gt' / Σ_s w_gs      (periods kept; for cohorts the same)
/// ```
///
/// A cohort and a period are comparable when free cells connect them; in each connected part one
/// effect of the side that is kept is set to 0. Sums z_g + z_t do not depend on which.
///
/// - Complexity: k³ + l · k² to factor, l · k a solution, k being the shorter side and l the longer.
/// - Source: Abowd, Creecy & Kramarz (2002) (connected parts).
struct CellSystem {
  let cohortCount: Int
  let periodCount: Int
  private let keepsCohorts: Bool
  /// How many effects are kept, and how many eliminated.
  private let kept: Int
  private let eliminated: Int
  /// w of each cell, 0 where it is not free: eliminated effect e and kept effect k at e · kept + k.
  private let weights: [Double]
  /// Σ w of each eliminated effect.
  private let sums: [Double]
  /// The connected part of each cohort and each period; −1 without a free cell.
  private let cohortPart: [Int]
  private let periodPart: [Int]
  private let isGround: [Bool]
  private let cholesky: Cholesky?

  /// - Parameters:
  ///   - cells: weights, one a cell at g · periodCount + t; 0 for a cell that is not free.
  ///   - periodCount: of the table.
  init(weights cells: [Double], periodCount: Int) {
    let periods = periodCount
    let cohorts = periods > 0 ? cells.count / periods : 0
    let keepsCohorts = cohorts < periods
    let (kept, eliminated) = keepsCohorts ? (cohorts, periods) : (periods, cohorts)
    self.periodCount = periods
    cohortCount = cohorts
    self.keepsCohorts = keepsCohorts
    self.kept = kept
    self.eliminated = eliminated
    var weights = cells
    if keepsCohorts {
      for g in 0..<cohorts {
        for t in 0..<periods { weights[t * cohorts + g] = cells[g * periods + t] }
      }
    }
    var parent = Array(0..<(eliminated + kept))
    func root(_ i: Int) -> Int {
      var i = i
      while parent[i] != i { i = parent[i] }
      return i
    }
    var sums = [Double](repeating: 0, count: eliminated)
    var keptSums = [Double](repeating: 0, count: kept)
    for e in 0..<eliminated {
      for k in 0..<kept where weights[e * kept + k] > 0 {
        sums[e] += weights[e * kept + k]
        keptSums[k] += weights[e * kept + k]
        let (a, b) = (root(e), root(eliminated + k))
        if a != b { parent[b] = a }
      }
    }
    let eliminatedPart = (0..<eliminated).map { sums[$0] > 0 ? root($0) : -1 }
    let keptPart = (0..<kept).map { keptSums[$0] > 0 ? root(eliminated + $0) : -1 }
    cohortPart = keepsCohorts ? keptPart : eliminatedPart
    periodPart = keepsCohorts ? eliminatedPart : keptPart
    var seen: Set<Int> = []
    let isGround = keptPart.map { $0 < 0 || seen.insert($0).inserted }
    var s = Matrix(rowCount: kept, columnCount: kept)
    for k in 0..<kept { s[k, k] = isGround[k] ? 1 : keptSums[k] }
    for e in 0..<eliminated where sums[e] > 0 {
      for k in 0..<kept where weights[e * kept + k] > 0 && !isGround[k] {
        let share = weights[e * kept + k] / sums[e]
        for l in 0..<kept where !isGround[l] { s[k, l] -= share * weights[e * kept + l] }
      }
    }
    self.weights = weights
    self.sums = sums
    self.isGround = isGround
    cholesky = try? Cholesky(s)
  }

  /// Whether the free cells say what the cell would be without its term.
  func isIdentified(_ g: Int, _ t: Int) -> Bool {
    cholesky != nil && cohortPart[g] >= 0 && cohortPart[g] == periodPart[t]
  }

  /// z with N·z = (p, q), for p and q that add up to the same in each connected part.
  func solve(_ p: [Double], _ q: [Double]) -> (cohorts: [Double], periods: [Double]) {
    let (right, other) = keepsCohorts ? (p, q) : (q, p)
    var z = right
    for e in 0..<eliminated where sums[e] > 0 && other[e] != 0 {
      let share = other[e] / sums[e]
      for k in 0..<kept { z[k] -= weights[e * kept + k] * share }
    }
    for k in 0..<kept where isGround[k] { z[k] = 0 }
    if let cholesky { z = cholesky.solve(z) }
    var rest = [Double](repeating: 0, count: eliminated)
    for e in 0..<eliminated where sums[e] > 0 {
      var sum = other[e]
      for k in 0..<kept { sum -= weights[e * kept + k] * z[k] }
      rest[e] = sum / sums[e]
    }
    return keepsCohorts ? (z, rest) : (rest, z)
  }
}
