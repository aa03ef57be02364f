import CaseloadData
import CaseloadMath

/// What a regression with a term for each cohort and period says, as reports show it: the cells, the
/// path in event time, each cohort's average and the test of the time before.
struct CohortEffects {
  let path: [EffectEstimate.Point]
  let cells: [EffectEstimate.Cell]
  /// One a cohort.
  let quantities: [EffectEstimate.Quantity]
  /// `nil` for a regression without terms before the start.
  let preTrend: PreTrendTest?
  /// How many standard errors the simultaneous band reaches.
  let criticalValue: Double?
  let notes: [Diagnostic]

  /// The average of the terms that a condition names: its value and its contrast; `nil` for none.
  typealias Summary = (_ isMember: (Int) -> Bool) -> (value: Double, contrast: [Double])?

  /// - Parameters:
  ///   - fit: on terms whose keys hold a cohort and the column of a period.
  ///   - terms: of the fit.
  ///   - grid: of the fit.
  ///   - scale: of the report.
  ///   - references: event times that are 0 by construction.
  ///   - summary: how terms are averaged; `nil` for means by their observed weights.
  ///   - stream: of the band's draws.
  init(
    _ fit: TwoWayFit, _ terms: TwoWayTerms, _ grid: StudyGrid, _ scale: DesignScale,
    references: [Int], summary: Summary? = nil, from stream: RandomStream
  ) {
    let summary =
      summary ?? { isMember in
        terms.average(where: { fit.isIdentified[$0] && isMember($0) })
          .map { (fit.value($0), $0) }
      }
    var clusters: [Int: Set<Int>] = [:]
    for i in 0..<grid.unitCount { clusters[grid.cohort[i], default: []].insert(grid.cluster[i]) }
    func isAlone(_ cohorts: Set<Int>) -> Bool {
      cohorts.reduce(into: Set<Int>()) { $0.formUnion(clusters[$1] ?? []) }.count < 2
    }
    let known = terms.keys.indices.filter { fit.isIdentified[$0] }
    func time(_ k: Int) -> Int { terms.keys[k].time - terms.keys[k].cohort }

    let times = Set(known.map(time)).sorted()
    let summaries = times.compactMap { r in summary { time($0) == r } }
    let contrasts = summaries.map(\.contrast)
    let covariance = fit.covariance(contrasts)
    // A period's effect that rests on one cluster has no spread to see.
    let defined = times.map { r in
      !isAlone(Set(known.filter { time($0) == r }.map { terms.keys[$0].cohort }))
    }
    let shown = times.indices.filter { defined[$0] }
    let critical = covariance.flatMap {
      SupremumBand.criticalValue(
        $0.selectingRows(shown).selectingColumns(shown), level: scale.level, from: stream)
    }
    var path = times.indices.map { j in
      scale.point(
        times[j], summaries[j].value, defined[j] ? covariance?[j, j] : nil,
        critical: critical)
    }
    for r in references where !times.contains(r) {
      path.append(EffectEstimate.Point(eventTime: r, effect: 0))
    }
    path.sort { $0.eventTime < $1.eventTime }
    self.path = path
    criticalValue = critical

    let units = known.map { terms.unit($0) }
    let variances = Self.variances(fit, units)
    cells = known.indices.map { j in
      let key = terms.keys[known[j]]
      let estimate = scale.estimate(
        fit.coefficients[known[j]], isAlone([key.cohort]) ? nil : variances?[j])
      return EffectEstimate.Cell(
        cohort: grid.period(key.cohort), period: grid.period(key.time), value: estimate.value,
        standardError: estimate.standardError)
    }
    var quantities: [EffectEstimate.Quantity] = []
    var single: [Int] = []
    for cohort in Set(known.map { terms.keys[$0].cohort }).sorted() {
      if isAlone([cohort]) { single.append(cohort) }
      guard
        let (value, contrast) = summary({ terms.keys[$0].cohort == cohort && time($0) >= 0 })
      else { continue }
      let variance = isAlone([cohort]) ? nil : fit.covariance([contrast])?[0, 0]
      let period = grid.period(cohort)
      quantities.append(
        EffectEstimate.Quantity(
          id: "cohort-\(period)",
          name: Text(en: "Average effect, start \(period)", zh: "平均效应（\(period) 起）"),
          estimate: scale.estimate(value, variance)))
    }
    self.quantities = quantities
    notes =
      single.isEmpty
      ? []
      : [
        Diagnostic(
          .notIdentified, .note,
          Text(
            en: "Starts with one cluster only ("
              + single.map { grid.period($0).description }.joined(separator: ", ")
              + "): their own effects have no standard error.",
            zh: "以下起点仅有一个群组（"
              + single.map { grid.period($0).description }.joined(separator: "、")
              + "）：其单独效应没有标准误。"))
      ]
    let leads = times.indices.filter { times[$0] < (references.max() ?? 0) }
    preTrend =
      references.isEmpty
      ? nil
      : PreTrendTest(
        leads.map { summaries[$0].value },
        covariance?.selectingRows(leads).selectingColumns(leads), clusters: fit.clusterCount)
  }

  /// Variances of many contrasts, a few at a time.
  private static func variances(_ fit: TwoWayFit, _ contrasts: [[Double]]) -> [Double]? {
    var result: [Double] = []
    for start in stride(from: 0, to: contrasts.count, by: 64) {
      let part = Array(contrasts[start..<min(contrasts.count, start + 64)])
      guard let covariance = fit.covariance(part) else { return nil }
      result += covariance.diagonal
    }
    return result
  }
}
