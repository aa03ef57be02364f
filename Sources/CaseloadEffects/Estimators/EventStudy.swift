import CaseloadData
import CaseloadMath
import CaseloadRegression

/// The regression with unit and period effects and one effect for each period before and after the
/// start.
///
/// ```
/// y_it = α_i + λ_t + Σ_{r ≠ −1} β_r 1[t − g_i = r] + γᵀx_it + ε_it
/// ```
///
/// With one start β_r compares treated and comparison units in each period. With several starts β_r
/// also takes in effects of other event times where they differ between cohorts; `sun-abraham` does
/// not. Without never treated units further periods have to be references, since a straight line in
/// event time is one in unit and period: the earliest leads are.
///
/// - Sources: Sun & Abraham (2021), §3 (what β_r mixes); Montiel Olea & Plagborg-Møller (2019) (bands).
public struct EventStudy: DifferenceEstimator {
  /// What becomes of the periods beyond the first lead and the last lag.
  public enum Ends: String, Codable, Sendable, CaseIterable {
    /// They share the effect of the first lead or the last lag.
    case bin
    /// They are left out.
    case drop
  }

  /// Whether the effect is measured in the outcome's units or as a rate.
  public var scale = EffectEstimate.Scale.level
  /// How many leads before the start have an effect of their own; 0 for all.
  public var leads = 0
  /// How many periods after the first treated one do; 0 for all.
  public var lags = 0
  public var ends = Ends.bin
  /// The event time that effects are measured from.
  public var reference = -1
  public var inference = InferenceChoice.auto

  public init() {}

  public static let card = MethodCard(
    id: "event-study", name: Text(en: "Event study", zh: "事件研究"),
    summary: Text(
      en: "How did treated and comparison units differ in each period before and after the start?",
      zh: "处理单位与对照单位在干预前后各期相差多少？"),
    equation:
      #"y_{it} = \alpha_i + \lambda_t + \sum_{r \ne -1} \beta_r 1[t - g_i = r] + \varepsilon_{it}"#,
    options: [
      ("scale", Text(en: "level, or log for a rate", zh: "level（原单位）或 log（比率）")),
      ("leads", Text(en: "periods before the start, 0 for all", zh: "干预前期数，0 为全部")),
      ("lags", Text(en: "periods after the first treated one, 0 for all", zh: "干预后期数，0 为全部")),
      (
        "ends",
        Text(
          en: "bin the periods beyond into the last effect, or drop them",
          zh: "bin（并入两端）或 drop（略去）")
      ),
      (
        "reference",
        Text(en: "the event time that effects are measured from", zh: "作为参照的事件时间")
      ),
      ("inference", Text(en: "auto, or how intervals are found", zh: "auto，或指定推断方法")),
    ],
    assumptions: [
      Text(
        en: "Without the programme treated and comparison units would have moved in parallel.",
        zh: "若无该措施，处理单位与对照单位会平行变动。"),
      Text(
        en: "At the same time since the start the effect is the same whenever the start was.",
        zh: "距起点时间相同时，效应与起点早晚无关。"),
      Text(en: "Nobody acted on the programme before it began.", zh: "干预前无人提前反应。"),
    ],
    sources: [Bibliography.sunAbraham, Bibliography.montielOleaPlagborgMoller],
    minimumObservations: 6)

  struct Setup {
    let grid: StudyGrid
    let terms: TwoWayTerms
    let notes: [Diagnostic]
  }

  func setup(_ whole: StudyGrid) throws(Diagnostic) -> Setup {
    guard reference < 0, leads == 0 || leads >= -reference, leads >= 0, lags >= 0 else {
      throw Diagnostic(
        .illegalOption, .error,
        Text(
          en: "The reference \(reference) has to be one of the leads before the start.",
          zh: "参照期 \(reference) 应为干预前的超前期之一。"),
        hint: Text(en: "Use --set reference=-1.", zh: "请用 --set reference=-1。"))
    }
    var grid = whole.withoutAlwaysTreated
    var notes: [Diagnostic] = []
    let periods = grid.periodCount
    let first = leads > 0 ? -leads : Int.min
    let last = lags > 0 ? lags : Int.max
    if ends == .drop {
      var count = 0
      for i in 0..<grid.unitCount where grid.cohort[i] > 0 && grid.cohort[i] < periods {
        for t in 0..<periods {
          let r = t - grid.cohort[i]
          guard r < first || r > last, !grid.outcome[i * periods + t].isNaN else { continue }
          grid.outcome[i * periods + t] = .nan
          count += 1
        }
      }
      if count > 0 {
        notes.append(
          Diagnostic(
            .rowsLeftOut, .note,
            Text(
              en:
                "\(count) observations of treated units beyond \(leads) leads or \(lags) lags are "
                + "left out.",
              zh: "处理单位超出 \(leads) 个超前期或 \(lags) 个滞后期的 \(count) 个观测已略去。")))
      }
    }
    let terms = TwoWayTerms(grid) { cohort, t in
      guard cohort > 0, cohort < periods else { return nil }
      let r = min(last, max(first, t - cohort))
      return r == reference ? nil : TwoWayTerms.Key(time: r, rank: max(0, -r))
    }
    guard terms.keys.contains(where: { $0.time >= 0 }) else { throw Diagnostic.nothingIdentified }
    return Setup(grid: grid, terms: terms, notes: notes)
  }

  private func contrast(_ setup: Setup, _ fit: TwoWayFit) throws(Diagnostic) -> [Double] {
    let average = setup.terms.average { fit.isIdentified[$0] && setup.terms.keys[$0].time >= 0 }
    guard let average else { throw Diagnostic.nothingIdentified }
    return average
  }

  public func average(_ grid: StudyGrid) throws(Diagnostic) -> AverageEffect {
    let setup = try setup(grid)
    let fit = try TwoWayFit(setup.grid, setup.terms, isLarge: false)
    return fit.average(try contrast(setup, fit), gridClusters: grid.clusterCount)
  }

  public func regression(_ grid: StudyGrid) throws(Diagnostic) -> AverageRegression? {
    let setup = try setup(grid)
    let fit = try TwoWayFit(setup.grid, setup.terms, isLarge: false)
    return try AverageRegression.twoWay(
      setup.grid, setup.terms, try contrast(setup, fit), inference)
  }

  public func estimate(_ study: Study, level: Double, from stream: RandomStream) throws(Diagnostic)
    -> EffectEstimate
  {
    let prepared = try PreparedStudy(study, scale: scale)
    let grid = prepared.grid
    let setup = try setup(grid)
    let terms = setup.terms
    let fit = try TwoWayFit(setup.grid, terms)
    let effect = fit.average(try contrast(setup, fit), gridClusters: grid.clusterCount)
    let answer = try DifferenceInference.answer(
      self, grid, effect: effect, level: level, from: stream)
    let report = DesignScale(scale, level: level, clusters: fit.clusterCount)

    let known = terms.keys.indices.filter { fit.isIdentified[$0] }
    let contrasts = known.map { terms.unit($0) }
    let covariance = fit.covariance(contrasts)
    let isOneCluster = singleClusters(grid)
    let defined = known.indices.filter { !isOneCluster.contains(terms.keys[known[$0]].time) }
    let critical = covariance.flatMap {
      SupremumBand.criticalValue(
        $0.selectingRows(defined).selectingColumns(defined), level: level,
        from: stream.substream(named: "band"))
    }
    var path = known.indices.map { j in
      report.point(
        terms.keys[known[j]].time, fit.coefficients[known[j]],
        defined.contains(j) ? covariance?[j, j] : nil, critical: critical)
    }
    let lost = terms.keys.indices.filter { !fit.isIdentified[$0] }.map { terms.keys[$0].time }
    let lostLeads = lost.filter { $0 < 0 }.sorted()
    path += ([reference] + lostLeads).map { EffectEstimate.Point(eventTime: $0, effect: 0) }
    path.sort { $0.eventTime < $1.eventTime }
    let before = known.indices.filter { terms.keys[known[$0]].time < 0 }
    let test = PreTrendTest(
      before.map { fit.coefficients[known[$0]] },
      covariance?.selectingRows(before).selectingColumns(before), clusters: fit.clusterCount)
    let words = DesignWords(study, grid)
    let units = DesignWords.scale(scale)
    return EffectEstimate(
      design: Self.card.id,
      estimand: Text(
        en: "The average effect on \(words.subject.en), \(words.weighting.en), measured from "
          + "event time \(reference) against all units that are not treated at the time, "
          + "\(units.en).",
        zh: "对\(words.subject.zh)的平均效应，\(words.weighting.zh)；以事件时间 \(reference) 为参照，"
          + "与当期未受干预的全部单位比较，\(units.zh)。"),
      scale: scale, average: report.reported(answer.average), path: path,
      inference: answer.inference.with(criticalValue: critical),
      degreesOfFreedom: answer.degreesOfFreedom,
      minimumDetectableEffect: report.detectable(answer.minimumDetectableEffect),
      assumptions: [
        test.status(Self.card.assumptions[0]), homogeneity(grid),
        AssumptionStatus.untestable(Self.card.assumptions[2]),
      ],
      checks: [test.check],
      diagnostics: Diagnostic.unused(study, usesCovariates: true) + prepared.notes + setup.notes
        + fit.diagnostics
        + Self.notes(lost))
  }

  /// Leads that are references beside the one asked for, and lags that are lost.
  private static func notes(_ lost: [Int]) -> [Diagnostic] {
    let leads = lost.filter { $0 < 0 }.sorted()
    let lags = lost.filter { $0 >= 0 }.sorted()
    var notes: [Diagnostic] = []
    if !leads.isEmpty {
      let list = leads.map(String.init)
      notes.append(
        Diagnostic(
          .notIdentified, .warning,
          Text(
            en:
              "Without never treated units the effects are told apart only with further reference "
              + "periods: the event times \(list.joined(separator: ", ")) are taken as 0, and a "
              + "difference in trend cannot be seen.",
            zh: "没有从未受干预的单位，需更多参照期才能识别各期效应：事件时间 \(list.joined(separator: "、")) 取为 0，"
              + "趋势差异无法识别。"),
          hint: Text(
            en: "Use --design sun-abraham, or add never treated units.",
            zh: "请用 --design sun-abraham，或增加从未受干预的单位。")))
    }
    if !lags.isEmpty {
      notes.append(
        Diagnostic.termsNotIdentified(
          lags.map { Text(en: "event time \($0)", zh: "事件时间 \($0)") },
          instead: Text(en: "The others are averaged.", zh: "其余效应照常平均。")))
    }
    return notes
  }

  /// The event times that the units of one cluster alone are seen in.
  private func singleClusters(_ grid: StudyGrid) -> Set<Int> {
    let first = leads > 0 ? -leads : Int.min
    let last = lags > 0 ? lags : Int.max
    var clusters: [Int: Set<Int>] = [:]
    for i in 0..<grid.unitCount where grid.cohort[i] > 0 && grid.cohort[i] < grid.periodCount {
      for t in 0..<grid.periodCount {
        clusters[min(last, max(first, t - grid.cohort[i])), default: []].insert(grid.cluster[i])
      }
    }
    return Set(clusters.filter { $0.value.count < 2 }.keys)
  }

  private func homogeneity(_ grid: StudyGrid) -> AssumptionStatus {
    let assumption = Self.card.assumptions[1]
    guard grid.cohorts.count > 1 else {
      return AssumptionStatus(
        assumption, .supported,
        evidence: Text(en: "There is one start only.", zh: "只有一个起点。"))
    }
    return AssumptionStatus(
      assumption, .untestable,
      evidence: Text(
        en: "\(grid.cohorts.count) starts are pooled; --design sun-abraham estimates each.",
        zh: "合并了 \(grid.cohorts.count) 个起点；--design sun-abraham 分别估计。"),
      summary: Text(
        en: "Several starts are pooled; --design sun-abraham estimates each.",
        zh: "合并了多个起点；--design sun-abraham 分别估计。"))
  }
}
