import CaseloadData
import CaseloadMath
import CaseloadRegression

/// A Poisson regression with unit and period effects and a term for each treated cohort and period.
struct CountEffects {
  let fit: TwoWayFit
  let terms: TwoWayTerms
  /// Cases, and those expected without the programme, in each term; `nil` where they are not known.
  let observed: [Double]
  let baselines: [Double?]
  let notes: [Diagnostic]

  /// - Parameters:
  ///   - grid: counts.
  ///   - terms: single cells.
  ///   - isLarge: whether many contrasts will be asked for.
  /// - Throws: ``DiagnosticCode/negativeCount``, and what ``PoissonFixedEffects`` throws.
  init(_ grid: StudyGrid, _ terms: TwoWayTerms, isLarge: Bool) throws(Diagnostic) {
    self.terms = terms
    if let cell = grid.outcome.firstIndex(where: { $0 < 0 }) {
      let period = grid.period(cell % grid.periodCount)
      let label = grid.labels[cell / grid.periodCount]
      throw Diagnostic(
        .negativeCount, .error,
        Text(
          en: "\(label) is \(NumberText.plain(grid.outcome[cell])) in \(period); a Poisson model "
            + "needs 0 or more.",
          zh: "\(label) 在 \(period) 为 \(NumberText.plain(grid.outcome[cell]))；泊松模型要求不小于 0。"),
        at: Diagnostic.Location(series: label, period: period.description),
        hint: Text(
          en: "Correct it, or use --set family=gaussian.",
          zh: "请更正，或用 --set family=gaussian。"))
    }
    if grid.covariates.isEmpty, grid.exposure.isEmpty,
      let table = CellTable(grid, group: terms.group, cohortCount: terms.cohorts.count),
      let cells = CountCells(grid, terms, table)
    {
      fit = TwoWayFit(grid, terms, cells, isLarge: isLarge)
      observed = cells.observed
      baselines = cells.baselines
      notes = []
      return
    }
    let rows = try PanelRows(grid, terms, usesExposure: true)
    let poisson: PoissonFixedEffectsFit
    do {
      poisson = try PoissonFixedEffects().fitted(rows.absorbing)
    } catch {
      throw error.code == .notIdentified ? Diagnostic.nothingIdentified : error
    }
    let fit = TwoWayFit(grid, terms, rows, poisson)
    self.fit = fit
    var observed = [Double](repeating: 0, count: terms.keys.count)
    var baselines = [Double?](repeating: nil, count: terms.keys.count)
    let used = poisson.observations ?? Array(rows.cells.indices)
    for (position, row) in used.enumerated() {
      let cell = rows.cells[row]
      let (i, t) = (cell / grid.periodCount, cell % grid.periodCount)
      let term = terms.index[terms.group[i] * grid.periodCount + t]
      guard term >= 0, fit.isIdentified[term] else { continue }
      observed[term] += grid.weights[i] * grid.outcome[cell]
      let without = poisson.fittedValues[position] * exp(-fit.coefficients[term])
      baselines[term] = (baselines[term] ?? 0) + grid.weights[i] * without
    }
    self.observed = observed
    self.baselines = baselines
    notes = []
  }

  /// ln(Σ Y / Σ M⁰) of some terms, with its gradient in δ for a fixed baseline: each term's share of
  /// the cases.
  ///
  /// - Parameter isMember: names the terms.
  /// - Returns: `nil` where no case is seen or expected.
  func ratio(_ isMember: (Int) -> Bool) -> (value: Double, contrast: [Double])? {
    let members = terms.keys.indices.filter { baselines[$0] != nil && isMember($0) }
    let cases = members.reduce(0) { $0 + observed[$1] }
    let expected = members.reduce(0) { $0 + (baselines[$1] ?? 0) }
    guard cases > 0, expected > 0 else { return nil }
    var contrast = [Double](repeating: 0, count: terms.keys.count)
    for k in members { contrast[k] = observed[k] / cases }
    return (log(cases / expected), contrast)
  }

  /// Σ (Y − M⁰) of some terms, with its gradient in δ.
  func difference(_ isMember: (Int) -> Bool) -> (value: Double, contrast: [Double], count: Double) {
    var contrast = [Double](repeating: 0, count: terms.keys.count)
    var (value, count) = (0.0, 0.0)
    for k in terms.keys.indices where isMember(k) {
      guard let baseline = baselines[k] else { continue }
      contrast[k] = observed[k]
      value += observed[k] - baseline
      count += terms.weights[k]
    }
    return (value, contrast, count)
  }
}
