import CaseloadData

/// The indicators of a regression with unit and period effects: each cell of cohort and period
/// belongs to one term at most.
///
/// ```
/// y_it = α_i + λ_t + Σ_k β_k · 1[k(g_i, t) = k] + γᵀx_it + ε_it
/// ```
struct TwoWayTerms {
  /// What tells the terms of a design apart.
  struct Key: Hashable, Comparable {
    /// The cohort, or ``StudyGrid/never`` for a term that all cohorts share.
    var cohort = StudyGrid.never
    /// An event time, or the column of a period.
    var time = 0
    /// Of terms that depend on each other those with the highest rank drop out.
    var rank = 0

    static func < (a: Key, b: Key) -> Bool {
      (a.rank, a.cohort, a.time) < (b.rank, b.cohort, b.time)
    }
  }

  /// Ascending.
  let keys: [Key]
  /// The term of each cohort and period at g · periodCount + t; −1 for none.
  let index: [Int]
  /// The cohorts, ascending; the number of one is its position here.
  let cohorts: [Int]
  /// The cohort of each unit by its number.
  let group: [Int]
  let periodCount: Int
  /// The observed weight Σ ωᵢ of each term.
  let weights: [Double]
  /// How many units and periods are observed in each term.
  let counts: [Int]

  /// - Parameters:
  ///   - grid: the study.
  ///   - key: the term of a cohort in the period of a column; `nil` for none.
  init(_ grid: StudyGrid, _ key: (_ cohort: Int, _ column: Int) -> Key?) {
    let cohorts = Set(grid.cohort).sorted()
    let number = Dictionary(uniqueKeysWithValues: cohorts.enumerated().map { ($1, $0) })
    let periods = grid.periodCount
    var found: [Key?] = []
    found.reserveCapacity(cohorts.count * periods)
    for cohort in cohorts { for t in 0..<periods { found.append(key(cohort, t)) } }
    group = grid.cohort.map { number[$0] ?? 0 }
    // Only cells that some unit is observed in make a term.
    var cellWeights = [Double](repeating: 0, count: found.count)
    var cellCounts = [Int](repeating: 0, count: found.count)
    for i in 0..<grid.unitCount {
      let (from, to) = (i * periods, group[i] * periods)
      for t in 0..<periods where !grid.outcome[from + t].isNaN {
        cellWeights[to + t] += grid.weights[i]
        cellCounts[to + t] += 1
      }
    }
    let keys = Set(found.indices.compactMap { cellCounts[$0] > 0 ? found[$0] : nil }).sorted()
    let position = Dictionary(uniqueKeysWithValues: keys.enumerated().map { ($1, $0) })
    index = found.map { $0.flatMap { position[$0] } ?? -1 }
    var weights = [Double](repeating: 0, count: keys.count)
    var counts = [Int](repeating: 0, count: keys.count)
    for (cell, term) in index.enumerated() where term >= 0 {
      weights[term] += cellWeights[cell]
      counts[term] += cellCounts[cell]
    }
    self.keys = keys
    self.cohorts = cohorts
    self.weights = weights
    self.counts = counts
    periodCount = periods
  }

  private init(_ terms: TwoWayTerms, columns: [Int]) {
    keys = terms.keys
    cohorts = terms.cohorts
    group = terms.group
    weights = terms.weights
    counts = terms.counts
    periodCount = columns.count
    index = terms.cohorts.indices.flatMap { g in
      columns.map { terms.index[g * terms.periodCount + $0] }
    }
  }

  /// The same, and the outcomes, without periods in which nobody is observed, such as years that a
  /// register never reported: what is left may be balanced. Starts of the grid keep their columns.
  func passingOverEmptyPeriods(_ grid: StudyGrid) -> (grid: StudyGrid, terms: TwoWayTerms) {
    let columns = grid.observedColumns
    guard columns.count < periodCount, !columns.isEmpty else { return (grid, self) }
    let outcome = (0..<grid.unitCount).flatMap { i in columns.map { grid[i, $0] } }
    return (
      StudyGrid(
        labels: grid.labels, start: grid.start, periodCount: columns.count, outcome: outcome,
        cohort: grid.cohort, weights: grid.weights, cluster: grid.cluster),
      TwoWayTerms(self, columns: columns)
    )
  }

  /// Whether every term is a single cell.
  var isSaturated: Bool {
    var cells = [Int](repeating: 0, count: keys.count)
    for term in index where term >= 0 { cells[term] += 1 }
    return cells.allSatisfy { $0 == 1 }
  }

  /// The contrast that averages the terms which `isMember` names by their observed weights; `nil`
  /// where there is none.
  func average(where isMember: (Int) -> Bool) -> [Double]? {
    var contrast = [Double](repeating: 0, count: keys.count)
    var sum = 0.0
    for k in keys.indices where isMember(k) {
      contrast[k] = weights[k]
      sum += weights[k]
    }
    guard sum > 0 else { return nil }
    for k in contrast.indices { contrast[k] /= sum }
    return contrast
  }

  /// The contrast of one term.
  func unit(_ term: Int) -> [Double] {
    var contrast = [Double](repeating: 0, count: keys.count)
    contrast[term] = 1
    return contrast
  }
}
