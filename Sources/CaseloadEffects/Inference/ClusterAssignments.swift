import CaseloadMath

/// The assignments of the programme that could have been: cohorts exchanged among clusters.
///
/// ```
/// N = ∏ over strata of n! / ∏ₖ nₖ!      n clusters, nₖ of them with label k
/// ```
///
/// All units of a cluster move together. A cluster whose units are of one cohort carries that cohort
/// as its label; where any cluster holds several cohorts, the label is the list of them, and only
/// clusters of the same number of units exchange labels.
struct ClusterAssignments {
  /// The rows of each cluster.
  private let rows: [[Int]]
  /// The distinct labels: one cohort, or one a row.
  private let labels: [[Int]]
  /// The label of each cluster, as it was.
  let observed: [Int]
  /// Clusters that exchange their labels.
  private let blocks: [[Int]]
  private let rowCount: Int
  /// How many distinct assignments there are; infinite beyond the range of numbers.
  let count: Double

  /// - Parameters:
  ///   - whole: with the assignment as it was.
  ///   - ignoringStrata: whether units of different strata exchange their assignments.
  init(_ whole: StudyGrid, ignoringStrata: Bool = false) {
    let grid = ignoringStrata ? whole.withoutStrata : whole
    var rows = [[Int]](repeating: [], count: grid.clusterCount)
    for row in 0..<grid.unitCount { rows[grid.cluster[row]].append(row) }
    let isUniform = rows.allSatisfy { own in
      own.allSatisfy { grid.cohort[$0] == grid.cohort[own[0]] }
    }
    var labels: [[Int]] = []
    var codes: [[Int]: Int] = [:]
    observed = rows.map { own in
      let label = isUniform ? [grid.cohort[own[0]]] : own.map { grid.cohort[$0] }
      if let code = codes[label] { return code }
      codes[label] = labels.count
      labels.append(label)
      return labels.count - 1
    }
    // A cluster that reaches over strata binds nothing to them.
    let strata = grid.assignmentStratum
    let isStratified =
      !strata.isEmpty
      && rows.allSatisfy { own in own.allSatisfy { strata[$0] == strata[own[0]] } }
    var order: [String] = []
    var blocks: [String: [Int]] = [:]
    for (cluster, own) in rows.enumerated() {
      let key =
        (isStratified ? "\(strata[own[0]])" : "") + "\u{1F}" + (isUniform ? "" : "\(own.count)")
      if blocks[key] == nil { order.append(key) }
      blocks[key, default: []].append(cluster)
    }
    self.rows = rows
    self.labels = labels
    self.blocks = order.map { blocks[$0] ?? [] }
    rowCount = grid.unitCount
    var count = 1.0
    for block in self.blocks {
      var seen: [Int: Int] = [:]
      for (k, cluster) in block.enumerated() {
        let n = (seen[observed[cluster]] ?? 0) + 1
        seen[observed[cluster]] = n
        count *= Double(k + 1) / Double(n)
      }
    }
    self.count = count.rounded()
  }

  /// The cohorts of all rows where each cluster has the label named.
  private func cohorts(_ assignment: [Int]) -> [Int] {
    var cohort = [Int](repeating: StudyGrid.never, count: rowCount)
    for (cluster, own) in rows.enumerated() {
      let label = labels[assignment[cluster]]
      for (k, row) in own.enumerated() { cohort[row] = label.count == 1 ? label[0] : label[k] }
    }
    return cohort
  }

  /// One cohort a row in an assignment drawn at random.
  func drawn(from stream: RandomStream) -> [Int] {
    var stream = stream
    var assignment = observed
    for block in blocks {
      for (k, from) in stream.permutation(block.count).enumerated() {
        assignment[block[k]] = observed[block[from]]
      }
    }
    return cohorts(assignment)
  }

  /// All assignments but the observed one, in lexicographic order of the labels, until `body` returns
  /// false.
  ///
  /// - Complexity: calls `body` ``count`` − 1 times.
  func forEachOther(_ body: ([Int]) -> Bool) {
    var assignment = observed
    var sorted = blocks.map { block in block.map { observed[$0] }.sorted() }
    let first = sorted
    func place(_ b: Int) {
      for (k, cluster) in blocks[b].enumerated() { assignment[cluster] = sorted[b][k] }
    }
    for b in blocks.indices { place(b) }
    while true {
      if assignment != observed, !body(cohorts(assignment)) { return }
      var b = 0
      while b < blocks.count, !Self.advance(&sorted[b]) {
        sorted[b] = first[b]
        place(b)
        b += 1
      }
      guard b < blocks.count else { return }
      place(b)
    }
  }

  /// The next arrangement in lexicographic order; `false` after the last.
  private static func advance(_ x: inout [Int]) -> Bool {
    guard x.count > 1, var i = x.indices.dropLast().last(where: { x[$0] < x[$0 + 1] }) else {
      return false
    }
    let j = x.lastIndex { $0 > x[i] } ?? i
    x.swapAt(i, j)
    i += 1
    x[i...].reverse()
    return true
  }
}

extension StudyGrid {
  /// The same without strata.
  fileprivate var withoutStrata: StudyGrid {
    StudyGrid(
      labels: labels, start: start, periodCount: periodCount, outcome: outcome, cohort: cohort,
      weights: weights, cluster: cluster, covariates: covariates, covariateNames: covariateNames,
      exposure: exposure, dose: dose, eligible: eligible, treatment: treatment)
  }
}
