import CaseloadData
import CaseloadMath

/// Adds blocks of outputs up by court, case type and period, and keeps what comparisons need.
struct ScenarioTally {
  /// A court, a case type, both, or all.
  struct Group: Sendable {
    let court: Int?
    let caseType: Int?
    let members: [Int]
  }

  /// The draws of a scenario at the end of the horizon, for one court or all.
  struct Headline: Sendable {
    /// One a draw.
    var values: [ScenarioMeasure: [Double]] = [:]
    /// P(shortage) at the end.
    var shortage = 0.0
  }

  /// What one group comes to.
  struct Part: Sendable {
    var paths: [ScenarioResult.Path] = []
    var years: [ScenarioResult.Year] = []
    var staff: ScenarioResult.Staff?
    var headline = Headline()
  }

  let basis: ScenarioBasis
  let effects: ScenarioEffects
  /// More judges of each court; empty for none.
  var extra: [Double] = []
  let blocks: [ScenarioOutputs]
  /// The drawn factor of judges at work, block by block.
  let staff: [[Double]]

  var drawCount: Int { blocks.reduce(0) { $0 + $1.count } }

  static func groups(_ state: CourtState) -> [Group] {
    let all = Array(state.dockets.indices)
    var groups = [Group(court: nil, caseType: nil, members: all)]
    for c in state.courts.indices {
      groups.append(
        Group(court: c, caseType: nil, members: all.filter { state.dockets[$0].court == c }))
    }
    for k in state.caseTypes.indices where state.caseTypes.count > 1 {
      groups.append(
        Group(court: nil, caseType: k, members: all.filter { state.dockets[$0].caseType == k }))
    }
    if state.courts.count > 1, state.caseTypes.count > 1 {
      for s in all {
        groups.append(
          Group(court: state.dockets[s].court, caseType: state.dockets[s].caseType, members: [s]))
      }
    }
    return groups
  }

  /// Adds the draws of `members` in period `t` to `column`.
  private func add(
    _ values: KeyPath<ScenarioOutputs, [Double]> & Sendable, _ members: [Int], _ t: Int,
    to column: inout [Double], scale: Double = 1
  ) {
    var start = 0
    for block in blocks {
      let array = block[keyPath: values]
      if array.isEmpty { return }
      for s in members {
        let row = (s * basis.horizon + t) * block.count
        for d in 0..<block.count { column[start + d] += scale * array[row + d] }
      }
      start += block.count
    }
  }

  /// The same, each case counted by its drawn weight.
  func addWeighted(
    _ values: KeyPath<ScenarioOutputs, [Double]> & Sendable, _ members: [Int], _ t: Int,
    to column: inout [Double], scale: Double = 1
  ) {
    var start = 0
    for block in blocks {
      let array = block[keyPath: values]
      for s in members {
        let row = (s * basis.horizon + t) * block.count
        let weight = basis.state.dockets[s].caseType * block.count
        for d in 0..<block.count {
          column[start + d] += scale * array[row + d] * block.weights[weight + d]
        }
      }
      start += block.count
    }
  }

  /// Everything about one group; with `isBrief` only the headline of a court.
  func part(_ group: Group, isBrief: Bool = false) -> Part {
    var part = Part()
    flows(group, isBrief, &part)
    if group.caseType == nil { needs(group, isBrief, &part) }
    return part
  }

  /// Filed, resolved, pending and disposition time, with their years.
  private func flows(_ group: Group, _ isBrief: Bool, _ part: inout Part) {
    let (horizon, n, year) = (basis.horizon, drawCount, basis.year)
    let zeros = [Double](repeating: 0, count: n)
    var lists: [ScenarioMeasure: [DrawSummary?]] = [:]
    var yearly: [ScenarioMeasure: [Double]] = [:]
    var totals: [ScenarioMeasure: [Double]] = [:]
    let hasDiversion = !effects.diversions.isEmpty
    let kinds: [(ScenarioMeasure, KeyPath<ScenarioOutputs, [Double]> & Sendable)] =
      [(.filed, \.filed), (.resolved, \.resolved)]
      + (hasDiversion ? [(.diverted, \.diverted), (.mediationMinutes, \.minutes)] : [])
    // The year before the first period, less its first period, which leaves the window at once.
    let before = group.members.reduce(0.0) { $0 + basis.resolvedBefore[$1].reduce(0, +) }
    yearly[.resolved] = [Double](repeating: before, count: n)
    for t in 0..<horizon {
      for (measure, key) in kinds {
        var column = zeros
        add(key, group.members, t, to: &column)
        var window = yearly[measure] ?? zeros
        for d in 0..<n { window[d] += column[d] }
        yearly[measure] = window
        totals[measure, default: zeros].withUnsafeMutableBufferPointer { total in
          for d in 0..<n { total[d] += column[d] }
        }
        if !isBrief { lists[measure, default: []].append(DrawSummary(selecting: &column)) }
      }
      var pending = zeros
      add(\.pending, group.members, t, to: &pending)
      let resolved = yearly[.resolved] ?? zeros
      let isYearEnd = (t + 1) % year == 0
      let isLast = t == horizon - 1
      if isLast { part.headline.values[.pending] = pending }
      var days = [Double](repeating: 0, count: n)
      let isDefined = resolved.allSatisfy { $0 > 1e-9 }
      if !isBrief || isLast, isDefined {
        for d in 0..<n { days[d] = 365 * pending[d] / resolved[d] }
        if isLast { part.headline.values[.dispositionTime] = days }
        if !isBrief { lists[.dispositionTime, default: []].append(DrawSummary(selecting: &days)) }
      } else if !isBrief {
        lists[.dispositionTime, default: []].append(nil)
      }
      if !isBrief { lists[.pending, default: []].append(DrawSummary(selecting: &pending)) }
      if isYearEnd, !isBrief {
        for (measure, _) in kinds {
          var window = yearly[measure] ?? zeros
          addYear(&part, group, measure, t, DrawSummary(selecting: &window))
        }
        addYear(&part, group, .pending, t, lists[.pending]?[t])
        addYear(&part, group, .dispositionTime, t, lists[.dispositionTime]?[t])
      }
      // What leaves the window before the next period.
      for (measure, key) in kinds {
        var window = yearly[measure] ?? zeros
        if t + 1 >= year {
          add(key, group.members, t + 1 - year, to: &window, scale: -1)
        } else if measure == .resolved {
          let leaves = group.members.reduce(0.0) { $0 + basis.resolvedBefore[$1][t] }
          for d in 0..<n { window[d] -= leaves }
        }
        yearly[measure] = window
      }
    }
    part.headline.values[.filed] = totals[.filed]
    part.headline.values[.resolved] = totals[.resolved]
    for measure in ScenarioMeasure.allCases {
      guard let values = lists[measure] else { continue }
      part.paths.append(path(group, measure, values))
    }
  }

  /// Judges needed, and how likely they are too few.
  private func needs(_ group: Group, _ isBrief: Bool, _ part: inout Part) {
    let (horizon, n, year) = (basis.horizon, drawCount, basis.year)
    let zeros = [Double](repeating: 0, count: n)
    let courts = group.court.map { [$0] } ?? Array(basis.members.indices)
    var keepPaths: [DrawSummary?] = []
    var targetPaths: [DrawSummary?] = []
    var planned: [Double] = []
    var (shortage, targetShortage): ([Double], [Double]) = ([], [])
    var windows = courts.map { Window(self, $0) }
    for t in 0..<horizon {
      var (keep, target) = (zeros, zeros)
      var (atWork, sinceStart) = (zeros, zeros)
      var judges = 0.0
      for index in windows.indices {
        windows[index].advance(self, t)
        windows[index].addNeeds(self, t, &keep, &target, &atWork, &sinceStart)
        judges +=
          effects.judges[courts[index] * horizon + t] + (extra.isEmpty ? 0 : extra[courts[index]])
        windows[index].retire(self, t)
      }
      planned.append(judges)
      var (short, targetShort) = (0, 0)
      for d in 0..<n {
        if keep[d] > atWork[d] + 1e-9 { short += 1 }
        if target[d] > sinceStart[d] + 1e-9 { targetShort += 1 }
      }
      shortage.append(Double(short) / Double(n))
      targetShortage.append(Double(targetShort) / Double(n))
      if t == horizon - 1 {
        part.headline.values[.judgesToKeepPace] = keep
        part.headline.values[.judgesToReachTarget] = target
        part.headline.shortage = shortage[t]
      }
      guard !isBrief else { continue }
      keepPaths.append(DrawSummary(finite: &keep))
      targetPaths.append(DrawSummary(finite: &target))
      if (t + 1) % year == 0 {
        addYear(&part, group, .judgesToKeepPace, t, keepPaths[t])
        addYear(&part, group, .judgesToReachTarget, t, targetPaths[t])
      }
    }
    part.staff = ScenarioResult.Staff(
      court: group.court.map { basis.state.courts[$0] }, judges: planned,
      shortageProbability: shortage, targetShortageProbability: targetShortage)
    guard !isBrief else { return }
    part.paths.append(path(group, .judgesToKeepPace, keepPaths))
    part.paths.append(path(group, .judgesToReachTarget, targetPaths))
  }

  private func path(_ group: Group, _ measure: ScenarioMeasure, _ values: [DrawSummary?])
    -> ScenarioResult.Path
  {
    ScenarioResult.Path(
      court: group.court.map { basis.state.courts[$0] },
      caseType: group.caseType.map { basis.state.caseTypes[$0] }, measure: measure, values: values)
  }

  private func addYear(
    _ part: inout Part, _ group: Group, _ measure: ScenarioMeasure, _ t: Int, _ value: DrawSummary?
  ) {
    let (first, last) = (basis.periods[t + 1 - basis.year], basis.periods[t])
    part.years.append(
      ScenarioResult.Year(
        year: (t + 1) / basis.year, period: first == last ? first.description : "\(first)/\(last)",
        court: group.court.map { basis.state.courts[$0] },
        caseType: group.caseType.map { basis.state.caseTypes[$0] }, measure: measure, value: value))
  }
}
