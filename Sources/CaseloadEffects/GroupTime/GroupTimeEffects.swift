import CaseloadMath

/// ATT(g,t) of every cell that can be estimated, with influences by cluster.
struct GroupTimeEffects: Sendable {
  let sample: GroupTimeSample
  /// The cells that are estimated.
  let cells: [GroupTimeCell]
  let values: [Double]
  /// ψ of each cell, clusters × cells.
  let influence: Matrix
  let failures: [(cell: GroupTimeCell, reason: TwoPeriodFailure)]
  /// Of the fitted propensity scores; `nil` without.
  let largestPropensity: Double?
  /// Covariates that others explain in some cell, and units without a covariate.
  let dependentCovariates: Set<Int>
  let withoutCovariate: Set<Int>
  /// Clusters of each cohort.
  let treatedClusters: [Int]
  /// Clusters of the comparison of each cell.
  let comparisonClusters: [Int]

  /// - Parameters:
  ///   - sample: its cells are estimated.
  ///   - adjustment: how covariates enter.
  init(_ sample: GroupTimeSample, _ adjustment: CallawaySantAnna.Adjustment) {
    self.sample = sample
    let grid = sample.grid
    let columns = ClassColumns(sample)
    var cells: [GroupTimeCell] = []
    var values: [Double] = []
    var influence: [Double] = []
    var failures: [(cell: GroupTimeCell, reason: TwoPeriodFailure)] = []
    var largest: Double?
    var dependent: Set<Int> = []
    var lacking: Set<Int> = []
    influence.reserveCapacity(sample.cells.count * grid.clusterCount)
    for cell in sample.cells {
      if cell.isReference {
        cells.append(cell)
        values.append(0)
        influence.append(contentsOf: repeatElement(0, count: grid.clusterCount))
      } else if grid.covariates.isEmpty {
        guard let value = columns.effect(cell, into: &influence) else {
          failures.append((cell, .emptyGroup))
          continue
        }
        cells.append(cell)
        values.append(value)
      } else {
        let rows = CellRows(sample, cell)
        lacking.formUnion(rows.withoutCovariate)
        do {
          let effect = try TwoPeriodEstimation.effect(rows.data, adjustment.method)
          cells.append(cell)
          values.append(effect.value)
          let start = influence.count
          influence.append(contentsOf: repeatElement(0, count: grid.clusterCount))
          for (unit, psi) in zip(rows.units, effect.influence) {
            influence[start + grid.cluster[unit]] += psi
          }
          if let p = effect.largestPropensity { largest = max(largest ?? 0, p) }
          dependent.formUnion(effect.dependentCovariates)
        } catch {
          failures.append((cell, error))
        }
      }
    }
    self.cells = cells
    self.values = values
    self.influence = Matrix(
      rowCount: grid.clusterCount, columnCount: cells.count, storage: influence)
    self.failures = failures
    largestPropensity = largest
    dependentCovariates = dependent
    withoutCovariate = lacking

    // Clusters by class; those of a pool are a union.
    var members = [Set<Int>](repeating: [], count: sample.classes.count)
    for unit in 0..<grid.unitCount { members[sample.classOf[unit]].insert(grid.cluster[unit]) }
    treatedClusters = sample.cohorts.indices.map { members[$0].count }
    var pools: [[Int]: Int] = [:]
    comparisonClusters = cells.map { cell in
      let classes = sample.classes.indices.filter { sample.isComparison(cell, $0) }
      if let known = pools[classes] { return known }
      let count =
        classes.count == 1
        ? members[classes[0]].count
        : classes.reduce(into: Set<Int>()) { $0.formUnion(members[$1]) }.count
      pools[classes] = count
      return count
    }
  }

  /// A number for each cluster: those of the same classes of units have the same.
  var clusterGroups: [Int] {
    let grid = sample.grid
    var classes = [Set<Int>](repeating: [], count: grid.clusterCount)
    for unit in 0..<grid.unitCount { classes[grid.cluster[unit]].insert(sample.classOf[unit]) }
    var numbers: [Set<Int>: Int] = [:]
    return classes.map { own in
      let number = numbers[own] ?? numbers.count
      numbers[own] = number
      return number
    }
  }

  /// (Σψ²)^½ of a cell; `nil` where there is nothing to judge it by: a reference period, or a single
  /// cluster on a side.
  func standardError(_ k: Int) -> Double? {
    guard !cells[k].isReference, treatedClusters[cells[k].group] > 1, comparisonClusters[k] > 1
    else { return nil }
    let error = rawStandardError(k)
    return error > 0 ? error : nil
  }

  /// (Σψ²)^½ whatever it is worth.
  func rawStandardError(_ k: Int) -> Double {
    influence.withColumn(k) { psi in
      var sum = 0.0
      for i in psi.indices { sum += psi[i] * psi[i] }
      return sum.squareRoot()
    }
  }
}

extension CallawaySantAnna.Adjustment {
  var method: TwoPeriodMethod {
    switch self {
    case .regression: .regression
    case .weighting: .weighting
    case .doublyRobust: .doublyRobust
    }
  }
}

/// The rows of one cell with covariates.
private struct CellRows {
  var data: TwoPeriodSample
  /// The unit of each row.
  var units: [Int] = []
  var withoutCovariate: Set<Int> = []

  init(_ sample: GroupTimeSample, _ cell: GroupTimeCell) {
    let grid = sample.grid
    let count = grid.periodCount
    let isComparison = sample.classes.indices.map { sample.isComparison(cell, $0) }
    data = TwoPeriodSample(treated: [], weights: [], outcome: [])
    data.covariates = grid.covariates.map { _ in [] }
    for unit in 0..<grid.unitCount {
      let isOwn = sample.classOf[unit] == cell.group
      guard isOwn || isComparison[sample.classOf[unit]] else { continue }
      let (post, pre) = (grid[unit, cell.column], grid[unit, cell.base])
      if sample.mode == .crossSections {
        for (column, y) in [(cell.base, pre), (cell.column, post)] where !y.isNaN {
          append(
            unit, isOwn, y, grid, column: unit * count + column, later: column == cell.column)
        }
      } else if !post.isNaN, !pre.isNaN {
        append(
          unit, isOwn, post - pre, grid, column: unit * count + min(cell.base, cell.column),
          later: nil)
      }
    }
  }

  private mutating func append(
    _ unit: Int, _ isTreated: Bool, _ y: Double, _ grid: StudyGrid, column: Int, later: Bool?
  ) {
    for covariate in grid.covariates where covariate[column].isNaN {
      withoutCovariate.insert(unit)
      return
    }
    units.append(unit)
    data.treated.append(isTreated ? 1 : 0)
    data.weights.append(grid.weights[unit])
    data.outcome.append(y)
    if let later { data.later.append(later ? 1 : 0) }
    for j in grid.covariates.indices { data.covariates[j].append(grid.covariates[j][column]) }
  }
}
