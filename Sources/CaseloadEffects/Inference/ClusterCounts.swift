/// How many independent clusters an estimate rests on.
struct ClusterCounts {
  /// With a unit that is treated inside the data.
  let treated: Int
  /// Without one.
  let never: Int
  /// That serve as a comparison: those never treated, or where there are none those that are still
  /// untreated when the first cohort starts.
  let comparison: Int
  var all: Int { treated + never }

  /// The fewest on either side for which standard errors of clusters are trusted.
  static let fewest = 5
  /// Below so many clusters in all, influence functions are replaced by the jackknife.
  static let manyForInfluence = 40

  init(_ grid: StudyGrid) {
    var first = [Int](repeating: StudyGrid.never, count: grid.clusterCount)
    for row in 0..<grid.unitCount {
      first[grid.cluster[row]] = min(first[grid.cluster[row]], grid.cohort[row])
    }
    treated = first.count { $0 < grid.periodCount }
    never = first.count - treated
    let start = first.filter { $0 > 0 }.min() ?? 0
    comparison = never > 0 ? never : first.count { $0 > start }
  }

  var areFew: Bool { treated < Self.fewest || comparison < Self.fewest }
}
