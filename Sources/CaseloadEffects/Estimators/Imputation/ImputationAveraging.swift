import CaseloadData

/// Over which treated cells effects are averaged before their spread is measured.
///
/// The variance of one cell's outcome cannot be told from its own effect, so that a cell is compared
/// with the average effect of its group. Coarser groups are more conservative, as differences
/// between the effects within a group count as noise; in groups of one cluster nothing is left to
/// measure.
///
/// - Source: Borusyak, Jaravel & Spiess (2024), §4.3, equation (8).
public enum ImputationAveraging: String, Codable, Sendable, CaseIterable {
  /// By cohort and period where at least ten clusters share the cell; smaller cells are put together
  /// by the time since their start, and these by neighbouring times, until ten clusters share each.
  /// Groups of fewer than twenty leave the cluster's own effect out of its average.
  case auto
  /// One group a cohort and period, however small.
  case cohortPeriod = "cohort-period"
  case horizon, cohort, all
}

/// The treated cells of a fit in groups, and by cluster within groups.
struct ImputationGroups {
  /// The group of each treated cell.
  let group: [Int]
  let groupCount: Int
  /// The pair of group and cluster of each treated cell.
  let slot: [Int]
  let slotCount: Int
  /// Clusters in the smallest group.
  let smallest: Int
  /// Whether a group leaves the cluster's own effect out of its average by itself.
  let leavesOut: [Bool]

  static let fewest = 10
  static let enough = 20

  /// - Parameters:
  ///   - cohort: of each treated cell.
  ///   - period: of each treated cell.
  ///   - cluster: of each treated cell.
  ///   - averaging: how fine.
  init(cohort: [Int], period: [Int], cluster: [Int], averaging: ImputationAveraging) {
    let cells = cohort.indices
    func numbered(_ keys: [[Int]]) -> (codes: [Int], count: Int) {
      var index: [[Int]: Int] = [:]
      var codes: [Int] = []
      codes.reserveCapacity(keys.count)
      for key in keys {
        let code = index[key] ?? index.count
        index[key] = code
        codes.append(code)
      }
      return (codes, index.count)
    }
    /// Cohorts and periods numbered densely: no dictionary over all cells.
    func grid() -> (codes: [Int], count: Int) {
      let highest = (period.max() ?? 0) + 1
      var index: [Int: Int] = [:]
      var codes = [Int](repeating: 0, count: cohort.count)
      for c in cells {
        let key = cohort[c] * highest + period[c]
        if let code = index[key] {
          codes[c] = code
        } else {
          codes[c] = index.count
          index[key] = index.count
        }
      }
      return (codes, index.count)
    }
    var assignment: (codes: [Int], count: Int)
    switch averaging {
    case .cohortPeriod: assignment = grid()
    case .horizon: assignment = numbered(cells.map { [period[$0] - cohort[$0]] })
    case .cohort: assignment = numbered(cells.map { [cohort[$0]] })
    case .all: assignment = ([Int](repeating: 0, count: cohort.count), cohort.isEmpty ? 0 : 1)
    case .auto:
      assignment = grid()
      let sizes = Self.clusterCounts(assignment.codes, assignment.count, cluster)
      if sizes.contains(where: { $0 < Self.fewest }) {
        assignment = Self.merged(
          assignment, sizes, horizon: cells.map { period[$0] - cohort[$0] }, cluster)
      }
    }
    group = assignment.codes
    groupCount = assignment.count
    let counts = Self.clusterCounts(group, groupCount, cluster)
    smallest = counts.min() ?? 0
    leavesOut = counts.map { averaging == .auto && $0 < Self.enough }
    var index: [Int: Int] = [:]
    let stride = (cluster.max() ?? 0) + 1
    var slot = [Int](repeating: 0, count: group.count)
    if groupCount * stride <= 8 * group.count + 4096 {
      var table = [Int](repeating: -1, count: groupCount * stride)
      var count = 0
      for c in cells {
        let key = group[c] * stride + cluster[c]
        if table[key] < 0 {
          table[key] = count
          count += 1
        }
        slot[c] = table[key]
      }
      slotCount = count
    } else {
      for c in cells {
        let key = group[c] * stride + cluster[c]
        if let code = index[key] {
          slot[c] = code
        } else {
          slot[c] = index.count
          index[key] = index.count
        }
      }
      slotCount = index.count
    }
    self.slot = slot
  }

  /// How many clusters each group has.
  private static func clusterCounts(_ codes: [Int], _ count: Int, _ cluster: [Int]) -> [Int] {
    var seen = [Int](repeating: -1, count: count)
    var sizes = [Int](repeating: 0, count: count)
    // Cells are in the order of units; where clusters are not, a set is needed.
    var isSorted = true
    for c in 1..<max(1, cluster.count) where cluster[c] < cluster[c - 1] { isSorted = false }
    if isSorted {
      for c in codes.indices where seen[codes[c]] != cluster[c] {
        seen[codes[c]] = cluster[c]
        sizes[codes[c]] += 1
      }
    } else {
      var sets = [Set<Int>](repeating: [], count: count)
      for c in codes.indices { sets[codes[c]].insert(cluster[c]) }
      sizes = sets.map(\.count)
    }
    return sizes
  }

  /// Small cells put together by horizon, and small horizons with the one before.
  private static func merged(
    _ assignment: (codes: [Int], count: Int), _ sizes: [Int], horizon: [Int], _ cluster: [Int]
  ) -> (codes: [Int], count: Int) {
    let small = assignment.codes.indices.filter { sizes[assignment.codes[$0]] < fewest }
    var pools: [(members: [Int], clusters: Set<Int>)] = []
    for h in Set(small.map { horizon[$0] }).sorted() {
      let members = small.filter { horizon[$0] == h }
      pools.append((members, Set(members.map { cluster[$0] })))
    }
    var kept: [(members: [Int], clusters: Set<Int>)] = []
    for pool in pools {
      if let last = kept.last, last.clusters.count < fewest || pool.clusters.count < fewest {
        kept[kept.count - 1] = (last.members + pool.members, last.clusters.union(pool.clusters))
      } else {
        kept.append(pool)
      }
    }
    if kept.contains(where: { $0.clusters.count < fewest }), small.count < horizon.count {
      return ([Int](repeating: 0, count: horizon.count), 1)
    }
    // The large cells keep their groups, numbered anew.
    var codes = assignment.codes
    var renumbered: [Int: Int] = [:]
    let isSmall = Set(small)
    for c in codes.indices where !isSmall.contains(c) {
      let code = renumbered[codes[c]] ?? renumbered.count
      renumbered[codes[c]] = code
      codes[c] = code
    }
    for (p, pool) in kept.enumerated() { for c in pool.members { codes[c] = renumbered.count + p } }
    return (codes, renumbered.count + kept.count)
  }
}
