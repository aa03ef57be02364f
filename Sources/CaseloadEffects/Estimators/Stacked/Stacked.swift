import CaseloadData
import CaseloadMath

/// Stacked difference in differences: each start beside clean comparison units in a window of its own,
/// the windows stacked and compared in event time.
///
/// ```
/// y_ieh = α₀ + α₁ D_ie + Σ_{h ≠ −1} (λ_h + δ_h D_ie) 1[h] + ε_ieh
/// weights: 1 for treated units,  (N_e^D / N^D) / (N_e^C / N^C) for comparison units of stack e
/// ```
///
/// With these weights δ_h is the average of the stacks' differences in differences by the numbers of
/// their treated units. Without them (`weights=none`) units and periods have effects by stack, and a
/// stack counts by N^D N^C/(N^D + N^C). Windows have one length, so that the same units make up the
/// effect at every event time; starts whose window the data do not cover are left out, and said.
///
/// - Sources: Wing, Freedman & Hollingsworth (2024), §4 (weights); Cengiz, Dube, Lindner & Zipperer
///   (2019), app. D (without).
public struct Stacked: DifferenceEstimator {
  /// How stacks are weighted.
  public enum Weights: String, Codable, Sendable, CaseIterable {
    case corrective, none
  }

  /// Which units a start is compared with.
  public enum Control: String, Codable, Sendable, CaseIterable {
    /// All that stay untreated in its window.
    case clean
    case never
  }

  /// Whether the effect is measured in the outcome's units or as a rate.
  public var scale = EffectEstimate.Scale.level
  /// Periods before the start in a window; 0 for as many as all starts have.
  public var before = 0
  /// Treated periods in a window; 0 for as many as all starts have.
  public var after = 0
  public var weights = Weights.corrective
  public var control = Control.clean
  public var inference = InferenceChoice.auto

  public init() {}

  public static let card = MethodCard(
    id: "stacked", name: Text(en: "Stacked difference in differences", zh: "堆叠双重差分"),
    summary: Text(
      en: "Each start beside clean comparison units in a window of its own.",
      zh: "每个起点与其窗口内始终未受干预的单位比较。"),
    equation:
      #"y_{ieh} = \alpha_0 + \alpha_1 D_{ie} + \sum_{h \ne -1} (\lambda_h + \delta_h D_{ie}) 1[h] + \varepsilon_{ieh}"#,
    options: [
      ("scale", Text(en: "level, or log for a rate", zh: "level（原单位）或 log（比率）")),
      ("before", Text(en: "periods before the start, 0 for automatic", zh: "干预前期数，0 为自动")),
      ("after", Text(en: "treated periods, 0 for automatic", zh: "干预后期数（含起点），0 为自动")),
      (
        "weights",
        Text(
          en: "corrective weights the stacks by treated units, none as least squares does",
          zh: "corrective（按处理单位数加权）或 none（最小二乘自身权重）")
      ),
      (
        "control",
        Text(
          en: "clean: untreated throughout the window; never: never treated",
          zh: "clean（窗口内始终未受干预）或 never（从未受干预）")
      ),
      ("inference", Text(en: "auto, or how intervals are found", zh: "auto，或指定推断方法")),
    ],
    assumptions: [
      Text(
        en: "Without the programme the units of each window would have moved in parallel.",
        zh: "若无该措施，各窗口内的单位会平行变动。"),
      Text(en: "Nobody acted on the programme before it began.", zh: "干预前无人提前反应。"),
      Text(
        en: "The programme in one unit does not move another.", zh: "一个单位的干预不影响其他单位。"),
    ],
    sources: [Bibliography.wingFreedmanHollingsworth, Bibliography.cengiz],
    minimumObservations: 4)

  private func checkOptions() throws(Diagnostic) {
    guard before >= 0, after >= 0 else {
      throw Diagnostic(
        .illegalOption, .error,
        Text(
          en: "A window of \(before) periods before and \(after) after the start is not possible.",
          zh: "窗口不能为起点前 \(before) 期、后 \(after) 期。"),
        hint: Text(en: "Use 0 for automatic.", zh: "用 0 表示自动。"))
    }
  }

  private static func average(_ data: StackedData) -> AverageEffect {
    data.effect((0..<data.after).map { ($0, 1 / Double(data.after)) })
  }

  public func average(_ grid: StudyGrid) throws(Diagnostic) -> AverageEffect {
    try checkOptions()
    return Self.average(try StackedData(grid, self))
  }

  public func regression(_ grid: StudyGrid) throws(Diagnostic) -> AverageRegression? {
    try checkOptions()
    guard inference != .auto || grid.clusterCount <= AverageRegression.mostClusters else {
      return nil
    }
    return try StackedData(grid, self).regression()
  }

  public func estimate(_ study: Study, level: Double, from stream: RandomStream) throws(Diagnostic)
    -> EffectEstimate
  {
    try checkOptions()
    let prepared = try PreparedStudy(study, scale: scale)
    let grid = prepared.grid
    let data = try StackedData(grid, self)
    let answer = try DifferenceInference.answer(
      self, grid, effect: Self.average(data), level: level, from: stream)
    let clusters = data.clusters(Array(data.stacks.indices))
    let report = DesignScale(scale, level: level, clusters: clusters)
    let times = data.eventTimes
    let effects = times.map { data.effect([($0, 1)]) }
    let treatedClusters = Set(data.stacks.flatMap { $0.treated.map { grid.cluster[$0] } }).count
    var covariance: Matrix?
    if treatedClusters > 1, effects.allSatisfy({ !$0.influence.isEmpty }) {
      covariance = BLAS.crossProduct(Matrix(columns: effects.map(\.influence)))
    }
    let critical = covariance.flatMap {
      SupremumBand.criticalValue($0, level: level, from: stream.substream(named: "band"))
    }
    var path = times.indices.map { j in
      report.point(times[j], effects[j].value, covariance?[j, j], critical: critical)
    }
    path.append(EffectEstimate.Point(eventTime: -1, effect: 0))
    path.sort { $0.eventTime < $1.eventTime }
    let leads = times.indices.filter { times[$0] < -1 }
    let test = PreTrendTest(
      leads.map { effects[$0].value },
      covariance?.selectingRows(leads).selectingColumns(leads), clusters: clusters)
    var cells: [EffectEstimate.Cell] = []
    var quantities: [EffectEstimate.Quantity] = []
    for (e, stack) in data.stacks.enumerated() {
      let isAlone = Set(stack.treated.map { grid.cluster[$0] }).count < 2
      func shown(_ effect: AverageEffect) -> Estimate {
        report.estimate(
          effect.value, isAlone ? nil : effect.standardError.map { $0 * $0 })
      }
      for time in times {
        let estimate = shown(data.effect([(time, 1)], only: e))
        cells.append(
          EffectEstimate.Cell(
            cohort: grid.period(stack.start), period: grid.period(stack.start + time),
            value: estimate.value, standardError: estimate.standardError))
      }
      let period = grid.period(stack.start)
      quantities.append(
        EffectEstimate.Quantity(
          id: "cohort-\(period)",
          name: Text(en: "Average effect, start \(period)", zh: "平均效应（\(period) 起）"),
          estimate: shown(
            data.effect((0..<data.after).map { ($0, 1 / Double(data.after)) }, only: e))))
    }
    return EffectEstimate(
      design: Self.card.id, estimand: estimand(study, data), scale: scale,
      average: report.reported(answer.average), quantities: quantities, path: path, cells: cells,
      inference: answer.inference.with(criticalValue: critical),
      degreesOfFreedom: answer.degreesOfFreedom,
      minimumDetectableEffect: report.detectable(answer.minimumDetectableEffect),
      assumptions: [
        test.status(Self.card.assumptions[0]),
        AssumptionStatus.untestable(Self.card.assumptions[1]),
        AssumptionStatus.untestable(Self.card.assumptions[2]),
      ],
      checks: [test.check],
      diagnostics: Diagnostic.unused(study, usesCovariates: false) + prepared.notes + data.notes)
  }

  private func estimand(_ study: Study, _ data: StackedData) -> Text {
    let outcome = study.panel.entries.first?.series.name ?? Text(en: "the outcome", zh: "结果变量")
    let count = data.stacks.reduce(0) { $0 + $1.treated.count }
    let starts = data.stacks.map { data.grid.period($0.start).description }
    let (after, units) = (data.after, DesignWords.scale(scale))
    let counting =
      weights == .corrective
      ? Text(en: "each treated unit counting by its weight", zh: "各处理单位按其权重计")
      : Text(
        en: "stacks weighted as least squares does, not evenly", zh: "各窗口按最小二乘自身权重，并非等权")
    let against =
      control == .never
      ? Text(en: "never treated units", zh: "从未受干预的单位")
      : Text(en: "units that stay untreated in the window", zh: "窗口内始终未受干预的单位")
    return Text(
      en: "The average effect on \(outcome.en) of \(count) treated units in their first \(after) "
        + (after == 1 ? "treated period" : "treated periods")
        + " (starts \(starts.joined(separator: ", "))), \(counting.en), measured from the last period "
        + "before the start against \(against.en), \(units.en).",
      zh: "对 \(count) 个处理单位干预后前 \(after) 期（起点 \(starts.joined(separator: "、"))）\(outcome.zh)的平均效应，"
        + "\(counting.zh)；以干预前最后一期为参照，与\(against.zh)比较，\(units.zh)。")
  }
}
