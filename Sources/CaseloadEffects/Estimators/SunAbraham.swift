import CaseloadData
import CaseloadMath
import CaseloadRegression

/// The interaction-weighted event study: an effect for each cohort and event time, averaged by the
/// cohorts' sizes.
///
/// ```
/// y_it = α_i + λ_t + Σ_e Σ_{r ≠ −1} δ_er · 1[g_i = e] · 1[t − e = r] + γᵀx_it + ε_it
/// δ_r = Σ_e ω_er δ_er,   ω_er the cohort's share of the observations at event time r
/// ```
///
/// Only units that are not treated serve as the comparison, so effects may differ between cohorts and
/// over time. The reference period of a cohort is the last before its start; where nobody of it is
/// observed then, the last that is, with a note. The shares are held fixed in the standard errors, as
/// R's `sunab` has it.
///
/// - Sources: Sun & Abraham (2021), eqs. 25–27.
public struct SunAbraham: DifferenceEstimator {
  /// Whom the treated units are compared with.
  public enum Control: String, Codable, Sendable, CaseIterable {
    /// The never treated where there are any, otherwise the cohort that is treated last.
    case auto
    case never
    /// The cohort that is treated last, until its start; never treated units are left out.
    case last
  }

  /// Whether the effect is measured in the outcome's units or as a rate.
  public var scale = EffectEstimate.Scale.level
  public var control = Control.auto
  public var inference = InferenceChoice.auto

  public init() {}

  public static let card = MethodCard(
    id: "sun-abraham",
    name: Text(en: "Interaction-weighted event study", zh: "交互加权事件研究"),
    summary: Text(
      en: "How do units that start in different periods depart from those that have not started?",
      zh: "不同时期开始的单位与尚未开始的单位相比如何变化？"),
    equation:
      #"y_{it} = \alpha_i + \lambda_t + \sum_e \sum_{r \ne -1} \delta_{er} 1[g_i = e] 1[t-e=r] + \varepsilon_{it}"#,
    options: [
      ("scale", Text(en: "level, or log for a rate", zh: "level（原单位）或 log（比率）")),
      (
        "control",
        Text(
          en: "never treated units, the cohort treated last, or auto",
          zh: "never（从未受干预）、last（最后受干预的批次）或 auto")
      ),
      ("inference", Text(en: "auto, or how intervals are found", zh: "auto，或指定推断方法")),
    ],
    assumptions: [
      Text(
        en: "Without the programme treated and comparison units would have moved in parallel.",
        zh: "若无该措施，处理单位与对照单位会平行变动。"),
      Text(en: "Nobody acted on the programme before it began.", zh: "干预前无人提前反应。"),
      Text(
        en: "The programme in one unit does not move another.", zh: "一个单位的干预不影响其他单位。"),
    ],
    sources: [Bibliography.sunAbraham, Bibliography.montielOleaPlagborgMoller],
    minimumObservations: 8)

  /// A study cut to its comparison, with its terms.
  struct Setup {
    let grid: StudyGrid
    let terms: TwoWayTerms
    let notes: [Diagnostic]
  }

  func setup(_ whole: StudyGrid) throws(Diagnostic) -> Setup {
    let hasNever = whole.cohort.contains { $0 >= whole.periodCount }
    var grid = whole.withoutAlwaysTreated
    var notes: [Diagnostic] = []
    let usesLast = control == .last || (control == .auto && !hasNever)
    if usesLast {
      if hasNever {
        grid = grid.selecting(grid.cohort.indices.filter { grid.cohort[$0] < grid.periodCount })
      }
      grid = grid.beforeAllAreTreated
      let end = grid.period(grid.periodCount - 1)
      notes.append(
        Diagnostic(
          .rowsLeftOut, .note,
          Text(
            en: "The cohort that is treated last is the comparison, so that periods after \(end) "
              + "are left out.",
            zh: "以最后受干预的批次为对照，故略去 \(end) 之后的时期。")))
    } else if !hasNever {
      throw Diagnostic(
        .noComparison, .error,
        Text(en: "No unit is never treated.", zh: "没有从未受干预的单位。"),
        hint: Text(
          en: "Use --set control=last, which compares with the cohort that is treated last.",
          zh: "请用 --set control=last，与最后受干预的批次比较。"))
    }
    let references = Self.references(grid)
    let without = references.filter { $0.value == nil }.keys.sorted()
    if !without.isEmpty {
      let gone = Set(without)
      grid = grid.selecting(grid.cohort.indices.filter { !gone.contains(grid.cohort[$0]) })
      for cohort in without {
        notes.append(
          Diagnostic(
            .unitLeftOut, .warning,
            Text(
              en: "Units that start in \(whole.period(cohort)) are never observed before, and are "
                + "left out.",
              zh: "自 \(whole.period(cohort)) 起受干预的单位在此前从未被观测，已略去。")))
      }
    }
    for (cohort, reference) in references.sorted(by: { $0.key < $1.key }) {
      guard let reference, reference != cohort - 1 else { continue }
      notes.append(
        Diagnostic(
          .gap, .note,
          Text(
            en: "The start \(grid.period(cohort)) has no data in \(grid.period(cohort - 1)); its "
              + "effects are measured from \(grid.period(reference)).",
            zh: "起点为 \(grid.period(cohort)) 的单位在 \(grid.period(cohort - 1)) 无数据；其效应以 "
              + "\(grid.period(reference)) 为参照。")))
    }
    let periods = grid.periodCount
    let terms = TwoWayTerms(grid) { cohort, t in
      guard cohort > 0, cohort < periods, let reference = references[cohort] ?? nil,
        t != reference
      else { return nil }
      return TwoWayTerms.Key(cohort: cohort, time: t)
    }
    guard grid.cohort.contains(where: { $0 >= periods }),
      terms.keys.contains(where: { $0.time >= $0.cohort })
    else { throw Diagnostic.nothingIdentified }
    return Setup(grid: grid, terms: terms, notes: notes)
  }

  /// The last period before each start in which the cohort is observed.
  private static func references(_ grid: StudyGrid) -> [Int: Int?] {
    var result: [Int: Int?] = [:]
    for cohort in grid.cohorts { result[cohort] = .some(nil) }
    for i in 0..<grid.unitCount {
      guard let known = result[grid.cohort[i]] else { continue }
      let row = i * grid.periodCount
      let last = (0..<grid.cohort[i]).last { !grid.outcome[row + $0].isNaN }
      if let last, last > known ?? -1 { result[grid.cohort[i]] = last }
    }
    return result
  }

  private func contrast(_ terms: TwoWayTerms, _ fit: TwoWayFit) throws(Diagnostic) -> [Double] {
    let average = terms.average {
      fit.isIdentified[$0] && terms.keys[$0].time >= terms.keys[$0].cohort
    }
    guard let average else { throw Diagnostic.nothingIdentified }
    return average
  }

  public func average(_ grid: StudyGrid) throws(Diagnostic) -> AverageEffect {
    let setup = try setup(grid)
    let fit = try TwoWayFit(setup.grid, setup.terms, isLarge: false)
    return try average(fit, setup, of: grid)
  }

  private func average(_ fit: TwoWayFit, _ setup: Setup, of grid: StudyGrid) throws(Diagnostic)
    -> AverageEffect
  {
    let own = fit.average(
      try contrast(setup.terms, fit), gridClusters: setup.grid.clusterCount)
    guard setup.grid.clusterCount != grid.clusterCount, !own.influence.isEmpty else { return own }
    // Units that were left out have no influence.
    var influence = [Double](repeating: 0, count: grid.clusterCount)
    let position = Dictionary(
      zip(grid.labels, grid.cluster), uniquingKeysWith: { first, _ in first })
    var done: Set<Int> = []
    for (label, cluster) in zip(setup.grid.labels, setup.grid.cluster)
    where done.insert(cluster).inserted {
      if let to = position[label] { influence[to] = own.influence[cluster] }
    }
    return AverageEffect(value: own.value, influence: influence)
  }

  public func regression(_ grid: StudyGrid) throws(Diagnostic) -> AverageRegression? {
    let setup = try setup(grid)
    let fit = try TwoWayFit(setup.grid, setup.terms, isLarge: false)
    return try AverageRegression.twoWay(
      setup.grid, setup.terms, try contrast(setup.terms, fit), inference)
  }

  public func estimate(_ study: Study, level: Double, from stream: RandomStream) throws(Diagnostic)
    -> EffectEstimate
  {
    let prepared = try PreparedStudy(study, scale: scale)
    let setup = try setup(prepared.grid)
    let (grid, terms) = (setup.grid, setup.terms)
    let fit = try TwoWayFit(grid, terms)
    let effect = try average(fit, setup, of: prepared.grid)
    let answer = try DifferenceInference.answer(
      self, prepared.grid, effect: effect, level: level, from: stream)
    let report = DesignScale(scale, level: level, clusters: fit.clusterCount)
    let effects = CohortEffects(
      fit, terms, grid, report, references: [-1], from: stream.substream(named: "band"))
    let words = DesignWords(study, grid)
    let against =
      grid.cohort.contains(StudyGrid.never)
      ? Text(en: "the never treated units", zh: "从未受干预的单位")
      : Text(en: "the units that are treated last, until they are", zh: "最后受干预的单位（在其受干预之前）")
    let units = DesignWords.scale(scale)
    var dropped: [Text] = []
    for (k, key) in terms.keys.enumerated() where !fit.isIdentified[k] {
      dropped.append(
        Text(
          en: "start \(grid.period(key.cohort)) in \(grid.period(key.time))",
          zh: "起点 \(grid.period(key.cohort))、时期 \(grid.period(key.time))"))
    }
    let lost =
      dropped.isEmpty
      ? []
      : [
        Diagnostic.termsNotIdentified(
          dropped,
          instead: Text(en: "The others are averaged.", zh: "其余效应照常平均。"))
      ]
    return EffectEstimate(
      design: Self.card.id,
      estimand: Text(
        en: "The average effect on \(words.subject.en), \(words.weighting.en), measured from the "
          + "last period before each start against \(against.en), \(units.en).",
        zh: "对\(words.subject.zh)的平均效应，\(words.weighting.zh)；以各自干预前最后一期为参照，"
          + "与\(against.zh)比较，\(units.zh)。"),
      scale: scale, average: report.reported(answer.average), quantities: effects.quantities,
      path: effects.path, cells: effects.cells,
      inference: answer.inference.with(criticalValue: effects.criticalValue),
      degreesOfFreedom: answer.degreesOfFreedom,
      minimumDetectableEffect: report.detectable(answer.minimumDetectableEffect),
      assumptions: Self.assumptions(effects.preTrend),
      checks: effects.preTrend.map { [$0.check] } ?? [],
      diagnostics: Diagnostic.unused(study, usesCovariates: true) + prepared.notes + setup.notes
        + fit.diagnostics + lost + effects.notes)
  }

  private static func assumptions(_ test: PreTrendTest?) -> [AssumptionStatus] {
    [
      test?.status(card.assumptions[0])
        ?? AssumptionStatus.untestable(card.assumptions[0]),
      AssumptionStatus.untestable(card.assumptions[1]),
      AssumptionStatus.untestable(card.assumptions[2]),
    ]
  }
}
