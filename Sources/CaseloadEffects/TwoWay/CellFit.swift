import CaseloadMath
import CaseloadRegression

/// A regression with unit and period effects on the cells of a balanced study.
///
/// Indicators of cohort and period are the same for all units of a cohort, so the normal equations
/// are those of the cells, and unit i enters the variance only through
///
/// ```
/// ψᵢ = ωᵢ Σ_t a_gt (y_it − m_gt),   Σ_t a_gt = 0,
/// ```
///
/// m being the fitted cell and a what the contrast makes of the indicators within the effects.
///
/// - Source: the theorem of Frisch, Waugh and Lovell on cells; Liang & Zeger (1986) (the variance).
struct CellFit {
  /// One a term; 0 where it is not identified.
  let coefficients: [Double]
  let isIdentified: [Bool]
  /// m, up to a constant a cohort.
  let fitted: [Double]
  private let solver: Solver

  private enum Solver {
    /// Every term is one cell: it is what the free cells leave of it.
    case saturated(CellSystem, terms: TwoWayTerms, cellWeights: [Double])
    /// Columns within the effects, cells × terms kept; the bread; the terms kept.
    case projected(Matrix, Matrix, [Int])
  }

  /// Least squares.
  init(_ terms: TwoWayTerms, _ table: CellTable) {
    self = terms.isSaturated ? Self(saturated: terms, table) : Self(projected: terms, table)
  }

  private init(saturated terms: TwoWayTerms, _ table: CellTable) {
    let (cohorts, periods) = (table.cohortCount, table.periodCount)
    let weights = terms.index.enumerated().map { cell, term in
      term < 0 ? table.weights[cell / periods] : 0
    }
    let system = CellSystem(weights: weights, periodCount: periods)
    // Each cohort about its own mean, so that large levels cost no digits.
    var p = [Double](repeating: 0, count: cohorts)
    var q = [Double](repeating: 0, count: periods)
    var centers = [Double](repeating: 0, count: cohorts)
    for g in 0..<cohorts {
      let row = g * periods..<(g + 1) * periods
      centers[g] = row.reduce(0) { $0 + table.mean($1) } / Double(periods)
      for cell in row where terms.index[cell] < 0 {
        let value = weights[cell] * (table.mean(cell) - centers[g])
        p[g] += value
        q[cell - row.lowerBound] += value
      }
    }
    let effects = system.solve(p, q)
    var coefficients = [Double](repeating: 0, count: terms.keys.count)
    var isIdentified = [Bool](repeating: false, count: terms.keys.count)
    var fitted = [Double](repeating: 0, count: weights.count)
    for cell in weights.indices {
      let (g, t) = (cell / periods, cell % periods)
      let term = terms.index[cell]
      let without = centers[g] + effects.cohorts[g] + effects.periods[t]
      fitted[cell] = term < 0 ? without : table.mean(cell)
      if term >= 0, system.isIdentified(g, t) {
        coefficients[term] = table.mean(cell) - without
        isIdentified[term] = true
      }
    }
    self.coefficients = coefficients
    self.isIdentified = isIdentified
    self.fitted = fitted
    solver = .saturated(
      system, terms: terms, cellWeights: weights.indices.map { table.weights[$0 / periods] })
  }

  private init(projected terms: TwoWayTerms, _ table: CellTable) {
    let (cohorts, periods, count) = (table.cohortCount, table.periodCount, terms.keys.count)
    let cells = cohorts * periods
    let cellWeights = (0..<cells).map { table.weights[$0 / periods] }
    let roots = cellWeights.map { $0.squareRoot() }
    let response = Self.within((0..<cells).map(table.mean), table)
    var columns: [[Double]] = []
    var kept: [Int] = []
    for k in 0..<count {
      let raw = terms.index.map { $0 == k ? 1.0 : 0 }
      let column = Self.within(raw, table)
      let (before, after) = (Self.squares(raw, cellWeights), Self.squares(column, cellWeights))
      guard after > 1e-10 * before else { continue }
      columns.append(column)
      kept.append(k)
    }
    var x = Matrix(
      rowCount: cells, columnCount: columns.count, storage: columns.flatMap { $0 })
    let dependent = DependentColumns.find(x.scalingRows(roots))
    if !dependent.isEmpty {
      let independent = kept.indices.filter { !dependent.contains($0) }
      x = x.selectingColumns(independent)
      kept = independent.map { kept[$0] }
    }
    var coefficients = [Double](repeating: 0, count: count)
    var isIdentified = [Bool](repeating: false, count: count)
    var bread = Matrix(rowCount: 0, columnCount: 0)
    var residuals = response
    if !kept.isEmpty,
      let fit = try? LeastSquares(x.scalingRows(roots), zip(response, roots).map { $0 * $1 })
    {
      for (position, k) in kept.enumerated() {
        coefficients[k] = fit.coefficients[position]
        isIdentified[k] = true
      }
      bread = fit.crossProductInverse
      residuals = zip(fit.residuals, roots).map { $0 / $1 }
    } else {
      kept = []
    }
    self.coefficients = coefficients
    self.isIdentified = isIdentified
    fitted = (0..<cells).map { table.mean($0) - residuals[$0] }
    solver = .projected(x, bread, kept)
  }

  /// x − x̄_g − x̄_t + x̄, means over cohorts by their weights.
  static func within(_ x: [Double], _ table: CellTable) -> [Double] {
    let (cohorts, periods) = (table.cohortCount, table.periodCount)
    var result = x
    var columnMeans = [Double](repeating: 0, count: periods)
    let total = table.weights.reduce(0, +)
    for g in 0..<cohorts {
      let row = g * periods..<(g + 1) * periods
      let mean = row.reduce(0) { $0 + x[$1] } / Double(periods)
      for t in 0..<periods {
        result[g * periods + t] -= mean
        columnMeans[t] += table.weights[g] * result[g * periods + t] / total
      }
    }
    for cell in result.indices { result[cell] -= columnMeans[cell % periods] }
    return result
  }

  private static func squares(_ x: [Double], _ weights: [Double]) -> Double {
    zip(x, weights).reduce(0) { $0 + $1.0 * $1.0 * $1.1 }
  }

  /// a of a contrast, one a cell.
  func directions(of contrast: [Double]) -> [Double] {
    switch solver {
    case .saturated(let system, let terms, let cellWeights):
      return Self.directions(contrast, system, terms, cellWeights)
    case .projected(let x, let bread, let kept):
      return BLAS.gemv(x, BLAS.gemv(bread, kept.map { contrast[$0] }))
    }
  }

  /// a of a contrast of saturated terms: the contrast over its cell's weight there, and what it
  /// takes of the free cells.
  static func directions(
    _ contrast: [Double], _ system: CellSystem, _ terms: TwoWayTerms, _ cellWeights: [Double]
  ) -> [Double] {
    let periods = system.periodCount
    var p = [Double](repeating: 0, count: system.cohortCount)
    var q = [Double](repeating: 0, count: periods)
    for (cell, term) in terms.index.enumerated() where term >= 0 && contrast[term] != 0 {
      p[cell / periods] += contrast[term]
      q[cell % periods] += contrast[term]
    }
    let z = system.solve(p, q)
    return terms.index.enumerated().map { cell, term in
      term < 0
        ? -(z.cohorts[cell / periods] + z.periods[cell % periods])
        : contrast[term] / cellWeights[cell]
    }
  }
}
