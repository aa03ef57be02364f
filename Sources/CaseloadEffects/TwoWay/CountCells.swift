import CaseloadMath

/// A Poisson regression with unit and period effects on the cells of a balanced study.
///
/// ```
/// E y_it = exp(α_i + λ_t + δ_gt),   δ in cells with a term of their own
/// ψᵢ = ωᵢ Σ_t a_gt (y_it − μ_it),   μ_it = (Σ_s y_is / Σ_s M_gs) M_gt
/// ```
///
/// Unit effects drop out of the score, so that λ and δ follow from the totals Y_gt of cohorts: λ and
/// the cohorts' effects from the free cells alone, δ_gt = ln Y_gt − ln M⁰_gt from each other cell. M is
/// the fitted total. The free cells are fitted by proportional scaling, then by Newton's method.
///
/// - Source: Wooldridge (2023), §4; Hausman, Hall & Griliches (1984), *Econometrica* 52, 909–938 (unit
///   effects in Poisson regressions).
struct CountCells {
  /// δ, one a term; 0 where it is not identified, as in a cell without a case.
  let coefficients: [Double]
  let isIdentified: [Bool]
  /// Y and M⁰ of each term's cell; M⁰ is `nil` where the free cells do not tell.
  let observed: [Double]
  let baselines: [Double?]
  /// Σ_t y_it.
  let unitTotals: [Double]
  /// y_it − μ_it.
  let residuals: [Double]
  private let terms: TwoWayTerms
  private let system: CellSystem
  private let cellTotals: [Double]

  private static let scalings = 50
  private static let newtonLimit = 100
  private static let tolerance = 1e-12

  /// `nil` where the terms are not single cells, or the free cells do not determine finite effects.
  init?(_ grid: StudyGrid, _ terms: TwoWayTerms, _ table: CellTable) {
    guard terms.isSaturated else { return nil }
    let (cohorts, periods) = (table.cohortCount, table.periodCount)
    func isFree(_ cell: Int) -> Bool { terms.index[cell] < 0 }
    guard let logs = Self.fitted(table, isFree) else { return nil }
    let means = (0..<cohorts * periods).map { cell -> Double in
      let (a, b) = (logs.cohorts[cell / periods], logs.periods[cell % periods])
      return a.isFinite && b.isFinite ? exp(a + b) : 0
    }
    let free = means.indices.map { isFree($0) ? means[$0] : 0 }
    system = CellSystem(weights: free, periodCount: periods)
    var totals = free
    var coefficients = [Double](repeating: 0, count: terms.keys.count)
    var isIdentified = [Bool](repeating: false, count: terms.keys.count)
    var observed = [Double](repeating: 0, count: terms.keys.count)
    var baselines = [Double?](repeating: nil, count: terms.keys.count)
    for (cell, term) in terms.index.enumerated() where term >= 0 {
      totals[cell] = table.totals[cell]
      observed[term] = table.totals[cell]
      guard means[cell] > 0, system.isIdentified(cell / periods, cell % periods) else { continue }
      baselines[term] = means[cell]
      guard table.totals[cell] > 0 else { continue }
      coefficients[term] = log(table.totals[cell] / means[cell])
      isIdentified[term] = true
    }
    self.coefficients = coefficients
    self.isIdentified = isIdentified
    self.observed = observed
    self.baselines = baselines
    self.terms = terms
    cellTotals = totals
    let cohortTotals = (0..<cohorts).map { g in
      totals[g * periods..<(g + 1) * periods].reduce(0, +)
    }
    var unitTotals = [Double](repeating: 0, count: grid.unitCount)
    var residuals = grid.outcome
    for i in 0..<grid.unitCount {
      let g = terms.group[i]
      for t in 0..<periods { unitTotals[i] += grid.outcome[i * periods + t] }
      let share = cohortTotals[g] > 0 ? unitTotals[i] / cohortTotals[g] : 0
      for t in 0..<periods { residuals[i * periods + t] -= share * totals[g * periods + t] }
    }
    self.unitTotals = unitTotals
    self.residuals = residuals
  }

  /// The effects of the free cells: logarithms, −∞ for a cohort or period without a case there.
  private static func fitted(_ table: CellTable, _ isFree: (Int) -> Bool) -> (
    cohorts: [Double], periods: [Double]
  )? {
    let (cohorts, periods) = (table.cohortCount, table.periodCount)
    let cells = (0..<cohorts * periods).filter(isFree)
    var rows = [Double](repeating: 0, count: cohorts)
    var columns = [Double](repeating: 0, count: periods)
    for cell in cells {
      rows[cell / periods] += table.totals[cell]
      columns[cell % periods] += table.totals[cell]
    }
    // Proportional scaling: the totals of each cohort, then of each period, are met in turn.
    var a = [Double](repeating: 1, count: cohorts)
    var b = [Double](repeating: 1, count: periods)
    for _ in 0..<scalings {
      var sums = [Double](repeating: 0, count: cohorts)
      for cell in cells { sums[cell / periods] += b[cell % periods] }
      for g in 0..<cohorts { a[g] = sums[g] > 0 ? rows[g] / sums[g] : 0 }
      var others = [Double](repeating: 0, count: periods)
      for cell in cells { others[cell % periods] += a[cell / periods] }
      for t in 0..<periods { b[t] = others[t] > 0 ? columns[t] / others[t] : 0 }
    }
    var logs = (cohorts: a.map { log($0) }, periods: b.map { log($0) })
    for _ in 0..<newtonLimit {
      var weights = [Double](repeating: 0, count: cohorts * periods)
      var p = [Double](repeating: 0, count: cohorts)
      var q = [Double](repeating: 0, count: periods)
      var (worst, largest) = (0.0, 0.0)
      for cell in cells where rows[cell / periods] > 0 && columns[cell % periods] > 0 {
        let mean = exp(logs.cohorts[cell / periods] + logs.periods[cell % periods])
        weights[cell] = mean
        p[cell / periods] += table.totals[cell] - mean
        q[cell % periods] += table.totals[cell] - mean
        largest = max(largest, mean)
      }
      for value in p + q { worst = max(worst, abs(value)) }
      guard worst.isFinite, largest > 0 else { return nil }
      let step = CellSystem(weights: weights, periodCount: periods).solve(p, q)
      var size = 0.0
      for g in 0..<cohorts where rows[g] > 0 { size = max(size, abs(step.cohorts[g])) }
      for t in 0..<periods where columns[t] > 0 { size = max(size, abs(step.periods[t])) }
      guard size.isFinite else { return nil }
      // A long step is cut, and one that does not settle means that an effect has no finite value.
      let scale = min(1, 1 / max(size, 1e-300))
      for g in 0..<cohorts where rows[g] > 0 { logs.cohorts[g] += scale * step.cohorts[g] }
      for t in 0..<periods where columns[t] > 0 { logs.periods[t] += scale * step.periods[t] }
      if size < tolerance { return logs }
      if worst <= 1e-13 * largest { return logs }
    }
    return nil
  }

  /// a of a contrast, one a cell.
  func directions(of contrast: [Double]) -> [Double] {
    CellFit.directions(contrast, system, terms, cellTotals)
  }
}
