import CaseloadData

/// What a two-way regression averages: every comparison of two groups of units that its estimate is
/// made of, with its weight.
///
/// ```
/// β̂ = Σ_k s_kU β̂_kU + Σ_{k<l} (s_kl^k β̂_kl^k + s_kl^l β̂_kl^l)
/// s_kU   = (n_k + n_U)² n_kU (1 − n_kU) D̄_k (1 − D̄_k) / V
/// s_kl^k = ((n_k + n_l)(1 − D̄_l))² n_kl (1 − n_kl) (D̄_k − D̄_l)(1 − D̄_k) / (1 − D̄_l)² / V
/// s_kl^l = ((n_k + n_l) D̄_k)² n_kl (1 − n_kl) D̄_l (D̄_k − D̄_l) / D̄_k² / V
/// ```
///
/// n_k is the share of the units (by their weights) that start k-th, n_kl = n_k/(n_k + n_l), D̄ the
/// share of periods treated, V the variance of the treatment within the effects. Units that are
/// treated in all periods are a comparison like never treated ones, but a forbidden one.
///
/// - Source: Goodman-Bacon (2021), Theorem 1 (eqs. 10a–10g).
struct BaconDecomposition {
  let comparisons: [EffectEstimate.Comparison]

  /// The sum of weight · value, which is the regression's estimate.
  var estimate: Double { comparisons.reduce(0) { $0 + $1.weight * $1.value } }

  /// The weight of one kind.
  func weight(_ kind: EffectEstimate.Comparison.Kind) -> Double {
    comparisons.reduce(0) { $1.kind == kind ? $0 + $1.weight : $0 }
  }

  /// The average of one kind; `nil` where there is none.
  func average(_ kind: EffectEstimate.Comparison.Kind) -> Double? {
    let weight = weight(kind)
    guard weight > 0 else { return nil }
    return comparisons.reduce(0) { $1.kind == kind ? $0 + $1.weight * $1.value : $0 } / weight
  }

  /// The weight of comparisons in which treated units stand for untreated ones.
  var forbiddenWeight: Double {
    weight(.laterAgainstEarlier) + weight(.treatedAgainstAlways)
  }

  private struct Group {
    let from: Int  // the first treated column; periodCount for never, 0 for always
    var weight = 0.0
    var means: [Double]
  }

  /// `nil` for a study with gaps or covariates, whose estimate is no sum of such comparisons.
  init?(_ grid: StudyGrid) {
    let periods = grid.periodCount
    guard grid.covariates.isEmpty else { return nil }
    // Units that start after the data are untreated, those that start before them always treated.
    let from = grid.cohort.map { max(0, min($0, periods)) }
    let starts = Set(from).sorted()
    let number = Dictionary(uniqueKeysWithValues: starts.enumerated().map { ($1, $0) })
    guard
      let table = CellTable(
        grid, group: from.map { number[$0] ?? 0 }, cohortCount: starts.count)
    else { return nil }
    let total = table.weights.reduce(0, +)
    let groups = starts.enumerated().map { g, start in
      Group(
        from: start, weight: table.weights[g] / total,
        means: (0..<periods).map { table.mean(g * periods + $0) })
    }
    let treatment = starts.flatMap { start in (0..<periods).map { $0 >= start ? 1.0 : 0 } }
    let within = CellFit.within(treatment, table)
    var variance = 0.0
    for cell in within.indices {
      variance += groups[cell / periods].weight * within[cell] * within[cell] / Double(periods)
    }
    guard variance > 0 else { return nil }

    func change(_ a: Group, _ b: Group, after: Range<Int>, before: Range<Int>) -> Double {
      func mean(_ group: Group, _ range: Range<Int>) -> Double {
        range.reduce(0) { $0 + group.means[$1] } / Double(range.count)
      }
      return (mean(a, after) - mean(a, before)) - (mean(b, after) - mean(b, before))
    }
    func spread(_ a: Group, _ b: Group) -> Double {
      let share = a.weight / (a.weight + b.weight)
      return (a.weight + b.weight) * (a.weight + b.weight) * share * (1 - share)
    }
    func treatedShare(_ group: Group) -> Double {
      Double(periods - group.from) / Double(periods)
    }
    var comparisons: [EffectEstimate.Comparison] = []
    func add(
      _ kind: EffectEstimate.Comparison.Kind, _ group: Group, _ other: Group?, _ value: Double,
      _ weight: Double
    ) {
      comparisons.append(
        EffectEstimate.Comparison(
          kind: kind, treated: grid.period(group.from),
          comparison: other.map { grid.period($0.from) }, value: value,
          weight: weight / variance))
    }
    let timed = groups.filter { $0.from > 0 && $0.from < periods }
    for group in timed {
      let d = treatedShare(group)
      for other in groups where other.from == 0 || other.from == periods {
        add(
          other.from == 0 ? .treatedAgainstAlways : .treatedAgainstNever, group, nil,
          change(group, other, after: group.from..<periods, before: 0..<group.from),
          spread(group, other) * d * (1 - d))
      }
    }
    for (position, early) in timed.enumerated() {
      for late in timed[(position + 1)...] {
        let (dEarly, dLate) = (treatedShare(early), treatedShare(late))
        let gap = dEarly - dLate
        add(
          .earlierAgainstLater, early, late,
          change(early, late, after: early.from..<late.from, before: 0..<early.from),
          spread(early, late) * gap * (1 - dEarly))
        add(
          .laterAgainstEarlier, late, early,
          change(late, early, after: late.from..<periods, before: early.from..<late.from),
          spread(early, late) * dLate * gap)
      }
    }
    self.comparisons = comparisons
  }

  /// The decomposition as a check.
  ///
  /// - Parameter shown: turns a number of the regression into one of the report.
  /// - Returns: weights and averages by kind.
  func check(_ shown: (Double) -> Double) -> EffectCheck {
    let share = forbiddenWeight
    let percent = NumberText.percent(share)
    var figures = [
      EffectCheck.Figure("forbiddenWeight", share),
      EffectCheck.Figure("comparisons", Double(comparisons.count)),
    ]
    for kind in EffectEstimate.Comparison.Kind.allCases where weight(kind) > 0 {
      figures.append(EffectCheck.Figure("weight-\(kind.rawValue)", weight(kind)))
      figures.append(EffectCheck.Figure("average-\(kind.rawValue)", average(kind).map(shown)))
    }
    return EffectCheck(
      id: "forbidden-comparisons",
      name: Text(en: "Comparisons with treated units", zh: "以已受干预单位为对照的比较"),
      verdict: share > 0.25 ? .violated : share > 0.01 ? .doubtful : .supported,
      finding: Text(
        en: "\(percent.en) of the estimate comes from comparisons with units that are already "
          + "treated, whose own effect enters with a minus"
          + (share > 0.01
            ? ": where effects grow or differ, the estimate is off by that much." : "."),
        zh: "估计值中有 \(percent.zh) 来自与已受干预单位的比较，后者自身的效应以负号计入"
          + (share > 0.01 ? "：若效应随时间或单位变化，估计会相应失真。" : "。")),
      figures: figures)
  }
}
