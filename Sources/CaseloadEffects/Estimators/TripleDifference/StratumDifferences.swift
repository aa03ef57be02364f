import CaseloadData

/// The outcome of eligible units less that of the others, stratum by stratum: what a triple difference
/// is a difference in differences of.
///
/// ```
/// d_st = ȳ_st(eligible) − ȳ_st(others),   ω_s = W_E W_I / (W_E + W_I)
/// ```
///
/// With these weights the two-way regression of d is the regression of y with effects of units, of
/// strata by period and of eligibility by period (Frisch, Waugh and Lovell within stratum and period).
struct StratumDifferences {
  /// One row a stratum.
  let grid: StudyGrid
  /// The eligible units, and the others, with the starts of their strata.
  let eligible: StudyGrid
  let others: StudyGrid
  /// The rows of the study's grid in each stratum, in the order of `grid`.
  let members: [[Int]]
  let notes: [Diagnostic]

  init(_ whole: StudyGrid) throws(Diagnostic) {
    let periods = whole.periodCount
    guard whole.eligible.count == whole.unitCount else {
      throw Diagnostic(
        .missingOption, .error,
        Text(
          en: "A triple difference needs to know which units the programme could act on.",
          zh: "三重差分需要指明哪些单位可能受该措施影响。"),
        hint: Text(
          en: "Name the eligible units, such as by their case type; otherwise use twfe or etwfe.",
          zh: "请指明可受影响的单位（如案件类型）；否则请用 twfe 或 etwfe。"))
    }
    guard whole.stratum.count == whole.unitCount else {
      throw Diagnostic(
        .missingOption, .error,
        Text(
          en: "A triple difference sets eligible and other units of one stratum, such as a court, "
            + "against each other, and the strata are not known.",
          zh: "三重差分在同一层（如同一法院）内比较可受影响与不可受影响的单位，但未指明分层。"),
        hint: Text(en: "Name the strata.", zh: "请指明分层。"))
    }
    let count = (whole.stratum.max() ?? -1) + 1
    var inside = [[Int]](repeating: [], count: count)
    var outside = [[Int]](repeating: [], count: count)
    for i in 0..<whole.unitCount {
      if whole.eligible[i] {
        inside[whole.stratum[i]].append(i)
      } else {
        outside[whole.stratum[i]].append(i)
      }
    }
    var notes: [Diagnostic] = []
    var kept: [Int] = []
    for s in 0..<count {
      guard let first = inside[s].first ?? outside[s].first else { continue }
      guard !inside[s].isEmpty, !outside[s].isEmpty else {
        let isEligible = outside[s].isEmpty
        notes.append(
          Diagnostic(
            .unitLeftOut, .warning,
            Text(
              en: "The stratum of \(whole.labels[first]) has no "
                + (isEligible ? "ineligible" : "eligible") + " unit and is left out.",
              zh: "\(whole.labels[first]) 所在层没有" + (isEligible ? "不可受影响" : "可受影响")
                + "的单位，已略去。"),
            at: Diagnostic.Location(series: whole.labels[first])))
        continue
      }
      kept.append(s)
    }
    guard !kept.isEmpty else {
      throw Diagnostic(
        .noComparison, .error,
        Text(
          en: "No stratum has both eligible and other units.",
          zh: "没有任何一层同时有可受影响与不可受影响的单位。"))
    }
    // Strata that share a cluster are one cluster; so are the clusters of one stratum.
    var parent = Array(0..<whole.clusterCount)
    func root(_ c: Int) -> Int {
      var c = c
      while parent[c] != c { c = parent[c] }
      return c
    }
    for s in kept {
      let units = inside[s] + outside[s]
      for i in units { parent[root(whole.cluster[i])] = root(whole.cluster[units[0]]) }
    }
    var outcome: [Double] = []
    var cohort: [Int] = []
    var weights: [Double] = []
    var gaps = 0
    for s in kept {
      let starts = Set(inside[s].map { whole.cohort[$0] }).sorted()
      cohort.append(starts[0])
      if starts.count > 1 {
        let first = whole.labels[inside[s][0]]
        notes.append(
          Diagnostic(
            .assumption, .warning,
            Text(
              en:
                "Eligible units of the stratum of \(first) start in different periods; the first, "
                + "\(whole.period(starts[0])), is taken for all.",
              zh: "\(first) 所在层的可受影响单位起点不一，统一取最早者 \(whole.period(starts[0]))。"),
            at: Diagnostic.Location(series: first)))
      }
      func total(_ rows: [Int]) -> Double { rows.reduce(0) { $0 + whole.weights[$1] } }
      func mean(_ rows: [Int], _ t: Int) -> Double {
        rows.reduce(0) { $0 + whole.weights[$1] * whole.outcome[$1 * periods + t] } / total(rows)
      }
      for t in 0..<periods {
        let value = mean(inside[s], t) - mean(outside[s], t)
        if value.isNaN { gaps += 1 }
        outcome.append(value)
      }
      let (a, b) = (total(inside[s]), total(outside[s]))
      // Twice, so that one eligible and one other unit of weight 1 count as 1.
      weights.append(2 * a * b / (a + b))
    }
    if gaps > 0 {
      notes.append(
        Diagnostic(
          .gap, .note,
          Text(
            en:
              "In \(gaps) of \(outcome.count) strata and periods a unit is not observed; they are "
              + "left out.",
            zh: "\(outcome.count) 个层—时期中有 \(gaps) 个存在未观测单位，已略去。")))
    }
    members = kept.map { inside[$0] + outside[$0] }
    grid = StudyGrid(
      labels: kept.map { whole.labels[inside[$0][0]] }, start: whole.start, periodCount: periods,
      outcome: outcome, cohort: cohort, weights: weights,
      cluster: kept.map { root(whole.cluster[inside[$0][0]]) })
    func part(_ rows: [[Int]]) -> StudyGrid {
      let pairs = zip(kept, cohort).flatMap { s, from in rows[s].map { ($0, from, s) } }
      let selected = whole.selecting(pairs.map(\.0)).with(cohort: pairs.map(\.1))
      return StudyGrid(
        labels: selected.labels, start: selected.start, periodCount: periods,
        outcome: selected.outcome, cohort: selected.cohort, weights: selected.weights,
        cluster: pairs.map { root(whole.cluster[$0.0]) })
    }
    eligible = part(inside)
    others = part(outside)
    self.notes = notes
    guard Set(cohort).count > 1 else {
      throw Diagnostic(
        .noComparison, .error,
        Text(
          en: "All strata start in the same period: there is none to compare with.",
          zh: "所有层在同一时期起受干预，没有可比较的层。"))
    }
  }
}
