import CaseloadData
import CaseloadMath
import CaseloadRegression

/// A regression on indicators with unit and period effects, however it was computed: by cells where
/// the study is balanced and has no covariates, by rows otherwise.
///
/// The variance is clustered with the factor G/(G − 1) · (n − 1)/(n − K), K counting the terms, the
/// covariates and the periods, but not the units, which lie within clusters (fixest's default). The
/// influences carry the root of this factor, so that their squares add up to the variance.
struct TwoWayFit {
  /// One a term; 0 where it is not identified.
  let coefficients: [Double]
  let isIdentified: [Bool]
  let diagnostics: [Diagnostic]
  /// The root of the small-sample factor; `nil` without a variance.
  let rootFactor: Double?
  let clusterCount: Int
  private let source: Source

  private enum Source {
    case cells(CellFit, CellInfluence)
    case counts(CountCells, CellInfluence)
    /// With the term of each coefficient (−1 for a covariate), and the grid's cluster of each row.
    case rows(any RegressionFit, [Int], [Int])
  }

  /// - Parameters:
  ///   - grid: outcomes on the regression's scale.
  ///   - terms: the indicators.
  ///   - isLarge: whether many contrasts will be asked for.
  /// - Throws: what ``FixedEffectsModel`` throws.
  init(_ grid: StudyGrid, _ terms: TwoWayTerms, isLarge: Bool = true) throws(Diagnostic) {
    if grid.covariates.isEmpty {
      let (grid, terms) = terms.passingOverEmptyPeriods(grid)
      if let table = CellTable(grid, group: terms.group, cohortCount: terms.cohorts.count) {
        self.init(grid, terms, CellFit(terms, table), isLarge: isLarge)
        return
      }
    }
    let rows = try PanelRows(grid, terms)
    let fit: FixedEffectsFit
    do {
      fit = try FixedEffectsModel().fitted(rows.absorbing)
    } catch {
      // Its message would name columns that nobody wrote.
      throw error.code == .notIdentified ? Diagnostic.nothingIdentified : error
    }
    self.init(grid, terms, rows, fit)
  }

  private init(_ grid: StudyGrid, _ terms: TwoWayTerms, _ fit: CellFit, isLarge: Bool) {
    clusterCount = grid.clusterCount
    coefficients = fit.coefficients
    isIdentified = fit.isIdentified
    diagnostics = []
    rootFactor = Self.rootFactor(
      clusters: grid.clusterCount, rows: grid.outcome.count,
      parameters: fit.isIdentified.count { $0 } + grid.periodCount)
    source = .cells(
      fit,
      CellInfluence(
        grid, group: terms.group, cohortCount: terms.cohorts.count, fitted: fit.fitted,
        isLarge: isLarge))
  }

  /// From counts of a balanced study.
  init(_ grid: StudyGrid, _ terms: TwoWayTerms, _ fit: CountCells, isLarge: Bool) {
    coefficients = fit.coefficients
    isIdentified = fit.isIdentified
    diagnostics = []
    // Units without a case say nothing, and are not counted.
    let used = (0..<grid.unitCount).filter { fit.unitTotals[$0] > 0 }
    clusterCount = Set(used.map { grid.cluster[$0] }).count
    rootFactor = Self.rootFactor(
      clusters: clusterCount, rows: used.count * grid.periodCount,
      parameters: fit.isIdentified.count { $0 } + grid.periodCount)
    source = .counts(
      fit,
      CellInfluence(
        grid.with(outcome: fit.residuals), group: terms.group, cohortCount: terms.cohorts.count,
        fitted: [Double](repeating: 0, count: terms.index.count), isLarge: isLarge,
        sumsToZero: false))
  }

  /// From a fit of rows.
  init(_ grid: StudyGrid, _ terms: TwoWayTerms, _ rows: PanelRows, _ fit: some RegressionFit) {
    let used = fit.observations ?? Array(rows.cells.indices)
    let names = Dictionary(
      uniqueKeysWithValues: terms.keys.indices.map { (PanelRows.name($0), $0) })
    let termOf = fit.coefficientNames.map { names[$0] ?? -1 }
    var coefficients = [Double](repeating: 0, count: terms.keys.count)
    var isIdentified = [Bool](repeating: false, count: terms.keys.count)
    for (j, k) in termOf.enumerated() where k >= 0 {
      coefficients[k] = fit.coefficients[j]
      isIdentified[k] = true
    }
    self.coefficients = coefficients
    self.isIdentified = isIdentified
    // Terms that drop out are reported by the designs, in their own words.
    diagnostics =
      rows.notes + fit.diagnostics.filter { $0.code != .rankDeficient }
      + Self.dropped(grid.covariateNames.filter { !fit.coefficientNames.contains($0) })
    let clusters = used.map { grid.cluster[rows.cells[$0] / grid.periodCount] }
    clusterCount = Set(clusters).count
    let grouping = rows.clusters.selecting(used)
    let absorbed = fit.equations?.absorbed?.parameterCount(clusteredBy: [grouping]) ?? 0
    rootFactor = Self.rootFactor(
      clusters: clusterCount, rows: used.count,
      parameters: fit.coefficients.count + absorbed)
    source = .rows(fit, termOf, clusters)
  }

  private static func dropped(_ covariates: [String]) -> [Diagnostic] {
    guard !covariates.isEmpty else { return [] }
    return [
      Diagnostic(
        .rankDeficient, .warning,
        Text(
          en:
            "Left out: \(covariates.joined(separator: ", ")), constant over time in every unit, or "
            + "implied by other columns.",
          zh: "已略去 \(covariates.joined(separator: "、"))：在各单位内不随时间变化，或可由其他列推出。"),
        hint: Text(
          en:
            "Unit effects allow for what is constant; doubly-robust and callaway-santanna let trends "
            + "depend on it.",
          zh: "单位效应已涵盖不变因素；doubly-robust 与 callaway-santanna 允许趋势随之变化。"))
    ]
  }

  private static func rootFactor(clusters: Int, rows: Int, parameters: Int) -> Double? {
    guard clusters > 1, rows > parameters else { return nil }
    let g = Double(clusters)
    return (g / (g - 1) * Double(rows - 1) / Double(rows - parameters)).squareRoot()
  }

  /// lᵀβ.
  func value(_ contrast: [Double]) -> Double {
    zip(contrast, coefficients).reduce(0) { $0 + $1.0 * $1.1 }
  }

  /// ψ of lᵀβ by the grid's clusters, times the root of the factor; empty without a variance.
  func influence(_ contrast: [Double], gridClusters: Int) -> [Double] {
    guard let rootFactor else { return [] }
    var values: [Double]
    switch source {
    case .cells(let fit, let influence):
      values = influence.values(fit.directions(of: contrast))
    case .counts(let fit, let influence):
      values = influence.values(fit.directions(of: contrast))
    case .rows(let fit, let termOf, let clusters):
      values = [Double](repeating: 0, count: gridClusters)
      guard let equations = fit.equations else { return [] }
      let l = termOf.map { $0 < 0 ? 0 : contrast[$0] }
      let a = BLAS.gemv(equations.x, BLAS.gemv(equations.bread, l))
      for (row, cluster) in clusters.enumerated() {
        values[cluster] += a[row] * equations.residuals[row]
      }
    }
    for c in values.indices { values[c] *= rootFactor }
    return values
  }

  /// The covariance of several contrasts; `nil` without one.
  func covariance(_ contrasts: [[Double]]) -> Matrix? {
    guard let rootFactor, !contrasts.isEmpty else { return nil }
    switch source {
    case .cells(let fit, let influence):
      let directions = contrasts.map { fit.directions(of: $0) }
      return rootFactor * rootFactor * influence.covariance(directions)
    case .counts(let fit, let influence):
      let directions = contrasts.map { fit.directions(of: $0) }
      return rootFactor * rootFactor * influence.covariance(directions)
    case .rows(let fit, let termOf, let clusters):
      guard let equations = fit.equations else { return nil }
      let count = (clusters.max() ?? 0) + 1
      var columns: [Double] = []
      for contrast in contrasts {
        let l = termOf.map { $0 < 0 ? 0 : contrast[$0] }
        let a = BLAS.gemv(equations.x, BLAS.gemv(equations.bread, l))
        var values = [Double](repeating: 0, count: count)
        for (row, cluster) in clusters.enumerated() {
          values[cluster] += a[row] * equations.residuals[row]
        }
        columns += values
      }
      return rootFactor * rootFactor
        * BLAS.crossProduct(
          Matrix(rowCount: count, columnCount: contrasts.count, storage: columns))
    }
  }

  /// The average as every design hands it on.
  func average(_ contrast: [Double], gridClusters: Int) -> AverageEffect {
    AverageEffect(
      value: value(contrast), influence: influence(contrast, gridClusters: gridClusters))
  }
}

extension AverageRegression {
  /// More clusters than this need no correction for their number, which would cost more than all else.
  static let mostClusters = 200
  /// A gigabyte of columns.
  private static let mostElements = 1 << 27
  /// Beyond so many elements the covariances take seconds: `auto` does without.
  private static let mostElementsUnasked = 1 << 20

  /// Whether a regression of so many columns is made: not for `auto` where the clusters are many, and
  /// not where it would not fit into memory.
  static func isWorthwhile(_ grid: StudyGrid, _ inference: InferenceChoice, columns: Int) -> Bool {
    let elements = grid.outcome.count * columns
    return inference == .auto
      ? grid.clusterCount <= mostClusters && elements <= mostElementsUnasked
      : elements <= mostElements
  }

  /// The regression of a study on terms, with one column a period, as covariances that correct for
  /// leverage and the wild bootstrap need it.
  ///
  /// - Parameters:
  ///   - grid: outcomes on the regression's scale.
  ///   - terms: the indicators.
  ///   - contrast: of the terms.
  ///   - inference: what is asked for; for `auto` a study of many clusters has none.
  /// - Returns: `nil` where a term of the contrast is not identified, and for a study too large.
  /// - Throws: what ``FixedEffectsModel`` throws.
  static func twoWay(
    _ grid: StudyGrid, _ terms: TwoWayTerms, _ contrast: [Double], _ inference: InferenceChoice
  ) throws(Diagnostic) -> AverageRegression? {
    let columns = terms.keys.count + grid.periodCount + grid.covariates.count
    guard isWorthwhile(grid, inference, columns: columns) else { return nil }
    let rows = try PanelRows(grid, terms)
    let design = rows.withPeriodColumns
    let fit: any RegressionFit =
      rows.isCrossSection
      ? try LinearModel().fitted(design) : try FixedEffectsModel().fitted(design)
    var l = [Double](repeating: 0, count: fit.coefficients.count)
    for k in contrast.indices where contrast[k] != 0 {
      guard let j = fit.coefficientNames.firstIndex(of: PanelRows.name(k)) else { return nil }
      l[j] = contrast[k]
    }
    let used = fit.observations ?? Array(rows.cells.indices)
    return AverageRegression(fit: fit, contrast: l, clusters: rows.clusters.selecting(used))
  }
}
