import CaseloadData
import CaseloadMath
import CaseloadRegression

/// Difference in differences where units are treated with different strength.
///
/// ```
/// ATT(d|d) = E[Δy | D = d] − E[Δy | D = 0],   ACRT(d|d) = ∂ATT(d′|d)/∂d′ at d′ = d
/// ∂ATT(d|d)/∂d = ACRT(d|d) + ∂ATT(d′|d)/∂d at d′ = d
/// ```
///
/// Two different claims, under two different assumptions. *Levels*: what units with dose d gained over
/// untreated units needs parallel trends. *Slopes*: what more dose would do needs in addition that units
/// with another dose would have gained the same from it; otherwise the slope of the curve also holds how
/// the units differ (the second term). Δy is the mean since a unit's start less the mean before it, or
/// the last value before it.
///
/// - Source: Callaway, Goodman-Bacon & Sant'Anna (2024), Theorems 3.1–3.3.
public struct ContinuousDose: DifferenceEstimator {
  /// The shape of the curve.
  public enum Curve: String, Codable, Sendable, CaseIterable {
    case linear, bins, spline
  }

  /// What a change is measured from.
  public enum Baseline: String, Codable, Sendable, CaseIterable {
    /// The mean of all periods before the start.
    case all
    /// The last period before it.
    case last
  }

  /// Whether the effect is measured in the outcome's units or as a rate.
  public var scale = EffectEstimate.Scale.level
  public var curve = Curve.linear
  /// How many groups of doses, or pieces of the spline.
  public var pieces = 3
  public var baseline = Baseline.all
  public var inference = InferenceChoice.auto

  public init() {}

  public static let card = MethodCard(
    id: "continuous-dose", name: Text(en: "Continuous dose", zh: "连续剂量"),
    summary: Text(
      en: "What did units gain at the dose they had, and what would more have done?",
      zh: "各单位在其剂量下变化多少？更大剂量会怎样？"),
    equation:
      #"\mathrm{ATT}(d \mid d) = \operatorname{E}[\Delta y \mid D = d] - \operatorname{E}[\Delta y \mid D = 0]"#,
    options: [
      ("scale", Text(en: "level, or log for a rate", zh: "level（原单位）或 log（比率）")),
      (
        "curve",
        Text(
          en: "linear, bins (groups of doses) or spline (straight pieces)",
          zh: "linear（直线）、bins（剂量分组）或 spline（分段直线）")
      ),
      ("pieces", Text(en: "groups of doses, or pieces", zh: "分组数或段数")),
      (
        "baseline",
        Text(
          en: "all periods before the start, or the last",
          zh: "all（干预前全部时期）或 last（最后一期）")
      ),
      ("inference", Text(en: "auto, or how intervals are found", zh: "auto，或指定推断方法")),
    ],
    assumptions: [
      Text(
        en:
          "Levels: without the programme units of every dose would have moved like untreated ones.",
        zh: "水平：若无该措施，各剂量单位会与未受干预单位平行变动。"),
      Text(
        en: "Slopes: units with another dose would have gained the same from it.",
        zh: "斜率：剂量不同的单位若接受同一剂量，效应会相同。"),
      Text(en: "Nobody acted on the programme before it began.", zh: "干预前无人提前反应。"),
    ],
    sources: [Bibliography.callawayGoodmanBaconSantAnna], minimumObservations: 6)

  private func changes(_ grid: StudyGrid) throws(Diagnostic) -> DoseChanges {
    try DoseChanges(
      grid, before: { baseline == .all ? $0 < 0 : $0 == -1 }, after: { $0 >= 0 })
  }

  /// The mean of ATT(d|d) over the doses that the treated units have, which needs no dose.
  public func average(_ grid: StudyGrid) throws(Diagnostic) -> AverageEffect {
    try changes(grid).average
  }

  /// With one start: the units' changes on an indicator of treatment.
  public func regression(_ grid: StudyGrid) throws(Diagnostic) -> AverageRegression? {
    let cohorts = grid.cohorts
    guard cohorts.count == 1 else { return nil }
    let changes = try changes(grid)
    let periods = grid.periodCount
    guard changes.leftOut.isEmpty, !grid.outcome.contains(where: \.isNaN) else { return nil }
    let from = cohorts[0]
    let response = (0..<grid.unitCount).map { i -> Double in
      let row = i * periods
      let late = (from..<periods).reduce(0) { $0 + grid.outcome[row + $1] } / Double(periods - from)
      let early =
        baseline == .all
        ? (0..<from).reduce(0) { $0 + grid.outcome[row + $1] } / Double(from)
        : grid.outcome[row + from - 1]
      return late - early
    }
    let treated = grid.cohort.map { $0 == from ? 1.0 : 0 }
    let clusters = Grouping(name: "cluster", labels: grid.cluster.map(String.init))
    let design = DesignMatrix(
      matrix: Matrix(columns: [treated.map { _ in 1 }, treated]),
      names: ["(Intercept)", "treated"], response: response, responseName: "change",
      hasIntercept: true, weights: grid.weights, clusters: [clusters])
    return AverageRegression(
      fit: try LinearModel().fitted(design), contrast: [0, 1], clusters: clusters)
  }

  public func estimate(_ study: Study, level: Double, from stream: RandomStream) throws(Diagnostic)
    -> EffectEstimate
  {
    guard (2...20).contains(pieces) else {
      throw Diagnostic(
        .illegalOption, .error,
        Text(en: "\(pieces) pieces are not from 2 to 20.", zh: "分段数 \(pieces) 应在 2 到 20 之间。"))
    }
    let prepared = try PreparedStudy(study, scale: scale)
    var notes = Diagnostic.unused(study, usesCovariates: false) + prepared.notes
    let grid = try Self.withDoses(prepared.grid, &notes)
    let changes = try changes(grid)
    for i in changes.leftOut {
      notes.append(
        Diagnostic(
          .unitLeftOut, .warning,
          Text(
            en: grid.cohort[i] < grid.periodCount
              ? "\(grid.labels[i]) is not observed on both sides of its start and is left out."
              : "\(grid.labels[i]) is never treated and has gaps; it is left out of the comparison.",
            zh: grid.cohort[i] < grid.periodCount
              ? "\(grid.labels[i]) 在起点两侧未同时有观测，已略去。"
              : "\(grid.labels[i]) 从未受干预但有缺失，未计入对照。"),
          at: Diagnostic.Location(series: grid.labels[i])))
    }
    let answer = try DifferenceInference.answer(
      self, grid, effect: changes.average, level: level, from: stream)
    let report = DesignScale(scale, level: level, clusters: grid.clusterCount)
    let doses = changes.treated.map { grid.dose[$0.unit] }
    let fitted = DoseCurve(changes, doses, curve, pieces: pieces)
    if fitted == nil {
      notes.append(
        Diagnostic(
          .notIdentified, .warning,
          Text(
            en:
              "The doses of the \(doses.count) treated units do not differ enough for a curve; only "
              + "their average effect is estimated.",
            zh: "\(doses.count) 个处理单位的剂量差异不足以估计曲线，仅估计平均效应。")))
    }
    let placebo = try? self.placebo(grid, level)
    var path: [EffectEstimate.Point] = []
    var critical: Double?
    if let setup = try? SunAbraham().setup(grid),
      let fit = try? TwoWayFit(setup.grid, setup.terms)
    {
      let effects = CohortEffects(
        fit, setup.terms, setup.grid, report, references: [-1],
        from: stream.substream(named: "band"))
      path = effects.path
      critical = effects.criticalValue
    }
    let test = ExtendedTwoWay().preTrend(grid)
    let words = DesignWords(study, grid)
    let from =
      baseline == .all
      ? Text(en: "the mean of all periods before its start", zh: "各自干预前各期均值")
      : Text(en: "the last period before its start", zh: "各自干预前最后一期")
    let units = DesignWords.scale(scale)
    return EffectEstimate(
      design: Self.card.id,
      estimand: Text(
        en: "The average effect on \(words.subject.en) at the doses that they had, each unit's "
          + "change from \(from.en) to the mean since counting by its weight, against the never "
          + "treated units, \(units.en).",
        zh: "对\(words.subject.zh)在其实际剂量下的平均效应；各单位以\(from.zh)为参照的变化按权重平均，"
          + "与从未受干预的单位比较，\(units.zh)。"),
      scale: scale, average: report.reported(answer.average),
      quantities: fitted.map { quantities($0, report) } ?? [], path: path,
      inference: answer.inference.with(criticalValue: critical),
      degreesOfFreedom: answer.degreesOfFreedom,
      minimumDetectableEffect: report.detectable(answer.minimumDetectableEffect),
      assumptions: [
        test?.status(Self.card.assumptions[0])
          ?? AssumptionStatus.untestable(Self.card.assumptions[0]),
        Self.strong(placebo), AssumptionStatus.untestable(Self.card.assumptions[2]),
      ],
      checks: [test?.check, placebo].compactMap { $0 }, diagnostics: notes)
  }

  /// The grid of units with a known dose; never treated units have none.
  private static func withDoses(_ grid: StudyGrid, _ notes: inout [Diagnostic]) throws(Diagnostic)
    -> StudyGrid
  {
    guard !grid.dose.isEmpty else {
      throw Diagnostic(
        .missingOption, .error,
        Text(
          en: "An effect by dose needs the dose of each treated unit, and none is known.",
          zh: "按剂量估计效应需要各处理单位的剂量，目前均未知。"),
        hint: Text(
          en: "Name its column; without doses use etwfe or stacked.",
          zh: "请指明剂量所在列；没有剂量时请用 etwfe 或 stacked。"))
    }
    var kept: [Int] = []
    for i in 0..<grid.unitCount {
      let isTreated = grid.cohort[i] < grid.periodCount
      if isTreated, !(grid.dose[i] > 0 && grid.dose[i].isFinite) {
        notes.append(
          Diagnostic(
            .unitLeftOut, .warning,
            Text(
              en: "\(grid.labels[i]) is treated, and its dose is "
                + (grid.dose[i].isNaN ? "not known" : NumberText.plain(grid.dose[i]))
                + "; it is left out.",
              zh: "\(grid.labels[i]) 受干预，但剂量"
                + (grid.dose[i].isNaN ? "未知" : "为 \(NumberText.plain(grid.dose[i]))") + "，已略去。"),
            at: Diagnostic.Location(series: grid.labels[i])))
      } else {
        kept.append(i)
      }
    }
    return grid.selecting(kept)
  }

  private func quantities(_ curve: DoseCurve, _ report: DesignScale) -> [EffectEstimate.Quantity] {
    func shown(_ effect: AverageEffect) -> Estimate {
      report.estimate(effect.value, effect.standardError.map { $0 * $0 })
    }
    func number(_ x: Double) -> String { NumberText.significant(x, 2).en }
    var result: [EffectEstimate.Quantity] = []
    if self.curve == .bins {
      for (k, bin) in curve.bins.enumerated() {
        result.append(
          EffectEstimate.Quantity(
            id: "dose-\(k + 1)",
            name: Text(
              en:
                "Effect at doses \(number(bin.least)) to \(number(bin.most)) (\(bin.count) units)",
              zh: "剂量 \(number(bin.least)) 至 \(number(bin.most)) 的效应（\(bin.count) 个单位）"),
            estimate: shown(curve.level(bin.mean))))
      }
    } else {
      for (dose, percent) in curve.shown {
        result.append(
          EffectEstimate.Quantity(
            id: "dose-p\(percent)",
            name: Text(
              en: "Effect at dose \(number(dose)) (\(percent)th percentile), of units with it",
              zh: "剂量 \(number(dose))（第 \(percent) 百分位）单位的效应"),
            estimate: shown(curve.level(dose))))
      }
    }
    if let response = curve.response {
      result.append(
        EffectEstimate.Quantity(
          id: "causal-response",
          name: Text(
            en: "Change of the effect a unit of dose (causal only under the assumption on slopes)",
            zh: "每单位剂量的效应变化（仅在斜率假设成立时可作因果解释）"),
          estimate: shown(response)))
    }
    return result
  }

  /// The slope in dose of the change before the start, which the dose cannot have made.
  private func placebo(_ grid: StudyGrid, _ level: Double) throws(Diagnostic) -> EffectCheck {
    let changes = try DoseChanges(grid, before: { $0 < -1 }, after: { $0 == -1 })
    let doses = changes.treated.map { grid.dose[$0.unit] }
    let name = Text(en: "Doses and trends before the start", zh: "剂量与干预前趋势")
    guard let curve = DoseCurve(changes, doses, .linear, pieces: 2), let slope = curve.response,
      let error = slope.standardError, error > 0
    else {
      return EffectCheck(
        id: "dose-pre-trend", name: name, verdict: .untestable,
        finding: Text(
          en: "The doses or the periods before the start do not suffice for a test.",
          zh: "剂量或干预前时期不足以检验。"))
    }
    let report = DesignScale(.level, level: level, clusters: grid.clusterCount)
    let estimate = report.plain(slope.value, error * error)
    let p = estimate.pValue ?? 1
    let shown = NumberText.pValue(p)
    return EffectCheck(
      id: "dose-pre-trend", name: name, verdict: p < 0.05 ? .doubtful : .supported,
      finding: Text(
        en: "The change just before the start by dose has p = \(shown.en)"
          + (p < 0.05
            ? ": units with larger doses moved differently before they had any."
            : "; this cannot show that units would gain alike from one dose."),
        zh: "起点前变化与剂量的关系 p = \(shown.zh)"
          + (p < 0.05 ? "：剂量较大的单位在干预前已有不同变动。" : "；但这不能证明各单位在同一剂量下效应相同。")),
      figures: [
        EffectCheck.Figure("slope", slope.value), EffectCheck.Figure("standardError", error),
        EffectCheck.Figure("pValue", p),
      ])
  }

  private static func strong(_ placebo: EffectCheck?) -> AssumptionStatus {
    let assumption = card.assumptions[1]
    guard let placebo, placebo.verdict == .doubtful else {
      return AssumptionStatus(
        assumption, .untestable,
        evidence: Text(
          en: "No data can tell: the levels at each dose do not need it, the slope does.",
          zh: "数据无法检验：各剂量的效应水平不需要此假设，斜率需要。"))
    }
    return AssumptionStatus(
      assumption, .doubtful, evidence: placebo.finding,
      summary: Text(
        en: "Units with larger doses moved differently before the start.",
        zh: "剂量较大的单位在干预前已有不同变动。"), pValue: placebo["pValue"])
  }
}
