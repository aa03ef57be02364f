/// How many independent clusters an estimate rests on.
struct ClusterCounts {
  /// With a unit that is treated inside the data.
  let treated: Int
  /// With a unit that never is; where clusters hold both, they count on both sides.
  let never: Int
  /// Those with a unit never treated, or where there are none those with one that is still untreated
  /// when the first cohort starts.
  let comparison: Int
  let all: Int

  /// The fewest on either side for which standard errors of clusters are trusted.
  static let fewest = 5
  /// Below so many clusters on either side, influence functions are replaced by the jackknife.
  ///
  /// In real courts without a programme they rejected 7 to 16 % at 5 % with 6 to 20 treated courts, and 5
  /// to 6 % with 40 (`caseload-bench placebo`).
  static let manyForInfluence = 40

  init(_ grid: StudyGrid) {
    let start = grid.cohort.filter { $0 > 0 }.min() ?? 0
    func count(_ belongs: (Int) -> Bool) -> Int {
      var holds = [Bool](repeating: false, count: grid.clusterCount)
      for row in 0..<grid.unitCount where belongs(grid.cohort[row]) {
        holds[grid.cluster[row]] = true
      }
      return holds.count { $0 }
    }
    treated = count { $0 < grid.periodCount }
    never = count { $0 >= grid.periodCount }
    comparison = never > 0 ? never : count { $0 > start }
    all = grid.clusterCount
  }

  var areFew: Bool { treated < Self.fewest || comparison < Self.fewest }
}
