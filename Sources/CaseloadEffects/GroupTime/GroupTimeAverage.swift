import CaseloadMath

/// An average of cells: its weights, and what their being estimated adds to the influences.
///
/// ```
/// θ̂ = Σ_k a_k ATT_k,   ψᵢ = Σ_k a_k ψₖᵢ + wᵢ v_c(i)
/// ```
///
/// With weights by cohort size, a_k = W_g(k)/S with S = Σ W_g(k), and v_g = Σ_{k of g} (ATT_k − θ)/S.
///
/// - Source: Callaway & Sant'Anna (2021), §3 (aggregations) and Corollary 2 (their influence
///   functions).
struct GroupTimeAverage: Sendable {
  /// a, one a cell.
  var cells: [Double]
  /// v, one a cohort.
  var cohorts: [Double]
  var value: Double

  /// The cells alike.
  init(mean indices: [Int], _ values: [Double], cohortCount: Int) {
    cells = [Double](repeating: 0, count: values.count)
    cohorts = [Double](repeating: 0, count: cohortCount)
    value = 0
    for k in indices {
      cells[k] = 1 / Double(indices.count)
      value += values[k] / Double(indices.count)
    }
  }

  /// The cells by the sizes of their cohorts.
  init(bySize indices: [Int], _ cells: [GroupTimeCell], _ values: [Double], sizes: [Double]) {
    let total = indices.reduce(0) { $0 + sizes[cells[$1].group] }
    var weights = [Double](repeating: 0, count: values.count)
    var cohorts = [Double](repeating: 0, count: sizes.count)
    var value = 0.0
    for k in indices {
      weights[k] = sizes[cells[k].group] / total
      value += weights[k] * values[k]
    }
    for k in indices { cohorts[cells[k].group] += (values[k] - value) / total }
    self.cells = weights
    self.cohorts = cohorts
    self.value = value
  }

  /// Σ factor · part.
  init(_ parts: [GroupTimeAverage], factors: [Double]) {
    cells = [Double](repeating: 0, count: parts.first?.cells.count ?? 0)
    cohorts = [Double](repeating: 0, count: parts.first?.cohorts.count ?? 0)
    value = 0
    for (part, factor) in zip(parts, factors) {
      value += factor * part.value
      for k in cells.indices { cells[k] += factor * part.cells[k] }
      for g in cohorts.indices { cohorts[g] += factor * part.cohorts[g] }
    }
  }
}

/// The averages of the cells of one sample, each made when it is asked for.
struct GroupTimeAverages: Sendable {
  private let cells: [GroupTimeCell]
  private let values: [Double]
  private let sizes: [Double]

  /// - Parameters:
  ///   - cells: those that are estimated, one of them treated at least.
  ///   - values: of the cells.
  ///   - sizes: the total weight of each cohort.
  init(_ cells: [GroupTimeCell], _ values: [Double], sizes: [Double]) {
    self.cells = cells
    self.values = values
    self.sizes = sizes
  }

  private var treated: [Int] { cells.indices.filter { cells[$0].isTreated } }

  private func bySize(_ indices: [Int]) -> GroupTimeAverage {
    GroupTimeAverage(bySize: indices, cells, values, sizes: sizes)
  }

  private func alike(_ parts: [GroupTimeAverage]) -> GroupTimeAverage {
    GroupTimeAverage(parts, factors: parts.map { _ in 1 / Double(parts.count) })
  }

  private func split(_ indices: [Int], _ key: (GroupTimeCell) -> Int) -> [(Int, [Int])] {
    Dictionary(grouping: indices) { key(cells[$0]) }.sorted { $0.key < $1.key }
  }

  /// All treated cells by the sizes of their cohorts.
  var simple: GroupTimeAverage { bySize(treated) }

  /// Each cohort over its treated cells.
  var byGroup: [(group: Int, average: GroupTimeAverage)] {
    split(treated) { $0.group }.map {
      (group: $0, average: GroupTimeAverage(mean: $1, values, cohortCount: sizes.count))
    }
  }

  /// Those by the sizes of the cohorts.
  var group: GroupTimeAverage {
    let parts = byGroup
    let total = parts.reduce(0) { $0 + sizes[$1.group] }
    var group = GroupTimeAverage(
      parts.map(\.average), factors: parts.map { sizes[$0.group] / total })
    for (g, average) in parts { group.cohorts[g] += (average.value - group.value) / total }
    return group
  }

  /// Each period over the cohorts treated by then.
  var byColumn: [(column: Int, average: GroupTimeAverage)] {
    split(treated) { $0.column }.map { (column: $0, average: bySize($1)) }
  }

  /// Those alike.
  var calendar: GroupTimeAverage { alike(byColumn.map(\.average)) }

  /// Each event time over cohorts, before the start too.
  var byEventTime: [(eventTime: Int, average: GroupTimeAverage)] {
    split(Array(cells.indices)) { $0.eventTime }.map { (eventTime: $0, average: bySize($1)) }
  }

  /// Those from the start on, alike.
  var event: GroupTimeAverage {
    alike(byEventTime.filter { $0.eventTime >= 0 }.map(\.average))
  }

  func average(_ aggregation: CallawaySantAnna.Aggregation) -> GroupTimeAverage {
    switch aggregation {
    case .simple: simple
    case .group: group
    case .calendar: calendar
    case .event: event
    }
  }
}

extension GroupTimeEffects {
  /// The total weight of each cohort.
  var sizes: [Double] { sample.cohortSizes }

  /// ψ of an average, one a cluster.
  func influence(of average: GroupTimeAverage) -> [Double] {
    var result = influence * average.cells
    let grid = sample.grid
    for unit in 0..<grid.unitCount {
      let c = sample.classOf[unit]
      if c < average.cohorts.count {
        result[grid.cluster[unit]] += grid.weights[unit] * average.cohorts[c]
      }
    }
    return result
  }

  /// Whether the averaged cohorts, and their comparisons, are more than one cluster.
  func hasStandardError(_ average: GroupTimeAverage) -> Bool {
    let used = average.cells.indices.filter { average.cells[$0] != 0 && !cells[$0].isReference }
    let groups = Set(used.map { cells[$0].group })
    let clusters = groups.reduce(0) { $0 + treatedClusters[$1] }
    return clusters > 1 && used.contains { comparisonClusters[$0] > 1 }
  }
}

extension GroupTimeSample {
  /// The total weight of each cohort.
  var cohortSizes: [Double] {
    var sizes = [Double](repeating: 0, count: cohorts.count)
    for unit in 0..<grid.unitCount where classOf[unit] < sizes.count {
      sizes[classOf[unit]] += grid.weights[unit]
    }
    return sizes
  }
}
