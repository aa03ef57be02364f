import CaseloadData

/// Counts of a study: who is observed when, and treated when.
struct StudyCensus {
  let grid: StudyGrid
  /// The clusters that hold a unit treated inside the data or before.
  let treatedClusters: Set<Int>

  init(_ study: Study, _ grid: StudyGrid) {
    self.grid = grid
    treatedClusters = Set(
      grid.cluster.indices.filter { grid.cohort[$0] < grid.periodCount }.map { grid.cluster[$0] })
  }

  /// The labels of the units whose first treated column passes a test.
  func units(_ isIncluded: (Int) -> Bool) -> [String] {
    grid.labels.indices.filter { isIncluded(grid.cohort[$0]) }.map { grid.labels[$0] }
  }

  /// The first and the last column with a value, by unit; `nil` for a unit without any.
  private func observedSpan(_ unit: Int) -> ClosedRange<Int>? {
    let columns = 0..<grid.periodCount
    guard let first = columns.first(where: { !grid[unit, $0].isNaN }),
      let last = columns.last(where: { !grid[unit, $0].isNaN })
    else { return nil }
    return first...last
  }

  var gaps: [StudyDesign.Gap] {
    var gaps: [StudyDesign.Gap] = []
    for unit in grid.labels.indices {
      guard let span = observedSpan(unit) else { continue }
      var begin: Int?
      for column in span {
        if grid[unit, column].isNaN {
          if begin == nil { begin = column }
        } else if let from = begin {
          gaps.append(
            StudyDesign.Gap(
              unit: grid.labels[unit], from: grid.period(from), to: grid.period(column - 1)))
          begin = nil
        }
      }
    }
    return gaps
  }

  var partial: [StudyDesign.Span] {
    grid.labels.indices.compactMap { unit in
      guard let span = observedSpan(unit), span != 0...(grid.periodCount - 1) else { return nil }
      return StudyDesign.Span(
        unit: grid.labels[unit], from: grid.period(span.lowerBound),
        to: grid.period(span.upperBound))
    }
  }

  /// By event time, over the cohorts that are treated inside the data.
  var support: [StudyDesign.Support] {
    let count = grid.periodCount
    let cohorts = grid.cohorts
    guard let earliest = cohorts.first, let latest = cohorts.last else { return [] }
    // Units observed in a column that are not treated in it, by whether they belong to a cohort.
    let index = Dictionary(cohorts.enumerated().map { ($1, $0) }) { first, _ in first }
    var observed = [[Int]](repeating: [Int](repeating: 0, count: count), count: cohorts.count)
    var untreated = [Int](repeating: 0, count: count)
    for unit in grid.labels.indices {
      let cohort = grid.cohort[unit]
      for column in 0..<count where !grid[unit, column].isNaN {
        if column < cohort { untreated[column] += 1 }
        if let position = index[cohort] { observed[position][column] += 1 }
      }
    }
    return (-latest...(count - 1 - earliest)).compactMap { event in
      var (units, waves, most) = (0, 0, 0)
      for (position, cohort) in cohorts.enumerated() {
        let column = cohort + event
        guard (0..<count).contains(column), observed[position][column] > 0 else { continue }
        units += observed[position][column]
        waves += 1
        let own = column < cohort ? observed[position][column] : 0
        most = max(most, untreated[column] - own)
      }
      guard units > 0 else { return nil }
      return StudyDesign.Support(
        eventTime: event, treatedUnits: units, cohorts: waves, comparisonUnits: most)
    }
  }
}
