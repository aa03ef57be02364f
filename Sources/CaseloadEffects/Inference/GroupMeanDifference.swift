import CaseloadData
import CaseloadMath
import CaseloadRegression

/// The plainest difference in differences: after less before, treated less never treated.
///
/// ```
/// Δᵢ(g) = mean of yᵢₜ over t ≥ g  −  mean over t < g
/// β = Σ_g n_g/n (mean of Δᵢ(g) of cohort g − mean of Δᵢ(g) of units never treated)
/// ```
///
/// For one cohort and a balanced panel this is the coefficient of the two-way regression. Checks and
/// simulations use it where the question is the inference and not the design.
package struct GroupMeanDifference: DifferenceEstimator {
  package var scale = EffectEstimate.Scale.level
  package var inference = InferenceChoice.auto
  /// Whether the design is to be taken for a regression.
  package var isRegression = true

  package init() {}

  package init(inference: InferenceChoice, isRegression: Bool = true) {
    self.inference = inference
    self.isRegression = isRegression
  }

  package static let card = MethodCard(
    id: "group-mean-difference",
    name: Text(en: "Difference of group means", zh: "组均值之差"),
    summary: Text(
      en: "Did treated units change more than others?", zh: "受干预单位的变化是否大于其他单位？"),
    equation: #"\beta = \sum_g \frac{n_g}{n} (\bar\Delta_g - \bar\Delta_\infty)"#,
    options: [
      ("scale", Text(en: "level, or log for a rate", zh: "level（原单位）或 log（比率）")),
      ("inference", Text(en: "how the interval is found", zh: "区间的求法")),
      ("isRegression", Text(en: "false for influence functions", zh: "false 表示用影响函数")),
    ],
    assumptions: [
      Text(
        en: "Without the programme all units would have changed alike.",
        zh: "若无项目，各单位变化相同。")
    ],
    sources: [Bibliography.mackinnonWhite], minimumObservations: 2)

  package func estimate(_ study: Study, level: Double, from stream: RandomStream)
    throws(Diagnostic) -> EffectEstimate
  {
    let prepared = try PreparedStudy(study, scale: scale)
    let effect = try average(prepared.grid)
    let answer = try DifferenceInference.answer(
      self, prepared.grid, effect: effect, level: level, from: stream)
    let average =
      scale == .log
      ? answer.average.transformed(derivative: exp(effect.value), expm1) : answer.average
    return EffectEstimate(
      design: Self.card.id,
      estimand: Text(
        en: "The average change of treated units beyond that of units never treated.",
        zh: "受干预单位相对未受干预单位的平均变化。"),
      scale: scale, average: average, inference: answer.inference,
      degreesOfFreedom: answer.degreesOfFreedom,
      minimumDetectableEffect: answer.minimumDetectableEffect, diagnostics: prepared.notes)
  }

  package func average(_ grid: StudyGrid) throws(Diagnostic) -> AverageEffect {
    var influence = [Double](repeating: 0, count: grid.clusterCount)
    var (sum, treated) = (0.0, 0.0)
    let cohorts = grid.cohorts
    for cohort in cohorts {
      treated += Double(grid.cohort.count { $0 == cohort })
    }
    for cohort in cohorts {
      let (own, others) = try changes(grid, cohort)
      let share = Double(own.count) / treated
      let (a, b) = (mean(own), mean(others))
      sum += share * (a - b)
      for (row, x) in own {
        influence[grid.cluster[row]] += share * (x - a) / Double(own.count)
      }
      for (row, x) in others {
        influence[grid.cluster[row]] -= share * (x - b) / Double(others.count)
      }
    }
    guard !cohorts.isEmpty else { throw Self.nothing }
    return AverageEffect(value: sum, influence: influence)
  }

  package func regression(_ grid: StudyGrid) throws(Diagnostic) -> AverageRegression? {
    guard isRegression, grid.cohorts.count == 1, let cohort = grid.cohorts.first else {
      return nil
    }
    let (own, others) = try changes(grid, cohort)
    let rows = own + others
    let x = Matrix(columns: [
      [Double](repeating: 1, count: rows.count),
      [Double](repeating: 1, count: own.count) + [Double](repeating: 0, count: others.count),
    ])
    let fit = try LinearModel().fitted(x, rows.map(\.value), names: ["constant", "treated"])
    return AverageRegression(
      fit: fit, contrast: [0, 1],
      clusters: Grouping(name: "cluster", labels: rows.map { String(grid.cluster[$0.row]) }))
  }

  /// Δᵢ(g) of the cohort and of the units never treated.
  private func changes(_ grid: StudyGrid, _ cohort: Int) throws(Diagnostic) -> (
    own: [(row: Int, value: Double)], others: [(row: Int, value: Double)]
  ) {
    var own: [(row: Int, value: Double)] = []
    var others: [(row: Int, value: Double)] = []
    for row in 0..<grid.unitCount {
      let isOwn = grid.cohort[row] == cohort
      guard isOwn || grid.cohort[row] >= grid.periodCount else { continue }
      var (before, after, n0, n1) = (0.0, 0.0, 0, 0)
      for t in 0..<grid.periodCount {
        let y = grid.outcome[row * grid.periodCount + t]
        guard !y.isNaN else { continue }
        if t < cohort {
          before += y
          n0 += 1
        } else {
          after += y
          n1 += 1
        }
      }
      guard n0 > 0, n1 > 0 else { continue }
      let change = after / Double(n1) - before / Double(n0)
      if isOwn { own.append((row, change)) } else { others.append((row, change)) }
    }
    guard !own.isEmpty, !others.isEmpty else { throw Self.nothing }
    return (own, others)
  }

  private func mean(_ values: [(row: Int, value: Double)]) -> Double {
    values.reduce(0) { $0 + $1.value } / Double(values.count)
  }

  private static var nothing: Diagnostic {
    Diagnostic(
      .noComparison, .error,
      Text(
        en: "No unit observed before and after can be compared.", zh: "没有干预前后均有观测的单位可供比较。"))
  }
}
