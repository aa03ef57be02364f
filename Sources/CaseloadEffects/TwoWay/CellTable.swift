import CaseloadMath

/// A balanced study summed by cohort and period: all that a regression on cells needs of it.
struct CellTable {
  /// Σ ωᵢ y_it of each cohort and period at g · periodCount + t.
  let totals: [Double]
  /// Σ ωᵢ of each cohort.
  let weights: [Double]
  let periodCount: Int
  let cohortCount: Int

  /// `nil` for a study with gaps, or of repeated cross-sections.
  init?(_ grid: StudyGrid, group: [Int], cohortCount: Int) {
    let periods = grid.periodCount
    var totals = [Double](repeating: 0, count: cohortCount * periods)
    var weights = [Double](repeating: 0, count: cohortCount)
    for i in 0..<grid.unitCount {
      let weight = grid.weights[i]
      weights[group[i]] += weight
      let (from, to) = (i * periods, group[i] * periods)
      for t in 0..<periods { totals[to + t] += weight * grid.outcome[from + t] }
    }
    // One NaN makes its sum NaN.
    guard totals.allSatisfy(\.isFinite), weights.allSatisfy({ $0 > 0 }) else { return nil }
    self.totals = totals
    self.weights = weights
    self.cohortCount = cohortCount
    periodCount = periods
  }

  func mean(_ cell: Int) -> Double { totals[cell] / weights[cell / periodCount] }
}
