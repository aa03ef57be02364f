import CaseloadData
import CaseloadMath

/// A grid as a rollout: balanced units in cohorts of two or more.
struct RolloutData {
  let grid: StudyGrid
  let rollout: Rollout
  /// The grid's column of each period of the rollout: those in which any unit is observed.
  let columns: [Int]
  /// One a unit or cohort that was left out.
  let notes: [Diagnostic]
  /// Whether units are their own clusters, so that the refined variance holds.
  let isClusteredByUnit: Bool

  /// Leaves out units with gaps or without a period before their start, and cohorts of one.
  ///
  /// - Throws: ``DiagnosticCode/notIdentified`` where fewer than two cohorts are left.
  init(_ grid: StudyGrid) throws(Diagnostic) {
    let periods = grid.periodCount
    let columns = (0..<periods).filter { t in
      (0..<grid.unitCount).contains { !grid[$0, t].isNaN }
    }
    self.columns = columns
    var notes: [Diagnostic] = []
    if let gap = (0..<periods).first(where: { !columns.contains($0) }) {
      let period = grid.period(gap).description
      notes.append(
        Diagnostic(
          .gap, .note,
          Text(
            en: "\(periods - columns.count) periods without any value are passed over (the first: "
              + "\(period)); times since the start count the others.",
            zh: "\(periods - columns.count) 个无任何数值的时期被跳过（首个：\(period)）；开始后时间按其余时期计。"),
          at: Diagnostic.Location(period: period)))
    }
    /// The first period of the rollout at or after a column.
    func start(_ cohort: Int) -> Int {
      cohort == StudyGrid.never
        ? cohort : columns.firstIndex { $0 >= cohort } ?? columns.count + max(0, cohort - periods)
    }
    let begin = grid.cohort.map(start)
    var kept: [Int] = []
    for i in 0..<grid.unitCount {
      if let gap = columns.first(where: { grid[i, $0].isNaN }) {
        let period = grid.period(gap).description
        notes.append(
          Diagnostic(
            .unitLeftOut, .warning,
            Text(
              en:
                "\(grid.labels[i]) has no value in \(period) and is left out: the design needs all "
                + "periods of a unit.",
              zh: "\(grid.labels[i]) 在 \(period) 缺值，已略去：该设计要求单位各期齐全。"),
            at: Diagnostic.Location(series: grid.labels[i], period: period),
            hint: Text(
              en: "Fill the gap, or use --design imputation.", zh: "请补齐，或用 --design imputation。")))
      } else if begin[i] > 0 {
        kept.append(i)
      }
    }
    var sizes: [Int: Int] = [:]
    for i in kept { sizes[begin[i], default: 0] += 1 }
    for i in kept where sizes[begin[i]] == 1 {
      let from = grid.cohort[i] == StudyGrid.never ? nil : grid.period(grid.cohort[i]).description
      notes.append(
        Diagnostic(
          .unitLeftOut, .warning,
          Text(
            en: "\(grid.labels[i]) is the only unit "
              + (from.map { "treated from \($0) on" } ?? "never treated")
              + " and is left out: a cohort of one has no variance.",
            zh: "\(grid.labels[i]) 是唯一" + (from.map { "自 \($0) 起受干预" } ?? "从未受干预")
              + "的单位，已略去：仅一个单位的批次没有方差。"),
          at: Diagnostic.Location(series: grid.labels[i], period: from),
          hint: Text(
            en: "Put starts of neighbouring periods together, or use --design imputation.",
            zh: "请合并相邻的开始时期，或用 --design imputation。")))
    }
    kept = kept.filter { sizes[begin[$0], default: 0] > 1 }
    let starts = Set(kept.map { begin[$0] }).sorted()
    guard starts.count > 1 else {
      throw Diagnostic(
        .notIdentified, .error,
        Text(
          en: "Fewer than two cohorts of two or more units with all periods are left. "
            + notes.prefix(3).map(\.message.en).joined(separator: " "),
          zh: "至少两个单位且各期齐全的批次不足两个。" + notes.prefix(3).map(\.message.zh).joined()),
        at: notes.first?.location,
        hint: Text(
          en: "Use --design imputation, which needs neither.", zh: "请用 --design imputation，它无此要求。"))
    }
    let index = Dictionary(uniqueKeysWithValues: starts.enumerated().map { ($1, $0) })
    let selected = kept.count == grid.unitCount ? grid : grid.selecting(kept)
    self.grid = selected
    rollout = Rollout(
      starts: starts, sizes: starts.map { sizes[$0] ?? 0 }, periodCount: columns.count,
      cohort: kept.map { index[begin[$0]] ?? 0 },
      outcome: Rollout.centered(
        columns.count == periods
          ? selected.outcome
          : (0..<kept.count).flatMap { i in columns.map { selected[i, $0] } }, columns.count))
    isClusteredByUnit = selected.clusterCount == selected.unitCount
    self.notes = notes
  }

  /// The calendar period of a period of the rollout.
  func period(_ t: Int) -> Period { grid.period(columns[t]) }

  /// Treated units below which no standard error is given: β* then fits their noise, and on real courts
  /// with two treated units Neyman's variance is a twentieth of what it should be.
  static let fewestTreated = 5

  /// An estimate with one influence a cluster, of the refined variance where there is one; without
  /// influences for fewer than ``fewestTreated`` units with an effect.
  func effect(
    _ estimate: RolloutEstimate, _ contrast: RolloutContrast, isRefined: Bool = true
  ) -> AverageEffect {
    let treated = rollout.sizes.dropLast().enumerated().reduce(0) { sum, cohort in
      contrast.theta[cohort.offset].contains { $0 > 0 } ? sum + cohort.element : sum
    }
    guard treated >= Self.fewestTreated else { return AverageEffect(value: estimate.value) }
    var influence = [Double](repeating: 0, count: grid.clusterCount)
    for i in estimate.influence.indices { influence[grid.cluster[i]] += estimate.influence[i] }
    if isRefined, isClusteredByUnit, estimate.neymanVariance > 0,
      let refined = estimate.refinedVariance(rollout, contrast)
    {
      let ratio = (refined / estimate.neymanVariance).squareRoot()
      for c in influence.indices { influence[c] *= ratio }
    }
    return AverageEffect(value: estimate.value, influence: influence)
  }
}
