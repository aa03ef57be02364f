import CaseloadData

/// How each unit's treatment moves: its first value, its first change, and which way.
///
/// ```
/// D_i1: treatment when first observed,   F_i: the first period with D_it ≠ D_i1,   S_i = sign(D_iF − D_i1)
/// ```
///
/// From the period on in which a unit has been both above and below its first value it is not used,
/// as its effect then mixes more with less treatment.
///
/// - Source: de Chaisemartin & D'Haultfœuille (2024), §2.
struct TreatmentPaths {
  let unitCount: Int
  let periodCount: Int
  /// D; NaN where it is not known or not used.
  let treatment: [Double]
  /// D_i1; NaN for a unit without treatment data.
  let first: [Double]
  /// F_i; ``StudyGrid/never`` for a unit that never switches.
  let change: [Int]
  /// Whether some unit has its first change in a period.
  let isChange: [Bool]
  /// S_i: 1, −1, or 0.
  let sign: [Double]
  /// Outcomes; NaN where the treatment is not used.
  let outcome: [Double]
  /// Units in groups of one first value, each with its members.
  let baselines: [[Int]]

  init(_ grid: StudyGrid) {
    let (n, periods) = (grid.unitCount, grid.periodCount)
    var treatment = grid.treatment
    if treatment.isEmpty {
      treatment = [Double](repeating: 0, count: n * periods)
      for i in 0..<n {
        for t in 0..<periods where t >= grid.cohort[i] { treatment[i * periods + t] = 1 }
      }
    }
    var outcome = grid.outcome
    var first = [Double](repeating: .nan, count: n)
    var change = [Int](repeating: StudyGrid.never, count: n)
    var sign = [Double](repeating: 0, count: n)
    for i in 0..<n {
      var (isAbove, isBelow) = (false, false)
      for t in 0..<periods {
        let cell = i * periods + t
        let d = treatment[cell]
        if d.isNaN {
          // A change may hide in the gap: before a known change it ends the unit's use.
          outcome[cell] = .nan
          continue
        }
        if first[i].isNaN { first[i] = d }
        if d > first[i] { isAbove = true }
        if d < first[i] { isBelow = true }
        if change[i] == StudyGrid.never, d != first[i] {
          change[i] = t
          sign[i] = d > first[i] ? 1 : -1
        }
        if isAbove, isBelow {
          outcome[cell] = .nan
          treatment[cell] = .nan
        }
      }
    }
    var groups: [Double: [Int]] = [:]
    for i in 0..<n where !first[i].isNaN { groups[first[i], default: []].append(i) }
    baselines = groups.keys.sorted().map { groups[$0] ?? [] }
    unitCount = n
    periodCount = periods
    self.treatment = treatment
    self.first = first
    self.change = change
    var isChange = [Bool](repeating: false, count: periods)
    for t in change where t < periods { isChange[t] = true }
    self.isChange = isChange
    self.sign = sign
    self.outcome = outcome
  }
}
